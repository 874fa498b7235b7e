"""Packings and melts shared by the assembly tests."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nanokiln.assembly import Bridging, Packing, loose_packing
from nanokiln.assembly.laws import Law, make_law
from nanokiln.core.parameters import Values

RADIUS = 100.0
# per gram of undoped SiOC, mechanism.md section 5: V_out cm3, residue film nm, leached share, lining nm
REFERENCE = {
    1: (0.0, 0.0, 0.0, 0.362),
    2: (0.066, 1.19, 0.16, 0.36),
    3: (0.144, 2.59, 0.34, 0.36),
    4: (0.34, 6.06, 0.76, 0.36),
}
SPHERES_CM3 = 0.504  # skeleton and mesopores of one gram


def melt_of(sample: int, **changes: float) -> Bridging:
    outside, film, leached, lining = REFERENCE[sample]
    residue = film * 15.1 / 1000 + 0.185 * leached * 0.35 / 1.9
    numbers = {
        "melt_volume_nm3_per_sphere": outside / SPHERES_CM3 * 4 / 3 * math.pi * RADIUS**3,
        "residue_fraction": residue / outside if outside else 0.0,
        "lining_nm": lining,
        "oxide_fraction": 0.62,
        "surface_tension_N_m": 0.0795,
        "contact_angle_deg": 20.0,
    }
    return Bridging(**{**numbers, **changes})


@pytest.fixture(scope="session")
def values() -> Values:
    return Values()


@pytest.fixture(scope="session")
def loose() -> Packing:
    """A monodisperse loose powder of 300 spheres."""
    return loose_packing(300, 2 * RADIUS, 0.0, seed=3, values=Values())


@pytest.fixture(scope="session")
def wet_law() -> Law:
    return make_law(RADIUS, 47.0, 0.6, 0.1, Values())


@pytest.fixture
def overlapping() -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Sixty spheres of several sizes, many touching and bridged: position, radius, melt, box (reduced)."""
    rng = np.random.default_rng(5)
    box = 8.4
    return rng.random((60, 3)) * box, 0.8 + 0.4 * rng.random(60), 0.05 + 0.05 * rng.random(60), box
