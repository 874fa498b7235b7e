"""Raman spectra in JCAMP-DX; see `_jcamp`."""

from __future__ import annotations

from pathlib import Path

from ..core.measurement import Measurement
from . import _jcamp

NAME = "JCAMP-DX (raman)"
TECHNIQUE = "raman"


def sniff(head: bytes, path: Path) -> float:
    """Return how sure it is that a file is JCAMP-DX with such a spectrum."""
    return _jcamp.sniff(head, TECHNIQUE)


def read(path: str | Path) -> list[Measurement]:
    """Read the spectra of a file; see `_jcamp.read`."""
    return _jcamp.read(path, TECHNIQUE)


def write(path: str | Path, item: Measurement) -> Path:
    """Write one spectrum; see `_jcamp.write`."""
    return _jcamp.write(path, item)
