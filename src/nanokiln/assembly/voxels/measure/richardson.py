"""Values at several voxel sizes, extrapolated to none: with the order observed and never without an error."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ....core.errors import InputError

ORDERS = (0.3, 3.0)  # observed orders outside are no convergence: the sizes are not in the asymptotic range
USUAL = (1.0, 2.0)  # orders a quantity may have when two sizes cannot show it: wetting one, solid two
SAFETY = 1.25  # on the distance from the finest grid to the extrapolated value (Roache 1994)
ROUNDING = 1e-9  # relative: differences below are none
TRIES = 60  # halvings of the range of orders


@dataclass(frozen=True)
class Extrapolation:
    """A value for vanishing voxels.

    Parameters
    ----------
    value
        Extrapolated; NaN where the values do not converge.
    low, high
        Its interval; where the values do not converge, all that was seen.
    order
        Observed; NaN where two sizes cannot show it or there is none.
    converged
        Whether the value may be used.
    statement
        The same in words.
    """

    value: float
    low: float
    high: float
    order: float
    converged: bool
    statement: str


def _check(sizes: ArrayLike, values: ArrayLike) -> tuple[list[float], list[float]]:
    h, f = np.asarray(sizes, dtype=np.float64).ravel(), np.asarray(values, dtype=np.float64).ravel()
    if len(h) != len(f) or len(h) < 2 or len(np.unique(h)) != len(h) or not np.all(h > 0):
        raise InputError(
            f"{len(h)} voxel sizes and {len(f)} values: give two or three different sizes, each with a value."
        )
    finest = np.argsort(h)[:3]
    return h[finest].tolist(), f[finest].tolist()


def observed_order(sizes: tuple[float, float, float], ratio: float) -> float:
    """Return p of f = f0 + c h^p from (f3 - f2)/(f2 - f1) at three sizes, finest first.

    Parameters
    ----------
    sizes
        Voxel sizes, finest first.
    ratio
        Difference of the coarse pair over that of the fine pair, positive.

    Returns
    -------
    float
        The order; NaN where it is outside 0.3 to 3.
    """
    h1, h2, h3 = (size / sizes[0] for size in sizes)

    def excess(p: float) -> float:
        return (h3**p - h2**p) / (h2**p - h1**p) - ratio

    low, high = ORDERS
    if not excess(low) < 0 < excess(high):
        return math.nan
    for _ in range(TRIES):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) < 0 else (low, middle)
    return (low + high) / 2


def _limit(h: list[float], f: list[float], order: float) -> float:
    return f[0] + (f[0] - f[1]) / ((h[1] / h[0]) ** order - 1)


def _from_two(h: list[float], f: list[float]) -> Extrapolation:
    ends = [_limit(h, f, order) for order in USUAL]
    value, far = sum(ends) / 2, [f[0] + SAFETY * (end - f[0]) for end in ends]
    low, high = min(*far, f[0]), max(*far, f[0])
    said = (
        f"two voxel sizes do not show an order: {value:.4g} is the middle between orders {USUAL[0]:g} and "
        f"{USUAL[1]:g}; the interval {low:.4g} to {high:.4g} reaches from a quarter beyond to the finest grid"
    )
    return Extrapolation(value, low, high, math.nan, True, said)


def extrapolate(sizes: ArrayLike, values: ArrayLike) -> Extrapolation:
    """Return the value for vanishing voxels from two or three sizes.

    Parameters
    ----------
    sizes
        Voxel sizes, any unit and order; of more than three the finest three count.
    values
        The quantity at each size.

    Returns
    -------
    Extrapolation
        From three sizes with the observed order p; from two with orders one to two, the usual ones. "Not
        converged" (value NaN) when the differences alternate or p is outside 0.3 to 3.

    Raises
    ------
    InputError
        If sizes and values do not match, or there are fewer than two different sizes.

    Limits
    ------
    Two sizes cannot show whether a quantity converges at all. Source: Roache, J. Fluids Eng. 116 (1994) 405.
    """
    h, f = _check(sizes, values)
    low, high = min(f), max(f)
    if not all(math.isfinite(v) for v in f):
        return Extrapolation(
            math.nan, math.nan, math.nan, math.nan, False, "not converged: a value is missing"
        )
    scale = max(abs(v) for v in f) * ROUNDING
    if high - low <= scale:
        return Extrapolation(
            f[0], f[0] - scale, f[0] + scale, math.nan, True, "does not change with the voxel"
        )
    if len(h) == 2:
        return _from_two(h, f)
    fine, coarse = f[1] - f[0], f[2] - f[1]
    if fine * coarse <= 0:
        said = f"not converged: the values do not go one way with the voxel ({low:.4g} to {high:.4g})"
        return Extrapolation(math.nan, low, high, math.nan, False, said)
    order = observed_order((h[0], h[1], h[2]), coarse / fine)
    if math.isnan(order):
        said = (
            f"not converged: the observed order is not within {ORDERS[0]:g} to {ORDERS[1]:g} "
            f"({low:.4g} to {high:.4g})"
        )
        return Extrapolation(math.nan, low, high, math.nan, False, said)
    value = _limit(h, f, order)
    error = SAFETY * abs(value - f[0])
    said = f"converges with order {order:.2f}: {value:.4g} +- {error:.2g} for vanishing voxels"
    return Extrapolation(value, value - error, value + error, order, True, said)
