"""Capacities of the half cell against the rate test of the article, with families made up for the purpose."""

from types import SimpleNamespace

import numpy as np
import pytest

from nanokiln.core.evidence import Evidence
from nanokiln.core.parameters import Values
from nanokiln.halfcell import Family, Member
from nanokiln.paper.judging import verdict
from nanokiln.paper.run import Run

ARTICLE = {0.1: 1404.0, 0.2: 1207.0, 0.5: 961.0, 1.0: 812.0, 2.0: 688.0}
ROWS = dict(zip(("C133", "C134", "C135", "C136", "C137"), ARTICLE, strict=True))
FITTED = ("C133", "C137")


def family(factor=1.0, rows=tuple(ARTICLE)):
    """A family whose capacities are those of the article, at some currents times a factor."""
    central = np.array([c * (factor if i in rows else 1.0) for i, c in ARTICLE.items()])
    shape = SimpleNamespace(name="made up")
    member = Member(
        "declared", "declared",
        SimpleNamespace(shape=shape, cycles=3, capacity_mAh_g=1500.0, scale=1e3, scale_unit="s"),
    )  # fmt: skip
    targets = {0.1: ARTICLE[0.1], 2.0: ARTICLE[2.0]}
    return Family(tuple(ARTICLE), targets, central, 0.9 * central, 1.1 * central, (member,))


def judged(claim_id, claims, made):
    return verdict(Run(Values(), {}, family=made), next(c for c in claims if c.id == claim_id))


@pytest.mark.parametrize("row", ROWS)
def test_the_article_s_own_capacities_agree(row, claims):
    found = judged(row, claims, family())
    assert found.outcome == ("calibrated" if row in FITTED else "met")
    assert found.value == pytest.approx(ARTICLE[ROWS[row]])


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize(("factor", "agrees"), [(0.94, False), (0.96, True), (1.04, True), (1.06, False)])
def test_five_percent_decide(row, factor, agrees, claims):
    found = judged(row, claims, family(factor))
    assert (found.outcome != "missed") == agrees


@pytest.mark.parametrize("row", ROWS)
def test_each_row_looks_at_its_own_current(row, claims):
    made = family(0.5, rows=(ROWS[row],))
    assert {r for r in ROWS if judged(r, claims, made).outcome == "missed"} == {row}


@pytest.mark.parametrize("row", ROWS)
def test_evidence_and_interval_are_those_of_the_findings(row, claims):
    found = judged(row, claims, family())
    if row in FITTED:
        assert found.evidence == Evidence.CALIBRATED
        assert np.isnan(found.low)
    else:
        assert found.evidence == Evidence.PREDICTED
        assert (found.low, found.high) == pytest.approx((0.9 * found.value, 1.1 * found.value))


@pytest.mark.parametrize("row", ROWS)
def test_without_a_half_cell_nothing_is_met(row, claims):
    found = judged(row, claims, None)
    assert found.outcome == "missed"
    assert np.isnan(found.value)
    assert "not run" in found.how
