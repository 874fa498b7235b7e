"""Compiled loops over melt pockets: labels, territories, and sweeps with one multiplier per pocket.

A territory is the melt of one pocket and the cells around it; its cells with room for melt are stored as runs
along the last axis, and rows without any are not visited. Every plane writes only to its own cells, and the
sums over runs are taken by one thread in fixed order: the same bytes whatever the number of threads. Fields
are float32, sums as in `sums.py`.
"""

# mypy: disable-error-code="no-untyped-def,assignment"
# (compiled functions: numba infers types from the call and widens sums)

from __future__ import annotations

import numpy as np
from numba import njit, prange

from .sums import UNIT, fixed

NEIGHBOURS = 6  # of a voxel in the stencil
OWNER = 4  # column of a run that holds its pocket; before it: i, j, first k, one past the last k
COLUMNS = 5  # of a run
NOBODY = -1  # owner of a cell outside all territories
BISECT = 4  # every so many trials of a multiplier halve its bracket: Newton alone creeps along a kink
FEEDBACK = 0.5  # share of the volume error taken back per sweep; 1 rings


@njit(cache=True, inline="always")
def _beside(at, nx, ny, nz):
    """Return the flat indices of the six neighbours of the cell with flat index `at`."""
    row, plane, cells = at // nz, ny * nz, nx * ny * nz
    k, j = at - row * nz, row % ny
    return (
        at + 1 if k + 1 < nz else at + 1 - nz,
        at - 1 if k > 0 else at - 1 + nz,
        at + nz if j + 1 < ny else at + nz - plane,
        at - nz if j > 0 else at - nz + plane,
        at + plane if at + plane < cells else at + plane - cells,
        at - plane if at >= plane else at - plane + cells,
    )


@njit(cache=True)
def flood(melt, threshold, old, floor, owner, queue):
    """Give the connected pockets of melt numbers, in the order of their first cells.

    Parameters
    ----------
    melt : float32 array, shape (nx, ny, nz)
        Melt; the box is periodic, cells are joined across faces.
    threshold : float
        Melt above this belongs to a pocket.
    old : int32 array, shape (nx, ny, nz)
        Owners so far.
    floor : array, shape (pocket,)
        Melt of an old pocket at or above its floor belongs to a pocket too; infinite for most.
    owner : int32 array, shape (nx, ny, nz)
        Filled with `NOBODY` on entry; receives the pockets, from 0.
    queue : int32 array, shape (cell,)
        Work space.

    Returns
    -------
    int
        Pockets found.
    """
    nx, ny, nz = melt.shape
    flat, before, mine = melt.reshape(-1), old.reshape(-1), owner.reshape(-1)
    count = 0
    for start in range(flat.size):
        value = flat[start]
        if value <= 0 or mine[start] != NOBODY:
            continue
        was = before[start]
        if not (value > threshold or (was != NOBODY and value >= floor[was])):
            continue
        mine[start] = count
        queue[0] = start
        waiting = 1
        while waiting > 0:
            waiting -= 1
            for to in _beside(queue[waiting], nx, ny, nz):
                value = flat[to]
                if value <= 0 or mine[to] != NOBODY:
                    continue
                was = before[to]
                if value > threshold or (was != NOBODY and value >= floor[was]):
                    mine[to] = count
                    queue[waiting] = to
                    waiting += 1
        count += 1
    return count


