"""Rays through a distance field: what is seen, and how much sky a point of the surface sees.

Trilinear distances on the way, a cubic B-spline for the normal. The field has axes down, right and into the
picture; all lengths are steps of its grid. Rows of a picture are independent of each other, so the number of
threads changes nothing.
"""

# mypy: disable-error-code="no-untyped-def"
# (compiled functions: numba infers their types from the call)

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange

NOTHING = np.float32(np.inf)  # depth where a ray meets nothing
_OUT = -4.0  # distance taken outside the grid
_TRUST = 0.95  # of a trilinear distance
_LEAST = 0.15  # smallest step
_HALVINGS = 6  # of the last step
_START = 1.4  # above the surface where a ray to the sky begins
_SKY_LEAST = 1.0  # smallest step of such a ray: nothing finer matters
_ANY_LIGHT = 0.3  # weight of the sky far from the detector


@njit(cache=True, inline="always")
def _distance(field, x, y, z):
    """Trilinear distance; outside the grid everything is empty."""
    nx, ny, nz = field.shape
    if x < 0.0 or y < 0.0 or z < 0.0 or x >= nx - 1 or y >= ny - 1 or z >= nz - 1:
        return _OUT
    i, j, k = int(x), int(y), int(z)
    x, y, z = x - i, y - j, z - k
    a = field[i, j, k] * (1 - z) + field[i, j, k + 1] * z
    b = field[i, j + 1, k] * (1 - z) + field[i, j + 1, k + 1] * z
    c = field[i + 1, j, k] * (1 - z) + field[i + 1, j, k + 1] * z
    d = field[i + 1, j + 1, k] * (1 - z) + field[i + 1, j + 1, k + 1] * z
    return (a * (1 - y) + b * y) * (1 - x) + (c * (1 - y) + d * y) * x


@njit(cache=True)
def _spline(t):
    """Weights of the cubic B-spline at four neighbours, and their slopes."""
    u = 1.0 - t
    w = (
        u * u * u / 6,
        (4 - 6 * t * t + 3 * t * t * t) / 6,
        (4 - 6 * u * u + 3 * u * u * u) / 6,
        t * t * t / 6,
    )
    d = (-u * u / 2, (3 * t * t - 4 * t) / 2, (4 * u - 3 * u * u) / 2, t * t / 2)
    return w, d


@njit(cache=True)
def normal_at(field, x, y, z):
    """Outward normal of the surface at a point; zero where the field is flat."""
    nx, ny, nz = field.shape
    fx, fy, fz = math.floor(x), math.floor(y), math.floor(z)
    wx, dx = _spline(x - fx)
    wy, dy = _spline(y - fy)
    wz, dz = _spline(z - fz)
    gx = gy = gz = 0.0
    for a in range(4):
        i = min(max(int(fx) + a - 1, 0), nx - 1)
        for b in range(4):
            j = min(max(int(fy) + b - 1, 0), ny - 1)
            for c in range(4):
                value = field[i, j, min(max(int(fz) + c - 1, 0), nz - 1)]
                gx += dx[a] * wy[b] * wz[c] * value
                gy += wx[a] * dy[b] * wz[c] * value
                gz += wx[a] * wy[b] * dz[c] * value
    size = math.sqrt(gx * gx + gy * gy + gz * gz)
    if size < 1e-6:
        return 0.0, 0.0, 0.0
    return -gx / size, -gy / size, -gz / size


@njit(cache=True, inline="always")
def _first(field, x, y, deep):
    """Depth at which the ray through (x, y) enters the body."""
    t = last = 0.0
    while t < deep:
        value = _distance(field, x, y, t)
        if value > 0.0:
            for _ in range(_HALVINGS):
                middle = 0.5 * (last + t)
                if _distance(field, x, y, middle) > 0.0:
                    t = middle
                else:
                    last = middle
            return t
        last = t
        t += max(-value * _TRUST, _LEAST)
    return np.inf


@njit(parallel=True, cache=True)
def seen(field, x0, y0, step, shape):
    """Return depth and normal of what each ray of a picture meets; the first ray is at (x0, y0)."""
    rows, columns = shape
    depth = np.full((rows, columns), NOTHING, dtype=np.float32)
    normal = np.zeros((rows, columns, 3), dtype=np.float32)
    for row in prange(rows):
        x = x0 + step * row
        for column in range(columns):
            y = y0 + step * column
            t = _first(field, x, y, field.shape[2] - 1.0)
            if t == np.inf:
                continue
            depth[row, column] = t
            n = normal_at(field, x, y, t)
            for a in range(3):
                normal[row, column, a] = n[a]
    return depth, normal


@njit(cache=True)
def sky_of(field, x, y, z, n0, n1, n2, rays, offset, count, reach, light):
    """Share of the sky, weighted by `light`, that a point with a normal sees."""
    s = 1.0 if n2 >= 0 else -1.0
    a = -1.0 / (s + n2)
    b = n0 * n1 * a
    x, y, z = x + _START * n0, y + _START * n1, z + _START * n2
    total = found = 0.0
    for r in range(count):
        q = (offset + r) % len(rays)
        u, v, w = rays[q, 0], rays[q, 1], rays[q, 2]
        d0 = u * (1.0 + s * n0 * n0 * a) + v * b + w * n0
        d1 = u * s * b + v * (s + n1 * n1 * a) + w * n1
        d2 = -u * s * n0 - v * n1 + w * n2
        weight = _ANY_LIGHT + max(0.0, d0 * light[0] + d1 * light[1] + d2 * light[2])
        total += weight
        t = 0.0
        free = True
        while t < reach:
            value = _distance(field, x + t * d0, y + t * d1, z + t * d2)
            if value > -0.05:
                free = False
                break
            t += max(-value, _SKY_LEAST)
        if free:
            found += weight
    return found / total


