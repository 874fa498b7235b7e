"""Time and memory of B-SiOC-2 from loose spheres to washed product, by stage and by size.

Run as ``python benchmarks/bench_voxels_engine.py [--fine] [--profile N] [size ...]``; default 64 and 128,
``--fine`` adds 256, ``--profile 128`` lists the ten functions with most time of their own at that size.

Every size runs in a fresh process. It first fires the same recipe at 32^3, so that compiled kernels are
loaded and nothing of that is counted; then the size asked for. Peak memory is the largest resident set of
that process less what it held before the run. Processor time of all threads stands beside the wall time: on
a machine shared with others it is the steadier of the two, but threads that wait for each other count too.
A melt sweep of the same size, timed in the same process, is the unit that makes machines comparable.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import resource
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

RECIPE, SEED, SMALL = "B-SiOC-2", 1, 32
TARGETS = {64: 10.0, 128: 40.0, 256: 480.0}  # seconds on two cores
TARGET_BYTES = 40.0
TOP = 10  # functions of a profile
SWEEPS, TURNS = 20, 5  # of the unit
KIB = 1024


def resident() -> int:
    """Return the bytes this process holds now; its peak so far where the system does not say."""
    statm = Path("/proc/self/statm")
    if statm.is_file():
        return int(statm.read_text().split()[1]) * resource.getpagesize()
    return peak()


def peak() -> int:
    """Return the largest number of bytes this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB


def unit(size: int) -> float:
    """Return the seconds of one melt sweep of this size."""
    import numpy as np

    from nanokiln.assembly.voxels import fields
    from nanokiln.assembly.voxels.melt_kernels import sweep

    random = np.random.default_rng(0)
    melt, wall, new = (random.random((size,) * 3, dtype=np.float32) for _ in range(3))
    room = np.ones_like(melt)
    numbers, best = (0.0, 1 / (12 * fields.stiffness()), fields.stiffness()), np.inf
    for _ in range(TURNS):
        begun = time.perf_counter()
        for _ in range(SWEEPS):
            sweep(melt, wall, room, numbers, new)
        best = min(best, (time.perf_counter() - begun) / SWEEPS)
    return float(best)


def child(size: int, profile: bool) -> dict[str, object]:
    """Run one size in this process; return what was measured."""
    import numba

    from nanokiln.assembly.voxels import engine
    from nanokiln.body import voxel_body
    from nanokiln.core.parameters import Values
    from nanokiln.furnace import fire
    from nanokiln.furnace.shape import shape
    from nanokiln.recipe import load_recipe

    firing = fire(load_recipe(RECIPE), Values())
    form = shape(firing.setup, firing.product)
    voxel_body(firing, form, cells=SMALL, seed=SEED)
    voxel_body(firing, form, cells=SMALL, seed=SEED, cooling="nucleation")
    names = {engine.STARTED: "approach", engine.HOT: "hold", engine.COLD: "cooling", 1.0: "wash"}
    marks = [("", time.perf_counter(), time.process_time())]

    def tell(share: float) -> None:
        for at, name in names.items():
            if abs(share - at) < 1e-9:
                marks.append((name, time.perf_counter(), time.process_time()))

    before = resident()
    recorder = cProfile.Profile()
    if profile:
        recorder.enable()
    marks[0] = ("", time.perf_counter(), time.process_time())
    body = voxel_body(firing, form, cells=size, seed=SEED, tell=tell)
    marks.append(("picture", time.perf_counter(), time.process_time()))
    recorder.disable()
    stages = {b[0]: (b[1] - a[1], b[2] - a[2]) for a, b in pairwise(marks)}
    grown = max(peak() - before, 0)
    top: list[tuple[float, int, str]] = []
    if profile:
        rows = pstats.Stats(recorder).stats.items()  # type: ignore[attr-defined]
        named = [
            (own, calls, f"{Path(where).name}:{line} {what}")
            for (where, line, what), (calls, _, own, _, _) in rows
        ]
        top = sorted(named, reverse=True)[:TOP]
    return {
        "size": size, "stages": stages, "bytes": grown / size**3, "unit": unit(size), "top": top,
        "kept": len(body.stage), "threads": numba.get_num_threads(),
    }  # fmt: skip


def show(found: dict[str, object]) -> tuple[float, float]:
    """Print one run; return wall and processor seconds."""
    size, stages = found["size"], found["stages"]
    assert isinstance(size, int)
    assert isinstance(stages, dict)
    wall, cpu = (sum(times[n] for times in stages.values()) for n in (0, 1))
    target = f" (target {TARGETS[size]:.0f} s)" if size in TARGETS else ""
    print(
        f"{size}^3: {wall:.1f} s{target}, processor {cpu:.1f} s, {found['bytes']:.1f} bytes per voxel "
        f"(target {TARGET_BYTES:.0f}), {found['kept']} stages kept, "
        f"{wall / float(str(found['unit'])):.0f} melt sweeps"
    )
    for name, (seconds, busy) in stages.items():
        print(f"    {name:10s} {seconds:7.2f} s {seconds / wall:5.0%}   processor {busy:7.2f} s")
    for own, calls, where in found["top"]:  # type: ignore[attr-defined]
        print(f"    {own:7.2f} s own, {calls:6d} calls  {where}")
    return wall, cpu


def main() -> None:
    """Run every size in a process of its own and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("sizes", nargs="*", type=int, default=[64, 128])
    parser.add_argument("--fine", action="store_true", help="add 256")
    parser.add_argument("--profile", type=int, default=0, help="size of which to list the functions")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(child(options.sizes[0], options.profile == options.sizes[0])))
        return
    results = []
    for size in [*options.sizes, *([256] if options.fine else [])]:
        command = [sys.executable, __file__, "--child", "--profile", str(options.profile), str(size)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{size}^3 failed:\n{done.stderr}")
        wall, cpu = show(json.loads(done.stdout.splitlines()[-1]))
        results.append((size, wall, cpu))
    for (a, wall_a, cpu_a), (b, wall_b, cpu_b) in pairwise(results):
        voxels = (b / a) ** 3
        print(
            f"from {a}^3 to {b}^3: {voxels:.3g} times the voxels, {wall_b / wall_a:.2g} times the wall time, "
            f"{cpu_b / cpu_a:.2g} times the processor time"
        )


if __name__ == "__main__":
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # threads that wait give their core away
    main()
