"""Outcome: the predictions against the article's held-out capacities, told as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..core.parameters import Values
from .family import Family
from .heldout_parameters import TOLERANCE, held_out


@dataclass(frozen=True)
class Outcome:
    """Prediction against quotation at one current.

    Parameters
    ----------
    current_A_g
        Current (A/g).
    predicted, low, high
        Declared shape and envelope (mAh/g).
    quoted
        The article's capacity (mAh/g).
    deviation
        Predicted over quoted minus 1.
    verdict
        ``"met"`` if the declared shape is within the tolerance, else ``"missed"``.
    in_band
        Whether the quoted value lies between `low` and `high`.
    near
        Names of the members within the tolerance at every held-out current: hindsight, not prediction.
    """

    current_A_g: float
    predicted: float
    low: float
    high: float
    quoted: float
    deviation: float
    verdict: Literal["met", "missed"]
    in_band: bool
    near: tuple[str, ...]


def outcomes(family: Family, values: Values | None = None) -> list[Outcome]:
    """Compare a family with the held-out capacities (claims C134-C136).

    Notes
    -----
    Limits: the verdict rests on the declared shape alone. A member that happens to come close was not
    chosen beforehand and gives no verdict.
    """
    values = Values() if values is None else values
    quoted = held_out(values)
    near = _near(family, quoted, values[TOLERANCE])
    rows = []
    for current, capacity in quoted.items():
        index = family.currents.index(current)
        predicted, low, high = (float(band[index]) for band in (family.central, family.low, family.high))
        deviation = predicted / capacity - 1
        met = abs(deviation) <= values[TOLERANCE]
        rows.append(
            Outcome(
                current,
                predicted,
                low,
                high,
                capacity,
                deviation,
                "met" if met else "missed",
                low <= capacity <= high,
                near,
            )
        )
    return rows


def _near(family: Family, quoted: dict[float, float], tolerance: float) -> tuple[str, ...]:
    index = [family.currents.index(current) for current in quoted]
    wanted = np.array(list(quoted.values()))
    names = []
    for member in family.members:
        if member.calibration is None:
            continue
        if np.all(np.abs(member.calibration.capacities[index] / wanted - 1) <= tolerance):
            names.append(member.name)
    return tuple(names)
