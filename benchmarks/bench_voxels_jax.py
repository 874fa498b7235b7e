"""Speed of the JAX engine: share of memory bandwidth of a melt sweep, with and without its sums.

Run as ``python benchmarks/bench_voxels_jax.py [--devices N] [size ...]``; default 64 and 128 on a processor,
128, 256 and 512 on a graphics card (install ``nanokiln[gpu]``, and ``jax[cuda12]`` for an NVIDIA card).

The triad a = b + s a of the same size (12 bytes per voxel) gives the bandwidth of the device in the same run.
A sweep has to read melt, wall and room and write melt once: 16 bytes, 20 on a processor, which reads what it
is about to write. What it takes beyond that is the cost of sums and unfused passes. "engine" is
`DeviceMelt.advance` with its float64 sums and feedback, "trials" the sweeps it tried for each it kept (a
sweep whose volume is off by more than 1e-6 is repeated); "bare" is the sweep alone. The compiled kernel of
the default engine runs beside them where the device is the processor. All take turns in one process; best of
each.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from nanokiln.assembly.voxels import fields, reference
from nanokiln.assembly.voxels.gpu import PINGPONG, DeviceMelt, DeviceSolid, place
from nanokiln.assembly.voxels.melt import LOOK
from nanokiln.assembly.voxels.melt_kernels import sweep

TURNS, SWEEPS, SETTLE = 5, LOOK, 300
TARGET = 0.4  # share of the bandwidth on a card


def scene(size: int, devices: int) -> tuple[DeviceMelt, DeviceSolid]:
    """Put spheres on a simple cubic lattice, just touching, with melt around the contacts."""
    cell = size // 4
    x = (np.arange(size, dtype=np.float32) % cell - cell / 2) ** 2
    distance = cell / 2 - np.sqrt(x[:, None, None] + x[:, None] + x)
    solid = DeviceSolid(np.clip(distance, -fields.reach(), fields.reach()), devices=devices)
    guess = np.full(distance.shape, 0.15, np.float32)
    return DeviceMelt(solid.phi, guess, float(np.cos(np.radians(20))), devices=devices), solid


def repeated(one: Callable[[Any], Any], at_once: int = 1) -> Callable[..., tuple[Any]]:
    """Return a program text that repeats a sweep, some of them written out."""
    import jax

    return lambda melt: (jax.lax.fori_loop(0, SWEEPS, lambda _, f: one(f), melt, unroll=at_once),)


def parts_of(size: int, devices: int) -> tuple[dict[str, tuple[Callable[[], Any], int]], DeviceMelt]:
    """Return what is timed, how many sweeps of each a call makes, and the melt of "engine"."""
    melt, solid = scene(size, devices)
    where = place(devices)
    numbers = (np.float32(0.0), np.float32(melt.tau), np.float32(melt.k))
    melt.advance(SETTLE)  # fresh melt needs several trials per sweep
    start = melt.field

    def triads(field: Any, other: Any) -> tuple[Any]:
        half = np.float32(0.5)
        return repeated(lambda f: other + half * f)(field)

    def text(one: Callable[..., Any]) -> Callable[..., Any]:
        def whole(field: Any, wall: Any, room: Any) -> tuple[Any]:
            return repeated(lambda f: one(f, wall, room), 1 if _platform() == "cpu" else PINGPONG)(field)

        return where.program(whole, "f")

    bare = text(lambda f, wall, room: reference.moved(f, wall, room, numbers, where.box))
    triad = where.program(triads, "f")
    parts: dict[str, tuple[Callable[[], Any], int]] = {
        "triad": (lambda: triad(melt.room, melt.wall)[0], SWEEPS),
        "engine": (lambda: (melt.advance(SWEEPS), melt.field)[1], SWEEPS),
        "bare": (lambda: bare(start, melt.wall, melt.room)[0], SWEEPS),
    }
    volume = solid.volume
    parts["solid step"] = (
        lambda: (solid.advance(volume, spread=1e-3, film=0.1, melt=melt.field), solid.phi)[1],
        1,
    )
    parts["redistancing"] = (lambda: (solid.renew(volume), solid.phi)[1], 1)
    if _platform() == "cpu":
        host = [np.array(field) for field in (start, melt.wall, melt.room, start)]
        few = (0.0, melt.tau, melt.k)

        def kernel() -> None:
            for _ in range(SWEEPS):
                sweep(*host[:3], few, host[3])

        parts["numba sweep"] = (kernel, SWEEPS)
    return parts, melt


def _platform() -> str:
    import jax

    return str(jax.devices()[0].platform)


def main() -> None:
    """Print a line per part and size."""
    parser = argparse.ArgumentParser(description="speed of the JAX engine")
    parser.add_argument("sizes", nargs="*", type=int)
    parser.add_argument("--devices", type=int, default=1)
    options = parser.parse_args()
    import jax

    host = _platform() == "cpu"
    kind = "processor" if host else jax.devices()[0].device_kind
    print(f"jax {jax.__version__}, {options.devices} of {len(jax.devices())} devices: {kind}")
    allocated = 4 if host else 0  # bytes read before a write
    for size in options.sizes or ([64, 128] if host else [128, 256, 512]):
        parts, melt = parts_of(size, options.devices)
        before = melt.trials, melt.sweeps
        best = dict.fromkeys(parts, np.inf)
        for turn in range(TURNS + 1):
            for name, (work, calls) in parts.items():
                begun = time.perf_counter()
                jax.block_until_ready(work())
                seconds = (time.perf_counter() - begun) / calls
                best[name] = min(best[name], seconds if turn else np.inf)
        bandwidth = 12 * size**3 / best["triad"]
        print(f"{size}^3: triad {bandwidth / 1e9:.0f} GB/s")
        for name, seconds in best.items():
            rate = size**3 / seconds
            share = (16 + allocated) * rate / bandwidth
            said = (
                f", {share:.0%} of the bandwidth"
                if name not in ("triad", "solid step", "redistancing")
                else ""
            )
            print(f"    {name:13s} {1e3 * seconds:9.3f} ms {rate / 1e6:9.0f} Mvoxel/s{said}", flush=True)
        tried = (melt.trials - before[0]) / (melt.sweeps - before[1])
        print(f"    trials of engine for each sweep kept: {tried:.2f}")
        if not host:
            share = 16 * size**3 / best["engine"] / bandwidth
            print(f"    target {TARGET:.0%}: {'met' if share >= TARGET else 'missed'}")


if __name__ == "__main__":
    main()
