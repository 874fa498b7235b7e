"""How much of what leaves a point reaches the detector: the open sky above the height map, by its horizons.

For each direction in the picture the neighbours give the horizon; between the horizons the flux of a cosine
emitter is integrated exactly. An in-lens detector takes all directions alike; a detector at the side takes
more of what leaves towards it.
"""

# mypy: disable-error-code="no-untyped-def"
# (compiled functions: numba infers their types from the call)

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange

SLICES = 4  # planes through each point: eight directions; neighbours take others, then they are averaged
BLOCK = 4  # pixels along an edge over which the directions are spread and averaged
_GROWTH = 1.45  # of the steps along a direction
_STEEP = 0.05  # cosine: steeper faces are taken as this
_ALIKE = 0.6  # cosine between normals of neighbours that are averaged


@njit(cache=True, inline="always")
def _arc(angle, gamma):
    """Flux between the normal of the picture and a horizon, of a face whose normal leans by gamma."""
    return 0.25 * (-math.cos(2 * angle - gamma) + math.cos(gamma) + 2 * angle * math.sin(gamma))


@njit(parallel=True, cache=True)
def open_sky(height, normal, hit, reach, side):
    """Return the share of the emission that is collected; one for a flat open face.

    Parameters
    ----------
    height
        In pixels, shape (rows, columns).
    normal
        x, y, z; z towards the gun.
    hit
        Whether there is a surface.
    reach
        Pixels up to which something takes sky away.
    side
        Preference for the direction of the detector, as a vector in the picture (x, y); its length is 0 for
        none.
    """
    rows, columns = height.shape
    out = np.zeros((rows, columns), dtype=np.float32)
    for row in prange(rows):
        for column in range(columns):
            if not hit[row, column]:
                continue
            here = height[row, column]
            nx, ny, nz = normal[row, column, 0], normal[row, column, 1], normal[row, column, 2]
            steep = max(nz, _STEEP)
            cell = (row % BLOCK) * BLOCK + column % BLOCK
            turn = ((cell * 7) % (BLOCK * BLOCK)) / (BLOCK * BLOCK)
            first = 1.0 + 0.45 * ((cell * 11) % (BLOCK * BLOCK)) / (BLOCK * BLOCK)
            total = 0.0
            for n in range(SLICES):
                angle = math.pi * (n + turn) / SLICES
                tx, ty = math.cos(angle), math.sin(angle)
                along = nx * tx + ny * ty
                size = math.sqrt(along * along + nz * nz)
                if size < 1e-6:
                    continue
                gamma = math.atan2(along, nz)
                favour = side[0] * tx + side[1] * ty
                for sign in range(-1, 2, 2):
                    above = -1e9  # slope above the plane of the face: a convex body does not shade itself
                    r = first
                    while r < reach:
                        i = int(row + sign * r * ty + 0.5)
                        j = int(column + sign * r * tx + 0.5)
                        if i < 0 or j < 0 or i >= rows or j >= columns:
                            break
                        di, dj = i - row, j - column
                        if di != 0 or dj != 0:
                            plane = -(nx * dj + ny * di) / steep
                            rise = height[i, j] - here - plane
                            above = max(above, rise / math.sqrt(di * di + dj * dj))
                        r *= _GROWTH
                    slope = -sign * along / steep + above
                    horizon = math.pi / 2 if slope <= 0.0 else math.pi / 2 - math.atan(slope)
                    # light from beyond the plane of the face does not count
                    if sign > 0:
                        value = _arc(min(horizon, gamma + math.pi / 2), gamma)
                    else:
                        value = _arc(max(-horizon, gamma - math.pi / 2), gamma)
                    total += max(size * value, 0.0) * (1.0 + sign * favour)
            out[row, column] = total / SLICES
    return out


@njit(parallel=True, cache=True)
def smooth(values, height, normal, hit, near):
    """Average over the block of directions, on the same face."""
    rows, columns = values.shape
    out = np.zeros_like(values)
    for row in prange(rows):
        for column in range(columns):
            if not hit[row, column]:
                continue
            total = weight = 0.0
            for i in range(max(0, row - BLOCK // 2 + 1), min(rows, row + BLOCK // 2 + 1)):
                for j in range(max(0, column - BLOCK // 2 + 1), min(columns, column + BLOCK // 2 + 1)):
                    if not hit[i, j] or abs(height[i, j] - height[row, column]) > near:
                        continue
                    w = 0.0
                    for a in range(3):
                        w += normal[i, j, a] * normal[row, column, a]
                    if w > _ALIKE:
                        total += values[i, j]
                        weight += 1.0
            out[row, column] = total / weight if weight > 0 else values[row, column]
    return out
