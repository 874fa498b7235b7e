"""Sampling of all parameters a region allows: a population of chains that learns its own steps.

Positions sit in windows and areas cannot be negative, so the best fit often lies in a corner; spectra
resampled from a corner give intervals that are too narrow (measured: 73 % instead of 90 % for BO3). The
chains sample the likelihood times flat priors within the bounds instead, by differential evolution
(ter Braak, Stat. Comput. 16 (2006) 239). The straight background is integrated out.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from .model import Layout, profile

Array = NDArray[np.float64]

#: Numerical settings: steps, of which the first part is forgotten; every n-th kept; share of long jumps.
_STEPS = 240
_FORGOTTEN = 100
_KEPT_EVERY = 5
_LONG_JUMPS = 0.1
_OPTIMAL = 2.38  # step of a random walk in units of the spread, over the root of the dimension
_JITTER = 1e-3


def likelihood(layout: Layout, energy: Array, counts: Array, sigma: Array) -> Callable[[Array], Array]:
    """Return the logarithm of the likelihood of many parameter vectors at once.

    Parameters
    ----------
    layout
        Parameters of the model.
    energy, counts, sigma
        Region and its noise, shape (n,).

    Returns
    -------
    callable
        Takes vectors (m x layout.size), returns m numbers; b0 and b1 are integrated out, flat.
    """
    ramp = np.stack([np.ones_like(energy), energy - energy.mean()], axis=1)
    basis, _ = np.linalg.qr(ramp / sigma[:, None])
    n, w = layout.lines, layout.widths

    def of(theta: Array) -> Array:
        area, position = theta[:, None, :n], theta[:, None, n : 2 * n]
        width = theta[:, None, 2 * n : 2 * n + w]
        mixing, asymmetry, k = (theta[:, None, [2 * n + w + i]] for i in range(3))
        line, background = profile(layout, energy[:, None] - position, width, mixing, asymmetry)
        rest = (counts - ((line + k * background) * area).sum(axis=-1)) / sigma
        result: Array = -0.5 * ((rest**2).sum(axis=1) - ((rest @ basis) ** 2).sum(axis=1))
        return result

    return of


def reflect(value: Array, low: Array, high: Array) -> Array:
    """Fold values back into the box `low` to `high`; a step that leaves it comes back as from a mirror."""
    value = np.where(value < low, 2 * low - value, value)
    value = np.where(value > high, 2 * high - value, value)
    return np.clip(value, low, high)


def sample(
    start: Array, free: NDArray[np.bool_], bounds: tuple[Array, Array],
    log_likelihood: Callable[[Array], Array], generator: np.random.Generator,
) -> Array:  # fmt: skip
    """Run the chains and return the vectors they visited.

    Parameters
    ----------
    start
        First vectors of the chains (m x size), m at least 8, spread out.
    free
        Which parameters move.
    bounds
        Lowest and highest value of every parameter.
    log_likelihood
        From `likelihood`.
    generator
        Random numbers.

    Returns
    -------
    ndarray
        Vectors (draws x size).

    Notes
    -----
    Limits: a fixed number of steps from a start that already has the right spread.
    """
    chains, half = start.copy(), len(start) // 2
    level = log_likelihood(chains)
    moving = np.flatnonzero(free)
    low, high = (b[moving] for b in bounds)
    spread = chains[:, moving].std(axis=0)
    kept: list[Array] = []
    for step in range(_STEPS):
        for mine, others in ((slice(0, half), slice(half, None)), (slice(half, None), slice(0, half))):
            partners = chains[others][:, moving]
            size = len(chains[mine])
            pair = generator.integers(0, len(partners), (2, size))
            long = generator.random((size, 1)) < _LONG_JUMPS
            reach = np.where(long, 1.0, _OPTIMAL / np.sqrt(2 * moving.size))
            noise = _JITTER * spread * generator.standard_normal((size, moving.size))
            trial = chains[mine].copy()
            moved = trial[:, moving] + reach * (partners[pair[0]] - partners[pair[1]]) + noise
            trial[:, moving] = reflect(moved, low, high)
            new = log_likelihood(trial)
            better = np.log(generator.random(size)) < new - level[mine]
            chains[mine] = np.where(better[:, None], trial, chains[mine])
            level[mine] = np.where(better, new, level[mine])
        if step >= _FORGOTTEN and step % _KEPT_EVERY == 0:
            kept.append(chains.copy())
    return np.concatenate(kept)
