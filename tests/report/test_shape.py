"""The section on shape: drawn from a small voxel run, kept in files, honest about what the grid shows."""

import math
from dataclasses import dataclass, replace

import numpy as np
import pytest
import xarray as xr

from nanokiln.assembly.voxels import fields, shapes
from nanokiln.core.errors import DataError
from nanokiln.report import SamplePage, build
from nanokiln.report.gallery import Gallery
from nanokiln.report.shape import Shape, Stage, load, save, shape_of
from nanokiln.report.shape.section import shape_section
from nanokiln.report.shape.tables import cell, difference
from nanokiln.report.shape.words import NOT_RESOLVED, SMOOTH, apart, ends, told
from nanokiln.study.ledger import Ledger

from .conftest import HOSTILE, content
from .test_report import parse

CELLS, VOXEL_NM = 32, 5.0
CENTRES = np.array([[8.0, 8.0, 8.0], [8.0, 24.0, 16.0], [24.0, 8.0, 16.0], [24.0, 24.0, 30.0]])
RADII = np.array([8.0, 7.5, 8.0, 7.0])
STAGES = ("before", "drawn 1", "bridged", "hold", "cooled", "washed")
LARGEST = 9_000_000  # bytes of the report of the whole study


@dataclass(frozen=True)
class Seen:
    value: float
    low: float
    high: float
    unit: str = "1"


def voxels_of(notes: str = "", cooling: str = "unmixing", valid: bool = True) -> xr.Dataset:
    """Four spheres: bare, with rings of melt while hot, and thicker when cold."""
    shape = (CELLS,) * 3
    bare, grown = (shapes.spheres(shape, CENTRES, RADII + more) for more in (0.0, 0.6))
    wide = fields.profile(shapes.spheres(shape, CENTRES, RADII + 2.0))
    melt, rest = (np.clip(wide - fields.profile(phi), 0, 1) for phi in (bare, grown))
    none = np.zeros(shape)
    phi = [bare, bare, bare, bare, grown, grown]
    count = len(STAGES)
    return xr.Dataset(
        {
            "phi": (("stage", "x", "y", "z"), np.asarray(phi, dtype=np.float16)),
            "melt": (
                ("stage", "x", "y", "z"), np.asarray([none, none, melt, melt, rest, none], dtype=np.float16)
            ),
            "voxel_nm": ("stage", np.full(count, VOXEL_NM)),
            "time_s": ("stage", np.arange(count) * 3600.0),
            "temperature_degC": ("stage", [25.0, 400.0, 450.0, 900.0, 25.0, 25.0]),
            "valid": ("stage", [True, True, True, valid, True, True]),
            "position_vox": (("stage", "sphere", "xyz"), np.array([CENTRES] * count)),
            "radius_vox": (("stage", "sphere"), np.array([RADII] * count)),
        },
        coords={"stage": list(STAGES)},
        attrs={"cells": CELLS, "eta": 6.0, "seed": 3, "cooling": cooling, "notes": notes},
    )  # fmt: skip


@pytest.fixture(scope="module")
def shape() -> Shape:
    return shape_of(voxels_of(f"First.\n{HOSTILE}"), title="four", furnace=True, film=True)


@pytest.fixture(scope="module")
def other() -> Shape:
    note = "On cooling 5% of the silica dissolved outside returns before the melt unmixes."
    return shape_of(voxels_of(note, "nucleation").assign_attrs(silica_returned=0.05), before=False)


def facts(rq: float, bonded: float = 0.2) -> dict[str, dict[str, Seen]]:
    found = {
        "solid_fraction": Seen(0.55, 0.54, 0.56),
        "diameter": Seen(199.6, 196.8, 202.3, "nm"),
        "diameter_change": Seen(-6.0, -10.0, 2.0, "nm"),
        "neck_radius": Seen(math.nan, 10.5, 44.2, "nm"),
        "bonded_fraction": Seen(math.nan, bonded, 1.0),
        "largest_cluster": Seen(math.nan, 0.25, 1.0),
        "rq": Seen(rq, rq - 0.05, rq + 0.05, "nm"),
        "peak_to_valley": Seen(4 * rq, 4 * rq - 0.1, 4 * rq + 0.1, "nm"),
        "lateral_length": Seen(math.nan, 0.0, 36.0, "nm"),
        "voxel_nm": Seen(VOXEL_NM, VOXEL_NM, VOXEL_NM, "nm"),
    }
    return {"last": found}


