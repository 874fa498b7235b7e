"""Triangles of a surface: marching cubes, and whether they enclose a volume without a hole."""

from __future__ import annotations

import importlib.util
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..core.errors import InputError
from .body import Array, Body, Field

_AWAY = 1e-3  # voxels: values nearer to the surface are moved off it, so that no triangle shrinks to a point


class Mesh(NamedTuple):
    """Points, shape (point, 3), and triangles, shape (triangle, 3), outward by the right hand."""

    points: Array
    triangles: NDArray[np.int64]


def surface(field: Field) -> Mesh:
    """Return the zero surface of a field that is positive inside, in steps of its grid.

    Raises
    ------
    InputError
        If scikit-image is not installed.

    Limits
    ------
    Open where the body reaches the edge of the grid. Source: Lewiner et al., J. Graphics Tools 8 (2003) 1.
    """
    if importlib.util.find_spec("skimage") is None:
        raise InputError("surfaces need scikit-image: 'pip install scikit-image'.")
    from skimage.measure import marching_cubes

    if not (float(field.min()) < 0 < float(field.max())):
        return Mesh(np.empty((0, 3)), np.empty((0, 3), dtype=np.int64))
    off = np.where(np.abs(field) < _AWAY, np.where(field < 0, -_AWAY, _AWAY), field).astype(np.float32)
    points, triangles, _, _ = marching_cubes(off, 0.0, gradient_direction="descent")
    return Mesh(points.astype(np.float64), np.ascontiguousarray(triangles[:, ::-1], dtype=np.int64))


def box_solid(body: Body) -> Mesh:
    """Return the surface of the solid in one box, closed at its faces, in nm.

    The faces lie half a voxel outside the outermost cells, so the box has its full volume. Edges where a
    face cuts the solid are bevelled by half a voxel.
    """
    n = body.cells
    across = np.arange(-1, n + 1, dtype=np.float32)
    face = np.minimum(across, n - 1 - across) + np.float32(0.5)
    inside = np.minimum(np.minimum(face[:, None, None], face[None, :, None]), face[None, None, :])
    field = np.minimum(np.pad(body.phi, 1, mode="wrap"), inside)
    mesh = surface(field)
    return Mesh((mesh.points - 1) * body.voxel_nm, mesh.triangles)


def volume(mesh: Mesh) -> float:
    """Return the volume inside a closed mesh, positive if its triangles face outwards."""
    if not len(mesh.triangles):
        return 0.0
    a, b, c = (mesh.points[mesh.triangles[:, corner]] for corner in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)


def watertight(mesh: Mesh) -> bool:
    """Return whether every edge belongs to exactly two triangles that run along it in opposite directions."""
    t = mesh.triangles
    edges = np.concatenate([t[:, [0, 1]], t[:, [1, 2]], t[:, [2, 0]]])
    count = len(mesh.points)
    forward = np.sort(edges[:, 0] * count + edges[:, 1])
    backward = np.sort(edges[:, 1] * count + edges[:, 0])
    once = bool((np.diff(forward) > 0).all())
    return once and bool(np.array_equal(forward, backward))
