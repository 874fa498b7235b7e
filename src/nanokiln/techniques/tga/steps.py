"""Steps of mass loss: where they are, their fastest point, and their extrapolated onset by tangents."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .curve import Curve

Array = NDArray[np.float64]

FIRST_LOOK = 15.0  # K, bandwidth with which steps are looked for
LEAST_RATE = 0.05  # of the fastest rate a maximum must stand out to count as a step of its own
ABOVE_NOISE = 5.0  # times the scatter of DTG a maximum must stand out
MOST_STEPS = 3  # steps reported for one segment, the largest ones
LEAST_LOSS = 0.05  # of the largest step a further step must lose to be reported
WIDTH_SHARE = 0.4  # of the width of a step: the usual bandwidth for its DTG
BANDWIDTHS = (0.6, 1.0, 1.6)  # times the usual bandwidth: the range of a reasonable choice
BASE_SHARES = (
    0.05,
    0.02,
    0.10,
)  # of the fastest rate at which the base line before a step may end; first: usual
BASE_LENGTHS = (30.0, 15.0, 60.0)  # K of base line used for its tangent; first: the usual one
VISIBLE = 2.0  # times the drift of the balance a gain must reach to be one
# times the drift a step must lose: drift and buoyancy go evenly over the run, a step is narrow
STEP_VISIBLE = 0.25
TOP = 0.9  # of the fastest rate: the points the cubic for the maximum goes through


@dataclass(frozen=True)
class Step:
    """One step of loss.

    Parameters
    ----------
    begin, peak, end
        Grid points where it begins, is fastest, and ends.
    width
        Width at half of the rate, K.
    loss
        % of the reference mass.
    """

    begin: int
    peak: int
    end: int
    width: float
    loss: float

    @property
    def bandwidth(self) -> float:
        """Usual bandwidth in K for the DTG of this step."""
        return WIDTH_SHARE * self.width


def find_steps(curve: Curve, drift: float = 0.0) -> list[Step]:
    """Find the steps of loss in a segment, the largest first.

    Parameters
    ----------
    curve
        The segment.
    drift
        Standard deviation of the balance over a run, %; smaller losses are none.

    Limits
    ------
    A loss that is fastest at the very beginning of the segment (drying from the start) is no step.
    """
    from scipy.signal import find_peaks, peak_widths

    rate = curve.dtg(FIRST_LOOK)
    scatter = np.diff(rate, n=2)
    noise = float(np.median(np.abs(scatter))) / 0.6745  # sd of a normal distribution from its median
    least = max(LEAST_RATE * float(rate.max(initial=0.0)), ABOVE_NOISE * noise)
    peaks, _ = find_peaks(rate, prominence=max(least, 1e-12))
    if not peaks.size:
        return []
    widths = peak_widths(rate, peaks, rel_height=0.5)[0] * curve.step
    walls = [
        0,
        *(int(a + np.argmin(rate[a:b])) for a, b in pairwise(peaks)),
        rate.size - 1,
    ]
    mass = curve.smooth(FIRST_LOOK)
    steps = [
        Step(walls[i], int(p), walls[i + 1], float(w), float(mass[walls[i]] - mass[walls[i + 1]]))
        for i, (p, w) in enumerate(zip(peaks, widths, strict=True))
    ]
    steps.sort(key=lambda s: -s.loss)
    least = max(LEAST_LOSS * steps[0].loss, STEP_VISIBLE * drift)
    return [s for s in steps if s.loss > least][:MOST_STEPS]


def fastest(curve: Curve, step: Step, bandwidth: float) -> tuple[Array, Array, Array]:
    """Return temperature, rate (%/K) and mass (%) at the fastest point, one value per draw."""
    rate = np.atleast_2d(curve.dtg(bandwidth))
    mass = np.atleast_2d(curve.smooth(bandwidth))
    T = curve.temperature
    found = []
    for r, m in zip(rate, mass, strict=True):
        top = step.begin + int(np.argmax(r[step.begin : step.end + 1]))
        near = _around(r, top, step)
        at = float(T[top])
        if near.size:
            at += _top_of_cubic(T[near] - at, r[near])
        found.append((at, float(r[top]), float(np.interp(at, T, m))))
    columns = np.array(found).T
    return columns[0], columns[1], columns[2]


def _top_of_cubic(x: Array, y: Array) -> float:
    """Return where a cubic through the points is highest, within them."""
    if x.size < 5:
        return 0.0
    fine = np.linspace(x[0], x[-1], 201)
    return float(fine[np.argmax(np.polyval(np.polyfit(x, y, 3), fine))])


def _around(rate: Array, top: int, step: Step) -> NDArray[np.int_]:
    """Return the connected grid points about `top` where the rate is near its maximum."""
    low = rate[step.begin : step.end + 1] < TOP * rate[top]
    left = np.flatnonzero(low[: top - step.begin])
    right = np.flatnonzero(low[top - step.begin :])
    a = step.begin + (int(left[-1]) + 1 if left.size else 0)
    b = top + (int(right[0]) if right.size else step.end + 1 - top)
    return np.arange(a, b)


def onset(
    curve: Curve, step: Step, bandwidth: float, share: float = BASE_SHARES[0], length: float = BASE_LENGTHS[0]
) -> Array:
    """Return the extrapolated onset in degC, one value per draw.

    It is where the tangent at the fastest point meets the straight line through the base line before the
    step (ISO 11358-1). The base line ends where the rate has risen by `share` of the way from its least value
    before the step to its maximum, and the last `length` K before that are fitted.

    Parameters
    ----------
    curve, step
        The segment and its step.
    bandwidth
        K, of the smoothing.
    share, length
        As above.

    Returns
    -------
    numpy.ndarray
        NaN where there is no base line of at least five grid points.
    """
    peak, slope, at_peak = fastest(curve, step, bandwidth)
    rate = np.atleast_2d(curve.dtg(bandwidth))[0]
    mass = np.atleast_2d(curve.mass)
    before = rate[step.begin : step.peak + 1]
    quiet = step.begin + int(np.argmin(before))
    level = rate[quiet] + share * (rate[step.peak] - rate[quiet])
    rising = np.flatnonzero(rate[quiet : step.peak + 1] > level)
    end = quiet + (int(rising[0]) if rising.size else 0)
    T = curve.temperature
    begin = max(step.begin, int(np.searchsorted(T, T[end] - length)))
    if end - begin < 5:
        return np.full(mass.shape[0], np.nan)
    middle = float(T[end])
    gradient, height = np.polyfit(T[begin:end] - middle, mass[:, begin:end].T, 1)
    # base: height + gradient (T - middle);  tangent: at_peak - slope (T - peak)
    return np.asarray((at_peak + slope * peak - height + gradient * middle) / (slope + gradient))
