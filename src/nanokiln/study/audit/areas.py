"""Areas, volumes and sizes that must fit one another."""

from __future__ import annotations

from collections.abc import Iterator

from ...core.parameters import Values
from . import parameters as p
from .check import Answer, Result, check
from .facts import Facts

MANY = 2.0  # times the geometric area from which pores or roughness must be there
FEW = 0.7  # times it below which spheres must have merged
WIDEST = 200.0  # nm, mean pore width beyond which the volume is that between particles
DIAMETERS = ("diameter_after", "diameter_mean", "diameter_undoped")
TWICE = 2.0  # factor between two diameters of one powder that is a scale bar rather than a powder


@check("geometric area", "Does the BET area fit the outside of the spheres?")
def geometric(facts: Facts, sample: str) -> Iterator[Result]:
    """Compare the BET area with 6/(density x diameter)."""
    area, size = facts.one(sample, "bet_area"), facts.one(sample, *DIAMETERS)
    if area is None or area.sample != sample:
        return
    if size is None:
        meaning = "Needs a mean diameter ('diameter_mean', 'diameter_after')."
        yield Result("geometric area", sample, Answer.CANNOT_TELL, (), meaning, (area,))
        return
    density = facts.one(sample, "skeletal_density")
    rho = density.to("g/cm^3").value if density else Values()[p.SKELETON]
    outside = 6000 / (rho * size.to("nm").value)
    ratio = area.value / outside
    lines = (
        f"outside of dense spheres: 6 / ({rho:.3g} g/cm3 x {size.value:.4g} nm) = {outside:.3g} m2/g",
        f"BET: {area.value:.4g} m2/g, {ratio:.1f} times as much",
    )
    inputs = tuple(f for f in (area, size, density) if f is not None)
    if ratio > MANY:
        volume = facts.one(sample, "pore_volume")
        meaning = (
            f"{1 - 1 / ratio:.0%} of the area is inside the spheres or in their roughness, not on "
            "their outside"
            + (
                "."
                if volume
                else ": state the pore volume and the pore sizes, and do not argue with the area as that of "
                "contact with an electrolyte."
            )
        )
        answer = Answer.CONSISTENT if volume else Answer.DOUBTFUL
        yield Result(
            "geometric area", sample, answer, lines, meaning, (*inputs, *((volume,) if volume else ()))
        )
    elif ratio < FEW:
        meaning = "Less than the outside of separate spheres: they have merged, or mass or diameter is off."
        yield Result("geometric area", sample, Answer.DOUBTFUL, lines, meaning, inputs)
    else:
        yield Result("geometric area", sample, Answer.CONSISTENT, lines, "Dense spheres.", inputs)


@check("area against volume", "Does the pore volume fit the area?")
def width(facts: Facts, sample: str) -> Iterator[Result]:
    """Look at the mean width 4 V/A."""
    for area in facts.of(sample, "bet_area"):
        volume = facts.one(sample, "pore_volume", label=area.label) or facts.one(sample, "pore_volume")
        if volume is None or volume.sample != sample or area.value <= 0:
            continue
        mean = 4000 * volume.to("cm^3/g").value / area.value
        least = Values()[p.NITROGEN_WIDTH]
        lines = (
            f"4 x {volume.value:.4g} cm3/g / {area.value:.4g} m2/g = {mean:.3g} nm; a nitrogen molecule has "
            f"{least:.3f} nm",
        )
        inputs = (area, volume)
        if mean < least:
            meaning = (
                "Pores thinner than a nitrogen molecule: area and volume are not of one isotherm, or "
                "one has a wrong unit."
            )
            yield Result("area against volume", sample, Answer.IMPOSSIBLE, lines, meaning, inputs)
        elif mean > WIDEST:
            meaning = (
                "The volume is that between particles: state it at a lower pressure, or the area is "
                "too small."
            )
            yield Result("area against volume", sample, Answer.DOUBTFUL, lines, meaning, inputs)
        else:
            yield Result(
                "area against volume", sample, Answer.CONSISTENT, lines, "A possible pore width.", inputs
            )


@check("walls", "Is there enough solid between the pores?")
def walls(facts: Facts, sample: str) -> Iterator[Result]:
    """Look at the mean thickness of walls with pores on both sides, 2/(density x area)."""
    v = Values()
    density = facts.one(sample, "skeletal_density")
    rho = density.to("g/cm^3").value if density else v[p.SKELETON]
    for area in facts.of(sample, "bet_area"):
        if area.value <= 0:
            continue
        thick = 2000 / (rho * area.to("m^2/g").value)
        lines = (
            f"2 / ({rho:.3g} g/cm3 x {area.value:.4g} m2/g) = {thick:.3g} nm of solid between two pores; one "
            f"Si-O bond has {v[p.SILICON_OXYGEN]:.2f} nm",
        )
        inputs = (area, *((density,) if density else ()))
        if 2000 / (rho * area.to("m^2/g").least) < v[p.SILICON_OXYGEN]:
            meaning = "Thinner than one bond: the mass or a unit is wrong."
            yield Result("walls", sample, Answer.IMPOSSIBLE, lines, meaning, inputs)
        elif thick < v[p.THINNEST_WALL]:
            meaning = (
                f"Below {v[p.THINNEST_WALL]:.1f} nm, the walls of the most open silicas: check the mass, or "
                "micropores are counted as a monolayer."
            )
            yield Result("walls", sample, Answer.DOUBTFUL, lines, meaning, inputs)
        else:
            yield Result("walls", sample, Answer.CONSISTENT, lines, "Walls a solid can have.", inputs)


@check("one size", "Do all diameters of a sample agree?")
def one_size(facts: Facts, sample: str) -> Iterator[Result]:
    """Compare mean diameters of different files, and with the recipe: factors are scale bars."""
    seen = [f.to("nm") for f in facts.of(sample, "diameter_mean") if f.unit in ("nm", "um", "µm", "mm")]
    told = facts.one(sample, "diameter_undoped")
    known = [*seen, *([told] if told else [])]
    if not seen or len(known) < 2:
        return
    low, high = min(known, key=lambda f: f.value), max(known, key=lambda f: f.value)
    ratio = high.value / low.value
    lines = (
        f"{low.value:.4g} nm ({low.source}) and {high.value:.4g} nm ({high.source}): factor {ratio:.2f}",
    )
    if ratio > TWICE:
        meaning = "One powder has no such spread: check scale bar, unit (nm, um) and radius against diameter."
        yield Result("one size", sample, Answer.IMPOSSIBLE, lines, meaning, (low, high))
    elif len(seen) > 1 and low.most < high.least and low.source != high.source and told not in (low, high):
        meaning = (
            "The intervals do not meet: different fields, edges found differently, or different powders."
        )
        yield Result("one size", sample, Answer.DOUBTFUL, lines, meaning, (low, high))
    else:
        yield Result("one size", sample, Answer.CONSISTENT, lines, "They agree.", (low, high))
