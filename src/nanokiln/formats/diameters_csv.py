"""Particle sizes as delimited text: one particle per row, one column of diameters.

Written and read is a plain table with the column ``diameter_nm`` under comment lines ``# key: value``.
Read as well are ImageJ/Fiji results tables with a column ``Area`` (taken as the area-equivalent diameter,
the definition of ISO 13322-1), ``Feret`` or any column whose name contains "diameter". The unit must
stand in the header (``Area (nm^2)``, ``Feret_um``) or in a comment line ``# unit: nm``; sizes in pixels
need ``# pixel_size_nm: 2.5``. Delimiter comma, semicolon or tab; lines that begin with ``#`` are comments.
"""

from __future__ import annotations

import csv
import re
import tokenize
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..core.errors import DataError, InputError
from ..core.files import read_text, write_text
from ..core.measurement import SYNTHETIC_MARK, Measurement
from ..core.units import magnitude

NAME = "diameters CSV"
TECHNIQUE = "sizing"

# in order of preference: a stated diameter, then the area (least biased by ragged outlines), then Feret
_COLUMNS = {
    "diameter": re.compile(r"diam", re.IGNORECASE),
    "area": re.compile(r"^\s*area\b|^\s*area_", re.IGNORECASE),
    "feret": re.compile(r"^\s*(max[ _.]?)?feret(?![ _.]?(x|y|angle))", re.IGNORECASE),
}
_NOT_SIZES = re.compile(
    r"pressure|energy|counts|adsorbed|volume|loading|position|fwhm|binding|atomic|freq|ohm|volt",
    re.IGNORECASE,
)
_UNIT = re.compile(r"[(\[]\s*([^)\]]+?)\s*[)\]]|_(nm|um|µm|μm|mm|px|pixels?)([\^]?2)?\s*$", re.IGNORECASE)
_SUMMARY_ROWS = {"mean", "sd", "min", "max"}  # appended by ImageJ's "Summarize"
_PIXELS = {"px", "pixel", "pixels"}
_KEEP_TEXT = {"label", "sample"}  # comment keys whose values stay text even when they look like numbers


