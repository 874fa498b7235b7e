"""Intervals of circuit parameters by profile likelihood."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .fit import Fit
from .solver import minimise

Array = NDArray[np.float64]

ROUNDS = 5  # of the search for each end; it converges like a secant
STEPS = 25  # of each constrained fit
CLOSE = 0.02  # relative error of the end in the root of the likelihood
FIRST_REACH = 6.0  # natural logarithms an end may lie away at the first attempt
STRETCH = 3.0  # factor by which an end may move out in one round


def profile(fit: Fit, names: Sequence[str], level: float = 0.90) -> dict[str, tuple[float, float]]:
    """Return intervals of parameters, all others adjusted.

    Parameters
    ----------
    fit
        The fit.
    names
        Parameters.
    level
        Probability that an interval holds the true value, for noise of relative size alike at all
        frequencies.

    Returns
    -------
    dict
        Ends by name; an end that lies beyond the bounds of the fit is 0, infinity, or the bound of an
        exponent.

    Limits
    ------
    Residuals count as independent noise. A circuit that does not describe the spectrum has wrong intervals.
    """
    from scipy.stats import t

    goal = float(t.ppf(0.5 + level / 2, fit.free))
    where = np.array([fit.circuit.where[name] for name in names])
    index = np.repeat(where, 2)
    side = np.tile([-1.0, 1.0], len(names))
    sigma = np.sqrt(max(fit.variance, np.finfo(float).tiny))
    reach, direction = _first_guess(fit, index, goal * sigma)
    limit = np.where(side < 0, fit.vector[index] - fit.low[index], fit.high[index] - fit.vector[index])
    inner, outer = np.zeros(index.size), np.full(index.size, np.inf)
    rise_inner, rise_outer = np.zeros(index.size), np.full(index.size, np.inf)
    reach = np.minimum(reach, limit)
    ends = reach.copy()
    for _ in range(ROUNDS):
        rise = _rise(fit, index, side * reach, direction) / sigma
        ends = reach
        if np.all((np.abs(rise / goal - 1) < CLOSE) | ((rise < goal) & (reach >= limit))):
            break
        low = rise < goal
        inner, rise_inner = np.where(low, reach, inner), np.where(low, rise, rise_inner)
        outer, rise_outer = np.where(low, outer, reach), np.where(low, rise_outer, rise)
        reach = np.minimum(_next(reach, rise, goal, inner, outer, rise_inner, rise_outer), limit)
    open_ended = (ends >= limit) & (_rise(fit, index, side * limit, direction) / sigma < goal)
    return _ends(fit, names, index, side, ends, open_ended)


def _first_guess(fit: Fit, index: NDArray[np.intp], size: float) -> tuple[Array, Array]:
    """Return how far the ends lie in the linear approximation, and how the others then move."""
    _, slope = fit.spectrum.model(fit.circuit, fit.vector[None])
    covariance = np.linalg.pinv(slope[0].T @ slope[0], hermitian=True)
    own = np.maximum(np.diag(covariance)[index], np.finfo(float).tiny)
    return np.minimum(size * np.sqrt(own), FIRST_REACH), covariance[index] / own[:, None]


def _rise(fit: Fit, index: NDArray[np.intp], shift: Array, direction: Array) -> Array:
    """Root of the rise of the cost with one parameter shifted and all others fitted anew."""
    starts = fit.vector + direction * shift[:, None]
    rows = np.arange(index.size)
    starts[rows, index] = fit.vector[index] + shift
    fixed = np.zeros(starts.shape, dtype=bool)
    fixed[rows, index] = True
    found = minimise(lambda v: fit.spectrum.model(fit.circuit, v), starts, fit.low, fit.high, STEPS, fixed)
    return np.sqrt(np.maximum(found.costs - fit.cost, 0.0))


def _next(
    reach: Array, rise: Array, goal: float, inner: Array, outer: Array, rise_inner: Array, rise_outer: Array
) -> Array:
    """Return where each end is looked for next: between the brackets, else further out."""
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = inner + (outer - inner) * (goal - rise_inner) / (rise_outer - rise_inner)
        beyond = reach * np.clip(goal / rise, 1.0, STRETCH)
    return np.where(np.isfinite(outer), inside, beyond)


def _ends(
    fit: Fit,
    names: Sequence[str],
    index: NDArray[np.intp],
    side: Array,
    ends: Array,
    open_ended: NDArray[np.bool_],
) -> dict[str, tuple[float, float]]:
    found = {}
    for i, name in enumerate(names):
        pair = []
        for j in (2 * i, 2 * i + 1):
            end = fit.vector[index[j]] + side[j] * ends[j]
            exponent = fit.circuit.exponents[index[j]]
            value = float(end if exponent else np.exp(end))
            if open_ended[j] and not exponent:
                value = 0.0 if side[j] < 0 else float(np.inf)
            pair.append(value)
        found[name] = (pair[0], pair[1])
    return found
