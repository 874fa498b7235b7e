"""Micrographs on the command line: a stated scale, and pictures that are none."""

import json

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def discs(tmp_path):
    """Write a PNG of 12 discs of 20 pixels radius without a scale."""
    rows, columns = np.mgrid[0:240, 0:320]
    grey = np.full((240, 320), 40.0)
    for row in (40, 120, 200):
        for column in (40, 120, 200, 280):
            inside = 20 - np.hypot(rows - row, columns - column)
            grey += 120 * np.clip(inside + 0.5, 0, 1)
    grey += np.random.default_rng(0).normal(0, 4, grey.shape)
    path = tmp_path / "discs.png"
    Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).save(path)
    return path


def findings(run, path, *words):
    done = run("analyse", path, "--json", *words)
    assert done.code == 0, done.err
    return {f["name"]: f for f in json.loads(done.out)}


def test_a_scale_turns_pixels_into_nanometres(run, discs):
    without = findings(run, discs)
    assert without["diameter_mean"]["unit"] == "pixel"
    assert any("no scale" in note for note in without["diameter_mean"]["notes"])
    for words in (("--scale", "12.74nm/px"), ("--scale", "12.74"), ("--choice", "scale=12.74")):
        mean = findings(run, discs, *words)["diameter_mean"]
        assert mean["unit"] == "nm"
        assert mean["value"] == pytest.approx(12.74 * without["diameter_mean"]["value"])
        assert mean["value"] == pytest.approx(12.74 * 40, rel=0.01)


@pytest.mark.parametrize("given", ["0", "-3", "wide", "nan", "12 kg"])
def test_a_scale_that_is_none_is_refused(run, discs, given):
    done = run("analyse", discs, f"--scale={given}")
    assert done.code == 2
    assert "nm per pixel" in done.err


def test_a_scale_for_something_else_is_refused(run, instrument_files):
    path = next(instrument_files.glob("*.aif"))
    done = run("analyse", path, "--scale", "3")
    assert done.code == 2
    assert "none of the files is a micrograph" in done.err


def write(folder, name, array):
    path = folder / name
    Image.fromarray(array).save(path)
    return path


def test_a_picture_without_particles_is_an_answer(run, tmp_path):
    noise = np.random.default_rng(1).integers(90, 110, (200, 200)).astype(np.uint8)
    found = findings(run, write(tmp_path, "noise.png", noise))
    assert found["particle_count"]["value"] == 0
    assert any("none found" in note for note in found["diameter_mean"]["notes"])


@pytest.mark.parametrize(
    ("shape", "says"), [((1, 1), "pixels"), ((60, 60, 3), "colour"), ((12_000, 12_000), "pixels")]
)
def test_pictures_that_cannot_be_analysed_say_why(run, tmp_path, shape, says):
    grey = np.random.default_rng(2).integers(0, 255, shape).astype(np.uint8) if len(shape) == 3 else None
    path = write(tmp_path, "bad.png", np.zeros(shape, np.uint8) if grey is None else grey)
    done = run("analyse", path)
    assert done.code == 2, done.out
    assert says in done.err
    assert "Traceback" not in done.err


def test_field_pixels_and_dose_are_options_of_the_microscopes(run, sample_file, tmp_path):
    done = run(
        "measure",
        sample_file,
        "--with",
        "sem",
        "--field",
        "1um",
        "--pixels",
        80,
        "--dose",
        40,
        "--out",
        tmp_path,
    )
    assert done.code == 0, done.err
    (picture,) = tmp_path.glob("*.tif")
    assert "identical" in run("rerun", picture).out
    mean = findings(run, picture)["diameter_mean"]
    assert mean["choices"]["pixel_nm"] == pytest.approx(1000 / 80)
    refused = run("measure", sample_file, "--with", "xps", "--field", "1um", "--out", tmp_path)
    assert refused.code == 2
    assert "sem, tem, eds" in refused.err
    refused = run("measure", sample_file, "--with", "sem", "--field", "1 mile", "--out", tmp_path)
    assert refused.code == 2
    assert "length" in refused.err
