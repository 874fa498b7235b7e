"""Treat the folder of a study: find out what each file is, analyse it, and keep the results.

Every result is kept under a key made from the content of its files, the choices and the program, so a study
that was interrupted, or got new files, computes only what is missing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..core.errors import InputError, NanokilnError
from ..core.evidence import Finding
from ..core.files import remove_unfinished, writable_folder, write_text
from .crew import Progress, each
from .curves import Curve, curve_of
from .export.studied import remember_folder
from .keeping import finding_of, keep, kept
from .plan import FilePlan, Plan, plan_text, proposed, read_plan
from .references import is_reference, served
from .survey import OWN, PLAN_FILE, Entry, archive, content_key, survey
from .work import key_of

#: Techniques of which all files of one sample are one analysis: regions, before and after, ramps, standards.
TOGETHER = frozenset({"xps", "sizing", "tga", "icp", "cv"})
_FOLDERS = ("cache", "figures", "data", "simulated")  # of the results
_LOOKED, _ANALYSED = 0.15, 0.85  # shares of the work done when files are known, and when they are analysed


@dataclass(frozen=True)
class Group:
    """Files of one sample and technique that are analysed as one.

    Parameters
    ----------
    sample, technique
        Names.
    files
        Paths relative to the folder.
    choices
        Everything the analysis is told.
    contents
        Hashes of the contents of the files, in their order.
    changed
        Choices of this group that differ from the treatment of the study.
    origin
        ``"measured"`` or ``"synthetic"``.
    findings
        What was found.
    formats
        Names of the file formats.
    sure
        How sure the guess of the format is, 0 to 1.
    settings
        What each file says of instrument and sample: plain numbers and words, by path.
    failure
        Why nothing was found; empty where something was.
    figures, tables
        Names of the files with pictures and with the data behind them, in the folder of the results.
    curves
        What is laid over other samples.
    """

    sample: str
    technique: str
    files: tuple[str, ...]
    contents: tuple[str, ...] = ()
    choices: Mapping[str, Any] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    origin: str = "measured"
    findings: tuple[Finding, ...] = ()
    formats: str = ""
    sure: float = 0.0
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    failure: str = ""
    figures: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    curves: tuple[Curve, ...] = ()


@dataclass(frozen=True)
class StudyResult:
    """What came out of a folder.

    Parameters
    ----------
    plan
        What belongs to what, guesses included.
    groups
        Analyses, in order of sample and technique.
    left_alone
        Path and reason of every file that was not analysed.
    out
        Folder of the results.
    """

    plan: Plan
    groups: tuple[Group, ...]
    left_alone: Mapping[str, str]
    out: Path

    @property
    def samples(self) -> tuple[str, ...]:
        """Names of the samples, in order."""
        return tuple(dict.fromkeys(g.sample for g in self.groups))

    @property
    def strangers(self) -> int:
        """Number of files left alone, without those of the study itself."""
        return sum(not why.startswith(OWN) for why in self.left_alone.values())


def results_folder(folder: Path) -> Path:
    """Return where results go unless told: beside the folder, never in it."""
    real = folder.resolve()
    return real.parent / f"{real.name}-study"


def load_plan(folder: Path) -> Plan | None:
    """Return the plan of a folder, None where it has none."""
    path = folder / PLAN_FILE
    return read_plan(path) if path.exists() else None


def treat(
    folder: str | Path, out: str | Path | None = None, *, jobs: int = 2, progress: Progress | None = None
) -> StudyResult:
    """Analyse every file of a folder.

    Parameters
    ----------
    folder
        The folder; nothing in it is changed.
    out
        Folder of the results; beside `folder` unless given.
    jobs
        Processes.
    progress
        Called with what is being done and the finished share of the whole.

    Returns
    -------
    StudyResult
        Groups with findings, and the reason for every file left alone.

    Raises
    ------
    InputError
        If the folder or its plan cannot be used, or the results would lie among the files.
    """
    begun = time.time()
    root = Path(folder)
    target = Path(out) if out is not None else results_folder(root)
    if jobs < 1:
        raise InputError(f"jobs = {jobs}: at least one process is needed.")
    if target.resolve() == root.resolve():
        raise InputError(f"'{target}' is the folder of the files. Give another folder with --out.")
    entries = survey(root, [target])
    given = load_plan(root)
    tell = progress or (lambda text, share: None)
    cache = writable_folder(target / "cache")
    remember_folder(target, root)
    readable, left = _readable(entries, given)
    known = _identify(root, cache, readable, jobs, lambda s: tell("looking at the files", _LOOKED * s))
    left |= {path: found["reason"] for path, found in known.items() if found["reason"]}
    usable = [e.path for e in readable if e.path not in left]
    plan = proposed(root.resolve().name, usable, given)
    groups = _groups(plan, known, usable)
    sizes = {e.path: e.size for e in entries}
    done = _analyse(
        root, target, groups, sizes, jobs, lambda s: tell("analysing", _LOOKED + (_ANALYSED - _LOOKED) * s)
    )
    if not plan.synthetic:
        done = [_measured_only(g) for g in done]
    left |= {path: g.failure for g in done if g.failure for path in g.files}
    missing = {f.path: "named in the plan, not in the folder" for f in plan.files if not f.guessed}
    left |= {path: why for path, why in missing.items() if path not in {e.path for e in entries}}
    techniques = {path: found["technique"] for path, found in known.items()}
    write_text(target / PLAN_FILE, plan_text(plan, techniques, left))
    for place in (target, *(target / name for name in _FOLDERS)):
        remove_unfinished(place, begun)
    return StudyResult(plan, tuple(g for g in done if not g.failure), dict(sorted(left.items())), target)


def propose(folder: str | Path, target: Path, *, jobs: int = 2, progress: Progress | None = None) -> Plan:
    """Guess the plan of a folder from names and contents, and write it.

    Parameters
    ----------
    folder
        The folder.
    target
        File the plan is written to.
    jobs, progress
        As for `treat`.
    """
    import tempfile

    root = Path(folder)
    entries = survey(root)
    tell = progress or (lambda text, share: None)
    readable, left = _readable(entries, None)
    with tempfile.TemporaryDirectory(prefix="nanokiln-") as name:
        known = _identify(root, Path(name), readable, jobs, lambda s: tell("looking at the files", s))
    left |= {path: found["reason"] for path, found in known.items() if found["reason"]}
    plan = proposed(root.resolve().name, [e.path for e in readable if e.path not in left])
    write_text(target, plan_text(plan, {p: f["technique"] for p, f in known.items()}, left))
    return plan


def _readable(entries: Sequence[Entry], plan: Plan | None) -> tuple[list[Entry], dict[str, str]]:
    """Return the entries that may be read, and why the others may not."""
    left = {e.path: e.reason for e in entries if e.reason}
    own = {s.recipe: f"the recipe of {s.name}" for s in plan.samples.values()} if plan else {}
    if plan and plan.claims:
        own[plan.claims] = "the claims of this study"
    for entry in entries:
        if entry.path in own:
            left[entry.path] = own[entry.path]
        said = plan.file(entry.path) if plan else None
        if said and said.skip:
            left[entry.path] = f"left out by the plan: {said.skip}"
    return [e for e in entries if e.path not in left], left


def _identify(
    root: Path, cache: Path, entries: Sequence[Entry], jobs: int, tell: Any
) -> dict[str, dict[str, Any]]:
    """Say of every file what it is: technique, format, how sure, content key, or why it is none."""
    tasks = [(root, cache, e.path) for e in entries]
    found = each(_look_at, tasks, jobs, tell)
    out = {}
    for entry, answer in zip(entries, found, strict=True):
        out[entry.path] = answer if isinstance(answer, dict) else {"reason": str(answer), "technique": ""}
    return out


def _look_at(root: Path, cache: Path, path: str) -> dict[str, Any]:
    """Guess the format of one file; kept by content and name."""
    from .. import formats

    content = content_key(root / path)
    place = cache / f"look-{key_of(content, Path(path).name)}.json"
    if (answer := kept(place)) is not None:
        return {**answer, "content": content}
    try:
        guess = formats.guess(root / path)
    except NanokilnError:
        packed = archive(root / path)
        reason = "an archive; archives are not unpacked" if packed else "in no format nanokiln reads"
        answer = {"reason": reason, "technique": "", "format": "", "sure": 0.0}
    else:
        technique = str(guess.module.TECHNIQUE)
        answer = {"reason": "", "technique": technique, "format": guess.module.NAME, "sure": guess.sure}
        answer["reference"] = is_reference(technique, root / path)
    keep(place, answer)
    return {**answer, "content": content}


def _groups(plan: Plan, known: Mapping[str, Mapping[str, Any]], paths: Sequence[str]) -> list[Group]:
    """Return the analyses to make, in order of sample and technique."""
    bundles: dict[tuple[str, str, str], list[FilePlan]] = {}
    references = []
    for path in paths:
        said = plan.file(path)
        if said is None:  # cannot be: the plan was completed
            continue
        technique = said.technique or known[path]["technique"]
        if known[path].get("reference") and technique == known[path]["technique"]:
            references.append((technique, said))
            continue
        alone = "" if technique in TOGETHER else path
        bundles.setdefault((said.sample, technique, alone), []).append(said)
    out = []
    for (sample, technique, _), files in sorted(served(bundles, references).items()):
        treatment = plan.treatment(sample, technique)
        own = {k: v for f in files for k, v in f.choices.items()}
        facts = {k: v for f in files for k, v in f.facts.items()}
        study = plan.choices.get(technique, {})
        choices = {**treatment, **own}
        changed = tuple(f"{k} = {v}" for k, v in sorted(choices.items()) if study.get(k) != v)
        contents = tuple(known[f.path]["content"] for f in files)
        names = tuple(f.path for f in files)
        out.append(Group(sample, technique, names, contents, {**choices, **facts}, changed))
    return out


def _analyse(
    root: Path,
    out: Path,
    groups: Sequence[Group],
    sizes: Mapping[str, int],
    jobs: int,
    tell: Any,
) -> list[Group]:
    from .analysing import analyse_group

    tasks = [
        (root, out, g, key_of(list(zip(g.files, g.contents, strict=True)), g.technique, g.choices))
        for g in groups
    ]
    # large files first, so that no process is left with the longest work at the end
    order = sorted(range(len(groups)), key=lambda n: -sum(sizes[f] for f in groups[n].files))
    answers = each(analyse_group, [tasks[n] for n in order], jobs, tell)
    answered = dict(zip(order, answers, strict=True))
    return [filled(group, answered[n]) for n, group in enumerate(groups)]


def _measured_only(group: Group) -> Group:
    """Refuse a simulated file where measured ones are meant."""
    if group.origin != "synthetic":
        return group
    why = "SYNTHETIC: simulated, not measured. Say 'synthetic = true' in study.toml if that is meant"
    return replace(group, failure=why)


def filled(group: Group, answer: Any) -> Group:
    """Return a group with what `analysing.analyse_group` gave for it."""
    if not isinstance(answer, dict):
        return replace(group, failure=str(answer))
    record = json.loads(json.dumps(answer))
    return replace(
        group,
        origin=record["origin"],
        findings=tuple(finding_of(f) for f in record["findings"]),
        formats=record["formats"],
        sure=record["sure"],
        settings=record["settings"],
        failure=record["failure"],
        figures=tuple(record["figures"]),
        tables=tuple(record["tables"]),
        curves=tuple(curve_of(c) for c in record["curves"]),
    )
