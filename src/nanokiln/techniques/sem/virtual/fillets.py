"""The neck between two spheres: the fillet that touches both and leaves a given radius in the middle."""

from __future__ import annotations

import math

from ....core.errors import InputError

_NARROWEST = 1e-6  # of the radius: a fillet smaller than this is none


def fillet(first: float, second: float, length: float, neck: float) -> tuple[float, float, float] | None:
    """Return place along the axis, distance from it, and radius of the fillet circle of a neck.

    Parameters
    ----------
    first, second
        Radii of the spheres.
    length
        Distance of their centres.
    neck
        Radius of the neck at its narrowest.

    Returns
    -------
    tuple or None
        None where the spheres overlap so much that they are wider there than the neck.

    Raises
    ------
    InputError
        For a neck as wide as a sphere or wider.

    Limits: a fillet of circular section; one sphere, both ends tangent. The circle of radius r touches both
    spheres from outside: |c - c1| = R1 + r and |c - c2| = R2 + r, and stands r + neck from the axis.
    """
    if not 0 < neck < min(first, second):
        raise InputError(f"a neck of radius {neck:g} between spheres of {first:g} and {second:g}: too wide.")
    at = (length**2 + first**2 - second**2) / (2 * length)
    lean = (first - second) / length
    # (at + lean r)^2 + (neck + r)^2 = (first + r)^2
    a, b = lean**2, 2 * (at * lean + neck - first)
    c = at**2 + neck**2 - first**2
    if c <= 0 or b >= 0:
        return None
    root = b * b - 4 * a * c
    if root < 0:
        return None
    radius = 2 * c / (-b + math.sqrt(root))  # the smaller root, also for equal spheres where a = 0
    if radius < _NARROWEST * first:
        return None
    return at + lean * radius, neck + radius, radius
