"""The compiled sweep against the same sweep in whole-array sentences."""

import numpy as np
import pytest

from nanokiln.assembly.voxels import fields, melt_kernels, reference
from nanokiln.assembly.voxels.melt import Melt

SWEEPS, AGREE = 50, 2e-6


def scene(shape, seed=3):
    """Return melt, wall and room of a rough random solid."""
    random = np.random.default_rng(seed)
    rough = random.standard_normal(shape)
    for axis in (0, 1, 2):
        for _ in range(4):
            rough = (np.roll(rough, 1, axis) + rough + np.roll(rough, -1, axis)) / 3
    s = fields.profile((rough * 20).astype(np.float32))
    wall = fields.wall_term(s, 0.8)
    room = 1 - s
    return (random.random(shape).astype(np.float32) * room), wall, room


@pytest.mark.parametrize("shape", [(24, 20, 28), (16, 1, 33), (5, 4, 2), (7, 3, 1)])
def test_twins_agree(shape):
    fast, wall, room = scene(shape)
    slow = fast.copy()
    k = fields.stiffness()
    numbers = (np.float32(0.02), np.float32(0.9 / (12 * k)), np.float32(k))
    spare = np.empty_like(fast)
    for _ in range(SWEEPS):
        before = fast.sum(dtype=np.float64)
        volume, free = melt_kernels.sweep(fast, wall, room, numbers, spare)
        fast, spare = spare, fast
        slow, change, loose = reference.sweep(slow, wall, room, numbers)
    assert slow.dtype == np.float32
    np.testing.assert_allclose(fast, slow, atol=AGREE)
    assert volume == pytest.approx(fast.sum(dtype=np.float64), rel=1e-12)
    assert volume - before == pytest.approx(float(change), abs=1e-6 * fast.size)
    assert free == pytest.approx(float(loose), abs=max(1, 1e-3 * fast.size))


@pytest.mark.parametrize("shape", [(24, 20, 28), (16, 1, 33), (5, 4, 2), (7, 3, 1)])
@pytest.mark.parametrize("even", [True, False])
def test_room_and_wall_are_those_of_the_fields(shape, even):
    random = np.random.default_rng(5)
    distance = (8 * (random.random(shape) - 0.5)).astype(np.float32)
    cosine = np.float32(0.7) if even else random.random(shape).astype(np.float32)
    made = Melt(distance, np.full(shape, 2.0), cosine)
    s = fields.profile(distance.astype(float))
    np.testing.assert_allclose(made.room, 1 - s, atol=3e-7)
    np.testing.assert_allclose(made.wall, fields.wall_term(s, cosine), atol=2e-5)
    np.testing.assert_array_equal(made.field, made.room)
    assert made.volume == pytest.approx(made.room.sum(dtype=float), rel=1e-12)


def test_the_force_is_the_slope_of_the_energy():
    field, wall, _ = scene((8, 9, 10))
    field, wall = field.astype(float), wall.astype(float)
    k = fields.stiffness()
    change = np.random.default_rng(4).standard_normal(field.shape) * 1e-4
    up, down = (melt_kernels.energy_and_volume(field + sign * change, wall, k)[0] for sign in (1, -1))
    slope = float((reference.force(field, wall, k) * change).sum())
    assert (up - down) / 2 == pytest.approx(slope, rel=1e-6)


def test_the_reference_runs_on_jax():
    jax_numpy = pytest.importorskip("jax.numpy", reason="jax is not installed")
    field, wall, room = scene((12, 10, 14))
    numbers = (0.02, 0.02, fields.stiffness())
    other = jax_numpy.asarray(field)
    for _ in range(SWEEPS):
        field, *_ = reference.sweep(field, wall, room, numbers)
        other, *_ = reference.sweep(other, wall, room, numbers, jax_numpy)
    np.testing.assert_allclose(np.asarray(other), field, atol=AGREE)
