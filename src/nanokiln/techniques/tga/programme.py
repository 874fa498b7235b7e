"""Heating segments of a run, found from the recorded temperature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SLOWEST = 0.5  # K/min; below this a stretch counts as isothermal
NARROWEST = 30.0  # K a heating segment must span to hold a step and its base line
FEWEST = 10  # points of a heating segment
SAME_RATE = 1.5  # factor within which the rate counts as that of one segment
GRID = 4000  # points on which the rate is looked at; a minute of an hour-long run is 60
WINDOW_S = 60.0  # s over which the rate is averaged, a few times the lag of a furnace
_MINUTE = 60.0  # s


@dataclass(frozen=True)
class Segment:
    """One heating segment.

    Parameters
    ----------
    start, end
        s.
    rate
        K/min, the median over the segment.
    low, high
        Temperatures at its ends in degC.
    """

    start: float
    end: float
    rate: float
    low: float
    high: float

    @property
    def words(self) -> str:
        """The segment in words."""
        return f"{self.low:.0f}-{self.high:.0f} degC at {self.rate:.3g} K/min"


def heating_segments(time: Array, temperature: Array) -> list[Segment]:
    """Find the stretches of steady heating.

    Parameters
    ----------
    time, temperature
        s (not falling) and degC, shape (points,).

    Returns
    -------
    list of Segment
        In order of time; isothermal stretches, cooling and the lag at the start of a ramp are left out.

    Limits
    ------
    Two ramps that follow each other directly are parted where their rates differ by more than a factor 1.5.
    """
    from scipy.signal import savgol_filter

    t, first = np.unique(time, return_index=True)
    if t.size < FEWEST:
        return []
    grid = np.linspace(t[0], t[-1], min(GRID, max(t.size, 50)))
    step = grid[1] - grid[0]
    length = max(5, 2 * round(WINDOW_S / step / 2) + 1)
    if length >= grid.size:
        return []
    smooth = np.interp(grid, t, temperature[first])
    rate = savgol_filter(smooth, length, 1, deriv=1, delta=step) * _MINUTE
    found = []
    for begin, end in _runs(rate > SLOWEST):
        found += _steady(grid, smooth, rate, begin, end)
    points = [np.count_nonzero((time >= s.start) & (time <= s.end)) for s in found]
    return [s for s, n in zip(found, points, strict=True) if n >= FEWEST]


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return begin and end (exclusive) of the stretches where the mask holds."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(int), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _steady(grid: Array, temperature: Array, rate: Array, begin: int, end: int) -> list[Segment]:
    """Part a stretch of heating into segments of one rate each."""
    if end - begin < 2 or temperature[end - 1] - temperature[begin] < NARROWEST:
        return []
    part = rate[begin:end]
    order = np.argsort(part)
    # the rate at which half of the temperature was covered
    covered = np.cumsum(part[order])
    usual = part[order][np.searchsorted(covered, covered[-1] / 2)]
    same = (part > usual / SAME_RATE) & (part < usual * SAME_RATE)
    a, b = max(_runs(same), key=lambda r: temperature[begin + r[1] - 1] - temperature[begin + r[0]])
    a, b = begin + a, begin + b
    here = []
    if temperature[b - 1] - temperature[a] >= NARROWEST:
        median = float(np.median(rate[a:b]))
        here.append(Segment(grid[a], grid[b - 1], median, temperature[a], temperature[b - 1]))
    return [
        *(_steady(grid, temperature, rate, begin, a) if a > begin else []),
        *here,
        *(_steady(grid, temperature, rate, b, end) if b < end else []),
    ]
