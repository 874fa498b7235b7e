"""Mesopores by Barrett, Joyner and Halenda: width at the peak, with the spread over film and Kelvin shift.

The arithmetic is that of J. Am. Chem. Soc. 73 (1951) 373, as in pyGAPS. What decides the width is the law
for the radius at which a pore fills: film plus Kelvin radius plus a shift that is 0 in the original method
and 0.3 nm after Kruk, Jaroniec and Sayari (1997), who calibrated it on MCM-41. The original reads widths
20 % and more too small below 10 nm (Thommes et al. 2015); the interval holds both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InputError
from ...core.measurement import Measurement
from ...core.parameters import Values
from . import films, laws
from . import parameters as par
from .area import Z90, Branch, scale_error
from .tplot import Row

Array = NDArray[np.float64]

NARROWEST, WIDEST = 2.0, 50.0  # nm, mesopores by the definition of IUPAC: where a peak may lie
COUNTED_FROM = 1.7  # nm, from which volumes are added up, as instrument software does
BRANCHES = ("adsorption", "desorption")
_LOWEST = 0.02  # p/p0 below which the method is not carried: widths there are below its limit of validity
_NM_M2_PER_CM3 = 1e3  # a unit conversion
_FEWEST = 6  # points of a branch in the range
_INTERVAL = (0.05, 0.95)
_LEAST_VOLUME = 3.0  # times the error of the volume a peak must hold
_CLOSURE_WIDTHS = (3.3, 4.6)  # nm, where the desorption branch shows the closure of the loop as a peak
_FALL = 0.5  # to this part of its height the density must fall on both sides of a peak
_TOP = 0.9  # part of the height from which on a step counts to the top, whose ends limit the width
_FOOT = 2.0**0.5  # log-normal peak: distance of a quarter of its height from the top, over that of half
_HALF = 0.5  # part of the height from which on a step counts to the volume of the peak


@dataclass(frozen=True)
class Distribution:
    """Pore sizes: width (nm, rising), volume (cm3/g) and area (m2/g) per step, edges of the steps (nm)."""

    width: Array
    volume: Array
    area: Array
    low: Array
    high: Array

    @property
    def density(self) -> Array:
        """dV/dlog10(width), cm3/g."""
        result: Array = self.volume / np.log10(self.high / self.low)
        return result


def distribution(branch: Branch, values: Values, curve: str, shift: float) -> Distribution | None:
    """Return the distribution of one branch, or None where it has too few points.

    Parameters
    ----------
    branch
        Branch in rising pressure.
    values
        Parameter values.
    curve
        Thickness curve, see `films.CURVES`.
    shift
        Added to the Kelvin radius, nm.
    """
    use = branch.pressure >= _LOWEST
    x, n = branch.pressure[use], branch.loading[use]
    distinct = np.concatenate([[True], np.diff(x) > 0])
    x, n = x[distinct], n[distinct]
    if x.size < _FEWEST:
        return None
    temperature = values[par.BATH_TEMPERATURE]

    film, kelvin = films.CURVES[curve](x, values), laws.kelvin_radius(x, temperature, values) + shift
    volume, area = barrett(n / laws.capacity(1.0, values), film, kelvin)
    edges = 2 * (film + kelvin)
    return Distribution(np.sqrt(edges[1:] * edges[:-1]), volume, area, edges[:-1], edges[1:])


def barrett(liquid: Array, film: Array, kelvin: Array) -> tuple[Array, Array]:
    """Return volume (cm3/g) and area (m2/g) of the pores that empty in each step, narrowest first.

    Parameters
    ----------
    liquid
        Liquid adsorbed at each point, cm3/g, in rising pressure.
    film, kelvin
        Thickness of the film and radius of the meniscus at each point, nm.

    Notes
    -----
    From the widest pore down: what leaves in a step is the cores that empty in it and the thinning of
    the film in all wider pores (Barrett, Joyner and Halenda 1951). Limits: cylinders; steps as in the data.
    """
    steps = liquid.size - 1
    middle = [(a[1:] + a[:-1])[::-1] / 2 for a in (film, kelvin, film + kelvin)]
    thinning, left = np.diff(film)[::-1], np.diff(liquid)[::-1]
    ratio = (middle[2] / (middle[1] + thinning)) ** 2
    volume, area = np.zeros(steps), np.zeros(steps)
    for i in range(steps):
        walls = float(((middle[2][:i] - middle[0][i]) / middle[2][:i] * area[:i]).sum())
        volume[i] = (left[i] - thinning[i] * walls / _NM_M2_PER_CM3) * ratio[i]
        area[i] = 2 * volume[i] / middle[2][i] * _NM_M2_PER_CM3
    return volume[::-1], area[::-1]


def peak(found: Distribution) -> int | None:
    """Return the index of the highest peak of dV/dlog(width) between 2 and 50 nm; None where there is none.

    A rise towards either end of the range (micropores, voids between particles) is no peak.
    """
    inside = np.flatnonzero((found.width >= NARROWEST) & (found.width <= WIDEST))
    density = found.density[inside]
    higher = np.diff(density) > 0
    tops = [i for i in np.flatnonzero(higher[:-1] & ~higher[1:]) + 1 if _stands_out(density, int(i))]
    return int(inside[max(tops, key=lambda i: density[i])]) if tops else None


def _stands_out(density: Array, at: int) -> bool:
    """Whether the density falls off on both sides of a peak, inside the range."""
    before, after = density[:at], density[at + 1 :]
    return bool(before.size and after.size and max(before.min(), after.min()) < _FALL * density[at])


def branch_of(measurement: Measurement, name: str, adsorption: Branch) -> Branch:
    """Return a branch in rising pressure.

    Raises
    ------
    InputError
        If there is no such branch.
    """
    if name not in BRANCHES:
        raise InputError(f"bjh_branch = {name!r}: give {' or '.join(BRANCHES)}.")
    if name == BRANCHES[0]:
        return adsorption
    data = measurement.data
    x, n = data["pressure"].values, data["loading"].values
    use = np.flatnonzero((data["branch"].values == 1) & (x > 0) & (x < 1) & (n > 0))
    order = use[np.argsort(x[use], kind="stable")]
    return Branch(x[order], n[order], adsorption.mass)


def findings(branch: Branch, values: Values, curve: str, side: str) -> dict[str, Row]:
    """Return ``pore_width_mode`` (nm), ``bjh_volume`` (cm3/g) and ``bjh_mean_width`` (nm) with their spread.

    Parameters
    ----------
    branch
        Branch in rising pressure.
    values
        Parameter values; the shift is that of `parameters.KELVIN_SHIFT`, its range gives the spread.
    curve, side
        Thickness curve and name of the branch.
    """
    record = par.KELVIN_SHIFT
    main = distribution(branch, values, curve, values[record])
    if main is None:
        few: Row = (math.nan, math.nan, math.nan, [f"not resolved: fewer than {_FEWEST} points of {side}"])
        return {"pore_width_mode": few, "bjh_volume": few, "bjh_mean_width": few}
    shifts = record.low + (record.high - record.low) * np.array(_INTERVAL)
    every = [distribution(branch, values, c, s) for c in films.CURVES for s in shifts]
    others = [d for d in every if d is not None]
    stated = (
        f"BJH, {side} branch, cylinders, {curve} film, Kelvin radius + {values[record]:g} nm; interval: "
        f"{len(films.CURVES)} films, shift {shifts[0]:.2g}-{shifts[1]:.2g} nm"
    )
    return {
        "pore_width_mode": _mode(main, others, branch, values, side, stated),
        "bjh_volume": _spread([_volume(d) for d in (main, *others)], scale_error(branch, values), stated),
        "bjh_mean_width": _spread([_mean_width(d) for d in (main, *others)], 0.0, stated),
    }


def beginning(branch: Branch, values: Values, curve: str) -> float:
    """Return the width (nm) where the pores of the peak begin, NaN where there is no peak."""
    found = distribution(branch, values, curve, values[par.KELVIN_SHIFT])
    at = peak(found) if found is not None else None
    if found is None or at is None:
        return math.nan
    first, _ = _around(found.density, at, _HALF)
    top = float(found.width[at])
    return top * (float(found.low[first]) / top) ** _FOOT


def _mesopores(found: Distribution) -> NDArray[np.bool_]:
    return (found.low >= COUNTED_FROM) & (found.volume > 0)


def _volume(found: Distribution) -> float:
    return float(found.volume[_mesopores(found)].sum())


def _mean_width(found: Distribution) -> float:
    """4 V/A, nm."""
    use = _mesopores(found)
    area = float(found.area[use].sum())
    return 4e3 * float(found.volume[use].sum()) / area if area > 0 else math.nan


def _spread(numbers: list[float], relative: float, stated: str) -> Row:
    value, *others = numbers
    if not math.isfinite(value) or value <= 0:
        return math.nan, math.nan, math.nan, [f"not resolved: no pores above {COUNTED_FROM:g} nm", stated]
    own = Z90 * relative * value
    finite = [o for o in others if math.isfinite(o)]
    low, high = min([value, *finite]), max([value, *finite])
    above = f"pores above {COUNTED_FROM:g} nm up to the highest pressure"
    return value, max(low - own, 0.0), high + own, [above, stated]


def _mode(
    main: Distribution, others: list[Distribution], branch: Branch, values: Values, side: str, stated: str
) -> Row:
    at = peak(main)
    if at is None:
        return math.nan, math.nan, math.nan, [
            f"not resolved: dV/dlog(width) has no peak between {NARROWEST:g} and {WIDEST:g} nm", stated
        ]  # fmt: skip
    first, last = _around(main.density, at, _HALF)
    held = float(main.volume[first : last + 1].sum())
    error = Z90 * scale_error(branch, values) * float(branch.loading[-1]) / laws.capacity(1.0, values)
    if held < _LEAST_VOLUME * error:
        return math.nan, math.nan, math.nan, [
            f"not resolved: the highest peak holds {held:.2g} cm3/g, within the error of the volumes", stated
        ]  # fmt: skip
    # all laws are monotonic: the same steps of the isotherm are the top in each of them
    first, last = _around(main.density, at, _TOP)
    ends = [(d.low[first], d.high[last]) for d in (main, *others)]
    value = float(main.width[at])
    low, high = float(min(e[0] for e in ends)), float(max(e[1] for e in ends))
    notes = [stated]
    if side == BRANCHES[1] and _CLOSURE_WIDTHS[0] < value < _CLOSURE_WIDTHS[1]:
        notes.insert(
            0,
            "the desorption branch closes its loop at p/p0 0.42-0.50 whatever the pores are: a peak here may "
            "be that closure; use the adsorption branch",
        )
    return value, low, high, notes


def _around(density: Array, at: int, part: float) -> tuple[int, int]:
    """Return the first and last step around a peak whose density is at least `part` of its height."""
    tall = density >= part * density[at]
    first = at - int(np.argmin(np.r_[tall[: at + 1][::-1], False])) + 1
    last = at + int(np.argmin(np.r_[tall[at:], False])) - 1
    return first, last
