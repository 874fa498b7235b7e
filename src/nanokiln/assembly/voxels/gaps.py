"""Melt in the gaps between spheres: where it starts, and where its insoluble part stays when it splits.

The width of a gap at a point is the sum of the distances to the two nearest spheres; melt takes the narrowest
parts first.
"""

# mypy: disable-error-code="no-untyped-def"
# (compiled functions: numba infers their types from the call)

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Array = NDArray[np.float64]
LEAST = 1e-3  # share of room or melt below which a voxel is not looked at


@njit(parallel=True, cache=True)
def _two_nearest(cells, wet, centres, radii, width, pair):
    """Write the gap between the two nearest spheres, measured through a voxel, and which two they are."""
    n = len(radii)
    nx, ny, nz = cells[0], cells[1], cells[2]
    for v in prange(len(width)):
        index = wet[v]
        i, j, k = index // (ny * nz), (index // nz) % ny, index % nz
        first, second, a, b = 1e9, 1e9, -1, -1
        for s in range(n):
            x, y, z = i - centres[s, 0], j - centres[s, 1], k - centres[s, 2]
            x -= nx * round(x / nx)
            y -= ny * round(y / ny)
            z -= nz * round(z / nz)
            gap = math.sqrt(x * x + y * y + z * z) - radii[s]
            if gap < first:
                first, second, a, b = gap, first, s, a
            elif gap < second:
                second, b = gap, s
        width[v] = max(first, 0.0) + max(second, 0.0)
        pair[v] = min(a, b) * n + max(a, b)


def _gaps(
    shape: tuple[int, ...], cells: NDArray[np.int64], centres: Array, radii: Array
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Return the width of the gap at some cells, and a number for the pair of spheres beside it."""
    width, pair = np.empty(len(cells), np.float32), np.empty(len(cells), np.int32)
    _two_nearest(np.array(shape), cells, np.mod(centres, shape), radii, width, pair)
    return width, pair


def wedge_melt(
    solid: NDArray[np.float32], centres: Array, radii: Array, volume: float
) -> NDArray[np.float32]:
    """Return a first guess of the melt: the narrowest gaps between the spheres filled up to one width.

    Parameters
    ----------
    solid
        Profile of the solid, shape (nx, ny, nz).
    centres, radii
        Spheres in voxels, shapes (sphere, 3) and (sphere,).
    volume
        Melt to place, voxels^3; where all room is less, all room is filled.

    Limits: menisci of one height; the melt field relaxes from it.
    """
    room = np.flatnonzero(solid.reshape(-1) < 1 - LEAST)
    order = room[np.argsort(_gaps(solid.shape, room, centres, radii)[0], kind="stable")]
    space = 1 - solid.reshape(-1)[order].astype(np.float64)
    before = np.cumsum(space) - space
    out = np.zeros(solid.size, np.float32)
    out[order] = np.clip(volume - before, 0.0, space)
    return out.reshape(solid.shape)


def settle_locally(
    melt: NDArray[np.float32],
    solid: NDArray[np.float32],
    centres: Array,
    radii: Array,
    share: float,
) -> NDArray[np.float32]:
    """Return the residue of a melt: at every contact a share of the melt there, in its narrowest part.

    Parameters
    ----------
    melt, solid
        Hot melt and profile of the solid, shape (nx, ny, nz).
    centres, radii
        Spheres in voxels, shapes (sphere, 3) and (sphere,).
    share
        Residue over melt, 0 to 1.

    Returns
    -------
    array, float32, like `melt`
        Share of residue in each voxel; its volume is `share` times that of the melt.

    Limits
    ------
    Melt belongs to the contact of the two spheres nearest to it, so residue moves over tens of nanometres
    (the data sheet gives 37 nm of diffusion between unmixing and vitrification) and not from contact to
    contact. A first guess: menisci of one height, to be relaxed.
    """
    wet = np.flatnonzero(melt.reshape(-1) > LEAST)
    width, pair = _gaps(melt.shape, wet, centres, radii)
    order = np.lexsort((width, pair))
    pair, wet = pair[order], wet[order]
    del width, order
    space = 1 - solid.reshape(-1)[wet].astype(np.float64)
    held = melt.reshape(-1)[wet].astype(np.float64)
    begins = np.flatnonzero(np.diff(pair, prepend=-1))
    sizes = np.diff(np.append(begins, len(pair)))
    wanted = share * np.add.reduceat(held, begins) if len(begins) else held
    filled = np.cumsum(space)
    before = np.repeat(filled[begins] - space[begins], sizes) if len(begins) else filled
    left = np.repeat(wanted, sizes) - (filled - before - space)
    out = np.zeros(melt.size, np.float32)
    out[wet] = np.clip(left, 0.0, space)
    return out.reshape(melt.shape)
