"""Compiled sweeps over the melt field; the readable twin is `reference.py`.

Every plane writes its own rows and its own partial sums, and the sums over planes run in one thread in fixed
order: the same bytes whatever the number of threads. Fields are float32, sums as in `sums.py`.
"""

# mypy: disable-error-code="no-untyped-def,assignment,call-overload"
# (compiled functions: numba infers types from the call and widens sums; its stubs lack one option)

from __future__ import annotations

import numpy as np
from numba import njit, prange

from .band import LEAN
from .sines import sine
from .sums import UNIT, fixed, in_order

NEIGHBOURS = 6  # of a voxel in the stencil


@njit(cache=True, inline="always")
def _moved(melt, w, room, around, numbers):
    """Projected gradient step of one voxel; `around` is the sum over its six neighbours."""
    own, beside, tau, push = numbers
    return min(max((own * melt + beside * around) + (push - tau * w), np.float32(0)), room)


@njit(parallel=True, cache=True)
def _sweep_planes(melt, w, room, numbers, new, volume, free):
    """Write the next melt field, and per plane its volume and its number of unclipped voxels."""
    nx, ny, nz = melt.shape
    zero = np.float32(0)
    for i in prange(nx):
        up, down = (i + 1) % nx, (i - 1) % nx
        plane, loose = 0, 0
        for j in range(ny):
            right, left = (j + 1) % ny, (j - 1) % ny
            for end in range(min(nz, 2)):  # the ends of a row wrap
                k = end * (nz - 1)
                around = melt[up, j, k] + melt[down, j, k] + melt[i, right, k] + melt[i, left, k]
                around += melt[i, j, (k + 1) % nz] + melt[i, j, (k - 1) % nz]
                x = _moved(melt[i, j, k], w[i, j, k], room[i, j, k], around, numbers)
                new[i, j, k] = x
                plane += fixed(x)
                loose += np.int32(1) if (x > zero) & (x < room[i, j, k]) else np.int32(0)
            row, count = 0, np.int32(0)
            for k in range(1, nz - 1):
                around = melt[up, j, k] + melt[down, j, k] + melt[i, right, k] + melt[i, left, k]
                around += melt[i, j, k + 1] + melt[i, j, k - 1]
                x = _moved(melt[i, j, k], w[i, j, k], room[i, j, k], around, numbers)
                new[i, j, k] = x
                row += fixed(x)
                count += np.int32(1) if (x > zero) & (x < room[i, j, k]) else np.int32(0)
            plane += row
            loose += count
        volume[i] = plane * UNIT
        free[i] = loose


@njit(cache=True)
def sweep(melt, w, room, numbers, new):
    """Move the melt once: new = clip(l - tau [-2k lap l - 2l + w - lam], 0, room).

    Parameters
    ----------
    melt, w, room : float32 array, shape (nx, ny, nz)
        Melt, wall term and room for melt 1 - s; the box is periodic.
    numbers : tuple of float
        Multiplier lam, step tau and stiffness k.
    new : float32 array, shape (nx, ny, nz)
        Receives the result; must not be `melt`.

    Returns
    -------
    volume, free : float
        Volume of `new` in voxels and its number of voxels off both bounds. The change of volume is the
        difference of two such sums, so that rounding cannot drift.
    """
    lam, tau, k = numbers
    volume, free = np.empty(melt.shape[0]), np.empty(melt.shape[0])
    own, beside = 1 + 2 * tau * (1 - NEIGHBOURS * k), 2 * tau * k
    few = (np.float32(own), np.float32(beside), np.float32(tau), np.float32(tau * lam))
    _sweep_planes(melt, w, room, few, new, volume, free)
    return in_order(volume), in_order(free)


@njit(parallel=True, cache=True)
def _energy_planes(melt, w, k, energy, volume):
    """Write energy density sum and volume per plane, in float64."""
    nx, ny, nz = melt.shape
    for i in prange(nx):
        up = (i + 1) % nx
        total, content = 0.0, 0.0
        for j in range(ny):
            right = (j + 1) % ny
            for m in range(nz):
                here = np.float64(melt[i, j, m])
                a = np.float64(melt[up, j, m]) - here
                b = np.float64(melt[i, right, m]) - here
                c = np.float64(melt[i, j, m + 1 if m + 1 < nz else 0]) - here
                total += k * (a * a + b * b + c * c) + here * (np.float64(w[i, j, m]) - here)
                content += here
        energy[i] = total
        volume[i] = content


@njit(cache=True)
def energy_and_volume(melt, w, k):
    """Sum k |grad l|^2 + l (w - l) over the box, and the melt volume.

    Parameters
    ----------
    melt, w : float32 array, shape (nx, ny, nz)
        Melt and wall term.
    k : float, voxels^2
        Stiffness.

    Returns
    -------
    energy, volume : float
        In voxels; times 4 sigma/eta the first is the energy.
    """
    energy, volume = np.empty(melt.shape[0]), np.empty(melt.shape[0])
    _energy_planes(melt, w, k, energy, volume)
    return in_order(energy), in_order(volume)


