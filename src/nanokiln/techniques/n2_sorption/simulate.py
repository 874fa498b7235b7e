"""A virtual manometric sorption analyser: doses, gauges, free space, weighing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.errors import InputError, unknown_name
from ...core.measurement import Measurement
from ...core.parameters import Values
from ...formats._isotherm import CM3_STP_PER_MMOL, dataset
from . import parameters as par
from .isotherm import from_sample, loading

if TYPE_CHECKING:
    from ...sample import Sample

# Default programme of relative pressures: low-pressure doses, BET range, knee, condensation, saturation
ADSORPTION = tuple(
    float(x)
    for x in (
        *np.geomspace(5e-4, 0.03, 9),
        *np.arange(0.05, 0.305, 0.0175),
        *np.linspace(0.33, 0.88, 18),
        *(0.90, 0.92, 0.94, 0.955, 0.97, 0.98, 0.99),
    )
)
# and back down, dense where the voids and mesopores empty
DESORPTION = tuple(float(x) for x in (0.98, 0.97, 0.955, 0.94, 0.92, *np.linspace(0.90, 0.10, 26)))
DEFAULT_MASS = 0.1  # g, a usual filling of a sample tube
TARGET_SCATTER = 5e-3  # relative; doses do not hit their target pressures exactly
HIGHEST = 0.995  # p/p0 an analyser does not exceed
DIGITS = 7  # decimals written by the instrument (kPa, mmol/g)
SETTINGS = ("mass_g", "temperature_K", "adsorption", "desorption", "noise")


def simulate(sample: Sample, seed: int, settings: Mapping[str, Any] | None = None) -> list[Measurement]:
    """Measure the nitrogen isotherm of a sample.

    Parameters
    ----------
    sample
        The sample; ``pores``, ``name`` and ``values`` are used.
    seed
        Seed of the instrument errors.
    settings
        ``mass_g``, ``temperature_K``, ``adsorption`` and ``desorption`` (relative pressures to dose at),
        ``noise`` (factor on all instrument errors; 0 switches them off).

    Returns
    -------
    list of Measurement
        One synthetic isotherm: ``pressure`` (p/p0), ``loading`` (mmol/g), ``branch``, with ``absolute``
        and ``saturation`` pressure in kPa.

    Raises
    ------
    InputError
        For an unknown setting or one out of range.

    Limits
    ------
    Equilibrium at every point; no thermal transpiration; the model of the pores is in `isotherm`.
    """
    chosen = _settings(settings or {})
    values = sample.values
    temperature = chosen.get("temperature_K", values[par.BATH_TEMPERATURE])
    rng = np.random.default_rng(seed)
    noise = chosen["noise"]
    pressure, branch = _programme(chosen, rng, noise)
    amount = np.empty_like(pressure)
    pores = from_sample(sample.pores)
    up = branch == 0
    amount[up] = loading(pores, pressure[up], values=values, temperature=temperature)
    if (~up).any():
        top = float(pressure[up].max())
        amount[~up] = loading(pores, pressure[~up], values=values, temperature=temperature, highest=top)
    columns = _gauges(pressure, rng, noise, values)
    columns["loading"] = np.round(_dosing(pressure, amount, chosen["mass_g"], rng, noise, values), DIGITS)
    data = dataset(columns, branch)
    keep = np.flatnonzero(data["pressure"].values > 0)
    record = {
        "adsorbate": "N2",
        "material": sample.name,
        "temperature_K": float(temperature),
        "mass_g": chosen["mass_g"],
        "instrument": "virtual manometric analyser",
        "notes": [],
    }
    return [Measurement("n2_sorption", data.isel(point=keep), "synthetic", sample.name, record)]


def _settings(given: Mapping[str, Any]) -> dict[str, Any]:
    for name in given:
        if name not in SETTINGS:
            raise unknown_name("setting of n2_sorption", name, SETTINGS)
    chosen = {
        "mass_g": DEFAULT_MASS,
        "noise": 1.0,
        "adsorption": ADSORPTION,
        "desorption": DESORPTION,
        **given,
    }
    for name in ("mass_g", "temperature_K", "noise"):
        if name in chosen:
            chosen[name] = float(chosen[name])
    if not chosen["mass_g"] > 0 or not chosen["noise"] >= 0 or not chosen.get("temperature_K", 1.0) > 0:
        raise InputError("mass_g and temperature_K must be above 0, noise at least 0.")
    for name in ("adsorption", "desorption"):
        points = np.asarray(chosen[name], dtype=float)
        if points.size and not ((points > 0) & (points < 1)).all():
            raise InputError(f"{name}: relative pressures must lie between 0 and 1.")
    if np.asarray(chosen["adsorption"]).size == 0:
        raise InputError("adsorption: give at least one relative pressure.")
    return chosen


def _programme(
    chosen: Mapping[str, Any], rng: np.random.Generator, noise: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the relative pressures truly reached and the branch of each point."""
    up = np.sort(np.asarray(chosen["adsorption"], dtype=float))
    down = np.sort(np.asarray(chosen["desorption"], dtype=float))[::-1]
    branch = np.concatenate([np.zeros(up.size, dtype=int), np.ones(down.size, dtype=int)])
    target = np.concatenate([up, down])
    # a dose misses its target by a share of the distance to vacuum or to saturation, whichever is smaller
    reached = target + noise * TARGET_SCATTER * rng.standard_normal(target.size) * np.minimum(
        target, 1 - target
    )
    return np.clip(reached, target / 2, HIGHEST), branch


def _gauges(
    pressure: np.ndarray, rng: np.random.Generator, noise: float, values: Values
) -> dict[str, np.ndarray]:
    """Return absolute, saturation and relative pressure as the gauges read them."""
    saturation = values[par.SATURATION_PRESSURE]
    read_saturation = saturation * (1 + noise * values[par.SATURATION_ERROR] * rng.standard_normal())
    relative = noise * values[par.PRESSURE_NOISE]
    true = pressure * saturation
    read = true * (1 + relative * rng.standard_normal(true.size))
    read = np.round(read + noise * values[par.PRESSURE_ZERO] * rng.standard_normal(true.size), DIGITS)
    repeated = np.round(read_saturation * (1 + relative * rng.standard_normal(true.size)), DIGITS)
    return {"absolute": read, "saturation": repeated, "pressure": read / repeated}


def _dosing(
    pressure: np.ndarray,
    amount: np.ndarray,
    mass: float,
    rng: np.random.Generator,
    noise: float,
    values: Values,
) -> np.ndarray:
    """Return the loading the analyser reports: dose errors add up, scale errors act on the whole run."""
    doses = np.diff(amount, prepend=0.0)
    wander = np.cumsum(doses * noise * values[par.DOSE_NOISE] * rng.standard_normal(doses.size))
    scale = 1 + noise * (
        values[par.VOLUME_ERROR] * rng.standard_normal()
        + values[par.MASS_ERROR] / mass * rng.standard_normal()
    )
    space = noise * values[par.FREE_SPACE_ERROR] * rng.standard_normal() / CM3_STP_PER_MMOL / mass
    return (amount + wander) * scale + space * pressure
