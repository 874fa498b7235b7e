"""Pockets of melt: labels, volumes of their own, merging and splitting, and the sweep against its twin."""

import numba
import numpy as np
import pytest

from nanokiln.assembly.voxels import fields, pocket_kernels, reference
from nanokiln.assembly.voxels.melt import Melt
from nanokiln.assembly.voxels.pockets import Pockets, label_pockets
from nanokiln.assembly.voxels.sums import UNIT
from nanokiln.core.errors import InputError

from .bodies import clamp, grid
from .test_melt_twin import AGREE, SWEEPS, scene

RADIUS, SHARES = 12, (0.05, 0.17)  # of three spheres in a row; ring volumes over R^3
COSINE = np.cos(np.radians(20))


def three_spheres(shares=SHARES, radius=RADIUS):
    """Return melt of two rings between three spheres in a row, and where the first ring may be."""
    wide, deep = 2 * round(1.4 * radius), 6 * radius + 12
    x, y, z = grid((wide, wide, deep))
    across, z = np.hypot(x - wide / 2, y - wide / 2), z - deep / 2
    centres = -2 * radius, 0, 2 * radius
    distance = np.max([radius - np.hypot(across, z - c) for c in centres], axis=0)
    guess = np.zeros_like(distance)
    for share, contact in zip(shares, (-radius, radius), strict=True):
        guess[(np.abs(z - contact) < radius / 2) & (across < (2 * share / np.pi) ** 0.25 * radius)] = 1
    return Melt(clamp(distance), guess, COSINE), z < 0


def plates(gap=8, size=48, columns=((12, 6), (34, 4))):
    """Return melt of plane columns (middle, half width) between two plates."""
    x, _, z = grid((size, 2, gap + 12))
    distance = np.abs(z - (gap + 12) / 2) - gap / 2
    guess = np.zeros_like(distance)
    for middle, half in columns:
        guess[np.abs(x - middle) < half] = 1
    return Melt(clamp(distance), guess, COSINE)


def content(pockets):
    """Return the volume in every territory, summed apart from the kernels."""
    near = pockets.owner >= 0
    weights = pockets.melt.field[near].astype(np.float64)
    return np.bincount(pockets.owner[near], weights=weights, minlength=pockets.count)


def test_labels_join_across_the_faces_of_the_box():
    from scipy import ndimage

    random = np.random.default_rng(2)
    field = random.random((14, 11, 9)).astype(np.float32)
    field[field < 0.6] = 0
    found = label_pockets(field)
    tiled, _ = ndimage.label(np.tile(field > 0.05, (3, 3, 3)))  # the middle copy knows its images
    middle = tiled[14:28, 11:22, 9:18]
    assert found.labels.max() == len(found.volumes) > 3
    assert ((found.labels > 0) == (field > 0.05)).all()
    assert found.volumes.sum() == pytest.approx(field.sum(dtype=np.float64), rel=1e-12)
    pairs = {(int(a), int(b)) for a, b in zip(found.labels[field > 0], middle[field > 0], strict=True)}
    for label in range(1, len(found.volumes) + 1):  # a piece of the middle copy lies in one pocket only
        for piece in [b for a, b in pairs if a == label]:
            assert [a for a, b in pairs if b == piece] == [label]
    for axis in (0, 1, 2):  # neighbours, across faces too, have one label
        after = np.roll(found.labels, -1, axis)
        both = (found.labels > 0) & (after > 0)
        assert (found.labels[both] == after[both]).all()


@pytest.mark.parametrize("shape", [(4, 5), (3,)])
def test_labels_need_three_dimensions(shape):
    with pytest.raises(InputError, match="three dimensions"):
        label_pockets(np.zeros(shape))


def test_one_multiplier_makes_the_rings_equal():
    melt, first = three_spheres()
    begin = melt.field[first].sum(dtype=np.float64) / melt.target
    melt.advance(3000)
    share = melt.field[first].sum(dtype=np.float64) / melt.target
    assert begin < 0.3
    assert share == pytest.approx(0.5, abs=0.002)
    pockets = Pockets(melt)
    pockets.relax()
    assert pockets.count == 2
    assert pockets.lams[0] == pytest.approx(pockets.lams[1], rel=0.004)


def test_pockets_keep_their_volumes_at_different_pressures():
    melt, first = three_spheres()
    begin = [float(melt.field[part].sum(dtype=np.float64)) for part in (~first, first)]  # first voxels first
    pockets = Pockets(melt)
    for _ in range(600):
        pockets.advance(1)
        np.testing.assert_allclose(content(pockets), pockets.target, rtol=1e-6)
    assert pockets.relax()
    assert pockets.close() <= 1e-9
    np.testing.assert_allclose(content(pockets), begin, rtol=1e-9)
    assert melt.field[pockets.owner < 0].sum() == 0
    assert melt.volume == pytest.approx(sum(begin), rel=1e-9)
    large, small = pockets.pressures()
    assert small < 1.3 * large < 0  # the smaller ring is drawn tighter
    assert all(said.holds for said in pockets.validity())
    assert melt.lam == pytest.approx(np.dot(pockets.lams, pockets.target) / melt.target)


