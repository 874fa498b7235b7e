"""The weakest evidence wins, and findings survive JSON."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanokiln.core.evidence import Evidence, Finding, weakest

CLASSES = st.lists(st.sampled_from(list(Evidence)), min_size=1)


def test_order_from_strongest_to_weakest():
    assert [str(e) for e in sorted(Evidence, key=lambda e: e.rank)] == [
        "measured",
        "quoted",
        "predicted",
        "interpolated",
        "calibrated",
        "assumed",
    ]


@given(CLASSES)
def test_weakest_is_a_member_and_nothing_is_weaker(classes):
    result = weakest(classes)
    assert result in classes
    assert all(result.rank >= c.rank for c in classes)


@given(CLASSES, CLASSES)
def test_weakest_of_parts_is_the_weakest_of_all(left, right):
    assert weakest([weakest(left), weakest(right)]) is weakest(left + right)


def test_weakest_reads_words_and_refuses_others():
    assert weakest(["measured", "assumed"]) is Evidence.ASSUMED
    with pytest.raises(ValueError, match="guessed"):
        weakest(["measured", "guessed"])
    with pytest.raises(ValueError, match="empty"):
        weakest([])


def finding(value: float) -> Finding:
    return Finding(
        name="bet_area",
        value=value,
        low=value,
        high=math.nan,
        unit="m2/g",
        evidence=Evidence.MEASURED,
        technique="n2_sorption",
        notes=("narrow range",),
        choices={"range": [0.05, 0.3]},
    )


def test_a_finding_becomes_plain_json():
    record = json.loads(json.dumps(finding(206.0).as_dict(), allow_nan=False))
    assert record["value"] == 206.0
    assert record["high"] is None
    assert record["evidence"] == "measured"
    assert record["notes"] == ["narrow range"]
    assert record["choices"] == {"range": [0.05, 0.3]}


def test_not_resolved_is_a_legal_finding():
    assert finding(206.0).resolved
    assert not finding(math.nan).resolved
    assert finding(math.nan).as_dict()["value"] is None
