"""Quantities in words become numbers, or an error that names field, unit and remedy."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanokiln.core.errors import InputError
from nanokiln.core.units import ZERO_CELSIUS, magnitude

NUMBERS = st.floats(min_value=-1e12, max_value=1e12, allow_nan=False)


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("900 degC", "K", 900 + ZERO_CELSIUS),
        ("5 K/min", "K/s", 5 / 60),
        ("  240min ", "s", 14400),
        ("0.2 um", "nm", 200),
        ("10 ppm", "", 1e-5),
        ("35 %", "", 0.35),
        ("0.3 g/g", "", 0.3),
        ("1e-3 bar", "Pa", 100),
        (".5 nm", "nm", 0.5),
        ("-20 degC", "degC", -20),
        (0.3, "", 0.3),
        (2, "dimensionless", 2.0),
    ],
)
def test_quantities(text, unit, expected):
    assert magnitude(text, unit) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "unit", "message"),
    [
        ("900", "K", r"the unit is missing. Write it as '900 K'"),
        (900, "K", "the unit is missing"),
        ("900 furlongs per", "K", "unknown unit"),
        ("900 blurbs", "K", "unknown unit 'blurbs'"),
        ("900 nm", "K", "'nm' cannot be converted to 'K'"),
        ("hot", "K", "expected a number with a unit"),
        ("", "K", "expected a number with a unit"),
        ("nan K", "K", "expected a number"),
        ("1e999 K", "K", "not finite"),
        (True, "", "expected a number"),
        (None, "", "expected a number"),
    ],
)
def test_refusals_name_field_and_reason(text, unit, message):
    with pytest.raises(InputError, match=message) as caught:
        magnitude(text, unit, field="programme.temperature")
    assert str(caught.value).startswith("programme.temperature = ")
    assert "\n" not in str(caught.value)


@given(NUMBERS)
def test_any_number_survives_its_own_unit(number):
    assert magnitude(f"{number!r} nm", "nm") == pytest.approx(number, rel=1e-15)


@given(NUMBERS)
def test_conversion_there_and_back(number):
    there = magnitude(f"{number!r} nm", "um")
    assert magnitude(f"{there!r} um", "nm") == pytest.approx(number, rel=1e-12, abs=1e-300)


@given(st.floats(min_value=-273.15, max_value=3000, allow_nan=False))
def test_celsius_is_an_offset_scale(celsius):
    assert magnitude(f"{celsius!r} degC", "K") == pytest.approx(celsius + ZERO_CELSIUS, abs=1e-9)


@given(st.text(max_size=20))
def test_any_text_gives_a_finite_number_or_an_input_error(text):
    try:
        number = magnitude(text, "nm")
    except InputError:
        return
    assert math.isfinite(number)
