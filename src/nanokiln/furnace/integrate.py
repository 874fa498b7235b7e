"""Solve the furnace equations along the programme, piece by piece."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import SolverError
from ..core.units import ZERO_CELSIUS
from . import kinetics as k
from .setup import Setup

RTOL, ATOL = 1e-7, 1e-10  # relative; absolute in mmol/g and shares
OUTPUTS = 400  # points of time that are kept, more where the programme bends
MOST_STEPS = 50_000  # of one straight piece; a usual one takes a few hundred
MAX_STEP = 900.0  # s, so that no reaction window is stepped over


@dataclass(frozen=True)
class Trajectory:
    """Solution of the furnace equations.

    Parameters
    ----------
    time, temperature
        s and K, shape (n,).
    state
        State vector at each time, shape (n, 6 + 7 * nodes); `kinetics` names its entries.
    steps
        Number of right-hand sides evaluated.
    """

    time: NDArray[np.float64]
    temperature: NDArray[np.float64]
    state: NDArray[np.float64]
    steps: int

    def shared(self, index: int) -> NDArray[np.float64]:
        """Return one of the quantities shared by all nodes, shape (n,)."""
        return self.state[:, index]

    def local(self, index: int) -> NDArray[np.float64]:
        """Return one of the quantities that each node has, shape (n, nodes)."""
        return self.state[:, k.GLOBALS + index :: k.PER_NODE]


def integrate(setup: Setup) -> Trajectory:
    """Integrate along the programme of the recipe; an empty programme returns the initial state.

    Raises
    ------
    SolverError
        If the integrator gives up; the message says where and what to look at first.
    """
    knot_t, knot_T = setup.recipe.programme.knots()
    y = np.zeros(k.GLOBALS + k.PER_NODE * setup.fed.size)
    y[k.ACID] = 1.0
    times, states, evaluations = [knot_t[:1]], [y[None, :]], 0
    for begin, end in pairwise(knot_t):
        points = max(3, int(np.ceil(OUTPUTS * (end - begin) / knot_t[-1])))
        wanted = np.linspace(begin, end, points + 1)[1:]
        found, used = _piece(setup, states[-1][-1], wanted, begin)
        evaluations += used
        times.append(wanted)
        states.append(found)
    time = np.concatenate(times)
    return Trajectory(time, np.interp(time, knot_t, knot_T), np.concatenate(states), evaluations)


def _piece(
    setup: Setup, y: NDArray[np.float64], wanted: NDArray[np.float64], begin: float
) -> tuple[NDArray[np.float64], int]:
    """Integrate one straight piece of the programme from `begin`; return the states at the wanted times.

    LSODA is the fastest and now and then gives up where reactions freeze on cooling; BDF then takes over.
    """
    from scipy.integrate import BDF, LSODA

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # LSODA's way of saying that it failed
            return _advance(LSODA, setup, y, wanted, begin)
    except (SolverError, UserWarning):
        return _advance(BDF, setup, y, wanted, begin)


def _advance(
    method: Any, setup: Setup, y: NDArray[np.float64], wanted: NDArray[np.float64], begin: float
) -> tuple[NDArray[np.float64], int]:
    knot_t, knot_T = setup.recipe.programme.knots()
    end = float(wanted[-1])
    falling = bool(np.interp(end, knot_t, knot_T) < np.interp(begin, knot_t, knot_T))
    arguments = (knot_t, knot_T, setup.fed, falling, setup.constants)
    solver = method(
        lambda t, x: k.rates_at(t, x, *arguments), begin, y, end, rtol=RTOL, atol=ATOL, max_step=MAX_STEP,
        jac=lambda t, x: k.jacobian_at(t, x, *arguments),
    )  # fmt: skip
    found = np.empty((wanted.size, y.size))
    done = 0
    for _ in range(MOST_STEPS):
        message = solver.step()
        upto = int(np.searchsorted(wanted, solver.t, side="right"))
        if solver.status == "failed" or not np.isfinite(solver.y).all():
            raise _failure(setup, solver.t, str(message))
        if upto > done:
            found[done:upto] = solver.dense_output()(wanted[done:upto]).T
            done = upto
        if solver.status == "finished":
            found[-1] = solver.y
            return found, int(solver.nfev)
    raise _failure(setup, solver.t, f"{MOST_STEPS} steps used up")


def _failure(setup: Setup, at: float, message: str) -> SolverError:
    celsius = np.interp(at, *setup.recipe.programme.knots()) - ZERO_CELSIUS
    return SolverError(
        f"{setup.recipe.name}: the furnace equations could not be integrated beyond {at:.0f} s "
        f"({celsius:.0f} degC; "
        f"{message}). Likely causes, in order: a rate set far outside its range, a programme with jumps of "
        "thousands of K/min, a bug."
    )
