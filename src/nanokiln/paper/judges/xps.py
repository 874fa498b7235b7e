"""Boron by XPS: content and species (Fig. 3), with what the analysis reads from virtual spectra."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...study.ledger import Claim
from ..calibration import DETECTION
from ..judging import VISIBLE_BONDS, Judgement, judge
from ..run import SERIES, Run

SPECIES = ("BO3", "BCO2", "BC2O", "BC3")
NOMINAL = {
    "B-SiOC-1": 1.59,
    "B-SiOC-2": 4.03,
    "B-SiOC-3": 5.83,
    "B-SiOC-4": 8.74,
}  # wt% as boric acid, by the feed


def _fit(run: Run, sample: str, species: str) -> str:
    """Return in words what the constrained B 1s fit of the virtual spectrum reads."""
    found = run.finding(sample, "xps", f"share_{species}")
    if found is None:
        return ""
    if not found.resolved:
        return f" B 1s fit of the virtual spectrum: {species} not resolved."
    return f" B 1s fit of the virtual spectrum: {found.value:.1f} [{found.low:.1f}-{found.high:.1f}] %."


def _boron(run: Run, samples: Sequence[str]) -> str:
    """Return in words how much boron the quantification of the virtual spectra reads."""
    found = [(s, run.finding(s, "xps", "wt_percent_B")) for s in samples]
    parts = [f"{s[-1]}: {f.value:.1f} [{f.low:.1f}-{f.high:.1f}]" for s, f in found if f is not None]
    return f" Quantification of the virtual spectra, wt%: {', '.join(parts)}." if parts else ""


def _told_apart(run: Run, samples: Sequence[str]) -> str:
    """Return in words which species the virtual spectra tell apart."""
    words = []
    for sample in samples:
        found = run.finding(sample, "xps", "resolvable")
        note = next((n for n in found.notes if n.startswith("told apart")), "") if found else ""
        words += [f"{sample[-1]}: {note.partition(': ')[2]}"] if note else []
    return f" Told apart in the virtual spectra: {'; '.join(words)}." if words else ""


@judge("C071")
def boron_unchanged_at_low_feed(run: Run, claim: Claim) -> Judgement:
    """Surface boron after over before between 0.8 and 1.2 for samples 1 and 2."""
    ratio = np.array([run.get(s, "xps_B") / run.get(f"{s}-before", "xps_B") for s in SERIES[:2]])
    how = (
        f"After/before {ratio[0, 0]:.2f} and {ratio[1, 0]:.2f}; depends on the assumed coverage of the coat "
        "(k_c)."
    )
    return Judgement(ratio[1], how, np.all((ratio >= 0.8) & (ratio <= 1.2), axis=0))


@judge("C072")
def boron_lower_at_high_feed(run: Run, claim: Claim) -> Judgement:
    """Surface boron falls on firing for samples 3 and 4."""
    ratio = np.array([run.get(s, "xps_B") / run.get(f"{s}-before", "xps_B") for s in SERIES[2:]])
    how = f"After/before {ratio[0, 0]:.2f} and {ratio[1, 0]:.2f}: washed out and buried."
    return Judgement(ratio[1], how, np.all(ratio < 1, axis=0))


@judge("C073")
def boron_above_nominal(run: Run, claim: Claim) -> Judgement:
    """XPS boron exceeds the fed boron in every sample."""
    measured = run.series("xps_B")
    nominal = np.array([NOMINAL[s] for s in SERIES])[:, None]
    above = measured > nominal
    shares = ", ".join(f"{s[-1]}: {np.mean(row):.0%}" for s, row in zip(SERIES, above, strict=True))
    how = (
        f"XPS {', '.join(f'{x:.1f}' for x in measured[:, 0])} wt% against nominal 1.6, 4.0, 5.8, 8.7 (above "
        f"in {shares})."
    ) + _boron(run, SERIES)
    return Judgement(measured[3] / NOMINAL["B-SiOC-4"], how, np.all(above, axis=0))


@judge("C075", "C153")
def carbon_line_broadens(run: Run, claim: Claim) -> Judgement:
    """Judge whether the sp2 C 1s line broadens: carbon gains bonds to boron and oxygen."""
    bonds = run.series("foreign_bonds_per_carbon")
    before = run.series("foreign_bonds_per_carbon", tuple(f"{s}-before" for s in SERIES))
    how = f"Bonds to boron and oxygen per carbon rise from 0 to {', '.join(f'{x:.2f}' for x in bonds[:, 0])}."
    return Judgement(bonds[1] - before[1], how, np.all(bonds - before > VISIBLE_BONDS, axis=0))


@judge("C080")
def species_missing_in_1(run: Run, claim: Claim) -> Judgement:
    """BC3 of sample 1 below detection."""
    share = run.get("B-SiOC-1", "xps_BC3")
    margin = run.get("B-SiOC-1", "bound_margin")
    how = (
        "Nothing is freed, so no in-plane boron; hangs on the wall holding the feed (margin "
        f"{margin[0]:.2f})." + _fit(run, "B-SiOC-1", "BC3")
    )
    return Judgement(share, how, share < DETECTION, "%")


@judge("C081", "C147")
def four_species(run: Run, claim: Claim) -> Judgement:
    """All four species above the detection limit."""
    samples = ("B-SiOC-2",) if claim.id == "C081" else ("B-SiOC-3", "B-SiOC-4")
    least = np.array([run.get(s, f"xps_{k}") for s in samples for k in SPECIES]).min(axis=0)
    how = (
        f"Rarest species {least[0]:.1f} % of B 1s against the detection limit {DETECTION} %; hangs on the "
        "cap of boron in carbon."
    ) + _told_apart(run, samples)
    return Judgement(least, how, least > DETECTION, "%")


@judge("C082", "C083")
def in_plane_share(run: Run, claim: Claim) -> Judgement:
    """BC3 share of samples 2 and 3, calibration targets."""
    share = run.get(claim.sample, "xps_BC3")
    how = f"Fits M5; residual {share[0] - claim.number:+.1f} %." + _fit(run, claim.sample, "BC3")
    return Judgement(share, how, abs(share - claim.number) <= 1.5, "%")


@judge("C084", "C085")
def oxide_share_order(run: Run, claim: Claim) -> Judgement:
    """BO3 of sample 1 (4) above that of 2 and 3."""
    sample = "B-SiOC-1" if claim.id == "C084" else "B-SiOC-4"
    share = run.get(sample, "xps_BO3")
    others = run.series("xps_BO3", ("B-SiOC-2", "B-SiOC-3")).max(axis=0)
    cause = (
        "the wall lining"
        if claim.id == "C084"
        else "surface weighting; the form was chosen with this row in view"
    )
    how = f"BO3 {share[0]:.0f} % against at most {others[0]:.0f} %: {cause}." + _fit(run, sample, "BO3")
    return Judgement(share - others, how, share > others, "%")


@judge("C086")
def in_plane_share_of_4(run: Run, claim: Claim) -> Judgement:
    """BC3 of sample 4 below 12 %."""
    share = run.get("B-SiOC-4", "xps_BC3")
    lowest = share < run.series("xps_BC3", ("B-SiOC-2", "B-SiOC-3")).min(axis=0)
    how = f"{share[0]:.1f} %; below both 2 and 3 in {np.mean(lowest):.0%} of all sets." + _fit(
        run, "B-SiOC-4", "BC3"
    )
    return Judgement(share, how, share < 12, "%")


@judge("C150")
def least_boron_in_1(run: Run, claim: Claim) -> Judgement:
    """Sample 1 holds least boron."""
    boron = run.series("boron")
    seen = run.series("xps_B")
    lowest = np.mean(seen[0] == seen.min(axis=0))
    how = (
        f"Retained {', '.join(f'{x:.1f}' for x in boron[:, 0])} mmol/g; XPS ranks 1 lowest in only "
        f"{lowest:.0%} of all sets."
    ) + _boron(run, SERIES)
    return Judgement(boron[0], how, boron[0] == boron.min(axis=0), "mmol/g")
