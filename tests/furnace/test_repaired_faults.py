"""Faults found once and repaired; each test states what must hold."""

import numpy as np
import pytest

from nanokiln.furnace import REGIMES, fire
from nanokiln.furnace.shape import shape
from nanokiln.matter.constants import MASS_O
from nanokiln.recipe import load_recipe
from nanokiln.sample import depth_zones

SMALL_FEEDS = [  # ratio, plateau, hold, ppm of water: which of them fail differs between machines
    (0.01, 1100.0, 240.0, 10.0),
    (0.01, 1200.0, 240.0, 10.0),
    (0.001, 1200.0, 240.0, 1000.0),
    (0.03, 1000.0, 570.0, 3000.0),
]


def test_recipes_with_little_boric_acid_can_be_fired(recipe_with):
    for ratio, peak, hold, water in SMALL_FEEDS:
        fire(recipe_with(ratio, peak=peak, hold=hold, water=water))


def test_evaporation_leaves_bound_boron_alone(recipe_with):
    """The melt evaporates at one rate for all nodes; the leanest node has none left to give."""
    fire(
        recipe_with(
            0.053, peak=1198.5, hold=502.7, water=1545.0, diameter_nm=87.16, carbon_volume_fraction=0.855,
            mesopore_diameter_nm=2.33, bet_area_m2_g=None, carbon_domain_nm=None,
        )
    )  # fmt: skip


def test_rounding_of_the_wetted_share_refuses_no_recipe(recipe_with):
    for area in (150.0, 250.0, 300.0, 400.0):
        fire(load_recipe("BTEE-SiOC"), wall_area=area)
    fire(recipe_with(0.03, peak=1000.0, hold=60.0, water=300000.0))


@pytest.mark.parametrize("name", ["B-SiOC-2", "B-SiOC-4", "BTEE-SiOC"])
def test_zones_hold_the_oxygen_of_the_balance(fired, mean, name):
    firing = fired(name)
    form = shape(firing.setup, firing.product)
    zones, m = depth_zones(firing, form), mean(firing)
    found = float((zones["mass_mg_g"] * zones["mass_fraction"].sel(element="O")).sum())
    silica = m["silica_outside"] + m["silica_inside"] + m["silica_sealed"]
    network = 1000 * firing.setup.recipe.precursor.oxygen_mass_fraction
    oxide = m["lining"] + m["residue"] + m["trapped"] + m["glass"]
    per_edge = 0.5 + 0.5 * firing.setup.constants.edge_split
    groups = 2 * (silica - m["dissolved"]) + 1.5 * oxide + per_edge * (m["edge_wall"] + m["edge_freed"])
    assert found == pytest.approx(network + groups * firing.setup.values[MASS_O], rel=1e-6)


@pytest.mark.parametrize(
    "name",
    [
        "B-SiOC-3",
        "B-SiOC-4",
        "B-SiOC-2",
        "B-SiOC-2-1100C",
    ],
)
def test_regime_is_sealed_when_the_residue_is_thicker_than_a_pore(fired, name):
    firing = fired(name)
    middle = firing.setup.fed.size // 2
    thick = firing.product.residue_nm[middle] > firing.setup.geometry.pore_width_nm
    regime = REGIMES[int(firing.timeline["regime"][-1])]
    assert thick == (regime in ("sealed", "network exhausted"))


def test_a_melted_sphere_has_no_leached_voids(fired):
    firing = fired("silica")
    form, w = shape(firing.setup, firing.product), firing.setup.weights
    np.testing.assert_allclose(form.pore_areas @ w, 0.0, atol=1.0)
    assert (form.pore_widths > 0).all()
