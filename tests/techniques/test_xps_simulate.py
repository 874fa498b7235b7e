"""Virtual spectrometer: depth weights, truth, doses, marks."""

from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from nanokiln.core.errors import InputError
from nanokiln.core.parameters import Values
from nanokiln.formats import vamas
from nanokiln.techniques import get
from nanokiln.techniques.xps import parameters as p
from nanokiln.techniques.xps.background import shirley
from nanokiln.techniques.xps.lineshape import (
    FWHM_PER_SIGMA,
    gauss_share_of_width,
    pseudo_voigt,
    pseudo_voigt_mixing_slope,
    pseudo_voigt_slope,
    pseudo_voigt_step,
    voigt,
)
from nanokiln.techniques.xps.model import Layout, evaluate, jacobian, profile
from nanokiln.techniques.xps.regions import energy_counts
from nanokiln.techniques.xps.truth import depth_weights, truth

ELEMENTS = ["B", "C", "O", "Si"]
SPECIES = ["BO3", "BCO2", "BC2O", "BC3", "B-OH"]


def fake_sample(shares=(0.66, 0.11, 0.11, 0.12, 0.0), thickness=(1.0, 0.5, 0.9, np.inf), boron=0.08):
    """A sample with four zones of fixed composition and one set of boron shares."""
    mass = np.array(
        [[boron, 0.30, 0.40, 0.22], [4 * boron, 0, 0.69, 0], [boron, 0.95, 0, 0], [boron, 0.3, 0.4, 0.2]]
    )
    mass = mass / mass.sum(axis=1, keepdims=True)
    zones = xr.Dataset(
        {
            "thickness_nm": ("zone", np.array(thickness)),
            "mass_fraction": (("zone", "element"), mass),
            "boron_mass_fraction": (("zone", "species"), mass[:, [0]] * np.array(shares)),
        },
        coords={"zone": ["film", "lining", "scaffold", "body"], "element": ELEMENTS, "species": SPECIES},
    )
    return SimpleNamespace(name="fake", seed=1, values=Values(), stage="product", zones=zones)


def test_weights_are_those_of_the_mechanism():
    t1, tl, t3, depth = 1.38, 0.4, 0.62, 2.1
    expected = [
        1 - np.exp(-t1 / depth),
        np.exp(-t1 / depth) * (1 - np.exp(-tl / depth)),
        np.exp(-(t1 + tl) / depth) * (1 - np.exp(-t3 / depth)),
    ]
    weights = depth_weights(np.array([t1, tl, t3, np.inf]), Values())
    assert weights[:3] == pytest.approx(expected)
    assert weights.sum() == pytest.approx(1.0)


def test_truth_of_two_zones_by_hand():
    sample = fake_sample(thickness=(2.1 * np.log(2), 0.0, 0.0, np.inf))
    film, body = (sample.zones["mass_fraction"].sel(zone=z, element="B").item() for z in ("film", "body"))
    found = truth(sample)
    assert found["wt_percent_B"] == pytest.approx(100 * (film + body) / 2)
    assert found["share_BC3"] == pytest.approx(12.0)
    assert sum(found[f"at_percent_{e}"] for e in ELEMENTS) == pytest.approx(100.0)


def test_depth_moves_the_truth():
    deep = fake_sample()
    deep.values = Values({"xps.effective_depth": 4.2})
    assert truth(deep)["wt_percent_B"] < truth(fake_sample())["wt_percent_B"]


def test_line_shapes_have_unit_area_width_and_step():
    x = np.linspace(-400, 400, 800_001)
    dx = x[1] - x[0]
    for mixing in (0.0, 0.3, 1.0):
        shape = pseudo_voigt(x, 1.4, mixing)
        assert shape.sum() * dx == pytest.approx(1.0, abs=2e-3)
        assert pseudo_voigt(np.array([0.7]), 1.4, mixing)[0] == pytest.approx(shape.max() / 2)
        step = pseudo_voigt_step(x, 1.4, mixing)
        assert np.allclose(np.gradient(step, dx), shape, atol=1e-6)
        assert np.allclose(np.gradient(shape, dx), pseudo_voigt_slope(x, 1.4, mixing), atol=1e-5)
    density, steps = pseudo_voigt_mixing_slope(x, 1.4)
    assert np.allclose(pseudo_voigt(x, 1.4, 0.5) - pseudo_voigt(x, 1.4, 0.4), 0.1 * density)
    assert np.allclose(pseudo_voigt_step(x, 1.4, 0.5) - pseudo_voigt_step(x, 1.4, 0.4), 0.1 * steps)


def test_voigt_is_the_convolution_and_has_the_stated_width():
    v = Values()
    gauss = gauss_share_of_width(1.5, 0.3, (v[p.VOIGT_LINEAR], v[p.VOIGT_SQUARE]))
    x = np.linspace(-60, 60, 24_001)
    dx = x[1] - x[0]
    sigma = gauss / FWHM_PER_SIGMA
    normal = np.exp(-(x**2) / (2 * sigma**2)) / (sigma * np.sqrt(2 * np.pi))
    slow = np.convolve(normal, 0.15 / np.pi / (x**2 + 0.15**2), mode="same") * dx
    fast = voigt(x, gauss, 0.3)
    assert np.allclose(fast, slow, atol=2e-4)
    above = x[fast > fast.max() / 2]
    assert np.ptp(above) == pytest.approx(1.5, abs=0.01)


