"""Neighbouring spheres of a periodic box, every image a pair of its own; in voxels."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ....core.errors import InputError
from ..band import AXES

Array = NDArray[np.float64]


class Pairs(NamedTuple):
    """Pairs of spheres: indices, image of the second, unit axis, distance, gap, plane between them.

    `plane` is the distance of the plane from the centre of the first: where two overlapping spheres
    intersect, and the place of contact of two that touch.
    """

    i: NDArray[np.int64]
    j: NDArray[np.int64]
    image: NDArray[np.int64]
    axis: Array
    length: Array
    gap: Array
    plane: Array


def check_spheres(shape: tuple[int, ...], centres: Array, radii: Array) -> tuple[Array, Array]:
    """Return centres, shape (sphere, 3), and radii, shape (sphere,), as float arrays.

    Raises
    ------
    InputError
        If the shapes do not fit, or a radius is not positive.
    """
    centres = np.asarray(centres, dtype=np.float64).reshape(-1, AXES)
    radii = np.asarray(radii, dtype=np.float64).reshape(-1)
    if len(shape) != AXES or len(centres) != len(radii) or not np.all(radii > 0):
        raise InputError(
            f"a field of {len(shape)} axes, {len(centres)} centres and {len(radii)} radii: give three axes "
            "and one positive radius per centre."
        )
    return centres, radii


def pairs(shape: tuple[int, ...], centres: Array, radii: Array, gap: float) -> Pairs:
    """Return all pairs, images included, whose surfaces are closer than a gap.

    Parameters
    ----------
    shape
        Cells of the periodic box along each axis.
    centres, radii
        Shape (sphere, 3) and (sphere,), voxels.
    gap
        Largest distance between the surfaces, voxels.

    Returns
    -------
    Pairs
        Every pair once, ordered by first and second sphere.

    Limits
    ------
    Looks at the nearest 27 images; a sphere and its own image are a pair where they are close enough.
    """
    centres, radii = check_spheres(shape, centres, radii)
    box = np.array(shape, dtype=np.float64)
    home = np.floor(centres / box)
    inside = centres - home * box
    images = np.array(list(product((-1, 0, 1), repeat=AXES)))
    rank = images @ np.array([4 * 4, 4, 1])  # its sign picks one of each image and its opposite
    found = []
    for n in range(len(radii)):
        apart = inside[n:, None, :] + images * box - inside[n]
        length = np.linalg.norm(apart, axis=2)
        near = length - radii[n:, None] - radii[n] < gap
        near[0] &= rank > 0
        other, m = np.nonzero(near)
        shift = images[m] + home[n] - home[n + other]
        found.append((np.full(len(other), n), n + other, shift, apart[other, m], length[other, m]))
    if not found:
        raise InputError("no spheres: give one centre and one radius at least.")
    i, j, image, apart, length = (np.concatenate(part) for part in zip(*found, strict=True))
    if np.any(length == 0):
        raise InputError("two spheres have the same centre: give each sphere once.")
    plane = (length + (radii[i] ** 2 - radii[j] ** 2) / length) / 2
    axis = apart / length[:, None]
    return Pairs(i, j, image.astype(np.int64), axis, length, length - radii[i] - radii[j], plane)
