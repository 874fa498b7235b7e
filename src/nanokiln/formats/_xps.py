"""What readers of photoelectron spectra share: the checks and the `Measurement` they return.

Not a format of its own. Data: dimension ``energy``, coordinate ``binding_energy`` (eV), variables ``counts``
("counts" or "counts/s") and, where the file carries it, ``transmission`` ("1").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import DataError
from ..core.measurement import Measurement, Origin

TECHNIQUE = "xps"
FEWEST_POINTS = 10  # channels below which a table is not taken for a spectrum
LARGEST_EV = 5000.0  # no laboratory source reaches this binding energy
SMALLEST_SPAN_EV = 2.0  # narrower than one line with its background
LINE = re.compile(r"(?<![A-Za-z])([A-Z][a-z]?)[ _]?([1-5][spdf])(?![a-z0-9])")
_ENERGY_DIGITS = 6  # of energies kept: hides the rounding of an axis made by adding steps


def check(energy: NDArray[np.float64], counts: NDArray[np.float64], path: str | Path) -> None:
    """Check that two columns can be a spectrum.

    Raises
    ------
    DataError
        If there are too few rows, a value is not finite, or the energies do not rise or fall steadily over
        some eV.
    """
    if energy.size < FEWEST_POINTS:
        raise DataError(
            f"'{path}' has {energy.size} rows of two numbers; a spectrum needs at least {FEWEST_POINTS}. "
            "Export it as two columns, binding energy and counts."
        )
    finite = np.isfinite(energy) & np.isfinite(counts)
    if not finite.all():
        row = int(np.argmin(finite)) + 1
        raise DataError(f"'{path}': row {row} of the table is not two finite numbers. Export it again.")
    steps = np.diff(energy)
    steady = bool((steps > 0).all() or (steps < 0).all())
    if not steady or np.abs(energy).max() >= LARGEST_EV or np.ptp(energy) <= SMALLEST_SPAN_EV:
        raise DataError(
            f"'{path}': the first column does not rise or fall steadily over some eV, "
            "so it is no energy axis. Put binding energy first, counts second."
        )


def region(
    columns: Mapping[str, NDArray[np.float64]], *, rate: bool, path: str | Path,
    settings: Mapping[str, Any], label: str, origin: Origin = "measured",
) -> Measurement:  # fmt: skip
    """Wrap up one region or survey.

    Parameters
    ----------
    columns
        ``energy`` (binding energy, eV), ``counts`` and perhaps ``transmission``, one value per channel.
    rate
        Whether the counts are counts per second.
    path, settings, label, origin
        As in `Measurement`.

    Raises
    ------
    DataError
        If `check` does not pass.
    """
    import xarray as xr

    check(columns["energy"], columns["counts"], path)
    variables = {"counts": ("energy", columns["counts"], {"units": "counts/s" if rate else "counts"})}
    if "transmission" in columns and (columns["transmission"] > 0).all():
        variables["transmission"] = ("energy", columns["transmission"], {"units": "1"})
    energy = np.round(columns["energy"], _ENERGY_DIGITS)
    data = xr.Dataset(variables, coords={"binding_energy": ("energy", energy, {"units": "eV"})})
    return Measurement(TECHNIQUE, data, origin, label, dict(settings), str(path))


def line_of(text: str) -> tuple[str, str]:
    """Return element and level named in `text` (``"C1s Scan"`` gives ``("C", "1s")``), empty where none."""
    found = LINE.search(text)
    return (found.group(1), found.group(2)) if found else ("", "")


def label_of(text: str) -> str:
    """Return the label of a region called `text`: its line, ``"survey"``, or the text itself."""
    element, level = line_of(text)
    if re.match(r"(?i)\s*(xps )?(survey|wide|su\d?s?\b)", text):
        return "survey"
    return f"{element} {level}" if element else text.strip()
