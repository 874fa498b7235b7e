"""A folder of files from beginning to end, at the command line."""

import csv
import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from nanokiln.cli import main
from nanokiln.core.errors import InputError
from nanokiln.study.beside import FAR, differences, simulate_beside
from nanokiln.study.judged import recipes_of
from nanokiln.study.run import treat

SYNTHETIC = 'synthetic = true\n[samples.S]\nrecipe = "B-SiOC-2"\n'


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> Path:
    """Two techniques of one sample, as virtual instruments wrote them."""
    folder = tmp_path_factory.mktemp("made")
    assert main(["fire", "B-SiOC-2", "--spheres", "40", "--voxels", "0", "--out", str(folder / "S.nc")]) == 0
    assert (
        main(["measure", str(folder / "S.nc"), "--with", "n2_sorption,sizing", "--out", str(folder / "in")])
        == 0
    )
    return folder / "in"


@pytest.fixture
def folder(files, tmp_path) -> Path:
    shutil.copytree(files, tmp_path / "in")
    (tmp_path / "in" / "study.toml").write_text(SYNTHETIC)
    return tmp_path / "in"


def content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def treated(files, tmp_path_factory):
    """The folder with some things that are none of its business, treated once."""
    top = tmp_path_factory.mktemp("study")
    root = top / "in"
    shutil.copytree(files, root)
    (root / "study.toml").write_text(
        'claims = "claims.csv"\n' + SYNTHETIC + '[[files]]\npath = "gone.vms"\nsample = "S"\n'
    )
    (root / "claims.csv").write_text(
        "id,statement,sample,quantity,relation,value,unit\n"
        "A,Porous,S,bet_area,gt,100,m2/g\nB,Dense,S,bet_area,lt,20,m2/g\nC,Doped,S,share_BC3,present,4,%\n"
    )
    (root / "notes.pdf").write_bytes(b"%PDF-1.7 not an instrument file")
    (root / "S-n2_sorption-broken.aif").write_bytes((root / "S-n2_sorption.aif").read_bytes()[:150])
    (root / "raw.zip").write_bytes(b"PK\x03\x04" + bytes(50))
    before = content(root)
    assert main(["study", str(root)]) == 0
    assert content(root) == before, "the folder of a study was changed"
    assert sorted(p.name for p in top.iterdir()) == ["in", "in-study"]
    return root, top / "in-study"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_every_file_is_analysed_or_has_a_reason(treated):
    root, out = treated
    found = {row["path"]: row for row in rows(out / "files.csv")}
    own = {str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()}
    assert set(found) == own | {"gone.vms"}
    assert found["S-n2_sorption.aif"]["result"] == "analysed"
    assert "no format" in found["notes.pdf"]["result"]
    assert "archive" in found["raw.zip"]["result"]
    assert "not in the folder" in found["gone.vms"]["result"]
    assert found["S-n2_sorption-broken.aif"]["result"] != "analysed"


def test_tables_say_what_the_report_says(treated):
    _, out = treated
    findings = rows(out / "findings.csv")
    (area,) = [r for r in findings if r["finding"] == "bet_area"]
    assert float(area["low_90"]) < float(area["value"]) < float(area["high_90"])
    assert area["origin"] == "synthetic"
    sheet = openpyxl.load_workbook(out / "study.xlsx")["findings"]
    assert sheet.max_row == len(findings) + 1
    record = json.loads((out / "study.json").read_text(encoding="utf-8"))
    assert len(record["findings"]) == len(findings)
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "SYNTHETIC" in report
    assert "http" not in report.replace("http://www.w3.org", "")
    for name in ("figures", "data"):
        assert any((out / name).iterdir())


def test_claims_are_judged(treated):
    _, out = treated
    standing = {row["id"]: row["standing"] for row in rows(out / "claims.csv")}
    assert standing == {"A": "supported", "B": "contradicted", "C": "not testable"}
    assert "contradicted" in (out / "report.html").read_text(encoding="utf-8")


