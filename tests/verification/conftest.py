"""Settings of all verification runs."""

import numba
import pytest


@pytest.fixture(autouse=True)
def one_thread():
    """Run on one thread: the grids are small, and two OpenMP jobs on the same cores stall each other."""
    before = numba.get_num_threads()
    numba.set_num_threads(1)
    yield
    numba.set_num_threads(before)
