"""The audit of a study: its findings, typed values and recipes put before the checks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..core.errors import InputError
from ..recipe import Recipe, load_recipe, shipped
from .audit import (
    Fact,
    Facts,
    Result,
    Treated,
    audit,
    of_findings,
    of_recipe,
    of_settings,
    of_values,
    worst_first,
)
from .claims import Judged, judge_own, read_own_claims
from .plan import Plan
from .run import Group, StudyResult


def recipes_of(plan: Plan, folder: Path) -> dict[str, Recipe]:
    """Return the recipe of every sample that has one.

    Raises
    ------
    InputError
        If a recipe cannot be found or is not valid; a path leads nowhere outside `folder`.
    """
    found = {}
    known = {name.lower() for name in shipped()}
    for name, sample in plan.samples.items():
        if not sample.recipe:
            continue
        if sample.recipe.lower() in known:
            found[name] = load_recipe(sample.recipe)
            continue
        path = (folder / sample.recipe).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise InputError(
                f"samples.{name}: recipe '{sample.recipe}' lies outside the folder of the study."
            )
        if path.suffix != ".toml" or not path.is_file():
            raise InputError(
                f"samples.{name}: recipe '{sample.recipe}' is neither a shipped recipe nor a TOML "
                "file of the "
                "folder. 'nanokiln recipes' lists those that are shipped."
            )
        found[name] = load_recipe(path)
    return found


def facts_of(result: StudyResult, folder: Path) -> Facts:
    """Return everything an audit may use: typed values first, then findings, then recipes."""
    facts: list[Fact] = list(of_values(result.plan.values))
    treated = tuple(treated_of(g) for g in result.groups)
    for group in result.groups:
        facts += of_findings(group.sample, group.findings)
    for one in treated:
        facts += of_settings(one)
    for name, recipe in recipes_of(result.plan, folder).items():
        facts += of_recipe(name, recipe)
    files = {p: (g.sample, c) for g in result.groups for p, c in zip(g.files, g.contents, strict=True)}
    return Facts(tuple(facts), files, treated)


def treated_of(group: Group) -> Treated:
    """Return how a group was measured and treated, as the audit looks at it."""
    used: dict[str, Any] = {}
    for finding in group.findings:
        for key, value in finding.choices.items():
            used.setdefault(key, value)
    return Treated(group.sample, group.technique, group.settings, group.choices, group.changed, used)


def audit_of(result: StudyResult, folder: Path) -> list[Result]:
    """Return what the audit says about a study, the worst first."""
    return worst_first(audit(facts_of(result, folder)))


def claims_of(result: StudyResult, folder: Path) -> list[Judged]:
    """Return what a study says about its own claims, in their order; empty where it makes none.

    Raises
    ------
    DataError
        If the claims file cannot be read.
    """
    if not result.plan.claims:
        return []
    return judge_own(read_own_claims(folder / result.plan.claims), facts_of(result, folder))
