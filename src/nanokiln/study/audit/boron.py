"""Boron and silicon: what was fed, and what instruments say is there."""

from __future__ import annotations

from collections.abc import Iterator

from ...core.parameters import Values
from . import parameters as p
from .check import Answer, Result, check
from .facts import Fact, Facts

HALF = 0.5  # of the acid said to be in the shell, below which the shell cannot be where it is
MEASURABLE = 1.0  # nm, shell below which two mean diameters do not tell it
PURE_OXIDE = 40.0  # at% boron of B2O3, the most a surface of oxide can show
OVERLAP = 1e-9  # relative, rounding


@check("boron over silicon", "Does ICP find more boron per silicon than was fed?")
def feed_bound(facts: Facts, sample: str) -> Iterator[Result]:
    """Compare every B/Si mass ratio with that of the feed.

    The feed is an upper bound for the whole powder: silicon is not lost before boron is. A solution may show
    more while part of the silicon is still undissolved.
    """
    ratios = facts.of(sample, "b_si_mass_ratio")
    fed, silicon = facts.one(sample, "feed_ratio"), facts.one(sample, "silicon_mass_fraction")
    if not ratios:
        return
    if fed is None or silicon is None or silicon.value <= 0:
        yield Result(
            "boron over silicon", sample, Answer.CANNOT_TELL, (),
            "Needs 'feed_ratio' (g boric acid per g precursor) and 'silicon_mass_fraction', or a recipe.",
            ratios,
        )  # fmt: skip
        return
    content = Values()[p.BORON_IN_ACID]
    bound, most = (fed.value * content / silicon.value, fed.most * content / silicon.least)
    by_source: dict[str, list[Fact]] = {}
    for ratio in ratios:
        by_source.setdefault(ratio.source, []).append(ratio)
    for found in by_source.values():  # the solutions of one series are one answer: that of the last ratio
        ratio = min(found, key=lambda f: f.value)
        others = (
            (f"{len(found)} solutions, {max(f.value for f in found):.3f} to {ratio.value:.3f}",)
            if len(found) > 1
            else ()
        )
        lines = (
            *others,
            f"fed: {fed.value:.4g} g/g x {content:.5f} (boron in boric acid) / "
            f"{silicon.value:.4g} (silicon in "
            f"the precursor) = {bound:.3f} g boron per g silicon",
            f"found: {ratio.value:.3f}, {ratio.value / bound:.2f} times as much",
        )
        inputs = (*found, fed, silicon)
        if ratio.least > most * (1 + OVERLAP):
            meaning = (
                f"More than was fed. If all boron fed is there, at most {bound / ratio.value:.0%} "
                "of the silicon "
                "was in solution: the ratio is one of what dissolved, not of the powder. Dissolve fully, or "
                "report silicon recovered."
            )
            yield Result("boron over silicon", sample, Answer.IMPOSSIBLE, lines, meaning, inputs)
        else:
            meaning = f"Within the feed; {min(ratio.value / bound, 1.0):.0%} of the boron would have stayed."
            yield Result("boron over silicon", sample, Answer.CONSISTENT, lines, meaning, inputs)


@check("shell against feed", "Does the shell of dried spheres hold the additive that was fed?")
def shell(facts: Facts, sample: str) -> Iterator[Result]:
    """Compare the volume of the shell before firing with that of the boric acid fed.

    Doubtful only where somebody says that the additive coats the spheres ('additive_in_shell').
    """
    before, bare = facts.one(sample, "diameter_before"), facts.one(sample, "diameter_undoped")
    fed = facts.one(sample, "feed_ratio")
    if before is None:
        return
    if bare is None or fed is None or fed.value <= 0:
        if fed is None or fed.value > 0:
            yield Result(
                "shell against feed", sample, Answer.CANNOT_TELL, (),
                "Needs 'diameter_undoped' and 'feed_ratio', or a recipe.", (before,),
            )  # fmt: skip
        return
    density = facts.one(sample, "skeletal_density")
    skeleton = density.to("g/cm^3").value if density else Values()[p.SKELETON]
    acid = Values()[p.ACID_DENSITY]
    pores = facts.one(sample, "pore_volume_undoped")
    sphere = skeleton / (1 + skeleton * pores.to("cm^3/g").value) if pores else skeleton
    all_out = bare.value * (1 + fed.value * sphere / acid) ** (1 / 3)
    held = ((before.value / bare.value) ** 3 - 1) * acid / sphere / fed.value
    thick = (before.value - bare.value) / 2
    lines = (
        f"shell: ({before.value:.4g} - {bare.value:.4g}) / 2 = {thick:.3g} nm",
        f"all {fed.value:.4g} g/g as a shell of {acid:.3f} g/cm3 on spheres of {sphere:.3g} g/cm3 would give "
        f"{all_out:.4g} nm",
        f"the shell holds {held:.0%} of the boric acid",
    )
    claimed = facts.one(sample, "additive_in_shell")
    inputs = tuple(f for f in (before, bare, fed, density, pores, claimed) if f is not None)
    if held > 1 and before.least > all_out:
        yield Result(
            "shell against feed", sample, Answer.IMPOSSIBLE, lines,
            "The shell is thicker than the feed allows: check the scale bars, or the spheres grew otherwise.",
            inputs,
        )  # fmt: skip
    elif thick < MEASURABLE:
        meaning = "The shell is thinner than two mean diameters can tell."
        yield Result("shell against feed", sample, Answer.CANNOT_TELL, lines, meaning, inputs)
    elif claimed is not None and held < HALF * claimed.value:
        meaning = (
            f"{1 - held:.0%} of the acid is not in the shell: it lies in pores or between the "
            "spheres, or was "
            "lost. Half the change of diameter is not the amount of additive."
        )
        yield Result("shell against feed", sample, Answer.DOUBTFUL, lines, meaning, inputs)
    else:
        meaning = (
            f"The feed allows this shell; {max(1 - held, 0):.0%} of the acid would lie in pores and "
            "between spheres."
        )
        yield Result("shell against feed", sample, Answer.CONSISTENT, lines, meaning, inputs)


