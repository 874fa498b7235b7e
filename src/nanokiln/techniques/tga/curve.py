"""Mass over a heating segment on an even grid of time: smoothing, DTG without dividing by dT, noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .programme import Segment

Array = NDArray[np.float64]

MOST = 1500  # grid points of a segment: finer than any bandwidth used
FEWEST = 200  # grid points, so that sparse runs are not read off at their own points only
ORDER = 3  # of the local polynomial: a skewed maximum must not be moved
SHORTEST = 5  # grid points of a smoothing window
_MINUTE = 60.0  # s


@dataclass(frozen=True)
class Curve:
    """One heating segment on an even grid.

    Parameters
    ----------
    temperature
        degC, of a straight line locally fitted to the readings, shape (grid,).
    mass
        % of `reference`, shape (grid,), or (draws, grid) after `with_noise`.
    step
        K of nominal heating between grid points.
    spacing
        K between the readings of the file.
    segment
        Where it was taken from.
    reference
        Mass at the beginning of the segment in the unit of the file: 100 %.
    """

    temperature: Array
    mass: Array
    step: float
    spacing: float
    segment: Segment
    reference: float

    def length(self, bandwidth: float) -> int:
        """Return the odd number of grid points of a window of `bandwidth` K."""
        # a window holds at least five readings, or it would smooth nothing
        points = round(max(bandwidth, SHORTEST * self.spacing) / self.step)
        odd = max(SHORTEST, points + 1 - points % 2)
        most = self.temperature.size - 1
        return min(odd, most - 1 + most % 2)

    def smooth(self, bandwidth: float) -> Array:
        """Return the mass (%) smoothed over `bandwidth` K."""
        return self._filter(bandwidth, 0)

    def dtg(self, bandwidth: float) -> Array:
        """Return the rate of loss (% per K of nominal heating) smoothed over `bandwidth` K.

        It is the slope over time divided by the rate of the programme, so readings of equal temperature do
        no harm.
        """
        return -self._filter(bandwidth, 1)

    def _filter(self, bandwidth: float, derivative: int) -> Array:
        from scipy.signal import savgol_filter

        length = self.length(bandwidth)
        return np.asarray(savgol_filter(self.mass, length, ORDER, deriv=derivative, delta=self.step, axis=-1))

    def per_recorded_kelvin(self) -> Curve:
        """Return the curve as if its time were that of an even ramp: its DTG is dm/dT."""
        even = np.linspace(self.temperature[0], self.temperature[-1], self.temperature.size)
        rising = np.maximum.accumulate(self.temperature)
        mass = np.array([np.interp(even, rising, m) for m in np.atleast_2d(self.mass)])
        return Curve(
            even, mass.reshape(self.mass.shape), float(even[1] - even[0]), self.spacing, self.segment,
            self.reference,
        )  # fmt: skip

    def with_noise(self, bandwidth: float, draws: int, rng: np.random.Generator) -> Curve:
        """Return the curve with `draws` sets of noise like its own added, the first without any."""
        from scipy.signal import lfilter

        rest = self.mass - self.smooth(bandwidth)
        size = float(np.std(rest))
        memory = float(np.clip(np.corrcoef(rest[:-1], rest[1:])[0, 1], 0, 0.95)) if size > 0 else 0.0
        white = rng.standard_normal((draws, self.mass.size)) * size * np.sqrt(1 - memory**2)
        noise = lfilter([1.0], [1.0, -memory], white, axis=-1)
        noise[0] = 0.0
        return Curve(
            self.temperature, self.mass + noise, self.step, self.spacing, self.segment, self.reference
        )


def curve(time: Array, temperature: Array, mass: Array, segment: Segment) -> Curve:
    """Lay a segment out on an even grid.

    Parameters
    ----------
    time, temperature, mass
        s, degC and any unit of mass, shape (points,).
    segment
        The stretch to take.
    """
    from scipy.signal import savgol_filter

    inside = (time >= segment.start) & (time <= segment.end)
    t, T, m = time[inside], temperature[inside], mass[inside]
    size = int(np.clip(t.size, FEWEST, MOST))
    edges = np.linspace(segment.start, segment.end, size + 1)
    middle = (edges[1:] + edges[:-1]) / 2
    T, m = (_onto(edges, middle, t, values) for values in (T, m))
    step = segment.rate / _MINUTE * (middle[1] - middle[0])
    length = max(SHORTEST, 2 * (size // 40) + 1)
    T = savgol_filter(T, length, 1)
    spacing = (segment.high - segment.low) / max(int(np.count_nonzero(inside)) - 1, 1)
    reference = float(np.median(m[:SHORTEST]))
    return Curve(T, 100 * m / reference, step, spacing, segment, reference)


def _onto(edges: Array, middle: Array, time: Array, values: Array) -> Array:
    """Average the readings in each bin; between readings go straight."""
    count, _ = np.histogram(time, edges)
    total, _ = np.histogram(time, edges, weights=values)
    filled = count > 0
    if filled.mean() < 0.5:  # sparse: the readings themselves are the better knots
        t, first = np.unique(time, return_index=True)
        return np.interp(middle, t, values[first])
    centre, _ = np.histogram(time, edges, weights=time)
    return np.interp(middle, centre[filled] / count[filled], total[filled] / count[filled])
