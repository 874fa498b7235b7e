"""Rays through a distance field: where each one leaves the solid, by tricubic interpolation; in voxels.

The same reading as `geometry.sample` and `geometry.neck_radius`, compiled, because a packing needs a hundred
thousand rays.
"""

# mypy: disable-error-code="no-untyped-def"
# (compiled functions: numba infers their types from the call)

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from ..band import AXES

Array = NDArray[np.float64]
SHORTEST = 0.25  # voxel, least step along a ray: half the thinnest film a grid can show
PACE = 0.8  # of the stored distance, the step along a ray: below one, because interpolation may err
BISECTIONS = 20  # halvings of a step of at most five voxels: 5e-6 voxel


@njit(cache=True)
def _weights(t):
    """Return the four Lagrange weights of the points -1, 0, 1, 2 at t."""
    return (
        -t * (t - 1.0) * (t - 2.0) / (2.0 * 3.0),
        (t + 1.0) * (t - 1.0) * (t - 2.0) / 2.0,
        -(t + 1.0) * t * (t - 2.0) / 2.0,
        (t + 1.0) * t * (t - 1.0) / (2.0 * 3.0),
    )


@njit(cache=True)
def _distance(phi, x, y, z):
    """Return the tricubic interpolant of the field at one point of the periodic box."""
    nx, ny, nz = phi.shape
    i, j, k = math.floor(x), math.floor(y), math.floor(z)
    wx, wy, wz = _weights(x - i), _weights(y - j), _weights(z - k)
    k0, k1, k2, k3 = (k - 1) % nz, k % nz, (k + 1) % nz, (k + 2) % nz
    total = 0.0
    for a in range(4):
        ia = (i + a - 1) % nx
        plane = 0.0
        for b in range(4):
            line = phi[ia, (j + b - 1) % ny]
            plane += wy[b] * (wz[0] * line[k0] + wz[1] * line[k1] + wz[2] * line[k2] + wz[3] * line[k3])
        total += wx[a] * plane
    return total


@njit(cache=True)
def _zero(phi, origin, way, near, far):
    """Return the zero between two places on a ray, of which one is solid and one is not."""
    solid = _distance(phi, *_place(origin, way, near)) > 0.0
    for _ in range(BISECTIONS):
        middle = (near + far) / 2.0
        if (_distance(phi, *_place(origin, way, middle)) > 0.0) == solid:
            near = middle
        else:
            far = middle
    return (near + far) / 2.0


@njit(cache=True)
def _place(origin, way, t):
    return origin[0] + t * way[0], origin[1] + t * way[1], origin[2] + t * way[2]


@njit(cache=True)
def _trace(phi, origin, way, start, limit):
    """Return where a ray enters the solid (`start` if it begins there) and where it first leaves it."""
    t, enter = start, math.nan
    value = _distance(phi, *_place(origin, way, t))
    if value > 0.0:
        enter = start
    while t < limit:
        ahead = min(t + max(SHORTEST, PACE * abs(value)), limit)
        value = _distance(phi, *_place(origin, way, ahead))
        if math.isnan(enter):
            if value > 0.0:
                enter = _zero(phi, origin, way, t, ahead)
        elif value <= 0.0:
            return enter, _zero(phi, origin, way, t, ahead)
        t = ahead
    return enter, math.nan


@njit(parallel=True, cache=True)
def _trace_all(phi, origins, ways, span, found):
    """Trace every direction of every origin; ways has shape (origin, ray, 3)."""
    for n in prange(len(origins)):
        for m in range(ways.shape[1]):
            found[0, n, m], found[1, n, m] = _trace(phi, origins[n], ways[n, m], span[n, 0], span[n, 1])


def trace(phi: NDArray[np.floating], origins: Array, ways: Array, start: Array, limit: Array) -> Array:
    """Return where rays enter the solid and where they first leave it.

    Parameters
    ----------
    phi
        Signed distance, shape (nx, ny, nz), voxels, periodic.
    origins
        Shape (origin, 3), voxels.
    ways
        Unit vectors, shape (origin, ray, 3).
    start, limit
        First and last place looked at along the rays of each origin, shape (origin,), voxels.

    Returns
    -------
    array, shape (2, origin, ray)
        Entry (`start` where the ray begins in the solid) and exit, voxels from the origin; NaN where the
        ray meets no solid, or does not leave it before the limit.

    Limits
    ------
    Bodies thinner than a quarter of a voxel may be stepped over.
    """
    span = np.stack([np.broadcast_to(start, len(origins)), np.broadcast_to(limit, len(origins))], axis=1)
    found = np.empty((2, len(origins), ways.shape[1]))
    field = np.ascontiguousarray(phi, dtype=np.float32)
    _trace_all(
        field,
        np.ascontiguousarray(origins, dtype=np.float64),
        np.ascontiguousarray(ways, dtype=np.float64),
        np.ascontiguousarray(span, dtype=np.float64),
        found,
    )
    return found


def directions(count: int) -> Array:
    """Return unit vectors that share the sphere evenly (a Fibonacci lattice), shape (count, 3)."""
    n = np.arange(count)
    height = 1 - (2 * n + 1) / count
    angle = np.pi * (3 - np.sqrt(4 + 1)) * n  # the golden angle
    across = np.sqrt(1 - height**2)
    return np.stack([across * np.cos(angle), across * np.sin(angle), height], axis=1)


def rings(axes: Array, count: int) -> Array:
    """Return unit vectors around axes, evenly spaced, shape (axis, count, 3).

    Parameters
    ----------
    axes
        Unit vectors, shape (axis, 3).
    count
        Directions around each.
    """
    least = np.eye(AXES)[np.argmin(np.abs(axes), axis=1)]
    across = np.cross(axes, least)
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    other = np.cross(axes, across)
    angle = 2 * np.pi * np.arange(count) / count
    return across[:, None, :] * np.cos(angle)[:, None] + other[:, None, :] * np.sin(angle)[:, None]
