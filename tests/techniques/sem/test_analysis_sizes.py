"""Sizes of drawn and real spheres."""

import numpy as np
import pytest

from nanokiln.core.errors import DataError, InputError
from nanokiln.formats import micrograph_png, micrograph_tiff
from nanokiln.techniques.sem.analyse import analyse
from nanokiln.techniques.sem.found import choices_of, look
from nanokiln.techniques.sem.particles import find


@pytest.mark.parametrize("dark", [False, True])
def test_scattered_spheres_are_found_and_sized(drawn, dark):
    circles = drawn.scattered((300, 300), 40, 14, spread=0.1)
    image = drawn.draw((300, 300), circles, dark=dark, limb=0.0)
    found = drawn.by_name(analyse([drawn.picture(image)]))
    assert found["particle_count"].value == len(circles)
    true = 2 * circles[:, 2].mean() * 2.0
    assert found["diameter_mean"].value == pytest.approx(true, rel=0.005)
    assert found["diameter_mean"].low < true < found["diameter_mean"].high
    true_sd = 2 * circles[:, 2].std(ddof=1) * 2.0
    assert found["diameter_sd"].value == pytest.approx(true_sd, rel=0.05)


def test_touching_and_overlapping_spheres_are_told_apart(drawn):
    rows = [(60, 40 + 30 * i, 15.0) for i in range(6)]
    stacked = [(120, 40 + 24 * i, 15.0) for i in range(6)]  # each hides a fifth of the one before
    image = drawn.draw((180, 240), rows + stacked)
    spheres = find(image.astype(np.float32))
    assert len(spheres.circles) == 12
    assert spheres.diameter == pytest.approx(np.full(12, 30.0), rel=0.04)
    assert spheres.diameter.mean() == pytest.approx(30.0, rel=0.015)


def test_place_is_known_to_a_tenth_of_a_pixel(drawn):
    circles = np.array([(60.3, 60.7, 20.25), (60.1, 150.45, 20.25)])
    spheres = find(drawn.draw((120, 220), circles, limb=0.0, noise=2).astype(np.float32))
    order = np.argsort(spheres.circles[:, 1])
    assert spheres.circles[order] == pytest.approx(circles, abs=0.15)


def test_bright_limbs_shift_the_edge_no_further_than_the_interval_says(drawn):
    image = drawn.draw((260, 260), drawn.scattered((260, 260), 20, 15), limb=0.5)
    found = drawn.by_name(analyse([drawn.picture(image)]))["diameter_mean"]
    assert found.low < 60.0 < found.high
    assert found.high - found.low < 5.0


@pytest.mark.parametrize(("limb", "blur"), [(0.5, 0.8), (1.0, 1.5), (1.0, 2.0)])
def test_the_shift_by_bright_limbs_is_corrected(drawn, limb, blur):
    image = drawn.draw((300, 300), drawn.scattered((300, 300), 12, 20), limb=limb, blur=blur)
    spheres = find(image.astype(np.float32))
    assert len(spheres.circles) == 12
    assert spheres.diameter.mean() == pytest.approx(40, rel=0.008)


def test_border_and_hidden_spheres_are_not_sized(drawn):
    circles = [(50, 5, 15), (50, 60, 15), (120, 60, 15), (120, 120, 15), (50, 120, 15)]
    found = drawn.by_name(analyse([drawn.picture(drawn.draw((170, 170), circles, limb=0.0))]))
    assert found["particle_count"].value == 5
    assert "1 cut by the border" in found["particle_count"].notes[0]
    assert found["diameter_mean"].value == pytest.approx(60.0, rel=0.01)


@pytest.mark.parametrize("image", [np.zeros((64, 64)), np.random.default_rng(3).normal(100, 10, (128, 128))])
def test_none_found_is_an_answer(drawn, image):
    found = drawn.by_name(analyse([drawn.picture(image)]))
    assert found["particle_count"].value == 0
    assert not found["diameter_mean"].resolved
    assert found["diameter_mean"].notes[0].startswith("not resolved: none found")


