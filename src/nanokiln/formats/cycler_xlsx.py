"""Cycling tests in Excel workbooks (``.xlsx``): Arbin, Neware, Landt and Lanhe.

All sheets with a header of time, voltage and current are read as one test, in the order of the sheets.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import Path
from typing import Any

from ..core.errors import DataError
from ..core.files import read_bytes
from ..core.measurement import SYNTHETIC_MARK, Measurement
from . import _cycler, _cycler_names, cycler_csv

NAME = "cycler workbook"
TECHNIQUE = _cycler.TECHNIQUE
_LOOKED_AT = 2_000_000  # bytes of the shared strings of a workbook, which hold its headers
_LARGEST = 512 * 1024 * 1024  # bytes of one unpacked part; more is a damaged or hostile file
_TEXT = re.compile(r"<t[^>]*>([^<]*)</t>")


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is a workbook with a cycling test (0 to 1)."""
    if not head.startswith(b"PK\x03\x04"):
        return 0.0
    try:
        with zipfile.ZipFile(path) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                return 0.0
            words: list[str] = []
            for name in ("xl/sharedStrings.xml", *(n for n in archive.namelist() if "xl/worksheets/" in n)):
                if name in archive.namelist():
                    with archive.open(name) as part:
                        words += _TEXT.findall(part.read(_LOOKED_AT).decode("utf-8", "replace"))
    except (zipfile.BadZipFile, OSError, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError):
        return 0.0
    return 0.9 if _cycler_names.is_header(_cycler_names.find(words)) else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read a test.

    Raises
    ------
    DataError
        If the workbook is damaged, no sheet holds a test, or a value is not usable.
    """
    raw = read_bytes(path)
    try:
        sheets = _sheets(raw, path)
    except DataError:
        raise
    except Exception as error:  # a damaged workbook raises whatever the parser stumbled over
        raise DataError(
            f"'{path}' is a damaged workbook ({type(error).__name__}). Export it again."
        ) from error
    body: list[list[str]] = []
    columns: dict[str, tuple[int, float]] = {}
    for rows in sheets:
        at = cycler_csv.header(rows)
        if at is None:
            continue
        here = _cycler_names.find(rows[at])
        if columns and here != columns:
            continue  # statistics and other tables beside the test
        columns, body = here, [*body, *rows[at + 1 :]]
    if not body:
        raise DataError(f"'{path}' has no sheet with time, voltage and current. Export the channel data.")
    synthetic = any(SYNTHETIC_MARK in cell for rows in sheets for row in rows[:5] for cell in row)
    table = _cycler.from_rows(body, columns, path)
    return [
        _cycler.measurement(table, path=path, settings={}, origin="synthetic" if synthetic else "measured")
    ]


def _sheets(raw: bytes, path: str | Path) -> list[list[list[str]]]:
    import openpyxl

    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        if any(item.file_size > _LARGEST for item in archive.infolist()):
            raise DataError(f"'{path}' unpacks to more than {_LARGEST} bytes. Export a shorter test.")
    book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    return [
        [[_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
        for sheet in book.worksheets
    ]


def _text(value: Any) -> str:
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)
