"""Calibration of ageing: two observations give two numbers, once for each assumed law.

After 1000 cycles (C138) and after the month's rest (C140) B-SiOC-2 holds two capacities; they fix what is
lost for good and what is blocked. The law of the loss and the time constant of the recovery are not fixed by
them, so every combination is calibrated, and the second 1000 cycles are a prediction of each. Nothing here
knows what the article says about those.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import SolverError
from ..core.parameters import Values
from . import ageing_parameters as p
from .ageing import Age, Wear, after
from .cell import Array, Cell
from .endurance import POINTS, Cycles, Rest, Segment, endure
from .pybamm_adapter import engine

if TYPE_CHECKING:
    import xarray as xr

COARSE = 50  # stride of the calibration runs
_MOST = 12  # runs of one calibration
_CONVERGED = 2e-3  # of both capacities, relative
_FIRST = (0.05, 0.15)  # loss and blocked share after 1000 cycles: starting guess only
_CYCLE_H = 0.6  # hours of a cycle: for the starting guess only
_LONGEST_SHARE = 0.9  # of the cell: more cannot be lost
_THOUSAND = 1000  # cycles before and after the rest
LAWS = (0.5, 1.0)  # exponents of the loss that are calibrated


@dataclass(frozen=True)
class AgeingMember:
    """One law, calibrated: exponent and recovery time, the two numbers, and the whole run."""

    exponent: float
    recovery_h: float
    wear: Wear
    run: xr.Dataset
    declared: bool

    def capacity(self, segment: int, cycle: int) -> float:
        """Return the delithiation capacity of the first (0) or last (-1) cycle of a segment (mAh/g)."""
        rows = self.run["capacity_mAh_g"].values[self.run["segment"].values == segment]
        return float(rows[cycle])

    @property
    def retention(self) -> float:
        """Last over first capacity of the second 1000 cycles: the prediction."""
        return self.capacity(2, -1) / self.capacity(2, 0)


def long_test(values: Values) -> tuple[Segment, ...]:
    """Return 1000 cycles, a month's rest and 1000 cycles at 2 A/g."""
    from .parameters import TARGET_CURRENT_FAST

    cycles = Cycles(_THOUSAND, values[TARGET_CURRENT_FAST])
    return cycles, Rest(values[p.REST]), cycles


def after_rate_test(cell: Cell, points: int) -> Array:
    """Return the stoichiometries after the rate test, from which the long test goes on (Fig. 5a)."""
    from .parameters import PROTOCOL_CURRENTS

    runner = engine(len(cell.weights), points)
    content = runner.rested(cell)
    for current in PROTOCOL_CURRENTS:
        for _ in range(2):
            content = runner.half_cycle(cell, current, content).state
            content = runner.half_cycle(cell, -current, content).state
    return content


def fit_ageing(
    cell: Cell, wear: Wear, values: Values, *, stride: int = COARSE, points: int = POINTS
) -> tuple[Wear, xr.Dataset]:
    """Find loss and blocked share that meet the capacities after 1000 cycles and after the rest.

    Parameters
    ----------
    cell
        Calibrated fresh cell of B-SiOC-2.
    wear
        Law: exponent, recovery time and area; its loss and blocked share are the start.
    values
        All other numbers.
    stride, points
        As for `endurance.endure`.

    Returns
    -------
    Wear, xarray.Dataset
        With the two numbers, and the run of all 2000 cycles.

    Raises
    ------
    SolverError
        If no pair of numbers meets both.
    """
    wanted = np.array([values[p.AFTER_1000], values[p.AFTER_REST]])
    start = after_rate_test(cell, points)
    first, rest, second = long_test(values)
    assert isinstance(second, Cycles)

    def tried(x: Array, segments: tuple[Segment, ...]) -> tuple[Wear, xr.Dataset]:
        made = replace(wear, loss=float(x[0]), block_per_cycle=float(x[1]))
        return made, endure(cell, made, segments, values, stride=stride, start=start, points=points)

    def off(x: Array) -> Array:
        run = tried(x, (first, rest, replace(second, number=1)))[1]
        rows, segment = run["capacity_mAh_g"].values, run["segment"].values
        return np.array([rows[segment == 0][-1], rows[segment == 2][0]]) / wanted - 1

    x = _newton(off, np.array([wear.loss, wear.block_per_cycle]))
    return tried(x, (first, rest, second))


def _newton(off: object, x: Array) -> Array:
    """Broyden's method from finite differences; the two numbers stay shares."""
    assert callable(off)
    now = np.asarray(off(x))
    steps = np.diag(x) / 10
    slope = np.array([(np.asarray(off(x + step)) - now) / step.sum() for step in steps]).T
    for _ in range(_MOST):
        if np.abs(now).max() < _CONVERGED:
            return x
        moved = np.clip(x - np.linalg.solve(slope, now), x / 4, np.minimum(4 * x, _LONGEST_SHARE))
        then, step = np.asarray(off(moved)), moved - x
        slope = slope + np.outer(then - now - slope @ step, step) / (step @ step)
        x, now = moved, then
    raise SolverError(
        "calibration of ageing failed: the two capacities are not met. Likely causes, in order: (1) the "
        "recovery time is so long that the rest gives too little back; (2) the cell cannot lose that much at "
        "this current. Take a shorter recovery time."
    )


def ageing_family(
    cell: Cell, exposed_m2_g: float, values: Values, *, stride: int = COARSE
) -> list[AgeingMember]:
    """Calibrate every law of the loss with every recovery time of the record; the declared one comes first.

    Parameters
    ----------
    cell
        Calibrated fresh cell of B-SiOC-2.
    exposed_m2_g
        Area on which interphase grows (m2/g).
    values
        All other numbers; `LOSS_EXPONENT` and `RECOVERY_TIME` give the declared member.
    stride
        Of all runs.
    """
    central = (values[p.LOSS_EXPONENT], values[p.RECOVERY_TIME])
    times = (central[1], p.RECOVERY_TIME.low, p.RECOVERY_TIME.high)
    laws = [central, *(pair for pair in itertools.product(LAWS, times) if pair != central)]
    members = []
    for exponent, hours in laws:
        # what is blocked comes back within its own time, so with a short one more has to be blocked per cycle
        held = after(
            Age(), Wear(0.0, 1.0, 1 / _THOUSAND, hours, 1.0), _THOUSAND, _CYCLE_H * _THOUSAND
        ).blocked
        wear = Wear(_FIRST[0], exponent, _FIRST[1] / held / _THOUSAND, hours, exposed_m2_g)
        wear, run = fit_ageing(cell, wear, values, stride=stride)
        members.append(AgeingMember(exponent, hours, wear, run, (exponent, hours) == central))
    return members
