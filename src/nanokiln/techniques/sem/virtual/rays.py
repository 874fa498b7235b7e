"""Rays of the beam into spheres with necks and rough skins: where they enter, and what they set free.

Lengths are nm; x runs along a line of the picture, y down, z towards the gun. Bodies are signed distances,
positive inside. Rows are independent of each other, so the number of threads changes nothing.
"""

# mypy: disable-error-code="no-untyped-def"
# (compiled functions: numba infers their types from the call)

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange

NOTHING = -1  # owner where a ray meets nothing
_TRUST = 0.8  # of a distance: skins make it uncertain
_LEAST = 0.15  # nm, smallest step
_HALVINGS = 8  # of the last step
_MOST = 64  # spheres, and twice as many necks, that one ray can come near
_FAR = -1.0e9  # distance where there is nothing
_FIRST, _GROWTH = 0.3, 0.3  # steps inside: share of the escape depth, and of the distance to the surface
_DEEP = 6.0  # escape depths below which nothing leaves
_TURN, _GRAZE = (
    0.9,
    0.1,
)  # how much nearer, in share and escape depths, a surface below is told from a rough one
_FINEST = 0.1  # of a step: rims are followed so far
_TIP = 0.5  # nm: half an edge of the tetrahedron of a normal


@njit(cache=True, inline="always")
def skin_at(texture, x, y, z):
    """Trilinear value of the periodic texture at a place in its own points."""
    n = texture.shape[0]
    fx, fy, fz = math.floor(x), math.floor(y), math.floor(z)
    x, y, z = x - fx, y - fy, z - fz
    i, j, k = int(fx) % n, int(fy) % n, int(fz) % n
    ip, jp, kp = (i + 1) % n, (j + 1) % n, (k + 1) % n
    a = texture[i, j, k] * (1 - z) + texture[i, j, kp] * z
    b = texture[i, jp, k] * (1 - z) + texture[i, jp, kp] * z
    c = texture[ip, j, k] * (1 - z) + texture[ip, j, kp] * z
    d = texture[ip, jp, k] * (1 - z) + texture[ip, jp, kp] * z
    return (a * (1 - y) + b * y) * (1 - x) + (c * (1 - y) + d * y) * x


@njit(cache=True)
def distance(balls, necks, near, count, by, bridges, x, y, z):
    """Signed distance of smooth spheres and necks: those listed in `near` and `by`.

    Outside, beyond a nanometre, it is a lower bound of the distance.
    """
    best = _FAR
    for n in range(count):
        b = near[n]
        dx, dy, dz = x - balls[b, 0], y - balls[b, 1], z - balls[b, 2]
        room = balls[b, 3] - best
        square = dx * dx + dy * dy + dz * dz
        if room > 0.0 and square < room * room:
            best = balls[b, 3] - math.sqrt(square)
    for n in range(bridges):
        m = by[n]
        dx, dy, dz = x - necks[m, 0], y - necks[m, 1], z - necks[m, 2]
        u = dx * necks[m, 3] + dy * necks[m, 4] + dz * necks[m, 5]
        length, at, high, hollow = necks[m, 6], necks[m, 7], necks[m, 8], necks[m, 9]
        square = max(dx * dx + dy * dy + dz * dz - u * u, 0.0)
        # outside the fillet: how far the ball around the neck is at least, and a nanometre within it
        d = min(necks[m, 10] - math.sqrt((u - at) * (u - at) + square), -1.0)
        if 0.0 < u < length and square < high * high:
            v = math.sqrt(square)
            # between the lines from the centre of the fillet to both spheres the fillet is the surface
            if u * high > v * at and (length - u) * high > v * (length - at):
                d = math.sqrt((u - at) * (u - at) + (v - high) * (v - high)) - hollow
        if d > best:
            best = d
    return best


@njit(cache=True, inline="always")
def _body(balls, necks, near, count, by, bridges, texture, skin, x, y, z):
    """Signed distance with the rough skin; skin is height and points per nm."""
    d = distance(balls, necks, near, count, by, bridges, x, y, z)
    if skin[0] > 0.0 and abs(d) < 8.0 * skin[0] + 1.0:
        d += skin[0] * skin_at(texture, x * skin[1], y * skin[1], z * skin[1])
    return d


