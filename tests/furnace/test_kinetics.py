"""Rates against an independent implementation, the Jacobian, quadrature, and convergence of the solver."""

import numpy as np
import pytest

from nanokiln.core.parameters import Values
from nanokiln.furnace import fire, integrate
from nanokiln.furnace import kinetics as k
from nanokiln.furnace.setup import NODES, feed_nodes, set_up
from nanokiln.recipe import load_recipe

R = 8.314462618
SET = Values({"M2": 1.689, "M3": 17.513, "M5": 0.093, "M6": 0.133, "M7": 0.5, "M8": 5e-12})
STEPS = np.array([71800.0, 63800.0, 55800.0, 47900.0, 40000.0])  # J per B-O bond, 700 to 1100 degC


@pytest.fixture(scope="module")
def setup():
    return set_up(load_recipe("B-SiOC-3"), SET)


def state(setup, shared, silica=0.0, local=(0.0,) * 6):
    """A state vector with the same local entries in every node."""
    return np.concatenate([shared, np.tile([silica, *local], setup.fed.size)])


HOT = (0.0, 0.0, 0.95, 0.05, 1.0, 0.2)
WARM = (0.6, 0.3, 0.08, 0.02, 0.0, 0.0)


@pytest.mark.parametrize("T", [380.0, 423.15, 500.0])
def test_dehydration_and_vapour(setup, T):
    acid, meta, *_ = WARM
    d = k.rates(0.0, state(setup, WARM), T, setup.fed, False, setup.constants)
    k1, k2 = 3.2e7 * np.exp(-79850 / (R * T)), 2.9e5 * np.exp(-80000 / (R * T))
    x = min(700 * np.exp(-98000 / R * (1 / T - 1 / 400)) / 101325, 0.5)
    carried = 5.65 * x / (1 - x) * (k1 * acid + 0.5 * k2 * meta) * acid
    expected = [-k1 * acid - carried, k1 * acid - k2 * meta, k2 * meta, carried]
    np.testing.assert_allclose(d[: k.VAPOUR + 1], expected, rtol=1e-9)


def wetted_area(setup, free, bound, T):
    """Mechanism section 4, "fill": from lining thickness, rest of the pores and volume of the melt."""
    g = setup.geometry
    t_l = 1000 * bound / (52.57 * g.wall_area)
    rest = g.pore_volume * (1 - 2 * t_l / 1.689) ** 2
    density = np.interp(T - 273.15, [500, 700, 900, 1100], [1.65, 1.58, 1.54, 1.52])
    volume = free * 0.069617 / density
    film = g.outer_area * 0.35 / 1000  # one SiO4 unit: thinner melt wets by coverage
    return g.pore_area * np.minimum(1, volume / rest) + g.outer_area * np.clip((volume - rest) / film, 0, 1)


@pytest.mark.parametrize("T", [973.15, 1100.0, 1173.15])
@pytest.mark.parametrize("silica", [0.0, 0.5, 2.0])
@pytest.mark.parametrize("cooling", [False, True])
def test_leaching(setup, T, silica, cooling):
    c = setup.constants
    d = k.rates(0.0, state(setup, HOT, silica), T, setup.fed, cooling, c)[k.GLOBALS :: k.PER_NODE]
    have = setup.fed * 0.95
    bound = np.array([k.bound_boron(b, c.peak, c)[0] for b in have])
    free = (have - bound) / 2
    x = silica / (silica + free)
    activity = x * np.exp(13187 * (1 - x) ** 2 / (R * T))
    fusion = 4922 + 12.7385736 * T - 2 * T * np.log(T)
    drive = 1 - activity / np.exp(-fusion / (R * T))
    if cooling:  # nothing re-forms the network
        drive = np.maximum(0, drive)
    k_d = 5e-12 * np.exp(-205000 / R * (1 / T - 1 / 1173.15))
    expected = wetted_area(setup, free, bound, T) * k_d * 0.62 / 27.3e-9 * drive
    np.testing.assert_allclose(d, expected, rtol=1e-9, atol=1e-15)


def test_leaching_stops_when_cold_melt_is_supersaturated_and_at_exhaustion(setup):
    c = setup.constants
    for silica, T, cooling in ((9.4, 1173.15, True), (0.95 * c.soluble, 1473.15, False)):
        d = k.rates(0.0, state(setup, HOT, silica), T, setup.fed, cooling, c)[k.GLOBALS :: k.PER_NODE]
        np.testing.assert_array_equal(d, 0.0)


def occupancy(T, rungs, site, share):
    """Occupied share of a site when `T` is the highest temperature, from its share at 900 degC."""
    step = np.interp(T - 273.15, [700, 800, 900, 1000, 1100], STEPS)
    exponent = -(rungs * step - site) / (R * T) + (rungs * 55800 - site) / (R * 1173.15)
    z = share / (1 - share) * np.exp(exponent)
    return z / (1 + z)


@pytest.mark.parametrize("T", [973.15, 1073.15, 1173.15, 1373.15])
def test_site_occupation_follows_the_ladder(setup, T):
    edge, plane = occupancy(T, 1, 101000, 0.133), occupancy(T, 3, 55000, 0.093)
    scale = min(1.0, 0.13 / 0.87 / (edge + plane))
    np.testing.assert_allclose(k.caps(T, setup.constants), [edge * scale, plane * scale], rtol=1e-9)


