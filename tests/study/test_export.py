"""A finished study for others: what is written is read back, described, and hashed."""

import hashlib
import json
import shutil
from pathlib import Path
from urllib.parse import unquote

import h5py
import numpy as np
import pytest

from nanokiln import formats
from nanokiln.cli import main
from nanokiln.study.export.ro_crate import METADATA, NO_LICENCE

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "three-powders"
FILES = ("n2_sorption.aif", "sizing-after.csv", "cycling.bdf.csv", "eds-map.hspy", "sem.tif", "icp.csv")
RENAMED = "B-SiOC-2 n2_sorption ü.aif"  # crates and other programs must bear such names, too


@pytest.fixture(scope="module")
def studied(tmp_path_factory) -> tuple[Path, Path]:
    """The folder and the results of a study of one whole sample and two files of another."""
    top = tmp_path_factory.mktemp("export")
    root = top / "in"
    root.mkdir()
    for name in FILES:
        shutil.copy(EXAMPLES / f"SiOC-{name}", root)
    shutil.copy(EXAMPLES / "SiOC-icp.csv.provenance.json", root)
    shutil.copy(EXAMPLES / "B-SiOC-2-n2_sorption.aif", root / RENAMED)
    shutil.copy(EXAMPLES / "B-SiOC-2-cycling.bdf.csv", root)
    (root / "study.toml").write_text('title = "Two powders"\nsynthetic = true\n')
    assert main(["study", str(root), "--out", str(top / "out")]) == 0
    return root, top / "out"


def export(studied: tuple[Path, Path], target: str, out: Path, *more: str) -> list[Path]:
    before = sorted(p for p in studied[0].rglob("*"))
    assert main(["export", str(studied[1]), "--to", target, "--out", str(out), *more]) == 0
    assert sorted(p for p in studied[0].rglob("*")) == before
    return sorted(p for p in out.rglob("*") if p.is_file())


@pytest.mark.parametrize(
    ("target", "pattern", "technique"),
    [("bdf", "*cycling*", "cycling"), ("aif", "*n2_sorption*", "n2_sorption")],
)
def test_exchange_files_hold_the_numbers_of_the_originals(studied, tmp_path, target, pattern, technique):
    written = export(studied, target, tmp_path / "out")
    originals = sorted(studied[0].glob(pattern))
    assert len(written) == len(originals) == 2
    for path, original in zip(written, originals, strict=True):
        assert technique == formats.guess(path).module.TECHNIQUE
        (new,), (old,) = formats.read(path), formats.read(original)
        assert new.origin == old.origin == "synthetic"
        assert set(new.data.variables) == set(old.data.variables)
        for name in old.data.variables:
            np.testing.assert_allclose(new.data[name].values, old.data[name].values, rtol=1e-12, atol=1e-15)
            assert new.data[name].attrs["units"] == old.data[name].attrs["units"]


def test_aif_is_read_by_another_program(studied, tmp_path):
    from pygaps.parsing.aif import isotherm_from_aif

    for path in export(studied, "aif", tmp_path / "out"):
        isotherm = isotherm_from_aif(str(path))
        (own,) = formats.read(path)
        assert isotherm.data_raw.shape[0] == own.data.sizes["point"]
        np.testing.assert_allclose(isotherm.data_raw["loading"], own.data["loading"].values)


