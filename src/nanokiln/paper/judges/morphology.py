"""Packing, necks and surfaces of the products (Figs. 1 and 2)."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from ...study.ledger import Claim, Outcome
from ..bodies import above, below, last_is_largest, on_grid, rising, within
from ..judging import VISIBLE_FILM, VISIBLE_NECK, Judgement, increasing, judge
from ..pictures import clearly_rising, last_clearly_largest, on_picture
from ..run import SERIES, Run

MOST = 0.8  # share of the contacts from which an assembly counts as joined throughout


def _particle(run: Run, sample: str) -> str:
    """Return in words what the particle scale of the nominal run shows."""
    made = run.samples.get(sample)
    if made is None:
        return ""
    a = made.architecture.attrs
    return (
        f" Particle scale: packing {a['packing_fraction']:.2f}, coordination {a['coordination']:.1f}, "
        f"bonded {a['bonded_fraction']:.2f} of contacts."
    )


def _nominal_attr(run: Run, sample: str, name: str) -> float:
    made = run.samples.get(sample)
    return math.nan if made is None else float(made.architecture.attrs[name])


@judge("C035", "C040")
def assembled(run: Run, claim: Claim) -> Judgement:
    """Dense and joined: melt bridges the spheres while hot, and an insoluble neck is left."""
    melt = run.get(claim.sample, "volume_out")
    neck = run.get(claim.sample, "neck_ratio")
    holds = (melt > 0) & (neck > VISIBLE_NECK)
    bonded = _nominal_attr(run, claim.sample, "bonded_fraction")
    if claim.id == "C040" and not math.isnan(bonded):
        holds = holds & (bonded > MOST)
    how = f"Bridging melt {melt[0]:.3f} cm3/g above 0 and neck x/a {neck[0]:.2f} above {VISIBLE_NECK}."
    answer = Judgement(melt, how + _particle(run, claim.sample), holds, "cm^3/g")
    answer = on_grid(run, answer, "bonded_fraction", [claim.sample], above(MOST))
    return on_picture(run, answer, "bonded_fraction", [claim.sample], above(MOST))


@judge("C036")
def defects(run: Run, claim: Claim) -> Judgement:
    """Judge whether a few contacts are defective."""
    bonded = _nominal_attr(run, "B-SiOC-3", "bonded_fraction")
    how = (
        "The model's only defects are gaps of the packing; nothing in it breaks a neck, so a share of "
        "0.7-0.98 is not tested."
    )
    answer = Judgement(bonded, how + _particle(run, "B-SiOC-3"), outcome=Outcome.NOT_RESOLVED)
    answer = on_grid(run, answer, "bonded_fraction", ["B-SiOC-3"], below(1.0))
    return on_picture(run, answer, "bonded_fraction", ["B-SiOC-3"], below(1.0))


@judge("C039")
def partial_necks(run: Run, claim: Claim) -> Judgement:
    """Sample 1: random packing, thin necks on part of the contacts."""
    neck = run.get("B-SiOC-1", "neck_ratio")
    melt = run.get("B-SiOC-1", "volume_out")
    how = (
        f"Random packing (bridging melt {melt[0]:.4f} cm3/g) and a thin neck from two fused linings (x/a "
        f"{neck[0]:.3f}) follow; the share of contacts that carry one does not: every touching pair fuses "
        "in the model."
    )
    answer = Judgement(neck, how + _particle(run, "B-SiOC-1"), outcome=Outcome.NOT_RESOLVED)
    answer = on_grid(run, answer, "bonded_fraction", ["B-SiOC-1"], within(0.0, MOST))
    return on_picture(run, answer, "bonded_fraction", ["B-SiOC-1"], below(MOST))


@judge("C041")
def sample_4_extreme(run: Run, claim: Claim) -> Judgement:
    """Largest necks and roughest surface in sample 4."""
    neck, film = run.series("neck_ratio"), run.series("residue_nm")
    holds = (neck[3] > neck[:3].max(axis=0)) & (film[3] > film[:3].max(axis=0) + VISIBLE_FILM)
    holds = holds & (neck[3] - neck[0] > VISIBLE_NECK)
    how = f"Neck x/a {neck[3, 0]:.2f} and residue {film[3, 0]:.1f} nm, both the largest of the four."
    answer = on_grid(run, Judgement(neck[3], how, holds), "neck_radius", SERIES, last_is_largest)
    necks_hold = np.array(answer.holds, dtype=bool)[:1]
    answer = on_grid(run, answer, "rq", SERIES, last_is_largest, label="roughness Rq")
    both = np.array(answer.holds, dtype=bool)
    both[:1] &= necks_hold
    answer = replace(answer, holds=both)
    necks = on_picture(run, answer, "neck_ratio_mean", SERIES, last_clearly_largest)
    rough = on_picture(run, replace(necks, holds=both), "roughness_rq", SERIES, last_clearly_largest)
    decided = both.copy()
    decided[:1] = np.array(necks.holds)[:1] & np.array(rough.holds)[:1]
    return replace(rough, holds=decided)


@judge("C042")
def neck_order(run: Run, claim: Claim) -> Judgement:
    """Necks grow with boric acid; 2 and 3 may tie."""
    neck = run.series("neck_ratio")
    how = f"x/a of samples 1-4 after the wash: {', '.join(f'{x:.2f}' for x in neck[:, 0])}."
    ordered = increasing(neck[[0, 1, 3]], by=VISIBLE_NECK) & (neck[2] > neck[1] - VISIBLE_NECK)
    answer = Judgement(neck[3], how, ordered & (neck[3] > neck[2]))
    asked = ("B-SiOC-1", "B-SiOC-2", "B-SiOC-4")
    answer = on_grid(run, answer, "neck_radius", asked, rising())
    return on_picture(run, answer, "neck_ratio_mean", asked, clearly_rising)


@judge("C157")
def micrometre_assembly(run: Run, claim: Claim) -> Judgement:
    """Judge whether joined clusters exceed a micrometre."""
    sizes = [_nominal_attr(run, s, "largest_cluster_extent_nm") / 1000 for s in ("B-SiOC-2", "B-SiOC-3")]
    gate = run.series("volume_out", ("B-SiOC-2", "B-SiOC-3")).min(axis=0) > 0
    neck = run.series("neck_ratio", ("B-SiOC-2", "B-SiOC-3")).min(axis=0) > VISIBLE_NECK
    holds = gate & neck
    if not any(math.isnan(x) for x in sizes):
        holds = holds & (min(sizes) > 1)
    how = (
        f"Largest bonded cluster spans {min(sizes):.1f} um of the box on the particle scale (the box is the "
        "limit)."
    )
    answer = Judgement(np.full(holds.shape, min(sizes)), how, holds, "um")
    return on_grid(
        run, answer, "spanning_axes", ("B-SiOC-2", "B-SiOC-3"), above(2.5),
        label="axes along which the joined spheres run through the box without end",
    )  # fmt: skip


@judge("C158")
def roughness_with_feed(run: Run, claim: Claim) -> Judgement:
    """Roughness rises with boric acid."""
    film = run.series("residue_nm")
    how = (
        "Residue per free surface (roughness rank) of samples 1-4: "
        f"{', '.join(f'{x:.2f}' for x in film[:, 0])} nm."
    )
    holds = (film[3] - film[0] > VISIBLE_FILM) & increasing(film, by=-1e-9)
    answer = Judgement(film[3] - film[0], how, holds, "nm")
    answer = on_grid(run, answer, "rq", SERIES, rising(), label="roughness Rq")
    return on_picture(run, answer, "roughness_rq", SERIES, clearly_rising)
