"""Compiled passes over the band of the solid: cover and curvature, the move, volume and surface, the profile.

Each pass is a chain of short loops over one run of cells with one result each: such loops are vectorised, one
long loop is not. Sums are taken in fixed point (`sums.py`) per plane and added afterwards in one order, so
they do not depend on the number of threads. Cells at the clamp stand still until redistancing.
"""

# mypy: disable-error-code="no-untyped-def,call-overload"
# (compiled functions: numba infers their types from the call, and its stubs lack one option)

from __future__ import annotations

import numpy as np
from numba import njit, prange

from .band import LEAN, next_run
from .sines import cosine, fine_sine, sine
from .sums import UNIT, fixed

STEEPEST = 1.0  # 1/voxel, clamp of the curvature: a radius of two voxels; sharper is not resolved
HALF = 0.5  # per principal curvature, where both are taken as alike
LEAST_STRETCH = 0.5  # a hollow never gets twice as sharp on the way from within the solid: r/(r + phi) > 0
CLOSE = 0.5  # voxel from the surface within which cells are next to it; every surface has some
SIX, STENCIL = 6.0, 7.0  # neighbours of a cell, and with the cell itself
NO_ROOM = 1e-4  # sum of 1 - s over a stencil below which the share of melt in it is rounding noise


@njit(**LEAN)
def _add_six(up, down, right, left, back, ahead, out):
    for k in range(len(out)):
        out[k] = ((up[k] + down[k]) + (right[k] + left[k])) + (back[k] + ahead[k])


@njit(**LEAN)
def _around(field, where, start, stop, out):
    """Sum the six neighbours of a run of cells; `where` is the row, then those beside it."""
    i, above, below, j, after, before = where
    nz = field.shape[2]
    up, down = field[above, j], field[below, j]
    right, left = field[i, after], field[i, before]
    here = field[i, j]
    first, last = max(start, 1), min(stop, nz - 1)
    _add_six(
        up[first:last],
        down[first:last],
        right[first:last],
        left[first:last],
        here[first - 1 : last - 1],
        here[first + 1 : last + 1],
        out[first - start : last - start],
    )
    if start == 0:
        out[0] = ((up[0] + down[0]) + (right[0] + left[0])) + (here[nz - 1] + here[1])
    if stop == nz:
        k = nz - 1
        out[k - start] = ((up[k] + down[k]) + (right[k] + left[k])) + (here[k - 1] + here[0])


@njit(**LEAN)
def _bend(p, around, out):
    """Curvature of the surface next to each cell, clamped.

    The second differences are the curvature of the level through the cell; a distance phi from the surface
    both its radii are phi off, so it is K = K'/(1 - phi K'/2) at the surface.
    """
    real = p.dtype.type
    one, most, six, half, least = real(1), real(STEEPEST), real(SIX), real(HALF), real(LEAST_STRETCH)
    for k in range(len(out)):
        bend = min(max(around[k] - six * p[k], -most), most)
        stretch = max(one - half * p[k] * bend, least)
        out[k] = min(max(bend / stretch, -most), most)


@njit(**LEAN)
def _share(melt, wet, s, full, floor, out):
    """Cover by films and melt: c_f + (1 - c_f) times the share of melt in the room of a stencil."""
    one, zero, least, seven = np.float32(1), np.float32(0), np.float32(NO_ROOM), np.float32(STENCIL)
    for k in range(len(out)):
        room = seven - (full[k] + s[k])
        share = min(max((wet[k] + melt[k]) / max(room, least), zero), one)
        out[k] = floor[k] + (one - floor[k]) * (share if room >= least else zero)


@njit(**LEAN)
def _fill(source, out):
    for k in range(len(out)):
        out[k] = source[k]


@njit(**LEAN)
def _weigh(s, cover, curvature):
    """Sum cover and cover times curvature, weighted with sqrt(s (1 - s)), and the profile, in fixed point."""
    one, zero = np.float32(1), np.float32(0)
    area, bending, volume = 0, 0, 0
    for k in range(len(s)):
        weight = cover[k] * np.sqrt(max(s[k] * (one - s[k]), zero))
        area += fixed(weight)
        bending += fixed(weight * curvature[k])
        volume += fixed(s[k])
    return area, bending, volume


