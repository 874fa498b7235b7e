"""ICP: the chain from counts to B/Si, the law of dissolution, the bound of the feed, coverage."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from nanokiln import formats, techniques
from nanokiln.analysis import analyse_file
from nanokiln.core.errors import DataError, InputError
from nanokiln.core.measurement import Measurement
from nanokiln.core.parameters import Values
from nanokiln.techniques.icp.analyse import bound_note
from nanokiln.techniques.icp.dissolution import boron_dissolved, ratio, silicon_dissolved
from nanokiln.techniques.icp.quantify import quantify

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
ICP = techniques.get("icp")


def study_module():
    spec = importlib.util.spec_from_file_location("coverage_icp", BENCHMARKS / "coverage_icp.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def powder():
    return study_module().powder(np.random.default_rng(3))


def named(findings, name):
    return [f for f in findings if f.name == name]


def test_dissolution_goes_through_its_two_readings():
    v = Values()
    assert silicon_dissolved([1.0, 24.0], v) == pytest.approx([0.346, 0.519])
    # all of the powder: the ratio of the whole; boron always ahead of silicon
    assert boron_dissolved(1.0, v) == pytest.approx(1)
    times = np.geomspace(0.01, 1e6, 60)
    assert (np.diff(ratio(times, 0.18, v)) < 0).all()
    assert (ratio(times, 0.18, v) >= 0.18).all()


@pytest.mark.parametrize("internal", [True, False])
def test_without_noise_the_chain_is_exact(internal, powder):
    settings = {"noise": 0, "internal_standard": internal, "drift_per_h": 0.0 if internal else 0.05}
    (batch,) = ICP.simulate(powder, 0, settings)
    v = powder.values
    whole = powder["boron"] * v["mass.B"] / (powder["silicon"] * v["mass.Si"])
    for finding in named(ICP.analyse([batch]), "b_si_mass_ratio"):
        true = float(ratio(finding.choices["time_h"], whole, v))
        # yttrium's own continuum bends the line by its share of the signal, here 0.2 %
        assert finding.value == pytest.approx(true, rel=3e-3)


def test_after_fusion_the_solution_is_the_powder(powder):
    (batch,) = ICP.simulate(powder, 0, {"noise": 0, "drift_per_h": 0.0, "fusion": True, "times_h": (1.0, 9.0)})
    v = powder.values
    whole = powder["boron"] * v["mass.B"] / (powder["silicon"] * v["mass.Si"])
    found = ICP.analyse([batch])
    assert [f.value for f in named(found, "b_si_mass_ratio")] == pytest.approx([whole, whole], rel=3e-3)


@pytest.mark.parametrize("drift", [-0.2, 0.2])
def test_drift_is_taken_out_by_the_checks_and_found(drift, powder):
    settings = {"noise": 0, "internal_standard": False, "drift_per_h": drift}
    found = ICP.analyse(ICP.simulate(powder, 0, settings))
    (told,) = named(found, "drift_B")
    assert np.sign(told.value) == np.sign(drift)
    flat = ICP.analyse(ICP.simulate(powder, 0, {**settings, "drift_per_h": 0.0}))
    for a, b in zip(named(found, "b_si_mass_ratio"), named(flat, "b_si_mass_ratio"), strict=True):
        assert a.value == pytest.approx(b.value, rel=2e-3)


def test_too_dilute_is_not_resolved(powder):
    found = ICP.analyse(ICP.simulate(powder, 0, {"dilution": 1e5}))
    assert all("below the limit of quantification" in f.notes[0] for f in named(found, "b_si_mass_ratio"))


def test_limit_of_detection_is_three_sd_of_the_blank(powder):
    (batch,) = ICP.simulate(powder, 0, {"internal_standard": False, "drift_per_h": 0.0})
    data = batch.data
    blank = (data["type"].values == "blank") & (data["element"].values == "B")
    groups = [(data["counts"] / data["dwell_s"]).values[blank & (data["sequence"].values == s)]
              for s in np.unique(data["sequence"].values[blank])]  # fmt: skip
    pooled = np.sqrt(np.mean([np.var(g, ddof=1) for g in groups]))
    found = quantify(batch, Values()).elements["B"].detection
    assert found == pytest.approx(3 * pooled / 2e4, rel=0.05)


@pytest.mark.parametrize(
    ("value", "low", "bound", "words"),
    [
        (0.51, 0.50, 0.25, "0.250/0.510 = 49%"),
        (0.2, 0.19, 0.25, "not above"),
        (0.26, 0.24, 0.25, "not resolved from"),
    ],
)
def test_bound_in_words(value, low, bound, words):
    assert words in bound_note(value, low, bound)[0]
    assert bound_note(value, low, None) == []


def test_bound_of_a_recipe(powder):
    (batch,) = ICP.simulate(powder, 0)
    (bound,) = named(ICP.analyse([batch], {"recipe": "B-SiOC-3"}), "b_si_bound")
    assert bound.value == pytest.approx(0.5 * 10.81 / 61.831 / 0.3455, rel=1e-6)
    (bound,) = named(ICP.analyse([batch], {"feed_b_si": 0.3}), "b_si_bound")
    assert bound.value == 0.3


@pytest.mark.parametrize("choices", [{"feed": 1}, {"feed_b_si": -1}, {"recipe": "SiOC"}])
def test_bad_choices(choices, powder):
    with pytest.raises(InputError):
        ICP.analyse(ICP.simulate(powder, 0), choices)


@pytest.mark.parametrize(
    "settings",
    [{"times_h": []}, {"times_h": [-1]}, {"replicates": 1}, {"replicates": 2.5},
     {"standards_mg_L": [1]}, {"dilution": 0}, {"noise": -1},
     {"drift_per_h": 5}, {"internal_standard": 1}, {"fusion": "yes"}, {"time": 3}],
)  # fmt: skip
def test_bad_settings(settings, powder):
    with pytest.raises(InputError):
        ICP.simulate(powder, 0, settings)


@pytest.mark.parametrize("kind", ["blank", "standard"])
def test_a_batch_without_blank_or_standards_is_refused(kind, powder):
    (batch,) = ICP.simulate(powder, 0)
    keep = batch.data.isel(reading=np.flatnonzero(batch.data["type"].values != kind))
    with pytest.raises(DataError, match="blank and two different standards"):
        ICP.analyse([Measurement("icp", keep, "measured")])


def test_a_solution_without_silicon_is_refused(powder):
    (batch,) = ICP.simulate(powder, 0)
    data = batch.data
    gone = (data["element"].values == "Si") & (data["sequence"].values == 8)
    with pytest.raises(DataError, match="solution 8 has no reading of Si"):
        ICP.analyse([Measurement("icp", data.isel(reading=np.flatnonzero(~gone)), "measured")])


def test_tables_give_a_ratio_without_interval():
    data = xr.Dataset(
        {
            "label": ("solution", np.array(["S1", "S1", "blank"], dtype=object)),
            "element": ("solution", np.array(["B", "Si", "B"], dtype=object)),
            "concentration": ("solution", [1.5, 5.0, 0.1]),
        }
    )
    (found,) = ICP.analyse([Measurement("icp", data, "measured")])
    assert found.value == pytest.approx(0.3)
    assert np.isnan(found.low)


def test_real_traces_say_what_they_lack(shared_data):
    analysis = analyse_file(shared_data("icp") / "B10-F_A.csv")
    (ratio_,) = named(analysis.findings, "b_si_mass_ratio")
    assert not ratio_.resolved
    (boron,) = named(analysis.findings, "signal_B11")
    assert boron.value == pytest.approx(260.26, abs=0.01)
    assert analysis.plot().axes


def test_file_round_trip_and_figure(powder, tmp_path):
    batch = ICP.simulate(powder, 0)
    (path,) = ICP.write(batch, tmp_path, "x")
    (again,) = formats.read(path)
    assert again.origin == "synthetic"
    a, b = ICP.analyse(batch), ICP.analyse([again])
    assert [f.value for f in a] == pytest.approx([f.value for f in b], rel=1e-9, nan_ok=True)
    assert "SYNTHETIC" in analyse_file(path).plot()._suptitle.get_text()


def test_intervals_hold_the_truth():
    found = study_module().study(60, 5000)
    assert found["coverage"] >= 0.78  # 60 batches: three standard errors below 0.90
    assert found["resolved"] > 0.9
    assert abs(found["bias"]) < 0.01
