"""Roughness of each sphere on its fitted surface, with what the grid alone would show as a floor."""

# mypy: disable-error-code="no-untyped-def"
# (compiled functions: numba infers their types from the call)

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from ..band import AXES
from ..fields import ETA, reach
from ..redistance import redistance
from ..shapes import join_spheres
from .pairs import Pairs, check_spheres, pairs
from .rays import directions, trace

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
RAYS = 2000  # directions per sphere
NARROW = 2.0  # voxels between a surface and the plane to its neighbour: closer, the field is bent by the gap
INSIDE, OUTSIDE = 0.5, 1.5  # radii between which the surface of a sphere is sought
ENOUGH = 0.1  # share of the rays that must be free of neighbours for a fit
STEPS = 6  # of the Gauss-Newton fit; it starts within a voxel
BINS = 30  # of the autocorrelation, evenly in the chord between directions; one holds the nearest rays
WIDEST = 1.5  # largest chord of the autocorrelation, radii
FLOOR_SPHERES = 2  # perfect spheres measured for the floor, at the offsets of the first spheres
FINE = 4.0  # voxels: bumps closer than this are not in the grid, though their heights would be


class Fit(NamedTuple):
    """Sphere fitted to points by least squares, and what is left along each ray."""

    centre: Array
    radius: float
    rest: Array


def fit_sphere(points: Array) -> Fit:
    """Return the sphere with the least squares of radial distances.

    Parameters
    ----------
    points
        Shape (point, 3), at least four, not in one plane.
    """
    centre = points.mean(axis=0)
    matrix = np.column_stack([2 * points, np.ones(len(points))])
    start = np.linalg.lstsq(matrix, np.sum(points**2, axis=1), rcond=None)[0]
    centre, radius = start[:AXES], math.sqrt(max(float(start[AXES] + start[:AXES] @ start[:AXES]), 0.0))
    for _ in range(STEPS):
        apart = points - centre
        length = np.linalg.norm(apart, axis=1)
        matrix = np.column_stack([apart / length[:, None], np.ones(len(points))])
        step = np.linalg.lstsq(matrix, length - radius, rcond=None)[0]
        centre, radius = centre + step[:AXES], radius + float(step[AXES])
    return Fit(centre, radius, np.linalg.norm(points - centre, axis=1) - radius)


def _cones(found: Pairs, necks: Array, radii: Array) -> tuple[Array, Array, Array]:
    """Return sphere, axis and cosine of every cone a neighbour takes, both ends of each pair."""
    early = np.where(np.isnan(necks), 0.0, necks)
    sphere = np.concatenate([found.i, found.j])
    axis = np.concatenate([found.axis, -found.axis])
    plane = np.concatenate([found.plane, found.length - found.plane])
    neck, radius = np.concatenate([early, early]), radii[sphere]
    # a fillet that meets the sphere smoothly ends where the circle of radius `fillet` touches it
    room = np.maximum(2 * (radius - neck), 1.0)
    fillet = np.maximum((neck**2 + plane**2 - radius**2) / room, 0.0)
    bridged = np.arctan2(neck + fillet, plane)
    near = np.arccos(np.clip((plane - NARROW) / radius, -1.0, 1.0))
    angle = np.where(neck > 0, np.maximum(bridged + NARROW / radius, near), near)
    return sphere, axis, np.cos(np.minimum(angle, np.pi))


def _free(found: Pairs, necks: Array, radii: Array, ways: Array) -> NDArray[np.bool_]:
    """Return which directions of which sphere run into no neighbour, shape (sphere, ray)."""
    free = np.ones((len(radii), len(ways)), np.bool_)
    sphere, axis, cosine = _cones(found, necks, radii)
    for n, a, c in zip(sphere, axis, cosine, strict=True):
        free[n] &= ways @ a < c
    return free


