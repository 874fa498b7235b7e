"""Backgrounds with end points, for areas: iterated Shirley and straight line.

The fits of components carry their background inside (see `model`); these serve quantification, where
only the area counts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Numerical settings: rounds of the Shirley iteration, share of the channels averaged at each end.
_ROUNDS = 30
_END_SHARE = 0.12
_END_LEAST = 2
_SETTLED = 1e-6


def ends(counts: Array) -> tuple[Array, Array]:
    """Return the mean of the outermost channels at low and at high binding energy.

    Parameters
    ----------
    counts
        Counts over rising binding energy, shape (..., channels).
    """
    number = max(_END_LEAST, round(_END_SHARE * counts.shape[-1]))
    return counts[..., :number].mean(axis=-1), counts[..., -number:].mean(axis=-1)


def linear(counts: Array) -> Array:
    """Return the straight line between the two ends, same shape as `counts`."""
    low, high = ends(counts)
    ramp = np.linspace(0.0, 1.0, counts.shape[-1])
    result: Array = low[..., None] + (high - low)[..., None] * ramp
    return result


def shirley(counts: Array) -> Array:
    """Return the Shirley background between the two ends (Shirley, Phys. Rev. B 5 (1972) 4709).

    Parameters
    ----------
    counts
        Counts over rising, evenly spaced binding energy, shape (..., channels). All spectra of a stack
        are iterated together.

    Returns
    -------
    ndarray
        Background, same shape. At each channel the rise is in proportion to the signal at lower binding
        energy.

    Notes
    -----
    Limits: the ends must be free of lines. Where the signal over the background does not stay positive
    in sum, the straight line is kept, so that noise cannot make the iteration run away.
    """
    low, high = ends(counts)
    background = linear(counts)
    for _ in range(_ROUNDS):
        signal = counts - background
        total = signal.sum(axis=-1, keepdims=True)
        running = np.cumsum(signal, axis=-1) - signal / 2  # up to the middle of each channel
        fine = total > np.sqrt(np.maximum(counts, 1.0).sum(axis=-1, keepdims=True))
        share = np.clip(running / np.where(fine, total, 1.0), 0.0, 1.0)
        new = np.where(fine, low[..., None] + (high - low)[..., None] * share, linear(counts))
        if np.abs(new - background).max() <= _SETTLED * max(np.abs(counts).max(), 1.0):
            return new
        background = new
    return background


BACKGROUNDS = {"shirley": shirley, "linear": linear}
