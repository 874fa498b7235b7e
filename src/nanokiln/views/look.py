"""From what rays met to grey or colour: like a secondary-electron image, or with the melt as amber glass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..core.errors import InputError
from . import trace
from .body import Body, Field
from .camera import Frame

FINER = 2  # rays per pixel along each axis
MODES = ("sem", "colour")
RAYS = 7  # to the sky per pixel; neighbours use others, then they are averaged
_SPREAD = 16 * RAYS  # all of them
_REACH = 2.2  # radii up to which something takes sky away
_LIGHT = np.array([-0.52, -0.40, -0.75])  # down, right, into: the detector is at the upper left
_FADE = 3.2  # radii below the front after which 37 % of the signal is left
_FILM = 2.0  # nm; thinner melt does not shine
_THIN, _THICK = 0.06, 0.30  # share of melt at the surface from which it shows, and is all melt

_SOLID = np.array([0.70, 0.73, 0.77])
_AMBER = np.array([0.95, 0.50, 0.04])
_TAKEN = np.array([0.004, 0.019, 0.064])  # per nm: what amber takes from red, green and blue
_NIGHT = np.array([0.035, 0.040, 0.050])
_BLACK = 0.02


@dataclass(frozen=True)
class Shot:
    """What the rays of a picture met; lengths in steps of the grid."""

    depth: Field
    normal: Field
    sky: Field
    step: float


def shoot(frame: Frame, size: tuple[int, int]) -> Shot:
    """Follow the rays of a picture of this many rays across and down."""
    columns, rows = size
    step = frame.width / columns
    x0, y0 = (first + step / 2 for first in frame.first)
    field = frame.grid.field
    depth, normal = trace.seen(field, x0, y0, step, (rows, columns))
    reach = _REACH * frame.radius
    coarse = np.ascontiguousarray(depth[::FINER, ::FINER]), np.ascontiguousarray(normal[::FINER, ::FINER])
    sky = trace.sky(field, x0, y0, step * FINER, *coarse, directions(), RAYS, reach, light())
    near = 4.0 * step + 1.0
    sky = trace.spread(trace.smooth(sky, *coarse, near), *coarse, depth, normal, near)
    return Shot(depth, normal, sky, step)


def light() -> NDArray[np.float64]:
    """Return the direction of the detector: down, right, into."""
    return np.asarray(_LIGHT / np.linalg.norm(_LIGHT))


def directions(count: int = _SPREAD) -> NDArray[np.float64]:
    """Return directions above a plane, evenly by the cosine (golden angle), in an order that mixes them."""
    n = np.arange(count)
    u = (n + 0.5) / count
    angle = n * np.pi * (3 - np.sqrt(5))
    rays = np.stack([np.sqrt(u) * np.cos(angle), np.sqrt(u) * np.sin(angle), np.sqrt(1 - u)], axis=1)
    mixed = np.argsort((n * 0.7548776662466927) % 1.0, kind="stable")  # a sequence without clusters
    return np.ascontiguousarray(rays[mixed])


def colours(body: Body, frame: Frame, shot: Shot, mode: str) -> Field:
    """Return the colours of a shot, 0 to 1, shape (rows, columns, 3).

    Raises
    ------
    InputError
        For an unknown mode.
    """
    if mode not in MODES:
        raise InputError(f"mode '{mode}' is unknown. Allowed: {', '.join(MODES)}.")
    return _sem(frame, shot) if mode == "sem" else _colour(body, frame, shot)


def _facing(shot: Shot) -> Field:
    return np.asarray(np.clip(-shot.normal[..., 2], 0, 1))


def _fade(frame: Frame, shot: Shot) -> Field:
    """Signal that is left from below the front."""
    depth = np.where(np.isfinite(shot.depth), shot.depth, 0)
    below = np.maximum(depth - frame.surface, 0) / (_FADE * frame.radius)
    return np.exp(-below).astype(np.float32)


def _sem(frame: Frame, shot: Shot) -> Field:
    """Grey as a secondary-electron detector sees it: edges bright, crevices dark."""
    facing = _facing(shot)
    side = shot.normal @ light().astype(np.float32)
    signal = 0.30 + 0.15 * side + 0.95 * (1 - facing) ** 2.2
    grey = signal * (0.03 + 1.05 * shot.sky**1.6) * _fade(frame, shot)
    grey = 1.45 * np.clip(grey, 0, None) ** 1.15
    grey = grey / (1 + 0.30 * grey**3)  # bright edges saturate softly
    grey = np.where(np.isfinite(shot.depth), grey, 0) + _BLACK
    return np.repeat(np.asarray(grey, dtype=np.float32)[..., None], 3, axis=-1)


def _colour(body: Body, frame: Frame, shot: Shot) -> Field:
    """Grey solid under amber melt."""
    facing = _facing(shot)
    side = np.clip(shot.normal @ light().astype(np.float32), 0, 1)
    open_sky = shot.sky[..., None]
    bright = (0.34 + 0.62 * side + 0.30 * (1 - facing) ** 2)[..., None] * (0.06 + 0.94 * open_sky)
    picture = bright * _SOLID
    if body.has_melt:
        share, nm = _melt(body, frame, shot)
        left = np.exp(-nm * _TAKEN)
        glow = _AMBER * (1 - np.exp(-nm * _TAKEN.mean())) * (0.25 + 0.75 * open_sky)
        half = light() + np.array([0.0, 0.0, -1.0])
        shine = np.clip(shot.normal @ (half / np.linalg.norm(half)).astype(np.float32), 0, 1) ** 60
        rim = 0.25 * (1 - facing) ** 4
        glass = bright * _SOLID * left + 0.8 * glow + (0.5 * shine + rim)[..., None] * open_sky
        cover = np.clip((share - _THIN) / (_THICK - _THIN), 0, 1)[..., None] * (1 - np.exp(-nm / _FILM))
        picture = picture * (1 - cover) + glass * cover
    picture = picture * _fade(frame, shot)[..., None]
    return np.asarray(np.where(np.isfinite(shot.depth)[..., None], picture, _NIGHT), dtype=np.float32)


def _melt(body: Body, frame: Frame, shot: Shot) -> tuple[Field, Field]:
    """Return the share of melt at what is seen, and the way through it in nm."""
    grid = frame.grid
    place = np.array([frame.first[0] + shot.step / 2, frame.first[1] + shot.step / 2, 0.0])
    longest = 2 * frame.radius * grid.pitch
    share, path = trace.below(
        body.phi, body.melt, grid.places(place), np.ascontiguousarray(grid.axes), shot.step * grid.pitch,
        shot.depth * np.float32(grid.pitch), longest, _THIN,
    )  # fmt: skip
    return share, (path * np.float32(body.voxel_nm))[..., None]