@njit(parallel=True, cache=True)
def _correlate(ways, rest, used, width, total, number):
    """Add up products of residuals by the chord between their directions, per sphere."""
    for s in prange(len(rest)):
        for m in range(ways.shape[0]):
            if not used[s, m]:
                continue
            for n in range(m + 1, ways.shape[0]):
                if not used[s, n]:
                    continue
                cosine = ways[m, 0] * ways[n, 0] + ways[m, 1] * ways[n, 1] + ways[m, 2] * ways[n, 2]
                b = int(math.sqrt(max(2.0 - 2.0 * cosine, 0.0)) / width)
                if b < total.shape[1]:
                    total[s, b] += rest[s, m] * rest[s, n]
                    number[s, b] += 1


def _lateral(total: Array, number: NDArray[np.int64], least: Array, square: Array, radius: Array) -> Array:
    """Return the arc over which the autocorrelation falls to 1/e, voxels; NaN where it does not.

    Bins with fewer than `least` pairs are left out: they do not cover the sphere.
    """
    out = np.full(len(radius), math.nan)
    width = WIDEST / BINS
    chord = np.concatenate([[0.0], (np.arange(total.shape[1]) + 0.5) * width])
    for s in np.flatnonzero(np.isfinite(radius) & (square > 0)):
        have = number[s] >= least[s]
        value = np.concatenate([[1.0], total[s][have] / number[s][have] / square[s]])
        at = chord[np.concatenate([[True], have])]
        below = np.flatnonzero(value < 1 / math.e)
        if len(below):
            n = int(below[0])
            share = (value[n - 1] - 1 / math.e) / (value[n - 1] - value[n])
            out[s] = 2 * math.asin((at[n - 1] + share * (at[n] - at[n - 1])) / 2) * radius[s]
    return out


class Surface(NamedTuple):
    """Fitted centre (sphere, 3), radius, Rq, peak to valley, lateral length, share of free rays; voxels."""

    centre: Array
    radius: Array
    rq: Array
    peak_to_valley: Array
    lateral: Array
    free: Array


def _surfaces(field: NDArray[np.float32], centres: Array, radii: Array, free: NDArray[np.bool_]) -> Surface:
    """Return the fits of all spheres; NaN where too few rays are free."""
    count, ways = len(radii), directions(free.shape[1])
    _, leave = trace(
        field, centres, np.broadcast_to(ways, (count, *ways.shape)), INSIDE * radii, OUTSIDE * radii
    )
    used = free & np.isfinite(leave)
    centre, rest = np.full((count, AXES), math.nan), np.zeros(leave.shape)
    radius, rq, valley = (np.full(count, math.nan) for _ in range(3))
    for s in range(count):
        if np.mean(used[s]) < ENOUGH:
            used[s] = False
            continue
        fit = fit_sphere(leave[s, used[s], None] * ways[used[s]])
        centre[s], radius[s], rest[s, used[s]] = centres[s] + fit.centre, fit.radius, fit.rest
        rq[s], valley[s] = math.sqrt(float(np.mean(fit.rest**2))), float(np.ptp(fit.rest))
    total, number = np.zeros((count, BINS)), np.zeros((count, BINS), np.int64)
    _correlate(ways, rest, used, WIDEST / BINS, total, number)
    lateral = _lateral(total, number, np.sum(used, axis=1).astype(np.float64), rq**2, radius)
    return Surface(centre, radius, rq, valley, lateral, np.mean(used, axis=1))


def floor(centres: Array, radii: Array, eta: float = ETA, rays: int = RAYS) -> float:
    """Return the Rq that perfect spheres show on the grid, voxels.

    Parameters
    ----------
    centres, radii
        Shape (sphere, 3) and (sphere,), voxels; the first two are tried at their offsets from the cells.
    eta
        Interface width in voxels.
    rays
        Directions.

    Returns
    -------
    float
        The larger of the spheres as they are and after one redistancing, which every field of a run had.
    """
    found = 0.0
    for centre, radius in zip(centres[:FLOOR_SPHERES], radii[:FLOOR_SPHERES], strict=True):
        side = 2 * math.ceil(radius + reach(eta) + 2)
        at = np.mod(centre, 1.0)[None, :] + side / 2
        phi = np.full((side, side, side), -reach(eta))
        join_spheres(phi, at, np.array([radius]), eta)
        for turn in range(2):
            if turn:
                redistance(phi, eta)
            free = np.ones((1, rays), np.bool_)
            seen = _surfaces(phi.astype(np.float32), at, np.array([radius]), free)
            found = max(found, float(seen.rq[0]))
    return found


