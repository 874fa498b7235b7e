"""Ageing, endurance, fatigue of necks and the link to the architecture."""

import dataclasses
import math
import time

import numpy as np
import pytest

from nanokiln.core.errors import InputError
from nanokiln.halfcell import ageing_parameters as p
from nanokiln.halfcell.ageing import Age, Wear, after, aged_cell, film_charge, film_nm, film_ohm
from nanokiln.halfcell.ageing_fit import AgeingMember, after_rate_test, fit_ageing, long_test
from nanokiln.halfcell.battery_study import ablation
from nanokiln.halfcell.endurance import Cycles, Rest, endure
from nanokiln.halfcell.fatigue import (
    broken_share,
    expected_stress_GPa,
    median_life,
    neck_lives,
    needed_stress_GPa,
    onset,
    worn_architecture,
    worn_network,
)
from nanokiln.halfcell.link import Link, composition_capacity, exposed_area, link, linked_cell
from nanokiln.recipe import load_recipe
from nanokiln.sample import make_sample

WEAR = Wear(0.03, 0.5, 6e-4, 150.0, 30.0)
SHORT = (Cycles(100, 2.0), Rest(720.0), Cycles(80, 2.0))


@pytest.fixture(scope="module")
def samples():
    return {n: make_sample(load_recipe(f"B-SiOC-{n}"), spheres=120) for n in (1, 2)}


def test_states_add_up_over_any_division():
    whole = after(Age(), WEAR, 1000, 700.0)
    parts = Age()
    for _ in range(10):
        parts = after(parts, WEAR, 100, 70.0)
    for name in ("cycles", "hours", "lost", "blocked"):
        assert getattr(parts, name) == pytest.approx(getattr(whole, name), rel=1e-12)
    assert whole.lost == pytest.approx(0.03)


def test_only_blocked_mass_comes_back():
    old = after(Age(), WEAR, 1000, 700.0)
    rested = after(old, WEAR, 0, 720.0)
    assert rested.blocked == pytest.approx(old.blocked * math.exp(-720 / 150))
    assert rested.lost == old.lost
    assert rested.active > old.active
    never = after(Age(), dataclasses.replace(WEAR, recovery_h=math.inf), 1000, 700.0)
    assert never.blocked == pytest.approx(0.6)


def test_interphase_grows_with_the_root_of_time(values):
    assert film_nm(0.0, values) == values[p.SEI_START]
    late = [film_nm(h, values) for h in (1e6, 4e6)]
    assert late[1] / late[0] == pytest.approx(2.0, rel=1e-3)
    assert film_ohm(0, 10.0, 1e-3, values) == pytest.approx(2 * film_ohm(0, 20.0, 1e-3, values))
    # the data sheet: 30-60 mAh/g for 10 m2/g
    assert 30 <= film_charge(0.0, 10.0, values) <= 60


def test_an_aged_cell_has_less_of_everything_and_a_dead_one_is_refused(pair, values):
    old = aged_cell(pair, Age(1000, 700.0, 0.1, 0.2), WEAR, values)
    assert old.capacity_mAh_g == pytest.approx(0.7 * pair.capacity_mAh_g)
    assert old.exchange_A_g == pytest.approx(0.7 * pair.exchange_A_g)
    assert old.series_ohm > pair.series_ohm
    with pytest.raises(InputError, match="the cell is dead"):
        aged_cell(pair, Age(1000, 700.0, 0.9, 0.2), WEAR, values)


@pytest.mark.parametrize(
    "change", [{"loss": -0.1}, {"block_per_cycle": 1.0}, {"recovery_h": 0.0}, {"exponent": -1.0}]
)
def test_impossible_wear_is_refused(change):
    with pytest.raises(InputError, match=r"share|above 0"):
        dataclasses.replace(WEAR, **change)


def test_the_stride_costs_less_than_it_says(pair, values):
    """At every simulated cycle, after the rest too, where lithium has to settle anew."""
    every, coarse = (endure(pair, WEAR, SHORT, values, stride=n)["capacity_mAh_g"] for n in (1, 10))
    assert coarse.size < every.size / 2
    assert {1, 2, 100, 101, 180} <= set(coarse["cycle"].values.round())
    same = every.values[coarse["cycle"].values.round().astype(int) - 1]
    assert coarse.values == pytest.approx(same, rel=3e-3)


def test_the_grid_is_fine_enough(pair, spread, values):
    for cell in (pair, spread):
        few, many = (
            endure(cell, WEAR, (Cycles(40, 2.0),), values, points=n)["capacity_mAh_g"].values
            for n in (40, 120)
        )
        assert few == pytest.approx(many, rel=3e-3)


def test_two_thousand_cycles_and_a_rest_in_time(pair, values):
    endure(pair, WEAR, (Cycles(1, 2.0), Rest(1.0)), values)
    start = time.process_time()
    run = endure(pair, WEAR, long_test(values), values)
    assert time.process_time() - start < 8
    assert run["cycle"].values[-1] == 2000
    assert run.attrs["origin"] == "synthetic"


@pytest.mark.parametrize(
    "segments", [(), (Rest(1.0),), (Cycles(0, 1.0),), (Cycles(1, -1.0),), (Cycles(1, 1.0), Rest(0.0))]
)
def test_unusable_segments_are_refused(pair, values, segments):
    with pytest.raises(InputError, match=r"cycles|rest"):
        endure(pair, WEAR, segments, values)


