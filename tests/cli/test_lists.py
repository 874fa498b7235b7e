"""Lists and records: recipes, info, parameters, the verdicts after reproduce."""

import json
import sys
import types

import pytest

from nanokiln.core.evidence import Evidence
from nanokiln.core.parameters import load_all
from nanokiln.recipe import parse_recipe, shipped
from nanokiln.study.ledger import Claim, Ledger, Outcome, Verdict


@pytest.fixture
def ledger() -> Ledger:
    words = [f"text {n}" for n in range(9)]
    claims = [Claim(f"C00{n}", *words, "prediction", "1") for n in (1, 2, 3)]
    outcomes = (Outcome.MET, Outcome.MET, Outcome.MISSED)
    return Ledger(
        tuple(
            Verdict(claim, outcome, 1.0, 0.5, 1.5, "1", Evidence.PREDICTED, "compared")
            for claim, outcome in zip(claims, outcomes, strict=True)
        )
    )


def test_recipes_are_listed(run):
    done = run("recipes")
    assert done.code == 0
    names = [line.split()[0] for line in done.out.splitlines()[1:]]
    assert names == [name.split()[0] for name in shipped()]
    assert [r["name"] for r in json.loads(run("recipes", "--json").out)] == list(shipped())


def test_a_recipe_is_printed_as_toml(run):
    assert 'name = "B-SiOC-2"' in run("recipes", "b-sioc-2").out
    full = run("recipes", "B-SiOC-2-before", "--full").out
    assert parse_recipe(full).stage == "before"
    assert json.loads(run("recipes", "B-SiOC-2", "--json").out)["additive_ratio"] == 0.3


def test_a_recipe_in_a_file_is_printed(run, tmp_path):
    (tmp_path / "own.toml").write_text('# mine\nbase = "B-SiOC-2"\nname = "own"\n')
    assert run("recipes", tmp_path / "own.toml").out.startswith("# mine\n")
    assert 'name = "own"' in run("recipes", tmp_path / "own.toml", "--full").out


def test_info_about_the_installation(run):
    record = json.loads(run("info", "--json").out)
    assert "numpy" in record["versions"]
    assert "xps" in record["techniques"]


def test_info_lists_every_parameter(run):
    records = json.loads(run("info", "--parameters", "--json").out)
    assert [r["id"] for r in records] == list(load_all())
    assert {"id", "symbol", "value", "unit", "low", "high", "tag", "source", "calibrated_on"} <= records[
        0
    ].keys()
    lines = run("info", "--parameters").out.splitlines()
    assert len(lines) == len(records) + 1
    row = next(line for line in lines if line.startswith("b2o3.glass_transition "))
    assert "533" in row


def test_info_about_a_sample(run, sample_file):
    record = json.loads(run("info", sample_file, "--json").out)
    assert (record["kind"], record["recipe"], record["stage"], record["seed"]) == (
        "sample",
        "B-SiOC-2",
        "product",
        3,
    )
    assert record["overrides"] == {"n2.mass_error": 0.001}
    assert "numpy" in record["versions"]
    assert "n2.mass_error" in run("info", sample_file).out


def test_info_about_a_synthetic_file(run, instrument_files):
    record = json.loads(run("info", instrument_files / "S-xps.vms", "--json").out)
    assert record["kind"] == "synthetic instrument file"
    assert record["technique"] == "xps"
    assert record["seed"] == 5
    beside = json.loads(run("info", instrument_files / "S-xps.vms.provenance.json", "--json").out)
    assert (beside["kind"], beside["made by"]) == ("provenance record", "nanokiln measure")


def test_info_about_a_measured_file(run, shared_data):
    record = json.loads(run("info", shared_data("n2_sorption") / "DUT-67-N2_77K.aif", "--json").out)
    assert (record["kind"], record["origin"], record["format"]) == ("instrument file", "measured", "AIF")
    assert "made by" not in record


def test_info_about_a_recipe(run, tmp_path):
    (tmp_path / "own.toml").write_text('base = "B-SiOC-2"\nname = "own"\n')
    record = json.loads(run("info", tmp_path / "own.toml", "--json").out)
    assert (record["kind"], record["name"], record["stage"]) == ("recipe", "own", "product")


def test_info_about_a_ledger(run, ledger, tmp_path):
    for path in ledger.write(tmp_path):
        record = json.loads(run("info", path, "--json").out)
        assert record["kind"] == "ledger"
        assert record["verdicts"] == {"met": 2, "missed": 1}


@pytest.mark.parametrize("with_ledger", [True, False])
def test_reproduce_prints_the_report_and_counts_the_verdicts(run, ledger, tmp_path, monkeypatch, with_ledger):
    asked = []

    def reproduce(out, quality, jobs, seed, progress):
        asked.append((out, quality, jobs, seed))
        progress("half way", 0.5)
        if with_ledger:
            ledger.write(out)
        return out / "report.html"

    module = types.ModuleType("nanokiln.paper.reproduce")
    module.reproduce = reproduce
    monkeypatch.setitem(sys.modules, "nanokiln.paper.reproduce", module)
    done = run("reproduce", "--out", tmp_path, "--jobs", 3, "--seed", 7)
    assert done.code == 0
    assert done.out == f"{tmp_path / 'report.html'}\n"
    assert asked == [(tmp_path, "draft", 3, 7)]
    lines = done.err.splitlines()
    assert [line.split() for line in lines[1:]] == ([["met", "2"], ["missed", "1"]] if with_ledger else [])
    assert bool(lines) == with_ledger
