"""Packing order in projection: nearest neighbours, pair correlation, sixfold bonds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...core.evidence import Finding
from ..sizing.statistics import Estimate, mean
from .found import NOTHING, Found

Array = npt.NDArray[np.float64]

_FEWEST = 12  # spheres; fewer have no order
_REACH = 3.0  # diameters up to which pairs are counted
_BIN = 0.1  # diameters
_PEAK = (0.6, 1.6)  # diameters in which the first peak is looked for
_NEIGHBOUR = 1.25  # diameters; closer ones are neighbours


@dataclass(frozen=True)
class Pairs:
    """Pair correlation: distance over the mean diameter, correlation, pairs per bin."""

    distance: Array
    correlation: Array
    count: Array


def pairs(found: Found) -> Pairs:
    """Return the pair correlation of centres, corrected for the borders of the picture.

    A pair counts by the inverse of the area in which it could lie (isotropic set covariance of a rectangle).

    Limits
    ------
    A projection: spheres above each other give distances below one diameter.
    """
    circles = found.spheres.circles
    size = 2 * float(np.median(circles[:, 2]))
    y, x = circles[:, 0] / size, circles[:, 1] / size
    rows, columns = (n / size for n in found.image.shape)
    i, j = np.triu_indices(len(y), 1)
    dy, dx = np.abs(y[i] - y[j]), np.abs(x[i] - x[j])
    apart = np.hypot(dy, dx)
    near = apart < _REACH
    room = np.maximum((rows - dy[near]) * (columns - dx[near]), 1e-9)
    edges = np.arange(0, _REACH + _BIN / 2, _BIN)
    weighted, _ = np.histogram(apart[near], edges, weights=1 / room)
    number, _ = np.histogram(apart[near], edges)
    density = len(y) * (len(y) - 1) / (rows * columns) ** 2
    rings = math.pi * (edges[1:] ** 2 - edges[:-1] ** 2)
    return Pairs(0.5 * (edges[1:] + edges[:-1]), 2 * weighted / (density * rings), number)


def findings(found: Found) -> list[Finding]:
    """Return ``neighbour_distance``, ``pair_peak``, ``pair_peak_distance``, ``bond_order_6``.

    Parameters
    ----------
    found
        The picture.

    Returns
    -------
    list of Finding
        Mean distance to the nearest neighbour and place of the first peak over the mean diameter; height of
        the peak (1 is no order); mean modulus of the sixfold bond order (1 hexagonal, near 0.4 none).
    """
    names = ("neighbour_distance", "pair_peak", "pair_peak_distance", "bond_order_6")
    circles = found.spheres.circles
    if len(circles) < _FEWEST:
        why = f"not resolved: {len(circles)} spheres (needs {_FEWEST})"
        return [found.finding(name, NOTHING, "1", why) for name in names]
    from scipy.spatial import cKDTree

    size = 2 * float(np.median(circles[:, 2]))
    tree = cKDTree(circles[:, :2])
    nearest = tree.query(circles[:, :2], k=2)[0][:, 1] / size
    note = "in projection, over the median diameter; spheres above each other count as near"
    result = [found.finding(names[0], mean(nearest), "1", note)]
    curve = pairs(found)
    inside = (curve.distance >= _PEAK[0]) & (curve.distance <= _PEAK[1])
    at = np.flatnonzero(inside)[int(curve.correlation[inside].argmax())]
    height = float(curve.correlation[at])
    error = 1.645 * height / math.sqrt(max(int(curve.count[at]), 1))
    result.append(found.finding(names[1], Estimate(height, height - error, height + error), "1", note))
    place = float(curve.distance[at])
    result.append(found.finding(names[2], Estimate(place, place - _BIN / 2, place + _BIN / 2), "1", note))
    result.append(_bonds(found, tree, circles, size))
    return result


def _bonds(found: Found, tree: Any, circles: Array, size: float) -> Finding:
    values = []
    for i, near in enumerate(tree.query_ball_point(circles[:, :2], _NEIGHBOUR * size)):
        others = [j for j in near if j != i]
        if len(others) >= 2:
            step = circles[others, :2] - circles[i, :2]
            values.append(abs(np.exp(6j * np.arctan2(step[:, 0], step[:, 1])).mean()))
    if len(values) < _FEWEST:
        why = f"not resolved: {len(values)} spheres have two neighbours within {_NEIGHBOUR:g} diameters"
        return found.finding("bond_order_6", NOTHING, "1", why)
    return found.finding(
        "bond_order_6", mean(np.array(values)), "1", "two neighbours alone give large values"
    )