@check("surface boron", "Can a surface hold as much boron as XPS or EDS reports?")
def surface(facts: Facts, sample: str) -> Iterator[Result]:
    """Compare the atomic share of boron with that of pure boron oxide."""
    for fact in facts.of(sample, "at_percent_B"):
        lines = (f"boron {fact.value:.3g} at%; boron oxide has {PURE_OXIDE:.0f} at%",)
        if fact.least > PURE_OXIDE:
            yield Result(
                "surface boron", sample, Answer.IMPOSSIBLE, lines,
                "More boron than in boron oxide: look at the sensitivity factor and at lines below B 1s.",
                (fact,),
            )  # fmt: skip
        else:
            meaning = "Less than in boron oxide. XPS sees some nanometres: this is no content of the powder."
            yield Result("surface boron", sample, Answer.CONSISTENT, lines, meaning, (fact,))


@check("etching against oxide", "Could the boron oxide fed have dissolved what the spheres lost?")
def etching(facts: Facts, sample: str) -> Iterator[Result]:
    """Compare the silica in the depth lost with the boron oxide that was there to dissolve it."""
    after, bare = facts.one(sample, "diameter_after"), facts.one(sample, "diameter_undoped")
    fed = facts.one(sample, "feed_ratio")
    if after is None or bare is None or fed is None or fed.value <= 0:
        return
    v = Values()
    density = facts.one(sample, "skeletal_density")
    skeleton = density.to("g/cm^3").value if density else v[p.SKELETON]
    before = facts.one(sample, "diameter_before")
    depth = (bare.value - after.value) / 2
    shell_word: tuple[str, ...] = ()
    if before is not None:
        coat, change = before.value - bare.value, before.value - after.value
        shell_word = (
            f"of the change {change:.3g} nm on firing, {min(coat, max(change, 0.0)):.3g} nm is the coat of "
            "additive, which was no oxide",
        )
    inputs = tuple(f for f in (after, bare, before, fed, density) if f is not None)
    if depth <= 0:
        gone = (f"depth lost: ({bare.value:.4g} - {after.value:.4g}) / 2 = {depth:.3g} nm", *shell_word)
        yield Result(
            "etching against oxide", sample, Answer.CANNOT_TELL, gone,
            "The fired spheres are not smaller than the undoped ones: no depth of etching follows.", inputs,
        )  # fmt: skip
        return
    lost = (1 - (after.value / bare.value) ** 3) / skeleton  # cm3 per g
    silica = lost / v[p.SILICA_MOLAR_VOLUME]
    oxide = fed.value * v[p.BORON_IN_ACID] / _BORON_MASS / 2
    share = silica / (silica + oxide)
    lines = (
        f"depth lost: ({bare.value:.4g} - {after.value:.4g}) / 2 = {depth:.3g} nm, "
        f"{1000 * silica:.3g} mmol/g if all "
        "of it was silica",
        *shell_word,
        f"boron oxide fed: {1000 * oxide:.3g} mmol/g; silica would be {share:.0%} of the melt",
    )
    if share > _MOST_SILICA:
        meaning = (
            "No melt of boron oxide holds that much silica at 1000 degC: carbon was lost too, or the "
            "scale is off."
        )
        yield Result("etching against oxide", sample, Answer.DOUBTFUL, lines, meaning, inputs)
    else:
        meaning = "The oxide fed can dissolve that much below 1000 degC."
        yield Result("etching against oxide", sample, Answer.CONSISTENT, lines, meaning, inputs)


_BORON_MASS = 10.811  # g/mol, standard atomic weight
_MOST_SILICA = 0.65  # mole share at the cristobalite liquidus of 1000 degC, see matter/phase_diagram
