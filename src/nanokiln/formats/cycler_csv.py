"""Cycling tests as delimited text: Arbin, Neware, Landt and Lanhe, Maccor, any table with named columns.

Columns are found by their names in English or Chinese, with units in brackets or behind a slash. Times may be
clocks, currents may be without sign where a status or two counters give the direction. Any delimiter and
decimal sign, UTF-16 and GBK.
"""

from __future__ import annotations

from pathlib import Path

from ..core.errors import DataError
from ..core.measurement import SYNTHETIC_MARK, Measurement
from . import _cycler, _cycler_names
from ._delimited import cells, decode, text_of

NAME = "cycler table"
TECHNIQUE = _cycler.TECHNIQUE
_EARLIEST = 100  # lines among which the header must be


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is a table of a cycling test (0 to 1)."""
    text = decode(head)
    if text is None or text.lstrip().startswith(("EC-Lab ASCII", "ZPLOT", "EXPLAIN")):
        return 0.0
    return 0.8 if header(cells(text)) is not None else 0.0


def header(rows: list[list[str]]) -> int | None:
    """Return the first row that names time, voltage and current."""
    first = rows[:_EARLIEST]
    return next((i for i, row in enumerate(first) if _cycler_names.is_header(_cycler_names.find(row))), None)


def read(path: str | Path) -> list[Measurement]:
    """Read a test.

    Raises
    ------
    DataError
        If no row names time, voltage and current, or a value is not usable.
    """
    text = text_of(path)
    rows = cells(text)
    at = header(rows)
    if at is None:
        raise DataError(
            f"'{path}' has no header with time, voltage and current. Write 'Time (s),Voltage (V),Current "
            "(mA)'."
        )
    columns = _cycler.from_rows(rows[at + 1 :], _cycler_names.find(rows[at]), path)
    return [
        _cycler.measurement(
            columns, path=path, settings={}, origin="synthetic" if SYNTHETIC_MARK in text else "measured"
        )
    ]
