"""Quantities in words: what is read is what is meant, and what is written is read back."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanokiln.core.errors import InputError
from nanokiln.recipe.precursor import Precursor
from nanokiln.recipe.programme import Step
from nanokiln.recipe.quantity import Quantity, keys, quantities
from nanokiln.recipe.recipe import Gas, Recipe

LENGTH = Quantity("diameter", "nm", 5, 5000)
TEMPERATURE = Quantity("to", "degC", 20, 1500)
RATIO = Quantity("additive_ratio", "g/g", 0, 2)
ALL = [
    pytest.param(mark, id=f"{model.__name__}.{name}")
    for model in (Precursor, Step, Gas, Recipe)
    for name, mark in quantities(model).items()
]


@pytest.mark.parametrize(
    ("text", "quantity", "expected"),
    [
        ("200 nm", LENGTH, 200),
        ("0.2 um", LENGTH, 200),
        ("2e-7 m", LENGTH, 200),
        ("  200   nm ", LENGTH, 200),
        ("900 degC", TEMPERATURE, 900),
        ("900 °C", TEMPERATURE, 900),
        ("1173.15 K", TEMPERATURE, 900),
        ("0.3 g/g", RATIO, 0.3),
        ("300 mg/g", RATIO, 0.3),
        ("30 %", RATIO, 0.3),
        (0.3, RATIO, 0.3),
        ("5 degC/min", Quantity("rate", "K/min", 0, 100), 5),
        ("300 K/h", Quantity("rate", "K/min", 0, 100), 5),
        ("4 h", Quantity("duration", "min", 0, 1e4), 240),
        ("2.1 g/cm3", Quantity("density", "g/cm^3", 0, 10), 2.1),
        ("2.1 g/cm^3", Quantity("density", "g/cm^3", 0, 10), 2.1),
        ("2100 kg/m3", Quantity("density", "g/cm^3", 0, 10), 2.1),
        ("81.58 m2/g", Quantity("area", "m^2/g", 0, 100), 81.58),
        ("10 ppm", Quantity("water", "ppm", 0, 100), 10),
        ("5 %", Quantity("hydrogen_fraction", "dimensionless", 0, 1), 0.05),
    ],
)
def test_words_become_numbers(text, quantity, expected):
    assert quantity.read_text(text, quantity.key) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nm",
        "200",
        "200 K",
        "200 nm)",
        "1 1/",
        "1 nm**",
        "nan nm",
        "inf nm",
        "1e999 nm",
        "1 __import__('os')",
        None,
        True,
        [200],
        {"value": 1},
        "4 nm",
        "5001 nm",
        "-200 nm",
        "200 nm nm",
    ],
)
def test_garbled_quantities_are_refused_in_one_line(text):
    with pytest.raises(InputError) as caught:
        LENGTH.read_text(text, "diameter")
    message = str(caught.value)
    assert message.startswith("diameter = ")
    assert "\n" not in message
    assert repr(text) in message


@pytest.mark.parametrize("quantity", ALL)
@given(data=st.data())
def test_written_quantities_read_back_exactly(quantity, data):
    value = data.draw(st.floats(quantity.low, quantity.high, allow_nan=False))
    written = quantity.write(value)
    text = float(written) if not written.startswith('"') else written.strip('"')
    assert quantity.read_text(text, quantity.key) == value


@pytest.mark.parametrize("quantity", ALL)
@given(st.floats(allow_nan=True, allow_infinity=True))
def test_no_number_outside_the_range_passes(quantity, value):
    inside = math.isfinite(value) and quantity.low <= value <= quantity.high
    if inside:
        assert quantity.read_number(value, quantity.key) == value
    else:
        with pytest.raises(InputError, match="allowed"):
            quantity.read_number(value, quantity.key)


@given(st.floats(5, 5000), st.sampled_from(["nm", "um", "mm", "m", "angstrom"]))
def test_the_unit_does_not_matter(nanometre, unit):
    per_nm = {"nm": 1, "um": 1e-3, "mm": 1e-6, "m": 1e-9, "angstrom": 10}[unit]
    wide = Quantity("diameter", "nm", 1, 10000)
    assert wide.read_text(f"{nanometre * per_nm!r} {unit}", "diameter") == pytest.approx(nanometre, rel=1e-12)


@given(st.text(max_size=30))
def test_any_text_is_a_length_or_an_input_error(text):
    try:
        value = LENGTH.read_text(text, "diameter")
    except InputError:
        return
    assert 5 <= value <= 5000


def test_keys_leave_out_the_unit():
    assert {"diameter", "bet_area", "shell_thickness"} <= set(keys(Precursor))
    assert not [key for key in keys(Recipe) if key.endswith(("_g", "_nm", "_degC"))]
