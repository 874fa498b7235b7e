"""A verdict that cannot fail is worth nothing: every met or calibrated claim misses in some broken study."""

import pytest

from .wrong_models import WRONG, outcomes

#: Claim -> the broken study that must turn it from met (or calibrated) to missed.
CAUGHT_BY = {
    "C029": "no coat",
    "C030": "no coat",
    "C032": "wrong crystal",
    "C033": "wrong crystal",
    "C035": "boils off",
    "C037": "chi zero",
    "C040": "thirsty wall",
    "C041": "nothing kept",
    "C042": "feed reversed",
    "C044": "chi zero",
    "C045": "fat coat",
    "C046": "no coat",
    "C048": "nothing melts",
    "C049": "double feed",
    "C050": "double feed",
    "C052": "no lining",
    "C053": "no closed pores",
    "C054": "nothing kept",
    "C056": "no lining",
    "C057": "nothing kept",
    "C061": "slow dehydration",
    "C063": "other domains",
    "C068": "burns early",
    "C069": "boron does not protect",
    "C070": "boron does not protect",
    "C072": "no coat",
    "C075": "untouched carbon",
    "C080": "no lining",
    "C081": "one kind of edge",
    "C082": "inert carbon",
    "C083": "no cap",
    "C084": "no lining",
    "C085": "no film",
    "C086": "no cap",
    "C088": "temperatures exchanged",
    "C089": "slow dehydration",
    "C090": "cold furnace",
    "C091": "unmixing when hot",
    "C092": "leaching without heat",
    "C093": "slow dehydration",
    "C094": "no leaching",
    "C096": "no leaching",
    "C097": "cold furnace",
    "C098": "frozen chemistry",
    "C099": "time series exchanged",
    "C100": "time series exchanged",
    "C101": "silica and carbon exchanged",
    "C102": "no wash",
    "C103": "no wash",
    "C104": "controls are SiOC",
    "C106": "silica and carbon exchanged",
    "C107": "one kind of edge",
    "C109": "large domains",
    "C113": "temperatures exchanged",
    "C115": "feed reversed",
    "C126": "nothing melts",
    "C128": "feed reversed",
    "C143": "cold furnace",
    "C147": "one kind of edge",
    "C148": "no wash",
    "C150": "feed reversed",
    "C153": "before and after exchanged",
    "C156": "unmixing when hot",
    "C157": "boils off",
    "C158": "nothing kept",
}
#: Studies wrong in one narrow way -> all claims that may notice.
NARROW = {
    "wrong crystal": {"C032", "C033"},
    "other domains": {"C063"},
    "burns early": {"C068", "C069"},
    "large domains": {"C109"},
    "no closed pores": {"C053", "C144"},  # both are about area
}
#: Missed claim -> a study in which it comes out right: a verdict that can only fail is none either.
WITHIN_REACH = {
    "C047": "no film",
    "C071": "no cap",
    "C073": "before and after exchanged",
    "C095": "time series exchanged",
}
#: An order among amounts too small to be seen is none: these studies leave traces in the right order.
TRACES = (
    ("no leaching", "C041"),
    ("no leaching", "C042"),
    ("no leaching", "C056"),
    ("no leaching", "C113"),
    ("no leaching", "C115"),
    ("no leaching", "C158"),
    ("inert carbon", "C075"),
    ("inert carbon", "C153"),
    ("inert carbon", "C099"),
    ("inert carbon", "C107"),
    ("frozen chemistry", "C099"),
    ("no oxygen groups", "C097"),
    ("no wash", "C092"),
)


@pytest.fixture(scope="session")
def found(ledger):
    return {v.claim.id: str(v.outcome) for v in ledger.verdicts}


def test_the_table_covers_what_is_met_or_calibrated(found):
    held = {claim for claim, outcome in found.items() if outcome in ("met", "calibrated")}
    assert held == set(CAUGHT_BY)


@pytest.mark.parametrize(("claim", "wrong"), CAUGHT_BY.items())
def test_the_claim_notices_a_broken_study(claim, wrong, found):
    assert found[claim] in ("met", "calibrated")
    assert outcomes(wrong)[claim] == "missed", WRONG[wrong].what


@pytest.mark.parametrize("wrong", WRONG)
def test_every_broken_study_is_noticed(wrong, found):
    noticed = {c for c, outcome in outcomes(wrong).items() if outcome == "missed" != found[c]}
    assert noticed, WRONG[wrong].what


@pytest.mark.parametrize(("wrong", "may_notice"), NARROW.items())
def test_a_narrow_mistake_is_noticed_only_where_it_matters(wrong, may_notice, found):
    changed = {c for c, outcome in outcomes(wrong).items() if outcome != found[c]}
    assert changed == may_notice


@pytest.mark.parametrize(("claim", "study"), WITHIN_REACH.items())
def test_a_missed_claim_is_within_reach_of_another_model(claim, study, found):
    assert found[claim] == "missed"
    assert outcomes(study)[claim] in ("met", "calibrated")


@pytest.mark.parametrize(("wrong", "claim"), TRACES)
def test_an_order_among_traces_is_none(wrong, claim):
    assert outcomes(wrong)[claim] == "missed"
