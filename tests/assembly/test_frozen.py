"""Melt that turns solid, crumbs and pinholes, and the memory a resting solid gives back."""

import numpy as np
import pytest

from nanokiln.assembly.voxels import shapes
from nanokiln.assembly.voxels.fields import reach
from nanokiln.assembly.voxels.frozen import LEAST, freeze, tidy
from nanokiln.assembly.voxels.measure.connect import regions
from nanokiln.assembly.voxels.solid import Solid, advance, renew

SIDE, R = 32, 9.0


def ball(radius=R):
    centre = np.full((1, 3), SIDE / 2)
    return Solid(shapes.spheres((SIDE,) * 3, centre, np.full(1, radius)))


def radius(solid):
    return (3 * solid.volume / (4 * np.pi)) ** (1 / 3)


def test_a_frozen_shell_is_part_of_the_ball():
    solid, thicker = ball(), ball(R + 2)
    melt = thicker.s - solid.s
    freeze(solid, melt)
    assert radius(solid) == pytest.approx(radius(thicker), rel=1e-6)
    near = np.abs(thicker.phi) < 2
    np.testing.assert_allclose(solid.phi[near], thicker.phi[near], atol=0.1)


def test_melt_that_fills_all_room_leaves_a_dense_block():
    solid = ball()
    freeze(solid, 1 - solid.s)
    assert (solid.phi == reach(solid.eta)).all()
    assert solid.volume == SIDE**3


def test_crumbs_go_and_pinholes_close_but_bodies_and_cavities_stay():
    solid = ball(11.0)
    far = reach(solid.eta)
    crumb, body = (slice(1, 3),) * 3, (slice(27, 31),) * 3  # 8 and 64 cells in the void
    pinhole, cavity = (slice(20, 22), slice(14, 16), slice(14, 16)), (slice(12, 16),) * 3
    for place in (crumb, body):
        solid.phi[place] = far
    for place in (pinhole, cavity):
        solid.phi[place] = -far
    before = solid.phi.copy()
    tidy(solid)
    assert (solid.phi[crumb] < 0).all()
    assert (solid.phi[pinhole] > 0).all()
    untouched = np.ones(solid.phi.shape, bool)
    untouched[crumb] = untouched[pinhole] = False
    np.testing.assert_array_equal(solid.phi[untouched], before[untouched])
    for inside in (solid.phi > 0, solid.phi < 0):
        assert regions(inside).cells.min() >= LEAST


def test_a_resting_solid_holds_no_work_space_and_goes_on_alike():
    rested, kept = ball(), ball()
    for solid in (rested, kept):
        goal = 0.98 * solid.volume
        advance(solid, goal, spread=0.1, film=1.0)
        if solid is rested:
            solid.rest()
            fields = [v for v in vars(solid).values() if isinstance(v, np.ndarray)]
            assert sum(v.nbytes for v in fields) == solid.phi.nbytes + solid.s.nbytes
        advance(solid, 0.98 * goal, spread=0.1, film=1.0)
        renew(solid, 0.98 * goal)
    np.testing.assert_array_equal(rested.phi, kept.phi)
    np.testing.assert_array_equal(rested.s, kept.s)
