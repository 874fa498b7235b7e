"""Mean, standard deviation and confidence interval of a few values."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

LEVEL = 0.90  # of the interval, as everywhere in findings


class Spread(NamedTuple):
    """Mean, standard deviation, ends of the 90 % interval of the mean, number of values."""

    mean: float
    sd: float
    low: float
    high: float
    number: int


def spread(values: ArrayLike) -> Spread:
    """Return mean, standard deviation and the interval of the mean after Student.

    Parameters
    ----------
    values
        Any shape; NaN are left out.

    Returns
    -------
    Spread
        NaN where there are no values; no interval from one.
    """
    from scipy.special import stdtrit

    given = np.asarray(values, dtype=np.float64).ravel()
    given = given[np.isfinite(given)]
    count = len(given)
    if not count:
        return Spread(math.nan, math.nan, math.nan, math.nan, 0)
    mean = float(np.mean(given))
    if count == 1:
        return Spread(mean, math.nan, math.nan, math.nan, 1)
    sd = float(np.std(given, ddof=1))
    half = float(stdtrit(count - 1, (1 + LEVEL) / 2)) * sd / math.sqrt(count)
    return Spread(mean, sd, mean - half, mean + half, count)
