"""What a referee asks of a voxel body: every quantity with its interval and what the grid allows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ....core.errors import InputError, unknown_name
from ....core.evidence import Evidence, Finding
from ..fields import ETA
from . import bulk as bulk_of
from .connect import Cluster, Regions, clusters, clusters_by_cells, euler_number, regions
from .necks import bonded, contacts
from .pores import LEVELS, RESOLVED, pore_sizes, quantile
from .roughness import roughness
from .statistics import spread
from .transport import Transport, transport

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
PARTS = ("bulk", "necks", "connectivity", "roughness", "pores", "void_transport", "solid_transport")
TECHNIQUE = "voxels"
NM_PER_M2_CM3 = 1000.0  # m2/cm3 of one nm2 per nm3
QUANTILES = (0.1, 0.5, 0.9)  # of the pore volume, named by `_pores`


@dataclass(frozen=True)
class Body:
    """A solid at one stage, as every part of the summary reads it: lengths in voxels, the voxel in nm."""

    phi: NDArray[np.float32]
    centres: Array
    radii: Array
    voxel_nm: float
    eta: float

    @property
    def grain(self) -> str:
        """The voxel in words."""
        return f"voxel {self.voxel_nm:.3g} nm"


def body_of(voxels: xr.Dataset, stage: int | str = -1) -> Body:
    """Return one stage of a voxel run.

    Parameters
    ----------
    voxels
        Dataset of the engine.
    stage
        Position or name.

    Raises
    ------
    InputError
        For a stage that is not there.
    """
    names = [str(name) for name in voxels["stage"].values]
    if isinstance(stage, str):
        if stage not in names:
            raise unknown_name("stage", stage, names)
        stage = names.index(stage)
    if not -len(names) <= stage < len(names):
        raise InputError(f"stage {stage}: the run has {len(names)}, {', '.join(names)}.")
    one = voxels.isel(stage=stage)
    return Body(
        np.ascontiguousarray(one["phi"].values, dtype=np.float32),
        np.asarray(one["position_vox"].values, dtype=np.float64),
        np.asarray(one["radius_vox"].values, dtype=np.float64),
        float(one["voxel_nm"]),
        float(voxels.attrs.get("eta", ETA)),
    )


def _finding(
    name: str, values: tuple[float, float, float], unit: str, *notes: str, **choices: object
) -> Finding:
    """Return a finding of this technique; a note says why where there is no value."""
    value, low, high = (float(v) for v in values)
    if math.isnan(value) and not any("not resolved" in note for note in notes):
        notes = ("not resolved: " + notes[0], *notes[1:])
    return Finding(
        name, value, low, high, unit, Evidence.PREDICTED, TECHNIQUE, notes=notes, choices=dict(choices)
    )


def _bulk(body: Body, table: xr.Dataset) -> list[Finding]:
    """Fractions, specific surface and equivalent diameters."""
    solid = bulk_of.bulk(body.phi, body.eta)
    cells = body.phi.size
    share, error = solid.volume / cells, solid.volume_error / cells
    scale = NM_PER_M2_CM3 / solid.volume / body.voxel_nm if solid.volume > 0 else math.nan
    edge = table["high_nm"].values[table["solid"].values].sum() * 2 * math.pi / body.voxel_nm
    off = solid.area_error + solid.area * error / share if share > 0 else math.nan
    surface, low, high = (
        scale * area for area in (solid.area, solid.area - off, solid.area + off + bulk_of.CREASE * edge)
    )
    said = f"extrapolated to an interface of no width; {body.grain}; bumps and pores below it are not seen"
    sharp = f"triangulated; high if every neck ends in a sharp crease; {body.grain}; nothing below it is seen"
    volumes = bulk_of.sphere_volumes(body.phi, body.centres, body.radii, body.eta)
    sizes = spread(bulk_of.diameter_of_volume(np.maximum(volumes, 0.0)) * body.voxel_nm)
    void = 1 - share
    chords = [4 * void / share / s * NM_PER_M2_CM3 if s > 0 else math.nan for s in (surface, high, low)]
    return [
        _finding("solid_fraction", (share, share - error, share + error), "1", said),
        _finding("void_fraction", (void, void - error, void + error), "1", said),
        _finding("specific_surface", (surface, low, high), "m2/cm3", f"per solid; {sharp}"),
        _finding("void_chord", (chords[0], chords[1], chords[2]), "nm", f"mean, 4 void/surface; {sharp}"),
        _finding(
            "equivalent_diameter",
            (sizes.mean, sizes.low, sizes.high),
            "nm",
            f"mean of {sizes.number} spheres with their share of necks, sd {sizes.sd:.3g} nm",
        ),
    ]


def _necks(table: xr.Dataset) -> list[Finding]:
    """Neck radius, ratio and bonded fraction."""
    bond, count = bonded(table), table.sizes["contact"]
    if not count:
        none = (math.nan, math.nan, math.nan)
        said = f"not resolved: no spheres are closer than {table.attrs['gap_nm']:.3g} nm"
        return [_finding(n, none, u, said) for n, u in (("neck_radius", "nm"), ("bonded_fraction", "1"))]
    solid, resolved = table["solid"].values, table["resolved"].values
    both, early = solid & resolved, solid & ~resolved
    necks = spread(table["neck_nm"].values[both])
    ratio = spread(table["ratio"].values[both])
    least = float(np.mean(table["early_nm"].values))
    mean_low = float(np.mean(table["low_nm"].values[both])) if both.any() else 0.0
    mean_high = float(np.mean(table["high_nm"].values[both])) if both.any() else math.nan
    said = (
        f"{int(both.sum())} of {count} contacts have a neck above {least:.3g} nm, {int(early.sum())} one "
        f"between zero and that; voxel {table.attrs['voxel_nm']:.3g} nm"
    )
    rest = spread(table["low_nm"].values[solid]).mean, spread(table["high_nm"].values[solid]).mean
    all_value = necks.mean if both.any() and not early.any() else math.nan
    bond_value = bond.low if bond.low == bond.high else math.nan
    all_note = said if both.any() and not early.any() else f"not resolved: bounds only; {said}"
    shift = mean_low / necks.mean if both.any() else math.nan
    return [
        _finding(
            "neck_radius_resolved",
            (necks.mean, min(necks.low, mean_low), max(necks.high, mean_high)),
            "nm",
            f"{said}; sd {necks.sd:.3g} nm; low allows for sharp creases off the grid",
        ),
        _finding(
            "neck_ratio_resolved",
            (ratio.mean, min(ratio.low, ratio.mean * shift), ratio.high),
            "1",
            f"{said}; sd {ratio.sd:.3g}",
        ),
        _finding("neck_radius", (all_value, *rest), "nm", f"all contacts with solid; {all_note}"),
        _finding(
            "bonded_fraction",
            (bond_value, bond.low, bond.high),
            "1",
            f"{'not resolved: ' if bond.low < bond.high else ''}low counts resolved necks, high all solid in "
            f"the plane; {said}",
        ),
    ]


def _spans(wraps: NDArray[np.bool_]) -> str:
    axes = [name for name, on in zip("xyz", wraps, strict=True) if on]
    return f"runs through the box along {', '.join(axes)}" if axes else "ends within the box"


def _connectivity(body: Body, table: xr.Dataset, solid: Regions) -> list[Finding]:
    """Clusters, parts, Euler number and closed cavities."""
    count = len(body.radii)
    sure = clusters(count, table, table["solid"].values & table["resolved"].values)
    seen = clusters(count, table, table["solid"].values)
    cells = clusters_by_cells(solid, body.centres, body.radii)
    void = regions(body.phi <= 0, corners=True)
    closed = np.delete(void.cells, void.largest - 1) if void.largest else np.zeros(0, np.int64)
    trusted = closed[closed >= math.pi / 6 * RESOLVED**3]
    share = float(closed.sum()) / body.phi.size
    parts = len(solid.cells)
    return [
        _cluster_finding(sure, seen, cells),
        _finding(
            "spanning_axes",
            _between(float(sure.wraps.sum()), float(max(seen.wraps.sum(), cells.wraps.sum()))),
            "1",
            f"resolved necks: largest cluster {_spans(sure.wraps)}; all: {_spans(seen.wraps)}; by cells: "
            f"{_spans(cells.wraps)}",
        ),
        _finding(
            "solid_parts",
            (float(parts), float(min(parts, 1)), float(max(sure.number, parts))),
            "1",
            f"cells joined by faces; {body.grain}; high: clusters by resolved necks only",
        ),
        _finding(
            "euler_number",
            (float(euler_number(body.phi > 0)), math.nan, math.nan),
            "1",
            "parts less handles plus cavities of the solid on this grid; every bridge and gap of one cell "
            f"counts, so no interval; {body.grain}",
        ),
        _finding(
            "closed_void_fraction",
            (share, float(trusted.sum()) / body.phi.size, share),
            "1",
            f"of the box, {len(closed)} voids apart from the largest, {len(trusted)} of them at least as "
            f"large as a ball of {RESOLVED:g} voxels (low)",
        ),
    ]


def _between(low: float, high: float) -> tuple[float, float, float]:
    return (low if low == high else math.nan, low, high)


def _cluster_finding(sure: Cluster, seen: Cluster, cells: Cluster) -> Finding:
    high = max(seen.share, cells.share)
    said = "" if sure.share == high else "not resolved: "
    return _finding(
        "largest_cluster",
        _between(sure.share, high),
        "1",
        f"{said}share of spheres by resolved necks {sure.share:.3g}, by all solid in contact planes "
        f"{seen.share:.3g}, by connected cells {cells.share:.3g}",
    )


def _mean_diameter(nominal: Array, fitted: Array) -> tuple[float, float, float]:
    """Return the mean diameter of all spheres and its interval, where only some have been fitted.

    Spheres with a free surface are the large ones of a dense assembly, so a mean of the fitted alone is too
    large. What they differ from their nominal size is taken to hold for the others (a difference estimator).
    """
    sizes, excess = spread(nominal), spread(fitted - nominal)
    value = sizes.mean + excess.mean
    error = math.hypot(sizes.high - sizes.mean, excess.high - excess.mean)
    return value, value - error, value + error


def _roughness(body: Body, table: xr.Dataset) -> list[Finding]:
    """Diameter, Rq, peak to valley and lateral length."""
    found = roughness(body.phi, body.centres, body.radii, table=table, voxel_nm=body.voxel_nm, eta=body.eta)
    floor, wide = float(found.attrs["rq_floor_nm"]), float(found.attrs["lateral_floor_nm"])
    rq, valley = (spread(found[name]) for name in ("rq_nm", "peak_to_valley_nm"))
    lateral = spread(found["lateral_nm"])
    less = f"bumps narrower than {wide:.3g} nm are not in the grid; {body.grain}"
    real = rq.number > 0 and rq.mean > 2 * floor
    spheres = f"{rq.number} of {len(body.radii)} spheres have enough free surface"
    size = _mean_diameter(2 * body.voxel_nm * body.radii, found["diameter_nm"].values)
    rough = (
        (rq.mean, min(rq.low, math.sqrt(max(rq.mean**2 - floor**2, 0.0))), rq.high)
        if real
        else (math.nan, 0.0, float(np.fmax(rq.mean, floor)))
    )
    said = "" if real else f"not resolved: at the floor of perfect spheres, {floor:.2g} nm; "
    if not rq.number:
        said, rough = f"not resolved: {spheres}; ", (math.nan, math.nan, math.nan)
    fine = real and lateral.number > 0 and lateral.mean >= wide
    if real and not fine:
        said = "lower bound, bumps as narrow as the grid can show; "
    arc = (
        (lateral.mean, lateral.low, lateral.high)
        if fine
        else (math.nan, 0.0, float(np.fmax(wide, lateral.mean)))
    )
    return [
        _finding(
            "diameter",
            size,
            "nm",
            f"fitted spheres; {spheres}, the others are taken to differ as much from their nominal size; "
            f"sd {spread(found['diameter_nm']).sd:.3g} of those",
        ),
        _finding("rq", rough, "nm", f"{said}sd {rq.sd:.2g} nm; {less}", rq_floor_nm=floor),
        _finding(
            "peak_to_valley",
            (valley.mean, valley.low, valley.high)
            if real
            else (math.nan, 0.0, float(np.fmax(valley.mean, 2 * floor))),
            "nm",
            f"{said}sd {valley.sd:.2g} nm; {less}",
        ),
        _finding("lateral_length", arc, "nm", f"{'' if fine else 'not resolved: '}fall to 1/e; {less}"),
    ]


def _pores(body: Body) -> list[Finding]:
    """Quantiles of the pore diameter, the largest, and what is too narrow."""
    sizes = pore_sizes(body.phi, voxel_nm=body.voxel_nm, eta=body.eta)
    # centres of balls lie on cells, so that diameters read small; sizes are taken in steps
    less = (float(sizes.attrs["largest_nm"]) / LEVELS + body.voxel_nm) / 2
    more = less + body.voxel_nm / 2
    found = []
    for share in QUANTILES:
        d = quantile(sizes, share)
        fine = d >= RESOLVED * body.voxel_nm
        value = (d, d - less, d + more) if fine else (math.nan, 0.0, RESOLVED * body.voxel_nm)
        said = "" if fine else f"not resolved: below {RESOLVED:g} voxels; "
        found.append(
            _finding(
                f"pore_diameter_{100 * share:.0f}",
                value,
                "nm",
                f"{said}local thickness, {100 * share:.0f} % of the void is narrower; {body.grain}",
            )
        )
    most = float(sizes.attrs["largest_nm"])
    narrow = float(sizes.attrs["unresolved_share"])
    return [
        *found,
        _finding(
            "pore_diameter_largest",
            (most, most - body.voxel_nm / 2, most + body.voxel_nm),
            "nm",
            "largest ball in the void",
        ),
        _finding(
            "unresolved_void",
            (narrow, 0.0, narrow),
            "1",
            f"share of the void narrower than {RESOLVED:g} voxels: seen, but without a size",
        ),
    ]


def _transport(found: Transport, phase: str, bounds: str) -> list[Finding]:
    """Relative conductivity and tortuosity of a phase."""
    value, low, high = found.mean
    axes = ", ".join(f"{v:.4g}" for v in found.value)
    settled = "" if found.settled else "not settled; "
    tau = found.tortuosity
    said = f"{settled}mean of x, y, z ({axes}); {bounds}"
    none = "" if value > 0 else "not resolved: nothing runs through the box; "
    return [
        _finding(f"{phase}_conductivity", (value, low, high), "1", said),
        _finding(
            f"{phase}_tortuosity",
            (tau[0] if value > 0 else math.nan, tau[1], tau[2]),
            "1",
            f"{none}share over conductivity, {said}",
        ),
    ]


def _solid_transport(body: Body, table: xr.Dataset) -> list[Finding]:
    """Conduction through the necks."""
    sure = clusters(len(body.radii), table, table["solid"].values & table["resolved"].values)
    found = transport(body.phi, "solid", table=table, centres=body.centres, joined=sure.any_wraps)
    return _transport(found, "solid", "low closes every unresolved neck, high keeps them as seen")


def summary(
    voxels: xr.Dataset,
    stage: int | str = -1,
    *,
    parts: Sequence[str] = PARTS,
    gap_nm: float | None = None,
) -> dict[str, Finding]:
    """Return everything that is measured on one stage of a voxel run.

    Parameters
    ----------
    voxels
        Dataset of the engine: `phi`, `voxel_nm`, `position_vox`, `radius_vox` over ``stage``.
    stage
        Position or name of the stage; the last, what the sample is now, unless given.
    parts
        What to measure, any of `PARTS`.
    gap_nm
        Spheres closer than this are contacts; a tenth of the mean radius unless given.

    Returns
    -------
    dict
        Findings by name: value, interval, unit; not `resolved` where the grid gives bounds only, and a note
        that says why and how the number depends on the voxel.

    Raises
    ------
    InputError
        For an unknown part or stage.

    Limits
    ------
    Intervals hold the spread over spheres and the error of reading this field, not that of the model that
    made it: compare runs with several voxels by `richardson.extrapolate`.
    """
    for part in parts:
        if part not in PARTS:
            raise unknown_name("part", part, PARTS)
    body = body_of(voxels, stage)
    table = contacts(body.phi, body.centres, body.radii, voxel_nm=body.voxel_nm, gap_nm=gap_nm)
    found: list[Finding] = []
    if "bulk" in parts:
        found += _bulk(body, table)
    if "necks" in parts:
        found += _necks(table)
    if "connectivity" in parts:
        found += _connectivity(body, table, regions(body.phi > 0))
    if "roughness" in parts:
        found += _roughness(body, table)
    if "pores" in parts:
        found += _pores(body)
    if "void_transport" in parts:
        said = "interval: the same body read on a grid twice as coarse"
        found += _transport(transport(body.phi, "void"), "void", said)
    if "solid_transport" in parts:
        found += _solid_transport(body, table)
    return {finding.name: finding for finding in found}
