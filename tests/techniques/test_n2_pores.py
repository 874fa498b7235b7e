"""t-plot, BJH and hysteresis: instrument values, exact cases, what must be refused, coverage."""

import runpy
import time
from pathlib import Path

import numpy as np
import pytest

from nanokiln.core.errors import InputError
from nanokiln.core.parameters import Values
from nanokiln.formats import read
from nanokiln.techniques import get
from nanokiln.techniques.n2_sorption import bjh, films, hysteresis, laws, tplot
from nanokiln.techniques.n2_sorption.area import Area, Branch

N2 = get("n2_sorption")
V = Values()
STUDY = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "study_n2_sorption.py"))


def by_name(measurements, **choices):
    return {f.name: f for f in N2.analyse(measurements, choices)}


@pytest.fixture(scope="module")
def load(shared_data):
    folder = shared_data("n2_sorption")
    return lambda name: read(folder / name)


def test_t_plot_of_sample_c_as_the_instrument_does_it(load):
    found = by_name(load("micromeritics_Sample_C.xls"))
    volume, area = found["micropore_volume"], found["external_area"]
    assert volume.value == pytest.approx(0.203617, rel=0.003)
    assert area.value == pytest.approx(62.0489, rel=0.003)
    assert volume.low < 0.203617 < volume.high
    assert area.low < 62.0489 < area.high


def test_negative_micropore_volume_of_sample_g_is_flagged(load):
    found = by_name(load("micromeritics_Sample_G.xls"))
    volume = found["micropore_volume"]
    assert not volume.resolved
    assert "intercept is negative (-0.0283" in volume.notes[0]  # the instrument prints -0.028365
    assert volume.high < 0
    assert not found["external_area"].resolved


def test_total_volume_of_sample_c_at_the_stated_pressure(load):
    found = by_name(load("micromeritics_Sample_C.xls"), volume_pressure=0.80503)["pore_volume"]
    assert found.value == pytest.approx(0.241722, rel=0.003)
    assert found.low < 0.241722 < found.high


def test_bjh_of_sample_a(load):
    up = by_name(load("micromeritics_Sample_A.aif"), film="halsey")
    down = by_name(load("micromeritics_Sample_A.aif"), film="halsey", bjh_branch="desorption")
    # printed are 0.6417 and 0.6998 cm3/g, more than the total of 0.6034: ours stay 2 and 7 % below
    assert up["bjh_volume"].value == pytest.approx(0.641678, rel=0.03)
    assert down["bjh_volume"].value == pytest.approx(0.699796, rel=0.08)
    assert up["bjh_mean_width"].low < 11.4184 < up["bjh_mean_width"].high
    assert down["bjh_mean_width"].low < 9.0633 < down["bjh_mean_width"].high


def test_mcm_41(load):
    found = by_name(load("pygaps_MCM-41_N2_77K.json"))
    mode = found["pore_width_mode"]
    assert mode.low < 3.3 < mode.high  # BJH as pyGAPS tests it
    assert mode.low < 4.1 < mode.high  # Kruk, Jaroniec, Sayari at its step, p/p0 0.40
    assert found["external_area"].value == pytest.approx(340, rel=0.01)  # pyGAPS's t-plot area
    assert found["micropore_volume"].low == 0.0


def test_the_same_run_in_two_formats_gives_the_same_pores(load):
    one, two = (by_name(load(n)) for n in ("DUT-67-N2_77K.DAT", "DUT-67-N2_77K.aif"))
    for name, finding in one.items():
        np.testing.assert_equal([finding.value, finding.low], [two[name].value, two[name].low])


def test_films_at_the_pressures_their_authors_print():
    np.testing.assert_allclose(films.halsey(np.array([0.5]), V), [0.354 * (5 / np.log(2)) ** (1 / 3)])
    np.testing.assert_allclose(films.silica(np.array([0.25]), V), [0.6114], atol=1e-4)
    np.testing.assert_allclose(films.carbon_black(np.array([0.3]), V), [0.4994], atol=1e-4)


def test_a_film_on_a_wall_with_micropores_is_read_exactly():
    x = np.linspace(0.05, 0.5, 40)
    loading = laws.capacity(0.05 + 100 * laws.thickness(x, V) / 1e3, V)
    branch = Branch(x, loading, 0.1)
    line = tplot.analyse(branch, V, "harkins-jura").line
    assert line.area == pytest.approx(100, rel=1e-9)
    assert line.volume == pytest.approx(0.05, rel=1e-9)
    rows = tplot.findings(tplot.analyse(branch, V, "harkins-jura"), Area(), np.nan, branch, V)
    assert rows["micropore_volume"][1] < 0.05 < rows["micropore_volume"][2]


def test_mesopores_that_condense_inside_the_range_are_refused(n2):
    found = by_name(N2.simulate(n2.sample(15.0, mesopore=n2.cylinders(150.0, 2.8)), 0))
    assert not found["micropore_volume"].resolved
    assert "condense" in found["micropore_volume"].notes[0]


@pytest.mark.parametrize("width", [4.0, 6.0, 10.0, 15.0])
def test_width_of_simulated_mesopores(n2, width):
    pores = n2.sample(15.0, mesopore=n2.cylinders(150.0, width), interparticle=(0.0, 0.2, 100.0))
    mode = by_name(N2.simulate(pores, 1))["pore_width_mode"]
    assert mode.value == pytest.approx(width, rel=0.1)
    assert mode.low < width < mode.high


