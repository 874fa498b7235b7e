"""Periodic neighbour lists from a cell grid; every pair stands in both rows, with its image.

A row lists ``(partner, image)`` so that ``x_i - x_j - image * box`` is the separation. Images are explicit,
hence small boxes, in which two spheres meet through two faces, need no special case.
"""

# mypy: disable-error-code="no-untyped-def"
# (compiled functions: numba infers their types from the call)

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from ..core.errors import InputError

MIN_CELLS = 3  # with fewer cells per edge a cell would be its own neighbour: look at all pairs instead
IMAGE_RANK = np.array([9, 3, 1])  # makes one number of an image; balanced ternary
CELLS_PER_SPHERE = 2.0  # bound on the grid, so that memory stays linear in the number of spheres


class Table(NamedTuple):
    """Rows of neighbours: row i is ``start[i]:start[i+1]`` of the other two arrays."""

    start: NDArray[np.int64]
    partner: NDArray[np.int32]
    image: NDArray[np.int8]


@njit(cache=True)
def _sort_into_cells(position, box, cells):
    """Return the cell of each sphere, its first entry, and the spheres by cell (counting sort)."""
    count = len(position)
    home = np.empty((count, 3), np.int32)
    first = np.zeros(cells**3 + 1, np.int64)
    for i in range(count):
        for k in range(3):
            home[i, k] = min(int(position[i, k] / box * cells), cells - 1)
        first[(home[i, 0] * cells + home[i, 1]) * cells + home[i, 2] + 1] += 1
    for c in range(cells**3):
        first[c + 1] += first[c]
    cursor = first[:-1].copy()
    member = np.empty(count, np.int32)
    for i in range(count):
        c = (home[i, 0] * cells + home[i, 1]) * cells + home[i, 2]
        member[cursor[c]] = i
        cursor[c] += 1
    return home, first, member


@njit(cache=True, inline="always")
def _near(position, radius, pair, shift, reach):
    """Whether the gap between sphere i and image `shift` of sphere j is below `reach`."""
    i, j = pair
    square = 0.0
    for k in range(3):
        d = (position[i, k] - position[j, k]) - shift[k]
        square += d * d
    limit = radius[i] + radius[j] + reach
    return square < limit * limit


@njit(cache=True)
def _scan_row(i, geometry, grid, out, cursor):
    """Walk the 27 cells around sphere i; write rows where `out` has room, return the number found."""
    position, radius, box, reach = geometry
    home, first, member, cells = grid
    partner, image = out
    found = 0
    for a in range(-1, 2):
        for b in range(-1, 2):
            for c in range(-1, 2):
                x, y, z = home[i, 0] + a, home[i, 1] + b, home[i, 2] + c
                p, q, r = x // cells, y // cells, z // cells
                cell = ((x - p * cells) * cells + (y - q * cells)) * cells + (z - r * cells)
                shift = (p * box, q * box, r * box)
                for m in range(first[cell], first[cell + 1]):
                    j = member[m]
                    if j != i and _near(position, radius, (i, j), shift, reach):
                        if cursor >= 0:
                            partner[cursor + found] = j
                            image[cursor + found, 0] = p
                            image[cursor + found, 1] = q
                            image[cursor + found, 2] = r
                        found += 1
    return found


@njit(cache=True)
def _scan_all(i, geometry, out, cursor):
    """Look at every sphere and all 27 images; used where the box is only a few cells wide."""
    position, radius, box, reach = geometry
    partner, image = out
    found = 0
    for j in range(len(radius)):
        for p in range(-1, 2):
            for q in range(-1, 2):
                for r in range(-1, 2):
                    if j == i and p == 0 and q == 0 and r == 0:
                        continue
                    if _near(position, radius, (i, j), (p * box, q * box, r * box), reach):
                        if cursor >= 0:
                            partner[cursor + found] = j
                            image[cursor + found, 0] = p
                            image[cursor + found, 1] = q
                            image[cursor + found, 2] = r
                        found += 1
    return found


@njit(parallel=True, cache=True)
def _pass(geometry, grid, start, out, write):
    """One sweep over all spheres: count (write False) or fill (write True)."""
    count = len(geometry[1])
    number = np.empty(count, np.int64)
    cells = grid[3]
    for i in prange(count):
        cursor = start[i] if write else -1
        if cells >= MIN_CELLS:
            number[i] = _scan_row(i, geometry, grid, out, cursor)
        else:
            number[i] = _scan_all(i, geometry, out, cursor)
    return number


def neighbours(position: NDArray[np.float64], radius: NDArray[np.float64], box: float, reach: float) -> Table:
    """Return all pairs, images included, with a gap below `reach`.

    Parameters
    ----------
    position
        Centres inside [0, box), shape (sphere, 3).
    radius
        Radii, shape (sphere,), same unit of length.
    box, reach
        Edge of the periodic cube; largest gap listed.

    Returns
    -------
    Table
        Rows in an order that depends on the spheres only, never on the number of threads.

    Raises
    ------
    InputError
        If ``2 max(radius) + reach`` exceeds the box: images more than one box away would be needed.
    """
    count = len(radius)
    widest = 2 * float(np.max(radius)) + reach
    if widest > box:
        raise InputError(
            f"the box ({box:.3g}) is narrower than the reach of a sphere ({widest:.3g}): "
            "take more spheres, or a narrower size distribution."
        )
    cells = min(int(box / widest), max(MIN_CELLS, int((CELLS_PER_SPHERE * count) ** (1 / 3))))
    if cells >= MIN_CELLS:
        grid = (*_sort_into_cells(position, box, cells), cells)
    else:
        grid = (np.zeros((1, 3), np.int32), np.zeros(1, np.int64), np.zeros(1, np.int32), 1)
    geometry = (position, radius, float(box), float(reach))
    start = np.zeros(count + 1, np.int64)
    nothing = (np.empty(0, np.int32), np.empty((0, 3), np.int8))
    start[1:] = np.cumsum(_pass(geometry, grid, start, nothing, False))
    out = (np.empty(start[-1], np.int32), np.empty((start[-1], 3), np.int8))
    _pass(geometry, grid, start, out, True)
    return Table(start, *out)


def pairs(table: Table) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return ``(i, j, image)`` with every pair once: i < j, or i == j with its first image only."""
    i = np.repeat(np.arange(len(table.start) - 1), np.diff(table.start))
    j = table.partner.astype(np.int64)
    image = table.image.astype(np.int64)
    code = image @ IMAGE_RANK  # its sign is that of the first non-zero component
    keep = (i < j) | ((i == j) & (code > 0))
    return i[keep], j[keep], image[keep]
