"""Boron oxide melt: viscosity, density, surface tension, vapour (data sheet, section 2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..core.parameters import Parameter, Values
from ..core.units import ZERO_CELSIUS

NAPOLITANO = "Napolitano, Macedo & Hawkins, J. Am. Ceram. Soc. 48 (1965) 613"
MYEGA = "MYEGA form (Mauro et al., PNAS 2009) fitted to the anchors of " + NAPOLITANO

GLASS_TRANSITION = Parameter(
    "b2o3.glass_transition", 533.0, "K", 483.0, 578.0, "Shelby 2003 (spread with water content)", "V",
    symbol="C087", note="260 degC; the article cites 253 degC",
)  # fmt: skip
VISCOSITY_LIMIT = Parameter(
    "b2o3.viscosity_A", -1.40, "1", -1.7, -1.1, MYEGA, "D", valid="533-1673 K", note="log10 of Pa s"
)
FRAGILITY = Parameter("b2o3.fragility", 31.5, "1", 29.0, 34.0, MYEGA, "D", valid="533-1673 K")
GLASS_BORON = Parameter(
    "b2o3.glass_boron", 52.57, "mmol/cm^3", 51.7, 53.2, "two boron per 69.62 g at 1.83 g/cm3", "D",
    note="boron per volume of B2O3 glass",
)  # fmt: skip
DENSITY_500 = Parameter(
    "b2o3.density_500", 1.65, "g/cm^3", 1.62, 1.68, NAPOLITANO, "M", valid="411-1400 degC"
)
DENSITY_700 = Parameter(
    "b2o3.density_700", 1.58, "g/cm^3", 1.55, 1.61, NAPOLITANO, "M", valid="411-1400 degC"
)
DENSITY_900 = Parameter(
    "b2o3.density_900", 1.54, "g/cm^3", 1.51, 1.57, NAPOLITANO, "M", valid="411-1400 degC"
)
DENSITY_1100 = Parameter(
    "b2o3.density_1100", 1.52, "g/cm^3", 1.49, 1.55, NAPOLITANO, "M", valid="411-1400 degC"
)
_DENSITY_DEGC = (500.0, 700.0, 900.0, 1100.0)  # temperatures of the four records above, in their names
SURFACE_TENSION = Parameter(
    "b2o3.surface_tension", 0.0795, "N/m", 0.075, 0.083, "Kingery, J. Am. Ceram. Soc. 42 (1959) 6", "M",
    valid="700-1200 degC", note="at 900 degC",
)  # fmt: skip
SURFACE_TENSION_SLOPE = Parameter(
    "b2o3.surface_tension_slope", 4e-5, "N/m/K", 2e-5, 6e-5,
    "Shartsis & Capps 1952; Shartsis, Shermer & Bestul 1959 (positive sign)", "M", valid="700-1200 degC",
)  # fmt: skip
PLATEAU = Parameter("b2o3.reference_T", 1173.15, "K", 1173.15, 1173.15, "900 degC, reference", "exact")
HBO2_PRESSURE = Parameter(
    "b2o3.hbo2_900", 1.8e-6, "bar", 1.2e-6, 2.6e-6, "NASA Glenn polynomials (Cantera 3)", "T",
    valid="700-1100 degC", note="over B2O3(l) at 900 degC in gas with 10 ppm H2O",
)  # fmt: skip
HBO2_ENERGY = Parameter(
    "b2o3.hbo2_energy", 168000.0, "J/mol", 155000.0, 180000.0,
    "slope of the tabulated pressures 4.7e-8 to 2.2e-5 bar between 700 and 1100 degC", "T",
    valid="700-1100 degC",
)  # fmt: skip
HBO2_MOISTURE = Parameter(
    "b2o3.hbo2_reference_ppm", 10.0, "ppm", 10.0, 10.0, "moisture of the pressure above; law: square root",
    "exact",
)  # fmt: skip
_LOG_ETA_TG = 12.0  # log10 of Pa s, definition of the glass transition
_LOG_ETA_CAP = 30.0  # stiffer than this is solid for any time of interest


def myega(
    temperature: ArrayLike, tg: ArrayLike, limit: ArrayLike, fragility: ArrayLike
) -> NDArray[np.float64]:
    """Return log10 of the viscosity in Pa s (MYEGA form), capped at 30.

    Parameters
    ----------
    temperature, tg
        Temperature and glass transition in K.
    limit, fragility
        High-temperature limit (log10 Pa s) and fragility index.
    """
    ratio = np.asarray(tg, dtype=float) / np.asarray(temperature, dtype=float)
    span = _LOG_ETA_TG - np.asarray(limit, dtype=float)
    exponent = (np.asarray(fragility) / span - 1) * (ratio - 1)
    return np.minimum(np.asarray(limit) + span * ratio * np.exp(np.minimum(exponent, 10)), _LOG_ETA_CAP)


def log_viscosity(temperature: ArrayLike, values: Values) -> NDArray[np.float64]:
    """Return log10 of the viscosity of B2O3 in Pa s; temperature in K, 533 to 1673 K.

    Limits: +-0.3 decades between its two anchors; below the glass transition it is an extrapolation.
    """
    return myega(temperature, values[GLASS_TRANSITION], values[VISCOSITY_LIMIT], values[FRAGILITY])


def melt_density(temperature: ArrayLike, values: Values) -> NDArray[np.float64]:
    """Return the density of the melt in g/cm3, linear between four temperatures, constant outside."""
    table = [values[p] for p in (DENSITY_500, DENSITY_700, DENSITY_900, DENSITY_1100)]
    return np.interp(np.asarray(temperature, dtype=float) - ZERO_CELSIUS, _DENSITY_DEGC, table)


def surface_tension(temperature: ArrayLike, values: Values) -> NDArray[np.float64]:
    """Return the surface tension in N/m; temperature in K."""
    above = np.asarray(temperature, dtype=float) - values[PLATEAU]
    return np.maximum(values[SURFACE_TENSION] + values[SURFACE_TENSION_SLOPE] * above, 0.01)
