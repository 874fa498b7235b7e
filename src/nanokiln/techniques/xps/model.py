"""A region as a sum of lines on an active background: values and exact derivatives.

counts(E) = sum_i a_i [g(E - p_i) + k G(E - p_i)] + b0 + b1 (E - E_mid)

with g a pseudo-Voigt of unit area, G its running integral. The k-term is the Shirley background of the
fitted lines themselves: background and lines are found together, from the raw counts, so that no end
point has to be chosen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .lineshape import pseudo_voigt, pseudo_voigt_mixing_slope, pseudo_voigt_slope, pseudo_voigt_step

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Layout:
    """Where the parameters of a region sit in the vector: areas, positions, widths, mixing, k, b0, b1."""

    lines: int
    shared_width: bool

    @property
    def widths(self) -> int:
        """Number of widths: one, or one per line."""
        return 1 if self.shared_width else self.lines

    @property
    def size(self) -> int:
        """Length of the vector."""
        return 2 * self.lines + self.widths + 4

    def split(self, theta: Array) -> tuple[Array, Array, Array, float, float, float, float]:
        """Return areas, positions, widths (one per line), mixing, k, b0 and b1."""
        n, w = self.lines, self.widths
        width = np.broadcast_to(theta[2 * n : 2 * n + w], (n,)) if w == 1 else theta[2 * n : 2 * n + w]
        mixing, k, b0, b1 = (float(v) for v in theta[2 * n + w :])
        return theta[:n], theta[n : 2 * n], width, mixing, k, b0, b1


def evaluate(layout: Layout, theta: Array, energy: Array) -> Array:
    """Return the model at `energy` (eV): counts per channel."""
    area, position, width, mixing, k, b0, b1 = layout.split(theta)
    x = energy[:, None] - position
    shape = pseudo_voigt(x, width, mixing) + k * pseudo_voigt_step(x, width, mixing)
    result: Array = shape @ area + b0 + b1 * (energy - energy.mean())
    return result


def parts(layout: Layout, theta: Array, energy: Array) -> tuple[Array, Array]:
    """Return the lines one by one (energies x lines) and the background under them."""
    area, position, width, mixing, k, b0, b1 = layout.split(theta)
    x = energy[:, None] - position
    lines = pseudo_voigt(x, width, mixing) * area
    background = k * pseudo_voigt_step(x, width, mixing) @ area + b0 + b1 * (energy - energy.mean())
    return lines, background


def jacobian(layout: Layout, theta: Array, energy: Array) -> Array:
    """Return the derivatives of `evaluate` (energies x parameters), exact."""
    area, position, width, mixing, k, _, _ = layout.split(theta)
    x = energy[:, None] - position
    density = pseudo_voigt(x, width, mixing)
    step = pseudo_voigt_step(x, width, mixing)
    slope = pseudo_voigt_slope(x, width, mixing)
    by_position = -(slope + k * density) * area
    by_width = -((density + x * slope) + k * x * density) / width * area
    by_mixing, step_by_mixing = pseudo_voigt_mixing_slope(x, width)
    columns = [
        density + k * step,
        by_position,
        by_width.sum(axis=1, keepdims=True) if layout.shared_width else by_width,
        ((by_mixing + k * step_by_mixing) @ area)[:, None],
        (step @ area)[:, None],
        np.ones((energy.size, 1)),
        (energy - energy.mean())[:, None],
    ]
    return np.hstack(columns)
