"""What happens to a powder on the thermobalance: exact mass over a straight ramp, without an instrument.

Adsorbed water leaves, boric acid dehydrates, carbon burns, and what carbon held takes up oxygen: when all
carbon is gone, silicon is SiO2 and boron is B2O3. Every part is first order with a rate that depends on
temperature only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...core.parameters import Values
from ...matter import boric_acid, carbon
from ...matter.constants import GAS_CONSTANT, MASS_B, MASS_H, MASS_H3BO3, MASS_O, MASS_SI
from . import parameters as par

if TYPE_CHECKING:
    from ...sample import Sample

Array = NDArray[np.float64]

ZERO_CELSIUS = 273.15  # exact
STEP_K = 0.05  # K between points of the exact curve: a thousandth of the width of a step
GASES = ("air", "O2", "N2", "Ar")
_MINUTE = 60.0  # s
_SILICA_OXYGEN, _BORIA_OXYGEN = 2.0, 1.5  # O per Si and per B in the oxides
_ACID_OXYGEN = 3.0  # O per B in H3BO3


@dataclass(frozen=True)
class Powder:
    """What a powder is made of, mg per mg of dry powder.

    Parameters
    ----------
    carbon
        Free carbon.
    uptake
        Oxygen taken up when all of it has burnt.
    acid
        Boric acid.
    water
        Adsorbed water, on top of the dry powder.
    loading
        Boron bound to carbon per carbon.
    """

    carbon: float
    uptake: float
    acid: float
    water: float
    loading: float


@dataclass(frozen=True)
class ExactRun:
    """Exact course: temperature in degC, mass in % of the beginning, and rate of loss in %/K."""

    temperature: Array
    mass: Array
    rate: Array


def powder_of(sample: Sample, monolayers: float) -> Powder:
    """Return the composition of a sample as the thermobalance needs it.

    Parameters
    ----------
    sample
        The sample; state, zones and pores are used.
    monolayers
        Adsorbed water in monolayers on all of the surface.
    """
    v, zones = sample.values, sample.zones
    mass = zones["mass_mg_g"].values
    elements = {
        str(e): float((zones["mass_fraction"].sel(element=e).values * mass).sum())
        for e in zones["element"].values
    }
    acid_boron = float((zones["boron_mass_fraction"].sel(species="B-OH").values * mass).sum()) / v[MASS_B]
    total = float(mass.sum() + zones["hydrogen_mg_g"].values.sum())
    boron, silicon = elements["B"] / v[MASS_B] - acid_boron, elements["Si"] / v[MASS_SI]
    oxygen = elements["O"] / v[MASS_O] - _ACID_OXYGEN * acid_boron
    uptake = max(0.0, _SILICA_OXYGEN * silicon + _BORIA_OXYGEN * boron - oxygen)
    area = float(sample.pores["total_area_m2_g"])
    return Powder(
        carbon=elements["C"] / total,
        uptake=uptake * v[MASS_O] / total if elements["C"] > 0 else 0.0,
        acid=acid_boron * v[MASS_H3BO3] / total,
        water=monolayers * v[par.WATER_PER_AREA] * area / 1000 if math.isfinite(area) else 0.0,
        loading=sample["boron_per_carbon"],
    )


def peak_of_combustion(loading: float, values: Values) -> float:
    """Return the temperature in K of fastest burning at the reference ramp in air.

    Linear in boron per carbon between the two temperatures of the article (M9, M10): calibrated.
    """
    low, high = values[par.LOADING_LOW], values[par.LOADING_HIGH]
    shift = values[carbon.OXIDATION_SPAN] * (loading - low) / (high - low)
    return values[carbon.OXIDATION_BASE] + shift + ZERO_CELSIUS


def combustion_rate(temperature: Array, loading: float, gas: str, values: Values) -> Array:
    """Return the rate constant of burning carbon in 1/s at temperatures in K.

    The prefactor is that which puts the maximum of a first-order step at `peak_of_combustion` for the
    reference ramp (Kissinger's condition, exact for first order).
    """
    oxygen = {"air": values[par.OXYGEN_IN_AIR], "O2": 1.0}.get(gas, 0.0)
    if oxygen == 0:
        return np.zeros_like(temperature)
    peak = peak_of_combustion(loading, values)
    slope = values[par.COMBUSTION_ENERGY] / values[GAS_CONSTANT]
    at_peak = slope * values[par.REFERENCE_RATE] / _MINUTE / peak**2
    pressure = (oxygen / values[par.OXYGEN_IN_AIR]) ** values[par.OXYGEN_ORDER]
    return np.asarray(pressure * at_peak * np.exp(slope * (1 / peak - 1 / temperature)))


def course(powder: Powder, start: float, end: float, rate: float, gas: str, values: Values) -> ExactRun:
    """Return the exact course of one ramp.

    Parameters
    ----------
    powder
        What lies in the crucible.
    start, end
        degC.
    rate
        K/min.
    gas
        One of `GASES`.
    values
        Parameter values.
    """
    degc = np.arange(start, end + STEP_K / 2, STEP_K)
    T = degc + ZERO_CELSIUS
    dt = STEP_K / (rate / _MINUTE)
    gone = values[par.WATER_PREFACTOR] * np.exp(-values[par.WATER_ENERGY] / (values[GAS_CONSTANT] * T))
    water = _survival(gone, dt)
    left = _survival(combustion_rate(T, powder.loading, gas, values), dt)
    acid, meta = _dehydration(T, dt, values)
    net = powder.carbon - powder.uptake
    lost_acid = powder.acid * _acid_loss(acid, meta, values)
    mass = 1 + powder.water * water - net * (1 - left) - lost_acid
    mass = 100 * mass / mass[0]
    return ExactRun(degc, mass, -np.gradient(mass, STEP_K))


def _survival(rate: Array, dt: float) -> Array:
    """Return what is left of a first-order reactant."""
    return np.exp(-np.concatenate([[0.0], np.cumsum((rate[1:] + rate[:-1]) / 2 * dt)]))


def _dehydration(T: Array, dt: float, values: Values) -> tuple[Array, Array]:
    """Return the shares of boric and metaboric acid (exact for rates constant over a step)."""
    rates = np.array([boric_acid.dehydration_rates(float(t), values) for t in T[:: round(1 / STEP_K)]])
    k1, k2 = (np.exp(np.interp(T, T[:: round(1 / STEP_K)], np.log(k))) for k in rates.T)
    acid, meta = _survival(k1, dt), np.zeros_like(T)
    for i in range(1, T.size):
        made = acid[i - 1] - acid[i]
        decay = math.exp(-k2[i] * dt)
        meta[i] = meta[i - 1] * decay + made * math.sqrt(decay)
    return acid, meta


def _acid_loss(acid: Array, meta: Array, values: Values) -> Array:
    """Return the lost mass per mass of boric acid: water of both steps, and acid that leaves as vapour."""
    vapour = values[par.ACID_VAPOUR]
    water = 2 * values[MASS_H] + values[MASS_O]
    per_mole = values[MASS_H3BO3]
    first = (1 - acid) * (vapour * per_mole + (1 - vapour) * water)
    # 2 HBO2 -> B2O3 + H2O
    second = (1 - vapour) * (1 - acid - meta) * water / 2
    return np.asarray((first + second) / per_mole)
