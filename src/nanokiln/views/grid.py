"""The part of a stage that is shown, as one distance field of its own in the axes of the camera.

The periodic field is sampled on a grid whose axes are right, down and into the picture, and cut to a soft
envelope of the spheres that are shown: necks between two of them stay, a neck to a sphere left out ends at
the skin. Outside, the envelope gives the distance, so rays cross empty space in long steps.
"""

# mypy: disable-error-code="no-untyped-def"
# (compiled functions: numba infers their types from the call)

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit, prange

from .body import Array, Field

_SKIN = 0.12  # radii an envelope stands above its sphere: bumps and films lie below it
_LEAST_SKIN = 2.6  # voxels, for coarse grids
_SOFT = 0.2  # radii over which envelopes of neighbours merge
_FLUSH, _RAISED = 0.35, 0.75  # of that: distance to a sphere left out at which the envelope is bare, and full
_NEAR = 2.9  # voxels from the surface within which the field is interpolated by cubics
_AROUND = 0.7  # radii beyond the envelope where its distance is known; further out it is taken as this


class Grid(NamedTuple):
    """Distance field of what is shown.

    Attributes
    ----------
    field
        Distance in steps of the grid, positive inside; axes down, right, into the picture.
    corner
        Place of the first point, voxels of the box.
    axes
        Down, right and into as rows, in the axes of the box.
    pitch
        Step of the grid in voxels.
    """

    field: Field
    corner: Array
    axes: Array
    pitch: float

    def places(self, points: Array) -> Array:
        """Return points of the grid, shape (..., 3), in voxels of the box."""
        return np.asarray(self.corner + self.pitch * (points @ self.axes))


@njit(cache=True)
def _keys(t):
    """Weights of the cubic through four neighbours (Catmull and Rom)."""
    return (
        ((-0.5 * t + 1.0) * t - 0.5) * t,
        (1.5 * t - 2.5) * t * t + 1.0,
        ((-1.5 * t + 2.0) * t + 0.5) * t,
        (0.5 * t - 0.5) * t * t,
    )


@njit(cache=True)
def cubic(field, x, y, z):
    """Tricubic value of a periodic field."""
    n = field.shape[0]
    fx, fy, fz = math.floor(x), math.floor(y), math.floor(z)
    wx, wy, wz = _keys(x - fx), _keys(y - fy), _keys(z - fz)
    total = 0.0
    for a in range(4):
        i = (int(fx) + a - 1) % n
        for b in range(4):
            j = (int(fy) + b - 1) % n
            w = wx[a] * wy[b]
            for c in range(4):
                total += w * wz[c] * field[i, j, (int(fz) + c - 1) % n]
    return total


@njit(cache=True)
def _envelope(total, i, centres, radii, around, soft):
    """Add the envelopes of all spheres to plane i: the sum of exp(distance/soft)."""
    _, ny, nz = total.shape
    for s in range(len(radii)):
        r = radii[s]
        out = r + around
        x = i - centres[s, 0]
        flat = out * out - x * x
        if flat <= 0.0:
            continue
        wide = math.sqrt(flat)
        for j in range(
            max(0, math.ceil(centres[s, 1] - wide)), min(ny, math.floor(centres[s, 1] + wide) + 1)
        ):
            y = j - centres[s, 1]
            deep = math.sqrt(max(flat - y * y, 0.0))
            first = max(0, math.ceil(centres[s, 2] - deep))
            for k in range(first, min(nz, math.floor(centres[s, 2] + deep) + 1)):
                z = k - centres[s, 2]
                d = r - math.sqrt(x * x + y * y + z * z)
                total[i, j, k] += math.exp(min(d / soft, 40.0))


