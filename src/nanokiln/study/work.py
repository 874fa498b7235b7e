"""Doing work in several processes, and keeping results under a key made from all they depend on."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import contextmanager
from functools import cache
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any

from ..core.parameters import load_all
from ..core.provenance import versions

#: Called with what is being done and the finished share of the whole.
Progress = Callable[[str, float], None]


@contextmanager
def pool_of(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Give a pool that is shut down without waiting when the run is interrupted."""
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_begin, initargs=(jobs,))
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


def _begin(jobs: int) -> None:
    """Let the parent process alone answer Ctrl-C, end with it, and share the threads."""
    import numba

    threading.Thread(target=_end_with_parent, daemon=True).start()

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    numba.set_num_threads(max(1, numba.get_num_threads() // jobs))


def _end_with_parent() -> None:
    """Wait for the parent, and end where it was killed: nobody would ever give or take work again."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def key_of(*parts: Any) -> str:
    """Return a short hash of everything a result depends on."""
    records = [(p.id, p.value) for p in load_all().values()]
    text = json.dumps(
        [versions().get("nanokiln"), source_hash(), records, *parts], default=str, sort_keys=True
    )
    return hashlib.sha256(text.encode()).hexdigest()[:20]


@cache
def source_hash() -> str:
    """Return a hash of the package's own code, so that an edited model is not answered from old results."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def in_order(
    pool: ProcessPoolExecutor,
    function: Callable[..., Any],
    tasks: Sequence[tuple[Any, ...]],
    tell: Callable[[float], None],
) -> Iterable[Any]:
    """Run tasks in the pool, reporting progress; results in the order of the tasks."""
    futures = [pool.submit(function, *task) for task in tasks]
    open_ones = set(futures)
    while open_ones:
        _, open_ones = wait(open_ones, return_when=FIRST_COMPLETED)
        tell(1 - len(open_ones) / max(len(futures), 1))
    return [f.result() for f in futures]
