"""Viscous flow of the spheres themselves: Frenkel's neck, which decides whether the solid can flow at all."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...core.parameters import Parameter, Values
from ...matter.constants import GAS_CONSTANT

SILICA_PREFACTOR = Parameter(
    "flow.silica_prefactor", 3.8e-14, "Pa s", 1.9e-14, 7.6e-14,
    "vitreous silica below 1400 degC: Doremus, J. Appl. Phys. 2002", "M", valid="1000-1673 K",
)  # fmt: skip
SILICA_ENERGY = Parameter("flow.silica_energy", 712000.0, "J/mol", 700000.0, 720000.0, "same", "M")
NETWORK_FACTOR = Parameter(
    "flow.network_factor", 100.0, "1", 10.0, 1000.0,
    "SiOC over vitreous silica, 1000-1400 degC: Hammond, Breval & Pantano 1993; data sheet section 4", "V",
)  # fmt: skip
SURFACE_ENERGY = Parameter(
    "flow.surface_energy", 0.27, "J/m^2", 0.2, 0.31, "silica glass, Kingery; data sheet sections 4 and 5", "M"
)
_TOP = 300.0  # exponent above which the glass counts as rigid
_NM = 1e-9


def glass_viscosity(temperature: ArrayLike, mixed_bonds: bool, values: Values) -> NDArray[np.float64]:
    """Return the viscosity in Pa s of vitreous silica, or of oxycarbide where Si-C bonds hold the network.

    Parameters
    ----------
    temperature
        K.
    mixed_bonds
        Whether the network has Si-C bonds.
    values
        Parameter values.

    Limits: without boron; a skin that took boron up is softer.
    """
    kelvin = np.asarray(temperature, dtype=float)
    exponent = np.minimum(values[SILICA_ENERGY] / (values[GAS_CONSTANT] * kelvin), _TOP)
    factor = values[NETWORK_FACTOR] if mixed_bonds else 1.0
    return np.asarray(factor * values[SILICA_PREFACTOR] * np.exp(exponent))


def frenkel_neck(
    time_s: ArrayLike, temperature: ArrayLike, radius_nm: float, mixed_bonds: bool, values: Values
) -> float:
    """Return the neck radius in nm that viscous flow gives two touching spheres along a programme.

    Source: Frenkel, x^2 = (3/2) R gamma integral dt/eta. Limits: x/R up to about 0.5; capped at R.
    """
    fluidity = 1 / glass_viscosity(temperature, mixed_bonds, values)
    time = np.asarray(time_s, dtype=float)
    total = float(np.sum(np.diff(time) * 0.5 * (fluidity[1:] + fluidity[:-1])))
    square = 3 / 2 * radius_nm * _NM * values[SURFACE_ENERGY] * total
    return min(float(np.sqrt(square)) / _NM, radius_nm)