def roughness(
    phi: NDArray[np.floating],
    centres: Array,
    radii: Array,
    *,
    table: xr.Dataset | None = None,
    voxel_nm: float = 1.0,
    rays: int = RAYS,
    eta: float = ETA,
) -> xr.Dataset:
    """Return diameter and roughness of every sphere on its fitted surface.

    Parameters
    ----------
    phi
        Signed distance, shape (nx, ny, nz), voxels, periodic.
    centres, radii
        Shape (sphere, 3) and (sphere,), voxels: where to look; both are fitted anew.
    table
        Contacts as returned by `necks.contacts`, so that rays into necks are left out; measured unless given.
    voxel_nm
        Edge of a voxel, nm.
    rays
        Directions per sphere.
    eta
        Interface width in voxels.

    Returns
    -------
    Dataset
        Dimension ``sphere``: `diameter_nm`, `rq_nm`, `peak_to_valley_nm`, `lateral_nm` (arc over which the
        autocorrelation of heights falls to 1/e), `centre_vox`, `free` (share of rays used); NaN where fewer
        than a tenth of the rays are free. Attributes `rq_floor_nm` (perfect spheres on this grid) and
        `lateral_floor_nm` (four voxels, or the distance of two rays).

    Limits
    ------
    Heights are good to the floor where bumps are at least four voxels wide; narrower ones are not in the
    grid, and Rq is a lower bound of that of the body. Overhangs are seen from the centre only.
    """
    import xarray as xr

    from .necks import contacts

    centres, radii = check_spheres(phi.shape, centres, radii)
    field = np.ascontiguousarray(phi, dtype=np.float32)
    found = pairs(field.shape, centres, radii, max(2 * NARROW, _gap(table)))
    table = contacts(field, centres, radii, voxel_nm=voxel_nm) if table is None else table
    necks = _neck_of(found, table)
    free = _free(found, necks, radii, directions(rays))
    seen = _surfaces(field, centres, radii, free)
    spacing = math.sqrt(4 * math.pi / rays) * float(np.mean(radii))
    nm = {"units": "nm"}
    return xr.Dataset(
        {
            "diameter_nm": ("sphere", 2 * seen.radius * voxel_nm, nm),
            "rq_nm": ("sphere", seen.rq * voxel_nm, nm),
            "peak_to_valley_nm": ("sphere", seen.peak_to_valley * voxel_nm, nm),
            "lateral_nm": ("sphere", seen.lateral * voxel_nm, nm),
            "centre_vox": (("sphere", "xyz"), seen.centre),
            "free": ("sphere", seen.free, {"units": "1"}),
        },
        attrs={
            "rq_floor_nm": floor(centres, radii, eta, rays) * voxel_nm,
            "lateral_floor_nm": max(FINE, spacing) * voxel_nm,
            "voxel_nm": voxel_nm,
        },
    )


def _gap(table: xr.Dataset | None) -> float:
    return float(table.attrs["gap_nm"] / table.attrs["voxel_nm"]) if table is not None else 0.0


def _neck_of(found: Pairs, table: xr.Dataset) -> Array:
    """Return the largest neck each pair may have, voxels; zero for pairs that are no contacts."""
    high = table["high_nm"].values / table.attrs["voxel_nm"]
    rows = zip(table["i"].values, table["j"].values, map(tuple, table["image"].values), strict=True)
    known = dict(zip(rows, high, strict=True))
    keys = zip(found.i, found.j, map(tuple, found.image), strict=True)
    return np.array([known.get(key, 0.0) for key in keys])
