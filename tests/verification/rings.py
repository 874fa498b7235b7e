"""Rings of melt between two spheres in any direction, touching or apart, against `exact`; in voxels."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from nanokiln.assembly.voxels import fields, geometry
from nanokiln.assembly.voxels.melt import Melt

from . import exact
from .bodies import clamp, grid

CUT = 1.1  # radius, in sphere radii, of the ball around the contact beyond which the spheres are cut off
ALONG = (0.0, 0.0, 1.0)
TILTED = (0.36, 0.48, 0.80)  # on no plane of symmetry of the grid; exactly of length one


@dataclass(frozen=True)
class Found:
    """Measured over exact, less one; of the force also the difference over sigma R."""

    waist: float
    force: float
    pressure: float
    force_difference: float
    valid: bool


def ring_between(radius, theta_deg, share, *, gap=0.0, axis=ALONG, offset=(0.0, 0.0, 0.0)):
    """Put a ring of melt (share in R^3) between two spheres (gap in R); return it and two points on the axis.

    The far halves of the spheres are left out: their ends are convex, and melt stays off them.
    """
    half = int(np.ceil(CUT * radius + fields.reach()))
    middle = half + np.asarray(offset)
    at = np.stack(grid((2 * half,) * 3), axis=-1) - middle
    axis = np.asarray(axis)
    along = at @ axis
    far = np.linalg.norm(at, axis=-1)
    across = np.sqrt(np.maximum(far**2 - along**2, 0))
    apart = (1 + gap / 2) * radius
    spheres = radius - np.hypot(across, np.abs(along) - apart)
    distance = np.minimum(spheres, CUT * radius - far)
    guess = fields.profile(plug(radius, share, gap) - across) * (np.abs(along) < apart)
    melt = Melt(
        clamp(distance), guess, np.cos(np.radians(theta_deg)), volume=share * radius**3
    )  # the clip leaves the plug the room beside the spheres
    return melt, (middle - axis, middle + axis)


def plug(radius, share, gap):
    """Radius of the cylinder whose part between the spheres holds the volume."""
    square = -gap + np.sqrt(gap**2 + 2 * share / np.pi)  # of x^2: V = pi (gap x^2 + x^4/2)
    return radius * np.sqrt(square)


def waist(melt, ends):
    """Radius of the free surface in the mid-plane: where the void's share is one half."""
    void = melt.room.astype(float) - melt.field
    return geometry.neck_radius(0.5 - void, *ends)


@cache
def measured(radius, theta_deg, share, **where):
    """Relax a ring and compare it with the exact one."""
    true = exact.ring(share, theta_deg, where.get("gap", 0.0))
    melt, ends = ring_between(radius, theta_deg, share, **where)
    rested = melt.relax()
    y, p = waist(melt, ends), melt.pressure()
    force = (2 * np.pi * y - np.pi * y**2 * p) / radius
    return Found(
        waist=y / radius / true.waist - 1,
        force=force / true.force - 1,
        pressure=p * radius / true.pressure - 1,
        force_difference=force - true.force,
        valid=rested and melt.validity().holds,
    )
