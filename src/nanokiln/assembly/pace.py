"""How many threads to use: whatever has been fastest lately, since the result does not depend on it.

On a busy machine threads that wait for a descheduled one cost several times what they save, so the number is
measured instead of assumed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from numba import get_num_threads, set_num_threads

SERIAL_BELOW = 2000  # spheres below which threads never pay
TRIAL_EVERY = 25  # timed blocks between two trials of all choices


class Pace:
    """Chooses the number of threads for timed blocks of work.

    Parameters
    ----------
    count
        Number of spheres.
    """

    def __init__(self, count: int) -> None:
        most = get_num_threads()
        self.choices = [1] if count < SERIAL_BELOW or most == 1 else [1, most]
        self._cost = dict.fromkeys(self.choices, 0.0)
        self._blocks = 0

    def threads(self) -> int:
        """Return the number of threads for the next block: each choice in turn, then the fastest."""
        turn = self._blocks % TRIAL_EVERY
        if turn < len(self.choices):
            return self.choices[turn]
        return min(self.choices, key=lambda choice: self._cost[choice])

    @contextmanager
    def timed(self, work: float) -> Iterator[None]:
        """Run a block of `work` units with the chosen number of threads and remember what it cost."""
        before, chosen = get_num_threads(), self.threads()
        set_num_threads(chosen)
        start = time.perf_counter()
        try:
            yield
        finally:
            self._cost[chosen] = (time.perf_counter() - start) / work
            self._blocks += 1
            set_num_threads(before)
