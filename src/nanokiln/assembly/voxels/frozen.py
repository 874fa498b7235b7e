"""Melt that turns solid where it lies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .fields import reach
from .solid import Solid, renew, restore


def freeze(solid: Solid, melt: NDArray[np.float32]) -> None:
    """Make the melt part of the solid, in place: the new surface is that of both together.

    Parameters
    ----------
    solid
        Changed in place; its volume grows by that of the melt.
    melt
        Share of melt in each voxel, at most 1 - s.

    Raises
    ------
    PhysicsError
        If the volume cannot be restored.
    """
    together = solid.s.astype(np.float64)
    together += melt
    target = float(together.sum())
    if float(together.min()) > _FULL:  # a dense block has no surface
        solid.phi[...] = reach(solid.eta)
        solid.s[...] = 1
        return
    inside = (together > 0) & (together < 1)
    np.multiply(together, 2, out=together)
    together -= 1
    np.clip(together, -1, 1, out=together)
    together[inside] = solid.eta / np.pi * np.arcsin(together[inside])
    together[~inside] *= reach(solid.eta)
    solid.phi[...] = together
    renew(solid)
    restore(solid, target)


_FULL = 0.9  # share of solid and melt above which every voxel counts as full
