"""Reading TOML text, with mistakes told in one line."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from ..core.errors import InputError

_LARGEST = 1_000_000  # bytes; a recipe has about a thousand


def parse_toml(text: str, where: str) -> dict[str, Any]:
    """Parse TOML text.

    Raises
    ------
    InputError
        If it is empty or not TOML.
    """
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{where}: not valid TOML: {error}. Texts and quantities stand in quotes.") from None
    if not table:
        raise InputError(f"{where}: is empty. Start from a shipped recipe.")
    return table


def read_toml(path: str | Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises
    ------
    InputError
        If it does not exist, is a folder, is too large, is not text, is empty or is not TOML.
    """
    file = Path(path)
    if not file.exists():
        raise InputError(f"'{file}' does not exist. Check the path.")
    if not file.is_file():
        raise InputError(f"'{file}' is not a file. Give the path of a TOML file.")
    try:
        if file.stat().st_size > _LARGEST:
            raise InputError(f"'{file}' has {file.stat().st_size} bytes; it is not a recipe.")
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"'{file}' is not UTF-8 text. Save it as UTF-8 TOML.") from None
    except OSError as error:
        raise InputError(f"cannot read '{file}': {error.strerror}.") from error
    return parse_toml(text, f"'{file}'")


def merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Lay `changes` over `base`: tables merge key by key, everything else is replaced."""
    result = dict(base)
    for key, value in changes.items():
        old = result.get(key)
        both = isinstance(old, dict) and isinstance(value, dict)
        result[key] = merged(old, value) if both else value  # type: ignore[arg-type]
    return result
