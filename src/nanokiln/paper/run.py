"""One run of the reference study: what the claims are judged on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import NanokilnError
from ..core.parameters import Values
from ..recipe import Recipe, load_recipe
from .observables import observe

if TYPE_CHECKING:
    from ..core.evidence import Finding
    from ..sample import Sample

Array = NDArray[np.float64]

SERIES = ("B-SiOC-1", "B-SiOC-2", "B-SiOC-3", "B-SiOC-4")
BEFORE = tuple(f"{name}-before" for name in SERIES)
TIMES = ("B-SiOC-2-500C", "B-SiOC-2-900C-0h", "B-SiOC-2-900C-1h", "B-SiOC-2-900C-4h")
TEMPERATURES = ("B-SiOC-2-800C", "B-SiOC-2-900C", "B-SiOC-2-1000C")
CONTROLS = ("silica", "carbon", "silica@carbon", "BTEE-SiOC")
#: Recipes computed for every parameter set.
RECIPES = (*SERIES, *BEFORE, *TIMES, *TEMPERATURES, *CONTROLS)

Observed = Mapping[str, Mapping[str, float]]
Change = Callable[[Recipe], Recipe]


def observe_all(values: Values, change: Change | None = None) -> dict[str, dict[str, float]]:
    """Fire all recipes of the study with one parameter set.

    Parameters
    ----------
    values
        The parameter set.
    change
        Applied to each recipe first; used by tests to break the study on purpose.
    """
    found = {}
    for name in RECIPES:
        recipe = load_recipe(name)
        found[name] = observe(change(recipe) if change else recipe, values)
    return found


def observe_or_none(values: Values) -> dict[str, dict[str, float]] | None:
    """Return `observe_all`, or None where a parameter set has no solution."""
    try:
        return observe_all(values)
    except NanokilnError:
        return None


@dataclass(frozen=True)
class Run:
    """Everything a judge may look at.

    Parameters
    ----------
    values
        Parameter values of the nominal run.
    nominal
        Observables by recipe and name.
    accepted, prior
        The same for parameter sets that agree with the calibration targets, and for sets drawn before any
        claim was looked at.
    samples
        Samples with their particle scale, by recipe name.
    findings
        What the analyses read from the virtual instruments, by (sample, technique).
    family
        Rate capabilities of the half cell, None where it was not run.
    battery
        Ageing of the half cell and comparison of the powders, None where it was not run.
    bodies
        What was measured on the voxel engine's bodies, by (sample, cooling model), see `bodies`.
    pictures
        What was read from virtual micrographs and element scans, by (sample, look), see `pictures`.
    """

    values: Values
    nominal: Observed
    accepted: Sequence[Observed] = ()
    prior: Sequence[Observed] = ()
    samples: Mapping[str, Sample] = field(default_factory=dict)
    findings: Mapping[tuple[str, str], Sequence[Finding]] = field(default_factory=dict)
    family: Any = None
    battery: Any = None
    bodies: Mapping[tuple[str, str], Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    pictures: Mapping[tuple[str, str], Sequence[Finding]] = field(default_factory=dict)

    def get(self, recipe: str, name: str) -> Array:
        """Return an observable: nominal first, then accepted sets, then prior sets; shape (1 + n + m,)."""
        return np.array([o[recipe][name] for o in (self.nominal, *self.accepted, *self.prior)])

    def series(self, name: str, recipes: Iterable[str] = SERIES) -> Array:
        """Return `get` for several recipes, shape (recipes, 1 + n + m)."""
        return np.array([self.get(r, name) for r in recipes])

    def split(self, x: Array) -> tuple[Any, Array, Array]:
        """Split an array made by `get` into nominal, accepted and prior parts."""
        x = np.broadcast_to(np.asarray(x), (1 + len(self.accepted) + len(self.prior),))
        return x[0], x[1 : 1 + len(self.accepted)], x[1 + len(self.accepted) :]

    def finding(self, sample: str, technique: str, name: str) -> Finding | None:
        """Return what an analysis found on a virtual measurement, or None."""
        for item in self.findings.get((sample, technique), ()):
            if item.name == name:
                return item
        return None
