"""Provenance beside a result file that has no room for it: ``NAME.provenance.json``.

Instrument files look like those of a real instrument; what they were made from stands beside them, and no
analysis reads it.
"""

from __future__ import annotations

from pathlib import Path

from .errors import DataError
from .files import read_text, write_text
from .provenance import Provenance

SUFFIX = ".provenance.json"
TRUTH_SUFFIX = ".truth.json"  # what the simulator knows and no analysis may read


def sidecar_of(file: Path) -> Path:
    """Return the path of the record that belongs to `file`."""
    return file.with_name(file.name + SUFFIX)


def is_sidecar(path: str | Path) -> bool:
    """Whether `path` is such a record by its name."""
    return str(path).endswith(SUFFIX)


def is_truth(path: str | Path) -> bool:
    """Whether `path` is the truth of a simulated file by its name."""
    return str(path).endswith(TRUTH_SUFFIX)


def write_sidecar(file: Path, provenance: Provenance) -> Path:
    """Write the record of `file`."""
    path = sidecar_of(file)
    write_text(path, provenance.to_json() + "\n")
    return path


def read_sidecar(file: Path) -> Provenance:
    """Read the record of `file`.

    Raises
    ------
    DataError
        If there is none, or it is damaged.
    """
    path = sidecar_of(file)
    if not path.is_file():
        raise DataError(
            f"'{file}' carries no provenance and '{path.name}' is not beside it. Only files written by "
            "nanokiln can be repeated."
        )
    try:
        return Provenance.from_json(read_text(path))
    except DataError as error:
        raise DataError(f"'{path}': {error}") from error
