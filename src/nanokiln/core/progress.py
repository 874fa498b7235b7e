"""A progress bar for people at a terminal, silence for everything else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Step = Callable[[float], None]


def _silent(amount: float = 1.0) -> None:
    """Take a step nobody watches."""


@contextmanager
def progress(title: str, *, total: float | None = None, quiet: bool = False) -> Iterator[Step]:
    """Show a progress bar on standard error while the block runs, if that is a terminal.

    >>> from nanokiln.core.progress import progress
    >>> with progress("Firing", total=3) as step:
    ...     for _ in range(3):
    ...         step(1)

    Parameters
    ----------
    title
        What is going on, one or two words.
    total
        Number of steps (any measure of work); None shows a bar without an end.
    quiet
        Show nothing even on a terminal.

    Yields
    ------
    step
        Function to call with the amount of work done since the last call (default 1).

    Limits
    ------
    One bar at a time. The bar vanishes when the block ends, also by an error or by Ctrl-C, and the
    cursor is visible again afterwards.
    """
    stream = sys.stderr
    if quiet or stream is None or not stream.isatty():
        yield _silent
        return
    # rich takes a tenth of a second to import: only where somebody looks at it
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=stream), transient=True) as bar:
        task = bar.add_task(title, total=total)

        def step(amount: float = 1.0) -> None:
            bar.advance(task, amount)

        yield step
