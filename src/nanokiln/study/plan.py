"""The plan of a study: which file belongs to which sample and technique, and how everything is treated.

It is the file ``study.toml`` of the folder. What it does not say is guessed from names and contents; a file
it does not mention is guessed too, so that files added later are picked up.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from ..core.errors import InputError, nearest
from ..recipe.toml import read_toml
from ..techniques import PACKAGES
from .naming import group_names

_TOP = ("title", "choices", "samples", "files", "values", "claims", "simulate", "synthetic")
_SAMPLE = ("recipe", "choices")
_FILE = ("path", "sample", "technique", "skip", "facts", "choices")
_VALUE = ("sample", "name", "value", "low", "high", "unit", "source")


@dataclass(frozen=True)
class FilePlan:
    """What is known about one file.

    Parameters
    ----------
    path
        Relative to the folder.
    sample
        Name of the sample.
    technique
        Name of the technique; empty where the content decides.
    skip
        Why it is left out; empty where it is not.
    facts
        What the file does not say about the measurement: scale, mass, area, wavelength.
    choices
        Treatment that differs from that of the study.
    guessed
        Whether the sample was guessed.
    """

    path: str
    sample: str
    technique: str = ""
    skip: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    choices: Mapping[str, Any] = field(default_factory=dict)
    guessed: bool = False


@dataclass(frozen=True)
class SamplePlan:
    """What is known about one sample: its recipe, and treatment that differs from that of the study."""

    name: str
    recipe: str = ""
    choices: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class QuotedValue:
    """A number typed in, from a table, a paper or a notebook.

    Parameters
    ----------
    sample, name
        What it belongs to; names are those of findings where there is one.
    value, low, high
        Number and its 90 % interval, NaN where none is known.
    unit, source
        In words.
    """

    sample: str
    name: str
    value: float
    low: float
    high: float
    unit: str
    source: str


@dataclass(frozen=True)
class Plan:
    """A study as its folder describes it.

    Parameters
    ----------
    title
        Of the report.
    files, samples
        What belongs to what.
    choices
        One treatment for all samples, by technique.
    values
        Numbers typed in.
    claims
        Path of a claims file in the folder, empty for none.
    simulate
        Whether samples with a recipe are simulated, to stand beside the files.
    synthetic
        Whether the files may be simulated ones; refused otherwise.
    """

    title: str
    files: tuple[FilePlan, ...] = ()
    samples: Mapping[str, SamplePlan] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    values: tuple[QuotedValue, ...] = ()
    claims: str = ""
    simulate: bool = False
    synthetic: bool = False

    def file(self, path: str) -> FilePlan | None:
        """Return what the plan says about a path, None if nothing."""
        return next((f for f in self.files if f.path == path), None)

    def treatment(self, sample: str, technique: str) -> dict[str, Any]:
        """Return the choices for a technique: those of the study, then those of the sample."""
        own = self.samples.get(sample)
        return {**self.choices.get(technique, {}), **(own.choices.get(technique, {}) if own else {})}


def read_plan(path: Path) -> Plan:
    """Read a plan.

    Raises
    ------
    InputError
        If it is not TOML, or says something unknown or unusable; the message names the entry.
    """
    return parse_plan(read_toml(path), f"'{path}'")


def parse_plan(table: Mapping[str, Any], where: str) -> Plan:
    """Return the plan in a table as TOML gives it; `where` names it in errors."""
    _known(table, _TOP, where)
    samples = _tables(table.get("samples", {}), f"{where}: samples")
    return Plan(
        title=_word(table.get("title", "Study"), f"{where}: title"),
        files=tuple(_file(entry, f"{where}: files[{n}]") for n, entry in _list(table, "files", where)),
        samples={name: _sample(name, entry, where) for name, entry in samples.items()},
        choices=_choices(table.get("choices", {}), f"{where}: choices"),
        values=tuple(_value(entry, f"{where}: values[{n}]") for n, entry in _list(table, "values", where)),
        claims=_inside(_word(table.get("claims", ""), f"{where}: claims"), f"{where}: claims"),
        simulate=_flag(table.get("simulate", False), f"{where}: simulate"),
        synthetic=_flag(table.get("synthetic", False), f"{where}: synthetic"),
    )


def _known(table: Any, allowed: Iterable[str], where: str) -> None:
    if not isinstance(table, Mapping):
        raise InputError(f"{where} must be a table, not {table!r}.")
    for key in table:
        if key not in allowed:
            raise InputError(
                f"{where}: unknown entry '{key}'.{nearest(str(key), allowed)} Allowed: {', '.join(allowed)}."
            )


def _tables(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InputError(f"{where} must be a table, not {value!r}.")
    return value


def _list(table: Mapping[str, Any], key: str, where: str) -> Iterable[tuple[int, Any]]:
    entries = table.get(key, [])
    if not isinstance(entries, list):
        raise InputError(f"{where}: {key} is a list of tables: write [[{key}]] before each.")
    return enumerate(entries, start=1)


def _word(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise InputError(f"{where} = {value!r}: must be a text in quotes.")
    return value


def _flag(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise InputError(f"{where} = {value!r}: must be true or false.")
    return value


def _inside(path: str, where: str) -> str:
    """Refuse a path that leads out of the folder."""
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or "\\" in path:
        raise InputError(f"{where} = '{path}': must be a path inside the folder, with forward slashes.")
    return path


def _file(entry: Any, where: str) -> FilePlan:
    _known(entry, _FILE, where)
    for key in ("path", "sample"):
        if key not in entry:
            raise InputError(f"{where}: '{key}' is missing.")
    path = _inside(_word(entry["path"], f"{where}: path"), f"{where}: path")
    technique = _word(entry.get("technique", ""), f"{where}: technique")
    if technique and technique not in PACKAGES:
        raise InputError(
            f"{where}: technique '{technique}' is unknown.{nearest(technique, PACKAGES)} "
            f"Allowed: {', '.join(PACKAGES)}."
        )
    return FilePlan(
        path,
        _word(entry["sample"], f"{where}: sample"),
        technique,
        _word(entry.get("skip", ""), f"{where}: skip"),
        dict(_tables(entry.get("facts", {}), f"{where}: facts")),
        dict(_tables(entry.get("choices", {}), f"{where}: choices")),
    )


def _choices(value: Any, where: str) -> dict[str, dict[str, Any]]:
    found = {}
    for name, entry in _tables(value, where).items():
        if name not in PACKAGES:
            raise InputError(
                f"{where}: technique '{name}' is unknown.{nearest(name, PACKAGES)} "
                f"Allowed: {', '.join(PACKAGES)}."
            )
        found[name] = dict(_tables(entry, f"{where}.{name}"))
    return found


def _sample(name: str, entry: Any, where: str) -> SamplePlan:
    at = f"{where}: samples.{name}"
    _known(entry, _SAMPLE, at)
    recipe = _word(entry.get("recipe", ""), f"{at}: recipe")
    return SamplePlan(name, recipe, _choices(entry.get("choices", {}), f"{at}: choices"))


def _value(entry: Any, where: str) -> QuotedValue:
    _known(entry, _VALUE, where)
    for key in ("sample", "name", "value", "unit"):
        if key not in entry:
            raise InputError(f"{where}: '{key}' is missing.")
    numbers = []
    for key in ("value", "low", "high"):
        given = entry.get(key, math.nan)
        if isinstance(given, bool) or not isinstance(given, (int, float)):
            raise InputError(f"{where}: {key} = {given!r}: must be a number; its unit stands under 'unit'.")
        numbers.append(float(given))
    words = [_word(entry.get(key, ""), f"{where}: {key}") for key in ("sample", "name", "unit", "source")]
    if numbers[1] > numbers[2]:
        raise InputError(f"{where}: low = {numbers[1]:g} is above high = {numbers[2]:g}.")
    sample, name, unit, source = words
    value, low, high = numbers
    return QuotedValue(sample, name, value, low, high, unit, source)


def proposed(title: str, paths: Iterable[str], plan: Plan | None = None) -> Plan:
    """Return a plan for all paths: what `plan` says, and a guess for the rest."""
    known = {f.path: f for f in plan.files} if plan else {}
    guessed = group_names(path for path in paths)
    files = tuple(known.get(p) or FilePlan(p, guessed[p], guessed=True) for p in sorted(guessed))
    if plan is None:
        return Plan(title, files)
    gone = tuple(f for f in plan.files if f.path not in guessed)
    return replace(plan, files=(*files, *gone))


def plan_text(plan: Plan, techniques: Mapping[str, str], reasons: Mapping[str, str]) -> str:
    """Return a plan as TOML text for people to edit.

    Parameters
    ----------
    plan
        The plan.
    techniques
        What each path was taken for, as a comment beside it.
    reasons
        Why paths are left out, by path.
    """
    lines = [
        "# What belongs to what in this study. Made from names and contents: correct what is wrong.",
        "# Files that are not listed here are guessed anew each time.",
        f"title = {_quoted(plan.title)}",
        *(["synthetic = true  # the files may be simulated ones"] if plan.synthetic else []),
        *(["simulate = true"] if plan.simulate else []),
        *([f"claims = {_quoted(plan.claims)}"] if plan.claims else []),
        "",
    ]
    if plan.choices:
        for name, choices in plan.choices.items():
            lines += [f"[choices.{name}]", *_entries(choices), ""]
    else:
        lines += [
            "# One treatment for all samples, for example:",
            "# [choices.n2_sorption]", "# range = [0.05, 0.30]", ""
        ]  # fmt: skip
    for name in dict.fromkeys([*plan.samples, *(f.sample for f in plan.files if f.path not in reasons)]):
        lines += _sample_lines(name, plan.samples.get(name))
    for f in plan.files:
        if f.skip or f.path not in reasons:
            lines += _file_lines(f, techniques.get(f.path, ""))
    for v in plan.values:
        numbers = {"value": v.value, "low": v.low, "high": v.high}
        told = {k: x for k, x in numbers.items() if math.isfinite(x)}
        words = {"sample": v.sample, "name": v.name, **told, "unit": v.unit, "source": v.source}
        lines += ["[[values]]", *_entries(words), ""]
    left = {path: reason for path, reason in sorted(reasons.items()) if not _skipped(plan, path)}
    if left:
        lines.append("# Left alone:")
        lines += [f"# {path}: {' '.join(reason.split())}" for path, reason in left.items()]
    return "\n".join(lines).rstrip() + "\n"


def _skipped(plan: Plan, path: str) -> bool:
    said = plan.file(path)
    return said is not None and bool(said.skip)


def _sample_lines(name: str, sample: SamplePlan | None) -> list[str]:
    lines = [f"[samples.{_quoted(name)}]"]
    if sample and sample.recipe:
        lines.append(f"recipe = {_quoted(sample.recipe)}")
    else:
        lines.append('# recipe = "recipe.toml"  # or the name of a shipped one')
    for technique, choices in (sample.choices if sample else {}).items():
        lines += [f"[samples.{_quoted(name)}.choices.{technique}]", *_entries(choices)]
    return [*lines, ""]


def _file_lines(f: FilePlan, found: str) -> list[str]:
    words = {"path": f.path, "sample": f.sample, "technique": f.technique or found, "skip": f.skip}
    lines = ["[[files]]", *_entries({k: v for k, v in words.items() if v})]
    for key, table in (("facts", f.facts), ("choices", f.choices)):
        if table:
            lines.append(f"{key} = {_toml(table)}")
    return [*lines, ""]


def _entries(table: Mapping[str, Any]) -> list[str]:
    return [f"{_key(key)} = {_toml(value)}" for key, value in table.items()]


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").replace("-", "").isalnum() else _quoted(key)


def _toml(value: Any) -> str:
    """Return a value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(str(k))} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    return _quoted(str(value))


def _quoted(text: str) -> str:
    """Return a TOML string; JSON strings without surrogates are such."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
