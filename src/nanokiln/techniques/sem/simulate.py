"""The virtual scanning electron microscope: pictures of a sample, nothing painted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.errors import InputError
from ...core.measurement import SYNTHETIC_MARK
from ...core.parameters import Values
from .picture import Picture
from .virtual import assembly, beam, body, rays, sky
from .virtual.scene import Frame, Scene, frame_of, neck_table, tiles_of
from .virtual.settings import VOXEL_FIELD, Settings, settings
from .virtual.skins import HIGHEST, PER_LENGTH, Skin, measured, texture
from .virtual.truth import truth
from .virtual.yield_law import beam_range, escape_depth

if TYPE_CHECKING:
    from ...core.measurement import Measurement
    from ...sample import Sample

PAD_RADII, LARGEST_PAD = 0.8, 0.10  # of a sphere, but no more than this share of the picture: it still shades
FEWEST_PAD = 6  # pixels
REACH_RADII = 4.0  # up to which something takes sky away
SAME_FACE = 0.08  # radii: neighbours at heights that differ by less may share their sky
BEFORE = "before"


def simulate(sample: Sample, seed: int, settings: Mapping[str, Any] | None = None) -> list[Measurement]:
    """Take pictures of a sample.

    Parameters
    ----------
    sample
        Sample; with ``voxels``, small fields look at the voxel body and large ones take their roughness
        from it.
    seed
        Seed of place, orientation and noise: the same seed gives the same bytes.
    settings
        See `settings.settings`: ``field`` (nm or "2um"), ``pixels``, ``rows``, ``bits``, ``detector`` (et,
        inlens), ``kV``, ``current_pA``, ``dwell_us`` or ``dose`` (electrons per pixel), ``beam_nm``,
        ``drift_x_nm_s``, ``drift_y_nm_s``, ``charging``, ``scale`` (auto, particles, voxels), ``stage``,
        ``bar``, ``pictures``, ``roughness_nm`` and ``lateral_nm``.

    Returns
    -------
    list of Picture
        ``image(row, column)``, grey levels as float32 ("counts"), without data bar.

    Raises
    ------
    InputError
        For an unusable setting, or a field the sample cannot fill.

    Limits
    ------
    Parallel beam. The chance to leave depends on the distance to the nearest surface only; electrons that
    pass a thin rim and hit what lies below add nothing; collection is by line of sight over a height map.
    """
    chosen = _settings(settings, sample.values)
    found = []
    for number in range(chosen.pictures):
        rng = np.random.default_rng([seed, number])
        label = chosen.stage or sample.stage
        shot = _look(sample, chosen, rng)
        found.append(picture(shot, chosen, rng, values=sample.values, label=label, about=_about(sample)))
    return list(found)


_settings = settings  # the argument of the same name hides it above


def _about(sample: Sample) -> dict[str, Any]:
    mass = sample.zones["mass_mg_g"].values if "mass_mg_g" in sample.zones else None
    carbon = sample.zones["mass_fraction"].sel(element="C").values
    share = float(carbon @ mass / mass.sum()) if mass is not None and mass.sum() > 0 else float(carbon[-1])
    return {"sample": sample.name, "carbon_share": min(max(share, 0.0), 1.0)}


def _look(sample: Sample, chosen: Settings, rng: np.random.Generator) -> Scene | body.Body:
    """Return what stands before the beam."""
    field = (chosen.field_nm, chosen.field_nm * chosen.rows / chosen.columns)
    voxels = sample.voxels
    if chosen.scale == "voxels" and voxels is None:
        raise InputError(
            f"sample '{sample.name}' has no voxel body. Fire it with --voxels, or take scale = 'particles'."
        )
    small = voxels is not None and max(field) <= VOXEL_FIELD * float(
        voxels["voxel_nm"].values[-1] * voxels.sizes["x"]
    )
    if voxels is not None and (chosen.scale == "voxels" or (chosen.scale == "auto" and small)):
        return body.body(voxels, chosen.stage, field, rng)
    names = [sample.stage]  # of what the particle scale shows
    if voxels is not None:
        names.append(str(voxels["stage"].values[-1]))
    last = chosen.stage is None or chosen.stage in names
    if not last and chosen.stage != BEFORE:
        raise InputError(
            f"stage '{chosen.stage}' is known to the voxel engine only: take scale = 'voxels' and a "
            "field of at most 1.5 boxes."
        )
    return assembly.scene(_powder(sample, last), field, _skin(sample, chosen, last), rng)


def _powder(sample: Sample, last: bool) -> assembly.Powder:
    """Return the particle scale, or the loose powder it was made from."""
    if last:
        return assembly.powder(sample.architecture)
    from ...assembly import loose_packing

    count = sample.architecture.sizes["sphere"]
    loose = loose_packing(
        count,
        float(sample.state["diameter_before_nm"]),
        sample.recipe.precursor.diameter_sd_nm,
        sample.seed,
        values=sample.values,
    )
    none = np.zeros((0, 2), dtype=np.int64)
    return assembly.Powder(loose.position_nm, loose.radius_nm, none, np.zeros(0), loose.box_nm)


def _skin(sample: Sample, chosen: Settings, last: bool) -> Skin:
    if chosen.skin is not None:
        rq, lateral = chosen.skin
        return Skin(rq, lateral, f"random skin with Rq {rq:g} nm and lateral length {lateral:g} nm, as asked")
    if sample.voxels is None:
        return Skin(source="smooth: the sample has no voxel run to take a roughness from")
    return measured(sample.voxels, str(sample.voxels["stage"].values[-1]) if last else BEFORE)


def picture(
    shown: Scene | body.Body,
    chosen: Settings,
    rng: np.random.Generator,
    *,
    values: Values,
    label: str = "",
    about: Mapping[str, Any] | None = None,
) -> Picture:
    """Take a picture of a scene.

    Parameters
    ----------
    shown
        Spheres and necks, or a voxel body.
    chosen
        Settings.
    rng
        Draws the skin and the noise.
    values
        Parameter values.
    label
        Which powder it is.
    about
        ``sample`` (name) and ``carbon_share`` (for the escape depth).
    """
    about = dict(about or {})
    escape = escape_depth(float(about.get("carbon_share", 0.5)), values)
    reach = beam_range(chosen.beam.kilovolt, values)
    scene = shown.scene if isinstance(shown, body.Body) else shown
    pixel = chosen.pixel_nm
    pad = min(PAD_RADII * scene.radius / pixel, LARGEST_PAD * chosen.columns)
    pad = max(math.ceil(pad), FEWEST_PAD)
    frame = frame_of((chosen.field_nm, pixel * chosen.rows), pixel, pad, scene.floor)
    height, normal, gain, owner = _trace(shown, frame, (escape, reach), rng)
    clean = _collect(scene, frame, (height, normal, gain), chosen, values)
    clean = beam.drift(clean, chosen.beam, pixel, pad)
    clean = beam.charge(clean, chosen.beam.charging, rng, values)
    counts, flat = beam.expose(clean, chosen.beam, rng, values)
    offset, contrast = beam.levels(clean, flat)
    grey = beam.digitise(counts, offset, contrast, chosen.bits)
    facts = {
        **_facts(chosen, scene),
        "sample": about.get("sample", ""),
        "escape_depth_nm": escape,
        "counts_flat": flat,
        "grey_offset": offset * (2**chosen.bits - 1),
        "grey_per_count": contrast * (2**chosen.bits - 1),
    }
    return _measurement(grey, label, facts, truth(scene, frame, pad, height, owner))


def _trace(
    shown: Scene | body.Body, frame: Frame, law: tuple[float, float], rng: np.random.Generator
) -> tuple[np.ndarray, ...]:
    """Return height, normal, yield and owner for each pixel."""
    if isinstance(shown, body.Body):
        return tuple(body.shoot(shown.field, shown.corner, shown.pitch, shown.scene.balls, frame, law))
    necks, bounds = neck_table(shown)
    discs = np.ascontiguousarray(shown.balls[:, [0, 1, 3]])
    tiles = tiles_of(discs, bounds, frame, HIGHEST * shown.skin.rq_nm)
    skin = np.array([shown.skin.rq_nm, PER_LENGTH / shown.skin.lateral_nm])
    return tuple(rays.shoot(shown.balls, necks, discs, bounds, tiles, frame, texture(rng), skin, law))


def _collect(
    scene: Scene, frame: Frame, seen: tuple[np.ndarray, ...], chosen: Settings, values: Values
) -> np.ndarray:
    """Return the signal over that of a flat open face."""
    height, normal, gain = seen
    hit = gain > 0
    tall = (height / np.float32(frame.pixel)).astype(np.float32)
    reach = REACH_RADII * scene.radius / frame.pixel
    share = sky.open_sky(tall, normal, hit, reach, chosen.beam.side(values))
    share = sky.smooth(share, tall, normal, hit, SAME_FACE * scene.radius / frame.pixel + 1)
    return beam.probe(beam.signal(gain, share, values), chosen.beam.size_nm, frame.pixel)


def _facts(chosen: Settings, scene: Scene) -> dict[str, Any]:
    """Return what an instrument writes about its picture, and how synthetic it is."""
    b = chosen.beam
    return {
        "pixel_nm": chosen.pixel_nm,
        "pixel_aspect": 1.0,
        "calibration": "setting of the virtual microscope",
        "bits": chosen.bits,
        "instrument": "nanokiln virtual SEM",
        "detector": b.detector,
        "voltage_kV": b.kilovolt,
        "current_pA": b.current_pA,
        "dwell_us": b.dwell_us,
        "dose_electrons_per_pixel": b.dose,
        "beam_nm": b.size_nm,
        "drift_nm_s": list(b.drift_nm_s),
        "charging": b.charging,
        "azimuth_deg": b.azimuth_deg,
        "bar": chosen.bar,
        "notes": [SYNTHETIC_MARK, *scene.notes],
    }


def _measurement(grey: np.ndarray, label: str, facts: dict[str, Any], known: dict[str, Any]) -> Picture:
    import xarray as xr

    full = 2 ** int(facts["bits"]) - 1
    facts["saturated"] = float(np.mean((grey == 0) | (grey == full)))
    data = xr.Dataset({"image": (("row", "column"), grey.astype(np.float32), {"units": "counts"})})
    return Picture("sem", data, "synthetic", label, facts, truth=known)
