"""How errors fall with the grid, over three grids each: second order for the solid, first for the melt."""

import numpy as np
import pytest

from . import surfaces
from .rings import measured
from .test_solid_motion import errors_of_depth, faces, plane, travel


def order(radii, errors):
    """Slope of the logarithm of the error over that of the voxel in units of the body."""
    return -np.polyfit(np.log(radii), np.log(np.abs(errors)), 1)[0]


def depth_order(radii=(8, 16, 32)):
    """Order of the depth of a uniform etch of a sphere, a 44th of its radius."""
    return order(radii, [errors_of_depth(radius) for radius in radii])


def ring_order(theta_deg, quantity, radii=(16, 22, 32)):
    """Order of a quantity of the ring between touching spheres."""
    return order(radii, [getattr(measured(r, theta_deg, 0.1), quantity) for r in radii])


def law_errors(radii=(4, 6, 8, 12)):
    """Errors of the law of a sphere that dissolves by its curvature alone."""
    return np.array([surfaces.curvature_law(radius) - 1 for radius in radii])


def plane_errors(shifts=(0.0, 0.25, 0.37)):
    """Errors, in voxels, of a plane dissolved by ten voxels, at several heights within a voxel."""
    found = []
    for shift in shifts:
        solid = plane(shift)
        low, high = faces(solid.phi)
        travel(solid, 10.0)
        lower, higher = faces(solid.phi)
        found.append(np.max(np.abs(np.concatenate([lower - low, high - higher]) - 10)))
    return np.array(found)


def test_the_depth_of_an_etched_sphere_is_of_second_order():
    assert depth_order() == pytest.approx(2.0, abs=0.15)


def test_planes_are_exact_on_any_grid():
    """To single precision, ten voxels in: no order to speak of."""
    assert plane_errors().max() < 1e-4


def test_the_curvature_law_is_small_from_the_smallest_sphere_on():
    """Errors of both signs and no order: 2 % was asked, what is left at R = 6 and more is some 0.2 %."""
    errors = np.abs(law_errors())
    assert errors[0] < 0.015
    assert np.all(errors[1:] < 0.005)


@pytest.mark.parametrize("theta_deg", [40, 60])
def test_the_force_of_a_ring_is_of_first_order_in_the_interface(theta_deg):
    assert 0.8 < ring_order(theta_deg, "force_difference") < 1.7


def test_the_force_of_a_sharp_ring_falls_more_slowly():
    """At 20 degrees the error is small already, and falls with less than the first power."""
    assert 0.4 < ring_order(20, "force_difference") < 1.0
