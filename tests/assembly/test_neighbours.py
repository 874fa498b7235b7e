"""Cell lists against the all-pairs search, and periodic images."""

from __future__ import annotations

import numpy as np
import pytest

from nanokiln.assembly.neighbours import neighbours, pairs


def brute(position, radius, box, reach):
    found = set()
    shifts = [(a, b, c) for a in (-1, 0, 1) for b in (-1, 0, 1) for c in (-1, 0, 1)]
    for i in range(len(radius)):
        for j in range(len(radius)):
            for s in shifts:
                if i == j and s == (0, 0, 0):
                    continue
                d = np.linalg.norm(position[i] - position[j] - np.array(s) * box)
                if d < radius[i] + radius[j] + reach:
                    found.add((i, j, *s))
    return found


@pytest.mark.parametrize(("count", "box"), [(40, 20.0), (40, 8.0), (8, 3.9)])
def test_rows_hold_every_pair_and_image(count, box):
    rng = np.random.default_rng(count)
    position, radius = rng.random((count, 3)) * box, 0.8 + 0.4 * rng.random(count)
    table = neighbours(position, radius, box, 0.7)
    rows = np.repeat(np.arange(count), np.diff(table.start))
    listed = {
        (int(i), int(j), *map(int, s)) for i, j, s in zip(rows, table.partner, table.image, strict=True)
    }
    assert len(listed) == len(rows)
    assert listed == brute(position, radius, box, 0.7)
    i, j, image = pairs(table)
    assert 2 * len(i) == len(rows)
    assert listed == {
        (a, b, *s) for a, b, s in zip(i.tolist(), j.tolist(), map(tuple, image.tolist()), strict=True)
    } | {
        (b, a, *(-x for x in s))
        for a, b, s in zip(i.tolist(), j.tolist(), map(tuple, image.tolist()), strict=True)
    }


def test_a_pair_across_a_corner_of_the_box_is_found():
    position = np.array([[0.1, 0.1, 0.1], [9.9, 9.9, 9.9]])
    i, j, image = pairs(neighbours(position, np.full(2, 0.2), 10.0, 0.1))
    assert (i.tolist(), j.tolist(), image.tolist()) == ([0], [1], [[-1, -1, -1]])
