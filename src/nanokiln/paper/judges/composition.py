"""Element maps and dissolution (Figs. 1e-h, S3)."""

from __future__ import annotations

import numpy as np

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


def dissolved_share(run: Run, ratio: float) -> np.ndarray:
    """Share of silicon in solution at which all of sample 3's boron gives the B/Si mass ratio read."""
    return run.get("B-SiOC-3", "boron_to_silicon") / ratio


@judge("C048", "C049")
def icp_reading(run: Run, claim: Claim) -> Judgement:
    """Read values above the feed bound as incomplete dissolution of silicon."""
    share = dissolved_share(run, claim.number)
    how = (
        f"With the boron the model retains, {claim.number:g} g/g means {share[0]:.0%} of the silicon "
        "dissolved (C10 absorbs this)."
    )
    return Judgement(share, how, (share > 0) & (share < 1), "of Si dissolved")


@judge("C050")
def icp_falls(run: Run, claim: Claim) -> Judgement:
    """B/Si falls with dissolution time, because boron sits at the surface."""
    final = run.get("B-SiOC-3", "boron_to_silicon")
    bulk = run.get("B-SiOC-3", "lining") + run.get("B-SiOC-3", "residue")
    holds = (bulk > 0) & (final < 0.51)
    how = (
        f"Lining and residue dissolve first, so the ratio starts high and ends at {final[0]:.2f} g/g on "
        "full dissolution (feed bound 0.265)."
    )
    return Judgement(final, how, holds & (final <= 0.27), "g/g")


@judge("C160")
def lost_boron(run: Run, claim: Claim) -> Judgement:
    """Why boron is lower at high feed: wash or vapour."""
    washed, vapour = run.get("B-SiOC-4", "washed"), run.get("B-SiOC-4", "vapour")
    how = (
        f"Sample 4 loses {washed[0]:.1f} mmol/g of boron to the wash and {vapour[0]:.1f} to the gas; "
        "nothing stays undecomposed."
    )
    return Judgement(washed / (washed + vapour), how, outcome=Outcome.REPORT_ONLY)
