"""From a recipe to findings and back: fire, measure, analyse, info, rerun."""

import json
import shutil

import pytest
import xarray as xr

from nanokiln.core.provenance import Provenance
from nanokiln.sample import Sample

WRITTEN = ("S-n2_sorption.aif", "S-sizing-after.csv", "S-sizing-before.csv", "S-xps.vms")


def test_fire_prints_the_path_and_says_the_rest_on_standard_error(run, tmp_path):
    done = run("fire", "b-sioc-2", "--spheres", 30, "--set", "M8=1e-9", "--out", tmp_path / "a" / "S.nc")
    assert done.code == 0
    assert done.out == f"{tmp_path / 'a' / 'S.nc'}\n"
    assert "outside its credible range" in done.err
    sample = Sample.load(tmp_path / "a" / "S.nc")
    assert sample.values["M8"] == 1e-9
    assert sample.architecture.sizes["sphere"] == 30


def test_fire_as_json(run, tmp_path):
    done = run("fire", "B-SiOC-2-before", "--spheres", 30, "--out", tmp_path / "S.nc", "--json")
    record = json.loads(done.out)
    assert record["stage"] == "before"
    assert record["state"]["diameter_before_nm"]["unit"] == "nm"


def test_fire_takes_what_recipes_prints(run, tmp_path):
    for option in ([], ["--full"]):
        text = run("recipes", "B-SiOC-2", *option).out
        (tmp_path / "own.toml").write_text(text, "utf-8")
        out = tmp_path / f"{len(option)}.nc"
        assert run("fire", tmp_path / "own.toml", "--spheres", 30, "--out", out).code == 0
    first, second = (Sample.load(tmp_path / f"{n}.nc") for n in (0, 1))
    xr.testing.assert_identical(first.architecture, second.architecture)


def test_measure_writes_instrument_files_and_records_beside_them(instrument_files, sample_file):
    names = {path.name for path in instrument_files.iterdir()}
    assert names == {*WRITTEN, *(f"{name}.provenance.json" for name in WRITTEN)}
    record = Provenance.from_json((instrument_files / "S-xps.vms.provenance.json").read_text())
    assert (record.action, record.seed, record.inputs["technique"]) == ("measure", 5, "xps")
    made_from = Sample.load(sample_file).provenance
    assert record.inputs["sample"]["seed"] == made_from.seed == 3
    assert record.inputs["sample"]["inputs"]["recipe"] == made_from.inputs["recipe"]
    assert "n2.mass_error" not in (instrument_files / "S-n2_sorption.aif").read_text()


def test_instrument_settings_reach_their_instrument(run, sample_file, tmp_path):
    words = ("--with", "sizing,n2_sorption", "--set-instrument", "sizing.count=50", "n2_sorption.mass_g=0.25")
    done = run("measure", sample_file, *words, "--out", tmp_path, "--json")
    assert done.code == 0
    assert len(json.loads(done.out)) == 3
    found = json.loads(run("analyse", tmp_path / "S-sizing-after.csv", "--json").out)
    assert {f["name"]: f["value"] for f in found}["particle_count"] == 50
    record = json.loads((tmp_path / "S-n2_sorption.aif.provenance.json").read_text())
    assert record["inputs"]["settings"] == {"mass_g": 0.25}


def test_a_failing_instrument_leaves_no_file_of_another(run, sample_file, tmp_path, monkeypatch):
    from nanokiln import techniques

    def fails(*_unused):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(techniques.get("n2_sorption"), "write", fails, raising=False)
    done = run("measure", sample_file, "--with", "sizing,n2_sorption", "--out", tmp_path / "new")
    assert done.code == 2
    assert "No space left" in done.err
    assert list((tmp_path / "new").iterdir()) == []


def test_analyse_says_what_it_took_the_file_for(run, instrument_files):
    done = run("analyse", instrument_files / "S-n2_sorption.aif")
    assert done.code == 0
    head = done.out.splitlines()[0]
    assert "n2_sorption" in head
    assert "AIF (sure 100%)" in head
    assert "SYNTHETIC" in head
    assert "bet_area" in done.out


def test_analyse_as_json_is_a_list_of_findings(run, instrument_files):
    files = sorted(instrument_files.glob("S-*"))  # the records among them are left out
    done = run("analyse", *files, "--json")
    assert done.code == 0
    found = json.loads(done.out)
    keys = {"name", "value", "low", "high", "unit", "evidence", "technique", "file", "notes"}
    assert all(keys <= finding.keys() for finding in found)
    assert {finding["technique"] for finding in found} == {"n2_sorption", "sizing", "xps"}
    assert {finding["evidence"] for finding in found} == {"predicted"}
    assert len(done.err.splitlines()) == len(WRITTEN)


