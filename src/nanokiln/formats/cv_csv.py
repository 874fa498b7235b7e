"""Voltammograms as delimited text: echemdb (csv with yaml beside it), any table of potential and current.

The units stand in the header (``E (V vs. RHE), I (mA)``) or, as in echemdb's original data, in a second line.
The yaml of the same name gives scan rate and reference electrode. A current is taken before a current
density.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import DataError
from ..core.measurement import SYNTHETIC_MARK, Measurement
from . import _voltammogram
from ._delimited import cells, decode, number, text_of

NAME = "voltammetry table"
TECHNIQUE = _voltammogram.TECHNIQUE
_POTENTIAL = re.compile(r"^(e|ewe|potential|u|wE\(1\)\.potential|working electrode.*)$", re.IGNORECASE)
_CURRENT = re.compile(r"^(<?i>?|current|wE\(1\)\.current)$", re.IGNORECASE)
_DENSITY = re.compile(r"^(j|current density)$", re.IGNORECASE)
_TIME = re.compile(r"^(t|time|elapsed time)$", re.IGNORECASE)
_CYCLE = re.compile(r"^(cycle|scan|cycle number)$", re.IGNORECASE)
_CURRENTS = {"A": 1.0, "mA": 1e-3, "uA": 1e-6, "µA": 1e-6, "μA": 1e-6, r"\g(m)A": 1e-6, "nA": 1e-9}
_POTENTIALS = {"V": 1.0, "mV": 1e-3}
_AREA = re.compile(r"\s*/?\s*cm(?:\^?-?2|²|⁻²|\\\+\(-2\))$")
_RATES = {"mV / s": 1e-3, "V / s": 1.0}
_EARLIEST = 60  # lines among which the header must be


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is a table with a voltammogram (0 to 1)."""
    text = decode(head)
    if text is None or text.lstrip().startswith(("EC-Lab ASCII", "ZPLOT", "EXPLAIN")):
        return 0.0
    return 0.75 if _header(cells(text)) is not None else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read a voltammogram.

    Raises
    ------
    DataError
        If no row names potential and current with units, or a value is not usable.
    """
    text = text_of(path)
    rows = cells(text)
    found = _header(rows)
    if found is None:
        raise DataError(
            f"'{path}' has no header with potential and current and their units. Write 'E (V),I (mA)'."
        )
    at, columns = found
    body = [row for row in rows[at:] if any(row)]

    def values(kind: str) -> np.ndarray | None:
        if kind not in columns:
            return None
        index, factor = columns[kind]
        return np.array([number(row[index]) if index < len(row) else np.nan for row in body]) * factor

    potential = values("potential")
    current = values("current")
    density = current is None
    if current is None:
        current = values("density")
    if potential is None or current is None:  # the header was chosen for having both
        raise DataError(f"'{path}' lacks potential or current.")
    settings = _beside(path, body=rows[:at])
    return [
        _voltammogram.measurement(
            potential,
            current,
            path=path,
            settings=settings,
            time=values("time"),
            cycle=values("cycle"),
            unit="A/cm2" if density else "A",
            origin="synthetic" if SYNTHETIC_MARK in text else "measured",
        )
    ]


def _header(rows: list[list[str]]) -> tuple[int, dict[str, tuple[int, float]]] | None:
    """Return the first row of numbers, and position and factor of each column."""
    for index, row in enumerate(rows[:_EARLIEST]):
        below = rows[index + 1] if index + 1 < len(rows) else []
        for names, units, start in (_one_line(row, index), _two_lines(row, below, index)):
            columns = _columns(names, units)
            if "potential" in columns and columns.keys() & {"current", "density"}:
                return start, columns
    return None


def _one_line(row: list[str], index: int) -> tuple[list[str], list[str], int]:
    split = [re.match(r"^(.*?)\s*(?:[(\[](.*)[)\]]|/\s*(.*))\s*$", cell) for cell in row]
    names = [m[1].strip() if m else cell for m, cell in zip(split, row, strict=True)]
    return names, [(m[2] or m[3] or "").strip() if m else "" for m in split], index + 1


def _two_lines(row: list[str], below: list[str], index: int) -> tuple[list[str], list[str], int]:
    return row, [*below, *[""] * len(row)][: len(row)], index + 2


def _columns(names: list[str], units: list[str]) -> dict[str, tuple[int, float]]:
    found: dict[str, tuple[int, float]] = {}
    for index, (name, unit) in enumerate(zip(names, units, strict=True)):
        density, plain = bool(_AREA.search(unit)), _AREA.sub("", unit).strip()
        if _POTENTIAL.match(name) and (factor := _POTENTIALS.get(unit.split(" ")[0])):
            found.setdefault("potential", (index, factor))
        elif _CURRENT.match(name) and not density and (factor := _CURRENTS.get(plain)):
            found.setdefault("current", (index, factor))
        elif (_DENSITY.match(name) or _CURRENT.match(name)) and density and (factor := _CURRENTS.get(plain)):
            found.setdefault("density", (index, factor))
        elif _TIME.match(name) and unit in ("s", ""):
            found.setdefault("time", (index, 1.0))
        elif _CYCLE.match(name):
            found.setdefault("cycle", (index, 1.0))
    return found


def _beside(path: str | Path, body: list[list[str]]) -> dict[str, Any]:
    """Return what header and yaml say about reference electrode and scan rate."""
    words = " ".join(cell for row in body for cell in row)
    settings: dict[str, Any] = {}
    if match := re.search(r"V vs\.? ([A-Za-z/+]+)", words):
        settings["reference_electrode"] = match[1]
    yaml_file = Path(path).with_suffix(".yaml")
    if not yaml_file.is_file():
        return settings
    import yaml

    try:
        about = yaml.safe_load(text_of(yaml_file))
        rate = about["figureDescription"]["scanRate"]
        settings["scan_rate_V_s"] = float(rate["value"]) * _RATES[rate["unit"]]
        electrodes = about["system"]["electrodes"]
        reference = next(e for e in electrodes if "reference" in e.get("function", ""))
        settings.setdefault("reference_electrode", str(reference.get("type", "")))
    except (
        yaml.YAMLError,
        DataError,
        KeyError,
        TypeError,
        ValueError,
        StopIteration,
        AttributeError,
        RecursionError,
    ):
        settings["notes"] = [f"'{yaml_file.name}' beside the file could not be used in full"]
    return settings
