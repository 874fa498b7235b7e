"""Compute the reference patterns of the diffraction analysis: ``python docs/make_xrd_reference.py``.

Reads ``structures.toml`` and writes ``reference.csv`` beside it, in ``nanokiln/techniques/xrd/reference``.
Needs pymatgen,
which the package itself does not.
"""

from __future__ import annotations

import sys
import tomllib
from typing import Any

from nanokiln.core.files import write_text
from nanokiln.techniques.xrd.reference import FOLDER

WAVELENGTH_A = 1.540593  # copper K-alpha 1, enters through the Lorentz and polarisation factors only
FIRST, LAST = 4.0, 140.0  # degrees, more than any powder scan of a sealed tube
LEAST = 0.5  # per cent of the strongest line; weaker ones are not kept
SITES = 1e-3  # of a cell edge: atoms nearer than this are one atom on a special position


def lines(phase: dict[str, Any]) -> list[tuple[float, float, str]]:
    """Return spacing (angstrom), intensity (% of the strongest) and indices of all lines of one structure."""
    from pymatgen.analysis.diffraction.xrd import XRDCalculator
    from pymatgen.core import Lattice, Structure

    lattice = Lattice.from_parameters(*phase["cell"])
    species, places = [a[0] for a in phase["atoms"]], [a[1:] for a in phase["atoms"]]
    structure = Structure.from_spacegroup(phase["group"], lattice, species, places, tol=SITES)
    pattern = XRDCalculator(wavelength=WAVELENGTH_A).get_pattern(structure, two_theta_range=(FIRST, LAST))
    return [
        (float(d), float(y), " ".join(str(i) for i in _indices(h[0]["hkl"])))
        for d, y, h in zip(pattern.d_hkls, pattern.y, pattern.hkls, strict=True)
        if y >= LEAST
    ]


def _indices(hkl: tuple[int, ...]) -> tuple[int, ...]:
    """Return three Miller indices; hexagonal cells come with four."""
    return hkl if len(hkl) == 3 else (hkl[0], hkl[1], hkl[3])


def table() -> str:
    """Return the text of ``reference.csv``."""
    phases = tomllib.loads((FOLDER / "structures.toml").read_text("utf-8"))
    rows = ["phase,d_A,intensity_percent,hkl"]
    for name, phase in phases.items():
        rows += [f"{name},{d:.5f},{y:.2f},{hkl}" for d, y, hkl in lines(phase)]
    return "\n".join(rows) + "\n"


def main() -> None:
    """Write the table."""
    text = table()
    write_text(FOLDER / "reference.csv", text)
    print(f"{text.count(chr(10)) - 1} lines", file=sys.stderr)


if __name__ == "__main__":
    main()
