"""What all isotherm readers share: units, sign and shape checks, and the `Measurement` they return.

Not a format of its own. The dataset has dimension ``point`` and

================  ========  =====================================================================
variable          units     meaning
================  ========  =====================================================================
``pressure``      ``1``     relative pressure p/p0
``loading``       mmol/g    amount adsorbed per gram of sample
``branch``        ``1``     0 on adsorption, 1 on desorption
``absolute``      kPa       pressure as the gauge read it (only where the file gives it)
``saturation``    kPa       saturation pressure p0 of the same point (only where the file gives it)
================  ========  =====================================================================
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.errors import DataError
from ..core.measurement import Measurement, Origin

if TYPE_CHECKING:
    import xarray as xr

TECHNIQUE = "n2_sorption"

# cm3 of ideal gas at 273.15 K and 101.325 kPa in one mmol: R T / p, a unit conversion
CM3_STP_PER_MMOL = 8.31446261815324 * 273.15 / 101.325

# amount per gram; the volumes are gas volumes at STP. Keys are spelled as `_plain` leaves them.
_LOADING = {
    "mmol/g": 1.0,
    "mol/kg": 1.0,
    "mol/g": 1e3,
    "umol/g": 1e-3,
    "cm3/g": 1 / CM3_STP_PER_MMOL,
    "cc/g": 1 / CM3_STP_PER_MMOL,
    "ml/g": 1 / CM3_STP_PER_MMOL,
    "l/kg": 1 / CM3_STP_PER_MMOL,
    "dm3/kg": 1 / CM3_STP_PER_MMOL,
}
_VOLUMES = ("cm3/g", "cc/g", "ml/g", "l/kg", "dm3/kg")
# kPa per unit
_PRESSURE = {
    "pa": 1e-3,
    "hpa": 0.1,
    "mbar": 0.1,
    "kpa": 1.0,
    "mpa": 1e3,
    "bar": 100.0,
    "atm": 101.325,
    "torr": 101.325 / 760,
    "mmhg": 101.325 / 760,
    "psi": 6.894757293168361,
}
_RELATIVE = ("relative", "p/p0", "p/po", "p/p°", "-", "1", "none", "")
_NITROGEN = ("n2", "nitrogen", "stickstoff", "azote", "dinitrogen")

ZERO_ERROR = 1e-3  # p/p0 by which a gauge at vacuum may read below zero; such points are dropped
HIGHEST = 1.05  # p/p0 above which a column cannot be relative pressure
NEGATIVE_UPTAKE = 0.05  # share of the largest uptake by which others may be negative (free-space error)
FEWEST_POINTS = 3


def _plain(text: str) -> str:
    """Spell a unit plainly: lower case, no spaces, brackets or superscripts."""
    text = text.strip().lower().replace("³", "3").replace("µ", "u").replace("μ", "u")
    text = re.sub(r"[\s\[\](){}^·*_'\"]", "", text)
    return re.sub(r"(k?g)-1", r"/\1", text).replace("//", "/")


def loading_factor(unit: str, path: str | Path) -> tuple[float, str]:
    """Return the factor from `unit` to mmol/g and a note where the unit had to be interpreted.

    Raises
    ------
    DataError
        If the unit is none of those known.
    """
    plain = _plain(unit)
    standard = "stp" in plain or "ntp" in plain
    plain = plain.replace("stp", "").replace("ntp", "")
    if plain not in _LOADING:
        raise DataError(
            f"'{path}': unknown unit of loading '{unit}'. Allowed: {', '.join(_LOADING)} (volumes at STP)."
        )
    note = ""
    if plain in _VOLUMES and not standard:
        note = f"loading unit '{unit}' taken as gas volume at STP (273.15 K, 101.325 kPa)"
    return _LOADING[plain], note


def pressure_factor(unit: str, path: str | Path) -> float | None:
    """Return the factor from `unit` to kPa, or None where the unit says relative pressure.

    Raises
    ------
    DataError
        If the unit is none of those known.
    """
    plain = _plain(unit)
    if plain in _RELATIVE:
        return None
    if plain not in _PRESSURE:
        raise DataError(
            f"'{path}': unit of pressure '{unit}' is not known. Allowed: relative, {', '.join(_PRESSURE)}."
        )
    return _PRESSURE[plain]


def adsorbate_name(text: str) -> str:
    """Return ``"N2"`` for any spelling of nitrogen, other names as given."""
    return "N2" if text.strip().lower() in _NITROGEN else text.strip()


def number(text: str) -> float | None:
    """Return the first number in `text` (decimal point or comma), or None."""
    match = re.search(r"[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?", text)
    return float(match.group().replace(",", ".")) if match else None


def branches(pressure: Sequence[float] | np.ndarray) -> np.ndarray:
    """Split points without stated branch at the highest pressure, which still counts as adsorption."""
    values = np.asarray(pressure, dtype=float)
    split = int(np.argmax(values))
    return (np.arange(values.size) > split).astype(int)


@dataclass
class Points:
    """Columns of a file before they are checked; pressures in the file's own unit.

    Parameters
    ----------
    pressure, loading, branch
        One value per point; `branch` 0 adsorption, 1 desorption.
    pressure_unit, loading_unit
        As the file spells them.
    saturation
        Saturation pressure per point, in `pressure_unit`; None where the file has none.
    relative
        Relative pressure, where the file gives it beside the absolute one.
    """

    pressure: np.ndarray
    loading: np.ndarray
    branch: np.ndarray
    pressure_unit: str
    loading_unit: str
    saturation: np.ndarray | None = None
    relative: np.ndarray | None = None
    notes: list[str] = field(default_factory=list)


def measurement(
    points: Points,
    *,
    path: str | Path,
    settings: Mapping[str, Any],
    label: str = "",
    origin: Origin = "measured",
) -> Measurement:
    """Check the columns of a file, bring them to common units and wrap them up.

    Raises
    ------
    DataError
        If a column is empty, not finite, negative, of another length, without usable unit, or if
        the saturation pressure needed for p/p0 is missing.
    """
    _check_shape(points, path)
    factor, note = loading_factor(points.loading_unit, path)
    relative, columns = _relative(points, path)
    notes = [*points.notes, *([note] if note else [])]
    keep = relative > 0
    _check_signs(relative, points.loading, path)
    if not keep.all():
        notes.append(f"{int((~keep).sum())} point(s) at or below zero pressure dropped (gauge zero)")
    if keep.sum() < FEWEST_POINTS:
        raise DataError(f"'{path}' holds {int(keep.sum())} usable points; an isotherm needs {FEWEST_POINTS}.")
    columns |= {"pressure": relative, "loading": points.loading * factor}
    data = dataset({name: values[keep] for name, values in columns.items()}, points.branch[keep])
    return Measurement(
        technique=TECHNIQUE,
        data=data,
        origin=origin,
        label=label,
        settings={**settings, "notes": notes},
        file=str(path),
    )


def dataset(columns: Mapping[str, np.ndarray], branch: np.ndarray) -> xr.Dataset:
    """Return the dataset of an isotherm: `columns` by name (see the module) and the branch."""
    import xarray as xr

    units = {"pressure": "1", "loading": "mmol/g", "absolute": "kPa", "saturation": "kPa"}
    variables = {
        name: ("point", np.asarray(columns[name], float), {"units": units[name]}) for name in columns
    }
    variables["branch"] = ("point", np.asarray(branch).astype(np.int8), {"units": "1"})
    return xr.Dataset(variables)


def _check_shape(points: Points, path: str | Path) -> None:
    columns = {"pressure": points.pressure, "loading": points.loading}
    if points.saturation is not None:
        columns["saturation pressure"] = points.saturation
    for name, values in columns.items():
        if values.size == 0:
            raise DataError(f"'{path}': the column {name} is empty. Export the isotherm table again.")
        if values.size != points.branch.size:
            raise DataError(f"'{path}': the column {name} has {values.size} of {points.branch.size} values.")
        if not np.isfinite(values).all():
            bad = int(np.flatnonzero(~np.isfinite(values))[0]) + 1
            raise DataError(f"'{path}': point {bad} of the column {name} is not a finite number.")


def _relative(points: Points, path: str | Path) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return p/p0 and, where the file is absolute, pressure and saturation pressure in kPa."""
    factor = pressure_factor(points.pressure_unit, path)
    if factor is None:
        scale = 1.0
        return points.pressure * scale, {}
    if points.saturation is None:
        if points.relative is None:
            raise DataError(
                f"'{path}' gives pressure in {points.pressure_unit} and no saturation pressure. "
                "Add a p0 column or export relative pressure."
            )
        return points.relative, {"absolute": points.pressure * factor}
    if (points.saturation <= 0).any():
        raise DataError(f"'{path}': the saturation pressure p0 must be above zero.")
    columns = {"absolute": points.pressure * factor, "saturation": points.saturation * factor}
    relative = points.relative if points.relative is not None else points.pressure / points.saturation
    return relative, columns


def _check_signs(relative: np.ndarray, loading: np.ndarray, path: str | Path) -> None:
    if relative.min() < -ZERO_ERROR:
        raise DataError(f"'{path}': negative pressure (p/p0 = {relative.min():.4g}). Check that column.")
    if relative.max() > HIGHEST:
        raise DataError(
            f"'{path}': p/p0 reaches {relative.max():.4g}. Check the unit of the pressure column."
        )
    if loading.max() <= 0 or loading.min() < -NEGATIVE_UPTAKE * loading.max():
        raise DataError(f"'{path}': loading is negative ({loading.min():.4g}). Check the loading column.")
