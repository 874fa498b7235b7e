"""Element maps and the balance of boron (Figs. 1e-g, S3)."""

from __future__ import annotations

from collections.abc import Sequence

from ...study.ledger import Claim, Outcome
from ..bodies import Seen
from ..judging import Judgement, decided, judge
from ..pictures import LINE, MAP, seen, words
from ..run import Run

ELEMENTS = ("Si", "O", "C", "B")
EVEN = 0.30  # neck over body may differ from one by this, tolerance of the row
LEAST_CARBON = 0.02  # by volume


@judge("C037")
def elements_present(run: Run, claim: Claim) -> Judgement:
    """Si, O, C and B all in the assembly, neck included."""
    least = run.series("boron", ("B-SiOC-3",))[0]
    neck = run.get("B-SiOC-3", "carbon_in_neck")
    how = (
        f"All four are in the product; carbon is {neck[0]:.0%} of the neck by volume because carbon is "
        "entrained (assumed share chi)."
    )
    answer = Judgement(least, how, (least > 0) & (neck > 0), "mmol/g")
    found = [seen(run, "B-SiOC-3", f"atomic_fraction_{e}", MAP) for e in ELEMENTS]
    known = [f for f in found if f is not None]
    if len(known) < len(ELEMENTS):
        return answer
    how += f" Virtual element map (atomic fractions): {_listed(known)}."
    return decided(answer, all(f.low > 0 for f in known), how)


@judge("C038")
def even_through_neck(run: Run, claim: Claim) -> Judgement:
    """Judge whether neck over body is one within 30 % for all four elements."""
    carbon = run.get("B-SiOC-3", "carbon_in_neck")
    ratios, how = _neck_over_body(run, "B-SiOC-3")
    held = within_or_outside(ratios, 1 - EVEN, 1 + EVEN)
    how = (
        f"{how} Carbon is in the neck only if it is entrained (assumed share chi; {carbon[0]:.0%} by volume)."
    )
    if held is None:
        return Judgement(carbon, how, outcome=Outcome.NOT_RESOLVED)
    worst = max((f.value for f in ratios), key=lambda r: abs(r - 1))
    return Judgement(worst, how, held)


@judge("C043")
def even_map(run: Run, claim: Claim) -> Judgement:
    """Judge whether the map of sample 4 looks even; it depends on counts that the article does not state."""
    found = [seen(run, "B-SiOC-4", f"map_composition_p_{e}", MAP) for e in ELEMENTS]
    known = [f.value for f in found if f is not None]
    how = "Whether contrast is below noise depends on the counts of the article's map, which are not stated."
    if known:
        how += (
            f" In the virtual map an even share of all windows has a chance of {min(known):.1g}: skin and "
            "body differ, and this many counts show it."
        )
    carbon = run.get("B-SiOC-4", "carbon_in_neck")
    return Judgement(carbon, how, outcome=Outcome.NOT_RESOLVED)


@judge("C044")
def bulges_hold_all(run: Run, claim: Claim) -> Judgement:
    """Judge whether bulges carry all four elements."""
    carbon = run.get("B-SiOC-4", "carbon_in_neck")
    _, how = _neck_over_body(run, "B-SiOC-4")
    how = (
        f"Residue that makes necks and bulges holds silica, boron and {carbon[0]:.0%} carbon by volume, "
        f"present only if carbon is entrained (assumed share chi). {how}"
    )
    return Judgement(carbon, how, carbon > LEAST_CARBON)


def _neck_over_body(run: Run, sample: str) -> tuple[list[Seen], str]:
    """Return what the analysis of the virtual line scan reads, element by element, and the words for it."""
    found = [seen(run, sample, f"neck_over_body_{e}", LINE) for e in ELEMENTS]
    known = [f for f in found if f is not None]
    if len(known) < len(ELEMENTS):
        return [], "No element scan was taken."
    return known, f"Virtual line scan, neck over body: {_listed(known)}."


def _listed(found: Sequence[Seen]) -> str:
    return ", ".join(f"{e} {words(f)}" for e, f in zip(ELEMENTS, found, strict=True))


def within_or_outside(found: Sequence[Seen], low: float, high: float) -> bool | None:
    """Test that all intervals lie within two limits; False where one lies outside, None where one crosses."""
    if any(f.high < low or f.low > high for f in found):
        return False
    return True if found and all(f.low >= low and f.high <= high for f in found) else None


@judge("C160")
def lost_boron(run: Run, claim: Claim) -> Judgement:
    """Why boron is lower at high feed: wash or vapour."""
    washed, vapour = run.get("B-SiOC-4", "washed"), run.get("B-SiOC-4", "vapour")
    how = (
        f"Sample 4 loses {washed[0]:.1f} mmol/g of boron to the wash and {vapour[0]:.1f} to the gas; "
        "nothing stays undecomposed."
    )
    return Judgement(washed / (washed + vapour), how, outcome=Outcome.REPORT_ONLY)
