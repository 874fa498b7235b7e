"""Solve the furnace equations along the programme, piece by piece."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..core.errors import SolverError
from ..core.units import ZERO_CELSIUS
from . import kinetics as k
from .setup import Setup

RTOL, ATOL = 1e-7, 1e-10  # relative; absolute in mmol/g and shares
OUTPUTS = 400  # points of time that are kept, more where the programme bends
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
    from scipy.integrate import solve_ivp

    knot_t, knot_T = setup.recipe.programme.knots()
    y = np.zeros(k.GLOBALS + k.PER_NODE * setup.fed.size)
    y[k.ACID] = 1.0
    times, states, evaluations = [knot_t[:1]], [y[None, :]], 0
    arguments = (knot_t, knot_T, setup.fed, setup.constants)
    for begin, end in zip(knot_t[:-1], knot_t[1:], strict=True):
        points = max(3, int(np.ceil(OUTPUTS * (end - begin) / knot_t[-1])))
        wanted = np.linspace(begin, end, points + 1)
        # the kernel interpolates, so the last knot must not look beyond this straight piece
        solution = solve_ivp(
            k.rates_at, (begin, end), states[-1][-1], method="LSODA", t_eval=wanted[1:],
            args=arguments, rtol=RTOL, atol=ATOL, max_step=MAX_STEP,
            jac=k.jacobian_at,
        )  # fmt: skip
        evaluations += solution.nfev
        if not solution.success or not np.isfinite(solution.y).all():
            at = solution.t[-1] if solution.t.size else begin
            raise SolverError(
                f"{setup.recipe.name}: the furnace equations could not be integrated beyond {at:.0f} s "
                f"({np.interp(at, knot_t, knot_T) - ZERO_CELSIUS:.0f} degC; {solution.message}). Likely causes: a rate "
                "override far outside its range, a programme with jumps of thousands of K/min, a bug."
            )
        times.append(solution.t)
        states.append(solution.y.T)
    time = np.concatenate(times)
    return Trajectory(time, np.interp(time, knot_t, knot_T), np.concatenate(states), evaluations)
