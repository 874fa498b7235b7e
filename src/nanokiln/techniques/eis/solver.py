"""Levenberg-Marquardt for many starts at once, with bounds; a fit of a circuit from no initial guess."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Model = Callable[[Array], tuple[Array, Array]]

FIRST_DAMPING = 1e-2  # of the diagonal; between Gauss-Newton and steepest descent
EASIER, HARDER = 0.2, 5.0  # factors on the damping after a step that helped, and one that did not
MOST_DAMPING = 1e9  # a start that needs more has nowhere to go
LONGEST_STEP = 2.0  # in a logarithm: a factor of seven at once
CONVERGED = 1e-9  # relative gain in the cost below which a start is done
FLOOR = 1e-12  # added to the diagonal, so that a parameter without effect does not make it singular


@dataclass(frozen=True)
class Minima:
    """Where the starts ended: parameters (k, p) and cost, the sum of squared residuals (k,)."""

    vectors: Array
    costs: Array


def minimise(
    model: Model, starts: Array, low: Array, high: Array, steps: int, fixed: NDArray[np.bool_] | None = None
) -> Minima:
    """Minimise the sum of squares from many starts.

    Parameters
    ----------
    model
        Returns residuals (k, m) and their derivatives (k, m, p) for parameters (k, p).
    starts
        Starting points (k, p).
    low, high
        Bounds of each parameter (p,).
    steps
        Most steps taken from each start.
    fixed
        Parameters that stay as they are, per start (k, p).

    Returns
    -------
    Minima
        In the order of the starts; none is worse than its start within the bounds.
    """
    vectors = np.clip(starts, low, high)
    free = np.ones(vectors.shape, dtype=bool) if fixed is None else ~fixed
    residual, slope = model(vectors)
    costs = _square(residual)
    damping = np.full(len(vectors), FIRST_DAMPING)
    active = np.flatnonzero(np.isfinite(costs))
    for _ in range(steps):
        if not active.size:
            break
        trial = _step(
            vectors[active], residual[active], slope[active], damping[active], free[active], low, high
        )
        new_residual, new_slope = model(trial)
        cost = _square(new_residual)
        better = cost < costs[active]
        done = better & (costs[active] - cost <= CONVERGED * costs[active])
        taken = active[better]
        vectors[taken], costs[taken] = trial[better], cost[better]
        residual[taken], slope[taken] = new_residual[better], new_slope[better]
        damping[active] *= np.where(better, EASIER, HARDER)
        active = active[~done & (damping[active] < MOST_DAMPING)]
    return Minima(vectors, np.where(np.isfinite(costs), costs, np.inf))


def _square(residual: Array) -> Array:
    return np.asarray(np.einsum("km,km->k", residual, residual))


def _step(
    vectors: Array,
    residual: Array,
    slope: Array,
    damping: Array,
    free: NDArray[np.bool_],
    low: Array,
    high: Array,
) -> Array:
    """Return where each start would go next; a parameter at a bound it is pushed against stays."""
    gradient = np.einsum("kmp,km->kp", slope, residual)
    pushed = ((vectors <= low) & (gradient > 0)) | ((vectors >= high) & (gradient < 0))
    moving = free & ~pushed
    normal = np.matmul(slope.transpose(0, 2, 1), slope) * (moving[:, :, None] & moving[:, None, :])
    diagonal = np.einsum("kpp->kp", normal)
    normal = normal.copy()
    index = np.arange(vectors.shape[1])
    scale = np.maximum(diagonal.max(axis=1, keepdims=True), FLOOR)
    normal[:, index, index] += damping[:, None] * diagonal + FLOOR * scale + np.where(moving, 0.0, scale)
    move = np.linalg.solve(normal, (-gradient * moving)[:, :, None])[:, :, 0]
    return np.asarray(np.clip(vectors + np.clip(move, -LONGEST_STEP, LONGEST_STEP), low, high))
