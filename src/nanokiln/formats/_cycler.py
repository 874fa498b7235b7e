"""What all cycler formats share: the dataset, what is completed, and the checks.

``Measurement.data`` has dimension ``point``: ``time`` (s), ``voltage`` (V), ``current`` (A, positive charges
the cell), ``cycle`` and ``step`` (numbers), ``charge`` and ``discharge`` (A h, both rise from 0 over the
whole test). The capacities come from the counters of the instrument where the file has them, else from the
current over time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import DataError
from ..core.measurement import Measurement, Origin
from ._delimited import check, number

TECHNIQUE = "cycling"
FEWEST_POINTS = 3  # rows below which a table is not taken for a test
RESTING = 1e-4  # of the largest current, below which a cell rests
_RESET = 0.5  # share of its last value a counter must fall below to count as reset
_HOUR, _MINUTE = 3600.0, 60.0  # s
_WORDS_DISCHARGE = re.compile(r"disch|dchg|dischg|放电|^d$", re.IGNORECASE)
_CLOCK = re.compile(r"^(?:(\d+)\s*[d\-]?\s*[ ,\-]?)?(\d+):(\d+):(\d+(?:[.,]\d+)?)$")


@dataclass
class Columns:
    """Columns of a file before they are checked, in s, V, A and A h.

    Parameters
    ----------
    time, voltage
        One value per point.
    current
        Positive charges the cell; None where the file has none and `net` is differentiated.
    cycle, step
        As the instrument counts; None where it does not.
    charge, discharge
        Counters, however they are reset.
    net
        Signed charge passed since the start.
    """

    time: np.ndarray
    voltage: np.ndarray
    current: np.ndarray | None = None
    cycle: np.ndarray | None = None
    step: np.ndarray | None = None
    charge: np.ndarray | None = None
    discharge: np.ndarray | None = None
    net: np.ndarray | None = None
    notes: list[str] = field(default_factory=list)


def measurement(
    columns: Columns,
    *,
    path: str | Path,
    settings: Mapping[str, Any],
    label: str = "",
    origin: Origin = "measured",
) -> Measurement:
    """Check the columns of a test, complete what the file leaves out, and wrap them up.

    Raises
    ------
    DataError
        If a column is too short or not finite, time runs backwards, or there is neither current nor charge.
    """
    import xarray as xr

    _check(columns, path)
    notes = list(columns.notes)
    current = columns.current
    if current is None:
        current = _differentiate(columns, path)
        notes.append("the file has no current: it is the charge differentiated over time")
    charge, discharge, source = _capacities(columns, current)
    cycle = columns.cycle
    if cycle is None:
        cycle = count_cycles(current)
        notes.append("cycles are counted here: each begins where the direction of its first half returns")
    step = runs(_key(current)) if columns.step is None else runs(columns.step, columns.cycle)
    values = {
        "time": (columns.time, "s"),
        "voltage": (columns.voltage, "V"),
        "current": (current, "A"),
        "cycle": (np.asarray(cycle).astype(int), "1"),
        "step": (step, "1"),
        "charge": (charge, "A h"),
        "discharge": (discharge, "A h"),
    }
    data = xr.Dataset({name: ("point", column, {"units": unit}) for name, (column, unit) in values.items()})
    told = {**settings, "capacity_source": source, "notes": [*settings.get("notes", ()), *notes]}
    return Measurement(TECHNIQUE, data, origin, label or Path(path).stem, told, str(path))


def _check(columns: Columns, path: str | Path) -> None:
    size = columns.time.size
    if size < FEWEST_POINTS:
        raise DataError(f"'{path}' holds {size} rows; a test needs {FEWEST_POINTS}. Export all of it.")
    for name, values in vars(columns).items():
        if not isinstance(values, np.ndarray):
            continue
        if values.size != size:
            raise DataError(f"'{path}': the column {name} has {values.size} of {size} values.")
    check({name: values for name, values in vars(columns).items() if isinstance(values, np.ndarray)}, path)
    if columns.current is None and columns.net is None:
        raise DataError(f"'{path}' has neither current nor charge. Export it with the current.")
    back = np.flatnonzero(np.diff(columns.time) < 0)
    if back.size:
        raise DataError(
            f"'{path}': time runs backwards at row {int(back[0]) + 2}. Export one test, with the time since "
            "its start."
        )


def _differentiate(columns: Columns, path: str | Path) -> np.ndarray:
    assert columns.net is not None
    steps = np.diff(columns.time)
    moving = steps > 0
    if not moving.any():
        raise DataError(f"'{path}': time does not advance, so no current can be found.")
    slope = np.zeros(columns.time.size)
    slope[1:][moving] = np.diff(columns.net)[moving] / steps[moving] * _HOUR
    return slope


def _capacities(columns: Columns, current: np.ndarray) -> tuple[np.ndarray, np.ndarray, str]:
    if columns.charge is not None and columns.discharge is not None:
        return _rising(columns.charge), _rising(columns.discharge), "counters of the instrument"
    if columns.net is not None:
        change = np.diff(columns.net, prepend=columns.net[0])
        return (
            np.cumsum(np.maximum(change, 0)),
            np.cumsum(np.maximum(-change, 0)),
            "counters of the instrument",
        )
    hours = np.diff(columns.time) / _HOUR
    parts = []
    for sign in (1.0, -1.0):
        part = np.maximum(sign * current, 0)
        parts.append(np.concatenate([[0.0], np.cumsum(0.5 * (part[1:] + part[:-1]) * hours)]))
    return parts[0], parts[1], "current integrated over time"


def _rising(counter: np.ndarray) -> np.ndarray:
    """Return a counter that is reset now and then as one that only rises from 0."""
    counter = np.abs(counter)
    change = np.diff(counter, prepend=0.0)
    change[0] = 0.0
    fallen = change < 0
    reset = fallen & (counter < _RESET * np.concatenate([[0.0], counter[:-1]]))
    change[fallen] = 0.0
    change[reset] = counter[reset]
    return np.cumsum(change)


def direction(current: np.ndarray) -> np.ndarray:
    """Return 1 where the cell is charged, -1 where it is discharged, 0 where it rests."""
    largest = float(np.abs(current).max(initial=0.0))
    return np.where(np.abs(current) <= RESTING * largest, 0, np.sign(current)).astype(int)


_key = direction


def runs(*columns: np.ndarray | None) -> np.ndarray:
    """Return a number, from 1, for each stretch over which all columns stay the same."""
    given = [c for c in columns if c is not None]
    change = np.zeros(given[0].size, dtype=int)
    for column in given:
        change[1:] |= np.diff(column) != 0
    return np.cumsum(change) + 1


def count_cycles(current: np.ndarray) -> np.ndarray:
    """Return numbers of cycles from 1; each begins where the direction of its first half returns."""
    way = direction(current)
    moving = np.flatnonzero(way)
    if not moving.size:
        return np.ones(current.size, dtype=int)
    first = way[moving[0]]
    turns = moving[1:][(way[moving[1:]] == first) & (way[moving[:-1]] == -first)]
    cycle = np.ones(current.size, dtype=int)
    for turn in turns:
        cycle[turn:] += 1
    return cycle


def seconds(text: str) -> float:
    """Return a number of seconds, or a clock time such as ``1d 02:03:04.5`` in seconds, else NaN."""
    match = _CLOCK.match(text.strip())
    if not match:
        return number(text)
    day, hour, minute, second = match.groups()
    whole = float(day or 0) * 24 + float(hour)
    return whole * _HOUR + float(minute) * _MINUTE + float(second.replace(",", "."))


def from_rows(
    rows: Sequence[Sequence[str]], columns: Mapping[str, tuple[int, float]], path: str | Path
) -> Columns:
    """Return the columns of a table of text cells.

    Raises
    ------
    DataError
        If time, voltage or current is missing.
    """
    body = [row for row in rows if any(str(cell).strip() for cell in row)]

    def values(kind: str) -> np.ndarray | None:
        if kind not in columns:
            return None
        index, factor = columns[kind]
        convert = seconds if "time" in kind else number
        column = np.array(
            [convert(str(row[index])) if index < len(row) else np.nan for row in body], dtype=float
        )
        clocks = "time" in kind and any(":" in str(row[index]) for row in body[:1] if index < len(row))
        return column if clocks else column * factor

    time, step_time = values("time"), values("step_time")
    if time is None and step_time is not None:
        time = _continued(step_time)
    voltage, current = values("voltage"), values("current")
    if time is None or voltage is None or current is None:
        raise DataError(f"'{path}' lacks time, voltage or current. Export it with all three.")
    status = (
        [str(row[columns["status"][0]]) if columns["status"][0] < len(row) else "" for row in body]
        if "status" in columns
        else []
    )
    charge, discharge, capacity = values("charge"), values("discharge"), values("capacity")
    current = _signed(current, status, charge, discharge)
    if charge is None and discharge is None and capacity is not None:
        charge, discharge = (np.where(direction(current) == sign, np.abs(capacity), 0.0) for sign in (1, -1))
    step = values("count") if "count" in columns else values("step")
    return Columns(time, voltage, current, values("cycle"), step, charge, discharge)


def _continued(step_time: np.ndarray) -> np.ndarray:
    """Return the time since the start from the time since the start of each step."""
    change = np.diff(step_time, prepend=step_time[:1])
    return np.cumsum(np.where(change < 0, np.maximum(step_time, 0), change))


def _signed(
    current: np.ndarray, status: Sequence[str], charge: np.ndarray | None, discharge: np.ndarray | None
) -> np.ndarray:
    """Give currents without sign the sign their status, or the counter that rises, says."""
    if (current < 0).any():
        return current
    if status:
        discharging = np.array([bool(_WORDS_DISCHARGE.search(word.strip())) for word in status])
        return np.where(discharging, -current, current)
    if charge is not None and discharge is not None:
        rises = np.diff(discharge, prepend=discharge[:1]) > np.diff(charge, prepend=charge[:1])
        return np.where(rises, -current, current)
    return current
