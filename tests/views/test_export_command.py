"""The command `nanokiln export`: right file for each target, and one line for each mistake."""

import json
from types import SimpleNamespace

import pytest
import xarray as xr

from nanokiln.cli import main


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def command(*words):
        capsys.readouterr()
        code = main(["export", *map(str, words)])
        out, err = capsys.readouterr()
        return SimpleNamespace(code=code, out=out, err=err)

    return command


@pytest.fixture
def stored(voxels, monkeypatch):
    """Let every path hold a sample, with or without a voxel run."""

    def put(run):
        built = xr.Dataset(
            {"position_nm": (("sphere", "xyz"), [[1.0, 2.0, 3.0]]), "radius_nm": ("sphere", [3.0])},
            attrs={"box_nm": 10.0},
        )
        sample = SimpleNamespace(name="B-SiOC-2", stage="product", voxels=run, architecture=built)
        monkeypatch.setattr("nanokiln.sample.Sample.load", lambda _path: sample)

    put(voxels)
    return put


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["vtk"], ["S-before.vti", "S-cooled.vti", "S.pvd"]),
        (["vtk", "--stage", "before"], ["S.vti"]),
        (["xyz"], ["S.xyz"]),
        (["tiff"], ["S.tif"]),
        (["stl"], ["S.stl"]),
        (["png", "--colour"], ["S.png"]),
        (["html", "--stage", "cooled"], ["S.html"]),
        (["xyz", "--out", "deep/T.extxyz"], ["T.extxyz"]),
    ],
)
def test_each_target_writes_its_files(run, stored, tmp_path, words, names):
    if words[0] in ("stl", "html"):
        pytest.importorskip("skimage", reason="scikit-image is not installed")
    if words[0] == "tiff":
        pytest.importorskip("tifffile", reason="tifffile is not installed")
    done = run("S.nc", "--to", *words)
    assert done.code == 0, done.err
    assert "SYNTHETIC" in done.err
    assert sorted(p.name for p in tmp_path.rglob("*") if p.is_file()) == names
    assert len(done.out.splitlines()) == len(names)


def test_json_lists_the_files(run, stored):
    assert json.loads(run("S.nc", "--to", "xyz", "--json").out) == ["S.xyz"]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["--to", "vkt"], "Did you mean 'vtk'?"),
        (["--to", "film", "--stage", "cooled"], "shows all stages"),
        (["--to", "tiff", "--stage", "coold"], "Did you mean 'cooled'?"),
        (["--to", "stl", "--out", "S.obj"], "must be one of .stl"),
        (["--to", "xyz", "--colour"], "--colour is for --to png"),
        (["--to", "vtk", "--out", "S.vti"], "Choose one with --stage"),
    ],
)
def test_mistakes_are_told_in_one_line(run, stored, tmp_path, words, hint):
    done = run("S.nc", *words)
    assert done.code == 2
    assert hint in done.err
    assert done.err.count("\n") == 1
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_without_a_voxel_run_only_spheres_are_written(run, stored):
    stored(None)
    assert run("S.nc", "--to", "xyz").code == 0
    done = run("S.nc", "--to", "vtk")
    assert done.code == 2
    assert "has no voxel run" in done.err
    assert "--to xyz" in done.err
    assert run("S.nc", "--to", "xyz", "--stage", "cooled").code == 2
