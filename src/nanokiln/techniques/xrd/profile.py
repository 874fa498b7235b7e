"""Shape of a peak: a pseudo-Voigt for each line of the X-ray doublet."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .radiation import Radiation

Array = NDArray[np.float64]

_LN2 = float(np.log(2.0))
_GAUSS = float(2 * np.sqrt(_LN2 / np.pi))  # height of a Gaussian of unit area and unit full width
_LORENTZ = 2 / np.pi  # the same for a Lorentzian


def pseudo_voigt(x: Array, width: Array, mixing: float) -> Array:
    """Return lines of unit area at distance `x` (degrees): full width `width`, Lorentzian share `mixing`."""
    u = x / width
    gauss = _GAUSS * np.exp(-4 * _LN2 * u**2)
    result: Array = ((1 - mixing) * gauss + mixing * _LORENTZ / (1 + 4 * u**2)) / width
    return result


def _with_slopes(x: Array, width: Array, mixing: float) -> tuple[Array, Array, Array, Array]:
    """Value and derivatives by distance, width and mixing."""
    u = x / width
    gauss, lorentz = _GAUSS * np.exp(-4 * _LN2 * u**2), _LORENTZ / (1 + 4 * u**2)
    shape = (1 - mixing) * gauss + mixing * lorentz
    slope = (1 - mixing) * gauss * (-8 * _LN2 * u) + mixing * lorentz * (-8 * u / (1 + 4 * u**2))
    return shape / width, slope / width**2, -(shape + u * slope) / width**2, (gauss - lorentz) / -width


def doublet(x: Array, position: Array, width: Array, mixing: float, rays: Radiation) -> Array:
    """Return peaks whose first line has unit area.

    Parameters
    ----------
    x
        Angles, degrees, shape (n,).
    position, width
        Position of the K-alpha 1 line and full width of each peak, degrees, shape (peaks,).
    mixing
        Lorentzian share.
    rays
        The doublet.

    Returns
    -------
    array
        Shape (n, peaks).
    """
    total = pseudo_voigt(x[:, None] - position, width, mixing)
    if rays.ratio > 0:
        total = total + rays.ratio * pseudo_voigt(x[:, None] - rays.second(position), width, mixing)
    return total


def doublet_slopes(
    x: Array, position: Array, width: Array, mixing: float, rays: Radiation
) -> tuple[Array, Array, Array, Array]:
    """Return `doublet` with its derivatives by position, width and mixing, each of shape (n, peaks)."""
    value, dx, dw, dm = _with_slopes(x[:, None] - position, width, mixing)
    if rays.ratio > 0:
        step = 1e-4  # degrees: the second line moves a little faster than the first
        faster = (rays.second(position + step) - rays.second(position - step)) / (2 * step)
        v2, x2, w2, m2 = _with_slopes(x[:, None] - rays.second(position), width, mixing)
        value, dw, dm = value + rays.ratio * v2, dw + rays.ratio * w2, dm + rays.ratio * m2
        dx = dx + rays.ratio * faster * x2
    return value, -dx, dw, dm
