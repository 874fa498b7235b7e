"""Neck between two equal touching spheres by front tracking: a reference that shares nothing with the engine.

The meridian of the body is a chain of markers from the waist (z = 0) to the pole (r = 0). Each moves along
its normal with v = U - D (k1 + k2), U being the one number that keeps the volume. Lengths in sphere radii,
times in R^2/D. Two spheres that only touch have no neck to track, so the run starts from a tiny fillet
tangent to both; what is left of it at the times reported is checked by varying it.
"""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

GHOSTS = 3  # mirrored markers beyond either end, so that splines and curvatures need no one-sided forms
COURANT = 0.2  # of the square of the shortest distance; explicit curvature flow is stable below 0.5
REMESH = 5  # steps between two even distributions: markers crowd where the surface is hollow
TIP = 0.05  # spacing at the waist over the width of the gap there (x^2/R)
WIDEST_TIP, WIDEST = 0.008, 0.04  # largest spacing at the waist and anywhere
GRADING = 0.06  # growth of the spacing per length
SAMPLES = 4000  # of the spacing along the meridian
CAP_VOLUME = 4 * np.pi / 3  # of one sphere: half of the body


@dataclass(frozen=True)
class Shape:
    """One instant: time, waist, drive U and the markers."""

    time: float
    waist: float
    drive: float
    r: np.ndarray
    z: np.ndarray


def mirrored(r, z):
    """Extend the markers beyond the waist (z -> -z) and the pole (r -> -r)."""
    g = GHOSTS
    return (
        np.concatenate([r[g:0:-1], r, -r[-2 : -g - 2 : -1]]),
        np.concatenate([-z[g:0:-1], z, z[-2 : -g - 2 : -1]]),
    )


def spread_evenly(r, z, fineness):
    """Put the markers on a spline through the old ones, close at the waist and wider away from it."""
    r, z = mirrored(r, z)
    s = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(r), np.diff(z)))])
    begin, end = s[GHOSTS], s[-GHOSTS - 1]
    tip = min(TIP * r[GHOSTS] ** 2, WIDEST_TIP) / fineness
    along = (end - begin) * np.linspace(0.0, 1.0, SAMPLES) ** 3  # closer than any spacing near the waist
    spacing = np.minimum(tip + GRADING / fineness * along, WIDEST / fineness)
    count = np.concatenate([[0.0], np.cumsum(np.diff(along) * 0.5 * (1 / spacing[1:] + 1 / spacing[:-1]))])
    places = begin + np.interp(np.linspace(0.0, count[-1], int(np.ceil(count[-1])) + 1), count, along)
    curve = CubicSpline(s, np.stack([r, z], axis=1))
    return pinned(*curve(places).T.copy())


def bent(r, z):
    """Return both components of the normal, both curvatures, and the area each marker stands for."""
    here_r, here_z = mirrored(r, z)
    step = np.hypot(np.diff(here_r), np.diff(here_z))
    h, before = step[GHOSTS : GHOSTS + len(r)], step[GHOSTS - 1 : GHOSTS + len(r) - 1]

    def derivatives(f):
        back, here, ahead = (f[GHOSTS + n : GHOSTS + n + len(r)] for n in (-1, 0, 1))
        left, right = (here - back) / before, (ahead - here) / h
        return (left * h + right * before) / (h + before), 2 * (right - left) / (h + before)

    (r1, r2), (z1, z2) = derivatives(here_r), derivatives(here_z)
    long = np.hypot(r1, z1)
    meridian = (r1 * z2 - z1 * r2) / long**3
    parallel = np.where(r > 0, z1 / long / np.where(r > 0, r, 1), meridian)
    width = 0.5 * np.concatenate([[h[0]], h[1:-1] + before[1:-1], [before[-1]]])
    return (z1 / long, -r1 / long), meridian, parallel, 2 * np.pi * r * width


def volume(r, z, meridian):
    """Volume turned by the half meridian: frusta under its chords, and the segments between chord and arc."""
    square = (r[1:] ** 2 + r[1:] * r[:-1] + r[:-1] ** 2) / 3
    cube = np.hypot(np.diff(r), np.diff(z)) ** 3
    segments = cube * (meridian[1:] + meridian[:-1]) / 24
    return np.pi * np.sum(square * np.diff(z)) + np.pi * np.sum((r[1:] + r[:-1]) * segments)


def fillet(waist, fineness):
    """Two touching spheres joined by a ring whose meridian is a circle tangent to both."""
    bend = waist**2 / (2 * (1 - waist))
    angle = np.arctan2(1.0, waist + bend)  # of the point of contact, seen from the centre of the circle
    turn = np.linspace(0.0, angle, 1000)
    low = np.stack([waist + bend - bend * np.cos(turn), bend * np.sin(turn)])
    start = np.pi / 2 - angle  # polar angle of the same point from the bottom of the sphere
    turn = start + (np.pi - start) * np.linspace(0.0, 1.0, SAMPLES)[1:] ** 2
    high = np.stack([np.sin(turn), 1 - np.cos(turn)])
    r, z = np.concatenate([low, high], axis=1)
    return spread_evenly(*pinned(r, z), fineness)


def step(r, z, dt):
    """Move all markers by one step of the midpoint rule and mend the volume; return them and U."""
    moved = r, z
    for part in (0.5, 1.0):
        normal, meridian, parallel, area = bent(*moved)
        drive = np.sum((meridian + parallel) * area) / np.sum(area)
        way = part * dt * (drive - meridian - parallel)
        moved = pinned(r + way * normal[0], z + way * normal[1])
    lift = (CAP_VOLUME - volume(*moved, meridian)) / np.sum(area)  # what the quadratures leave
    return *pinned(moved[0] + lift * normal[0], moved[1] + lift * normal[1]), drive


def pinned(r, z):
    """Keep the waist on the mid-plane and the pole on the axis."""
    z[0], r[-1] = 0.0, 0.0
    return r, z


def grow(times, *, start=0.03, fineness=1.0):
    """Return the shapes at D t/R^2 = times, for two spheres that touched at time 0.

    `start` is the waist of the first fillet; its age, x^3/6 for a fillet that stays a circle, is far
    below the times asked for and is added. `fineness` divides all spacings.
    """
    r, z = fillet(start, fineness)
    now, drive, shapes, steps = start**3 / 6, 0.0, [], 0
    for end in times:
        while now < end - 1e-15:
            dt = min(COURANT * np.hypot(np.diff(r), np.diff(z)).min() ** 2, end - now)
            r, z, drive = step(r, z, dt)
            now, steps = now + dt, steps + 1
            if steps % REMESH == 0:
                r, z = spread_evenly(r, z, fineness)
        shapes.append(Shape(now, float(r[0]), float(drive), r, z))
    return shapes
