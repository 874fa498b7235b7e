"""A rate test fitted: two populations of particles, and how well the test determines each of their numbers.

This is a fit and never a prediction: it takes every capacity it is given. What it adds to a line through
points is the profile likelihood of each number, which says what the test does not determine.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ..core.errors import InputError, SolverError
from ..core.evidence import Evidence, Finding
from ..core.parameters import Values
from . import parameters as p
from .cell import Array, Cell
from .rate import reversible
from .shapes import Shape

#: Called with the share done (0 to 1) and what is being done.
Progress = Callable[[float, str], None]

NUMBERS = ("capacity_scale", "fast_share", "fast_time", "slow_over_fast")
UNITS = ("mAh/g", "1", "s", "1")
CHI2_90 = 2.7055434540954142  # rise of chi-square at the ends of a 90 % interval of one number
_LIMITS = {"fast_share": (0.02, 0.98), "fast_time": (1.0, 1e6), "slow_over_fast": (1.0, 3e4)}
_LEAST_CAPACITY, _START_CAPACITY, _MOST_CAPACITY = 0.9, 1.3, 6.0  # of the largest capacity measured
_SHARES, _TIMES, _RATIOS = (0.4, 0.7), (50.0, 1000.0), (30.0, 500.0)  # starts, all combinations
_GOOD = 0.1  # chi-square at which no further start is tried: none could be better by more
_DIFFERENCE = 0.01  # step of the finite differences in the transformed numbers
_MOST_STEPS = 14  # of a profile to each side
_LONGER = 1.25  # each step than the one before
_MOST_RUNS = 25  # steps of one least-squares fit
_FITTED = 0.4  # share of the work done when profiles begin
_STEP = 0.6  # of the rise that ends the interval, by the curvature at the best point, per step of a profile
_WIDEST = 0.7  # step in a transformed number at most
_FAILED = 30.0  # residual of a cell that cannot be cycled
_LEAST_ERROR, _MOST_ERROR = 1e-3, 0.2


@dataclass(frozen=True)
class Profile:
    """How chi-square rises where one number is held and all others are fitted anew.

    Parameters
    ----------
    values, chi2
        Number held, rising, and the least chi-square with it.
    low, high
        Ends of the 90 % interval; NaN where chi-square does not rise enough within the limits.
    """

    values: Array
    chi2: Array
    low: float
    high: float


@dataclass(frozen=True)
class RateFit:
    """Fitted numbers of two populations, `NUMBERS` in `UNITS`.

    Parameters
    ----------
    currents, measured, fitted
        A/g and mAh/g.
    error
        Relative standard error of a capacity.
    numbers
        Value of each number.
    chi2
        Sum of squares at the best point.
    profiles
        One for each number.
    cell
        The fitted cell.
    """

    currents: Array
    measured: Array
    fitted: Array
    error: float
    numbers: dict[str, float]
    chi2: float
    profiles: dict[str, Profile]
    cell: Cell


def fit_rates(
    capacities: Mapping[float, float],
    values: Values | None = None,
    *,
    error: float = 0.01,
    cycles: int = p.PROTOCOL_CYCLES,
    progress: Progress | None = None,
) -> RateFit:
    """Fit two populations of particles to a rate test, with the profile likelihood of every number.

    Parameters
    ----------
    capacities
        Reversible capacity (mAh/g) by current (A/g), at least five, in a test that runs them upwards.
    values
        All other numbers: open-circuit curve, window, loading, charge transfer.
    error
        Relative standard error of a capacity.
    cycles
        At each current.
    progress
        Told what is being done.

    Raises
    ------
    InputError
        For fewer than five currents, capacities that are none, or an impossible error.
    SolverError
        If no cell of this kind can be cycled at these currents.

    Notes
    -----
    Limits: open-circuit curve and resistances are those of the records, so times and shares hang on them; a
    good fit does not say that there are two kinds of particles.
    """
    currents = np.array(sorted(map(float, capacities)))
    measured = np.array([float(capacities[c]) for c in sorted(capacities)])
    _check(currents, measured, error)
    tell = progress or (lambda share, what: None)
    problem = _Problem(currents, measured, error, cycles, values or Values())
    starts = [(s, t, r) for s in _SHARES for t in _TIMES for r in _RATIOS]
    found = []
    for n, start in enumerate(starts):
        tell(_FITTED * n / len(starts), "fitting")
        found.append(problem.solved(problem.start(*start)))
        if found[-1][1] < _GOOD:
            break
    point, chi2 = min(found, key=lambda one: one[1])
    if chi2 >= _FAILED**2:
        raise SolverError(
            "no cell with two populations can be cycled at these currents. Likely causes, in order: (1) a "
            "mass or a current in another unit; (2) resistances too high for the currents; (3) the window."
        )
    profiles = {}
    for n, name in enumerate(NUMBERS):
        tell(_FITTED + (1 - _FITTED) * n / len(NUMBERS), f"profile of {name}")
        profiles[name] = problem.profile(n, point, chi2)
    tell(1.0, "done")
    numbers = dict(zip(NUMBERS, map(float, problem.numbers(point)), strict=True))
    return RateFit(
        currents, measured, problem.capacities(point), error, numbers, chi2, profiles, problem.cell(point)
    )


def _check(currents: Array, measured: Array, error: float) -> None:
    if len(currents) <= len(NUMBERS):
        raise InputError(
            f"{len(currents)} currents for {len(NUMBERS)} numbers of two populations: give at least "
            f"{len(NUMBERS) + 1}, or nothing would be left to test the fit."
        )
    if not (np.isfinite([currents, measured]).all() and (currents > 0).all() and (measured > 0).all()):
        raise InputError("currents (A/g) and capacities (mAh/g) must be finite numbers above 0.")
    if not _LEAST_ERROR <= error <= _MOST_ERROR:
        raise InputError(
            f"error = {error!r}: the relative standard error of a capacity lies between {_LEAST_ERROR:g} and "
            f"{_MOST_ERROR:g}."
        )


def rate_findings(fit: RateFit, file: str = "") -> list[Finding]:
    """Return the numbers of a fit as findings; one whose interval is open on a side is not resolved."""
    notes = (
        f"two populations fitted to {len(fit.currents)} capacities, relative error {fit.error:g}: "
        f"chi-square {fit.chi2:.3g} with {len(fit.currents) - len(NUMBERS)} degrees of freedom",
        "interval: profile likelihood, 90 %; open-circuit curve, window and resistances are assumed",
    )
    found = []
    for name, unit in zip(NUMBERS, UNITS, strict=True):
        low, high = fit.profiles[name].low, fit.profiles[name].high
        open_ends = [word for word, end in (("below", low), ("above", high)) if not math.isfinite(end)]
        why = (f"not resolved: the test sets no limit {' or '.join(open_ends)}",) if open_ends else ()
        value = math.nan if open_ends else fit.numbers[name]
        evidence = Evidence.CALIBRATED
        found.append(Finding(name, value, low, high, unit, evidence, "rate_fit", file, (*why, *notes)))
    return found


class _Problem:
    """Residuals in transformed numbers: logarithms, and the logit of the share."""

    def __init__(self, currents: Array, measured: Array, error: float, cycles: int, values: Values) -> None:
        self.currents, self.measured, self.error = currents, measured, error
        self.cycles, self.values = cycles, values
        top = float(measured.max())
        ends = [(_LEAST_CAPACITY * top, _MOST_CAPACITY * top), *_LIMITS.values()]
        self.low, self.high = (np.array([self._to(n, e[k]) for n, e in enumerate(ends)]) for k in (0, 1))

    @staticmethod
    def _to(number: int, value: float) -> float:
        return math.log(value / (1 - value)) if NUMBERS[number] == "fast_share" else math.log(value)

    def numbers(self, point: Array) -> Array:
        """Return the numbers of a point."""
        return np.array([self.back(n, x) for n, x in enumerate(point)])

    @staticmethod
    def back(number: int, x: float) -> float:
        """Return a number from its transform."""
        return 1 / (1 + math.exp(-x)) if NUMBERS[number] == "fast_share" else math.exp(x)

    def start(self, share: float, time: float, ratio: float) -> Array:
        """Return a point to start from."""
        guess = (_START_CAPACITY * float(self.measured.max()), share, time, ratio)
        return np.array([self._to(n, x) for n, x in enumerate(guess)])

    def cell(self, point: Array) -> Cell:
        """Return the cell of a point."""
        capacity, share, time, ratio = self.numbers(point)
        shape = Shape("two populations", (float(share), float(1 - share)), (1.0, float(ratio)))
        return shape.cell(float(capacity), float(time), self.values)

    def capacities(self, point: Array) -> Array:
        """Return the capacities of a point."""
        return reversible(self.cell(point), tuple(map(float, self.currents)), self.cycles)

    def residual(self, point: Array) -> Array:
        """Return differences of the logarithms over the error."""
        try:
            found = self.capacities(point)
        except SolverError:
            return np.full(len(self.measured), _FAILED)
        return np.asarray(np.log(np.maximum(found, 1e-3) / self.measured) / self.error)

    def solved(self, start: Array, held: int | None = None) -> tuple[Array, float]:
        """Return the best point from a start, with one number held or none, and its chi-square."""
        from scipy.optimize import least_squares

        free = [n for n in range(len(start)) if n != held]
        full = start.copy()

        def of(x: Array) -> Array:
            full[free] = x
            return self.residual(full)

        inside = np.clip(start[free], self.low[free] + 1e-6, self.high[free] - 1e-6)
        found = least_squares(
            of, inside, bounds=(self.low[free], self.high[free]), diff_step=_DIFFERENCE, max_nfev=_MOST_RUNS,
            xtol=1e-4, ftol=1e-4,
        )  # fmt: skip
        full[free] = found.x
        return full.copy(), 2 * float(found.cost)

    def profile(self, number: int, best: Array, chi2: float) -> Profile:
        """Walk away from the best point to both sides, until chi-square has risen or a limit is met."""
        curvature = self._curvature(number, best)
        step = min(_STEP * math.sqrt(CHI2_90 / curvature) if curvature > 0 else _WIDEST, _WIDEST)
        sides = [self._side(number, best, chi2, sign * step) for sign in (-1, 1)]
        rows = [*reversed(sides[0][0]), (float(best[number]), chi2), *sides[1][0]]
        ends = [math.nan if end is None else self.back(number, end) for _, end in sides]
        values = np.array([self.back(number, x) for x, _ in rows])
        return Profile(values, np.array([c for _, c in rows]), *ends)

    def _curvature(self, number: int, best: Array) -> float:
        """Return half the second derivative of chi-square along a number, all others fitted (Schur)."""
        base = self.residual(best)
        columns = []
        for n in range(len(best)):
            moved = best.copy()
            moved[n] += _DIFFERENCE if moved[n] + _DIFFERENCE < self.high[n] else -_DIFFERENCE
            columns.append((self.residual(moved) - base) / (moved[n] - best[n]))
        slope = np.array(columns).T
        others = np.delete(slope, number, axis=1)
        left = slope[:, number] - others @ np.linalg.lstsq(others, slope[:, number], rcond=None)[0]
        return float(left @ left)

    def _side(
        self, number: int, best: Array, chi2: float, step: float
    ) -> tuple[list[tuple[float, float]], float | None]:
        rows: list[tuple[float, float]] = []
        point, last = best.copy(), (float(best[number]), 0.0)
        for _ in range(_MOST_STEPS):
            x = point[number] + step
            if not self.low[number] < x < self.high[number]:
                return rows, None
            point = point.copy()
            point[number] = x
            point, here = self.solved(point, number)
            rows.append((float(x), here))
            rise = math.sqrt(max(here - chi2, 0.0))
            if here - chi2 > CHI2_90:
                wanted = math.sqrt(CHI2_90)
                return rows, last[0] + (x - last[0]) * (wanted - last[1]) / (rise - last[1])
            last = (float(x), rise)
            step *= _LONGER
        return rows, None
