"""Every check of the audit: numbers that fit, numbers that do not, and numbers that are missing."""

import math
from importlib import resources
from pathlib import Path

import pytest

from nanokiln.core.evidence import Evidence, Finding
from nanokiln.recipe import load_recipe
from nanokiln.study.audit import (
    CHECKS,
    Answer,
    Fact,
    Facts,
    Treated,
    audit,
    of_findings,
    of_recipe,
    of_settings,
    of_values,
)
from nanokiln.study.plan import read_plan

A = "a"


def fact(
    name: str, value: float, unit: str = "1", low: float = math.nan, high: float = math.nan, sample=A
) -> Fact:
    return Fact(sample, name, value, low, high, unit, Evidence.MEASURED, "file")


def typed(name: str, value: float, unit: str) -> Fact:
    return Fact(A, name, value, math.nan, math.nan, unit, Evidence.QUOTED, "notebook")


def answers(*facts: Fact, check: str) -> list[Answer]:
    return [r.answer for r in audit(Facts(facts)) if r.check == check]


FEED = (fact("feed_ratio", 0.5, "g/g"), fact("silicon_mass_fraction", 0.33, "g/g"))
FIT, ODD, NO, MUTE = Answer.CONSISTENT, Answer.DOUBTFUL, Answer.IMPOSSIBLE, Answer.CANNOT_TELL
BARE = fact("diameter_undoped", 200, "nm")
CLAIMED = fact("additive_in_shell", 1)
RUN = (fact("capacity_first", 688, "mAh/g"), fact("capacity_last", 485, "mAh/g"), fact("cycles", 1000))
MADE_OF = (fact("carbon_mass_fraction", 0.35), fact("silicon_mass_fraction", 0.35))


def eds(**shares: float) -> list[Fact]:
    return [fact(f"atomic_fraction_{e}", x, "1", 0.9 * x, 1.1 * x) for e, x in shares.items()]


def xps(**shares: float) -> list[Fact]:
    return [fact(f"at_percent_{e}", x, "%", 0.9 * x, 1.1 * x) for e, x in shares.items()]


