"""Which spheres of the endless packing are shown: whole ones, never sliced.

The packing is periodic. A picture of a slice through it would show cut spheres, which no micrograph does, so
every image of a sphere is either shown or left out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..assembly.voxels.geometry import sample
from .body import Array, Body

IMAGES = 3  # boxes to either side in which spheres may be shown
_LOOKS = 24  # directions from each sphere
_WAVES = (0.7, 1.3, 2.1)  # across the picture: one hill and smaller ones
_DEPTH = 4.5  # radii below the surface that are built; what is deeper is dark


def images(body: Body) -> Array:
    """Return centre and radius of all images of all spheres, shape (image, 4), voxels.

    The radius is that at which the solid ends, coated or etched: the median over many directions of all.
    """
    boxes = np.arange(-IMAGES, IMAGES + 1) * float(body.cells)
    grid = np.stack(np.meshgrid(boxes, boxes, boxes, indexing="ij"), axis=-1).reshape(-1, 3)
    places = body.centres[:, None, :] + grid
    radii = np.broadcast_to((body.radii + _coat(body))[:, None, None], (*places.shape[:2], 1))
    return np.concatenate([places, radii], axis=2).reshape(-1, 4)


def _coat(body: Body) -> float:
    """Return how far the solid stands above the bare spheres, voxels; negative where it was etched."""
    if not body.radii.size:
        return 0.0
    n = np.arange(_LOOKS) + 0.5
    height, angle = 1 - 2 * n / _LOOKS, n * np.pi * (3 - np.sqrt(5))
    flat = np.sqrt(1 - height**2)
    ways = np.stack([flat * np.cos(angle), flat * np.sin(angle), height], axis=1)
    points = body.centres[:, None, :] + body.radii[:, None, None] * ways
    return float(np.median(sample(body.phi.astype(np.float64), points.reshape(-1, 3))))


def terrain(
    places: Array, radius: float, middle: Array, basis: Array, half: tuple[float, float], seed: int
) -> NDArray[np.bool_]:
    """Keep what lies below a wavy surface seen from above: the front of an endless, broken assembly.

    Parameters
    ----------
    places
        Centres of all images, voxels.
    radius
        Mean radius, voxels.
    middle
        Point in the middle of the picture, voxels.
    basis
        Right, up and towards the viewer as rows.
    half
        Half the width and half the height of what is kept, voxels.
    seed
        Of the waves.
    """
    x, y, height = ((places - middle) @ basis.T).T
    rng = np.random.default_rng([seed, 7])
    surface = np.zeros_like(x)
    for waves in _WAVES:
        angle, phase = rng.uniform(0, 2 * np.pi, 2)
        along = (np.cos(angle) * x + np.sin(angle) * y) * np.pi * waves / half[0]
        surface += 0.8 * radius * np.sin(along + phase)
    inside = (np.abs(x) < half[0]) & (np.abs(y) < half[1])
    return np.asarray(inside & (height < surface) & (height > surface - _DEPTH * radius))


def cluster(body: Body) -> NDArray[np.bool_]:
    """Keep each sphere once: a rounded clump, from the images nearest to one sphere.

    It is the sphere for which this is tightest. The order is that of `images`.
    """
    places = images(body)[:, :3].reshape(len(body.centres), -1, 3)
    best = np.inf
    kept = np.zeros(places.shape[:2], dtype=bool)
    for middle in body.centres:
        distance = ((places - middle) ** 2).sum(axis=-1)
        nearest = np.argmin(distance, axis=1)
        total = float(np.take_along_axis(distance, nearest[:, None], axis=1).sum())
        if total < best:
            best = total
            kept[:] = False
            kept[np.arange(len(places)), nearest] = True
    return kept.reshape(-1)
