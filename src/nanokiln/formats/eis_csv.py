"""Impedance spectra as delimited text: named columns (Autolab, EC-Lab tables, own), or three bare ones.

A header names frequency, real and imaginary part; ``-Im(Z)``, ``-Z''`` or ``-imag`` turn the sign. Instead of
real and imaginary part modulus and phase in degrees may be given. Three bare columns are frequency, real and
imaginary part. Any delimiter and decimal sign, UTF-16 and GBK.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import DataError
from ..core.measurement import SYNTHETIC_MARK, Measurement
from . import _impedance
from ._delimited import cells, decode, number, text_of

NAME = "impedance table"
TECHNIQUE = _impedance.TECHNIQUE
_FREQUENCY = re.compile(r"freq|^f\s*[/(\[]|^\s*f\s*$|频率", re.IGNORECASE)
_IMAGINARY = re.compile(r"im\s*\(|imag|z\s*(''|\"|″|’’)|z_?im|虚部", re.IGNORECASE)
_REAL = re.compile(r"re\s*\(|real|z\s*('|′|’)|z_?re|实部", re.IGNORECASE)
_MODULUS = re.compile(r"\|z\||zmod|modulus|^z\s*[/(\[]", re.IGNORECASE)
_PHASE = re.compile(r"phase|zphz|theta|相位", re.IGNORECASE)
_FACTORS = {"khz": 1e3, "mhz": 1e-3, "kohm": 1e3, "kω": 1e3, "mohm": 1e-3, "mω": 1e-3}
_FEWEST = 5  # bare rows below which three columns are not taken for a spectrum
_EVEN = 0.35  # largest relative spread of the ratio of neighbouring frequencies of a bare table
_EARLIEST = 50  # rows among which the header must be


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is a table with an impedance spectrum (0 to 1)."""
    text = decode(head)
    if text is None or text.lstrip().startswith(("EC-Lab ASCII", "ZPLOT", "EXPLAIN")):
        return 0.0
    rows = cells(text)
    if len(head) >= 65536:
        rows = rows[:-1]
    at, columns = _header(rows)
    if at is not None:
        return 0.85 if columns else 0.0
    return 0.6 if _bare(rows) is not None else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read a spectrum.

    Raises
    ------
    DataError
        If no columns of a spectrum are found, a row is incomplete or a value is not usable.
    """
    text = text_of(path)
    rows = cells(text)
    at, columns = _header(rows)
    if at is None:
        table = _bare(rows)
        if table is None:
            raise DataError(
                f"'{path}' has no header with frequency, real and imaginary part, and is no table of three "
                "columns "
                "over evenly spread frequencies. Write 'frequency (Hz),z_real (ohm),z_imag (ohm)' above the "
                "numbers."
            )
    else:
        table = _named(rows[at + 1 :], rows[at], columns, path)
    settings: dict[str, Any] = {}
    if at is None:
        settings["notes"] = [
            "three columns without names: taken for frequency (Hz), real and imaginary part (ohm)"
        ]
    return [
        _impedance.measurement(
            *table.T,
            path=path,
            settings=settings,
            origin="synthetic" if SYNTHETIC_MARK in text else "measured",
        )
    ]


def _header(rows: list[list[str]]) -> tuple[int | None, dict[str, int]]:
    """Return the row that names the columns, and where they are, if there is one."""
    for index, row in enumerate(rows[:_EARLIEST]):
        columns = _columns(row)
        pair = {"real", "imaginary"} <= columns.keys() or {"modulus", "phase"} <= columns.keys()
        if "frequency" in columns and pair:
            return index, columns
    return None, {}


def _columns(row: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, cell in enumerate(row):
        kinds = {
            "frequency": _FREQUENCY,
            "phase": _PHASE,
            "imaginary": _IMAGINARY,
            "real": _REAL,
            "modulus": _MODULUS,
        }
        kind = next((name for name, pattern in kinds.items() if pattern.search(cell)), None)
        if kind:
            found.setdefault(kind, index)
    return found


def _named(body: list[list[str]], header: list[str], columns: dict[str, int], path: str | Path) -> np.ndarray:
    polar = not {"real", "imaginary"} <= columns.keys()
    wanted = ("frequency", "modulus", "phase") if polar else ("frequency", "real", "imaginary")
    rows = []
    for row in body:
        if not any(row):
            continue
        values = [number(row[columns[name]]) if columns[name] < len(row) else np.nan for name in wanted]
        rows.append(values)
    table = np.array(rows, dtype=float).reshape(-1, 3)
    while len(table) and np.isnan(table[-1]).all():  # words below the table
        table = table[:-1]
    for i, name in enumerate(wanted):
        table[:, i] *= _factor(header[columns[name]])
    sign = -1.0 if header[columns[wanted[2]]].lstrip().startswith(("-", "−", "–")) else 1.0
    table[:, 2] *= sign
    if polar:
        modulus, phase = table[:, 1].copy(), np.deg2rad(table[:, 2])
        table[:, 1], table[:, 2] = modulus * np.cos(phase), modulus * np.sin(phase)
    return table


def _factor(cell: str) -> float:
    words = re.findall(r"[A-Za-zΩω]+", cell)
    # 'mHz' and 'MHz' differ by case only; the same for ohm
    for word in words:
        if word == "MHz" or word in ("MOhm", "Mohm", "MΩ"):
            return 1e6
        if word.lower().replace("ohms", "ohm") in _FACTORS:
            return _FACTORS[word.lower().replace("ohms", "ohm")]
    return 1.0


def _bare(rows: list[list[str]]) -> np.ndarray | None:
    """Return three bare columns if the first is a sweep of frequencies, evenly spread in the logarithm."""
    filled = [row for row in rows if any(row) and not row[0].startswith("#")]
    filled = [[cell for cell in row if cell] for row in filled]
    if len(filled) < _FEWEST or any(len(row) != 3 for row in filled):
        return None
    table = np.array([[number(cell) for cell in row] for row in filled])
    if not np.isfinite(table).all() or (table[:, 0] <= 0).any():
        return None
    ratio = np.diff(np.log(table[:, 0]))
    one_way = (ratio > 0).all() or (ratio < 0).all()
    span = abs(float(np.log10(table[-1, 0] / table[0, 0])))
    return table if one_way and span > 1 and np.std(ratio) < _EVEN * abs(np.median(ratio)) else None
