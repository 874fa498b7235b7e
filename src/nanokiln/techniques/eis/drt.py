"""Distribution of relaxation times: non-negative, smooth, with a stated regularisation.

Z(w) = R + j w L + integral of g(ln tau) / (1 + j w tau) d ln tau, discretised on a grid of time constants.
The sum of squared relative residuals plus lambda times the sum of squared second differences of g is least
under g >= 0 (Tikhonov; lambda without dimension, g in units of the mean modulus).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .fit import Spectrum

Array = NDArray[np.float64]

PER_DECADE = 10  # time constants per decade; the regularisation decides the resolution, not the grid
MARGIN = 30.0  # factor by which time constants reach beyond the frequencies: a Warburg tail goes on
LAMBDAS = np.geomspace(1e2, 1e-5, 15)  # tried in this order until the fit is down to the noise
NOISE_LEVEL = 1.2  # sum of squares over that expected from the noise, at which regularisation stops to matter
WORTH = 0.1  # relative gain in the sum of squares for which a weaker regularisation is worth taking
SMALLEST_PEAK = 0.01  # share of the polarisation below which a maximum is not reported


@dataclass(frozen=True)
class Distribution:
    """A distribution of relaxation times.

    Parameters
    ----------
    tau
        Time constants (s).
    density
        g in ohm per unit of the natural logarithm of tau.
    regularisation
        Lambda.
    peaks
        Per maximum its time constant (s) and the resistance under it (ohm).
    """

    tau: Array
    density: Array
    regularisation: float
    peaks: tuple[tuple[float, float], ...]


def distribution(spectrum: Spectrum, regularisation: float | None = None) -> Distribution:
    """Return the distribution of relaxation times of a spectrum.

    Parameters
    ----------
    spectrum
        The spectrum.
    regularisation
        Lambda; where it is not given, the strongest that fits down to the noise of the Kramers-Kronig test.

    Limits
    ------
    A Warburg impedance is no sum of few maxima: it appears as a row of them at long times. The number of
    maxima depends on lambda.
    """
    from scipy.optimize import nnls

    omega = spectrum.omega
    decades = np.log10(omega.max() / omega.min() * MARGIN**2)
    tau = np.geomspace(1 / omega.max() / MARGIN, MARGIN / omega.min(), int(PER_DECADE * decades) + 1)
    step = float(np.log(tau[1] / tau[0]))
    size = float(np.abs(spectrum.impedance).mean())
    series = np.stack([np.ones(omega.size) + 0j, 1j * omega / omega.max()], axis=1)
    matrix = np.concatenate([series, step / (1 + 1j * omega[:, None] * tau)], axis=1) * size
    weight = 1 / np.abs(spectrum.test.fit)
    a, b = _stack(matrix * weight[:, None]), _stack(spectrum.impedance * weight)
    penalty = np.zeros((tau.size, tau.size + 2))
    penalty[:, 2:] = _second_differences(tau.size)

    def solve(value: float) -> tuple[Array, float]:
        stacked = np.concatenate([a, np.sqrt(value) * penalty]), np.concatenate([b, np.zeros(tau.size)])
        found, _ = nnls(*stacked, maxiter=50 * a.shape[1])
        return found, float(((a @ found - b) ** 2).sum())

    if regularisation is None:
        chosen, solution = _strongest(solve, spectrum)
    else:
        chosen, (solution, _) = float(regularisation), solve(float(regularisation))
    density = solution[2:] * size
    return Distribution(tau, density, chosen, _peaks(tau, density, step))


def _strongest(solve: Callable[[float], tuple[Array, float]], spectrum: Spectrum) -> tuple[float, Array]:
    """Return the strongest regularisation that still fits down to the noise, and its solution."""
    goal = NOISE_LEVEL * spectrum.test.noise**2 * spectrum.observations
    best: tuple[float, float, Array] | None = None
    for value in LAMBDAS:
        solution, cost = solve(float(value))
        if cost <= goal:
            return float(value), solution
        if best is None or cost < (1 - WORTH) * best[0]:
            best = cost, float(value), solution
    assert best is not None
    return best[1], best[2]


def _stack(values: NDArray[Any]) -> Array:
    return np.concatenate([values.real, values.imag])


def _second_differences(count: int) -> Array:
    """Second differences with the distribution zero beyond both ends."""
    return np.asarray(np.eye(count, k=-1) - 2 * np.eye(count) + np.eye(count, k=1))


def _peaks(tau: Array, density: Array, step: float) -> tuple[tuple[float, float], ...]:
    """Maxima with the resistance between their neighbouring minima."""
    padded = np.concatenate([[0.0], density, [0.0]])
    tops = np.flatnonzero((padded[1:-1] > padded[:-2]) & (padded[1:-1] >= padded[2:]))
    if not tops.size:
        return ()
    cuts = [
        0,
        *(int(left + np.argmin(density[left:right])) for left, right in pairwise(tops)),
        tau.size,
    ]
    found = [
        (float(tau[top]), float(density[start:stop].sum() * step))
        for top, start, stop in zip(tops, cuts[:-1], cuts[1:], strict=True)
    ]
    least = SMALLEST_PEAK * float(density.sum() * step)
    return tuple(peak for peak in found if peak[1] > least)
