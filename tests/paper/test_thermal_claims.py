"""Weight loss and dissolution are judged by their virtual instruments, too: forged findings are caught."""

import numpy as np
import pytest

import nanokiln.paper.judges  # noqa: F401  (registers the judges)
from nanokiln.core.evidence import Evidence, Finding
from nanokiln.core.parameters import Values
from nanokiln.paper.judging import verdict
from nanokiln.paper.run import SERIES, Run, observe_all

MEASURED = (602.0, 616.0, 631.0, 668.0)


def found(name, value, unit, technique, **choices):
    return Finding(
        name, value, value - 2e-2, value + 2e-2, unit, Evidence.PREDICTED, technique, choices=choices
    )


def run_with(temperatures=MEASURED, ratios=(0.51, 0.43, 0.34)):
    findings = {
        (s, "tga"): [found("dtg_max", t, "degC", "tga")] for s, t in zip(SERIES, temperatures, strict=True)
    }
    findings["B-SiOC-3", "icp"] = [
        found("b_si_mass_ratio", r, "g/g", "icp", time_h=float(i + 1)) for i, r in enumerate(ratios)
    ]
    return Run(Values(), NOMINAL, findings=findings)


NOMINAL = {}


@pytest.fixture(scope="module", autouse=True)
def nominal():
    NOMINAL.update(observe_all(Values()))


def judged(claim_id, claims, run):
    return verdict(run, next(c for c in claims if c.id == claim_id))


def test_what_the_instruments_show_is_told(claims):
    order, fall = (judged(c, claims, run_with()) for c in ("C070", "C050"))
    assert str(order.outcome) == str(fall.outcome) == "met"
    assert "602, 616, 631, 668 degC, intervals apart" in order.how
    assert "0.51 to 0.34 g/g, falling throughout" in fall.how


@pytest.mark.parametrize(
    "temperatures", [(602, 631, 616, 668), (602, 602.5, 631, 668), (602, 616, np.nan, 668)]
)
def test_thermograms_in_another_order_miss(temperatures, claims):
    assert str(judged("C070", claims, run_with(temperatures=temperatures)).outcome) == "missed"


@pytest.mark.parametrize("ratios", [(0.34, 0.43, 0.51), (0.51, 0.55, 0.34), (0.4, 0.39, 0.38)])
def test_a_ratio_that_does_not_fall_misses(ratios, claims):
    # the last falls by less than its intervals
    assert str(judged("C050", claims, run_with(ratios=ratios)).outcome) == "missed"


@pytest.mark.parametrize("claim", ["C048", "C049", "C068", "C069"])
def test_fitted_rows_stay_calibrated(claim, claims):
    assert str(judged(claim, claims, run_with()).outcome) == "calibrated"
