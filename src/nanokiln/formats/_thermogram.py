"""What all thermogravimetric formats share: units, checks, and the dataset they fill.

``Measurement.data`` has dimension ``point``: ``time`` (s from the first point), ``temperature`` (degC, of
the sample) and ``mass`` (mg, or % of the sample mass where the file gives no mg).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import DataError, InputError
from ..core.measurement import SYNTHETIC_MARK, Measurement

TECHNIQUE = "tga"
FEWEST = 10  # points below which a table is not taken for a run
_COLDEST, _HOTTEST = -200.0, 3000.0  # degC that a thermobalance can reach
_ZERO_CELSIUS = 273.15  # exact
_MINUTE, _HOUR = 60.0, 3600.0  # s
_SECONDS = {"s": 1.0, "sec": 1.0, "min": _MINUTE, "h": _HOUR}
_MILLIGRAMS = {"mg": 1.0, "g": 1e3, "ug": 1e-3, "µg": 1e-3, "μg": 1e-3}
_NUMBER = re.compile(r"[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d+)?")
_KELVIN = re.compile(r"^\s*(?:K|kelvin)\s*$", re.IGNORECASE)

Array = NDArray[np.float64]


def decode(head: bytes) -> str:
    """Return the beginning of a file as text for a sniffer; empty where it is binary."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace")
    return "" if b"\x00" in head else head.decode("utf-8", "replace").lstrip("\ufeff")


def to_float(word: str) -> float:
    """Return a number written with decimal point or comma; NaN where it is none."""
    text = word.strip()
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else float("nan")


def quantity(text: str) -> float | None:
    """Return the first number in a text such as ``8.831 mg``, or None."""
    match = _NUMBER.search(text)
    return to_float(match.group()) if match else None


def rows(
    lines: Sequence[str],
    split: Callable[[str], list[str]],
    columns: Sequence[int],
    path: str | Path,
) -> tuple[Array, list[str]]:
    """Return the wanted columns of a table of text, and notes.

    Parameters
    ----------
    lines
        The lines of the table; empty ones are passed over.
    split
        Splits a line into cells.
    columns
        Positions of the wanted cells.
    path
        For messages.

    Returns
    -------
    tuple
        Array of shape (rows, columns), and notes on what was left out.

    Raises
    ------
    DataError
        If a row is damaged. An incomplete last row is left out with a note: the file broke off there.
    """
    found: list[list[float]] = []
    used = [line for line in lines if line.strip(" \t,;")]
    notes = []
    for number, line in enumerate(used):
        cells = split(line)
        values = [to_float(cells[c]) if c < len(cells) else float("nan") for c in columns]
        if np.isfinite(values).all():
            found.append(values)
        elif number == len(used) - 1:
            notes.append("the last row is incomplete and was left out: the file may have broken off")
        else:
            raise DataError(
                f"'{path}': row {number + 1} of the table is damaged ({line.strip()[:40]!r}). "
                "Export it again."
            )
    return np.array(found).reshape(-1, len(columns)), notes


def celsius(values: Array, unit: str, path: str | Path) -> Array:
    """Return temperatures in degC; the degree sign of `unit` may be lost in encoding.

    Raises
    ------
    DataError
        If the unit is neither K nor degC.
    """
    if _KELVIN.match(unit):
        return values - _ZERO_CELSIUS
    letters = re.sub(r"[^A-Za-z]", "", unit).lower()
    if letters not in ("", "c", "degc", "celsius", "ac"):  # "ac": the degree sign read in a wrong encoding
        raise DataError(f"'{path}': temperature unit '{unit}' is not known. Allowed: K, degC.")
    return values


def seconds(values: Array, unit: str, path: str | Path) -> Array:
    """Return times in s.

    Raises
    ------
    DataError
        For an unknown unit.
    """
    factor = _SECONDS.get(unit.strip().lower())
    if factor is None:
        raise DataError(f"'{path}': time unit '{unit}' is not known. Allowed: {', '.join(_SECONDS)}.")
    return values * factor


def mass(values: Array, unit: str, path: str | Path) -> tuple[Array, str]:
    """Return masses with their unit, mg or %.

    Raises
    ------
    DataError
        For an unknown unit.
    """
    word = unit.strip()
    if word in ("%", "wt%", "wt.%", "wt. %", "mass%"):
        return values, "%"
    factor = _MILLIGRAMS.get(word.lower())
    if factor is None:
        raise DataError(f"'{path}': mass unit '{unit}' is not known. Allowed: mg, g, ug, %.")
    return values * factor, "mg"


def measurement(
    time: Array,
    temperature: Array,
    weight: Array,
    *,
    unit: str,
    path: str | Path,
    settings: Mapping[str, Any],
    text: str = "",
) -> Measurement:
    """Check a run and lay it out.

    Parameters
    ----------
    time, temperature, weight
        s, degC and `unit`, one value per point.
    unit
        ``"mg"`` or ``"%"``.
    path
        For messages.
    settings
        ``sample``, ``initial_mass_mg``, ``instrument``, ``gas``, ``notes`` and what else the file gives.
    text
        Text of the file, searched for the mark of synthetic files.

    Raises
    ------
    DataError
        If there are too few points, times run back, or numbers no thermobalance can give.
    """
    import xarray as xr

    if time.size < FEWEST:
        raise DataError(f"'{path}' has {time.size} points; a thermogram needs at least {FEWEST}.")
    if (np.diff(time) < 0).any():
        row = int(np.argmax(np.diff(time) < 0)) + 2
        raise DataError(f"'{path}': time runs backwards at row {row}. Export one run per file.")
    if temperature.min() < _COLDEST or temperature.max() > _HOTTEST:
        raise DataError(
            f"'{path}': temperatures of {temperature.min():g} to {temperature.max():g} degC cannot be; "
            "check the unit of the column."
        )
    if not 0 < np.abs(weight).max() < 1e9 or time[-1] <= time[0]:
        raise DataError(f"'{path}': mass or time do not change as in a run. Check the columns.")
    data = xr.Dataset(
        {
            "time": ("point", time - time[0], {"units": "s"}),
            "temperature": ("point", temperature, {"units": "degC"}),
            "mass": ("point", weight, {"units": unit}),
        }
    )
    origin = "synthetic" if SYNTHETIC_MARK in text else "measured"
    label = str(settings.get("sample") or Path(path).stem)
    return Measurement(TECHNIQUE, data, origin, label, dict(settings))  # type: ignore[arg-type]


def written_rows(run: Measurement) -> list[tuple[str, str, str]]:
    """Return temperature (degC), time (min) and mass of every point as the digits all our files carry.

    Raises
    ------
    InputError
        If the measurement is no thermogram.
    """
    data = run.data
    if run.technique != TECHNIQUE or not {"time", "temperature", "mass"} <= set(data.variables):
        raise InputError("this measurement has no mass over time and temperature; give a thermogram.")
    columns = (data["temperature"].values, data["time"].values / _MINUTE, data["mass"].values)
    return [(f"{t:.4f}", f"{m:.6f}", f"{w:.6f}") for t, m, w in zip(*columns, strict=True)]
