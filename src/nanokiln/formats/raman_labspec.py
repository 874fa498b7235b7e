"""Text exported by HORIBA LabSpec: lines ``#Name=value``, then shift and intensity."""

from __future__ import annotations

import re
from pathlib import Path

from ..core.errors import DataError
from ..core.files import read_text
from ..core.measurement import Measurement
from ._columns import columns, decode
from ._vibrational import number, origin_of, raman, to_wavenumber

NAME = "HORIBA LabSpec text"
TECHNIQUE = "raman"

_ENTRY = re.compile(r"^#([^=\n]+)=[ \t]*(.*?)[ \t]*$", re.MULTILINE)
_TELLING = ("Acq. time (s)", "Accumulations", "Grating", "Detector", "Laser", "Spectro (cm-1)", "Objective")
_LEAST = 3  # telling entries that make it one


def sniff(head: bytes, path: Path) -> float:
    """Return how sure it is that a file is an export of LabSpec: by the names of its entries."""
    text = decode(head)
    if text is None or not text.startswith("#"):
        return 0.0
    names = {name.strip() for name, _ in _ENTRY.findall(text)}
    return 0.95 if len([n for n in names if n.startswith(_TELLING)]) >= _LEAST else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read one spectrum.

    Raises
    ------
    DataError
        If it is a map, breaks off, or its axis is neither a shift nor, with the laser stated, a wavelength.
    """
    text = read_text(path)
    entries = {name.strip(): value for name, value in _ENTRY.findall(text)}
    table = columns(text).table
    if table.shape[1] != 2:
        raise DataError(
            f"'{path}' has {table.shape[1]} columns where one spectrum has two (a map has one for each point "
            "of the axis). Export single spectra from LabSpec."
        )
    laser = next((number(v) for n, v in entries.items() if n.startswith("Laser")), None)
    unit = next((v for n, v in entries.items() if n.startswith("AxisUnit[1]")), "")
    if not unit:
        unit = "nm" if any(n == "Range (nm)" for n in entries) else "1/cm"
    if unit == "nm" and laser is None:
        raise DataError(
            f"'{path}' has an axis in nm and states no laser. Export it with Raman shift as axis."
        )
    settings = {
        "laser_nm": laser, "instrument": entries.get("Instrument") or "HORIBA", "resolution_per_cm": None,
        "exposure_s": number(entries.get("Acq. time (s)", "")), "title": entries.get("Title", ""),
        "grating": entries.get("Grating", ""), "accumulations": number(entries.get("Accumulations", "")),
    }  # fmt: skip
    x = to_wavenumber(table[:, 0], unit, str(path), laser)
    label = settings["title"] or Path(path).stem
    return [
        raman(
            x,
            table[:, 1],
            "counts",
            label=str(label),
            origin=origin_of(text),
            settings=settings,
            path=str(path),
        )
    ]
