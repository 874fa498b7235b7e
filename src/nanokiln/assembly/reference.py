"""The obvious twin of the compiled kernels: NumPy, all pairs, all images, written like the formulas.

Used by tests and by the benchmark, never by a run.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
from numpy.typing import NDArray

from .kernels import RUPTURE_RAMP
from .laws import VDW_RANGE, Law

Array = NDArray[np.float64]
QUADRATURE = 2000  # midpoints per part of the pair energy integral
NOT_A_PAIR = 1e-12


def pair_pull(gap: Array, radius: Array, volume: Array, law: Law) -> Array:
    """Return the attraction of pairs: van der Waals, and a bridge of constant volume that ruptures."""
    opened = np.maximum(gap, 0.0)
    dry = law.attraction * radius / (law.contact_distance + opened) ** 2
    wet = np.maximum(volume, np.finfo(float).tiny)
    share = opened**3 / wet
    thinning = 1 - opened / np.sqrt(opened**2 + 2 * wet / (math.pi * radius))
    ramp = np.clip((1 - share) / RUPTURE_RAMP, 0.0, 1.0)
    return dry + np.where(volume > 0, law.pull * radius * thinning * ramp, 0.0)


def pair_push(gap: Array, radius: Array, law: Law) -> Array:
    """Return the elastic repulsion of pairs (Hertz)."""
    return law.stiffness * np.sqrt(radius) * np.maximum(-gap, 0.0) ** (3 / 2)


def pair_energy(gap: float, radius: float, volume: float, law: Law) -> float:
    """Return the energy of one pair, zero at the reach of the law, by midpoint quadrature."""
    if gap >= law.reach:
        return 0.0
    # the force bends at contact and is steep within the range of van der Waals: a grid of its own for each
    bends = (0.0, min(VDW_RANGE * law.contact_distance, law.reach))
    corners = [gap, *(bend for bend in bends if bend > gap), law.reach]
    total = 0.0
    for low, high in itertools.pairwise(corners):
        middle = low + (high - low) * (np.arange(QUADRATURE) + 0.5) / QUADRATURE
        size, melt = np.full(QUADRATURE, radius), np.full(QUADRATURE, volume)
        force = pair_push(middle, size, law) - pair_pull(middle, size, melt, law)
        total += float(np.mean(force)) * (high - low)
    return total


def static_forces(position: Array, radius: Array, melt: Array, law: Law, box: float) -> tuple[Array, float]:
    """Return the net force on every sphere at rest and the pressure, without friction.

    Parameters
    ----------
    position, radius, melt
        Centres (sphere, 3); radii and bridge shares (sphere,), reduced units.
    law
        Pair law.
    box
        Edge of the periodic cube, reduced.

    Limits
    ------
    Time and memory grow with the square of the number of spheres.
    """
    force, virial = np.zeros_like(position), 0.0
    total = radius[:, None] + radius
    mean = 2 * radius[:, None] * radius / total
    volume = melt[:, None] + melt
    nearest = 2 * (2 * np.max(radius) + law.reach) < box
    images = [(0, 0, 0)] if nearest else list(itertools.product((-1, 0, 1), repeat=3))
    for image in images:
        apart = position[:, None] - position
        # with one image per pair take the nearest one, otherwise visit all
        apart = apart - box * (np.round(apart / box) if nearest else np.array(image))
        distance = np.linalg.norm(apart, axis=2)
        gap = distance - total
        acts = (gap < law.reach) & (distance > NOT_A_PAIR)
        push = np.where(acts, pair_push(gap, mean, law) - pair_pull(gap, mean, volume, law), 0.0)
        along = apart / np.maximum(distance, NOT_A_PAIR)[:, :, None]
        force += np.sum(push[:, :, None] * along, axis=1)
        virial += float(np.sum(push * distance))
    return force, virial / (2 * 3 * box**3)
