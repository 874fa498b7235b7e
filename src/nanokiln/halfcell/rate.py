"""Rate capability: constant-current cycles at a sequence of currents, one after the other in one cell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import InputError
from ..core.measurement import SYNTHETIC_MARK
from .cell import Cell
from .parameters import PROTOCOL_CYCLES
from .pybamm_adapter import CURVE_POINTS, RADIAL_POINTS, HalfCycle, engine

if TYPE_CHECKING:
    import xarray as xr

BRANCHES = ("lithiation", "delithiation")


def half_cycles(
    cell: Cell, currents_A_g: Sequence[float], cycles: int = PROTOCOL_CYCLES, *, points: int = RADIAL_POINTS
) -> list[list[tuple[HalfCycle, HalfCycle]]]:
    """Run the protocol and return, for each current, the cycles as (lithiation, delithiation).

    The state is carried over: what a slow population has taken up at one current is there at the next.
    """
    _check(currents_A_g, cycles)
    runner = engine(len(cell.weights), points)
    state = runner.rested(cell)
    result = []
    for current in currents_A_g:
        done = []
        for _ in range(cycles):
            down = runner.half_cycle(cell, +float(current), state)
            up = runner.half_cycle(cell, -float(current), down.state)
            state = up.state
            done.append((down, up))
        result.append(done)
    return result


def reversible(
    cell: Cell, currents_A_g: Sequence[float], cycles: int = PROTOCOL_CYCLES, *, points: int = RADIAL_POINTS
) -> np.ndarray:
    """Return the delithiation capacity of the last cycle at each current (mAh/g)."""
    runs = half_cycles(cell, currents_A_g, cycles, points=points)
    return np.array([done[-1][1].capacity_mAh_g for done in runs])


def rate_capability(
    cell: Cell, currents_A_g: Sequence[float], cycles: int = PROTOCOL_CYCLES, *, points: int = RADIAL_POINTS
) -> xr.Dataset:
    """Simulate a rate test.

    Parameters
    ----------
    cell
        Half cell.
    currents_A_g
        Currents per gram (A/g) in the order of the test; lithiation and delithiation at the same current.
    cycles
        Cycles at each current.
    points
        Radial cells in each population.

    Returns
    -------
    xarray.Dataset
        ``capacity_mAh_g(current)``: delithiation of the last cycle. ``half_cycle_mAh_g(current, cycle,
        branch)``: every half cycle. ``charge_mAh_g`` and ``voltage_V(current, branch, point)``: curves of
        the last cycle. ``charge_error(current, cycle, branch)``: conservation of charge, relative to the
        full capacity.

    Raises
    ------
    InputError
        For a current or a number of cycles that is not usable.
    SolverError
        If a half cycle does not end at its voltage limit; likely causes in order.

    Notes
    -----
    Limits: single-particle physics (no gradients in the electrolyte), no rest between half cycles, no
    ageing, no irreversible first-cycle loss, ideal lithium counter electrode.
    """
    import xarray as xr

    runs = half_cycles(cell, currents_A_g, cycles, points=points)
    curves = [[half.curve(CURVE_POINTS) for half in done[-1]] for done in runs]
    every = [[[half.capacity_mAh_g for half in cycle] for cycle in done] for done in runs]
    error = [[[half.charge_error for half in cycle] for cycle in done] for done in runs]
    axis, trace = ("current", "cycle", "branch"), ("current", "branch", "point")
    return xr.Dataset(
        {
            "capacity_mAh_g": ("current", [c[-1][1] for c in every], {"units": "mAh/g"}),
            "half_cycle_mAh_g": (axis, every, {"units": "mAh/g"}),
            "charge_mAh_g": (trace, [[c[0] for c in pair] for pair in curves], {"units": "mAh/g"}),
            "voltage_V": (trace, [[c[1] for c in pair] for pair in curves], {"units": "V"}),
            "charge_error": (axis, error, {"units": "1"}),
        },
        coords={
            "current": ("current", [float(c) for c in currents_A_g], {"units": "A/g"}),
            "cycle": ("cycle", np.arange(1, cycles + 1), {"units": "1"}),
            "branch": list(BRANCHES),
        },
        attrs={"origin": "synthetic", "mark": SYNTHETIC_MARK, "protocol": "rate", "reference": "Li/Li+"},
    )


def _check(currents_A_g: Sequence[float], cycles: int) -> None:
    if not currents_A_g:
        raise InputError("no current given: a rate test needs at least one, in A/g.")
    for current in currents_A_g:
        if not (math.isfinite(current) and current > 0):
            raise InputError(f"current {current!r} A/g: must be a finite number above 0.")
    if isinstance(cycles, bool) or int(cycles) != cycles or cycles < 1:
        raise InputError(f"cycles = {cycles!r}: must be a whole number of 1 or more.")