def test_nexus_holds_every_measurement(studied, tmp_path):
    export(studied, "nexus", tmp_path / "out")
    with h5py.File(tmp_path / "out" / "study.nxs") as root:
        assert root.attrs["NX_class"] == "NXroot"
        assert root.attrs["default"] in root
        seen = {}
        for entry in root.values():
            assert entry.attrs["NX_class"] == "NXentry"
            assert entry["sample"].attrs["NX_class"] == "NXsample"
            assert entry["sample/type"].asstr()[()] == "simulated data"
            own = entry["nanokiln"]
            assert own["origin"].asstr()[()] == "synthetic"
            data = entry[entry.attrs["default"]]
            assert data.attrs["NX_class"] == "NXdata"
            signal = data[data.attrs["signal"]]
            assert signal.attrs["units"]
            assert len(data.attrs["axes"]) == signal.ndim
            for dim, axis in enumerate(data.attrs["axes"]):
                if axis != ".":
                    assert data[axis].shape == (signal.shape[dim],)
                    assert data[axis].attrs["units"]
                    assert data.attrs[f"{axis}_indices"] == dim
            seen.setdefault(own["file"].asstr()[()], []).append(data)
            assert entry["sample/name"].asstr()[()].split()[0] in ("SiOC", "B-SiOC-2")
        instruments = {p.name for p in studied[0].iterdir() if p.suffix not in (".json", ".toml")}
        assert set(seen) == instruments
        for name, groups in seen.items():
            for data, m in zip(groups, formats.read(studied[0] / name), strict=True):
                signal = data.attrs["signal"]
                np.testing.assert_array_equal(data[signal][()], m.data[signal].values)
        assert list(seen["SiOC-eds-map.hspy"][0].attrs["axes"]) == ["y_nm", "x_nm", "energy"]
        assert list(seen["SiOC-sem.tif"][0].attrs["axes"]) == ["y_nm", "x_nm"]
        assert seen["SiOC-icp.csv"][0]["element"].asstr()[0] == "B"


def test_nexus_is_the_same_every_time(studied, tmp_path):
    twice = [export(studied, "nexus", tmp_path / name)[0].read_bytes() for name in ("a", "b")]
    assert twice[0] == twice[1]
    assert main(["export", str(studied[1]), "--to", "nexus", "--out", str(tmp_path / "own.nxs")]) == 0
    assert (tmp_path / "own.nxs").read_bytes() == twice[0]


@pytest.fixture(scope="module")
def crate(studied, tmp_path_factory) -> tuple[Path, dict[str, dict]]:
    """A crate and its entities by id."""
    out = tmp_path_factory.mktemp("crate") / "crate"
    export(studied, "ro-crate", out, "--license", "CC-BY-4.0")
    record = json.loads((out / METADATA).read_text(encoding="utf-8"))
    assert record["@context"][0] == "https://w3id.org/ro/crate/1.1/context"
    ids = [e["@id"] for e in record["@graph"]]
    assert len(ids) == len(set(ids))
    return out, {e["@id"]: e for e in record["@graph"]}


def references(value: object) -> list[str]:
    if isinstance(value, dict):
        return [value["@id"]] if set(value) == {"@id"} else [r for v in value.values() for r in references(v)]
    return [r for v in value for r in references(v)] if isinstance(value, list) else []


def test_a_crate_is_one_by_the_rules(crate):
    _, entities = crate
    descriptor, root = entities[METADATA], entities["./"]
    assert descriptor["about"] == {"@id": "./"}
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    assert descriptor["@type"] == "CreativeWork"
    assert root["@type"] == "Dataset"
    assert {"name", "description", "datePublished", "license"} <= root.keys()
    assert root["license"]["@id"] == "https://spdx.org/licenses/CC-BY-4.0"
    known = {*entities, "https://w3id.org/ro/crate/1.1"}
    assert [r for e in entities.values() for r in references(e) if r not in known] == []
    for entity in entities.values():
        assert entity["@type"]
        assert isinstance(entity["@type"], str)


def test_a_crate_lists_every_file_with_hash_and_size(crate, studied):
    out, entities = crate
    there = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()} - {METADATA}
    listed = {unquote(i): e for i, e in entities.items() if e["@type"] == "File"}
    assert set(listed) == there
    assert {unquote(p["@id"]) for p in entities["./"]["hasPart"]} == there
    for name, entity in listed.items():
        raw = (out / name).read_bytes()
        assert entity["sha256"] == hashlib.sha256(raw).hexdigest()
        assert int(entity["contentSize"]) == len(raw)
        assert " " not in entity["@id"]
    for path in studied[0].iterdir():
        if path.name != "study.toml":
            assert (out / "files" / path.name).read_bytes() == path.read_bytes()
    assert "results/report.html" in there
    assert any(name.startswith("results/figures/all-") for name in there)
    assert not any("cache" in name for name in there)


