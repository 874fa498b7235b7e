"""A model that turns in a browser: a mesh inside the page, drawn by a few lines of our own script."""

from __future__ import annotations

import base64
import html
import io
import json
import zlib
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from . import trace
from .body import Array, Body, body, stage_names
from .camera import Camera, Frame, aim, steps
from .grid import cubic
from .look import directions
from .mesh import Mesh, surface
from .render import draw

if TYPE_CHECKING:
    import xarray as xr

LARGEST = 1_400_000  # characters of the page
_OTHERS = 1.35  # times coarser are the stages that are not shown first
_PITCH, _COARSER, _COARSEST = 1.8, 1.15, 9.0  # steps between points of the mesh, and by what it grows
_MOST_STAGES = 3
_SKY_RAYS = 24
_REACH = 2.2  # radii up to which something takes light away
_FULL = 32767  # of a 16 bit coordinate
_BYTE = 127
_MELTED = 0.1  # share of melt at a point of the surface from which it may be melt
_BARE, _OPAQUE = 0.3, 2.0  # voxels above the solid at which melt begins to show, and hides what is below
_ON_SURFACE = 0.35  # steps of the mesh: nearer points take the normal of the fine field
_SIZE = (640, 480)  # of the picture for browsers without WebGL
_DIRECTION = (0.86, 0.42, 0.30)
_GREYS = 96
_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"


def view3d_html(voxels: xr.Dataset, stage: str | None = None, *, title: str = "") -> str:
    """Return a page with a model of one clump of spheres that can be turned, as HTML text.

    Parameters
    ----------
    voxels
        Dataset ``voxels`` of a sample.
    stage
        Stage that is shown first; the last one by default. Two more can be switched to: the first one, and
        that with the most melt.
    title
        What the sample is.

    Raises
    ------
    InputError
        For an unknown stage, or without scikit-image.

    Limits
    ------
    Points of the mesh are two voxels or more apart; normals come from the full field. A picture stands in
    where the browser has no WebGL. Nothing is loaded from elsewhere.
    """
    part = view3d_fragment(voxels, stage, title=title)
    name = html.escape(title or "Sample")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{name}: SYNTHETIC model</title></head>"
        f'<body style="margin:1em auto;max-width:60em;font-family:sans-serif">{part}</body></html>\n'
    )


def view3d_fragment(
    voxels: xr.Dataset, stage: str | None = None, *, title: str = "", largest: int = LARGEST
) -> str:
    """Return the model as a figure to be put into a page; may stand there several times.

    `largest` is the number of characters it may have. See `view3d_html`.
    """
    last = body(voxels, stage)
    shown = _chosen(voxels, last)
    picture = _picture(last, title, int(voxels.attrs.get("seed", 0)))
    names = "".join(
        f'<button type="button" data-stage="{n}">{html.escape(one.words)}</button>'
        for n, one in enumerate(shown)
    )
    about = html.escape(
        f"SYNTHETIC model of {title or 'a sample'}: {len(last.radii)} spheres of "
        f"{2 * float(np.mean(last.radii)) * last.voxel_nm:.0f} nm with what joins them, {last.words}."
    )
    frame_text = _asset("view3d.html")
    pitch = _PITCH * steps(last)
    while True:
        models = [_model(one, pitch if one is last else pitch * _OTHERS) for one in shown]
        data = json.dumps({"first": shown.index(last), "stages": models}, separators=(",", ":"))
        text = (
            frame_text.replace("@STYLE@", _asset("view3d.css"))
            .replace("@BUTTONS@", names)
            .replace("@ABOUT@", about)
            .replace("@PICTURE@", picture)
            .replace("@DATA@", data)
            .replace("@SCRIPT@", _asset("view3d.js"))
        )
        if len(text) <= largest or pitch >= _COARSEST:
            return text
        pitch *= max(_COARSER, float(np.sqrt(len(text) / largest)))


def _asset(name: str) -> str:
    return resources.files("nanokiln.views").joinpath("assets", name).read_text(encoding="utf-8").rstrip("\n")


def _chosen(voxels: xr.Dataset, last: Body) -> list[Body]:
    """Return the first stage, the one with the most melt and the one asked for, in the order of time."""
    names = stage_names(voxels)
    wettest = names[int(np.argmax(voxels["melt"].mean(("x", "y", "z"), dtype=np.float64).values))]
    wanted = {names[0], wettest, last.stage}
    return [last if name == last.stage else body(voxels, name) for name in names if name in wanted]


def _picture(one: Body, title: str, seed: int) -> str:
    from PIL import Image

    camera = Camera(_DIRECTION, shape="clump")
    colours = draw(one, size=_SIZE, camera=camera, mode="colour", title=title, seed=seed)
    buffer = io.BytesIO()
    image = Image.fromarray(colours).quantize(_GREYS, dither=Image.Dither.NONE)
    image.save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode("ascii")


@dataclass(frozen=True)
class _Part:
    """A mesh with what is painted on its points."""

    mesh: Mesh
    normals: Array
    sky: NDArray[np.float32]


