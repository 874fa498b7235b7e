"""The melt sweep as whole-array sentences: the readable twin of the compiled kernel.

Only functions that NumPy and JAX share are used (roll, minimum, maximum, sum), nothing is written in place,
and no branch depends on a value, so that the same text runs on either.
"""

from __future__ import annotations

from typing import Any

import numpy as np

NEIGHBOURS = 6.0  # of a voxel in the stencil; a float, so that no array type is widened


def force(melt: Any, w: Any, k: float, xp: Any = np) -> Any:
    """Variation of the melt energy, -2k lap l - 2l + w.

    Parameters
    ----------
    melt, w : array, shape (nx, ny, nz)
        Melt and wall term in a periodic box.
    k : float, voxels^2
        Stiffness.
    xp : module
        NumPy or `jax.numpy`.

    Returns
    -------
    array, like melt, dimensionless
    """
    around = -NEIGHBOURS * melt
    for axis in (0, 1, 2):
        around = around + xp.roll(melt, 1, axis) + xp.roll(melt, -1, axis)
    return w - 2.0 * melt - 2.0 * k * around


def sweep(
    melt: Any, w: Any, room: Any, numbers: tuple[float, float, float], xp: Any = np
) -> tuple[Any, Any, Any]:
    """Move the melt once: clip(l - tau [force - lam], 0, room).

    Parameters
    ----------
    melt, w, room : array, shape (nx, ny, nz)
        Melt, wall term and room for melt 1 - s.
    numbers : tuple of float
        Multiplier lam, step tau and stiffness k.
    xp : module
        NumPy or `jax.numpy`.

    Returns
    -------
    new : array, like melt
    change : scalar array
        Sum of `new` - `melt`, in voxels.
    free : scalar array
        Number of voxels off both bounds.
    """
    lam, tau, k = numbers
    new = xp.minimum(xp.maximum(melt - tau * (force(melt, w, k, xp) - lam), 0.0), room)
    return new, xp.sum(new - melt), xp.sum((new > 0.0) & (new < room))