@pytest.fixture(scope="module")
def shown(pages, shape, other) -> tuple[SamplePage, ...]:
    """B-SiOC-1 with one model, B-SiOC-2 with two; the powder before without voxels."""
    before, one, two = pages
    return (
        before,
        replace(one, shapes={"unmixing": shape}, bodies={"unmixing": facts(0.3)}),
        replace(
            two,
            shapes={"unmixing": shape, "nucleation": other},
            bodies={"unmixing": facts(0.9), "nucleation": facts(0.2, 0.1)},
        ),
    )


@pytest.fixture(scope="module")
def html(shown) -> str:
    return build(content(shown, Ledger(())))


def test_a_report_with_voxels_is_valid_and_self_contained(html):
    parser = parse(html)
    assert parser.faults == []
    assert parser.open == []
    assert [i for i, n in parser.ids.items() if n > 1] == []
    assert [a for a in parser.anchors if a not in parser.ids] == []
    assert HOSTILE not in html
    assert "<script>alert" not in html
    assert "http" not in html.split("<main>")[1].split('id="parameters"')[0]


def test_the_section_stands_before_the_samples(html):
    places = [html.index(f'id="{name}"') for name in ("shape", "comparison", "samples")]
    assert places == sorted(places)
    assert html.index('href="#shape"') < places[0]


def test_the_section_has_its_parts(html):
    for name in ("shape-furnace", "shape-model", "shape-feed", "shape-cooling", "models", "geometry"):
        assert f'id="{name}"' in html
    assert "coarse-grained" in html
    assert "data:image/webp;base64," in html
    assert 'class="nk3d"' in html
    assert html.count("<canvas") == 1


def test_samples_without_voxels_keep_their_old_picture(html, shown):
    gallery = Gallery(shown)
    assert "image/png" in gallery.shot(shown[0])
    assert "image/webp" in gallery.shot(shown[1])
    assert "image/webp" in gallery.shot(shown[1], before=True)
    assert "particle scale" in gallery.scale_of(shown[0])
    assert gallery.scale_of(shown[1]) == "voxel scale"
    assert "voxel scale; not an electron micrograph" in html


def test_without_voxels_there_is_no_section(pages, ledger):
    assert shape_section(content(pages, ledger), Gallery(pages)) == ""


def test_a_sample_with_fields_is_drawn_where_nothing_is_given(pages):
    page = replace(pages[1], sample=replace(pages[1].sample, voxels=voxels_of("Said.")))
    gallery = Gallery((page,))
    assert list(gallery.shapes(page)) == ["unmixing"]
    assert "Said." in shape_section(content((page,), Ledger(())), gallery)


def test_everything_drawn_is_small(shape, html):
    assert all(len(p.data) < 60_000 for p in shape.pictures.values())
    assert len(shape.film) < 1_000_000
    assert len(shape.model) < 1_500_000
    assert len(html) < LARGEST


def test_pictures_say_what_they_are_and_have_one_scale(shape):
    assert set(shape.pictures) == {"last", "before", *(f"furnace {n}" for n in (0, 2, 3, 4, 5))}
    assert len({p.width_nm for name, p in shape.pictures.items() if name.startswith("furnace")}) == 1
    assert shape.pictures["last"].width_nm == shape.pictures["before"].width_nm
    for picture in shape.pictures.values():
        across, down = picture.size
        assert (across, down) == opened(picture.data).size


def opened(data: bytes):
    import io

    from PIL import Image

    return Image.open(io.BytesIO(data))


def test_the_film_moves(shape):
    assert opened(shape.film).n_frames >= 25


def test_same_run_same_bytes(other):
    note = other.notes[0]
    again = shape_of(voxels_of(note, "nucleation"), before=False)
    assert again.pictures["last"].data == other.pictures["last"].data


def test_melt_is_seen_in_colour(shape):
    hot, dry = (np.asarray(opened(shape.pictures[f"furnace {n}"].data).convert("RGB")) for n in (3, 0))
    amber = [int(((a[..., 0] > 150) & (a[..., 2] < 90)).sum()) for a in (hot[:320], dry[:320])]
    assert amber[0] > 20 * max(amber[1], 5)


