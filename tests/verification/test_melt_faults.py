"""Models broken on purpose: the measurements of the other files must notice each."""

import numpy as np
import pytest

from nanokiln.assembly.voxels import fields
from nanokiln.assembly.voxels import melt as engine

from . import exact
from .bodies import fitted_angle, pull, ring_melt, waist, wall_drop

RIGHT = fields.wall_term


def from_profile_alone(s, cos_theta, eta=fields.ETA):
    """Leave out the curvature of s."""
    return (1 - (1 + cos_theta) * s).astype(s.dtype)


def half_curvature(s, cos_theta, eta=fields.ETA):
    """Take half the curvature of s."""
    return 0.5 * (RIGHT(s, cos_theta, eta) + from_profile_alone(s, cos_theta, eta))


def other_angle(s, cos_theta, eta=fields.ETA):
    """Use a cosine 0.1 too high."""
    return RIGHT(s, cos_theta + 0.1, eta)


def spoil(monkeypatch, wrong):
    """Put another wall term into the melt."""

    def fill(room, cosine, k, wall):
        wall[...] = wrong(1 - room, cosine)

    monkeypatch.setattr(engine, "fill_wall", fill)


@pytest.mark.parametrize("wrong", [from_profile_alone, half_curvature, other_angle])
def test_a_wrong_wall_term_breaks_youngs_law(monkeypatch, wrong):
    spoil(monkeypatch, wrong)
    melt, *where = wall_drop(60, 50, start_deg=68, height=48, width=160)
    melt.advance(8000)
    assert abs(fitted_angle(melt, *where) - 60) > 2


@pytest.mark.parametrize("wrong", [from_profile_alone, half_curvature])
def test_a_wrong_wall_term_breaks_the_ring(monkeypatch, wrong):
    spoil(monkeypatch, wrong)
    ring = exact.ring(0.1, 20)
    melt, across = ring_melt(22, 20, 0.1 * 22**3)
    melt.advance(1500)
    errors = waist(melt, across) / 22 / ring.waist - 1, pull(melt, across) / 22 / ring.force - 1
    assert abs(errors[0]) > 0.01
    assert abs(errors[1]) > 0.04


def test_a_multiplier_that_is_not_steered_loses_volume(monkeypatch):
    monkeypatch.setattr(engine, "DRIFT", np.inf)
    monkeypatch.setattr(engine, "FEEDBACK", 0.0)
    melt, *_ = wall_drop(60, 30, start_deg=80, width=96, height=48)
    melt.advance(100)
    assert abs(melt.volume / melt.target - 1) > 1e-6


def test_too_long_a_step_raises_the_energy(monkeypatch):
    monkeypatch.setattr(engine, "STEP", 1.3)
    melt, _ = ring_melt(11, 20, 0.1 * 11**3)
    melt.close()
    energies = []
    for _ in range(300):
        melt.advance(1)
        energies.append(melt.energy())
    assert (np.diff(energies) / np.abs(energies[:-1])).max() > 1e-7
