"""From a judge's answer to a verdict, on made-up claims."""

import math

import numpy as np
import pytest

from nanokiln.core.evidence import Evidence
from nanokiln.core.parameters import Values
from nanokiln.paper import judges, judging
from nanokiln.paper.judging import JUDGES, Judgement, increasing
from nanokiln.paper.run import Run
from nanokiln.study.ledger import Claim, Outcome, Strength

NAME = "X001"


def made_up(kind="prediction", test="rank test"):
    return Claim(NAME, "p1", "t", "s", "q", "x is above 0", "1", "nm", "eq", "+-1", kind, test)


def made_up_run(nominal=1.0, accepted=(), prior=()):
    draws = ([{"s": {"x": x}} for x in part] for part in (accepted, prior))
    return Run(Values(), {"s": {"x": nominal}}, *draws)


@pytest.fixture
def judged(monkeypatch):
    """Judge a made-up claim that holds where x is above 0."""

    def call(nominal=1.0, accepted=(), prior=(), *, kind="prediction", test="rank test", **extra):
        def judge(run, claim):
            x = run.get("s", "x")
            return Judgement(x, "x above 0.", x > 0, "nm", **extra)

        monkeypatch.setitem(JUDGES, NAME, judge)
        return judging.verdict(made_up_run(nominal, accepted, prior), made_up(kind, test))

    return call


def shares(yes, no):
    return [1.0] * yes + [-1.0] * no


@pytest.mark.parametrize(
    ("accepted", "prior", "label"),
    [
        (shares(100, 0), shares(50, 50), "met (robust)"),
        (shares(93, 7), shares(50, 50), "met (robust)"),
        (shares(92, 8), shares(50, 50), "met (by choice)"),
        (shares(8, 92), shares(50, 50), "met (by choice)"),
        (shares(7, 93), shares(50, 50), "missed"),
        (shares(0, 100), shares(100, 0), "missed"),
        (shares(100, 0), shares(97, 3), "met (weak)"),
        (shares(100, 0), shares(96, 4), "met (robust)"),
        (shares(92, 8), shares(100, 0), "met (by choice)"),
        ([], [], "met (weak)"),
        (shares(100, 0), [], "met (robust)"),
    ],
)
def test_strength_follows_from_the_shares(judged, accepted, prior, label):
    verdict = judged(accepted=accepted, prior=prior)
    assert verdict.label == label


def test_a_claim_the_ledger_calls_weak_is_never_robust(judged):
    test = "rank test; weak: monotone by mass balance"
    assert judged(accepted=shares(9, 0), prior=shares(0, 9), test=test).strength == Strength.WEAK


def test_the_nominal_run_decides_a_miss_whatever_the_draws_say(judged):
    assert judged(nominal=-1.0, accepted=shares(100, 0)).outcome == Outcome.MISSED


@pytest.mark.parametrize(
    ("kind", "nominal", "outcome"),
    [
        ("calibration target", 1.0, Outcome.CALIBRATED),
        ("calibration target", -1.0, Outcome.MISSED),
        ("input", 1.0, Outcome.INPUT),
        ("input", -1.0, Outcome.MISSED),
    ],
)
def test_targets_and_inputs_are_never_met(judged, kind, nominal, outcome):
    verdict = judged(nominal=nominal, accepted=shares(100, 0), prior=shares(0, 100), kind=kind)
    assert verdict.outcome == outcome
    assert verdict.strength == Strength.NONE


def test_an_outcome_given_by_the_judge_stands(judged):
    verdict = judged(accepted=shares(9, 0), outcome=Outcome.REPORT_ONLY)
    assert verdict.outcome == Outcome.REPORT_ONLY
    assert verdict.strength == Strength.NONE


@pytest.mark.parametrize(
    ("kind", "evidence"),
    [
        ("prediction", Evidence.PREDICTED),
        ("calibration target", Evidence.CALIBRATED),
        ("input", Evidence.QUOTED),
    ],
)
def test_evidence_follows_from_the_kind_of_row(judged, kind, evidence):
    assert judged(kind=kind).evidence == evidence
    assert judged(kind=kind, evidence=Evidence.MEASURED).evidence == Evidence.MEASURED


def test_the_interval_is_that_of_the_accepted_sets_only(judged):
    verdict = judged(accepted=np.arange(1.0, 102.0), prior=[1e6] * 10)
    assert (verdict.value, verdict.low, verdict.high) == (1.0, pytest.approx(6.0), pytest.approx(96.0))


def test_a_judge_may_give_its_own_interval(judged):
    verdict = judged(accepted=np.arange(1.0, 102.0), low=0.25, high=4.0)
    assert (verdict.low, verdict.high) == (0.25, 4.0)


def test_a_number_that_does_not_vary_has_no_interval(judged):
    verdict = judged(accepted=[1.0] * 20)
    assert math.isnan(verdict.low)
    assert math.isnan(verdict.high)


def test_how_names_share_and_count_of_sets(judged):
    verdict = judged(accepted=shares(3, 1))
    assert "75% of 4 accepted parameter sets" in verdict.how
    assert verdict.share == 0.75
    assert math.isnan(judged().share)


def test_two_judges_for_a_claim_are_refused():
    assert judges.__all__  # importing them registers all
    with pytest.raises(ValueError, match="C029"):
        judging.judge("C029")(lambda run, claim: Judgement(0.0, "no."))


def test_increasing_compares_along_the_samples():
    rows = np.array([[1.0, 1.0, 3.0], [2.0, 1.0, 2.0]])
    assert increasing(rows).tolist() == [True, False, False]
    assert increasing(rows, by=-1e-9).tolist() == [True, True, False]
    assert increasing(rows, by=1.5).tolist() == [False, False, False]


def test_a_comparison_with_nothing_is_a_miss(judged):
    assert judged(nominal=math.nan).outcome == Outcome.MISSED
