"""Time and memory of the half cell, each task in its own process: ``python benchmarks/bench_halfcell.py``.

Targets: start 4 s; 2000 cycles with a month's rest 8 s and 1 GB; four powders over 300 cycles 10 s; three
cycles of voltammetry 1 s; a spectrum 0.2 s. Times leave out what comes before (importing, calibrating), which
"start" gives for the first of them. A plain loop is timed first, so that a busy machine shows.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time

TASKS = {
    "2000 cycles and the rest": ("long", 8.0),
    "voltammogram, 3 cycles": ("cv", 1.0),
    "spectrum": ("eis", 0.2),
    "four powders, 300 cycles": ("four", 10.0),
}
GIGA = 1e9
CHILD = """
import json, resource, sys, time
start = time.perf_counter()
import nanokiln
from nanokiln.halfcell.pybamm_adapter import engine
engine(1)
loaded = time.perf_counter() - start
from nanokiln.halfcell.specimen import specimen
from nanokiln.halfcell.perform import perform
from nanokiln.halfcell.protocol import parse_protocol, protocol_text
sample = nanokiln.make_sample(nanokiln.load_recipe("B-SiOC-2"))
made = specimen(sample)
task = sys.argv[1]
if task == "four":
    from nanokiln.halfcell.endurance import Cycles, Endurance
    from nanokiln.halfcell import article_targets, calibrate, declared
    from nanokiln.halfcell.specimen import reference_link
    samples = [nanokiln.make_sample(nanokiln.load_recipe(f"B-SiOC-{n}")) for n in (1, 2, 3, 4)]
    values = sample.values
    found = calibrate(article_targets(values), shape=declared(values), values=values)
    base = reference_link(values)
    def run():
        for one in samples:
            cell = specimen(one, calibration=found, reference=base)
            Endurance(cell.cell, cell.wear, one.values, connected=cell.connected).cycle(Cycles(300, 0.5), 10)
elif task == "eis":
    protocol = parse_protocol('name = "x"\\n[[steps]]\\nstep = "eis"')
    def run():
        return perform(made, protocol, sample.values)
else:
    protocol = parse_protocol(protocol_text(task))
    def run():
        return perform(made, protocol, sample.values)
ready = time.perf_counter()
run()
took = time.perf_counter() - ready
again = time.perf_counter()
run()
print(json.dumps({
    "loaded": loaded, "first": took, "again": time.perf_counter() - again,
    "bytes": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
}))
"""


def loop() -> float:
    """Return the seconds a plain loop takes, to show how busy the machine is."""
    start = time.perf_counter()
    total = 0
    for n in range(10_000_000):
        total += n
    return time.perf_counter() - start


def main() -> None:
    """Run the tasks one after the other."""
    print(f"a loop of ten million additions: {loop():.2f} s")
    for name, (task, target) in TASKS.items():
        command = [sys.executable, "-c", CHILD, task]
        done = json.loads(
            subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1]
        )
        print(
            f"{name}: {done['first']:.2f} s, again {done['again']:.2f} s (target {target:g} s), "
            f"{done['bytes'] / GIGA:.2f} GB; start {done['loaded']:.1f} s",
            flush=True,
        )


if __name__ == "__main__":
    main()
