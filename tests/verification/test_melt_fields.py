"""Profile and wall term: exact on the grid where the engine relies on it."""

import numpy as np
import pytest

from nanokiln.assembly.voxels import fields


def flat(eta, shift=0.0, count=48):
    """Distance of a slab in a periodic column, float64."""
    z = np.arange(count, dtype=float) - shift
    return (count / 4 - np.abs(z - count / 2)).reshape(1, 1, count)


@pytest.mark.parametrize("eta", [5, 6, 8])
@pytest.mark.parametrize("theta_deg", [20, 60, 120])
def test_a_flat_dry_wall_repels_evenly(eta, theta_deg):
    cos = np.cos(np.radians(theta_deg))
    distance = flat(eta)
    wall = fields.wall_term(fields.profile(distance, eta), cos, eta)
    inside = np.abs(distance) < eta / 2 - 1  # the stencil does not reach over the profile's end
    assert inside.sum() > 2
    np.testing.assert_allclose(wall[inside], (1 - cos) / 2, atol=1e-12)


def test_the_continuum_stiffness_would_not_be_exact():
    s = fields.profile(flat(6))
    inside = np.abs(flat(6)) < 2
    wrong = s + (6 / np.pi) ** 2 * fields.laplacian(s)
    assert np.abs(wrong[inside] - 0.5).max() > 1e-3


def test_stiffness_tends_to_the_continuum():
    assert fields.stiffness(200) == pytest.approx((200 / np.pi) ** 2, rel=1e-4)


def test_the_slope_is_the_derivative_of_the_profile():
    phi = np.linspace(-4, 4, 801)
    by_hand = np.gradient(fields.profile(phi), phi)
    np.testing.assert_allclose(fields.profile_slope(phi), by_hand, atol=2e-3)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_the_kind_of_number_is_kept(kind):
    phi = flat(6).astype(kind)
    s = fields.profile(phi)
    assert s.dtype == fields.profile_slope(phi).dtype == fields.wall_term(s, 0.5).dtype == kind
    assert s.min() == 0
    assert s.max() == 1


def test_a_contact_angle_may_vary_in_space():
    s = fields.profile(flat(6))
    both = fields.wall_term(s, np.where(np.arange(48) < 24, 0.2, 0.9).reshape(1, 1, 48))
    np.testing.assert_array_equal(both[..., :24], fields.wall_term(s, 0.2)[..., :24])
    np.testing.assert_array_equal(both[..., 24:], fields.wall_term(s, 0.9)[..., 24:])