@njit(cache=True)
def _next_to(gap, i, centres, radii, widest):
    """Write into a plane the distance to the nearest of the spheres left out, `widest` at most."""
    ny, nz = gap.shape
    gap[:] = widest
    for s in range(len(radii)):
        out = radii[s] + widest
        x = i - centres[s, 0]
        flat = out * out - x * x
        if flat <= 0.0:
            continue
        wide = math.sqrt(flat)
        for j in range(
            max(0, math.ceil(centres[s, 1] - wide)), min(ny, math.floor(centres[s, 1] + wide) + 1)
        ):
            y = j - centres[s, 1]
            deep = math.sqrt(max(flat - y * y, 0.0))
            first = max(0, math.ceil(centres[s, 2] - deep))
            for k in range(first, min(nz, math.floor(centres[s, 2] + deep) + 1)):
                z = k - centres[s, 2]
                gap[j, k] = min(gap[j, k], math.sqrt(x * x + y * y + z * z) - radii[s])


@njit(parallel=True, cache=True)
def _build(out, field, shown, hidden, skin, around, soft, corner, axes, pitch):
    """Fill a grid: the periodic field, cut to the envelope of the spheres shown.

    `shown` and `hidden` are rows of centre and radius. The envelope stands `skin` above the spheres shown,
    and not at all next to one that is hidden, so that no collar of a neck is left.
    """
    nx, ny, nz = out.shape
    n = field.shape[0]
    none, full = _FLUSH * around, _RAISED * around
    for i in prange(nx):
        _envelope(out, i, shown[:, :3], shown[:, 3] + skin, around, soft)
        gap = np.empty((ny, nz), dtype=np.float32)
        _next_to(gap, i, hidden[:, :3], hidden[:, 3], full)
        for j in range(ny):
            for k in range(nz):
                total = out[i, j, k]
                shell = -around
                if total > 0.0:
                    flush = 1.0 - min(max((gap[j, k] - none) / (full - none), 0.0), 1.0)
                    flush = flush * flush * (3.0 - 2.0 * flush)
                    shell = max(soft * math.log(total) - skin * flush, -around)
                if shell <= -2.0:
                    out[i, j, k] = shell
                    continue
                x = corner[0] + pitch * (i * axes[0, 0] + j * axes[1, 0] + k * axes[2, 0])
                y = corner[1] + pitch * (i * axes[0, 1] + j * axes[1, 1] + k * axes[2, 1])
                z = corner[2] + pitch * (i * axes[0, 2] + j * axes[1, 2] + k * axes[2, 2])
                a, b = math.floor(x + 0.5) % n, math.floor(y + 0.5) % n
                value = field[a, b, math.floor(z + 0.5) % n]
                if abs(value) < _NEAR:
                    value = cubic(field, x, y, z)
                out[i, j, k] = min(value / pitch, shell)


def build(
    field: Field,
    balls: tuple[Array, Array],
    corner: Array,
    axes: Array,
    shape: tuple[int, int, int],
    pitch: float = 1.0,
) -> Grid:
    """Return the part of a periodic distance field around the spheres that are shown.

    Parameters
    ----------
    field
        Signed distance in voxels, shape (n, n, n).
    balls
        Centre and radius of images that are shown and of those next to them that are not, shape (image, 4),
        voxels.
    corner, axes, pitch
        See `Grid`.
    shape
        Points along each axis.
    """
    radius = float(balls[0][:, 3].mean()) if len(balls[0]) else 1.0
    skin = max(_SKIN * radius, _LEAST_SKIN) / pitch
    out = np.zeros(shape, dtype=np.float32)
    around, soft = _AROUND * radius / pitch, _SOFT * radius / pitch
    shown, hidden = (_inside(images, corner, axes, pitch) for images in balls)
    _build(out, field, shown, hidden, skin, around, soft, corner, np.ascontiguousarray(axes), pitch)
    return Grid(out, corner, axes, pitch)


def _inside(images: Array, corner: Array, axes: Array, pitch: float) -> Array:
    """Return images in steps of the grid."""
    places = (images[:, :3] - corner) @ axes.T
    return np.ascontiguousarray(np.concatenate([places, images[:, 3:]], axis=1) / pitch)
