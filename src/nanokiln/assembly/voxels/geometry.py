"""What is read from the solid: volume, surface, etch depth, points of the surface, necks; in voxels."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InputError
from .band import AXES
from .fields import ETA, profile

Array = NDArray[np.float64]
NEWTON_STEPS = 8  # of the zero of a cubic; it starts within a tenth of a voxel
RAYS = 64  # directions in the mid-plane of a neck
RAY_STEP = 0.25  # voxel between samples along a ray


def volume(phi: Array, eta: float = ETA) -> float:
    """Return the volume of the solid, the sum of its profile in float64, voxels^3.

    Limits: of a sphere, larger than 4/3 pi R^3 by 1 + 0.142 (eta/R)^2, because the profile is symmetric in
    the distance and not in the volume.
    """
    return float(np.sum(profile(np.asarray(phi, dtype=np.float64), eta)))


def surface_area(phi: Array, eta: float = ETA) -> float:
    """Return the surface of the solid by the co-area integral of |grad s|, voxels^2.

    Parameters
    ----------
    phi
        Signed distance, shape (nx, ny, nz), periodic.
    eta
        Width over which the surface is averaged.

    Limits
    ------
    Of a sphere, larger by about 0.05 (eta/R)^2; planes are exact in any position along an axis.
    """
    s = profile(np.asarray(phi, dtype=np.float64), eta)
    square = np.zeros_like(s)
    for axis in range(s.ndim):
        square += ((np.roll(s, -1, axis) - np.roll(s, 1, axis)) / 2) ** 2
    return float(np.sum(np.sqrt(square)))


def mean_etch_depth(before: Array, after: Array, eta: float = ETA) -> float:
    """Return the depth removed on average over the surface, voxels; negative for growth.

    Parameters
    ----------
    before, after
        Distance fields of the same solid, shape (nx, ny, nz).
    eta
        Interface width in voxels.

    Returns
    -------
    float
        Volume lost over the mean of both surfaces.

    Limits
    ------
    Averages wet and dry surface alike.
    """
    area = (surface_area(before, eta) + surface_area(after, eta)) / 2
    return (volume(before, eta) - volume(after, eta)) / area if area > 0 else 0.0


def _cubic(values: Array, t: Array) -> Array:
    """Return the cubic through four values at -1, 0, 1, 2 (first axis), at t."""
    back, here, ahead, ahead2 = values
    outer = (ahead2 * (t + 1) - back * (t - 2)) * t * (t - 1) / (2 * 3)
    inner = (here * (t - 1) - ahead * t) * (t + 1) * (t - 2) / 2
    return np.asarray(outer + inner)


def crossings(phi: NDArray[np.floating]) -> Array:
    """Return the points where the surface cuts the lines of the grid, shape (point, 3), voxels.

    Parameters
    ----------
    phi
        Signed distance, shape (nx, ny, nz), periodic.
    """
    found = []
    for axis in range(AXES):
        lines = [np.roll(phi, -shift, axis) for shift in (-1, 0, 1, 2)]
        cut = (lines[1] > 0) != (lines[2] > 0)
        values = np.array([line[cut] for line in lines])
        slope = values[1] - values[2]
        t = values[1] / slope
        for _ in range(NEWTON_STEPS):
            t = np.clip(t + _cubic(values, t) / slope, 0.0, 1.0)
        points = np.argwhere(cut).astype(np.float64)
        points[:, axis] += t
        found.append(points)
    return np.concatenate(found)


def sample(phi: Array, points: Array) -> Array:
    """Return the distance at points, shape (point,), by tricubic interpolation in the periodic box.

    Parameters
    ----------
    phi
        Signed distance, shape (nx, ny, nz).
    points
        Shape (point, 3), voxels, anywhere.
    """
    base = np.floor(points).astype(np.int64)
    t = points - base
    weights, index = [], []
    for axis in range(AXES):
        unit = np.eye(4)[:, :, None]
        weights.append(np.array([_cubic(row, t[:, axis]) for row in unit]))
        index.append(np.mod(base[:, axis] + np.arange(-1, 3)[:, None], phi.shape[axis]))
    block = phi[index[0][:, None, None], index[1][None, :, None], index[2][None, None, :]]
    return np.einsum("abcp,ap,bp,cp->p", block, *weights)


def neck_radius(phi: Array, first: Array, second: Array, share: float = 0.5) -> float:
    """Return the radius of the solid in the mid-plane of a contact, voxels; zero where there is a gap.

    Parameters
    ----------
    phi
        Signed distance, shape (nx, ny, nz), periodic.
    first, second
        Centres of the two spheres, voxels; the nearest image of the second is taken.
    share
        Place of the plane between them, 0 to 1; for unequal spheres the radius of the first over the sum.

    Returns
    -------
    float
        Root mean square over all directions of the first zero of phi along rays from the axis.

    Raises
    ------
    InputError
        If the centres coincide.

    Limits
    ------
    Early necks below about sqrt(1.8 R) are not resolved. Source: phi = 0 on the exact mid-plane; areas of the
    profile carry a bias of sqrt(0.91 R).
    """
    box = np.array(phi.shape, dtype=np.float64)
    first = np.asarray(first, dtype=np.float64)
    axis = np.asarray(second, dtype=np.float64) - first
    axis -= box * np.round(axis / box)
    length = float(np.linalg.norm(axis))
    if not length > 0:
        raise InputError("the two centres of a contact are the same point: give two spheres.")
    middle, axis = first + share * axis, axis / length
    across = np.cross(axis, np.eye(AXES)[int(np.argmin(np.abs(axis)))])
    across /= np.linalg.norm(across)
    angle = 2 * math.pi * np.arange(RAYS) / RAYS
    rays = np.outer(np.cos(angle), across) + np.outer(np.sin(angle), np.cross(axis, across))
    reach = np.arange(0.0, float(np.min(box)) / 2, RAY_STEP)
    points = middle + rays[:, None, :] * reach[None, :, None]
    values = sample(phi, points.reshape(-1, AXES)).reshape(RAYS, len(reach))
    return math.sqrt(float(np.mean(_first_zero(values, reach) ** 2)))


def _first_zero(values: Array, reach: Array) -> Array:
    """Return where each row first falls to zero; the last sample where it never does."""
    outside = values <= 0
    n = np.where(outside.any(axis=1), np.argmax(outside, axis=1), len(reach) - 1)
    rows, low = np.arange(len(values)), np.maximum(n - 1, 0)
    above, below = values[rows, low], values[rows, n]
    drop = np.where(outside.any(axis=1) & (n > 0), above / np.where(above > below, above - below, 1.0), 0.0)
    return reach[low] + drop * (reach[n] - reach[low])
