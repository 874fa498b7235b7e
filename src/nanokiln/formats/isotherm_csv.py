"""Isotherms as delimited text: two or more columns under a header with units.

Understood are plain tables (``pressure (p/p0), loading (mmol/g)``; ``Relative Pressure (P/Po), Quantity
Adsorbed (cm3/g STP)``) and pyGAPS CSV files, whose lines ``key,value`` before the table state the units.
Delimiter comma, semicolon or tab; lines beginning with ``#`` are comments. A branch column (``ads``/``des``
or 0/1) is used where there is one, else the table is split at its highest pressure. A saturation column
(``p0 (kPa)``) makes absolute pressures usable.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from ..core.errors import DataError
from ..core.files import read_text
from ..core.measurement import SYNTHETIC_MARK, Measurement
from . import _isotherm

NAME = "isotherm CSV"
TECHNIQUE = _isotherm.TECHNIQUE
_LOADING = re.compile(r"quantity|loading|adsorbed|uptake|amount", re.IGNORECASE)
_SATURATION = re.compile(r"saturation|^\s*p\s*[0o°]\b", re.IGNORECASE)
_PRESSURE = re.compile(r"pressure|p\s*/\s*p\s*[0o°]", re.IGNORECASE)
_SIGNS = {"relative": re.compile(r"relative|p\s*/\s*p\s*[0o°]", re.IGNORECASE)}
_BRANCH = {"ads": 0, "adsorption": 0, "0": 0, "false": 0, "des": 1, "desorption": 1, "1": 1, "true": 1}
_META = {"material": "material", "adsorbate": "adsorbate", "user": "operator", "instrument": "instrument"}


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is a table with an isotherm (0 to 1)."""
    if b"\x00" in head:
        return 0.0
    rows = _rows(head.decode("latin-1"))
    at = _header(rows)
    if at is None:
        return 0.0
    return 0.8 if _PRESSURE.search("".join(rows[at])) else 0.5


def read(path: str | Path) -> list[Measurement]:
    """Read an isotherm from delimited text.

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
        If there is no header with pressure and loading, a unit is missing, or a row cannot be used.
    """
    text = read_text(path)
    rows = _rows(text)
    at = _header(rows)
    if at is None:
        raise DataError(
            f"'{path}' has no header with pressure and loading. Write 'pressure (p/p0),loading (mmol/g)'."
        )
    meta = {row[0].strip().lower(): row[1].strip() for row in rows[:at] if len(row) >= 2 and row[0].strip()}
    points = _points(rows, at, meta, path)
    settings: dict[str, object] = {key: meta[name] for name, key in _META.items() if meta.get(name)}
    settings["adsorbate"] = _isotherm.adsorbate_name(meta.get("adsorbate", ""))
    temperature = _isotherm.number(meta.get("temperature", ""))
    if temperature is not None:
        settings["temperature_K"] = temperature
    return [
        _isotherm.measurement(
            points,
            path=path,
            settings=settings,
            label=meta.get("material", "") or Path(path).stem,
            origin="synthetic" if SYNTHETIC_MARK in text else "measured",
        )
    ]


def _rows(text: str) -> list[list[str]]:
    """Split into cells; with semicolons or tabs, decimal commas become points."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    counts = {sign: sum(line.count(sign) for line in lines) for sign in (";", "\t")}
    sign = max(counts, key=lambda s: counts[s])
    if not counts[sign]:
        return [line.split(",") for line in lines]
    return [[cell.replace(",", ".") for cell in line.split(sign)] for line in lines]


def _header(rows: list[list[str]]) -> int | None:
    """Return the row with the column heads: pressure and loading in different cells."""
    for index, row in enumerate(rows):
        columns = _columns(row)
        if {"pressure", "loading"} <= columns.keys() and not row[0].lower().startswith("data:"):
            return index
    return None


def _columns(row: list[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, cell in enumerate(row):
        if _SATURATION.search(cell) and not _SIGNS["relative"].search(cell):
            kind = "saturation"
        elif _LOADING.search(cell):
            kind = "loading"
        elif _PRESSURE.search(cell):
            kind = "relative" if _SIGNS["relative"].search(cell) else "absolute"
        elif "branch" in cell.lower():
            kind = "branch"
        else:
            continue
        columns.setdefault(kind, index)
    for kind in ("relative", "absolute"):
        if kind in columns:
            return {**columns, "pressure": columns[kind]}
    return columns


def _unit(cell: str) -> str:
    match = re.search(r"[\[(](.*)[\])]", cell)
    return match.group(1).strip() if match else ""


def _units(
    row: list[str], columns: dict[str, int], meta: dict[str, str], path: str | Path
) -> tuple[str, str]:
    """Return the units of pressure and loading from the header, else from pyGAPS' lines."""
    loading = _unit(row[columns["loading"]])
    if not loading and "loading_unit" in meta:
        loading = f"{meta['loading_unit']}/{meta.get('material_unit', 'g')}"
    pressure = "relative" if "relative" in columns else _unit(row[columns["pressure"]])
    if not pressure:
        mode = meta.get("pressure_mode", "")
        pressure = mode if mode == "relative" else meta.get("pressure_unit", "")
    for name, unit, example in (("pressure", pressure, "p/p0"), ("loading", loading, "mmol/g")):
        if not unit:
            raise DataError(
                f"'{path}' does not state the unit of {name}. Write it in the header: '{name} ({example})'."
            )
    return pressure, loading


def _points(rows: list[list[str]], at: int, meta: dict[str, str], path: str | Path) -> _isotherm.Points:
    columns = _columns(rows[at])
    units = _units(rows[at], columns, meta, path)
    body = rows[at + 1 :]

    def values(kind: str) -> np.ndarray:
        return np.array([_float(row, columns[kind], rows[at][columns[kind]], path) for row in body])

    pressure = values("pressure")
    if "branch" in columns:
        words = [
            row[columns["branch"]].strip().lower() if columns["branch"] < len(row) else "" for row in body
        ]
        unknown = next((word for word in words if word not in _BRANCH), None)
        if unknown is not None:
            raise DataError(f"'{path}': branch '{unknown}' is not known. Allowed: ads, des.")
        branch = np.array([_BRANCH[word] for word in words], dtype=int)
    else:
        branch = _isotherm.branches(pressure) if pressure.size else np.empty(0, dtype=int)
    saturation = values("saturation") if "saturation" in columns else None
    return _isotherm.Points(pressure, values("loading"), branch, *units, saturation=saturation)


def _float(row: list[str], column: int, name: str, path: str | Path) -> float:
    cell = row[column].strip() if column < len(row) else ""
    try:
        return float(cell)
    except ValueError:
        raise DataError(f"'{path}': '{cell}' in column '{name.strip()}' is not a number.") from None
