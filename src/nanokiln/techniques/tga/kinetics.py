"""Activation energy from several ramps (KAS, Friedman), and what one ramp alone would say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.parameters import Values
from ...matter.constants import GAS_CONSTANT
from . import parameters as par
from .curve import Curve
from .steps import Step

Array = NDArray[np.float64]

FEWEST_RAMPS = 3  # ramps for an isoconversional fit; two always lie on a line
LEAST_SPREAD = 1.5  # ratio of fastest to slowest ramp
CONVERSIONS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)  # the ends hang on the base lines
DRAWS = 300  # sets of thermometer errors
SEED = 20  # of these
ZERO_CELSIUS = 273.15  # exact
_MINUTE = 60.0  # s
_TAILS = (5, 95)  # percentiles of the 90 % interval


@dataclass(frozen=True)
class Ramp:
    """Conversion of one step at one heating rate.

    Parameters
    ----------
    rate
        K/min.
    temperature
        K at which the conversions of `CONVERSIONS` are reached.
    speed
        d(alpha)/dt there, 1/s.
    """

    rate: float
    temperature: Array
    speed: Array


@dataclass(frozen=True)
class Energies:
    """Activation energies over conversion, kJ/mol, with the 90 % interval of their mean."""

    kas: Array
    friedman: Array
    low: float
    high: float


def ramp_of(curve: Curve, step: Step) -> Ramp:
    """Return the conversion of a step; it runs from the quietest point before to that after the maximum."""
    mass = np.atleast_2d(curve.smooth(step.bandwidth))[0]
    rate = np.atleast_2d(curve.dtg(step.bandwidth))[0]
    begin = step.begin + int(np.argmin(rate[step.begin : step.peak + 1]))
    end = step.peak + int(np.argmin(rate[step.peak : step.end + 1]))
    loss = mass[begin] - mass[end]
    alpha = np.maximum.accumulate((mass[begin] - mass[begin : end + 1]) / loss)
    T = np.interp(CONVERSIONS, alpha, curve.temperature[begin : end + 1]) + ZERO_CELSIUS
    speed = np.interp(CONVERSIONS, alpha, rate[begin : end + 1]) / loss * curve.segment.rate / _MINUTE
    return Ramp(curve.segment.rate, T, speed)


def enough(ramps: Sequence[Ramp]) -> str:
    """Return why these ramps do not suffice for an isoconversional fit, or an empty string."""
    rates = sorted({round(r.rate, 1) for r in ramps})
    if len(ramps) < FEWEST_RAMPS or len(rates) < FEWEST_RAMPS:
        return f"{len(rates)} heating rate(s) given, an isoconversional fit needs {FEWEST_RAMPS}"
    if rates[-1] < LEAST_SPREAD * rates[0]:
        return f"heating rates of {rates[0]:g} to {rates[-1]:g} K/min are too alike"
    return ""


def isoconversional(ramps: Sequence[Ramp], values: Values) -> Energies:
    """Return activation energies by Kissinger-Akahira-Sunose and by Friedman.

    KAS: ln(b/T^2) over 1/T has the slope -E/R at each conversion. Friedman: ln(d alpha/dt) over 1/T. The
    interval holds the spread over conversion, that between the two methods, and the thermometers.

    Source: ICTAC recommendations, Vyazovkin et al., Thermochim. Acta 520 (2011) 1.
    """
    kas, friedman = _fit(ramps, np.zeros((1, len(ramps))), values)
    rng = np.random.default_rng(SEED)
    shifts = values[par.TEMPERATURE_ERROR] * rng.standard_normal((DRAWS, len(ramps)))
    drawn = np.concatenate(_fit(ramps, shifts, values), axis=None)
    low, high = (float(x) for x in np.percentile(drawn, _TAILS))
    return Energies(kas[0], friedman[0], low, high)


def _fit(ramps: Sequence[Ramp], shifts: Array, values: Values) -> tuple[Array, Array]:
    """Return E in kJ/mol by KAS and by Friedman, each of shape (draws, conversions)."""
    T = np.array([r.temperature for r in ramps])[None] + shifts[:, :, None]
    rate = np.array([r.rate for r in ramps])[None, :, None]
    speed = np.log(np.array([r.speed for r in ramps]))[None]
    x = 1 / T
    centred = x - x.mean(axis=1, keepdims=True)

    def slope(y: Array) -> Array:
        return np.asarray(
            (centred * (y - y.mean(axis=1, keepdims=True))).sum(axis=1) / (centred**2).sum(axis=1)
        )

    scale = -values[GAS_CONSTANT] / 1000
    return scale * slope(np.log(rate / T**2)), scale * slope(np.broadcast_to(speed, T.shape))


def apparent(ramp: Ramp, values: Values) -> Mapping[str, float]:
    """Return what one ramp says under assumed reaction models, kJ/mol (Coats-Redfern).

    Limits
    ------
    The model is put in, not found: several models fit one ramp equally well with energies far apart.
    """
    alpha = np.array(CONVERSIONS)
    T = ramp.temperature
    models = {
        "first order": -np.log(1 - alpha),
        "contracting sphere": 1 - np.cbrt(1 - alpha),
        "three-dimensional diffusion": (1 - np.cbrt(1 - alpha)) ** 2,
    }
    return {
        name: -float(np.polyfit(1 / T, np.log(g / T**2), 1)[0]) * values[GAS_CONSTANT] / 1000
        for name, g in models.items()
    }
