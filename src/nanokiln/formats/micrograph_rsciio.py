"""Micrographs of Gatan (dm3, dm4), Velox and NCEM (emd), FEI (ser) and hyperspy (hspy), through RosettaSciIO.

The package comes with the extra ``microscopy`` (see `_rsciio`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import DataError, InputError
from ..core.measurement import Measurement
from ..core.units import magnitude
from ._micrograph import Picture, measurement, plain
from ._rsciio import signals

NAME = "micrograph dm3, dm4, emd, hspy"
TECHNIQUE = "sem"
_MODULES = {  # ending to the reader of RosettaSciIO, and to how such a file begins
    ".dm3": ("digitalmicrograph", b"\x00\x00\x00\x03"),
    ".dm4": ("digitalmicrograph", b"\x00\x00\x00\x04"),
    ".emd": ("emd", b"\x89HDF"),
    ".hspy": ("hspy", b"\x89HDF"),
    ".ser": ("tia", b"II"),
}
_SQUARE = 1e-3  # relative difference of height and width below which a pixel is square


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is one of these formats (ending and first bytes)."""
    known = _MODULES.get(Path(path).suffix.lower())
    return 0.9 if known is not None and head.startswith(known[1]) else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read the images of a file; spectra and diffraction patterns in it are left out.

    Raises
    ------
    DataError
        If RosettaSciIO is not installed, or the file cannot be read or holds no image.
    """
    module, _ = _MODULES[Path(path).suffix.lower()]
    kind = f"{Path(path).suffix.lower()[1:]} file"
    found = [m for signal in signals(path, f"rsciio.{module}", kind) for m in _images(signal, path)]
    if not found:
        raise DataError(f"'{path}' holds no image; spectra and cubes are no micrographs.")
    return found


def _images(signal: Mapping[str, Any], path: str | Path) -> list[Measurement]:
    """Return the measurement of one signal, none if it is no image in space."""
    data = np.asarray(signal["data"])
    axes = [a for a in signal["axes"] if a.get("size", 0) > 1]
    if data.squeeze().ndim != 2 or len(axes) != 2:
        return []
    sizes = [_nm(axis) for axis in axes]
    if any(size is None and _reciprocal(axis) for size, axis in zip(sizes, axes, strict=True)):
        return []
    picture = Picture(np.squeeze(data))
    height, width = sizes
    if width is not None and height is not None:
        picture.pixel_nm = width
        picture.aspect = 1.0 if abs(height / width - 1) < _SQUARE else height / width
        picture.calibration = f"axes of the {Path(path).suffix.lower()[1:]} file"
    record = signal.get("metadata", {})
    column = record.get("Acquisition_instrument", {})
    microscope = column.get("TEM", column.get("SEM", {})) or {}
    picture.facts = plain(
        {
            "voltage_kV": _voltage(microscope, signal.get("original_metadata", {})),
            "instrument": microscope.get("microscope", ""),
            "mode": microscope.get("acquisition_mode", ""),
        }
    )
    return [measurement(picture, path, str(record.get("General", {}).get("title", "")))]


def _voltage(microscope: Mapping[str, Any], record: Mapping[str, Any]) -> float | str:
    """Return the voltage in kV from either place it may stand; empty if in neither."""
    stated = microscope.get("beam_energy")
    if stated is None:
        part: Any = record  # Gatan: volts
        for name in ("ImageList", "TagGroup0", "ImageTags", "Microscope Info", "Voltage"):
            part = part.get(name) if isinstance(part, Mapping) else None
        stated = part / 1e3 if isinstance(part, (int, float)) else None
    return float(stated) if stated else ""


def _nm(axis: Mapping[str, Any]) -> float | None:
    """Return the pixel size of an axis in nm; None where the unit is no length."""
    try:
        return abs(magnitude(f"{float(axis['scale'])} {axis['units']}", "nm", "pixel"))
    except (InputError, KeyError, ValueError, TypeError, AttributeError, AssertionError):
        return None


def _reciprocal(axis: Mapping[str, Any]) -> bool:
    unit = str(axis.get("units", ""))
    return "1/" in unit or "-1" in unit or unit in ("eV", "keV", "mrad", "rad")
