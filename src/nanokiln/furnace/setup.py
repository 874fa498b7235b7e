"""From recipe and records to the numbers the kernel needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..core.parameters import Values
from ..core.units import magnitude
from ..matter import boric_acid, boron_oxide, borosilicate, carbon, constants, wetting
from ..recipe import Precursor, Recipe
from . import parameters as p
from .geometry import Geometry, monolayer_mmol, sphere_geometry
from .kinetics import Constants

NODES = 9  # Gauss-Hermite nodes for the scatter of the local feed
_ALL_CARBON = 0.999  # a wall with more carbon than this has no oxide to leach
_NM2 = 1e18  # nm2 per m2


@dataclass(frozen=True)
class Setup:
    """All that a firing needs: geometry, kernel constants, and the local feed with its weights."""

    recipe: Recipe
    values: Values
    geometry: Geometry
    constants: Constants
    fed: NDArray[np.float64]
    weights: NDArray[np.float64]

    @property
    def feed(self) -> float:
        """Boron fed, mmol per gram of precursor."""
        return float(self.fed @ self.weights)


def feed_nodes(sigma: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return multipliers of the local feed (log-normal, mean one) and their weights, shape (9,)."""
    nodes, weights = np.polynomial.hermite.hermgauss(NODES)
    factor = np.exp(np.sqrt(2) * sigma * nodes)
    weights = weights / weights.sum()
    return factor / (factor @ weights), weights


def bare_carbon_share(precursor: Precursor, values: Values) -> float:
    """Return the share of a particle's carbon that lies bare within reach of the melt.

    Carbon inside a wall that holds oxide is not bare: it is reached only when its silica has left.
    """
    if precursor.carbon_volume_fraction < _ALL_CARBON:
        return 0.0
    reach = values[carbon.REACH]
    if precursor.shell_thickness_nm:
        return min(1.0, reach / precursor.shell_thickness_nm)
    return float(1 - max(0.0, 1 - 2 * reach / precursor.diameter_nm) ** 3)


_ROOM, _HOTTEST = 298.15, 1773.15  # K, limits of the melt tables


def peak_temperature(recipe: Recipe) -> float:
    """Return the highest temperature of the programme in K."""
    return min(max(magnitude(f"{recipe.programme.peak_degC} degC", "K"), _ROOM), _HOTTEST)


def _odds(share: float) -> float:
    return share / (1 - share)


_LADDER = (carbon.STEP_700, carbon.STEP_800, carbon.STEP_900, carbon.STEP_1000, carbon.STEP_1100)
_DENSITY = (
    boron_oxide.DENSITY_500,
    boron_oxide.DENSITY_700,
    boron_oxide.DENSITY_900,
    boron_oxide.DENSITY_1100,
)


