"""Carbon: ladder of boron sites, Raman ratio, conductivity; wetting of the mixed wall."""

import numpy as np
import pytest

from nanokiln.core.parameters import Values
from nanokiln.core.units import ZERO_CELSIUS
from nanokiln.matter import carbon, wetting

VALUES = Values()


def kelvin(celsius):
    return np.asarray(celsius, dtype=float) + ZERO_CELSIUS


def test_ladder_step_is_tabulated_and_goes_on_with_its_end_slopes():
    found = carbon.ladder_step(kelvin([600, 700, 800, 850, 900, 1000, 1100, 1200]), VALUES)
    expected = [79800, 71800, 63800, 59800, 55800, 47900, 40000, 32100]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_in_plane_odds_rise_43_to_23_times_per_100_kelvin_around_the_plateau():
    odds = carbon.site_odds_ratio(kelvin([800, 900, 1000]), 3, VALUES[carbon.PLANE_SITE], VALUES)
    assert odds[1] == pytest.approx(1.0)
    np.testing.assert_allclose(odds[1:] / odds[:-1], [43, 23], atol=0.5)


def test_odds_ratio_by_hand():
    now = -(3 * 47900 - 55000) / (8.314462618 * 1273.15)
    then = -(3 * 55800 - 55000) / (8.314462618 * 1173.15)
    found = float(carbon.site_odds_ratio(1273.15, 3, 55000.0, VALUES))
    assert found == pytest.approx(np.exp(now - then), rel=1e-12)


def test_raman_ratio_of_the_calibrated_domain():
    assert carbon.id_ig(VALUES[carbon.DOMAIN], VALUES) == pytest.approx(0.95, abs=0.002)


def test_conductivity_needs_percolation_and_grows_with_the_neck():
    threshold = VALUES[carbon.PERCOLATION]
    assert carbon.relative_conductivity(0.9 * threshold, 0.5, VALUES) == 0.0
    assert carbon.relative_conductivity(1.0, 1.0, VALUES) == pytest.approx(1.0)
    thin, thick = (carbon.relative_conductivity(0.38, neck, VALUES) for neck in (0.2, 0.4))
    assert thick == pytest.approx(2 * thin)


@pytest.mark.parametrize(("share", "angle"), [(0.0, 15.0), (1.0, 65.0)])
def test_contact_angle_of_pure_walls(share, angle):
    assert wetting.contact_angle(share, VALUES) == pytest.approx(angle, abs=1e-9)


def test_contact_angle_of_a_mixed_wall_is_between_those_of_its_parts():
    angles = [wetting.contact_angle(s, VALUES) for s in (0.1, 0.38, 0.6, 0.9)]
    assert angles == sorted(angles)
    assert 15 < angles[0] < angles[-1] < 65
    by_hand = np.degrees(np.arccos(0.62 * np.cos(np.radians(15)) + 0.38 * np.cos(np.radians(65))))
    assert angles[1] == pytest.approx(by_hand, rel=1e-12)
