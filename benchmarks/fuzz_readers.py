"""Damaged files through every reader: what comes out must be a measurement or one line of complaint.

``python benchmarks/fuzz_readers.py SECONDS [FOLDER...] [--only READER] [--seed N]`` takes the files the tests
make and those below the folders as a start (``examples`` has some; real ones are better), sorts them by the
reader that takes them, and for so many seconds of processor time per reader cuts, changes and doubles their
bytes. Reported are faults other than a `DataError`, warnings, complaints of several lines, readings longer
than `SLOW` seconds, numbers that are not finite where the undamaged file has none, and memory above ten
times the file (`SPARE` aside), as it was asked for, touched or not. A fault keeps its file in the working
folder, and the exit status is 1.
``--log FILE`` appends what each reader went through to a table; ``benchmarks/fuzz_log.csv`` is ours.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import random
import resource
import signal
import sys
import tempfile
import time
import tracemalloc
import warnings
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "formats"))
from fuzzing import damaged, every_maker

from nanokiln.core.errors import NanokilnError
from nanokiln.formats import guess, read

SLOW = 20.0  # s of processor time
WEIGHED = 4  # of so many tries the memory of one is weighed
SPARE = 60e6  # bytes: modules, buffers of libraries
LARGEST = 4_000_000  # bytes of a file that is taken as a start
CEILING = 6 << 30  # bytes of address space


class SlowError(Exception):
    """Reading took too long."""


def _alarm(signum: int, frame: object) -> None:
    raise SlowError


def starts(folders: list[Path]) -> dict[str, list[Path]]:
    """Return readable files by the name of their reader, the small ones first."""
    found: dict[str, list[Path]] = {}
    files = sorted({p for folder in folders for p in folder.rglob("*") if p.is_file() and not p.is_symlink()})
    for path in sorted(files, key=lambda p: (p.stat().st_size, str(p))):
        if 0 < path.stat().st_size <= LARGEST:
            with contextlib.suppress(NanokilnError):
                reader = guess(path).module.__name__.rsplit(".", 1)[1]
                read(path)
                found.setdefault(reader, []).append(path)
    return found


def holes(path: Path) -> bool:
    """Whether any number read from a file is not finite."""
    for measurement in read(path):
        for variable in measurement.data.variables.values():
            values = np.asarray(variable.values)
            if values.dtype.kind in "fc" and not np.isfinite(values).all():
                return True
    return False


def fuzz(reader: str, files: list[Path], seconds: float, seed: int, work: Path) -> tuple[int, int, list[str]]:
    """Damage files for some seconds; return tries, how many were still read, and faults."""
    rng = random.Random(f"{reader} {seed}")
    holed = {path: holes(path) for path in files}
    tries = survived = 0
    faults: dict[str, str] = {}
    end = time.process_time() + seconds
    while time.process_time() < end:
        start = rng.choice(files[:8])
        raw = damaged(start.read_bytes(), rng)
        path = work / f"try{start.suffix}"
        path.write_bytes(raw)
        tries += 1
        begun, what = time.process_time(), ""
        weighed = tries % WEIGHED == 0  # which makes a reading three to five times slower
        if weighed:
            tracemalloc.start()
        signal.setitimer(signal.ITIMER_PROF, SLOW)
        try:
            if holes(path) and not holed[start]:
                what = "a number that is none"
            survived += 1
        except NanokilnError as error:
            what = "a complaint of several lines" if "\n" in str(error) else ""
        except SlowError:
            what = f"longer than {SLOW:g} s"
        except MemoryError:
            what = "out of memory"
        except Exception as error:  # what the search is for
            trace = error.__traceback__
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
            what = f"!{type(error).__name__} at {where}: {' '.join(str(error).split())[:80]}"
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            most = tracemalloc.get_traced_memory()[1]  # 0 where nothing is traced
            tracemalloc.stop()
        if not what and most > 10 * len(raw) + SPARE:
            what = f"{most / 1e6:.0f} MB"
        key = what.split(":")[0] if what[:1] == "!" else what
        if what and key not in faults:
            kept = work / f"{reader}-{len(faults)}{start.suffix}"
            kept.write_bytes(raw)
            faults[key] = f"{what} ({kept}, {time.process_time() - begun:.1f} s)"
    return tries, survived, list(faults.values())


def main() -> int:
    """Run as told by the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("seconds", type=float)
    parser.add_argument("folders", type=Path, nargs="*")
    parser.add_argument("--only", help="one reader")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--log", type=Path, help="table to append to")
    options = parser.parse_args()
    warnings.simplefilter("error")
    resource.setrlimit(resource.RLIMIT_AS, (CEILING, CEILING))
    signal.signal(signal.SIGPROF, _alarm)
    work = Path(tempfile.mkdtemp(prefix="fuzz-"))
    bad = 0
    made = work / "made"
    made.mkdir()
    for name, raw in every_maker().items():
        (made / name).write_bytes(raw)
    for reader, files in sorted(starts([made, *options.folders]).items()):
        if options.only in (None, reader):
            tries, survived, faults = fuzz(reader, files, options.seconds, options.seed, work)
            print(f"{reader:20s} {len(files):3d} files, {tries:6d} tries, {survived:6d} read", flush=True)
            if options.log:
                row = (
                    f"{datetime.date.today()}",
                    reader,
                    options.seed,
                    options.seconds,
                    tries,
                    survived,
                    len(faults),
                )
                with options.log.open("a") as log:
                    log.write(",".join(f"{cell}" for cell in row) + "\n")
            for fault in faults:
                bad += 1
                print(f"    {fault}", flush=True)
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
