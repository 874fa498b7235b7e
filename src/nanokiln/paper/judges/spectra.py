"""Raman as far as the model reaches without the instrument."""

from __future__ import annotations

from ...matter import carbon
from ...study.ledger import Claim, Outcome
from ..judging import Judgement, judge
from ..run import Run


@judge("C063")
def domain_calibration(run: Run, claim: Claim) -> Judgement:
    """I_D/I_G of sample 1 fixes the domain size."""
    ratio = carbon.id_ig(run.values[carbon.DOMAIN], run.values)
    return Judgement(
        ratio, f"Fits M11; residual {ratio - claim.number:+.3f}.", abs(ratio - claim.number) <= 0.05
    )


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
    return Judgement(0.0 if claim.id == "C067" else ratio, how, outcome=Outcome.NOT_RESOLVED)


@judge("C155")
def graphitisation(run: Run, claim: Claim) -> Judgement:
    """Domain size behind the ratios."""
    return Judgement(
        run.values[carbon.DOMAIN],
        "Domains this small are not graphite; report only.",
        outcome=Outcome.REPORT_ONLY,
        unit="nm",
    )
