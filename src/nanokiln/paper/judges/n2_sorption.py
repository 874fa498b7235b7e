"""Specific surface and pore volume (Fig. 2h, S4)."""

from __future__ import annotations

import numpy as np

from ...recipe import load_recipe
from ...study.ledger import Claim, Outcome
from ..judging import VISIBLE_FILM, Judgement, judge
from ..run import SERIES, Run


def _volumes(run: Run, samples: tuple[str, ...]) -> str:
    """Return in words the total pore volumes that the analysis of the virtual isotherms reads."""
    found = [(s, run.finding(s, "n2_sorption", "pore_volume")) for s in samples]
    parts = [f"{s[-1]}: {f.value:.3f} [{f.low:.3f}-{f.high:.3f}]" for s, f in found if f is not None]
    return (
        f" Total volumes of the virtual isotherms, voids included: {', '.join(parts)} cm3/g." if parts else ""
    )


def _read(run: Run, sample: str) -> str:
    """Return in words what the virtual instrument's analysis found."""
    found = run.finding(sample, "n2_sorption", "bet_area")
    if found is None:
        return ""
    if not found.resolved:
        return " BET analysis of the virtual isotherm: not resolved."
    return (
        f" BET analysis of the virtual isotherm: {found.value:.0f} [{found.low:.0f}-{found.high:.0f}] m2/g."
    )


@judge("C052", "C053")
def fitted_areas(run: Run, claim: Claim) -> Judgement:
    """Areas of samples 1 and 2 are calibration targets."""
    area = run.get(claim.sample, "area")
    tolerance = float(claim.tolerance.lstrip("+-"))
    fits = "M2 and M3" if claim.id == "C052" else "M4, closed pores that leaching opens"
    how = f"Fits {fits}; residual {area[0] - claim.number:+.1f} m2/g (per gram of product)." + _read(
        run, claim.sample
    )
    return Judgement(area, how, abs(area - claim.number) <= tolerance, "m^2/g")


@judge("C054", "C057")
def area_falls_beyond_sample_2(run: Run, claim: Claim) -> Judgement:
    """S2 > S3 > S4; the form of the sealing law was chosen with this row in view."""
    area = run.series("area")
    how = (
        f"Areas of samples 1-4: {', '.join(f'{x:.0f}' for x in area[:, 0])} m2/g; the residue film seals "
        "pore mouths."
    )
    return Judgement(
        area[3], how + _read(run, "B-SiOC-4"), (area[1] > area[2]) & (area[2] > area[3]), "m^2/g"
    )


@judge("C055")
def pore_volume_order(run: Run, claim: Claim) -> Judgement:
    """Total pore volume falls with boric acid."""
    walls = run.series("wall_pore_volume", SERIES)
    holds = np.all(np.diff(walls, axis=0) < 0, axis=0)
    how = (
        f"Pores of the spheres of samples 1-4: {', '.join(f'{x:.3f}' for x in walls[-4:, 0])} cm3/g, 1 "
        f"below 2 (in the claimed order in {np.mean(holds):.0%} of all sets). The void between spheres, of "
        "which nitrogen sees an unknown share, can restore the order: Fig. 2h must be digitised."
    ) + _volumes(run, SERIES)
    return Judgement(walls[-1], how, outcome=Outcome.NOT_RESOLVED, unit="cm^3/g")


@judge("C056")
def smooth_sample_1(run: Run, claim: Claim) -> Judgement:
    """Judge whether the area drop of sample 1 goes with a smooth surface."""
    film = run.series("residue_nm")
    undoped = load_recipe("SiOC").precursor.bet_area_m2_g or 0.0
    drop = run.get("B-SiOC-1", "area") < undoped
    how = (
        f"Residue (roughness rank) {film[0, 0]:.2f} nm in 1, {film[1, 0]:.2f} nm in 2; area of 1 below "
        "undoped."
    )
    return Judgement(film[1] - film[0], how, (film[1] - film[0] > VISIBLE_FILM) & drop, "nm")
