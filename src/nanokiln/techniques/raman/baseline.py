"""What analysts do about the background: the ensemble of base lines every ratio is found with."""

from __future__ import annotations

import warnings

import numpy as np

from .bands import Array

#: Base lines taken off before the fit: method of pybaselines, its stiffness or degree.
METHODS: dict[str, tuple[str, dict[str, float]]] = {
    "arpls, soft": ("arpls", {"lam": 1e5}),
    "arpls": ("arpls", {"lam": 1e6}),
    "arpls, stiff": ("arpls", {"lam": 1e7}),
    "asls": ("asls", {"lam": 1e6, "p": 1e-2}),
    "imodpoly 2": ("imodpoly", {"poly_order": 2}),
    "imodpoly 3": ("imodpoly", {"poly_order": 3}),
}
POINTS = 600  # on which the stiffness is meant; it goes with the fourth power of their number
FREE = 3  # parameters such a base line counts as in the information criterion
END = 25.0  # 1/cm inwards of an anchor that are averaged for a straight line: some ten points
#: Ends of the straight line under raw maxima that are usual, 1/cm; the first is the stated definition.
ANCHORS = ((900.0, 1850.0), (950.0, 1800.0), (1000.0, 1750.0), (900.0, 1750.0), (1000.0, 1850.0))


def straight(x: Array, y: Array, first: float, last: float) -> Array:
    """Return the straight line through the spectrum's ends between two shifts.

    Parameters
    ----------
    x, y
        Shift in 1/cm and intensity.
    first, last
        The two shifts; taken inwards where the spectrum does not reach them. The points within 25 1/cm of
        them, on the inner side, are averaged (median).
    """
    a, b = max(first, float(x[0])), min(last, float(x[-1]))
    left, right = (x >= a) & (x <= a + END), (x >= b - END) & (x <= b)
    at, to = float(x[left].mean()), float(x[right].mean())
    low, high = float(np.median(y[left])), float(np.median(y[right]))
    return np.asarray(low + (high - low) * (x - at) / (to - at))


def automatic(x: Array, y: Array, name: str) -> Array:
    """Return one of `METHODS`, found on all of the points given.

    Source: pybaselines, which lists the publications of the methods.
    """
    from pybaselines import Baseline

    method, options = METHODS[name]
    options = dict(options)
    if "lam" in options:
        options["lam"] *= (x.size / POINTS) ** 4
    with warnings.catch_warnings():  # one that has not converged is as good as any: the fit judges
        warnings.simplefilter("ignore")
        base, _ = getattr(Baseline(x), method)(y, **options)
    return np.asarray(base, dtype=float)
