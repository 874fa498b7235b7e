"""Options that several commands share, and the values written behind them."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import InputError, nearest, unknown_name
from ..core.files import writable_folder
from ..techniques import PACKAGES

if TYPE_CHECKING:
    from ..core.parameters import Parameter, Values

MOST_SPHERES = 100_000  # more do not fit into the memory of an ordinary computer
_LARGEST_SEED = 2**32 - 1


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """Return a converter for whole numbers from `low` to `high`."""

    def convert(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise ArgumentTypeError(
                f"'{text}' is not a whole number. Give one from {low} to {high}"
            ) from None
        if not low <= value <= high:
            raise ArgumentTypeError(f"{value} is not allowed. Give a whole number from {low} to {high}")
        return value

    return convert


def one_of(what: str, allowed: Sequence[str]) -> Callable[[str], str]:
    """Return a converter that accepts the names in `allowed` and suggests the nearest for others."""

    def convert(text: str) -> str:
        if text not in allowed:
            raise ArgumentTypeError(str(unknown_name(what, text, allowed)))
        return text

    return convert


def positive(text: str) -> float:
    """Convert a number above zero."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < float("inf"):
        raise ArgumentTypeError(f"'{text}' is not a number above 0")
    return value


def add_seed(parser: ArgumentParser, default: int | None = 0) -> None:
    """Add ``--seed``."""
    parser.add_argument(
        "--seed",
        type=whole_number(0, _LARGEST_SEED),
        default=default,
        metavar="N",
        help="seed of everything random (default: %(default)s); the same seed gives the same result",
    )


def add_choice(parser: ArgumentParser, example: str) -> None:
    """Add ``--choice``, which is read by `pairs`."""
    parser.add_argument(
        "--choice",
        action="extend",
        nargs="+",
        default=[],
        metavar="KEY=VALUE",
        help=f"choices of the analysis, such as {example}",
    )


def add_json(parser: ArgumentParser) -> None:
    """Add ``--json``."""
    parser.add_argument("--json", action="store_true", help="print JSON to standard output")


def technique_names(text: str) -> list[str]:
    """Convert technique names joined by commas; each is taken once."""
    names = list(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
    if not names:
        raise ArgumentTypeError(f"no technique was named. Allowed: {', '.join(PACKAGES)}")
    for name in names:
        one_of("technique", tuple(PACKAGES))(name)
    return names


def pairs(items: Sequence[str], option: str, left: str) -> dict[str, str]:
    """Split ``NAME=VALUE`` words.

    Raises
    ------
    InputError
        For a word without ``=``, an empty name, or a name given twice.
    """
    found: dict[str, str] = {}
    for item in items:
        name, mark, value = item.partition("=")
        name, value = name.strip(), value.strip()
        if not mark or not name or not value:
            raise InputError(f"{option} {item}: write {left}=VALUE, without blanks around '='.")
        if name in found:
            raise InputError(f"{option}: '{name}' is given twice. Give it once.")
        found[name] = value
    return found


def overrides(items: Sequence[str]) -> Values:
    """Return parameter values from ``ID=VALUE`` words; numbers are in the unit of the record.

    Raises
    ------
    InputError
        For an unknown parameter or a value that is not a finite number.
    """
    from ..core.parameters import Values

    numbers: dict[str, float] = {}
    for name, text in pairs(items, "--set", "ID").items():
        record = _record(name)
        try:
            value = float(text)
        except ValueError:
            raise InputError(
                f"--set {name}={text}: '{text}' is not a number. "
                f"Give it in {record.unit}, such as {record.value:g}."
            ) from None
        if record.id in numbers:
            raise InputError(f"--set: '{record.id}' is given twice (id and symbol). Give it once.")
        numbers[record.id] = value
    return Values(numbers)


def _record(name: str) -> Parameter:
    from ..core.parameters import find

    try:
        return find(name)
    except InputError as error:  # there are too many to name them all in one line
        short = str(error).split(" Allowed:")[0]
        raise InputError(f"--set: {short} 'nanokiln info --parameters' lists all of them.") from None


def outside_range(values: Values) -> list[str]:
    """Return a sentence for each override outside the credible range of its record."""
    from ..core.parameters import find

    records = {name: find(name) for name in values.overrides}
    return [
        f"{name} = {value:g} {records[name].unit} is outside its credible range "
        f"({records[name].low:g} to {records[name].high:g}): a result by choice"
        for name, value in values.overrides.items()
        if not records[name].low <= value <= records[name].high
    ]


def literal(text: str) -> Any:
    """Return a setting as number, truth value, list (``0.05,0.3``) or JSON; anything else stays text."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except ValueError:
        return [literal(part.strip()) for part in text.split(",")] if "," in text else text


def _refuse(text: str) -> Any:
    raise ValueError(f"{text} is not a number")


def settings_for(given: Mapping[str, str], technique: str) -> dict[str, Any]:
    """Return the settings meant for a technique.

    Parameters
    ----------
    given
        Name to text; a name may begin with the technique it is meant for (``xps.counts``).
    technique
        The technique; it gets the names that begin with it, and those that begin with no technique.

    Raises
    ------
    InputError
        For an unknown technique before the dot.
    """
    found = {}
    for name, text in given.items():
        head, dot, tail = name.partition(".")
        if dot and head not in PACKAGES:
            raise InputError(
                f"'{head}' in '{name}' is no technique.{nearest(head, PACKAGES)} "
                f"Allowed: {', '.join(PACKAGES)}."
            )
        if not dot or head == technique:
            found[tail if dot else name] = literal(text)
    return found


def is_folder(path: str) -> bool:
    """Whether an ``--out`` that may be a file or a folder means a folder: it is one, or has no ending."""
    return Path(path).is_dir() or not Path(path).suffix


def output_file(path: str, suffixes: Sequence[str] = ()) -> Path:
    """Check that a file can be written, before any work is done for it.

    Raises
    ------
    InputError
        If it is a folder, its folder cannot be written to, or its ending is none of `suffixes`.
    """
    target = Path(path)
    if suffixes and target.suffix.lower() not in suffixes:
        raise InputError(f"--out {path}: the ending must be one of {', '.join(suffixes)}.")
    if target.is_dir():
        raise InputError(f"--out {path}: is a folder. Give a file name.")
    writable_folder(target.parent)
    return target
