"""Agilent MassHunter time-resolved csv: ``Intensity Vs Time``, then counts per second of each isotope."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from ..core.errors import DataError
from ..core.files import read_text
from ..core.measurement import Measurement
from ._thermogram import FEWEST, decode, rows

NAME = "Agilent time-resolved CSV"
TECHNIQUE = "icp"
_TITLE = re.compile(r"^Intensity Vs Time", re.MULTILINE)
_HEADS = re.compile(r"^Time \[Sec\],")


def sniff(head: bytes, path: Path) -> float:
    """Return how sure it is that a file is such an export."""
    text = decode(head)
    return 0.98 if _TITLE.search(text) and re.search(_HEADS.pattern, text, re.MULTILINE) else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read the traces.

    Parameters
    ----------
    path
        Text file.

    Returns
    -------
    list of Measurement
        One measurement: ``counts`` (counts/s) over ``time`` (s) and ``line`` (isotope as the file names it).

    Raises
    ------
    DataError
        If the table is missing, damaged or its times run backwards.
    """
    import xarray as xr

    text = read_text(path)
    lines = text.splitlines()
    at = next((i for i, line in enumerate(lines) if _HEADS.match(line)), None)
    if at is None:
        raise DataError(f"'{path}' has no line 'Time [Sec],...'. It may be truncated; export it again.")
    names = [n.strip() for n in lines[at].split(",")][1:]
    body = [line for line in lines[at + 1 :] if not line.lstrip().lower().startswith("printed")]
    table, notes = rows(body, lambda line: line.split(","), range(len(names) + 1), path)
    if len(table) < FEWEST or len(set(names)) != len(names) or (np.diff(table[:, 0]) <= 0).any():
        raise DataError(
            f"'{path}': fewer than {FEWEST} times, times that do not rise, or an isotope named twice."
        )
    data = xr.Dataset(
        {"counts": (("time", "line"), table[:, 1:], {"units": "counts/s"})},
        coords={"time": ("time", table[:, 0], {"units": "s"}), "line": ("line", names, {"units": "1"})},
    )
    acquired = next((ln.partition(":")[2].strip() for ln in lines[:at] if ln.startswith("Acquired")), "")
    settings = {"sample": Path(path).stem, "acquired": acquired, "notes": notes}
    return [Measurement(TECHNIQUE, data, "measured", Path(path).stem, settings)]
