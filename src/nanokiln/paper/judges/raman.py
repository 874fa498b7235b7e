"""D over G of the Raman spectra (Fig. S5d): one ratio fitted, three the model cannot tell from it."""

from __future__ import annotations

import math

from ...core.evidence import Finding
from ...matter import carbon
from ...study.ledger import Claim, Outcome
from ..judging import Judgement, judge
from ..run import SERIES, Run

_HEIGHT = "id_ig_height"
_DEFINITIONS = {"id_ig_raw": "raw maxima", _HEIGHT: "heights of a fit", "id_ig_area": "areas"}


def _tolerance(claim: Claim) -> float:
    return float(claim.tolerance.lstrip("+-"))


def _number(finding: Finding | None) -> str:
    if finding is None:
        return "not recorded"
    if not finding.resolved:
        return "not resolved"
    return f"{finding.value:.2f} [{finding.low:.2f}-{finding.high:.2f}]"


def _read(run: Run, sample: str) -> str:
    """Return in words what the analysis of a virtual spectrum found, by definition."""
    if (sample, "raman") not in run.findings:
        return ""
    words = ", ".join(
        f"{what} {_number(run.finding(sample, 'raman', n))}" for n, what in _DEFINITIONS.items()
    )
    return f" Virtual spectrum of {sample}: {words}; the article does not say which it means."


@judge("C063")
def domain_calibration(run: Run, claim: Claim) -> Judgement:
    """I_D/I_G of sample 1 fixes the domain size; the virtual spectrum must give it back."""
    ratio = carbon.id_ig(run.values[carbon.DOMAIN], run.values)
    holds = abs(ratio - claim.number) <= _tolerance(claim)
    seen = run.finding(SERIES[0], "raman", _HEIGHT)
    if seen is not None and seen.resolved:
        holds = holds and seen.low - _tolerance(claim) <= claim.number <= seen.high + _tolerance(claim)
    how = f"Fits M11, read as a ratio of heights; residual {ratio - claim.number:+.3f}."
    return Judgement(ratio, how + _read(run, SERIES[0]), holds)


@judge("C064", "C065", "C066", "C067")
def ratio_without_boron_term(run: Run, claim: Claim) -> Judgement:
    """I_D/I_G of the other samples: the model has no boron term."""
    ratio = carbon.id_ig(run.values[carbon.DOMAIN], run.values)
    planes = run.series("plane_per_carbon")[:, 0]
    how = (
        f"The model says {ratio:.2f} for all four, which is inside every tolerance, so it is no test. "
        f"Boron in planes per carbon is {', '.join(f'{x:.3f}' for x in planes)}; below 2 nm even the sign "
        "of its effect is open."
    )
    if claim.id != "C067":
        return Judgement(ratio, how + _read(run, claim.sample), outcome=Outcome.NOT_RESOLVED)
    spread, words = _spread(run)
    return Judgement(spread, how + words, outcome=Outcome.NOT_RESOLVED)


def _spread(run: Run) -> tuple[float, str]:
    """Return largest less smallest ratio the analyses read, and in words what an interval leaves open."""
    found = [run.finding(s, "raman", _HEIGHT) for s in SERIES]
    seen = [f for f in found if f is not None and f.resolved]
    if len(seen) < len(SERIES):
        return 0.0, ""
    spread = max(f.value for f in seen) - min(f.value for f in seen)
    half = max(f.high - f.low for f in seen) / 2
    values = ", ".join(f"{f.value:.2f}" for f in seen)
    return spread, (
        f" Virtual spectra of four powders with one true ratio read {values}, heights of a fit: noise and "
        f"choices alone give a spread of {spread:.2f}, and one spectrum is known to +- {half:.2f}."
    )


@judge("C155")
def graphitisation(run: Run, claim: Claim) -> Judgement:
    """Domain size behind the ratios."""
    seen = run.finding(SERIES[0], "raman", "domain_size")
    how = "Domains this small are not graphite; report only."
    if seen is None:
        return Judgement(run.values[carbon.DOMAIN], how, outcome=Outcome.REPORT_ONLY, unit="nm")
    words = f" From the virtual spectrum of sample 1: {_number(seen)} nm; {'; '.join(seen.notes)}."
    value = seen.value if seen.resolved else math.nan
    return Judgement(value, how + words, outcome=Outcome.REPORT_ONLY, unit="nm", low=seen.low, high=seen.high)
