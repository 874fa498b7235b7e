"""One stage of the voxel scale, checked and ready to be drawn or written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..assembly.voxels.fields import profile
from ..core.errors import InputError, unknown_name

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
Field = NDArray[np.float32]

_NEEDED = ("phi", "melt", "voxel_nm", "position_vox", "radius_vox")
_LEAST_MELT = 1e-6  # share of the box; less is rounding

#: What a reader sees for a stage.
WORDS = {
    "before": "before the furnace",
    "500 degC": "500 °C",
    "bridged": "bridged",
    "arrival": "peak reached",
    "1 h": "1 h at the peak",
    "hold": "end of the hold",
    "cooled": "cooled",
    "washed": "washed",
}


@dataclass(frozen=True)
class Body:
    """Solid and melt of one stage in a periodic cubic box.

    Attributes
    ----------
    stage
        Its name.
    phi, melt
        Signed distance in voxels, positive in the solid, and share of melt, shape (n, n, n).
    voxel_nm
        Edge of a voxel.
    centres, radii
        Spheres in voxels, shapes (sphere, 3), within the box, and (sphere,).
    eta
        Width of the interface in voxels.
    time_s, temperature_degC
        When it was, and how hot; not a number where the dataset does not say.
    valid
        Whether the run calls the stage valid.
    """

    stage: str
    phi: Field
    melt: Field
    voxel_nm: float
    centres: Array
    radii: Array
    eta: float
    time_s: float
    temperature_degC: float
    valid: bool = True

    @property
    def cells(self) -> int:
        """Cells along an edge."""
        return int(self.phi.shape[0])

    @property
    def box_nm(self) -> float:
        """Edge of the box."""
        return self.cells * self.voxel_nm

    @cached_property
    def has_melt(self) -> bool:
        """Whether there is melt worth showing."""
        return bool(float(self.melt.mean(dtype=np.float64)) > _LEAST_MELT)

    @cached_property
    def solid(self) -> Field:
        """Share of solid, 0 to 1."""
        return np.asarray(profile(self.phi, self.eta), dtype=np.float32)

    @cached_property
    def union(self) -> Field:
        """The signed distance of solid and melt together, voxels, good near their surface.

        Limits: away from the surface it is a lower bound of the distance (3 voxels at a width of 6), so that
        a ray that trusts it never steps over melt.
        """
        if not self.has_melt:
            return self.phi
        filled = np.clip(self.solid + self.melt, 0, 1)
        real = filled.dtype.type
        near = real(self.eta / np.pi) * np.arcsin(2 * filled - 1)
        return np.asarray(np.where(filled >= 1, np.maximum(self.phi, near), near), dtype=np.float32)

    @property
    def words(self) -> str:
        """Stage and, where known, temperature and time for a caption."""
        name = WORDS.get(self.stage, self.stage.replace("drawn", "drawn together"))
        parts = [name]
        if np.isfinite(self.temperature_degC) and "°C" not in name:
            parts.append(f"{self.temperature_degC:.0f} °C")
        if np.isfinite(self.time_s) and self.stage != "before":
            parts.append(duration(self.time_s))
        if not self.valid:
            parts.append("outside validity")
        return ", ".join(parts)


def duration(seconds: float) -> str:
    """Return a time since the start in hours and minutes."""
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"


def stage_names(voxels: xr.Dataset) -> list[str]:
    """Return the stages of a voxel run in the order of time.

    Raises
    ------
    InputError
        If the dataset is none of a voxel run.
    """
    missing = [name for name in _NEEDED if name not in voxels]
    if missing or "stage" not in voxels.coords:
        what = ", ".join(missing) or "stage"
        raise InputError(f"this is no dataset of a voxel run: {what} is missing. Take sample.voxels.")
    return [str(name) for name in voxels["stage"].values]


def body(voxels: xr.Dataset, stage: str | None = None) -> Body:
    """Return one stage of a voxel run.

    Parameters
    ----------
    voxels
        Dataset ``voxels`` of a sample.
    stage
        Name of the stage; the last one by default.

    Raises
    ------
    InputError
        For an unknown stage, or a dataset that is none of a voxel run.
    """
    names = stage_names(voxels)
    if not names:
        raise InputError("the voxel run has no stage. Fire the sample again.")
    name = names[-1] if stage is None else stage
    if name not in names:
        raise unknown_name("stage", name, names)
    one = voxels.isel(stage=names.index(name))
    phi = np.ascontiguousarray(one["phi"].values, dtype=np.float32)
    if phi.ndim != 3 or len(set(phi.shape)) != 1:
        raise InputError(f"a grid of shape {phi.shape}: the box of a voxel run is a cube.")
    centres = np.asarray(one["position_vox"].values, dtype=np.float64).reshape(-1, 3)
    return Body(
        name,
        phi,
        np.ascontiguousarray(one["melt"].values, dtype=np.float32),
        float(one["voxel_nm"]),
        np.mod(centres, phi.shape[0]),
        np.asarray(one["radius_vox"].values, dtype=np.float64).reshape(-1),
        float(voxels.attrs.get("eta", 6.0)),
        float(one["time_s"]) if "time_s" in one else float("nan"),
        float(one["temperature_degC"]) if "temperature_degC" in one else float("nan"),
        bool(one["valid"]) if "valid" in one else True,
    )


def bodies(voxels: xr.Dataset, stage: str | None = None) -> list[Body]:
    """Return one stage, or all in the order of time."""
    return [body(voxels, name) for name in ([stage] if stage is not None else stage_names(voxels))]
