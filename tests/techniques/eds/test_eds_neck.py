"""Neck over body of a line scan: places found, even composition gives one, an oxide neck shows."""

import numpy as np
import pytest
import xarray as xr

from nanokiln.techniques.eds import technique
from nanokiln.techniques.eds.analyse import analyse
from nanokiln.techniques.eds.neck import neck_over_body

EVEN = (0.08, 0.32, 0.3, 0.3)  # B, C, O, Si by mass
LINE = {"kinds": ("line",), "points": 60, "current_nA": 5.0, "line_dwell_s": 4.0}


def ratios(found):
    return {f.name[-2:].strip("_"): f for f in found if f.name.startswith("neck_over_body")}


def profile(fractions, thick, error=0.01):
    """A profile with given fractions of silicon; carbon is the rest."""
    value = np.array([1 - np.asarray(fractions), fractions])
    dims = ("element", "position")
    return xr.Dataset(
        {
            "atomic_fraction": (dims, value),
            "low": (dims, value - 1.6449 * error),
            "high": (dims, value + 1.6449 * error),
            "net_counts": (dims, np.array([thick, thick]) / 2.0),
        },
        coords={"element": ["C", "Si"], "position_nm": ("position", np.arange(len(thick)) * 2.0)},
    )


def bodies(neck=0.3):
    """Thickness of two bodies and a neck between them; vacuum on both sides."""
    x = np.linspace(-1, 1, 81)
    both = np.maximum(1 - ((np.abs(x) - 0.45) / 0.5) ** 2, 0)
    return 1000 * np.where(np.abs(x) < 0.45, np.maximum(both, neck), both)


def test_the_thin_place_between_two_bodies_is_found_and_compared():
    thick = bodies()
    silicon = np.where(np.abs(np.arange(81) - 40) < 6, 0.4, 0.2)
    found, where = neck_over_body(profile(silicon, thick))
    assert "neck at 80 nm" in where
    assert found["Si"].low < 2.0 < found["Si"].high
    assert found["C"].low < 0.75 < found["C"].high
    assert found["Si"].high - found["Si"].low < 0.2


@pytest.mark.parametrize(
    "thick", [np.full(81, 1000.0), 1000 * np.exp(-(np.linspace(-2, 2, 81) ** 2)), bodies(0.99)]
)
def test_without_a_thin_place_nothing_is_compared(thick):
    found, why = neck_over_body(profile(np.full(81, 0.2), thick))
    assert found == {}
    assert "not resolved" in why


def test_one_composition_everywhere_gives_one(make):
    sample = make.two_spheres(film=EVEN, body=EVEN)
    found = ratios(analyse(technique.simulate(sample, 3, LINE)))
    assert found.keys() == {"B", "C", "O", "Si"}
    for element, ratio in found.items():
        assert ratio.value == pytest.approx(1.0, abs=0.05), element
    assert sum(f.low < 1.0 < f.high for f in found.values()) >= 3


def test_an_oxide_film_shows_in_the_neck(make):
    sample = make.two_spheres(film=(0.1, 0.0, 0.5, 0.4), body=(0.02, 0.48, 0.2, 0.3))
    found = ratios(analyse(technique.simulate(sample, 3, LINE)))
    assert found["C"].high < 0.95
    assert found["O"].low > 1.05
