"""Cells shared by the half-cell tests."""

import pytest

from nanokiln.core.parameters import Values
from nanokiln.halfcell import log_normal, predict_family, single, two_populations


@pytest.fixture(scope="session")
def values():
    return Values()


@pytest.fixture(scope="session")
def pair(values):
    """Two populations, the slow one far from equilibrium at 2 A/g."""
    return two_populations(0.6, 3.0).cell(2000.0, 80.0, values)


@pytest.fixture(scope="session")
def one(values):
    return single().cell(2000.0, 3000.0, values)


@pytest.fixture(scope="session")
def spread(values):
    return log_normal(2.0).cell(2090.0, 3630.0, values)


@pytest.fixture(scope="session")
def told():
    return []


@pytest.fixture(scope="session")
def family(told):
    """The whole family, computed once for all tests (about 15 s)."""
    return predict_family(progress=lambda share, what: told.append((share, what)))
