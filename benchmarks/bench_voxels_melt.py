"""Speed of a melt sweep against a triad, the same sweep in C with OpenMP, and the NumPy reference.

Run as ``python benchmarks/bench_voxels_melt.py [size ...]``; default 64 and 128 (touching spheres, fill
0.52). The triad a = b + s c reads two arrays and writes one: 16 bytes per voxel with the read before a write.
A sweep reads melt, wall and room and writes melt: 20 bytes. Triad, sweep and C run by turns in one process;
the best of each counts, so their ratios hold on a busy machine too. The C text below is compiled by each run:
``cc -O3 -march=native -fopenmp``; without a compiler that comparison is left out.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
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
FLAGS = ("-O3", "-march=native", "-fopenmp")
SOURCE = r"""
#include <math.h>
static inline float moved(float l, float w, float room, float lam, float tau, float two_k, float around) {
    float force = (w - 2.0f * l - two_k * (around - 6.0f * l)) - lam;
    float x = l - tau * force;
    x = x > 0.0f ? x : 0.0f;
    return x < room ? x : room;
}
void sweep(const float *restrict l, const float *restrict w, const float *restrict room, float *restrict new,
           long nx, long ny, long nz, float lam, float tau, float two_k, double *volume, double *loose) {
    #pragma omp parallel for schedule(static)
    for (long i = 0; i < nx; i++) {
        double plane = 0.0, open = 0.0;
        for (long j = 0; j < ny; j++) {
            const float *here = l + (i * ny + j) * nz;
            const float *up = l + (((i + 1) % nx) * ny + j) * nz;
            const float *down = l + (((i + nx - 1) % nx) * ny + j) * nz;
            const float *right = l + (i * ny + (j + 1) % ny) * nz;
            const float *left = l + (i * ny + (j + ny - 1) % ny) * nz;
            const float *ww = w + (i * ny + j) * nz, *rr = room + (i * ny + j) * nz;
            float *out = new + (i * ny + j) * nz;
            double row = 0.0;
            float count = 0.0f;
            #pragma omp simd reduction(+:row, count)
            for (long k = 1; k < nz - 1; k++) {
                float around = up[k] + down[k] + right[k] + left[k] + here[k + 1] + here[k - 1];
                float x = moved(here[k], ww[k], rr[k], lam, tau, two_k, around);
                out[k] = x;
                row += x;
                count += (float)((x > 0.0f) & (x < rr[k]));
            }
            for (long k = 0; k < nz; k += nz - 1) {
                float around = up[k] + down[k] + right[k] + left[k];
                around += here[(k + 1) % nz] + here[(k + nz - 1) % nz];
                float x = moved(here[k], ww[k], rr[k], lam, tau, two_k, around);
                out[k] = x;
                row += x;
                count += (float)((x > 0.0f) & (x < rr[k]));
            }
            plane += row;
            open += count;
        }
        volume[i] = plane;
        loose[i] = open;
    }
}
"""


def compiled(folder: str) -> ctypes.CDLL | None:
    """Compile the C text; None where there is no compiler."""
    cc = shutil.which("cc")
    if cc is None:
        return None
    text, library = Path(folder) / "sweep.c", Path(folder) / "sweep.so"
    text.write_text(SOURCE)
    subprocess.run([cc, *FLAGS, "-shared", "-fPIC", str(text), "-o", str(library), "-lm"], check=True)
    return ctypes.CDLL(str(library))


def in_c(library: ctypes.CDLL, melt: Melt, out: NDArray[np.float32]) -> Callable[[], float]:
    """Return the sweep in C over the fields of a melt; it gives the volume."""
    sums = np.zeros((2, len(out)))
    fields_ = (melt.field, melt.wall, melt.room, out)
    library.sweep.restype = None
    numbers = (melt.lam, melt.tau, 2 * melt.k)
    arguments = (
        *(ctypes.c_void_p(field.ctypes.data) for field in fields_),
        *(ctypes.c_long(n) for n in out.shape),
        *(ctypes.c_float(number) for number in numbers),
        *(ctypes.c_void_p(row.ctypes.data) for row in sums),
    )

    def work() -> float:
        library.sweep(*arguments)
        return float(sums[0].sum())

    return work


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


def measure(size: int, library: ctypes.CDLL | None) -> dict[str, float]:
    """Return seconds per sweep in numba, C and NumPy, and per triad in the same size and large."""
    melt = scene(size)
    melt.advance(50)
    numbers = (melt.lam, melt.tau, melt.k)
    spare, other = np.empty_like(melt.field), np.empty_like(melt.field)

    def large(count: int) -> list[NDArray[np.float32]]:
        return [np.ones(count, dtype=np.float32) for _ in range(3)]

    same, wide = large(size**3), large(TRIAD_SIZE)
    scale = np.float32(0.5)
    parts: dict[str, tuple[Callable[[], Any], int]] = {
        "sweep": (lambda: sweep(melt.field, melt.wall, melt.room, numbers, spare), INNER),
        "same": (lambda: triad(*same, scale), INNER),
        "wide": (lambda: triad(*wide, scale), 1),
    }
    if library is not None:
        parts["C"] = (in_c(library, melt, other), INNER)
        check(parts["sweep"][0]()[0], parts["C"][0](), spare, other)
    times = dict.fromkeys(parts, np.inf)
    for turn in range(REPEATS + 1):
        for name, (work, calls) in parts.items():
            seconds = best(work, calls)
            times[name] = min(times[name], seconds if turn else np.inf)
    slow = (np.float32(melt.lam), np.float32(melt.tau), np.float32(melt.k))
    times["NumPy"] = best(lambda: reference.sweep(melt.field, melt.wall, melt.room, slow), SLOW)
    return times


def check(volume: float, volume_c: float, field: NDArray[np.float32], field_c: NDArray[np.float32]) -> None:
    """Stop unless both sweeps do the same work."""
    if abs(volume / volume_c - 1) > 1e-6 or np.abs(field - field_c).max() > 1e-5:
        raise SystemExit("the sweep in C and the one in numba differ: the comparison means nothing")


def main(sizes: list[int]) -> None:
    """Print one line per size."""
    print(f"numba {numba.__version__}, {numba.get_num_threads()} threads")
    with tempfile.TemporaryDirectory() as folder:
        library = compiled(folder)
        if library is None:
            print("No C compiler (cc) found: the comparison with C is left out.")
        for size in sizes:
            times = measure(size, library)
            rate = size**3 / times["sweep"] / 1e9
            traffic = SWEEP_BYTES * rate
            near = TRIAD_BYTES * size**3 / times["same"] / 1e9
            far = TRIAD_BYTES * TRIAD_SIZE / times["wide"] / 1e9
            print(
                f"{size}^3: {rate:.2f} Gvoxel/s ({traffic:.1f} GB/s); triad of the same size {near:.1f} GB/s "
                f"({traffic / near:.0%}), large {far:.1f} GB/s ({traffic / far:.0%}); "
                f"{times['NumPy'] / times['sweep']:.0f} times the NumPy reference"
            )
            if library is not None:
                speed = size**3 / times["C"] / 1e9
                print(f"       C with OpenMP {speed:.2f} Gvoxel/s; numba has {rate / speed:.2f} of it")


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or [64, 128])
