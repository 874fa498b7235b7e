"""Simulated beside measured: what the model gives for the recipes of a study, treated as the files are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.errors import InputError
from ..core.evidence import Finding
from ..core.files import writable_folder
from ..recipe import Recipe, recipe_text
from .analysing import analyse_group
from .crew import Progress, each
from .run import Group, StudyResult, filled
from .survey import content_key
from .work import key_of

_HALF = 1.645  # standard deviations of a 90 % interval's half width
SEED = 0  # of the simulated samples and instruments
FAR = 2.0  # combined standard uncertainties from which measured and simulated differ


@dataclass(frozen=True)
class Difference:
    """One quantity of one sample, measured and simulated.

    Parameters
    ----------
    sample, technique, name
        What it is.
    measured, simulated
        The two findings.
    sigmas
        Measured less simulated over the combined standard uncertainty; NaN where an interval is missing.
    """

    sample: str
    technique: str
    name: str
    measured: Finding
    simulated: Finding
    sigmas: float


def simulate_beside(
    result: StudyResult, recipes: Mapping[str, Recipe], *, jobs: int = 2, progress: Progress | None = None
) -> tuple[list[Group], dict[str, str]]:
    """Fire the recipes and look at them with the instruments of the study.

    Parameters
    ----------
    result
        What came out of the files.
    recipes
        By sample.
    jobs
        Processes.
    progress
        Called with what is being done and the finished share.

    Returns
    -------
    list of Group
        Marked as synthetic, with names of files below ``simulated/``.
    dict
        Why a technique of a sample could not be simulated.
    """
    tell = progress or (lambda text, share: None)
    wanted = {
        name: tuple(dict.fromkeys(g.technique for g in result.groups if g.sample == name)) for name in recipes
    }
    tasks = [
        (result.out, name, recipe_text(recipes[name]), wanted[name], result.plan.choices)
        for name in sorted(wanted)
        if wanted[name]
    ]
    answers = each(_one_sample, tasks, jobs, lambda s: tell("simulating", s))
    groups: list[Group] = []
    missing: dict[str, str] = {}
    for task, answer in zip(tasks, answers, strict=True):
        if isinstance(answer, str):
            missing[task[1]] = answer
            continue
        groups += [filled(group, record) for group, record in answer["groups"]]
        missing |= answer["missing"]
    return groups, missing


def _one_sample(
    out: Path, name: str, recipe: str, techniques: Sequence[str], choices: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Fire one recipe, write the files of its instruments and analyse them with the study's treatment."""
    from .. import measuring
    from ..recipe import load_recipe
    from ..sample import make_sample

    sample = make_sample(load_recipe(recipe), seed=SEED)
    place = writable_folder(out / "simulated")
    stem = f"{key_of(name)[:8]}-{''.join(c if c.isalnum() or c in '-_' else '_' for c in name)}"
    groups, missing = [], {}
    for technique in techniques:
        try:
            files = measuring.write_all([measuring.take(sample, technique, SEED, {})], place, stem)
        except InputError as error:
            missing[f"{name}, {technique}"] = str(error)
            continue
        paths = tuple(f"simulated/{f.name}" for f in files)
        contents = tuple(content_key(f) for f in files)
        group = Group(name, technique, paths, contents, dict(choices.get(technique, {})), origin="synthetic")
        key = key_of("simulated", paths, contents, technique, group.choices)
        groups.append((group, analyse_group(out, out, group, key)))
    return {"groups": groups, "missing": missing}


def differences(measured: Sequence[Group], simulated: Sequence[Group]) -> list[Difference]:
    """Return every quantity that both have, the largest difference first.

    Limits
    ------
    The uncertainty of the simulation is that of its instruments, not that of its model, unless the finding
    carries it.
    """
    found = []
    for group in measured:
        twins = [g for g in simulated if (g.sample, g.technique) == (group.sample, group.technique)]
        for finding in group.findings:
            for twin in (f for g in twins for f in g.findings):
                if twin.name != finding.name or not (twin.resolved and finding.resolved):
                    continue
                if len(group.findings) > 1 and _label(twin) != _label(finding) and _several(group, finding):
                    continue
                found.append(
                    Difference(
                        group.sample,
                        group.technique,
                        _named(finding),
                        finding,
                        twin,
                        _sigmas(finding, twin),
                    )
                )
                break
    return sorted(found, key=lambda d: -abs(d.sigmas) if math.isfinite(d.sigmas) else math.inf)


def _several(group: Group, finding: Finding) -> bool:
    return sum(f.name == finding.name for f in group.findings) > 1


def _label(finding: Finding) -> str:
    return str(finding.choices.get("label", "") or "")


def _named(finding: Finding) -> str:
    label = _label(finding)
    return f"{finding.name} ({label})" if label else finding.name


def _sigmas(measured: Finding, simulated: Finding) -> float:
    sd = math.hypot(measured.high - measured.low, simulated.high - simulated.low) / 2 / _HALF
    return (measured.value - simulated.value) / sd if sd > 0 else math.nan
