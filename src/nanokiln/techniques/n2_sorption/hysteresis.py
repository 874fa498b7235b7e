"""Class of the hysteresis loop, H1 to H5 of IUPAC 2015, by stated criteria, or "not resolved".

The classes are drawn, not defined by numbers (Thommes et al., Pure Appl. Chem. 87 (2015) 1051). The
numbers here put that drawing into words; a loop that meets none of them is not resolved.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .area import Branch
from .tplot import Row

Array = NDArray[np.float64]

#: Criteria, settings of the method: see `classify`.
_FEWEST = 5  # points of each branch above the closure
_CLOSURE = 0.42  # p/p0 below which nitrogen loops are closed
_GRID = 200  # pressures at which the branches are compared
_NO_LOOP = 0.03  # widest gap over the highest loading below which there is no loop
_PLATEAU_FROM, _PLATEAU_RISE = 0.92, 0.08  # rise of the loading above this p/p0 that still is a plateau
_STEEP = 0.15  # span of p/p0 in which a steep branch does the middle 60 % of its step
_UNLIKE = 2.0  # ratio of the spans from which the branches are not parallel
_MIDDLE = (0.2, 0.8)
_MICROPORE_SHARE = 0.5  # share of the loading already there at p/p0 0.1 that makes H3 an H4
CLASSES = {0.0: "none", 1.0: "H1", 2.0: "H2(a)", 2.5: "H2(b)", 3.0: "H3", 4.0: "H4"}


def classify(adsorption: Branch, desorption: Branch) -> Row:
    """Return the class of the loop as ``hysteresis``.

    Parameters
    ----------
    adsorption, desorption
        Both branches in rising pressure.

    Returns
    -------
    tuple
        Number of the class (see `CLASSES`: 0 none, 1 H1, 2 H2(a), 2.5 H2(b), 3 H3, 4 H4), no interval,
        and the criteria in words; NaN with the numbers where no class fits.

    Notes
    -----
    Widest gap below 3 % of the highest loading: none. With a plateau (desorption falls by less than 8 % down
    to p/p0 0.92): both branches steep and alike in span is H1; a desorption less than half as long as the
    adsorption, and steep, is H2(a); one more than twice as long is H2(b). Without a plateau: H3, or H4 where
    half of the loading is there at p/p0 0.1. Limits: H5 (two steps of desorption) is never claimed.
    """
    nothing = math.nan
    above = [b.pressure >= _CLOSURE for b in (adsorption, desorption)]
    if min(int(a.sum()) for a in above) < _FEWEST:
        words = f"not resolved: fewer than {_FEWEST} points of a branch above p/p0 {_CLOSURE:g}"
        return nothing, nothing, nothing, [words]
    low = max(_CLOSURE, float(desorption.pressure[0]))
    high = min(float(adsorption.pressure[-1]), float(desorption.pressure[-1]))
    x = np.linspace(low, high, _GRID)
    up, down = (np.interp(x, b.pressure, b.loading) for b in (adsorption, desorption))
    top = float(max(up[-1], down[-1]))
    gap = float((down - up).max()) / top
    if gap < _NO_LOOP:
        words = f"no loop: the branches part by at most {100 * max(gap, 0.0):.1f} % of the highest loading"
        return 0.0, nothing, nothing, [f"class none; {words}; no interval: a class"]
    number, numbers = _class(x, up, down, adsorption)
    words = f"widest gap {100 * gap:.0f} % of the highest loading; {numbers}"
    if number is None:
        return nothing, nothing, nothing, [f"not resolved: no class fits; {words}"]
    return number, nothing, nothing, [f"class {CLASSES[number]}; {words}; no interval: a class"]


def _class(x: Array, up: Array, down: Array, adsorption: Branch) -> tuple[float | None, str]:
    rise = 1.0 - float(np.interp(_PLATEAU_FROM, x, down)) / float(down[-1])
    first = float(np.interp(0.1, adsorption.pressure, adsorption.loading)) / float(up[-1])
    if rise > _PLATEAU_RISE or x[-1] < _PLATEAU_FROM:
        number = 4.0 if first > _MICROPORE_SHARE else 3.0
        return (
            number,
            f"no plateau (+{100 * rise:.0f} % above p/p0 {_PLATEAU_FROM:g}), {100 * first:.0f} % at 0.1",
        )
    spans = _span(x, up), _span(x, down)
    numbers = f"plateau; spans of p/p0 {spans[0]:.2f} (adsorption) and {spans[1]:.2f} (desorption)"
    ratio = spans[1] / max(spans[0], 1e-6)
    if max(spans) <= _STEEP and 1 / _UNLIKE <= ratio <= _UNLIKE:
        return 1.0, numbers
    if ratio < 1 / _UNLIKE and spans[1] <= _STEEP:
        return 2.0, numbers
    return (2.5, numbers) if ratio > _UNLIKE else (None, numbers)


def _span(x: Array, n: Array) -> float:
    """Return the span of pressure in which a branch does the middle of its step above the closure."""
    levels = n[0] + (n[-1] - n[0]) * np.array(_MIDDLE)
    rising = np.maximum.accumulate(n)
    first, last = np.interp(levels, rising, x)
    return float(last - first)
