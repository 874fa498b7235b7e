"""Distance of every cell to the solid in a periodic box, to a fraction of a voxel; and unions of balls.

SciPy has a distance transform, but not for periodic boxes: with wrapped padding it takes four times as long
at 128^3 as all pore sizes here. The tests hold this one against it.
"""

# mypy: disable-error-code="no-untyped-def"
# (compiled functions: numba infers their types from the call)

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

FAR = np.float32(1e30)  # squared distance of what has not been met
NONE = np.int32(-1)


@njit(cache=True)
def _line(solid, best, near, base):
    """Nearest solid cell along the last axis, around the box: two walks, each twice through the row."""
    nz = len(solid)
    last = -4 * nz
    for step in range(2 * nz):
        k = step % nz
        if solid[k]:
            last = step
        d = step - last
        if step >= nz:
            best[k] = FAR if last < 0 else np.float32(d * d)
            near[k] = NONE if last < 0 else np.int32(base + last % nz)
    if last < 0:
        return
    last = 4 * nz
    for back in range(2 * nz):
        step = 2 * nz - 1 - back
        k = step % nz
        if solid[k]:
            last = step
        d = last - step
        if step < nz and d * d < best[k]:
            best[k] = np.float32(d * d)
            near[k] = np.int32(base + last % nz)


@njit(parallel=True, cache=True)
def _along_z(solid, best, near):
    nx, ny, nz = solid.shape
    for i in prange(nx):
        for j in range(ny):
            _line(solid[i, j], best[i, j], near[i, j], (i * ny + j) * nz)


