"""What a region can tell: how many lines the counts ask for, which lines can be told apart.

Lines are left out one by one, each time the one whose absence lowers the Bayesian information criterion
most (chi-square + parameters x ln channels; Schwarz 1978); the lines that stay are asked for by the counts.
Which shares are known is read from the draws of the full fit: their intervals and correlations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from . import model as m
from .fit import RegionFit
from .problem import FitChoices, Problem, solve

Array = NDArray[np.float64]

#: Correlation of two shares beyond which one is known only together with the other (r2 of one half).
_TRADED = -0.7


@dataclass(frozen=True)
class Support:
    """Lines the counts ask for, and by how much the criterion rises when a line is left out."""

    kept: tuple[str, ...]
    left_out: tuple[str, ...]
    rise: Mapping[str, float]


def support(fit: RegionFit) -> Support:
    """Return which lines of a fit the counts ask for.

    Parameters
    ----------
    fit
        Fit with all lines.

    Notes
    -----
    Limits: "not asked for" is no proof of absence; it says that these counts are described without the line.
    """
    kept = list(fit.choices.components)
    best = _criterion(fit, fit.choices)
    rise: dict[str, float] = {}
    while len(kept) > 1:
        trials = {c.name: _criterion(fit, _without(fit.choices, kept, c.name)) for c in kept}
        if not rise:
            rise = {name: value - best for name, value in trials.items()}
        name = min(trials, key=lambda n: trials[n])
        if trials[name] > best:
            break
        best = trials[name]
        kept = [c for c in kept if c.name != name]
    names = tuple(c.name for c in kept)
    return Support(names, tuple(n for n in fit.names if n not in names), rise)


def _without(choices: FitChoices, kept: Sequence[object], name: str) -> FitChoices:
    return replace(choices, components=tuple(c for c in choices.components if c in kept and c.name != name))


def _criterion(fit: RegionFit, choices: FitChoices) -> float:
    problem = Problem(fit.energy, fit.counts, choices, fit.shift)
    sigma = fit.noise
    theta = solve(problem, fit.counts, problem.start, sigma)
    rest = (m.evaluate(problem.layout, theta, fit.energy) - fit.counts) / sigma
    return float(rest @ rest) + int(problem.free.sum()) * float(np.log(fit.energy.size))


def correlations(fit: RegionFit) -> dict[str, dict[str, float]]:
    """Return the correlation matrix of the shares over the draws, by names."""
    return {a: {b: round(fit.correlation(a, b), 3) for b in fit.names} for a in fit.names}


def traded(fit: RegionFit) -> list[tuple[str, str, float]]:
    """Return the pairs of lines whose shares trade against each other, with their correlation."""
    pairs = [(a, b) for i, a in enumerate(fit.names) for b in fit.names[i + 1 :]]
    found = [(a, b, fit.correlation(a, b)) for a, b in pairs]
    return [one for one in found if one[2] < _TRADED]
