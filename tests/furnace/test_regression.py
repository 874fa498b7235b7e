"""The package against the mechanism's printed reference table (defaults, 900 degC, 4 h), to 2 %.

The mechanism's parameter set is stated here, so that a later calibration of the defaults changes nothing.
"""

from types import SimpleNamespace

import numpy as np
import pytest

from nanokiln.furnace.shape import shape
from nanokiln.sample import depth_zones, scalars

RATE, FAST = 5e-12, 2e-11  # m/s at 900 degC: the mechanism's, and one that leaches completely
RATIOS = {"B-SiOC-1": 0.1, "B-SiOC-2": 0.3, "B-SiOC-3": 0.5, "B-SiOC-4": 1.0}
CASES = [("B-SiOC-1", RATE), ("B-SiOC-2", RATE), ("B-SiOC-3", RATE), ("B-SiOC-4", FAST)]
STATE = {
    "bet": "area_per_precursor", "retained": "retained_boron", "neck": "neck_ratio", "s_f": "recession_nm",
    "t_si": "residue_nm", "psi": "sealed", "f": "leached", "v_out": "volume_out", "b_si": "boron_to_silicon",
}  # fmt: skip
SPECIES = ("BO3", "BCO2", "BC2O", "BC3")
ATTENUATION = 2.1  # nm, the mechanism's


@pytest.fixture(scope="module")
def package(fired, reference):
    """Return firing, zones and state of a sample with the mechanism's parameters."""

    def make(name, rate):
        firing = fired(name, M8=rate, **reference.PACKAGE)
        form = shape(firing.setup, firing.product)
        zones = depth_zones(firing, form)
        return SimpleNamespace(firing=firing, zones=zones, state=scalars(firing, form, zones))

    return make


def mechanism_xps(reference, sample):
    """XPS columns by the mechanism's convention from the package's own reservoirs."""
    p, setup = sample.firing.product, sample.firing.setup
    state = {
        "w_in": p.inside, "n_s": p.dissolved, "o": p.outside, "f": p.leached, "e_f": p.edge_freed,
        "bc3": p.plane, "e_w": p.edge_wall, "lin": p.lining, "t_l": p.lining_nm, "t_si": p.residue_nm,
        "q_res": p.silica_outside, "trap": p.trapped, "b_res": p.residue, "s_f": p.recession_nm,
    }  # fmt: skip
    mass = np.full(setup.weights.size, float(sample.state["product_mass"]))
    boron, shares = reference.xps(state, reference.DEFAULTS, setup.weights, setup.geometry.outer_area, mass)
    return {"xps_boron": 100 * boron} | dict(zip(SPECIES, 100 * shares, strict=True))


def true_xps(zones):
    """The same columns with the true mass fractions of the zones."""
    depth = np.concatenate([[0.0], np.cumsum(zones["thickness_nm"].values)])
    weight = -np.diff(np.exp(-depth / ATTENUATION))
    boron = weight @ zones["boron_mass_fraction"].sel(species=list(SPECIES)).values
    return {"xps_boron": 100 * boron.sum()} | dict(zip(SPECIES, 100 * boron / boron.sum(), strict=True))


def missed(reference, found, ratio):
    """Return the columns of `found` that are not within 2 % of the printed ones."""
    printed = dict(zip(reference.COLUMNS, reference.PRINTED[ratio], strict=True))
    return {
        name: (printed[name], value)
        for name, value in found.items()
        if not abs(value - float(printed[name])) <= reference.tolerance(printed[name])
    }


@pytest.mark.parametrize(("name", "rate"), CASES)
def test_state_is_the_printed_table(reference, package, name, rate):
    state = package(name, rate).state
    found = {column: float(state[key]) for column, key in STATE.items()}
    assert not missed(reference, found, RATIOS[name])


@pytest.mark.parametrize(("name", "rate"), CASES)
def test_xps_by_the_mechanisms_convention_is_the_printed_table(reference, package, name, rate):
    assert not missed(reference, mechanism_xps(reference, package(name, rate)), RATIOS[name])


@pytest.mark.parametrize(("name", "rate"), CASES)
def test_carbon_of_the_product_is_the_printed_table(reference, package, name, rate):
    sample = package(name, rate)
    found = {"carbon": 100 * float(sample.state["carbon_mass_share"])}
    assert not missed(reference, found, RATIOS[name])


@pytest.mark.parametrize(("name", "rate"), CASES[1:])
def test_reservoirs_are_those_of_the_reference(reference, package, name, rate):
    """Not only rounded columns: boron and silica reservoirs node by node agree within 1 %."""
    firing = package(name, rate).firing
    p = {**reference.DEFAULTS, "y_v": float(firing.product.vapour[0] / firing.product.fed[0])}
    feed = firing.product.fed / firing.setup.feed
    hot = reference.hot_state(RATIOS[name], p, feed)
    cold = reference.cooled_state(hot, p)
    names = {
        "lin": "lining", "e_w": "edge_wall", "n_f": "free_oxide", "v_pf": "pore_left", "n_s": "dissolved",
        "o": "outside", "b_res": "residue", "q_res": "silica_outside", "trap": "trapped", "psi": "sealed",
    }  # fmt: skip
    for symbol, key in names.items():
        expected, found = cold[symbol], getattr(firing.product, key)
        np.testing.assert_allclose(found, expected, rtol=0.01, atol=0.002 * max(expected.max(), 0.1))


def test_rate_law_reaches_saturation_in_samples_2_and_3_only(reference, package):
    """Finding: at 5e-12 m/s sample 4 is 3 % short after 4 h (f 0.745 for 0.769); 0.1 % was claimed."""
    short = {}
    for name, ratio in list(RATIOS.items())[1:]:
        firing = package(name, RATE).firing
        p = {**reference.DEFAULTS, "y_v": float(firing.product.vapour[0] / firing.product.fed[0])}
        closed = reference.hot_state(ratio, p, firing.product.fed / firing.setup.feed)["f"]
        short[name] = 1 - float(firing.product.leached @ firing.setup.weights) / float(
            closed @ firing.setup.weights
        )
    assert abs(short["B-SiOC-2"]) < 1e-3
    assert abs(short["B-SiOC-3"]) < 2e-3
    assert short["B-SiOC-4"] == pytest.approx(0.03, abs=0.003)
    assert float(package("B-SiOC-4", RATE).state["leached"]) == pytest.approx(0.745, abs=0.001)
    assert float(package("B-SiOC-4", FAST).state["leached"]) == pytest.approx(0.769, abs=0.001)


def test_true_mass_fractions_lower_xps_boron_by_up_to_5_per_cent(reference, package):
    """Finding: the mechanism leaves boron and oxygen out of the mass of film and scaffold."""
    lower = []
    for name, rate in CASES:
        sample = package(name, rate)
        found, convention = true_xps(sample.zones), mechanism_xps(reference, sample)
        lower.append(1 - found["xps_boron"] / convention["xps_boron"])
        assert -0.001 <= (found["BO3"] - convention["BO3"]) / 100 < 0.03
    assert all(0.01 < gap < 0.05 for gap in lower), lower


@pytest.mark.parametrize("name", ["B-SiOC-2", "B-SiOC-3", "B-SiOC-4"])
def test_true_mass_fractions_lower_the_bc3_share_by_5_to_10_per_cent(reference, package, name):
    sample = package(name, dict(CASES)[name])
    gap = 1 - true_xps(sample.zones)["BC3"] / mechanism_xps(reference, sample)["BC3"]
    assert 0.05 < gap < 0.10
