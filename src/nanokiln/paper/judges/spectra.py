"""Raman and thermogravimetry as far as the model reaches without the instruments."""

from __future__ import annotations

import numpy as np

from ...matter import carbon
from ...study.ledger import Claim, Outcome
from ..judging import VISIBLE_SHIFT, Judgement, increasing, judge
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


def oxidation_temperatures(run: Run) -> np.ndarray:
    """Weight-loss temperature in air of the four samples, degC, linear in boron per carbon."""
    loading = run.series("boron_per_carbon")
    base, span = run.values[carbon.OXIDATION_BASE], run.values[carbon.OXIDATION_SPAN]
    return base + span * (loading - loading[0]) / (loading[3] - loading[0])


@judge("C068", "C069")
def fitted_oxidation(run: Run, claim: Claim) -> Judgement:
    """Judge the fitted ends of the range of weight-loss temperatures."""
    t = oxidation_temperatures(run)[0 if claim.id == "C068" else 3]
    return Judgement(
        t, "Two temperatures fix M9 and M10 one to one; tests nothing.", abs(t - claim.number) <= 5, "degC"
    )


@judge("C070")
def oxidation_order(run: Run, claim: Claim) -> Judgement:
    """Weight-loss temperature rises with boric acid."""
    t = oxidation_temperatures(run)
    how = (
        f"Samples 2 and 3 at {t[1, 0]:.0f} and {t[2, 0]:.0f} degC between the two fitted ends; follows "
        "boron per carbon."
    )
    return Judgement(t[1], how, increasing(t, by=VISIBLE_SHIFT), "degC")


@judge("C154")
def bond_argument(run: Run, claim: Claim) -> Judgement:
    """Stability ascribed to the C-B bond."""
    shift = oxidation_temperatures(run)
    return Judgement(
        shift[3] - shift[0],
        "The model blocks sites; bond strength is not in it. Report only.",
        outcome=Outcome.REPORT_ONLY,
        unit="K",
    )
