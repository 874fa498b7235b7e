"""Virtual SEM: whole pictures, their files, their truth, and what is refused."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
import tifffile
import xarray as xr

from nanokiln.assembly.voxels.shapes import spheres
from nanokiln.core.errors import DataError, InputError
from nanokiln.core.measurement import Measurement
from nanokiln.core.parameters import Values
from nanokiln.techniques.sem.analyse import analyse
from nanokiln.techniques.sem.simulate import picture, simulate
from nanokiln.techniques.sem.virtual import bar
from nanokiln.techniques.sem.virtual.scene import Scene
from nanokiln.techniques.sem.virtual.settings import settings
from nanokiln.techniques.sem.virtual.skins import Skin
from nanokiln.techniques.sem.write import truth_of, write

QUICK = {"field": 500.0, "pixels": 96}


def sample(cells=32, voxel=10.0):
    """Spheres on a lattice, with necks between some of them, and a voxel box with one sphere."""
    grid = np.stack(np.meshgrid(*3 * [np.arange(3)], indexing="ij"), -1).reshape(-1, 3) * 200.0
    pairs = [(0, 1), (1, 2), (0, 3), (3, 4), (4, 5)]
    count = len(pairs)
    architecture = xr.Dataset(
        {
            "position_nm": (("sphere", "xyz"), grid),
            "radius_nm": ("sphere", np.full(27, 100.0)),
            "contact_i": ("contact", [p[0] for p in pairs]),
            "contact_j": ("contact", [p[1] for p in pairs]),
            "neck_ratio": ("contact", np.full(count, 0.4)),
            "bonded": ("contact", np.ones(count, dtype=bool)),
        },
        attrs={"box_nm": 600.0},
    )
    centre = np.array([[cells / 2] * 3])
    phi = spheres((cells,) * 3, centre, np.array([9.0]), 6.0)
    voxels = xr.Dataset(
        {
            "phi": (("stage", "x", "y", "z"), phi[None].astype(np.float32)),
            "melt": (("stage", "x", "y", "z"), np.zeros((1, cells, cells, cells), dtype=np.float32)),
            "voxel_nm": ("stage", [voxel]),
            "position_vox": (("stage", "sphere", "xyz"), centre[None]),
            "radius_vox": (("stage", "sphere"), [[9.0]]),
        },
        coords={"stage": ["washed"]},
        attrs={"eta": 6.0, "cells": cells},
    )
    zones = xr.Dataset(
        {
            "mass_fraction": (("zone", "element"), [[0.1, 0.3, 0.3, 0.3]]),
            "mass_mg_g": ("zone", [1000.0]),
        },
        coords={"zone": ["body"], "element": ["B", "C", "O", "Si"]},
    )
    return SimpleNamespace(
        architecture=architecture, voxels=voxels, zones=zones, values=Values(), name="fake",
        stage="product", seed=0, state=xr.Dataset({"spheres": 1e14}),
    )  # fmt: skip


def test_same_seed_same_bytes_and_another_seed_another_picture(tmp_path):
    files = []
    for number, seed in enumerate((1, 1, 2)):
        files += write(simulate(sample(), seed, QUICK), tmp_path, f"picture{number}")
    one, two, other = (file.read_bytes() for file in files)
    assert one == two
    assert one != other


@pytest.mark.parametrize("bits", [8, 16])
def test_scale_and_mark_survive_the_file(tmp_path, bits):
    (taken,) = simulate(sample(), 3, {**QUICK, "bits": bits, "field": "0.5um"})
    (path,) = write([taken], tmp_path, "a")
    pixel = 500.0 / 96
    with tifffile.TiffFile(path) as tiff:
        image, fei, fiji = tiff.asarray(), tiff.fei_metadata, tiff.imagej_metadata
        across, unit = tiff.pages[0].tags["XResolution"].value
    assert image.dtype == (np.uint8 if bits == 8 else np.uint16)
    assert np.array_equal(image[:96], taken.data["image"].values)
    assert fei["Scan"]["PixelWidth"] == pytest.approx(pixel * 1e-9, rel=1e-6)
    assert fei["Image"]["ResolutionY"] == 96
    assert fiji["unit"] == "nm"
    assert unit / across == pytest.approx(pixel, rel=1e-5)
    assert "SYNTHETIC" in fei["User"]["UserText"]
    assert fiji["Info"].startswith("SYNTHETIC")
    assert image.shape[0] > 96


def test_bar_says_synthetic(monkeypatch):
    with_word = bar.data_bar(400, 2.0, "")
    monkeypatch.setattr(bar, "WORD", "")
    without = bar.data_bar(400, 2.0, "")
    assert (with_word[:, 250:] > 128).sum() > 100
    assert (without[:, 250:] > 128).sum() == 0


def test_scale_bar_has_the_length_it_says():
    strip = bar.data_bar(512, 2.0, "")
    assert bar.scale_length(1024.0) == 200
    assert (strip[strip.shape[0] // 2, :112] == 255).sum() == pytest.approx(100, abs=1)


def test_truth_lies_beside_the_file_and_not_in_the_measurement(tmp_path):
    (taken,) = simulate(sample(), 3, {**QUICK, "scale": "particles", "roughness_nm": 2.0})
    (path,) = write([taken], tmp_path, "a")
    truth = json.loads(truth_of(path).read_text())
    assert truth["rq_nm"] == 2.0
    assert truth["pixel_nm"] == pytest.approx(500 / 96)
    assert truth["spheres"]
    assert all(s["diameter_nm"] == 200 for s in truth["spheres"])
    assert all(n["ratio"] == pytest.approx(0.4) for n in truth["necks"])
    assert not {"truth", "spheres", "necks", "rq_nm"} & {*taken.settings, *taken.data, *taken.data.attrs}


def test_a_sphere_is_where_the_truth_says():
    shown = Scene(np.array([[30.0, -20.0, 0.0, 60.0]]))
    taken = picture(
        shown, settings({"field": 256.0, "pixels": 128}, Values()), np.random.default_rng(0), values=Values()
    )
    (sphere,) = taken.truth["spheres"]
    image = taken.data["image"].values
    rows, columns = np.nonzero(image > 0.5 * np.median(image[image > image.mean()]))
    assert sphere["seen"] == pytest.approx(1.0, abs=0.02)
    assert sphere["whole"]
    assert (rows.min() + rows.max()) / 2 == pytest.approx(sphere["row"], abs=1.0)
    assert (columns.min() + columns.max()) / 2 == pytest.approx(sphere["column"], abs=1.0)
    assert (columns.max() - columns.min() + 1) * 2.0 == pytest.approx(120.0, abs=4.0)


def test_noise_of_a_picture_is_that_of_its_dose():
    shown = Scene(np.array([[0.0, 0.0, -1e6, 1e6]]))  # flat
    chosen = settings({"field": 100.0, "pixels": 128, "bits": 16, "dose": 200.0}, Values())
    taken = picture(shown, chosen, np.random.default_rng(0), values=Values())
    grey = taken.data["image"].values.astype(float)
    facts = taken.settings
    counts = (grey - facts["grey_offset"]) / facts["grey_per_count"]
    low, middle, high = np.percentile(counts, [15.87, 50, 84.13])  # the tails are cut at black and white
    assert middle == pytest.approx(facts["counts_flat"], rel=0.02)
    assert ((high - low) / 2) ** 2 == pytest.approx(facts["counts_flat"], rel=0.15)


def test_small_fields_look_at_the_voxel_body_and_large_ones_say_how_their_skins_were_made():
    small = simulate(sample(), 1, {"field": 250.0, "pixels": 64})[0]
    large = simulate(sample(), 1, {"field": 900.0, "pixels": 64})[0]
    assert any("voxel engine" in note for note in small.settings["notes"])
    assert any("skins" in note and "particle scale" in note for note in large.settings["notes"])
    assert small.data["image"].values.std() > 5


def test_several_pictures_differ():
    one, two = simulate(sample(), 1, {**QUICK, "pictures": 2})
    assert not np.array_equal(one.data["image"].values, two.data["image"].values)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"fild": 3}, "field"),
        ({"field": "3 parsec"}, "nm"),
        ({"field": 1e6}, "5 um"),
        ({"pixels": 10}, "64"),
        ({"bits": 12}, "8 or 16"),
        ({"detector": "nose"}, "inlens"),
        ({"dose": -1}, "dose"),
        ({"dose": 5, "current_pA": 3}, "one of them"),
        ({"scale": "big"}, "voxels"),
        ({"scale": "voxels", "field": 2000.0}, "repeat"),
        ({"field": 900.0, "stage": "hold"}, "voxel"),
        ({"field": 250.0, "stage": "nonsense"}, "washed"),
        ({"charging": 2}, "charging"),
        ({"lateral_nm": 4.0}, "both"),
    ],
)
def test_unusable_settings_are_refused_in_one_line(given, says):
    with pytest.raises(InputError, match=says) as caught:
        simulate(sample(), 0, given)
    assert "\n" not in str(caught.value)


def test_voxels_are_asked_for_where_there_are_none():
    without = sample()
    without.voxels = None
    with pytest.raises(InputError, match="no voxel body"):
        simulate(without, 0, {"scale": "voxels"})
    (taken,) = simulate(without, 0, {**QUICK})
    assert any("smooth" in note for note in taken.settings["notes"])


def test_what_is_no_picture_is_not_written(tmp_path):
    with pytest.raises(DataError, match="no picture"):
        write([Measurement("sem", xr.Dataset(), "synthetic")], tmp_path, "a")


def test_diameter_of_virtual_spheres_is_in_the_interval_for_the_rim_that_gives_few_electrons():
    places = 170.0 * np.stack(np.meshgrid(*2 * [np.arange(4) - 1.5], indexing="ij"), -1).reshape(-1, 2)
    radii = np.linspace(48.0, 52.0, 16)
    scene = Scene(np.column_stack([places, np.zeros(16), radii]))
    chosen = settings({"field": 710.0, "pixels": 512, "dose": 3000.0, "bar": False}, Values())
    taken = picture(scene, chosen, np.random.default_rng(1), values=Values())
    mean = {f.name: f for f in analyse([taken])}["diameter_mean"]
    assert 97.0 < mean.value < 100.0  # the edge lies within the outline, by less than an escape depth
    assert mean.low < 100.0 < mean.high
    assert any("thin rims" in note for note in mean.notes)


def test_the_stage_before_firing_is_shown_without_a_voxel_run_too():
    from nanokiln.recipe import load_recipe
    from nanokiln.sample import make_sample
    from nanokiln.techniques.sem.simulate import _look

    fired = make_sample(load_recipe("B-SiOC-4"), seed=1, spheres=60)
    mean = {}
    for stage in ("before", None, fired.stage):
        chosen = settings(
            {"field": 2000.0, "pixels": 128, **({"stage": stage} if stage else {})}, fired.values
        )
        scene = _look(fired, chosen, np.random.default_rng(0))
        mean[stage] = 2 * scene.radius
        assert bool(len(scene.pairs)) is (stage != "before")
    assert mean[None] == mean[fired.stage]
    assert mean["before"] > mean[None] + 5.0


def layer(step=200.0):
    """Places of a dense layer of spheres, wider than 2 µm."""
    return np.array([
        ((i + 0.5 * (j % 2)) * step, j * step * np.sqrt(3) / 2) for i in range(-6, 6) for j in range(-6, 7)
    ])  # fmt: skip


def seen_in(scene, field=2000.0, pixels=1024):
    chosen = settings({"field": field, "pixels": pixels, "bar": False}, Values())
    return {f.name: f for f in analyse([picture(scene, chosen, np.random.default_rng(1), values=Values())])}


def test_very_rough_spheres_are_not_sized_by_their_bumps():
    places = layer()
    balls = np.column_stack([places, np.zeros(len(places)), np.full(len(places), 100.0)])
    found = seen_in(Scene(balls, skin=Skin(5.3, 12.0, "drawn")))
    mean, rough = found["diameter_mean"], found["roughness_rq"]
    assert not mean.resolved
    assert "bumps are as round as small spheres" in mean.notes[0]
    assert not rough.resolved
    assert "at least" in rough.notes[0]
    assert 0.3 < rough.low < 5.3


def test_the_outline_of_a_rough_sphere_lies_on_its_bumps():
    places = 260.0 * np.stack(np.meshgrid(*2 * [np.arange(6) - 2.5], indexing="ij"), -1).reshape(-1, 2)
    balls = np.column_stack([places, np.zeros(36), np.full(36, 100.0)])
    mean = seen_in(Scene(balls, skin=Skin(6.0, 11.0, "drawn")), 1700.0, 900)["diameter_mean"]
    assert mean.high > 200.0
    assert mean.low < 200.0 + 2 * 6.0


def test_loose_spheres_that_touch_are_not_called_joined():
    """A dense layer without necks: the wedges beside contacts read as narrow necks."""
    places = layer()
    found = seen_in(Scene(np.column_stack([places, np.zeros(len(places)), np.full(len(places), 100.0)])))
    assert found["contact_count"].value > 50
    assert not found["neck_ratio_mean"].resolved
    assert found["bonded_fraction"].low < 0.1
