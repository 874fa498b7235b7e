"""BDF, the Battery Data Format, as csv: one row per point under columns such as ``Voltage / V``.

Required are ``Test Time / s``, ``Voltage / V`` and ``Current / A`` (positive charges); cycles, steps and
capacities are read and written where they are known. The names for machines (``test_time_second``) are
understood, too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..core.errors import DataError, InputError
from ..core.files import write_text
from ..core.measurement import SYNTHETIC_MARK, Measurement
from . import _cycler, _cycler_names
from ._delimited import cells, decode, text_of

NAME = "BDF csv"
TECHNIQUE = _cycler.TECHNIQUE
_REQUIRED = (
    ("test time / s", "test_time_second"),
    ("voltage / v", "voltage_volt"),
    ("current / a", "current_ampere"),
)
_WRITTEN = (
    ("Test Time / s", "time"),
    ("Voltage / V", "voltage"),
    ("Current / A", "current"),
    ("Cycle Count / 1", "cycle"),
    ("Step Count / 1", "step"),
    ("Charging Capacity / Ah", "charge"),
    ("Discharging Capacity / Ah", "discharge"),
)
_EARLIEST = 20  # lines among which the header must be


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is BDF (0 to 1)."""
    text = decode(head)
    return 1.0 if text is not None and _header(cells(text)) is not None else 0.0


def _header(rows: list[list[str]]) -> int | None:
    for index, row in enumerate(rows[:_EARLIEST]):
        names = {cell.strip().lower() for cell in row}
        if all(any(name in names for name in both) for both in _REQUIRED):
            return index
    return None


def read(path: str | Path) -> list[Measurement]:
    """Read a test.

    Raises
    ------
    DataError
        If a required column is missing, a row is incomplete or a value is not usable.
    """
    text = text_of(path)
    rows = cells(text)
    at = _header(rows)
    if at is None:
        raise DataError(f"'{path}' lacks one of the BDF columns Test Time / s, Voltage / V, Current / A.")
    # columns of other names beside the standard ones belong to whoever wrote the file
    own = [cell if " / " in cell or cell.lower() == cell else "" for cell in rows[at]]
    columns = _cycler.from_rows(rows[at + 1 :], _cycler_names.find(own), path)
    settings: dict[str, Any] = {}
    return [
        _cycler.measurement(
            columns,
            path=path,
            settings=settings,
            origin="synthetic" if SYNTHETIC_MARK in text else "measured",
        )
    ]


def write(measurement: Measurement, path: str | Path) -> None:
    """Write a test; every number has all its digits.

    Raises
    ------
    InputError
        If the measurement is not a cycling test or the file cannot be written.
    """
    if measurement.technique != TECHNIQUE:
        raise InputError(f"BDF holds cycling tests, not '{measurement.technique}'. Give {TECHNIQUE}.")
    data = measurement.data
    lines = [f"# {SYNTHETIC_MARK}"] if measurement.origin == "synthetic" else []
    lines.append(",".join(name for name, _ in _WRITTEN))
    columns = [data[variable].values.tolist() for _, variable in _WRITTEN]
    lines += [",".join(map(repr, row)) for row in zip(*columns, strict=True)]
    write_text(path, "\n".join(lines) + "\n")
