"""D over G by raw maxima, heights and areas: one value from all admissible ways, with its uncertainties."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .bands import Array
from .baseline import ANCHORS, straight
from .ensemble import Ensemble, Try

Z90 = 1.6449  # half of a 90 % interval in standard deviations
WINDOWS = {"D": (1290.0, 1400.0), "G": (1555.0, 1630.0)}  # 1/cm where raw maxima are looked for
SMOOTH = 15.0  # 1/cm: width of the parabola that tells a maximum from a spike of noise
WIDTHS = (SMOOTH, 10.0, 25.0)  # the range of reasonable widths; first the usual one
QUIETEST = 0.1  # of the mean variance of the noise, that every point has at least: fluorescence and detector
TINY = 1e-300  # a spectrum without any noise
DRAWS = 200  # of noise for the interval of raw maxima; a standard deviation to 5 %
BLOCK = 12  # neighbouring residuals drawn together, so that correlated noise stays so


@dataclass(frozen=True)
class Combined:
    """A quantity from several ways.

    Parameters
    ----------
    value, low, high
        Best value and ends of the 90 % interval.
    statistical
        Half of the 90 % interval that noise alone leaves.
    between
        Lowest and highest value among the ways that count.
    """

    value: float
    low: float
    high: float
    statistical: float
    between: tuple[float, float]

    @property
    def relative(self) -> float:
        """Half of the interval over the value."""
        return 0.5 * (self.high - self.low) / abs(self.value) if self.value else float("inf")


def combine(values: Array, errors: Array, extra: float = 0.0) -> Combined:
    """Return mean and interval of one quantity found in several ways that count alike.

    Parameters
    ----------
    values, errors
        Values and their standard errors.
    extra
        A standard error common to all.
    """
    value = float(np.mean(values))
    noise = float(np.sqrt(np.mean(errors**2)))
    half = Z90 * float(np.sqrt(noise**2 + np.var(values) + extra**2))
    return Combined(
        value, value - half, value + half, Z90 * noise, (float(np.min(values)), float(np.max(values)))
    )


def ratio(ways: Ensemble, areas: bool) -> Combined | None:
    """Return D over G by heights or areas of the fits; None where D or G vanishes in all of them."""
    pairs = np.array([t.fit.ratio(areas) for t in ways.admissible])
    pairs = pairs[np.isfinite(pairs).all(axis=1)]
    if not len(pairs):
        return None
    found = combine(np.log(pairs[:, 0]), pairs[:, 1])
    value, low, high = (float(np.exp(v)) for v in (found.value, found.low, found.high))
    ends = float(np.exp(found.between[0])), float(np.exp(found.between[1]))
    return Combined(value, low, high, value * found.statistical, ends)


def of_bands(ways: Ensemble, get: Callable[[Try], tuple[float, float]], extra: float = 0.0) -> Combined:
    """Return a position or width; `get` takes value and standard error from one way."""
    pairs = np.array([get(t) for t in ways.admissible])
    return combine(pairs[:, 0], pairs[:, 1], extra)


def cleaned(way: Try) -> Array:
    """Return the spectrum of the window without cosmic rays."""
    fit = way.fit
    return np.asarray(np.where(fit.kept, fit.y, fit.curve(fit.x)) + way.base)


def tops(x: Array, y: Array, ends: tuple[float, float], width: float = SMOOTH) -> tuple[float, float]:
    """Return the maxima of D and G over a straight line.

    Parameters
    ----------
    x, y
        Shift in 1/cm and intensity.
    ends
        Shifts through which the straight line goes.
    width
        1/cm over which a parabola is fitted at each point, so that a maximum is not one of noise; 0 for none.
    """
    over = smooth(x, y, width) - straight(x, y, *ends)
    found = [float(over[(x >= a) & (x <= b)].max(initial=0.0)) for a, b in WINDOWS.values()]
    return found[0], found[1]


def smooth(x: Array, y: Array, width: float) -> Array:
    """Return `y` with a parabola fitted about each point (Savitzky and Golay)."""
    from scipy.signal import savgol_filter

    points = 2 * round(0.5 * width * (x.size - 1) / float(np.ptp(x))) + 1
    return y if points < 5 else np.asarray(savgol_filter(y, points, 2))


def raw(ways: Ensemble, rng: np.random.Generator, ends: tuple[float, float] = ANCHORS[0]) -> Combined | None:
    """Return D over G by the maxima over a straight line.

    Parameters
    ----------
    ways
        Fits of the spectrum; the best one tells noise from bands.
    rng
        For the draws of noise.
    ends
        Shifts through which the straight line goes.

    Returns
    -------
    Combined or None
        `between` is over usual ends and widths; None where G has no maximum.
    """
    way, x = ways.best, ways.best.fit.x
    y, curve = cleaned(way), way.fit.curve(x) + way.base
    d, g = tops(x, y, ends)
    if d <= 0 or g <= 0:
        return None
    spread = _spread(y - curve, curve)
    residual = ((y - curve) / spread)[way.fit.kept]
    exact = _over(tops(x, curve, ends))
    noisy = (curve + spread * _noise(residual, x.size, rng) for _ in range(DRAWS))
    draws = np.array([_over(tops(x, drawn, ends)) for drawn in noisy])
    widths = [_over(tops(x, y, ends, w)) for w in WIDTHS]
    others = [*widths, *(_over(tops(x, y, e)) for e in ANCHORS)]
    if not np.isfinite([exact, *draws, *others]).all():  # noise or a base line hides G
        return None
    noise, bias = float(draws.std()), float(draws.mean() - exact)
    value = d / g - bias
    half = Z90 * float(np.hypot(noise, np.std(widths)))
    return Combined(value, value - half, value + half, Z90 * noise, (min(others), max(others)))


def _over(pair: tuple[float, float]) -> float:
    return pair[0] / pair[1] if pair[1] > 0 else float("nan")


def _spread(residual: Array, curve: Array) -> Array:
    """Return the scatter at each point: a constant, and counting noise that grows with the signal."""
    from scipy.optimize import nnls

    rise = curve - curve.min()
    parts, _ = nnls(np.column_stack([np.ones_like(rise), rise]), residual**2)
    variance = parts[0] + parts[1] * rise
    return np.sqrt(np.maximum(variance, QUIETEST * float(np.mean(residual**2)) + TINY))


def _noise(residual: Array, size: int, rng: np.random.Generator) -> Array:
    """Return residuals drawn in blocks of neighbours."""
    starts = rng.integers(0, max(residual.size - BLOCK, 1), size // BLOCK + 1)
    places = (starts[:, None] + np.arange(BLOCK)).ravel()[:size]
    return residual[np.minimum(places, residual.size - 1)]
