"""Raman spectra as columns of text: shift first, intensity second, with or without header lines.

A bare table says nothing about itself. It is taken for a Raman spectrum where its axis passes through zero
shift, where its steps shrink as those of a grating do, or, least sure, where its ordinates are counts.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from ..core.errors import DataError
from ..core.files import read_text
from ..core.measurement import Measurement
from ._columns import Columns, columns, decode, is_axis
from ._vibrational import FEWEST, LARGEST_WAVENUMBER, Array, number, origin_of, raman

NAME = "columns (raman)"
TECHNIQUE = "raman"

_HEAD = 65536  # bytes of a head that is not the whole file
_INFRARED = re.compile(r"absorb|transm|%\s*t\b|infrared|ft-?ir|reflect")
_OTHER = re.compile(r"2\s*theta|energy|\bev\b|pressure|potential|voltage|\bkev\b")
_WAVENUMBER = re.compile(r"cm\s*\^?\s*-\s*1|1/cm|cm⁻¹|wave\s*number")
_SIGNAL = re.compile(r"intens|counts|signal|a\.\s?u\.")
_LEAST_END = 800.0  # 1/cm: a bare table that ends before it is no Raman spectrum of use
_LARGEST_END = 6000.0  # 1/cm: no vibration beyond, with its overtones
_LEAST_COUNTS = 20.0  # an absorbance is never as large
_GRATING = (0.3, 0.98)  # last step over first one of an axis even in wavelength
_SMOOTH = 0.02  # largest change from step to step of such an axis
_DECLARED = re.compile(r"laser[^\d\n]*(\d{3,4}(?:[.,]\d+)?)\s*nm", re.IGNORECASE)


def sniff(head: bytes, path: Path) -> float:
    """Return how sure it is that the content is a Raman spectrum in columns."""
    text = decode(head)
    if text is None or text.lstrip().startswith("##"):
        return 0.0
    table = columns(text, whole=len(head) < _HEAD)
    if table.table.shape[0] < FEWEST or table.table.shape[1] < 2:
        return 0.0
    rows = table.table[np.isfinite(table.table).all(axis=1)]  # `read` complains about broken ones
    x, y = rows[:, 0], rows[:, 1]
    words = table.words
    if not is_axis(x) or np.abs(x).max() > LARGEST_WAVENUMBER or _INFRARED.search(words):
        return 0.0
    if "raman" in words:
        return 0.9
    if _OTHER.search(words):
        return 0.0
    if _WAVENUMBER.search(words) and _SIGNAL.search(words):
        return 0.6
    return _bare(np.sort(x), y) if len(table.header) <= 1 else 0.0


def _bare(x: Array, y: Array) -> float:
    """Return how sure it is that a table without telling words is a Raman spectrum; `x` rises."""
    if not _LEAST_END < x[-1] < _LARGEST_END or not np.isfinite(y).all():
        return 0.0
    steps = np.diff(x)
    if x[0] < 0:
        return 0.5
    if (
        _GRATING[0] < steps[-1] / steps[0] < _GRATING[1]
        and np.abs(np.diff(steps) / steps[1:]).max() < _SMOOTH
    ):
        return 0.3
    return 0.16 if y.max() > _LEAST_COUNTS and np.ptp(steps) < 0.5 * np.median(steps) else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read one spectrum: first column the shift in 1/cm, second the intensity; further ones are left.

    Raises
    ------
    DataError
        If the table breaks off, or its first column is no axis.
    """
    text = read_text(path)
    return [spectrum(columns(text), text, str(path))]


def spectrum(table: Columns, text: str, path: str) -> Measurement:
    """Return the spectrum of a table of columns.

    Parameters
    ----------
    table
        Header and columns.
    text
        The whole file, for its marks.
    path
        The file.

    Raises
    ------
    DataError
        If there is no table of at least two columns, or a row of it is broken.
    """
    if table.table.ndim != 2 or table.table.shape[1] < 2:
        raise DataError(f"'{path}' holds no table of two columns. Export shift and intensity as text.")
    found = _DECLARED.search(text[:_HEAD])
    settings = {
        "laser_nm": number(found.group(1)) if found else None, "resolution_per_cm": None, "instrument": "",
        "silicon": bool(re.search(r"^#\s*reference\s*:?\s*silicon", text[:_HEAD], re.MULTILINE)),
    }  # fmt: skip
    unit = "counts" if "counts" in table.words else "a.u."
    return raman(
        table.table[:, 0], table.table[:, 1], unit, label=Path(path).stem, origin=origin_of(text),
        settings=settings, path=path,
    )  # fmt: skip
