"""Diffraction and Raman as far as the model reaches without the instruments."""

from __future__ import annotations

import numpy as np

from ...matter import carbon
from ...matter.crystal import boric_acid_spacing, diffraction_angle
from ...study.ledger import Claim, Outcome
from ..judging import Judgement, judge
from ..run import Run

_PLANES = {"C032": (0, 1, 0), "C033": (0, 0, 2)}


@judge("C032", "C033")
def boric_acid_lines(run: Run, claim: Claim) -> Judgement:
    """Angles of boric acid from its cell."""
    spacing = boric_acid_spacing(*_PLANES[claim.id], run.values)
    angle = diffraction_angle(spacing, run.values)
    present = run.get("B-SiOC-3-before", "fed") > 0
    close = abs(angle - claim.number) <= float(claim.tolerance.lstrip("+-"))
    how = (
        f"Bragg angle of the ({' '.join(map(str, _PLANES[claim.id]))}) planes of the triclinic cell, copper "
        "K-alpha; depends on no furnace number."
    )
    return Judgement(np.full(present.shape, angle), how, present & close, "deg 2theta")


@judge("C061")
def boric_acid_gone(run: Run, claim: Claim) -> Judgement:
    """No crystalline boric acid after firing."""
    left = run.series("boric_acid_left").max(axis=0)
    how = (
        f"Share of boric acid not decomposed at the end: {left[0]:.1e}; the melt cools as glass and is "
        "washed."
    )
    return Judgement(left, how, left < 1e-3)


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
