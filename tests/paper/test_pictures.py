"""What pictures may say about a claim, and what they may not."""

import json
import math
from types import SimpleNamespace

import numpy as np
import pytest

from nanokiln.core.evidence import Evidence, Finding
from nanokiln.paper import pictures
from nanokiln.paper.bodies import Seen, above
from nanokiln.paper.judges import composition
from nanokiln.paper.judging import Judgement
from nanokiln.paper.pictures import changed, clearly_rising, last_clearly_largest, on_picture
from nanokiln.recipe import load_recipe
from nanokiln.sample import make_sample
from nanokiln.study.ledger import Outcome


def finding(name, value, low, high, unit="nm"):
    return Finding(name, value, low, high, unit, Evidence.PREDICTED, "sem")


def run_with(found):
    return SimpleNamespace(
        pictures={key: [finding(*f) for f in findings] for key, findings in found.items()},
        get=lambda sample, name: np.full(5, 0.07),
    )


def sizes(*means, half=3.0):
    names = [f"S{n}" for n in range(1, len(means) + 1)]
    found = {
        (n, "last"): [("diameter_mean", m, m - half, m + half)] for n, m in zip(names, means, strict=True)
    }
    return run_with(found), names


@pytest.mark.parametrize(
    ("values", "answer"),
    [
        ((200, 210, 220), True),
        ((200, 203, 220), None),
        ((220, 210, 200), False),
        ((200, math.nan, 220), None),
    ],
)
def test_an_order_counts_beyond_the_intervals_only(values, answer):
    seen = [Seen(v, v - 3.0, v + 3.0, "nm") for v in values]
    assert clearly_rising(seen) is answer


def test_the_largest_must_stand_clear_of_every_other():
    seen = [Seen(v, v - 3.0, v + 3.0, "nm") for v in (205, 200, 220)]
    assert last_clearly_largest(seen) is True
    assert last_clearly_largest(seen[::-1]) is False
    assert last_clearly_largest([seen[0], Seen(218.0, 215.0, 221.0, "nm"), seen[2]]) is None


def test_pictures_decide_the_nominal_run_and_leave_the_sets_alone():
    run, names = sizes(220, 210, 200)
    answer = on_picture(
        run, Judgement(1.0, "By mass.", np.ones(5, bool)), "diameter_mean", names, clearly_rising
    )
    assert answer.holds.tolist() == [False, True, True, True, True]
    assert "220 [217-223], 210 [207-213], 200 [197-203] nm, it does not" in answer.how
    assert answer.how.startswith("By mass.")


def test_pictures_that_cannot_tell_are_shown_and_do_not_decide():
    run, names = sizes(200, 202)
    answer = on_picture(
        run, Judgement(1.0, "By mass.", np.ones(5, bool)), "diameter_mean", names, clearly_rising
    )
    assert answer.holds.all()
    assert "they cannot tell" in answer.how


def test_a_row_that_is_not_resolved_stays_so():
    run = run_with({("S", "last"): [("bonded_fraction", 0.9, 0.85, 1.0, "1")]})
    before = Judgement(1.0, "Open.", outcome=Outcome.NOT_RESOLVED)
    answer = on_picture(run, before, "bonded_fraction", ["S"], above(0.8))
    assert answer.outcome is Outcome.NOT_RESOLVED
    assert "it holds" in answer.how


def test_without_a_picture_nothing_is_said():
    run, _ = sizes(200)
    before = Judgement(1.0, "By mass.", True)
    assert on_picture(run, before, "diameter_mean", ["S1", "S2"], clearly_rising) is before


def test_a_change_carries_the_errors_of_both_pictures():
    run = run_with({
        ("S", "before"): [("diameter_mean", 210.0, 207.0, 214.0)],
        ("S", "last"): [("diameter_mean", 200.0, 196.0, 203.0)],
    })  # fmt: skip
    found = changed(run, "S")
    assert (found.value, found.low, found.high) == pytest.approx(
        (-10.0, -10 - math.hypot(4, 4), -10 + math.hypot(3, 3))
    )


def line_of(*ratios, half=0.05):
    found = [
        (f"neck_over_body_{e}", r, r - half, r + half, "1")
        for e, r in zip(composition.ELEMENTS, ratios, strict=True)
    ]
    return run_with({("B-SiOC-3", "line"): found})


@pytest.mark.parametrize(
    ("ratios", "outcome", "holds"),
    [
        ((1.0, 1.1, 0.9, 1.2), None, True),
        ((1.0, 1.1, 0.5, 1.2), None, False),
        ((1.0, 1.1, 0.72, 1.2), Outcome.NOT_RESOLVED, None),
    ],
)
def test_the_line_scan_decides_whether_elements_are_even(ratios, outcome, holds):
    answer = composition.even_through_neck(line_of(*ratios), None)
    assert (answer.outcome, answer.holds) == (outcome, holds)
    if holds is False:
        assert answer.value == 0.5


def test_without_a_line_scan_the_row_is_open():
    assert composition.even_through_neck(run_with({}), None).outcome is Outcome.NOT_RESOLVED


def test_looks_are_taken_analysed_and_read_back(tmp_path):
    sample = make_sample(load_recipe("B-SiOC-2"), seed=1, quality="draft")
    picture, record = pictures.take(sample, pictures.BEFORE, 1, tmp_path, "S")
    assert picture.name == "S-before-sem.tif"
    found = {f.name: f for f in pictures.read(record)}
    hidden = json.loads(picture.with_name(f"{picture.name}.truth.json").read_text(encoding="utf-8"))
    shown = [s["diameter_nm"] for s in hidden["spheres"] if s["whole"] and s["seen"] > 0.5]
    assert float(np.mean(shown)) == pytest.approx(float(sample.state["diameter_before_nm"]), abs=4.0)
    assert found["diameter_mean"].low < np.mean(shown) < found["diameter_mean"].high
    assert found["diameter_mean"].evidence is Evidence.PREDICTED
    assert not list(tmp_path.glob(".*"))


def test_every_page_asked_for_is_a_page():
    from nanokiln.paper.pages import PAGES

    assert {*pictures.PICTURED, *pictures.PICTURED_BEFORE, *pictures.SCANNED} <= set(PAGES)
    assert pictures.looks("silica") == ()
    assert pictures.looks("B-SiOC-3") == ("last", "before", "line", "map")


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (Seen(math.nan, math.nan, math.nan, "nm"), "not resolved"),
        (Seen(math.nan, math.nan, 0.59, "nm"), "at most 0.59"),
        (Seen(math.nan, 1.7, math.nan, "nm"), "at least 1.7"),
        (Seen(math.nan, 0.4, 1.0, "1"), "at least 0.4"),
        (Seen(math.nan, 0.0, 1.0, "1"), "not resolved"),
        (Seen(0.5, 0.4, 0.6, "1"), "0.5 [0.4-0.6]"),
    ],
)
def test_words_say_what_is_known(seen, words):
    assert pictures.words(seen) == words
