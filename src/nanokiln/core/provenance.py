"""Provenance: what is needed to repeat a result, kept inside every result file."""

from __future__ import annotations

import json
import math
import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

from .errors import DataError

_LIBRARIES = ("numpy", "scipy", "numba", "xarray", "pydantic", "pycalphad", "lmfit", "pygaps", "pybamm")


def versions() -> dict[str, str]:
    """Return the versions of Python, nanokiln and the numerical libraries."""
    found = {"python": platform.python_version()}
    for name in ("nanokiln", *_LIBRARIES):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def plain(value: Any) -> Any:
    """Turn a value into plain JSON types; numbers that are not finite become None."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):  # numpy numbers and arrays
        return plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return str(value)


@dataclass(frozen=True)
class Provenance:
    """How a result file was made.

    Parameters
    ----------
    action
        Command that made it (``"fire"``, ``"measure"``).
    inputs
        Everything the action needs to be repeated: recipe text, quality, technique, settings.
    overrides
        Parameter overrides by id.
    seed
        Seed of the random generator.
    created, libraries, system
        Time (UTC), versions, machine type: for the record only, not needed to repeat.
    """

    action: str
    inputs: Mapping[str, Any]
    seed: int
    overrides: Mapping[str, float] = field(default_factory=dict)
    created: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    libraries: Mapping[str, str] = field(default_factory=versions)
    system: str = field(default_factory=lambda: f"{platform.system()} {platform.machine()} {sys.byteorder}")

    def to_json(self) -> str:
        """Return the record as JSON text."""
        return json.dumps(
            {
                "action": self.action,
                "inputs": dict(self.inputs),
                "seed": self.seed,
                "overrides": dict(self.overrides),
                "created": self.created,
                "libraries": dict(self.libraries),
                "system": self.system,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Provenance:
        """Read the record back.

        Raises
        ------
        DataError
            If the text is not such a record.
        """
        try:
            return cls(**json.loads(text))
        except (TypeError, ValueError) as error:
            raise DataError(f"the provenance record cannot be read: {error}.") from error
