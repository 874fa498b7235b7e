"""Neck of two touching spheres: time to the same accuracy here, in py-pde and in FiPy.

Run as ``python benchmarks/bench_peers.py [--python PATH] [--radii R ...]``; PATH is a Python that has py-pde,
jax and fipy (dependency group ``benchmark``), by default this one.

One problem: a body of two equal spheres that touch, moving with v = D (mean curvature of the whole surface -
its own), so at constant volume. Yardstick: x/R at D t/R^2 = 0.02 of the axisymmetric front tracking in
tests/verification (0.4666, converged to 0.1 %). Ours is the solid step with films everywhere. The peers solve
the conserved Allen-Cahn equation, the phase-field form of the same law,

    c_t = lap c - c (1 - c)(1 - 2 c)/e^2 + L c (1 - c),    L from the condition that the sum of c stays,

on the same voxels in a periodic box, the form both frameworks are made for: once with the slope of our
profile at the surface (e = 0.955 voxel), once ("sharp", e = 0.5) with the width found best for them by trial,
at which the error of the diffuse neck is small and the grid does not yet pin the surface (at 0.4 it does).
So law and grid are alike; equation, time step and precision (float64 there, float32 here) are each code's
own. py-pde: explicit Euler near the longest stable step, backend jax, its fastest here; it compiles on every
call, so a step costs what more steps add. Compiling is not counted for ours either. FiPy: diffusion implicit
by conjugate gradients, reaction explicit, longest steps that stay stable; where a run would take too long
some steps are timed and the others counted as alike.

Compared are times at the same voxels, and times for the same accuracy at whatever voxels each code needs: the
coarsest run from which on all finer ones stay within it, so that no lucky one counts.

Every run is a process of its own and takes its turn; best of some turns; processor time of all threads beside
wall time, since on a shared machine it is the steadier one.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

REFERENCE, TIME = 0.4666, 0.02  # x/R of the axisymmetric reference at D t/R^2
BARS = (0.05, 0.025, 0.015)  # errors of x/R for which the time each code takes is compared
WIDTH = 6 / (2 * math.pi)  # e in voxels: 1/(4 e) is the slope of the sine profile of width 6, pi/12
SHARP = 0.5  # e in voxels that suits the peers best
OURS = 0.125  # D dt of a step, voxel^2
EULER, IMPLICIT = {WIDTH: 0.15, SHARP: 0.11}, {WIDTH: 0.5, SHARP: 0.25}  # of the peers, by width
TURNS, FIPY_STEPS = 3, 4  # best of; steps timed where FiPy's run is cut short
MORE = 8e7  # voxel steps of py-pde added to tell stepping from compiling
FIPY_WHOLE = 100_000  # cells up to which FiPy runs to the end
TOLERANCE = 1e-6  # of FiPy's solver
RADII = (6, 8, 11, 16, 22)
CODES = ("nanokiln", "py-pde", "py-pde sharp", "fipy", "fipy sharp")

Array = NDArray[np.float64]
Run = tuple[float, float, float]  # error of x/R, wall and processor seconds


def box(radius: int) -> tuple[int, int, int]:
    """Return the cells along each axis: as the necks of the verification suite."""
    return 2 * radius + 16, 2 * radius + 16, 4 * radius + 16


def distance(radius: int) -> Array:
    """Return the signed distance of two spheres that touch in the middle of the box."""
    nx, ny, nz = box(radius)
    x, y, z = np.meshgrid(
        np.arange(nx) - nx / 2, np.arange(ny) - ny / 2, np.arange(nz) - nz / 2, indexing="ij"
    )
    one, two = (np.sqrt(x**2 + y**2 + (z - side * radius) ** 2) for side in (-1, 1))
    return radius - np.minimum(one, two)


def waist(field: Array, level: float) -> float:
    """Return the radius at which a field falls through a level on the plane between the spheres."""
    nx, ny, nz = field.shape
    rows = [field[nx // 2 :, ny // 2, nz // 2], field[nx // 2, ny // 2 :, nz // 2]]
    found = []
    for row in rows:
        n = int(np.argmax(row < level))
        found.append(n - 1 + (row[n - 1] - level) / (row[n - 1] - row[n]) if n else 0.0)
    return float(np.mean(found))


def clocks() -> tuple[float, float]:
    """Return wall and processor time."""
    return time.perf_counter(), time.process_time()


def timed(begun: tuple[float, float], share: float = 1.0) -> tuple[float, float]:
    """Return wall and processor seconds since, extrapolated from a share of the work."""
    now = clocks()
    return (now[0] - begun[0]) / share, (now[1] - begun[1]) / share


def least_of(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    """Return the smaller of two wall times and of two processor times."""
    return min(a[0], b[0]), min(a[1], b[1])


def ours(radius: int) -> dict[str, Any]:
    """Run the solid step of the voxel engine."""
    from nanokiln.assembly.voxels.redistance import FOLLOW
    from nanokiln.assembly.voxels.solid import Solid, advance, renew

    phi = distance(radius).astype(np.float32)
    end, best, solid, steps = TIME * radius**2, (math.inf, math.inf), None, 0
    for _ in range(TURNS + 1):  # the first loads the compiled kernels
        solid = Solid(np.clip(phi, -6, 6))
        renew(solid)
        begun, done, steps, volume = clocks(), 0.0, 0, solid.volume
        while done < end - 1e-9:
            now = min(OURS, end - done)
            advance(solid, volume, spread=now, film=1.0)
            done, steps = done + now, steps + 1
            if solid.due:
                renew(solid, volume, sweeps=FOLLOW)
        best = least_of(best, timed(begun))
    assert solid is not None
    return {"neck": waist(solid.phi.astype(float), 0.0) / radius, "best": best, "steps": steps}


def start(radius: int, width: float) -> Array:
    """Return the phase field the peers start from."""
    return np.asarray(0.5 + 0.5 * np.tanh(distance(radius) / (2 * width)))


def py_pde(radius: int, width: float, backend: str = "jax") -> dict[str, Any]:
    """Run py-pde."""
    from pde import PDE, CartesianGrid, ScalarField

    cells = box(radius)
    grid = CartesianGrid([[0, n] for n in cells], cells, periodic=True)
    steps = math.ceil(TIME * radius**2 / EULER[width])
    bulk = f"c*(1-c)*(1-2*c)/{width**2!r}"
    law = PDE({"c": f"laplace(c) - {bulk} + c*(1-c)*integral({bulk})/integral(c*(1-c))"})
    step, more = TIME * radius**2 / steps, math.ceil(MORE / math.prod(cells))

    def solve(count: int) -> tuple[Any, tuple[float, float]]:
        begun = clocks()
        found = law.solve(
            ScalarField(grid, start(radius, width)),
            t_range=(count - 0.5) * step,
            dt=step,
            backend=backend,
            tracker=None,
        )
        return found, timed(begun)

    few, many = (math.inf, math.inf), (math.inf, math.inf)
    for _ in range(TURNS):  # each call compiles anew: only what more steps cost more is counted
        found, spent = solve(steps)
        few, many = least_of(few, spent), least_of(many, solve(steps + more)[1])
    best = tuple((b - a) * steps / more for a, b in zip(few, many, strict=True))
    return {"neck": waist(found.data, 0.5) / radius, "best": best, "steps": steps}


def fipy(radius: int, width: float) -> dict[str, Any]:
    """Run FiPy, to the end where that is bearable."""
    from fipy import CellVariable, DiffusionTerm, PeriodicGrid3D, TransientTerm
    from fipy.solvers.scipy import LinearCGSolver

    nx, ny, nz = box(radius)
    mesh = PeriodicGrid3D(nx=nx, ny=ny, nz=nz, dx=1.0, dy=1.0, dz=1.0)
    values = start(radius, width).transpose(2, 1, 0).ravel()  # x runs fastest in FiPy
    c = CellVariable(mesh=mesh, value=values, hasOld=True)
    source = CellVariable(mesh=mesh, value=0.0)
    law = TransientTerm() == DiffusionTerm(coeff=1.0) + source
    solver = LinearCGSolver(tolerance=TOLERANCE, precon=None)
    steps = math.ceil(TIME * radius**2 / IMPLICIT[width])
    taken = steps if nx * ny * nz <= FIPY_WHOLE else min(steps, FIPY_STEPS)
    begun = clocks()
    for _ in range(taken):
        c.updateOld()
        now = c.value
        mobile = now * (1 - now)
        bulk = mobile * (1 - 2 * now) / width**2
        source.setValue(mobile * bulk.sum() / mobile.sum() - bulk)
        law.solve(var=c, dt=TIME * radius**2 / steps, solver=solver)
    best = timed(begun, taken / steps)
    field = np.asarray(c.value).reshape(nz, ny, nx).transpose(2, 1, 0)
    return {
        "neck": waist(field, 0.5) / radius if taken == steps else None,
        "best": best,
        "steps": steps,
        "taken": taken,
        "sum": float(field.sum() / values.sum() - 1),
    }  # fmt: skip


def child(code: str, radius: int) -> dict[str, Any]:
    """Run one code at one radius in this process."""
    width = SHARP if code.endswith("sharp") else WIDTH
    if code == "nanokiln":
        return ours(radius)
    return py_pde(radius, width) if code.startswith("py-pde") else fipy(radius, width)


def run(python: str, code: str, radius: int) -> dict[str, Any] | None:
    """Run one code at one radius in a process of its own; None where it is not installed."""
    command = [python, __file__, "--child", code, "--radii", str(radius)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(
            f"{code}, R = {radius}: did not run: {(done.stderr.strip().splitlines() or ['no message'])[-1]}"
        )
        return None
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def show(radius: int, rows: dict[str, dict[str, Any]]) -> None:
    """Print what one radius gave."""
    cells = math.prod(box(radius))
    for code, found in rows.items():
        wall, cpu = found["best"]
        neck = (
            "not run to the end"
            if found["neck"] is None
            else f"x/R {found['neck']:.4f} ({found['neck'] / REFERENCE - 1:+.1%})"
        )
        ratio = ""
        if "nanokiln" in rows and code != "nanokiln":
            mine = rows["nanokiln"]["best"]
            ratio = f", {wall / mine[0]:.3g} times ours ({cpu / mine[1]:.3g} by processor time)"
        cut = (
            f", extrapolated from {found['taken']}"
            if found.get("taken", found["steps"]) < found["steps"]
            else ""
        )
        print(
            f"R = {radius:2d}, {cells:7d} voxels, {code:12s} {found['steps']:4d} steps{cut}: "
            f"{wall:8.3f} s wall, "
            f"{cpu:8.3f} s processor, {neck}{ratio}",
            flush=True,
        )


def cost(runs: dict[int, Run], bar: float) -> tuple[int, float, float] | None:
    """Return radius, wall and processor time of the coarsest run from which on all stay within a bar."""
    within = None
    for radius in sorted(runs, reverse=True):
        error, *spent = runs[radius]
        if error > bar:
            break
        within = (radius, *spent)
    return within


def show_costs(reached: dict[str, dict[int, Run]]) -> None:
    """Print what each accuracy costs each code, whatever voxels it needs for it."""
    for bar in BARS:
        mine = cost(reached["nanokiln"], bar)
        for code, runs in reached.items():
            spent = cost(runs, bar)
            if spent is None:
                print(f"within {bar:.1%}: {code:12s} not at these radii")
                continue
            radius, wall, cpu = spent
            text = f"within {bar:.1%}: {code:12s} R = {radius} and more, {wall:.3f} s wall, {cpu:.3f} s cpu"
            if mine and code != "nanokiln":
                text += f", {wall / mine[1]:.3g} times ours ({cpu / mine[2]:.3g} by processor time)"
            print(text)


def main() -> None:
    """Run every code at every radius by turns; then say what each accuracy costs each."""
    parser = argparse.ArgumentParser(description="two-sphere necks here, in py-pde and in FiPy")
    parser.add_argument("--python", default=sys.executable, help="a Python that has the peers")
    parser.add_argument("--radii", nargs="*", type=int, default=list(RADII))
    parser.add_argument("--child", choices=CODES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(child(options.child, options.radii[0])))
        return
    reached: dict[str, dict[int, Run]] = {code: {} for code in CODES}
    for radius in sorted(options.radii):
        found = {
            code: run(sys.executable if code == "nanokiln" else options.python, code, radius)
            for code in CODES
        }
        rows = {code: row for code, row in found.items() if row is not None}
        show(radius, rows)
        for code, row in rows.items():
            if row["neck"] is not None:
                reached[code][radius] = (abs(row["neck"] / REFERENCE - 1), *row["best"])
    show_costs(reached)


if __name__ == "__main__":
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    os.environ.setdefault("FIPY_SOLVERS", "scipy")
    main()
