"""What the melt refuses, and what it says about its own validity."""

import numpy as np
import pytest

from nanokiln.assembly.voxels.melt import Melt, pressure
from nanokiln.assembly.voxels.validity import check_bounds
from nanokiln.core.errors import InputError

from .bodies import wall_drop

SHAPE = (8, 8, 16)


def slab():
    return np.broadcast_to(4.0 - np.abs(np.arange(16) - 8.0), SHAPE)


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        ((slab(), np.zeros((8, 8, 8)), 0.5), {}, "one grid"),
        ((slab()[0], np.zeros((8, 16)), 0.5), {}, "three dimensions"),
        ((slab(), np.full(SHAPE, np.nan), 0.5), {}, "not finite"),
        ((slab(), np.zeros(SHAPE), 60.0), {}, "not the angle"),
        ((slab(), np.zeros(SHAPE), np.nan), {}, "not the angle"),
        ((slab(), np.zeros(SHAPE), 0.5), {"volume": 1e4}, "room left"),
        ((slab(), np.zeros(SHAPE), 0.5), {"volume": -1.0}, "allowed 0"),
        ((slab(), np.zeros(SHAPE), 0.5), {"volume": np.nan}, "allowed 0"),
    ],
)
def test_bad_input_is_refused(arguments, options, words):
    with pytest.raises(InputError, match=words):
        Melt(*arguments, **options)


def test_a_solid_on_another_grid_is_refused():
    with pytest.raises(InputError, match="keep the grid"):
        Melt(slab(), np.zeros(SHAPE), 0.5).change_solid(slab()[:4], 0.5)


def test_no_melt_stays_no_melt():
    melt = Melt(slab(), np.zeros(SHAPE), 0.5)
    assert melt.relax()
    assert melt.field.max() == 0
    assert melt.energy() == 0


def test_melt_can_come_from_nothing():
    """An empty box asked for melt: no voxel is free, the bracket has to find lam."""
    melt = Melt(slab(), np.zeros(SHAPE), 0.5, volume=100.0)
    melt.close()
    assert melt.field.sum(dtype=np.float64) == pytest.approx(100, rel=1e-9)


def test_melt_may_fill_all_the_room():
    full = Melt(slab(), np.ones(SHAPE), 0.5)
    assert full.close() <= 1e-9
    assert (full.field == full.room).all()


def test_a_wash_removes_everything():
    melt = Melt(slab(), np.full(SHAPE, 0.5), 0.5)
    melt.advance(5)
    melt.set_volume(0)
    melt.advance(5)
    assert melt.field.max() == 0


def test_validity_is_stated():
    assert check_bounds(0.0, 0.5).holds
    assert "film condenses" in check_bounds(0.26, 0.5).statement
    assert "dewet" in check_bounds(-0.76, 0.5).statement
    assert check_bounds(0.0, np.array([0.9, -0.5])).high == pytest.approx(0.05)
    assert check_bounds(0.0, np.array([0.9, -0.5])).low == pytest.approx(-0.25)


def test_a_drop_too_small_for_its_angle_says_so():
    """A free drop of 20 degrees needs a radius above 50; at 20 a film condenses, and the melt says it."""
    melt, *_ = wall_drop(20, 20, start_deg=60, width=64, height=40)
    melt.advance(1)
    assert not melt.validity().holds


def test_pressure_is_kelvins():
    """A meniscus of mean radius r has lam = eta/(2 r), so p = 2 sigma/r."""
    assert pressure(6 / (2 * 50), 0.08, 6e-9) == pytest.approx(2 * 0.08 / 50e-9)
