"""Claims of a study's own, held against its findings: supported, not resolved, contradicted, not testable."""

from __future__ import annotations

import csv
import enum
import io
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import DataError, InputError, nearest
from ..core.files import read_text
from .audit import Fact, Facts
from .ledger import Claim

NEEDED = ("id", "statement", "sample", "quantity", "relation", "value")
OPTIONAL = ("unit", "tolerance", "where", "topic", "kind", "test")
_HALF = 1.645  # standard deviations of a 90 % interval's half width
_FEWEST = 3  # samples of a trend
_NAMES = re.compile(r"\s*[;,]\s*")


class Standing(enum.StrEnum):
    """What a study says about a claim."""

    SUPPORTED = "supported"
    NOT_RESOLVED = "not resolved"
    CONTRADICTED = "contradicted"
    NOT_TESTABLE = "not testable"


@dataclass(frozen=True)
class Judged:
    """A claim, what the study says about it, and the arithmetic."""

    claim: Claim
    standing: Standing
    arithmetic: tuple[str, ...]
    inputs: tuple[Fact, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "id": self.claim.id, "statement": self.claim.statement, "standing": str(self.standing),
            "arithmetic": list(self.arithmetic), "inputs": [f.words() for f in self.inputs],
        }  # fmt: skip


def read_own_claims(path: Path) -> tuple[Claim, ...]:
    """Read a claims file: csv with the columns of `NEEDED`, and any of `OPTIONAL`.

    Raises
    ------
    DataError
        If a column is missing, an id occurs twice, or a relation is unknown; the message names the row.
    """
    reader = csv.DictReader(io.StringIO(read_text(path)))
    missing = [c for c in NEEDED if c not in (reader.fieldnames or ())]
    if missing:
        raise DataError(
            f"'{path}': column(s) {', '.join(missing)} missing. Needed: {', '.join(NEEDED)}; "
            f"optional: {', '.join(OPTIONAL)}."
        )
    claims: list[Claim] = []
    for row in reader:
        fields = {c: (row.get(c) or "").strip() for c in (*NEEDED, *OPTIONAL)}
        claim = Claim(**fields)
        if claim.relation not in JUDGES:
            raise DataError(
                f"'{path}': {claim.id or '(no id)'} has relation '{claim.relation}'."
                f"{nearest(claim.relation, JUDGES)} Allowed: {', '.join(JUDGES)}."
            )
        if not claim.id or claim.id in {c.id for c in claims}:
            raise DataError(f"'{path}': id '{claim.id}' is empty or occurs twice.")
        claims.append(claim)
    return tuple(claims)


def judge_own(claims: Sequence[Claim], facts: Facts) -> list[Judged]:
    """Return what the facts say about each claim.

    Limits
    ------
    Intervals are taken as independent and symmetric. Where several files give one quantity of a sample, their
    mean counts, and the larger of their spread and their intervals.
    """
    out = []
    for claim in claims:
        try:
            out.append(JUDGES[claim.relation](claim, facts))
        except InputError as error:
            out.append(Judged(claim, Standing.NOT_TESTABLE, (str(error),)))
    return out


def _fact(claim: Claim, facts: Facts, sample: str) -> Fact:
    """Return the quantity of a claim for one sample, in the unit of the claim.

    Raises
    ------
    InputError
        If no file gave it.
    """
    kind, _, label = claim.quantity.partition(".")
    found = [f for f in facts.of(sample, kind) if not label or f.label == label]
    if not found:
        raise InputError(f"no file gives {claim.quantity} of '{sample}'.")
    if claim.unit:
        found = [f.to(claim.unit) for f in found]
    if len(found) == 1:
        return found[0]
    values = np.array([f.value for f in found])
    spread = _HALF * float(values.std(ddof=1))
    half = max([spread, *(_half(f) for f in found if not math.isnan(_half(f)))])
    mean = float(values.mean())
    first = found[0]
    sources = ", ".join(dict.fromkeys(f.source for f in found))
    return Fact(sample, claim.quantity, mean, mean - half, mean + half, first.unit, first.evidence, sources)


def _half(fact: Fact) -> float:
    return (fact.high - fact.low) / 2


def _number(claim: Claim, text: str, what: str) -> float:
    try:
        return float(text.removeprefix("+-").removeprefix("±"))
    except ValueError:
        raise InputError(f"{what} '{text}' is no number.") from None


