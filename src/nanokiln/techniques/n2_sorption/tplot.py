"""Micropore volume and external area by the t-plot, over all thickness curves and ranges an analyst may take.

Amount adsorbed against the thickness of the film on a flat wall: the slope is the area outside the
micropores, the intercept the volume of pores that were full before (Lippens and de Boer 1965). The
reported pair is that of one curve in the habitual range; the spread over the other curves and over all
straight ranges within it goes into the interval, because nothing in one isotherm tells which is right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.parameters import Values
from . import films, laws
from . import parameters as par
from .area import Z90, Area, Branch, scale_error

Array = NDArray[np.float64]

_FEWEST = 4  # points of a line: two degrees of freedom
_LEAST_R2 = 0.99  # of a range that somebody would call straight, or, where it is nearly level:
_LEVEL = 0.005  # scatter about the line over the mean volume
_M2_PER_CM3_NM = 1e3  # area of a film of 1 nm that takes 1 cm3
_INTERVAL = (0.05, 0.95)
Row = tuple[float, float, float, list[str]]  # value, low, high and notes of a finding
_MOST_TAKEN = 0.5  # part of a slope that filling pores can be, in simulated isotherms
_MOST_AREA = 1.1  # external over BET area above which the slope is no film: both have errors of some per cent


@dataclass(frozen=True)
class Line:
    """A straight range of a t-plot: external area (m2/g), micropore volume (cm3/g), fit."""

    area: float
    volume: float
    r2: float
    scatter: float
    area_error: float
    volume_error: float

    @property
    def straight(self) -> bool:
        """Whether somebody would call the range straight."""
        return self.r2 >= _LEAST_R2 or self.scatter <= _LEVEL


@dataclass(frozen=True)
class Result:
    """The reported line, all lines with their curves, ends of the range (p/p0) and why there is none."""

    line: Line | None
    others: tuple[Line, ...]
    start: float
    end: float
    curve: str
    reason: str = ""

    @property
    def slope(self) -> float:
        """Area of the line (m2/g), infinite where the t-plot is bent, NaN where it has too few points."""
        if self.line is not None:
            return self.line.area
        return math.inf if math.isfinite(self.start) else math.nan


def analyse(branch: Branch, values: Values, curve: str) -> Result:
    """Fit the t-plot of an adsorption branch.

    Parameters
    ----------
    branch
        Adsorption branch.
    values
        Parameter values.
    curve
        Name of the reported thickness curve, see `films.CURVES`.

    Notes
    -----
    Limits: the wall must carry the film of the curve; pores that condense inside the range make the slope too
    steep and the intercept too low, down to below zero.
    """
    film = laws.thickness(branch.pressure, values)
    inside = (film >= values[par.FILM_LOW]) & (film <= values[par.FILM_HIGH])
    x, n = branch.pressure[inside], branch.loading[inside]
    if x.size < _FEWEST:
        reason = f"{x.size} points of adsorption in the t-plot range, {_FEWEST} needed"
        return Result(None, (), math.nan, math.nan, curve, reason)
    volume = n / laws.capacity(1.0, values)
    further = (film >= values[par.FILM_LOW]) & (film <= values[par.FILM_FURTHEST])
    wide, liquid = branch.pressure[further], branch.loading[further] / laws.capacity(1.0, values)
    fewest = max(_FEWEST, (x.size + 1) // 2)
    others = [o for law in films.CURVES.values() for o in _lines(law(wide, values), liquid, fewest)]
    line = _line(films.CURVES[curve](x, values), volume)
    straight = tuple(o for o in others if o.straight)
    if not line.straight:
        reason = f"the t-plot is not straight (R2 {line.r2:.3f} below {_LEAST_R2})"
        return Result(None, straight, float(x[0]), float(x[-1]), curve, reason)
    return Result(line, straight, float(x[0]), float(x[-1]), curve)


def _lines(film: Array, volume: Array, fewest: int) -> list[Line]:
    """Fit all ranges of at least `fewest` neighbouring points."""
    return [
        _line(film[a:b], volume[a:b])
        for a in range(film.size - fewest + 1)
        for b in range(a + fewest, film.size + 1)
    ]


def _line(film: Array, volume: Array) -> Line:
    t, v = film - film.mean(), volume - volume.mean()
    square = float(t @ t)
    slope = float(t @ v) / square
    rest = v - slope * t
    noise = float(rest @ rest) / (film.size - 2)
    total = float(v @ v)
    height = noise * (1 / film.size + film.mean() ** 2 / square)
    return Line(
        slope * _M2_PER_CM3_NM, float(volume.mean() - slope * film.mean()),
        1.0 - float(rest @ rest) / total if total > 0 else 0.0, math.sqrt(noise) / float(volume.mean()),
        math.sqrt(noise / square) * _M2_PER_CM3_NM, math.sqrt(height),
    )  # fmt: skip


def findings(result: Result, area: Area, narrowest: float, branch: Branch, values: Values) -> dict[str, Row]:
    """Return ``micropore_volume`` (cm3/g) and ``external_area`` (m2/g) with intervals and notes.

    Parameters
    ----------
    result
        From `analyse`.
    area
        The BET area of the same branch, as a bound.
    narrowest
        Width (nm) from which the mesopores of the BJH peak begin, NaN where there is no peak.
    branch
        The branch, for the errors of volumes and weighing.
    values
        Parameter values.
    """
    nothing: Row
    if result.line is None:
        nothing = (math.nan, math.nan, math.nan, [f"not resolved: {result.reason}"])
        return {"micropore_volume": nothing, "external_area": nothing}
    line, scale = result.line, scale_error(branch, values)
    slope_bias = values[par.T_SLOPE_BIAS] / Z90 * line.area
    zero_bias = values[par.T_ZERO_BIAS] / Z90 * line.area / _M2_PER_CM3_NM
    # what still fills inside the range is missing in the intercept and taken for film in the slope
    missed = values[par.T_FILLING_BIAS] * max(line.volume, 0.0)
    film = (values[par.FILM_LOW] + values[par.FILM_HIGH]) / 2
    taken = min(missed / film * _M2_PER_CM3_NM, _MOST_TAKEN * line.area)
    outside = _interval(
        line.area, (line.area_error, scale * line.area, slope_bias), (taken, 0.0),
        [o.area for o in result.others],
    )  # fmt: skip
    volume = _interval(
        line.volume, (line.volume_error, scale * line.volume, zero_bias), (0.0, missed),
        [o.volume for o in result.others],
    )  # fmt: skip
    width = float(laws.critical_width(result.start, values[par.BATH_TEMPERATURE], values))
    stated = (
        f"t-plot, {result.curve} film, p/p0 {result.start:.3g}-{result.end:.3g}: pores that are full before "
        f"(up to {width:.2g} nm) count as micropores; interval over {len(result.others)} straight ranges "
        f"up to p/p0 0.5 and {len(films.CURVES)} films"
    )
    faults = _faults(line, volume, area)
    last = float(laws.critical_width(result.end, values[par.BATH_TEMPERATURE], values))
    if narrowest < last:
        faults.append(
            f"mesopores from {narrowest:.2g} nm (BJH) condense inside the range, which ends at {last:.2g} nm"
        )
    return {
        "micropore_volume": _judged(volume, faults, stated),
        "external_area": _judged(outside, faults, stated),
    }


def _interval(
    value: float, errors: Sequence[float], missed: tuple[float, float], others: Sequence[float]
) -> tuple[float, float, float]:
    """Return value, low and high: errors (standard deviations), what is missed, spread of the other lines."""
    low, high = np.quantile(others, _INTERVAL) if len(others) else (value, value)
    own = Z90 * math.hypot(*errors)
    below, above = max(value - float(low), 0.0), max(float(high) - value, 0.0)
    return value, value - math.hypot(own, below, missed[0]), value + math.hypot(own, above, missed[1])


def _faults(line: Line, volume: tuple[float, float, float], area: Area) -> list[str]:
    """Return what speaks against reading the line as film outside micropores."""
    faults = []
    if volume[2] <= 0:
        faults.append(
            f"the intercept is negative ({line.volume:.4g} cm3/g), which no volume can be: this wall does "
            "not carry the film of the curves, or pores condense inside the range"
        )
    if area.value > 0 and line.area > _MOST_AREA * area.value:
        faults.append(
            f"the slope ({line.area:.4g} m2/g) exceeds the BET area ({area.value:.4g}): pores condense "
            "inside the range"
        )
    return faults


def _judged(numbers: tuple[float, float, float], faults: list[str], stated: str) -> Row:
    value, low, high = numbers
    if faults:
        return math.nan, low, high, [*(f"not resolved: {fault}" for fault in faults), stated]
    if low > 0:
        return value, low, high, [stated]
    words = "the interval reaches zero: below detection, only the upper end counts"
    return max(value, 0.0), 0.0, high, [words, stated]
