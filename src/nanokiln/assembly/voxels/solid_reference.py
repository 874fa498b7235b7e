"""The readable twin of the compiled solid: one redistancing and one step on whole arrays, in NumPy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .band import AXES
from .fields import ETA, laplacian, profile, profile_slope, reach
from .redistance import EVEN, FLAT, PACE, SWEEPS
from .solid_kernels import NO_ROOM, STEEPEST

Array = NDArray[np.float64]


def _beside(phi: Array, axis: int, cells: int) -> Array:
    """Return the field `cells` ahead along an axis."""
    return np.roll(phi, -cells, axis)


def _anchored(phi: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Return the field with the cells at the surface at their distance, and which these are."""
    near, square = np.zeros(phi.shape, bool), np.zeros(phi.shape)
    for axis in range(AXES):
        ahead, back = _beside(phi, axis, 1), _beside(phi, axis, -1)
        near |= ((ahead > 0) != (phi > 0)) | ((back > 0) != (phi > 0))
        left, right = phi - back, ahead - phi
        steeper = np.maximum(np.abs(left), np.abs(right))
        square += np.where(left * right < 0, steeper, (left + right) / 2) ** 2
    slope = np.maximum(np.sqrt(square), FLAT)
    return np.where(near & (np.abs(slope - 1) > EVEN), phi / slope, phi), near


def _smaller(a: Array, b: Array) -> Array:
    return np.where(a * b <= 0, 0.0, np.where(np.abs(a) < np.abs(b), a, b))


def _steepness(phi: Array, axis: int, sign: Array) -> Array:
    """Return the square of the slope along an axis, seen from the surface."""
    ahead, back = _beside(phi, axis, 1), _beside(phi, axis, -1)
    bend = ahead - 2 * phi + back
    left = phi - back + _smaller(bend, _beside(bend, axis, -1)) / 2
    right = ahead - phi - _smaller(bend, _beside(bend, axis, 1)) / 2
    seen = np.maximum(np.maximum(sign * left, 0) ** 2, np.minimum(sign * right, 0) ** 2)
    return np.asarray(seen)


def redistanced(phi: Array, eta: float = ETA, sweeps: int = SWEEPS) -> Array:
    """Return the signed distance of the surface of `phi`; see `redistance.redistance`."""
    limit = reach(eta)
    phi, near = _anchored(np.clip(phi, -limit, limit))
    for _ in range(sweeps):
        sign = np.where(phi > 0, 1.0, -1.0)
        slope = np.sqrt(sum(_steepness(phi, axis, sign) for axis in range(AXES)))
        phi = np.where(near, phi, np.clip(phi - PACE * sign * (slope - 1), -limit, limit))
    return phi


def _stencil(field: Array) -> Array:
    """Return the sum over a cell and its six neighbours."""
    return np.asarray(laplacian(field) + (2 * AXES + 1) * field)


def stepped(phi: Array, melt: Array, target: float, spread: float, film: float, eta: float = ETA) -> Array:
    """Return the field after one step with two Newton repeats; see `solid.advance`."""
    limit = reach(eta)
    free = np.abs(phi) < limit  # cells at the clamp stand still
    room = _stencil(1 - profile(phi, eta))
    wet = np.where(room < NO_ROOM, 0.0, np.clip(_stencil(melt) / np.maximum(room, NO_ROOM), 0, 1))
    cover = film + (1 - film) * wet
    curvature = np.clip(laplacian(phi), -STEEPEST, STEEPEST)
    weight = cover * profile_slope(phi, eta)
    volume = np.sum(profile(phi, eta))
    drive = (target - volume - spread * np.sum(weight * curvature)) / np.sum(weight)
    cover = np.where(free, cover, 0.0)
    phi = np.clip(phi + cover * (drive + spread * curvature), -limit, limit)
    for _ in range(2):
        error = target - np.sum(profile(phi, eta))
        phi = np.clip(phi + cover * error / np.sum(cover * profile_slope(phi, eta)), -limit, limit)
    return phi
