"""Claims on Raman: the fitted one notices forged spectra, the others say what a spectrum leaves open."""

from dataclasses import replace

import pytest

from nanokiln.core.evidence import Evidence, Finding
from nanokiln.paper import judges as _judges
from nanokiln.paper.judging import verdict
from nanokiln.paper.pages import CALIBRATED_ON, with_evidence
from nanokiln.paper.run import SERIES


def found(name, value, half=0.05, note=""):
    return Finding(name, value, value - half, value + half, "1", Evidence.PREDICTED, "raman", notes=(note,))


def judged(run, claims, claim_id, heights=(0.95, 0.95, 0.95, 0.95), **more):
    given = {
        (s, "raman"): [found("id_ig_height", h), found("id_ig_raw", 0.83), found("id_ig_area", 2.0)]
        + [found(n, v) for n, v in more.items()]
        for s, h in zip(SERIES, heights, strict=True)
    }
    claim = next(c for c in claims if c.id == claim_id)
    return verdict(replace(run, findings=given), claim)


def test_the_package_of_judges_is_complete():
    assert "raman" in _judges.__all__


@pytest.mark.parametrize(("height", "says"), [(0.95, "calibrated"), (1.04, "calibrated"), (1.3, "missed")])
def test_the_fitted_ratio_must_come_back_from_the_spectrum(run, claims, height, says):
    got = judged(run, claims, "C063", (height, 0.95, 0.95, 0.95))
    assert str(got.outcome) == says
    assert "raw maxima 0.83 [0.78-0.88]" in got.how


@pytest.mark.parametrize("claim", ["C064", "C065", "C066"])
def test_a_model_without_boron_decides_nothing(run, claims, claim):
    got = judged(run, claims, claim)
    assert str(got.outcome) == "not resolved"
    assert "areas 2.00" in got.how


def test_the_spread_is_read_from_the_spectra(run, claims):
    got = judged(run, claims, "C067", (0.93, 1.0, 0.9, 0.95))
    assert str(got.outcome) == "not resolved"
    assert got.value == pytest.approx(0.1)
    assert "spread of 0.10" in got.how
    empty = verdict(replace(run, findings={}), next(c for c in claims if c.id == "C067"))
    assert "Virtual" not in empty.how


def test_the_domain_size_is_that_of_the_spectrum(run, claims):
    got = judged(run, claims, "C155", domain_size=1.4)
    assert str(got.outcome) == "report only"
    assert got.value == pytest.approx(1.4)


def test_no_ratio_of_a_virtual_spectrum_counts_as_a_prediction():
    assert CALIBRATED_ON["B-SiOC-4", "id_ig_area"] == "C063"
    assert with_evidence("SiOC", found("id_ig_raw", 1.0)).evidence is Evidence.CALIBRATED
    assert with_evidence("SiOC", found("g_position", 1592.0)).evidence is Evidence.PREDICTED
