"""Spectra: lines a source can excite, shares that add up, trends that are none."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator

from ...core.parameters import Values
from . import parameters as p
from .check import Answer, Result, check
from .facts import LINE, Fact, Facts

_SHELLS = {"1s": 0, "2s": 1, "2p": 3, "3s": 4, "3p": 6, "3d": 8, "4s": 9, "4p": 11, "4d": 13, "4f": 15}
ALL = 100.0  # per cent
CLOSE = 2.0  # per cent, within which rounded shares add up
#: Quantities in which small differences between samples are often read as a trend.
TRENDS = (
    "id_ig_raw",
    "id_ig_height",
    "id_ig_area",
    "id_ig",
    "bet_area",
    "diameter_mean",
    "share_BC3",
    "r_ct",
)


@check("photon energy", "Can the source excite the line?")
def photon(facts: Facts, sample: str) -> Iterator[Result]:
    """Compare binding energies of named lines with the energy of the photons."""
    lines = facts.of(sample, "line_observed")
    if not lines:
        return
    source = facts.one(sample, "photon_energy")
    energy = source.to("eV").value if source else Values()[p.ALUMINIUM_KALPHA]
    possible: list[tuple[str, Fact]] = []
    for fact in lines:
        binding = _binding(fact.label)
        if math.isnan(binding):
            meaning = f"'{fact.label}' is no line nanokiln knows; write it as 'Si 2p'."
            yield Result("photon energy", sample, Answer.CANNOT_TELL, (), meaning, (fact,))
            continue
        told = "" if source else " (Al K-alpha, assumed)"
        text = (f"{fact.label}: edge at {binding:.1f} eV; photons {energy:.1f} eV{told}",)
        inputs = (fact, *((source,) if source else ()))
        if binding > energy:
            meaning = (
                "These photons cannot free that electron. Another line is meant, or another source was used."
            )
            yield Result("photon energy", sample, Answer.IMPOSSIBLE, text, meaning, inputs)
        else:
            possible.append((text[0], fact))
    if possible:
        told = tuple(dict.fromkeys(words for words, _ in possible))
        inputs = (*(f for _, f in possible), *((source,) if source else ()))
        yield Result("photon energy", sample, Answer.CONSISTENT, told, "It can.", inputs)


def _binding(line: str) -> float:
    """Return the energy of the edge of a line in eV, NaN if it is none."""
    import xraylib

    match = LINE.match(line.strip())
    if match is None or match.group(2) not in _SHELLS:
        return math.nan
    try:
        number = xraylib.SymbolToAtomicNumber(match.group(1))
        return 1000 * float(xraylib.EdgeEnergy(number, _SHELLS[match.group(2)]))
    except ValueError:
        return math.nan


@check("shares", "Do shares of one fit add up?")
def shares(facts: Facts, sample: str) -> Iterator[Result]:
    """Add up atomic per cent and shares of species, per source."""
    for beginning in ("at_percent_", "share_"):
        found = facts.starting(sample, beginning)
        key = lambda f: (f.source, f.label)  # noqa: E731 - used twice below
        for (source, _), group in itertools.groupby(sorted(found, key=key), key=key):
            parts = _once(group)
            if len(parts) < 2 or any(f.unit not in ("%", "percent", "at%") for f in parts):
                continue
            total = sum(f.value for f in parts)
            lines = (f"{' + '.join(f'{f.value:.3g}' for f in parts)} = {total:.4g} % ({source})",)
            if total > ALL + CLOSE:
                meaning = "More than everything: components overlap, or lines were counted twice."
                yield Result("shares", sample, Answer.IMPOSSIBLE, lines, meaning, parts)
            elif abs(total - ALL) <= CLOSE:
                yield Result("shares", sample, Answer.CONSISTENT, lines, "They add up.", parts)


_SUM = "_plus_"  # in the name of a share that is the sum of two


def _once(group: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return shares of which none is counted twice: a sum only where not both of its parts are known."""
    facts = list(group)
    for total in [f for f in facts if _SUM in f.kind]:
        beginning = total.kind.split("_")[0]
        names = {f"{beginning}_{part}" for part in total.kind.removeprefix(f"{beginning}_").split(_SUM)}
        both = names <= {f.kind for f in facts}
        facts = [f for f in facts if (f is not total if both else f.kind not in names)]
    return tuple(facts)


@check("trend", "Are differences between samples larger than their uncertainty?")
def trend(facts: Facts, sample: str) -> Iterator[Result]:
    """Compare the spread between samples with the intervals; asked once, for all samples together.

    Doubtful only where somebody reads an order from the numbers ('order_claimed' with the quantity as label).
    """
    if not facts.samples or sample != facts.samples[0]:
        return
    for kind in TRENDS:
        found = [f for s in facts.samples for f in facts.of(s, kind)[:1]]
        if len(found) < 2:
            continue
        low, high = min(found, key=lambda f: f.value), max(found, key=lambda f: f.value)
        spread = high.value - low.value
        width = math.hypot(_half(low), _half(high))
        if math.isnan(width):
            continue
        lines = (
            f"{kind}: {', '.join(f'{f.sample} {f.value:.4g}' for f in found)}",
            f"largest difference {spread:.3g}; half width of its 90 % interval {width:.3g}",
        )
        told = facts.one("", "order_claimed", label=kind)
        alike = [pair for pair in itertools.pairwise(sorted(found, key=lambda f: f.value)) if _alike(*pair)]
        if told and alike and spread >= width:
            pairs = "; ".join(f"{a.sample} {a.value:.4g} and {b.sample} {b.value:.4g}" for a, b in alike)
            meaning = f"An order is read from values that do not differ: {pairs}."
            yield Result("trend", "", Answer.DOUBTFUL, lines, meaning, (*found, told))
        elif spread < width:
            answer = Answer.DOUBTFUL if told else Answer.CANNOT_TELL
            meaning = "The samples do not differ in this by more than the measurement does: no order follows."
            yield Result("trend", "", answer, lines, meaning, (*found, *((told,) if told else ())))
        else:
            meaning = f"{high.sample} and {low.sample} differ; neighbours may not."
            yield Result("trend", "", Answer.CONSISTENT, lines, meaning, tuple(found))


def _alike(one: Fact, other: Fact) -> bool:
    """Whether two values differ by less than the half width of the 90 % interval of their difference."""
    return abs(other.value - one.value) < math.hypot(_half(one), _half(other))


_HALF_WIDTH = 1.645  # standard deviations of a 90 % interval's half width


def _half(fact: Fact) -> float:
    """Return the half width of a fact's interval; for Raman ratios without one, what spots differ by."""
    if math.isfinite(fact.low) and math.isfinite(fact.high):
        return (fact.high - fact.low) / 2
    return _HALF_WIDTH * Values()[p.RAMAN_REPEAT] if fact.kind.startswith("id_ig") else math.nan
