"""What stands under the beam: a pair or a clump of spheres cut out of the voxel box, element by element."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...assembly.voxels.composition import element_field, zone_shares
from ...core.errors import InputError

if TYPE_CHECKING:
    import xarray as xr

    from ...sample import Sample

Array = NDArray[np.float64]
Field = NDArray[np.float32]

ELEMENTS = ("B", "C", "O", "Si")
_MARGIN = 3.0  # voxels of vacuum left around the spheres
_LARGEST = 16_000_000  # points of a scene; more do not fit into a small computer
_CM_PER_NM = 1e-7


@dataclass(frozen=True)
class Scene:
    """Densities on a grid whose z axis is the beam; the detector stands beyond the end of y, above.

    Parameters
    ----------
    density
        Element to density (g/cm3) on (x, y, z).
    voxel_nm
        Edge of a voxel.
    centres_nm, radii_nm
        Spheres, shape (n, 3) and (n,), from the corner of the grid.
    """

    density: dict[str, Field]
    voxel_nm: float
    centres_nm: Array
    radii_nm: Array

    @property
    def shape(self) -> tuple[int, ...]:
        """Points along x, y and z."""
        return next(iter(self.density.values())).shape

    @property
    def step_cm(self) -> float:
        """Edge of a voxel in cm."""
        return self.voxel_nm * _CM_PER_NM

    def mass_thickness(self) -> dict[str, Array]:
        """Return the mass per area along the beam of every element, g/cm2 on (x, y)."""
        return {e: d.sum(axis=2, dtype=np.float64) * self.step_cm for e, d in self.density.items()}


def build(sample: Sample, spheres: int) -> Scene:
    """Cut spheres out of the voxel box of a sample.

    Parameters
    ----------
    sample
        Sample with `voxels`, `zones` and the spheres per gram in its state.
    spheres
        2 for the pair with the best neck, its axis laid along x; more for a clump around the sphere that has
        the nearest neighbours, as the box stands.

    Raises
    ------
    InputError
        If the sample has no voxels, or the clump is too large.

    Limits
    ------
    Matter belongs to the sphere whose surface is nearest: necks to spheres left out are cut in the middle.
    """
    voxels = sample.voxels
    if voxels is None:
        raise InputError("EDS looks at the voxel engine's fields. Fire the sample with --voxels 64 or more.")
    last = voxels.isel(stage=-1)
    cells = np.array([last.sizes[axis] for axis in "xyz"], dtype=float)
    images, radii = _images(last["position_vox"].values, last["radius_vox"].values, cells)
    chosen = _pair(images, radii) if spheres == 2 else _clump(images, radii, spheres)
    axes = _axes(images[chosen]) if spheres == 2 else np.eye(3)
    local = images @ axes.T
    reach = _reach(sample.zones, float(last["voxel_nm"]))
    low = (local[chosen] - radii[chosen, None]).min(axis=0) - reach
    high = (local[chosen] + radii[chosen, None]).max(axis=0) + reach
    shape = tuple(int(n) for n in np.ceil(high - low) + 1)
    if np.prod(shape) > _LARGEST:
        raise InputError(
            f"{spheres} spheres make {np.prod(shape)} voxels; at most {_LARGEST}. Ask for fewer."
        )
    density = _densities(sample, axes, low, shape)
    mine = _owned(local - low, radii, chosen, shape)
    voxel = float(last["voxel_nm"])
    return Scene(
        {e: np.where(mine, d, np.float32(0)) for e, d in density.items()},
        voxel, (local[chosen] - low) * voxel, radii[chosen] * voxel,
    )  # fmt: skip


def _reach(zones: xr.Dataset, voxel: float) -> float:
    """Return how far the grid goes beyond the bare spheres, voxels."""
    return _MARGIN + float(zones["thickness_nm"].values[0]) / voxel


def _images(centres: Array, radii: Array, cells: Array) -> tuple[Array, Array]:
    """Return centres and radii of all spheres and their nearest images; the box itself comes first."""
    steps = np.stack(np.meshgrid(*[(0, -1, 1)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    places = (centres[None, :, :] + steps[:, None, :] * cells).reshape(-1, 3)
    return places.astype(float), np.tile(np.asarray(radii, dtype=float), len(steps))


def _pair(images: Array, radii: Array) -> NDArray[np.int64]:
    """Return the two images with the smallest gap, one of them in the box."""
    own = len(images) // 27  # boxes: 3 in each direction
    gap = np.linalg.norm(images[:own, None] - images[None], axis=-1) - radii[:own, None] - radii[None]
    gap[np.arange(own), np.arange(own)] = np.inf
    if not np.isfinite(gap).any():
        raise InputError("the voxel box holds a single sphere; a pair needs two. Use more voxels.")
    return np.array(np.unravel_index(int(np.argmin(gap)), gap.shape))


def _clump(images: Array, radii: Array, spheres: int) -> NDArray[np.int64]:
    """Return that many images: the sphere whose neighbours are nearest, and these."""
    own = len(images) // 27  # boxes: 3 in each direction
    if not 1 <= spheres <= own:
        raise InputError(f"spheres = {spheres}: the voxel box holds {own}. Give 1 to {own}.")
    distance = np.linalg.norm(images[:own, None] - images[None], axis=-1)
    order = np.argsort(distance, axis=1)[:, :spheres]
    tightest = int(np.argmin(np.take_along_axis(distance, order, axis=1).sum(axis=1)))
    return order[tightest]


def _axes(pair: Array) -> Array:
    """Return three unit vectors as rows, the first along the pair."""
    first = pair[1] - pair[0]
    first /= np.linalg.norm(first)
    helper = np.eye(3)[int(np.argmin(np.abs(first)))]
    second = np.cross(first, helper)
    second /= np.linalg.norm(second)
    return np.stack([first, second, np.cross(first, second)])


def _points(shape: tuple[int, ...]) -> Array:
    return np.stack(np.meshgrid(*[np.arange(n, dtype=float) for n in shape], indexing="ij"), axis=-1)


def _densities(sample: Sample, axes: Array, low: Array, shape: tuple[int, ...]) -> dict[str, Field]:
    """Return the density of each element on the grid of the scene, g/cm3."""
    from scipy.ndimage import map_coordinates

    assert sample.voxels is not None
    shares = zone_shares(sample.voxels, sample.zones)
    per_gram = float(sample.state["spheres"])
    places = np.moveaxis((_points(shape) + low) @ axes, -1, 0)
    return {
        e: map_coordinates(
            element_field(shares, sample.zones, e, per_gram), places, order=1, mode="grid-wrap"
        ).astype(np.float32)
        for e in ELEMENTS
    }


def _owned(
    local: Array, radii: Array, chosen: NDArray[np.int64], shape: tuple[int, ...]
) -> NDArray[np.bool_]:
    """Return which points lie nearest to the surface of a chosen sphere."""
    size = np.array(shape)
    near = np.all((local > -radii[:, None] * 2) & (local < size + radii[:, None] * 2), axis=1)
    grid = [np.arange(n, dtype=np.float32) for n in shape]
    best = np.full(shape, np.inf, dtype=np.float32)
    mine = np.zeros(shape, dtype=bool)
    wanted = set(chosen.tolist())
    for index in np.flatnonzero(near):
        x, y, z = (g - np.float32(c) for g, c in zip(grid, local[index], strict=True))
        gap = np.sqrt(x[:, None, None] ** 2 + y[:, None] ** 2 + z**2) - np.float32(radii[index])
        closer = gap < best
        best[closer] = gap[closer]
        mine[closer] = int(index) in wanted
    return mine
