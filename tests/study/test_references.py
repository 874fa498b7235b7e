"""Silicon spectra correct the axis of the Raman spectra they were taken with."""

import csv
import shutil
from pathlib import Path

import pytest

from nanokiln.study.audit import Answer
from nanokiln.study.judged import audit_of
from nanokiln.study.run import treat
from nanokiln.study.tables import write_tables

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "three-powders"


@pytest.fixture
def folder(tmp_path):
    """Make an empty folder for simulated files."""
    place = tmp_path / "files"
    place.mkdir()
    (place / "study.toml").write_text("synthetic = true\n")
    return place


def take(folder, name, new=None):
    target = folder / (new or name)
    target.parent.mkdir(exist_ok=True)
    shutil.copyfile(EXAMPLE / name, target)


def found(group):
    return {f.name: f for f in group.findings}


def test_each_sample_is_served_by_its_own_silicon(folder, tmp_path):
    for name in ("SiOC", "B-SiOC-2"):
        take(folder, f"{name}-raman.jdx")
        take(folder, f"{name}-raman-silicon.jdx")
    result = treat(folder, tmp_path / "out", jobs=1)
    assert [(g.sample, g.files) for g in result.groups] == [
        ("B-SiOC-2", ("B-SiOC-2-raman.jdx", "B-SiOC-2-raman-silicon.jdx")),
        ("SiOC", ("SiOC-raman.jdx", "SiOC-raman-silicon.jdx")),
    ]
    for group in result.groups:
        assert group.findings[0].file == f"{group.sample}-raman.jdx"
        assert found(group)["id_ig_height"].resolved
        assert found(group)["silicon_position"].resolved


def test_one_silicon_beside_the_spectra_serves_all_and_is_no_sample(folder, tmp_path):
    for name in ("SiOC", "B-SiOC-2"):
        take(folder, f"{name}-raman.jdx", f"raman/{name}.jdx")
    take(folder, "SiOC-raman-silicon.jdx", "raman/silicon.jdx")
    result = treat(folder, tmp_path / "out", jobs=1)
    assert [g.sample for g in result.groups] == ["B-SiOC-2", "SiOC"]
    assert all(g.files[1:] == ("raman/silicon.jdx",) for g in result.groups)
    assert len({found(g)["silicon_position"].value for g in result.groups}) == 1
    alarms = [r for r in audit_of(result, folder) if r.answer is Answer.IMPOSSIBLE]
    assert alarms == []  # one file in two analyses is no copy
    write_tables(result, [])
    with (tmp_path / "out" / "files.csv").open(newline="", encoding="utf-8") as stream:
        rows = {r["path"]: r["sample"] for r in csv.DictReader(stream)}
    assert rows["raman/silicon.jdx"] == "several"


def test_silicon_that_serves_nothing_is_analysed_for_itself(folder, tmp_path):
    take(folder, "SiOC-raman-silicon.jdx", "silicon-raman.jdx")
    (group,) = treat(folder, tmp_path / "out", jobs=1).groups
    assert (group.sample, group.files) == ("silicon", ("silicon-raman.jdx",))
    assert found(group)["silicon_position"].resolved