def _model(one: Body, pitch: float) -> dict[str, Any]:
    """Return the meshes of a stage, packed; lengths are shares of half the view."""
    camera = Camera((0.0, 0.0, 1.0), shape="clump")
    frame = aim(camera, one, 1.0, pitch=pitch, field=one.phi)
    half = np.array(frame.grid.field.shape) / 2
    size = float(half.max())
    meshes = {"solid": _packed(_part(one, frame, one.phi), half, size)}
    if one.has_melt:
        both = aim(camera, one, 1.0, pitch=pitch)
        part = _part(one, both, one.union)
        meshes["melt"] = _packed(_melted(one, both, part), half, size)
    return {
        "words": one.words,
        "nm": size * pitch * one.voxel_nm,
        "view": frame.width / 2 / size,
        "meshes": meshes,
    }


@njit(parallel=True, cache=True)
def _fine(field, points, normals, near, reach):  # type: ignore[no-untyped-def]
    """Replace normals by those of the periodic field where the point lies on its surface."""
    for p in prange(len(points)):
        x, y, z = points[p]
        if abs(cubic(field, x, y, z)) > near:
            continue
        a = cubic(field, x - reach, y, z) - cubic(field, x + reach, y, z)
        b = cubic(field, x, y - reach, z) - cubic(field, x, y + reach, z)
        c = cubic(field, x, y, z - reach) - cubic(field, x, y, z + reach)
        size = np.sqrt(a * a + b * b + c * c)
        if size > 0.1 * reach:
            normals[p, 0], normals[p, 1], normals[p, 2] = a / size, b / size, c / size


@njit(parallel=True, cache=True)
def _values(field, points):  # type: ignore[no-untyped-def]
    """Return a periodic field at points."""
    found = np.empty(len(points))
    for p in prange(len(points)):
        found[p] = cubic(field, points[p, 0], points[p, 1], points[p, 2])
    return found


def _part(one: Body, frame: Frame, field: NDArray[np.float32]) -> _Part:
    grid = frame.grid
    mesh = surface(grid.field)
    normals = trace.normals_at(grid.field, mesh.points)
    sky = trace.sky_at(grid.field, mesh.points, normals, directions(_SKY_RAYS), _REACH * frame.radius)
    in_box = normals @ grid.axes
    _fine(field, np.ascontiguousarray(grid.places(mesh.points)), in_box, _ON_SURFACE * grid.pitch, 1.0)
    return _Part(mesh, in_box @ grid.axes.T, sky)


def _melted(one: Body, frame: Frame, part: _Part) -> _Part:
    """Return the triangles of a surface that are melt, with how much it covers in the place of the sky."""
    places = np.ascontiguousarray(frame.grid.places(part.mesh.points))
    above, share = -_values(one.phi, places), _values(one.melt, places)
    cover = np.clip((above - _BARE) / (_OPAQUE - _BARE), 0, 1) * (share > _MELTED)
    wet = cover > 0
    triangles = part.mesh.triangles[wet[part.mesh.triangles].any(axis=1)]
    used, renumbered = np.unique(triangles, return_inverse=True)
    mesh = Mesh(part.mesh.points[used], renumbered.reshape(-1, 3).astype(np.int64))
    return _Part(mesh, part.normals[used], cover[used].astype(np.float32))


def _packed(part: _Part, half: Array, size: float) -> dict[str, Any]:
    """Return a mesh as compressed text: steps of 16 bit places, 8 bit normals and sky, triangles."""
    places = np.rint((part.mesh.points - half) / size * _FULL)
    # rows of the grid run down, right, into; the model has right, up, towards
    places = np.stack([places[:, 1], -places[:, 0], -places[:, 2]])
    normals = np.stack([part.normals[:, 1], -part.normals[:, 0], -part.normals[:, 2]])
    steps = np.diff(places.astype(np.int64), axis=1, prepend=0).astype("<i2")
    paint = np.concatenate([_octahedral(normals), np.rint(part.sky * 255)[None] - 128]).astype(np.int8)
    flat = part.mesh.triangles[:, ::-1].reshape(-1)  # that changes the hand of the axes
    jumps = np.diff(flat, prepend=0).astype("<i4").view(np.uint8).reshape(-1, 4)
    raw = (
        np.ascontiguousarray(steps.view(np.uint8).reshape(3, -1, 2).transpose(0, 2, 1)).tobytes()
        + paint.tobytes()
        + np.ascontiguousarray(jumps.T).tobytes()
    )
    packed = base64.b64encode(zlib.compress(raw, 9)).decode("ascii")
    return {"points": len(part.mesh.points), "corners": len(flat), "data": packed}


def _octahedral(normals: Array) -> Array:
    """Fold directions, shape (3, point), onto a square: two bytes each."""
    total = np.maximum(np.abs(normals).sum(axis=0), 1e-9)
    x, y, z = normals / total
    fold_x, fold_y = (1 - np.abs(y)) * np.where(x < 0, -1, 1), (1 - np.abs(x)) * np.where(y < 0, -1, 1)
    return np.rint(_BYTE * np.stack([np.where(z < 0, fold_x, x), np.where(z < 0, fold_y, y)]))