@njit(parallel=True, cache=True)
def _grow(owner, room, out):
    """Give every cell with room and no owner the highest owner among its neighbours."""
    nx, ny, nz = owner.shape
    zero = np.float32(0.0)
    for i in prange(nx):
        up, down = (i + 1) % nx, (i - 1) % nx
        for j in range(ny):
            right, left = (j + 1) % ny, (j - 1) % ny
            for end in range(2):  # the ends of a row wrap
                k = end * (nz - 1)
                best = max(owner[up, j, k], owner[down, j, k], owner[i, right, k], owner[i, left, k])
                best = max(best, owner[i, j, (k + 1) % nz], owner[i, j, (k - 1) % nz])
                mine = owner[i, j, k]
                out[i, j, k] = best if mine < 0 and room[i, j, k] > zero else mine
            for k in range(1, nz - 1):
                best = max(owner[up, j, k], owner[down, j, k])
                best = max(best, max(owner[i, right, k], owner[i, left, k]))
                best = max(best, max(owner[i, j, k + 1], owner[i, j, k - 1]))
                mine = owner[i, j, k]
                out[i, j, k] = best if (mine < 0) & (room[i, j, k] > zero) else mine


def spread(owner, room, spare, steps):
    """Carry the labels outward through cells with room, by `steps` cells; the nearest pocket wins.

    Parameters
    ----------
    owner, spare : int32 array, shape (nx, ny, nz)
        Pockets and work space; both are written.
    room : float32 array, shape (nx, ny, nz)
        Room for melt.
    steps : int
        How far to go, counted along the axes.

    Returns
    -------
    int32 array, shape (nx, ny, nz)
        The one of the two that holds the territories. At equal distance the later pocket wins.
    """
    for _ in range(steps):
        _grow(owner, room, spare)
        owner, spare = spare, owner
    return owner


@njit(cache=True)
def _scan_plane(owner, room, i, runs, at):
    """Count the runs of plane i; write them from `at` if `runs` has rows."""
    ny, nz = owner.shape[1], owner.shape[2]
    count = 0
    for j in range(ny):
        k = 0
        while k < nz:
            p = owner[i, j, k]
            if p == NOBODY or room[i, j, k] <= 0:
                k += 1
                continue
            start = k
            while k < nz and owner[i, j, k] == p and room[i, j, k] > 0:
                k += 1
            if len(runs) > 0:
                r = at + count
                runs[r, 0], runs[r, 1], runs[r, 2], runs[r, 3], runs[r, OWNER] = i, j, start, k, p
            count += 1
    return count


@njit(parallel=True, cache=True)
def _scan(owner, room, runs, first, found):
    """Scan all planes; `found` takes the number of runs of each."""
    for i in prange(owner.shape[0]):
        found[i] = _scan_plane(owner, room, i, runs, first[i])


def find_runs(owner, room):
    """Return the cells of all territories with room for melt.

    Parameters
    ----------
    owner : int32 array, shape (nx, ny, nz)
        Pocket of every cell.
    room : float32 array, shape (nx, ny, nz)
        Room for melt.

    Returns
    -------
    runs : int64 array, shape (run, 5)
        First index, second index, first and one past the last third index, pocket.
    first : int64 array, shape (nx + 1,)
        First run of every plane, and the number of runs.
    """
    found = np.zeros(owner.shape[0], np.int64)
    first = np.zeros(owner.shape[0] + 1, np.int64)
    _scan(owner, room, np.empty((0, COLUMNS), np.int64), first, found)
    first[1:] = np.cumsum(found)
    runs = np.empty((int(first[-1]), COLUMNS), np.int64)
    if len(runs):
        _scan(owner, room, runs, first, found)
    return runs, first


@njit(cache=True, inline="always")
def _pulled(melt, w, tau, two_k, around):
    """Gradient step of one voxel without its multiplier; `around` is the sum over its six neighbours."""
    six, two = np.float32(NEIGHBOURS), np.float32(2.0)
    return melt - tau * (w - two * melt - two_k * (around - six * melt))


