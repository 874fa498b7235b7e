"""The virtual diffractometer: a reflection scan of a sample's powder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InputError, unknown_name
from ...core.measurement import Measurement
from ...core.parameters import Values
from . import parameters as p
from .radiation import Radiation
from .scene import Scene, crystal_lines, scene

if TYPE_CHECKING:
    from ...sample import Sample

Array = NDArray[np.float64]

_DIGITS = 4  # of the angles, degrees: those of a goniometer's encoder
_AIR_FROM = 10.0  # degrees at which the strength of the air scatter is stated
_TIME_S, _KV, _MA = 1.0, 40.0, 40.0  # bookkeeping in the file; the counts set the noise
#: Settings of the instrument with what they may be: default (None: from the records, or drawn), lowest,
#: highest.
NUMBERS: dict[str, tuple[float | None, float, float]] = {
    "counts": (None, 1.0, 1e7),
    "step_deg": (0.02, 0.002, 0.5),
    "displacement_mm": (None, -1.0, 1.0),
    "zero_deg": (0.0, -1.0, 1.0),
    "radius_mm": (None, 50.0, 1000.0),
    "instrument_fwhm_deg": (None, 0.01, 1.0),
    "k_alpha2": (None, 0.0, 1.0),
    "air_ratio": (None, 0.0, 100.0),
    "holder_ratio": (None, 0.0, 100.0),
    "acid_size_nm": (None, 3.0, 10000.0),
    "silicon_share": (0.0, 0.0, 1.0),
}  # numerical settings
_RECORDS = {
    "counts": p.HALO_COUNTS, "radius_mm": p.RADIUS, "instrument_fwhm_deg": p.INSTRUMENT_WIDTH,
    "k_alpha2": p.K_ALPHA2_RATIO, "air_ratio": p.AIR_RATIO, "holder_ratio": p.HOLDER_RATIO,
    "acid_size_nm": p.ACID_SIZE,
}  # fmt: skip
WRITTEN = ("xrdml", "xy")
_DEFAULT_RANGE = (5.0, 80.0)  # degrees of a routine scan with copper
_FEWEST = 50  # steps of a scan
_EDGES = (1.0, 170.0)  # degrees a goniometer reaches


def simulate(sample: Sample, seed: int, settings: Mapping[str, Any] | None = None) -> list[Measurement]:
    """Record a powder pattern in reflection.

    Parameters
    ----------
    sample
        Sample with `state`, `firing`, `recipe`, `values`.
    seed
        Seed of the counting noise and of the height error of the holder.
    settings
        ``counts`` at the top of the broad scattering (3000), ``anode`` (Cu), ``range_deg`` (5, 80),
        ``step_deg``
        (0.02), ``displacement_mm`` of the surface below the axis (default drawn, sd 0.05), ``zero_deg``,
        ``radius_mm`` (200), ``instrument_fwhm_deg`` (0.1), ``k_alpha2`` (0.5; 0 behind a monochromator),
        ``air_ratio``, ``holder_ratio`` (background over the halo), ``acid_size_nm`` (60),
        ``silicon_share`` (silicon
        mixed in as a standard, g/g), ``format`` (xrdml or xy).

    Returns
    -------
    list of Measurement
        One scan.

    Raises
    ------
    InputError
        For an unknown setting or an impossible value.

    Notes
    -----
    Limits: halos are single Gaussians at given places; no texture, strain, absorption, axial divergence, or
    thermal motion; nothing of the architecture shows at these angles.
    """
    chosen = _settings(settings or {}, sample.values)
    generator = np.random.default_rng(seed)
    height = generator.normal(0.0, sample.values[p.DISPLACEMENT])
    if chosen["displacement_mm"] is None:
        chosen["displacement_mm"] = float(height)
    rays = _rays(chosen, sample.values)
    first, last = chosen["range_deg"]
    angles = np.arange(first, last + chosen["step_deg"] / 2, chosen["step_deg"])
    x = np.round(angles, _DIGITS).astype(np.float64)
    seen = scene(sample, chosen["silicon_share"])
    counts = generator.poisson(expected(seen, x, rays, chosen, sample.values)).astype(float)
    return [Measurement("xrd", _dataset(x, counts), "synthetic", sample.name, _meta(rays, chosen))]


def _settings(settings: Mapping[str, Any], values: Values) -> dict[str, Any]:
    names = [*NUMBERS, "anode", "range_deg", "format"]
    for key in settings:
        if key not in names:
            raise unknown_name("XRD setting", str(key), names)
    chosen: dict[str, Any] = {k: default for k, (default, _, _) in NUMBERS.items()}
    chosen |= {k: values[record] for k, record in _RECORDS.items()}
    chosen |= {"anode": "Cu", "range_deg": _DEFAULT_RANGE, "format": WRITTEN[0]} | dict(settings)
    for key, (_, low, high) in NUMBERS.items():
        value = chosen[key]
        if value is None and NUMBERS[key][0] is None and key not in _RECORDS:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise InputError(f"XRD setting {key} = {value!r}: give a number from {low:g} to {high:g}.")
    if str(chosen["anode"]) not in p.LINES:
        raise unknown_name("X-ray tube anode", str(chosen["anode"]), p.LINES)
    if chosen["format"] not in WRITTEN:
        raise unknown_name("XRD file format", str(chosen["format"]), WRITTEN)
    _check_range(chosen)
    return chosen


def _check_range(chosen: Mapping[str, Any]) -> None:
    ends = chosen["range_deg"]
    usable = (
        isinstance(ends, list | tuple) and len(ends) == 2 and all(isinstance(e, int | float) for e in ends)
    )
    inside = usable and _EDGES[0] <= ends[0] < ends[1] <= _EDGES[1]
    if not inside or (ends[1] - ends[0]) / chosen["step_deg"] < _FEWEST:
        raise InputError(
            f"XRD setting range_deg = {ends!r}: give first and last 2theta between {_EDGES[0]:g} and "
            f"{_EDGES[1]:g} degrees, at least {_FEWEST} steps apart."
        )


def _rays(chosen: Mapping[str, Any], values: Values) -> Radiation:
    first, second = (values[line] for line in p.LINES[str(chosen["anode"])])
    return Radiation(first, second, float(chosen["k_alpha2"]), "virtual tube")


def expected(seen: Scene, x: Array, rays: Radiation, chosen: Mapping[str, Any], values: Values) -> Array:
    """Return the expected counts of each step.

    Parameters
    ----------
    seen
        What scatters.
    x
        Angles of the steps, degrees.
    rays, chosen, values
        X-rays, settings and parameter values.
    """
    broad = seen.broad(x, rays.alpha1, values)
    top = float(broad.max())
    if not top > 0:
        raise InputError("nothing amorphous scatters in this sample, and the dose is set by it.")
    dose = float(chosen["counts"]) / top
    total = dose * broad
    for name, power in seen.crystals.items():
        total = total + dose * power * _crystal(name, x, rays, chosen, values)
    air = chosen["air_ratio"] * np.exp(-(x - _AIR_FROM) / values[p.AIR_DECAY])
    return total + chosen["counts"] * (air + chosen["holder_ratio"])


def shift(two_theta: Array, chosen: Mapping[str, Any]) -> Array:
    """Return by how many degrees height and zero error move lines at `two_theta`."""
    sine = 2 * chosen["displacement_mm"] / chosen["radius_mm"] * np.cos(np.radians(two_theta / 2))
    result: Array = chosen["zero_deg"] - np.degrees(sine)
    return result


def _crystal(name: str, x: Array, rays: Radiation, chosen: Mapping[str, Any], values: Values) -> Array:
    """Lines of a phase per degree, of unit area in all."""
    from scipy.special import voigt_profile

    total = np.zeros_like(x)
    sigma = chosen["instrument_fwhm_deg"] / (2 * np.sqrt(2 * np.log(2)))
    weights = ((rays.alpha1, 1.0), (rays.alpha2, rays.ratio))
    for wavelength, weight in weights:
        angles, shares = crystal_lines(name, wavelength, values)
        gamma = 0.5 * _size_width(angles, wavelength, name, chosen, values)
        for angle, share, half in zip(angles + shift(angles, chosen), shares, gamma, strict=True):
            total += weight * share * voigt_profile(x - angle, sigma, half)
    return total / sum(weight for _, weight in weights)


def _size_width(
    two_theta: Array, wavelength: float, name: str, chosen: Mapping[str, Any], values: Values
) -> Array:
    """Full width in degrees from the size of crystallites (Scherrer); a standard has none."""
    if name != "boric_acid":
        return np.zeros_like(two_theta)
    size = 10 * chosen["acid_size_nm"]  # nm to angstrom
    result: Array = np.degrees(values[p.SCHERRER_K] * wavelength / (size * np.cos(np.radians(two_theta / 2))))
    return result


def _dataset(x: Array, counts: Array) -> Any:
    import xarray as xr

    return xr.Dataset(
        {"counts": ("step", counts, {"units": "counts"})},
        coords={"two_theta": ("step", x, {"units": "deg"})},
    )


def _meta(rays: Radiation, chosen: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "k_alpha1_A": rays.alpha1,
        "k_alpha2_A": rays.alpha2,
        "k_alpha2_ratio": rays.ratio,
        "anode": chosen["anode"],
        "step_time_s": _TIME_S,
        "tension_kV": _KV,
        "current_mA": _MA,
        "radius_mm": chosen["radius_mm"],
        "write_as": chosen["format"],
    }


def truth(sample: Sample, settings: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return what an ideal, aligned instrument would report.

    Parameters
    ----------
    sample, settings
        As for `simulate`.

    Returns
    -------
    dict
        ``halo_2theta``: maxima of the broad scattering (degrees), highest first; ``lines``: for each
        crystalline
        phase its angles and shares; ``share``: its part of all scattering.
    """
    chosen = _settings(settings or {}, sample.values)
    rays = _rays(chosen, sample.values)
    seen = scene(sample, chosen["silicon_share"])
    whole = seen.oxide + seen.carbon + sum(seen.crystals.values())
    return {
        "halo_2theta": seen.maxima(rays.alpha1, sample.values),
        "lines": {n: crystal_lines(n, rays.alpha1, sample.values) for n in seen.crystals},
        "share": {n: power / whole for n, power in seen.crystals.items()},
    }
