"""Retention and decay per cycle between two cycles, linear and compound, with the scatter of single cycles.

With C_0 and C_N the capacities of the first and last cycle and N cycles between them: retention C_N / C_0,
linear decay (1 - C_N / C_0) / N, compound decay 1 - (C_N / C_0)^(1/N). For 70 % after 1000 cycles these are
0.0300 and 0.0357 % per cycle, so the kind has to be named.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FEWEST = 3  # cycles below which scatter and trend cannot be told apart


@dataclass(frozen=True)
class Fade:
    """Fade between two cycles.

    Parameters
    ----------
    first, last, count
        Numbers of the two cycles, and how many were used.
    end
        Capacity of the last cycle (A h).
    values
        Retention, linear decay and compound decay, each with the ends of its 90 % interval (not in per cent).
    slope_linear, slope_compound
        The same decays from a straight line through all capacities, and through their logarithms.
    """

    first: int
    last: int
    count: int
    end: float
    values: tuple[tuple[float, float, float], ...]
    slope_linear: float
    slope_compound: float


def scatter(capacities: Array) -> float:
    """Return the standard deviation of single capacities about a smooth trend, from second differences."""
    if capacities.size < FEWEST:
        return float("nan")
    return float(np.sqrt((np.diff(capacities, 2) ** 2).mean() / 6.0))


def fade(numbers: NDArray[np.int_], capacities: Array) -> Fade | None:
    """Return the fade over these cycles; None where there are fewer than three.

    Parameters
    ----------
    numbers
        Cycle numbers, rising.
    capacities
        A h.

    Limits
    ------
    The interval holds the scatter from cycle to cycle. Drift of temperature or of the instrument over the
    test is in the fade itself.
    """
    from scipy.stats import t

    if capacities.size < FEWEST:
        return None
    count = int(numbers[-1] - numbers[0])
    ratio = float(capacities[-1] / capacities[0])
    relative = scatter(capacities) / float(capacities[0])
    # both ends scatter alike; second differences use each capacity three times
    error = float(t.ppf(0.95, max(capacities.size - 2, 1))) * relative * float(np.sqrt(1 + ratio**2))
    ends = (ratio, max(ratio - error, 0.0), ratio + error)
    linear = [(1 - r) / count for r in ends]
    compound = [1 - r ** (1 / count) for r in ends]
    line = np.polyfit(numbers - numbers[0], capacities, 1)
    logarithm = np.polyfit(numbers - numbers[0], np.log(capacities), 1)
    return Fade(
        int(numbers[0]),
        int(numbers[-1]),
        capacities.size,
        float(capacities[-1]),
        (ends, (linear[0], linear[2], linear[1]), (compound[0], compound[2], compound[1])),
        float(-line[0] / line[1]),
        float(1 - np.exp(logarithm[0])),
    )
