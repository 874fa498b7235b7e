"""Compiled passes over the band of the solid: cover and curvature, the move, sums, the profile.

Sums are taken per run and added afterwards in one order, so they do not depend on the number of threads.
"""

# mypy: disable-error-code="no-untyped-def"
# (compiled functions: numba infers their types from the call)

from __future__ import annotations

import math

from numba import njit, prange

STEEPEST = 1.0  # 1/voxel, clamp of the curvature: a radius of two voxels; sharper is not resolved
SIX, STENCIL = 6.0, 7.0  # neighbours of a cell, and with the cell itself
NO_ROOM = 1e-4  # sum of 1 - s over a stencil below which the share of melt in it is rounding noise


@njit(cache=True, inline="always")
def _level(p, eta):
    """Profile of the solid at distance p."""
    if p >= 0.5 * eta:
        return 1.0
    if p <= -0.5 * eta:
        return 0.0
    return 0.5 + 0.5 * math.sin(math.pi * p / eta)


@njit(cache=True, inline="always")
def _level_and_weight(p, eta):
    """Profile at distance p, and its slope: the share of a unit of surface that lies in the cell."""
    if p >= 0.5 * eta:
        return 1.0, 0.0
    if p <= -0.5 * eta:
        return 0.0, 0.0
    sine = math.sin(math.pi * p / eta)
    return 0.5 + 0.5 * sine, 0.5 * math.pi / eta * math.sqrt(max(1.0 - sine * sine, 0.0))


@njit(cache=True)
def _rates_run(r, runs, fields, floor, eta, sums):
    """Fill cover and curvature of a run; sum cover, cover times curvature and volume."""
    phi, s, melt, cover, curvature = fields
    nx, ny, nz = phi.shape
    i, j = runs[r, 0], runs[r, 1]
    ip, im = (i + 1) % nx, (i - 1) % nx
    jp, jm = (j + 1) % ny, (j - 1) % ny
    area, bending, volume = 0.0, 0.0, 0.0
    for k in range(runs[r, 2], runs[r, 3]):
        kp = k + 1 if k + 1 < nz else 0
        p = phi[i, j, k]
        bend = phi[ip, j, k] + phi[im, j, k] + phi[i, jp, k] + phi[i, jm, k]
        bend += phi[i, j, kp] + phi[i, j, k - 1] - SIX * p
        bend = min(max(bend, -STEEPEST), STEEPEST)
        share = floor[i, j, k] if floor.size > 1 else floor[0, 0, 0]
        if melt.size > 1 and share < 1.0:
            wet = melt[ip, j, k] + melt[im, j, k] + melt[i, jp, k] + melt[i, jm, k]
            wet += melt[i, j, kp] + melt[i, j, k - 1] + melt[i, j, k]
            full = s[ip, j, k] + s[im, j, k] + s[i, jp, k] + s[i, jm, k]
            full += s[i, j, kp] + s[i, j, k - 1] + s[i, j, k]
            room = STENCIL - full
            if room >= NO_ROOM:
                share += (1.0 - share) * min(max(wet / room, 0.0), 1.0)
        cover[i, j, k] = share
        curvature[i, j, k] = bend
        level, weight = _level_and_weight(p, eta)
        weight *= cover[i, j, k]  # as stored, so that the sums are those of the move
        volume += level
        area += weight
        bending += weight * curvature[i, j, k]
    sums[r, 0], sums[r, 1], sums[r, 2] = area, bending, volume


@njit(parallel=True, cache=True)
def rates(runs, fields, floor, eta, sums):
    """Fill cover and curvature; `fields` is (phi, s, melt, cover, curvature); one cell of melt means none."""
    for r in prange(len(runs)):
        _rates_run(r, runs, fields, floor, eta, sums)


@njit(cache=True)
def _move_run(r, runs, fields, drive, spread, limits, out):
    """Move a run by cover times (drive + spread times curvature)."""
    phi, cover, curvature = fields
    half, clamp = limits
    i, j = runs[r, 0], runs[r, 1]
    farthest = 0.0
    for k in range(runs[r, 2], runs[r, 3]):
        p = phi[i, j, k]
        step = cover[i, j, k] * (drive + spread * curvature[i, j, k])
        if abs(p) < half:
            farthest = max(farthest, abs(step))
        phi[i, j, k] = min(max(p + step, -clamp), clamp)
    out[r] = farthest


@njit(parallel=True, cache=True)
def move(runs, fields, drive, spread, limits, out):
    """Move the band; `fields` is (phi, cover, curvature), `limits` half an interface and the clamp."""
    for r in prange(len(runs)):
        _move_run(r, runs, fields, drive, spread, limits, out)


@njit(cache=True)
def _lift_run(r, runs, phi, cover, distance, clamp):
    """Move a run outwards by cover times a distance; a cover of one cell holds everywhere."""
    i, j = runs[r, 0], runs[r, 1]
    for k in range(runs[r, 2], runs[r, 3]):
        share = cover[i, j, k] if cover.size > 1 else cover[0, 0, 0]
        phi[i, j, k] = min(max(phi[i, j, k] + share * distance, -clamp), clamp)


@njit(parallel=True, cache=True)
def lift(runs, phi, cover, distance, clamp):
    """Move the band outwards by cover times `distance`."""
    for r in prange(len(runs)):
        _lift_run(r, runs, phi, cover, distance, clamp)


@njit(cache=True)
def _sum_run(r, runs, phi, cover, eta, sums):
    """Sum the profile and cover times its slope over a run."""
    i, j = runs[r, 0], runs[r, 1]
    volume, area = 0.0, 0.0
    for k in range(runs[r, 2], runs[r, 3]):
        p = phi[i, j, k]
        share = cover[i, j, k] if cover.size > 1 else cover[0, 0, 0]
        level, weight = _level_and_weight(p, eta)
        volume += level
        area += share * weight
    sums[r, 0], sums[r, 1] = volume, area


@njit(parallel=True, cache=True)
def add_up(runs, phi, cover, eta, sums):
    """Sum volume and covered surface of every run."""
    for r in prange(len(runs)):
        _sum_run(r, runs, phi, cover, eta, sums)


@njit(cache=True)
def _profile_run(r, runs, phi, eta, s):
    i, j = runs[r, 0], runs[r, 1]
    for k in range(runs[r, 2], runs[r, 3]):
        s[i, j, k] = _level(phi[i, j, k], eta)


@njit(parallel=True, cache=True)
def fill_profile(runs, phi, eta, s):
    """Write the profile of the solid along the band."""
    for r in prange(len(runs)):
        _profile_run(r, runs, phi, eta, s)


@njit(cache=True)
def _exchange_run(r, runs, melt, before, after, cover):
    """Give melt the room the solid leaves where melt wets it, take back what the solid fills."""
    i, j = runs[r, 0], runs[r, 1]
    for k in range(runs[r, 2], runs[r, 3]):
        value = melt[i, j, k] - cover[i, j, k] * (after[i, j, k] - before[i, j, k])
        melt[i, j, k] = min(max(value, 0.0), max(1.0 - after[i, j, k], 0.0))


@njit(parallel=True, cache=True)
def exchange(runs, melt, before, after, cover):
    """Exchange melt and solid one to one along the band, in proportion to `cover`."""
    for r in prange(len(runs)):
        _exchange_run(r, runs, melt, before, after, cover)
