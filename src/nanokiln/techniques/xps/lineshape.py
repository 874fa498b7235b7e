"""Line shapes of unit area, with the step each one leaves in the background.

Energies are binding energies: electrons that lost energy appear at higher binding energy, so the step
of a line rises with binding energy.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Full width at half maximum of a Gaussian in units of its standard deviation.
FWHM_PER_SIGMA = float(2.0 * np.sqrt(2.0 * np.log(2.0)))
_GAUSS = 4.0 * np.log(2.0)
_LOSS_SCALE_EV = 10.0  # energy loss at which a Tougaard background has the size of a Shirley step


def pseudo_voigt(x: Array, fwhm: Array | float, mixing: Array | float) -> Array:
    """Evaluate the sum of a Gaussian and a Lorentzian of equal width, of unit area.

    Parameters
    ----------
    x
        Distance from the centre, eV, any shape.
    fwhm
        Full width at half maximum, eV, broadcast against `x`.
    mixing
        Lorentzian share of the area, 0 to 1; 0.3 is the GL(30) of laboratory programs.

    Returns
    -------
    ndarray
        Density, 1/eV.
    """
    u = x / fwhm
    gauss = np.sqrt(_GAUSS / np.pi) * np.exp(-_GAUSS * u * u)
    lorentz = 2.0 / np.pi / (1.0 + 4.0 * u * u)
    result: Array = ((1.0 - mixing) * gauss + mixing * lorentz) / fwhm
    return result


def pseudo_voigt_step(x: Array, fwhm: Array | float, mixing: Array | float) -> Array:
    """Evaluate the running integral of `pseudo_voigt` from low binding energy, 0 to 1."""
    from scipy.special import erf

    u = x / fwhm
    gauss = (1.0 + erf(np.sqrt(_GAUSS) * u)) / 2.0
    lorentz = 0.5 + np.arctan(2.0 * u) / np.pi
    result: Array = (1.0 - mixing) * gauss + mixing * lorentz
    return result


def pseudo_voigt_slope(x: Array, fwhm: Array | float, mixing: Array | float) -> Array:
    """Evaluate the derivative of `pseudo_voigt` with respect to `x`, 1/eV2."""
    u = x / fwhm
    gauss = -2.0 * _GAUSS * u * np.sqrt(_GAUSS / np.pi) * np.exp(-_GAUSS * u * u)
    lorentz = -4.0 * 4.0 * u / np.pi / (1.0 + 4.0 * u * u) ** 2
    result: Array = ((1.0 - mixing) * gauss + mixing * lorentz) / fwhm**2
    return result


def pseudo_voigt_mixing_slope(x: Array, fwhm: Array | float) -> tuple[Array, Array]:
    """Return the derivatives of the density and of the step with respect to the mixing."""
    ones = pseudo_voigt(x, fwhm, 1.0) - pseudo_voigt(x, fwhm, 0.0)
    steps = pseudo_voigt_step(x, fwhm, 1.0) - pseudo_voigt_step(x, fwhm, 0.0)
    return ones, steps


def tougaard(x: Array, width: Array | float, loss: float) -> Array:
    """Evaluate the shape of the universal loss background of one line (Tougaard 1988).

    Parameters
    ----------
    x
        Energy lost, eV: distance from the line towards high binding energy.
    width
        Width of the line, eV; it rounds the onset.
    loss
        C of the universal cross-section T/(C + T^2)^2, eV2.

    Returns
    -------
    ndarray
        T/T0 (1 + T^2/C)^-2 with T0 = 10 eV.

    Notes
    -----
    Limits: the line is taken as sharp but for a rounded onset; the scale is free in a fit.
    """
    lost = (x + np.hypot(x, width)) / 2.0
    result: Array = lost / _LOSS_SCALE_EV / (1.0 + lost * lost / loss) ** 2
    return result


def tougaard_slopes(x: Array, width: Array | float, loss: float) -> tuple[Array, Array]:
    """Return the derivatives of `tougaard` with respect to `x` and to `width`."""
    root = np.hypot(x, width)
    lost = (x + root) / 2.0
    ratio = lost * lost / loss
    by_lost = (1.0 - 3.0 * ratio) / (1.0 + ratio) ** 3 / _LOSS_SCALE_EV
    return by_lost * (1.0 + x / root) / 2.0, by_lost * width / root / 2.0


def voigt(x: Array, gauss_fwhm: float, lorentz_fwhm: float) -> Array:
    """Evaluate the true convolution of a Gaussian and a Lorentzian, of unit area (1/eV).

    Parameters
    ----------
    x
        Distance from the centre, eV.
    gauss_fwhm, lorentz_fwhm
        Widths of the two, eV.
    """
    from scipy.special import voigt_profile

    result: Array = voigt_profile(x, gauss_fwhm / FWHM_PER_SIGMA, lorentz_fwhm / 2.0)
    return result


def gauss_share_of_width(total_fwhm: float, lorentz_fwhm: float, values: tuple[float, float]) -> float:
    """Return the Gaussian width that gives a Voigt line of `total_fwhm` (Olivero and Longbothum 1977).

    The rule is f = c L + sqrt(d L^2 + G^2), good to 0.02 %; `values` are c and d.
    """
    linear, square = values
    rest = (total_fwhm - linear * lorentz_fwhm) ** 2 - square * lorentz_fwhm**2
    return float(np.sqrt(max(rest, 0.0)))