@njit(**LEAN)
def _rates_plane(i, blocks, fields, floor, rows, sums):
    """Fill cover and curvature of a plane; sum cover, cover times curvature and volume."""
    phi, s, melt, cover, curvature = fields
    nx, ny, nz = phi.shape
    bends, wets, fulls, film = rows
    area, bending, volume = 0, 0, 0
    for j in range(ny):
        where = (i, (i + 1) % nx, (i - 1) % nx, j, (j + 1) % ny, (j - 1) % ny)
        start, stop = next_run(blocks[i, j], 0, nz)
        while start < nz:
            n = stop - start
            _around(phi, where, start, stop, bends[:n])
            _bend(phi[i, j, start:stop], bends[:n], curvature[i, j, start:stop])
            least = floor[i, j, start:stop] if floor.size > 1 else film[:n]
            if melt.size > 1:
                _around(s, where, start, stop, fulls[:n])
                _around(melt, where, start, stop, wets[:n])
                here, own = melt[i, j, start:stop], s[i, j, start:stop]
                _share(here, wets[:n], own, fulls[:n], least, cover[i, j, start:stop])
            else:
                _fill(least, cover[i, j, start:stop])
            run = slice(start, stop)
            a, b, v = _weigh(s[i, j, run], cover[i, j, run], curvature[i, j, run])
            area, bending, volume = area + a, bending + b, volume + v
            start, stop = next_run(blocks[i, j], stop, nz)
    sums[i, 0], sums[i, 1], sums[i, 2] = area * UNIT, bending * UNIT, volume * UNIT


@njit(parallel=True, cache=True)
def rates(blocks, fields, floor, sums):
    """Fill cover and curvature along the band.

    `fields` is (phi, s, melt, cover, curvature), one cell of melt means none; `floor` the cover by films, one
    cell of it holds everywhere. `sums` takes per plane the sums of sqrt(s (1 - s)) times cover, the same
    times curvature, and s.
    """
    nz = fields[0].shape[2]
    for i in prange(len(sums)):
        film = np.full(nz, floor[0, 0, 0], np.float32)
        rows = (np.empty(nz, fields[0].dtype), np.empty(nz, np.float32), np.empty(nz, np.float32), film)
        _rates_plane(i, blocks, fields, floor, rows, sums)


@njit(**LEAN)
def _steps(cover, curvature, drive, spread, out):
    """Motion of a run: cover times (drive + spread times curvature)."""
    for k in range(len(out)):
        out[k] = cover[k] * (drive + spread * curvature[k])


@njit(**LEAN)
def _farthest(phi, cover, curvature, drive, spread, half):
    """Largest motion of a run within half an interface of the surface.

    Taken on the bits: floats that are not negative sort like integers, and only those are vectorised.
    """
    most = np.int32(0)
    for k in range(len(phi)):
        bits = np.float32(abs(cover[k] * (drive + spread * curvature[k]))).view(np.int32)
        most = max(most, bits if abs(phi[k]) < half else np.int32(0))
    return np.int32(most).view(np.float32)


@njit(**LEAN)
def _advance_run(phi, cover, curvature, drive, spread, clamp):
    """Move a run by cover times (drive + spread times curvature)."""
    for k in range(len(phi)):
        p = phi[k]
        moved = min(max(p + cover[k] * (drive + spread * curvature[k]), -clamp), clamp)
        phi[k] = moved if abs(p) < clamp else p


@njit(**LEAN)
def _lift_run(phi, cover, distance, within, clamp):
    """Move the cells of a run that lie within a distance by cover times another."""
    for k in range(len(phi)):
        p = phi[k]
        moved = min(max(p + cover[k] * distance, -clamp), clamp)
        phi[k] = moved if abs(p) < within else p


