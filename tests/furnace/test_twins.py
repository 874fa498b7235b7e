"""The readable laws of `matter` and their compiled twins in the kernel give the same numbers."""

import numpy as np
import pytest

from nanokiln.core.parameters import Values
from nanokiln.furnace import kinetics as k
from nanokiln.furnace.setup import set_up
from nanokiln.matter import boric_acid, boron_oxide, borosilicate, carbon
from nanokiln.recipe import load_recipe

V = Values()


@pytest.fixture(scope="module")
def constants():
    return set_up(load_recipe("B-SiOC-2"), V).constants


@pytest.mark.parametrize("T", [700.0, 973.15, 1050.0, 1173.15, 1300.0, 1400.0])
def test_ladder(constants, T):
    assert k.ladder_step(T, constants) == pytest.approx(float(carbon.ladder_step(T, V)), rel=1e-12)


@pytest.mark.parametrize("T", [1000.0, 1100.0, 1173.15, 1250.0])
def test_sites(constants, T):
    ratio = float(carbon.site_odds_ratio(T, 3, V[carbon.PLANE_SITE], V))
    odds = constants.plane_odds * ratio
    found = k.site_share(T, 3, constants.plane_site, constants.plane_odds, constants)
    assert found == pytest.approx(odds / (1 + odds), rel=1e-9)


@pytest.mark.parametrize("T", [600.0, 800.0, 1000.0, 1173.15, 1500.0])
def test_density_of_the_melt(constants, T):
    found = k.interpolate(T, k.DENSITY_FIRST, k.DENSITY_STEP, constants.density)
    assert found == pytest.approx(float(boron_oxide.melt_density(T, V)), rel=1e-12)


@pytest.mark.parametrize("T", [380.0, 420.0, 480.0])
def test_dehydration_and_vapour(constants, T):
    y = np.zeros(k.GLOBALS)
    y[k.ACID], y[k.META] = 0.7, 0.2
    d = k.rates(0.0, y, T, np.empty(0), False, constants)
    first, second = boric_acid.dehydration_rates(T, V)
    x = min(boric_acid.vapour_fraction(T, V), 0.5)
    steam = first * 0.7 + 0.5 * second * 0.2
    carried = constants.steam_contact * x / (1 - x) * steam * 0.7
    assert d[k.VAPOUR] == pytest.approx(carried, rel=1e-9)
    assert d[k.META] == pytest.approx(first * 0.7 - second * 0.2, rel=1e-12)


@pytest.mark.parametrize("silica", [0.5, 1.0, 1.5])
def test_melt_stops_at_the_saturation_of_the_phase_diagram(constants, silica):
    """The leach rate changes sign where `borosilicate.saturation` says."""
    T = constants.reference
    x = borosilicate.saturation(T, constants.network, V)
    limit = borosilicate.saturation_activity(T, constants.network, V)
    assert float(borosilicate.silica_activity(x, T, V)) == pytest.approx(float(limit), rel=1e-6)
    free = silica * (1 - x) / x

    def drive(factor):
        y = np.zeros(k.GLOBALS + k.PER_NODE)
        y[k.OXIDE], y[k.WETTED] = 1.0, 1.0
        held = k.bound_boron(10.0, constants.peak, constants)[0]
        y[k.GLOBALS + k.SILICA] = silica * factor
        return k.rates(0.0, y, T, np.array([held + 2 * free]), False, constants)[k.GLOBALS + k.SILICA]

    assert drive(0.99) > 0 > drive(1.01)
