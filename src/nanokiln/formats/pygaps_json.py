"""Isotherms as pyGAPS writes them in JSON (``isotherm_data`` with stated units).

Pressures may be absolute without saturation pressure there; pyGAPS then takes p0 from the reference
equation of state of nitrogen at the stated temperature (CoolProp), and so does this reader.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import DataError
from ..core.files import read_text
from ..core.measurement import SYNTHETIC_MARK, Measurement
from . import _isotherm

NAME = "pyGAPS JSON"
TECHNIQUE = _isotherm.TECHNIQUE


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is a pyGAPS isotherm in JSON (0 to 1)."""
    starts = head.lstrip().startswith(b"{")
    return 0.95 if starts and b'"isotherm_data"' in head else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read an isotherm from pyGAPS JSON.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    list of Measurement
        One isotherm; see `_isotherm` for the variables.

    Raises
    ------
    DataError
        If the file is not JSON, lacks pressure, loading or their units, or holds unusable numbers.
    """
    text = read_text(path)
    try:
        record = json.loads(text)
    except ValueError as error:
        raise DataError(f"'{path}' is not valid JSON ({error}). It may be truncated.") from error
    if not isinstance(record, dict) or not isinstance(record.get("isotherm_data"), list):
        raise DataError(f"'{path}' has no list 'isotherm_data'. Export the points, not a model.")
    points, notes = _points(record, path)
    settings: dict[str, Any] = {
        "adsorbate": _isotherm.adsorbate_name(str(record.get("adsorbate", ""))),
        "instrument": record.get("instrument", ""),
        "operator": record.get("user", ""),
        "temperature_K": _temperature(record),
    }
    points.notes.extend(notes)
    return [
        _isotherm.measurement(
            points,
            path=path,
            settings={key: value for key, value in settings.items() if value not in (None, "")},
            label=str(record.get("material", "")),
            origin="synthetic" if SYNTHETIC_MARK in text else "measured",
        )
    ]


def _temperature(record: dict[str, Any]) -> float | None:
    value = _isotherm.number(str(record.get("temperature", "")))
    celsius = "C" in str(record.get("temperature_unit", "K")).upper()
    return value if value is None or not celsius else value + 273.15


def _points(record: dict[str, Any], path: str | Path) -> tuple[_isotherm.Points, list[str]]:
    rows = record["isotherm_data"]
    try:
        pressure = np.array([float(row["pressure"]) for row in rows])
        loading = np.array([float(row["loading"]) for row in rows])
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"'{path}': a point lacks a number for pressure or loading ({error}).") from error
    stated = any("branch" in row for row in rows)
    branch = np.array(
        [int(str(row.get("branch", "ads")).lower() in ("des", "1", "true")) for row in rows], dtype=int
    )
    if not stated and pressure.size:
        branch = _isotherm.branches(pressure)
    relative = record.get("pressure_mode", "absolute") == "relative"
    unit = "relative" if relative else str(record.get("pressure_unit") or "")
    if not relative and not unit:
        raise DataError(f"'{path}' does not state the unit of pressure ('pressure_unit').")
    loading_unit = f"{record.get('loading_unit', '')}/{record.get('material_unit', '')}"
    points = _isotherm.Points(pressure, loading, branch, unit, loading_unit)
    if relative:
        return points, []
    saturation = _saturation(record, path)
    factor = _isotherm.pressure_factor(unit, path) or 1.0
    points.saturation = np.full(pressure.size, saturation / factor)
    return points, [f"p0 = {saturation:.4g} kPa from the equation of state at the stated temperature"]


def _saturation(record: dict[str, Any], path: str | Path) -> float:
    """Saturation pressure of nitrogen in kPa at the temperature of the record."""
    temperature = _temperature(record)
    if temperature is None or _isotherm.adsorbate_name(str(record.get("adsorbate", ""))) != "N2":
        raise DataError(
            f"'{path}' gives absolute pressures; p0 is known for nitrogen at a stated temperature only."
        )
    import CoolProp.CoolProp as coolprop  # noqa: N813 - its own spelling; it comes with pyGAPS

    try:
        return float(coolprop.PropsSI("P", "T", temperature, "Q", 0, "Nitrogen")) / 1e3
    except ValueError as error:
        raise DataError(f"'{path}': nitrogen has no saturation pressure at {temperature:g} K.") from error
