"""Boric acid: dehydration peaks on a ramp, vapour."""

import numpy as np
import pytest

from nanokiln.core.parameters import Values
from nanokiln.core.units import ZERO_CELSIUS
from nanokiln.matter import boric_acid

VALUES = Values()
RATE = 5 / 60  # K/s


@pytest.fixture(scope="module")
def ramp():
    """Temperature (degC) and amounts of acid, metaboric acid and oxide on a ramp of 5 K/min."""
    celsius = np.arange(25.0, 400.0, 0.05)
    step = 0.05 / RATE
    rates = np.array([boric_acid.dehydration_rates(c + ZERO_CELSIUS, VALUES) for c in celsius])
    acid = np.exp(-np.cumsum(rates[:, 0]) * step)
    meta = np.zeros(celsius.size)
    for i in range(1, celsius.size):  # implicit Euler, step 0.6 s
        meta[i] = (meta[i - 1] + acid[i - 1] - acid[i]) / (1 + rates[i, 1] * step)
    return celsius, acid, meta, 1 - acid - meta


def test_first_step_peaks_at_150_degrees(ramp):
    celsius, acid, _, _ = ramp
    assert celsius[np.argmax(-np.gradient(acid, celsius))] == pytest.approx(150.1, abs=1.0)


def test_half_of_the_first_step_is_done_at_145_degrees(ramp):
    celsius, acid, _, _ = ramp
    assert celsius[np.argmax(acid < 0.5)] == pytest.approx(145, abs=1.5)


def test_second_step_peaks_at_250_degrees_and_ends_near_330(ramp):
    celsius, _, _, oxide = ramp
    assert celsius[np.argmax(np.gradient(oxide, celsius))] == pytest.approx(249.5, abs=1.5)
    assert np.interp(300, celsius, oxide) == pytest.approx(0.996, abs=0.002)
    assert np.interp(330, celsius, oxide) > 0.9995


def test_vapour_has_its_reference_pressure_and_slope():
    at_400 = boric_acid.vapour_fraction(400.0, VALUES)
    assert at_400 == pytest.approx(700 / 101325, rel=1e-12)
    slope = np.log(boric_acid.vapour_fraction(390.0, VALUES) / at_400) / (1 / 400.0 - 1 / 390.0)
    assert slope == pytest.approx(98000 / 8.314462618, rel=1e-9)


def test_vapour_is_never_more_than_the_gas():
    assert boric_acid.vapour_fraction(900.0, VALUES) == 1.0
