"""Wash: soluble melt leaves, except from pores that no way leads into."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .frozen import LEAST
from .measure.connect import regions

OPEN = 0.5  # profile of the solid below which a voxel is passable


def closed_pores(s: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return the voxels of pores that are not joined to the largest one.

    Parameters
    ----------
    s
        Profile of the solid, shape (nx, ny, nz), periodic.

    Limits
    ------
    Ways narrower than a voxel do not count, nor do pores of less than 27 voxels; in a periodic
    body the largest pore is the outside.
    """
    parts = regions(s < OPEN)
    closed = np.concatenate([[False], parts.cells >= LEAST])
    closed[parts.largest] = False
    return np.stack([closed[label] for label in parts.label])


def wash(melt: NDArray[np.float32], s: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the melt that stays behind when water reaches all open pores."""
    return np.where(closed_pores(s), melt, np.float32(0))
