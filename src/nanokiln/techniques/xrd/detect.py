"""Where peaks are: matched filters of several widths, against the noise of the pattern itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.measurement import Measurement
from .radiation import Radiation

Array = NDArray[np.float64]

_NARROWEST_STEPS = 3.0  # full width in steps of the narrowest filter: fewer cannot be told from a spike
_FILTERS = 12  # widths tried, in equal ratios
_REACH = 2.5  # full widths on each side of a filter; its weight beyond is below 1e-6
_ZERO_TO_FULL = float(
    np.sqrt(2 * np.log(2))
)  # full width over the distance of the zeros of a filtered Gaussian
_PEAKED = 1.2  # the same for shapes between Gaussian and Lorentzian, over that
_DIP = 0.7  # depth between two maxima over the least response: a shallower dip is noise on one peak
_RELATIVE_DIP = 0.03  # the same over the maximum
_APART = 0.8  # of its width: a wider filter's maximum so near to a known one is the same
_LOW_COUNTS = 1.0  # smallest variance: one count
_BLOCKS = (1, 2, 4, 8)  # points averaged to find noise that hangs together
_BLOCK_DEG = 0.1  # longest average, degrees: shorter than a peak
_QUARTER, _QUARTER_NORMAL = (
    0.25,
    0.1015,
)  # lower quarter, and where it lies for the square of a normal deviate
_SECOND = 6.0  # sum of the squared weights 1, -2, 1
_ALPHA2_NEAR = 0.6  # of the width: so close to the second line of a stronger peak, a maximum is that line
_ALPHA2_WEAKER = 0.85  # its filter response over the stronger peak's


@dataclass(frozen=True)
class Scan:
    """A pattern ready for analysis.

    Parameters
    ----------
    x, y
        Angles (degrees, rising) and intensities.
    variance
        Variance of each intensity.
    noise
        Variance over counts; 1 for counting noise alone. NaN where the file states its own errors.
    """

    x: Array
    y: Array
    variance: Array
    noise: float

    @property
    def step(self) -> float:
        """Usual step, degrees."""
        return float(np.median(np.diff(self.x)))


def scan_of(measurement: Measurement, ends: tuple[float, float] | None = None) -> Scan:
    """Return angles, intensities and their variances.

    Parameters
    ----------
    measurement
        A pattern.
    ends
        First and last angle used, degrees; all without.

    Notes
    -----
    The variance is counts times a factor found from the differences of neighbours, and of means over a few
    points:
    files that were smoothed or resampled have less noise from point to point than over the width of a peak.
    Errors stated in the file go first.
    """
    x, y = measurement.data["two_theta"].values, measurement.data["counts"].values
    stated = measurement.data["sigma"].values if "sigma" in measurement.data else None
    if ends is not None:
        used = (x >= ends[0]) & (x <= ends[1])
        x, y, stated = x[used], y[used], None if stated is None else stated[used]
    if stated is not None:
        least = float(stated[stated > 0].min())
        return Scan(x, y, np.maximum(stated, least) ** 2, float("nan"))
    smooth = np.convolve(np.pad(y, 2, mode="edge"), np.full(5, 0.2), mode="valid")
    level = np.maximum(smooth, _LOW_COUNTS * max(1e-3 * y.max(), 0.0 if y.max() > 100 else 0.1))
    noise = max(_noise(y, level, k) for k in _BLOCKS if k == 1 or k * np.median(np.diff(x)) < _BLOCK_DEG)
    return Scan(x, y, noise * level, noise)


def _noise(y: Array, level: Array, block: int) -> float:
    """Variance over counts, from second differences of means over `block` points."""
    size = y.size // block * block
    mean, expected = (a[:size].reshape(-1, block).mean(axis=1) for a in (y, level))
    ratio = block * np.diff(mean, 2) ** 2 / _SECOND / expected[1:-1]
    found = float(np.quantile(ratio, _QUARTER)) / _QUARTER_NORMAL  # peaks fill the upper ones
    return found if found > 0 else float(np.mean(ratio)) or 1.0  # many points equal, such as zeros


@dataclass(frozen=True)
class Candidate:
    """A maximum that stands out: position and width (degrees), response over its noise."""

    position: float
    width: float
    response: float


def candidates(scan: Scan, rays: Radiation, least: float, widest: float) -> list[Candidate]:
    """Return maxima narrower than `widest` that stand out by more than `least`, from low angle to high.

    Parameters
    ----------
    scan
        The pattern.
    rays
        X-rays; second lines of stronger peaks are left out.
    least
        Filter response over its noise.
    widest
        Largest full width of a peak, degrees.

    Notes
    -----
    The filter is the negative second derivative of a Gaussian: blind to any straight background. Narrow
    filters
    go first, so that overlapping peaks stay apart; a wider one adds what no narrower one saw. Widths
    follow from
    where the filtered curve changes sign; what is wider than a peak may be is a halo.
    """
    step = scan.step
    most = min(widest, 0.2 * float(np.ptp(scan.x)))
    widths = np.geomspace(_NARROWEST_STEPS * step, max(most, 2 * _NARROWEST_STEPS * step), _FILTERS)
    stack = np.array([_response(scan, width / step) for width in widths])
    places: list[tuple[int, int]] = []
    for level, width in enumerate(widths):
        tops = _tops(stack[level], least)
        known = scan.x[[i for i, _ in places]]
        apart = _APART * width
        places += [(int(i), level) for i in tops if not known.size or np.abs(known - scan.x[i]).min() > apart]
    found = [
        Candidate(float(scan.x[i]), width, float(stack[level, i]))
        for i, level in places
        if (width := _width(scan.x, stack[level], i, float(widths[level]))) <= widest
    ]
    return _distinct(found, rays, step)


def _width(x: Array, response: Array, top: int, filter_width: float) -> float:
    """Full width of a peak from where the filtered curve crosses zero, less the width of the filter."""
    below = response < 0
    left, right = np.flatnonzero(below[:top]), np.flatnonzero(below[top:])
    first = x[left[-1]] if left.size else x[0]
    last = x[top + right[0]] if right.size else x[-1]
    square = (_ZERO_TO_FULL * (last - first)) ** 2 - filter_width**2
    return float(_PEAKED * np.sqrt(max(square, (0.5 * filter_width) ** 2)))


def _tops(y: Array, least: float) -> list[int]:
    """Return maxima above `least` that a real dip parts from the next one."""
    turns = np.flatnonzero(np.diff(np.sign(np.diff(y))) != 0) + 1
    result: list[int] = []
    top, valley = -1, np.inf
    for i in turns:
        if top < 0:
            if y[i] > max(least, valley + _DIP * least):
                top = int(i)
            valley = min(valley, y[i])
        elif y[i] > y[top]:
            top = int(i)
        elif y[i] < y[top] - max(_DIP * least, _RELATIVE_DIP * y[top]):
            result.append(top)
            top, valley = -1, y[i]
    return result if top < 0 else [*result, top]


def _response(scan: Scan, width_steps: float) -> Array:
    sigma = width_steps / (2 * np.sqrt(2 * np.log(2)))
    half = max(2, min(int(np.ceil(_REACH * width_steps)), (scan.x.size - 1) // 2))
    u = np.arange(-half, half + 1) / sigma
    kernel = (1 - u**2) * np.exp(-(u**2) / 2)
    kernel -= kernel.mean()
    y = np.pad(scan.y, half, mode="reflect", reflect_type="odd")
    variance = np.pad(scan.variance, half, mode="reflect")
    signal = np.convolve(y, kernel, mode="valid")
    response: Array = signal / np.sqrt(np.convolve(variance, kernel**2, mode="valid"))
    return response


def _distinct(found: list[Candidate], rays: Radiation, step: float) -> list[Candidate]:
    """Leave out second lines, and maxima within half a width of a stronger one."""
    kept: list[Candidate] = []
    for one in sorted(found, key=lambda c: -c.response):
        near = any(abs(one.position - k.position) < 0.5 * min(one.width, k.width) for k in kept)
        second = rays.ratio > 0 and any(
            abs(one.position - float(rays.second(k.position))) < _ALPHA2_NEAR * k.width + step
            and one.position - k.position > 0.5 * k.width
            and one.response < _ALPHA2_WEAKER * k.response
            for k in kept
        )
        if not near and not second:
            kept.append(one)
    return sorted(kept, key=lambda c: c.position)
