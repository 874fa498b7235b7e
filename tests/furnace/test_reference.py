"""The plain-numpy mechanism reproduces the table it was printed with: the reference is what was meant."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp


@pytest.mark.parametrize("ratio", [0.1, 0.3, 0.5, 1.0])
def test_reference_reproduces_the_printed_table(reference, ratio):
    found = reference.outputs(ratio)
    printed = dict(zip(reference.COLUMNS, reference.PRINTED[ratio], strict=True))
    missed = {
        name: (text, found[name])
        for name, text in printed.items()
        if not abs(found[name] - float(text)) <= reference.tolerance(text)
    }
    assert not missed


def test_reference_notices_a_wrong_constant(reference):
    """The comparison above can fail: five per cent on one number is seen."""
    found = reference.outputs(0.3, {"d_p": 1.689 * 1.05})
    printed = dict(zip(reference.COLUMNS, reference.PRINTED[0.3], strict=True))
    assert abs(found["bet"] - float(printed["bet"])) > reference.tolerance(printed["bet"])


def test_reference_saturation_is_the_printed_capacity(reference):
    found = [reference.saturation(celsius + 273.15) for celsius in (500, 600, 700, 800, 900, 1000)]
    np.testing.assert_allclose(found, [0.09, 0.15, 0.24, 0.37, 0.53, 0.65], atol=0.0051)


def test_reference_regime_boundaries(reference):
    """Section 6 (without scatter): lined only below r 0.110, sealed above about 0.37, exhausted near 1.2.

    Finding: pores are full from r 0.133 on; the text says 0.14.
    """
    p, one = reference.DEFAULTS, np.ones(1)

    def at(ratio):
        return reference.cooled_state(reference.hot_state(ratio, p, one), p)

    assert at(0.109)["n_f"][0] == pytest.approx(0.0, abs=1e-12)
    assert at(0.112)["n_f"][0] > 0
    assert at(0.132)["v_out"][0] == pytest.approx(0.0, abs=1e-12)
    assert at(0.134)["v_out"][0] > 0
    assert at(0.36)["t_si"][0] < p["d_p"] < at(0.40)["t_si"][0]
    assert at(1.20)["f"][0] < 0.95
    assert at(1.22)["f"][0] == pytest.approx(0.95)


def test_equivalent_times_at_the_plateau_leach_as_stated(reference):
    """Section 4: 0.65, 0.99 and 1.00 of the final leaching after 614, 4214 and 15014 s at 900 degC."""
    s, T = reference.hot_state(0.3, reference.DEFAULTS, np.ones(1)), 1173.15
    fusion = 4922 + 12.7385736 * T - 2 * T * np.log(T)

    def rate(_, n):
        x = n / (n + s["n_f"])
        activity = x * np.exp(13187 * (1 - x) ** 2 / (reference.R_GAS * T))
        return s["a_wet"] * 5e-12 * 0.62 / 27.3e-9 * (1 - activity * np.exp(fusion / (reference.R_GAS * T)))

    run = solve_ivp(rate, (0, 15014), [0.0], t_eval=[614, 4214, 15014], method="LSODA", rtol=1e-8)
    np.testing.assert_allclose(run.y[0] / s["n_s"], [0.65, 0.99, 1.00], atol=0.0051)