@njit(cache=True, inline="always")
def _pull_row(melt, w, i, j, tau, two_k, row):
    """Write the gradient step of a whole row: one long loop costs less than many short ones."""
    nx, ny, nz = melt.shape
    up, down = (i + 1) % nx, (i - 1) % nx
    right, left = (j + 1) % ny, (j - 1) % ny
    for end in range(min(nz, 2)):  # the ends of a row wrap
        e = end * (nz - 1)
        around = melt[up, j, e] + melt[down, j, e] + melt[i, right, e] + melt[i, left, e]
        around += melt[i, j, (e + 1) % nz] + melt[i, j, (e - 1) % nz]
        row[e] = _pulled(melt[i, j, e], w[i, j, e], tau, two_k, around)
    for k in range(1, nz - 1):
        around = melt[up, j, k] + melt[down, j, k] + melt[i, right, k] + melt[i, left, k]
        around += melt[i, j, k + 1] + melt[i, j, k - 1]
        row[k] = _pulled(melt[i, j, k], w[i, j, k], tau, two_k, around)


@njit(parallel=True, cache=True)
def _sweep_planes(territory, melt, w, room, lams, todo, tau, two_k, new, parts):
    """Write the next melt of the pockets to do, and per run its volume and its number of unclipped voxels."""
    runs, first = territory
    zero = np.float32(0)
    for i in prange(melt.shape[0]):
        pulled, ready = np.zeros(melt.shape[2], np.float32), -1
        for r in range(first[i], first[i + 1]):
            j, p = runs[r, 1], runs[r, OWNER]
            if not todo[p]:
                continue
            if j != ready:
                _pull_row(melt, w, i, j, tau, two_k, pulled)
                ready = j
            push = tau * np.float32(lams[p])
            row, count = 0, np.int32(0)
            # unsigned, or every index would be tested for wrapping, and short loops cost double
            for k in range(np.uint64(runs[r, 2]), np.uint64(runs[r, 3])):
                x = min(max(pulled[k] + push, zero), room[i, j, k])
                new[i, j, k] = x
                row += fixed(x)
                count += np.int32(1) if (x > zero) & (x < room[i, j, k]) else np.int32(0)
            parts[r, 0] = row * UNIT
            parts[r, 1] = count


@njit(cache=True)
def _gather(runs, parts, todo, volume, free):
    """Add the parts of all runs to the sums of their pockets, in the order of the runs."""
    for p in range(len(todo)):
        if todo[p]:
            volume[p] = free[p] = 0.0
    for r in range(len(runs)):
        p = runs[r, OWNER]
        if todo[p]:
            volume[p] += parts[r, 0]
            free[p] += parts[r, 1]


@njit(cache=True)
def sweep(territory, fields, lams, todo, numbers, new, parts, volume, free):
    """Move the melt of the pockets to do: new = clip(l - tau [-2k lap l - 2l + w - lam_p], 0, room).

    Parameters
    ----------
    territory : tuple of array
        Runs and the first run of every plane, as from `find_runs`.
    fields : tuple of float32 array, shape (nx, ny, nz)
        Melt, wall term and room for melt.
    lams : array, shape (pocket,)
        Multipliers.
    todo : bool array, shape (pocket,)
        Pockets to move.
    numbers : tuple of float
        Step tau and stiffness k.
    new : float32 array, shape (nx, ny, nz)
        Receives the melt of these pockets.
    parts : array, shape (run, 2)
        Receives volume and unclipped voxels of the runs.
    volume, free : array, shape (pocket,)
        Receive the sums over the pockets moved.
    """
    melt, w, room = fields
    tau, k = numbers
    _sweep_planes(territory, melt, w, room, lams, todo, np.float32(tau), np.float32(2.0 * k), new, parts)
    _gather(territory[0], parts, todo, volume, free)


@njit(cache=True, inline="always")
def _better(lam, error, slope, low, high, attempt):
    """Return the next trial of a multiplier by a Newton step kept inside its bracket."""
    # with nothing free every voxel sits on a bound: widening steps unlock some
    guess = lam - error / slope if slope > 0 else lam - np.sign(error) * 2.0**attempt
    halving = attempt % BISECT == BISECT - 1 and np.isfinite(low) and np.isfinite(high)
    return guess if low < guess < high and not halving else 0.5 * (low + high)


