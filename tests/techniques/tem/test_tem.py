"""Virtual TEM: mass-thickness, contrast transfer, dose, pictures."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import tifffile
import xarray as xr

from nanokiln.assembly.voxels.shapes import spheres
from nanokiln.core.errors import InputError
from nanokiln.core.parameters import Values
from nanokiln.techniques.sem.virtual.scene import Scene, frame_of
from nanokiln.techniques.tem import technique
from nanokiln.techniques.tem.optics import speckle, transfer, wavelength, zeros
from nanokiln.techniques.tem.parameters import COHERENCE, COLLECTED, SPECKLE
from nanokiln.techniques.tem.project import thickness_of, through
from nanokiln.techniques.tem.scattering import attenuation, bright, cross_section, dark, mean_density
from nanokiln.techniques.tem.simulate import simulate

QUICK = {"pixels": 96, "field": 300.0}


def sample(cells=36, voxel=9.0):
    """Two touching spheres, in the voxel box and on the particle scale."""
    centres = np.array([[10.0, 18.0, 18.0], [26.0, 18.0, 18.0]])
    radii = np.array([9.0, 9.0])
    phi = spheres((cells,) * 3, centres, radii, 6.0)
    stages = {"hold": phi, "washed": phi}
    voxels = xr.Dataset(
        {
            "phi": (("stage", "x", "y", "z"), np.stack(list(stages.values())).astype(np.float32)),
            "melt": (("stage", "x", "y", "z"), np.zeros((2, cells, cells, cells), dtype=np.float32)),
            "voxel_nm": ("stage", [voxel] * 2),
            "position_vox": (("stage", "sphere", "xyz"), np.stack([centres] * 2)),
            "radius_vox": (("stage", "sphere"), np.stack([radii] * 2)),
        },
        coords={"stage": list(stages)},
        attrs={"eta": 6.0, "cells": cells},
    )
    architecture = xr.Dataset(
        {
            "position_nm": (("sphere", "xyz"), centres * voxel),
            "radius_nm": ("sphere", radii * voxel),
            "contact_i": ("contact", [0]),
            "contact_j": ("contact", [1]),
            "neck_ratio": ("contact", [0.4]),
            "bonded": ("contact", [True]),
        },
        attrs={"box_nm": cells * voxel},
    )
    fraction = [[0.1, 0.1, 0.5, 0.3], [0.3, 0.1, 0.6, 0.0], [0.1, 0.8, 0.1, 0.0], [0.02, 0.34, 0.32, 0.32]]
    zones = xr.Dataset(
        {
            "thickness_nm": ("zone", [1.0, 1.0, 1.0, np.inf]),
            "mass_mg_g": ("zone", [40.0, 10.0, 10.0, 940.0]),
            "mass_fraction": (("zone", "element"), fraction),
        },
        coords={"zone": ["film", "lining", "scaffold", "body"], "element": ["B", "C", "O", "Si"]},
    )
    volume = 4 / 3 * math.pi * (9.0 * voxel) ** 3
    return SimpleNamespace(
        architecture=architecture, voxels=voxels, zones=zones, values=Values(), name="fake",
        stage="product", seed=0, state=xr.Dataset({"spheres": 1 / (1.5 * volume * 1e-21)}),
    )  # fmt: skip


def test_sphere_is_as_thick_as_its_chord():
    scene = Scene(np.array([[3.0, -2.0, 7.0, 80.0]]))
    frame = frame_of((200.0, 200.0), 2.0, 0, scene.floor)
    way = thickness_of(scene, frame)
    x = frame.x0 + frame.pixel * np.arange(frame.columns) - 3.0
    y = frame.y0 + frame.pixel * np.arange(frame.rows) + 2.0
    chord = 2 * np.sqrt(np.maximum(80.0**2 - x[None] ** 2 - y[:, None] ** 2, 0))
    clear = (chord == 0) | (chord > 10)
    assert np.abs(way - chord)[clear].max() < 0.02


def test_grid_integrates_a_sphere_and_its_scattering():
    pitch, radius, n = 3.0, 60.0, 50
    place = (np.arange(n) - (n - 1) / 2) * pitch
    y, x, z = np.meshgrid(place, place, place, indexing="ij")
    field = (radius - np.sqrt(x**2 + y**2 + z**2)).astype(np.float32)
    strength = np.full(field.shape, 0.005, dtype=np.float32)
    frame = frame_of((130.0, 130.0), 1.0, 0, -80.0)
    way, depth = through(field, strength, np.full(3, place[0]), pitch, frame)
    at = frame.x0 + frame.pixel * np.arange(130)
    chord = 2 * np.sqrt(np.maximum(radius**2 - at[None] ** 2 - at[:, None] ** 2, 0))
    deep = chord > 30
    assert np.abs(way - chord)[deep].max() < 0.6
    assert way.sum() == pytest.approx(chord.sum(), rel=0.005)
    assert np.allclose(depth, 0.005 * way, rtol=1e-4, atol=1e-5)


def test_wavelength_and_cross_sections_are_those_of_the_tables():
    assert wavelength(200.0) == pytest.approx(2.508e-3, rel=1e-3)
    assert wavelength(100.0) == pytest.approx(3.701e-3, rel=1e-3)
    assert cross_section("C", 100.0) > 1.4 * cross_section("C", 200.0)
    # amorphous carbon at 2 g/cm3: elastic mean free path somewhat above 200 nm at 200 kV
    assert 1 / attenuation({"C": 2.0}, 200.0) == pytest.approx(240, rel=0.15)


def test_bright_and_dark_field_share_the_beam():
    depth = np.linspace(0, 3, 7)
    assert bright(depth) == pytest.approx(np.exp(-depth))
    assert bright(depth) + dark(depth, 0.4) / 0.4 == pytest.approx(np.ones(7))


def test_mean_density_keeps_the_mass():
    one = sample()
    volume = 4 / 3 * math.pi * float(one.architecture["radius_nm"][0]) ** 3
    density = mean_density(one.zones, float(one.state["spheres"]), volume)
    assert sum(density.values()) == pytest.approx(1.5, rel=1e-6)


@pytest.mark.parametrize("spherical", [0.0, 1.2])
def test_contrast_vanishes_where_the_phase_is_a_multiple_of_pi(spherical):
    found = zeros(4, 800.0, spherical, 200.0)
    assert len(found) == 4
    assert np.abs(transfer(found, 800.0, spherical, 200.0)).max() < 1e-9
    between = (found[:-1] + found[1:]) / 2
    assert np.abs(transfer(between, 800.0, spherical, 200.0, Values({COHERENCE.id: 0.1}))).min() > 0.3
    if spherical == 0:
        assert found[0] == pytest.approx(1 / math.sqrt(wavelength(200.0) * 800.0))


def test_speckle_has_rings_where_the_lens_passes_nothing():
    values, pixel = Values({COHERENCE.id: 0.1, SPECKLE.id: 0.05}), 0.4
    grain = speckle(
        np.full((256, 256), 100.0), pixel, np.random.default_rng(0),
        defocus_nm=600.0, spherical_mm=0.0, kilovolt=200.0, values=values,
    )  # fmt: skip
    power = np.abs(np.fft.rfft2(grain)) ** 2
    k = np.hypot(np.fft.fftfreq(256, pixel)[:, None], np.fft.rfftfreq(256, pixel)[None])
    first = zeros(2, 600.0, 0.0, 200.0)
    at_zero = power[np.abs(k - first[0]) < 0.01].mean()
    at_peak = power[np.abs(k - first[0] / math.sqrt(2)) < 0.01].mean()
    assert at_zero < 0.05 * at_peak
    # the phase before the lens: white, of the stated amplitude per square nanometre
    assert at_peak == pytest.approx(4 * (0.05 / pixel) ** 2 * 256**2, rel=0.25)


def test_vacuum_has_no_speckle_and_the_noise_of_its_dose():
    taken = simulate(sample(), 1, {**QUICK, "bits": 16, "layers": 0.6, "dose": 100.0, "scale": "voxels"})[0]
    facts, grey = taken.settings, taken.data["image"].values.astype(float)
    counts = (grey - facts["grey_offset"]) / facts["grey_per_count"]
    dose = 100.0 * (300 / 96) ** 2
    assert facts["dose_electrons_per_pixel"] == pytest.approx(dose)
    assert np.percentile(counts, 95) == pytest.approx(dose, rel=0.12)


def test_dark_field_is_bright_where_bright_field_is_dark():
    first, second = simulate(sample(), 1, {**QUICK, "mode": "both", "dose": 1e5})
    assert (first.label, second.label) == ("bright", "dark")
    both = np.corrcoef(first.data["image"].values.ravel(), second.data["image"].values.ravel())
    assert both[0, 1] < -0.9
    assert 0 < Values()[COLLECTED] < 1


def test_a_neck_lies_in_the_middle_of_its_view():
    (taken,) = simulate(sample(), 2, {"view": "neck", "pixels": 96, "field": 200.0, "mode": "dark"})
    (neck,) = taken.truth["necks"]
    assert (neck["row"], neck["column"]) == pytest.approx((47.5, 47.5), abs=1.5)
    assert neck["cosine"] == pytest.approx(1.0, abs=1e-3)
    image = taken.data["image"].values
    assert image[46:50, 46:50].mean() > 3 * image[:6, 44:52].mean()


def test_files_are_the_same_for_the_same_seed_and_say_synthetic(tmp_path):
    paths = []
    for number in range(2):
        taken = technique.simulate(sample(), 5, QUICK)
        paths += technique.write(taken, tmp_path, f"t{number}")
    assert paths[0].read_bytes() == paths[1].read_bytes()
    with tifffile.TiffFile(paths[0]) as tiff:
        assert tiff.imagej_metadata["Info"].startswith("SYNTHETIC")
        assert "SYNTHETIC" in tiff.fei_metadata["User"]["UserText"]
        assert tiff.fei_metadata["System"]["Type"] == "TEM"
        assert tiff.fei_metadata["Scan"]["PixelWidth"] == pytest.approx(300 / 96 * 1e-9, rel=1e-6)


def test_large_fields_and_samples_without_voxels_use_the_particle_scale():
    one = sample()
    (large,) = simulate(one, 1, {"pixels": 64, "field": 800.0})
    assert any("particle scale" in note for note in large.settings["notes"])
    one.voxels = None
    (other,) = simulate(one, 1, {"pixels": 64, "field": 300.0})
    assert any("particle scale" in note for note in other.settings["notes"])
    with pytest.raises(InputError, match="no voxel body"):
        simulate(one, 1, {"view": "neck", "pixels": 64})


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"defocus": 3}, "defocus_nm"),
        ({"mode": "dim"}, "bright"),
        ({"view": "side"}, "neck"),
        ({"kV": 2}, "30"),
        ({"pixels": 5000}, "4096"),
        ({"bits": 9}, "8 or 16"),
        ({"field": 700.0, "scale": "voxels"}, "repeat"),
        ({"stage": "nonsense", **QUICK}, "hold"),
        ({"stage": "hold", "field": 900.0}, "voxel"),
    ],
)
def test_unusable_settings_are_refused_in_one_line(given, says):
    with pytest.raises(InputError, match=says) as caught:
        simulate(sample(), 0, given)
    assert "\n" not in str(caught.value)
