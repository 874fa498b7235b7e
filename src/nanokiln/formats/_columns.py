"""Spectra as columns of text: separators, decimal commas and header lines of many programs."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Columns:
    """A table of numbers under header lines.

    Parameters
    ----------
    header
        Lines above the table.
    table
        Numbers, shape (rows, columns); rows of another width than the first are not finite.
    """

    header: tuple[str, ...]
    table: NDArray[np.float64]

    @property
    def words(self) -> str:
        """The header as one line, in small letters."""
        return " ".join(self.header).lower()


def decode(head: bytes) -> str | None:
    """Return the beginning of a text file as text; None for a binary one."""
    if head[:2] in _MARKS:
        return head.decode("utf-16", errors="replace")
    return None if b"\x00" in head else head.decode("utf-8-sig", errors="replace")


def columns(text: str, *, whole: bool = True) -> Columns:
    """Split a text into header and table.

    Parameters
    ----------
    text
        The text.
    whole
        Whether the text is complete; if not, its last line is left out.

    Notes
    -----
    Separators are tab, semicolon, comma or blanks. A comma is a decimal comma where a semicolon or tab
    separates, and where every blank-separated word has exactly one.
    """
    lines = text.splitlines()
    lines = lines if whole else lines[:-1]
    header: list[str] = []
    rows: list[list[float]] = []
    for line in lines:
        values = numbers(line)
        if len(values) >= 2:
            rows.append(values)
        elif not rows:
            header.append(line.strip())
        elif line.strip(" ,;\t") and not line.lstrip().startswith("#"):
            rows.append([])  # a table that breaks off: not finite, so that the reader says so
    width = len(rows[0]) if rows else 0
    table = np.full((len(rows), width), np.nan)
    for i, row in enumerate(rows):
        if len(row) == width:
            table[i] = row
    return Columns(tuple(header), table)


def numbers(line: str) -> list[float]:
    """Return the numbers of a line; nothing if it holds anything else."""
    if ";" in line or "\t" in line:
        words = [w.strip().replace(",", ".") for w in re.split(r"[;\t]", line)]
    else:
        words = line.split()
        if len(words) > 1 and all(_decimal_comma(w) for w in words):
            words = [w.replace(",", ".") for w in words]
        else:
            words = re.split(r"[,\s]+", line)
    words = [w for w in words if w]
    if not words or not all(_NUMBER.fullmatch(w) for w in words):
        return []
    return [float(w) for w in words]


def _decimal_comma(word: str) -> bool:
    return bool(re.fullmatch(r"[-+]?\d+,\d+(?:[eE][-+]?\d+)?", word))


def spread_of_steps(x: Sequence[float] | NDArray[np.float64]) -> float:
    """Return the largest deviation of a step from the median step, in steps."""
    steps = np.diff(np.asarray(x, dtype=float))
    middle = float(np.median(steps)) if steps.size else 0.0
    return float(np.abs(steps / middle - 1).max()) if middle else float("inf")


def is_axis(x: NDArray[np.float64]) -> bool:
    """Whether a column rises or falls throughout."""
    steps = np.diff(x)
    return bool(np.isfinite(x).all() and steps.size and ((steps > 0).all() or (steps < 0).all()))
