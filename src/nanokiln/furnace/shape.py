"""Shape and pores of the product in the mean field: sizes, necks, films, areas, volumes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..matter import boric_acid, borosilicate, carbon
from ..matter.constants import MASS_SIO2
from . import parameters as p
from .geometry import NM_PER_THOUSAND, sphere_volume_nm3
from .product import Product, freed_carbon_nm
from .setup import Setup

_NM3 = 1e21  # nm3 per cm3
_NECK_AREA = 1.5  # outer area lost to six necks: six caps of area pi x^2 over 4 pi a^2
_PORE = 4.0  # a cylinder's area over its volume is 4/d


@dataclass(frozen=True)
class Shape:
    """Shape of the product, one value per node of local feed; nm, nm3, m2/g, cm3/g.

    Parameters
    ----------
    film_nm
        Film of residue and entrained carbon on free surface.
    diameter_nm
        Mean diameter after firing and washing. Upper bound: the scaffold does not compact.
    neck_ratio
        Neck radius over sphere radius at six contacts per sphere.
    melt_per_sphere, insoluble_share
        Melt outside per sphere while hot, and the share of that volume that outlasts the washes.
    outer_area, pore_areas
        Outer area left by the necks; accessible areas of mesopores, leached voids and opened pores,
        (3, nodes).
    pore_volumes, pore_widths
        The same three classes: cm3/g and nm, (3, nodes).
    """

    film_nm: NDArray[np.float64]
    diameter_nm: NDArray[np.float64]
    neck_ratio: NDArray[np.float64]
    melt_per_sphere: NDArray[np.float64]
    insoluble_share: NDArray[np.float64]
    outer_area: NDArray[np.float64]
    pore_areas: NDArray[np.float64]
    pore_volumes: NDArray[np.float64]
    pore_widths: NDArray[np.float64]

    @property
    def total_area(self) -> NDArray[np.float64]:
        """Accessible area per gram of precursor, shape (nodes,)."""
        return np.asarray(self.outer_area + self.pore_areas.sum(axis=0))


def coated_diameter(setup: Setup) -> float:
    """Return the mean diameter in nm after freeze-drying: the sphere and its coat of boric acid."""
    v, g = setup.values, setup.geometry
    coat = v[p.COAT_SHARE] * setup.recipe.additive_ratio / v[boric_acid.DENSITY]
    per_sphere = coat * _NM3 / g.spheres
    core = sphere_volume_nm3(g.radius_nm)
    return float(2 * g.radius_nm * ((core + per_sphere) / core) ** (1 / 3))


def entrained_share(setup: Setup) -> float:
    """Return the share of the carbon freed outside that the melt carries away.

    A scaffold of less carbon than percolates does not stand: the melt takes all of it.
    """
    stands = setup.geometry.carbon_share >= setup.values[carbon.PERCOLATION]
    return setup.values[p.ENTRAINED] if stands else 1.0


def shape(setup: Setup, product: Product) -> Shape:
    """Work out the shape of a product.

    Source: mechanism, section 5. Limits: mean field with six contacts per sphere; the particle scale has the
    distribution. Sintering shrinkage and compaction of the scaffold are not modelled.
    """
    v, g = setup.values, setup.geometry
    volume = v[borosilicate.MOLAR_VOLUME_SILICA]
    freed_nm = freed_carbon_nm(product, setup)
    taken = entrained_share(setup)
    film = v[p.FILM_SHARE] * (product.residue_nm + taken * freed_nm) / v[p.FREE_SURFACE]
    diameter = 2 * g.radius_nm - 2 * taken * product.recession_nm + 2 * film
    out_nm3 = product.volume_out * _NM3 / g.spheres
    freed_volume = freed_nm * g.outer_area / NM_PER_THOUSAND
    solid = volume * product.silica_outside + freed_volume
    has_melt = product.volume_out > _NO_MELT
    share = np.where(has_melt, np.minimum(1.0, solid / np.where(has_melt, product.volume_out, 1.0)), 0.0)
    share = np.where(product.glass > 0, 1.0, share)
    per_neck = out_nm3 * 2 / v[p.BRIDGE_CONTACTS]
    ring = (2 * share * per_neck / (np.pi * g.radius_nm**3)) ** (1 / 4)
    fused = np.sqrt(2 * product.lining_nm * (1 - g.carbon_share) / g.radius_nm)
    neck = np.minimum(1.0, np.maximum(ring, fused))
    areas, volumes, widths = _pores(setup, product)
    return Shape(
        film_nm=film,
        diameter_nm=diameter,
        neck_ratio=neck,
        melt_per_sphere=out_nm3,
        insoluble_share=share,
        outer_area=g.outer_area * np.maximum(0.0, 1 - _NECK_AREA * neck**2),
        pore_areas=areas,
        pore_volumes=volumes,
        pore_widths=widths,
    )


_NO_MELT = 1e-12  # cm3/g


def _pores(
    setup: Setup, product: Product
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Areas, volumes and widths of mesopores, leached voids and opened closed pores, each (3, nodes)."""
    v, g = setup.values, setup.geometry
    open_share = 1 - product.sealed
    width = max(g.pore_width_nm, 1e-9)
    narrowed = np.maximum(0.0, 1 - 2 * product.lining_nm / width)
    meso = g.pore_area * narrowed
    # a melt that stayed as one glass leaves no voids behind
    voids = np.where(product.glass > 0, 0.0, product.dissolved)
    leached = v[p.LEACHED_AREA] * v[MASS_SIO2] / 1000 * voids
    opened = v[p.CLOSED_PORE_AREA] * (1 - np.exp(-product.leached / v[p.OPENING_SCALE]))
    opened = opened if g.pore_area > 0 else np.zeros_like(opened)
    void = product.inside * v[borosilicate.MOLAR_VOLUME_SILICA] * voids
    void = void * (1 - v[p.SILICA_KEPT] * (1 - product.outside))
    areas = open_share * np.stack([meso, leached, opened])
    volumes = open_share * np.stack([product.pore_left, void, opened * width / (_PORE * NM_PER_THOUSAND)])
    mean_width = np.divide(
        _PORE * NM_PER_THOUSAND * volumes, areas, out=np.full_like(areas, width), where=areas > _NO_AREA
    )
    return areas, volumes, mean_width


_NO_AREA = 1e-9  # m2/g


def carbon_in_neck(setup: Setup, product: Product) -> NDArray[np.float64]:
    """Return the volume share of entrained carbon in the insoluble residue, shape (nodes,)."""
    entrained = entrained_share(setup) * freed_carbon_nm(product, setup)
    silica = product.residue_nm
    total = entrained + silica
    return np.divide(entrained, total, out=np.zeros_like(total), where=total > 0)
