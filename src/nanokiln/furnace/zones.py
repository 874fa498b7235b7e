"""Composition with depth: the zones a surface-sensitive instrument looks through, from outside inwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..matter import boric_acid, borosilicate, carbon
from ..matter.constants import MASS_B, MASS_C, MASS_H, MASS_O, MASS_SI
from . import parameters as p
from .product import Product
from .setup import Setup
from .shape import Shape, entrained_share

if TYPE_CHECKING:
    import xarray as xr

ZONES = ("film", "lining", "scaffold", "body")
ELEMENTS = ("B", "C", "O", "Si")
SPECIES = ("BO3", "BCO2", "BC2O", "BC3", "B-OH")
BO3, BCO2, BC2O, BC3, BOH = range(5)
_OXYGEN = np.array([1.5, 1.0, 0.5, 0.0, 3.0])  # O per B by counting bonds; a bridging O is half a neighbour's
_SILICA_OXYGEN = 2  # O per Si

Array = NDArray[np.float64]


class Reservoir:
    """Amounts in one zone, mmol per g of precursor.

    Parameters
    ----------
    boron
        By species, shape (5,).
    silica, carbon_
        Silicon, and carbon.
    thickness_nm
        Thickness of the zone.
    oxygen
        Oxygen not bound to boron; two per silicon where not given.
    other_mg
        Mass of anything else in mg (hydrogen of the precursor).
    """

    def __init__(
        self,
        boron: Array,
        silica: float,
        carbon_: float,
        thickness_nm: float,
        *,
        oxygen: float | None = None,
        other_mg: float = 0.0,
    ) -> None:
        self.boron = boron
        self.silica = silica
        self.carbon = carbon_
        self.thickness_nm = thickness_nm
        self.oxygen = _SILICA_OXYGEN * silica if oxygen is None else oxygen
        self.other_mg = other_mg

    def masses(self, setup: Setup) -> Array:
        """Return the masses of B, C, O, Si in mg per g."""
        v = setup.values
        oxygen = float(self.boron @ _OXYGEN) + self.oxygen
        return np.array(
            [
                self.boron.sum() * v[MASS_B],
                self.carbon * v[MASS_C],
                oxygen * v[MASS_O],
                self.silica * v[MASS_SI],
            ]
        )


def network_oxygen(setup: Setup) -> float:
    """Return the oxygen of the precursor, mmol/g."""
    return 1000 * setup.recipe.precursor.oxygen_mass_fraction / setup.values[MASS_O]


def other_mass(setup: Setup) -> float:
    """Return the mass in mg per g of precursor that is none of C, Si, O: hydrogen, mostly."""
    precursor = setup.recipe.precursor
    named = precursor.carbon_mass_fraction + precursor.silicon_mass_fraction + precursor.oxygen_mass_fraction
    return 1000 * max(0.0, 1 - named)


def product_zones(setup: Setup, product: Product, form: Shape) -> list[Reservoir]:
    """Split the product into film, lining, outer scaffold and body (averages over the local feed).

    Source: mechanism, section 5, XPS weights and mass fractions. The carbon of the wall under the lining
    is counted with the body.
    """
    v, g, w = setup.values, setup.geometry, setup.weights
    split = setup.constants.edge_split

    def mean(x: Array) -> float:
        return float(x @ w)

    def species(bo3: float, edge: float, plane: float) -> Array:
        return np.array([bo3, split * edge, (1 - split) * edge, plane, 0.0])

    bare = setup.constants.bare_carbon
    # carbon that was never freed from oxide is not carried away
    chi = 0.0 if bare else entrained_share(setup)
    outer = 1 - product.inside
    freed = np.full_like(outer, bare) if bare else g.carbon * product.leached
    bo3_film = v[p.RESIDUE_BORON] * product.silica_outside * (product.glass == 0)
    bo3_film = np.minimum(bo3_film, product.residue)
    film = Reservoir(
        species(mean(bo3_film), chi * mean(outer * product.edge_freed), chi * mean(outer * product.plane)),
        mean(product.silica_outside),
        chi * mean(outer * freed),
        mean(form.film_nm),
    )
    on_surface = g.outer_area / g.wall_area
    wall_edge = on_surface * mean(product.edge_wall)
    neighbours = wall_edge * (split + 2 * (1 - split))  # carbon that edge boron of the wall is bonded to
    lining = Reservoir(
        species(on_surface * mean(product.lining), wall_edge, 0.0), 0.0, neighbours, mean(product.lining_nm)
    )
    left = (1 - chi) * outer
    scaffold = Reservoir(
        species(0.0, mean(left * product.edge_freed), mean(left * product.plane)),
        0.0,
        mean(left * freed),
        v[carbon.REACH] if bare else mean(product.recession_nm) * (1 - chi),
    )
    all_boron = species(
        mean(product.lining + product.residue + product.trapped + product.glass),
        mean(product.edge_wall + product.edge_freed),
        mean(product.plane),
    )
    washed = mean(product.silica_washed)
    if setup.recipe.wash_cycles == 0:  # what a wash would take is still there
        all_boron[BO3] += mean(product.washed)
        washed = 0.0
    body = Reservoir(
        np.maximum(all_boron - film.boron - lining.boron - scaffold.boron, 0.0),
        g.silicon - washed - film.silica,
        g.carbon - mean(product.co) - film.carbon - lining.carbon - scaffold.carbon,
        np.inf,
        oxygen=network_oxygen(setup) - _SILICA_OXYGEN * (washed + film.silica),
        other_mg=other_mass(setup),
    )
    return [film, lining, scaffold, body]


def without_oxide(zone: Reservoir, setup: Setup) -> Reservoir:
    """Return the zone after selective etching of the oxide: carbon and the boron bound to it."""
    boron = zone.boron.copy()
    boron[[BO3, BOH]] = 0.0
    v = setup.values
    carbon_volume = zone.carbon * v[MASS_C] / 1000 / v[carbon.DENSITY]
    oxide_volume = zone.silica * v[borosilicate.MOLAR_VOLUME_SILICA]
    total = carbon_volume + oxide_volume
    share = carbon_volume / total if total > 0 else 0.0
    return Reservoir(boron, 0.0, zone.carbon, zone.thickness_nm * share, other_mg=zone.other_mg)


def dried_zones(setup: Setup) -> list[Reservoir]:
    """Zones before firing: a coat of boric acid over part of the surface, the rest in and between spheres."""
    v, g = setup.values, setup.geometry
    boron = np.zeros(len(SPECIES))
    boron[BOH] = setup.feed
    coat_share = v[p.COAT_SHARE]
    cover = v[p.COAT_COVERAGE]
    volume = coat_share * setup.recipe.additive_ratio / v[boric_acid.DENSITY]
    thickness = 1000 * volume / g.outer_area / cover
    empty = np.zeros(len(SPECIES))
    return [
        Reservoir(boron * coat_share, 0.0, 0.0, thickness),
        Reservoir(empty, 0.0, 0.0, 0.0),
        Reservoir(empty, 0.0, 0.0, 0.0),
        Reservoir(
            boron * (1 - coat_share),
            g.silicon,
            g.carbon,
            np.inf,
            oxygen=network_oxygen(setup),
            other_mg=other_mass(setup),
        ),
    ]


def powder_mass(zones: xr.Dataset) -> float:
    """Return the mass of the powder, hydrogen included, g per g of precursor."""
    return float((zones["mass_mg_g"] + zones["hydrogen_mg_g"]).sum()) / 1000


def dataset(setup: Setup, zones: list[Reservoir], coverage: float = 1.0) -> xr.Dataset:
    """Lay the zones out as a dataset (dimensions zone, element, species).

    Parameters
    ----------
    setup, zones
        The firing and its four zones.
    coverage
        Covered share of the surface for the outermost zone (before firing).
    """
    import xarray as xr

    mass = np.array([z.masses(setup) for z in zones])
    hydrogen = np.array([3 * z.boron[BOH] * setup.values[MASS_H] + z.other_mg for z in zones])
    total = np.maximum(mass.sum(axis=1), 1e-300)  # fractions neglect hydrogen, as XPS does
    boron = np.array([z.boron for z in zones]) * setup.values[MASS_B]
    return xr.Dataset(
        {
            "thickness_nm": ("zone", [z.thickness_nm for z in zones], {"units": "nm"}),
            "mass_mg_g": ("zone", mass.sum(axis=1), {"units": "mg/g"}),
            "hydrogen_mg_g": ("zone", hydrogen, {"units": "mg/g"}),
            "mass_fraction": (("zone", "element"), mass / total[:, None], {"units": "1"}),
            "boron_mass_fraction": (("zone", "species"), boron / total[:, None], {"units": "1"}),
            "coverage": ("zone", [coverage, 1.0, 1.0, 1.0], {"units": "1"}),
        },
        coords={"zone": list(ZONES), "element": list(ELEMENTS), "species": list(SPECIES)},
    )