@njit(cache=True, inline="always")
def _level(distance, scale):
    """Profile at a distance, float64; `scale` is 2/eta."""
    t = min(max(np.float64(distance) * scale, -1.0), 1.0)
    level = 0.5 + 0.5 * fine_sine(t)
    return 1.0 if t >= 1.0 else (0.0 if t <= -1.0 else level)


@njit(**LEAN)
def _try_run(phi, steps, cover, clamp, scale):
    """Volume, covered slope and its change per motion after a trial step; slopes in units of pi/(2 eta)."""
    real = phi.dtype.type
    one, zero = real(1), real(0)
    volume, area, change = 0, 0, 0
    for k in range(len(phi)):
        p = phi[k]
        moved = min(max(p + real(steps[k]), -clamp), clamp)
        moved = moved if abs(p) < clamp else p
        volume += fixed(_level(moved, scale))
        t = real(min(max(np.float64(moved) * scale, -1.0), 1.0))
        share = cover[k] if abs(t) < one else zero
        area += fixed(share * cosine(t, real))
        change -= fixed(share * share * sine(t, real))
    return volume, area, change


@njit(**LEAN)
def _level_run(phi, scale, s):
    """Write the profile of a run and return its sum in fixed point."""
    total = 0
    for k in range(len(phi)):
        level = _level(phi[k], scale)
        s[k] = np.float32(level)
        total += fixed(level)
    return total


@njit(**LEAN)
def _slope_run(phi, cover, within, scale):
    """Sum the covered slope of the cells within a distance and of those next to the surface."""
    real = phi.dtype.type
    one, zero, close = real(1), real(0), real(CLOSE)
    total, next_to = 0, 0
    for k in range(len(phi)):
        t = min(max(phi[k] * scale, -one), one)
        slope = fixed(cover[k] * cosine(t, real) if abs(phi[k]) < within else zero)
        total += slope
        next_to += slope if abs(phi[k]) < close else 0
    return total, next_to


@njit(**LEAN)
def _attempt_plane(i, blocks, fields, numbers, scale, steps, sums):
    phi, cover, curvature = fields
    drive, spread, clamp = numbers
    nz = phi.shape[2]
    volume, area, change = 0, 0, 0
    for j in range(phi.shape[1]):
        start, stop = next_run(blocks[i, j], 0, nz)
        while start < nz:
            run = slice(start, stop)
            step = steps[: stop - start]
            _steps(cover[i, j, run], curvature[i, j, run], np.float32(drive), np.float32(spread), step)
            v, a, c = _try_run(phi[i, j, run], step, cover[i, j, run], clamp, scale)
            volume, area, change = volume + v, area + a, change + c
            start, stop = next_run(blocks[i, j], stop, nz)
    sums[i, 0], sums[i, 1], sums[i, 2] = volume * UNIT, area * UNIT, change * UNIT


@njit(parallel=True, cache=True)
def attempt(blocks, fields, numbers, scale, sums):
    """Sum volume, covered slope and change of slope after a step, without taking it.

    `fields` is (phi, cover, curvature), `numbers` drive, spread and the clamp in the type of phi, `scale`
    2/eta. The volume is as exact as `move` finds it, so a step aimed by it needs no second one.
    """
    for i in prange(len(sums)):
        _attempt_plane(i, blocks, fields, numbers, scale, np.empty(fields[0].shape[2], np.float32), sums)


@njit(**LEAN)
def _move_plane(i, blocks, fields, numbers, scale, sums):
    phi, s, cover, curvature = fields
    drive, spread, clamp, half = numbers
    few = (np.float32(drive), np.float32(spread), np.float32(half))
    nz = phi.shape[2]
    volume, far = 0, np.float32(0)
    for j in range(phi.shape[1]):
        start, stop = next_run(blocks[i, j], 0, nz)
        while start < nz:
            run = slice(start, stop)
            here, share, bend = phi[i, j, run], cover[i, j, run], curvature[i, j, run]
            far = max(far, _farthest(here, share, bend, few[0], few[1], few[2]))
            _advance_run(here, share, bend, drive, spread, clamp)
            volume += _level_run(here, scale, s[i, j, run])
            start, stop = next_run(blocks[i, j], stop, nz)
    sums[i, 0], sums[i, 1] = volume * UNIT, far


