"""Carbon: boron ladder, domain size, oxidation in air, conductivity (data sheet, sections 7, 8 and 10)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..core.parameters import Parameter, Values
from ..core.units import ZERO_CELSIUS
from .constants import GAS_CONSTANT

NASA = "NASA Glenn polynomials (Cantera 3): B2O3 + 3 C = 2 B + 3 CO, one sixth"

DENSITY = Parameter("carbon.density", 1.9, "g/cm^3", 1.8, 2.0, "disordered carbon of 900 degC", "M")
LAYER = Parameter(
    "carbon.wall_layer",
    0.34,
    "nm",
    0.30,
    0.40,
    "spacing of graphene layers: carbon of one layer of the wall",
    "D",
)
STEP_700 = Parameter("carbon.step_700", 71800.0, "J/mol", 70000.0, 73600.0, NASA, "T")
STEP_800 = Parameter("carbon.step_800", 63800.0, "J/mol", 62000.0, 65600.0, NASA, "T")
STEP_900 = Parameter("carbon.step_900", 55800.0, "J/mol", 54000.0, 57600.0, NASA, "T")
STEP_1000 = Parameter("carbon.step_1000", 47900.0, "J/mol", 46100.0, 49700.0, NASA, "T")
STEP_1100 = Parameter("carbon.step_1100", 40000.0, "J/mol", 38200.0, 41800.0, NASA, "T")
_STEP_DEGC = (700.0, 800.0, 900.0, 1000.0, 1100.0)  # temperatures of the five records above
EDGE_SITE = Parameter(
    "carbon.edge_site", 101000.0, "J/mol", 40000.0, 130000.0,
    "illustrative set of the ladder prototype; only ratios to 900 degC are used", "C",
    note="assumed; edge sites are saturated, so the value matters little",
)  # fmt: skip
PLANE_SITE = Parameter(
    "carbon.plane_site", 55000.0, "J/mol", 40000.0, 76000.0,
    "in-plane site energy at a CO pressure of 1e-4 bar; only ratios to 900 degC are used", "C",
    note="assumed; cannot be told apart from the CO pressure",
)  # fmt: skip
DOMAIN_LAW = Parameter(
    "carbon.domain_law", 0.55, "1/nm^2", 0.45, 0.65,
    "Ferrari & Robertson, Phys. Rev. B 2000: I_D/I_G = c L_a^2",
    "M", valid="L_a below 2 nm, 514 nm light",
)  # fmt: skip
DOMAIN = Parameter(
    "carbon.domain", 1.314, "nm", 1.28, 1.35, "I_D/I_G of B-SiOC-1 with the law above", "C", symbol="M11",
    calibrated_on=("C063",),
)  # fmt: skip
PAIR_DOMAIN = Parameter(
    "carbon.pair_domain", 0.9, "nm", 0.8, 1.0, "two adjacent edge carbons need a domain this large", "C",
    symbol="C9c", calibrated_on=("C109",),
)  # fmt: skip
PLANE_DOMAIN = Parameter(
    "carbon.plane_domain", 1.0, "nm", 0.9, 1.1, "an in-plane site needs a domain this large", "C",
    calibrated_on=("C109",),
)  # fmt: skip
REACH = Parameter(
    "carbon.reach", 1.0, "nm", 0.5, 1.35, "depth to which bare carbon is reached by the melt", "C",
    symbol="C18",
    calibrated_on=("C108",), note="1/15 of a 15 nm shell, 3 % of a 200 nm carbon sphere",
)  # fmt: skip
OXIDATION_BASE = Parameter(
    "carbon.oxidation_base", 602.0, "degC", 597.0, 607.0, "weight-loss temperature of B-SiOC-1 in air", "C",
    symbol="M9", calibrated_on=("C068",),
)  # fmt: skip
OXIDATION_SPAN = Parameter(
    "carbon.oxidation_span", 66.0, "K", 56.0, 76.0, "shift from B-SiOC-1 to B-SiOC-4", "C", symbol="M10",
    calibrated_on=("C068", "C069"), note="linear in boron per carbon: the rate falls exponentially with it",
)  # fmt: skip
PERCOLATION = Parameter(
    "carbon.percolation", 0.20, "1", 0.06, 0.20, "Rosenburg et al., Molecules 25 (2020) 5919", "V",
    valid="1100 degC material; 0.06 at 1600 degC",
)  # fmt: skip
PERCOLATION_EXPONENT = Parameter(
    "carbon.percolation_exponent", 1.9, "1", 1.8, 2.0, "percolation theory, 3D", "M"
)


def ladder_step(temperature: ArrayLike, values: Values) -> NDArray[np.float64]:
    """Return the Gibbs energy in J of giving up one mole of B-O for B-C bonds; temperature in K.

    Linear between 700 and 1100 degC, extended with the end slopes.
    """
    table = np.array([values[p] for p in (STEP_700, STEP_800, STEP_900, STEP_1000, STEP_1100)])
    degc = np.asarray(temperature, dtype=float) - ZERO_CELSIUS
    inner = np.interp(degc, _STEP_DEGC, table)
    below = np.minimum(degc - _STEP_DEGC[0], 0) * (table[1] - table[0]) / (_STEP_DEGC[1] - _STEP_DEGC[0])
    above = np.maximum(degc - _STEP_DEGC[-1], 0) * (table[-1] - table[-2]) / (_STEP_DEGC[-1] - _STEP_DEGC[-2])
    return inner + below + above


_LARGEST = 50.0  # exponent beyond which a site is simply full


def site_odds_ratio(
    temperature: ArrayLike, rungs: int, site_energy: float, values: Values
) -> NDArray[np.float64]:
    """Return the odds of a site `rungs` steps down the ladder relative to its odds at 900 degC.

    Source: data sheet section 7, z_i at fixed CO pressure; temperature in K.
    """
    gas = values[GAS_CONSTANT]
    reference = ZERO_CELSIUS + _STEP_DEGC[2]

    def exponent(T: ArrayLike) -> NDArray[np.float64]:
        return -(rungs * ladder_step(T, values) - site_energy) / (gas * np.asarray(T, dtype=float))

    return np.exp(np.minimum(exponent(temperature) - exponent(reference), _LARGEST))


def id_ig(domain_nm: float, values: Values) -> float:
    """Return I_D/I_G for domains of `domain_nm`. Limits: below 2 nm; no boron term (its sign is open)."""
    return values[DOMAIN_LAW] * domain_nm**2


def relative_conductivity(carbon_volume_fraction: float, neck_ratio: float, values: Values) -> float:
    """Return the conductivity of necked particles relative to dense carbon (percolation law times x/a)."""
    threshold = values[PERCOLATION]
    above = max(0.0, (carbon_volume_fraction - threshold) / (1 - threshold))
    return float(above ** values[PERCOLATION_EXPONENT] * neck_ratio)
