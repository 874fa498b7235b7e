"""Input claims miss as soon as a recipe or a record carries something else than the article says."""

import pytest

from nanokiln.core.parameters import Values
from nanokiln.paper.judges import inputs
from nanokiln.paper.judging import verdict
from nanokiln.paper.run import BEFORE, SERIES, Run
from nanokiln.recipe import load_recipe


def judged(claim_id, claims, overrides=None, **parts):
    claim = next(c for c in claims if c.id == claim_id)
    return str(verdict(Run(Values(overrides), {}, **parts), claim).outcome)


def steps(recipe, **changes):
    """The programme with some fields of those steps changed that have them."""
    old = [s.model_dump(exclude_none=True) for s in recipe.programme.steps]
    return [s | {k: v for k, v in changes.items() if k in s} for s in old]


def with_programme(**changes):
    return lambda r: r.replace(programme=steps(r, **changes))


def with_precursor(**changes):
    return lambda r: r.replace(precursor=r.precursor.replace(**changes))


def with_metadata(key, value):
    """Change metadata of the recipe or of its precursor, whichever has it."""

    def change(recipe):
        if key in recipe.metadata:
            return recipe.replace(metadata={**recipe.metadata, key: value})
        assert key in recipe.precursor.metadata
        metadata = {**recipe.precursor.metadata, key: value}
        return recipe.replace(precursor=recipe.precursor.replace(metadata=metadata))

    return change


def ratio(recipe):
    return recipe.replace(additive_ratio=recipe.additive_ratio * 1.01)


#: Claim -> recipe in which a number is changed, and how.
NUMBERS = {
    "C001": ("B-SiOC-1", ratio),
    "C002": ("B-SiOC-2", ratio),
    "C003": ("B-SiOC-3", ratio),
    "C004": ("B-SiOC-4", ratio),
    "C005": ("B-SiOC-4", lambda r: r.replace(programme=[
        {"step": "ramp", "to_degC": 910.0, "rate_K_min": 5.0},
        {"step": "hold", "duration_min": 240.0},
        {"step": "quench"},
    ])),
    "C006": ("B-SiOC-3", with_programme(duration_min=200.0)),
    "C007": ("B-SiOC-2", with_programme(rate_K_min=10.0)),
    "C011": ("B-SiOC-1", lambda r: r.replace(wash_cycles=2)),
    "C014": ("SiOC", with_precursor(diameter_nm=210.0)),
    "C025": ("silica@carbon", ratio),
    "C028": ("SiOC", with_precursor(diameter_nm=190.0)),
    "C051": ("SiOC", with_precursor(bet_area_m2_g=90.0)),
}  # fmt: skip
#: Claim -> recipe, and what is done to the field that carries the claim.
WORDS = {
    "C008": ("B-SiOC-2", lambda r: r.replace(gas=r.gas.replace(hydrogen_fraction=0.0))),
    "C009": ("B-SiOC-2", with_metadata("sonication_min", 30)),
    "C010": ("B-SiOC-2", lambda r: r.replace(additive_ratio=0.0, drying="none")),
    "C012": ("B-SiOC-2", with_metadata("dry_degC", 80)),
    "C013": ("SiOC", lambda r: r.replace(precursor=load_recipe("BTEE-SiOC").precursor)),
    "C015": ("carbon", lambda r: r.replace(precursor=load_recipe("SiOC").precursor)),
    "C016": ("silica@carbon", with_metadata("teos_mL", 3)),
    "C017": ("silica@carbon", with_metadata("ethanol_mL", 70)),
    "C018": ("silica@carbon", with_metadata("prehydrolysis_min", 45)),
    "C019": ("silica@carbon", with_metadata("formaldehyde_mL", 2)),
    "C020": ("silica@carbon", with_metadata("stirring_h", 3)),
    "C021": ("silica@carbon", with_metadata("carbonisation_degC", 700)),
    "C022": ("BTEE-SiOC", lambda r: r.replace(precursor=load_recipe("SiOC").precursor)),
    "C023": ("hollow C@SiOC", with_metadata("ammonia_mL", 5)),
    "C024": ("hollow C@SiOC", with_metadata("stirring_before_min", 5)),
    "C152": ("B-SiOC-3", with_metadata("boric_acid_before", "solution")),
    "C159": ("hollow C@SiOC", with_metadata("precursor_dry_degC", 90)),
}
RECORDS = {"C034": "xps.", "C076": "xps.", "C077": "xps.", "C078": "xps.", "C079": "xps."}


