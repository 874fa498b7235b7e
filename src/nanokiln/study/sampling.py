"""Draws of parameter sets that agree with calibration targets (affine-invariant ensemble sampler)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_STRETCH = 2.0  # scale of the stretch move, the value recommended by its authors


def stretch_sampler(
    log_posterior: Callable[[Array], float],
    start: Array,
    steps: int,
    seed: int,
    *,
    progress: Callable[[float], None] | None = None,
) -> tuple[Array, Array]:
    """Sample a distribution with the stretch move of Goodman and Weare (2010).

    Parameters
    ----------
    log_posterior
        Logarithm of the density up to a constant; minus infinity is allowed.
    start
        Walkers, shape (n, d), n even and larger than 2 d.
    steps
        Sweeps over all walkers.
    seed
        Seed of the generator.
    progress
        Called with the finished share.

    Returns
    -------
    chain, density
        Positions, shape (steps, n, d), and log densities, shape (steps, n).

    Limits: says nothing about convergence; look at several seeds and drop the beginning.
    """
    rng = np.random.default_rng(seed)
    walkers = np.array(start, dtype=float)
    count, dimension = walkers.shape
    density = np.array([log_posterior(w) for w in walkers])
    chain, densities = np.empty((steps, count, dimension)), np.empty((steps, count))
    halves = (np.arange(count // 2), np.arange(count // 2, count))
    for step in range(steps):
        for mine, others in (halves, halves[::-1]):
            z = ((_STRETCH - 1) * rng.random(mine.size) + 1) ** 2 / _STRETCH
            partner = walkers[rng.choice(others, mine.size)]
            proposal = partner + z[:, None] * (walkers[mine] - partner)
            proposed = np.array([log_posterior(p) for p in proposal])
            with np.errstate(invalid="ignore"):
                gain = (dimension - 1) * np.log(z) + proposed - density[mine]
            accept = np.log(rng.random(mine.size)) < np.nan_to_num(gain, nan=-np.inf)
            walkers[mine[accept]] = proposal[accept]
            density[mine[accept]] = proposed[accept]
        chain[step], densities[step] = walkers, density
        if progress:
            progress((step + 1) / steps)
    return chain, densities
