"""X-ray diffraction (Fig. S5a, b): boric acid before the furnace, halo, layers of carbon."""

from __future__ import annotations

import math

import numpy as np

from ...core.evidence import Finding
from ...matter.crystal import boric_acid_spacing, diffraction_angle
from ...study.ledger import Claim, Outcome
from ..judging import Judgement, judge
from ..run import SERIES, Run

_PLANES = {"C032": (0, 1, 0), "C033": (0, 0, 2)}
_BEFORE, _AFTER, _UNDOPED = "B-SiOC-3-before", "B-SiOC-3", "SiOC"
_THERE = ("matched", "partly")


def _tolerance(claim: Claim) -> float:
    return float(claim.tolerance.lstrip("+-"))


def _near(run: Run, sample: str, kind: str, claim: Claim) -> Finding | None:
    """Return the maximum (`kind`: ``peak`` or ``halo``) nearest to the claimed angle, if within tolerance."""
    found = [
        f for f in run.findings.get((sample, "xrd"), ())
        if f.name.startswith(kind) and f.name.endswith("_2theta") and f.resolved
    ]  # fmt: skip
    near = [f for f in found if abs(f.value - claim.number) <= _tolerance(claim)]
    return min(near, key=lambda f: abs(f.value - claim.number), default=None)


def _in_words(finding: Finding | None, what: str) -> str:
    if finding is None:
        return f"{what}: none within the tolerance"
    return f"{what}: {finding.value:.2f} [{finding.low:.2f}-{finding.high:.2f}] degrees"


def _measured(run: Run, *samples: str) -> bool:
    return all((sample, "xrd") in run.findings for sample in samples)


def _not_yet(claim: Claim) -> Judgement:
    how = "Needs the virtual patterns of the samples, which this run did not record."
    return Judgement(math.nan, how, outcome=Outcome.NOT_YET, unit="deg 2theta")


@judge("C031")
def halo(run: Run, claim: Claim) -> Judgement:
    """Halo of the dried powder, read from its virtual pattern."""
    if not _measured(run, _BEFORE):
        return _not_yet(claim)
    seen = run.finding(_BEFORE, "xrd", "halo_2theta")
    near = seen is not None and seen.resolved and abs(seen.value - claim.number) <= _tolerance(claim)
    how = (
        f"{_in_words(seen, 'Analysis of the virtual pattern of the dried powder')}. The place of "
        "silica's first "
        "maximum and of carbon's 002 goes in from the literature; the furnace only sets their shares."
    )
    value, low, high = (seen.value, seen.low, seen.high) if seen else (math.nan, math.nan, math.nan)
    return Judgement(value, how, near, "deg 2theta", low=low, high=high)


@judge("C032", "C033")
def boric_acid_lines(run: Run, claim: Claim) -> Judgement:
    """Angles of boric acid from its cell, and from the analysis of the virtual pattern."""
    spacing = boric_acid_spacing(*_PLANES[claim.id], run.values)
    angle = diffraction_angle(spacing, run.values)
    present = run.get(_BEFORE, "fed") > 0
    close = abs(angle - claim.number) <= _tolerance(claim)
    how = (
        f"Bragg angle of the ({' '.join(map(str, _PLANES[claim.id]))}) planes of the triclinic cell, copper "
        "K-alpha; depends on no furnace number."
    )
    if _measured(run, _BEFORE):
        seen = _near(run, _BEFORE, "peak", claim)
        close = close and seen is not None
        how += f" {_in_words(seen, 'Peak in the virtual pattern')}."
    return Judgement(np.full(present.shape, angle), how, present & close, "deg 2theta")


@judge("C061")
def boric_acid_gone(run: Run, claim: Claim) -> Judgement:
    """No crystalline boric acid after firing."""
    left = run.series("boric_acid_left").max(axis=0)
    how = (
        f"Share of boric acid not decomposed at the end: {left[0]:.1e}; the melt cools as glass and is "
        "washed."
    )
    holds = left < 1e-3
    if _measured(run, *SERIES):
        verdicts = {s: run.finding(s, "xrd", "phase_boric_acid") for s in SERIES}
        seen = [s for s, f in verdicts.items() if f is not None and f.notes[0].startswith(_THERE)]
        how += f" Matched in the virtual patterns of: {', '.join(seen) or 'none of the four'}."
        holds = holds & (not seen)
    return Judgement(left, how, holds)


@judge("C062")
def layers_appear(run: Run, claim: Claim) -> Judgement:
    """Ask whether the 10 band of carbon is there after doping and was not without it."""
    if not _measured(run, _AFTER, _UNDOPED):
        return _not_yet(claim)
    after, undoped = (_near(run, s, "halo", claim) for s in (_AFTER, _UNDOPED))
    how = (
        f"{_in_words(after, 'Band of the doped powder')}; "
        f"{_in_words(undoped, 'of the undoped one')}. The model has "
        "the same carbon layers in both: it holds no ordering by boron, so the band does not "
        "appear, it is there."
    )
    value, low, high = (after.value, after.low, after.high) if after else (math.nan, math.nan, math.nan)
    holds = after is not None and undoped is None
    return Judgement(value, how, holds, "deg 2theta", low=low, high=high)
