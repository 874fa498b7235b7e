"""Rings between touching spheres against the exact surface of constant mean curvature."""

import numpy as np
import pytest

from . import exact
from .bodies import pull, ring_melt, waist

SHARE, THETA = 0.1, 20  # melt volume over R^3; Young's angle


def measured(radius):
    """Return waist, force and pressure over the exact ones."""
    ring = exact.ring(SHARE, THETA)
    melt, across = ring_melt(radius, THETA, SHARE * radius**3)
    assert melt.relax()
    assert melt.validity().holds
    return np.array(
        [
            waist(melt, across) / radius / ring.waist,
            pull(melt, across) / radius / ring.force,
            melt.pressure() * radius / ring.pressure,
        ]
    )


def test_a_ring_at_draft_resolution():
    wide, strong, pressure = measured(22)
    assert wide == pytest.approx(1, abs=0.01)
    assert strong == pytest.approx(1, abs=0.04)
    assert pressure == pytest.approx(1, abs=0.12)


def test_a_ring_converges_with_the_grid():
    coarse, fine = measured(22), measured(44)
    assert fine[0] == pytest.approx(1, abs=0.01)
    assert fine[1] == pytest.approx(1, abs=0.03)
    assert abs(fine[2] - 1) < abs(coarse[2] - 1)
    assert 2 * fine[1] - coarse[1] == pytest.approx(1, abs=0.03)  # first order in eta/R


def test_the_exact_ring_keeps_its_first_integral():
    """Line minus pressure is the same on the waist and on the circle of contact."""
    ring = exact.ring(SHARE, THETA)
    y, beta = np.sin(ring.filling), np.pi / 2 - np.radians(THETA) - ring.filling
    at_sphere = 2 * np.pi * y * np.cos(beta) - np.pi * y**2 * ring.pressure
    assert ring.force == pytest.approx(at_sphere, rel=1e-7)


def test_the_exact_ring_tends_to_a_small_bridge():
    """Force of a vanishing ring between touching spheres: 2 pi R sigma cos(theta)."""
    small = exact.ring(2e-4, THETA)
    assert small.force == pytest.approx(2 * np.pi * np.cos(np.radians(THETA)), rel=0.1)
