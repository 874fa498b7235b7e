"""What the claims look at, computed from one firing without instruments or particle scale.

Used for the draws, where hundreds of parameter sets are compared; the nominal run goes through the
particle scale, the virtual instruments and their analyses.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from ..core.parameters import Values
from ..furnace import Firing, fire
from ..furnace.setup import Setup
from ..furnace.shape import Shape, shape
from ..recipe import Recipe
from ..sample import Sample, depth_zones, scalars
from ..techniques.n2_sorption.laws import area_of, capacity
from ..techniques.xps.truth import truth

#: Stages whose begin and end are observed, in s.
STAGES = ("dehydration", "melting", "lining", "bridging", "leaching", "doping", "unmixing")


def observe(recipe: Recipe, values: Values, wall_area: float | None = None) -> dict[str, float]:
    """Return the scalars of a fired recipe by name.

    The names are those of ``Sample.state``, plus ``area`` (what nitrogen can cover),
    ``wall_area_of_product``, ``external_area`` (m2 per gram of
    product, outside of the spheres), ``wall_pore_volume`` (per gram of product, cm3 without the voids between
    spheres), ``xps_B`` (wt%), ``xps_BO3`` and so on (% of boron), ``leached_on_arrival`` (dissolved silica
    on reaching the plateau over that at the end), ``bound_margin`` (capacity of the wall over the boron
    fed), ``boric_acid_left`` (share) and begin and end of the stages (s, NaN where one did not happen).
    """
    firing = fire(recipe, values, wall_area)
    return observe_firing(firing)


def observe_firing(firing: Firing) -> dict[str, float]:
    """Return the same for a firing at hand."""
    s = firing.setup
    form = shape(s, firing.product)
    zones = depth_zones(firing, form)
    state = scalars(firing, form, zones)
    found = {str(name): float(state[name]) for name in state.data_vars}
    mass = found["product_mass"] if s.recipe.programme.fired else 1.0
    found["wall_area_of_product"] = found["area_per_precursor"] / mass
    found["area"] = _nitrogen_area(form, s) / mass
    found["external_area"] = float(form.outer_area @ s.weights) / mass
    found["wall_pore_volume"] = float(form.pore_volumes.sum(axis=0) @ s.weights) / mass
    found["leached_on_arrival"] = _arrival(firing)
    found["wash_cycles"] = float(s.recipe.wash_cycles)
    found["boric_acid_left"] = float(firing.timeline["boric_acid"].values[-1])
    for stage in STAGES:
        found[f"begin_{stage}"], found[f"end_{stage}"] = firing.stages.get(stage, (np.nan, np.nan))
    sites = s.constants.bound_capacity + s.constants.wall_carbon * s.values["furnace.edge_boron"]
    found["bound_margin"] = sites / (found["fed"] - found["vapour"]) if found["fed"] > 0 else np.inf
    seen = truth(cast(Sample, SimpleNamespace(zones=zones, values=s.values)))
    found["xps_B"] = seen["wt_percent_B"]
    found |= {f"xps_{name}": seen[f"share_{name}"] for name in ("BO3", "BCO2", "BC2O", "BC3")}
    found |= _bonds(found)
    return found


def _nitrogen_area(form: Shape, setup: Setup) -> float:
    """Area in m2 per gram of precursor that nitrogen can cover.

    A pore holds no more monolayer than its volume: where the wall area exceeds 2815 m2 per cm3 of pore,
    the volume decides.
    """
    per_volume = area_of(capacity(1.0, setup.values), setup.values)
    covered = np.minimum(form.pore_areas, per_volume * form.pore_volumes)
    return float((form.outer_area + covered.sum(axis=0)) @ setup.weights)


def _arrival(firing: Firing) -> float:
    """Dissolved silica on first reaching the highest temperature, over that at the end."""
    silica = firing.timeline["silica_dissolved"].values
    if silica[-1] <= 0:
        return 0.0
    return float(silica[int(np.argmax(firing.timeline["temperature"].values))] / silica[-1])


def _bonds(found: dict[str, float]) -> dict[str, Any]:
    """Bond counts per carbon and per silicon that the spectroscopic claims ask for."""
    carbon = max(found["carbon"], 1e-12)
    edges = found["edge_wall"] + found["edge_freed"]
    bonds = 2 * edges + 3 * found["plane"] + found["oxygen_groups"]
    oxide_boron = found["lining"] + found["residue"] + found["trapped"] + found["glass"]
    return {
        "foreign_bonds_per_carbon": bonds / carbon,
        "oxygen_groups_per_carbon": found["oxygen_groups"] / carbon,
        "siob_per_silicon": oxide_boron / found["silicon"] if found["silicon"] > 0 else 0.0,
    }