@njit(parallel=True, cache=True)
def move(blocks, fields, numbers, scale, sums):
    """Move the band by cover times (drive + spread times curvature) and renew the profile.

    `fields` is (phi, s, cover, curvature), `numbers` drive, spread, the clamp and eta/2 in the type of phi,
    `scale` 2/eta. `sums` takes per plane the volume in the band and the largest motion.
    """
    for i in prange(len(sums)):
        _move_plane(i, blocks, fields, numbers, scale, sums)


@njit(**LEAN)
def _lift_plane(i, blocks, fields, numbers, scale, sums):
    phi, s, cover, even = fields
    distance, within, clamp, steep = numbers
    nz = phi.shape[2]
    volume, area, close = 0, 0, 0
    for j in range(phi.shape[1]):
        start, stop = next_run(blocks[i, j], 0, nz)
        while start < nz:
            run = slice(start, stop)
            here = phi[i, j, run]
            share = cover[i, j, run] if cover.size > 1 else even[: stop - start]
            if distance != 0:
                _lift_run(here, share, distance, within, clamp)
            volume += _level_run(here, scale, s[i, j, run])
            slope, next_to = _slope_run(here, share, within, steep)
            area, close = area + slope, close + next_to
            start, stop = next_run(blocks[i, j], stop, nz)
    sums[i, 0], sums[i, 1], sums[i, 2] = volume * UNIT, area * UNIT, close * UNIT


@njit(parallel=True, cache=True)
def lift(blocks, fields, numbers, scale, sums):
    """Move the band outwards by cover times a distance and renew the profile.

    `fields` is (phi, s, cover), one cell of cover holds everywhere; `numbers` the distance, the distance from
    the surface within which cells move, the clamp and 2/eta in the type of phi; `scale` 2/eta. `sums` takes
    per plane the volume in the band and, in units of pi/(2 eta), the covered slope of the cells that may move
    and of those within `CLOSE` of the surface.
    """
    phi, s, cover = fields
    for i in prange(len(sums)):
        even = np.full(phi.shape[2], cover[0, 0, 0], np.float32)
        _lift_plane(i, blocks, (phi, s, cover, even), numbers, scale, sums)


@njit(**LEAN)
def _hold_run(phi, scale):
    """Sum the profile of a run in fixed point."""
    total = 0
    for k in range(len(phi)):
        total += fixed(_level(phi[k], scale))
    return total


@njit(**LEAN)
def _hold_plane(i, phi, scale):
    total = 0
    for j in range(phi.shape[1]):
        total += _hold_run(phi[i, j], scale)
    return total * UNIT


@njit(parallel=True, cache=True)
def hold(phi, scale, sums):
    """Sum the profile of every plane; `scale` is 2/eta."""
    for i in prange(len(sums)):
        sums[i] = _hold_plane(i, phi, scale)


@njit(**LEAN)
def _level_plane(i, phi, scale, s):
    for j in range(phi.shape[1]):
        _level_run(phi[i, j], scale, s[i, j])


@njit(parallel=True, cache=True)
def fill_profile(phi, scale, s):
    """Write the profile of the whole box; `scale` is 2/eta."""
    for i in prange(phi.shape[0]):
        _level_plane(i, phi, scale, s)


@njit(**LEAN)
def _exchange_run(melt, before, after, cover):
    one, zero = np.float32(1), np.float32(0)
    for k in range(len(melt)):
        value = melt[k] - cover[k] * (after[k] - before[k])
        melt[k] = min(max(value, zero), max(one - after[k], zero))


@njit(**LEAN)
def _exchange_plane(i, melt, before, after, cover):
    for j in range(melt.shape[1]):
        _exchange_run(melt[i, j], before[i, j], after[i, j], cover[i, j])


@njit(parallel=True, cache=True)
def exchange(melt, before, after, cover):
    """Give melt the room the solid leaves where melt wets it, take back what the solid fills."""
    for i in prange(melt.shape[0]):
        _exchange_plane(i, melt, before, after, cover)
