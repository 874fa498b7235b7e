"""Boric acid: dehydration, vapour, density (data sheet, section 1)."""

from __future__ import annotations

import numpy as np

from ..core.parameters import Parameter, Values
from .constants import ATMOSPHERE, GAS_CONSTANT

DENSITY = Parameter(
    "h3bo3.density", 1.435, "g/cm^3", 1.43, 1.51, "CRC Handbook of Chemistry and Physics", "M",
    note="1.498 follows from the triclinic cell",
)  # fmt: skip
STEP1_ENERGY = Parameter(
    "h3bo3.step1_energy", 79850.0, "J/mol", 55000.0, 100000.0,
    "Sevim, Demir, Bilen & Okur, Korean J. Chem. Eng. 23 (2006) 736", "V", valid="100-175 degC",
)  # fmt: skip
STEP1_PREFACTOR = Parameter(
    "h3bo3.step1_prefactor", 3.2e7, "1/s", 1e7, 1e8,
    "re-anchored to the observed peak of 150 degC at 5 K/min (Kaur et al.: onset near 410 K)", "D",
    valid="100-175 degC", note="the printed prefactors put the peak at 467 degC and cannot be used",
)  # fmt: skip
STEP2_ENERGY = Parameter(
    "h3bo3.step2_energy", 80000.0, "J/mol", 60000.0, 100000.0,
    "re-anchored together with its prefactor", "D", valid="170-330 degC",
)  # fmt: skip
STEP2_PREFACTOR = Parameter(
    "h3bo3.step2_prefactor", 2.9e5, "1/s", 1e5, 1e6,
    "peak 250 degC at 5 K/min, complete near 330 degC (Balci, Sezgi & Eren, Ind. Eng. Chem. Res. 2012)", "D",
    valid="170-330 degC",
)  # fmt: skip
VAPOUR_REFERENCE = Parameter(
    "h3bo3.vapour_400K", 700.0, "Pa", 400.0, 1200.0,
    "Stackelberg 1937, as supported by Balasubramanian et al., J. Phys. Chem. B 112 (2008) 13873", "M",
    valid="330-450 K", note="the line of Pankajavalli et al. (2007) extrapolates ten times higher",
)  # fmt: skip
VAPOUR_TEMPERATURE = Parameter(
    "h3bo3.vapour_reference_T", 400.0, "K", 400.0, 400.0, "reference temperature of the line above", "exact"
)
SUBLIMATION = Parameter(
    "h3bo3.sublimation", 98000.0, "J/mol", 95000.0, 102000.0,
    "Balasubramanian et al., J. Phys. Chem. B 112 (2008) 13873", "V", valid="330-450 K",
)  # fmt: skip


def dehydration_rates(temperature: float, values: Values) -> tuple[float, float]:
    """Return the first-order rate constants of H3BO3 -> HBO2 -> B2O3, 1/s, at `temperature` in K."""
    rt = values[GAS_CONSTANT] * temperature
    return (
        values[STEP1_PREFACTOR] * float(np.exp(-values[STEP1_ENERGY] / rt)),
        values[STEP2_PREFACTOR] * float(np.exp(-values[STEP2_ENERGY] / rt)),
    )


def vapour_fraction(temperature: float, values: Values) -> float:
    """Return the saturated mole fraction of H3BO3 in gas of 1 atm (at most 1), temperature in K.

    Limits: a Clausius-Clapeyron line through disputed data; used between 360 and 450 K.
    """
    slope = values[SUBLIMATION] / values[GAS_CONSTANT]
    exponent = -slope * (1 / temperature - 1 / values[VAPOUR_TEMPERATURE])
    pressure = values[VAPOUR_REFERENCE] * np.exp(min(exponent, 10.0))
    return float(min(1.0, pressure / values[ATMOSPHERE]))
