"""Thermo Avantage exports (.xlsx): one sheet per region, and sheets with the fit done there.

A region's sheet has the head "Binding Energy (E)", units below it, then energies and counts per second;
further columns are the components, background and envelope of the fit made in Avantage. These, and the
sheet "Quantifications" (or "Peak Table"), go to ``settings["fit_in_file"]`` for comparison, never into an
analysis.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import DataError
from ..core.files import read_bytes
from ..core.measurement import Measurement
from . import _xps

NAME = "Avantage XLSX"
TECHNIQUE = _xps.TECHNIQUE
_ZIP = b"PK\x03\x04"
_HEAD = re.compile(r"(binding|kinetic) energy", re.IGNORECASE)
_HEAD_ROWS = 40  # rows of a sheet in which its head stands
_MOST_ROWS, _MOST_COLUMNS = 100_000, 200  # read of one sheet; a spectrum is far smaller
_LARGEST_UNPACKED = 400_000_000  # bytes; a workbook that unpacks to more is no spectrum
# heads of the quantification (lower case) -> names in the settings
_PRINTED = {
    "peak be": "position_eV", "fwhm ev": "fwhm_eV", "area (p) cps.ev": "area", "atomic %": "at_percent",
}  # fmt: skip
_PEEK = 2_000_000  # bytes of the shared texts looked at when guessing
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, IndexError, AttributeError, OSError,
    EOFError, SyntaxError, RuntimeError, NotImplementedError, ArithmeticError, AssertionError,
)  # fmt: skip


def sniff(head: bytes, path: Path) -> float:
    """Return how sure it is that a file is an Avantage workbook (0 to 1)."""
    if not head.startswith(_ZIP):
        return 0.0
    try:
        with zipfile.ZipFile(io.BytesIO(read_bytes(path))) as packed:
            names = packed.namelist()
            if "xl/workbook.xml" not in names:
                return 0.0
            texts = [n for n in names if n == "xl/sharedStrings.xml" or n.startswith("xl/worksheets/sheet")]
            for name in sorted(texts):
                with packed.open(name) as part:
                    if _HEAD.search(part.read(_PEEK).decode("utf-8", "replace")):
                        return 0.95
    except (*_DAMAGED, DataError):
        # by its name alone a damaged workbook; `read` says so
        return 0.05 if path.suffix.lower() in (".xlsx", ".xlsm") else 0.0
    return 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read the regions of an Avantage workbook.

    Parameters
    ----------
    path
        The .xlsx file.

    Returns
    -------
    list of Measurement
        One per sheet with a spectrum, counts per second.

    Raises
    ------
    DataError
        If it is no workbook, is damaged, or has no sheet with binding energies and counts.
    """
    sheets = _sheets(read_bytes(path), path)
    tables = {name: rows for name, rows in sheets.items() if _head(rows) is None}
    quantified = _quantified(tables)
    sample = _sample(tables, path)
    found = [
        _measurement(name, rows, quantified, sample, path)
        for name, rows in sheets.items()
        if _head(rows) is not None
    ]
    if not found:
        raise DataError(
            f"'{path}' has no sheet with 'Binding Energy'. Export spectra from Avantage to Excel."
        )
    return found


_Rows = list[tuple[Any, ...]]


def _sheets(raw: bytes, path: str | Path) -> dict[str, _Rows]:
    """Return the cells of all sheets, as rows of values."""
    import warnings

    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(item.file_size for item in packed.infolist()) > _LARGEST_UNPACKED:
                raise DataError(
                    f"'{path}' unpacks to more than {_LARGEST_UNPACKED} bytes; that is no spectrum."
                )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # remarks of openpyxl on styles are of no use here
            book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
            return {
                sheet.title: list(
                    sheet.iter_rows(max_row=_MOST_ROWS, max_col=_MOST_COLUMNS, values_only=True)
                )
                for sheet in book.worksheets
            }
    except DataError:
        raise
    except _DAMAGED as error:
        raise DataError(
            f"'{path}' cannot be read as a workbook ({type(error).__name__}). Export it again as .xlsx."
        ) from error


def _head(rows: _Rows) -> int | None:
    """Return the row of the head "Binding Energy" of a sheet, or None."""
    return next(
        (i for i, row in enumerate(rows[:_HEAD_ROWS]) if row and _HEAD.match(str(row[0] or ""))), None
    )


def _measurement(
    name: str, rows: _Rows, quantified: list[dict[str, Any]], sample: str, path: str | Path
) -> Measurement:
    at = _head(rows)
    assert at is not None
    if "kinetic" in str(rows[at][0]).lower():
        raise DataError(
            f"'{path}' sheet '{name}' has a kinetic energy axis. Export it with binding energies."
        )
    units = rows[at + 1] if at + 1 < len(rows) else ()
    # the columns of a fit have heads of their own; that of the spectrum has none
    bare = [i for i, head in enumerate(rows[at]) if i and not head]
    column = next((i for i in bare if i < len(units) and str(units[i] or "").startswith("Counts")), None)
    if column is None:
        raise DataError(f"'{path}' sheet '{name}' has no column of counts beside its energies.")
    numbers = [row for row in rows[at + 2 :] if row and isinstance(row[0], int | float)]
    energy = np.array([float(row[0]) for row in numbers])
    counts = np.array([_float(row[column]) for row in numbers])
    label = _xps.label_of(name)
    element, level = _xps.line_of(label)
    fit = [str(head).strip() for head in rows[at][column + 1 :] if head]
    settings: dict[str, Any] = {
        "photon_energy_eV": None, "pass_energy_eV": None, "dwell_s": None, "sweeps": None,
        "block_id": label, "sample": sample, "species": element, "transition": level, "sheet": name,
        "instrument": "Thermo Avantage",
    }  # fmt: skip
    own = [q for q in quantified if element and _xps.line_of(q["name"]) == (element, level)]
    if fit or own:
        settings["fit_in_file"] = {"columns": fit, "components": own}
    rate = "/ s" in str(units[column]) or "/s" in str(units[column])
    return _xps.region(
        {"energy": energy, "counts": counts}, rate=rate, path=path, settings=settings, label=label
    )


def _float(cell: Any) -> float:
    return float(cell) if isinstance(cell, int | float) else float("nan")


def _quantified(tables: dict[str, _Rows]) -> list[dict[str, Any]]:
    """Return what Avantage printed for each component: name, position, width, area, atomic per cent."""
    found: list[dict[str, Any]] = []
    for rows in tables.values():
        heads = next((r for r in rows[:_HEAD_ROWS] if any("Atomic %" in str(c or "") for c in r)), None)
        if heads is None:
            continue
        plain = [str(c or "").strip().lower() for c in heads]
        if "name" not in plain:
            continue
        for row in rows[rows.index(heads) + 1 :]:
            name = str(row[plain.index("name")] or "").strip()
            values = {
                _PRINTED[head]: float(cell)
                for head, cell in zip(plain, row, strict=False)
                if head in _PRINTED and isinstance(cell, int | float)
            }
            if name and values:
                found.append({"name": name, **values})
    return found


def _sample(tables: dict[str, _Rows], path: str | Path) -> str:
    """Return the title of the experiment from the sheet "Titles", else the name of the file."""
    for row in tables.get("Titles", [])[1:_HEAD_ROWS]:
        words = [str(cell).strip() for cell in row if cell is not None]
        if len(words) == 1 and words[0]:
            return words[0]
    return Path(path).stem