CASES = [
    # feed: 0.5 x 0.17484 / 0.33 = 0.265
    ("boron over silicon", [*FEED, fact("b_si_mass_ratio", 0.264)], FIT),
    ("boron over silicon", [*FEED, fact("b_si_mass_ratio", 0.266)], NO),
    ("boron over silicon", [*FEED, fact("b_si_mass_ratio", 0.28, "1", 0.25, 0.31)], FIT),
    ("boron over silicon", [fact("b_si_mass_ratio", 0.28)], MUTE),
    # 200 nm, 2.1 g/cm3, 1 g/g: all of it gives 270 nm
    ("shell against feed", [BARE, fact("feed_ratio", 1), fact("diameter_before", 275, "nm")], NO),
    ("shell against feed", [BARE, fact("feed_ratio", 1), fact("diameter_before", 260, "nm")], FIT),
    ("shell against feed", [BARE, fact("feed_ratio", 1), CLAIMED, fact("diameter_before", 220, "nm")], ODD),
    ("shell against feed", [BARE, fact("feed_ratio", 1), fact("diameter_before", 220, "nm")], FIT),
    ("shell against feed", [BARE, fact("feed_ratio", 1), fact("diameter_before", 201, "nm")], MUTE),
    ("shell against feed", [fact("diameter_before", 220, "nm")], MUTE),
    ("surface boron", [fact("at_percent_B", 12, "%")], FIT),
    ("surface boron", [fact("at_percent_B", 45, "%")], NO),
    ("surface boron", [fact("at_percent_B", 45, "%", 35, 55)], FIT),
    ("etching against oxide", [BARE, fact("feed_ratio", 0.5), fact("diameter_after", 195, "nm")], FIT),
    ("etching against oxide", [BARE, fact("feed_ratio", 0.1), fact("diameter_after", 160, "nm")], ODD),
    ("etching against oxide", [BARE, fact("feed_ratio", 0.1), fact("diameter_after", 201, "nm")], MUTE),
    # 6/(2.1 g/cm3 x 200 nm) = 14.3 m2/g
    ("geometric area", [BARE, fact("bet_area", 14.3, "m2/g")], FIT),
    ("geometric area", [BARE, fact("bet_area", 30, "m2/g")], ODD),
    ("geometric area", [BARE, fact("bet_area", 30, "m2/g"), fact("pore_volume", 0.1, "cm3/g")], FIT),
    ("geometric area", [BARE, fact("bet_area", 5, "m2/g")], ODD),
    ("geometric area", [fact("bet_area", 5, "m2/g")], MUTE),
    # 4 V/A
    ("area against volume", [fact("bet_area", 200, "m2/g"), fact("pore_volume", 0.1, "cm3/g")], FIT),
    ("area against volume", [fact("bet_area", 2000, "m2/g"), fact("pore_volume", 0.1, "cm3/g")], NO),
    ("area against volume", [fact("bet_area", 2, "m2/g"), fact("pore_volume", 0.2, "cm3/g")], ODD),
    # 2/(2.1 g/cm3 x A); a Si-O bond has 0.162 nm
    ("walls", [fact("bet_area", 200, "m2/g")], FIT),
    ("walls", [fact("bet_area", 2300, "m2/g")], ODD),
    ("walls", [fact("bet_area", 7000, "m2/g")], NO),
    ("walls", [fact("bet_area", 7000, "m2/g", 500, 9000)], ODD),
    # C/Si of 0.35/0.35 g/g is 2.34 atoms
    ("carbon over silicon", [*MADE_OF, *eds(C=0.45, Si=0.20)], FIT),
    ("carbon over silicon", [*MADE_OF, *eds(C=0.70, Si=0.10)], ODD),
    ("surface against bulk", [*xps(B=12, Si=15), *eds(B=0.05, Si=0.2)], FIT),
    ("surface against bulk", [*xps(B=1, Si=30), *eds(B=0.05, Si=0.2)], ODD),
    ("one size", [BARE, fact("diameter_mean", 190, "nm")], FIT),
    ("one size", [BARE, fact("diameter_mean", 0.19, "um")], FIT),
    ("one size", [BARE, fact("diameter_mean", 1.9, "um")], NO),
    ("capacity ceiling", [fact("capacity_0.1", 700, "mAh/g")], FIT),
    ("capacity ceiling", [fact("capacity_0.1", 1404, "mAh/g")], ODD),
    ("capacity ceiling", [fact("capacity_0.1", 1.404, "Ah/g")], ODD),
    ("capacity ceiling", [fact("capacity_0.1", 5000, "mAh/g")], NO),
    ("capacity ceiling", [fact("capacity_0.1", 1.2, "mAh")], MUTE),
    ("fading", [*RUN, fact("decay_per_cycle", 0.03, "%")], FIT),
    ("fading", [*RUN, fact("decay_per_cycle", 0.02, "%")], NO),
    ("fading", [*RUN, fact("retention", 70.5, "%")], FIT),
    ("fading", [*RUN, fact("retention", 0.8)], NO),
    ("fading", [RUN[0], fact("retention", 72, "%")], FIT),
    ("fading", [typed("decay_per_cycle", 0.03, "%")], MUTE),
    ("coulombic efficiency", [fact("ce_first", 0.61)], FIT),
    ("coulombic efficiency", [fact("ce_first", 1.2)], NO),
    ("coulombic efficiency", [fact("ce_first", 101, "%", 98, 104)], FIT),
    ("charge transfer", [fact("r_ct", 149, "ohm")], ODD),
    ("charge transfer", [fact("r_ct", 149, "ohm", 140, 160), fact("electrode_area", 1.13, "cm^2")], FIT),
    ("photon energy", [fact("line_observed.Si 1s", 1)], NO),
    ("photon energy", [fact("line_observed.Si 1s", 1), fact("photon_energy", 2984, "eV")], FIT),
    ("photon energy", [fact("line_observed.Si 2p", 1)], FIT),
    ("photon energy", [fact("line_observed.Xx 9z", 1)], MUTE),
    ("shares", [fact("share_BO3", 60, "%"), fact("share_BC3", 40, "%")], FIT),
    ("shares", [fact("share_BO3", 60, "%"), fact("share_BC3", 50, "%")], NO),
]  # fmt: skip


@pytest.mark.parametrize(("check", "facts", "answer"), CASES)
def test_answers(check, facts, answer):
    assert answers(*facts, check=check) == [answer]