def test_a_crate_says_what_was_made_from_what(crate, studied):
    _, entities = crate
    actions = [e for e in entities.values() if e["@type"] == "CreateAction"]
    made = {r["@id"] for a in actions for r in a["result"]}
    used = {o["@id"] for a in actions for o in a["object"]}
    assert {e["@id"] for e in entities.values() if e["@id"].startswith("results/")} == made
    instruments = {i for i in entities if i.startswith("files/") and not i.endswith(".provenance.json")}
    assert used == instruments
    assert all("SYNTHETIC" in entities[i]["description"] for i in instruments)
    findings = [e for e in entities.values() if e["@type"] == "PropertyValue"]
    record = json.loads((studied[1] / "study.json").read_text(encoding="utf-8"))
    assert len(findings) == len(record["findings"])
    (area,) = [f for f in findings if f["name"] == "bet_area" and f["description"].startswith("SiOC")]
    assert area["minValue"] < area["value"] < area["maxValue"]
    assert area["unitText"] == "m2/g"


def test_a_crate_without_a_licence_says_so(studied, tmp_path):
    export(studied, "ro-crate", tmp_path / "out")
    record = json.loads((tmp_path / "out" / METADATA).read_text(encoding="utf-8"))
    (root,) = [e for e in record["@graph"] if e["@id"] == "./"]
    assert root["license"] == NO_LICENCE


def complaint(capsys, *words: str) -> str:
    assert main(["export", *words]) == 2
    return capsys.readouterr().err


def test_wrong_use_is_told(studied, tmp_path, capsys):
    root, out = studied
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("keep me")
    assert "not an empty folder" in complaint(
        capsys, str(out), "--to", "ro-crate", "--out", str(tmp_path / "full")
    )
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["mine.txt"]
    assert "no results of a study" in complaint(capsys, str(root), "--to", "bdf")
    assert "no results of a study" in complaint(capsys, str(tmp_path / "nowhere"), "--to", "bdf")
    assert "is a file" in complaint(capsys, str(out / "study.json"), "--to", "nexus")
    assert "is a folder" in complaint(capsys, str(out), "--to", "vtk")
    assert "--stage" in complaint(capsys, str(out), "--to", "bdf", "--stage", "hold")
    assert "--licence" in complaint(capsys, str(out), "--to", "bdf", "--license", "MIT")
    assert "--files" in complaint(capsys, "S.nc", "--to", "vtk", "--files", str(root))


def test_moved_and_changed_files_are_noticed(studied, tmp_path, capsys):
    root, out = studied
    shutil.copytree(root, tmp_path / "moved")
    shutil.copytree(out, tmp_path / "results" / "deep" / "out")
    lone = str(tmp_path / "results" / "deep" / "out")
    assert "--files" in complaint(capsys, lone, "--to", "aif")
    words = [lone, "--to", "aif", "--files", str(tmp_path / "moved"), "--out", str(tmp_path / "new")]
    assert main(["export", *words]) == 0
    with (tmp_path / "moved" / RENAMED).open("a", encoding="utf-8") as stream:
        stream.write("# touched\n")
    assert "was changed since" in complaint(capsys, *words)
    (tmp_path / "moved" / RENAMED).unlink()
    assert "is gone" in complaint(capsys, *words)


def test_a_technique_that_is_not_there_is_told(tmp_path, capsys):
    root = tmp_path / "in"
    root.mkdir()
    shutil.copy(EXAMPLES / "SiOC-sizing-after.csv", root)
    (root / "study.toml").write_text("synthetic = true\n")
    assert main(["study", str(root), "--out", str(tmp_path / "out")]) == 0
    capsys.readouterr()
    assert "no file of cycling" in complaint(capsys, str(tmp_path / "out"), "--to", "bdf")
