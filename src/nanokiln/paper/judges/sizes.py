"""Diameters before and after firing (Fig. 2g)."""

from __future__ import annotations

from ...study.ledger import Claim
from ..judging import Judgement, increasing, judge
from ..run import BEFORE, Run


@judge("C029")
def coated_high_end(run: Run, claim: Claim) -> Judgement:
    """Mean diameter of the dried spheres with most boric acid."""
    d0 = run.get("B-SiOC-4", "diameter_before_nm")
    return Judgement(
        d0,
        f"Fits the coat share (M1); residual {d0[0] - claim.number:+.1f} nm.",
        abs(d0 - claim.number) <= 5,
        "nm",
    )


@judge("C030")
def coated_order(run: Run, claim: Claim) -> Judgement:
    """Diameters before firing grow with boric acid."""
    d0 = run.series("diameter_before_nm", BEFORE)
    listed = ", ".join(f"{x:.0f}" for x in d0[:, 0])
    return Judgement(
        d0[-1] - d0[0], f"D0 of samples 1-4: {listed} nm; monotone for any coat share.", increasing(d0), "nm"
    )


@judge("C045")
def sample_1_keeps_its_size(run: Run, claim: Claim) -> Judgement:
    """D1 - D0 of sample 1 within the reading error."""
    change = run.get("B-SiOC-1", "diameter_after_nm") - run.get("B-SiOC-1", "diameter_before_nm")
    return Judgement(change, "D1 - D0; the loss of the coat alone.", (change >= -5) & (change <= 2), "nm")


@judge("C046")
def sample_4_shrinks_most(run: Run, claim: Claim) -> Judgement:
    """D1 - D0 of sample 4 negative and the largest."""
    change = run.series("diameter_after_nm") - run.series("diameter_before_nm")
    holds = (change[3] < 0) & (change[3] == change.min(axis=0))
    how = (
        "D1 - D0, only through the loss of the coat (-20 nm); D1 is an upper bound, compaction is not "
        "modelled."
    )
    return Judgement(change[3], how, holds, "nm")


@judge("C047")
def shrinkage_order(run: Run, claim: Claim) -> Judgement:
    """200 nm - D1 in the order of boric acid."""
    d1 = run.series("diameter_after_nm")
    depth = run.series("recession_nm")
    how = (
        f"200 - D1 with D1 {', '.join(f'{x:.0f}' for x in d1[:, 0])} nm: the residue film outgrows the "
        f"recession. The leached depth has the order ({', '.join(f'{x:.1f}' for x in depth[:, 0])} nm) but "
        "is not a diameter."
    )
    return Judgement(200 - d1[3], how, increasing(200 - d1), "nm")