def test_every_check_is_tried():
    apart = {"trend", "same content", "replicates", "residue"}
    apart |= {"report fields", "same treatment", "stated twice"}
    tried = {check for check, *_ in CASES} | apart
    assert tried == set(CHECKS)


def test_a_trend_smaller_than_its_interval_is_none():
    def two(half: float, *more: Fact) -> list[Answer]:
        pair = (("a", 1.0), ("b", 1.1))
        both = [fact("id_ig_raw", v, "1", v - half, v + half, s) for s, v in pair]
        return answers(*both, *more, check="trend")

    claimed = fact("order_claimed.id_ig_raw", 1, sample="")
    assert two(0.2) == [MUTE]
    assert two(0.2, claimed) == [ODD]
    assert two(0.02, claimed) == [FIT]


def test_an_order_of_neighbours_that_do_not_differ():
    three = [fact("r_ct", v, "ohm", v - 2, v + 2, s) for s, v in (("a", 150), ("b", 151), ("c", 211))]
    assert answers(*three, check="trend") == [FIT]
    claimed = fact("order_claimed.r_ct", 1, sample="")
    assert answers(*three, claimed, check="trend") == [ODD]
    assert answers(three[0], three[2], claimed, check="trend") == [FIT]


def test_one_file_under_two_names():
    same = {"x.vms": ("a", "h1"), "y.vms": ("b", "h1"), "z.vms": ("b", "h2")}
    (found,) = [r for r in audit(Facts((), same)) if r.check == "same content"]
    assert found.answer is NO
    twice = {"x.vms": ("a", "h1"), "y.vms": ("a", "h1")}
    (found,) = [r for r in audit(Facts((), twice)) if r.check == "same content"]
    assert found.answer is ODD


def test_replicates_that_disagree():
    def pair(second: float) -> list[Answer]:
        one = Fact("a", "bet_area", 200, 195, 205, "m2/g", Evidence.MEASURED, "1.aif")
        two = Fact("a", "bet_area", second, second - 5, second + 5, "m2/g", Evidence.MEASURED, "2.aif")
        return answers(one, two, check="replicates")

    assert pair(203) == [FIT]
    assert pair(230) == [ODD]


def treated_as(technique: str, sample: str = A, **more) -> Treated:
    return Treated(sample, technique, {"file": more.pop("settings", {})}, **more)


def told(check: str, facts: list[Fact], *treated: Treated) -> list[Answer]:
    return [r.answer for r in audit(Facts(tuple(facts), treated=treated)) if r.check == check]


@pytest.mark.parametrize(
    ("left", "gas", "answer"),
    # 0.35 g Si: 0.749 g SiO2; 0.3 g/g acid: 0.169 g B2O3; 0.577 to 0.918
    [(77, "air", [FIT]), (40, "air", [ODD]), (95, "air", [ODD]), (95, "N2", []), (95, "", [])],
)
def test_residue_in_air(left, gas, answer):
    facts = [*MADE_OF, fact("feed_ratio", 0.3), fact("residue", left, "%", left - 1, left + 1)]
    assert told("residue", facts, treated_as("tga", settings={"gas": gas})) == answer


def test_report_fields():
    area = fact("bet_area", 200, "m2/g")
    full = {"mass_g": 0.1, "adsorbate": "N2", "temperature_K": 77.3, "degas_temperature_K": 473.0}
    assert told("report fields", [area], treated_as("n2_sorption", settings=full)) == [FIT]
    assert told("report fields", [area], treated_as("n2_sorption", settings=full | {"mass_g": ""})) == [MUTE]
    by_hand = treated_as("n2_sorption", settings={"adsorbate": "N2", "temperature_K": 77.3, "mass_g": 0.1})
    assert told("report fields", [area], by_hand) == [MUTE]
    assert told("report fields", [area, fact("degas_temperature_C", 200, "degC")], by_hand) == [FIT]
    assert told("report fields", [area], treated_as("sizing")) == []


def test_samples_treated_apart():
    both = [fact("bet_area", 200, "m2/g", sample=s) for s in "ab"]
    alike = [treated_as("n2_sorption", s) for s in "ab"]
    assert told("same treatment", both, *alike) == [FIT]
    assert told("same treatment", both, alike[0], treated_as("n2_sorption", "b", changed=("range",))) == [ODD]
    assert told("same treatment", both, alike[0]) == []  # nothing to compare


