"""Control powders and what they tell (Figs. S9-S15, S20)."""

from __future__ import annotations

import math

import numpy as np

from ...matter import borosilicate
from ...recipe import load_recipe
from ...study.ledger import Claim, Outcome
from ..bodies import above, below, none_resolved, on_grid
from ..calibration import DETECTION
from ..judging import VISIBLE_BORON, VISIBLE_NECK, Judgement, judge
from ..observables import observe
from ..pictures import on_picture
from ..run import Run
from .times import FEW
from .xps import SPECIES

RANDOM_CLOSE = 0.64  # packing fraction above which spheres leave no more void
WALL_AREAS = (82.0, 160.0, 240.0, 320.0)  # m2/g, from that of the phenylene powder upwards
DENSE = 0.95  # share of solid from which a body counts as fused
PLATEAU = 1173.15  # K, 900 degC


@judge("C101", "C156")
def silica_fuses(run: Run, claim: Claim) -> Judgement:
    """Silica and boron oxide form one glass that neither unmixes nor washes out."""
    glass = run.get("silica", "glass") / np.maximum(run.get("silica", "fed"), 1e-12)
    x = run.get("silica", "dissolved") / (run.get("silica", "dissolved") + run.get("silica", "free_oxide"))
    eta = 10 ** float(borosilicate.log_viscosity(x[0], PLATEAU, run.values))
    void = (1 - RANDOM_CLOSE) / RANDOM_CLOSE / load_recipe("silica").precursor.skeletal_density_g_cm3
    fills = run.get("silica", "volume_out") > void
    how = (
        f"{glass[0]:.0%} of the boron stays in a glass of x_S {x[0]:.2f} that vitrifies before it unmixes; "
        f"at 900 degC it has {eta:.0e} Pa s and {run.get('silica', 'volume_out')[0]:.2f} cm3/g against "
        f"{void:.2f} of void between dense spheres."
    )
    answer = Judgement(glass, how, (glass > 0.5) & fills)
    return on_grid(run, answer, "solid_fraction", ["silica"], above(DENSE))


@judge("C102", "C103", "C148")
def carbon_does_not_assemble(run: Run, claim: Claim) -> Judgement:
    """Without silica nothing insoluble is left between the spheres, and no BO3."""
    neck, oxide = run.get("carbon", "neck_ratio"), run.get("carbon", "xps_BO3")
    held = run.get("B-SiOC-3", "neck_ratio")
    how = (
        f"Carbon spheres: neck x/a {neck[0]:.3f}, BO3 {oxide[0]:.1f} %; SiOC with the same feed "
        f"{held[0]:.2f}. The melt bridges but washes out."
    )
    holds = (neck < VISIBLE_NECK) & (oxide < DETECTION)
    if claim.id == "C103":
        holds = holds & (held > VISIBLE_NECK)
    if claim.id == "C148":
        return Judgement(oxide, how, holds, "%")
    answer = Judgement(neck, how, holds)
    answer = on_grid(run, answer, "bonded_fraction", ["carbon"], none_resolved)
    return on_picture(run, answer, "bonded_fraction", ["carbon"], below(FEW))


@judge("C104")
def shell_blocks(run: Run, claim: Claim) -> Judgement:
    """Judge whether a dense carbon shell keeps silica from the melt."""
    neck = run.get("silica@carbon", "neck_ratio")
    how = (
        f"Neck x/a {neck[0]:.3f}: no silica reaches the outside. The particles seen on the spheres need "
        "holes in the shell, which the recipe does not give."
    )
    answer = Judgement(neck, how, neck < VISIBLE_NECK)
    answer = on_grid(run, answer, "bonded_fraction", ["silica@carbon"], none_resolved)
    return on_picture(run, answer, "bonded_fraction", ["silica@carbon"], below(FEW))


