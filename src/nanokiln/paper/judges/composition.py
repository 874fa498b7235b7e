"""Element maps and the balance of boron (Figs. 1e-g, S3)."""

from __future__ import annotations

from ...study.ledger import Claim, Outcome
from ..judging import Judgement, judge
from ..run import Run


@judge("C037")
def elements_present(run: Run, claim: Claim) -> Judgement:
    """Si, O, C and B all in the assembly, neck included."""
    least = run.series("boron", ("B-SiOC-3",))[0]
    neck = run.get("B-SiOC-3", "carbon_in_neck")
    how = (
        f"All four are in the product; carbon is {neck[0]:.0%} of the neck by volume because carbon is "
        "entrained (assumed share chi)."
    )
    return Judgement(least, how, (least > 0) & (neck > 0), "mmol/g")


@judge("C038", "C043", "C044")
def elements_spread(run: Run, claim: Claim) -> Judgement:
    """All four elements in neck, particle and bulges; even within the resolution of EDS."""
    sample = "B-SiOC-4" if claim.id in ("C043", "C044") else "B-SiOC-3"
    carbon = run.get(sample, "carbon_in_neck")
    how = (
        f"Residue that makes necks and bulges holds silica, boron and {carbon[0]:.0%} carbon by volume, "
        "present only if carbon is entrained (assumed share chi); that it looks even needs the electron "
        "microscope, which is not built yet."
    )
    if claim.id == "C044":
        return Judgement(carbon, how, carbon > 0.02)
    return Judgement(carbon, how, outcome=Outcome.NOT_RESOLVED)


@judge("C160")
def lost_boron(run: Run, claim: Claim) -> Judgement:
    """Why boron is lower at high feed: wash or vapour."""
    washed, vapour = run.get("B-SiOC-4", "washed"), run.get("B-SiOC-4", "vapour")
    how = (
        f"Sample 4 loses {washed[0]:.1f} mmol/g of boron to the wash and {vapour[0]:.1f} to the gas; "
        "nothing stays undecomposed."
    )
    return Judgement(washed / (washed + vapour), how, outcome=Outcome.REPORT_ONLY)
