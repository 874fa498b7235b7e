"""How strongly matter scatters: cross-sections of the elements, and contrast of mass times thickness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...core.parameters import Values
from ...matter.constants import ATOMIC_MASS, AVOGADRO
from .optics import speed
from .parameters import CHARGE, FINE_STRUCTURE, SCREENING, SECTION, SECTION_POWER

if TYPE_CHECKING:
    import xarray as xr

CM3_PER_NM3 = 1e-21
NM3_PER_CM3 = 1e21
G_PER_MG = 1e-3


def cross_section(element: str, kilovolt: float, values: Values | None = None) -> float:
    """Return the elastic cross-section of an atom, nm2, by the formula of Langmore and Smith."""
    values = values or Values()
    z, b = CHARGE[element], speed(kilovolt, values)
    screened = 1 - values[SCREENING] * z / (values[FINE_STRUCTURE] * b)
    return float(values[SECTION] * z ** values[SECTION_POWER] / b**2 * screened)


def per_density(element: str, kilovolt: float, values: Values | None = None) -> float:
    """Return the scattering per nm of way of an element at 1 g/cm3, 1/nm."""
    values = values or Values()
    atoms = values[AVOGADRO] / values[ATOMIC_MASS[element]] * CM3_PER_NM3
    return atoms * cross_section(element, kilovolt, values)


def attenuation(density: dict[str, float], kilovolt: float, values: Values | None = None) -> float:
    """Return the scattering per nm of way of matter, 1/nm: one over the elastic mean free path.

    Parameters
    ----------
    density
        Density of each element, g/cm3.
    kilovolt
        Voltage.
    values
        Parameter values.
    """
    return sum(rho * per_density(element, kilovolt, values) for element, rho in density.items())


def mean_density(zones: xr.Dataset, spheres_per_gram: float, sphere_nm3: float) -> dict[str, float]:
    """Return the density of each element averaged over a sphere with its films, g/cm3.

    Parameters
    ----------
    zones
        `Sample.zones`.
    spheres_per_gram
        Spheres in a gram of precursor.
    sphere_nm3
        Mean volume of a sphere.
    """
    mass = (zones["mass_fraction"] * zones["mass_mg_g"]).sum("zone") * G_PER_MG / spheres_per_gram
    return {str(e): float(mass.sel(element=e)) / sphere_nm3 * NM3_PER_CM3 for e in zones["element"].values}


def bright(depth: ArrayLike) -> NDArray[np.float64]:
    """Return the share of the beam that is not scattered, exp(-depth); depth = way over mean free path."""
    return np.asarray(np.exp(-np.asarray(depth, dtype=float)))


def dark(depth: ArrayLike, collected: float) -> NDArray[np.float64]:
    """Return the share of the beam on the dark-field detector: what bright field loses, times `collected`."""
    return np.asarray(collected * (1 - bright(depth)))
