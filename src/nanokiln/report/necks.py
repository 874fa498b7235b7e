"""Necks between spheres as surfaces: a fillet that touches both spheres tangentially."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]

_SHARPEST = 1e-3  # fillet over neck radius, at least: spheres that overlap would turn it inside out
_FULLEST = 0.95  # of the sphere radius: a fillet of a fuller neck would be flat
_STEPS_PER_PIXEL = 1.3  # surface points, so that no pixel is missed


@dataclass(frozen=True)
class Necks:
    """Necks by middle, direction, radius, and radius and half distance of the spheres they join (nm).

    `top` is the height of the higher of the two centres.
    """

    middle: Array
    axis: Array
    radius: Array
    sphere: Array
    half: Array
    top: Array

    @classmethod
    def none(cls) -> Necks:
        """Return no necks."""
        return cls(np.zeros((0, 3)), np.zeros((0, 3)), *(np.zeros(0),) * 4)

    @property
    def count(self) -> int:
        """Number of necks."""
        return int(self.radius.size)

    def moved(self, shift: Array) -> Necks:
        """Return the necks moved by `shift`."""
        return replace(self, middle=self.middle + shift, top=self.top + shift[2])

    def chosen(self, mask: NDArray[np.bool_]) -> Necks:
        """Return the necks where `mask` is true."""
        return Necks(*(getattr(self, f.name)[mask] for f in fields(self)))

    def inside(self, frame_nm: float, cut_nm: float) -> Necks:
        """Return the necks that reach into the frame and whose spheres both lie below the cut."""
        flat, reach = self.middle[:, :2], self.sphere[:, None]
        return self.chosen(((flat > -reach) & (flat < frame_nm + reach)).all(axis=1) & (self.top < cut_nm))


def necks_of(architecture: xr.Dataset, position: Array, radius: Array, box: float) -> Necks:
    """Return the bonded necks of an architecture, in a box that begins at zero."""
    if "contact_i" not in architecture:
        return Necks.none()
    ratio = np.nan_to_num(np.asarray(architecture["neck_ratio"].values, dtype=float))
    use = np.asarray(architecture["bonded"].values, dtype=bool) & (ratio > 0)
    i, j = (np.asarray(architecture[f"contact_{end}"].values, dtype=int)[use] for end in "ij")
    if not i.size:
        return Necks.none()
    start = np.mod(position[i], box)
    way = position[j] - position[i]
    way -= box * np.rint(way / box)
    distance = np.linalg.norm(way, axis=1)
    axis = way / distance[:, None]
    gap = distance - radius[i] - radius[j]
    middle = start + axis * (radius[i] + gap / 2)[:, None]
    sphere = 2 * radius[i] * radius[j] / (radius[i] + radius[j])
    neck = np.minimum(ratio[use] * np.minimum(radius[i], radius[j]), _FULLEST * sphere)
    top = np.maximum(start[:, 2], start[:, 2] + way[:, 2])
    return Necks(middle, axis, neck, sphere, sphere + gap / 2, top)


def neck_points(necks: Necks, index: int, scale: float) -> tuple[Array, Array]:
    """Return points and outward normals of one neck's surface, on the side of the viewer, in pixels.

    Parameters
    ----------
    necks, index
        Which neck.
    scale
        Pixels per nm.
    """
    x, a, half = (float(v[index]) * scale for v in (necks.radius, necks.sphere, necks.half))
    fillet = max((x**2 + half**2 - a**2) / (2 * (a - x)), _SHARPEST * x)
    reach = half * fillet / (a + fillet)
    along = np.linspace(-reach, reach, 3 + int(_STEPS_PER_PIXEL * 2 * reach))
    profile = x + fillet - np.sqrt(np.maximum(fillet**2 - along**2, 0))
    around = np.linspace(0, 2 * np.pi, 12 + int(_STEPS_PER_PIXEL * 2 * np.pi * profile.max()), endpoint=False)
    axis, first, second = _frame(necks.axis[index])
    ring = np.cos(around)[:, None] * first + np.sin(around)[:, None] * second
    steep = (x + fillet - profile) / fillet
    normal = steep[:, None, None] * ring - (along / fillet)[:, None, None] * axis
    place = necks.middle[index] * scale + along[:, None, None] * axis + profile[:, None, None] * ring
    facing = normal[..., 2] > 0
    return place[facing], normal[facing]


def _frame(axis: Array) -> tuple[Array, Array, Array]:
    """Return the axis and two directions across it."""
    helper = np.eye(3)[int(np.argmin(np.abs(axis)))]
    first = np.cross(axis, helper)
    first /= np.linalg.norm(first)
    return axis, first, np.cross(axis, first)
