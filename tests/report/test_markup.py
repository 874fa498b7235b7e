"""Numbers, units and escaping."""

import math

import pytest

from nanokiln.report import markup as h


def test_everything_is_escaped():
    assert h.tag("p", h.text("<b>&\"'")) == "<p>&lt;b&gt;&amp;&quot;&#x27;</p>"
    assert h.tag("p", title='a"b<') == '<p title="a&quot;b&lt;"></p>'


def test_attributes():
    assert h.tag("details", "x", open=True, class_="a", id=None) == '<details open class="a">x</details>'
    assert h.tag("tr", data_sample="s") == '<tr data-sample="s"></tr>'


@pytest.mark.parametrize(
    ("value", "low", "high", "shown"),
    [
        (206.48, 202.96, 210.0, "206.5 [203.0, 210.0]"),
        (180.1, 158.4, 201.8, "180 [158, 202]"),
        (-4.33, -5.69, -2.98, "−4.3 [−5.7, −3.0]"),
        (math.nan, 56.0, 80.0, "not resolved [56, 80]"),
        (300.0, 300.0, 300.0, "300"),
        (0.0, math.nan, math.nan, "0"),
        (math.nan, math.nan, math.nan, "–"),
        (6e-21, math.nan, math.nan, "6 × 10⁻²¹"),
    ],
)
def test_estimates_have_the_digits_their_interval_is_worth(value, low, high, shown):
    assert h.estimate(value, low, high) == shown


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("m2/g", "m²/g"),
        ("cm^3/mmol", "cm³/mmol"),
        ("1", ""),
        ("-", ""),
        ("degC", "°C"),
        ("um", "µm"),
        ("g/g", "g/g"),
    ],
)
def test_units(given, shown):
    assert h.unit(given) == shown


def test_a_hyphen_in_a_range_or_a_name_stays():
    assert h.minus("5-10 %, B-SiOC-2, -5..+2") == "5-10 %, B-SiOC-2, −5..+2"


def test_short_numbers_keep_their_value():
    assert [h.short(x, 4) for x in (8.0, 0.35, 100.0, 1500.0)] == ["8", "0.35", "100", "1500"]
