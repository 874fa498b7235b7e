"""The cells near a surface, as runs along the last axis: all kernels of the solid visit nothing else.

Every kernel writes only to its own run, and sums are kept per run and added in one order: the same bytes
whatever the number of threads.
"""

# mypy: disable-error-code="no-untyped-def"
# (compiled functions: numba infers their types from the call)

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from ...core.errors import InputError

MIN_SIDE = 4  # cells: second differences of a periodic box reach two cells to either side
AXES = 3  # a box has three


class Band(NamedTuple):
    """Runs of cells near the surface.

    Attributes
    ----------
    runs
        First index, second index, first and one past the last third index of every run, shape (run, 4).
    inside
        Number of cells outside the band that are solid.
    """

    runs: NDArray[np.int32]
    inside: int

    @property
    def cells(self) -> int:
        """Number of cells in the band."""
        return int(np.sum(self.runs[:, 3] - self.runs[:, 2]))


@njit(cache=True)
def _active(phi, limit, i, j, row):
    """Mark the cells of one row that are not clamped, or have a neighbour that is not."""
    nx, ny, nz = phi.shape
    here = phi[i, j]
    ahead, back = phi[(i + 1) % nx, j], phi[(i - 1) % nx, j]
    left, right = phi[i, (j + 1) % ny], phi[i, (j - 1) % ny]
    for k in range(nz):  # no branches and no wrapping, so that the loop is vectorised
        row[k] = (
            (abs(here[k]) < limit)
            | (abs(ahead[k]) < limit)
            | (abs(back[k]) < limit)
            | (abs(left[k]) < limit)
            | (abs(right[k]) < limit)
        )
    for k in range(1, nz - 1):
        row[k] |= (abs(here[k - 1]) < limit) | (abs(here[k + 1]) < limit)
    row[0] |= (abs(here[nz - 1]) < limit) | (abs(here[1]) < limit)
    row[nz - 1] |= (abs(here[nz - 2]) < limit) | (abs(here[0]) < limit)


@njit(cache=True)
def _scan_plane(phi, limit, i, runs, at):
    """Count runs of plane i and solid cells outside them; write the runs from `at` if `runs` has rows."""
    ny, nz = phi.shape[1], phi.shape[2]
    row = np.empty(nz, np.bool_)
    count, inside = 0, 0
    for j in range(ny):
        _active(phi, limit, i, j, row)
        k = 0
        while k < nz:
            if not row[k]:
                inside += 1 if phi[i, j, k] > 0 else 0
                k += 1
                continue
            start = k
            while k < nz and row[k]:
                k += 1
            if len(runs) > 0:
                r = at + count
                runs[r, 0], runs[r, 1], runs[r, 2], runs[r, 3] = i, j, start, k
            count += 1
    return count, inside


@njit(parallel=True, cache=True)
def _scan(phi, limit, runs, first, found):
    """Scan all planes; `found` takes runs and solid cells of each plane."""
    for i in prange(phi.shape[0]):
        found[i, 0], found[i, 1] = _scan_plane(phi, limit, i, runs, first[i])


def check_field(phi: NDArray[np.float64]) -> None:
    """Refuse a field the kernels cannot take.

    Raises
    ------
    InputError
        Unless `phi` is a contiguous float64 field with at least four cells along each of three axes.
    """
    good = phi.ndim == AXES and min(phi.shape) >= MIN_SIDE
    if not (good and phi.dtype == np.float64 and phi.flags.c_contiguous):
        raise InputError(
            f"distance field of shape {phi.shape} and type {phi.dtype}: must be a contiguous float64 array "
            f"with three axes of {MIN_SIDE} cells or more."
        )


def find_band(phi: NDArray[np.float64], limit: float) -> Band:
    """Return the cells whose distance is not clamped, and their neighbours.

    Parameters
    ----------
    phi
        Signed distance, positive inside, clamped to +-`limit`, shape (nx, ny, nz), periodic.
    limit
        Clamp in voxels.

    Raises
    ------
    InputError
        If the field is not a contiguous float64 array with three axes of four cells or more.
    """
    check_field(phi)
    found = np.zeros((phi.shape[0], 2), np.int64)
    first = np.zeros(phi.shape[0], np.int64)
    _scan(phi, limit, np.empty((0, 4), np.int32), first, found)
    first[1:] = np.cumsum(found[:-1, 0])
    inside = int(np.sum(found[:, 1]))
    runs = np.empty((int(np.sum(found[:, 0])), 4), np.int32)
    if len(runs):
        _scan(phi, limit, runs, first, found)
    return Band(runs, inside)