def test_a_pocket_rests_like_the_same_melt_alone():
    """A pocket with a multiplier of its own does not feel the other one."""
    alone = plates(columns=((12, 6),))
    both = plates()
    alone.relax(settled=1e-4)
    pockets = Pockets(both)
    pockets.relax(settled=1e-4)
    np.testing.assert_allclose(both.field[:23], alone.field[:23], atol=2e-3)
    assert pockets.lams[0] == pytest.approx(alone.lam, rel=2e-3)


def test_pockets_driven_together_merge_and_add_up():
    pockets = Pockets(plates())
    pockets.advance(200)
    assert pockets.count == 2
    total = pockets.target.sum()
    for _ in range(7):  # ends with a box all but full, where hardly a voxel is free
        pockets.rescale(1.15)
        pockets.advance(100)
        total *= 1.15
    pockets.close()
    assert pockets.count == 1
    assert pockets.target[0] == pytest.approx(total, rel=1e-12)
    assert pockets.melt.field.sum(dtype=np.float64) == pytest.approx(total, rel=1e-9)
    assert pockets.swallowed == 0


def test_a_pocket_that_is_cut_splits_by_what_the_parts_hold():
    pockets = Pockets(plates(columns=((20, 15),)))
    pockets.advance(60)
    pockets.close()
    total = pockets.target.sum()
    x, _, z = grid(pockets.melt.field.shape)
    wall = 5.0 - np.abs(x - 15)  # through the pocket, nearer to one end
    distance = np.maximum(np.abs(z - 10) - 4, wall)
    left = pockets.melt.field[:15].sum(dtype=np.float64)
    right = pockets.melt.field[16:].sum(dtype=np.float64)
    pockets.change_solid(clamp(distance), COSINE)
    kept = pockets.melt.field[:15].sum(dtype=np.float64), pockets.melt.field[16:].sum(dtype=np.float64)
    assert pockets.count == 2
    assert left < right
    assert pockets.target.sum() == pytest.approx(total, rel=1e-12)
    np.testing.assert_allclose(pockets.target / total, np.array(kept) / sum(kept), rtol=1e-9)


def test_a_pocket_closed_over_by_the_solid_is_shared_out_and_counted():
    pockets = Pockets(plates())
    pockets.advance(60)
    small, total = pockets.target.min(), pockets.target.sum()
    x, _, z = grid(pockets.melt.field.shape)
    distance = np.maximum(np.abs(z - 10) - 4, 12.0 - np.abs(x - 34))
    pockets.change_solid(clamp(distance), COSINE)
    assert pockets.count == 1
    assert pockets.swallowed == pytest.approx(small)
    assert pockets.target.sum() == pytest.approx(total, rel=1e-12)


def test_rescaling_acts_on_each_pocket():
    pockets = Pockets(plates())
    pockets.advance(60)
    before = pockets.target.copy()
    pockets.rescale([0.67, 0.8])
    pockets.advance(1)
    np.testing.assert_allclose(content(pockets), before * [0.67, 0.8], rtol=1e-6)
    pockets.set_volume(0.5 * before.sum())
    assert pockets.melt.target == pytest.approx(0.5 * before.sum())
    pockets.rescale([1, 0])
    assert pockets.count == 1
    assert pockets.melt.field[34].sum() == 0
    with pytest.raises(InputError, match="smaller steps"):
        pockets.rescale(50)
    with pytest.raises(InputError, match="0 or more"):
        pockets.rescale(-1)
    with pytest.raises(InputError, match="one per pocket"):
        pockets.rescale([1, 1, 1])


def test_a_pocket_that_thins_out_stays_one():
    pockets = Pockets(plates())
    pockets.advance(60)
    large = pockets.target[0]
    small = pockets.target[1] * 0.03
    pockets.melt.field[pockets.owner == 1] *= 0.03  # all of it below the threshold, its volume too
    pockets.rescale([1, 0.03])
    pockets.relabel()
    assert pockets.count == 2
    np.testing.assert_allclose(pockets.target, [large, small], rtol=1e-12)
    pockets.advance(1)
    np.testing.assert_allclose(content(pockets), pockets.target, rtol=1e-6)


@pytest.mark.parametrize("seed", [5, 6, 7, 10, 11])
def test_a_pocket_that_dries_up_is_followed_to_the_end(seed):
    random = np.random.default_rng(seed)
    for left in (1e-2, 1e-3, 1e-4):  # voxels; the best trial of a multiplier need not be the last
        pockets = Pockets(three_spheres()[0])
        pockets.advance(30)
        share = left * 10 ** random.uniform(-0.5, 0.5) / pockets.target[1]
        for _ in range(8):
            pockets.rescale([1, share ** (1 / 8)])
            pockets.advance(random.integers(5, 50))
        pockets.advance(100)
        np.testing.assert_allclose(content(pockets), pockets.target, rtol=2e-6, atol=2e-7)


