"""Laws of nitrogen adsorption at 77 K: film on a wall, filling of micropores, capillary condensation."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import constants

from ...core.parameters import Values
from . import parameters as par

Array = NDArray[np.float64]

_NM2_PER_M2 = 1e18
_MILLI_PER_UNIT = 1e3  # mmol in a mol, J in a kJ
_NM = 1e9
_CM3_PER_M3 = 1e6


def monolayer(area: float, values: Values) -> float:
    """Amount of a complete monolayer (mmol/g) on `area` (m2/g) of wall."""
    return _MILLI_PER_UNIT * area * _NM2_PER_M2 / (constants.Avogadro * values[par.CROSS_SECTION])


def area_of(amount: float, values: Values) -> float:
    """Area (m2/g) that a monolayer of `amount` (mmol/g) covers."""
    return amount / monolayer(1.0, values)


def capacity(volume: float, values: Values) -> float:
    """Amount of liquid nitrogen (mmol/g) that fills `volume` (cm3/g)."""
    return _MILLI_PER_UNIT * volume * values[par.LIQUID_DENSITY] / values[par.MOLAR_MASS]


def thickness(pressure: ArrayLike, values: Values) -> Array:
    """Thickness (nm) of the multilayer at relative `pressure`, Harkins and Jura 1944."""
    drop = values[par.HARKINS_JURA_B] - np.log10(np.asarray(pressure, dtype=float))
    return np.sqrt(values[par.HARKINS_JURA_A] / drop)


def layers(pressure: ArrayLike, values: Values) -> Array:
    """Statistical number of layers on open wall.

    Parameters
    ----------
    pressure
        Relative pressure, 0 < p/p0 < 1.
    values
        Parameter values.

    Returns
    -------
    Array
        Layers: the BET law with C = ``n2.wall_c`` up to where it meets the Harkins-Jura film (p/p0 about
        0.35), the Harkins-Jura film above.

    Notes
    -----
    The smaller of the two is taken. BET theory overestimates the film above p/p0 0.35 and Harkins-Jura
    below 0.08; between, they differ by less than 3 %. An analysis inside 0.05-0.30 therefore finds the
    wall area within 3 % (0 % where the BET branch is the smaller throughout).

    Limits
    ------
    Flat wall; C between about 60 and 110 for the two branches to meet smoothly.
    """
    x = np.asarray(pressure, dtype=float)
    c = values[par.WALL_C]
    bet = c * x / ((1 - x) * (1 - x + c * x))
    return np.minimum(bet, thickness(x, values) / values[par.MONOLAYER_THICKNESS])


def micropore_filling(pressure: ArrayLike, width: float, temperature: float, values: Values) -> Array:
    """Return the filled share of the primary micropore volume, Dubinin-Astakhov with Stoeckli's energy.

    Parameters
    ----------
    pressure
        Relative pressure, 0 < p/p0 < 1.
    width
        Pore width in nm.
    temperature
        Bath temperature in K.
    values
        Parameter values.

    Returns
    -------
    Array
        Share between 0 and 1.

    Limits
    ------
    Calibrated on carbon slits of 0.35-1.5 nm.
    """
    energy = values[par.AFFINITY] * (values[par.STOECKLI_OFFSET] + values[par.STOECKLI_WIDTH] / width)
    potential = -constants.R / _MILLI_PER_UNIT * temperature * np.log(np.asarray(pressure, dtype=float))
    return np.exp(-((potential / energy) ** values[par.DUBININ_EXPONENT]))


def kelvin_radius(pressure: ArrayLike, temperature: float, values: Values) -> Array:
    """Radius (nm) of a hemispherical meniscus at relative `pressure`: 2 gamma V_L/(R T ln(p0/p))."""
    molar_volume = values[par.MOLAR_MASS] / values[par.LIQUID_DENSITY] / _CM3_PER_M3
    length = 2 * values[par.SURFACE_TENSION] * molar_volume / (constants.R * temperature) * _NM
    return length / -np.log(np.asarray(pressure, dtype=float))


def critical_width(
    pressure: ArrayLike, temperature: float, values: Values, *, emptying: bool = False
) -> Array:
    """Width (nm) of the cylinder that fills or empties at relative `pressure`.

    Kruk, Jaroniec and Sayari 1997: radius = film + Kelvin radius + shift, calibrated on the filling of
    MCM-41. Emptying takes a longer Kelvin radius (hysteresis).

    Parameters
    ----------
    pressure
        Relative pressure, 0 < p/p0 < 1.
    temperature
        Bath temperature in K.
    values
        Parameter values.
    emptying
        Whether the pore empties instead of filling.

    Limits
    ------
    The Kelvin equation is a continuum law; below 2 nm it only orders the widths.
    """
    delay = values[par.EVAPORATION_DELAY] if emptying else 1.0
    meniscus = delay * kelvin_radius(pressure, temperature, values)
    return 2 * (thickness(pressure, values) + meniscus + values[par.KELVIN_SHIFT])
