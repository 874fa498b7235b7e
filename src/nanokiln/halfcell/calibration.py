"""Calibration: two target capacities give two numbers, the capacity scale and the rate constant.

Nothing else moves. The distribution of time constants comes from a `shapes.Shape`, all other numbers from
their records. The protocol runs through every current of the article's test in order, because a slow
population remembers the currents before; the capacities at the currents between the targets are computed
and not looked at.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..core.errors import InputError, SolverError
from ..core.parameters import Values
from . import parameters as p
from .cell import Array, Cell
from .rate import reversible
from .shapes import Shape

_NUMBERS = 2  # capacity scale and rate constant
_CONVERGED = 1e-4  # relative error of both targets
_MAX_EVALUATIONS = 40
_HALVINGS = 5  # attempts at a shorter step where the cell cannot be cycled
_DIFFERENCE = 0.05  # step of the finite differences in the logarithms
_MAX_STEP = np.array([0.7, 2.0])  # largest move in ln(capacity), ln(scale) per iteration
_START_USE = 0.6  # starting guess: share of the capacity that the slow target reaches
_START_SCALE = {"time": 5e3, "resistance": 150.0}  # s, ohm: starting guess only
_SCALE_LIMITS = {"time": (1e-2, 1e8), "resistance": (1e-2, 1e4)}  # outside, the targets are out of reach


@dataclass(frozen=True)
class Calibration:
    """Two calibrated numbers and what they were calibrated on.

    Parameters
    ----------
    shape
        Distribution of time constants used.
    capacity_mAh_g
        Calibrated capacity between x = 0 and x = 1 (mAh/g).
    scale
        Calibrated rate constant: diffusion time (s) or series resistance (ohm), see `Shape.scaled`.
    targets
        Current (A/g) to target capacity (mAh/g).
    currents
        Protocol (A/g), `cycles` at each.
    capacities
        Capacity at each current of the protocol at the solution (mAh/g); those at the targets are
        calibrated, the others predicted.
    cell
        The calibrated cell.
    evaluations
        Runs of the protocol.
    """

    shape: Shape
    capacity_mAh_g: float
    scale: float
    targets: Mapping[float, float]
    currents: tuple[float, ...]
    cycles: int
    capacities: Array
    cell: Cell
    evaluations: int
    slope: Array = field(repr=False, compare=False)

    @property
    def scale_unit(self) -> str:
        """Unit of `scale`."""
        return "s" if self.shape.scaled == "time" else "ohm"


def article_targets(values: Values) -> dict[float, float]:
    """Return the two capacities of B-SiOC-2 that may be used: current (A/g) to mAh/g (C133, C137)."""
    return {
        values[p.TARGET_CURRENT_SLOW]: values[p.TARGET_SLOW],
        values[p.TARGET_CURRENT_FAST]: values[p.TARGET_FAST],
    }


def calibrate(
    targets: Mapping[float, float],
    *,
    shape: Shape,
    values: Values,
    currents: Sequence[float] = p.PROTOCOL_CURRENTS,
    cycles: int = p.PROTOCOL_CYCLES,
    start: Calibration | None = None,
    near: tuple[float, float] | None = None,
) -> Calibration:
    """Find the capacity scale and the rate constant that meet two targets.

    Parameters
    ----------
    targets
        Current (A/g) to reversible capacity (mAh/g); exactly two.
    shape
        Distribution of time constants.
    values
        All other numbers.
    currents
        Other currents of the protocol (A/g); those of the targets are added, all run upwards.
    cycles
        Cycles at each current.
    start
        A calibration of a similar shape to start from; saves runs.
    near
        Capacity (mAh/g) and scale to start from, without slopes.

    Raises
    ------
    InputError
        If there are not exactly two targets, or the capacity does not fall with the current.
    SolverError
        If no pair of numbers meets the targets.

    Notes
    -----
    Limits: says nothing about whether the shape is right; use `family.predict_family` for that. Two
    populations far apart have several solutions: this returns the one reached from the start,
    `solutions.solutions` all.
    """
    _check(targets)
    protocol = tuple(sorted({*map(float, currents), *map(float, targets)}))
    wanted = np.array([targets[c] for c in sorted(targets)])
    index = [protocol.index(float(c)) for c in sorted(targets)]
    runs = 0

    def capacities(point: Array) -> Array:
        nonlocal runs
        runs += 1
        cell = shape.cell(math.exp(point[0]), math.exp(point[1]), values)
        return reversible(cell, protocol, cycles)

    def residual(found: Array) -> Array:
        return np.log(found[index] / wanted)

    point, slope = (np.log(near), None) if near else _start(wanted, shape, start)
    point, slope, found = _newton(point, slope, capacities, residual, shape)
    capacity, scale = math.exp(point[0]), math.exp(point[1])
    cell = shape.cell(capacity, scale, values)
    return Calibration(shape, capacity, scale, dict(targets), protocol, cycles, found, cell, runs, slope)


def _check(targets: Mapping[float, float]) -> None:
    if len(targets) != _NUMBERS:
        raise InputError(
            f"{len(targets)} targets for {_NUMBERS} numbers (capacity scale and rate constant): give exactly "
            f"{_NUMBERS}, so that neither is left undetermined nor averaged."
        )
    for current, capacity in targets.items():
        if not (math.isfinite(current) and current > 0 and math.isfinite(capacity) and capacity > 0):
            raise InputError(f"target {capacity!r} mAh/g at {current!r} A/g: give finite numbers above 0.")
    slow, fast = (targets[c] for c in sorted(targets))
    if not fast < slow:
        raise InputError(
            f"target {fast:g} mAh/g at the higher current is not below {slow:g} mAh/g at the lower one: no "
            "rate constant can do that. Check the order of the targets."
        )


def _start(wanted: Array, shape: Shape, start: Calibration | None) -> tuple[Array, Array | None]:
    if start is not None and start.shape.scaled == shape.scaled:
        return np.log([start.capacity_mAh_g, start.scale]), start.slope
    return np.log([wanted[0] / _START_USE, _START_SCALE[shape.scaled]]), None


def _newton(
    point: Array,
    slope: Array | None,
    capacities: Callable[[Array], Array],
    residual: Callable[[Array], Array],
    shape: Shape,
) -> tuple[Array, Array, Array]:
    """Broyden's method in the logarithms, with bounded steps and halving where the cell cannot be run."""
    budget = _MAX_EVALUATIONS
    found = capacities(point)
    now = residual(found)
    fresh = slope is None
    slope = _differences(point, now, capacities, residual) if slope is None else slope.copy()
    while budget > 0 and np.abs(now).max() > _CONVERGED:
        step = _bounded(slope, now, shape)
        trial, cost = _advance(point, step, capacities)
        budget -= cost
        if trial is None:
            break
        moved, found = trial
        then, step = residual(found), moved - point
        worse = np.abs(then).max() > np.abs(now).max()
        slope = slope + np.outer(then - now - slope @ step, step) / (step @ step)
        point, now = moved, then
        if worse and not fresh:
            slope, budget = _differences(point, now, capacities, residual), budget - _NUMBERS
        fresh = worse
        _check_limits(point, shape)
    if np.abs(now).max() > _CONVERGED:
        raise _unreachable(shape, "the search did not converge")
    return point, slope, found


