"""Arbin ``.res`` files, which are Access databases, through the package access-parser (Apache-2.0).

Where that is not installed, the file is refused with what to do.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import DataError
from ..core.files import read_bytes
from ..core.measurement import Measurement
from . import _cycler
from ._quiet import quiet

NAME = "Arbin res"
TECHNIQUE = _cycler.TECHNIQUE
_MAGIC = (b"\x00\x01\x00\x00Standard Jet DB", b"\x00\x01\x00\x00Standard ACE DB")
_POINTS, _ABOUT = "Channel_Normal_Table", "Global_Table"
_NEEDED = (
    "Test_Time",
    "Voltage",
    "Current",
    "Charge_Capacity",
    "Discharge_Capacity",
    "Cycle_Index",
    "Step_Index",
)


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is an Arbin database (0 to 1)."""
    return 0.9 if head.startswith(_MAGIC) else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read a test.

    Raises
    ------
    DataError
        If access-parser is not installed, the database is damaged, or it holds no test.
    """
    read_bytes(path)  # says what is wrong with a missing, empty or too large file
    try:
        from access_parser import AccessParser
    except ImportError:
        raise DataError(
            f"'{path}' is an Access database (Arbin .res): install the extra 'nanokiln[cycler]' (package "
            "access-parser) to read it, or export it as Excel or csv from MITS Pro."
        ) from None
    try:
        with quiet("access_parser", "access_parser.utils"):
            base = AccessParser(str(path))
            points = base.parse_table(_POINTS) if _POINTS in base.catalog else {}
            about = base.parse_table(_ABOUT) if _ABOUT in base.catalog else {}
        columns = {name: _plain(points[name]) for name in _NEEDED if name in points}
    except Exception as error:  # the package raises whatever a damaged file makes it stumble over
        raise DataError(
            f"'{path}' cannot be read as an Arbin database ({type(error).__name__}). Export it as Excel or "
            "csv."
        ) from error
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        raise DataError(f"'{path}' is a database without {_POINTS}.{missing[0]}: it holds no Arbin test.")
    order = np.argsort(columns["Test_Time"], kind="stable")
    time, voltage, current, charge, discharge, cycle, step = (columns[name][order] for name in _NEEDED)
    table = _cycler.Columns(time, voltage, current, cycle, step, charge, discharge)
    return [
        _cycler.measurement(table, path=path, settings=_settings(about), label=_first(about, "Test_Name"))
    ]


def _plain(values: list[Any]) -> np.ndarray:
    """Return numbers; one stored in four bytes gets the eight digits every export of it prints."""
    array = np.array(values, dtype=float)
    with np.errstate(over="ignore"):
        single = array.astype(np.float32)
    if np.array_equal(single.astype(float), array):
        return np.array([float(f"{value:.8g}") for value in array])
    return array


def _first(about: Any, name: str) -> str:
    values = about.get(name) or [""]
    return str(values[0] or "")


def _settings(about: Any) -> dict[str, Any]:
    settings: dict[str, Any] = {"instrument": "Arbin"}
    if schedule := _first(about, "Schedule_File_Name"):
        settings["schedule"] = schedule
    mass = (about.get("MASS") or [None])[0]
    if isinstance(mass, int | float) and mass > 0:
        settings["file_mass_g"] = float(mass)
    return settings
