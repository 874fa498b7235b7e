"""Metastable unmixing of the melt and what it does to cooling."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanokiln.core.parameters import Values
from nanokiln.core.units import ZERO_CELSIUS
from nanokiln.matter import borosilicate

VALUES = Values()
CONSOLUTE = 793.04  # K, 520 degC
BINODAL = {500: 0.36, 450: 0.25, 400: 0.18, 350: 0.135, 300: 0.10}  # poor side, data sheet section 3
SPINODAL = {500: 0.42, 450: 0.35, 400: 0.31, 350: 0.27, 300: 0.24}


@pytest.mark.parametrize(("celsius", "poor"), BINODAL.items())
def test_binodal_is_as_printed_and_symmetric(celsius, poor):
    low, high = borosilicate.binodal(celsius + ZERO_CELSIUS, VALUES)
    assert low == pytest.approx(poor, abs=0.0051)
    assert low + high == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("celsius", BINODAL)
def test_both_sides_of_the_binodal_have_the_same_activity(celsius):
    T = celsius + ZERO_CELSIUS
    low, high = borosilicate.silica_activity(np.array(borosilicate.binodal(T, VALUES)), T, VALUES)
    assert low == pytest.approx(high, rel=1e-9)


@pytest.mark.parametrize(("celsius", "poor"), SPINODAL.items())
def test_activity_turns_at_the_printed_spinodal(celsius, poor):
    x = np.linspace(0.01, 0.5, 5000)
    activity = borosilicate.silica_activity(x, celsius + ZERO_CELSIUS, VALUES)
    turn = x[1:][np.argmax(np.diff(activity) < 0)]
    assert turn == pytest.approx(poor, abs=0.0051)


def test_no_binodal_above_the_consolute_point():
    assert borosilicate.binodal(CONSOLUTE + 0.1, VALUES) is None
    low, high = borosilicate.binodal(CONSOLUTE - 1.0, VALUES)
    assert 0.4 < low < 0.5 < high < 0.6


@settings(max_examples=60, deadline=None)
@given(st.floats(400.0, 790.0))
def test_unmixing_temperature_is_the_inverse_of_the_binodal(T):
    for x in borosilicate.binodal(T, VALUES):
        assert borosilicate.unmixing_temperature(x, VALUES) == pytest.approx(T, rel=1e-6)


@pytest.mark.parametrize("x", [0.5, 0.5 + 1e-9, 0.5 - 1e-7])
def test_the_top_of_the_dome_is_the_consolute_point(x):
    assert borosilicate.unmixing_temperature(x, VALUES) == pytest.approx(CONSOLUTE, abs=0.1)


@pytest.mark.parametrize("x", [0.0, 1.0])
def test_pure_melts_never_unmix(x):
    assert borosilicate.unmixing_temperature(x, VALUES) == 0.0


def test_lever_rule_at_300_degrees():
    """A quarter silica: 0.685 of it ends in the rich phase (printed 0.67); melt of 900 degC: 0.915 (0.91)."""
    low, high = borosilicate.binodal(300 + ZERO_CELSIUS, VALUES)
    for x, kept in ((0.25, 0.685), (0.53, 0.915)):
        assert high * (x - low) / (high - low) / x == pytest.approx(kept, abs=0.005)


def test_silica_rich_melt_is_arrested_and_saturated_melt_is_not():
    assert borosilicate.is_arrested(0.86, VALUES)
    assert not borosilicate.is_arrested(0.53, VALUES)
