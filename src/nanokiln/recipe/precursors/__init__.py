"""Shipped precursors: one TOML file each, found by name."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from ...core.errors import InputError, unknown_name
from ..precursor import Precursor
from ..toml import merged, read_toml

FOLDER = Path(__file__).parent


@cache
def _tables() -> dict[str, dict[str, Any]]:
    tables = [read_toml(path) for path in sorted(FOLDER.glob("*.toml"))]
    return {str(table["name"]): table for table in tables}


def shipped_precursors() -> dict[str, Precursor]:
    """Return the shipped precursors by name."""
    return {name: Precursor.build(table, f"precursor '{name}'") for name, table in _tables().items()}


def precursor_table(name: str) -> dict[str, Any]:
    """Return the table of a shipped precursor; upper and lower case are the same.

    Raises
    ------
    InputError
        If there is none of this name; the message names the nearest.
    """
    by_lower = {known.lower(): known for known in _tables()}
    if name.lower() not in by_lower:
        raise unknown_name("precursor", name, _tables())
    return _tables()[by_lower[name.lower()]]


def load_precursor(source: Any, folder: Path | None = None) -> Precursor:
    """Return a precursor from a shipped name, the path of a TOML file, or a table.

    Parameters
    ----------
    source
        Name, path, or table; a table may start from a shipped one with ``base = "sioc-bteb"``.
    folder
        Folder that relative paths start from (that of the recipe).

    Raises
    ------
    InputError
        If it cannot be found or is not valid.
    """
    if isinstance(source, Precursor):
        return source
    if isinstance(source, dict):
        return _from_table(source, "precursor")
    if not isinstance(source, (str, Path)) or not str(source).strip():
        raise InputError(f"precursor = {source!r}: expected a name, a path in quotes or a table [precursor].")
    if str(source).lower().endswith(".toml"):
        path = (folder or Path()) / source
        return _from_table(read_toml(path), f"'{path}'")
    return Precursor.build(precursor_table(str(source)), "precursor")


def _from_table(table: dict[str, Any], where: str) -> Precursor:
    changes = {key: value for key, value in table.items() if key != "base"}
    if "base" not in table:
        return Precursor.build(changes, where)
    base = table["base"]
    if not isinstance(base, str):
        raise InputError(f"{where}: base = {base!r}: expected the name of a shipped precursor in quotes.")
    return Precursor.build(merged(precursor_table(base), changes), where)
