"""Studies broken on purpose: each is wrong in one way, so that a claim about that way must notice.

A study is the whole set of recipes, fired with other parameter values, other recipes or both. A claim that
no wrong study can turn from met to missed is no test of anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from nanokiln.core.parameters import Values
from nanokiln.paper.reproduce import judge_all
from nanokiln.paper.run import Change, Run, observe_all
from nanokiln.recipe import Recipe, load_recipe

SIOC = ("B-SiOC-1", "B-SiOC-2", "B-SiOC-3", "B-SiOC-4")


@dataclass(frozen=True)
class Wrong:
    """One broken study: what is wrong in words, parameter values, and what is done to each recipe."""

    what: str
    overrides: Mapping[str, float] = field(default_factory=dict)
    change: Change | None = None

    def run(self) -> Run:
        """Fire the broken study."""
        values = Values(self.overrides)
        return Run(values, observe_all(values, self.change))


def _feed(factor: Callable[[Recipe], float]) -> Change:
    return lambda recipe: recipe.replace(additive_ratio=factor(recipe))


def _reversed(recipe: Recipe) -> float:
    name = recipe.name.removesuffix("-before")
    if name not in SIOC:
        return recipe.additive_ratio
    return load_recipe(SIOC[::-1][SIOC.index(name)]).additive_ratio


def _peak(celsius: float) -> Change:
    """No step goes above this temperature."""

    def change(recipe: Recipe) -> Recipe:
        steps = [
            step if step.to_degC is None else step.replace(to_degC=min(step.to_degC, celsius))
            for step in recipe.programme.steps
        ]
        return recipe.replace(programme=[s.model_dump(exclude_none=True) for s in steps])

    return change


def _precursors(new: Mapping[str, str]) -> Change:
    """Controls are made of something else."""
    return lambda r: r.replace(precursor=load_recipe(new[r.name]).precursor) if r.name in new else r


def _jars(*pairs: tuple[str, str]) -> Change:
    """Labels of these pairs of powders are exchanged."""
    new = {a: b for pair in pairs for a, b in (pair, pair[::-1])}
    return lambda r: load_recipe(new[r.name]) if r.name in new else r


def _precursor_fields(name: str, **fields: object) -> Change:
    return lambda r: r.replace(precursor=r.precursor.replace(**fields)) if r.name == name else r


WRONG = {
    "no leaching": Wrong("silica does not dissolve", {"M8": 1e-16}),
    "fast leaching": Wrong("silica dissolves at once", {"M8": 1e-8}),
    "leaching without heat": Wrong(
        "silica dissolves nearly as fast at 500 degC as at 900 degC", {"furnace.leach_energy": 5000.0}
    ),
    "no lining": Wrong("the wall binds no boron", {"M3": 0.01}),
    "thirsty wall": Wrong("the wall binds all boron of samples 2 and 3", {"M3": 120.0}),
    "nothing kept": Wrong("no silica stays on cooling", {"kappa": 0.0}),
    "no unmixing": Wrong("melt and silica never part", {"melt.interaction": 100.0}),
    "unmixing when hot": Wrong("melt and silica part above 600 degC", {"melt.interaction": 17000.0}),
    "no film": Wrong("all residue lies in the necks", {"furnace.film_share": 0.0}),
    "feed reversed": Wrong("the bottles of boric acid were mixed up", change=_feed(_reversed)),
    "double feed": Wrong("twice the boric acid", change=_feed(lambda r: min(2.0, 2 * r.additive_ratio))),
    "no feed": Wrong("the boric acid was forgotten", change=_feed(lambda r: 0.0)),
    "inert carbon": Wrong("carbon takes no boron", {"M5": 1e-6, "M6": 1e-6}),
    "untouched carbon": Wrong(
        "carbon takes neither boron nor oxygen", {"M5": 0.0, "M6": 0.0, "furnace.oxidation_rate": 0.0}
    ),
    "no cap": Wrong("carbon takes any amount of boron", {"furnace.boron_cap": 0.6, "M5": 0.5}),
    "one kind of edge": Wrong("all edges are alike", {"M7": 1.0}),
    "frozen chemistry": Wrong("carbon does not exchange with boron oxide", {"furnace.doping_rate": 1e-12}),
    "no oxygen groups": Wrong("carbon holds no oxygen", {"furnace.oxidation_rate": 1e-12}),
    "chi zero": Wrong("no carbon goes with the melt", {"chi": 0.0}),
    "boils off": Wrong("boron leaves with the steam", {"y_v": 5000.0}),
    "no wash": Wrong("nothing is washed", change=lambda r: r.replace(wash_cycles=0)),
    "no coat": Wrong("boric acid forms no coat", {"M1": 0.0}),
    "fat coat": Wrong("all boric acid is coat", {"M1": 0.9}),
    "cold furnace": Wrong("the furnace stops at 300 degC", change=_peak(300.0)),
    "dead furnace": Wrong("the furnace stops at 60 degC", change=_peak(60.0)),
    "nothing melts": Wrong("boron oxide stays solid", {"b2o3.glass_transition": 1500.0}),
    "slow dehydration": Wrong("boric acid holds its water", {"h3bo3.step1_energy": 250000.0}),
    "wrong crystal": Wrong(
        "another cell of boric acid", {"h3bo3.cell_b": 1.05 * 0.7053, "h3bo3.cell_c": 1.05 * 0.6578}
    ),
    "controls are SiOC": Wrong(
        "controls made of SiOC", change=_precursors(dict.fromkeys(
            ("silica", "carbon", "silica@carbon", "BTEE-SiOC"), "SiOC"
        )),
    ),
    "silica and carbon exchanged": Wrong(
        "two bottles of spheres were mixed up", change=_precursors({"silica": "carbon", "carbon": "silica"})
    ),
    "time series exchanged": Wrong(
        "jars of the time series were mixed up",
        change=_jars(("B-SiOC-2-500C", "B-SiOC-2-900C-4h"), ("B-SiOC-2-900C-0h", "B-SiOC-2-900C-1h")),
    ),
    "temperatures exchanged": Wrong(
        "jars of the temperature series were mixed up", change=_jars(("B-SiOC-2-800C", "B-SiOC-2-1000C"))
    ),
    "before and after exchanged": Wrong(
        "dried powder taken for product", change=_jars(*((n, f"{n}-before") for n in SIOC))
    ),
    "large domains": Wrong(
        "BTEE-SiOC graphitises", change=_precursor_fields("BTEE-SiOC", carbon_domain_nm=3.0)
    ),
    "other domains": Wrong("carbon domains of 1.2 nm", {"M11": 1.2}),
    "burns early": Wrong("carbon burns 20 K earlier, boron or not", {"M9": 582.0}),
    "boron does not protect": Wrong("boron burns the carbon", {"M10": -66.0}),
    "no closed pores": Wrong("leaching opens nothing", {"M4": 1.0}),
    "wide pores": Wrong("mesopores of 8 nm", {"M2": 8.0}),
}  # fmt: skip


@cache
def outcomes(name: str) -> dict[str, str]:
    """Return the outcome for every claim of one broken study."""
    with np.errstate(divide="ignore", invalid="ignore"):  # a ratio of nothings: no number, so no agreement
        return {v.claim.id: str(v.outcome) for v in judge_all(WRONG[name].run()).verdicts}
