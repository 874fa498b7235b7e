"""Sequence, doping, cooling (Fig. 4 and the discussion)."""

from __future__ import annotations

import math

from ...core.units import ZERO_CELSIUS
from ...matter import borosilicate
from ...study.ledger import Claim
from ..judging import Judgement, increasing, judge
from ..run import TEMPERATURES, Run

STAGES = ("dehydration", "lining", "bridging", "leaching", "unmixing")


@judge("C088")
def reaction_needs_heat(run: Run, claim: Claim) -> Judgement:
    """Carbon takes boron only near 900 degC."""
    doped = run.series("plane", TEMPERATURES)
    share = doped[0] / doped[1]
    how = f"In-plane boron at 800 degC is {share[0]:.0%} of that at 900 degC; the rates C19 are fitted at 900 degC."
    return Judgement(share, how, share < 0.5)


@judge("C089")
def sequence(run: Run, claim: Claim) -> Judgement:
    """Dehydration, melting, penetration, packing, doping, rebuilding on cooling, in this order."""
    stages = run.stages.get("B-SiOC-2", {})
    begins = [stages[s][0] for s in STAGES if s in stages]
    complete = len(begins) == len(STAGES)
    ordered = all(a < b for a, b in zip(begins[:-1], begins[1:], strict=True))
    listed = ", ".join(f"{s} {stages[s][0] / 60:.0f}" for s in STAGES if s in stages)
    return Judgement(float(len(begins)), f"Begin in minutes: {listed}. The order is that of the model's construction.", complete and ordered, "stages")


@judge("C090")
def doping_in_parallel(run: Run, claim: Claim) -> Judgement:
    """Boron enters carbon while silica dissolves."""
    stages = run.stages.get("B-SiOC-2", {})
    if "doping" not in stages or "leaching" not in stages:
        return Judgement(math.nan, "Doping or leaching did not happen.", False, "s")
    overlap = min(stages["doping"][1], stages["leaching"][1]) - max(stages["doping"][0], stages["leaching"][0])
    return Judgement(overlap / 60, "Overlap of the 5-95 % windows of leaching and doping.", overlap > 0, "min")


@judge("C091")
def on_cooling(run: Run, claim: Claim) -> Judgement:
    """The insoluble part forms on cooling."""
    x = float(run.samples["B-SiOC-2"].firing["silica_in_melt"].values[-1]) if "B-SiOC-2" in run.samples else 0.5
    degc = borosilicate.unmixing_temperature(x, run.values) - ZERO_CELSIUS
    kept = run.get("B-SiOC-2", "residue_nm")
    how = f"The melt (x_S {x:.2f}) unmixes below {degc:.0f} degC and leaves {kept[0]:.1f} nm of silica-rich residue; by construction."
    return Judgement(degc, how, (degc < 600) & (kept > 0), "degC")


@judge("C115")
def depth_with_feed(run: Run, claim: Claim) -> Judgement:
    """More boron oxide dissolves more silica."""
    silica = run.series("dissolved")
    how = f"Dissolved silica of samples 1-4: {', '.join(f'{x:.2f}' for x in silica[:, 0])} mmol/g."
    return Judgement(silica[3] - silica[0], how, increasing(silica), "mmol/g")
