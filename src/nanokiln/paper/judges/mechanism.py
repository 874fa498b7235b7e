"""Sequence, doping, cooling (Fig. 4 and the discussion)."""

from __future__ import annotations

import numpy as np

from ...core.units import ZERO_CELSIUS
from ...matter import borosilicate
from ...study.ledger import Claim
from ..judging import VISIBLE_SILICA, Judgement, increasing, judge
from ..run import TEMPERATURES, Run

ORDER = ("dehydration", "lining", "bridging", "leaching", "unmixing")


@judge("C088")
def reaction_needs_heat(run: Run, claim: Claim) -> Judgement:
    """Carbon takes boron only near 900 degC."""
    doped = run.series("plane", TEMPERATURES)
    share = doped[0] / doped[1]
    how = (
        f"In-plane boron at 800 degC is {share[0]:.0%} of that at 900 degC; the rates C19 are fitted at 900 "
        "degC."
    )
    return Judgement(share, how, share < 0.5)


@judge("C089")
def sequence(run: Run, claim: Claim) -> Judgement:
    """Dehydration, melting, penetration, packing, doping, rebuilding on cooling, in this order."""
    begins = np.array([run.get("B-SiOC-2", f"begin_{s}") for s in ORDER]) / 60
    listed = ", ".join(f"{s} {t:.0f}" for s, t in zip(ORDER, begins[:, 0], strict=True))
    how = f"Begin in minutes: {listed}. The order is that of the model's construction."
    return Judgement(begins[-1] - begins[0], how, increasing(begins), "min")


@judge("C090")
def doping_in_parallel(run: Run, claim: Claim) -> Judgement:
    """Boron enters carbon while silica dissolves."""
    first = np.maximum(run.get("B-SiOC-2", "begin_leaching"), run.get("B-SiOC-2", "begin_doping"))
    last = np.minimum(run.get("B-SiOC-2", "end_leaching"), run.get("B-SiOC-2", "end_doping"))
    how = "Overlap of the 5-95 % windows of leaching and doping."
    return Judgement((last - first) / 60, how, last > first, "min")


@judge("C091")
def on_cooling(run: Run, claim: Claim) -> Judgement:
    """Judge whether the insoluble part forms on cooling."""
    silica, oxide = run.get("B-SiOC-2", "dissolved")[0], run.get("B-SiOC-2", "free_oxide")[0]
    x = silica / (silica + oxide) if oxide > 0 else 0.0
    degc = borosilicate.unmixing_temperature(x, run.values) - ZERO_CELSIUS if x > 0 else float("nan")
    kept = run.get("B-SiOC-2", "residue_nm")
    how = (
        f"The melt (x_S {x:.2f}) unmixes below {degc:.0f} degC and leaves {kept[0]:.1f} nm of silica-rich "
        "residue; by construction."
    )
    return Judgement(degc, how, (degc < 600) & (kept > 0), "degC")


@judge("C115")
def depth_with_feed(run: Run, claim: Claim) -> Judgement:
    """More boron oxide dissolves more silica."""
    silica = run.series("dissolved")
    how = f"Dissolved silica of samples 1-4: {', '.join(f'{x:.2f}' for x in silica[:, 0])} mmol/g."
    return Judgement(
        silica[3] - silica[0], how, increasing(silica) & (silica[3] - silica[0] > VISIBLE_SILICA), "mmol/g"
    )
