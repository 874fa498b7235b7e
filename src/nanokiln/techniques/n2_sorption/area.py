"""BET area of one adsorption branch with its interval."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ...core.parameters import Values
from ...formats._isotherm import CM3_STP_PER_MMOL
from . import bet, laws
from . import parameters as par

Z90 = 1.6448536269514722  # standard deviations of the 90 % interval of a normal distribution
_NARROW_C = 500.0  # C of simulated pores of 1.9 nm stays below 400, that of pores below 1.5 nm above 700
_DISAGREE = 0.15  # of BET area and t-plot: more than the film on open walls allows (10 %)
STANDARD_RANGE = (0.05, 0.30)  # the habitual range for mesoporous solids, ISO 9277


@dataclass(frozen=True)
class Branch:
    """Adsorption branch, rising in pressure: relative pressure, loading (mmol/g), sample mass (g or None)."""

    pressure: np.ndarray
    loading: np.ndarray
    mass: float | None


@dataclass(frozen=True)
class Area:
    """Result of a BET analysis; NaN throughout where no window can be used.

    Parameters
    ----------
    value, low, high
        Area in m2/g and its 90 % interval.
    monolayer
        mmol/g.
    constant, constant_low, constant_high
        BET C and its 5-95 % spread over the admissible windows.
    start, end
        Relative pressures of the window.
    starts, ends
        The same for all admissible windows.
    areas
        Area of all admissible windows.
    notes
        Statements and warnings.
    """

    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    monolayer: float = math.nan
    constant: float = math.nan
    constant_low: float = math.nan
    constant_high: float = math.nan
    start: float = math.nan
    end: float = math.nan
    starts: np.ndarray = field(default_factory=lambda: np.empty(0))
    ends: np.ndarray = field(default_factory=lambda: np.empty(0))
    areas: np.ndarray = field(default_factory=lambda: np.empty(0))
    notes: tuple[str, ...] = ()


def automatic(branch: Branch, values: Values) -> Area:
    """Area from the window that `bet.choose` picks among all admissible ones."""
    x, n = branch.pressure, branch.loading
    verdict = bet.admissible(x, n)
    windows = verdict.admissible
    if not len(windows):
        return Area(notes=(f"not resolved: {verdict.failed}",))
    picked = bet.choose(windows, x, n)
    areas = windows.monolayer / laws.monolayer(1.0, values)
    notes = [
        f"{len(windows)} admissible ranges of at least {verdict.fewest} points give "
        f"{areas.min():.4g}-{areas.max():.4g} m2/g (Rouquerol criteria, BETSI choice)"
    ]
    if verdict.fewest < bet.MANY_POINTS:
        notes.append(f"no range of {bet.MANY_POINTS} points passes; fewer points than recommended")
    result = _result(branch, windows, picked, values, notes)
    if result.constant >= values[par.NO_POINT_B]:
        return result
    reason = (
        f"not resolved: C = {result.constant:.2g} is below {values[par.NO_POINT_B]:g}, there is no point B "
        f"and no monolayer to count (the fit would give {result.value:.4g} m2/g)"
    )
    unresolved = {"value": math.nan, "low": math.nan, "high": math.nan, "monolayer": math.nan}
    return Area(**{**result.__dict__, **unresolved, "notes": (reason, *result.notes)})


def fixed(branch: Branch, start: float, end: float, values: Values) -> Area:
    """Area from all points with start <= p/p0 <= end, whatever the criteria say; failures become notes."""
    x, n = branch.pressure, branch.loading
    inside = np.flatnonzero((x >= start) & (x <= end) & (x < 1))
    fewest = 3  # a line with one degree of freedom
    if inside.size < fewest:
        return Area(notes=(f"not resolved: {inside.size} points in p/p0 {start:g}-{end:g}, {fewest} needed",))
    first, last = int(inside[0]), int(inside[-1])
    window = bet.scan(x[first : last + 1], n[first : last + 1], last - first + 1)
    window = bet.Windows(window.first + first, window.last + first, *(getattr(window, k) for k in _FITS))
    if not (window.constant[0] > 0 and window.monolayer[0] > 0):
        return Area(
            constant=float(window.constant[0]),
            notes=(
                f"not resolved: C is negative in p/p0 {start:g}-{end:g}; choose a range at lower pressure",
            ),
        )
    failed = bet.failures(window, x, n)
    notes = [f"range {start:g}-{end:g} fixed by the user; the interval does not include the choice of range"]
    notes += [f"criterion not met: {name}" for name in failed]
    return _result(branch, window, 0, values, notes)


_FITS = ("monolayer", "constant", "r2", "error")


def _result(branch: Branch, windows: bet.Windows, picked: int, values: Values, notes: list[str]) -> Area:
    x = branch.pressure
    first, last = int(windows.first[picked]), int(windows.last[picked])
    constant, amount = float(windows.constant[picked]), float(windows.monolayer[picked])
    value = laws.area_of(amount, values)
    areas = windows.monolayer / laws.monolayer(1.0, values)
    common = _relative_error(branch, windows, picked, values) * value
    lower, upper = np.quantile(areas, (0.05, 0.95))
    model, remarks = _shape_of_knee(constant, values)
    low = value - math.hypot(common, max(value - lower, 0.0), model * value)
    high = value + math.hypot(common, max(upper - value, 0.0), model * value)
    constants = np.quantile(windows.constant, (0.05, 0.95)) if len(windows) > 1 else (math.nan, math.nan)
    if branch.mass is None:
        notes = [
            *notes,
            "the file gives no sample mass: errors of weighing and free space are not in the interval",
        ]
    return Area(
        value=value,
        low=max(low, 0.0),
        high=high,
        monolayer=amount,
        constant=constant,
        constant_low=min(constant, float(constants[0])) if len(windows) > 1 else math.nan,
        constant_high=max(constant, float(constants[1])) if len(windows) > 1 else math.nan,
        start=float(x[first]),
        end=float(x[last]),
        starts=x[windows.first],
        ends=x[windows.last],
        areas=areas,
        notes=(*remarks, *notes),
    )


def scale_error(branch: Branch, values: Values) -> float:
    """Return the relative error (one standard deviation) common to all points: volumes and weighing."""
    weighing = values[par.MASS_ERROR] / branch.mass if branch.mass is not None else 0.0
    return math.hypot(values[par.VOLUME_ERROR], weighing)


def _relative_error(branch: Branch, windows: bet.Windows, picked: int, values: Values) -> float:
    """90 % half width, relative: scatter about the line, volumes, weighing, free space."""
    from scipy.special import stdtrit

    degrees = int(windows.points[picked]) - 2
    fit = float(stdtrit(degrees, 0.95) * windows.error[picked] / windows.monolayer[picked])
    parts = [fit, Z90 * scale_error(branch, values)]
    if branch.mass is not None:
        parts.append(Z90 * _free_space(branch, windows, picked, values))
    return math.hypot(*parts)


def _free_space(branch: Branch, windows: bet.Windows, picked: int, values: Values) -> float:
    """Relative change of the monolayer by one standard deviation of the free space."""
    part = slice(int(windows.first[picked]), int(windows.last[picked]) + 1)
    x, n = branch.pressure[part], branch.loading[part]
    assert branch.mass is not None
    shifted = n + values[par.FREE_SPACE_ERROR] / CM3_STP_PER_MMOL / branch.mass * x
    return abs(float(bet.scan(x, shifted, x.size).monolayer[0] / windows.monolayer[picked]) - 1)


def _shape_of_knee(constant: float, values: Values) -> tuple[float, list[str]]:
    """Return the relative model error that C calls for, and the warnings."""
    if constant > values[par.HIGH_C]:
        return values[par.FILLING_BIAS], [
            f"C = {constant:.3g} above {values[par.HIGH_C]:g}: micropore filling or strong sites; the area "
            "is an apparent one and can miss the wall area by 10 % and more"
        ]
    if constant >= values[par.SHARP_C]:
        return values[par.FILM_BIAS], []
    text = f"C = {constant:.3g} below {values[par.SHARP_C]:g}: the knee is blunt"
    if constant < values[par.LOW_C]:
        text = (
            f"C = {constant:.3g} below {values[par.LOW_C]:g}: no clear point B, mono- and multilayer overlap "
            "or pores fill inside the range"
        )
    if constant < values[par.NO_POINT_B]:
        text = (
            f"C = {constant:.3g} below {values[par.NO_POINT_B]:g}: no point B, the fitted monolayer has no "
            "physical meaning; do not quote this area"
        )
    return values[par.FILLING_BIAS], [text]


def filled_inside(area: Area, narrowest: float, slope: float, values: Values) -> Area:
    """Lower the lower end where other analyses show that pores fill inside the BET range.

    Parameters
    ----------
    area
        A BET area.
    narrowest
        Width (nm) where the mesopores of the BJH peak begin, NaN where there is no peak.
    slope
        Area of the t-plot (m2/g), infinite where it is bent, NaN where there is none.
    values
        Parameter values.

    Notes
    -----
    Pores of 2 to 3.5 nm condense at the pressures of the monolayer and look like one: C stays between 50 and
    150, R2 high, and the area is up to 50 % too large. The t-plot of such pores is too flat or too steep.
    Pores below 1.5 nm raise C beyond 500 instead and are left alone here.
    """
    if not area.value > 0 or area.constant > _NARROW_C:
        return area
    last = float(laws.critical_width(area.end, values[par.BATH_TEMPERATURE], values))
    if narrowest < last:
        seen = f"mesopores from {narrowest:.2g} nm (BJH)"
    elif abs(slope / area.value - 1) > _DISAGREE:
        seen = f"a t-plot of {slope:.3g} m2/g" if math.isfinite(slope) else "a bent t-plot"
    else:
        return area
    part = values[par.MESOPORE_BIAS]
    note = (
        f"{seen}: pores of 2-3.5 nm may fill inside the range and count as monolayer; the area may be up to "
        f"{100 * (1 / (1 - part) - 1):.0f} % too large"
    )
    return replace(area, low=min(area.low, area.value * (1 - part)), notes=(note, *area.notes))


def describe(area: Area, values: Values) -> Mapping[str, Any]:
    """Return the settings of the analysis for the record of a finding."""
    return {
        "bet_range": [area.start, area.end] if math.isfinite(area.start) else None,
        "cross_section_nm2": values[par.CROSS_SECTION],
        "least_r2": bet.LEAST_R2,
    }
