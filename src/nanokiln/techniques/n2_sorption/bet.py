"""BET over every window of an isotherm, and the criteria that decide which windows may be used.

Criteria (Rouquerol et al. 2007; Osterrieth et al., Adv. Mater. 34 (2022) 2201502, "BETSI"):

1. n(1 - p/p0) rises over the whole window;
2. C is positive;
3. the monolayer loading lies inside the window's loadings;
4. the pressure of the monolayer, 1/(sqrt(C) + 1), agrees within 20 % with the pressure at which the
   isotherm reaches the monolayer loading;
5. the BET plot is straight: R2 at least 0.998.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

# Settings of the method, not physics
LEAST_R2 = 0.998  # linearity, criterion 5
CONSISTENCY = 0.2  # criterion 4
MANY_POINTS = 10  # wanted in a window
FEW_POINTS = 5  # accepted where no window of MANY_POINTS passes
HIGHEST_PRESSURE = 0.5  # windows end below: above, condensation is no monolayer whatever the fit says


@dataclass(frozen=True)
class Windows:
    """BET fits of many windows; arrays of one entry per window.

    Parameters
    ----------
    first, last
        Indices of the first and last point (inclusive).
    monolayer
        Monolayer loading in the unit of the loading.
    constant
        BET constant C.
    r2
        Squared correlation of the BET plot.
    error
        Standard error of `monolayer` from the scatter about the line.
    """

    first: np.ndarray
    last: np.ndarray
    monolayer: np.ndarray
    constant: np.ndarray
    r2: np.ndarray
    error: np.ndarray

    def __len__(self) -> int:
        return int(self.first.size)

    @property
    def points(self) -> np.ndarray:
        """Number of points of each window."""
        return self.last - self.first + 1

    def take(self, chosen: np.ndarray) -> Windows:
        """Return the windows picked by a mask or by indices."""
        return Windows(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def scan(pressure: np.ndarray, loading: np.ndarray, fewest: int = FEW_POINTS) -> Windows:
    """Fit the BET line in every window of at least `fewest` neighbouring points.

    Parameters
    ----------
    pressure
        Relative pressure, rising, below 1.
    loading
        Amount adsorbed at these pressures, above 0.
    fewest
        Least number of points of a window (at least 3).
    """
    size = pressure.size
    rows = [_from(pressure, loading, first, fewest) for first in range(max(size - fewest + 1, 0))]
    if not rows:
        return Windows(*(np.empty(0, dtype=int),) * 2, *(np.empty(0),) * 4)
    return Windows(*(np.concatenate(columns) for columns in zip(*rows, strict=True)))


def _from(pressure: np.ndarray, loading: np.ndarray, first: int, fewest: int) -> tuple[np.ndarray, ...]:
    """Fits of all windows that begin at `first`; sums are taken about the first point for accuracy."""
    x = pressure[first:]
    y = x / (loading[first:] * (1 - x))
    dx, dy = x - x[0], y - y[0]
    count = np.arange(1, x.size + 1, dtype=np.float64)
    sx, sy = np.cumsum(dx) / count, np.cumsum(dy) / count
    sxx = np.cumsum(dx * dx) / count - sx**2
    sxy = np.cumsum(dx * dy) / count - sx * sy
    syy = np.cumsum(dy * dy) / count - sy**2
    ends = slice(fewest - 1, None)
    sx, sy, sxx, sxy, syy, many = (a[ends] for a in (sx, sy, sxx, sxy, syy, count))
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = sxy / sxx
        intercept = y[0] + sy - slope * (x[0] + sx)
        r2 = np.clip(sxy**2 / (sxx * syy), 0, 1)
        residual = np.maximum(syy - slope * sxy, 0) * many / (many - 2)
        # 1/monolayer = slope + intercept is the height of the line at x = 1
        height_error = np.sqrt(residual * (1 / many + (1 - x[0] - sx) ** 2 / (many * sxx)))
        monolayer = 1 / (slope + intercept)
        constant = slope / intercept + 1
    last = first + np.arange(fewest - 1, x.size)
    return np.full(last.size, first), last, monolayer, constant, r2, height_error * monolayer**2


def consistency(windows: Windows, pressure: np.ndarray, loading: np.ndarray) -> np.ndarray:
    """Relative difference of BET's monolayer pressure from that read off the isotherm (criterion 4)."""
    with np.errstate(invalid="ignore"):
        theory = 1 / (np.sqrt(windows.constant) + 1)
    ends = zip(windows.first, windows.last, windows.monolayer, strict=True)
    read = np.array([np.interp(m, loading[a : b + 1], pressure[a : b + 1]) for a, b, m in ends])
    return np.abs(theory - read) / read


def rising(pressure: np.ndarray, loading: np.ndarray, windows: Windows) -> np.ndarray:
    """Whether n(1 - p/p0) rises over the whole of each window (criterion 1)."""
    falls = np.concatenate([[0], np.cumsum(np.diff(loading * (1 - pressure)) <= 0)])
    return falls[windows.last] == falls[windows.first]


@dataclass(frozen=True)
class Verdict:
    """Windows that pass all criteria, or the criterion that none of the rest passed."""

    admissible: Windows
    failed: str
    fewest: int


def admissible(pressure: np.ndarray, loading: np.ndarray) -> Verdict:
    """Find the windows that pass all criteria.

    Parameters
    ----------
    pressure, loading
        Adsorption branch: relative pressure (rising) and loading, both above 0.

    Returns
    -------
    Verdict
        With windows of at least `MANY_POINTS` points if any pass, else of at least `FEW_POINTS`.
    """
    below = pressure <= HIGHEST_PRESSURE
    x, n = pressure[below], loading[below]
    failed = f"fewer than {FEW_POINTS} points below p/p0 {HIGHEST_PRESSURE}"
    for fewest in (MANY_POINTS, FEW_POINTS):
        windows = scan(x, n, fewest)
        if not len(windows):
            continue
        for name, test in _criteria(x, n):
            passed = test(windows)
            windows = windows.take(passed)
            if not len(windows):
                failed = f"no window of {fewest} or more points passes: {name}"
                break
        else:
            return Verdict(windows, "", fewest)
    return Verdict(scan(x[:0], n[:0]), failed, FEW_POINTS)


def failures(window: Windows, pressure: np.ndarray, loading: np.ndarray) -> list[str]:
    """Names of the criteria that `window` (a single one) does not meet."""
    return [name for name, test in _criteria(pressure, loading) if not bool(test(window)[0])]


def _criteria(x: np.ndarray, n: np.ndarray) -> list[tuple[str, Callable[[Windows], np.ndarray]]]:
    return [
        ("n(1 - p/p0) rises over the window", lambda w: rising(x, n, w)),
        ("C is positive", lambda w: (w.constant > 0) & (w.monolayer > 0)),
        (
            "the monolayer lies inside the window",
            lambda w: (n[w.first] < w.monolayer) & (w.monolayer < n[w.last]),
        ),
        (
            "monolayer pressure agrees with the isotherm within 20 %",
            lambda w: consistency(w, x, n) <= CONSISTENCY,
        ),
        (f"R2 at least {LEAST_R2}", lambda w: w.r2 >= LEAST_R2),
    ]


def choose(windows: Windows, pressure: np.ndarray, loading: np.ndarray) -> int:
    """Index of the window to report: of those ending at the highest pressure, the most consistent one."""
    error = np.where(windows.last == windows.last.max(), consistency(windows, pressure, loading), np.inf)
    return int(np.argmin(error))