def test_a_small_fit_and_what_makes_the_rest_help(pair, values):
    """Made-up targets on a cell of two populations; then the same without the blocked state."""
    start = after_rate_test(pair, 40)
    fresh = endure(pair, WEAR, (Cycles(1, 2.0),), values, start=start)["capacity_mAh_g"].values[0]
    moved = values.replace({p.AFTER_1000.id: 0.72 * fresh, p.AFTER_REST.id: 0.92 * fresh})
    wear, run = fit_ageing(pair, WEAR, moved)
    member = AgeingMember(0.5, 150.0, wear, run, True)
    assert member.capacity(0, -1) == pytest.approx(0.72 * fresh, rel=3e-3)
    assert member.capacity(2, 0) == pytest.approx(0.92 * fresh, rel=3e-3)
    assert 0 < member.retention < 1
    bare = ablation(pair, wear, moved)
    assert bare.after_1000 == pytest.approx(0.72 * fresh, rel=0.02)
    assert bare.after_rest < 1.02 * bare.after_1000


@pytest.mark.slow
def test_the_stored_numbers_are_those_of_the_fit(values):
    from nanokiln.halfcell import article_targets, calibrate, declared

    cell = calibrate(article_targets(values), shape=declared(values), values=values).cell
    wear = Wear(values[p.LOSS], 0.5, values[p.BLOCKED], values[p.RECOVERY_TIME], 36.5)
    run = endure(cell, wear, long_test(values), values, start=after_rate_test(cell, 40))
    rows, segment = run["capacity_mAh_g"].values, run["segment"].values
    assert rows[segment == 0][-1] == pytest.approx(values[p.AFTER_1000], rel=5e-3)
    assert rows[segment == 2][0] == pytest.approx(values[p.AFTER_REST], rel=5e-3)


def test_thin_necks_fail_first(values):
    life = median_life([0.05, 0.0664, 0.1, 0.4], values)
    assert np.all(np.diff(life) > 0)
    flat = values.replace({p.STRESS_POWER.id: 0.0})  # stress the same in all necks: the other way round
    assert np.all(np.diff(median_life([0.05, 0.0664, 0.1, 0.4], flat)) < 0)


def test_the_law_is_calibrated_on_the_onset(values):
    assert float(onset(values[p.ONSET_NECK], values)) == pytest.approx(values[p.FADE_ONSET])
    assert float(broken_share(values[p.ONSET_NECK], 150, values)) == pytest.approx(values[p.ONSET_SHARE])
    assert float(broken_share(0.4, 1000, values)) < 1e-6
    shares = broken_share(values[p.ONSET_NECK], 0.0, values), broken_share(values[p.ONSET_NECK], 1e9, values)
    assert [round(float(x), 6) for x in shares] == [0.0, 1.0]
    # the calibration hides a stress well above what the data sheet's numbers give
    assert needed_stress_GPa(0.0664, 100.0, values) > 2 * expected_stress_GPa(0.0664, values)


def test_the_network_loses_what_breaks(samples, values):
    thin, thick = samples[1].architecture, samples[2].architecture
    lives = neck_lives(thin, values, np.random.default_rng(0))
    found = [worn_network(thin, lives, n) for n in (0, 300, 2000)]
    assert found[0].connected >= found[1].connected > found[2].connected
    assert found[0].mean > found[1].mean > found[2].mean
    share = [worn_architecture(thin, lives, n).attrs["bonded_fraction"] for n in (0, 150, 2000)]
    assert share[0] == pytest.approx(thin.attrs["bonded_fraction"])
    assert share[0] > share[1] > share[2]
    lives = neck_lives(thick, values, np.random.default_rng(0))
    worn = worn_architecture(thick, lives, 1000)
    assert worn.attrs["bonded_fraction"] == thick.attrs["bonded_fraction"]


def test_area_bounds_and_composition(values):
    low, high = exposed_area(10.0, 100.0, 0.4)
    assert (float(low), float(high)) == (10.0, 70.0)
    pure = composition_capacity([1.0, 0.0], [0.0, 1000 / values[p.OXIDE_MASS]], values)
    assert pure == pytest.approx([values[p.CARBON_CAPACITY], values[p.OXIDE_CAPACITY]])


def test_link_of_a_sample(samples, one, values):
    own, other = link(samples[2]), link(samples[1])
    assert own.exposed_m2_g[0] < own.exposed() < own.exposed_m2_g[1]
    assert own.conductivity > 10 * other.conductivity
    # Hashin and Shtrikman
    assert own.conductivity <= 2 * own.solid_share / (3 - own.solid_share) + 1e-12
    same = linked_cell(one, own, own, values)
    assert same.capacity_mAh_g == pytest.approx(one.capacity_mAh_g)
    assert same.series_ohm == pytest.approx(one.series_ohm)
    far = linked_cell(one, other, own, values, "high")
    assert far.charge_transfer_ohm / one.charge_transfer_ohm == pytest.approx(
        own.exposed("high") / other.exposed("high") * own.connected / other.connected
    )


def test_the_network_matters_only_where_the_solid_conducts_badly(one, values):
    own = Link("x", (10.0, 100.0), 900.0, 0.4, 1.0, 0.6, 2.1)
    assert own.network_ohm(one, values, 1e-5) == pytest.approx(
        1000 * own.network_ohm(one, values, 1e-2), rel=1e-9
    )
    assert own.network_ohm(one, values) < 0.1
    assert own.network_ohm(one, values, 1e-6) > 100
    cut = dataclasses.replace(own, conductivity=0.0)
    assert cut.network_ohm(one, values) > 1e6


def test_a_powder_without_areas_is_refused():
    sample = make_sample(load_recipe("B-SiOC-2-etched"), spheres=40)
    with pytest.raises(InputError, match="areas are not known"):
        link(sample)