@njit(cache=True)
def _search(best, near, out, out_near, index):
    """Search rows to either side of row `index`: no further than the best found so far allows."""
    count, nz = best.shape
    for k in range(nz):
        out[k] = best[index, k]
        out_near[k] = near[index, k]
    for step in range(1, count // 2 + 1):
        square = np.float32(step * step)
        up, down = (index + step) % count, (index - step) % count
        open_cells = 0
        for k in range(nz):
            if out[k] > square:
                open_cells += 1
                value = best[up, k] + square
                if value < out[k]:
                    out[k] = value
                    out_near[k] = near[up, k]
                value = best[down, k] + square
                if value < out[k]:
                    out[k] = value
                    out_near[k] = near[down, k]
        if open_cells == 0:
            return


@njit(parallel=True, cache=True)
def _along_y(best, near, out, out_near):
    for i in prange(best.shape[0]):
        for j in range(best.shape[1]):
            _search(best[i], near[i], out[i, j], out_near[i, j], j)


@njit(parallel=True, cache=True)
def _along_x(best, near, out, out_near):
    for j in prange(best.shape[1]):
        for i in range(best.shape[0]):
            _search(best[:, j], near[:, j], out[i, j], out_near[i, j], i)


@njit(cache=True)
def _wrapped(d, n):
    d = abs(d)
    return min(d, n - d)


@njit(parallel=True, cache=True)
def _refine(phi, near, limit, out):
    """Distance of each void cell: stored near the surface, else past the depth of the nearest solid cells."""
    nx, ny, nz = phi.shape
    for i in prange(nx):
        for j in range(ny):
            for k in range(nz):
                p = phi[i, j, k]
                if p > 0.0 or near[i, j, k] < 0:
                    out[i, j, k] = 0.0 if p > 0.0 else FAR
                    continue
                if p > -limit:
                    out[i, j, k] = -p
                    continue
                at = near[i, j, k]
                a0, b0, c0 = at // (ny * nz), at // nz % ny, at % nz
                least = math.inf
                for da in range(-1, 2):
                    a = (a0 + da) % nx
                    x = _wrapped(a - i, nx)
                    for db in range(-1, 2):
                        b = (b0 + db) % ny
                        y = _wrapped(b - j, ny)
                        for dc in range(-1, 2):
                            c = (c0 + dc) % nz
                            z = _wrapped(c - k, nz)
                            depth = phi[a, b, c]
                            if depth > 0.0 and depth < limit:
                                least = min(least, math.sqrt(x * x + y * y + z * z) - depth)
                out[i, j, k] = max(least, limit)


def void_distance(phi: NDArray[np.float32], limit: float) -> NDArray[np.float32]:
    """Return the distance of every void cell to the nearest solid, voxels; zero in the solid.

    Parameters
    ----------
    phi
        Signed distance, shape (nx, ny, nz), voxels, periodic.
    limit
        Depth up to which `phi` itself is a distance; beyond, it is clamped.

    Returns
    -------
    array, like phi, float32
        1e30 everywhere in the void where there is no solid at all.

    Limits
    ------
    Beyond the clamp an upper bound, high by less than 0.1 voxel as a rule: the ball around a solid cell that
    its own depth allows is passed by a line that need not be straight through the surface.
    """
    field = np.ascontiguousarray(phi, dtype=np.float32)
    best, other = np.empty_like(field), np.empty_like(field)
    near, other_near = np.empty(field.shape, np.int32), np.empty(field.shape, np.int32)
    _along_z(field > 0, best, near)
    _along_y(best, near, other, other_near)
    _along_x(other, other_near, best, near)
    _refine(field, near, np.float32(limit), other)
    return other


@njit(cache=True)
def _lower(rows, reach, out, index):
    """Out <- min over rows at distance d <= reach of rows + d^2."""
    count, nz = rows.shape
    for k in range(nz):
        out[k] = rows[index, k]
    for step in range(1, min(reach, count // 2) + 1):
        square = np.float32(step * step)
        up, down = rows[(index + step) % count], rows[(index - step) % count]
        for k in range(nz):
            out[k] = min(out[k], min(up[k], down[k]) + square)


@njit(parallel=True, cache=True)
def _balls_z(radius, least, below, reach, out):
    nx, ny, nz = radius.shape
    for i in prange(nx):
        row = np.empty(3 * nz, np.float32)
        for j in range(ny):
            for k in range(nz):
                r = radius[i, j, k]
                row[k] = -r * r if least <= r < below else FAR
                row[k + nz] = row[k]
                row[k + 2 * nz] = row[k]
            some = False
            for k in range(nz):
                out[i, j, k] = row[k]
                some |= row[k] < 0
            if some:
                for step in range(1, min(reach, nz // 2) + 1):
                    square = np.float32(step * step)
                    for k in range(nz):
                        side = min(row[k + nz + step], row[k + nz - step])
                        out[i, j, k] = min(out[i, j, k], side + square)


@njit(parallel=True, cache=True)
def _balls_y(rows, reach, out):
    for i in prange(rows.shape[0]):
        for j in range(rows.shape[1]):
            _lower(rows[i], reach, out[i, j], j)


@njit(parallel=True, cache=True)
def _balls_x(rows, reach, out):
    for j in prange(rows.shape[1]):
        for i in range(rows.shape[0]):
            _lower(rows[:, j], reach, out[i, j], i)


def covered(radius: NDArray[np.float32], least: float, below: float) -> NDArray[np.bool_]:
    """Return which cells lie in a ball that fits into the void and has a radius within bounds.

    Parameters
    ----------
    radius
        Distance to the solid, shape (nx, ny, nz), voxels, periodic; zero in the solid.
    least, below
        Balls count from the first radius up to below the second, voxels.

    Returns
    -------
    array of bool, like radius

    Limits
    ------
    Balls have their centres on cells; the union of |x - y|^2 < r_y^2, exact on the grid.
    """
    reach = math.ceil(below)
    first, second = np.empty_like(radius), np.empty_like(radius)
    _balls_z(radius, np.float32(least), np.float32(below), reach, first)
    _balls_y(first, reach, second)
    _balls_x(second, reach, first)
    return np.asarray(first < 0)
