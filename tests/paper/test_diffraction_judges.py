"""Claims on diffraction: each is met by one set of findings and missed by another."""

from dataclasses import replace

import pytest

from nanokiln.core.evidence import Evidence, Finding
from nanokiln.paper import judges as _judges
from nanokiln.paper.judging import verdict
from nanokiln.paper.run import SERIES


def found(name, value, half=0.1, note=""):
    return Finding(name, value, value - half, value + half, "deg", Evidence.PREDICTED, "xrd", notes=(note,))


def outcome(run, claims, claim_id, findings):
    claim = (
        next(c for c in claims.values() if c.id == claim_id)
        if isinstance(claims, dict)
        else next(c for c in claims if c.id == claim_id)
    )
    given = {(sample, "xrd"): rows for sample, rows in findings.items()}
    return str(verdict(replace(run, findings=given), claim).outcome)


def test_the_package_of_judges_is_complete():
    assert "diffraction" in _judges.__all__


@pytest.mark.parametrize(("angle", "says"), [(21.8, "met"), (24.5, "missed"), (float("nan"), "missed")])
def test_halo(run, claims, angle, says):
    assert outcome(run, claims, "C031", {"B-SiOC-3-before": [found("halo_2theta", angle)]}) == says


@pytest.mark.parametrize(("claim", "angle"), [("C032", 14.63), ("C033", 28.02)])
def test_lines_need_a_peak_in_the_pattern(run, claims, claim, angle):
    there = {"B-SiOC-3-before": [found("peak_1_2theta", angle), found("peak_2_2theta", 40.0)]}
    assert outcome(run, claims, claim, there) == "met"
    assert outcome(run, claims, claim, {"B-SiOC-3-before": [found("peak_2_2theta", 40.0)]}) == "missed"


def test_boric_acid_must_be_gone_from_all_four(run, claims):
    gone = {s: [found("phase_boric_acid", 0.0, note="not matched")] for s in SERIES}
    left = gone | {"B-SiOC-4": [found("phase_boric_acid", 0.9, note="matched")]}
    assert outcome(run, claims, "C061", gone) == "met"
    assert outcome(run, claims, "C061", left) == "missed"


def test_a_band_that_was_there_before_does_not_appear(run, claims):
    band, none = [found("halo_2_2theta", 43.1)], [found("halo_2theta", 22.0)]
    assert outcome(run, claims, "C062", {"B-SiOC-3": band, "SiOC": none}) == "met"
    assert outcome(run, claims, "C062", {"B-SiOC-3": band, "SiOC": band}) == "missed"
    assert outcome(run, claims, "C062", {"B-SiOC-3": none, "SiOC": none}) == "missed"


@pytest.mark.parametrize("claim", ["C031", "C062"])
def test_without_patterns_nothing_is_said(run, claims, claim):
    assert outcome(run, claims, claim, {}) == "not yet"
