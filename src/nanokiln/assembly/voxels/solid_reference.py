"""The readable twin of the compiled solid: one redistancing and one step as whole-array sentences.

Like `reference` it uses what NumPy and JAX share, writes nothing in place and branches on no value: the same
text is the twin of the tests and, jitted, the engine of `gpu`. It visits every cell, not the band.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from .fields import ETA, reach
from .redistance import EVEN, FLAT, PACE, SWEEPS
from .reference import AXES, NEIGHBOURS, Box, around, periodic
from .solid_kernels import HALF, LEAST_STRETCH, NO_ROOM, STEEPEST

NOTHING = 1e-9  # voxels^2 of wetted surface that count as none
NEWTON = 2  # repeats of the volume alone after a step
RESTORE, NEAR_ONLY = 4, 2  # repeats of a restoration, and how many of them, the last, move only cells nearby
CLOSE = 0.5  # voxel from the surface within which cells are such: their numbers are the finest


class Step(NamedTuple):
    """What one step of the solid gives.

    Attributes
    ----------
    phi, s, cover
        Distance, profile and cover by melt, shape (nx, ny, nz).
    volume, wetted, drive, farthest, smoothing
        As `solid.Work` has them.
    """

    phi: Any
    s: Any
    cover: Any
    volume: Any
    wetted: Any
    drive: Any
    farthest: Any
    smoothing: Any


def level(phi: Any, eta: float, xp: Any) -> Any:
    """Return the profile 1/2 + 1/2 sin(pi phi/eta); see `fields.profile`."""
    return 0.5 + 0.5 * xp.sin(math.pi * xp.minimum(xp.maximum(phi / eta, -0.5), 0.5))


def slope(phi: Any, eta: float, xp: Any) -> Any:
    """Return the derivative of the profile; see `fields.profile_slope`."""
    return xp.where(xp.abs(phi) < eta / 2, math.pi / (2 * eta) * xp.cos(math.pi / eta * phi), 0.0)


def clamped(field: Any, most: float, xp: Any) -> Any:
    """Keep a field within -most and most."""
    return xp.minimum(xp.maximum(field, -most), most)


def _anchored(phi: Any, box: Box) -> tuple[Any, Any]:
    """Return the field with the cells at the surface at their distance, and which these are."""
    xp = box.xp
    near, square = xp.zeros(phi.shape, bool), 0.0
    for axis in AXES:
        after, before = box.ahead(phi, axis, 1), box.ahead(phi, axis, -1)
        near = near | ((after > 0) != (phi > 0)) | ((before > 0) != (phi > 0))
        left, right = phi - before, after - phi
        steeper = xp.maximum(xp.abs(left), xp.abs(right))
        square = square + xp.where(left * right < 0, steeper, 0.5 * (left + right)) ** 2
    steep = xp.maximum(xp.sqrt(square), FLAT)
    return xp.where(near & (xp.abs(steep - 1) > EVEN), phi / steep, phi), near


def _smaller(a: Any, b: Any, xp: Any) -> Any:
    return xp.where(a * b > 0, xp.where(xp.abs(a) < xp.abs(b), a, b), 0.0)


def _steepness(here: Any, axis: int, inside: Any, box: Box) -> Any:
    """Return the square of the slope along an axis, seen from the surface."""
    xp = box.xp
    back2, back, fore, fore2 = (box.ahead(here, axis, n) for n in (-2, -1, 1, 2))
    behind, before = here - back, fore - here
    middle = before - behind
    left = behind + 0.5 * _smaller(behind - (back - back2), middle, xp)
    right = before - 0.5 * _smaller((fore2 - fore) - before, middle, xp)
    seen_left = xp.maximum(xp.where(inside, left, -left), 0.0)
    seen_right = xp.minimum(xp.where(inside, right, -right), 0.0)
    return xp.maximum(seen_left**2, seen_right**2)


def relaxed(phi: Any, near: Any, limit: float, box: Box) -> Any:
    """Return the field one sweep closer to slope one; cells next to the surface are held."""
    xp, inside = box.xp, phi > 0
    square = _steepness(phi, 0, inside, box)
    for axis in (1, 2):
        square = square + _steepness(phi, axis, inside, box)
    step = PACE * (xp.sqrt(square) - 1)
    return box.hold(xp.where(near, phi, clamped(phi - xp.where(inside, step, -step), limit, xp)))


def anchored(phi: Any, limit: float, box: Box) -> tuple[Any, Any]:
    """Return the clamped field with the cells at the surface at their distance, and which these are."""
    return _anchored(clamped(phi, limit, box.xp), box)


def redistanced(phi: Any, eta: float = ETA, sweeps: int = SWEEPS, box: Box | None = None) -> Any:
    """Return the signed distance of the surface of `phi`; see `redistance.redistance`."""
    box = box or periodic(np)
    phi, near = anchored(phi, reach(eta), box)
    for _ in range(sweeps):
        phi = relaxed(phi, near, reach(eta), box)
    return phi


def rates(phi: Any, s: Any, melt: Any, film: Any, box: Box) -> tuple[Any, Any]:
    """Return cover and curvature.

    Parameters
    ----------
    phi, s : array, shape (nx, ny, nz)
        Distance and profile.
    melt : array, like phi, or None
        Resolved melt; None for none.
    film : float or array like phi
        Cover by films.
    box : Box
        Where it runs.
    """
    xp = box.xp
    bend = clamped(around(phi, box) - NEIGHBOURS * phi, STEEPEST, xp)
    # a distance phi from the surface both radii of a level are phi off
    curvature = clamped(bend / xp.maximum(1.0 - HALF * phi * bend, LEAST_STRETCH), STEEPEST, xp)
    if melt is None:
        return film + xp.zeros_like(s), curvature
    room = (NEIGHBOURS + 1) - (around(s, box) + s)
    wet = (around(melt, box) + melt) / xp.maximum(room, NO_ROOM)
    share = xp.where(room < NO_ROOM, 0.0, xp.minimum(xp.maximum(wet, 0.0), 1.0))
    return film + (1.0 - film) * share, curvature


def step(phi: Any, melt: Any, target: Any, amounts: tuple[Any, Any], eta: float, box: Box) -> Step:
    """Return everything one step gives; see `solid.advance`.

    Parameters
    ----------
    phi, melt : array, shape (nx, ny, nz)
        Distance and resolved melt; None for no melt.
    target : float or None
        Volume after the step; None for no common drive.
    amounts : tuple
        D dt in voxel^2 and the cover by films, a number or an array like phi.
    eta : float
        Interface width in voxels.
    box : Box
        Where it runs.
    """
    (spread, film), xp, limit = amounts, box.xp, reach(eta)
    free = xp.abs(phi) < limit  # cells at the clamp stand still
    s = box.hold(level(phi, eta, xp))
    cover, curvature = (box.hold(part) for part in rates(phi, s, melt, film, box))
    weight = box.hold(cover * slope(phi, eta, xp))
    wetted, smoothing = box.total(weight), spread * box.total(weight * curvature)
    drive = 0.0 * wetted
    if target is not None:
        drive = xp.where(
            wetted > NOTHING, (target - box.total(s) - smoothing) / xp.maximum(wetted, NOTHING), 0.0
        )
    motion = xp.where(free, cover * (_like(drive, phi) + spread * curvature), 0.0)
    farthest = box.most(xp.where(xp.abs(phi) < eta / 2, xp.abs(motion), 0.0))
    phi = box.hold(clamped(phi + motion, limit, xp))
    if target is not None:
        free_cover = xp.where(free, cover, 0.0)
        for _ in range(NEWTON):
            phi = lifted(phi, free_cover, target, (limit, eta), box)
    s = box.hold(level(phi, eta, xp))
    return Step(phi, s, cover, box.total(s), wetted, drive, farthest, smoothing)


def _like(number: Any, field: Any) -> Any:
    """Return a number in the type of a field, so that the field is not widened."""
    return number.astype(field.dtype)


def lifted(phi: Any, cover: Any, target: Any, numbers: tuple[float, float], box: Box) -> Any:
    """Return the field after one Newton step on its volume; `numbers` are the farthest cell moved and eta."""
    (within, eta), xp = numbers, box.xp
    steep = xp.where(xp.abs(phi) < within, cover * slope(phi, eta, xp), 0.0)
    area = box.total(steep)
    error = target - box.total(box.hold(level(phi, eta, xp)))  # as stored: compilers round it otherwise
    by = xp.where(area > NOTHING, error / xp.maximum(area, NOTHING), 0.0)
    up = clamped(phi + cover * _like(by, phi), reach(eta), xp)
    return box.hold(xp.where(xp.abs(phi) < within, up, phi))


def restored(phi: Any, target: Any, eta: float = ETA, box: Box | None = None, *, close: Any = CLOSE) -> Any:
    """Return the field moved as a whole so that its volume is the target; see `solid.restore`.

    The last repeats move only cells `close` voxels from the surface.
    """
    box = box or periodic(np)
    cover = box.xp.ones_like(phi)
    for n in range(RESTORE):
        within = reach(eta) if n < RESTORE - NEAR_ONLY else close
        phi = lifted(phi, cover, target, (within, eta), box)
    return phi


def given_way(melt: Any, before: Any, after: Any, cover: Any, xp: Any = np) -> Any:
    """Return the melt after the exchange with the solid; see `solid.give_way`."""
    value = melt - cover * (after - before)
    return xp.minimum(xp.maximum(value, 0.0), xp.maximum(1.0 - after, 0.0))


def stepped(phi: Any, melt: Any, target: float, spread: float, film: float, eta: float = ETA) -> Any:
    """Return the field after one step with two Newton repeats; see `solid.advance`."""
    return step(phi, melt, target, (spread, film), eta, periodic(np)).phi