def test_scale_and_mass_stated_twice():
    size = fact("diameter_mean", 200, "nm")

    def picture(told_nm: float) -> Treated:
        return treated_as(
            "sem", settings={"pixel_nm": 4.0}, choices={"scale": told_nm}, used={"pixel_nm": told_nm}
        )

    assert told("stated twice", [size], picture(4.05)) == [FIT]
    assert told("stated twice", [size], picture(12.7)) == [ODD]
    assert told("stated twice", [size], treated_as("sem", settings={"pixel_nm": 4.0})) == []
    cell = treated_as("cycling", settings={"file_mass_g": 1e-3}, choices={"mass_mg": 1.61})
    assert told("stated twice", [size], cell) == [ODD]


def test_xps_files_say_their_photons_and_lines():
    vms = treated_as("xps", settings={"photon_energy_eV": 1486.6, "lines": ["Si 1s", "B 1s", "survey none"]})
    facts = list(of_settings(vms))
    assert [f.name for f in facts] == ["photon_energy", "line_observed.Si 1s", "line_observed.B 1s"]
    assert told("photon energy", facts, vms) == [NO, FIT]


def test_a_sum_is_not_counted_beside_its_parts():
    parts = [fact("share_BO3", 69, "%"), fact("share_BCO2", 10, "%"), fact("share_BC3", 21, "%")]
    total = fact("share_BO3_plus_BCO2", 79, "%")
    assert answers(*parts, total, check="shares") == [FIT]
    assert answers(parts[0], parts[2], total, check="shares") == [FIT]  # one part is not resolved
    assert answers(*parts, fact("share_BC2O", 20, "%"), total, check="shares") == [NO]


def test_the_decay_of_an_analysis_asks_for_nothing():
    found = (fact("decay_per_cycle_linear", 0.05, "%"), fact("retention", 97, "%"))
    assert answers(*found, check="fading") == []


def test_solutions_of_one_series_are_one_answer():
    series = [fact("b_si_mass_ratio.1 h", 0.4), fact("b_si_mass_ratio.8 h", 0.3)]
    assert answers(*FEED, *series, check="boron over silicon") == [NO]
    assert answers(*FEED, *series, fact("b_si_mass_ratio.48 h", 0.2), check="boron over silicon") == [FIT]


def test_a_unit_that_does_not_fit_is_told():
    (found,) = [
        r
        for r in audit(Facts((BARE, fact("bet_area", 3, "m2/g"), fact("skeletal_density", 2, "nm"))))
        if "density" in r.meaning and r.check == "geometric area"
    ]  # fmt: skip
    assert found.answer is MUTE


def test_findings_without_a_number_are_no_facts():
    lost = Finding("bet_area", math.nan, math.nan, math.nan, "m2/g", Evidence.MEASURED, "n2_sorption")
    aged = Finding(
        "diameter_mean", 210, 205, 215, "nm", Evidence.MEASURED, "sizing", choices={"label": "before"}
    )
    assert [f.name for f in of_findings("a", [lost, aged])] == ["diameter_before"]


def test_arithmetic_and_inputs_are_shown():
    for result in audit(Facts((*FEED, BARE, fact("b_si_mass_ratio", 0.51), fact("bet_area", 30, "m2/g")))):
        assert result.arithmetic
        assert result.inputs
        assert result.meaning.endswith(".")


def test_the_article_s_own_numbers():
    """The audit finds what does not add up in the printed numbers, and passes what does."""
    plan = read_plan(Path(str(resources.files("nanokiln.paper").joinpath("quoted.toml"))))
    recipes = [f for name, s in plan.samples.items() for f in of_recipe(name, load_recipe(s.recipe))]
    results = audit(Facts((*of_values(plan.values), *recipes)))
    found = {(r.check, r.sample, r.answer) for r in results}
    assert {
        ("boron over silicon", "B-SiOC-3", NO),
        ("shell against feed", "B-SiOC-4", ODD),
        ("geometric area", "B-SiOC-2", ODD),
        ("capacity ceiling", "B-SiOC-2", ODD),
        ("photon energy", "B-SiOC-2", NO),
        ("trend", "", ODD),
        ("charge transfer", "B-SiOC-2", ODD),
    } <= found
    assert [r.answer for r in results if r.check == "fading"] == [FIT, FIT]
