"""Shared by the technique tests: samples with known pores for nitrogen sorption."""

from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from nanokiln.core.parameters import Values

CLASSES = ("mesopore", "leached", "opened", "interparticle")
FILLED_M2_PER_CM3 = 2811  # area of the monolayer that the liquid of 1 cm3 would make


def sample(external, values=None, name="fake", **classes):
    """A sample with `external` m2/g outside and classes given as (area, volume, width)."""
    columns = np.array([classes.get(c, (0.0, 0.0, 0.0)) for c in CLASSES], dtype=float).T
    total = external + columns[0].sum()
    pores = xr.Dataset(
        {
            "area_m2_g": ("pore", columns[0]),
            "volume_cm3_g": ("pore", columns[1]),
            "width_nm": ("pore", columns[2]),
            "external_area_m2_g": external,
            "total_area_m2_g": total,
        },
        coords={"pore": list(CLASSES)},
    )
    return SimpleNamespace(pores=pores, name=name, values=values or Values())


def cylinders(area, width):
    """Area, volume and width of cylindrical pores."""
    return area, area * width / 4000, width


def visible(external, **classes):
    """Area a monolayer can cover when no pore takes more than its volume."""
    return external + sum(min(a, FILLED_M2_PER_CM3 * v) for a, v, _ in classes.values())


def random_pores(rng):
    """External area and pore classes as they occur between undoped spheres and leached ones."""
    classes = {"mesopore": cylinders(rng.uniform(30, 200), np.exp(rng.uniform(np.log(1.2), np.log(8))))}
    if rng.random() < 0.6:
        area = rng.uniform(10, 120)
        classes["leached"] = (area, area / FILLED_M2_PER_CM3 * rng.uniform(1, 1.2), rng.uniform(1, 1.8))
    if rng.random() < 0.4:
        classes["opened"] = cylinders(rng.uniform(10, 120), 1.7)
    classes["interparticle"] = (0.0, rng.uniform(0.05, 0.4), rng.uniform(40, 150))
    return rng.uniform(8, 25), classes


@pytest.fixture(scope="session")
def n2():
    """The makers of fake samples above, by name."""
    return SimpleNamespace(sample=sample, cylinders=cylinders, visible=visible, random_pores=random_pores)