@njit(cache=True)
def _listed(items, start, stop, order, x, y, pad, out):
    """Copy the numbers of those discs (x, y, radius) that a ray comes near."""
    count = 0
    for s in range(start, stop):
        b = order[s]
        dx, dy = x - items[b, 0], y - items[b, 1]
        r = items[b, 2] + pad
        if dx * dx + dy * dy < r * r and count < len(out):
            out[count] = b
            count += 1
    return count


@njit(cache=True)
def _span(balls, necks, bounds, near, count, by, bridges, floor):
    """Highest and lowest place a ray can meet matter."""
    top, bottom = floor, -_FAR
    for n in range(count):
        b = near[n]
        top = max(top, balls[b, 2] + balls[b, 3])
        bottom = min(bottom, balls[b, 2] - balls[b, 3])
    for n in range(bridges):
        m = by[n]
        end = necks[m, 2] + necks[m, 6] * necks[m, 5]
        top = max(top, max(necks[m, 2], end) + bounds[m, 2])
        bottom = min(bottom, min(necks[m, 2], end) - bounds[m, 2])
    return top, bottom


@njit(cache=True)
def _enter(balls, necks, near, count, by, bridges, texture, skin, x, y, z, floor):
    """Height at which a ray enters the body, or the floor."""
    last = z
    while z > floor:
        d = _body(balls, necks, near, count, by, bridges, texture, skin, x, y, z)
        if d > 0.0:
            for _ in range(_HALVINGS):
                middle = 0.5 * (last + z)
                if _body(balls, necks, near, count, by, bridges, texture, skin, x, y, middle) > 0.0:
                    z = middle
                else:
                    last = middle
            return z
        last = z
        z -= max(-d * _TRUST, _LEAST)
    return floor


@njit(cache=True)
def _set_free(balls, necks, near, count, by, bridges, texture, skin, x, y, z, law):
    """Integral along the beam of the chance to leave, nm."""
    escape, reach = law
    s = total = d = deepest = 0.0
    part = 1.0
    while s < 4.0 * reach:
        step = part * (_FIRST * escape + _GROWTH * d)
        ahead = _body(balls, necks, near, count, by, bridges, texture, skin, x, y, z - s - 0.5 * step)
        if ahead <= 0.0 and part > _FINEST:
            part *= 0.5  # the way out is within this step
            continue
        d = ahead
        deepest = max(deepest, d)
        # past its deepest point the ray nears a surface below: what leaves there flies away downwards
        if d <= 0.0 or d > _DEEP * escape or d < _TURN * deepest - _GRAZE * escape:
            break
        total += step * math.exp(-d / escape - (s + 0.5 * step) / reach)
        s += step
    return total


@njit(cache=True)
def _nearest(balls, near, count, x, y, z):
    """Return the number of the sphere whose surface is nearest."""
    best, found = _FAR, NOTHING
    for n in range(count):
        b = near[n]
        dx, dy, dz = x - balls[b, 0], y - balls[b, 1], z - balls[b, 2]
        d = balls[b, 3] - math.sqrt(dx * dx + dy * dy + dz * dz)
        if d > best:
            best, found = d, b
    return found


