"""What all readers of X-ray spectra share: names of the data, settings, and checks.

Data: last dimension ``channel`` with coordinate ``energy`` (eV, centres of the channels), before it nothing
(spectrum), ``position`` with ``position_nm`` (line scan), or ``y, x`` with ``y_nm``, ``x_nm`` (map); variable
``counts``. Settings that are not known are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import DataError
from ..core.measurement import SYNTHETIC_MARK, Measurement

#: Names of settings, and where HyperSpy keeps them below Acquisition_instrument/TEM or /SEM.
SETTINGS = {
    "beam_energy_keV": "beam_energy",
    "current_nA": "beam_current",
    "microscope": "microscope",
    "elevation_deg": "Detector/EDS/elevation_angle",
    "azimuth_deg": "Detector/EDS/azimuth_angle",
    "resolution_eV": "Detector/EDS/energy_resolution_MnKa",
    "live_time_s": "Detector/EDS/live_time",
    "real_time_s": "Detector/EDS/real_time",
    "solid_angle_sr": "Detector/EDS/solid_angle",
    "window": "Detector/EDS/window",
    "detector": "Detector/EDS/detector",
}
_NM = {"nm": 1.0, "µm": 1e3, "μm": 1e3, "um": 1e3, "mm": 1e6, "m": 1e9, "Å": 0.1, "A": 0.1, "pm": 1e-3}
_EV = {"ev": 1.0, "kev": 1e3, "mev": 1e6}
_FEWEST = 16  # channels of a spectrum


def length_unit(unit: str) -> float | None:
    """Return nm per unit of length; None for what is no unit of length."""
    return _NM.get(str(unit).strip())


def energy_unit(unit: str) -> float | None:
    """Return eV per unit of energy; None for what is none."""
    return _EV.get(str(unit).strip().lower())


def measurement(
    counts: NDArray[Any],
    energy: NDArray[np.float64],
    places: Sequence[NDArray[np.float64]],
    settings: Mapping[str, Any],
    *,
    path: str,
    synthetic: bool,
) -> Measurement:
    """Build the measurement of a spectrum, a line scan or a map.

    Parameters
    ----------
    counts
        Shape (channel), (position, channel) or (y, x, channel).
    energy
        Centres of the channels, eV.
    places
        Coordinates of the other dimensions, nm.
    settings
        Instrument settings; ``title`` becomes the label.
    path, synthetic
        Where it was read, and whether it says that it was simulated.

    Raises
    ------
    DataError
        If there are too few channels, a count is negative or not finite, or energies do not rise.
    """
    import xarray as xr

    counts = np.asarray(counts)
    if counts.ndim > 3 or counts.shape[-1] < _FEWEST:
        raise DataError(
            f"'{path}' holds data of shape {counts.shape}; a spectrum has at least {_FEWEST} channels, a map "
            "at most two dimensions more. Export one spectrum, line scan or map."
        )
    if not np.isfinite(counts).all() or counts.min() < 0:
        raise DataError(f"'{path}' has counts that are negative or no numbers. Export the raw spectrum.")
    if not (np.diff(energy) > 0).all():
        raise DataError(f"'{path}': the energies of the channels do not rise. Export it again.")
    dims: tuple[str, ...] = {1: (), 2: ("position",), 3: ("y", "x")}[counts.ndim]
    coordinates: dict[str, Any] = {"energy": ("channel", np.round(energy, 6), {"units": "eV"})}
    for name, place in zip(dims, places, strict=True):
        coordinates[f"{name}_nm"] = (name, np.round(place, 6), {"units": "nm"})
    data = xr.Dataset({"counts": ((*dims, "channel"), counts, {"units": "counts"})}, coords=coordinates)
    known = {k: v for k, v in settings.items() if v is not None}
    origin = "synthetic" if synthetic else "measured"
    return Measurement("eds", data, origin, str(known.get("title", "")), known)  # type: ignore[arg-type]


def from_axes(
    array: NDArray[Any],
    axes: Sequence[Mapping[str, Any]],
    metadata: Mapping[str, Any],
    *,
    path: str,
    synthetic: bool,
) -> Measurement | None:
    """Turn an array with axes and metadata in HyperSpy's form into a measurement; None if it is no spectrum.

    Parameters
    ----------
    array
        Data.
    axes
        For each dimension ``units``, ``scale``, ``offset``, ``size``, and ``navigate`` where known.
    metadata
        Nested metadata with ``Acquisition_instrument``, ``General``, ``Sample`` and ``Signal``.
    path, synthetic
        As for `measurement`.
    """
    factors = [energy_unit(axis.get("units") or "") for axis in axes]
    if sum(f is not None for f in factors) != 1:
        return None
    last = next(i for i, f in enumerate(factors) if f is not None)
    array = np.moveaxis(np.asarray(array), last, -1)
    factor = factors[last]
    assert factor is not None
    energy = _values(axes[last]) * factor
    places = []
    settings = settings_of(metadata)
    for axis in (a for i, a in enumerate(axes) if i != last):
        scale = length_unit(axis.get("units") or "")
        if scale is None:
            settings["scale_known"] = False
        places.append(_values(axis) * (1.0 if scale is None else scale))
    return measurement(array, energy, places, settings, path=path, synthetic=synthetic)


def _values(axis: Mapping[str, Any]) -> NDArray[np.float64]:
    return float(axis["offset"]) + float(axis["scale"]) * np.arange(int(axis["size"]), dtype=float)


def settings_of(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings found in nested metadata of HyperSpy's form."""
    instruments = metadata.get("Acquisition_instrument") or {}
    kind = next((k for k in ("TEM", "SEM") if k in instruments), "")
    found: dict[str, Any] = {"instrument": kind or None}
    for name, place in SETTINGS.items():
        value: Any = instruments.get(kind, {})
        for key in place.split("/"):
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is not None and value != "":
            found[name] = value if isinstance(value, str) else float(value)
    sample = metadata.get("Sample") or {}
    elements = sample.get("elements")
    if elements is not None and len(elements):
        found["elements"] = [str(e) for e in elements]
    general = metadata.get("General") or {}
    found["title"] = str(general.get("title") or general.get("original_filename") or "")
    if general.get("notes"):
        found["notes"] = str(general["notes"])
    return {k: v for k, v in found.items() if v is not None}


def metadata_of(item: Measurement) -> dict[str, Any]:
    """Return nested metadata of HyperSpy's form for a measurement."""
    thin = item.settings.get("instrument", "TEM")
    instrument: dict[str, Any] = {}
    for name, place in SETTINGS.items():
        if name not in item.settings:
            continue
        inner = instrument
        *way, key = place.split("/")
        for step in way:
            inner = inner.setdefault(step, {})
        inner[key] = item.settings[name]
    general = {"title": item.label or "EDS"}
    if item.origin == "synthetic":
        general["notes"] = SYNTHETIC_MARK
    sample: dict[str, Any] = {}
    if item.settings.get("elements"):
        sample["elements"] = [str(e) for e in item.settings["elements"]]
    return {
        "Acquisition_instrument": {thin: instrument},
        "General": general,
        "Sample": sample,
        "Signal": {"signal_type": f"EDS_{thin}", "quantity": "X-rays (Counts)"},
    }
