"""Union-find with displacements: what hangs together in a periodic box, and along which axes without end."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..band import AXES

Index = NDArray[np.int64]


class Parts(NamedTuple):
    """Parts of a whole: `label` of every member from 0 on, and the axes along which each part has no end."""

    label: Index
    wraps: NDArray[np.bool_]

    @property
    def sizes(self) -> Index:
        """Number of members of each part."""
        return np.bincount(self.label, minlength=len(self.wraps))


def _find(parent: list[int], shift: list[tuple[int, ...]], n: int) -> tuple[int, tuple[int, ...]]:
    """Return the root of n and the box n sits in, seen from the root; shortens the way."""
    way = []
    while parent[n] != n:
        way.append(n)
        n = parent[n]
    total: tuple[int, ...] = (0,) * AXES
    for member in reversed(way):
        total = tuple(a + b for a, b in zip(shift[member], total, strict=True))
        parent[member], shift[member] = n, total
    return n, (shift[way[0]] if way else (0,) * AXES)


def unite(count: int, i: Index, j: Index, image: Index) -> Parts:
    """Join members by bonds.

    Parameters
    ----------
    count
        Number of members.
    i, j
        Members joined by each bond, shape (bond,).
    image
        Box in which `j` is met from `i`, shape (bond, 3); only its differences around a loop matter.

    Returns
    -------
    Parts
        Parts in the order of their first member. A part joins its own image where a loop of bonds comes back
        displaced by a box; `wraps`, shape (part, 3), holds the axes of such displacements.
    """
    parent = list(range(count))
    shift: list[tuple[int, ...]] = [(0,) * AXES] * count
    loops: list[tuple[int, tuple[int, ...]]] = []
    for a, b, box in zip(i.tolist(), j.tolist(), image.tolist(), strict=True):
        root_a, at_a = _find(parent, shift, a)
        root_b, at_b = _find(parent, shift, b)
        step = tuple(x + y - z for x, y, z in zip(at_a, box, at_b, strict=True))
        if root_a == root_b:
            if any(step):
                loops.append((root_a, step))
        else:
            parent[root_b], shift[root_b] = root_a, step
    roots = np.array([_find(parent, shift, n)[0] for n in range(count)], dtype=np.int64)
    _, first, back = np.unique(roots, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))
    label = rank[back.reshape(-1)]
    wraps = np.zeros((len(first), AXES), dtype=np.bool_)
    for root, step in loops:
        wraps[label[_find(parent, shift, root)[0]]] |= np.array(step) != 0
    return Parts(label, wraps)
