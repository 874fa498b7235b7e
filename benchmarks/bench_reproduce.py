"""Time and memory of the main job in draft quality, against the speed of this machine.

Usage: python benchmarks/bench_reproduce.py [jobs]

Prints the seconds of each stage, their ratio to a matrix product in NumPy timed in the same run (which makes
machines comparable), and the largest memory of a single process.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

SIZE, REPEATS = 1000, 5  # of the reference product
#: The last messages announce what comes next: what went on before each.
BEFORE = {"half cell": "nominal run", "report": "half cell and verdicts", "done": "report"}
_CHILD = """
import sys, time
from nanokiln.paper.reproduce import reproduce

if __name__ == "__main__":
    begun = time.perf_counter()
    tell = lambda text, share: print(f"{time.perf_counter() - begun:.3f}\\t{text}", flush=True)
    tell("start", 0.0)
    reproduce(sys.argv[1], "draft", int(sys.argv[2]), progress=tell)
"""


def reference() -> float:
    """Return the median seconds of a product of two 1000 x 1000 matrices on one thread."""
    a = np.random.default_rng(0).random((SIZE, SIZE))
    times = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        a @ a
        times.append(time.perf_counter() - begun)
    return float(np.median(times))


def stages(lines: list[str]) -> dict[str, float]:
    """Return the seconds spent on each stage, from lines of time and progress message."""
    spent: dict[str, float] = {}
    before = 0.0
    for line in lines:
        now, text = line.split("\t")
        stage = BEFORE.get(text, text)
        spent[stage] = spent.get(stage, 0.0) + float(now) - before
        before = float(now)
    return spent


def main() -> None:
    """Run once in a folder that is thrown away, and print."""
    jobs = sys.argv[1] if len(sys.argv) > 1 else "2"
    unit = reference()
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "run.py"  # a file, because worker processes import it again
        script.write_text(_CHILD, encoding="utf-8")
        command = [sys.executable, str(script), str(Path(folder) / "out"), jobs]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    total = 0.0
    print(f"reference: {unit * 1000:.1f} ms for a {SIZE} x {SIZE} matrix product; jobs: {jobs}")
    for text, seconds in stages(done.stdout.splitlines()).items():
        total += seconds
        print(f"{text:24s} {seconds:8.1f} s {seconds / unit:12.0f} references")
    print(f"{'total':24s} {total:8.1f} s {total / unit:12.0f} references")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"largest memory of one process: {peak:.0f} MiB")


if __name__ == "__main__":
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # read when NumPy is loaded
        if os.environ.get(name) != "1":
            os.environ[name] = "1"
            os.execv(sys.executable, [sys.executable, *sys.argv])
    main()
