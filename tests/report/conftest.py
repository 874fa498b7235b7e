"""A small report: two samples, all claims with made-up verdicts."""

import math
import warnings

import pytest

from nanokiln.core.evidence import Evidence
from nanokiln.core.provenance import Provenance
from nanokiln.recipe import load_recipe
from nanokiln.report import ReportInput, SamplePage
from nanokiln.sample import make_sample
from nanokiln.study.ledger import Claim, Ledger, Outcome, Strength, Verdict
from nanokiln.techniques import get

HOSTILE = "<script>alert('x')</script> & \"quotes\""


def claim(number: int, **changes: str) -> Claim:
    fields = {
        "id": f"T{number:03d}", "where": "Fig 2h", "topic": "BET", "sample": "B-SiOC-2",
        "quantity": "specific surface", "statement": "A statement", "value": "207.43", "unit": "m2/g",
        "relation": "eq", "tolerance": "+-10", "kind": "prediction", "test": "compare",
    }  # fmt: skip
    return Claim(**{**fields, **changes})


def verdict(number: int, outcome: Outcome, strength: Strength = Strength.NONE, **changes: str) -> Verdict:
    made = claim(number, **changes)
    value = made.number
    return Verdict(
        made, outcome, value, value * 0.9, value * 1.1, made.unit, Evidence.PREDICTED, "by hand", strength,
        0.5 if outcome is Outcome.MET else math.nan,
    )  # fmt: skip


@pytest.fixture(scope="session")
def ledger() -> Ledger:
    return Ledger(
        (
            verdict(1, Outcome.MET, Strength.ROBUST),
            verdict(2, Outcome.MET, Strength.WEAK, topic="XPS", sample="B-SiOC-1", statement=HOSTILE),
            verdict(3, Outcome.MET, Strength.CHOICE, value="1<2<3", unit="-"),
            verdict(4, Outcome.MISSED, topic="size", quantity=HOSTILE, sample=HOSTILE),
            verdict(5, Outcome.NOT_RESOLVED),
            verdict(6, Outcome.CALIBRATED, kind="calibration target"),
            verdict(7, Outcome.CALIBRATED, kind="calibration target", where="Fig 1b-d"),
            verdict(8, Outcome.INPUT, kind="input"),
            verdict(9, Outcome.REPORT_ONLY),
            verdict(10, Outcome.NOT_YET),
        )
    )


@pytest.fixture(scope="session")
def pages() -> tuple[SamplePage, ...]:
    made = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numba and numpy warn in rooms that are not tested here
        for name in ("B-SiOC-2-before", "B-SiOC-1", "B-SiOC-2"):
            sample = make_sample(load_recipe(name), seed=1, spheres=64)
            found = {}
            for technique in ("sizing", "xps"):
                tool = get(technique)
                seen = tool.simulate(sample, 1, {"count": 40} if technique == "sizing" else None)
                choices = {"chains": 20} if technique == "xps" else None
                found[technique] = (seen, tool.analyse(seen, choices))
            made.append(SamplePage(sample, found))
    return tuple(made)


def content(pages, ledger, title: str = "Test report") -> ReportInput:
    record = Provenance(
        "reproduce", {"note": HOSTILE}, 1, {}, created="2026-01-01T00:00:00+00:00", libraries={}, system="x"
    )
    return ReportInput(title, ledger, pages, None, ["A note."], record, 12.0)


@pytest.fixture(scope="session")
def html_text(pages, ledger) -> str:
    from nanokiln.report import build

    return build(content(pages, ledger, HOSTILE))