def _standing(yes: bool, no: bool) -> Standing:
    return Standing.SUPPORTED if yes else Standing.CONTRADICTED if no else Standing.NOT_RESOLVED


def _threshold(claim: Claim, facts: Facts) -> Judged:
    """Compare the whole interval with a number."""
    fact = _fact(claim, facts, claim.sample)
    bound = _number(claim, claim.value, "value")
    above, below = fact.least >= bound, fact.most <= bound
    yes, no = (above, below) if claim.relation in ("gt", "ge") else (below, above)
    sign = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}[claim.relation]
    lines = (f"{fact.words()} {sign} {bound:g}?",)
    return Judged(claim, _standing(yes and not no, no and not yes), lines, (fact,))


def _equal(claim: Claim, facts: Facts) -> Judged:
    """Ask whether the interval lies within the tolerance of a number, or outside of it."""
    fact = _fact(claim, facts, claim.sample)
    bound = _number(claim, claim.value, "value")
    slack = _number(claim, claim.tolerance, "tolerance") if claim.tolerance else 0.0
    low, high = bound - slack, bound + slack
    lines = [f"{fact.words()} within {low:g} to {high:g}?"]
    if not slack:
        lines.append("no tolerance is given: a number equals no other exactly")
    inside, outside = low <= fact.least and fact.most <= high, fact.most < low or fact.least > high
    return Judged(claim, _standing(inside, outside), tuple(lines), (fact,))


def _ordering(claim: Claim, facts: Facts) -> Judged:
    """Compare neighbours: each step larger than the interval of the difference."""
    names = [n.strip() for n in claim.value.split("<")]
    if len(names) < 2 or not all(names):
        raise InputError(f"value '{claim.value}': write the samples as 'A < B < C'.")
    found = [_fact(claim, facts, n) for n in names]
    lines, yes, no = [], True, False
    for low, high in pairwise(found):
        step = high.value - low.value
        half = math.hypot(_half(low), _half(high))
        lines.append(f"{high.sample} - {low.sample} = {step:.4g}, half width {half:.3g}")
        yes &= step > half
        no |= step < -half
    return Judged(claim, _standing(yes, no), tuple(lines), tuple(found))


def _trend(claim: Claim, facts: Facts) -> Judged:
    """Fit a line over the samples in the order they are named; the interval of its slope decides."""
    names = [n for n in _NAMES.split(claim.sample) if n]
    if len(names) < _FEWEST:
        raise InputError(f"sample '{claim.sample}': a trend needs at least {_FEWEST}, joined by ';'.")
    found = [_fact(claim, facts, n) for n in names]
    sd = np.array([_half(f) for f in found]) / _HALF
    if not np.all(np.isfinite(sd)) or np.any(sd <= 0):
        return Judged(claim, Standing.NOT_RESOLVED, ("a value has no interval",), tuple(found))
    x, y, w = np.arange(len(found), dtype=float), np.array([f.value for f in found]), sd**-2
    centre = float(np.average(x, weights=w))
    slope = float(np.sum(w * (x - centre) * y) / np.sum(w * (x - centre) ** 2))
    half = _HALF / math.sqrt(float(np.sum(w * (x - centre) ** 2)))
    lines = (
        ", ".join(f"{f.sample} {f.value:.4g}" for f in found),
        f"slope {slope:.3g} per step, half width {half:.3g}",
    )
    sign = 1 if claim.relation == "rising" else -1
    return Judged(claim, _standing(sign * slope > half, sign * slope < -half), lines, tuple(found))


def _presence(claim: Claim, facts: Facts) -> Judged:
    """Compare with a detection limit (the value); zero where none is given."""
    fact = _fact(claim, facts, claim.sample)
    limit = _number(claim, claim.value, "value") if claim.value else 0.0
    there, gone = fact.least > limit, fact.most <= limit
    yes, no = (there, gone) if claim.relation == "present" else (gone, there)
    return Judged(claim, _standing(yes, no), (f"{fact.words()}, detection limit {limit:g}",), (fact,))


JUDGES: dict[str, Callable[[Claim, Facts], Judged]] = {
    "gt": _threshold, "ge": _threshold, "lt": _threshold, "le": _threshold, "eq": _equal, "approx": _equal,
    "ordering": _ordering, "rising": _trend, "falling": _trend, "present": _presence, "absent": _presence,
}  # fmt: skip
