"""The result of cycling: a dataset, written as NetCDF or CSV, that can be repeated."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import DataError
from ..core.evidence import Evidence, Finding, weakest
from ..core.files import atomic_path, read_bytes, write_text
from ..core.measurement import SYNTHETIC_MARK
from ..core.provenance import Provenance, plain
from ..core.sidecar import write_sidecar

if TYPE_CHECKING:
    import xarray as xr

    from ..halfcell import Family
    from ..recipe import Recipe

FORMAT = "nanokiln cycle 1"
HDF5 = b"\x89HDF\r\n\x1a\n"  # how a NetCDF file begins
CALIBRATED_FOR = "B-SiOC-2"  # the recipe whose two capacities the half cell is calibrated on


def findings(family: Family, recipe: Recipe) -> list[Finding]:
    """Return the capacities with the evidence they have for this recipe.

    Notes
    -----
    Limits: the two calibrated numbers belong to one powder. For any other recipe they are taken over, which
    makes every capacity an assumption.
    """
    from ..halfcell import findings as of_family
    from ..recipe import load_recipe

    found = of_family(family)
    if recipe == load_recipe(CALIBRATED_FOR):
        return found
    note = f"calibrated on {CALIBRATED_FOR} and taken over for {recipe.name}: assumed, not predicted"
    return [
        replace(f, evidence=weakest([f.evidence, Evidence.ASSUMED]), notes=(note, *f.notes)) for f in found
    ]


def dataset(family: Family, found: Sequence[Finding], provenance: Provenance) -> xr.Dataset:
    """Return capacities with their band, and the voltage curves of the calibrated cell."""
    from ..halfcell import rate_capability

    calibration = family.calibration
    curves = rate_capability(calibration.cell, family.currents, calibration.cycles)
    band = {
        name: ("current", [getattr(f, end) for f in found], {"units": "mAh/g"})
        for name, end in (("predicted_mAh_g", "value"), ("low_mAh_g", "low"), ("high_mAh_g", "high"))
    }
    evidence = ("current", [str(f.evidence) for f in found], {"units": "1"})
    notes = list(dict.fromkeys(note for f in found for note in f.notes))
    attributes = {"format": FORMAT, "provenance": provenance.to_json(), "notes": "; ".join(notes)}
    return curves.assign(band | {"evidence": evidence}).assign_attrs(attributes)


def csv_text(found: Sequence[Finding], currents: Sequence[float]) -> str:
    """Return the capacities as CSV text, marked as synthetic."""
    text = io.StringIO(newline="")
    text.write(f"# {SYNTHETIC_MARK}\n")
    for note in dict.fromkeys(note for f in found for note in f.notes):
        text.write(f"# {note}\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("current (A/g)", "capacity (mAh/g)", "low (mAh/g)", "high (mAh/g)", "evidence"))
    for current, finding in zip(currents, found, strict=True):
        numbers = (current, finding.value, finding.low, finding.high)
        writer.writerow([*(f"{x:.10g}" if math.isfinite(x) else "" for x in numbers), str(finding.evidence)])
    return text.getvalue()


def write(path: Path, family: Family, found: Sequence[Finding], provenance: Provenance) -> None:
    """Write the result: NetCDF holds its own provenance, CSV gets it beside."""
    if path.suffix.lower() == ".csv":
        write_text(path, csv_text(found, family.currents))
        write_sidecar(path, provenance)
        return
    result = dataset(family, found, provenance)
    with atomic_path(path) as temporary:
        result.to_netcdf(temporary, engine="h5netcdf")


def attributes(path: str | Path) -> dict[str, Any]:
    """Return the attributes at the root of a NetCDF file.

    Raises
    ------
    DataError
        If it is damaged.
    """
    import xarray as xr

    try:
        with xr.open_dataset(Path(path), engine="h5netcdf") as root:
            return {str(name): plain(value) for name, value in root.attrs.items()}
    except (OSError, KeyError, ValueError, RuntimeError, TypeError) as error:
        raise DataError(f"'{path}' is damaged or truncated ({error}). Make it again.") from error


def load(path: str | Path) -> xr.Dataset:
    """Read a result written as NetCDF.

    Raises
    ------
    DataError
        If it is not one, or damaged.
    """
    import xarray as xr

    if attributes(path).get("format") != FORMAT:
        raise DataError(f"'{path}' is not a cycling result of nanokiln.")
    try:
        with xr.open_dataset(Path(path), engine="h5netcdf") as result:
            return result.load()
    except (OSError, KeyError, ValueError, RuntimeError, TypeError) as error:
        raise DataError(f"'{path}' is damaged or truncated ({error}). Make it again.") from error


def is_netcdf(path: str | Path) -> bool:
    """Whether a file begins like a NetCDF file."""
    return read_bytes(path)[: len(HDF5)] == HDF5
