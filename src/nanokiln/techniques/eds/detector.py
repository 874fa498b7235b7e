"""The detector: which photons it counts, and how wide it makes a line."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InputError, unknown_name
from ...core.parameters import Values
from . import parameters as p
from .atomic import attenuation

Array = NDArray[np.float64]

FWHM_OVER_SIGMA = 2 * math.sqrt(2 * math.log(2))
WINDOWS = ("none", "polymer")
_CM_PER_NM = 1e-7
_NM_PER_UM = 1e3
# polyimide C22H10N2O5 by mass, hydrogen left out (it absorbs nothing here)
_POLYIMIDE = {"C": 0.691, "N": 0.073, "O": 0.209}
_LOWEST_EV = 100.0  # attenuation is tabulated from here; below, efficiency is that of this energy


@dataclass(frozen=True)
class Width:
    """Resolution of a detector: sigma^2 = noise^2 + F * pair energy * E.

    Parameters
    ----------
    noise
        Full width at half maximum of the electronic noise, eV.
    slope
        F times pair energy, eV.
    """

    noise: float
    slope: float

    def sigma(self, energy: Array | float) -> Array:
        """Return the standard deviation of a line at `energy` (eV), in eV."""
        square = (self.noise / FWHM_OVER_SIGMA) ** 2 + self.slope * np.asarray(energy, dtype=float)
        return np.asarray(np.sqrt(np.maximum(square, 0.0)))

    def fwhm(self, energy: Array | float) -> Array:
        """Return the full width at half maximum of a line at `energy` (eV), in eV."""
        return FWHM_OVER_SIGMA * self.sigma(energy)


def width_law(resolution: float, values: Values) -> Width:
    """Return the width law of a detector with this resolution at Mn K-alpha, eV.

    Raises
    ------
    InputError
        If silicon cannot resolve so well.
    """
    slope = values[p.FANO] * values[p.PAIR_ENERGY]
    square = resolution**2 - FWHM_OVER_SIGMA**2 * slope * values[p.MN_KA]
    if not square > 0:
        least = FWHM_OVER_SIGMA * math.sqrt(slope * values[p.MN_KA])
        raise InputError(
            f"resolution {resolution:g} eV at Mn K-alpha is below {least:.0f} eV, the limit of silicon. "
            "Give 120 to 160 eV."
        )
    return Width(math.sqrt(square), slope)


def efficiency(energy: Array, window: str, values: Values) -> Array:
    """Return the share of the photons reaching the detector that it counts.

    Parameters
    ----------
    energy
        Photon energies, eV.
    window
        ``none`` or ``polymer`` (polyimide with aluminium on a silicon grid).
    values
        Parameter values.

    Raises
    ------
    InputError
        For an unknown window.

    Limits: below 100 eV that of 100 eV; charge lost in the crystal and ice on it are left out.
    """
    if window not in WINDOWS:
        raise unknown_name("EDS window", window, WINDOWS)
    lowest = np.maximum(np.atleast_1d(np.asarray(energy, dtype=float)), _LOWEST_EV)
    # attenuation falls smoothly between edges: a fine grid is interpolated, edges are hit within a channel
    density = values[p.DENSITY_SILICON] * _CM_PER_NM
    silicon = _attenuation("Si", lowest)
    result = np.exp(-silicon * density * values[p.DEAD_LAYER])
    result *= -np.expm1(-silicon * density * values[p.CRYSTAL] * _NM_PER_UM)
    if window == "polymer":
        polymer = sum(share * _attenuation(e, lowest) for e, share in _POLYIMIDE.items())
        result *= np.exp(-polymer * values[p.DENSITY_POLYMER] * values[p.POLYMER] * _CM_PER_NM)
        metal = _attenuation("Al", lowest) * values[p.DENSITY_ALUMINIUM] * values[p.ALUMINIUM]
        result *= np.exp(-metal * _CM_PER_NM) * values[p.OPEN_AREA]
    return np.asarray(result)


def _attenuation(element: str, energy: Array) -> Array:
    return np.array([attenuation(element, round(float(e), 1)) for e in energy])


def line_shape(edges: Array, energy: float, width: Width) -> Array:
    """Return the share of a line's counts in each channel.

    Parameters
    ----------
    edges
        Edges of the channels, eV, one more than channels.
    energy
        Energy of the line, eV.
    width
        Width law.
    """
    from scipy.special import erf

    scaled = (edges - energy) / (math.sqrt(2) * float(width.sigma(energy)))
    return np.asarray(np.diff(erf(scaled)) / 2)