@njit(parallel=True, cache=True)
def sky(field, x0, y0, step, depth, normal, rays, count, reach, light):
    """Return the share of sky seen from each point of a picture; neighbours use different rays."""
    rows, columns = depth.shape
    share = np.ones((rows, columns), dtype=np.float32)
    for row in prange(rows):
        for column in range(columns):
            t = depth[row, column]
            if t == np.inf:
                continue
            n = normal[row, column]
            share[row, column] = sky_of(
                field, x0 + step * row, y0 + step * column, t, n[0], n[1], n[2],
                rays, ((row % 4) * 4 + column % 4) * count, count, reach, light,
            )  # fmt: skip
    return share


@njit(parallel=True, cache=True)
def smooth(values, depth, normal, near):
    """Average over 4 x 4 neighbours that lie on the same face: the pattern of rays disappears."""
    rows, columns = values.shape
    out = np.empty_like(values)
    for row in prange(rows):
        for column in range(columns):
            t = depth[row, column]
            if t == np.inf:
                out[row, column] = values[row, column]
                continue
            total = weight = 0.0
            for i in range(max(0, row - 2), min(rows, row + 2)):
                for j in range(max(0, column - 2), min(columns, column + 2)):
                    if abs(depth[i, j] - t) > near:
                        continue
                    w = 0.0
                    for a in range(3):
                        w += normal[i, j, a] * normal[row, column, a]
                    if w > 0.7:
                        total += values[i, j]
                        weight += 1.0
            out[row, column] = total / weight if weight > 0 else values[row, column]
    return out


@njit(parallel=True, cache=True)
def spread(coarse, coarse_depth, coarse_normal, depth, normal, near):
    """Carry values of pixels to finer rays: each takes the mean of the pixels around it on its own face."""
    rows, columns = depth.shape
    lines, pixels = coarse.shape
    out = np.ones((rows, columns), dtype=np.float32)
    for row in prange(rows):
        at = row * lines // rows
        for column in range(columns):
            t = depth[row, column]
            if t == np.inf:
                continue
            here = column * pixels // columns
            total = weight = 0.0
            for i in range(max(0, at - 1), min(lines, at + 2)):
                for j in range(max(0, here - 1), min(pixels, here + 2)):
                    gap = abs(coarse_depth[i, j] - t)
                    if gap > near:
                        continue
                    w = 1e-4
                    for a in range(3):
                        w += max(coarse_normal[i, j, a] * normal[row, column, a], -1.0)
                    w = max(w, 1e-4) ** 8
                    total += w * coarse[i, j]
                    weight += w
            out[row, column] = total / weight if weight > 0 else coarse[at, here]
    return out


@njit(cache=True, inline="always")
def _periodic(field, x, y, z):
    """Trilinear value of a periodic field."""
    n = field.shape[0]
    fx, fy, fz = math.floor(x), math.floor(y), math.floor(z)
    x, y, z = x - fx, y - fy, z - fz
    i, j, k = int(fx) % n, int(fy) % n, int(fz) % n
    ip, jp, kp = (i + 1) % n, (j + 1) % n, (k + 1) % n
    a = field[i, j, k] * (1 - z) + field[i, j, kp] * z
    b = field[i, jp, k] * (1 - z) + field[i, jp, kp] * z
    c = field[ip, j, k] * (1 - z) + field[ip, j, kp] * z
    d = field[ip, jp, k] * (1 - z) + field[ip, jp, kp] * z
    return (a * (1 - y) + b * y) * (1 - x) + (c * (1 - y) + d * y) * x


@njit(parallel=True, cache=True)
def below(phi, melt, first, axes, step, depth, longest, least):
    """Return the share of melt at what is seen, and the path from there to the solid; all in voxels.

    `first` is the place of the first ray in the box, `axes` are down, right and into as rows.
    Where there is less melt than `least` the path is zero.
    """
    rows, columns = depth.shape
    share = np.zeros((rows, columns), dtype=np.float32)
    path = np.zeros((rows, columns), dtype=np.float32)
    for row in prange(rows):
        for column in range(columns):
            t = depth[row, column]
            if t == np.inf:
                continue
            x = first[0] + step * (row * axes[0, 0] + column * axes[1, 0]) + t * axes[2, 0]
            y = first[1] + step * (row * axes[0, 1] + column * axes[1, 1]) + t * axes[2, 1]
            z = first[2] + step * (row * axes[0, 2] + column * axes[1, 2]) + t * axes[2, 2]
            share[row, column] = _periodic(melt, x, y, z)
            if share[row, column] < least:
                continue
            s = 0.0
            while s < longest:
                value = _periodic(phi, x + s * axes[2, 0], y + s * axes[2, 1], z + s * axes[2, 2])
                if value > 0.0:
                    break
                s += max(-value, 0.1)
            path[row, column] = min(s, longest)
    return share, path


@njit(parallel=True, cache=True)
def sky_at(field, points, normals, rays, reach):
    """Return the share of sky that points of the surface see, all directions alike."""
    share = np.empty(len(points), dtype=np.float32)
    nowhere = np.zeros(3)
    for p in prange(len(points)):
        x, n = points[p], normals[p]
        share[p] = sky_of(field, x[0], x[1], x[2], n[0], n[1], n[2], rays, 0, len(rays), reach, nowhere)
    return share


@njit(parallel=True, cache=True)
def normals_at(field, points):
    """Return the outward normals at points of the surface."""
    normals = np.empty(points.shape)
    for p in prange(len(points)):
        n = normal_at(field, points[p, 0], points[p, 1], points[p, 2])
        for a in range(3):
            normals[p, a] = n[a]
    return normals