@njit(cache=True)
def step(territory, fields, state, numbers, new, parts, tolerance, rounding, tries):
    """Take one sweep in which every pocket has its volume within the tolerance (relative).

    Only the pockets that miss it are swept again, each with a better multiplier of its own: the volume of a
    pocket grows with its multiplier alone, in straight pieces.

    Parameters
    ----------
    territory, fields, numbers, new, parts
        As in `sweep`.
    state : tuple of array, shape (pocket,)
        Multipliers, target volumes, volumes held and numbers of free voxels; all but the targets change.
    tolerance : float
        Relative volume error allowed.
    rounding : float
        Error per free voxel, in voxels, that is accepted when no multiplier does better.
    tries : int
        Most trials.

    Returns
    -------
    int
        First pocket that failed, or -1.
    """
    lams, target, held, free = state
    count = len(lams)
    todo, volume = np.ones(count, np.bool_), np.zeros(count)
    low, high = np.full(count, -np.inf), np.full(count, np.inf)
    best, least = np.zeros(count), np.full(count, np.inf)  # of the trials: multiplier and error
    ending = np.zeros(count, np.bool_)
    missed, left = -1, count
    for attempt in range(tries):
        sweep(territory, fields, lams, todo, numbers, new, parts, volume, free)
        for p in range(count):
            if not todo[p]:
                continue
            error = volume[p] - target[p]
            done = abs(error) <= tolerance * target[p]
            if not done:
                if error < 0:
                    low[p] = lams[p]
                else:
                    high[p] = lams[p]
                if abs(error) < least[p]:
                    best[p], least[p] = lams[p], abs(error)
                better = _better(lams[p], error, numbers[0] * free[p], low[p], high[p], attempt)
                stuck = np.float32(better) == np.float32(low[p]) or np.float32(better) == np.float32(high[p])
                if ending[p] or stuck or not low[p] < better < high[p] or attempt >= tries - 2:
                    done = abs(error) <= rounding * (1.0 + free[p])
                    if not done and ending[p]:  # not even the best of the trials, or it is not finite
                        missed, done = p if missed < 0 else missed, True
                    ending[p], better = True, best[p]
                if not done:
                    lams[p] = better
            if done:
                todo[p] = False
                left -= 1
        if left == 0:
            break
    for p in range(count):
        held[p], volume[p] = volume[p], held[p]
    for p in range(count):  # `volume` holds what was there before
        if free[p] > 0:
            change = held[p] - volume[p]
            lams[p] += FEEDBACK * ((target[p] - held[p]) - change) / (numbers[0] * free[p])
    return missed


@njit(cache=True)
def steps(territory, fields, state, numbers, spare, parts, tolerance, rounding, tries, sweeps):
    """Take several sweeps between the melt and the spare field; return those taken and the failed pocket.

    Parameters are those of `step`; the result lies in the spare field after an odd number of sweeps.
    """
    here, there = fields[0], spare
    for done in range(sweeps):
        missed = step(
            territory, (here, fields[1], fields[2]), state, numbers, there, parts, tolerance, rounding, tries
        )
        if missed >= 0:
            return done, missed
        here, there = there, here
    return sweeps, -1


@njit(cache=True)
def tops(runs, melt, count):
    """Return the largest share of melt in each pocket."""
    most = np.zeros(count)
    for r in range(len(runs)):
        i, j, p = runs[r, 0], runs[r, 1], runs[r, OWNER]
        for k in range(runs[r, 2], runs[r, 3]):
            most[p] = max(most[p], np.float64(melt[i, j, k]))
    return most


@njit(cache=True)
def measure(runs, fields, count):
    """Return volume of melt and room in each territory, shape (2, pocket)."""
    sums = np.zeros((2, count))
    for r in range(len(runs)):
        i, j, p = runs[r, 0], runs[r, 1], runs[r, OWNER]
        for f in range(2):
            field = fields[f]
            part = 0.0
            for k in range(runs[r, 2], runs[r, 3]):
                part += np.float64(field[i, j, k])
            sums[f, p] += part
    return sums


