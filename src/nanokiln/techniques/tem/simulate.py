"""The virtual transmission electron microscope: bright and dark field of a thin raft, or of one neck."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.errors import InputError, unknown_name
from ...core.measurement import SYNTHETIC_MARK
from ...core.parameters import Parameter, Values
from ..sem.picture import Picture
from ..sem.virtual.beam import FWHM, digitise, levels
from ..sem.virtual.settings import BITS, FEWEST, MOST, MOST_PICTURES, length
from ..sem.virtual.truth import truth
from .optics import speckle
from .parameters import BEAM_KV, COLLECTED, DEFOCUS, DOSE, PROBE, SPHERICAL
from .project import Projection, particle_projection, voxel_projection
from .scattering import bright, dark

if TYPE_CHECKING:
    from ...core.measurement import Measurement
    from ...sample import Sample

MODES = ("bright", "dark", "both")
VIEWS = ("assembly", "neck")
SCALES = ("auto", "particles", "voxels")
FIELDS = {"assembly": 500.0, "neck": 240.0}  # nm across, of a picture nobody said anything about
SMALLEST_FIELD, LARGEST_FIELD = 10.0, 5000.0  # nm
PIXELS = 1024  # across
NARROW = 0.15  # pixels: a probe narrower than this blurs nothing
#: Numbers an operator may set: record of the default, or the default itself, lowest, highest.
NUMBERS: dict[str, tuple[Parameter | float, float, float]] = {
    "kV": (BEAM_KV, 30.0, 1000.0),
    "defocus_nm": (DEFOCUS, -2e4, 2e4),
    "cs_mm": (SPHERICAL, 0.0, 10.0),
    "dose": (DOSE, 0.1, 1e8),
    "layers": (1.0, 0.05, 10.0),
}
KEYS = ("field", "pixels", "mode", "view", "scale", "stage", "bits", "bar", "pictures", *NUMBERS)


@dataclass(frozen=True)
class Settings:
    """What an operator sets; lengths in nm, dose in electrons per nm2."""

    field_nm: float
    pixels: int
    mode: str
    view: str
    scale: str
    stage: str | None
    bits: int
    bar: bool
    pictures: int
    numbers: Mapping[str, float]

    @property
    def pixel_nm(self) -> float:
        """Edge of a pixel."""
        return self.field_nm / self.pixels


def simulate(sample: Sample, seed: int, settings: Mapping[str, Any] | None = None) -> list[Measurement]:
    """Take pictures of a thin raft of spheres, or of one neck.

    Parameters
    ----------
    sample
        Sample; the voxel body where there is one and the field allows, else the particle scale.
    seed
        Seed of place, orientation, speckle and noise: the same seed gives the same bytes.
    settings
        ``field`` (nm or "1um"), ``pixels``, ``mode`` (bright, dark, both), ``view`` (assembly, neck),
        ``scale`` (auto, particles, voxels), ``stage``, ``layers`` (diameters), ``kV``, ``defocus_nm``
        (underfocus is positive), ``cs_mm``, ``dose`` (electrons per nm2), ``bits``, ``bar``, ``pictures``.

    Returns
    -------
    list of Picture
        ``image(row, column)``, grey levels as float32 ("counts"); labels ``bright`` and ``dark``, with the
        stage where one was asked for.

    Raises
    ------
    InputError
        For an unusable setting.

    Limits
    ------
    Single elastic scattering; parallel beam; no diffraction, since the matter is amorphous. Speckle is that
    of a weak phase object; the fringes of edges out of focus are left out.
    """
    chosen = _settings(dict(settings or {}), sample.values)
    found: list[Measurement] = []
    for number in range(chosen.pictures):
        rng = np.random.default_rng([seed, number])
        shown = _project(sample, chosen, rng)
        known = truth(shown.scene, shown.frame, 0, _tops(shown), shown.owner)
        modes = MODES[:2] if chosen.mode == "both" else (chosen.mode,)
        for mode in modes:
            own = np.random.default_rng([seed, number, MODES.index(mode)])
            found.append(_expose(sample, chosen, shown, mode, known, own))
    return found


def _tops(shown: Projection) -> np.ndarray:
    """Return heights below every neck: in projection nothing stands before one."""
    return np.full(shown.owner.shape, shown.scene.floor, dtype=np.float32)


def _project(sample: Sample, chosen: Settings, rng: np.random.Generator) -> Projection:
    grid = (chosen.pixel_nm, chosen.pixels, chosen.pixels)
    layers, kilovolt = chosen.numbers["layers"], chosen.numbers["kV"]
    box = 0.0
    if sample.voxels is not None:
        box = float(sample.voxels["voxel_nm"].values[-1]) * sample.voxels.sizes["x"]
    fits = sample.voxels is not None and chosen.field_nm <= box * (1 + 1e-9)
    if chosen.view == "neck" or chosen.scale == "voxels" or (chosen.scale == "auto" and fits):
        return voxel_projection(sample, chosen.view, grid, layers, kilovolt, stage=chosen.stage, rng=rng)
    if chosen.stage is not None:
        raise InputError(
            "stage is known to the voxel engine only: take scale = 'voxels', or leave stage out."
        )
    return particle_projection(sample, grid, layers, kilovolt, rng)


def _expose(
    sample: Sample, chosen: Settings, shown: Projection, mode: str, known: Mapping[str, Any],
    rng: np.random.Generator,
) -> Picture:  # fmt: skip
    """Return a picture of a projection."""
    import xarray as xr

    v, n, pixel = sample.values, chosen.numbers, chosen.pixel_nm
    if mode == "dark":
        from scipy.ndimage import gaussian_filter

        signal = dark(shown.depth, v[COLLECTED])
        width = v[PROBE] / FWHM / pixel
        signal = gaussian_filter(signal, width, mode="nearest") if width > NARROW else signal
    else:
        lens = {"defocus_nm": n["defocus_nm"], "spherical_mm": n["cs_mm"], "kilovolt": n["kV"]}
        grain = speckle(shown.thickness_nm, pixel, rng, values=v, **lens)
        signal = np.maximum(bright(shown.depth) * (1 + grain), 0)
    per_pixel = n["dose"] * pixel**2
    counts = rng.poisson(signal * per_pixel).astype(np.float64)
    offset, gain = levels(np.asarray(signal, dtype=np.float32), per_pixel)
    grey = digitise(counts, offset, gain, chosen.bits)
    full = 2**chosen.bits - 1
    facts = {
        "sample": sample.name, "pixel_nm": pixel, "pixel_aspect": 1.0,
        "calibration": "setting of the virtual microscope", "bits": chosen.bits,
        "instrument": "nanokiln virtual TEM", "detector": f"{mode} field", "voltage_kV": n["kV"],
        "defocus_nm": n["defocus_nm"], "cs_mm": n["cs_mm"], "dose_electrons_per_nm2": n["dose"],
        "dose_electrons_per_pixel": per_pixel, "layers": n["layers"], "view": chosen.view, "bar": chosen.bar,
        "grey_offset": offset * full, "grey_per_count": gain * full, "counts_flat": per_pixel,
        "saturated": float(np.mean((grey == 0) | (grey == full))),
        "notes": [SYNTHETIC_MARK, *shown.scene.notes],
    }  # fmt: skip
    data = xr.Dataset({"image": (("row", "column"), grey.astype(np.float32), {"units": "counts"})})
    label = f"{mode}-{chosen.stage}" if chosen.stage else mode
    return Picture("tem", data, "synthetic", label, facts, truth=known)


def _settings(given: dict[str, Any], values: Values) -> Settings:
    for key in given:
        if key not in KEYS:
            raise unknown_name("setting of tem", str(key), KEYS)
    view = _one_of(given, "view", VIEWS)
    stage = given.get("stage")
    return Settings(
        length(given.get("field", FIELDS[view]), "field", SMALLEST_FIELD, LARGEST_FIELD),
        _whole(given, "pixels", PIXELS, FEWEST, MOST),
        _one_of(given, "mode", MODES),
        view,
        _one_of(given, "scale", SCALES),
        None if stage is None else str(stage),
        _bits(given),
        str(given.get("bar", True)).lower() not in ("false", "no", "0"),
        _whole(given, "pictures", 1, 1, MOST_PICTURES),
        {key: _number(given, key, values) for key in NUMBERS},
    )


def _one_of(given: Mapping[str, Any], key: str, allowed: tuple[str, ...]) -> str:
    value = str(given.get(key, allowed[0]))
    if value not in allowed:
        raise unknown_name(key, value, allowed)
    return value


def _bits(given: Mapping[str, Any]) -> int:
    value = given.get("bits", BITS[0])
    if value not in BITS:
        raise InputError(f"bits = {value!r}: 8 or 16.")
    return int(value)


def _whole(given: Mapping[str, Any], key: str, default: int, low: int, high: int) -> int:
    value = given.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise InputError(f"{key} = {value!r}: expected a whole number from {low} to {high}.")
    return value


def _number(given: Mapping[str, Any], key: str, values: Values) -> float:
    default, low, high = NUMBERS[key]
    value = given.get(key, values[default] if isinstance(default, Parameter) else default)
    usable = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if not usable or not low <= value <= high:
        raise InputError(f"{key} = {value!r}: expected a number from {low:g} to {high:g}.")
    return float(value)
