"""The cells near a surface, as blocks along the last axis: kernels of the solid visit nothing else.

A block is a whole number of vector registers long, so that compiled loops over neighbouring blocks have no
odd cells left over. Every kernel works plane by plane and adds up its sums in one order: the same bytes
whatever the number of threads.
"""

# mypy: disable-error-code="no-untyped-def,call-overload"
# (compiled functions: numba infers their types from the call, and its stubs lack one option)

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from ...core.errors import InputError

MIN_SIDE = 4  # cells: second differences of a periodic box reach two cells to either side
AXES = 3  # a box has three
BLOCK = 16  # cells: one register of float32, two or four of half that width

# Compiled functions that take apart arrays but make none: without counting references to every slice, which
# would cost more than the loops.
LEAN = {"cache": True, "_nrt": False}

Distance = NDArray[np.floating]


class Band(NamedTuple):
    """Blocks of cells near the surface.

    Attributes
    ----------
    blocks
        Whether block b of row (i, j), cells 16 b to 16 b + 15, belongs to the band; shape (nx, ny, block).
    cells
        Number of cells in the band.
    inside
        Number of cells outside the band that are solid.
    """

    blocks: NDArray[np.bool_]
    cells: int
    inside: int


@njit(**LEAN)
def next_run(blocks, start, cells):
    """Return first and one past the last cell of the next blocks from cell `start` on, in a row of `cells`.

    Past the last run the first cell is `cells` or beyond.
    """
    count = len(blocks)
    first = (start + BLOCK - 1) // BLOCK
    while first < count and not blocks[first]:
        first += 1
    last = first
    while last < count and blocks[last]:
        last += 1
    return first * BLOCK, min(last * BLOCK, cells)


@njit(**LEAN)
def _mark_row(row, limit, blocks):
    """Mark the blocks that hold a cell within the limit."""
    for b in range(len(blocks)):
        part = row[b * BLOCK : min((b + 1) * BLOCK, len(row))]
        found = 0
        for k in range(len(part)):
            found += 1 if abs(part[k]) < limit else 0
        blocks[b] = found > 0


@njit(**LEAN)
def _close_row(blocks):
    """Mark single blocks between marked ones: a longer run costs less than a second one."""
    for b in range(1, len(blocks) - 1):
        blocks[b] |= blocks[b - 1] & blocks[b + 1]


@njit(**LEAN)
def _count_row(row, blocks):
    """Count the cells of marked blocks and the solid cells of the others."""
    cells, inside = 0, 0
    for b in range(len(blocks)):
        start, stop = b * BLOCK, min((b + 1) * BLOCK, len(row))
        if blocks[b]:
            cells += stop - start
        elif row[start] > 0:  # clamped cells of one block have one sign
            inside += stop - start
    return cells, inside


@njit(**LEAN)
def _mark_plane(i, phi, limit, blocks):
    cells, inside = 0, 0
    for j in range(phi.shape[1]):
        _mark_row(phi[i, j], limit, blocks[i, j])
        _close_row(blocks[i, j])
        marked, full = _count_row(phi[i, j], blocks[i, j])
        cells, inside = cells + marked, inside + full
    return cells, inside


@njit(parallel=True, cache=True)
def _mark(phi, limit, blocks, found):
    """Mark the blocks that hold a cell within the limit; count their cells and the solid ones outside."""
    for i in prange(phi.shape[0]):
        found[i, 0], found[i, 1] = _mark_plane(i, phi, limit, blocks)


@njit(**LEAN)
def _widen_plane(i, phi, limit, marked, blocks):
    """Mark blocks beside marked ones, along the row only where the cell at their end is within the limit."""
    nx, ny, nz = phi.shape
    up, down = (i + 1) % nx, (i - 1) % nx
    cells, inside = 0, 0
    for j in range(ny):
        right, left = (j + 1) % ny, (j - 1) % ny
        for b in range(blocks.shape[2]):
            before, after = b * BLOCK - 1, min((b + 1) * BLOCK, nz)
            before, after = before if b > 0 else nz - 1, after if after < nz else 0
            near = marked[i, j, b] | marked[up, j, b] | marked[down, j, b]
            near |= marked[i, right, b] | marked[i, left, b]
            near |= (abs(phi[i, j, before]) < limit) | (abs(phi[i, j, after]) < limit)
            blocks[i, j, b] = near
        _close_row(blocks[i, j])
        inner, full = _count_row(phi[i, j], blocks[i, j])
        cells, inside = cells + inner, inside + full
    return cells, inside


@njit(parallel=True, cache=True)
def _widen(phi, limit, marked, blocks, found):
    """Mark the blocks of the band and those that touch it, and count again."""
    for i in prange(phi.shape[0]):
        found[i, 0], found[i, 1] = _widen_plane(i, phi, limit, marked, blocks)


def check_field(phi: Distance) -> None:
    """Refuse a field the kernels cannot take.

    Raises
    ------
    InputError
        Unless `phi` is a contiguous float32 or float64 field with at least four cells along each of three
        axes.
    """
    good = phi.ndim == AXES and min(phi.shape) >= MIN_SIDE
    if not (good and phi.dtype in (np.float32, np.float64) and phi.flags.c_contiguous):
        raise InputError(
            f"distance field of shape {phi.shape} and type {phi.dtype}: must be a contiguous float32 or "
            f"float64 array with three axes of {MIN_SIDE} cells or more."
        )


def find_band(phi: Distance, limit: float, *, widen: bool = True) -> Band:
    """Return the blocks that hold a cell whose distance is not clamped.

    Parameters
    ----------
    phi
        Signed distance, positive inside, clamped to +-`limit`, shape (nx, ny, nz), periodic.
    limit
        Clamp in voxels.
    widen
        Whether the neighbours of such cells belong to the band too.

    Raises
    ------
    InputError
        If the field is not a contiguous float field with three axes of four cells or more.

    Limits
    ------
    The surface has to lie within the band: a jump from clamp to clamp inside a block is not seen.
    """
    check_field(phi)
    clamp = phi.dtype.type(limit)
    blocks = np.zeros((*phi.shape[:2], -(-phi.shape[2] // BLOCK)), np.bool_)
    found = np.zeros((phi.shape[0], 2), np.int64)
    _mark(phi, clamp, blocks, found)
    if widen:
        _widen(phi, clamp, blocks.copy(), blocks, found)
    cells, inside = found.sum(axis=0)
    return Band(blocks, int(cells), int(inside))
