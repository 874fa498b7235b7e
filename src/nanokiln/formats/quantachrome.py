"""Quantachrome raw analysis data (.txt) of Autosorb and NOVA analysers, as ASiQwin prints them.

A page of keys in two columns, then a table of Press, P0 and Volume @ STP with units below the heads. The
volume is that of the whole sample (cc) and is divided by the sample weight, unless its unit is per gram.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import DataError
from ..core.files import read_text
from ..core.measurement import Measurement
from . import _isotherm

NAME = "Quantachrome TXT"
TECHNIQUE = _isotherm.TECHNIQUE
# key in the file -> (name in the settings, is a number)
_CONDITIONS = {
    "Sample ID": ("material", False),
    "Operator": ("operator", False),
    "Date": ("date", False),
    "Instrument": ("instrument", False),
    "Analysis gas": ("adsorbate", False),
    "Bath temp.": ("temperature_K", True),
    "Sample Weight": ("mass_g", True),
    "Outgas Temp": ("degas_temperature_C", True),
}
_NEXT_KEY = r"(?=\s{2,}|[A-Z][a-z]+\.?(?: [A-Za-z]+\.?)?:|$)"
_HEADS = ("press", "p0", "volume @ stp")
_FEWEST_COLUMNS = 3


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is Quantachrome raw data (0 to 1)."""
    text = head.replace(b"\x00", b"").decode("latin-1")
    table = all(name in text.lower() for name in _HEADS)
    if table and ("Quantachrome" in text or "Analysis gas:" in text):
        return 1.0
    return 0.5 if "Quantachrome" in text[:400] else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read the isotherm of a Quantachrome raw data file.

    Parameters
    ----------
    path
        The text file.

    Returns
    -------
    list of Measurement
        One isotherm; see `_isotherm` for the variables.

    Raises
    ------
    DataError
        If there is no table of pressure, p0 and volume, or no sample weight to divide by.
    """
    lines = read_text(path).splitlines()
    settings = _settings(lines)
    units, rows = _table(lines, path)
    loading, unit = rows[:, 2], units[2]
    if "/g" not in unit:
        mass = settings.get("mass_g")
        if not mass:
            raise DataError(f"'{path}' gives volumes of the whole sample but no sample weight to divide by.")
        loading, unit = loading / mass, f"{unit}/g"
    points = _isotherm.Points(
        rows[:, 0], loading, _isotherm.branches(rows[:, 0] / rows[:, 1]), units[0], f"{unit} STP",
        saturation=rows[:, 1],
    )  # fmt: skip
    label = str(settings.get("material", ""))
    return [_isotherm.measurement(points, path=path, settings=settings, label=label)]


def _settings(lines: list[str]) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for line in lines:
        for key, (name, numeric) in _CONDITIONS.items():
            match = re.search(rf"(?<![A-Za-z]){re.escape(key)}:\s*(.*?){_NEXT_KEY}", line)
            if match is None or name in settings:
                continue
            text = match.group(1).strip()
            value = _isotherm.number(text) if numeric else text
            if value not in (None, ""):
                settings[name] = value
    settings["adsorbate"] = _isotherm.adsorbate_name(str(settings.get("adsorbate", "")))
    return settings


def _table(lines: list[str], path: str | Path) -> tuple[list[str], np.ndarray]:
    """Return the units and the rows of the table; pressure, p0, volume first."""
    at = next((i for i, line in enumerate(lines) if line.lower().split()[:2] == ["press", "p0"]), None)
    if at is None:
        raise DataError(f"'{path}' has no table of Press, P0 and Volume. Export 'Raw Analysis Data'.")
    below = [line.split() for line in lines[at + 1 :] if line.strip()]
    units = below[0] if below else []
    rows: list[list[float]] = []
    for words in below[1:]:
        try:
            row = [float(word.replace(",", ".")) for word in words[:_FEWEST_COLUMNS]]
        except ValueError:
            break  # the foot of a page, or words after the table
        if len(row) < _FEWEST_COLUMNS:
            raise DataError(f"'{path}': row {len(rows) + 1} of the table is cut off. Export it again.")
        rows.append(row)
    if len(units) < _FEWEST_COLUMNS or not rows:
        raise DataError(f"'{path}': the table has no units or no rows. Export it again.")
    table = np.array(rows)
    if (table[:, 1] <= 0).any():
        raise DataError(f"'{path}': the saturation pressure P0 must be above zero.")
    return units, table
