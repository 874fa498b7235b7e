"""What hangs together: clusters of spheres, parts of the solid and the void, closed cavities, Euler number.

Solid cells hang together by faces, void cells by faces, edges and corners: the pair that contradicts itself
nowhere (a wall of solid that is closed by faces lets no void through its edges and corners).
"""

# mypy: disable-error-code="no-untyped-def"
# (compiled functions: numba infers their types from the call)

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from ..band import AXES
from .pairs import check_spheres
from .rays import directions
from .unions import Parts, unite

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
PROBES = 48  # points looked at in a sphere to find the part it belongs to
PROBE_DEPTH = 0.85  # of the radius: inside thin shells, clear of etched skins


class Regions(NamedTuple):
    """Connected parts of one phase: `label` per cell (0 where it is the other phase), cells, axes wrapped."""

    label: NDArray[np.int32]
    cells: NDArray[np.int64]
    wraps: NDArray[np.bool_]

    @property
    def largest(self) -> int:
        """Label of the largest part; 0 if there is none."""
        return int(np.argmax(self.cells)) + 1 if len(self.cells) else 0


class Cluster(NamedTuple):
    """Largest cluster of spheres: share of all, axes along which it has no end, number of clusters, labels.

    `any_wraps` are the axes along which any cluster has no end.
    """

    share: float
    wraps: NDArray[np.bool_]
    number: int
    label: NDArray[np.int64]
    any_wraps: NDArray[np.bool_]


def _seam_pairs(label: NDArray[np.int32], axis: int, corners: bool) -> NDArray[np.int64]:
    """Return the labels that meet across a face of the box, shape (2, pair)."""
    last, first = np.take(label, -1, axis), np.take(label, 0, axis)
    met = []
    steps = (-1, 0, 1) if corners else (0,)
    for a in steps:
        for b in steps:  # overlaps of the two shifted planes; around an edge of the box another image is met
            here = last[max(a, 0) : last.shape[0] + min(a, 0), max(b, 0) : last.shape[1] + min(b, 0)]
            there = first[max(-a, 0) : last.shape[0] - max(a, 0), max(-b, 0) : last.shape[1] - max(b, 0)]
            both = (here > 0) & (there > 0)
            met.append(np.stack([here[both], there[both]]))
    return np.unique(np.concatenate(met, axis=1).astype(np.int64), axis=1)


def regions(inside: NDArray[np.bool_], *, corners: bool = False) -> Regions:
    """Return the connected parts of a set of cells in a periodic box.

    Parameters
    ----------
    inside
        Cells of the phase, shape (nx, ny, nz).
    corners
        Whether cells that share an edge or a corner hang together (for the void), not only faces.

    Returns
    -------
    Regions
        Labels from 1 on.

    Limits
    ------
    Parts joined by less than a cell are seen as joined or not as the grid happens to lie. Parts that meet
    only through an edge of the box (two faces at once) and by a corner of a cell may stay apart.
    """
    from scipy import ndimage

    structure = ndimage.generate_binary_structure(AXES, AXES if corners else 1)
    label, count = ndimage.label(inside, structure)
    i, j, image = [], [], []
    for axis in range(AXES):
        met = _seam_pairs(label, axis, corners)
        i.append(met[0] - 1)
        j.append(met[1] - 1)
        image.append(np.tile(np.eye(AXES, dtype=np.int64)[axis], (met.shape[1], 1)))
    parts = unite(count, np.concatenate(i), np.concatenate(j), np.concatenate(image))
    new = np.concatenate([[0], parts.label + 1]).astype(np.int32)
    cells = np.zeros(len(parts.wraps) + 1, np.int64)
    for plane in label:  # one at a time: an index array of the whole box takes eight bytes a cell
        plane[...] = new[plane]
        cells += np.bincount(plane.ravel(), minlength=len(cells))
    return Regions(label, cells[1:], parts.wraps)


