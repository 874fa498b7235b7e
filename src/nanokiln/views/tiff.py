"""TIFF: a stack of slices with the calibration of Fiji (ImageJ)."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import InputError
from ..core.files import atomic_path
from .body import body

if TYPE_CHECKING:
    import xarray as xr

_FULL = 255  # 8 bit


def to_tiff(voxels: xr.Dataset, path: str | Path, stage: str | None = None) -> Path:
    """Write solid and melt of one stage as a stack with two channels, calibrated in nm.

    Slices run along the third axis of the box, rows along the second, columns along the first.

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
        If tifffile is missing.

    Limits
    ------
    Shares of solid and melt in 256 steps; distances are in the vtk files.
    """
    if importlib.util.find_spec("tifffile") is None:
        raise InputError("tiff needs tifffile: 'pip install tifffile'.")
    import tifffile

    one = body(voxels, stage)
    shares = np.stack([one.solid, one.melt])
    stack = np.rint(_FULL * np.clip(shares, 0, 1)).astype(np.uint8).transpose(3, 0, 2, 1)
    info = f"SYNTHETIC\nstage: {one.words}\nchannel 1: solid, channel 2: melt, {_FULL} is all"
    fiji = {"axes": "ZCYX", "spacing": one.voxel_nm, "unit": "nm", "mode": "composite", "Info": info}
    with atomic_path(path) as temporary:
        tifffile.imwrite(
            temporary,
            np.ascontiguousarray(stack),
            imagej=True,
            resolution=(1 / one.voxel_nm, 1 / one.voxel_nm),
            metadata=fiji,
        )
    return Path(path)
