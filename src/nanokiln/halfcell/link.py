"""Link: what the half cell takes from the architecture and composition of a powder.

Exposed area comes as two bounds, because nobody has measured which pores the electrolyte enters: the outside
of the necked spheres, and that with all pores that residue does not seal. The BET area is neither.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..core.errors import InputError
from ..core.parameters import Values
from . import ageing_parameters as p
from .cell import Cell
from .parameters import DISC

Array = NDArray[np.float64]
Bound = Literal["low", "mean", "high"]
_MM_PER_M, _CM_PER_M, _G_PER_KG = 1000.0, 100.0, 1000.0
_MMOL = 1000.0  # per mol
_OPEN = 1e9  # ohm: no way for the current


@dataclass(frozen=True)
class Link:
    """Numbers of one powder.

    Parameters
    ----------
    name
        Of the powder.
    exposed_m2_g
        Area that electrolyte reaches, lower and upper bound (m2/g).
    composition_mAh_g
        Capacity by composition (mAh/g), see `composition_capacity`.
    conductivity
        Electronic conductivity of the assembly over that of its solid.
    connected
        Share of spheres joined to the network.
    solid_share, density_g_cm3
        Packing fraction and density of the spheres.
    """

    name: str
    exposed_m2_g: tuple[float, float]
    composition_mAh_g: float
    conductivity: float
    connected: float
    solid_share: float
    density_g_cm3: float

    def exposed(self, bound: Bound = "mean") -> float:
        """Return the exposed area (m2/g): a bound, or the geometric mean of both."""
        low, high = self.exposed_m2_g
        return {"low": low, "high": high, "mean": math.sqrt(low * high)}[bound]

    def network_ohm(self, cell: Cell, values: Values, solid_S_cm: float | None = None) -> float:
        """Return the resistance of the network through the whole electrode (ohm).

        Limits: all current crosses the full thickness, which is an upper bound; collector contact left out.
        """
        disc = math.pi * (values[DISC] / 2 / _MM_PER_M) ** 2
        thickness = cell.mass_g / (self.density_g_cm3 * self.solid_share) / _CM_PER_M**3 / disc
        solid = (values[p.SOLID_CONDUCTIVITY] if solid_S_cm is None else solid_S_cm) * _CM_PER_M
        carried = solid * self.conductivity * disc
        return thickness / carried if carried > 0 else _OPEN


def exposed_area(outer: ArrayLike, pores: ArrayLike, sealed: ArrayLike) -> tuple[Array, Array]:
    """Return the bounds of the area that electrolyte reaches, in the unit given.

    Parameters
    ----------
    outer
        Outside of the spheres that necks leave free.
    pores
        Area of all pores.
    sealed
        Share of the pores that residue seals.

    Notes
    -----
    Source: mechanism, section on what it leaves open. Limits: electrolyte enters every pore that is open.
    """
    low = np.asarray(outer, dtype=np.float64)
    return low, np.asarray(low + (1 - np.asarray(sealed)) * np.asarray(pores), dtype=np.float64)


def composition_capacity(carbon_share: ArrayLike, silicon_mmol_g: ArrayLike, values: Values) -> Array:
    """Return the reversible capacity by composition (mAh/g): carbon and SiOx, nothing for boron compounds.

    Parameters
    ----------
    carbon_share
        Mass share of carbon.
    silicon_mmol_g
        Silicon per gram of product.

    Notes
    -----
    Source: data sheet, section 10. Limits: equilibrium; says nothing on kinetics or on boron in carbon.
    """
    oxide = np.asarray(silicon_mmol_g, dtype=np.float64) / _MMOL * values[p.OXIDE_MASS]
    return np.asarray(carbon_share) * values[p.CARBON_CAPACITY] + oxide * values[p.OXIDE_CAPACITY]


def link(sample: Any) -> Link:
    """Return the link of a sample.

    Parameters
    ----------
    sample
        Product with its particle scale.

    Raises
    ------
    InputError
        If its areas are not known (oxide etched away) or it was not fired.
    """
    from ..assembly.resistors import network_transport
    from ..assembly.voxels.measure.effective import hashin_shtrikman

    outer, total = (float(sample.pores[f"{n}_area_m2_g"]) for n in ("external", "total"))
    if not math.isfinite(outer) or sample.stage != "product":
        raise InputError(
            f"'{sample.name}' cannot be put into the half cell: its areas are not known. Take a fired powder "
            "whose oxide was not etched away."
        )
    low, high = exposed_area(outer, total - outer, sample["sealed"])
    mass = sample["product_mass"]
    share = float(sample.architecture.attrs["packing_fraction"])
    network = network_transport(sample.architecture)
    return Link(
        name=sample.name,
        exposed_m2_g=(float(low), float(high)),
        composition_mAh_g=float(
            composition_capacity(sample["carbon_mass_share"], sample["silicon"] / mass, sample.values)
        ),
        conductivity=min(network.mean, hashin_shtrikman(share, 1.0, 0.0)[1]),
        connected=network.connected,
        solid_share=share,
        density_g_cm3=sample.recipe.precursor.skeletal_density_g_cm3,
    )


def wired(own: Link, carbon_black: float, values: Values) -> Link:
    """Return the link of a powder whose electrode holds carbon black, which carries current beside the necks.

    Parameters
    ----------
    own
        Link by necks alone.
    carbon_black
        Mass share of the electrode.
    values
        All other numbers.

    Raises
    ------
    InputError
        If it is no share, or too little to span the electrode.

    Notes
    -----
    Above its threshold carbon black touches every sphere, and its conductivity adds to that of the network.
    Limits: one conductivity for all shares above the threshold, known to an order of magnitude; its own
    capacity (below 5 mAh per g of electrode) and interphase are left out.
    """
    least = values[p.BLACK_THRESHOLD]
    if not least <= carbon_black < 1:
        raise InputError(
            f"carbon black {carbon_black!r}: must be a mass share of the electrode from {least:g} (below it "
            "no path of it spans the electrode) to below 1; 0.1 is customary."
        )
    added = values[p.BLACK_CONDUCTIVITY] / values[p.SOLID_CONDUCTIVITY]
    return replace(own, connected=1.0, conductivity=own.conductivity + added)


def linked_cell(cell: Cell, own: Link, reference: Link, values: Values, bound: Bound = "mean") -> Cell:
    """Return the cell of another powder, from the calibrated cell and what differs by the model.

    Parameters
    ----------
    cell
        Calibrated cell of `reference`.
    own, reference
        Links of the powder and of the one the cell was calibrated on.
    values
        All other numbers.
    bound
        Which exposed area counts, on both sides.

    Notes
    -----
    The capacity goes with composition and connected share, the exchange current with the exposed area
    and the connected share; the network of necks adds its resistance. No
    number here is fitted to another powder. Limits: diffusion times, open-circuit curve and loading are those
    of `reference`.
    """
    capacity = own.composition_mAh_g / reference.composition_mAh_g * own.connected / reference.connected
    area = own.exposed(bound) / reference.exposed(bound) * own.connected / reference.connected
    extra = own.network_ohm(cell, values) - reference.network_ohm(cell, values)
    return replace(
        cell,
        capacity_mAh_g=cell.capacity_mAh_g * capacity,
        charge_transfer_ohm=cell.charge_transfer_ohm / area,
        series_ohm=max(0.0, cell.series_ohm + extra),
    )
