"""ZPlot, the text format of ZPlot and ZView (``.z``): a header, ``End Comments``, nine columns.

Columns: frequency (Hz), amplitude, bias, time (s), Z' and Z'' (ohm), and three of bookkeeping. Written is the
smallest file ZView opens, every number with all its digits.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import DataError, InputError
from ..core.files import read_text, write_text
from ..core.measurement import SYNTHETIC_MARK, Measurement
from . import _impedance

NAME = "ZPlot"
TECHNIQUE = _impedance.TECHNIQUE
_END = "End Comments"
_FREQUENCY, _TIME, _REAL, _IMAGINARY = 0, 3, 4, 5  # columns
_ITEMS = {
    "software": re.compile(r"^\s*Measured Data, ZPlot:\s*(.+?)\s*$", re.MULTILINE),
    "date": re.compile(r"^\s*Date:\s*(.+?)\s*$", re.MULTILINE),
    "experiment": re.compile(r"^\s*Experiment Type:\s*(.+?)\s*$", re.MULTILINE),
}
_HEADER = "  Freq(Hz)\tAmpl\tBias\tTime(Sec)\tZ'(a)\tZ''(b)\tGD\tErr\tRange"


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is ZPlot (0 to 1)."""
    start = head[:400].lstrip(b"\xef\xbb\xbf \r\n")
    if re.match(rb"ZPLOT\d? ASCII", start):
        return 1.0
    return 0.7 if b"\nEnd Comments" in head and b"Freq(Hz)" in head else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read a spectrum.

    Raises
    ------
    DataError
        If the table is missing, a row is incomplete or a value is not usable.
    """
    text = read_text(path)
    header, mark, body = text.partition(_END)
    if not mark:
        raise DataError(
            f"'{path}' has no line '{_END}' before its numbers. It may be truncated; export it again."
        )
    rows = []
    for number, line in enumerate(body.splitlines()[1:], start=1):
        if not line.strip():
            continue
        words = line.replace(",", ".").split()
        try:
            rows.append([float(words[i]) for i in (_FREQUENCY, _REAL, _IMAGINARY)])
        except (ValueError, IndexError):
            raise DataError(
                f"'{path}': row {number} of the spectrum is incomplete ('{line.strip()[:40]}'). Export it "
                "again."
            ) from None
    table = np.array(rows, dtype=float).reshape(-1, 3)
    settings: dict[str, Any] = {
        key: match[1] for key, pattern in _ITEMS.items() if (match := pattern.search(header))
    }
    return [
        _impedance.measurement(
            *table.T,
            path=path,
            settings=settings,
            origin="synthetic" if SYNTHETIC_MARK in header else "measured",
        )
    ]


def write(measurement: Measurement, path: str | Path) -> None:
    """Write a spectrum.

    Raises
    ------
    InputError
        If the measurement is not a spectrum or the file cannot be written.
    """
    if measurement.technique != TECHNIQUE:
        raise InputError(f"ZPlot holds impedance spectra, not '{measurement.technique}'. Give {TECHNIQUE}.")
    data = measurement.data
    comments = [SYNTHETIC_MARK] if measurement.origin == "synthetic" else []
    lines = [
        "ZPLOT2 ASCII",
        "  Measured Data, nanokiln",
        "  Experiment Type:            Sweep Frequency, Control Voltage",
        f"  Begin User Comments:        {len(comments)}",
        *comments,
        f"  End User Comments:          {len(comments)}",
        _HEADER,
        _END,
    ]
    columns = zip(*(data[name].values for name in ("frequency", "z_real", "z_imag")), strict=True)
    lines += [f"{float(f)!r}\t0\t0\t0\t{float(a)!r}\t{float(b)!r}\t0\t0\t0" for f, a, b in columns]
    write_text(path, "\n".join(lines) + "\n")
