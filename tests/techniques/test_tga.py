"""Thermogravimetry: reference values, exact limits, kinetics, coverage, and the virtual balance."""

import importlib.util
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from nanokiln import formats, techniques
from nanokiln.analysis import analyse_files
from nanokiln.core.errors import InputError
from nanokiln.core.measurement import Measurement
from nanokiln.core.parameters import Values
from nanokiln.techniques.tga import burning, kinetics, programme
from nanokiln.techniques.tga.burning import Powder, course
from nanokiln.techniques.tga.truth import truth

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
DRY = Powder(carbon=0.3, uptake=0.0, acid=0.0, water=0.0, loading=0.03)
ACID = Powder(carbon=0.0, uptake=0.0, acid=1.0, water=0.0, loading=0.0)
TGA = techniques.get("tga")


def study_module():
    spec = importlib.util.spec_from_file_location("coverage_tga", BENCHMARKS / "coverage_tga.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(time, temperature, mass, **settings):
    data = xr.Dataset(
        {
            "time": ("point", np.asarray(time, float), {"units": "s"}),
            "temperature": ("point", np.asarray(temperature, float), {"units": "degC"}),
            "mass": ("point", np.asarray(mass, float), {"units": "mg"}),
        }
    )
    return Measurement("tga", data, "measured", "run", {"blank_subtracted": True, **settings})


def ramp(powder=DRY, rate=10.0, milligrams=10.0, **more):
    exact = course(powder, 30, 1000, rate, "air", Values(more))
    every = slice(None, None, 10)
    return run(
        (exact.temperature - 30)[every] / rate * 60,
        exact.temperature[every],
        exact.mass[every] * milligrams / 100,
    )


def named(findings, name):
    return next(f for f in findings if f.name == name)


# reference values


@pytest.mark.parametrize(
    ("number", "dtg", "onset"), [(1, 636.3, 610.2), (2, 637.1, 610.2), (3, 637.8, 610.7)]
)
def test_pmma_round_robin(number, dtg, onset, shared_data):
    found = TGA.analyse(formats.read(shared_data("tga") / f"FSRI_TGA_N2_10K_{number}.csv"))
    for name, reference in (("dtg_max", dtg), ("onset", onset)):
        finding = named(found, name)
        assert finding.low <= reference - 273.15 <= finding.high


def test_pmma_repeats_agree_within_a_kelvin(shared_data):
    onsets = [
        named(TGA.analyse(formats.read(shared_data("tga") / f"FSRI_TGA_N2_10K_{n}.csv")), "onset").value
        for n in (1, 2, 3)
    ]
    assert np.ptp(onsets) <= 1.0


@pytest.mark.parametrize("reference", [546.83, 545.7])
def test_burn_off(reference, shared_data):
    found = named(TGA.analyse(formats.read(shared_data("tga") / "burnoff_example.txt")), "dtg_max")
    assert found.low <= reference <= found.high


def test_a_programme_of_nine_stages(shared_data):
    (run_,) = formats.read(shared_data("tga") / "plastic_cracking_example.txt")
    segments = programme.heating_segments(run_.data["time"].values, run_.data["temperature"].values)
    assert [round(s.rate) for s in segments] == [5, 5, 20, 101]
    found = TGA.analyse([run_])
    assert all("degC at" in f.choices["label"] for f in found if f.name == "dtg_max")
    # the published 245.0 and 611.05 degC are maxima of an unsmoothed dm/dT and lie 1 K and 8 K above
    maxima = [f for f in found if f.name == "dtg_max" and f.resolved]
    assert maxima[0].value == pytest.approx(242.5, abs=2.5)
    assert maxima[1].value == pytest.approx(600, abs=4)


def test_constant_energy_of_three_ramps(shared_data):
    files = [shared_data("tga") / f"E_cnt_{rate}.csv" for rate in (5, 10, 20)]
    energy = named(analyse_files(files).findings, "activation_energy")
    assert energy.low <= 75 <= energy.high
    assert energy.high - energy.low < 8
    assert "KAS: mean 74.4" in energy.notes[0]


@pytest.mark.parametrize("files", [["E_cnt_10.csv"], ["E_cnt_5.csv", "E_cnt_20.csv"]])
def test_fewer_than_three_ramps_give_no_energy(files, shared_data):
    energy = named(analyse_files([shared_data("tga") / f for f in files]).findings, "activation_energy")
    assert not energy.resolved
    assert "apparent" in energy.notes[0]


# exact limits


def test_the_model_burns_where_it_was_calibrated():
    values = Values()
    for loading, degc in ((0.0070, 602.0), (0.1311, 668.0)):
        exact = course(Powder(0.3, 0.0, 0.0, 0.0, loading), 30, 1000, 10.0, "air", values)
        assert truth(exact)["dtg_max"] == pytest.approx(degc, abs=0.1)


def test_complete_combustion_leaves_the_oxides():
    exact = course(Powder(0.3, 0.1, 0.0, 0.0, 0.0), 30, 1200, 10.0, "air", Values())
    assert exact.mass[-1] == pytest.approx(80.0, abs=1e-6)


@pytest.mark.parametrize("gas", ["N2", "Ar"])
def test_nothing_burns_without_oxygen(gas):
    assert np.ptp(course(DRY, 30, 1000, 10.0, gas, Values()).mass) == 0


def test_boric_acid_leaves_its_water():
    exact = course(ACID, 30, 600, 5.0, "N2", Values({"tga.acid_vapour": 0.0}))
    assert exact.mass[-1] == pytest.approx(56.30, abs=0.02)  # B2O3 per H3BO3
    peak = exact.temperature[np.argmax(exact.rate)]
    assert peak == pytest.approx(150, abs=1)  # data sheet section 1, 5 K/min


def test_faster_ramps_burn_later_by_kissinger():
    peaks = [truth(course(DRY, 30, 1100, b, "air", Values()))["dtg_max"] + 273.15 for b in (5.0, 10.0, 20.0)]
    slope = np.polyfit(1 / np.array(peaks), np.log(np.array([5, 10, 20]) / np.array(peaks) ** 2), 1)[0]
    assert -slope * 8.314 == pytest.approx(160e3, rel=2e-3)


def test_energy_of_our_own_ramps():
    found = TGA.analyse([ramp(rate=b) for b in (5.0, 10.0, 20.0)])
    energy = named(found, "activation_energy")
    assert energy.value == pytest.approx(160, abs=2)


def test_readings_that_stand_still_do_no_harm():
    still = ramp()
    T = np.round(still.data["temperature"].values / 2) * 2  # dT = 0 between most readings
    found = TGA.analyse([run(still.data["time"].values, T, still.data["mass"].values)])
    exact = truth(course(DRY, 30, 1000, 10.0, "air", Values()))
    for name in ("dtg_max", "onset"):
        finding = named(found, name)
        assert finding.low <= exact[name] <= finding.high


def test_holds_are_kept_out():
    whole = ramp()
    t, T, m = (whole.data[n].values for n in ("time", "temperature", "mass"))
    hold = np.arange(0, 3600, 10.0)
    held = run(
        np.concatenate([hold, 3600 + t, 3600 + t[-1] + 10 + hold]),
        np.concatenate([np.full(hold.size, T[0]), T, np.full(hold.size, T[-1])]),
        np.concatenate([np.linspace(m[0] + 1, m[0], hold.size), m, np.full(hold.size, m[-1] - 0.1)]),
    )
    a, b = (named(TGA.analyse([x]), "dtg_max").value for x in (whole, held))
    assert a == pytest.approx(b, abs=0.5)


def test_two_steps_are_told_apart():
    wet = ramp(Powder(0.3, 0.0, 0.0, 0.05, 0.03))
    found = [f for f in TGA.analyse([wet]) if f.name == "dtg_max"]
    assert [round(f.value, -1) for f in found] == [610, 90]


def test_a_flat_line_is_not_resolved():
    t = np.arange(0, 5000, 5.0)
    noise = np.random.default_rng(1).normal(0, 1e-3, t.size)
    found = TGA.analyse([run(t, 30 + t / 6, 10 + noise)])
    assert not any(f.resolved for f in found if f.name in ("dtg_max", "onset", "t5", "mass_gain"))


def test_a_gain_is_seen():
    t = np.arange(0, 5000, 5.0)
    found = TGA.analyse([run(t, 30 + t / 6, 10 + 0.5 / (1 + np.exp(-(t - 3000) / 100)))])
    gain = named(found, "mass_gain")
    assert gain.low <= 5.0 <= gain.high


def test_isothermal_runs_say_so():
    t = np.arange(0, 5000, 5.0)
    found = TGA.analyse([run(t, np.full(t.size, 400.0), np.linspace(10, 9, t.size))])
    assert all("no heating segment" in f.notes[0] for f in found)


@pytest.mark.parametrize(
    ("choices", "words"),
    [({"rang": 1}, "Did you mean"), ({"range": (5, 2)}, "below"), ({"range": 3}, "two temperatures"),
     ({"segment": 0}, "from 1"), ({"range": (2000, 3000)}, "covers")],
)  # fmt: skip
def test_bad_choices(choices, words):
    with pytest.raises(InputError, match=words):
        TGA.analyse([ramp()], choices)


# the instrument


@pytest.fixture(scope="module")
def powder():
    return study_module().powder(np.random.default_rng(3))


@pytest.mark.parametrize(
    "settings",
    [
        {"gas": "CO"}, {"rates_K_min": 0.0}, {"mass_mg": -1}, {"interval_s": 1e9}, {"noise": -1},
        {"start_degC": 900, "end_degC": 100}, {"blank": "yes"}, {"ramp": 3}, {"moisture_monolayers": 99},
        {"rates_K_min": [1] * 8},
    ],
)  # fmt: skip
def test_bad_settings(settings, powder):
    with pytest.raises(InputError):
        TGA.simulate(powder, 0, settings)


def test_the_same_seed_gives_the_same_run(powder):
    a, b, c = (TGA.simulate(powder, seed)[0].data["mass"].values for seed in (1, 1, 2))
    assert np.array_equal(a, b)
    assert not np.array_equal(a, c)


def test_buoyancy_looks_like_a_gain(powder):
    with_, without = (
        TGA.simulate(powder, 0, {"noise": 0, "blank": b})[0].data["mass"].values for b in (False, True)
    )
    assert (with_ - without)[-1] == pytest.approx(
        1.18 * 0.08 * (298.15 / 303.15) * (1 - 303.15 / 1273), rel=0.01
    )


def test_files_and_figure(powder, tmp_path):
    runs = TGA.simulate(powder, 0, {"rates_K_min": [5, 10, 20]})
    files = TGA.write(runs, tmp_path, "x")
    analysis = analyse_files(files)
    assert analysis.synthetic
    assert named(analysis.findings, "activation_energy").resolved
    assert "SYNTHETIC" in analysis.plot()._suptitle.get_text()


def test_apparent_energy_of_a_first_order_step():
    from nanokiln.techniques.tga.analyse import parts_of

    (part,) = parts_of(ramp(), {}, Values())
    found = kinetics.apparent(kinetics.ramp_of(part.curve, part.steps[0]), Values())
    assert found["first order"] == pytest.approx(160, abs=3)
    assert found["three-dimensional diffusion"] > 1.5 * found["first order"]


def test_wet_powder_without_area_is_dry():
    sample = SimpleNamespace(
        values=Values(), zones=study_module().powder(np.random.default_rng(0)).zones,
        pores={"total_area_m2_g": np.nan},
    )  # fmt: skip

    class Powderlike(SimpleNamespace):
        def __getitem__(self, name):
            return 0.0

    assert burning.powder_of(Powderlike(**vars(sample)), 1.0).water == 0


@pytest.mark.slow
def test_intervals_hold_the_truth():
    found = study_module().study(60, 5000)
    for name in ("dtg_max", "onset", "t5", "residue"):
        assert found[name]["coverage"] >= 0.78  # 60 runs: three standard errors below 0.90
    assert found["dtg_max"]["coverage"] < 1
    assert abs(found["dtg_max"]["bias"]) < 0.6
