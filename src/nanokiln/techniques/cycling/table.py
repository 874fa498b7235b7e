"""Tables of a cycling test: half cycles with their charge, and cycles made of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.measurement import Measurement

Array = NDArray[np.float64]

RESTING = 1e-4  # of the largest current, below which a cell rests
LEAST = 1e-3  # of the largest capacity of a half cycle, below which one is a pulse and no half cycle
ENDED_EARLY = (
    0.05  # of the voltage window a last half cycle may miss its end by before it counts as unfinished
)


@dataclass(frozen=True)
class Half:
    """Charge or discharge of one cycle.

    Parameters
    ----------
    capacity
        A h.
    current
        Median of the current while it flows (A, without sign).
    end
        Voltage when it ends (V).
    points
        Rows of the data while current flows in this direction.
    """

    capacity: float
    current: float
    end: float
    points: NDArray[np.intp]


@dataclass(frozen=True)
class Cycle:
    """One cycle; a half that did not take place is None."""

    number: int
    charge: Half | None
    discharge: Half | None

    def half(self, direction: str) -> Half | None:
        """Return the ``"charge"`` or the ``"discharge"``."""
        return self.charge if direction == "charge" else self.discharge

    @property
    def whole(self) -> bool:
        """Whether both halves took place."""
        return self.charge is not None and self.discharge is not None


def cycles_of(measurement: Measurement) -> tuple[list[Cycle], bool]:
    """Return the cycles of a test, and whether the last one was left out as unfinished.

    Limits
    ------
    Only the last cycle of a file can be told to be unfinished: by a voltage short of where the others end.
    """
    data = measurement.data
    number, current = data["cycle"].values, data["current"].values
    voltage = data["voltage"].values
    counters = {1: data["charge"].values, -1: data["discharge"].values}
    threshold = RESTING * float(np.abs(current).max(initial=0.0))
    found: list[Cycle] = []
    for this in np.unique(number):
        rows = np.flatnonzero(number == this)
        halves: dict[int, Half | None] = {}
        for sign, counter in counters.items():
            moving = rows[sign * current[rows] > threshold]
            before = rows[0] - 1 if rows[0] > 0 else rows[0]
            capacity = float(counter[rows[-1]] - counter[before])
            halves[sign] = (
                Half(capacity, float(np.median(np.abs(current[moving]))), float(voltage[moving[-1]]), moving)
                if moving.size and capacity > 0
                else None
            )
        found.append(Cycle(int(this), halves[1], halves[-1]))
    found = _without_pulses(found)
    if len(found) > 2 and _unfinished(found, voltage):
        return found[:-1], True
    return found, False


def _without_pulses(cycles: list[Cycle]) -> list[Cycle]:
    largest = max((h.capacity for c in cycles for h in (c.charge, c.discharge) if h), default=0.0)

    def keep(half: Half | None) -> Half | None:
        return half if half is not None and half.capacity > LEAST * largest else None

    kept = [Cycle(c.number, keep(c.charge), keep(c.discharge)) for c in cycles]
    return [c for c in kept if c.charge or c.discharge]


def _unfinished(cycles: list[Cycle], voltage: Array) -> bool:
    window = float(np.ptp(voltage))
    last = cycles[-1]
    if not last.whole:
        return True
    for way in ("charge", "discharge"):
        ends = [h.end for c in cycles[:-1] if (h := c.half(way))]
        own = last.half(way)
        if ends and own and abs(own.end - float(np.median(ends))) > ENDED_EARLY * window:
            return True
    return False


def blocks(cycles: list[Cycle], direction: str, tolerance: float) -> list[list[Cycle]]:
    """Return stretches of neighbouring cycles whose `direction` ran at one current, within `tolerance`."""
    found: list[list[Cycle]] = []
    for cycle in cycles:
        half = cycle.half(direction)
        if half is None:
            continue
        if (
            found
            and (first := found[-1][0].half(direction))
            and abs(half.current / first.current - 1) < tolerance
        ):
            found[-1].append(cycle)
        else:
            found.append([cycle])
    return found
