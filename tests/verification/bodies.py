"""Solids and drops on a grid, and angles and waists read from fields. Lengths in voxels."""

import numpy as np

from nanokiln.assembly.voxels import fields
from nanokiln.assembly.voxels.melt import Melt

THIN = 2  # voxels across a plane problem; the first axis stays the long one


def grid(shape):
    return np.meshgrid(*(np.arange(n, dtype=float) for n in shape), indexing="ij")


def clamp(distance):
    return np.clip(distance, -fields.reach(), fields.reach())


def segment(distance_to_wall, along, radius, theta_deg, eta=fields.ETA):
    """Return a cylinder that meets the wall under an angle, as a diffuse melt field."""
    centre = -radius * np.cos(np.radians(theta_deg))
    return fields.profile(radius - np.hypot(along, distance_to_wall - centre), eta)


def wall_drop(theta_deg, radius, *, start_deg, shift=0.0, height=40, width=256):
    """Put a plane drop, of the area of a segment (radius, theta), on a flat wall with another angle."""
    x, _, z = grid((width, THIN, height))
    below = 6.0 + shift  # the wall's surface
    above = height - 6.0 + shift  # the other face of the same slab
    distance = np.maximum(below - z, z - above)
    half, other = np.radians(theta_deg), np.radians(start_deg)
    share = (half - np.sin(half) * np.cos(half)) / (other - np.sin(other) * np.cos(other))
    guess = segment(z - below, x - width / 2, radius * np.sqrt(share), start_deg)
    melt = Melt(clamp(distance), guess, np.cos(half))
    return melt, z - below, x - width / 2


def contour(values, height, along):
    """Return points of melt = 1/2 (along, height), interpolated along both axes of the plane."""
    points = []
    for axis in (0, 1):
        after = np.roll(values, -1, axis)
        crossing = (values - 0.5) * (after - 0.5) < 0
        part = (0.5 - values[crossing]) / (after[crossing] - values[crossing])
        pair = [f[crossing] + part * (np.roll(f, -1, axis)[crossing] - f[crossing]) for f in (along, height)]
        points.append(np.array(pair))
    return np.concatenate(points, axis=1)


def fitted_angle(melt, height, along, clearance=4.0):
    """Fit a circle to the free surface at least `clearance` above the wall; return its angle in degrees."""
    x, h = contour(melt.field[:, 0], height[:, 0], along[:, 0])
    keep = (h > clearance) & (np.abs(h) < 1e3)
    x, h = x[keep], h[keep]
    matrix = np.stack([x, h, np.ones_like(x)], axis=1)
    a, b, c = np.linalg.lstsq(matrix, x**2 + h**2, rcond=None)[0]
    radius = np.sqrt(c + (a**2 + b**2) / 4)
    return np.degrees(np.arccos(-b / 2 / radius))


def ring_melt(radius, theta_deg, volume, *, wall=fields.wall_term):
    """Put melt between two touching spheres on a grid axis; the mid-plane is a plane of voxels."""
    wide, deep = 2 * round(1.4 * radius), 2 * round(0.5 * radius)  # the copies stay apart
    x, y, z = grid((wide, wide, deep))
    x, y, z = x - wide / 2, y - wide / 2, z - deep / 2
    across = np.hypot(x, y)
    distance = radius - np.hypot(across, np.abs(z) - radius)
    # a plug between the spheres of about the right volume: the clip leaves it the room beside them
    plug = (2 * volume / np.pi * radius) ** 0.25
    guess = fields.profile(plug - across)
    melt = Melt(clamp(distance), guess, np.cos(np.radians(theta_deg)), volume=volume)
    return melt, across


def waist(melt, across):
    """Radius of the melt's surface in the mid-plane, from the sine profile near it."""
    middle = melt.field.shape[2] // 2
    void = (melt.room - melt.field)[:, :, middle].astype(float)  # the melt alone also ends at the neck
    values, r = 1 - void, across[:, :, middle]
    near = np.abs(values - 0.5) < 0.3
    return float(np.mean(r[near] + fields.ETA / np.pi * np.arcsin(2 * values[near] - 1)))


def pull(melt, across):
    """Force between the spheres over sigma: line at the waist minus pressure on its disc."""
    y = waist(melt, across)
    return 2 * np.pi * y - np.pi * y**2 * melt.pressure()


def tilted_drop(theta_deg, radius, *, slope, start_deg, size):
    """Put a plane drop on a wall with the normal (1, slope), slope 1 or 2, through a periodic box."""
    x, _, z = grid((size * slope, THIN, size))
    long = np.hypot(1, slope)
    period, thick = size * slope / long, 8.0
    x0, z0 = 0.5 * size * slope, 0.5 * size  # a point on the wall, in the middle of the box
    u = ((x - x0) + slope * (z - z0)) / long
    height = np.mod(u + thick, period) - thick  # 0 on the wall, -thick on the other face of the slab
    distance = np.where(
        height < 0, thick / 2 - np.abs(height + thick / 2), -np.minimum(height, period - thick - height)
    )
    along = (-slope * (x - x0) + (z - z0)) / long
    half, other = np.radians(theta_deg), np.radians(start_deg)
    share = (half - np.sin(half) * np.cos(half)) / (other - np.sin(other) * np.cos(other))
    guess = segment(u, along, radius * np.sqrt(share), start_deg)
    guess[u < -thick / 2] = 0  # nothing on the other face
    return Melt(clamp(distance), guess, np.cos(half)), u, along