DOUBLETS = ((0.6, 1 / 3),) * 3


@pytest.mark.parametrize(
    ("shared", "partners", "loss"),
    [(True, (), None), (False, (), None), (True, DOUBLETS, None), (False, DOUBLETS, 1643.0)],
)
def test_jacobian_is_the_derivative(shared, partners, loss):
    layout = Layout(3, shared, partners, loss)
    energy = np.linspace(185, 198, 90)
    widths = [1.4] if shared else [1.2, 1.4, 1.7]
    theta = np.array([500, 300, 80, 193, 192.2, 190, *widths, 0.3, 0.1, 0.02, 100, -1.0])
    exact = jacobian(layout, theta, energy)
    for index in range(layout.size):
        step = np.zeros(layout.size)
        step[index] = 1e-5 * max(1.0, abs(theta[index]))
        difference = evaluate(layout, theta + step, energy) - evaluate(layout, theta - step, energy)
        scale = np.abs(exact[:, index]).max()
        assert np.allclose(difference / (2 * step[index]), exact[:, index], atol=1e-5 * scale)


def test_regions_axes_and_marks():
    found = get("xps").simulate(fake_sample(), 1)
    assert [m.label for m in found] == ["survey", "B 1s", "C 1s", "O 1s", "Si 2p"]
    for m in found:
        assert m.origin == "synthetic"
        assert (np.diff(m.data.binding_energy.values) < 0).all()
        assert {v.attrs["units"] for v in m.data.variables.values()} <= {"eV", "counts", "1"}
        counts = m.data.counts.values
        assert np.array_equal(counts, np.round(counts))


def test_dose_and_seed():
    def lines_sum(counts, seed):
        settings = {"counts": counts, "background_to_peak": 0.001, "regions": ["B 1s"]}
        _, seen = energy_counts(get("xps").simulate(fake_sample(), seed, settings)[0])
        return float((seen - shirley(seen)).sum())

    assert lines_sum(20_000, 1) == pytest.approx(20_000, rel=0.03)
    assert lines_sum(80_000, 1) / lines_sum(20_000, 1) == pytest.approx(4.0, rel=0.02)
    assert lines_sum(20_000, 1) == lines_sum(20_000, 1)
    assert lines_sum(20_000, 1) != lines_sum(20_000, 2)


def test_noise_is_counting_noise():
    settings = {"regions": ["Si 2p"], "charge_shift_eV": 0.0}
    stack = np.array(
        [get("xps").simulate(fake_sample(), s, settings)[0].data.counts.values for s in range(60)]
    )
    assert (stack.var(axis=0) / stack.mean(axis=0)).mean() == pytest.approx(1.0, abs=0.05)


def test_before_shows_boric_acid_only():
    def top(shares):
        (m,) = get("xps").simulate(
            fake_sample(shares), 1, {"regions": ["B 1s"], "charge_shift_eV": 0.0, "counts": 1e6}
        )
        return float(m.data.binding_energy.values[int(np.argmax(m.data.counts.values))])

    assert top((0, 0, 0, 0, 1.0)) == pytest.approx(193.5, abs=0.1)
    assert top((0, 0, 0, 1.0, 0)) == pytest.approx(190.1, abs=0.1)


@pytest.mark.parametrize("settings", [{"dwel": 1}, {"counts": 0}, {"counts": -5.0}, {"regions": ["Xe 3d"]}])
def test_impossible_settings(settings):
    with pytest.raises(InputError):
        get("xps").simulate(fake_sample(), 1, settings)


def test_no_boron_is_no_crash():
    found = get("xps").simulate(fake_sample(shares=(0, 0, 0, 0, 0), boron=0.0), 1)
    assert all(np.isfinite(m.data.counts.values).all() for m in found)


def test_file_holds_the_spectra_and_not_the_truth(tmp_path):
    sample = fake_sample()
    made = get("xps").simulate(sample, 1)
    (path,) = get("xps").write(made, tmp_path, "s2")
    assert path.name == "s2.vms"
    for a, b in zip(made, vamas.read(path), strict=True):
        xr.testing.assert_identical(a.data, b.data)
        assert b.origin == "synthetic"
    assert not any(word in path.read_text() for word in ("BC3", "share", "wt_percent"))


@pytest.mark.parametrize("asymmetry", [0.0, 0.2])
def test_asymmetric_doublets_keep_area_width_and_split(asymmetry):
    x = np.linspace(-400, 400, 160_001)[:, None]
    single, step = profile(Layout(1, True), x, np.array([1.2]), 0.0, asymmetry)
    dx = x[1, 0] - x[0, 0]
    assert single.sum() * dx == pytest.approx(1.0, abs=1e-6)
    assert np.ptp(x[single > single.max() / 2]) == pytest.approx(1.2, abs=3 * dx)
    assert np.allclose(np.cumsum(single) * dx, step[:, 0], atol=2e-3)
    double, _ = profile(Layout(1, True, ((0.6, 1 / 3),)), x, np.array([0.2]), 0.0, asymmetry)
    tops = [double[np.abs(x - c) < 0.2].max() for c in (0.0, 0.6)]
    assert tops[1] / tops[0] == pytest.approx(0.5, abs=0.01)
    assert double.sum() * dx == pytest.approx(1.0, abs=1e-6)