def broken(monkeypatch, name, change):
    monkeypatch.setattr(
        inputs, "load_recipe", lambda n: change(load_recipe(n)) if n == name else load_recipe(n)
    )


def test_every_input_claim_has_a_case_here(claims):
    ids = {c.id for c in claims if c.kind == "input"}
    others = {"C026", "C027", "C110", "C087", "C074", "C132", *inputs._NOTED}
    assert ids == {*NUMBERS, *WORDS, *RECORDS, *others}


def test_recipes_and_records_carry_all_inputs(ledger, claims):
    for claim in claims:
        if claim.kind == "input":
            assert ledger[claim.id].outcome == "input"


@pytest.mark.parametrize(("claim", "case"), NUMBERS.items())
def test_another_number_in_one_recipe_is_noticed(claim, case, claims, monkeypatch):
    broken(monkeypatch, *case)
    assert judged(claim, claims) == "missed"


@pytest.mark.parametrize(("claim", "case"), WORDS.items())
def test_another_word_in_the_recipe_is_noticed(claim, case, claims, monkeypatch):
    broken(monkeypatch, *case)
    assert judged(claim, claims) == "missed"


@pytest.mark.parametrize("claim", RECORDS)
def test_another_line_position_is_noticed(claim, claims):
    record = inputs._RECORDS[claim]
    value = Values()[record]
    assert judged(claim, claims, {record.id: value}) == "input"
    assert judged(claim, claims, {record.id: value + 0.3}) == "missed"


@pytest.mark.parametrize(
    ("celsius", "outcome"), [(244.0, "input"), (262.0, "input"), (280.0, "missed"), (230.0, "missed")]
)
def test_the_glass_transition_is_held_to_its_tolerance(celsius, outcome, claims):
    assert judged("C087", claims, {"b2o3.glass_transition": celsius + 273.15}) == outcome


def test_the_glass_transition_is_read_from_the_record(ledger):
    assert ledger["C087"].value == pytest.approx(Values()["b2o3.glass_transition"] - 273.15, abs=1e-6)


@pytest.mark.parametrize("claim", ["C026", "C027", "C110"])
@pytest.mark.parametrize(("neck", "film"), [(0.2, 0.0), (0.0, 1.0)])
def test_a_joined_or_rough_powder_before_firing_is_noticed(claim, neck, film, claims):
    def powder(neck, film):
        return {name: {"neck_ratio": neck, "residue_nm": film} for name in BEFORE}

    claim = next(c for c in claims if c.id == claim)
    assert verdict(Run(Values(), powder(0.0, 0.0)), claim).outcome == "input"
    assert verdict(Run(Values(), powder(neck, film)), claim).outcome == "missed"


def test_other_lines_and_currents_are_noticed(claims, monkeypatch):
    assert judged("C074", claims) == "input"
    assert judged("C074", claims, {inputs.xps.CARBON_OXYGEN.id: 287.0}) == "missed"
    assert judged("C132", claims) == "input"
    monkeypatch.setattr(inputs, "PROTOCOL_CURRENTS", (0.1, 2.0))
    assert judged("C132", claims) == "missed"


def test_all_four_samples_are_looked_at():
    for claim in ("C005", "C006", "C007", "C011"):
        assert inputs._NUMBERS[claim][0] == SERIES
