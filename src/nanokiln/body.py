"""The body of a powder on the voxel grid: from a firing to melt, necks and skin in three dimensions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .assembly import Bridging, Packing, loose_packing, rearrange
from .assembly.voxels.engine import SPHERES, Engine
from .assembly.voxels.flow import frenkel_neck
from .assembly.voxels.history import History
from .assembly.voxels.nucleation import RateLaw
from .assembly.voxels.solid import capillary_length
from .core.units import ZERO_CELSIUS
from .furnace import Firing
from .furnace import parameters as p
from .furnace import shape as furnace_shape
from .furnace.shape import Shape, entrained_share
from .matter import boron_oxide, carbon, wetting
from .matter.constants import GAS_CONSTANT

if TYPE_CHECKING:
    import xarray as xr

_NM3 = 1e21  # nm3 per cm3
_NM = 1e9  # nm per m
_HOT_ENOUGH = 500.0  # degC, stage of the time series kept by name
_HOUR = 3600.0  # s
_DRAW_FRAMES = 12  # packings of the path between loose and dense
_WETTING = 0.5  # share of the melt spread at which its films count


def bridging(firing: Firing, form: Shape) -> Bridging:
    """Return what the furnace hands to the particle scale."""
    s, w = firing.setup, firing.setup.weights
    peak = s.constants.peak
    melt = float(form.melt_per_sphere @ w)
    insoluble = float((form.insoluble_share * form.melt_per_sphere) @ w)
    share = s.geometry.carbon_share
    return Bridging(
        melt_volume_nm3_per_sphere=melt,
        residue_fraction=insoluble / melt if melt > 0 else 0.0,
        lining_nm=float(firing.product.lining_nm @ w),
        oxide_fraction=1 - share,
        surface_tension_N_m=float(boron_oxide.surface_tension(peak, s.values)),
        contact_angle_deg=wetting.contact_angle(share, s.values),
        shrink_nm=float((entrained_share(s) * firing.product.recession_nm) @ w),
        film_nm=float(form.film_nm @ w),
        bump_coverage=s.values[p.FILM_SHARE],
    )


def history(firing: Firing, form: Shape) -> History:
    """Return what the furnace hands to the voxel engine.

    Limits: amounts outside the pores only; averages over the local feed; the share of silica that comes from
    the outside is that of the end.
    """
    s, w, v = firing.setup, firing.setup.weights, firing.setup.values
    data, product, g = firing.timeline, firing.product, firing.setup.geometry
    time = data["time"].values.astype(float)
    celsius = data["temperature"].values.astype(float)
    kelvin = celsius + ZERO_CELSIUS
    per_sphere = _NM3 / g.spheres
    dissolved = data["silica_dissolved"].values
    end = float(dissolved[-1])
    depth = float((entrained_share(s) * product.recession_nm) @ w) * (
        dissolved / end if end > 0 else dissolved
    )
    rate = v[p.LEACH_RATE] * np.exp(
        -v[p.LEACH_ENERGY] / v[GAS_CONSTANT] * (1 / kelvin - 1 / v[boron_oxide.PLATEAU])
    )
    mobility = np.concatenate([[0.0], np.cumsum(np.diff(time) * 0.5 * (rate[1:] + rate[:-1]))]) * _NM
    melt = data["bridging_melt"].values * per_sphere
    oxide = g.carbon_share < 1
    hot = np.flatnonzero(celsius >= celsius.max() - _SAME)
    unmixing = firing.stages.get("unmixing")
    silica = product.silica_outside @ w * s.constants.silica_volume
    freed = furnace_shape.freed_carbon_nm(product, s) * g.outer_area / 1000
    carried = float((entrained_share(s) * freed) @ w)
    residue = float(silica + carried) * per_sphere
    dissolved_outside = float((product.dissolved * product.outside) @ w) * s.constants.silica_volume
    arrested = bool((product.glass @ w) > 0)
    marks = _marks(time, celsius, hot)
    return History(
        time_s=time, temperature_K=kelvin, melt_nm3=np.maximum(melt, 0.0), recession_nm=depth,
        mobility_nm=mobility, capillary_nm=capillary_length(kelvin, v),
        silica_share=data["silica_in_melt"].values.astype(float),
        film_cover=np.where((data["wetted"].values > _WETTING) & (melt > 0) & oxide, 1.0, 0.0),
        marks=marks, hold_end_s=float(time[hot[-1]]),
        unmixing_s=float(unmixing[0]) if unmixing else float("nan"),
        cos_theta=float(np.cos(np.radians(wetting.contact_angle(g.carbon_share, v)))),
        silica_nm3=(dissolved_outside + carried) * per_sphere,
        rate=RateLaw(v[p.LEACH_RATE], v[p.LEACH_ENERGY], 1 - g.carbon_share),
        network=v[p.NETWORK_STABILITY],
        residue_nm3=residue, film_share=0.0 if arrested else v[p.FILM_SHARE], arrested=arrested,
        fired=s.recipe.programme.fired, washed=bool(s.recipe.wash_cycles), oxide_etched=s.recipe.oxide_etch,
        coat_nm=(furnace_shape.coated_diameter(s) - s.recipe.precursor.diameter_nm) / 2,
        shell_nm=float(s.recipe.precursor.shell_thickness_nm or 0.0)
        if "hollow" in s.recipe.precursor.geometry
        else 0.0,
        carbon_stands=g.carbon_share >= v[carbon.PERCOLATION],
        residue_carbon_stands=float(furnace_shape.carbon_in_neck(s, product) @ w) >= v[carbon.PERCOLATION],
        flow_nm=frenkel_neck(time, kelvin, g.radius_nm, s.recipe.precursor.mixed_bonds, v),
    )  # fmt: skip


_SAME = 0.5  # K, within which two temperatures are the same


def _marks(time: np.ndarray, celsius: np.ndarray, hot: np.ndarray) -> tuple[tuple[str, float], ...]:
    """Stages of the time series: 500 degC on the way up, arrival at the highest temperature, 1 h, the end."""
    arrival, end = float(time[hot[0]]), float(time[hot[-1]])
    marks = [("arrival", arrival)]
    if celsius.max() > _HOT_ENOUGH + _SAME:
        marks.insert(
            0, ("500 degC", float(np.interp(_HOT_ENOUGH, celsius[: hot[0] + 1], time[: hot[0] + 1])))
        )
    if end - arrival > 1.5 * _HOUR:
        marks.append(("1 h", arrival + _HOUR))
    if end > arrival:
        marks.append(("hold", end))
    return tuple(marks)


def voxel_body(
    firing: Firing,
    form: Shape,
    *,
    cells: int,
    seed: int,
    cooling: str = "unmixing",
    spheres: int = SPHERES,
    tell: Callable[[float], None] | None = None,
    checkpoint: Path | None = None,
) -> xr.Dataset:
    """Take a firing through the voxel engine.

    Parameters
    ----------
    firing, form
        Furnace and mean-field shape.
    cells
        Cells along an edge of the box.
    seed
        Seed of everything random.
    cooling
        ``"unmixing"`` or ``"nucleation"``.
    spheres
        Spheres in the box.
    tell
        Called with the finished share of the work.
    checkpoint
        File to continue from and to write to.

    Returns
    -------
    xarray.Dataset
        See `nanokiln.assembly.voxels`.

    Limits
    ------
    A small periodic box: packing and coordination scatter by a few per cent from box to box; the particle
    scale has the statistics.
    """
    h = history(firing, form)
    engine = Engine(
        h, _path(firing, form, spheres, seed), cells, seed=seed, cooling=cooling, values=firing.setup.values
    )
    return engine.run(tell, checkpoint)


def _path(firing: Firing, form: Shape, spheres: int, seed: int) -> list[Packing]:
    """Packings from the loose powder to the one the melt draws it to, radii as before etching."""
    precursor, values = firing.setup.recipe.precursor, firing.setup.values
    loose = loose_packing(spheres, precursor.diameter_nm, precursor.diameter_sd_nm, seed, values=values)
    pull = replace(bridging(firing, form), shrink_nm=0.0)
    if not pull.gate_open:
        return [loose]
    seen: list[Packing] = []
    dense = rearrange(loose, pull, values=values, visit=seen.append)
    frames = sorted({int(n) for n in np.linspace(0, max(len(seen) - 1, 0), _DRAW_FRAMES)})
    return [loose, *(seen[n] for n in frames if n < len(seen) - 1), dense]