@pytest.mark.parametrize("T", [1073.15, 1173.15, 1250.0])
def test_doping(setup, T):
    c = setup.constants
    silica, local = 1.5, (0.02, 0.05, 0.01, 0.03, 0.04, 0.0)
    edge_wall, edge_freed, oxy_wall, oxy_freed, plane, _ = local
    d = k.rates(0.0, state(setup, HOT, silica, local), T, setup.fed, False, c)
    rows = d[k.GLOBALS :].reshape(-1, k.PER_NODE)
    edge_share, plane_share = 0.133, 0.093  # of the peak, whatever the temperature is now
    scale = min(1.0, 0.13 / 0.87 / (edge_share + plane_share))
    freed = silica / c.soluble * c.freed_carbon
    dope = 3.5e-4 * np.exp(-260000 / R * (1 / T - 1 / 1173.15))
    oxidise = 3.0e-3 * np.exp(-180000 / R * (1 / T - 1 / 1173.15))
    fed = setup.fed * 0.95
    sites, capacity = 0.133 * setup.geometry.wall_carbon, 17.513 * 0.62 * 81.58 * 1e21 / 6.02214076e23
    wall = np.minimum(sites, fed * sites / (sites + capacity))
    on_edges = oxidise * np.maximum(edge_share * scale * freed - oxy_freed - edge_freed, 0)
    np.testing.assert_allclose(
        rows[:, k.OXY_WALL], oxidise * (wall - oxy_wall - edge_wall) - dope * oxy_wall, rtol=1e-6
    )
    np.testing.assert_allclose(rows[:, k.EDGE_WALL], dope * oxy_wall, rtol=1e-9)
    np.testing.assert_allclose(rows[:, k.OXY_FREED], on_edges - dope * oxy_freed, rtol=1e-9)
    np.testing.assert_allclose(rows[:, k.EDGE_FREED], dope * oxy_freed, rtol=1e-9)
    expected = dope * max(plane_share * scale * freed - plane, 0)
    np.testing.assert_allclose(rows[:, k.PLANE], expected, rtol=1e-9)
    lost = 0.75 * (rows[:, k.EDGE_WALL] + rows[:, k.EDGE_FREED]) + 1.5 * rows[:, k.PLANE]
    np.testing.assert_allclose(rows[:, k.CO], lost, rtol=1e-12)


@pytest.mark.parametrize("sigma", [0.0, 0.1, 0.15, 0.5])
def test_feed_nodes_have_mean_one(sigma):
    factor, weights = feed_nodes(sigma)
    assert factor.size == weights.size == NODES == 9
    assert weights.sum() == pytest.approx(1.0, abs=1e-14)
    assert factor @ weights == pytest.approx(1.0, abs=1e-14)
    spread = np.sqrt(np.log(factor) ** 2 @ weights - (np.log(factor) @ weights) ** 2)
    assert spread == pytest.approx(sigma, abs=1e-12)


def full_jacobian(setup, y, T):
    """Central differences of every entry, with a step of its own."""
    columns = []
    for j in range(y.size):
        step = 1e-5 * max(abs(y[j]), 1e-4)
        up, down = y.copy(), y.copy()
        up[j] += step
        down[j] -= step
        change = k.rates(0.0, up, T, setup.fed, False, setup.constants)
        columns.append((change - k.rates(0.0, down, T, setup.fed, False, setup.constants)) / (2 * step))
    return np.array(columns).T


@pytest.mark.parametrize(
    ("shared", "silica", "T"), [(WARM, 0.01, 430.0), (HOT, 1.0, 1100.0), (HOT, 2.5, 1173.15)]
)
def test_jacobian_is_that_of_the_rates(setup, shared, silica, T):
    shared = (max(shared[0], 1e-3), *shared[1:4], 0.9, shared[5])  # off the kinks at no acid, full wetting
    y = state(setup, shared, silica, (0.02, 0.05, 0.01, 0.03, 0.04, 0.0))
    knots = np.array([0.0, 1.0]), np.array([T, T])
    found = k.jacobian_at(0.5, y, *knots, setup.fed, False, setup.constants)
    expected = full_jacobian(setup, y, T)
    scale = np.abs(expected).max(axis=1, keepdims=True)
    assert (np.abs(found - expected) <= 2e-4 * scale + 1e-12).all()
    assert (np.abs(expected) > 0).any(axis=1).sum() > 40


def test_nodes_do_not_see_each_other(setup):
    y = state(setup, HOT, 1.0, (0.02, 0.05, 0.01, 0.03, 0.04, 0.0))
    local = full_jacobian(setup, y, 1173.15)[k.GLOBALS :, k.GLOBALS :]
    blocks = np.kron(np.eye(setup.fed.size), np.ones((k.PER_NODE, k.PER_NODE)))
    np.testing.assert_array_equal(local[blocks == 0], 0.0)


def test_result_does_not_depend_on_the_tolerance(monkeypatch, mean):
    recipe = load_recipe("B-SiOC-3")
    coarse = mean(fire(recipe, SET))
    monkeypatch.setattr(integrate, "RTOL", 1e-9)
    monkeypatch.setattr(integrate, "ATOL", 1e-12)
    fine = mean(fire(recipe, SET))
    for name, value in fine.items():
        assert coarse[name] == pytest.approx(value, rel=1e-5, abs=1e-7), name


def test_outputs_hold_the_knots_of_the_programme(fired):
    firing = fired("B-SiOC-2")
    knots = firing.setup.recipe.programme.knots()[0]
    assert set(knots) <= set(firing.trajectory.time)
    assert (np.diff(firing.trajectory.time) > 0).all()
