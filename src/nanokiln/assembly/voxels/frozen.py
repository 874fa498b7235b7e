"""Melt that turns solid where it lies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .fields import reach
from .measure.connect import regions
from .solid import Solid, renew, restore

LEAST = 27  # cells of a part below which it has no shape on the grid
_FULL = 0.9  # share of solid and melt above which every voxel counts as full


def freeze(solid: Solid, melt: NDArray[np.float32]) -> None:
    """Make the melt part of the solid, in place: the new surface is that of both together.

    Parameters
    ----------
    solid
        Changed in place; its volume grows by that of the melt.
    melt
        Share of melt in each voxel, at most 1 - s; its memory is used.

    Raises
    ------
    PhysicsError
        If the volume cannot be restored.
    """
    together = np.add(solid.s, melt, out=melt)
    target = float(together.sum(dtype=np.float64))
    if float(together.min()) > _FULL:  # a dense block has no surface
        solid.phi[...] = reach(solid.eta)
        solid.s[...] = 1
        return
    inside = (together > 0) & (together < 1)
    together *= 2
    together -= 1
    np.clip(together, -1, 1, out=together)
    solid.phi[...] = together * np.float32(reach(solid.eta))
    solid.phi[inside] = solid.eta / np.pi * np.arcsin(together[inside])
    del together, inside
    tidy(solid)
    renew(solid)
    restore(solid, target)


def tidy(solid: Solid) -> None:
    """Drop crumbs and fill holes of fewer cells than the grid can give a shape to, in place.

    Parameters
    ----------
    solid
        Its distance is changed; renew it, and restore its volume, afterwards.

    Limits: a crumb may have been a drop of residue; its volume goes to the rest of the solid.
    """
    for sign in (1, -1):
        parts = regions(solid.phi > 0 if sign > 0 else solid.phi < 0)
        small = np.concatenate([[False], parts.cells < LEAST])
        for phi, label in zip(solid.phi, parts.label, strict=True):
            phi[small[label]] = -sign * reach(solid.eta)
