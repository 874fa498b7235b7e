"""The example studies: nothing is wrong with one, and every mistake planted in the other is found."""

import csv
import json
from pathlib import Path

import pytest

from nanokiln.cli import main

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
ALARMS = ("impossible", "doubtful")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def studied(tmp_path_factory):
    """Both studies, treated."""
    out = tmp_path_factory.mktemp("examples")
    for name in ("three-powders", "planted-errors"):
        assert main(["study", str(EXAMPLES / name), "--out", str(out / name)]) == 0
    return out


def test_no_false_alarm(studied):
    audit = rows(studied / "three-powders" / "audit.csv")
    assert [r for r in audit if r["answer"] in ALARMS] == []
    assert len({r["check"] for r in audit if r["answer"] == "consistent"}) >= 18


def test_the_clean_study_is_complete(studied):
    files = rows(studied / "three-powders" / "files.csv")
    used = {(r["sample"], r["technique"]) for r in files if r["result"] == "analysed"}
    techniques = {t for _, t in used}
    assert techniques >= {
        "cycling", "eds", "eis", "ftir", "icp", "n2_sorption", "raman", "sem", "sizing", "tga", "xps", "xrd",
    }  # fmt: skip
    assert used == {(s, t) for s in ("SiOC", "B-SiOC-2", "B-SiOC-3") for t in techniques}
    standing = {r["standing"] for r in rows(studied / "three-powders" / "claims.csv")}
    assert standing >= {"supported", "contradicted", "not resolved"}


def test_all_samples_are_laid_over_each_other(studied):
    out = studied / "three-powders"
    drawn = json.loads((out / "study.json").read_text(encoding="utf-8"))["all_samples"]
    assert drawn.keys() >= {"cycling", "eds", "eis", "n2_sorption", "sizing", "tga", "xps", "xrd"}
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "0 files were left alone" in report  # plan, claims and records of the simulator do not count
    for technique, files in drawn.items():
        assert sum(name.startswith("figures/") for name in files) == 6
        assert all((out / name).stat().st_size > 0 for name in files)
        picture = (out / f"figures/all-{technique}-double.svg").read_text(encoding="utf-8")
        assert "SYNTHETIC" in picture
        assert f"figures/all-{technique}-single" in report


def test_every_planted_mistake_is_found(studied):
    planted = rows(EXAMPLES / "planted.csv")
    assert len(planted) >= 12
    found = {(r["check"], r["sample"], r["answer"]) for r in rows(studied / "planted-errors" / "audit.csv")}
    assert [p for p in planted if (p["check"], p["sample"], p["answer"]) not in found] == []


def test_every_alarm_is_a_planted_one(studied):
    """Checks that were given nothing to find find nothing."""
    meant = {p["check"] for p in rows(EXAMPLES / "planted.csv")}
    audit = rows(studied / "planted-errors" / "audit.csv")
    assert {r["check"] for r in audit if r["answer"] in ALARMS} <= meant


def test_every_file_is_marked_as_simulated():
    for path in sorted(EXAMPLES.glob("*/*")):
        if path.suffix not in (".json", ".toml") and path.name != "claims.csv":
            assert b"SYNTHETIC" in path.read_bytes(), path


def test_simulated_files_carry_their_recipe():
    records = sorted((EXAMPLES / "three-powders").glob("*.provenance.json"))
    assert len(records) >= 20
    for path in records:
        record = json.loads(path.read_text(encoding="utf-8"))
        assert path.with_name(path.name.removesuffix(".provenance.json")).exists()
        assert {"inputs", "seed", "libraries"} <= record.keys()
