"""Micromeritics report workbooks (.xls) of TriStar, ASAP, Gemini and 3Flex.

The reports of one run lie side by side on one sheet, or on sheets of their own. Read are the table under
"Isotherm Tabular Report", the run's conditions, and the values the instrument software printed, which go
to ``settings["reported"]`` (m2/g, cm3/g, cm3(STP)/g) for comparison, never into an analysis.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import DataError
from ..core.files import read_bytes
from ..core.measurement import Measurement
from . import _isotherm

NAME = "Micromeritics XLS"
TECHNIQUE = _isotherm.TECHNIQUE
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_TABLE = "Isotherm Tabular Report"
_HEADER_ROWS = 6  # rows under the title in which the column heads stand
# start of the label (lower case) -> (name in the settings, is a number)
_CONDITIONS = {
    "sample:": ("material", False),
    "operator:": ("operator", False),
    "started:": ("date", False),
    "analysis adsorptive:": ("adsorbate", False),
    "analysis bath temp": ("temperature_K", True),
    "sample mass:": ("mass_g", True),
    "equilibration interval:": ("equilibration", False),
}
_REPORTED = {
    "bet surface area:": "bet_area",
    "langmuir surface area:": "langmuir_area",
    "t-plot micropore volume:": "micropore_volume",
    "t-plot external surface area:": "external_area",
    "external surface area:": "external_area",
    "micropore volume:": "micropore_volume",
    "qm:": "bet_monolayer_cm3_stp",
    "c:": "bet_c",
}
_KINDS = {"relative": "relative", "absolute": "absolute", "quantity": "loading", "saturation": "saturation"}
_PARSING = (
    AssertionError,
    LookupError,
    ValueError,
    TypeError,
    OverflowError,
)  # what xlrd meets in damaged files
_NUMBER = r"[-+]?\d[\d,]*\.?\d*(?:[eE][-+]?\d+)?"


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is a Micromeritics workbook (0 to 1)."""
    if not head.startswith(_OLE):
        return 0.0
    raw = read_bytes(path)
    if _TABLE.encode("latin-1") in raw or _TABLE.encode("utf-16-le") in raw:
        return 0.95
    return 0.1  # a workbook of somebody else; `read` says what is missing


def read(path: str | Path) -> list[Measurement]:
    """Read the isotherm of a Micromeritics report.

    Parameters
    ----------
    path
        The .xls file.

    Returns
    -------
    list of Measurement
        One isotherm; see `_isotherm` for the variables.

    Raises
    ------
    DataError
        If the file is no workbook, is damaged, or has no isotherm table that can be used.
    """
    sheets = _sheets(read_bytes(path), path)
    found = [(sheet, *at) for sheet in sheets for at in _cells(sheet, _TABLE)]
    if not found:
        raise DataError(f"'{path}' has no '{_TABLE}'. Include this report in the export.")
    sheet, row, column = found[0]
    points = _table(sheet, row, column, path)
    settings = _settings(sheets)
    return [_isotherm.measurement(points, path=path, settings=settings, label=settings.get("material", ""))]


def _sheets(raw: bytes, path: str | Path) -> list[list[list[Any]]]:
    """Return the cells of all sheets, as rows of values."""
    import struct

    import xlrd

    if not raw.startswith(_OLE):
        raise DataError(f"'{path}' is not an .xls workbook. Export the report as .xls (not .pdf or .rep).")
    try:
        # xlrd prints remarks on unusual workbooks; they are of no use to a reader of isotherms. Ragged rows:
        # else one stray cell far away fills millions of empty ones
        book = xlrd.open_workbook(file_contents=raw, logfile=io.StringIO(), ragged_rows=True)
        return [[sheet.row_values(r) for r in range(sheet.nrows)] for sheet in book.sheets()]
    except (xlrd.XLRDError, xlrd.compdoc.CompDocError, struct.error, *_PARSING) as error:
        raise DataError(
            f"'{path}' is a damaged .xls workbook ({type(error).__name__}). Export it again."
        ) from error


def _cells(sheet: list[list[Any]], start: str) -> Iterator[tuple[int, int]]:
    """Yield row and column of the cells whose text begins with `start`, whatever its case."""
    for r, row in enumerate(sheet):
        for c, value in enumerate(row):
            if isinstance(value, str) and value.strip().lower().startswith(start.lower()):
                yield r, c


def _at(sheet: list[list[Any]], row: int, column: int) -> Any:
    return sheet[row][column] if row < len(sheet) and column < len(sheet[row]) else ""


