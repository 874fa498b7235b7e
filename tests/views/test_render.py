"""Pictures: silhouettes have the right size, scale bars the right length; films have their frames."""

import numpy as np
import pytest
from PIL import Image

from nanokiln.core.errors import InputError
from nanokiln.views import render as rendering
from nanokiln.views.body import body
from nanokiln.views.camera import DIRECTION, Camera, aim
from nanokiln.views.cut import cluster, images
from nanokiln.views.film import film, frames
from nanokiln.views.look import shoot
from nanokiln.views.render import render, to_png
from nanokiln.views.sheet import figure_stages

SMALL = (160, 120)


@pytest.mark.parametrize("direction", [(0.0, 0.0, 1.0), DIRECTION, (-1.0, 0.4, 0.2)])
def test_a_sphere_has_the_right_silhouette(one_sphere, direction):
    camera = Camera(direction, width_nm=160.0, shape="clump")
    frame = aim(camera, body(one_sphere), 0.75)
    shot = shoot(frame, (240, 180))
    hit = np.isfinite(shot.depth)
    radius_nm = np.sqrt(hit.sum() / np.pi) * shot.step * frame.grid.pitch * 5.0
    assert radius_nm == pytest.approx(50.0, rel=0.01)
    rows, columns = np.nonzero(hit)
    assert rows.mean() == pytest.approx(89.5, abs=1)
    assert columns.mean() == pytest.approx(119.5, abs=1)


def test_normals_and_sky_of_a_sphere(one_sphere):
    frame = aim(Camera(width_nm=160.0, shape="clump"), body(one_sphere), 0.75)
    shot = shoot(frame, (240, 180))
    hit = np.isfinite(shot.depth)
    assert np.linalg.norm(shot.normal[hit], axis=1) == pytest.approx(1, abs=1e-5)
    assert shot.normal[90, 120] == pytest.approx([0, 0, -1], abs=0.05)
    assert shot.sky[hit].mean() > 0.97  # alone under the sky


def test_a_contact_sees_less_sky_than_a_top(voxels):
    frame = aim(Camera(), body(voxels, "cooled"), 0.75, seed=3)
    sky = shoot(frame, SMALL).sky
    assert sky.min() < 0.3 < 0.9 < sky.max()


def test_a_clump_shows_each_sphere_once_and_close_together(voxels):
    one = body(voxels)
    kept = cluster(one)
    chosen = images(one)[kept]
    assert sorted(chosen[:, 3]) == pytest.approx(sorted(one.radii + 1.0), abs=0.3)  # they have grown by one
    wrapped = np.mod(chosen[:, :3], one.cells)
    assert {tuple(np.round(p, 6)) for p in wrapped} == {tuple(np.round(p, 6)) for p in one.centres}


def test_the_picture_has_its_size_and_a_scale_bar_of_the_right_length(one_sphere):
    picture = render(one_sphere, size=(320, 240), camera=Camera(width_nm=160.0, shape="clump"), title="T")
    assert picture.shape == (240, 320, 3)
    assert picture.dtype == np.uint8
    strip = picture[-round(0.066 * 320) :]
    middle = strip[len(strip) // 2]
    ink = np.flatnonzero((middle > 240).all(axis=1))
    run = np.split(ink, np.flatnonzero(np.diff(ink) > 1) + 1)[0]
    assert rendering.scale_length(160.0) == 20
    assert len(run) == round(20 / (160.0 / 320))


def test_the_same_picture_twice(voxels):
    assert np.array_equal(render(voxels, size=SMALL), render(voxels, size=SMALL))


def test_grey_is_grey_and_melt_is_amber(voxels):
    grey = render(voxels, size=SMALL, bar=False)
    assert (grey == grey[..., :1]).all()
    colour = render(voxels, "cooled", size=SMALL, mode="colour", bar=False).astype(int)
    dry = render(voxels, "before", size=SMALL, mode="colour", bar=False).astype(int)
    amber = [((p[..., 0] - p[..., 2]) > 60).mean() for p in (colour, dry)]
    assert amber[0] > 0.05
    assert amber[1] == 0


def test_the_assembly_fills_the_picture(voxels):
    picture = render(voxels, size=SMALL, bar=False)
    assert (picture[..., 0] > 30).mean() > 0.6


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"stage": "coold"}, "Did you mean 'cooled'"),
        ({"mode": "tem"}, "Allowed: sem, colour"),
        ({"size": (10, 10)}, "64 to 4096"),
        ({"camera": Camera(width_nm=1e4)}, "would repeat a box"),
    ],
)
def test_bad_requests_say_what_is_allowed(voxels, more, words):
    with pytest.raises(InputError, match=words):
        render(voxels, **more)


@pytest.mark.parametrize("more", [{"shape": "cube"}, {"direction": (0, 0, 0)}, {"width_nm": -1.0}])
def test_bad_cameras_are_refused(more):
    with pytest.raises(InputError):
        Camera(**more)


def test_a_dataset_of_something_else_is_refused(voxels):
    with pytest.raises(InputError, match="melt is missing"):
        render(voxels.drop_vars("melt"))


def test_png_is_written_whole_or_not_at_all(one_sphere, tmp_path, monkeypatch):
    path = to_png(one_sphere, tmp_path / "S.png")
    with Image.open(path) as picture:
        assert picture.size == rendering.SIZE

    def fails(*_unused, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", fails)
    with pytest.raises(InputError, match="No space left"):
        to_png(one_sphere, tmp_path / "T.png")
    assert [p.name for p in tmp_path.iterdir()] == ["S.png"]


def test_a_sheet_is_as_wide_as_a_page(voxels):
    sheet = figure_stages([voxels, voxels], ["before", "after|second line"], stages=["before", "cooled"])
    assert sheet.shape[1] == round(178 / 25.4 * 220)
    with pytest.raises(InputError, match="1 labels"):
        figure_stages([voxels, voxels], ["one"])


def test_a_film_has_its_frames_and_stays_small(voxels, tmp_path):
    path = film(voxels, tmp_path / "S.webp", per_stage=2)
    with Image.open(path) as images_:
        assert images_.n_frames == 4
        assert images_.size == (560, 450)
    assert path.stat().st_size < 4_000_000
    shots = list(frames(voxels, per_stage=1, size=(120, 100)))
    assert len(shots) == 2
    assert np.abs(shots[0].astype(int) - shots[1]).mean() > 1


def test_a_stage_outside_validity_says_so(voxels):
    assert body(voxels, "cooled").words == "cooled, 25 °C, 10 h 00 min"
    doubtful = voxels.assign(valid=("stage", [True, False]))
    assert body(doubtful, "cooled").words.endswith("outside validity")


def test_a_film_of_another_ending_is_refused(voxels, tmp_path):
    with pytest.raises(InputError, match="webp"):
        film(voxels, tmp_path / "S.avi")


def test_mp4_where_ffmpeg_is_installed(voxels, tmp_path, monkeypatch):
    pytest.importorskip("imageio_ffmpeg", reason="imageio-ffmpeg is not installed")
    path = film(voxels, tmp_path / "S.mp4", per_stage=1)
    assert path.read_bytes()[4:8] == b"ftyp"
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(InputError, match="pip install imageio-ffmpeg"):
        film(voxels, tmp_path / "T.mp4")
