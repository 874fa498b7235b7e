"""Audit: whether the numbers of a study agree with each other, with the recipe and with physics.

Every check prints its arithmetic, the numbers it used with their evidence, and one of four answers:
consistent, doubtful, impossible, cannot tell. To add one, write a function with `check` in a module here.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...core.errors import NanokilnError
from . import areas, balance, boron, cells, files, reporting, spectra
from .check import CHECKS, Answer, Result
from .facts import Fact, Facts, Treated, of_findings, of_recipe, of_settings, of_values

__all__ = [
    "CHECKS", "Answer", "Fact", "Facts", "Result", "Treated", "areas", "audit", "balance", "boron", "cells",
    "files", "of_findings", "of_recipe", "of_settings", "of_values", "reporting", "spectra", "worst_first",
]  # fmt: skip
_ORDER = (Answer.IMPOSSIBLE, Answer.DOUBTFUL, Answer.CANNOT_TELL, Answer.CONSISTENT)


def audit(facts: Facts) -> list[Result]:
    """Ask every check about every sample.

    Returns
    -------
    list of Result
        In the order of checks and samples. A check that has nothing to look at says nothing.
    """
    results: list[Result] = []
    for name, (_, function) in CHECKS.items():
        for sample in facts.samples:
            try:
                results.extend(function(facts, sample))
            except NanokilnError as error:  # a unit that does not fit, typed in
                meaning = f"A number cannot be used: {error}"
                results.append(Result(name, sample, Answer.CANNOT_TELL, (), meaning))
    return results


def worst_first(results: Iterable[Result]) -> list[Result]:
    """Return results by answer: impossible, doubtful, cannot tell, consistent."""
    return sorted(results, key=lambda r: _ORDER.index(r.answer))
