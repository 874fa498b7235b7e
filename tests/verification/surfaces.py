"""Runs of the solid that several tests share, and what they must give. Lengths in voxels."""

import math

import numpy as np

from nanokiln.assembly.voxels import geometry, shapes
from nanokiln.assembly.voxels.redistance import FOLLOW
from nanokiln.assembly.voxels.solid import Solid, advance, renew

STEP = 0.125  # D t of a step, voxels^2: redistancing falls due after every second one


def ball(radius, offset=(0.3, -0.2, 0.1), room=10):
    """Return a sphere off the grid points, and its centre."""
    side = 2 * (math.ceil(radius) + room)
    centre = side / 2 + np.asarray(offset)
    return Solid(shapes.spheres((side,) * 3, centre[None], np.array([float(radius)]))), centre


def radii(phi, centre):
    """Distances of the surface from a point."""
    return np.linalg.norm(geometry.crossings(phi) - centre, axis=1)


def ball_volume(radius):
    return 4 / 3 * math.pi * radius**3


def shrink(solid, spread_total, step=STEP):
    """Let curvature alone act."""
    done = 0.0
    while done < spread_total - 1e-12:
        now = min(step, spread_total - done)
        advance(solid, None, spread=now, film=1.0)
        done += now
        if solid.due:
            renew(solid)


def curvature_law(radius, step=STEP):
    """Return (R0^2 - R^2)/(4 D t) of a sphere that loses half its square radius; 1 is exact."""
    solid, centre = ball(radius)
    start = float(np.mean(radii(solid.phi, centre)))
    spread = radius**2 / 8
    shrink(solid, spread, step)
    return (start**2 - float(np.mean(radii(solid.phi, centre))) ** 2) / (4 * spread)


def two_balls(radius):
    """Return two touching spheres along the last axis, and their centres."""
    width, length = 2 * radius + 16, 4 * radius + 16
    centres = np.array([[width / 2, width / 2, length / 2 + side * radius] for side in (-1, 1)])
    return Solid(shapes.spheres((width, width, length), centres, np.full(2, float(radius)))), centres


def necks(radius, times, step=STEP):
    """Return neck over sphere radius at D t/R^2 = times, at constant volume with melt everywhere."""
    solid, (first, second) = two_balls(radius)
    volume, done, found = solid.volume, 0.0, []
    for time in times:
        while done < time * radius**2 - 1e-9:
            now = min(step, time * radius**2 - done)
            advance(solid, volume, spread=now, film=1.0)
            done += now
            if solid.due:
                renew(solid, volume, sweeps=FOLLOW)
        found.append(geometry.neck_radius(solid.phi, first, second) / radius)
    return np.array(found)
