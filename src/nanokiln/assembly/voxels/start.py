"""Where spheres and melt start on the grid."""

# mypy: disable-error-code="no-untyped-def"
# (compiled functions: numba infers their types from the call)

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray


Array = NDArray[np.float64]
FAR = 1e3  # voxels, a distance that means "no second sphere near"
HALVINGS = 50  # of the search for the width of the wedge: down to rounding


@njit(cache=True)
def _nearest_plane(i, centres, radii, limit, first, second):
    """Write the distances to the two nearest sphere surfaces, outside only, for plane i."""
    nx, ny, nz = first.shape
    for n in range(len(radii)):
        out = radii[n] + limit
        for image in range(-1, 2):
            x = i + image * nx - centres[n, 0]
            if abs(x) > out:
                continue
            for j in range(math.ceil(centres[n, 1] - out), math.floor(centres[n, 1] + out) + 1):
                y = j - centres[n, 1]
                rest = out * out - x * x - y * y
                if rest < 0.0:
                    continue
                depth = math.sqrt(rest)
                for k in range(math.ceil(centres[n, 2] - depth), math.floor(centres[n, 2] + depth) + 1):
                    z = k - centres[n, 2]
                    gap = math.sqrt(x * x + y * y + z * z) - radii[n]
                    jj, kk = j % ny, k % nz
                    if gap < first[i, jj, kk]:
                        second[i, jj, kk] = first[i, jj, kk]
                        first[i, jj, kk] = gap
                    elif gap < second[i, jj, kk]:
                        second[i, jj, kk] = gap


@njit(parallel=True, cache=True)
def _nearest(centres, radii, limit, first, second):
    for i in prange(first.shape[0]):
        _nearest_plane(i, centres, radii, limit, first, second)


def wedge_melt(
    shape: tuple[int, int, int], centres: Array, radii: Array, room: NDArray[np.float32], volume: float
) -> NDArray[np.float32]:
    """Return a first guess of the melt: the narrowest gaps between the spheres filled up to one width.

    Parameters
    ----------
    shape
        Cells along each axis.
    centres, radii
        Spheres in voxels, shapes (sphere, 3) and (sphere,).
    room
        Room for melt in each voxel, 1 - s, shape `shape`.
    volume
        Melt to place, voxels^3; where all room is less, all room is filled.

    Limits
    ------
    A guess only: menisci of one height. The melt field relaxes from it.
    """
    first = np.full(shape, np.float32(FAR))
    second = np.full(shape, np.float32(FAR))
    limit = float(max(shape)) / 3
    _nearest(np.mod(centres, np.array(shape, dtype=float)), radii, limit, first, second)
    width = first
    width += second
    del second
    low, high = -float(max(shape)), 2 * FAR
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if float(room[width < middle].sum(dtype=np.float64)) < volume:
            low = middle
        else:
            high = middle
    return np.where(width < high, room, np.float32(0))
