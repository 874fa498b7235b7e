"""Time series of sample 2 (Fig. 4)."""

from __future__ import annotations

from ...study.ledger import Claim
from ..bodies import above, below, none_resolved, on_grid, rising
from ..calibration import DETECTION
from ..judging import VISIBLE_BONDS, VISIBLE_GROUPS, VISIBLE_NECK, Judgement, judge
from ..pictures import clearly_rising, on_picture
from ..run import Run

COLD, ARRIVAL, HOUR, END = "B-SiOC-2-500C", "B-SiOC-2-900C-0h", "B-SiOC-2-900C-1h", "B-SiOC-2-900C-4h"

FEW = 0.3  # share of bonded contacts that tells joined powders from loose ones (claim C093)


@judge("C092")
def random_at_500(run: Run, claim: Claim) -> Judgement:
    """No insoluble neck at 500 degC."""
    neck, melt = run.get(COLD, "neck_ratio"), run.get(COLD, "volume_out")
    how = (
        f"Insoluble neck x/a {neck[0]:.3f}; melt does bridge there ({melt[0]:.3f} cm3/g), so this assumes "
        "the intermediate was washed."
    )
    answer = Judgement(neck, how, (neck < VISIBLE_NECK) & (run.get(COLD, "wash_cycles") > 0))
    answer = on_grid(run, answer, "bonded_fraction", [COLD], none_resolved)
    return on_picture(run, answer, "bonded_fraction", [COLD], below(FEW))


@judge("C093")
def joined_on_arrival(run: Run, claim: Claim) -> Judgement:
    """Necks on reaching 900 degC."""
    neck, melt = run.get(ARRIVAL, "neck_ratio"), run.get(ARRIVAL, "volume_out")
    how = f"Bridging melt {melt[0]:.3f} cm3/g and insoluble neck x/a {neck[0]:.2f} on arrival."
    answer = Judgement(neck, how, (melt > 0) & (neck > VISIBLE_NECK))
    answer = on_grid(run, answer, "neck_radius", [ARRIVAL], above(0.0))
    return on_picture(run, answer, "bonded_fraction", [ARRIVAL], above(FEW))


@judge("C094")
def partly_etched(run: Run, claim: Claim) -> Judgement:
    """Leached share on arrival between 40 and 85 % of the final."""
    share = run.get("B-SiOC-2", "leached_on_arrival")
    return Judgement(share, "Fits M8 (known within a factor 7).", (share >= 0.40) & (share <= 0.85))


@judge("C095")
def smoother_at_1h(run: Run, claim: Claim) -> Judgement:
    """Less rough at 1 h than on arrival."""
    film = run.series("residue_nm", (ARRIVAL, HOUR))
    how = (
        f"Residue grows from {film[0, 0]:.2f} to {film[1, 0]:.2f} nm; no smoothing on the plateau is "
        "modelled, and none is added to pass this row."
    )
    answer = Judgement(film[1] - film[0], how, film[1] < film[0], "nm")
    asked, words = (HOUR, ARRIVAL), "roughness Rq at 1 h and on arrival"
    answer = on_grid(run, answer, "rq", asked, rising(), label=words)
    return on_picture(run, answer, "roughness_rq", asked, clearly_rising, label=words)


@judge("C096")
def rough_at_end(run: Run, claim: Claim) -> Judgement:
    """Judge whether the final product is rough."""
    film = run.get("B-SiOC-2", "residue_nm")
    unit = run.values["furnace.sio4"]
    how = f"Residue {film[0]:.2f} nm (more than one SiO4 unit); not ranked against 1 h."
    answer = Judgement(film, how, film > unit, "nm")
    answer = on_grid(run, answer, "rq", ["B-SiOC-2"], above(unit), label="roughness Rq")
    return on_picture(run, answer, "roughness_rq", ["B-SiOC-2"], above(unit))


@judge("C097")
def oxygen_groups_appear(run: Run, claim: Claim) -> Judgement:
    """Carbon-oxygen groups appear between 500 degC and arrival."""
    groups = run.series("oxygen_groups_per_carbon", (COLD, ARRIVAL))
    how = (
        f"Groups per carbon {groups[0, 0]:.1e} at 500 degC, {groups[1, 0]:.1e} on arrival; the exchange "
        "passes through them by construction."
    )
    return Judgement(groups[1], how, groups[1] - groups[0] > VISIBLE_GROUPS)


@judge("C098")
def oxygen_groups_fade(run: Run, claim: Claim) -> Judgement:
    """They fade from arrival to 4 h."""
    groups = run.series("oxygen_groups_per_carbon", (ARRIVAL, HOUR, END))
    how = (
        f"Groups per carbon {', '.join(f'{x:.1e}' for x in groups[:, 0])} at 0, 1, 4 h; the pace is that of "
        "C19."
    )
    return Judgement(groups[2] / groups[0], how, groups[0] - groups[2] > VISIBLE_GROUPS)


@judge("C099")
def boron_line_broadens(run: Run, claim: Claim) -> Judgement:
    """More boron bonded to carbon from 0 to 4 h."""
    other = 100 - run.series("xps_BO3", (ARRIVAL, HOUR, END))
    how = (
        f"Share of B 1s off the oxide line {', '.join(f'{x:.0f}' for x in other[:, 0])} % at 0, 1, 4 h; "
        "sets C19."
    )
    return Judgement(other[2] - other[0], how, (other[2] - other[0] > DETECTION) & (other[1] > other[0]), "%")


@judge("C100")
def silicon_line_shifts(run: Run, claim: Claim) -> Judgement:
    """Si and O lines move up as Si-O-B bonds form."""
    bonds = run.series("siob_per_silicon", (COLD, END))
    how = (
        f"Boron bonded through oxygen per silicon rises from {bonds[0, 0]:.3f} to {bonds[1, 0]:.3f}: the "
        "sign only, the shift in eV is not computed."
    )
    return Judgement(bonds[1] - bonds[0], how, bonds[1] - bonds[0] > VISIBLE_BONDS)
