"""Signed distances of spheres, slabs and whole packings on the grid.

Distances are positive in the solid, in voxels, and clamped to +-`fields.reach(eta)`. Cell (i, j, k) lies at
the point (i, j, k) of a periodic box. Solids are joined by the larger distance, never by adding profiles: the
tails of two profiles would close a gap of a third of the interface width.
"""

# mypy: disable-error-code="no-untyped-def"
# (compiled functions: numba infers their types from the call)

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from ...core.errors import InputError
from .band import AXES, MIN_SIDE, Distance
from .fields import ETA, reach

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
Field = NDArray[np.float32]


class Pack(NamedTuple):
    """Spheres on the grid: distance field, centres and radii in voxels, and the voxel in nm."""

    phi: Field
    centres: Array
    radii: Array
    voxel_nm: float


@njit(cache=True)
def _ball_in_plane(phi, i, centre, radius, limit):
    """Join one sphere to plane i of the field."""
    nx, ny, nz = phi.shape
    out = radius + limit
    for image in range(-1, 2):
        x = i + image * nx - centre[0]
        if abs(x) > out:
            continue
        for j in range(math.ceil(centre[1] - out), math.floor(centre[1] + out) + 1):
            y = j - centre[1]
            rest = out * out - x * x - y * y
            if rest < 0.0:
                continue
            depth = math.sqrt(rest)
            for k in range(math.ceil(centre[2] - depth), math.floor(centre[2] + depth) + 1):
                z = k - centre[2]
                value = min(radius - math.sqrt(x * x + y * y + z * z), limit)
                if value > phi[i, j % ny, k % nz]:
                    phi[i, j % ny, k % nz] = value


@njit(parallel=True, cache=True)
def _join_balls(phi, centres, radii, limit):
    """Join spheres to the field; centres lie in the box."""
    for i in prange(phi.shape[0]):
        for n in range(len(radii)):
            _ball_in_plane(phi, i, centres[n], radii[n], limit)


def join_spheres(phi: Distance, centres: Array, radii: Array, eta: float = ETA) -> None:
    """Join spheres to a distance field in place: phi <- max(phi, r - |x - x_i|).

    Parameters
    ----------
    phi
        Distance field, shape (nx, ny, nz), voxels.
    centres, radii
        Centres, shape (sphere, 3), anywhere (they are wrapped), and radii, shape (sphere,), voxels.
    eta
        Interface width in voxels.

    Raises
    ------
    InputError
        If shapes do not fit, or a sphere overlaps its own image.
    """
    centres = np.ascontiguousarray(centres, dtype=np.float64).reshape(-1, AXES)
    radii = np.ascontiguousarray(radii, dtype=np.float64).reshape(-1)
    if len(centres) != len(radii):
        raise InputError(f"{len(centres)} centres and {len(radii)} radii: give one radius per centre.")
    if len(radii) and 2 * float(np.max(radii)) > min(phi.shape):
        raise InputError(
            f"a sphere of radius {float(np.max(radii)):.4g} voxels does not fit a box of {min(phi.shape)} "
            "voxels: use a larger box."
        )
    _join_balls(phi, np.mod(centres, np.array(phi.shape, dtype=np.float64)), radii, reach(eta))


def _empty(shape: tuple[int, int, int], eta: float) -> Field:
    if len(shape) != AXES or min(shape) < MIN_SIDE:
        raise InputError(f"a grid of shape {shape}: needs three axes of {MIN_SIDE} cells or more.")
    return np.full(shape, -reach(eta), np.float32)


def spheres(shape: tuple[int, int, int], centres: Array, radii: Array, eta: float = ETA) -> Field:
    """Return the signed distance of spheres in a periodic box.

    Parameters
    ----------
    shape
        Cells along each axis.
    centres, radii
        Centres, shape (sphere, 3), and radii, shape (sphere,), voxels.
    eta
        Interface width in voxels.

    Returns
    -------
    array, shape `shape`
        Signed distance in voxels, positive inside, float32.

    Raises
    ------
    InputError
        If the grid is too small or a sphere overlaps its own image.

    Limits
    ------
    Inside two overlapping spheres the larger distance is a lower bound of the true one; on and near the
    surface it is exact except in the crease, which redistancing settles.
    """
    phi = _empty(shape, eta)
    join_spheres(phi, centres, radii, eta)
    return phi


def slab(
    shape: tuple[int, int, int], normal: Array, middle: Array, thickness: float, eta: float = ETA
) -> Field:
    """Return the signed distance of a flat slab, not necessarily along an axis.

    Parameters
    ----------
    shape
        Cells along each axis.
    normal, middle
        Direction across the slab, any length; a point of its mid-plane, voxels.
    thickness
        Thickness in voxels.
    eta
        Interface width in voxels.

    Returns
    -------
    array, shape `shape`
        Signed distance in voxels, positive inside, float32.

    Raises
    ------
    InputError
        If the grid is too small or the normal has no length.

    Limits
    ------
    Periodic only when the normal is an axis.
    """
    phi = _empty(shape, eta)
    normal = np.asarray(normal, dtype=np.float64)
    length = float(np.linalg.norm(normal))
    if normal.shape != (AXES,) or not length > 0:
        raise InputError(f"slab normal {normal.tolist()}: give three numbers, not all zero.")
    across = np.zeros(shape)
    single = np.count_nonzero(normal) == 1
    for axis, cells in enumerate(shape):
        x = np.arange(cells) - float(middle[axis])
        if single:
            x = (x + cells / 2) % cells - cells / 2
        across += np.expand_dims(x * normal[axis] / length, tuple(a for a in range(AXES) if a != axis))
    phi[...] = np.clip(thickness / 2 - np.abs(across), -reach(eta), reach(eta))
    return phi


def pack(architecture: xr.Dataset, cells: int, eta: float = ETA) -> Pack:
    """Return the spheres of an architecture on a cubic grid.

    Parameters
    ----------
    architecture
        Dataset with `position_nm` (sphere, xyz), `radius_nm` (sphere) and the attribute `box_nm`.
    cells
        Cells along an edge; even, so that mid-planes of the box lie on cells.
    eta
        Interface width in voxels.

    Returns
    -------
    Pack
        Distance field and spheres in voxels.

    Raises
    ------
    InputError
        For an odd or too small number of cells.
    """
    if cells < MIN_SIDE or cells % 2:
        raise InputError(f"cells = {cells}: must be even and at least {MIN_SIDE}.")
    voxel = float(architecture.attrs["box_nm"]) / cells
    centres = np.mod(np.asarray(architecture["position_nm"].values, dtype=np.float64) / voxel, cells)
    radii = np.asarray(architecture["radius_nm"].values, dtype=np.float64) / voxel
    return Pack(spheres((cells, cells, cells), centres, radii, eta), centres, radii, voxel)
