"""Samples and spectra with known composition, made by the tests themselves."""

from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from nanokiln.assembly.voxels.shapes import spheres
from nanokiln.core.measurement import Measurement
from nanokiln.core.parameters import Values
from nanokiln.techniques.eds.spectrum import Instrument, bremsstrahlung, responses, stopping_weight

ELEMENTS = ("B", "C", "O", "Si")
ZONES = ("film", "lining", "scaffold", "body")
SPECIES = ("BO3", "BCO2", "BC2O", "BC3", "B-OH")
INSTRUMENT = Instrument(200.0, "none", 130.0, 0.7, 22.0, 10.0, 320)


def zones(film, body, masses):
    """Zones with a film and a body of given mass fractions (B, C, O, Si)."""
    fractions = np.array([film, body, body, body], dtype=float)
    boron = np.zeros((4, 5))
    boron[:, 0] = fractions[:, 0]
    return xr.Dataset(
        {
            "thickness_nm": ("zone", [5.0, 0.0, 0.0, np.inf]),
            "mass_mg_g": ("zone", [masses[0], 0.0, 0.0, masses[1]]),
            "mass_fraction": (("zone", "element"), fractions),
            "boron_mass_fraction": (("zone", "species"), boron),
        },
        coords={"zone": list(ZONES), "element": list(ELEMENTS), "species": list(SPECIES)},
    )


def two_spheres(film=(0.1, 0.1, 0.5, 0.3), body=(0.0, 0.4, 0.3, 0.3), voxel=10.0):
    """Two touching spheres of 160 nm in a box of 40 voxels, the solid a little larger than they are."""
    cells = (40, 40, 40)
    centres, radii = np.array([[12.0, 20.0, 20.0], [28.0, 20.0, 20.0]]), np.array([8.0, 8.0])
    phi = spheres(cells, centres, radii + 0.8, 4.0)
    voxels = xr.Dataset(
        {
            "phi": (("stage", "x", "y", "z"), phi[None].astype(np.float32)),
            "melt": (("stage", "x", "y", "z"), np.zeros((1, *cells), dtype=np.float32)),
            "voxel_nm": ("stage", [voxel]),
            "position_vox": (("stage", "sphere", "xyz"), centres[None]),
            "radius_vox": (("stage", "sphere"), radii[None]),
        },
        coords={"stage": ["washed"]},
        attrs={"cells": 40, "eta": 4.0, "seed": 0},
    )
    grams = 4 / 3 * np.pi * (radii[0] * voxel * 1e-7) ** 3 * 1.7
    state = xr.Dataset({"spheres": 1 / grams})
    return SimpleNamespace(
        name="fake", values=Values(), voxels=voxels, zones=zones(film, body, (100.0, 900.0)), state=state
    )


def foil(mass, electrons, seed, *, instrument=INSTRUMENT, origin="measured", **settings):
    """A spectrum of a foil that does not absorb: element to g/cm2."""
    elements = list(mass)
    values = Values()
    slowing = sum(m * stopping_weight(e) for e, m in mass.items())
    total = sum(mass.values())
    tail = bremsstrahlung(instrument, values, {e: m / total for e, m in mass.items()}, 0.0)
    expected = (
        np.array([mass[e] for e in elements]) @ responses(elements, instrument, values) + slowing * tail
    )
    counts = np.random.default_rng(seed).poisson(expected * electrons)
    data = xr.Dataset(
        {"counts": ("channel", counts, {"units": "counts"})},
        coords={"energy": ("channel", instrument.energy, {"units": "eV"})},
    )
    known = {
        "beam_energy_keV": 200.0, "window": instrument.window, "resolution_eV": instrument.resolution,
        "elements": elements,
    } | settings  # fmt: skip
    return Measurement("eds", data, origin, "foil", known)


@pytest.fixture(scope="session")
def make():
    """The makers above, by name."""
    return SimpleNamespace(two_spheres=two_spheres, foil=foil, instrument=INSTRUMENT, elements=ELEMENTS)
