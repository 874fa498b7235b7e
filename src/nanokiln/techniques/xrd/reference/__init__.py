"""The reference set: lines of a few crystals, computed once from published structures.

``structures.toml`` holds cells and positions with their sources; ``reference.csv`` the lines (spacing,
intensity,
indices) that ``docs/make_xrd_reference.py`` computes from them.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Phase:
    """Lines of one crystal.

    Parameters
    ----------
    name, formula, title, source
        What it is, and where its structure comes from.
    spacing
        Lattice spacings, angstrom, falling.
    intensity
        Integrated intensity with Lorentz and polarisation factors, % of the strongest line; no thermal
        motion.
    indices
        Miller indices, one set for each line.
    """

    name: str
    formula: str
    title: str
    source: str
    spacing: NDArray[np.float64]
    intensity: NDArray[np.float64]
    indices: tuple[str, ...]

    def two_theta(self, wavelength: float) -> NDArray[np.float64]:
        """Return the angles (degrees) at a wavelength in angstrom; NaN where a line cannot be reached."""
        ratio = wavelength / (2 * self.spacing)
        return 2 * np.degrees(np.arcsin(np.where(ratio < 1, ratio, np.nan)))


@cache
def phases() -> Mapping[str, Phase]:
    """Return the reference set by name."""
    about = tomllib.loads((FOLDER / "structures.toml").read_text("utf-8"))
    with (FOLDER / "reference.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {}
    for name, phase in about.items():
        own = [row for row in rows if row["phase"] == name]
        found[name] = Phase(
            name, phase["formula"], phase["title"], phase["source"],
            np.array([float(r["d_A"]) for r in own]), np.array([float(r["intensity_percent"]) for r in own]),
            tuple(r["hkl"] for r in own),
        )  # fmt: skip
    return found