def set_up(recipe: Recipe, values: Values, wall_area: float | None = None) -> Setup:
    """Collect the numbers for one recipe.

    Parameters
    ----------
    recipe, values
        What to fire, with which numbers.
    wall_area
        Accessible wall in m2/g, for precursors without a measured one.
    """
    precursor = recipe.precursor
    g = sphere_geometry(precursor, values, wall_area)
    factor, weights = feed_nodes(values[p.FEED_SCATTER])
    boron = 1000 * recipe.additive_ratio / values[constants.MASS_H3BO3]
    share_c = g.carbon_share
    bare = bare_carbon_share(precursor, values)
    domain = precursor.carbon_domain_nm
    plane = values[p.PLANE_BORON] if domain is None or domain >= values[carbon.PLANE_DOMAIN] else 0.0
    pairs = domain is None or domain >= values[carbon.PAIR_DOMAIN]
    angle = np.radians(wetting.contact_angle(share_c, values))
    tension = float(boron_oxide.surface_tension(values[boron_oxide.PLATEAU], values))
    pore_radius = (g.pore_width_nm / 2 if g.pore_area > 0 else g.radius_nm) * 1e-9
    moles_in_boat = max(boron * recipe.sample_mass_g, 1e-9) / 1000
    molar_gas = values[constants.GAS_CONSTANT] * magnitude("20 degC", "K") / values[constants.ATMOSPHERE]
    flow = recipe.gas.flow_mL_min * 1e-6 / magnitude("1 min", "s") / molar_gas
    moisture = np.sqrt(recipe.gas.water_ppm / values[boron_oxide.HBO2_MOISTURE])
    shielded = precursor.shell == "carbon"
    soluble = 0.0 if shielded else g.soluble
    c = Constants(
        gas=values[constants.GAS_CONSTANT],
        step1_prefactor=values[boric_acid.STEP1_PREFACTOR],
        step1_energy=values[boric_acid.STEP1_ENERGY],
        step2_prefactor=values[boric_acid.STEP2_PREFACTOR],
        step2_energy=values[boric_acid.STEP2_ENERGY],
        vapour_pressure=values[boric_acid.VAPOUR_REFERENCE],
        vapour_temperature=values[boric_acid.VAPOUR_TEMPERATURE],
        sublimation=values[boric_acid.SUBLIMATION],
        steam_contact=values[p.STEAM_CONTACT],
        atmosphere=values[constants.ATMOSPHERE],
        hbo2_rate=float(
            flow * moisture * values[boron_oxide.HBO2_PRESSURE] / magnitude("1 atm", "bar") / moles_in_boat
        ),
        hbo2_energy=values[boron_oxide.HBO2_ENERGY],
        reference=values[boron_oxide.PLATEAU],
        tg=values[boron_oxide.GLASS_TRANSITION],
        viscosity_limit=values[boron_oxide.VISCOSITY_LIMIT],
        fragility=values[boron_oxide.FRAGILITY],
        wick_length2=float(2 * (g.radius_nm * 1e-9) ** 2 / (pore_radius * tension * np.cos(angle))),
        exchange_prefactor=values[p.EXCHANGE_PREFACTOR] * _NM2,
        exchange_energy=values[p.LEACH_ENERGY],
        interaction=values[borosilicate.INTERACTION],
        fusion_h=values[borosilicate.FUSION_H],
        fusion_s=values[borosilicate.FUSION_S],
        fusion_cp=values[borosilicate.FUSION_CP],
        network=values[p.NETWORK_STABILITY],
        has_network=precursor.mixed_bonds,
        leach=(1 - share_c) * values[p.LEACH_RATE] / (values[borosilicate.MOLAR_VOLUME_SILICA] * 1e-6),
        leach_energy=values[p.LEACH_ENERGY],
        exhausted=values[p.EXHAUSTION] * soluble,
        doping_rate=values[p.DOPING_RATE],
        doping_energy=values[p.DOPING_ENERGY],
        oxidation_rate=values[p.OXIDATION_RATE],
        oxidation_energy=values[p.OXIDATION_ENERGY],
        step_table=tuple(values[s] for s in _LADDER),  # type: ignore[arg-type]
        edge_odds=_odds(values[p.EDGE_BORON]),
        edge_site=values[carbon.EDGE_SITE],
        plane_odds=_odds(plane),
        plane_site=values[carbon.PLANE_SITE],
        cap_odds=_odds(values[p.CAP]),
        edge_split=values[p.EDGE_SPLIT] if pairs else 1.0,
        bound_capacity=monolayer_mmol(values[p.BOUND_BORON], g.wall_area * (1 - share_c), values),
        wall_carbon=0.0 if bare else g.wall_carbon,
        freed_carbon=0.0 if bare or shielded else g.carbon,
        bare_carbon=bare * g.carbon,
        soluble=soluble,
        pore_area=g.pore_area,
        outer_area=g.outer_area,
        pore_volume=g.pore_volume,
        pore_width=g.pore_width_nm if g.pore_area > 0 else 0.0,
        wall_area=g.wall_area,
        glass_boron=values[boron_oxide.GLASS_BORON],
        b2o3_volume=values[constants.MASS_B2O3] / 1000,
        density=tuple(values[s] for s in _DENSITY),  # type: ignore[arg-type]
        silica_volume=values[borosilicate.MOLAR_VOLUME_SILICA],
        peak=peak_temperature(recipe),
        mean_feed=boron,
        film_volume=g.outer_area * values[p.SPACING_SIO4] / 1000,
        lost_plane=values[p.CARBON_LOST_PLANE],
    )  # fmt: skip
    return Setup(recipe, values, g, c, boron * factor, weights)
