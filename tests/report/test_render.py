"""The renderer against geometry that is known exactly."""

import io

import numpy as np
import pytest
import xarray as xr

from nanokiln.report.necks import Necks, neck_points, necks_of
from nanokiln.report.picture import frame_nm, png
from nanokiln.report.render import Scene, render, scene_of

BOX = 1000.0
DARK = 60  # brighter pixels show matter


def scene(positions, radii, necks=None) -> Scene:
    return Scene(np.array(positions, float), np.array(radii, float), BOX, necks or Necks.none())


def pair(ratio: float, gap: float = 0.0) -> xr.Dataset:
    """Two spheres side by side, joined by a neck."""
    half = 100.0 + gap / 2
    return xr.Dataset(
        {
            "position_nm": (("sphere", "xyz"), [[500 - half, 500.0, 500.0], [500 + half, 500.0, 500.0]]),
            "radius_nm": ("sphere", [100.0, 100.0]),
            "contact_i": ("contact", [0]),
            "contact_j": ("contact", [1]),
            "neck_ratio": ("contact", [ratio]),
            "bonded": ("contact", [ratio > 0]),
        },
        attrs={"box_nm": BOX},
    )


def orange(image) -> np.ndarray:
    return image[..., 0].astype(int) > image[..., 2].astype(int) + 20


def test_a_sphere_covers_its_disc():
    image = render(scene([[500, 500, 500]], [200]), BOX, 200)
    share = (image.max(axis=-1) > DARK).mean()
    assert share == pytest.approx(np.pi * 0.2**2, rel=0.06)  # its dark rim is lost in the background


def test_a_sphere_on_the_edge_of_the_box_shows_on_both_sides():
    image = render(scene([[0, 500, 500]], [200]), BOX, 100)
    bright = image.max(axis=-1) > DARK
    assert bright[50, 5]
    assert bright[50, 94]
    assert not bright[50, 50]


def test_the_nearer_sphere_hides_the_farther():
    near_only = render(scene([[500, 500, 900]], [200]), BOX, 100)
    both = render(scene([[500, 500, 900], [500, 500, 300]], [200, 150]), BOX, 100)
    assert np.array_equal(near_only[50, 40:60], both[50, 40:60])


def test_the_light_comes_from_the_upper_left():
    image = render(scene([[500, 500, 500]], [300]), BOX, 200).astype(int).sum(axis=-1)
    assert image[65, 65] > image[135, 135]


@pytest.mark.parametrize("ratio", [0.2, 0.4, 0.6])
def test_a_neck_has_its_radius_at_the_middle(ratio):
    made = scene_of(pair(ratio))
    assert made is not None
    image = render(made, BOX, 400)
    width = orange(image)[:, 199:201].any(axis=1).sum() * BOX / 400
    assert width == pytest.approx(2 * ratio * 100, abs=2 * BOX / 400)


def test_no_neck_without_a_bond():
    made = scene_of(pair(0.0))
    assert made is not None
    assert made.necks.count == 0
    assert not orange(render(made, BOX, 200)).any()


@pytest.mark.parametrize(("ratio", "gap"), [(0.07, 0.0), (0.5, 0.0), (0.5, 10.0), (0.5, -1.0)])
def test_a_neck_touches_both_spheres_tangentially(ratio, gap):
    data = pair(ratio, gap)
    position = data["position_nm"].values
    necks = necks_of(data, position, data["radius_nm"].values, BOX)
    points, normals = neck_points(necks, 0, 1.0)
    away = [np.linalg.norm(points - centre, axis=1) for centre in position]
    assert min(d.min() for d in away) >= 100 - 1e-6  # nowhere inside a sphere
    for centre, distance in zip(position, away, strict=True):
        end = distance.argmin()
        assert distance[end] == pytest.approx(100, abs=1e-6)
        assert normals[end] @ (points[end] - centre) / 100 == pytest.approx(1, abs=1e-6)


def test_a_neck_across_the_edge_of_the_box_is_short():
    data = pair(0.4)
    data["position_nm"].values[:] = [[BOX - 100, 500, 500], [100 - 1e-9, 500, 500]]
    necks = necks_of(data, data["position_nm"].values, data["radius_nm"].values, BOX)
    assert necks.half[0] == pytest.approx(100, abs=0.01)
    assert np.mod(necks.middle[0, 0] + 1e-6, BOX) == pytest.approx(0, abs=1e-3)


def test_before_needs_positions_before():
    data = pair(0.4)
    assert scene_of(data, before=True) is None
    data["position_before_nm"] = data["position_nm"] + 5
    data["radius_before_nm"] = data["radius_nm"] + 3
    data.attrs["box_before_nm"] = 2 * BOX
    made = scene_of(data, before=True)
    assert made is not None
    assert made.box == 2 * BOX
    assert made.necks.count == 0


def test_the_picture_is_a_labelled_png():
    from PIL import Image

    made = scene_of(pair(0.4))
    assert made is not None
    assert frame_nm([made]) == BOX
    image = Image.open(io.BytesIO(png(render(made, BOX, 200), BOX)))
    assert image.format == "PNG"
    assert image.size[0] == 200
    bar = np.asarray(image.convert("L"))[200:]
    assert image.size[1] > 240  # the data bar
    black = (bar[8:15] < 50).all(axis=0)[8:]
    assert black.argmin() == pytest.approx(0.25 * 200, abs=2)  # 250 nm of 1000