@judge("C105", "C111", "C112")
def area_missing(run: Run, claim: Claim) -> Judgement:
    """Partial assembly of BTEE-SiOC and hollow C@SiOC."""
    name = "hollow C@SiOC" if claim.id == "C111" else "BTEE-SiOC"
    given = load_recipe(name).precursor.bet_area_m2_g
    melt = {a: observe(load_recipe(name), run.values, a)["volume_out"] for a in WALL_AREAS}
    listed = ", ".join(f"{m:.2f} cm3/g at {a:.0f} m2/g" for a, m in melt.items())
    how = (
        f"The wall area of {name} is not published ({given}) and decides: bridging melt {listed}. "
        "Full packing at the area of the phenylene powder, none where the wall takes all boron. It is not "
        "set to pass."
    )
    answer = Judgement(math.nan, how, outcome=Outcome.NOT_RESOLVED)
    words = "bonded share, least wall area"
    answer = on_grid(run, answer, "bonded_fraction", [name], below(1.0), label=words)
    return on_picture(run, answer, "bonded_fraction", [name], below(1.0), label=words)


@judge("C106")
def silica_species(run: Run, claim: Claim) -> Judgement:
    """Only BO3 in silica."""
    others = np.array([run.get("silica", f"xps_{s}") for s in SPECIES[1:]])
    oxide = run.get("silica", "xps_BO3")
    return Judgement(
        oxide,
        f"BO3 {oxide[0]:.0f} %: there is no carbon.",
        (oxide > DETECTION) & np.all(others < DETECTION, axis=0),
        "%",
    )


@judge("C107")
def carbon_species(run: Run, claim: Claim) -> Judgement:
    """Judge whether carbon shows its three boron species and no BO3."""
    shares = np.array([run.get("carbon", f"xps_{s}") for s in SPECIES])
    listed = "/".join(f"{x:.0f}" for x in shares[:, 0])
    holds = (shares[0] < DETECTION) & np.all(shares[1:] > DETECTION, axis=0)
    holds = holds & (run.get("carbon", "xps_B") > VISIBLE_BORON)
    return Judgement(shares[1:].min(axis=0), f"BO3/BCO2/BC2O/BC3 {listed} %; bounds M6 and M7.", holds, "%")


@judge("C108")
def core_shell_species(run: Run, claim: Claim) -> Judgement:
    """No BC3 found in SiO2@C."""
    share = run.get("silica@carbon", "xps_BC3")
    how = (
        f"With a dense shell all retained boron is in carbon ({share[0]:.0f} % BC3). Dilution by BO3 "
        "through holes in the shell, which the article suspects, is of unknown amount; C18 bounds the "
        "reach only together with it."
    )
    return Judgement(share, how, outcome=Outcome.NOT_RESOLVED, unit="%")


@judge("C109")
def small_domains(run: Run, claim: Claim) -> Judgement:
    """Only BO3 and BCO2 in BTEE-SiOC, whose carbon domains are small."""
    pairs, planes = (run.get("BTEE-SiOC", f"xps_{s}") for s in ("BC2O", "BC3"))
    domain = load_recipe("BTEE-SiOC").precursor.carbon_domain_nm
    how = (
        f"Domains of {domain} nm, below the thresholds C9c: BC2O {pairs[0]:.1f} %, BC3 {planes[0]:.1f} %. "
        "True by the thresholds."
    )
    return Judgement(np.maximum(pairs, planes), how, (pairs < DETECTION) & (planes < DETECTION), "%")


@judge("C121")
def carbon_network(run: Run, claim: Claim) -> Judgement:
    """After removing the oxide the carbon spheres stay joined."""
    share = run.get("B-SiOC-2", "carbon_in_neck")
    connected = np.mean(share > run.values["carbon.percolation"])
    how = (
        f"Carbon is {share[0]:.0%} of the neck by volume; it would percolate above 6-20 % (above 20 % in "
        f"{connected:.0%} of all sets). Whether a patch of touching scaffolds holds is not known."
    )
    answer = Judgement(share, how, outcome=Outcome.NOT_RESOLVED)
    bonded = "bonded share of contacts with the oxide gone"
    return on_grid(run, answer, "bonded_fraction", ["B-SiOC-2-etched"], above(0.0), label=bonded)
