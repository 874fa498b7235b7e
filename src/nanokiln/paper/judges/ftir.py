"""Infrared bands (Fig. S5c): one that comes with boron, and one that two bonds share."""

from __future__ import annotations

import math

from ...core.evidence import Finding
from ...study.ledger import Claim, Outcome
from ...techniques.ftir import parameters as par
from ..judging import Judgement, judge
from ..run import SERIES, Run

_UNDOPED = "SiOC"


def _tolerance(claim: Claim) -> float:
    return float(claim.tolerance.lstrip("+-"))


def _near(run: Run, sample: str, number: float, within: float) -> Finding | None:
    """Return the band of a virtual spectrum nearest to a wavenumber, if its interval comes so near."""
    found = [
        f
        for f in run.findings.get((sample, "ftir"), ())
        if f.name.startswith("band_")
        and f.resolved
        and f.low <= number + within
        and f.high >= number - within
    ]
    return min(found, key=lambda f: abs(f.value - number), default=None)


def _words(found: Finding | None) -> str:
    return "none" if found is None else f"{found.value:.0f} [{found.low:.0f}-{found.high:.0f}]"


def _not_yet() -> Judgement:
    how = "Needs the virtual infrared spectra of the samples, which this run did not record."
    return Judgement(math.nan, how, outcome=Outcome.NOT_YET, unit="cm-1")


def _measured(run: Run) -> bool:
    return all((sample, "ftir") in run.findings for sample in (*SERIES, _UNDOPED))


@judge("C059")
def boron_oxygen(run: Run, claim: Claim) -> Judgement:
    """Look for a band near 1388 1/cm in all powders with boron, and for none without."""
    if not _measured(run):
        return _not_yet()
    within = _tolerance(claim)
    seen = [_near(run, s, claim.number, within) for s in SERIES]
    without = _near(run, _UNDOPED, claim.number, within)
    value = next((f.value for f in seen if f is not None), math.nan)
    how = (
        f"Bands of the virtual spectra within {within:g} 1/cm: samples 1-4 {', '.join(map(_words, seen))}; "
        f"without boron {_words(without)}. That oxidised boron is left in every washed powder is the "
        "furnace's; the place of its band goes in from tables, and its absorptivity is assumed. Nitrate in "
        "KBr absorbs at 1384, too."
    )
    return Judgement(value, how, all(f is not None for f in seen) and without is None, unit="cm-1")


@judge("C060")
def silicon_oxygen(run: Run, claim: Claim) -> Judgement:
    """Find the strongest band: Si-O-Si from tables, moved by what boron-carbon bonds add."""
    if not _measured(run):
        return _not_yet()
    record, within = par.SI_O, _tolerance(claim)
    seen = {s: _near(run, s, record.value, par.NEAR.value) for s in (_UNDOPED, *SERIES)}
    there = [f for f in seen.values() if f is not None]
    if len(there) < len(seen):
        words = ", ".join(f"{s} {_words(f)}" for s, f in seen.items())
        return Judgement(math.nan, f"No band of Si-O-Si in the virtual spectra: {words}.", False, unit="cm-1")
    undoped, *doped = there
    shift = max(f.value for f in doped) - undoped.value
    # what the table leaves open for Si-O-Si, moved as the virtual band is
    low = min(f.low for f in doped) + record.low - record.value
    high = max(f.high for f in doped) + record.high - record.value
    how = (
        f"Virtual spectra: {', '.join(f'{s} {_words(f)}' for s, f in seen.items())} 1/cm. Tables put "
        f"Si-O-Si anywhere between {record.low:g} and {record.high:g}, which goes in; boron-carbon bonds "
        f"under it move the sum by {shift:+.1f} 1/cm at most, with an assumed absorptivity. So {low:.0f} to "
        f"{high:.0f}; grains of 200 nm absorb higher than bulk, which is not modelled."
    )
    value = doped[-1].value
    inside = claim.number - within <= low and high <= claim.number + within
    outside = high < claim.number - within or low > claim.number + within
    if inside or outside:
        return Judgement(value, how, inside, unit="cm-1", low=low, high=high)
    return Judgement(value, how, outcome=Outcome.NOT_RESOLVED, unit="cm-1", low=low, high=high)
