"""Delimited text of any encoding and decimal sign: words for the readers of tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ..core.errors import DataError
from ..core.files import read_bytes

# Chinese cyclers export GBK; a text is taken for it only if it then has words a battery table needs
_CHINESE = re.compile("电压|电流|容量|时间|循环|频率|阻抗|工步")
_SIGNS = ("\t", ";", ",")
_LOOKED_AT = 200  # lines that decide about the delimiter
_LARGEST = 1e15  # of any number a cell gives in base units; more is a damaged file
_SMALLEST_TEXT = 4096  # bytes in which a zero byte makes a file binary


def decode(raw: bytes) -> str | None:
    """Return the text of a file: UTF-16 and UTF-8 with or without mark, GBK, else Windows-1252.

    Returns
    -------
    str or None
        None for a binary file.
    """
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", errors="replace")
    if b"\x00" in raw[:_SMALLEST_TEXT]:
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start >= len(raw) - 4 and len(raw) > 4:  # cut in the middle of a letter
            return raw[: error.start].decode("utf-8-sig")
    chinese = raw.decode("gb18030", errors="replace")
    return chinese if _CHINESE.search(chinese) else raw.decode("cp1252", errors="replace")


def text_of(path: str | Path) -> str:
    """Return the text of the file `path`.

    Raises
    ------
    DataError
        If it is missing, empty or binary.
    """
    text = decode(read_bytes(path))
    if text is None:
        raise DataError(f"'{path}' is a binary file where a text file was expected.")
    return text


def cells(text: str) -> list[list[str]]:
    """Split every line into cells at the delimiter of the text (tab, semicolon, comma, else blanks)."""
    lines = text.splitlines()
    filled = [line for line in lines[:_LOOKED_AT] if line.strip()]
    counts = {sign: sum(sign in line for line in filled) for sign in _SIGNS}
    sign = next((s for s in _SIGNS if filled and counts[s] > len(filled) / 2), None)
    if sign is None:
        return [line.split() for line in lines]
    return [[cell.strip().strip('"').strip() for cell in line.split(sign)] for line in lines]


def number(text: str) -> float:
    """Return a number written with a decimal point or comma, NaN for anything else."""
    word = text.strip()
    if "," in word:
        # a comma is decimal unless it groups thousands before a point
        word = word.replace(",", "") if "." in word else word.replace(",", ".")
    try:
        return float(word)
    except ValueError:
        return float("nan")


def check(columns: Mapping[str, np.ndarray], path: str | Path) -> None:
    """Check that every value of every column is a number an instrument can give.

    Raises
    ------
    DataError
        If one is not finite or absurdly large.
    """
    for name, values in columns.items():
        good = np.abs(values) < _LARGEST  # False for what is not finite
        if not good.all():
            bad = int(np.flatnonzero(~good)[0])
            given = "not a finite number" if not np.isfinite(values[bad]) else f"{values[bad]:.3g}"
            raise DataError(f"'{path}': row {bad + 1} of {name} is {given}. Export the file again.")
