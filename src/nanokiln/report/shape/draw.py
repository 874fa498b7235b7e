"""Draw a voxel run for a report: small pictures, a model that turns, a film."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .record import Picture, Shape, Stage

if TYPE_CHECKING:
    import xarray as xr

    from ...views.body import Body
    from ...views.camera import Camera

SIZE = (420, 320)  # pixels across and down, without the data bar
_STRIP = 40  # pixels: legible when five pictures stand side by side
_QUALITY = 88
_SMOOTH = 1.5  # times coarser may the grid of loose spheres be: there is nothing small on them
_VIEW = 3.5  # mean diameters of the loose spheres across a picture
_WIDEST = 1.55  # boxes across a picture, at most
_CLUMP = 1.9  # boxes of the widest stage across a clump: each sphere once
_CLUMP_FROM = (0.86, 0.42, 0.30)
_LARGEST_MODEL = 1_400_000  # characters
_FILM_SIZE, _FILM_FRAMES, _FILM_MS, _FILM_QUALITY = (384, 308), 32, 160, 84
LARGEST_FILM = 1_000_000  # bytes
LABEL = "no micrograph"


def shape_of(
    voxels: xr.Dataset, *, title: str = "", before: bool = True, furnace: bool = False, film: bool = False
) -> Shape:
    """Return what a report shows of a voxel run.

    Parameters
    ----------
    voxels
        Dataset ``voxels`` of a sample.
    title
        What the sample is.
    before
        Draw the loose powder, too.
    furnace
        Also draw every stage in colour, and make the model that turns.
    film
        Also make the film.

    Limits
    ------
    One scale for all runs of one precursor and seed, unless a box has become too small for it. A model of a
    large run is coarser than its grid.
    """
    from ...views.body import bodies

    shown = bodies(voxels)
    seed = int(voxels.attrs.get("seed", 0))
    pictures = {"last": _front(shown[-1], shown, seed)}
    if before and len(shown) > 1:
        pictures["before"] = _front(shown[0], shown, seed, coarser=_SMOOTH)
    if furnace:
        pictures |= {f"furnace {n}": _clump(shown[n], shown, seed) for n in plain_stages(shown)}
    notes = str(voxels.attrs.get("notes", ""))
    return Shape(
        tuple(_stage(one) for one in shown),
        tuple(line for line in notes.split("\n") if line),
        shown[-1].cells,
        len(shown[-1].radii),
        pictures,
        _model(voxels, shown, title) if furnace else "",
        _film(voxels, shown, title) if film else b"",
        voxels.attrs.get("silica_returned"),
    )


def plain_stages(shown: list[Body]) -> list[int]:
    """Return the stages a reader wants: all but those between loose and drawn together."""
    return [n for n, one in enumerate(shown) if not one.stage.startswith("drawn")]


def _stage(one: Body) -> Stage:
    voxel = one.voxel_nm**3
    solid, melt = (float(f.sum(dtype=np.float64)) * voxel for f in (one.solid, one.melt))
    return Stage(one.stage, one.words, one.valid, one.voxel_nm, one.cells**3 * voxel, solid, melt)


def _front(one: Body, shown: list[Body], seed: int, coarser: float = 1.0) -> Picture:
    """Draw the front of the endless assembly like a micrograph."""
    from ...views.camera import Camera

    loose = shown[0]
    diameter = 2 * float(np.mean(loose.radii)) * loose.voxel_nm
    width = min(_VIEW * diameter, _WIDEST * min(b.box_nm for b in shown))
    return _picture(one, Camera(width_nm=width), "sem", seed, coarser)


def _clump(one: Body, shown: list[Body], seed: int) -> Picture:
    """Draw each sphere of the box once, in colour, all stages at one scale."""
    from ...views.camera import Camera

    width = _CLUMP * max(b.box_nm for b in shown)
    return _picture(one, Camera(_CLUMP_FROM, width_nm=width, shape="clump"), "colour", seed)


def _picture(one: Body, camera: Camera, mode: str, seed: int, coarser: float = 1.0) -> Picture:
    from ...views.render import data_bar, draw

    assert camera.width_nm is not None  # both cameras here have one
    colours = draw(one, size=SIZE, camera=camera, mode=mode, title=None, seed=seed, coarser=coarser)
    strip = data_bar(SIZE[0], _STRIP, camera.width_nm / SIZE[0], LABEL, "")
    return Picture(
        _webp([np.concatenate([colours, strip])]), one.stage, camera.width_nm, (SIZE[0], SIZE[1] + _STRIP)
    )


def _webp(pictures: list[NDArray[np.uint8]], quality: int = _QUALITY, milliseconds: int = 0) -> bytes:
    """Return a WebP file; several pictures make an animation."""
    from PIL import Image

    first, *more = [Image.fromarray(p) for p in pictures]
    buffer = io.BytesIO()
    if more:
        first.save(
            buffer, "WEBP", save_all=True, append_images=more, duration=milliseconds, loop=0, quality=quality,
            method=4,
        )  # fmt: skip
    else:
        first.save(buffer, "WEBP", quality=quality, method=6)
    return buffer.getvalue()


def _model(voxels: xr.Dataset, shown: list[Body], title: str) -> str:
    """Return a model that turns: the last stage, and the hot one with the most melt."""
    from ...views.web import view3d_fragment

    last = shown[-1].stage
    wettest = shown[int(np.argmax([float(b.melt.sum(dtype=np.float64)) for b in shown]))].stage
    kept = [b.stage for b in shown if b.stage in (last, wettest)]
    return view3d_fragment(voxels.sel(stage=kept), last, title=title, largest=_LARGEST_MODEL)


def _film(voxels: xr.Dataset, shown: list[Body], title: str) -> bytes:
    from ...views.film import frames

    kept = [shown[n].stage for n in plain_stages(shown)]
    count = max(1, round(_FILM_FRAMES / len(kept)))
    pictures = list(frames(voxels.sel(stage=kept), per_stage=count, title="", size=_FILM_SIZE))
    return _webp(pictures, _FILM_QUALITY, _FILM_MS)
