"""Shapes of Raman bands, and the model of a carbon spectrum as a sum of them over a polynomial."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LN2 = math.log(2.0)


@dataclass(frozen=True)
class Band:
    """Where a band may lie and how wide it may be, for the fit.

    Parameters
    ----------
    name
        ``D``, ``G``, ``D3`` or ``D4``.
    start, low, high
        Position in 1/cm: first guess and bounds.
    width, narrowest, widest
        Full width at half maximum in 1/cm: first guess and bounds.
    gaussian
        Whether it is a Gaussian whatever the shape of the others.
    """

    name: str
    start: float
    low: float
    high: float
    width: float
    narrowest: float
    widest: float
    gaussian: bool = False


@dataclass(frozen=True)
class Model:
    """Bands over a polynomial.

    Parameters
    ----------
    bands
        The bands, D and G first.
    degree
        Degree of the polynomial under them.
    mixed
        Whether D and G are pseudo-Voigt with one free share of Lorentzian, instead of Lorentzian.
    """

    bands: tuple[Band, ...]
    degree: int
    mixed: bool

    @property
    def size(self) -> int:
        """Number of free parameters: polynomial, three for each band, share of Lorentzian."""
        return self.degree + 1 + 3 * len(self.bands) + int(self.mixed)

    @property
    def words(self) -> str:
        """The model in words."""
        shape = "pseudo-Voigt" if self.mixed else "Lorentzian"
        straight = {0: "constant", 1: "straight line", 2: "parabola", 3: "cubic"}
        return f"{'+'.join(b.name for b in self.bands)}, D and G {shape}, over a {straight[self.degree]}"

    def places(self, index: int) -> slice:
        """Return where height, position and width of a band stand among the parameters."""
        first = self.degree + 1 + 3 * index
        return slice(first, first + 3)

    def bounds(self, scale: float) -> tuple[Array, Array]:
        """Return lower and upper bounds of the parameters; `scale` is the range of the ordinate."""
        low, high = [-np.inf] * (self.degree + 1), [np.inf] * (self.degree + 1)
        for band in self.bands:
            low += [0.0, band.low, band.narrowest]
            high += [10 * scale, band.high, band.widest]
        if self.mixed:
            low.append(0.0)
            high.append(1.0)
        return np.array(low), np.array(high)

    def evaluate(self, x: Array, p: Array, middle: float, half: float) -> tuple[Array, Array]:
        """Return the curve and its derivatives, shapes (points,) and (points, parameters).

        Parameters
        ----------
        x
            Raman shift in 1/cm.
        p
            Parameters.
        middle, half
            Middle and half width of the window, for the polynomial.
        """
        J = np.empty((x.size, self.size))
        t = (x - middle) / half
        for power in range(self.degree + 1):
            J[:, power] = t**power
        curve = J[:, : self.degree + 1] @ p[: self.degree + 1]
        share = float(p[-1]) if self.mixed else 1.0
        if self.mixed:
            J[:, -1] = 0.0
        for index, band in enumerate(self.bands):
            at = self.places(index)
            h, x0, w = p[at]
            u = 2 * (x - x0) / w
            eta = 0.0 if band.gaussian else share
            L, G = lorentzian(u), gaussian(u)
            f = eta * L + (1 - eta) * G
            slope = -2 * u * (eta * L**2 + (1 - eta) * LN2 * G)  # of the shape along u
            J[:, at.start] = f
            J[:, at.start + 1] = -2 * h / w * slope
            J[:, at.start + 2] = -h * u / w * slope
            if self.mixed and not band.gaussian:
                J[:, -1] += h * (L - G)
            curve = curve + h * f
        return curve, J

    def base(self, x: Array, p: Array, middle: float, half: float) -> Array:
        """Return the polynomial alone."""
        t = (x - middle) / half
        return np.asarray(sum(p[k] * t**k for k in range(self.degree + 1)))


def lorentzian(u: Array) -> Array:
    """Return a Lorentzian of unit height; `u` is the distance from its middle in half widths."""
    return np.asarray(1 / (1 + u**2))


def gaussian(u: Array) -> Array:
    """Return a Gaussian of unit height; `u` is the distance from its middle in half widths."""
    return np.exp(-LN2 * u**2)
