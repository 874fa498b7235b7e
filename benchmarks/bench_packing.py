"""Time loose packing, rearrangement and network; compare one force evaluation with the NumPy reference.

Run as ``python benchmarks/bench_packing.py [count ...]``; default 1000 and 10000 spheres.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from nanokiln.assembly import Bridging, architecture, describe, loose_packing, rearrange
from nanokiln.assembly.kernels import forces
from nanokiln.assembly.laws import make_law
from nanokiln.assembly.motion import Relaxation
from nanokiln.assembly.reference import static_forces
from nanokiln.core.parameters import Values

MELT = Bridging(
    melt_volume_nm3_per_sphere=1.2e6,  # reference sample 3
    residue_fraction=0.35,
    lining_nm=0.36,
    oxide_fraction=0.62,
    surface_tension_N_m=0.0795,
    contact_angle_deg=26.0,
)
REFERENCE_COUNT = 1000
REPEATS = 20


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def whole_run(count: int, values: Values) -> None:
    loose, first = timed(lambda: loose_packing(count, 200.0, 10.0, 1, values=values))
    dense, second = timed(lambda: rearrange(loose, MELT, values=values))
    product, third = timed(lambda: describe(loose, dense, MELT, values=values))
    total = first + second + third
    print(
        f"{count:7d} spheres: loose {first:6.2f} s, rearrange {second:6.2f} s ({dense.steps} steps, "
        f"{second / dense.steps / count * 1e9:.0f} ns per sphere and step), network {third:5.2f} s, "
        f"total {total:6.2f} s; packing {product.attrs['packing_fraction']:.3f}, "
        f"residual {product.attrs['residual_force']:.4f}"
    )


def against_reference(values: Values) -> None:
    loose = loose_packing(REFERENCE_COUNT, 200.0, 10.0, 1, values=values)
    law = make_law(100.0, 47.0, 0.6, 0.0, values)
    melt = np.full(loose.count, 0.1)
    run = Relaxation(loose, melt, law, free_box=False)
    state, box = run.state, float(run.box[0])

    def compiled() -> None:
        with run.pace.timed(REPEATS):  # as many threads as a run of this size takes
            for _ in range(REPEATS):
                forces(state, run.table, law, box, 0.0)

    compiled()
    fast = timed(compiled)[1] / REPEATS
    (expected, _), slow = timed(lambda: static_forces(state.position, state.radius, melt, law, box))
    error = np.abs(state.force - expected).max() / np.abs(expected).max()
    print(
        f"forces of {REFERENCE_COUNT} spheres: compiled {fast * 1e3:.3f} ms, "
        f"NumPy all pairs {slow * 1e3:.0f} ms, {slow / fast:.0f} times; relative difference {error:.1e}"
    )


def main(counts: list[int]) -> None:
    values = Values()
    _, compile_time = timed(lambda: architecture(40, 200.0, 10.0, MELT, 1, values=values))
    print(f"{numba.get_num_threads()} threads; first call (compile or load cache) {compile_time:.1f} s")
    against_reference(values)
    for count in counts:
        whole_run(count, values)


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [1000, 10000])