def test_a_second_run_gives_the_same_bytes_and_a_broken_cache_is_made_anew(folder, tmp_path):
    treat(folder, tmp_path / "out")
    first = content(tmp_path / "out")
    treat(folder, tmp_path / "out")
    assert content(tmp_path / "out") == first
    for path in (tmp_path / "out" / "cache").iterdir():  # as a killed run might leave it
        path.write_text("{")
    next((tmp_path / "out" / "figures").glob("*.png")).unlink()
    treat(folder, tmp_path / "out")
    assert content(tmp_path / "out") == first


def test_new_files_are_picked_up(folder, tmp_path):
    late = folder / "S-sizing-after.csv"
    kept = late.read_bytes()
    late.unlink()
    before = treat(folder, tmp_path / "out")
    late.write_bytes(kept)
    after = treat(folder, tmp_path / "out")
    assert {f for g in after.groups for f in g.files} - {f for g in before.groups for f in g.files} == {
        late.name
    }


def test_a_simulated_file_is_refused_where_measured_ones_are_meant(folder, tmp_path):
    (folder / "study.toml").unlink()
    result = treat(folder, tmp_path / "out")
    assert result.groups == ()
    assert "SYNTHETIC" in result.left_alone["S-n2_sorption.aif"]
    assert not any("SYNTHETIC" in why for path, why in result.left_alone.items() if path.endswith(".json"))


def test_results_do_not_go_among_the_files(folder):
    with pytest.raises(InputError, match="folder of the files"):
        treat(folder, folder)


def test_init_writes_a_plan_once(folder, capsys):
    (folder / "study.toml").unlink()
    assert main(["study", "init", str(folder)]) == 0
    text = (folder / "study.toml").read_text(encoding="utf-8")
    assert 'sample = "S"' in text
    assert 'technique = "n2_sorption"' in text
    assert main(["study", "init", str(folder)]) == 2
    assert "--force" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"), [(["nowhere"], "does not exist"), (["a", "b"], "give one folder"), ([], "required")]
)
def test_wrong_use(words, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["study", *words]) == 2
    assert said in capsys.readouterr().err


def test_a_hostile_name_stays_in_the_folder_of_results(files, tmp_path):
    root = tmp_path / "in"
    root.mkdir()
    shutil.copy(files / "S-n2_sorption.aif", root / "%2F..%2F<script>alert(1)<script>.aif")
    (root / "study.toml").write_text(
        "synthetic = true\n[[files]]\npath = '%2F..%2F<script>alert(1)<script>.aif'\nsample = '../../x'\n"
    )
    result = treat(root, tmp_path / "out")
    assert len(result.groups) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in", "out"]
    assert all((tmp_path / "out" / name).is_file() for g in result.groups for name in g.figures)


def test_simulated_beside_measured(folder, tmp_path):
    """Files of the same recipe agree with its simulation; those of another do not."""
    plan = "synthetic = true\nsimulate = true\n[samples.S]\nrecipe = '{}'\n"
    far = {}
    for recipe in ("B-SiOC-2", "B-SiOC-1"):
        (folder / "study.toml").write_text(plan.format(recipe))
        out = tmp_path / recipe
        assert main(["study", str(folder), "--out", str(out)]) == 0
        result = treat(folder, out)
        beside, lacking = simulate_beside(result, recipes_of(result.plan, folder))
        assert not lacking
        assert {g.technique for g in beside} == {"n2_sorption", "sizing"}
        assert all(g.origin == "synthetic" for g in beside)
        found = differences(result.groups, beside)
        (area,) = [d for d in found if d.name == "bet_area"]
        far[recipe] = abs(area.sigmas)
        assert "Simulated beside measured" in (out / "report.html").read_text(encoding="utf-8")
    assert far["B-SiOC-2"] < FAR < far["B-SiOC-1"]
