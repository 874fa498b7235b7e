"""Input claims: whether the recipes and records carry what the article put in."""

from __future__ import annotations

import math
from collections.abc import Callable

from ...core.parameters import find
from ...recipe import Recipe, load_recipe
from ...study.ledger import Claim, Outcome
from ...techniques.xps import parameters as xps
from ..judging import JUDGES, Judgement
from ..run import SERIES, Run

_CLOSE = 1e-6  # relative: a carried number is the article's to the digit


def _plateau(recipe: Recipe) -> float:
    return recipe.programme.peak_degC


def _hold(recipe: Recipe) -> float:
    return sum(s.duration_min or 0.0 for s in recipe.programme.steps if s.step == "hold")


def _ramp(recipe: Recipe) -> float:
    return float(recipe.programme.steps[0].rate_K_min or math.nan)


_METADATA: dict[str, tuple[str, str]] = {}
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
#: claim -> (recipe, words that must stand in its text)
_WORDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "C008": ("B-SiOC-2", ("hydrogen",)),
    "C009": ("B-SiOC-2", ("60",)),
    "C010": ("B-SiOC-2", ("freeze-drying",)),
    "C012": ("B-SiOC-2", ("40",)),
    "C013": ("SiOC", ("BTEB",)),
    "C015": ("carbon", ("resorcinol", "RF")),
    "C016": ("silica@carbon", ("6.92",)),
    "C017": ("silica@carbon", ("20", "140", "6")),
    "C018": ("silica@carbon", ("15",)),
    "C019": ("silica@carbon", ("0.8", "1.12")),
    "C020": ("silica@carbon", ("24",)),
    "C021": ("silica@carbon", ("800",)),
    "C022": ("BTEE-SiOC", ("BTEE",)),
    "C023": ("hollow C@SiOC", ("0.1", "120", "15", "1", "0.2")),
    "C024": ("hollow C@SiOC", ("30", "12")),
    "C159": ("hollow C@SiOC", ("60",)),
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


def _words(run: Run, claim: Claim) -> Judgement:
    name, words = _WORDS[claim.id]
    recipe = load_recipe(name)
    text = f"{recipe.model_dump()} {recipe.precursor.model_dump()}"
    missing = [w for w in words if w not in text]
    how = f"Carried by the recipe {name} as text or metadata."
    return Judgement(
        math.nan, how if not missing else f"{', '.join(missing)} missing in {name}.", not missing, "-"
    )


def _record(run: Run, claim: Claim) -> Judgement:
    record = _RECORDS[claim.id]
    value = run.values[record]
    return Judgement(
        value, f"Record {record.id}.", math.isclose(value, claim.number, rel_tol=_CLOSE), claim.unit
    )


def _initial(run: Run, claim: Claim) -> Judgement:
    """Random and smooth before the furnace: the loose packing has no neck."""
    sample = run.samples.get("B-SiOC-3-before")
    bonded = 0.0 if sample is None else float(sample.architecture.attrs["bonded_fraction"])
    return Judgement(bonded, "Bonded fraction of the dried powder on the particle scale.", bonded == 0.0)


def _glass_transition(run: Run, claim: Claim) -> Judgement:
    value = run.values["b2o3.glass_transition"] - find("b2o3.glass_transition").value + 260
    return Judgement(
        value,
        "Record b2o3.glass_transition, 260 degC; the article cites 253.",
        abs(value - claim.number) <= 10,
        "degC",
    )


def _noted(run: Run, claim: Claim) -> Judgement:
    """Definitions and remarks that a later technique or protocol carries."""
    return Judgement(math.nan, _NOTED[claim.id], outcome=Outcome.INPUT, unit="-")


_NOTED = {
    "C058": "Band of carbon, entered with the FTIR technique; nothing here depends on it yet.",
    "C074": "Line table of the XPS technique (C 1s components).",
    "C117": "Site definition: BC3 sits in the plane; furnace state `plane`.",
    "C118": "Site definition: BCO2 and BC2O sit at edges; furnace states `edge_wall`, `edge_freed`.",
    "C119": "Site definition: BO3 is boron of lining, residue and sealed glass.",
    "C131": "Equivalent circuit; waits for the impedance technique, no calculation uses it yet.",
    "C132": "Currents of the rate protocol.",
    "C152": "Initial state: crystalline coat with the triclinic cell of boric acid.",
    "C161": "Remark kept for the report: 30 % is lost over the thousand cycles called negligible.",
}

for _family, _ids in (
    (_number, _NUMBERS),
    (_words, _WORDS),
    (_record, _RECORDS),
    (_noted, _NOTED),
    (_initial, ("C026", "C027", "C110")),
    (_glass_transition, ("C087",)),
):
    for _id in _ids:
        JUDGES[_id] = _family
