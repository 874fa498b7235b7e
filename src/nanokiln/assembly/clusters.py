"""Clusters of bonded spheres, their extent, and whether they run through the periodic box."""

# mypy: disable-error-code="no-untyped-def"
# (compiled functions: numba infers their types from the call)

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .network import Network
from .packing import Packing


@dataclass(frozen=True)
class Cluster:
    """The largest cluster of bonded spheres.

    Parameters
    ----------
    fraction
        Its share of all spheres.
    extent_nm
        Its longest edge along the axes, outer surface to outer surface; at least the box if it spans.
    spans
        Whether it joins its own periodic image: then it has no end, and the extent is a lower bound.
    """

    fraction: float
    extent_nm: float
    spans: bool


@njit(cache=True)
def _walk(start, partner, image, shift, label):
    """Breadth-first search; `shift` gets the box each sphere sits in, returns which clusters wrap."""
    count = len(label)
    queue = np.empty(count, np.int64)
    wraps = np.zeros(count, np.bool_)
    found = 0
    for seed in range(count):
        if label[seed] >= 0:
            continue
        label[seed] = found
        queue[0] = seed
        head, tail = 0, 1
        while head < tail:
            a = queue[head]
            head += 1
            for p in range(start[a], start[a + 1]):
                b = partner[p]
                if label[b] < 0:
                    label[b] = found
                    for k in range(3):
                        shift[b, k] = shift[a, k] + image[p, k]
                    queue[tail] = b
                    tail += 1
                else:
                    for k in range(3):
                        if shift[b, k] != shift[a, k] + image[p, k]:
                            wraps[found] = True
        found += 1
    return found, wraps


def _rows(
    count: int, i: NDArray[np.int64], j: NDArray[np.int64], image: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the bonds as compressed rows, both directions."""
    here, there = np.concatenate([i, j]), np.concatenate([j, i])
    images = np.concatenate([image, -image])
    order = np.argsort(here, kind="stable")
    start = np.zeros(count + 1, np.int64)
    start[1:] = np.cumsum(np.bincount(here, minlength=count))
    return start, there[order], images[order]


def largest_cluster(packing: Packing, net: Network) -> Cluster:
    """Return the largest cluster of bonded spheres.

    Parameters
    ----------
    packing, net
        Spheres and their contact network.
    """
    bond = net.bonded
    start, partner, image = _rows(packing.count, net.i[bond], net.j[bond], net.image[bond])
    shift = np.zeros((packing.count, 3), np.int64)
    label = np.full(packing.count, -1, np.int64)
    found, wraps = _walk(start, partner, image, shift, label)
    best = int(np.argmax(np.bincount(label, minlength=found)))
    members = np.flatnonzero(label == best)
    place = packing.position_nm[members] + shift[members] * packing.box_nm
    radius = packing.radius_nm[members, None]
    extent = float(np.max((place + radius).max(axis=0) - (place - radius).min(axis=0)))
    spans = bool(wraps[best])
    if spans:
        extent = max(extent, packing.box_nm)
    return Cluster(len(members) / packing.count, extent, spans)
