"""Infrared spectra as columns of text: wavenumber first, ordinate second, with or without header lines.

A bare table is taken for an infrared spectrum where its axis is that of a spectrometer (from 400-700 up to
3600-7500 1/cm, even steps) and its ordinates are those of an absorbance or a transmittance.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from ..core.errors import DataError
from ..core.files import read_text
from ..core.measurement import Measurement
from ._columns import Columns, columns, decode, is_axis
from ._vibrational import FEWEST, LARGEST_WAVENUMBER, Array, infrared, number, origin_of, to_wavenumber

NAME = "columns (infrared)"
TECHNIQUE = "ftir"

_HEAD = 65536  # bytes of a head that is not the whole file
_ORDINATE = re.compile(
    r"(absorbance|abs\b|%\s*transmittance|transmittance(?:\s*[\[(]\s*%\s*[\])])?|%\s*t\b|%\s*reflectance|reflectance)"
)
_WAVENUMBER = re.compile(r"cm\s*\^?\s*-\s*1|1/cm|cm⁻¹|wave\s*number")
_MICROMETRE = re.compile(r"wavelength[^a-z\n]*(?:µm|um|micro)")
_NAMED = re.compile(r"infrared|\bft-?ir\b|\batr\b")
_OTHER = re.compile(r"raman|2\s*theta|energy|\bev\b|pressure|potential|voltage|\bnm\b")
_RESOLUTION = re.compile(r"resolution[^\d\n]*(\d+(?:[.,]\d+)?)")
_BARE_FIRST, _BARE_LAST = (350.0, 800.0), (3500.0, 7600.0)  # 1/cm: ends of a usual scan
_BARE_HIGHEST = 150.0  # more than any per cent
_EVEN = 0.1  # of a step: how even steps of a bare table must be


def sniff(head: bytes, path: Path) -> float:
    """Return how sure it is that the content is an infrared spectrum in columns."""
    text = decode(head)
    if text is None or text.lstrip().startswith("##"):
        return 0.0
    table = columns(text, whole=len(head) < _HEAD)
    if table.table.shape[0] < FEWEST or table.table.shape[1] < 2:
        return 0.0
    rows = table.table[np.isfinite(table.table).all(axis=1)]  # `read` complains about broken ones
    x, y = rows[:, 0], rows[:, 1]
    words = table.words
    if not is_axis(x) or np.abs(x).max() > LARGEST_WAVENUMBER or x.min() <= 0 or _OTHER.search(words):
        return 0.0
    axis = _WAVENUMBER.search(words) or _MICROMETRE.search(words)
    if _ORDINATE.search(words):
        return 0.9 if axis or _NAMED.search(words) else 0.0
    if _NAMED.search(words) and axis:
        return 0.9
    return _bare(np.sort(x), y) if len(table.header) <= 1 else 0.0


def _bare(x: Array, y: Array) -> float:
    """Return how sure it is that a table without telling words is an infrared spectrum; `x` rises."""
    ends = _BARE_FIRST[0] <= x[0] <= _BARE_FIRST[1] and _BARE_LAST[0] <= x[-1] <= _BARE_LAST[1]
    if not ends or not np.isfinite(y).all() or y.max() > _BARE_HIGHEST or y.min() < -1:
        return 0.0
    steps = np.diff(x)
    return 0.4 if np.ptp(steps) < _EVEN * np.median(steps) else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read one spectrum: first column the wavenumber in 1/cm (or wavelength, if the header says micrometres).

    Raises
    ------
    DataError
        If the table breaks off, or its first column is no axis.
    """
    text = read_text(path)
    return [_spectrum(columns(text), text, str(path))]


def _spectrum(table: Columns, text: str, path: str) -> Measurement:
    if table.table.ndim != 2 or table.table.shape[1] < 2:
        raise DataError(f"'{path}' holds no table of two columns. Export wavenumber and absorbance as text.")
    x, y = table.table[:, 0], table.table[:, 1]
    if _MICROMETRE.search(table.words):
        x = to_wavenumber(x, "um", path)
    said = _ORDINATE.search(table.words)
    resolution = _RESOLUTION.search(text[:_HEAD].lower())
    settings = {
        "resolution_per_cm": number(resolution.group(1)) if resolution else None, "instrument": "",
        "laser_nm": None,
    }  # fmt: skip
    return infrared(
        x, y, said.group(1) if said else "", label=Path(path).stem, origin=origin_of(text), settings=settings,
        path=path,
    )  # fmt: skip
