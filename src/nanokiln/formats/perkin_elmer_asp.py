"""PerkinElmer ASCII spectrum (``.asp``): six lines of header, then one ordinate on each line."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..core.errors import DataError
from ..core.files import read_text
from ..core.measurement import Measurement
from ._columns import decode
from ._vibrational import FEWEST, LARGEST_WAVENUMBER, infrared, number

NAME = "PerkinElmer ASCII (.asp)"
TECHNIQUE = "ftir"

_HEADER = 6  # lines: points, first and last wavenumber, two codes, resolution
_LOOKED_AT = 40  # lines that must be one number each


def sniff(head: bytes, path: Path) -> float:
    """Return how sure it is that a file is such a spectrum: its first lines are single numbers that fit."""
    text = decode(head)
    lines = (text or "").splitlines()[:_LOOKED_AT]
    if len(lines) < _HEADER + FEWEST:
        return 0.0
    try:
        values = [float(line.replace(",", ".")) for line in lines]
    except ValueError:
        return 0.0
    points, first, last = values[:3]
    whole = points == int(points) >= FEWEST if np.isfinite(points) else False
    return 0.95 if whole and 0 < last != first > 0 and max(first, last) < LARGEST_WAVENUMBER else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read the spectrum.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    DataError
        If it does not hold as many ordinates as it says.

    Limits
    ------
    The codes of axis and ordinate are not documented: the ordinate is kept as ``signal`` and the analysis
    says how it takes it.
    """
    lines = read_text(path).split()
    values = [number(word) for word in lines]
    if len(values) < _HEADER + FEWEST or any(v is None for v in values):
        raise DataError(f"'{path}' is no PerkinElmer ASCII spectrum: it needs one number on each line.")
    plain = np.array(values, dtype=float)
    points, first, last = plain[:3]
    y = plain[_HEADER:]
    if points != y.size:
        raise DataError(
            f"'{path}' says {points:g} points and {y.size} are there. It may be truncated; export it again."
        )
    settings = {
        "title": Path(path).stem, "instrument": "PerkinElmer", "resolution_per_cm": float(plain[_HEADER - 1]),
        "laser_nm": None,
    }  # fmt: skip
    x = np.linspace(first, last, y.size)
    return [infrared(x, y, "", label=Path(path).stem, origin="measured", settings=settings, path=str(path))]