def test_no_mesopores_no_width(n2):
    mode = by_name(N2.simulate(n2.sample(80.0), 0))["pore_width_mode"]
    assert not mode.resolved


def test_desorption_peak_at_the_closure_is_suspected(n2):
    pores = n2.sample(15.0, mesopore=n2.cylinders(150.0, 4.4))
    notes = by_name(N2.simulate(pores, 1), bjh_branch="desorption")["pore_width_mode"].notes
    assert any("closure" in note for note in notes)


def loop(up, down):
    x = np.linspace(0.05, 0.99, 200)
    return hysteresis.classify(Branch(x, up(x), None), Branch(x, down(x), None))


def step(middle, width, tail=0.0):
    return lambda x: 2 + 3 / (1 + np.exp(-(x - middle) / width)) + tail * x**12


@pytest.mark.parametrize(
    ("up", "down", "number"),
    [
        (step(0.7, 0.01), step(0.7, 0.01), 0),
        (step(0.75, 0.02), step(0.65, 0.02), 1),
        (step(0.7, 0.06), step(0.55, 0.012), 2),
        (step(0.8, 0.01), step(0.65, 0.06), 2.5),
        (step(0.75, 0.02, 6.0), step(0.65, 0.02, 6.0), 3),
        (lambda x: 9 + step(0.75, 0.02, 6.0)(x), lambda x: 9 + step(0.65, 0.02, 6.0)(x), 4),
    ],
)
def test_drawn_loops_get_their_class(up, down, number):
    value, *_, notes = loop(up, down)
    assert value == number
    assert hysteresis.CLASSES[number] in notes[0]


def test_a_loop_of_no_class_is_not_resolved():
    value, *_, notes = loop(step(0.7, 0.06), step(0.6, 0.06))
    assert np.isnan(value)
    assert notes[0].startswith("not resolved: no class fits")


def test_a_run_without_desorption_has_no_class(n2):
    found = by_name(N2.simulate(n2.sample(50.0), 0, {"desorption": ()}))["hysteresis"]
    assert not found.resolved


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"film": "halsy"}, "Did you mean 'halsey'"),
        ({"bjh_branch": "down"}, "branch for BJH"),
        ({"volume_pressure": 1.2}, "between 0 and 1"),
    ],
)
def test_choices_are_checked(choices, words):
    with pytest.raises(InputError, match=words):
        N2.analyse([], choices)


def test_volume_beyond_the_run_is_not_resolved(n2):
    found = by_name(
        N2.simulate(n2.sample(50.0), 0, {"adsorption": np.linspace(0.05, 0.9, 30)}), volume_pressure=0.95
    )
    assert not found["pore_volume"].resolved


def test_twice_the_micropores_are_noticed(n2):
    one, two = (
        by_name(N2.simulate(n2.sample(15.0, leached=(a, a / 2811, 1.2)), 0, {"noise": 0}))["micropore_volume"]
        for a in (60.0, 120.0)
    )
    assert two.value == pytest.approx(2 * one.value, rel=0.05)
    assert two.low > one.high


def test_intervals_hold_the_truth():
    """40 drawn powders; the study reports 200 others (docs page)."""
    for name, (resolved, inside, ratio) in STUDY["study"](40, 100).items():
        assert resolved >= 15, name
        assert inside >= 0.9 * resolved - 5, (name, inside, resolved)
        assert 0.85 < ratio < 1.1, (name, ratio)


def test_peak_needs_a_fall_on_both_sides():
    width = np.geomspace(2.2, 45, 12)
    rise = bjh.Distribution(width, np.arange(12.0), np.arange(12.0), width * 0.95, width * 1.05)
    assert bjh.peak(rise) is None


def test_barrett_is_the_arithmetic_of_pygaps():
    from pygaps.characterisation.psd_meso import psd_bjh

    x = np.linspace(0.1, 0.97, 40)
    liquid = 0.1 + 0.3 / (1 + np.exp(-(x - 0.6) / 0.05)) + 0.05 * x
    film, kelvin = laws.thickness(x, V), laws.kelvin_radius(x, 77.3, V)
    theirs = psd_bjh(
        liquid, x, "cylinder", lambda p: laws.thickness(p, V), lambda p: laws.kelvin_radius(p, 77.3, V)
    )
    volume, area = bjh.barrett(liquid, film, kelvin)
    np.testing.assert_allclose(volume, theirs["pore_volumes"], rtol=1e-12)
    np.testing.assert_allclose(area, theirs["pore_areas"], rtol=1e-12)


def test_area_is_the_arithmetic_of_pygaps(n2):
    from pygaps.characterisation.area_bet import area_BET_raw

    (made,) = N2.simulate(n2.sample(90.0), 0)
    found = by_name([made], range=(0.05, 0.3))
    up = made.data["branch"].values == 0
    x, n = (made.data[k].values[up] for k in ("pressure", "loading"))
    inside = (x >= 0.05) & (x <= 0.3)
    area, constant, *_ = area_BET_raw(x[inside], n[inside] / 1e3, 0.162, (0.0, 0.31))
    assert found["bet_area"].value == pytest.approx(area, rel=1e-9)
    assert found["bet_c"].value == pytest.approx(constant, rel=1e-9)


def test_speed(n2):
    made = N2.simulate(n2.sample(15.0, mesopore=n2.cylinders(150.0, 4.0)), 0)
    begin = time.process_time()
    N2.analyse(made)
    assert time.process_time() - begin < 0.5
