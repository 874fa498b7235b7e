"""Recipes as text: read from TOML, written back as canonical TOML."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..core.errors import InputError
from .precursors import load_precursor
from .programme import Programme
from .recipe import Recipe
from .table import Table, quantities
from .toml import parse_toml


def build_recipe(table: Mapping[str, Any], where: str, folder: Path | None = None) -> Recipe:
    """Build a recipe from a complete table; the precursor may be a name, a path or a table.

    Raises
    ------
    InputError
        If anything in it is not usable.
    """
    content = dict(table)
    if "precursor" in content:
        try:
            content["precursor"] = load_precursor(content["precursor"], folder)
        except InputError as error:
            raise InputError(f"{where}: {error}") from None
    return Recipe.build(content, where)


def parse_recipe(text: str, where: str = "recipe text") -> Recipe:
    """Read a recipe from TOML text that is complete in itself (no ``base``).

    Raises
    ------
    InputError
        If the text is not TOML or the recipe is not valid.
    """
    return build_recipe(parse_toml(text, where), where)


def recipe_text(recipe: Recipe) -> str:
    """Write a recipe as canonical TOML; `parse_recipe` gives the same recipe back.

    The precursor is written in full, so that the text stands on its own.
    """
    return "\n".join(_lines(recipe, "")).strip() + "\n"


def _lines(table: Table, prefix: str) -> Iterator[str]:
    marked = quantities(type(table))
    nested: list[tuple[str, Any]] = []
    for name in type(table).model_fields:
        value = getattr(table, name)
        if value is None:
            continue
        if isinstance(value, (Table, dict)):
            nested.append((name, value))
        elif name in marked:
            yield f"{marked[name].key} = {marked[name].write(value)}"
        else:
            yield f"{name} = {_value(value)}"
    for name, value in nested:
        heading = f"{prefix}{name}"
        if isinstance(value, Programme):
            for step in value.steps:
                yield from ("", f"[[{heading}]]", *_lines(step, f"{heading}."))
        elif isinstance(value, Table):
            yield from ("", f"[{heading}]", *_lines(value, f"{heading}."))
        elif value:
            yield from ("", f"[{heading}]")
            yield from (f"{_key(key)} = {_value(item)}" for key, item in value.items())


def _key(key: str) -> str:
    plain = key.replace("_", "").replace("-", "")
    return key if plain.isascii() and plain.isalnum() else _text(key)


def _text(text: str) -> str:
    # JSON escapes are TOML escapes, but for DEL, which TOML wants escaped
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    """Write a plain value (text, number, truth value, list, table) as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)} = {_value(item)}" for key, item in value.items()) + "}"
    return value.isoformat()  # dates and times, as TOML has them
