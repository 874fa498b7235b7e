"""Time a step of the solid and a redistancing at 128^3 (a packing of 25 spheres); compare with NumPy.

Run as ``python benchmarks/bench_voxels_solid.py [cells]``; default 128. Threads as numba sees them: set
NUMBA_NUM_THREADS to change them. The NumPy twin runs in the same process, so a busy machine slows both.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numba
import numpy as np

from nanokiln.assembly.voxels import shapes, solid_reference
from nanokiln.assembly.voxels.band import find_band
from nanokiln.assembly.voxels.fields import reach
from nanokiln.assembly.voxels.redistance import redistance
from nanokiln.assembly.voxels.solid import Solid, advance

COUNT = 25  # spheres
RADIUS_SHARE = 22 / 128  # sphere radius over box
REPEATS = 3  # the best of these counts


def pack(cells: int) -> Solid:
    """Return spheres at random places, overlapping."""
    rng = np.random.default_rng(1)
    centres = rng.random((COUNT, 3)) * cells
    return Solid(shapes.spheres((cells,) * 3, centres, np.full(COUNT, RADIUS_SHARE * cells)))


def best(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the shortest wall time in seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def report(name: str, cells: int, fast: float, slow: float) -> None:
    voxels = cells**3 / 1e6
    print(
        f"{name}: {1e3 * fast:.0f} ms, {voxels / fast:.0f} Mvoxel/s; "
        f"NumPy {1e3 * slow:.0f} ms, {slow / fast:.1f} times"
    )


def main(cells: int) -> None:
    solid = pack(cells)
    volume, melt = solid.volume, 1 - solid.s
    started = time.perf_counter()
    advance(solid, volume, spread=0.01, film=0.1, melt=melt)
    redistance(solid.phi)
    print(f"{numba.get_num_threads()} threads; first call (compile or load cache) ", end="")
    print(f"{time.perf_counter() - started:.1f} s")
    band = find_band(solid.phi, reach())
    print(f"{cells}^3, {100 * band.cells / cells**3:.0f} % of the voxels in the band")
    step = best(lambda: advance(solid, volume, spread=0.01, film=0.1, melt=melt))
    plain = melt.astype(float)
    twin = best(lambda: solid_reference.stepped(solid.phi, plain, volume, 0.01, 0.1), 1)
    report("solid step", cells, step, twin)
    field = solid.phi.copy()
    again = best(lambda: redistance(field))
    report("redistancing", cells, again, best(lambda: solid_reference.redistanced(field), 1))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 128)