@njit(parallel=True, cache=True)
def shoot(balls, necks, discs, bounds, tiles, frame, texture, skin, law):
    """Follow one ray for each pixel.

    Parameters
    ----------
    balls
        x, y, z, radius.
    necks
        Place of the first sphere, axis, length, place, height and radius of the fillet, and of a ball around
        the neck.
    discs, bounds
        x, y, radius of what spheres and necks cover.
    tiles
        Starts and order of spheres, then of necks, for each tile; tiles per row; pixels per tile.
    frame
        x and y of the first ray, pixel in nm, rows, columns, height of the floor.
    texture, skin
        Random field, and its height and points per nm.
    law
        Escape depth and range of the beam.

    Returns
    -------
    height of the entry, normal, yield over that of a flat face, number of the sphere
    """
    x0, y0, pixel, rows, columns, floor = frame
    starts, order, neck_starts, neck_order, wide, tile = tiles
    height = np.full((rows, columns), floor, dtype=np.float32)
    normal = np.zeros((rows, columns, 3), dtype=np.float32)
    gain = np.zeros((rows, columns), dtype=np.float32)
    owner = np.full((rows, columns), NOTHING, dtype=np.int32)
    flat = 1.0 / (1.0 / law[0] + 1.0 / law[1])
    bump = 3.0 * skin[0] + 1.0
    e = _TIP
    for row in prange(rows):
        y = y0 + pixel * row
        near = np.empty(_MOST, dtype=np.int64)
        by = np.empty(2 * _MOST, dtype=np.int64)
        for column in range(columns):
            x = x0 + pixel * column
            t = (row // tile) * wide + column // tile
            count = _listed(discs, starts[t], starts[t + 1], order, x, y, bump, near)
            bridges = _listed(bounds, neck_starts[t], neck_starts[t + 1], neck_order, x, y, bump, by)
            if count + bridges == 0:
                continue
            top, _ = _span(balls, necks, bounds, near, count, by, bridges, floor)
            z = _enter(balls, necks, near, count, by, bridges, texture, skin, x, y, top + bump, floor)
            if z <= floor:
                continue
            height[row, column] = z
            a = _body(balls, necks, near, count, by, bridges, texture, skin, x + e, y - e, z - e)
            b = _body(balls, necks, near, count, by, bridges, texture, skin, x - e, y - e, z + e)
            c = _body(balls, necks, near, count, by, bridges, texture, skin, x - e, y + e, z - e)
            d = _body(balls, necks, near, count, by, bridges, texture, skin, x + e, y + e, z + e)
            nx, ny, nz = b + c - a - d, a + b - c - d, a + c - b - d
            size = math.sqrt(nx * nx + ny * ny + nz * nz)
            if size > 1e-9:
                normal[row, column, 0] = nx / size
                normal[row, column, 1] = ny / size
                normal[row, column, 2] = nz / size
            free = _set_free(balls, necks, near, count, by, bridges, texture, skin, x, y, z, law)
            gain[row, column] = free / flat
            owner[row, column] = _nearest(balls, near, count, x, y, z)
    return height, normal, gain, owner


@njit(cache=True)
def _inside(balls, necks, near, count, by, bridges, x, y, top, bottom, step):
    """Length of a ray inside the smooth body; entries and exits by halving."""
    z = top + step
    last = distance(balls, necks, near, count, by, bridges, x, y, z)
    total = 0.0
    while z > bottom - step:
        go = max(step, 0.9 * abs(last))  # far from any surface the distance itself is the step
        d = distance(balls, necks, near, count, by, bridges, x, y, z - go)
        if last > 0.0 and d > 0.0:
            total += go
        elif last > 0.0 or d > 0.0:
            low, high = 0.0, go
            for _ in range(2 * _HALVINGS):
                middle = 0.5 * (low + high)
                value = distance(balls, necks, near, count, by, bridges, x, y, z - middle)
                if (value > 0.0) == (last > 0.0):
                    low = middle
                else:
                    high = middle
            total += low if last > 0.0 else go - low
        z -= go
        last = d
    return total


@njit(parallel=True, cache=True)
def chords(balls, necks, discs, bounds, tiles, frame, step):
    """Return the length of each ray inside the smooth body, nm; gaps and walls below `step` may be missed."""
    x0, y0, pixel, rows, columns, floor = frame
    starts, order, neck_starts, neck_order, wide, tile = tiles
    out = np.zeros((rows, columns), dtype=np.float32)
    for row in prange(rows):
        y = y0 + pixel * row
        near = np.empty(_MOST, dtype=np.int64)
        by = np.empty(2 * _MOST, dtype=np.int64)
        for column in range(columns):
            x = x0 + pixel * column
            t = (row // tile) * wide + column // tile
            count = _listed(discs, starts[t], starts[t + 1], order, x, y, 0.0, near)
            bridges = _listed(bounds, neck_starts[t], neck_starts[t + 1], neck_order, x, y, 0.0, by)
            if count + bridges:
                top, bottom = _span(balls, necks, bounds, near, count, by, bridges, floor)
                out[row, column] = _inside(balls, necks, near, count, by, bridges, x, y, top, bottom, step)
    return out
