"""Rings of melt across a gap, along a tilted axis and at 40 to 90 degrees, against the exact meniscus.

The bars of the issue hold at 20 degrees between touching spheres. For the other cases the accuracy was an
open question: the numbers here are what was found, with a small margin, so that a change is noticed. Errors
of the force are told in sigma R where the force is small or changes its sign.
"""

import numpy as np
import pytest

from . import exact
from .rings import ALONG, TILTED, measured

SHARE = 0.1  # melt volume over R^3
RADIUS = 22  # voxels

#: (angle, gap, axis) -> largest error of the waist (relative) and of the force (over sigma R)
LIMITS = {
    (20, 0.0, TILTED): (0.01, 0.04 * 4.511),  # the bar of the touching ring on a grid axis
    (20, 0.1, ALONG): (0.03, 0.16),
    (20, 0.1, TILTED): (0.03, 0.16),
    (20, 0.2, ALONG): (0.03, 0.13),
    (40, 0.0, ALONG): (0.025, 0.42),
    (40, 0.0, TILTED): (0.025, 0.42),
    (40, 0.1, ALONG): (0.01, 0.27),
    (60, 0.0, ALONG): (0.05, 0.75),
    (60, 0.1, ALONG): (0.03, 0.43),
    (90, 0.0, ALONG): (0.085, 1.3),
    (90, 0.1, TILTED): (0.07, 0.75),
}


@pytest.mark.parametrize("case", LIMITS, ids=str)
def test_a_ring_is_as_good_as_stated(case):
    theta, gap, axis = case
    found = measured(RADIUS, theta, SHARE, gap=gap, axis=axis)
    waist, force = LIMITS[case]
    assert found.valid
    assert abs(found.waist) < waist
    assert abs(found.force_difference) < force


@pytest.mark.parametrize("theta", [20, 60])
def test_the_direction_of_the_axis_hardly_matters(theta):
    along = measured(RADIUS, theta, SHARE)
    tilted = measured(RADIUS, theta, SHARE, axis=TILTED, offset=(0.3, -0.2, 0.4))
    assert tilted.waist == pytest.approx(along.waist, abs=0.005)
    assert tilted.force_difference == pytest.approx(along.force_difference, abs=0.03)


def test_a_ring_holds_less_strongly_across_a_gap_and_at_a_blunt_angle():
    """The order of the forces is right even where their size is only fair."""
    pulls = [
        exact.ring(SHARE, theta, gap).force
        + measured(RADIUS, theta, SHARE, gap=gap, axis=ALONG).force_difference
        for theta, gap in ((20, 0.0), (20, 0.1), (40, 0.1), (60, 0.1), (90, 0.1))
    ]
    assert np.all(np.diff(pulls) < -0.2)


@pytest.mark.parametrize(("theta", "gap"), [(20, 0.0), (20, 0.2), (40, 0.1), (60, 0.0), (90, 0.1)])
def test_the_exact_ring_keeps_its_first_integral(theta, gap):
    """Line minus pressure is the same on the waist and on the circle of contact."""
    ring = exact.ring(SHARE, theta, gap)
    y, beta = np.sin(ring.filling), np.pi / 2 - np.radians(theta) - ring.filling
    assert ring.volume == pytest.approx(SHARE, rel=1e-9)
    assert ring.force == pytest.approx(2 * np.pi * y * np.cos(beta) - np.pi * y**2 * ring.pressure, rel=1e-6)


@pytest.mark.parametrize(("theta", "gap"), [(20, 0.1), (60, 0.1), (90, 0.0)])
def test_the_exact_ring_has_the_least_energy(theta, gap):
    """Pull = -dE/d(gap) at fixed volume; E = free surface - cos(theta) wetted surface."""

    def energy(gap):
        ring = exact.ring(SHARE, theta, gap)
        wetted = 2 * np.pi * (1 - np.cos(ring.filling))
        return 2 * (exact.free_area(ring, theta, gap) - np.cos(np.radians(theta)) * wetted)

    step = 1e-3
    if gap == 0:
        slope = (-3 * energy(0) + 4 * energy(step) - energy(2 * step)) / (2 * step)
    else:
        slope = (energy(gap + step) - energy(gap - step)) / (2 * step)
    assert slope == pytest.approx(exact.ring(SHARE, theta, gap).force, rel=2e-3)
