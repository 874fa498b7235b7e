"""STL: the surface of the solid in one box, for printers and mesh programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import InputError
from ..core.files import atomic_path
from .body import body
from .mesh import Mesh, box_solid, watertight

if TYPE_CHECKING:
    import xarray as xr

_HEADER = 80  # bytes of a binary STL file


def to_stl(voxels: xr.Dataset, path: str | Path, stage: str | None = None) -> Path:
    """Write the surface of the solid in nm as binary STL, closed at the faces of the box.

    Parameters
    ----------
    voxels
        Dataset ``voxels`` of a sample.
    path
        File to write.
    stage
        Stage; the last one by default.

    Raises
    ------
    InputError
        If scikit-image is missing, or the surface does not close.

    Limits
    ------
    STL has no unit; lengths are in nm. One box, cut at its faces: it is periodic.
    """
    one = body(voxels, stage)
    mesh = box_solid(one)
    if not watertight(mesh):
        raise InputError(f"the surface of '{one.stage}' does not close. Write vtk instead and mesh it there.")
    with atomic_path(path) as temporary:
        temporary.write_bytes(_binary(mesh, f"nanokiln SYNTHETIC {one.stage} nm"))
    return Path(path)


def _binary(mesh: Mesh, header: str) -> bytes:
    corners = mesh.points[mesh.triangles]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-30)
    record = np.zeros(len(corners), dtype=[("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("more", "<u2")])
    record["normal"], record["corners"] = normals, corners
    head = header.encode("ascii", "replace")[:_HEADER].ljust(_HEADER)
    return head + np.uint32(len(corners)).astype("<u4").tobytes() + record.tobytes()