def clusters(count: int, table: xr.Dataset, joined: NDArray[np.bool_]) -> Cluster:
    """Return the largest cluster of spheres joined by chosen contacts.

    Parameters
    ----------
    count
        Number of spheres.
    table
        As returned by `necks.contacts`.
    joined
        Which contacts join, shape (contact,).
    """
    return _cluster(
        unite(
            count,
            table["i"].values[joined],
            table["j"].values[joined],
            table["image"].values[joined],
        )
    )


def any_axis(wraps: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the axes along which any part joins its own image, shape (3,)."""
    return np.asarray(np.any(wraps.reshape(-1, AXES), axis=0), dtype=np.bool_)


def _cluster(parts: Parts) -> Cluster:
    if not len(parts.label):
        none = np.zeros(AXES, np.bool_)
        return Cluster(float("nan"), none, 0, parts.label, none)
    sizes = parts.sizes
    best = int(np.argmax(sizes))
    share = float(sizes[best] / sizes.sum())
    return Cluster(share, parts.wraps[best], len(sizes), parts.label, any_axis(parts.wraps))


def clusters_by_cells(solid: Regions, centres: Array, radii: Array) -> Cluster:
    """Return the largest cluster of spheres by the part of the solid each lies in.

    Parameters
    ----------
    solid
        Parts of the solid.
    centres, radii
        Shape (sphere, 3) and (sphere,), voxels.

    Returns
    -------
    Cluster
        Spheres without solid where they should be count as clusters of their own.
    """
    shape = solid.label.shape
    centres, radii = check_spheres(shape, centres, radii)
    probes = directions(PROBES)
    of = np.empty(len(radii), np.int64)
    for n in range(len(radii)):
        points = np.round(centres[n] + PROBE_DEPTH * radii[n] * probes).astype(np.int64)
        met = solid.label[tuple(np.mod(points, shape).T)]
        met = met[met > 0]
        of[n] = np.bincount(met).argmax() if len(met) else -n - 1
    _, label, size = np.unique(of, return_inverse=True, return_counts=True)
    best = int(np.argmax(size))
    part = int(of[label.reshape(-1) == best][0])
    wraps = solid.wraps[part - 1] if part > 0 else np.zeros(AXES, np.bool_)
    share = float(size[best] / len(of))
    return Cluster(share, wraps, len(size), label.reshape(-1), any_axis(solid.wraps))


@njit(parallel=True, cache=True)
def _euler(inside):
    """Return cells less face neighbours plus squares less cubes, per plane."""
    nx, ny, nz = inside.shape
    total = np.zeros(nx, np.int64)
    for i in prange(nx):
        ip = i + 1 if i + 1 < nx else 0
        found = 0
        for j in range(ny):
            jp = j + 1 if j + 1 < ny else 0
            for k in range(nz):
                if not inside[i, j, k]:
                    continue
                kp = k + 1 if k + 1 < nz else 0
                x, y, z = inside[ip, j, k], inside[i, jp, k], inside[i, j, kp]
                xy = x and y and inside[ip, jp, k]
                xz = x and z and inside[ip, j, kp]
                yz = y and z and inside[i, jp, kp]
                cube = xy and xz and yz and inside[ip, jp, kp]
                found += 1 - (int(x) + int(y) + int(z)) + (int(xy) + int(xz) + int(yz)) - int(cube)
        total[i] = found
    return total


def euler_number(inside: NDArray[np.bool_]) -> int:
    """Return parts less handles plus closed cavities of a set of cells in a periodic box.

    Parameters
    ----------
    inside
        Cells of the phase, shape (nx, ny, nz); they hang together by faces.

    Returns
    -------
    int
        1 for a ball, 0 for a ring or a plate through the whole box, 2 for a hollow ball; N - Z for N
        spheres joined by Z contacts.

    Limits
    ------
    Every bridge or gap of one cell counts. Source: Euler characteristic of the cubical complex.
    """
    return int(_euler(np.ascontiguousarray(inside)).sum())
