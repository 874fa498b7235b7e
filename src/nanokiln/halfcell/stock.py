"""The half cell in the words of others: numbers for PyBaMM's own models, and a BPX file.

What nanokiln's model leaves out (electrolyte, separator) gets values here, so that a porous-electrode model
can say how much it matters.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scipy import constants

from ..core.errors import InputError
from ..core.parameters import Values
from . import ageing_parameters as ageing
from . import stock_parameters as p
from .cell import COULOMB_PER_MAH, Cell
from .link import Link
from .parameters import DISC

_FARADAY = constants.physical_constants["Faraday constant"][0]
_UM, _NM, _MM, _CM = 1e-6, 1e-9, 1e-3, 1e-2  # metres
_MOL_M3 = 1000.0  # per mol/l
_G_PER_KG, _MAH_PER_AH = 1000.0, 1000.0
_LITHIUM_VOLUME, _LITHIUM_CONDUCTIVITY = 1.3e-5, 1e7  # m3/mol, S/m of lithium; nothing depends on them
_ISOLATED = 1e-9  # S/m: a network that does not conduct, for models that divide by it
BPX_VERSION = "1.1.0"
Powers = tuple[tuple[float, float], ...]  # factor and power of the concentration in mol/m3
#: Diffusivity of the electrolyte (m2/s): 1 mol/l LiPF6 in EC/EMC, Nyman et al. (2008).
DIFFUSIVITY: Powers = ((4.862e-10, 0), (-3.972e-13, 1), (8.794e-17, 2))
#: Its conductivity (S/m), same source; written per mol/l there.
CONDUCTIVITY: Powers = ((3.329e-3, 1), (-2.51 / 1000**1.5, 1.5), (1.297e-10, 3))


@dataclass(frozen=True)
class Electrode:
    """Where the particles sit.

    Parameters
    ----------
    area_m2, thickness_m
        Of the electrode.
    solid_share
        Volume of spheres over that of the electrode; the rest is electrolyte.
    radius_m
        Radius of the spheres, which turns diffusion times into diffusivities.
    conductivity_S_m
        Effective electronic conductivity of the network.
    """

    area_m2: float
    thickness_m: float
    solid_share: float
    radius_m: float
    conductivity_S_m: float


def electrode(cell: Cell, own: Link, diameter_nm: float, values: Values) -> Electrode:
    """Return the electrode of a powder.

    Parameters
    ----------
    cell
        Its cell, for the mass.
    own
        Its link, for density, packing and network.
    diameter_nm
        Mean diameter of the spheres (nm).
    values
        All other numbers.

    Notes
    -----
    Limits: no binder, no carbon black, packing as poured.
    """
    area = math.pi * (values[DISC] * _MM / 2) ** 2
    volume = cell.mass_g / (own.density_g_cm3 * own.solid_share) * _CM**3
    return Electrode(
        area, volume / area, own.solid_share, diameter_nm * _NM / 2,
        max(values[ageing.SOLID_CONDUCTIVITY] * own.conductivity / _CM, _ISOLATED),
    )  # fmt: skip


def concentration_mol_m3(cell: Cell, place: Electrode) -> float:
    """Return the lithium in a full particle (mol per m3 of particle), from capacity, mass and volume."""
    charge = cell.capacity_mAh_g * cell.mass_g * COULOMB_PER_MAH
    return charge / _FARADAY / (place.area_m2 * place.thickness_m * place.solid_share)


def exchange_A_m2(cell: Cell, place: Electrode) -> float:
    """Return the exchange current per area of particles (A/m2)."""
    inner = 3 * place.solid_share / place.radius_m * place.area_m2 * place.thickness_m
    return cell.exchange_A_g * cell.mass_g / inner


def pybamm_numbers(cell: Cell, place: Electrode, values: Values) -> dict[str, float]:
    """Return all plain numbers of a PyBaMM parameter set, by PyBaMM's names.

    Working electrode "positive", option "contact resistance". Functions of concentration and the
    open-circuit curve are added by `pybamm_stock.parameter_set`.

    Parameters
    ----------
    cell
        Cell with one population.
    place
        Its electrode.
    values
        Separator, electrolyte, counter electrode.

    Raises
    ------
    InputError
        For more than one population, which PyBaMM's half cells do not take.
    """
    if len(cell.weights) != 1:
        raise InputError(
            f"a cell with {len(cell.weights)} populations of particles: PyBaMM's own half-cell models take "
            "one. Calibrate the shape 'single', or write BPX, which takes several."
        )
    side, full = math.sqrt(place.area_m2), concentration_mol_m3(cell, place)
    return {
        "Electrode height [m]": side,
        "Electrode width [m]": side,
        "Number of electrodes connected in parallel to make a cell": 1.0,
        "Number of cells connected in series to make a battery": 1.0,
        "Nominal cell capacity [A.h]": cell.equilibrium_mAh_g * cell.mass_g / _MAH_PER_AH,
        "Current function [A]": 0.1 * cell.mass_g,
        "Contact resistance [Ohm]": cell.series_ohm,
        "Lower voltage cut-off [V]": cell.lower_V,
        "Upper voltage cut-off [V]": cell.upper_V,
        "Reference temperature [K]": cell.temperature_K,
        "Ambient temperature [K]": cell.temperature_K,
        "Initial temperature [K]": cell.temperature_K,
        "Positive electrode thickness [m]": place.thickness_m,
        "Positive electrode active material volume fraction": place.solid_share,
        "Positive electrode porosity": 1 - place.solid_share,
        "Positive electrode Bruggeman coefficient (electrode)": 0.0,  # the conductivity is the effective one
        "Positive electrode Bruggeman coefficient (electrolyte)": values[p.BRUGGEMAN],
        "Positive electrode conductivity [S.m-1]": place.conductivity_S_m,
        "Positive electrode OCP entropic change [V.K-1]": 0.0,
        "Positive electrode exchange-current density [A.m-2]": exchange_A_m2(cell, place),
        "Positive particle radius [m]": place.radius_m,
        "Positive particle diffusivity [m2.s-1]": place.radius_m**2 / cell.times_s[0],
        "Maximum concentration in positive electrode [mol.m-3]": full,
        "Initial concentration in positive electrode [mol.m-3]": cell.span[0] * full,
        "Separator thickness [m]": values[p.SEPARATOR_THICKNESS] * _UM,
        "Separator porosity": values[p.SEPARATOR_POROSITY],
        "Separator Bruggeman coefficient (electrolyte)": values[p.BRUGGEMAN],
        "Initial concentration in electrolyte [mol.m-3]": values[p.CONCENTRATION] * _MOL_M3,
        "Cation transference number": values[p.TRANSFERENCE],
        "Thermodynamic factor": 1.0,
        "Negative electrode thickness [m]": values[p.LITHIUM_THICKNESS] * _UM,
        "Negative electrode conductivity [S.m-1]": _LITHIUM_CONDUCTIVITY,
        "Lithium metal partial molar volume [m3.mol-1]": _LITHIUM_VOLUME,
        "Exchange-current density for lithium metal electrode [A.m-2]": values[p.LITHIUM_EXCHANGE],
    }


def powers_text(powers: Powers) -> str:
    """Return a law of the concentration as a formula in x."""
    return " + ".join(f"({factor!r}) * x ** {power!r}" for factor, power in powers)


def curve_text(cell: Cell, direction: int) -> str:
    """Return the open-circuit curve as a formula in x; `direction` as in `OpenCircuit.voltage`."""
    o = cell.ocv
    shift = f" - {direction * o.hysteresis_V!r}" if direction else ""
    return f"{o.a1!r} * exp(-{o.b1!r} * x) + {o.a2!r} * exp(-{o.b2!r} * x) - {o.a3!r} * x{shift}"


def bpx_document(cell: Cell, place: Electrode, values: Values, title: str, notes: str) -> Mapping[str, Any]:
    """Return the half cell as a partial BPX document, one particle for each population.

    Parameters
    ----------
    cell
        Cell with any number of populations.
    place
        Its electrode.
    values
        Separator and electrolyte.
    title, notes
        Title and description of the header.

    Notes
    -----
    Source: BPX 1.1, parameterisation "Partial" with a blended electrode. What the standard has no place for:
    the lithium electrode, the series resistance (written under "User-defined"), and an exchange current that
    does not depend on the filling; the rate constant is that of half filling.
    """
    low, high = cell.span
    inner = 3 * place.solid_share / place.radius_m
    common = {
        "Minimum stoichiometry": low,
        "Maximum stoichiometry": high,
        "Maximum concentration [mol.m-3]": concentration_mol_m3(cell, place),
        "Particle radius [m]": place.radius_m,
        "OCP [V]": curve_text(cell, 0),
        "OCP (lithiation) [V]": curve_text(cell, 1),
        "OCP (delithiation) [V]": curve_text(cell, -1),
        "Reaction rate constant [mol.m-2.s-1]": exchange_A_m2(cell, place) / (0.5 * _FARADAY),
    }
    particles = {
        f"Population {k}": {
            **common,
            "Surface area per unit volume [m-1]": weight * inner,
            "Diffusivity [m2.s-1]": place.radius_m**2 / time,
        }
        for k, (weight, time) in enumerate(zip(cell.weights, cell.times_s, strict=True), start=1)
    }
    exponent, open_share = values[p.BRUGGEMAN], values[p.SEPARATOR_POROSITY]
    return {
        "Header": {"BPX": BPX_VERSION, "Title": title, "Description": notes, "Model": "Partial"},
        "Parameterisation": {
            "Cell": {
                "Electrode area [m2]": place.area_m2,
                "Number of electrode pairs connected in parallel to make a cell": 1,
                "Lower voltage cut-off [V]": cell.lower_V,
                "Upper voltage cut-off [V]": cell.upper_V,
                "Nominal cell capacity [A.h]": cell.equilibrium_mAh_g * cell.mass_g / _MAH_PER_AH,
                "Reference temperature [K]": cell.temperature_K,
            },
            "Electrolyte": {
                "Cation transference number": values[p.TRANSFERENCE],
                "Diffusivity [m2.s-1]": powers_text(DIFFUSIVITY),
                "Conductivity [S.m-1]": powers_text(CONDUCTIVITY),
            },
            "Positive electrode": {
                "Thickness [m]": place.thickness_m,
                "Porosity": 1 - place.solid_share,
                "Transport efficiency": (1 - place.solid_share) ** exponent,
                "Conductivity [S.m-1]": place.conductivity_S_m,
                "Particle": particles,
            },
            "Separator": {
                "Thickness [m]": values[p.SEPARATOR_THICKNESS] * _UM,
                "Porosity": open_share,
                "Transport efficiency": open_share**exponent,
            },
            "User-defined": {
                "Series resistance [Ohm]": cell.series_ohm,
                "Charge-transfer resistance [Ohm]": cell.charge_transfer_ohm,
                "Active mass [g]": cell.mass_g,
            },
        },
        "State": {
            "Initial conditions": {
                "Initial temperature [K]": cell.temperature_K,
                "Initial electrolyte concentration [mol.m-3]": values[p.CONCENTRATION] * _MOL_M3,
            }
        },
    }
