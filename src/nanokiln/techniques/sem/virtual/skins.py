"""Rough skins: a periodic random field with a given roughness and lateral length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import xarray as xr

SIDE = 64  # points of the periodic field along an edge
PER_LENGTH = 4.0  # points per lateral length: the autocorrelation is resolved, and 16 lengths do not repeat
RAYS = 700  # per sphere where the skin is measured: enough for Rq and lateral length of the whole powder
HIGHEST = 3.0  # standard deviations; heights are cut there so that a ray knows where matter may begin


@dataclass(frozen=True)
class Skin:
    """Roughness of a powder.

    Attributes
    ----------
    rq_nm
        Root mean square height.
    lateral_nm
        Distance over which the autocorrelation falls to 1/e.
    source
        Where the numbers are from, in words.
    """

    rq_nm: float = 0.0
    lateral_nm: float = 10.0
    source: str = "smooth"


def measured(voxels: xr.Dataset, stage: str) -> Skin:
    """Return the skin that the voxel engine gave its spheres at a stage.

    Limits: what perfect spheres show on the grid is taken off; bumps narrower than a voxel are not there, so
    the roughness is a lower bound.
    """
    from ....assembly.voxels.measure.roughness import roughness

    one = voxels.sel(stage=stage)
    table = roughness(
        np.ascontiguousarray(one["phi"].values, dtype=np.float32),
        one["position_vox"].values,
        one["radius_vox"].values,
        voxel_nm=float(one["voxel_nm"]),
        rays=RAYS,
    )
    good = np.isfinite(table["rq_nm"].values)
    if not good.any():
        return Skin(source="smooth: no sphere of the voxel run has a free surface to measure")
    rq = float(np.sqrt(np.mean(table["rq_nm"].values[good] ** 2)))
    floor = float(table.attrs["rq_floor_nm"])
    lateral = float(np.nanmean(table["lateral_nm"].values))
    found = np.sqrt(max(rq**2 - floor**2, 0.0))
    if found <= 2 * floor or not np.isfinite(lateral):
        return Skin(source=f"smooth within what the voxel run resolves (Rq floor {floor:.3g} nm)")
    return Skin(
        float(found),
        lateral,
        f"random skin with Rq {found:.3g} nm and lateral length {lateral:.3g} nm measured on the voxel run, "
        f"stage {stage}; statistically equivalent, not the same bumps",
    )


def texture(rng: np.random.Generator) -> NDArray[np.float32]:
    """Return a periodic Gaussian random field of unit variance, shape (SIDE, SIDE, SIDE).

    Its autocorrelation is exp(-(r/l)^2) with l = `PER_LENGTH` points, so it falls to 1/e over l.
    """
    white = rng.standard_normal((SIDE, SIDE, SIDE))
    k = np.fft.fftfreq(SIDE) * 2 * np.pi
    half = np.fft.rfftfreq(SIDE) * 2 * np.pi
    square = k[:, None, None] ** 2 + k[None, :, None] ** 2 + half[None, None, :] ** 2
    # the power spectrum of exp(-(r/l)^2) is exp(-(k l)^2/4); its root filters white noise
    soft = np.fft.irfftn(
        np.fft.rfftn(white) * np.exp(-square * PER_LENGTH**2 / 8), s=white.shape, axes=(0, 1, 2)
    )
    soft -= soft.mean()
    soft /= soft.std()
    return np.clip(soft, -HIGHEST, HIGHEST).astype(np.float32)