def test_a_shape_is_read_back_as_it_was(shape, tmp_path):
    files = save(shape, tmp_path, "four_x")
    assert all(f.exists() for f in files)
    assert load(files[0]) == shape
    assert (tmp_path / "film.webp").read_bytes() == shape.film
    (tmp_path / "pictures" / "four_x-last.webp").unlink()
    with pytest.raises(DataError, match="four_x-last"):
        load(files[0])


def test_volumes_follow_the_fields(shape):
    first, last = shape.stages[0], shape.last
    smeared = 3 * RADII * 6.0**2 * (1 / 4 - 2 / math.pi**2)  # by a sine profile 6 voxels wide
    exact = 4 / 3 * math.pi * float((RADII**3 + smeared).sum()) * VOXEL_NM**3
    assert first.solid_nm3 == pytest.approx(exact, rel=0.005)
    assert first.melt_nm3 == 0
    assert shape.stages[3].melt_share > 0.05
    assert shape.gained == pytest.approx(last.solid_nm3 / first.solid_nm3 - 1)
    assert shape.gained > 0.1


def test_a_run_that_was_not_cooled_gains_nothing():
    stage = Stage("before", "before", True, 1.0, 2.0, 1.0, 0.0)
    assert Shape((stage,), (), 32, 4, {}).gained is None


def test_the_returned_share_is_that_of_the_engine(other, shape):
    assert other.returned == 0.05
    assert shape.returned is None


def test_stages_outside_the_bounds_are_named(pages):
    doubtful = shape_of(voxels_of(valid=False))
    page = replace(pages[2], shapes={"unmixing": doubtful})
    two = replace(pages[1], shapes={"unmixing": doubtful})
    text = shape_section(content((two, page), Ledger(())), Gallery((two, page)))
    assert "Not to be trusted, with stages outside the bounds of the method: B-SiOC-1 and B-SiOC-2." in text


def test_the_cooling_models_are_told_apart_by_their_numbers(shown):
    text = difference(shown, Gallery(shown))
    assert "in 1 samples" not in text
    assert "5.0 %" in text
    assert "roughness Rq (1 of 1)" in text
    assert "neck radius" in text.split("No sample")[1]


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (None, "–"),
        (Seen(199.6, 196.8, 202.3, "nm"), "200 [197, 202]"),
        (Seen(0.5488, 0.5481, 0.5494), "0.549 [0.548, 0.549]"),
        (Seen(0.07, -0.04, 0.18, "nm"), "0.07 [0.00, 0.18]"),
        (Seen(math.nan, 0.2, 1.0), "≥ 0.20"),
        (Seen(math.nan, 0.0, 0.94), "≤ 0.94"),
        (Seen(math.nan, 0.0, 1.0), NOT_RESOLVED),
        (Seen(math.nan, 10.6, 44.2, "nm"), "11 to 44"),
        (Seen(math.nan, math.nan, math.nan, "nm"), NOT_RESOLVED),
        (Seen(1.0, 1.0, 1.0), "1.00"),
        (Seen(225.0, math.nan, math.nan, "nm"), NOT_RESOLVED),
    ],
)
def test_a_quantity_is_said_as_far_as_it_is_known(seen, words):
    assert told(seen) == words


def test_bounds_that_say_nothing_are_not_resolved(shown):
    assert cell(shown[1], "largest_cluster", spheres=4) == NOT_RESOLVED
    assert cell(shown[1], "largest_cluster", spheres=25) == "≥ 0.25"
    assert cell(shown[1], "diameter_change").startswith("−6<br>")
    assert "↑" in cell(shown[1], "rq")
    smooth = replace(shown[1], bodies={"unmixing": facts(0.004)})
    assert cell(smooth, "rq") == cell(smooth, "peak_to_valley") == SMOOTH


def test_intervals_are_compared():
    one, other = Seen(1.0, 0.9, 1.1), Seen(2.0, 1.8, 2.2)
    assert apart(one, other) is True
    assert apart(one, one) is False
    assert apart(one, None) is None
    assert apart(one, Seen(math.nan, math.nan, math.nan)) is None
    assert ends([1.0, 3.0]) == "1.0 to 3.0"
    assert ends([2.0]) == "2.0"
