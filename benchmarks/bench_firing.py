"""Time of a firing after the first, and of the same equations without the special Jacobian.

Run ``python benchmarks/bench_firing.py [recipe] [repeats]``. The comparison solves the same right-hand side
with the same tolerances by scipy's Radau, which differences the whole Jacobian itself; both run in this
process, one after the other, on one core. The first firing is not counted: it compiles.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from scipy.integrate import solve_ivp

from nanokiln.core.parameters import Values
from nanokiln.furnace import fire, kinetics
from nanokiln.furnace.integrate import ATOL, MAX_STEP, RTOL, integrate
from nanokiln.furnace.setup import Setup, set_up
from nanokiln.recipe import load_recipe


def radau(setup: Setup) -> np.ndarray:
    """Solve the furnace piece by piece with Radau and its own differences; return the last state."""
    knot_t, knot_T = setup.recipe.programme.knots()
    y = np.zeros(kinetics.GLOBALS + kinetics.PER_NODE * setup.fed.size)
    y[kinetics.ACID] = 1.0
    for begin, end in pairwise(knot_t):
        falling = bool(np.interp(end, knot_t, knot_T) < np.interp(begin, knot_t, knot_T))
        arguments = (knot_t, knot_T, setup.fed, falling, setup.constants)
        options = {"rtol": RTOL, "atol": ATOL, "max_step": MAX_STEP}
        y = solve_ivp(kinetics.rates_at, (begin, end), y, method="Radau", args=arguments, **options).y[:, -1]
    return y


def seconds(action: Callable[[], object], repeats: int) -> float:
    """Return the least wall time of some calls."""
    best = np.inf
    for _ in range(repeats):
        begun = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - begun)
    return best


def main(name: str = "B-SiOC-2", repeats: str = "5") -> None:
    """Print the times and their ratio."""
    recipe, count = load_recipe(name), int(repeats)
    begun = time.perf_counter()
    fire(recipe)
    print(
        f"first firing of {name} (compiles or loads the compiled kernel): {time.perf_counter() - begun:.2f} s"
    )
    setup = set_up(recipe, Values())
    apart = np.abs(radau(setup) - integrate(setup).state[-1]).max()
    whole, solver = seconds(lambda: fire(recipe), count), seconds(lambda: integrate(setup), count)
    plain = seconds(lambda: radau(setup), max(1, count // 2))
    print(f"firing, best of {count}: {1000 * whole:.0f} ms, of it the equations {1000 * solver:.0f} ms")
    print(f"the same by Radau, no special Jacobian: {1000 * plain:.0f} ms, {plain / solver:.1f} times")
    print(f"largest difference of the two last states: {apart:.1e}")


if __name__ == "__main__":
    main(*sys.argv[1:])
