"""The study as it is, computed once per session."""

import pytest

from nanokiln.core.parameters import Values
from nanokiln.paper import calibration
from nanokiln.paper.reproduce import judge_all
from nanokiln.paper.run import Run, observe_all


@pytest.fixture(scope="session")
def run():
    """The nominal run: default values, no draws, no particle scale, no half cell."""
    return Run(Values(), observe_all(Values()))


@pytest.fixture(scope="session")
def ledger(run):
    return judge_all(run)


@pytest.fixture(scope="session")
def claims():
    return calibration.claims()
