"""Claims of a study's own: every relation, with intervals that decide and intervals that do not."""

import math

import pytest

from nanokiln.core.errors import DataError
from nanokiln.core.evidence import Evidence
from nanokiln.study.audit import Fact, Facts
from nanokiln.study.claims import JUDGES, Standing, judge_own, read_own_claims
from nanokiln.study.ledger import Claim

YES, OPEN, NO, MUTE = Standing.SUPPORTED, Standing.NOT_RESOLVED, Standing.CONTRADICTED, Standing.NOT_TESTABLE


def fact(sample: str, value: float, half: float, source: str = "f", name: str = "bet_area") -> Fact:
    return Fact(sample, name, value, value - half, value + half, "m2/g", Evidence.MEASURED, source)


FACTS = Facts((fact("a", 50, 3), fact("b", 100, 5), fact("c", 103, 5), fact("d", 160, 4), fact("z", 0, 0.5)))


def claim(
    relation: str, value: str, sample: str = "b", tolerance: str = "", unit: str = "", quantity="bet_area"
):
    return Claim("1", "", "", sample, quantity, "s", value, unit, relation, tolerance, "", "")


@pytest.mark.parametrize(
    ("made", "standing"),
    [
        (claim("gt", "90"), YES),
        (claim("gt", "98"), OPEN),
        (claim("gt", "110"), NO),
        (claim("le", "110"), YES),
        (claim("lt", "90"), NO),
        (claim("approx", "100", tolerance="+-10"), YES),
        (claim("approx", "103", tolerance="4"), OPEN),
        (claim("eq", "120", tolerance="10"), NO),
        (claim("eq", "100"), OPEN),
        (claim("gt", "0.09", unit="nm"), MUTE),
        (claim("gt", "0.09", unit="km2/kg"), YES),
        (claim("gt", "90000", unit="m2/kg"), YES),
        (claim("ordering", "a < b < d"), YES),
        (claim("ordering", "a<b<c"), OPEN),
        (claim("ordering", "d<b"), NO),
        (claim("ordering", "a"), MUTE),
        (claim("rising", "", "a;b;d"), YES),
        (claim("falling", "", "a; b; d"), NO),
        (claim("rising", "", "c;b;c"), OPEN),
        (claim("rising", "", "a;b"), MUTE),
        (claim("present", "5", "a"), YES),
        (claim("present", "5", "z"), NO),
        (claim("absent", "5", "z"), YES),
        (claim("absent", "", "z"), OPEN),
        (claim("gt", "90", "unknown"), MUTE),
        (claim("gt", "many"), MUTE),
        (claim("gt", "1", quantity="pore_volume"), MUTE),
    ],
)
def test_standing(made, standing):
    (judged,) = judge_own([made], FACTS)
    assert judged.standing is standing
    assert judged.arithmetic


def test_every_relation_is_tried():
    assert set(JUDGES) == {
        "gt", "ge", "lt", "le", "eq", "approx", "ordering", "rising", "falling", "present", "absent",
    }  # fmt: skip


def test_files_that_disagree_widen_the_interval():
    two = Facts((fact("b", 90, 1, "1"), fact("b", 110, 1, "2")))
    assert judge_own([claim("gt", "95")], two)[0].standing is OPEN
    assert (
        judge_own([claim("gt", "95")], Facts((fact("b", 99, 1, "1"), fact("b", 101, 1, "2"))))[0].standing
        is YES
    )


def test_a_number_without_interval_resolves_no_order():
    bare = [
        Fact(s, "bet_area", v, math.nan, math.nan, "m2/g", Evidence.QUOTED, "p")
        for s, v in (("a", 1), ("b", 9))
    ]
    assert judge_own([claim("ordering", "a<b")], Facts(tuple(bare)))[0].standing is OPEN


def test_reading(tmp_path):
    path = tmp_path / "claims.csv"
    path.write_text(
        "id,statement,sample,quantity,relation,value\n1,Larger,b,bet_area,gt,90\n", encoding="utf-8"
    )
    (read,) = read_own_claims(path)
    assert judge_own([read], FACTS)[0].standing is YES


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,statement\n1,x\n", "column(s) sample, quantity, relation, value missing"),
        ("id,statement,sample,quantity,relation,value\n1,x,b,bet_area,greater,3\n", "relation 'greater'"),
        ("id,statement,sample,quantity,relation,value\n1,x,b,q,gt,3\n1,y,b,q,gt,3\n", "occurs twice"),
    ],
)
def test_mistakes(tmp_path, text, words):
    path = tmp_path / "claims.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_own_claims(path)
    assert words in str(caught.value)
