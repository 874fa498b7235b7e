"""Input claims: whether the recipes and records carry what the article put in."""

from __future__ import annotations

import math
from collections.abc import Callable

from ...core.units import ZERO_CELSIUS
from ...halfcell.parameters import PROTOCOL_CURRENTS
from ...recipe import Recipe, load_recipe
from ...study.ledger import Claim, Outcome
from ...techniques.xps import parameters as xps
from ..judging import JUDGES, Judgement
from ..run import BEFORE, SERIES, Run

_CLOSE = 1e-6  # relative: a carried number is the article's to the digit


def _plateau(recipe: Recipe) -> float:
    return recipe.programme.peak_degC


def _hold(recipe: Recipe) -> float:
    return sum(s.duration_min or 0.0 for s in recipe.programme.steps if s.step == "hold")


def _ramp(recipe: Recipe) -> float:
    return float(recipe.programme.steps[0].rate_K_min or math.nan)


#: claim -> (recipes, function that reads the carried number)
_NUMBERS: dict[str, tuple[tuple[str, ...], Callable[[Recipe], float]]] = {
    **{f"C00{i}": ((f"B-SiOC-{i}",), lambda r: r.additive_ratio) for i in (1, 2, 3, 4)},
    "C005": (SERIES, _plateau),
    "C006": (SERIES, _hold),
    "C007": (SERIES, _ramp),
    "C011": (SERIES, lambda r: r.wash_cycles),
    "C014": (("SiOC",), lambda r: r.precursor.diameter_nm),
    "C025": (("silica", "carbon", "silica@carbon", "BTEE-SiOC", "hollow C@SiOC"), lambda r: r.additive_ratio),
    "C028": (("SiOC",), lambda r: r.precursor.diameter_nm),
    "C051": (("SiOC",), lambda r: r.precursor.bet_area_m2_g or math.nan),
}
#: claim -> recipe, and what its metadata (its own or its precursor's) must carry
_METADATA: dict[str, tuple[tuple[str, ...], dict[str, object]]] = {
    "C009": (SERIES, {"sonication_min": 60}),
    "C012": (SERIES, {"dry_degC": 40}),
    "C013": (("SiOC", *SERIES), {"silane": "BTEB"}),
    "C015": (("carbon",), {"resin": "RF"}),
    "C016": (("silica@carbon",), {"teos_mL": 6.92}),
    "C017": (("silica@carbon",), {"water_mL": 20, "ethanol_mL": 140, "ammonia_mL": 6}),
    "C018": (("silica@carbon",), {"prehydrolysis_min": 15}),
    "C019": (("silica@carbon",), {"resorcinol_g": 0.8, "formaldehyde_mL": 1.12}),
    "C020": (("silica@carbon",), {"stirring_h": 24}),
    "C021": (("silica@carbon", "hollow C@SiOC"), {"carbonisation_degC": 800}),
    "C022": (("BTEE-SiOC",), {"silane": "BTEE"}),
    "C023": (
        ("hollow C@SiOC",),
        {"resin_g": 0.1, "water_mL": 120, "ethanol_mL": 15, "ammonia_mL": 1, "bteb_mL": 0.2},
    ),
    "C024": (("hollow C@SiOC",), {"stirring_before_min": 30, "stirring_after_h": 12}),
    "C159": (("silica@carbon", "hollow C@SiOC"), {"precursor_dry_degC": 60}),
}
#: claim -> recipes, and what must hold of a field that is no number of the article
_FIELDS: dict[str, tuple[tuple[str, ...], str, Callable[[Recipe], bool]]] = {
    "C008": (SERIES, "hydrogen 5-10 % in argon", lambda r: 0.05 <= r.gas.hydrogen_fraction <= 0.10),
    "C010": (SERIES, "freeze-drying", lambda r: r.drying == "freeze-drying" and r.additive_ratio > 0),
    "C152": (
        SERIES,
        "boric acid as a coat",
        lambda r: r.metadata.get("boric_acid_before") == "crystalline coat",
    ),
}
#: claim -> record that carries it
_RECORDS = {
    "C034": xps.BOH, "C076": xps.BO3, "C077": xps.BCO2, "C078": xps.BC2O, "C079": xps.BC3,
}  # fmt: skip


def _number(run: Run, claim: Claim) -> Judgement:
    recipes, read = _NUMBERS[claim.id]
    carried = [float(read(load_recipe(name))) for name in recipes]
    worst = max(carried, key=lambda x: abs(x - claim.number))
    same = all(math.isclose(x, claim.number, rel_tol=_CLOSE) for x in carried)
    return Judgement(worst, f"Field of {', '.join(recipes)}.", same, claim.unit)


