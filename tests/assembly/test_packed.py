"""Fields kept in compressed steps: what comes back, and what of a damaged one."""

import numpy as np
import pytest

from nanokiln.assembly.voxels.packed import MELT_STEPS, PHI_STEPS, held_apart, pack, unpack
from nanokiln.core.errors import DataError


@pytest.mark.parametrize(("steps", "low", "high"), [(PHI_STEPS, -7.9, 7.9), (MELT_STEPS, 0, 1)])
def test_what_is_kept_comes_back_in_steps_and_twice(steps, low, high):
    random = np.random.default_rng(4)
    field = random.uniform(low, high, (7, 5, 33)).astype(np.float32)  # neighbours differ by whole ranges
    packed = pack(field, steps)
    for kind in (np.float32, np.float16):
        back = np.empty(field.shape, kind)
        unpack(packed, steps, back)
        exact = np.round(field * np.float32(steps)) / np.float32(steps)
        np.testing.assert_array_equal(back, exact.astype(kind))


def test_a_smooth_field_is_kept_in_a_fraction_of_its_bytes():
    x, y, z = np.meshgrid(*[np.arange(48) - 23.5] * 3, indexing="ij")
    field = np.clip(16 - np.sqrt(x**2 + y**2 + z**2), -6, 6).astype(np.float32)
    assert len(pack(field, PHI_STEPS)) < field.nbytes / 4


@pytest.mark.parametrize("left", [2, 40, 0.5, 0.99])
def test_a_cut_one_is_refused(left):
    packed = pack(np.random.default_rng(1).random((6, 6, 6)).astype(np.float32), PHI_STEPS)
    whole = packed[:]
    cut = held_apart(whole[: int(left if left > 1 else left * len(whole))])
    with pytest.raises(DataError, match="ends too early"):
        unpack(cut, PHI_STEPS, np.empty((6, 6, 6), np.float32))
