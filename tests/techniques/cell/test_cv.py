"""Voltammetry: sweeps, peaks with intervals, b-value; real files in two formats."""

import numpy as np
import pytest

from nanokiln.core.errors import InputError
from nanokiln.formats import read
from nanokiln.techniques import get
from nanokiln.techniques.cv.peaks import sweeps
from nanokiln.techniques.cv.synthetic import voltammogram

technique = get("cv")
ANODIC, CATHODIC = [(1.2, 2e-4, 0.08)], [(0.9, 3e-4, 0.10)]


def findings(measurements, **choices):
    return {f.name: f for f in technique.analyse(measurements, choices)}


def test_sweeps_of_a_triangle_with_jitter():
    rng = np.random.default_rng(0)
    up = np.linspace(0, 1, 200)
    potential = np.concatenate([up, up[::-1], up]) + 1e-3 * rng.normal(size=600)
    found = sweeps(potential)
    assert [way for way, _ in found] == [1, -1, 1]
    assert found[0][1].stop == pytest.approx(200, abs=3)


def test_peaks_without_noise_are_exact():
    found = findings([voltammogram(ANODIC, CATHODIC, 1e-4, 0, noise=0.0)], bandwidth_mV=5)
    assert found["anodic_peak_1"].value == pytest.approx(1.2, abs=1e-3)
    assert found["cathodic_peak_1"].value == pytest.approx(0.9, abs=1e-3)
    assert found["anodic_peak_1_current"].value == pytest.approx(2e-4, rel=5e-3)
    assert found["cathodic_peak_1_current"].value == pytest.approx(-3e-4, rel=5e-3)


def test_coverage_of_position_and_height():
    """Intervals hold noise and bandwidth: 90 % or more of 80 voltammograms, noise and peaks varied."""
    count, inside = 80, {"anodic_peak_1": 0, "cathodic_peak_1": 0, "anodic_peak_1_current": 0}
    for seed in range(count):
        rng = np.random.default_rng([5, seed])
        a = (rng.uniform(0.8, 2.0), 2e-4, rng.uniform(0.05, 0.15))
        c = (rng.uniform(0.8, 2.0), 3e-4, rng.uniform(0.05, 0.15))
        found = findings([voltammogram([a], [c], 1e-4, seed, noise=10 ** rng.uniform(-3, -1.7))])
        for name, value in zip(inside, (a[0], c[0], a[1]), strict=True):
            inside[name] += found[name].low <= value <= found[name].high
    assert all(n >= 0.82 * count for n in inside.values()), inside


def test_b_value_over_scan_rates():
    rates = (1e-4, 2e-4, 5e-4, 1e-3)
    for b in (0.5, 0.85):
        m = [
            voltammogram([(1.2, 1e-4 * (r / 1e-4) ** b, 0.08)], [(0.9, 1e-4 * (r / 1e-4) ** b, 0.08)], r, i)
            for i, r in enumerate(rates)
        ]
        found = findings(m)
        for way in ("anodic", "cathodic"):
            assert found[f"b_value_{way}"].low - 0.02 < b < found[f"b_value_{way}"].high + 0.02
    two = findings(m[:2])
    assert not two["b_value_anodic"].resolved


def test_a_capacitor_has_no_peak():
    m = voltammogram([(1.2, 1e-9, 0.1)], [(0.9, 1e-9, 0.1)], 1e-4, 0, noise=1.0, capacitance=1.0)
    found = findings([m])
    assert set(found) == {"anodic_peak_1", "cathodic_peak_1"}
    assert not any(f.resolved for f in found.values())


def test_real_files(shared_data):
    folder = shared_data("cv")
    one, two = (findings(read(p)) for p in sorted(folder.glob("*.csv")))
    assert "V against RHE" in one["anodic_peak_1"].notes
    assert "scan rate 50 mV/s" in one["anodic_peak_1"].notes
    assert one["anodic_peak_1_current"].unit == "A"
    assert two["anodic_peak_1_current"].unit == "A/cm2"
    # two crystals of one electrolyte: the hydroxide peaks near -0.13 and -0.15 V
    assert one["anodic_peak_1"].value == pytest.approx(two["anodic_peak_1"].value, abs=0.005)


def test_mpr_and_mpt_give_the_same_peaks(shared_data):
    folder = shared_data("battery_cycling")
    a, b = (findings(read(folder / f"cv.{end}"), scan_rate_mV_s=0.1) for end in ("mpr", "mpt"))
    assert a.keys() == b.keys()
    for name, f in a.items():
        assert f.value == pytest.approx(b[name].value, rel=1e-5)


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"band": 1}, "unknown choice"),
        ({"bandwidth_mV": 0}, "above 0"),
        ({"cycle": 99}, "has the cycles 1-2"),
    ],
)
def test_choices_that_cannot_be_used(choices, words):
    with pytest.raises(InputError, match=words):
        technique.analyse([voltammogram(ANODIC, CATHODIC, 1e-4, 0)], choices)


def test_figure_and_powder():
    m = [voltammogram(ANODIC, CATHODIC, r, 0) for r in (1e-4, 2e-4, 4e-4)]
    assert len(technique.plot(m, technique.analyse(m)).axes) == 2
    assert len(technique.plot(m[:1], technique.analyse(m[:1])).axes) == 1
    with pytest.raises(InputError, match="belongs to a cell"):
        technique.simulate(None, 0)
