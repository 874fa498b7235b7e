"""AIF, the adsorption information file: a CIF-like text with one isotherm per block.

Format: Evans, Bon, Senkovska, Kaskel, Langmuir 37 (2021) 4222, doi 10.1021/acs.langmuir.1c00122.
Read: blocks with ``_adsorp_`` and ``_desorp_`` loops, pressure in any usual unit with a ``p0`` column
(or ``_exptl_p0``), or relative; loading per gram in mmol or as gas volume at STP.
Written: kPa with a ``p0`` column where the measurement has them, else relative pressure; mmol/g; every
number with all its digits, so that what is read back is what was written. A synthetic measurement says
so in the first line and in the item ``_nanokiln_origin``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.errors import DataError, InputError
from ..core.files import read_text, write_text
from ..core.measurement import SYNTHETIC_MARK, Measurement
from . import _isotherm

if TYPE_CHECKING:
    import xarray as xr

NAME = "AIF"
TECHNIQUE = _isotherm.TECHNIQUE
_VERSION = "d546195"  # of the AIF dictionary the item names are taken from
_LOOPS = ("_adsorp_", "_desorp_")
# Items written and read: name in the settings -> names in files, the first is written
_ITEMS = {
    "operator": ("_exptl_operator",),
    "date": ("_exptl_date",),
    "instrument": ("_exptl_instrument",),
    "adsorbate": ("_exptl_adsorptive",),
    "sample_id": ("_adsnt_sample_id", "_sample_id"),
    "material": ("_adsnt_material_id", "_sample_material_id"),
}
_NUMBERS = {
    "temperature_K": ("_exptl_temperature",),
    "mass_g": ("_adsnt_sample_mass", "_exptl_sample_mass"),
    "degas_temperature_K": ("_adsnt_degas_temperature", "_exptl_activation_temperature"),
}
_GRAMS = {"g": 1.0, "mg": 1e-3, "kg": 1e3}


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is AIF (0 to 1)."""
    text = head.decode("latin-1").lower()
    if "\x00" in text or "data_" not in text:
        return 0.0
    if "_adsorp_pressure" in text or "_desorp_pressure" in text:
        return 1.0
    return 0.7 if "_exptl_adsorptive" in text or "_units_loading" in text else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read all isotherms of an AIF file.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    list of Measurement
        One per block; see `_isotherm` for the variables.

    Raises
    ------
    DataError
        If the file is not CIF text, has no isotherm, or an isotherm that cannot be used.
    """
    from gemmi import cif

    text = read_text(path)
    try:
        document = cif.read_string(text)
    except (ValueError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise DataError(f"'{path}' is not valid AIF ({reason}). It may be truncated.") from error
    found = [_block(block, path, synthetic=SYNTHETIC_MARK in text) for block in document if _has_data(block)]
    if not found:
        raise DataError(f"'{path}' has no loop _adsorp_pressure, _adsorp_amount. Export the isotherm table.")
    return found


def write(measurement: Measurement, path: str | Path) -> None:
    """Write one isotherm as AIF.

    Parameters
    ----------
    measurement
        Isotherm with ``pressure``, ``loading`` and ``branch``.
    path
        File to write; an existing one is replaced.

    Raises
    ------
    InputError
        If the measurement is not an isotherm or the file cannot be written.
    """
    if measurement.technique != TECHNIQUE:
        raise InputError(f"AIF holds isotherms, not '{measurement.technique}'. Give {TECHNIQUE}.")
    write_text(path, _text(measurement))


def _has_data(block: Any) -> bool:
    return any(block.find_loop(f"{loop}pressure") for loop in _LOOPS)


def _value(block: Any, names: tuple[str, ...]) -> str:
    from gemmi import cif

    for name in names:
        raw = block.find_value(name)
        if raw is not None and not cif.is_null(raw):
            return str(cif.as_string(raw)).strip()
    return ""


def _settings(block: Any) -> dict[str, Any]:
    settings: dict[str, Any] = {key: text for key, names in _ITEMS.items() if (text := _value(block, names))}
    settings["adsorbate"] = _isotherm.adsorbate_name(settings.get("adsorbate", ""))
    for key, names in _NUMBERS.items():
        value = _isotherm.number(_value(block, names))
        if value is not None:
            settings[key] = value
    if "C" in _value(block, ("_units_temperature",)).upper():
        for key in ("temperature_K", "degas_temperature_K"):
            if key in settings:
                settings[key] += 273.15
    if "mass_g" in settings:
        settings["mass_g"] *= _GRAMS.get(_value(block, ("_units_mass",)).lower(), 1.0)
    return settings


def _block(block: Any, path: str | Path, *, synthetic: bool) -> Measurement:
    settings = _settings(block)
    columns = {loop: _columns(block, loop, path) for loop in _LOOPS}
    branch = np.concatenate([np.full(columns[loop]["pressure"].size, i) for i, loop in enumerate(_LOOPS)])
    pressure, loading = (
        np.concatenate([columns[loop][name] for loop in _LOOPS]) for name in ("pressure", "amount")
    )
    saturation = None
    if all("p0" in c or c["pressure"].size == 0 for c in columns.values()):
        saturation = np.concatenate([c.get("p0", np.empty(0)) for c in columns.values()])
    elif (single := _isotherm.number(_value(block, ("_exptl_p0",)))) is not None:
        saturation = np.full(pressure.size, single)
    unit = _value(block, ("_units_pressure",))
    if not unit:
        raise DataError(f"'{path}' does not state the unit of pressure. Add _units_pressure.")
    points = _isotherm.Points(pressure, loading, branch, unit, _value(block, ("_units_loading",)), saturation)
    return _isotherm.measurement(
        points,
        path=path,
        settings=settings,
        label=settings.get("material", "") or settings.get("sample_id", "") or block.name,
        origin="synthetic" if synthetic else "measured",
    )


def _columns(block: Any, loop: str, path: str | Path) -> dict[str, np.ndarray]:
    """Return the numbers of one loop by column; empty arrays where the loop is absent."""
    found = {}
    for name in ("pressure", "amount", "p0"):
        column = block.find_values(f"{loop}{name}")
        if name == "p0" and not column:
            continue
        found[name] = np.array([_float(text, f"{loop}{name}", path) for text in column], dtype=float)
    return found


def _float(text: str, column: str, path: str | Path) -> float:
    try:
        return float(text.strip("'\""))
    except ValueError:
        raise DataError(f"'{path}': '{text}' in column {column} is not a number.") from None


def _item(name: str, value: Any) -> str:
    """Return the line(s) of one item; a text with both kinds of quotes becomes a text field."""
    from gemmi import cif

    quoted = str(cif.quote(" ".join(str(value).split())))
    return f"{name}{chr(10) if quoted.startswith(';') else ' '}{quoted}"


def _text(measurement: Measurement) -> str:
    settings = measurement.settings
    synthetic = measurement.origin == "synthetic"
    lines = [f"# {SYNTHETIC_MARK}"] if synthetic else []
    block = "".join(c if c.isalnum() or c in "-_." else "_" for c in measurement.label) or "isotherm"
    lines += [f"data_{block}", f"_audit_aif_version {_VERSION}", "_audit_creation_method nanokiln"]
    lines.append(_item("_nanokiln_origin", SYNTHETIC_MARK if synthetic else "measured"))
    values = {**settings, "material": settings.get("material") or measurement.label or "unknown"}
    for key, names in (_ITEMS | _NUMBERS).items():
        if values.get(key) not in (None, ""):
            lines.append(_item(names[0], values[key]))
    data = measurement.data
    absolute = "absolute" in data and "saturation" in data
    lines += ["_units_temperature K", "_units_mass g", f"_units_pressure {'kPa' if absolute else 'relative'}"]
    lines.append("_units_loading mmol/g")
    for index, loop in enumerate(_LOOPS):
        lines += _loop(
            data.isel(point=np.flatnonzero(data["branch"].values == index)), loop, absolute=absolute
        )
    return "\n".join(lines) + "\n"


def _loop(data: xr.Dataset, loop: str, *, absolute: bool) -> list[str]:
    if data.sizes["point"] == 0:
        return []
    columns = {"pressure": data["absolute" if absolute else "pressure"].values}
    if absolute:
        columns["p0"] = data["saturation"].values
    columns["amount"] = data["loading"].values
    rows = (" ".join(map(repr, map(float, row))) for row in zip(*columns.values(), strict=True))
    return [
        "",
        "loop_",
        *(f"{loop}{name}" for name in columns),
        *rows,
    ]
