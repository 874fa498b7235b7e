"""The melt sweep as whole-array sentences: the readable twin of the compiled kernel.

Only functions that NumPy and JAX share are used, nothing is written in place, and no branch depends on a
value, so that the same text runs on either: on NumPy it is the twin the tests compare with, jitted it is the
engine of `gpu`. Neighbours are read through shifted fields: whoever shifts decides what comes in at the edge,
the other side of a periodic box or cells of another device.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

NEIGHBOURS = 6.0  # of a voxel in the stencil; a float, so that no array type is widened
AXES = (0, 1, 2)


class Box(NamedTuple):
    """Where whole-array sentences run.

    Attributes
    ----------
    xp
        NumPy or `jax.numpy`.
    ahead
        What lies some cells ahead of each voxel: (field, axis, cells) -> field; cells may be negative.
    total
        Sum of a field over the box in float64, or as near as `xp` comes.
    most
        Largest value of a field in the box.
    hold
        Has a field stored before it is read, where it would else be computed again by every reader.
    """

    xp: Any
    ahead: Callable[[Any, int, int], Any]
    total: Callable[[Any], Any]
    most: Callable[[Any], Any]
    hold: Callable[[Any], Any]


def periodic(xp: Any = np) -> Box:
    """Return a periodic box in one piece.

    Parameters
    ----------
    xp : module
        NumPy or `jax.numpy`; the latter sums in single precision unless 64-bit types are on.
    """
    total = (lambda field: np.sum(field, dtype=np.float64)) if xp is np else xp.sum
    return Box(xp, rolled(xp), total, xp.max, lambda field: field)


def rolled(xp: Any) -> Callable[[Any, int, int], Any]:
    """Return how a field of a periodic box is shifted."""
    return lambda field, axis, cells: xp.roll(field, -cells, axis)


def around(field: Any, box: Box) -> Any:
    """Return the sum over the six neighbours of each voxel."""
    total = box.ahead(field, 0, 1) + box.ahead(field, 0, -1)
    for axis in (1, 2):
        total = total + (box.ahead(field, axis, 1) + box.ahead(field, axis, -1))
    return total


def wall_term(room: Any, cos_theta: Any, k: Any, box: Box) -> Any:
    """Wall term w = 1 - (1 + cos theta)(s + k lap s) of s = 1 - room; see `fields.wall_term`."""
    bend = around(room, box) - NEIGHBOURS * room
    return 1.0 - (1.0 + cos_theta) * ((1.0 - room) - k * bend)


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
    return _force(melt, w, k, periodic(xp))


def _force(melt: Any, w: Any, k: float, box: Box) -> Any:
    return w - 2.0 * melt - 2.0 * k * (around(melt, box) - NEIGHBOURS * melt)


def moved(melt: Any, w: Any, room: Any, numbers: tuple[Any, Any, Any], box: Box) -> Any:
    """Return the melt after one sweep, clip(l - tau [force - lam], 0, room).

    Parameters
    ----------
    melt, w, room : array, shape (nx, ny, nz)
        Melt, wall term and room for melt 1 - s.
    numbers : tuple of float
        Multiplier lam, step tau and stiffness k.
    box : Box
        Where it runs.
    """
    lam, tau, k = numbers
    new = box.xp.minimum(box.xp.maximum(melt - tau * (_force(melt, w, k, box) - lam), 0.0), room)
    return box.hold(new)


def unclipped(melt: Any, room: Any, box: Box) -> Any:
    """Return the number of voxels off both bounds."""
    return box.total((melt > 0.0) & (melt < room))


def energy(melt: Any, w: Any, k: Any, box: Box) -> Any:
    """Return the sum of k |grad l|^2 + l (w - l); times 4 sigma/eta it is the energy."""
    square = (box.ahead(melt, 0, 1) - melt) ** 2
    for axis in (1, 2):
        square = square + (box.ahead(melt, axis, 1) - melt) ** 2
    return box.total(k * square + melt * (w - melt))


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
    box = periodic(xp)
    new = moved(melt, w, room, numbers, box)
    return new, box.total(new - melt), unclipped(new, room, box)
