"""Necks: the radius of the solid in the plane between two spheres, and what share of contacts is bonded."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ....core.errors import InputError
from .pairs import Pairs, check_spheres, pairs
from .rays import rings, trace

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
RAYS = 64  # directions around each contact, as `geometry.neck_radius`
EARLY = 1.8  # voxels: a neck is resolved from sqrt(1.8 R) on, where its fillet has a radius of 0.9 voxel
CREASE = 0.375  # voxel, most by which cubic interpolation lifts a sharp crease of slope one off the grid
SETTLED = 0.1  # voxel, most by which a resolved neck was read too small in any placement of exact bodies
GAP_SHARE = 0.1  # of the mean radius: spheres closer than this count as contacts unless a gap is given


class Bonded(NamedTuple):
    """Share of contacts that are bonded: certainly (resolved necks), possibly (any solid in the plane)."""

    low: float
    high: float
    contacts: int


def _sections(phi: NDArray[np.floating], found: Pairs, centres: Array, radii: Array) -> Array:
    """Return the radius of equal area, the hole on the axis and the outer radius of each, voxels."""
    if not len(found.i):
        return np.zeros((3, 0))
    middle = centres[found.i] + found.plane[:, None] * found.axis
    limit = np.minimum(radii[found.i], radii[found.j])
    enter, leave = trace(phi, middle, rings(found.axis, RAYS), np.zeros(len(middle)), limit)
    # solid that begins further out than half a radius belongs to a third sphere
    none = ~(enter < limit[:, None] / 2)
    leave = np.where(np.isnan(leave), limit[:, None], leave)
    enter, leave = np.where(none, 0.0, enter), np.where(none, 0.0, leave)
    equal = np.sqrt(np.mean(leave**2 - enter**2, axis=1))
    hole, outer = (np.sqrt(np.mean(r**2, axis=1)) for r in (enter, leave))
    return np.array([equal, hole, outer])


def contacts(
    phi: NDArray[np.floating],
    centres: Array,
    radii: Array,
    *,
    voxel_nm: float = 1.0,
    gap_nm: float | None = None,
) -> xr.Dataset:
    """Return the neck of every contact.

    Parameters
    ----------
    phi
        Signed distance, shape (nx, ny, nz), voxels, periodic.
    centres, radii
        Shape (sphere, 3) and (sphere,), voxels.
    voxel_nm
        Edge of a voxel, nm.
    gap_nm
        Spheres whose surfaces are closer are contacts; a tenth of the mean radius unless given.

    Returns
    -------
    Dataset
        Dimension ``contact``: `i`, `j`, `image` (contact, xyz), `gap_nm` between the bare spheres;
        `seen_nm`, the root mean square of the first zero along rays in the plane (area of the solid where
        there is a hole on the axis), zero where there is a gap; `neck_nm`, the same where it is resolved,
        else NaN; `low_nm` and `high_nm`; `ratio`, neck over the harmonic mean radius; `resolved`, `solid`
        (any solid in the plane), `hole_nm`.

    Raises
    ------
    InputError
        If the spheres do not fit together or the gap is negative.

    Limits
    ------
    Necks below sqrt(1.8 R) voxels, and spheres that merely touch, read anything from zero to that bound: it
    is their `high_nm`. A sharp crease between grid planes is read too large by up to 3/8 voxel times the
    slope ratio, and `low_nm` allows for it. Fillets narrower than a voxel are not in the grid.
    """
    import xarray as xr

    centres, radii = check_spheres(phi.shape, centres, radii)
    gap = GAP_SHARE * float(np.mean(radii)) if gap_nm is None else gap_nm / voxel_nm
    if gap < 0:
        raise InputError(f"gap_nm = {gap_nm}: give zero or more.")
    found = pairs(phi.shape, centres, radii, gap)
    seen, hole, outer = _sections(phi, found, centres, radii)
    mean = 2 * radii[found.i] * radii[found.j] / (radii[found.i] + radii[found.j])
    early = np.sqrt(EARLY * mean)
    solid = seen > 0
    resolved = ~solid | (seen >= early)
    crease = CREASE * np.abs(found.plane) / np.where(solid, outer, 1.0)
    low = np.where(solid & resolved, np.maximum(seen - crease, 0.0), 0.0)
    high = np.where(solid, np.where(resolved, seen + SETTLED, np.maximum(early, seen)), 0.0)
    nm = {"units": "nm"}
    neck = np.where(resolved, seen, math.nan)
    return xr.Dataset(
        {
            "i": ("contact", found.i),
            "j": ("contact", found.j),
            "image": (("contact", "xyz"), found.image),
            "axis": (("contact", "xyz"), found.axis),
            "plane_nm": ("contact", found.plane * voxel_nm, nm),
            "gap_nm": ("contact", found.gap * voxel_nm, nm),
            "seen_nm": ("contact", seen * voxel_nm, nm),
            "neck_nm": ("contact", neck * voxel_nm, nm),
            "low_nm": ("contact", low * voxel_nm, nm),
            "high_nm": ("contact", high * voxel_nm, nm),
            "hole_nm": ("contact", hole * voxel_nm, nm),
            "ratio": ("contact", neck / mean, {"units": "1"}),
            "early_nm": ("contact", early * voxel_nm, nm),
            "resolved": ("contact", resolved),
            "solid": ("contact", solid),
        },
        attrs={"voxel_nm": voxel_nm, "gap_nm": gap * voxel_nm},
    )


def bonded(table: xr.Dataset) -> Bonded:
    """Return the share of contacts that are bonded, as bounds.

    Parameters
    ----------
    table
        As returned by `contacts`.

    Returns
    -------
    Bonded
        `low` counts resolved necks, `high` all with solid in the plane; NaN without contacts.
    """
    count = table.sizes["contact"]
    if not count:
        return Bonded(math.nan, math.nan, 0)
    solid, resolved = table["solid"].values, table["resolved"].values
    return Bonded(float(np.mean(solid & resolved)), float(np.mean(solid)), count)
