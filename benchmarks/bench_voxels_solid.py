"""Time what the solid costs per furnace interval at 128^3 (25 spheres, fill 0.6) beside a triad.

Run as ``python benchmarks/bench_voxels_solid.py [cells]``; default 128. Threads as numba sees them: set
NUMBA_NUM_THREADS to change them. The triad a = b + s c over arrays of the same size and the parts run by
turns in one process, the best of each counts, so their ratios hold on a busy machine too. The NumPy twin of
step and redistancing runs once.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from nanokiln.assembly.voxels import shapes, solid_reference
from nanokiln.assembly.voxels.band import find_band
from nanokiln.assembly.voxels.fields import reach
from nanokiln.assembly.voxels.melt import Melt
from nanokiln.assembly.voxels.redistance import redistance
from nanokiln.assembly.voxels.solid import Solid, advance, give_way, renew, restore

COUNT = 25  # spheres
RADIUS_SHARE = 22.9 / 128  # sphere radius over box: fill 0.6
OVERLAP = 0.5  # voxel, largest overlap of neighbours at which the random packing is taken
TURNS = 10  # the best of these counts
FILM, SPREAD, DEPTH = 0.1, 0.001, 0.001  # of the step timed: film, D dt, relative change of volume


@njit(parallel=True, cache=True)
def triad(a: Any, b: Any, c: Any, scale: Any) -> None:
    for i in prange(a.size):
        a[i] = b[i] + scale * c[i]


def packing(cells: int) -> NDArray[np.float64]:
    """Return centres of a random packing: spheres pushed apart until they hardly overlap."""
    places = np.random.default_rng(3).random((COUNT, 3)) * cells
    diameter = 2 * RADIUS_SHARE * cells
    for _ in range(5000):
        away = places[:, None] - places[None]
        away -= cells * np.round(away / cells)
        length = np.linalg.norm(away, axis=-1) + np.where(np.eye(COUNT) > 0, np.inf, 0)
        overlap = np.clip(diameter - length, 0, None)
        if overlap.max() < OVERLAP * cells / 128:
            break
        places += np.sum(
            np.where(length[..., None] < np.inf, away / length[..., None], 0) * 0.3 * overlap[..., None], 1
        )
    return np.mod(places, cells)


def by_turns(parts: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the shortest wall time of each part in seconds, taken by turns."""
    least = dict.fromkeys(parts, np.inf)
    for turn in range(TURNS + 1):
        for name, work in parts.items():
            start = time.perf_counter()
            work()
            if turn:  # the first call compiles or loads
                least[name] = min(least[name], time.perf_counter() - start)
    return least


def parts_of(solid: Solid) -> dict[str, Callable[[], object]]:
    """Return what is timed; every part leaves the solid nearly as it was."""
    volume, melt, turn = solid.volume, 0.3 * (1 - solid.s), [0]
    liquid, before = Melt(solid.phi, melt, 0.9), solid.s.copy()

    def step() -> None:
        turn[0] += 1
        advance(solid, volume * (1 - DEPTH * (turn[0] % 2)), spread=SPREAD, film=FILM, melt=melt)

    a, b, c = (np.ones(solid.phi.size, np.float32) for _ in range(3))
    return {
        "triad": lambda: triad(a, b, c, np.float32(0.5)),
        "advance": step,
        "give_way": lambda: give_way(solid, melt, before),
        "volume": lambda: solid.volume,
        "find_band": lambda: find_band(solid.phi, reach()),
        "restore": lambda: restore(solid, volume),
        "redistance": lambda: redistance(solid.phi, spare=solid.curvature),
        "renew": lambda: renew(solid, volume),
        "Melt.change_solid": lambda: liquid.change_solid(solid.phi, 0.9),
    }


def main(cells: int) -> None:
    """Print a line per part."""
    centres = packing(cells)
    solid = Solid(shapes.spheres((cells,) * 3, centres, np.full(COUNT, RADIUS_SHARE * cells)))
    renew(solid)
    band, voxels = find_band(solid.phi, reach()), cells**3
    print(f"{cells}^3, {numba.get_num_threads()} threads, fill {solid.volume / voxels:.2f}")
    print(f"{100 * band.cells / voxels:.0f} % of the voxels in the band")
    state = sum(field.nbytes for field in (solid.phi, solid.s, solid.cover, solid.curvature)) / voxels
    print(f"{state:.0f} bytes per voxel of the solid, 1 more while redistancing, 16 of the melt")
    times = by_turns(parts_of(solid))
    for name, seconds in times.items():
        rate, share = voxels / seconds / 1e6, seconds / times["triad"]
        print(f"{name:18s} {1e3 * seconds:8.2f} ms {rate:7.0f} Mvoxel/s {share:7.1f} triads")
    phi, melt = solid.phi.astype(float), 0.3 * (1 - solid.s.astype(float))
    start = time.perf_counter()
    solid_reference.stepped(phi, melt, solid.volume, SPREAD, FILM)
    middle = time.perf_counter()
    solid_reference.redistanced(phi)
    slow = (middle - start, time.perf_counter() - middle)
    ratios = slow[0] / times["advance"], slow[1] / times["redistance"]
    print(f"NumPy takes {ratios[0]:.0f} times as long for the step, {ratios[1]:.0f} times for redistancing")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 128)
