"""A small voxel run: four spheres in a box of 32 cells, dry before, with necks and melt rings when cooled."""

import numpy as np
import pytest
import xarray as xr

from nanokiln.assembly.voxels import fields, shapes

CELLS = 32
VOXEL_NM = 5.0
CENTRES = np.array([[8.0, 8.0, 8.0], [8.0, 24.0, 16.0], [24.0, 8.0, 16.0], [24.0, 24.0, 30.0]])
RADII = np.array([8.0, 7.5, 8.0, 7.0])


def run_of(phi, melt, centres=CENTRES, radii=RADII, **coords):
    """Put fields, one per stage, into a dataset like that of a sample."""
    stages = list(coords.get("stage", ["before", "cooled"])[: len(phi)])
    count = len(stages)
    return xr.Dataset(
        {
            "phi": (("stage", "x", "y", "z"), np.asarray(phi, dtype=np.float32)),
            "melt": (("stage", "x", "y", "z"), np.asarray(melt, dtype=np.float32)),
            "voxel_nm": ("stage", np.linspace(VOXEL_NM, 0.98 * VOXEL_NM, count)),
            "time_s": ("stage", np.linspace(0.0, 36000.0, count)),
            "temperature_degC": ("stage", np.full(count, 25.0)),
            "valid": ("stage", np.ones(count, dtype=bool)),
            "position_vox": (("stage", "sphere", "xyz"), np.array([centres] * count)),
            "radius_vox": (("stage", "sphere"), np.array([radii] * count)),
        },
        coords={"stage": stages},
        attrs={"cells": len(phi[0]), "eta": 6.0, "seed": 3, "cooling": "nucleation", "notes": ""},
    )


@pytest.fixture(scope="session")
def voxels():
    shape = (CELLS,) * 3
    before = shapes.spheres(shape, CENTRES, RADII)
    grown = shapes.spheres(shape, CENTRES, RADII + 1.0)
    around = shapes.spheres(shape, CENTRES, RADII + 2.5)
    melt = np.clip(fields.profile(around) - fields.profile(grown), 0, 1)
    return run_of([before, grown], [np.zeros(shape), melt])


@pytest.fixture(scope="session")
def one_sphere():
    """One sphere of radius 10 voxels (50 nm) in a box of 32."""
    centre, radius = np.array([[16.0, 16.0, 16.0]]), np.array([10.0])
    phi = shapes.spheres((CELLS,) * 3, centre, radius)
    return run_of([phi], [np.zeros_like(phi)], centre, radius, stage=["cooled"])