def test_analyse_together_finds_the_change(run, instrument_files):
    files = [instrument_files / f"S-sizing-{when}.csv" for when in ("before", "after")]
    names = {f["name"] for f in json.loads(run("analyse", *files, "--together", "--json").out)}
    assert "diameter_change" in names
    alone = {f["name"] for f in json.loads(run("analyse", *files, "--json").out)}
    assert "diameter_change" not in alone


def test_analyse_together_refuses_different_techniques(run, instrument_files):
    done = run("analyse", *(instrument_files / name for name in WRITTEN), "--together")
    assert done.code == 2
    assert "one technique" in done.err


def test_choices_reach_the_analysis(run, instrument_files):
    words = ("--choice", "range=0.01,0.1", "--json")
    found = {
        f["name"]: f["value"] for f in json.loads(run("analyse", instrument_files / WRITTEN[0], *words).out)
    }
    assert 0.01 <= found["bet_range_low"] < found["bet_range_high"] <= 0.1


def test_figures_are_written(run, instrument_files, tmp_path):
    done = run("analyse", instrument_files / WRITTEN[0], "--plot", tmp_path / "figures")
    assert done.code == 0
    figure = tmp_path / "figures" / f"{WRITTEN[0]}.png"
    assert [figure] == list((tmp_path / "figures").iterdir())
    assert figure.read_bytes().startswith(b"\x89PNG")
    assert str(figure) in done.err


def test_a_measured_file_is_said_to_be_measured(run, shared_data):
    done = run("analyse", shared_data("n2_sorption") / "DUT-67-N2_77K.aif")
    assert done.code == 0
    assert done.out.splitlines()[0].endswith("measured")
    assert "SYNTHETIC" not in done.out


def test_rerun_of_a_sample_is_identical(run, sample_file, tmp_path):
    done = run("rerun", sample_file, "--out", tmp_path / "again.nc")
    assert done.code == 0, done.out
    assert "identical" in done.out
    old, new = Sample.load(sample_file), Sample.load(tmp_path / "again.nc")
    xr.testing.assert_identical(old.state, new.state)
    assert new.provenance.overrides == {"n2.mass_error": 0.001}


def test_rerun_notices_a_changed_number(run, sample_file, tmp_path):
    from dataclasses import replace

    sample = Sample.load(sample_file)
    changed = sample.state.assign(film_nm=sample.state["film_nm"] + 0.5)
    replace(sample, state=changed).save(tmp_path / "S.nc")
    done = run("rerun", tmp_path / "S.nc", "--json")
    assert done.code == 1
    record = json.loads(done.out)
    assert not record["identical"]
    different = {d["name"]: d["largest"] for d in record["compared"] if not d["identical"]}
    assert different == {"state/film_nm": pytest.approx(0.5)}
    assert "state/film_nm: largest difference 0.5" in run("rerun", tmp_path / "S.nc").out


def test_rerun_says_which_library_changed(run, sample_file, tmp_path):
    from dataclasses import replace

    sample = Sample.load(sample_file)
    libraries = {**sample.provenance.libraries, "numpy": "0.1"}
    replace(sample, provenance=replace(sample.provenance, libraries=libraries)).save(tmp_path / "S.nc")
    done = run("rerun", tmp_path / "S.nc")
    assert done.code == 0
    assert "numpy 0.1 is now" in done.err


@pytest.mark.parametrize("name", WRITTEN)
def test_rerun_of_an_instrument_file_is_the_same_to_the_byte(run, instrument_files, name):
    done = run("rerun", instrument_files / name)
    assert done.code == 0, done.out
    assert "every byte" in done.out


def test_rerun_of_a_changed_instrument_file_differs(run, instrument_files, tmp_path):
    for name in (WRITTEN[1], f"{WRITTEN[1]}.provenance.json"):
        shutil.copy(instrument_files / name, tmp_path)
    file = tmp_path / WRITTEN[1]
    file.write_text(file.read_text() + "1.0\n")
    done = run("rerun", f"{file}.provenance.json", "--out", tmp_path / "again.csv")
    assert done.code == 1
    assert "first difference in line" in done.out
    assert (tmp_path / "again.csv").read_bytes() == (instrument_files / WRITTEN[1]).read_bytes()
    assert run("rerun", tmp_path / "again.csv").code == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"action": "bake"}, "cannot repeat the action 'bake'"),
        ({"inputs": {}}, "has no 'technique'"),
        (
            {"inputs": {"technique": "xps", "stem": "S", "file": "S", "sample": {"a": 1}, "settings": {}}},
            "sample",
        ),
    ],
)
def test_a_damaged_record_is_told(run, instrument_files, tmp_path, change, words):
    shutil.copy(instrument_files / "S-xps.vms", tmp_path)
    record = json.loads((instrument_files / "S-xps.vms.provenance.json").read_text())
    (tmp_path / "S-xps.vms.provenance.json").write_text(json.dumps(record | change))
    done = run("rerun", tmp_path / "S-xps.vms")
    assert done.code == 2
    assert words in done.err
