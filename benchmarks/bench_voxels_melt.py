"""Speed of a melt sweep against a triad that moves memory only, and against the NumPy reference.

Run as ``python benchmarks/bench_voxels_melt.py [size ...]``; default 64 and 128 (touching spheres, fill
0.52). The triad a = b + s c reads two arrays and writes one: 16 bytes per voxel with the read before a write.
A sweep reads melt, wall and room and writes melt: 20 bytes. Triad and sweep run by turns in one process; the
best of each counts.
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

from nanokiln.assembly.voxels import fields, reference
from nanokiln.assembly.voxels.melt import Melt
from nanokiln.assembly.voxels.melt_kernels import sweep

REPEATS, INNER, SLOW = 7, 20, 3  # turns, calls per turn, calls of the reference
TRIAD_BYTES, SWEEP_BYTES = 16, 20
TRIAD_SIZE = 2**25  # elements: 400 MB in all, larger than any cache


@njit(parallel=True, cache=True)
def triad(a: Any, b: Any, c: Any, scale: Any) -> None:
    for i in prange(a.size):
        a[i] = b[i] + scale * c[i]


def best(work: Callable[[], Any], calls: int) -> float:
    """Return the seconds of one call, averaged over a turn."""
    begun = time.perf_counter()
    for _ in range(calls):
        work()
    return (time.perf_counter() - begun) / calls


def scene(size: int) -> Melt:
    """Put spheres on a simple cubic lattice, just touching, with melt around the contacts."""
    cell = size // 4
    x, y, z = np.meshgrid(*(np.arange(size) % cell - cell / 2 for _ in range(3)), indexing="ij")
    distance = np.clip(cell / 2 - np.sqrt(x**2 + y**2 + z**2), -fields.reach(), fields.reach())
    return Melt(distance, np.full(distance.shape, 0.15), np.cos(np.radians(20)))


def measure(size: int) -> tuple[float, float, float, float]:
    """Return seconds per sweep, per triad in cache size and large, and per reference sweep."""
    melt = scene(size)
    melt.advance(50)
    numbers = (melt.lam, melt.tau, melt.k)
    spare = np.empty_like(melt.field)

    def large(count: int) -> list[NDArray[np.float32]]:
        return [np.ones(count, dtype=np.float32) for _ in range(3)]

    same, wide = large(size**3), large(TRIAD_SIZE)
    scale = np.float32(0.5)
    triad(*same, scale)
    times = np.full(4, np.inf)
    for _ in range(REPEATS):
        turn = (
            best(lambda: sweep(melt.field, melt.wall, melt.room, numbers, spare), INNER),
            best(lambda: triad(*same, scale), INNER),
            best(lambda: triad(*wide, scale), 1),
            np.inf,
        )
        times = np.minimum(times, turn)
    slow = (np.float32(melt.lam), np.float32(melt.tau), np.float32(melt.k))
    times[3] = best(lambda: reference.sweep(melt.field, melt.wall, melt.room, slow), SLOW)
    return tuple(times)


def main(sizes: list[int]) -> None:
    """Print one line per size."""
    print(f"numba {numba.__version__}, {numba.get_num_threads()} threads")
    for size in sizes:
        fast, same, wide, slow = measure(size)
        rate = size**3 / fast / 1e9
        traffic = SWEEP_BYTES * rate
        near, far = TRIAD_BYTES * size**3 / same / 1e9, TRIAD_BYTES * TRIAD_SIZE / wide / 1e9
        print(
            f"{size}^3: {rate:.2f} Gvoxel/s ({traffic:.1f} GB/s); triad of the same size {near:.1f} GB/s "
            f"({traffic / near:.0%}), large {far:.1f} GB/s ({traffic / far:.0%}); "
            f"{slow / fast:.0f} times the NumPy reference ({size**3 / slow / 1e9:.4f} Gvoxel/s)"
        )


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or [64, 128])
