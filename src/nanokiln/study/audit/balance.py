"""Mass balance: what may be left of silicon, carbon and boron, and where boron may be."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ...core.parameters import Values
from ...matter.constants import MASS_B, MASS_C, MASS_O, MASS_SI
from . import parameters as p
from .check import Answer, Result, check
from .facts import Fact, Facts

_BURNING = ("air", "oxygen", "o2", "synthetic air")  # gases in which all carbon burns
_PERCENT = 100.0
_HALF = 2.0  # a ratio this far off is beyond sensitivity factors and thickness corrections
#: Names of atomic shares: of XPS in per cent, of EDS as fractions.
_XPS, _EDS = "at_percent_", "atomic_fraction_"


@check("residue", "Does the oxide left in air hold the silicon that was there?")
def residue(facts: Facts, sample: str) -> Iterator[Result]:
    """Compare the residue of a thermogram in air with what silicon and boron become as oxides.

    Least: all boron gone, all acid counted as powder that lost its water. Most: no boron gone. Only
    thermograms of which the file says that they were taken in air or oxygen.
    """
    gases = {
        path: str(own.get("gas", ""))
        for t in facts.of_technique(sample, "tga")
        for path, own in t.settings.items()
    }
    left = [f for f in facts.of(sample, "residue") if gases.get(f.source, "").lower() in _BURNING]
    silicon, fed = facts.one(sample, "silicon_mass_fraction"), facts.one(sample, "feed_ratio")
    if not left or silicon is None:
        return
    v = Values()
    oxygen, acid = v[MASS_O], (fed.value if fed else 0.0)
    silica = silicon.value * (1 + 2 * oxygen / v[MASS_SI])
    boria = acid * v[p.BORON_IN_ACID] * (1 + 1.5 * oxygen / v[MASS_B])
    least = silica / (1 + boria) * (1 - v[p.ADSORBED_WATER])
    most = min(silica + boria, 1.0)
    for fact in left:
        lines = (
            f"1 g of precursor holds {silicon.value:.3g} g silicon: {silica:.3g} g SiO2; the boric acid fed "
            f"with it at most {boria:.3g} g B2O3",
            f"residue between {least:.0%} (boron gone, {v[p.ADSORBED_WATER]:.0%} water) and {most:.0%}",
            f"found: {fact.value:.4g} {fact.unit}",
        )
        inputs = (fact, silicon, *((fed,) if fed else ()))
        share = fact.to("1")
        if share.most < least:
            meaning = "Silicon is missing: another powder, a mass that is off, or spheres lost from the pan."
            yield Result("residue", sample, Answer.DOUBTFUL, lines, meaning, inputs)
        elif share.least > most:
            meaning = "More than all oxides: carbon has not burnt out, or the balance drifts (take a blank)."
            yield Result("residue", sample, Answer.DOUBTFUL, lines, meaning, inputs)
        else:
            meaning = "The oxides of what was fed fit in."
            yield Result("residue", sample, Answer.CONSISTENT, lines, meaning, inputs)


@check("carbon over silicon", "Is there more carbon per silicon than the precursor had?")
def carbon(facts: Facts, sample: str) -> Iterator[Result]:
    """Compare carbon over silicon by EDS with the precursor: the furnace adds none."""
    had, silicon = facts.one(sample, "carbon_mass_fraction"), facts.one(sample, "silicon_mass_fraction")
    if had is None or silicon is None or silicon.value <= 0:
        return
    v = Values()
    bound = had.value / silicon.value * v[MASS_SI] / v[MASS_C]
    for c, si in _pairs(facts, sample, _EDS, "C", "Si"):
        ratio, low, _ = _ratio(c, si)
        lines = (
            f"precursor: {had.value:.3g} g carbon, {silicon.value:.3g} g silicon per g, C/Si = {bound:.3g}",
            f"EDS: {c.value:.3g} / {si.value:.3g} = {ratio:.3g} ({c.source})",
        )
        inputs = (c, si, had, silicon)
        if low > bound:
            meaning = "Carbon came from elsewhere: contamination under the beam, the grid, or another powder."
            yield Result("carbon over silicon", sample, Answer.DOUBTFUL, lines, meaning, inputs)
        else:
            meaning = "No more than there was."
            yield Result("carbon over silicon", sample, Answer.CONSISTENT, lines, meaning, inputs)


@check("surface against bulk", "Do XPS and EDS see the same boron?")
def surface_against_bulk(facts: Facts, sample: str) -> Iterator[Result]:
    """Compare B/Si of the surface (XPS) with that of the whole (EDS): a film of oxide may only enrich it."""
    outside = next(_pairs(facts, sample, _XPS, "B", "Si"), None)
    inside = next(_pairs(facts, sample, _EDS, "B", "Si"), None)
    if outside is None or inside is None:
        return
    (x, _, x_high), (e, e_low, _) = _ratio(*outside), _ratio(*inside)
    lines = (
        f"XPS, some nanometres deep: B/Si = {x:.3g} ({outside[0].source})",
        f"EDS, all through: B/Si = {e:.3g} ({inside[0].source})",
    )
    inputs = (*outside, *inside)
    if x_high < e_low / _HALF:
        meaning = (
            "The surface is poor in boron: washed, evaporated, or a sensitivity factor or a light element in "
            "EDS is off. XPS and EDS numbers of such a powder are not those of one composition."
        )
        yield Result("surface against bulk", sample, Answer.DOUBTFUL, lines, meaning, inputs)
    elif x > e:
        meaning = "More at the surface, as a film of oxide makes it: neither is the content of the powder."
        yield Result("surface against bulk", sample, Answer.CONSISTENT, lines, meaning, inputs)
    else:
        meaning = "Alike within what both can tell."
        yield Result("surface against bulk", sample, Answer.CONSISTENT, lines, meaning, inputs)


def _pairs(facts: Facts, sample: str, beginning: str, one: str, other: str) -> Iterator[tuple[Fact, Fact]]:
    """Yield the shares of two elements that come from one file."""
    for first in facts.of(sample, f"{beginning}{one}"):
        for second in facts.of(sample, f"{beginning}{other}"):
            if (first.source, first.label) == (second.source, second.label) and second.value > 0:
                yield first, second
                break


def _ratio(one: Fact, other: Fact) -> tuple[float, float, float]:
    """Return a ratio with the ends of its interval, errors taken as independent."""
    ratio = one.value / other.value
    relative = math.hypot(*((f.most - f.least) / 2 / f.value if f.value else 0.0 for f in (one, other)))
    return ratio, ratio * max(1 - relative, 0.0), ratio * (1 + relative)
