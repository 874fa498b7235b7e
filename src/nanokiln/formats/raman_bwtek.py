"""Text of B&W Tek spectrometers (BWSpec, BWRam): ``name;value`` lines, then a table by pixel."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from ..core.errors import DataError
from ..core.files import read_text
from ..core.measurement import Measurement
from ._columns import decode
from ._vibrational import number, origin_of, raman

NAME = "B&W Tek text"
TECHNIQUE = "raman"

_AXIS, _SIGNALS = "Raman Shift", ("Dark Subtracted #1", "Raw data #1")
_TITLES = re.compile(r"^Pixel([;,\t]).*Raman Shift.*$", re.MULTILINE)
_PER_SECOND = 1000.0  # ms


def sniff(head: bytes, path: Path) -> float:
    """Return how sure it is that a file is of B&W Tek: by version and titles of the table."""
    text = decode(head)
    return 0.95 if text is not None and text.startswith("File Version") and _TITLES.search(text) else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read the spectrum, with the dark count taken off where the file has it so.

    Raises
    ------
    DataError
        If the table has no shift or no signal, or breaks off.
    """
    text = read_text(path)
    titles = _TITLES.search(text)
    if titles is None:
        raise DataError(f"'{path}' has no table with '{_AXIS}'. Save it again with all columns.")
    separator = titles.group(1)
    names = [n.strip() for n in titles.group(0).split(separator)]
    signal = next((s for s in _SIGNALS if s in names), None)
    if signal is None:
        raise DataError(
            f"'{path}' has neither of the columns {', '.join(_SIGNALS)}. Save it again with them."
        )
    at, of = names.index(_AXIS), names.index(signal)
    rows = []
    for line in text[titles.end() :].splitlines():
        words = line.split(separator)
        if len(words) > max(at, of) and words[at].strip():  # pixels beside the spectrum have no shift
            rows.append((_value(words[at]), _value(words[of])))
        elif line.strip() and len(words) <= max(at, of):
            rows.append((np.nan, np.nan))  # a table that breaks off
    entries = dict(
        line.split(separator, 1) for line in text[: titles.start()].splitlines() if separator in line
    )
    exposure = number(entries.get("intigration times(ms)", ""))  # spelt so in the file
    settings = {
        "laser_nm": number(entries.get("laser_wavelength", "")),
        "instrument": f"B&W Tek {entries.get('model', '')}",
        "exposure_s": exposure / _PER_SECOND if exposure else None,
        "resolution_per_cm": None,
        "accumulations": number(entries.get("average number", "")),
        "signal": signal,
    }
    table = np.array(rows, dtype=float).reshape(-1, 2)
    return [
        raman(
            table[:, 0],
            table[:, 1],
            "counts",
            label=Path(path).stem,
            origin=origin_of(text),
            settings=settings,
            path=str(path),
        )
    ]


def _value(word: str) -> float:
    try:
        return float(word.strip().replace(",", "."))
    except ValueError:
        return float("nan")
