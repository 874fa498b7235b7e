"""Temperatures and masses read off one heating segment, each with its 90 % interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.parameters import Values
from . import parameters as par
from .curve import Curve
from .steps import BANDWIDTHS, BASE_LENGTHS, BASE_SHARES, FIRST_LOOK, VISIBLE, Step, fastest, onset

Array = NDArray[np.float64]

DRAWS = 40  # sets of noise per bandwidth: the ends of the interval are steady to a tenth of its width
SEED = 11  # of the noise and of the thermometer
LOSS = 5.0  # % of the mass at the beginning
END_SPAN = 5.0  # K over which the residue is averaged
ZERO_CELSIUS = 273.15  # exact
ASSUMED_MASS = (
    5.0  # mg, where the file gives only per cent: a small filling, so the interval is on the safe side
)
_TAILS = (5, 95)  # percentiles of the 90 % interval
Z90 = 1.6448536269514722  # standard deviations of the 90 % interval of a normal distribution


@dataclass(frozen=True)
class Reading:
    """A number with its 90 % interval and notes; NaN where it is not resolved."""

    value: float = np.nan
    low: float = np.nan
    high: float = np.nan
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Balance:
    """What the balance and the thermometer may be off by.

    Parameters
    ----------
    drift
        Standard deviation over a run, % of the mass at the beginning; grows evenly.
    buoyancy
        Standard deviation once the gas is infinitely thin, %: as large as the effect, since the volume that
        floats is hardly known; 0 where a blank was subtracted.
    thermometer
        Standard deviation of one shift of all temperatures, K.
    """

    drift: float
    buoyancy: float
    thermometer: float

    def mass_error(self, curve: Curve, degc: float) -> float:
        """Return the standard deviation of the mass at a temperature, % of that at the beginning."""
        start, end = float(curve.temperature[0]), float(curve.temperature[-1])
        thinner = 1 - (start + ZERO_CELSIUS) / (degc + ZERO_CELSIUS)
        return float(np.hypot(self.drift * (degc - start) / (end - start), self.buoyancy * thinner))


def balance_of(milligrams: float | None, blank: bool | None, values: Values) -> Balance:
    """Return the errors of a run that begins with `milligrams`; `blank`: whether one was subtracted."""
    scale = 100 / (milligrams or ASSUMED_MASS)
    floating = 0.0 if blank else values[par.GAS_DENSITY] * values[par.BUOYANT_VOLUME]
    return Balance(scale * values[par.WEIGHT_DRIFT], scale * floating, values[par.TEMPERATURE_ERROR])


def _with_shift(central: float, drawn: Array, balance: Balance) -> Reading:
    """Join drawn values with the error of the thermometer."""
    usable = drawn[np.isfinite(drawn)]
    # another stream than that of the drawn values, or the two errors would go together
    shift = balance.thermometer * np.random.default_rng([SEED, 1]).standard_normal(usable.size)
    low, high = (float(x) for x in np.percentile(usable + shift, _TAILS))
    return Reading(central, min(low, central), max(high, central))


def maximum(curve: Curve, step: Step, balance: Balance) -> Reading:
    """Return the temperature of fastest loss (degC); interval: noise, bandwidth, thermometer."""
    noisy = curve.with_noise(step.bandwidth, DRAWS, np.random.default_rng(SEED))
    drawn = [fastest(noisy, step, step.bandwidth * b)[0] for b in BANDWIDTHS]
    # dm/dT is as usual as dm/dt: where the ramp is not straight their maxima differ
    per_kelvin = fastest(noisy.per_recorded_kelvin(), step, step.bandwidth)[0]
    central = float(drawn[BANDWIDTHS.index(1.0)][0])
    widths = ", ".join(
        f"{step.bandwidth * b:.3g} K: {d[0]:.1f}" for b, d in zip(BANDWIDTHS, drawn, strict=True)
    )
    notes = (
        f"dm/dt smoothed over {step.bandwidth:.3g} K (local cubic); by bandwidth {widths} degC",
        f"as dm/dT {per_kelvin[0]:.1f} degC",
    )
    found = _with_shift(central, np.concatenate([*drawn, per_kelvin]), balance)
    return Reading(found.value, found.low, found.high, notes)


def extrapolated_onset(curve: Curve, step: Step, balance: Balance) -> Reading:
    """Return the extrapolated onset (degC); interval: noise, bandwidth, base lines, thermometer."""
    noisy = curve.with_noise(step.bandwidth, DRAWS, np.random.default_rng(SEED))
    central = float(onset(curve, step, step.bandwidth)[0])
    if not np.isfinite(central):
        return Reading(
            notes=("not resolved: no base line before the step; the loss begins with the segment",)
        )
    drawn = np.concatenate(
        [
            onset(noisy, step, step.bandwidth * BANDWIDTHS[i % len(BANDWIDTHS)], share, length)
            for i, (share, length) in enumerate((s, n) for s in BASE_SHARES for n in BASE_LENGTHS)
        ]
    )
    exact = [onset(curve, step, step.bandwidth, s, n)[0] for s in BASE_SHARES for n in BASE_LENGTHS]
    found = _with_shift(central, drawn, balance)
    notes = (
        f"tangent at the fastest point and line through {BASE_LENGTHS[0]:g} K of base line (ISO 11358-1)",
        f"by choice of base line {np.nanmin(exact):.1f}-{np.nanmax(exact):.1f} degC",
    )
    return Reading(found.value, found.low, found.high, notes)


def five_per_cent(curve: Curve, balance: Balance) -> Reading:
    """Return the temperature at which 5 % of the mass at the beginning is lost (degC)."""
    mass = curve.smooth(FIRST_LOOK)
    if mass.min() > 100 - LOSS:
        what = f"no more than {100 - mass.min():.2g} % is lost in this segment"
        return Reading(notes=(f"not resolved: {what}",))

    def crossing(lost: float) -> float:
        at = int(np.argmax(mass <= 100 - lost))
        if at == 0:
            return float(curve.temperature[0]) if mass[0] <= 100 - lost else float(curve.temperature[-1])
        T = curve.temperature[at - 1 : at + 1]
        return float(np.interp(100 - lost - mass[at], [0.0, mass[at - 1] - mass[at]], T[::-1]))

    rng = np.random.default_rng(SEED)
    scatter = float(np.std(curve.mass - mass)) / np.sqrt(curve.length(FIRST_LOOK))
    size = np.hypot(balance.mass_error(curve, crossing(LOSS)), scatter)
    drawn = np.array([crossing(LOSS + size * e) for e in rng.standard_normal(4 * DRAWS)])
    found = _with_shift(crossing(LOSS), drawn, balance)
    return Reading(found.value, found.low, found.high, ("of the mass at the beginning of the segment",))


def residue(curve: Curve, balance: Balance) -> Reading:
    """Return the mass at the end of the segment, % of that at its beginning."""
    T = curve.temperature
    from_end = T[-1] - T
    last = from_end <= END_SPAN
    value = float(np.mean(curve.mass[last]))
    notes = [f"mean of the last {END_SPAN:g} K, at {T[-1]:.0f} degC"]
    longer = from_end <= 4 * END_SPAN
    ending = float(np.polyfit(T[longer], curve.mass[longer], 1)[0])
    error = balance.mass_error(curve, float(T[-1]))
    if abs(ending) * FIRST_LOOK > error:
        notes.append(f"the mass still changes there, {ending:+.2g} %/K")
    half = Z90 * error
    if value + half < 0:
        notes.append("below zero by more than balance and buoyancy explain: check the tare")
    return Reading(value, value - half, value + half, tuple(notes))


def gain(curve: Curve, balance: Balance) -> Reading:
    """Return the largest rise of mass above an earlier minimum, % of the mass at the beginning."""
    mass = curve.smooth(FIRST_LOOK)
    rise = mass - np.minimum.accumulate(mass)
    top = int(np.argmax(rise))
    error = balance.mass_error(curve, float(curve.temperature[-1]))
    value, half = float(rise[top]), Z90 * error
    if value < VISIBLE * error:
        return Reading(
            notes=(f"not resolved: no rise above {VISIBLE * error:.2g} %, what balance and buoyancy do",)
        )
    T = curve.temperature
    base = int(np.argmin(mass[: top + 1]))
    return Reading(value, max(value - half, 0.0), value + half, (f"from {T[base]:.0f} to {T[top]:.0f} degC",))
