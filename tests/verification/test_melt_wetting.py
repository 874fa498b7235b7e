"""Young's law for plane drops on flat, shifted and tilted walls; nothing leaks along them."""

import numpy as np
import pytest

from .bodies import fitted_angle, tilted_drop, wall_drop

FLAT = {20: (180, 32), 40: (70, 40), 60: (50, 48), 90: (30, 64), 120: (30, 80)}  # radius, height of the box
SWEEPS = 16_000  # angles move by less than 0.3 degrees beyond


def rested(theta_deg, start_deg, shift=0.0):
    radius, height = FLAT[theta_deg]
    melt, *where = wall_drop(theta_deg, radius, start_deg=start_deg, shift=shift, height=height, width=160)
    melt.advance(SWEEPS)
    melt.close()
    return melt, where


@pytest.mark.parametrize("theta_deg", FLAT)
def test_young_on_a_flat_wall(theta_deg):
    melt, where = rested(theta_deg, theta_deg + 8)
    assert melt.validity().holds
    assert fitted_angle(melt, *where) == pytest.approx(theta_deg, abs=2)


def test_young_is_reached_from_below_too():
    melt, where = rested(60, 52)
    assert fitted_angle(melt, *where) == pytest.approx(60, abs=2)


@pytest.mark.parametrize("shift", [0.25, 0.5])
@pytest.mark.parametrize("theta_deg", [40, 60])
def test_the_place_of_the_wall_on_the_grid_does_not_matter(theta_deg, shift):
    melt, where = rested(theta_deg, theta_deg + 8, shift)
    assert fitted_angle(melt, *where) == pytest.approx(theta_deg, abs=2)


@pytest.mark.parametrize(("slope", "size"), [(2, 96), (1, 128)])
@pytest.mark.parametrize(("theta_deg", "radius"), [(60, 40), (90, 28)])
def test_young_on_a_tilted_wall(slope, size, theta_deg, radius):
    melt, *where = tilted_drop(theta_deg, radius, slope=slope, start_deg=theta_deg + 8, size=size)
    melt.advance(12_000)
    assert fitted_angle(melt, *where) == pytest.approx(theta_deg, abs=3.5)


def test_nothing_leaks():
    melt, (height, along) = rested(60, 68)
    dry = np.abs(along) > 60
    assert melt.field[dry].max() == 0
    covered = (np.abs(along) < 20) & (np.abs(height) < 3)
    assert covered.sum() > 100
    assert (melt.room - melt.field)[covered].max() == 0


def test_off_the_grid_only_the_innermost_voxel_traps_melt():
    melt, (_, along) = rested(40, 48, shift=0.25)
    trapped = melt.field[(np.abs(along) > 60) & (melt.room > 0.03)]
    assert trapped.max() == 0


def test_relaxing_comes_near_rest_by_itself():
    melt, *where = wall_drop(60, 50, start_deg=68, height=48, width=160)
    assert melt.relax()
    assert fitted_angle(melt, *where) == pytest.approx(60, abs=2)