@njit(**LEAN)
def _room_row(distance, scale, room):
    """Write 1 - s of a row; return its sum and how many distances are not finite."""
    one, half, zero = np.float32(1), np.float32(0.5), np.float32(0)
    total, odd = 0, 0
    for k in range(len(room)):
        t = min(max(distance[k] * scale, -one), one)
        free = half - half * sine(t, np.float32)
        free = zero if t >= one else (one if t <= -one else free)
        room[k] = free
        total += fixed(free)
        odd += 0 if np.isfinite(distance[k]) else 1
    return total, odd


@njit(**LEAN)
def _room_plane(i, distance, scale, room):
    total, odd = 0, 0
    for j in range(room.shape[1]):
        row, count = _room_row(distance[i, j], scale, room[i, j])
        total, odd = total + row, odd + count
    return total * UNIT, odd


@njit(parallel=True, cache=True)
def _room_planes(distance, scale, room, sums):
    for i in prange(room.shape[0]):
        sums[i, 0], sums[i, 1] = _room_plane(i, distance, scale, room)


def fill_room(distance, eta, room):
    """Write the room for melt, 1 - s, from the distance of the solid.

    Parameters
    ----------
    distance : float32 array, shape (nx, ny, nz), voxels
        Signed distance, positive in the solid.
    eta : float, voxels
        Interface width.
    room : float32 array, like distance
        Receives 1 - s, exact to 2e-7.

    Returns
    -------
    total : float, voxels
        Sum of the room.
    odd : int
        Number of distances that are not finite.
    """
    sums = np.empty((room.shape[0], 2))
    _room_planes(distance, np.float32(2 / eta), room, sums)
    total, odd = sums.sum(axis=0)
    return float(total), int(odd)


@njit(**LEAN)
def _wall(room, around, cosine, k):
    """Wall term of one voxel; `around` is the sum of the room of its six neighbours."""
    one, six = np.float32(1), np.float32(NEIGHBOURS)
    return one - (one + cosine) * ((one - room) - k * (around - six * room))


@njit(**LEAN)
def _wall_row(rows, k, wall):
    """Write the wall term of a row but for its ends; `rows` are the room here and beside, and cos theta."""
    here, up, down, right, left, cosine = rows
    for m in range(1, len(wall) - 1):
        around = (up[m] + down[m]) + (right[m] + left[m]) + (here[m - 1] + here[m + 1])
        wall[m] = _wall(here[m], around, cosine[m], k)


@njit(**LEAN)
def _wall_plane(i, room, cosine, k, even, wall):
    nx, ny, nz = room.shape
    above, below = (i + 1) % nx, (i - 1) % nx
    for j in range(ny):
        after, before = (j + 1) % ny, (j - 1) % ny
        up, down, right, left = room[above, j], room[below, j], room[i, after], room[i, before]
        angle, here = cosine[i, j] if cosine.size > 1 else even, room[i, j]
        _wall_row((here, up, down, right, left, angle), k, wall[i, j])
        for end in range(min(nz, 2)):  # the ends of a row wrap
            m = end * (nz - 1)
            around = up[m] + down[m] + right[m] + left[m] + here[(m - 1) % nz] + here[(m + 1) % nz]
            wall[i, j, m] = _wall(here[m], around, angle[m], k)


@njit(parallel=True, cache=True)
def fill_wall(room, cosine, k, wall):
    """Write the wall term, `fields.wall_term` of s = 1 - room.

    Parameters
    ----------
    room, wall : float32 array, shape (nx, ny, nz)
        Room for melt, and what receives the wall term.
    cosine : float32 array
        Cosine of Young's angle, like room; one cell holds everywhere.
    k : float32, voxels^2
        Stiffness.
    """
    for i in prange(room.shape[0]):
        even = np.full(room.shape[2], cosine[0, 0, 0], np.float32)
        _wall_plane(i, room, cosine, k, even, wall)


@njit(**LEAN)
def _clip_row(melt, room):
    zero, total = np.float32(0), 0
    for k in range(len(melt)):
        share = min(max(melt[k], zero), room[k])
        melt[k] = share
        total += fixed(share)
    return total


@njit(**LEAN)
def _clip_plane(i, melt, room):
    total = 0
    for j in range(melt.shape[1]):
        total += _clip_row(melt[i, j], room[i, j])
    return total * UNIT


@njit(parallel=True, cache=True)
def _clip_planes(melt, room, volume):
    for i in prange(melt.shape[0]):
        volume[i] = _clip_plane(i, melt, room)


def clip(melt, room):
    """Clip the melt to the room in place; return its volume, voxels."""
    volume = np.empty(melt.shape[0])
    _clip_planes(melt, room, volume)
    return float(in_order(volume))