def test_without_scale_lengths_are_pixels_and_the_scale_is_asked_for(drawn):
    image = drawn.draw((160, 160), drawn.scattered((160, 160), 9, 14))
    bare = drawn.by_name(analyse([drawn.picture(image, pixel_nm=None)]))["diameter_mean"]
    assert bare.unit == "pixel"
    assert any("state it as scale=" in note for note in bare.notes)
    given = drawn.by_name(analyse([drawn.picture(image, pixel_nm=None)], {"scale": "12.74nm/px"}))[
        "diameter_mean"
    ]
    assert given.unit == "nm"
    assert given.value == pytest.approx(12.74 * bare.value)
    other = drawn.by_name(analyse([drawn.picture(image, pixel_nm=1.0)], {"scale": 2}))["diameter_mean"]
    assert any("the file says 1" in note for note in other.notes)


def test_rows_are_stretched_where_pixels_are_not_square(drawn):
    image = drawn.draw((200, 200), drawn.scattered((200, 200), 12, 16), limb=0.0)[::2]
    spheres = look(drawn.picture(image, pixel_aspect=2.0), choices_of({})).spheres
    assert spheres.diameter.mean() == pytest.approx(32, rel=0.02)


@pytest.mark.parametrize(
    "choices",
    [{"scales": 2}, {"scale": "wide"}, {"scale": 0}, {"contrast": "grey"}, {"scale_error": 2}, {"seed": -1}],
)
def test_bad_choices_are_refused(drawn, choices):
    with pytest.raises(InputError):
        analyse([drawn.picture(np.zeros((32, 32)))], choices)


def test_what_is_no_picture_is_refused(drawn):
    with pytest.raises(DataError):
        analyse([])
    m = drawn.picture(np.zeros((32, 32)))
    other = type(m)("sem", m.data.rename(image="spectrum"), "measured")
    with pytest.raises(DataError, match="not a micrograph"):
        analyse([other])


def test_scale_error_widens_the_interval(drawn):
    m = drawn.picture(drawn.draw((160, 160), drawn.scattered((160, 160), 9, 14)))
    narrow, wide = (drawn.by_name(analyse([m], {"scale_error": e}))["diameter_mean"] for e in (0.0, 0.05))
    assert wide.high - wide.low > narrow.high - narrow.low
    assert wide.high - wide.value >= 1.6 * 0.05 * wide.value


@pytest.mark.parametrize("size", [15, 30])
def test_iso_disks_to_half_a_percent(shared_data, size):
    path = shared_data("electron_microscopy") / f"iso_monodisperse_{size}px.tif"
    image = micrograph_tiff.read(path)[0].data["image"].values[:1024, :1024]
    spheres = find(image)
    from skimage.measure import label, regionprops

    bodies = [p for p in regionprops(label(image < 128)) if min(p.bbox[:2]) > 0 and max(p.bbox[2:]) < 1024]
    assert spheres.whole.sum() == pytest.approx(len(bodies), rel=0.1)
    assert spheres.diameter[spheres.whole].mean() == pytest.approx(size, rel=0.005)


@pytest.mark.parametrize("name", ["97e645b56e", "6169a602a0"])
def test_published_segmentations(shared_data, name):
    from PIL import Image
    from skimage.measure import regionprops

    folder = shared_data("electron_microscopy")
    with Image.open(folder / f"emps_{name}_segmap.png") as segmented:
        labels = np.asarray(segmented)[..., 0] if np.asarray(segmented).ndim == 3 else np.asarray(segmented)
    true = [p.equivalent_diameter_area for p in regionprops(labels.astype(int))]
    measured = micrograph_png.read(folder / f"emps_{name}.png")[0]
    spheres = look(measured, choices_of({})).spheres
    sized = spheres.diameter[spheres.whole & (spheres.seen >= 0.5)]
    assert len(spheres.circles) == pytest.approx(len(true), rel=0.1)
    assert sized.mean() == pytest.approx(np.mean(true), rel=0.05)
