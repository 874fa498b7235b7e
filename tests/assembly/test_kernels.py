"""Compiled forces against the NumPy twin, and the laws against their formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nanokiln.assembly import Packing
from nanokiln.assembly.kernels import forces, pressure, pull
from nanokiln.assembly.laws import bridge_force_nN, make_law
from nanokiln.assembly.motion import Relaxation
from nanokiln.assembly.reference import pair_energy, pair_pull, pair_push, static_forces


def relaxed(position, radius, melt, box, law):
    """A relaxation whose reduced unit is 1 (mean radius one)."""
    scale = radius.mean()
    packing = Packing(position / scale, radius / scale, box / scale)
    return Relaxation(packing, melt, law, free_box=True)


@pytest.mark.parametrize(("count", "box"), [(60, 8.4), (200, 12.0), (8, 4.2)])
def test_forces_and_pressure_agree_with_the_reference(wet_law, count, box):
    rng = np.random.default_rng(count)
    position, radius = rng.random((count, 3)) * box, 0.8 + 0.4 * rng.random(count)
    melt = 0.05 + 0.05 * rng.random(count)
    run = relaxed(position, radius, melt, box, wet_law)
    forces(run.state, run.table, wet_law, run.box[0], 0.0)
    expected, stress = static_forces(run.state.position, run.state.radius, melt, wet_law, run.box[0])
    scale = np.abs(expected).max()
    assert scale > 1
    assert np.abs(run.state.force - expected).max() < 1e-10 * scale
    assert pressure(run.state, run.box[0]) == pytest.approx(stress, rel=1e-10)


def test_forces_of_moving_rough_spheres_still_add_up_to_zero(overlapping, wet_law):
    position, radius, melt, box = overlapping
    run = relaxed(position, radius, melt, box, wet_law._replace(friction=0.5))
    rng = np.random.default_rng(0)
    run.state.velocity[:] = rng.standard_normal(position.shape)
    run.state.spin[:] = rng.standard_normal(position.shape)
    forces(run.state, run.table, run.law, run.box[0], 0.01)
    smooth = run.state.force.copy()
    assert np.abs(run.state.torque).max() > 0.1  # friction does act
    assert np.abs(smooth.sum(axis=0)).max() < 1e-11 * np.abs(smooth).sum()


def test_two_spheres_push_each_other_equally(wet_law):
    position = np.array([[1.0, 1.0, 1.0], [9.6, 1.1, 1.2]])  # meet through the face of the box
    run = relaxed(position, np.ones(2), np.full(2, 0.1), 10.0, wet_law)
    forces(run.state, run.table, wet_law, 10.0, 0.0)
    assert np.array_equal(run.state.force[0], -run.state.force[1])
    assert run.state.force[0, 0] > 100  # overlap across the face drives sphere 0 to the right


def test_friction_slips_at_its_threshold(wet_law):
    law = wet_law._replace(friction=0.3)
    run = relaxed(np.array([[3.0, 3, 3], [4.99, 3, 3]]), np.ones(2), np.zeros(2), 20.0, law)
    run.state.velocity[0, 1] = 5.0
    for _ in range(200):
        forces(run.state, run.table, law, 20.0, 0.01)
    assert abs(run.state.force[0, 1]) == pytest.approx(0.3 * run.state.load[0, 1], rel=1e-12)
    assert run.state.force[0, 1] < 0  # against the motion
    assert run.state.torque[0, 2] == pytest.approx(run.state.torque[1, 2], rel=1e-12)
    # sphere 0 moves up at the left of sphere 1: both are set rolling the same way
    assert run.state.torque[0, 2] < 0


def test_small_slip_is_elastic_and_carried_by_friction(wet_law):
    law = wet_law._replace(friction=0.3, damping=0.0)
    run = relaxed(np.array([[3.0, 3, 3], [4.99, 3, 3]]), np.ones(2), np.zeros(2), 20.0, law)
    run.state.velocity[0, 1] = 1e-6
    forces(run.state, run.table, law, 20.0, 1.0)
    assert run.state.force[0, 1] == pytest.approx(-law.tangential * 1e-6, rel=1e-9)


def test_bridge_pulls_with_the_toroid_force_at_contact(wet_law):
    dry = wet_law._replace(attraction=0.0)
    assert pull(0.0, 1.0, 0.1, dry) == 1.0
    assert bridge_force_nN(100.0, 0.079, 20.0) == pytest.approx(46.6, abs=0.1)
    half = pull(0.05, 1.0, 0.1, dry)
    assert half == pytest.approx(1 - 0.05 / math.sqrt(0.05**2 + 0.2 / math.pi))
    assert pull(0.1 ** (1 / 3) * 1.001, 1.0, 0.1, dry) == 0.0


def test_van_der_waals_is_far_below_the_bridge(wet_law):
    dry = wet_law._replace(pull=0.0)
    assert 1 / 200 < pull(0.0, 1.0, 0.0, dry) < 1 / 100  # data sheet: the bridge wins by 150


def test_force_is_the_slope_of_the_energy(wet_law):
    h = 1e-5
    for gap in (-0.004, 0.003, 0.02, 0.3, 0.55):
        slope = (pair_energy(gap + h, 1.0, 0.2, wet_law) - pair_energy(gap - h, 1.0, 0.2, wet_law)) / (2 * h)
        one = np.ones(1)
        force = pair_push(gap * one, one, wet_law) - pair_pull(gap * one, one, 0.2 * one, wet_law)
        assert -slope == pytest.approx(force[0], abs=3e-3)


def test_hertz_overlap_at_the_bridge_force_is_a_fifth_of_a_nanometre(values):
    law = make_law(100.0, 47.0, 0.5, 0.1, values)
    assert 100 * law.stiffness ** (-2 / 3) == pytest.approx(0.2, abs=0.03)
