"""Pores and surfaces of a precursor sphere, per gram."""

from __future__ import annotations

from dataclasses import dataclass

from ..core.errors import PhysicsError
from ..core.parameters import Values
from ..matter import carbon
from ..matter.constants import AVOGADRO, MASS_C, MASS_SI, MASS_SIO2
from ..recipe import Precursor
from .parameters import MESOPORE_WIDTH

NM_PER_THOUSAND = 1000.0  # V (cm3/g) = S (m2/g) t (nm) / 1000
_SPHERE = 3.0  # area of a sphere over its volume is 3/R
_PORE = 4.0  # a cylinder's area over its volume is 4/d
_TURNS = 200  # fixed-point iterations of the pore geometry, which contracts by a few per cent each


@dataclass(frozen=True)
class Geometry:
    """Geometry and inventory of one gram of precursor.

    Parameters
    ----------
    radius_nm
        Sphere radius.
    skeletal_volume
        cm3/g without pores.
    wall_area, outer_area, pore_area
        m2/g: all accessible wall, outer surface of the spheres, mesopore walls.
    pore_volume, pore_width_nm
        Mesopores: cm3/g and nm.
    carbon_share
        Volume share of carbon in the wall.
    silicon, soluble, carbon
        mmol/g of silicon, of SiO2 the melt may dissolve, and of carbon.
    wall_carbon
        mmol/g of carbon in the outermost layer of the accessible wall.
    spheres
        Number of spheres per gram.
    """

    radius_nm: float
    skeletal_volume: float
    wall_area: float
    outer_area: float
    pore_area: float
    pore_volume: float
    pore_width_nm: float
    carbon_share: float
    silicon: float
    soluble: float
    carbon: float
    wall_carbon: float
    spheres: float


def sphere_geometry(precursor: Precursor, values: Values, wall_area: float | None = None) -> Geometry:
    """Work out pores and inventory of a precursor.

    Parameters
    ----------
    precursor
        The precursor.
    values
        Parameter values.
    wall_area
        Accessible wall in m2/g where the precursor has no measured one; the smooth outer surface of the
        spheres is taken when both are missing (and is the least it can be).

    Raises
    ------
    PhysicsError
        If the wall area is smaller than the outer surface of the spheres.

    Limits: uniform cylindrical mesopores of one width; a core-shell sphere counts as its outside.
    """
    radius = precursor.diameter_nm / 2
    skeleton = 1 / precursor.skeletal_density_g_cm3
    per_volume = _SPHERE * NM_PER_THOUSAND / radius  # m2 per cm3 of sphere
    area = precursor.bet_area_m2_g if wall_area is None else wall_area
    width = precursor.mesopore_diameter_nm or values[MESOPORE_WIDTH]
    outer = per_volume * skeleton
    if area is None:
        area = outer
    if area < outer * (1 - 1e-6):
        raise PhysicsError(
            f"{precursor.name}: wall area {area:g} m2/g is below the outer surface {outer:.1f} m2/g of "
            f"{precursor.diameter_nm:g} nm spheres. Correct the area or the diameter."
        )
    for _ in range(_TURNS):
        pore_volume = max(area - outer, 0.0) * width / (_PORE * NM_PER_THOUSAND)
        outer = min(per_volume * (skeleton + pore_volume), area)
    share = precursor.carbon_volume_fraction
    n_carbon = 1000 * precursor.carbon_mass_fraction / values[MASS_C]
    layer = area * share * values[carbon.LAYER] / NM_PER_THOUSAND * values[carbon.DENSITY]
    volume_nm3 = (skeleton + pore_volume) * 1e21
    return Geometry(
        radius_nm=radius,
        skeletal_volume=skeleton,
        wall_area=area,
        outer_area=outer,
        pore_area=area - outer,
        pore_volume=pore_volume,
        pore_width_nm=width,
        carbon_share=share,
        silicon=1000 * precursor.silicon_mass_fraction / values[MASS_SI],
        soluble=1000 * precursor.soluble_silica_mass_fraction / values[MASS_SIO2],
        carbon=n_carbon,
        wall_carbon=1000 * layer / values[MASS_C],
        spheres=volume_nm3 / sphere_volume_nm3(radius),
    )


def sphere_volume_nm3(radius_nm: float) -> float:
    """Return the volume of a sphere in nm3."""
    from math import pi

    return 4 / 3 * pi * radius_nm**3


def monolayer_mmol(per_nm2: float, area_m2: float, values: Values) -> float:
    """Return mmol for `per_nm2` atoms on each nm2 of `area_m2`."""
    return per_nm2 * area_m2 * 1e18 / values[AVOGADRO] * 1000
