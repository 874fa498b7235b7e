"""Statistics of a size distribution: values with 90 % intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

CONFIDENCE = 0.90  # of all intervals, as for every finding
_CHUNK = 2_000_000  # random numbers held at once while resampling


@dataclass(frozen=True)
class Estimate:
    """A value with the ends of its 90 % interval."""

    value: float
    low: float
    high: float


def quantile_normal() -> float:
    """Return the number of standard deviations that bound the interval of a normal variable."""
    from scipy.stats import norm

    return float(norm.ppf(0.5 + CONFIDENCE / 2))


def mean(d: Array) -> Estimate:
    """Return the arithmetic mean with Student's t-interval; NaN interval for one particle."""
    from scipy.stats import t

    value = float(d.mean())
    if d.size < 2:
        return Estimate(value, np.nan, np.nan)
    half = float(t.ppf(0.5 + CONFIDENCE / 2, d.size - 1) * d.std(ddof=1) / np.sqrt(d.size))
    return Estimate(value, value - half, value + half)


def median(d: Array) -> Estimate:
    """Return the median with the interval between order statistics (exact, free of any distribution).

    The interval is the narrowest symmetric pair of order statistics that covers at least 90 %; with fewer
    than five particles no pair does and it is NaN.
    """
    from scipy.stats import binom

    value = float(np.median(d))
    below = int(binom.ppf((1 - CONFIDENCE) / 2, d.size, 0.5))
    # the pair (below, n + 1 - below), counted from one, misses with probability 2 P(X < below)
    if below < 1 or 2 * binom.cdf(below - 1, d.size, 0.5) > 1 - CONFIDENCE:
        return Estimate(value, np.nan, np.nan)
    ordered = np.sort(d)
    return Estimate(value, float(ordered[below - 1]), float(ordered[d.size - below]))


def sd(rows: Array) -> Array:
    """Return the standard deviation of each row."""
    return np.asarray(rows.std(axis=-1, ddof=1))


def sd_of_logarithms(rows: Array) -> Array:
    """Return the standard deviation of ln(d) of each row; its exponential is the geometric sd."""
    return np.asarray(np.log(rows).std(axis=-1, ddof=1))


def delta_aic(rows: Array) -> Array:
    """Return AIC(normal) - AIC(log-normal) of each row; positive where log-normal describes it better.

    Both forms have two parameters, so the difference is that of -2 ln L:
    ``n ln(var d) - n ln(var ln d) - 2 sum ln d``. NaN where all particles are equal.
    """
    logs = np.log(rows)
    var, var_log = rows.var(axis=-1), logs.var(axis=-1)
    n = rows.shape[-1]
    with np.errstate(divide="ignore", invalid="ignore"):  # equal particles have no width to compare
        difference = n * (np.log(var) - np.log(var_log)) - 2 * logs.sum(axis=-1)
    return np.where((var > 0) & (var_log > 0), difference, np.nan)


def bootstrap(
    d: Array,
    statistic: Callable[[Array], Array],
    resamples: int,
    rng: np.random.Generator,
    *,
    positive: bool = True,
) -> Estimate:
    """Return a statistic with its basic bootstrap interval.

    Parameters
    ----------
    d
        Sample, shape (n,), n at least 2.
    statistic
        Function of rows, shape (m, n) to (m,).
    resamples
        Number of bootstrap samples.
    rng
        Generator that draws them.
    positive
        Whether the statistic is a positive scale: the interval is then formed on its logarithm.

    Returns
    -------
    Estimate
        NaN interval where the statistic is zero or undefined.

    Limits
    ------
    Too narrow below about 30 particles. Source: Davison and Hinkley, Bootstrap Methods and their
    Application (1997), section 5.2.
    """
    value = float(statistic(d[np.newaxis, :])[0])
    drawn = _resample(d, statistic, resamples, rng)
    drawn = drawn[np.isfinite(drawn) & ((drawn > 0) | (not positive))]
    if not np.isfinite(value) or (positive and value <= 0) or not drawn.size:
        return Estimate(value, np.nan, np.nan)
    low, high = np.quantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    if positive:
        return Estimate(value, float(value * (value / high)), float(value * (value / low)))
    return Estimate(value, float(2 * value - high), float(2 * value - low))


def _resample(
    d: Array, statistic: Callable[[Array], Array], resamples: int, rng: np.random.Generator
) -> Array:
    per_turn = max(1, _CHUNK // d.size)
    found = []
    for start in range(0, resamples, per_turn):
        rows = min(per_turn, resamples - start)
        found.append(statistic(d[rng.integers(0, d.size, size=(rows, d.size))]))
    return np.concatenate(found)