@njit(cache=True)
def hand_over(runs, melt, old, given, count):
    """Share out what the old pockets own among the new ones, in proportion to the melt that lies in each.

    Parameters
    ----------
    runs : int64 array, shape (run, 5)
        New territories.
    melt : float32 array, shape (nx, ny, nz)
        Melt.
    old : int32 array, shape (nx, ny, nz)
        Old owners.
    given : array, shape (2, old pocket)
        Target volumes and multipliers of the old pockets.
    count : int
        Number of new pockets.

    Returns
    -------
    target, lam : array, shape (pocket,)
        Volumes, whose sum is kept unless a pocket was lost, and multipliers, averaged by melt.
    found : array, shape (old pocket,)
        Melt of each old pocket that has a new owner; nothing where it was lost.
    """
    found = np.zeros(given.shape[1])
    for r in range(len(runs)):
        i, j = runs[r, 0], runs[r, 1]
        for k in range(runs[r, 2], runs[r, 3]):
            if old[i, j, k] != NOBODY:
                found[old[i, j, k]] += melt[i, j, k]
    target, lam, weight = np.zeros(count), np.zeros(count), np.zeros(count)
    for r in range(len(runs)):
        i, j, q = runs[r, 0], runs[r, 1], runs[r, OWNER]
        for k in range(runs[r, 2], runs[r, 3]):
            p, here = old[i, j, k], np.float64(melt[i, j, k])
            if p != NOBODY and here > 0:
                target[q] += here / found[p] * given[0, p]
                lam[q] += here * given[1, p]
                weight[q] += here
    for q in range(count):
        if weight[q] > 0:
            lam[q] /= weight[q]
    return target, lam, found


@njit(cache=True)
def _apply_mend(melt, room, missing, place, done):
    """Add what is missing to the voxel chosen in each pocket."""
    for p in range(len(missing)):
        if not done[p] and place[p, 0] >= 0:
            i, j, k = place[p]
            value = np.float32(melt[i, j, k] + missing[p])
            melt[i, j, k] = min(max(value, np.float32(0.0)), room[i, j, k])


@njit(cache=True)
def mend(runs, melt, room, state, tolerance, tries):
    """Give what rounding left over to one voxel of each pocket, in place; return the worst relative error.

    The voxel is the emptiest one that can take it, because small floats are the finest; if there is none,
    the one farthest from its bounds.

    Parameters
    ----------
    runs : int64 array, shape (run, 5)
        Cells of the territories.
    melt, room : float32 array, shape (nx, ny, nz)
        Melt, changed in place, and the room for it.
    state : tuple of array, shape (pocket,)
        As in `step`; the volumes held are measured anew.
    tolerance : float
        Relative error at which a pocket is left alone.
    tries : int
        Most voxels to change per pocket.
    """
    target, held = state[1], state[2]
    count = len(target)
    worst = np.inf
    for attempt in range(tries + 1):
        held[:] = measure(runs, (melt, room), count)[0]
        missing = target - held
        done = np.abs(missing) <= tolerance * target
        worst = 0.0
        for p in range(count):
            worst = max(worst, abs(missing[p]) / target[p] if target[p] > 0 else abs(missing[p]))
        if done.all() or attempt == tries:
            break
        place = np.full((count, 3), -1, np.int64)
        best = np.full(count, -np.inf)  # negative melt of a voxel that takes it all beats any reach below
        for r in range(len(runs)):
            i, j, p = runs[r, 0], runs[r, 1], runs[r, OWNER]
            if done[p]:
                continue
            for k in range(runs[r, 2], runs[r, 3]):
                here = np.float64(melt[i, j, k])
                reach = min(here, np.float64(room[i, j, k]) - here)
                if reach <= 0.0:
                    continue
                score = 2.0 - here if reach >= abs(missing[p]) else reach
                if score > best[p]:
                    best[p] = score
                    place[p, 0], place[p, 1], place[p, 2] = i, j, k
        _apply_mend(melt, room, missing, place, done)
    return worst