@dataclass(frozen=True)
class _Column:
    """Where the sizes stand and what they are."""

    row: int
    index: int
    kind: str
    header: str


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is a table of particle sizes (0 to 1)."""
    if b"\x00" in head:
        return 0.0
    rows, _ = _rows(head.decode("latin-1"))
    column = _column(rows)
    if column is None or not _numbers_follow(rows, column):
        return 0.0  # prose, or settings in which the word occurs
    return {"diameter": 0.9, "feret": 0.7, "area": 0.6}[column.kind]


def read(path: str | Path) -> list[Measurement]:
    """Read particle diameters.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    list of Measurement
        One measurement with ``diameter_nm(particle)``; its label is that of the file, else the file name.

    Raises
    ------
    DataError
        If there is no column of sizes, its unit is not stated, a size is not a positive number, or there
        is no particle.
    """
    import xarray as xr

    text = read_text(path)
    rows, comments = _rows(text)
    column = _column(rows)
    if column is None:
        raise DataError(
            f"'{path}' has no column of sizes. Name one 'diameter_nm', 'Area (nm^2)' or 'Feret (nm)'."
        )
    sizes, skipped = _sizes(rows, column, path)
    diameters = _diameters(sizes, column, comments, path)
    label = str(comments.pop("label", "")) or Path(path).stem
    settings = {**comments, "column": column.header, "size_from": column.kind}
    if skipped:
        settings["notes"] = [f"{skipped} row(s) without a particle left out (blank or summary rows)"]
    return [
        Measurement(
            technique=TECHNIQUE,
            data=xr.Dataset({"diameter_nm": ("particle", diameters, {"units": "nm"})}),
            origin="synthetic" if SYNTHETIC_MARK in text else "measured",
            label=label,
            settings=settings,
            file=str(path),
        )
    ]


def write(measurement: Measurement, path: str | Path) -> None:
    """Write diameters as CSV; a synthetic measurement says so in its first line.

    Raises
    ------
    InputError
        If the measurement holds no diameters, or the file cannot be written.
    """
    if "diameter_nm" not in measurement.data:
        raise InputError("this measurement has no 'diameter_nm'; only sizing is written as diameters CSV.")
    lines = [f"# {SYNTHETIC_MARK}"] if measurement.origin == "synthetic" else []
    facts = {"label": measurement.label, **measurement.settings}
    lines += [
        f"# {key}: {' '.join(str(value).split())}"
        for key, value in facts.items()
        if isinstance(value, (str, int, float)) and str(value).strip()
    ]
    lines.append("particle,diameter_nm")
    lines += [f"{i},{d!r}" for i, d in enumerate(measurement.data["diameter_nm"].values.tolist(), start=1)]
    write_text(path, "\n".join(lines) + "\n")


def _rows(text: str) -> tuple[list[tuple[int, list[str]]], dict[str, Any]]:
    """Split text into table rows (with line numbers) and facts from comment lines."""
    comments: dict[str, Any] = {}
    lines = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("#"):
            key, colon, value = line.lstrip().lstrip("#").partition(":")
            if colon:
                name = key.strip()
                comments[name] = value.strip() if name in _KEEP_TEXT else _plain(value.strip())
        elif line.strip():
            lines.append((number, line))
    head = "".join(line for _, line in lines[:3])
    delimiter = max(",;\t", key=head.count) if ";" not in head else ";"
    decimal_comma = delimiter != ","
    rows = []
    for number, line in lines:
        cells = next(csv.reader([line], delimiter=delimiter), [])
        rows.append((number, [c.replace(",", ".") if decimal_comma else c for c in cells]))
    return rows, comments


def _plain(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


def _column(rows: list[tuple[int, list[str]]]) -> _Column | None:
    """Find the header: the first row with words, and in it the best column of sizes."""
    for at, (_, cells) in enumerate(rows):
        if not any(re.search(r"[A-Za-z]{2}", cell) for cell in cells):
            continue
        if any(_NOT_SIZES.search(cell) for cell in cells):
            return None
        for kind, pattern in _COLUMNS.items():
            for index, cell in enumerate(cells):
                if pattern.search(cell):
                    return _Column(at, index, kind, cell.strip())
    return None


def _numbers_follow(rows: list[tuple[int, list[str]]], column: _Column) -> bool:
    """Tell whether the row below the header is numeric in the column, and as wide as the header."""
    if column.row + 1 >= len(rows):
        return False
    header, below = rows[column.row][1], rows[column.row + 1][1]
    return len(below) == len(header) and isinstance(_plain(below[column.index]), float)


def _sizes(
    rows: list[tuple[int, list[str]]], column: _Column, path: str | Path
) -> tuple[npt.NDArray[np.float64], int]:
    """Return the numbers of the column as they stand, and how many rows carry none."""
    sizes, skipped = [], 0
    for number, cells in rows[column.row + 1 :]:
        cell = cells[column.index].strip() if column.index < len(cells) else ""
        if not cell or any(c.strip().lower() in _SUMMARY_ROWS for c in cells):
            skipped += 1
            continue
        try:
            size = float(cell)
        except ValueError:
            raise DataError(
                f"'{path}' line {number}: '{cell}' in column '{column.header}' is not a number."
            ) from None
        if not 0 < size < np.inf:
            raise DataError(
                f"'{path}' line {number}: {column.header} = {cell}: a size must be positive and finite."
            )
        sizes.append(size)
    if not sizes:
        raise DataError(f"'{path}' has a column '{column.header}' but no particle in it.")
    return np.array(sizes), skipped


def _diameters(
    sizes: npt.NDArray[np.float64], column: _Column, comments: dict[str, Any], path: str | Path
) -> npt.NDArray[np.float64]:
    """Convert to diameters in nm; an area becomes the diameter of the disk of equal area."""
    factor = _nm(column, comments, path)
    if column.kind == "area":
        return factor * np.sqrt(4 * sizes / np.pi)
    return factor * sizes


def _nm(column: _Column, comments: dict[str, Any], path: str | Path) -> float:
    """Return the length unit of the column in nm."""
    match = _UNIT.search(column.header)
    unit = (match.group(1) or match.group(2)) if match else str(comments.get("unit", ""))
    unit = unit.strip().rstrip("²2").rstrip("^").strip().replace("μ", "µ")
    if not unit:
        example = "Area (nm^2)" if column.kind == "area" else f"{column.header} (nm)"
        raise DataError(
            f"'{path}': the unit of column '{column.header}' is not stated. Write it in the header, such as "
            f"'{example}', or as a line '# unit: nm'."
        )
    if unit.lower() in _PIXELS:
        size = comments.get("pixel_size_nm")
        if not isinstance(size, float) or not size > 0:
            raise DataError(
                f"'{path}': sizes are in pixels; state the scale in a line such as '# pixel_size_nm: 2.5'."
            )
        return size
    try:
        return magnitude(f"1 {unit}", "nm", column.header)
    except (InputError, AssertionError, ArithmeticError, tokenize.TokenError):
        raise DataError(
            f"'{path}': '{unit}' in column '{column.header}' is not a unit of length; use nm or um."
        ) from None