def test_stray_melt_goes_back_to_the_pockets():
    melt = plates()
    melt.field[23, :, 10] = 0.03  # below the threshold, in the middle between the pockets
    stray = melt.field[23].sum(dtype=np.float64)
    melt.set_volume(melt.target + stray)
    pockets = Pockets(melt)
    pockets.advance(2)  # both buffers have been swept
    assert stray > 0
    assert pockets.count == 2
    assert melt.field[23].sum() == 0
    assert melt.field.sum(dtype=np.float64) == pytest.approx(melt.target, rel=1e-6)


def test_no_melt_means_no_pockets():
    melt = plates()
    melt.set_volume(0)
    pockets = Pockets(melt)
    pockets.advance(3)
    assert pockets.count == 0
    assert pockets.close() == 0
    assert pockets.validity() == []


def test_melt_all_below_the_threshold_is_refused():
    melt = plates()
    with pytest.raises(InputError, match="none above"):
        Pockets(Melt(np.full(melt.field.shape, -6.0), np.full(melt.field.shape, 0.01), COSINE))


def test_validity_is_that_of_each_pocket():
    melt = plates()
    cosines = np.where(np.arange(48) < 23, COSINE, 0.0)[:, None, None] * np.ones(melt.field.shape)
    pockets = Pockets(Melt(clamp(np.abs(grid(melt.field.shape)[2] - 10) - 4), melt.field, cosines))
    wet, level = pockets.validity()
    assert (wet.low, wet.high) == pytest.approx((-(1 + COSINE) / 2, (1 - COSINE) / 2))
    assert (level.low, level.high) == (-0.5, 0.5)


@pytest.mark.parametrize("shape", [(24, 20, 28), (16, 1, 33), (5, 4, 2), (7, 3, 1)])
def test_twins_agree(shape):
    fast, wall, room = scene(shape)
    random = np.random.default_rng(5)
    owner = random.integers(-1, 3, shape).astype(np.int32)
    owner[owner.shape[0] // 2 :] = 1
    fast[owner < 0] = 0
    slow, spare, k = fast.copy(), np.zeros_like(fast), fields.stiffness()
    numbers = 0.9 / (12 * k), k
    lams = np.array([0.02, -0.03, 0.1])
    given = np.where(owner < 0, 0, lams[owner]).astype(np.float32)
    space = np.where(owner < 0, np.float32(0), room)
    territory = pocket_kernels.find_runs(owner, room)
    parts, todo = np.empty((len(territory[0]), 2)), np.ones(3, bool)
    volume, free = np.empty(3), np.empty(3)
    for _ in range(SWEEPS):
        pocket_kernels.sweep(territory, (fast, wall, room), lams, todo, numbers, spare, parts, volume, free)
        fast, spare = spare, fast
        slow, _, loose = reference.sweep(slow, wall, space, (given, *map(np.float32, numbers)))
    assert slow.dtype == np.float32
    np.testing.assert_allclose(fast, slow, atol=AGREE)
    held = [fast[owner == p].sum(dtype=np.float64) for p in range(3)]
    # in fixed point every cell is rounded towards zero, by less than one step
    np.testing.assert_allclose(volume, held, rtol=0, atol=fast.size * UNIT)
    assert free.sum() == pytest.approx(float(loose), abs=max(1, 1e-3 * fast.size))


def test_only_the_pockets_to_do_are_swept():
    melt = plates()
    pockets = Pockets(melt)
    pockets.advance(10)
    territory = pocket_kernels.find_runs(pockets.owner, melt.room)
    out, parts, sums = np.full_like(melt.field, 7), np.empty((len(territory[0]), 2)), np.full((2, 2), 5.0)
    todo, arrays = np.array([False, True]), (melt.field, melt.wall, melt.room)
    numbers = melt.tau, melt.k
    pocket_kernels.sweep(territory, arrays, pockets.lams, todo, numbers, out, parts, *sums)
    assert (out[pockets.owner == 0] == 7).all()
    assert (out[(pockets.owner == 1) & (melt.room > 0)] != 7).all()
    assert sums[0, 0] == sums[1, 0] == 5


def test_energy_never_rises():
    pockets = Pockets(three_spheres()[0])
    pockets.close()
    energies = []
    for _ in range(1200):
        pockets.advance(1)
        energies.append(pockets.melt.energy())
    rises = np.diff(energies) / np.abs(energies[:-1])
    assert rises.max() < 1e-7
    assert energies[-1] < energies[0] - 0.01 * abs(energies[0])


@pytest.mark.skipif(numba.config.NUMBA_NUM_THREADS < 2, reason="needs two threads")
def test_bytes_do_not_depend_on_the_number_of_threads():
    outcomes = []
    for threads in (1, 2):
        numba.set_num_threads(threads)
        pockets = Pockets(three_spheres()[0])
        pockets.advance(120)
        pockets.close()
        outcomes.append((pockets.melt.field.tobytes(), pockets.lams.tobytes(), pockets.owner.tobytes()))
    assert outcomes[0] == outcomes[1]
