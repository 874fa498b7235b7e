"""Text exported by Renishaw WiRE: ``#Wave #Intensity``, in maps with places before (``#X #Y #Wave``)."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import numpy as np

from ..core.errors import DataError
from ..core.files import read_text
from ..core.measurement import Measurement
from ._columns import columns, decode
from ._vibrational import origin_of, raman

NAME = "Renishaw WiRE text"
TECHNIQUE = "raman"

_TITLES = re.compile(r"^\s*((?:#(?:X|Y|Z|Time|Temp)\s+)*)#Wave\s+#Intensity\s*$", re.IGNORECASE)
_MOST_SPECTRA = 256  # of one file that are read; a map is exported spectrum by spectrum


def sniff(head: bytes, path: Path) -> float:
    """Return how sure it is that a file is an export of WiRE: by its line of titles."""
    text = decode(head)
    return 0.95 if text is not None and _TITLES.match((text.splitlines() or [""])[0]) else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read the spectra of a file, one for each place.

    Raises
    ------
    DataError
        If the table breaks off, or is a map of more spectra than are read at once.
    """
    text = read_text(path)
    titles = _TITLES.match((text.splitlines() or [""])[0])
    table = columns(text).table
    places = len(titles.group(1).split()) if titles else 0
    if table.shape[1] != places + 2 or not np.isfinite(table).all():
        raise DataError(f"'{path}' does not hold {places + 2} numbers in every row. Export it again.")
    new = np.any(np.diff(table[:, :places], axis=0) != 0, axis=1)
    starts = [0, *(np.flatnonzero(new) + 1), table.shape[0]]
    if len(starts) - 1 > _MOST_SPECTRA:
        raise DataError(
            f"'{path}' is a map of {len(starts) - 1} spectra; at most {_MOST_SPECTRA} are read. "
            "Export single spectra."
        )
    stem, found = Path(path).stem, []
    for i, (a, b) in enumerate(pairwise(starts)):
        settings = {"instrument": "Renishaw", "laser_nm": None, "resolution_per_cm": None}
        label = stem if len(starts) == 2 else f"{stem} #{i + 1}"
        rows = table[a:b, places:]
        found.append(
            raman(
                rows[:, 0],
                rows[:, 1],
                "counts",
                label=label,
                origin=origin_of(text),
                settings=settings,
                path=str(path),
            )
        )
    return found
