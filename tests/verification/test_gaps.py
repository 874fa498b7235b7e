"""Melt starts in the narrowest gaps; its residue stays at the contact it was melt of."""

import numpy as np
import pytest

from nanokiln.assembly.voxels.fields import profile
from nanokiln.assembly.voxels.gaps import settle_locally, wedge_melt
from nanokiln.assembly.voxels.shapes import spheres

N = 48
CENTRES = np.array([[12.0, 24, 24], [24.0, 24, 24], [36.0, 24, 24]])
RADII = np.full(3, 6.0)


@pytest.fixture(scope="module")
def scene():
    """Three spheres in a row (they just touch), melt of two sizes at the two contacts; not periodic ones."""
    room = (1 - profile(spheres((N,) * 3, CENTRES, RADII))).astype(np.float32)
    x, y, z = np.indices((N,) * 3)
    across = np.hypot(y - 24, z - 24)
    left = (np.abs(x - 18) < 4) & (across < 4)
    right = (np.abs(x - 30) < 5) & (across < 6)
    return np.where(left | right, room, 0).astype(np.float32), room, left, right


def test_every_contact_keeps_its_share(scene):
    melt, room, left, right = scene
    found = settle_locally(melt, 1 - room, CENTRES, RADII, 0.3)
    for part in (left, right):
        assert found[part].sum(dtype=float) == pytest.approx(0.3 * melt[part].sum(dtype=float), rel=1e-5)
    assert found[~(left | right)].sum() == 0


def test_it_fills_the_narrowest_part_first(scene):
    melt, room, _, right = scene
    found = settle_locally(melt, 1 - room, CENTRES, RADII, 0.3)
    x, y, z = np.indices(melt.shape)
    gap = sum(
        np.sort([np.sqrt((x - c[0]) ** 2 + (y - 24) ** 2 + (z - 24) ** 2) - 6 for c in CENTRES], axis=0)[:2]
    )
    full = right & (found > 0.99 * room) & (room > 0.5)
    empty = right & (found == 0) & (melt > 0.5)
    assert gap[full].max() <= gap[empty].min() + 1e-3


def test_all_of_it_stays_where_it_is(scene):
    melt, room, _, _ = scene
    np.testing.assert_allclose(settle_locally(melt, 1 - room, CENTRES, RADII, 1.0), melt, atol=1e-5)


def test_nothing_from_nothing(scene):
    melt, room, _, _ = scene
    assert settle_locally(0 * melt, 1 - room, CENTRES, RADII, 0.5).sum() == 0
    assert settle_locally(melt, 1 - room, CENTRES, RADII, 0.0).sum() == 0


def test_contacts_across_the_box_count(scene):
    melt, room, _, _ = scene
    moved = settle_locally(
        np.roll(melt, 20, 0), np.roll(1 - room, 20, 0), CENTRES + np.array([20.0, 0, 0]), RADII, 0.3
    )
    np.testing.assert_allclose(
        np.roll(moved, -20, 0), settle_locally(melt, 1 - room, CENTRES, RADII, 0.3), atol=1e-6
    )


def test_a_first_guess_has_its_volume_and_the_narrowest_gaps(scene):
    _, room, _, _ = scene
    found = wedge_melt(1 - room, CENTRES, RADII, 300.0)
    assert found.sum(dtype=float) == pytest.approx(300, rel=1e-5)
    assert np.all(found <= room)
    x = np.indices(room.shape)[0]
    near = np.minimum(np.abs(x - 18), np.abs(x - 30)) < 5
    assert found[~near].sum() == 0


def test_more_melt_than_room_fills_all_room(scene):
    _, room, _, _ = scene
    found = wedge_melt(1 - room, CENTRES, RADII, 1e9)
    assert found.sum(dtype=float) == pytest.approx(room.sum(dtype=float), rel=1e-3)
