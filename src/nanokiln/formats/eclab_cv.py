"""Voltammograms of EC-Lab, ``.mpt`` and ``.mpr``; see `_eclab`."""

from __future__ import annotations

from pathlib import Path

from ..core.errors import DataError, InputError
from ..core.files import write_text
from ..core.measurement import Measurement
from . import _eclab, _voltammogram

NAME = "EC-Lab (voltammetry)"
TECHNIQUE = _voltammogram.TECHNIQUE
_POTENTIAL, _CURRENT = ("Ewe/V", "<Ewe>/V"), ("<I>/mA", "I/mA")
_KIND = "Cyclic Voltammetry"
_MILLI = 1e-3


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is an EC-Lab voltammogram (0 to 1)."""
    if not _eclab.looks(head) or "voltammetry" not in _eclab.kind_in(head).lower():
        return 0.0
    names = _eclab.columns_in(head)
    return 1.0 if names & set(_POTENTIAL) and names & set(_CURRENT) else 0.5


def read(path: str | Path) -> list[Measurement]:
    """Read a voltammogram.

    Raises
    ------
    DataError
        If the file is truncated, lacks potential or current, or a value is not usable.
    """
    table = _eclab.read(path)
    potential, current = table.first(*_POTENTIAL), table.first(*_CURRENT)
    if potential is None or current is None:
        raise DataError(
            f"'{path}' lacks {'potential' if potential is None else 'current'}: it is no voltammogram."
        )
    return [
        _voltammogram.measurement(
            potential,
            current * _MILLI,
            path=path,
            settings=table.settings,
            time=table.first("time/s"),
            cycle=table.first("cycle number"),
            origin="synthetic" if table.synthetic else "measured",
        )
    ]


def write(measurement: Measurement, path: str | Path) -> None:
    """Write a voltammogram as EC-Lab text (``.mpt``).

    Raises
    ------
    InputError
        If the measurement is not a voltammogram in ampere, or the file cannot be written.
    """
    data = measurement.data
    if measurement.technique != TECHNIQUE or data["current"].attrs.get("units") != "A":
        raise InputError("a voltammetry .mpt holds voltammograms with currents in A. Give such a one.")
    columns = {"time/s": data["time"].values} if "time" in data else {}
    columns |= {
        "Ewe/V": data["potential"].values,
        "<I>/mA": data["current"].values / _MILLI,
        "cycle number": data["cycle"].values,
    }
    settings = measurement.settings
    items = {}
    if settings.get("reference_electrode"):
        items["Reference electrode"] = str(settings["reference_electrode"])
    if settings.get("scan_rate_V_s"):
        items["Scan rate (V/s)"] = repr(float(settings["scan_rate_V_s"]))
    write_text(
        path, _eclab.text_file(_KIND, columns, synthetic=measurement.origin == "synthetic", items=items)
    )
