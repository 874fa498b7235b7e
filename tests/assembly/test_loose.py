"""The powder before the furnace."""

from __future__ import annotations

import numpy as np
import pytest

from nanokiln.assembly import loose_packing
from nanokiln.assembly.architecture import coordination
from nanokiln.assembly.loose import OVERLAP, diameters
from nanokiln.assembly.network import separations
from nanokiln.core.errors import InputError


@pytest.mark.parametrize(("fraction", "sd"), [(0.35, 0.0), (0.40, 20.0), (0.45, 40.0)])
def test_it_has_the_asked_fraction_and_no_overlaps(values, fraction, sd):
    packing = loose_packing(250, 200.0, sd, seed=1, packing_fraction=fraction, values=values)
    assert packing.packing_fraction == pytest.approx(fraction, rel=1e-12)
    gap = separations(packing, 20.0)[3]
    assert gap.min() > -OVERLAP * packing.radius_nm.mean()
    assert np.all((packing.position_nm >= 0) & (packing.position_nm < packing.box_nm))


def test_spheres_touch_a_few_neighbours(loose):
    assert 2 < coordination(loose, 0.4) < 4.5
    # random: no contact direction preferred, no lattice peak at sqrt(2) diameters
    i, j, image, gap = separations(loose, 0.4)
    apart = loose.position_nm[i] - loose.position_nm[j] - image * loose.box_nm
    unit = apart / np.linalg.norm(apart, axis=1)[:, None]
    fabric = unit.T @ unit / len(unit)
    assert np.abs(fabric - np.eye(3) / 3).max() < 0.06
    assert len(gap) > 300


@pytest.mark.parametrize("distribution", ["lognormal", "normal"])
def test_sizes_have_the_asked_mean_and_spread(distribution):
    drawn = diameters(40000, 200.0, 20.0, np.random.default_rng(0), distribution)
    assert drawn.mean() == pytest.approx(200, rel=0.003)
    assert drawn.std() == pytest.approx(20, rel=0.02)


def test_log_normal_sizes_are_skewed_and_normal_ones_are_not():
    for name, skew in (("lognormal", 0.61), ("normal", 0.0)):
        drawn = diameters(40000, 200.0, 40.0, np.random.default_rng(0), name)
        assert np.mean(((drawn - drawn.mean()) / drawn.std()) ** 3) == pytest.approx(skew, abs=0.06)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"count": 7}, "at least 8"),
        ({"diameter_nm": -200.0}, "above 0"),
        ({"diameter_sd_nm": 150.0}, "half the mean"),
        ({"packing_fraction": 0.55}, "0.5"),
        ({"distribution": "uniform"}, "lognormal, normal"),
    ],
)
def test_bad_input_says_what_is_allowed(values, arguments, word):
    usual = {"count": 20, "diameter_nm": 200.0, "diameter_sd_nm": 10.0, "seed": 1}
    with pytest.raises(InputError, match=word):
        loose_packing(**{**usual, **arguments}, values=values)
