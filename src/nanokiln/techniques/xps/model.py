"""A region as a sum of lines on an active background: values and exact derivatives.

counts(E) = sum_i a_i [g(E - p_i) + k B(E - p_i)] + b0 + b1 (E - E_mid)

with g a line of unit area (pseudo-Voigt, perhaps asymmetric, perhaps a doublet) and B the background it
leaves at higher binding energy: its running integral (Shirley) or the universal loss function (Tougaard).
Background and lines are found together, from the raw counts, so that no end point has to be chosen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .lineshape import (
    pseudo_voigt,
    pseudo_voigt_mixing_slope,
    pseudo_voigt_slope,
    pseudo_voigt_step,
    tougaard,
    tougaard_slopes,
)

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Layout:
    """Where the parameters sit in the vector: areas, positions, widths, mixing, asymmetry, k, b0, b1.

    Parameters
    ----------
    lines
        Number of lines.
    shared_width
        One width for all lines, or one each.
    partners
        Splitting (eV) and share of the area of the second line of each doublet; empty for single lines.
    loss
        ``None`` for the Shirley background, else C (eV2) of the Tougaard background.
    """

    lines: int
    shared_width: bool
    partners: tuple[tuple[float, float], ...] = ()
    loss: float | None = None

    @property
    def widths(self) -> int:
        """Number of widths: one, or one per line."""
        return 1 if self.shared_width else self.lines

    @property
    def size(self) -> int:
        """Length of the vector."""
        return 2 * self.lines + self.widths + 5

    def split(self, theta: Array) -> tuple[Array, Array, Array, float, float, float, float, float]:
        """Return areas, positions, widths (one per line), mixing, asymmetry, k, b0 and b1."""
        n, w = self.lines, self.widths
        width = np.broadcast_to(theta[2 * n : 2 * n + w], (n,)) if w == 1 else theta[2 * n : 2 * n + w]
        mixing, asymmetry, k, b0, b1 = (float(v) for v in theta[2 * n + w :])
        return theta[:n], theta[n : 2 * n], width, mixing, asymmetry, k, b0, b1

    def parts(self, x: Array) -> Iterator[tuple[Array, Array | float]]:
        """Yield distance from the centre and share of the area for each member of the multiplets."""
        if not self.partners:
            yield x, 1.0
            return
        splitting, share = np.array(self.partners).T
        yield x, 1.0 - share
        yield x - splitting, share


def profile(
    layout: Layout, x: Array, width: Array, mixing: Array | float, asymmetry: Array | float
) -> tuple[Array, Array]:
    """Return the lines of unit area and their backgrounds.

    Parameters
    ----------
    layout
        Doublets and kind of background.
    x
        Distance from the centre, eV; the last axis counts the lines.
    width, mixing, asymmetry
        Broadcast against `x`. On the side of high binding energy a line is wider by ``1 + asymmetry``, on
        the other narrower by ``1 - asymmetry``; its full width and its area stay.
    """
    line, background = np.zeros(x.shape), np.zeros(x.shape)
    for part, share in layout.parts(x):
        side = np.where(part > 0, 1.0 + asymmetry, 1.0 - asymmetry)
        line += share * side * pseudo_voigt(part, side * width, mixing)
        if layout.loss is None:
            step = side * pseudo_voigt_step(part, side * width, mixing)
            background += share * (step - np.where(part > 0, asymmetry, 0.0))
        else:
            background += share * tougaard(part, width, layout.loss)
    return line, background


def evaluate(layout: Layout, theta: Array, energy: Array) -> Array:
    """Return the model at `energy` (eV): counts per channel."""
    area, position, width, mixing, asymmetry, k, b0, b1 = layout.split(theta)
    line, background = profile(layout, energy[:, None] - position, width, mixing, asymmetry)
    result: Array = (line + k * background) @ area + b0 + b1 * (energy - energy.mean())
    return result


def parts(layout: Layout, theta: Array, energy: Array) -> tuple[Array, Array]:
    """Return the lines one by one (energies x lines) and the background under them."""
    area, position, width, mixing, asymmetry, k, b0, b1 = layout.split(theta)
    line, background = profile(layout, energy[:, None] - position, width, mixing, asymmetry)
    return line * area, k * background @ area + b0 + b1 * (energy - energy.mean())


def jacobian(layout: Layout, theta: Array, energy: Array) -> Array:
    """Return the derivatives of `evaluate` (energies x parameters), exact."""
    area, position, width, mixing, asymmetry, k, _, _ = layout.split(theta)
    x = energy[:, None] - position
    line, background = profile(layout, x, width, mixing, asymmetry)
    by_x, by_width, by_mixing, by_asymmetry = (np.zeros(x.shape) for _ in range(4))
    for part, share in layout.parts(x):
        slopes = _slopes(layout, part, width, mixing, asymmetry, k)
        for total, slope in zip((by_x, by_width, by_mixing, by_asymmetry), slopes, strict=True):
            total += share * slope
    by_width = by_width * area
    columns = [
        line + k * background,
        -by_x * area,
        by_width.sum(axis=1, keepdims=True) if layout.shared_width else by_width,
        (by_mixing @ area)[:, None],
        (by_asymmetry @ area)[:, None],
        (background @ area)[:, None],
        np.ones((energy.size, 1)),
        (energy - energy.mean())[:, None],
    ]
    return np.hstack(columns)


def _slopes(
    layout: Layout, x: Array, width: Array, mixing: float, asymmetry: float, k: float
) -> tuple[Array, Array, Array, Array]:
    """Return the derivatives of line + k background by x, width, mixing and asymmetry."""
    sign = np.where(x > 0, 1.0, -1.0)
    side = 1.0 + sign * asymmetry
    density = side * pseudo_voigt(x, side * width, mixing)
    slope = side * pseudo_voigt_slope(x, side * width, mixing)
    line_mixing, step_mixing = pseudo_voigt_mixing_slope(x, side * width)
    by_width, by_asymmetry = -(density + x * slope) / width, -sign * x / side * slope
    if layout.loss is None:
        step = pseudo_voigt_step(x, side * width, mixing)
        back = (density, -x * density / width, side * step_mixing)
        back_asymmetry = sign * (step - x * density / side) - np.where(x > 0, 1.0, 0.0)
    else:
        back = (*tougaard_slopes(x, width, layout.loss), np.zeros_like(x))
        back_asymmetry = np.zeros_like(x)
    return (
        slope + k * back[0], by_width + k * back[1], side * line_mixing + k * back[2],
        by_asymmetry + k * back_asymmetry,
    )  # fmt: skip
