"""Extended XYZ: the spheres as particles, for OVITO and others; one frame per stage."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import InputError
from ..core.files import write_text
from .body import Array, bodies

if TYPE_CHECKING:
    import xarray as xr

_PROPERTIES = "species:S:1:pos:R:3:radius:R:1:id:I:1"


def to_xyz(voxels: xr.Dataset, path: str | Path, stage: str | None = None) -> Path:
    """Write the spheres of a voxel run, in nm.

    Parameters
    ----------
    voxels
        Dataset ``voxels`` of a sample.
    path
        File to write.
    stage
        One stage; all in the order of time by default.

    Limits
    ------
    Bare spheres: necks, bumps and melt are not in this file.
    """
    texts = []
    for one in bodies(voxels, stage):
        more = {"stage": one.stage}
        if np.isfinite(one.time_s):
            more["time_s"] = f"{one.time_s:.6g}"
        if np.isfinite(one.temperature_degC):
            more["temperature_degC"] = f"{one.temperature_degC:.6g}"
        texts.append(_frame(one.centres * one.voxel_nm, one.radii * one.voxel_nm, one.box_nm, more))
    write_text(path, "".join(texts))
    return Path(path)


def architecture_to_xyz(architecture: xr.Dataset, path: str | Path) -> Path:
    """Write the spheres of the particle scale, in nm: before the furnace, where the dataset has it, and now.

    Raises
    ------
    InputError
        If there are no spheres.
    """
    texts = []
    for end, name in (("_before_nm", "before"), ("_nm", "now")):
        names = (f"position{end}", f"radius{end}")
        if all(n in architecture for n in names) and f"box{end}" in architecture.attrs:
            position, radius = (np.asarray(architecture[n].values, dtype=np.float64) for n in names)
            if radius.size:
                texts.append(
                    _frame(position, radius, float(architecture.attrs[f"box{end}"]), {"stage": name})
                )
    if not texts:
        raise InputError("this sample has no spheres to write. Make one with 'nanokiln fire'.")
    write_text(path, "".join(texts))
    return Path(path)


def _frame(position: Array, radius: Array, box: float, more: dict[str, str]) -> str:
    lattice = " ".join(f"{box * (row == column):.10g}" for row in range(3) for column in range(3))
    words = " ".join(f'{key}="{value}"' if " " in value else f"{key}={value}" for key, value in more.items())
    head = f'Lattice="{lattice}" Properties={_PROPERTIES} pbc="T T T" {words} unit=nm origin=SYNTHETIC'
    rows = [
        f"sphere {x:.6f} {y:.6f} {z:.6f} {r:.6f} {number}"
        for number, ((x, y, z), r) in enumerate(zip(np.mod(position, box), radius, strict=True), start=1)
    ]
    return "\n".join([str(len(rows)), head, *rows]) + "\n"
