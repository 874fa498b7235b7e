"""Capacities, fading and resistance."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ...core.evidence import Evidence
from ...core.parameters import Values
from . import parameters as p
from .check import Answer, Result, check
from .facts import Fact, Facts

_PER_GRAM = "mA*hour/g"
ROUNDING = 0.5  # of the last digit a quoted rate has: 0.03 % stands for 0.025 to 0.035 %


@check("capacity ceiling", "Can this composition hold so much lithium?")
def ceiling(facts: Facts, sample: str) -> Iterator[Result]:
    """Compare the largest capacity with what oxycarbide, its parts, and silicon could hold."""
    found = [f for f in facts.starting(sample, "capacity_") if "/g" in f.unit or "/kg" in f.unit]
    if not found:
        bare = [f for f in facts.starting(sample, "capacity_") if "h" in f.unit]
        if bare:
            yield Result(
                "capacity ceiling", sample, Answer.CANNOT_TELL, (f"{bare[0].value:.4g} {bare[0].unit}",),
                "Without the mass of active material no capacity per gram follows: give 'mass'.", (bare[0],),
            )  # fmt: skip
        return
    v = Values()
    top = max((f.to(_PER_GRAM) for f in found), key=lambda f: f.value)
    carbon = facts.one(sample, "carbon_mass_fraction")
    limits = {"SiOC, first principles": v[p.OXYCARBIDE_LIMIT]}
    if carbon is not None:
        c = carbon.value
        mixed = c * v[p.HARD_CARBON] + (1 - c) * v[p.SUBOXIDE]
        limits[
            f"{c:.2f} carbon at {v[p.HARD_CARBON]:.0f} and the rest as suboxide at {v[p.SUBOXIDE]:.0f}"
        ] = mixed
    lines = (
        *(f"ceiling, {words}: {value:.0f} mAh/g" for words, value in limits.items()),
        f"found: {top.value:.0f} mAh/g ({top.name})",
    )
    inputs = (top, *((carbon,) if carbon else ()))
    if top.least > v[p.SILICON]:
        meaning = (
            "More than lithium silicide: mass, current or unit is wrong (a mass of 1 mg by default "
            "is common)."
        )
        yield Result("capacity ceiling", sample, Answer.IMPOSSIBLE, lines, meaning, inputs)
    elif top.least > max(limits.values()):
        meaning = (
            f"{top.value / max(limits.values()) - 1:.0%} above every stated ceiling: reduced "
            "silicon, surface storage "
            "or the conductive additive takes part, or the mass basis is another. State the mass basis."
        )
        yield Result("capacity ceiling", sample, Answer.DOUBTFUL, lines, meaning, inputs)
    else:
        yield Result("capacity ceiling", sample, Answer.CONSISTENT, lines, "Below the ceilings.", inputs)


@check("fading", "Do capacities, cycles and the stated decay agree?")
def fading(facts: Facts, sample: str) -> Iterator[Result]:
    """Recompute the decay per cycle and the retention of every run."""
    labels = {f.label for f in facts.of(sample, "decay_per_cycle", "retention")}
    for label in sorted(labels):
        first, last = (facts.one(sample, n, label=label) for n in ("capacity_first", "capacity_last"))
        cycles = facts.one(sample, "cycles", label=label)
        decay, kept = (facts.one(sample, n, label=label) for n in ("decay_per_cycle", "retention"))
        if first is not None and last is not None and cycles is not None:
            yield _recomputed(sample, first, last, cycles, decay, kept)
        elif kept is not None and first is not None:
            yield _retention(sample, first, kept)
        else:
            told = tuple(f for f in (first, last, cycles, decay, kept) if f is not None)
            if all(f.evidence is not Evidence.QUOTED for f in told):
                continue  # of one analysis, which had the capacities
            meaning = "Needs 'capacity_first', 'capacity_last' and 'cycles'."
            yield Result("fading", sample, Answer.CANNOT_TELL, (), meaning, told)


def _recomputed(
    sample: str, first: Fact, last: Fact, cycles: Fact, decay: Fact | None, kept: Fact | None
) -> Result:
    left = last.value / first.value
    linear = (1 - left) / cycles.value
    compound = 1 - left ** (1 / cycles.value)
    lines = [
        f"{last.value:.4g} / {first.value:.4g} = {left:.1%} after {cycles.value:.0f} cycles",
        f"linear {linear:.4%} per cycle, compound {compound:.4%}",
    ]
    fits = True
    if decay is not None:
        told = decay.to("1").value
        lines.append(f"stated: {told:.4%} per cycle")
        slack = ROUNDING * 10 ** math.floor(math.log10(abs(told))) if told else 0.0
        fits = abs(told - linear) <= slack or abs(told - compound) <= slack
    if kept is not None:
        lines.append(f"stated: {kept.to('1').value:.1%} kept")
        fits &= abs(kept.to("1").value - left) <= 10**-2
    inputs = tuple(f for f in (first, last, cycles, decay, kept) if f is not None)
    if fits:
        return Result("fading", sample, Answer.CONSISTENT, tuple(lines), "The arithmetic holds.", inputs)
    return Result(
        "fading", sample, Answer.IMPOSSIBLE, tuple(lines),
        "The stated decay does not follow from these capacities, neither linear nor compound.", inputs,
    )  # fmt: skip


def _retention(sample: str, first: Fact, kept: Fact) -> Result:
    share = kept.to("1").value
    lines = (f"{share:.0%} of {first.value:.4g} leaves {share * first.value:.0f} {first.unit}",)
    if not 0 <= share <= 1:
        return Result(
            "fading", sample, Answer.DOUBTFUL, lines, "More than at the start: activation?", (first, kept)
        )
    return Result("fading", sample, Answer.CONSISTENT, lines, "A possible retention.", (first, kept))


@check("coulombic efficiency", "Is less charge taken out than was put in?")
def efficiency(facts: Facts, sample: str) -> Iterator[Result]:
    """Refuse efficiencies above one."""
    for fact in facts.starting(sample, "ce_"):
        value = fact.to("1")
        lines = (f"{fact.name} = {value.value:.2%}",)
        if value.least > 1:
            meaning = (
                "More charge out than in: charge and discharge are exchanged (half cell), or a step "
                "is cut off."
            )
            yield Result("coulombic efficiency", sample, Answer.IMPOSSIBLE, lines, meaning, (fact,))
        else:
            yield Result("coulombic efficiency", sample, Answer.CONSISTENT, lines, "At most one.", (fact,))


@check("charge transfer", "Can a resistance be compared with others?")
def resistance(facts: Facts, sample: str) -> Iterator[Result]:
    """Ask for the electrode area and for replicates where only ohms are given."""
    found = [f for f in facts.of(sample, "r_ct") if f.unit in ("ohm", "Ω")]
    if not found:
        return
    area = facts.one(sample, "electrode_area")
    lacks = []
    if area is None:
        lacks.append("the electrode area")
    if len(found) < 2 and not math.isfinite(found[0].low):
        lacks.append("an interval or a second cell")
    lines = tuple(f"{f.name} = {f.value:.4g} ohm ({f.source})" for f in found)
    inputs = (*found, *((area,) if area else ()))
    if lacks:
        meaning = (
            f"Without {' and '.join(lacks)} this is the number of one cell, no property of the material."
        )
        yield Result("charge transfer", sample, Answer.DOUBTFUL, lines, meaning, inputs)
    else:
        assert area is not None
        lines = (
            *lines,
            f"x {area.value:.3g} {area.unit} = {found[0].value * area.to('cm^2').value:.4g} ohm cm2",
        )
        yield Result(
            "charge transfer", sample, Answer.CONSISTENT, lines, "Area and spread are stated.", inputs
        )
