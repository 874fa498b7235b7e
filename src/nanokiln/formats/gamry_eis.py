"""Gamry impedance files (``.DTA``): tab-separated items, then a table ``ZCURVE``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import DataError
from ..core.files import read_text
from ..core.measurement import SYNTHETIC_MARK, Measurement
from . import _impedance

NAME = "Gamry DTA (impedance)"
TECHNIQUE = _impedance.TECHNIQUE
_COLUMNS = ("Freq", "Zreal", "Zimag")
_ITEMS = {"DATE": "date", "TIME": "time", "PSTAT": "instrument", "TITLE": "experiment"}


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is a Gamry impedance file (0 to 1)."""
    if not head.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"EXPLAIN"):
        return 0.0
    return 1.0 if b"ZCURVE" in head or b"TAG\tEISPOT" in head or b"TAG\tGALVEIS" in head else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read a spectrum.

    Raises
    ------
    DataError
        If there is no table ``ZCURVE``, a row is incomplete or a value is not usable.
    """
    text = read_text(path)
    lines = text.splitlines()
    at = next((i for i, line in enumerate(lines) if line.startswith("ZCURVE")), None)
    if at is None or at + 1 >= len(lines):
        raise DataError(
            f"'{path}' has no table ZCURVE. It may be truncated, or hold no impedance; export it again."
        )
    names = [cell.strip() for cell in lines[at + 1].split("\t")]
    missing = [name for name in _COLUMNS if name not in names]
    if missing:
        raise DataError(f"'{path}': the table ZCURVE lacks the column {missing[0]}. Export it again.")
    index = [names.index(name) for name in _COLUMNS]
    rows = []
    for number, line in enumerate(lines[at + 3 :], start=1):
        if not line.startswith("\t"):
            break
        cells = line.replace(",", ".").split("\t")
        try:
            rows.append([float(cells[i]) for i in index])
        except (ValueError, IndexError):
            raise DataError(f"'{path}': row {number} of ZCURVE is incomplete. Export it again.") from None
    table = np.array(rows, dtype=float).reshape(-1, 3)
    return [
        _impedance.measurement(
            *table.T,
            path=path,
            settings=_settings(lines[:at]),
            origin="synthetic" if SYNTHETIC_MARK in text else "measured",
        )
    ]


def _settings(lines: list[str]) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for line in lines:
        cells = line.split("\t")
        if cells[0] in _ITEMS and len(cells) > 2:
            settings[_ITEMS[cells[0]]] = cells[2].strip()
        elif cells[0] == "AREA" and len(cells) > 2:
            try:
                settings["file_area_cm2"] = float(cells[2].replace(",", "."))
            except ValueError:
                continue
    return settings
