"""Raman spectra in Galactic SPC; see `_spc`."""

from __future__ import annotations

from pathlib import Path

from ..core.measurement import Measurement
from . import _spc

NAME = "Galactic SPC (raman)"
TECHNIQUE = "raman"


def sniff(head: bytes, path: Path) -> float:
    """Return how sure it is that a file is SPC with such a spectrum."""
    return _spc.sniff(head, TECHNIQUE)


def read(path: str | Path) -> list[Measurement]:
    """Read the spectra of a file; see `_spc.read`."""
    return _spc.read(path, TECHNIQUE)
