"""A virtual thermobalance: programme, thermometer, buoyancy, drift and noise of the balance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InputError, unknown_name
from ...core.measurement import Measurement
from ...core.parameters import Values
from . import parameters as par
from .burning import GASES, ZERO_CELSIUS, ExactRun, course, powder_of

if TYPE_CHECKING:
    from ...sample import Sample

Array = NDArray[np.float64]

DEFAULTS: Mapping[str, Any] = {
    "rates_K_min": 10.0, "start_degC": 30.0, "end_degC": 1000.0, "gas": "air", "mass_mg": 8.0,
    "interval_s": 2.0, "moisture_monolayers": 0.2, "blank": True, "noise": 1.0,
}  # fmt: skip  # a usual run; the moisture of a powder kept in air is assumed
MOST_RAMPS = 7  # as many as one figure shows
FEWEST_POINTS = 20  # of one run: a smoothing window and a base line
MOST_POINTS = 200000  # of one run: two days at one reading per second
COLDEST, HOTTEST = 0.0, 1600.0  # degC, range of thermobalances
SLOWEST, STEEPEST = 0.5, 200.0  # K/min, range of thermobalances
MOST_MASS = 200.0  # mg, a full crucible
MOST_WATER = 20.0  # monolayers: pores full of water
TEMPERATURE_SCATTER = 0.02  # K between readings, a thermocouple amplifier
_MINUTE = 60.0  # s


def simulate(sample: Sample, seed: int, settings: Mapping[str, Any] | None = None) -> list[Measurement]:
    """Heat a sample on the virtual thermobalance.

    Parameters
    ----------
    sample
        The sample; ``state``, ``zones``, ``pores``, ``name`` and ``values`` are used.
    seed
        Seed of the instrument errors.
    settings
        ``rates_K_min`` (a number, or several for one run each), ``start_degC``, ``end_degC``, ``gas``
        (``air``, ``O2``, ``N2``, ``Ar``), ``mass_mg``, ``interval_s`` between readings,
        ``moisture_monolayers`` (water adsorbed on all of the surface), ``blank`` (a blank was subtracted),
        ``noise`` (factor on all instrument errors but buoyancy; 0 switches them off).

    Returns
    -------
    list of Measurement
        One synthetic run per heating rate.

    Raises
    ------
    InputError
        For an unknown setting or one out of range.

    Limits
    ------
    No lag between sample and thermometer, no limit by the transport of oxygen, no self-heating, no vapour of
    boron oxide. Silicon takes up oxygen in step with the burning carbon, not by a law of its own.
    """
    chosen = _settings(settings or {})
    powder = powder_of(sample, chosen["moisture_monolayers"])
    found = []
    for number, rate in enumerate(chosen["rates_K_min"]):
        rng = np.random.default_rng([seed, number])
        exact = course(powder, chosen["start_degC"], chosen["end_degC"], rate, chosen["gas"], sample.values)
        found.append(_record(sample.name, exact, rate, chosen, rng, sample.values))
    return found


def _record(
    name: str,
    exact: ExactRun,
    rate: float,
    chosen: Mapping[str, Any],
    rng: np.random.Generator,
    values: Values,
) -> Measurement:
    """Return what the instrument writes down of an exact course."""
    import xarray as xr

    duration = (chosen["end_degC"] - chosen["start_degC"]) / rate * _MINUTE
    time = np.arange(0.0, duration, chosen["interval_s"])
    true = chosen["start_degC"] + rate / _MINUTE * time
    noise = chosen["noise"]
    shown = true + noise * values[par.TEMPERATURE_ERROR] * rng.standard_normal()
    shown = shown + noise * TEMPERATURE_SCATTER * rng.standard_normal(time.size)
    mass = chosen["mass_mg"] * np.interp(true, exact.temperature, exact.mass) / 100
    mass = mass + noise * values[par.WEIGHT_DRIFT] * rng.standard_normal() * time / duration
    mass = mass + noise * values[par.WEIGHT_NOISE] * rng.standard_normal(time.size)
    if not chosen["blank"]:
        mass = mass + _buoyancy(true, values)
    data = xr.Dataset(
        {
            "time": ("point", time, {"units": "s"}),
            "temperature": ("point", shown, {"units": "degC"}),
            "mass": ("point", mass, {"units": "mg"}),
        }
    )
    record = {
        "sample": name, "initial_mass_mg": chosen["mass_mg"], "gas": chosen["gas"],
        "instrument": "virtual thermobalance", "blank_subtracted": bool(chosen["blank"]), "notes": [],
        "programme": f"{chosen['start_degC']:g}/{rate:g}(K/min)/{chosen['end_degC']:g}",
    }  # fmt: skip
    return Measurement("tga", data, "synthetic", name, record)


def _buoyancy(temperature: Array, values: Values) -> Array:
    """Return the apparent gain (mg) as the gas around crucible and hanger gets thinner."""
    thinner = values[par.GAS_TEMPERATURE] / (temperature + ZERO_CELSIUS)
    return np.asarray(values[par.GAS_DENSITY] * values[par.BUOYANT_VOLUME] * (thinner[0] - thinner))


def _settings(given: Mapping[str, Any]) -> dict[str, Any]:
    for name in given:
        if name not in DEFAULTS:
            raise unknown_name("setting of tga", name, DEFAULTS)
    chosen = {**DEFAULTS, **given}
    rates = chosen["rates_K_min"]
    rates = rates if isinstance(rates, Sequence) and not isinstance(rates, str) else [rates]
    chosen["rates_K_min"] = [float(r) for r in rates]
    for name in ("start_degC", "end_degC", "mass_mg", "interval_s", "moisture_monolayers", "noise"):
        chosen[name] = float(chosen[name])
    if chosen["gas"] not in GASES:
        raise unknown_name("gas", str(chosen["gas"]), GASES)
    if not isinstance(chosen["blank"], bool):
        raise InputError(f"blank = {chosen['blank']!r}: give true or false.")
    if not 0 < len(rates) <= MOST_RAMPS or not all(SLOWEST <= r <= STEEPEST for r in chosen["rates_K_min"]):
        raise InputError(
            f"rates_K_min = {rates}: give 1 to {MOST_RAMPS} heating rates of {SLOWEST:g} to {STEEPEST:g}."
        )
    if not COLDEST <= chosen["start_degC"] < chosen["end_degC"] <= HOTTEST:
        raise InputError(
            f"start_degC and end_degC must rise and lie between {COLDEST:g} and {HOTTEST:g} degC."
        )
    _amounts(chosen)
    return chosen


def _amounts(chosen: Mapping[str, Any]) -> None:
    if not 0 < chosen["mass_mg"] <= MOST_MASS:
        raise InputError(f"mass_mg = {chosen['mass_mg']:g}: must be above 0 and at most {MOST_MASS:g}.")
    if not 0 <= chosen["moisture_monolayers"] <= MOST_WATER:
        raise InputError(f"moisture_monolayers must lie between 0 and {MOST_WATER:g}.")
    if not 0 <= chosen["noise"] < np.inf:
        raise InputError(f"noise = {chosen['noise']:g}: must be 0 or more.")
    span = (chosen["end_degC"] - chosen["start_degC"]) * _MINUTE / min(chosen["rates_K_min"])
    if not 0 < chosen["interval_s"] <= span / FEWEST_POINTS or span / chosen["interval_s"] > MOST_POINTS:
        raise InputError(
            f"interval_s = {chosen['interval_s']:g}: a run has {FEWEST_POINTS} to {MOST_POINTS} readings."
        )
