"""Tables of concentrations from ICP software: one row per solution and element, csv or xlsx.

Known are two sets of column names, taken from the public importers of laboratory information systems:
``Solution Label, Element, Soln Conc`` (Varian and Agilent) and ``Sample ID, Analyte Name, Reported Conc
(Calib)`` (PerkinElmer). The files of Thermo Qtegra are not read: no public description of them was found.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..core.errors import DataError
from ..core.files import read_bytes, read_text
from ..core.measurement import Measurement
from ._thermogram import decode, to_float

NAME = "ICP table of concentrations"
TECHNIQUE = "icp"
#: Names of the columns for solution, element and concentration, and whose they are.
LAYOUTS = {
    "Agilent/Varian": ("Solution Label", "Element", ("Soln Conc", "Conc")),
    "PerkinElmer": ("Sample ID", "Analyte Name", ("Reported Conc (Calib)",)),
}
_ELEMENT = re.compile(r"^\s*([A-Z][a-z]?)(?![a-z])")
_SEARCHED = 30  # rows in which the column heads must stand
_LONGEST = 20000  # rows of a table; larger ones are no batch
_ZIP = b"PK\x03\x04"


def sniff(head: bytes, path: Path) -> float:
    """Return how sure it is that a file is such a table."""
    if head.startswith(_ZIP):
        try:
            return 0.95 if _layout(_sheet(path)) else 0.0
        except DataError:
            return 0.0
    return 0.95 if _layout(_cells(decode(head))) else 0.0


def _cells(text: str) -> list[list[str]]:
    lines = text.splitlines()[:_LONGEST]
    separator = next((s for s in ("\t", ";") if any(s in line for line in lines[:_SEARCHED])), ",")
    try:
        return [
            [c.strip() for c in row] for row in csv.reader(io.StringIO("\n".join(lines)), delimiter=separator)
        ]
    except csv.Error:
        return []


def _sheet(path: str | Path) -> list[list[str]]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(read_bytes(path)), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        taken = sheet.iter_rows(max_row=_LONGEST, values_only=True)
        return [["" if c is None else str(c).strip() for c in row] for row in taken]
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError, OSError, EOFError) as error:
        raise DataError(f"'{path}' is a damaged workbook ({type(error).__name__}). Save it again.") from error
    except Exception as error:  # openpyxl lets errors of its XML parser through
        raise DataError(f"'{path}' is a damaged workbook ({type(error).__name__}). Save it again.") from error


def _layout(table: Sequence[Sequence[str]]) -> tuple[str, int, list[int]] | None:
    """Return whose table it is, the row of the heads and the three columns."""
    for number, row in enumerate(table[:_SEARCHED]):
        for vendor, (label, element, concentrations) in LAYOUTS.items():
            named = next((c for c in concentrations if c in row), None)
            if label in row and element in row and named:
                return vendor, number, [row.index(label), row.index(element), row.index(named)]
    return None


def read(path: str | Path) -> list[Measurement]:
    """Read the concentrations.

    Parameters
    ----------
    path
        csv, tab-separated text or xlsx.

    Returns
    -------
    list of Measurement
        One batch: ``label``, ``element`` and ``concentration`` (unit of the file) over ``solution``.

    Raises
    ------
    DataError
        If the columns are not known or hold no concentrations.

    Limits
    ------
    The software has already taken blank and calibration into account; neither can be looked at here.
    """
    import xarray as xr

    table = _sheet(path) if read_bytes(path)[:4] == _ZIP else _cells(read_text(path))
    found = _layout(table)
    if found is None:
        raise DataError(f"'{path}' has none of the known sets of columns ({', '.join(LAYOUTS)}).")
    vendor, number, (label, element, value) = found
    taken = []
    for row in table[number + 1 :]:
        if max(label, element, value) >= len(row):
            continue
        match, amount = _ELEMENT.match(row[element]), to_float(row[value])
        if match and np.isfinite(amount):
            taken.append((row[label], match.group(1), amount))
    if not taken:
        raise DataError(f"'{path}' has no row with an element and a number. Export the concentrations.")
    labels, elements, amounts = zip(*taken, strict=True)
    data = xr.Dataset(
        {
            "label": ("solution", np.array(labels, dtype=object), {"units": "1"}),
            "element": ("solution", np.array(elements, dtype=object), {"units": "1"}),
            "concentration": ("solution", np.array(amounts), {"units": "as in the file"}),
        }
    )
    return [Measurement(TECHNIQUE, data, "measured", Path(path).stem, {"software": vendor})]
