"""Finding recipes: shipped ones by name, others by path."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..core.errors import InputError, unknown_name
from .recipe import Recipe
from .text import build_recipe
from .toml import merged, parse_toml, read_toml


@dataclass(frozen=True)
class RecipeSummary:
    """What a list of recipes shows.

    Parameters
    ----------
    name, title
        As in the recipe.
    precursor
        Name of the precursor.
    additive_ratio
        As written in the file (``"0.3 g/g"``).
    path
        The file.
    """

    name: str
    title: str
    precursor: str
    additive_ratio: str
    path: Path


def recipe_folder() -> Path:
    """Return the folder of the shipped recipes (data of the reference study)."""
    return Path(__file__).parents[1] / "paper" / "recipes"


@cache
def _files() -> dict[str, Path]:
    return {str(read_toml(path)["name"]): path for path in sorted(recipe_folder().glob("*.toml"))}


@cache
def _shipped_tables() -> dict[str, tuple[Path, dict[str, Any]]]:
    found = {name: (path, _complete(read_toml(path), name)) for name, path in _files().items()}
    return dict(sorted(found.items(), key=lambda item: item[1][0].name))


def shipped() -> dict[str, RecipeSummary]:
    """Return a summary of every shipped recipe by name, in the order of their files."""
    return {
        name: RecipeSummary(
            name=name,
            title=str(table.get("title", "")),
            precursor=_precursor_name(table.get("precursor")),
            additive_ratio=str(table.get("additive_ratio", "")),
            path=path,
        )
        for name, (path, table) in _shipped_tables().items()
    }


def _precursor_name(precursor: Any) -> str:
    if isinstance(precursor, dict):
        return str(precursor.get("name", precursor.get("base", "")))
    return str(precursor)


def load_recipe(source: str | Path) -> Recipe:
    """Load a recipe.

    Parameters
    ----------
    source
        Path of a TOML file, the name of a shipped recipe (in upper or lower case), or TOML
        text (anything with a line break). A recipe may start from a shipped one with
        ``base = "B-SiOC-2"`` and state only what differs.

    Raises
    ------
    InputError
        If it cannot be found or is not valid: one line with the field, the value given, what is allowed
        and the nearest valid name.
    """
    text = str(source)
    if isinstance(source, str) and "\n" in source:
        return build_recipe(_complete(parse_toml(source, "recipe text"), "recipe text"), "recipe text")
    if not text.strip():
        raise InputError("the recipe name is empty. Give a path or the name of a shipped recipe.")
    path = Path(source)
    if path.suffix.lower() == ".toml" or (path.exists() and path.is_file()):
        table = _complete(read_toml(path), f"'{path}'")
        return build_recipe(table, f"'{path}'", path.parent)
    name = _known(text, "recipe")
    return _load_shipped(name).model_copy(deep=True)  # metadata is a dict: nobody changes the cached one


@cache
def _load_shipped(name: str) -> Recipe:
    path = _files()[name]
    return build_recipe(_complete(read_toml(path), name), f"recipe '{name}'", path.parent)


def _known(name: str, what: str) -> str:
    by_plain = {_plain(known): known for known in _files()}
    if _plain(name) not in by_plain:
        raise unknown_name(what, name, _files())
    return by_plain[_plain(name)]


def _plain(name: str) -> str:
    """Names are the same whatever their case and whether words are joined by blanks or hyphens."""
    return name.strip().lower().replace(" ", "-").replace("_", "-")


def _complete(table: dict[str, Any], where: str, seen: tuple[str, ...] = ()) -> dict[str, Any]:
    """Lay a table over the recipe it starts from."""
    if "base" not in table:
        return table
    base = table["base"]
    if not isinstance(base, str):
        raise InputError(f"{where}: base = {base!r}: expected the name of a shipped recipe in quotes.")
    try:
        name = _known(base, "base recipe")
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
    if name in seen:
        raise InputError(f"{where}: base = '{base}' leads back to itself.")
    below = _complete(read_toml(_files()[name]), where, (*seen, name))
    changes = {key: value for key, value in table.items() if key != "base"}
    precursor, old = changes.get("precursor"), below.get("precursor")
    if isinstance(precursor, dict) and isinstance(old, str) and not {"base", "name"} & precursor.keys():
        # "[precursor] diameter = ..." means: the same precursor with another diameter
        changes["precursor"] = {"base": old, **precursor}
    return merged(below, changes)
