"""Validation errors in one line: the field, the value given, what is allowed, the nearest valid name."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, ValidationError

from ..core.errors import nearest
from .quantity import keys, quantities

_EXPECTED = {
    "string_type": "expected a text in quotes",
    "int_type": "expected a whole number",
    "int_from_float": "expected a whole number",
    "float_type": "expected a number",
    "bool_type": "expected true or false",
    "tuple_type": "expected a list in square brackets",
    "list_type": "expected a list in square brackets",
    "dict_type": "expected a table",
    "model_type": "expected a table",
    "model_attributes_type": "expected a table",
    "string_too_short": "must not be empty",
}
_LONGEST_VALUE = 80  # characters of the given value that are shown


def explain(error: ValidationError, model: type[BaseModel], where: str = "") -> str:
    """Turn a validation error into one line.

    Parameters
    ----------
    error
        What pydantic raised.
    model
        The model that was built; its field names become the keys of the file.
    where
        Name of the file or recipe, put in front.
    """
    problems = error.errors(include_url=False)
    # a misspelt key also leaves the right one missing: the unknown name is the message that helps
    problems.sort(key=lambda p: p["type"] == "missing")
    line = _one(problems[0], model)
    if len(problems) > 1:
        line += f" ({len(problems) - 1} more after this one.)"
    return f"{where}: {line}" if where else line


def _one(problem: Any, model: type[BaseModel]) -> str:
    place = _place(problem["loc"])
    cause = problem.get("ctx", {}).get("error")
    if isinstance(cause, ValueError):
        text = str(cause)
        return f"{place}: {text}" if place else text
    kind = problem["type"]
    if kind == "missing":
        marked = quantities(model)
        missing = marked[place].key if place in marked else place
        fields = f" Fields: {', '.join(keys(model))}." if len(problem["loc"]) == 1 else ""
        return f"the field '{missing}' is missing.{fields}"
    given = repr(problem["input"])
    given = given if len(given) <= _LONGEST_VALUE else given[:_LONGEST_VALUE] + "..."
    start = f"{place} = {given}" if place else given
    if kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", problem["ctx"]["expected"])
        return f"{start}: allowed {', '.join(allowed)}.{nearest(str(problem['input']), allowed)}"
    if kind in ("greater_than_equal", "less_than_equal"):
        limit = problem["ctx"].get("ge", problem["ctx"].get("le"))
        return f"{start}: must be {'at least' if kind[0] == 'g' else 'at most'} {limit}."
    return f"{start}: {_EXPECTED.get(kind, problem['msg'].rstrip('.'))}."


def _place(loc: tuple[int | str, ...]) -> str:
    """Write a location as a person would: ``programme step 2``, ``gas.flow``."""
    words: list[str] = []
    for part in loc:
        if isinstance(part, int):
            words = [*words[:-1], f"{'.'.join(words[-1:]) or 'item'} {part + 1}".replace("steps", "step")]
        else:
            words.append(part)
    return ".".join(words).replace("programme.step", "programme step")