def _heads(sheet: list[list[Any]], row: int, column: int, path: str | Path) -> tuple[int, dict[str, int]]:
    """Return the row of the column heads and the columns by kind."""
    for r in range(row + 1, row + 1 + _HEADER_ROWS):
        columns: dict[str, int] = {}
        for c in range(column, column + len(_KINDS) + 2):
            text = str(_at(sheet, r, c)).strip().lower()
            if text == "|":
                break
            columns |= {kind: c for word, kind in _KINDS.items() if text.startswith(word)}
        if "loading" in columns and ("relative" in columns or {"absolute", "saturation"} <= columns.keys()):
            return r, columns
    raise DataError(f"'{path}': the '{_TABLE}' has no columns for pressure and quantity adsorbed.")


def _table(sheet: list[list[Any]], row: int, column: int, path: str | Path) -> _isotherm.Points:
    top, columns = _heads(sheet, row, column, path)
    needed = [columns[k] for k in ("relative", "absolute", "loading") if k in columns]
    filled = {r: [isinstance(_at(sheet, r, c), float) for c in needed] for r in range(top + 1, len(sheet))}
    rows = [r for r, cells in filled.items() if all(cells)]
    half = [r for r, cells in filled.items() if any(cells) and not all(cells)]
    if not rows or half:
        where = f"row {half[0] + 1} is incomplete" if half else "it is empty"
        raise DataError(f"'{path}': the '{_TABLE}' cannot be used: {where}. Export the report again.")

    def values(kind: str) -> np.ndarray | None:
        if kind not in columns or any(not isinstance(_at(sheet, r, columns[kind]), float) for r in rows):
            return None
        return np.array([_at(sheet, r, columns[kind]) for r in rows])

    def unit(kind: str) -> str:
        match = re.search(r"\((.*)\)", str(_at(sheet, top, columns[kind])))
        return match.group(1) if match else ""

    relative, absolute, loading = values("relative"), values("absolute"), values("loading")
    if loading is None or (relative is None and absolute is None):
        raise DataError(f"'{path}': the '{_TABLE}' lacks pressure or quantity. Export it again.")
    pressure = relative if absolute is None else absolute
    assert pressure is not None
    return _isotherm.Points(
        pressure=pressure,
        loading=loading,
        branch=_isotherm.branches(relative if relative is not None else pressure),
        pressure_unit="relative" if absolute is None else unit("absolute"),
        loading_unit=unit("loading"),
        saturation=values("saturation") if absolute is not None else None,
        relative=relative,
    )


def _settings(sheets: list[list[list[Any]]]) -> dict[str, Any]:
    settings: dict[str, Any] = {"instrument": str(_at(sheets[0], 1, 0)).strip()}
    for start, (key, numeric) in _CONDITIONS.items():
        text = next((str(_at(s, r, c + 1)).strip() for s in sheets for r, c in _cells(s, start)), "")
        value = _isotherm.number(text) if numeric else text
        if value not in (None, ""):
            settings[key] = value
    settings["adsorbate"] = _isotherm.adsorbate_name(settings.get("adsorbate", ""))
    settings["reported"] = _reported(sheets)
    return settings


def _reported(sheets: list[list[list[Any]]]) -> dict[str, float]:
    """Return what the instrument software printed; the value with its error where there are two."""
    found: dict[str, float] = {}
    for sheet in sheets:
        for start, key in _REPORTED.items():
            texts = [str(_at(sheet, r, c + 1)) for r, c in _cells(sheet, start)]
            for text in sorted(texts, key=lambda t: "±" not in t):
                numbers = [float(n.replace(",", "")) for n in re.findall(_NUMBER, text)]
                if numbers and key not in found:
                    found[key] = numbers[0]
                    if "±" in text:
                        found[f"{key}_error"] = numbers[1]
        found |= _bet_range(sheet)
    return found


def _bet_range(sheet: list[list[Any]]) -> dict[str, float]:
    """Return the range of relative pressure of the printed BET fit, from the table under the report."""
    for row, column in _cells(sheet, "BET Report"):
        for r in range(row, len(sheet)):
            if str(_at(sheet, r, column)).lower().startswith("relative pressure"):
                values = []
                for below in range(r + 1, len(sheet)):
                    value = _at(sheet, below, column)
                    if not isinstance(value, float):
                        break
                    values.append(value)
                return {"bet_range_low": min(values), "bet_range_high": max(values)} if values else {}
    return {}