def _differences(
    point: Array, now: Array, capacities: Callable[[Array], Array], residual: Callable[[Array], Array]
) -> Array:
    steps = _DIFFERENCE * np.eye(_NUMBERS)
    columns = [(residual(capacities(point + step)) - now) / _DIFFERENCE for step in steps]
    return np.asarray(columns, dtype=np.float64).T


def _bounded(slope: Array, now: Array, shape: Shape) -> Array:
    try:
        step: Array = np.asarray(np.linalg.solve(slope, -now), dtype=np.float64)
    except np.linalg.LinAlgError:
        raise _unreachable(shape, "the two numbers have the same effect on both targets") from None
    return step / max(1.0, float(np.max(np.abs(step) / _MAX_STEP)))


def _advance(
    point: Array, step: Array, capacities: Callable[[Array], Array]
) -> tuple[tuple[Array, Array] | None, int]:
    """Take the step, or the largest half, quarter ... of it at which the cell can be cycled."""
    for halvings in range(_HALVINGS):
        moved = point + step / 2**halvings
        try:
            return (moved, capacities(moved)), halvings + 1
        except SolverError:
            continue
    return None, _HALVINGS


def _check_limits(point: Array, shape: Shape) -> None:
    low, high = _SCALE_LIMITS[shape.scaled]
    if not low < math.exp(point[1]) < high:
        raise _unreachable(shape, f"the rate constant left {low:g} to {high:g}")


def _unreachable(shape: Shape, what: str) -> SolverError:
    return SolverError(
        f"calibration of '{shape.name}' failed: {what}. Likely causes, in order: (1) the targets fall faster "
        "or slower with the current than this shape can; (2) the resistances alone cost more than the "
        "targets allow; (3) the voltage window is too narrow. Try another shape or lower resistances."
    )
