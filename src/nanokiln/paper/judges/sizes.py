"""Diameters before and after firing (Fig. 2g)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from ...study.ledger import Claim
from ..bodies import Seen, on_grid, rising, within
from ..judging import Judgement, increasing, judge
from ..pictures import BEFORE as UNFIRED
from ..pictures import changed, clearly_rising, on_picture
from ..run import BEFORE, SERIES, Run

READING = 5  # nm, error of reading a mean diameter from the article's figure


@judge("C029")
def coated_high_end(run: Run, claim: Claim) -> Judgement:
    """Mean diameter of the dried spheres with most boric acid."""
    d0 = run.get("B-SiOC-4", "diameter_before_nm")
    how = f"Fits the coat share (M1); residual {d0[0] - claim.number:+.1f} nm."
    answer = Judgement(d0, how, abs(d0 - claim.number) <= READING, "nm")
    fits = within(claim.number - READING, claim.number + READING)
    answer = on_grid(run, answer, "diameter", ["B-SiOC-4"], fits, stage="before")
    return on_picture(run, answer, "diameter_mean", ["B-SiOC-4"], fits, look=UNFIRED, label="D0")


@judge("C030")
def coated_order(run: Run, claim: Claim) -> Judgement:
    """Diameters before firing grow with boric acid."""
    d0 = run.series("diameter_before_nm", BEFORE)
    listed = ", ".join(f"{x:.0f}" for x in d0[:, 0])
    how = f"D0 of samples 1-4: {listed} nm; monotone for any coat share."
    answer = Judgement(d0[-1] - d0[0], how, increasing(d0), "nm")
    answer = on_grid(run, answer, "diameter", SERIES, rising(), stage="before")
    return on_picture(run, answer, "diameter_mean", SERIES, clearly_rising, look=UNFIRED, label="D0")


@judge("C045")
def sample_1_keeps_its_size(run: Run, claim: Claim) -> Judgement:
    """D1 - D0 of sample 1 within the reading error."""
    change = run.get("B-SiOC-1", "diameter_after_nm") - run.get("B-SiOC-1", "diameter_before_nm")
    holds = (change >= -READING) & (change <= 2)
    answer = Judgement(change, "D1 - D0; the loss of the coat alone.", holds, "nm")
    answer = on_grid(run, answer, "diameter_change", ["B-SiOC-1"], within(-READING, 2))
    return _by_change(run, answer, ["B-SiOC-1"])


@judge("C046")
def sample_4_shrinks_most(run: Run, claim: Claim) -> Judgement:
    """D1 - D0 of sample 4 negative and the largest."""
    change = run.series("diameter_after_nm") - run.series("diameter_before_nm")
    holds = (change[3] < 0) & (change[3] == change.min(axis=0))
    how = (
        "D1 - D0, only through the loss of the coat (-20 nm); D1 is an upper bound, compaction is not "
        "modelled."
    )
    answer = Judgement(change[3], how, holds, "nm")
    answer = on_grid(run, answer, "diameter_change", SERIES, _shrinks_most)
    return _by_change(run, answer, SERIES)


def _by_change(run: Run, answer: Judgement, samples: Sequence[str]) -> Judgement:
    """Say what pictures before and after firing tell: too little to decide, their errors are of its size."""
    found = [changed(run, sample) for sample in samples]
    known = [f for f in found if f is not None]
    if len(known) < len(found):
        return answer
    listed = ", ".join(
        f"{f.value:+.0f} [{f.low:+.0f} to {f.high:+.0f}]" if math.isfinite(f.value) else "not resolved"
        for f in known
    )
    return replace(answer, how=f"{answer.how} Virtual micrographs (D1 - D0): {listed} nm.")


def _shrinks_most(found: Sequence[Seen]) -> bool | None:
    """Test that the last sample shrinks, and more than every other one, beyond the intervals."""
    *others, last = found
    if not all(f.bounded for f in found):
        return None
    if last.high < min(0.0, *(f.low for f in others)):
        return True
    return False if last.low >= 0 or any(f.high < last.low for f in others) else None


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
    answer = Judgement(200 - d1[3], how, increasing(200 - d1), "nm")
    backwards = SERIES[::-1]
    answer = on_grid(run, answer, "diameter", backwards, rising(), label="D1 of samples 4 to 1")
    return on_picture(run, answer, "diameter_mean", backwards, clearly_rising, label="D1 of samples 4 to 1")
