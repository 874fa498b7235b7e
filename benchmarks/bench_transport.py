"""Time effective conductivity on 128^3 and 256^3, beside TauFactor where a Python that has it is named.

Run as ``python benchmarks/bench_transport.py [cells] [--taufactor PYTHON]``. The body is random overlapping
spheres, 55 % solid, in pores that do not conduct. Our solver is periodic along the axis of the current and
TauFactor is not, so the box is mirrored along it for the comparison: symmetry then fixes the potential of
both ends. Arrays go to the other Python as .npy, so that torch need not be installed here.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

from nanokiln.assembly.voxels import shapes
from nanokiln.assembly.voxels.measure.effective import effective_conductivity

FILL, RADIUS_SHARE = 0.55, 0.09  # of solid; of the box
EXACT = 1e-6  # tolerance of the run that errors are taken against
OTHER = """
import json, sys, time
import numpy as np, taufactor, torch
torch.set_num_threads(int(sys.argv[3]))
cells = np.load(sys.argv[1])
start = time.perf_counter()
solver = taufactor.PeriodicSolver(cells, device=torch.device("cpu"))
solver.solve(verbose=False, conv_crit=float(sys.argv[2]))
value = float(np.ravel(solver.D_eff)[0])
print(json.dumps({"value": value, "seconds": time.perf_counter() - start, "iterations": int(solver.iter)}))
"""


def body(cells: int, seed: int = 0) -> np.ndarray:
    """Return overlapping spheres at random, shape (cells, cells, cells), True in the solid."""
    rng = np.random.default_rng(seed)
    radius = RADIUS_SHARE * cells
    count = int(-np.log(1 - FILL) / (4 / 3 * np.pi * RADIUS_SHARE**3))
    centres = rng.random((count, 3)) * cells
    return shapes.spheres((cells, cells, cells), centres, np.full(count, radius)) > 0


def along_x(cells: np.ndarray, tolerance: float) -> float:
    """Return the conductivity along the first axis between two ends of fixed potential."""
    return float(effective_conductivity(np.concatenate([cells, cells[::-1]]), tolerance).value[0])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("cells", type=int, nargs="?", default=128)
    parser.add_argument("--taufactor", metavar="PYTHON")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    effective_conductivity(np.ones((8, 8, 8)))  # compile
    solid = body(args.cells).astype(np.float32)
    exact = effective_conductivity(solid, EXACT).value
    for tolerance in (1e-3, 1e-4):
        start = time.perf_counter()
        value = effective_conductivity(solid, tolerance).value
        took = (time.perf_counter() - start) / 3
        error = np.abs(value / exact - 1).max()
        print(f"own {args.cells}^3, tolerance {tolerance:g}: {took:.2f} s per axis, error {error:.1e}")
    if args.taufactor:
        with tempfile.TemporaryDirectory() as folder:
            _other(args, solid, Path(folder) / "cells.npy")


def _other(args: argparse.Namespace, solid: np.ndarray, path: Path) -> None:
    np.save(path, solid)
    own = along_x(solid, EXACT)
    for criterion in ("1e-2", "1e-4"):
        command = [args.taufactor, "-c", OTHER, str(path), criterion, str(args.threads)]
        done = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        print(
            f"TauFactor, criterion {criterion}: {done['seconds']:.2f} s, {done['iterations']} iterations, "
            f"k {done['value']:.6f}, own between fixed ends {own:.6f}, {done['value'] / own - 1:+.1e}"
        )


if __name__ == "__main__":
    main()