def _metadata(run: Run, claim: Claim) -> Judgement:
    recipes, wanted = _METADATA[claim.id]
    wrong = []
    for name in recipes:
        recipe = load_recipe(name)
        carried = {**recipe.precursor.metadata, **recipe.metadata}
        wrong += [
            f"{key} = {carried.get(key)!r} in {name}" for key in wanted if carried.get(key) != wanted[key]
        ]
    how = f"Metadata {', '.join(wanted)} of {', '.join(recipes)}."
    return Judgement(
        math.nan, how if not wrong else f"Not the article's: {', '.join(wrong)}.", not wrong, "-"
    )


def _field(run: Run, claim: Claim) -> Judgement:
    recipes, words, holds = _FIELDS[claim.id]
    wrong = [name for name in recipes if not holds(load_recipe(name))]
    how = f"{words.capitalize()} in {', '.join(recipes)}."
    return Judgement(math.nan, how if not wrong else f"Not so in {', '.join(wrong)}.", not wrong, "-")


def _lines(run: Run, claim: Claim) -> Judgement:
    """Compare the five C 1s components with the line table."""
    records = (xps.CARBON_BORON, xps.CARBON_SP2, xps.CARBON_SP3, xps.CARBON_OXYGEN, xps.CARBOXYL)
    wanted = [float(x) for x in claim.value.split(";")]
    carried = [run.values[r] for r in records]
    same = all(math.isclose(a, b, rel_tol=_CLOSE) for a, b in zip(carried, wanted, strict=True))
    return Judgement(math.nan, f"Records {', '.join(r.id for r in records)}.", same, claim.unit)


def _currents(run: Run, claim: Claim) -> Judgement:
    low, high = (float(x) for x in claim.value.split("-"))
    same = min(PROTOCOL_CURRENTS) == low and max(PROTOCOL_CURRENTS) == high
    return Judgement(high, "Lowest and highest current of the rate protocol.", same, claim.unit)


def _record(run: Run, claim: Claim) -> Judgement:
    record = _RECORDS[claim.id]
    value = run.values[record]
    return Judgement(
        value, f"Record {record.id}.", math.isclose(value, claim.number, rel_tol=_CLOSE), claim.unit
    )


def _initial(run: Run, claim: Claim) -> Judgement:
    """Ask that there is no neck and no residue before the furnace: random and smooth."""
    neck = run.series("neck_ratio", BEFORE).max(axis=0)
    film = run.series("residue_nm", BEFORE).max(axis=0)
    how = "Neck and residue of the dried powders; the particle scale starts from a loose random packing."
    return Judgement(neck, how, (neck == 0) & (film == 0))


def _glass_transition(run: Run, claim: Claim) -> Judgement:
    value = run.values["b2o3.glass_transition"] - ZERO_CELSIUS
    how = "Record b2o3.glass_transition, from the literature; the article cites 253 degC."
    return Judgement(value, how, abs(value - claim.number) <= 10, "degC")


def _noted(run: Run, claim: Claim) -> Judgement:
    """Definitions and remarks that a later technique or protocol carries."""
    return Judgement(math.nan, _NOTED[claim.id], outcome=Outcome.INPUT, unit="-")


_NOTED = {
    "C058": "Band table of the infrared technique: C=C 1600-1630; adsorbed water bends at 1610-1650, too, so "
    "the band need not be of carbon.",
    "C117": "Site definition: BC3 sits in the plane; furnace state `plane`.",
    "C118": "Site definition: BCO2 and BC2O sit at edges; furnace states `edge_wall`, `edge_freed`.",
    "C119": "Site definition: BO3 is boron of lining, residue and sealed glass.",
    "C131": "Equivalent circuit: one of the five the impedance analysis weighs (`R-RQ-Q(RW)`); the half "
    "cell's spectrum is computed without one.",
    "C161": "Remark kept for the report: 30 % is lost over the thousand cycles called negligible.",
}

for _family, _ids in (
    (_number, _NUMBERS),
    (_metadata, _METADATA),
    (_field, _FIELDS),
    (_lines, ("C074",)),
    (_currents, ("C132",)),
    (_record, _RECORDS),
    (_noted, _NOTED),
    (_initial, ("C026", "C027", "C110")),
    (_glass_transition, ("C087",)),
):
    for _id in _ids:
        JUDGES[_id] = _family
