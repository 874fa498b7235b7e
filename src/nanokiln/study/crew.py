"""Many tasks in several processes, none of which can stop the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from .work import Progress, pool_of

__all__ = ["Failure", "Progress", "each"]


class Failure(str):
    """Why a task has no result, in one line."""

    __slots__ = ()


def each(
    function: Callable[..., Any],
    tasks: Sequence[tuple[Any, ...]],
    jobs: int,
    tell: Callable[[float], None],
) -> list[Any]:
    """Return what `function` gives for every task, or a `Failure`, in the order of the tasks.

    Parameters
    ----------
    function
        Importable by name.
    tasks
        Arguments of each call.
    jobs
        Processes.
    tell
        Called with the finished share.

    Limits
    ------
    A task that kills its process is tried once more in a process of its own. One that never ends holds up
    its process.
    """
    results: dict[int, Any] = {}
    suspects: list[int] = []
    if tasks:
        with pool_of(jobs) as pool:
            suspects = _together(pool, function, tasks, results, tell)
    for index in suspects:
        with pool_of(1) as pool:
            own: dict[int, Any] = {}
            _together(pool, function, [tasks[index]], own, lambda share: None)
            results[index] = own.get(0, Failure("the process that read it died; the file may be damaged"))
        tell(len(results) / len(tasks))
    return [results[n] for n in range(len(tasks))]


def _together(
    pool: ProcessPoolExecutor,
    function: Callable[..., Any],
    tasks: Sequence[tuple[Any, ...]],
    results: dict[int, Any],
    tell: Callable[[float], None],
) -> list[int]:
    """Run all tasks; fill `results` and return those that were lost with a process."""
    lost: list[int] = []
    waiting: dict[Future[Any], int] = {}
    for index, task in enumerate(tasks):
        try:
            waiting[pool.submit(function, *task)] = index
        except BrokenProcessPool:
            lost.append(index)
    while waiting:
        done, _ = wait(waiting, return_when=FIRST_COMPLETED)
        for future in done:
            index = waiting.pop(future)
            try:
                results[index] = future.result()
            except BrokenProcessPool:
                lost.append(index)
            except MemoryError:
                results[index] = Failure("not enough memory to read it")
            except Exception as error:  # one file must not stop the others; the report shows the reason
                results[index] = Failure(f"a fault of the program ({type(error).__name__}: {error})")
        tell(len(results) / len(tasks))
    return sorted(lost)
