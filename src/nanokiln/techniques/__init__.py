"""Techniques: one folder per instrument, each with the same faces.

A technique is a package with a module-level object ``technique`` that satisfies `Technique`. It is
imported when it is used, never before. To add one, add a folder and a line in `PACKAGES`.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ..core.errors import unknown_name

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..core.evidence import Finding
    from ..core.measurement import Measurement
    from ..sample import Sample

PACKAGES = {
    "sizing": "nanokiln.techniques.sizing",
    "n2_sorption": "nanokiln.techniques.n2_sorption",
    "xps": "nanokiln.techniques.xps",
    "sem": "nanokiln.techniques.sem",
    "tem": "nanokiln.techniques.tem",
    "eds": "nanokiln.techniques.eds",
    "tga": "nanokiln.techniques.tga",
    "icp": "nanokiln.techniques.icp",
    "xrd": "nanokiln.techniques.xrd",
    "raman": "nanokiln.techniques.raman",
    "ftir": "nanokiln.techniques.ftir",
    "eis": "nanokiln.techniques.eis",
    "cycling": "nanokiln.techniques.cycling",
    "cv": "nanokiln.techniques.cv",
}


class Technique(Protocol):
    """What every technique can do; `simulate` and `read` meet at `Measurement`."""

    name: str
    title: str

    def simulate(
        self, sample: Sample, seed: int, settings: Mapping[str, Any] | None = None
    ) -> list[Measurement]:
        """Look at a sample with the virtual instrument; ``origin`` is ``"synthetic"``."""
        ...

    def write(self, measurements: Sequence[Measurement], folder: Path, stem: str) -> list[Path]:
        """Write the lab's standard file(s) into `folder`, names beginning with `stem`."""
        ...

    def analyse(
        self, measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None
    ) -> list[Finding]:
        """Turn measurements (real or synthetic, same code) into findings."""
        ...

    def plot(self, measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
        """Draw the measurement with its analysis, fit for print."""
        ...


def get(name: str) -> Technique:
    """Return the technique called `name`.

    Raises
    ------
    InputError
        If there is none.
    """
    if name not in PACKAGES:
        raise unknown_name("technique", name, PACKAGES)
    technique: Technique = importlib.import_module(PACKAGES[name]).technique
    return technique
