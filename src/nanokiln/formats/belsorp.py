"""BELSORP raw data (.DAT) of MicrotracBEL analysers: reader and writer.

Text with tabs, keys in quotes: conditions, then one table per branch with the columns No., Pe/kPa, P0/kPa,
Vd/ml and V/ml(STP) g-1; a table ends with a row of zeros. Written is the same layout, every number with all
its digits; a synthetic measurement says so in ``Comment4``, and the file in its first line.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import DataError, InputError
from ..core.files import read_text, write_text
from ..core.measurement import SYNTHETIC_MARK, Measurement
from . import _isotherm

NAME = "BELSORP DAT"
TECHNIQUE = _isotherm.TECHNIQUE
_BRANCHES = ("Adsorption data", "Desorption data")
_COLUMNS = ("No.", "Pe/kPa", "P0/kPa", "Vd/ml", "V/ml(STP) g-1")
_END = "\t".join("0" for _ in _COLUMNS)
_RULE = "===================="
# key in the file -> (name in the settings, is a number)
_CONDITIONS = {
    "Instrument S/N:": ("instrument", False),
    "Adsorptive:": ("adsorbate", False),
    "Meas. Temp./K:": ("temperature_K", True),
    "Sample weight/g:": ("mass_g", True),
    "Comment1:": ("material", False),
    "Comment2:": ("operator", False),
    "Date of measurement:": ("date", False),
}


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is a BELSORP .DAT file (0 to 1)."""
    text = head.replace(b"\x00", b"").decode("latin-1")
    if "Pe/kPa" in text and "V/ml(STP) g-1" in text:
        return 1.0
    return 0.7 if '"Adsorptive:"' in text and '"Meas. Temp./K:"' in text else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read the isotherm of a BELSORP .DAT file.

    Parameters
    ----------
    path
        The file; decimal points or commas.

    Returns
    -------
    list of Measurement
        One isotherm; see `_isotherm` for the variables.

    Raises
    ------
    DataError
        If there is no data table, it breaks off, or its numbers cannot be used.
    """
    text = read_text(path)
    lines = text.splitlines()
    settings = _settings(lines)
    tables = [_table(lines, title, path) for title in _BRANCHES]
    if not any(len(t) for t in tables):
        raise DataError(f"'{path}' has no table '{_BRANCHES[0]}' with points. Export the raw data again.")
    rows = np.concatenate([np.reshape(t, (-1, len(_COLUMNS))) for t in tables])
    branch = np.repeat([0, 1], [len(t) for t in tables])
    points = _isotherm.Points(rows[:, 1], rows[:, 4], branch, "kPa", "ml(STP)/g", saturation=rows[:, 2])
    origin = "synthetic" if SYNTHETIC_MARK in text else "measured"
    label = str(settings.get("material", ""))
    return [_isotherm.measurement(points, path=path, settings=settings, label=label, origin=origin)]  # type: ignore[arg-type]


def _settings(lines: list[str]) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for line in lines:
        key, tab, rest = line.partition("\t")
        name, numeric = _CONDITIONS.get(key.strip().strip('"'), ("", False))
        text = rest.strip().strip('"').strip()
        value = _isotherm.number(text) if numeric else text
        if tab and name and value not in (None, ""):
            settings[name] = value
    settings["adsorbate"] = _isotherm.adsorbate_name(str(settings.get("adsorbate", "")))
    if settings.get("mass_g") == 0:
        del settings["mass_g"]  # an empty field is written as zero
    return settings


def _table(lines: list[str], title: str, path: str | Path) -> list[list[float]]:
    """Return the rows of the table under `title`, up to its row of zeros."""
    start = next((i for i, line in enumerate(lines) if line.strip() == title), None)
    if start is None:
        return []
    rows: list[list[float]] = []
    for number, line in enumerate(lines[start + 1 :], start=start + 2):
        words = line.strip().split("\t")
        if not words[0][:1].isdigit():
            if rows:
                break
            continue
        row = [_number(word) for word in words]
        if len(row) != len(_COLUMNS) or not all(np.isfinite(row)):
            raise DataError(f"'{path}' line {number}: {len(_COLUMNS)} numbers expected. Export it again.")
        if row[0] == 0:
            return rows
        rows.append(row)
    raise DataError(f"'{path}': the table '{title}' breaks off. The file is truncated; export it again.")


def _number(word: str) -> float:
    try:
        return float(word.replace(",", "."))
    except ValueError:
        return float("nan")


def write(measurement: Measurement, path: str | Path) -> None:
    """Write one isotherm in the layout of BELSORP raw data.

    Parameters
    ----------
    measurement
        Isotherm with ``loading``, ``branch``, ``absolute`` and ``saturation`` (kPa).
    path
        File to write; an existing one is replaced.

    Raises
    ------
    InputError
        If it is no isotherm or has no absolute pressures.
    """
    data = measurement.data
    if measurement.technique != TECHNIQUE or "absolute" not in data or "saturation" not in data:
        raise InputError("BELSORP .DAT holds isotherms with absolute pressure and p0. Write AIF or csv.")
    write_text(path, "\r\n".join(_text(measurement)) + "\r\n")


def _text(measurement: Measurement) -> list[str]:
    s, data = measurement.settings, measurement.data
    mark = SYNTHETIC_MARK if measurement.origin == "synthetic" else ""
    out = [
        _RULE,
        f" System property {mark}".rstrip(),
        _RULE,
        _pair("Instrument S/N", s.get("instrument") or "not stated"),
    ]
    out += [_RULE, " Measurement condition", _RULE, _pair("Adsorptive", s.get("adsorbate") or "N2")]
    out += [f'"Meas. Temp./K:"\t{float(s.get("temperature_K") or 0)!r}']
    out += [_RULE, " Sample information", _RULE, f'"Sample weight/g:"\t{float(s.get("mass_g") or 0)!r}']
    out += [_pair("Comment1", s.get("material") or measurement.label), _pair("Comment2", s.get("operator"))]
    out += [_pair("Comment4", mark), _RULE, " Time and dead volume", _RULE]
    out += [_pair("Date of measurement", s.get("date"))]
    for index, title in enumerate(_BRANCHES):
        part = data.isel(point=np.flatnonzero(data["branch"].values == index))
        out += [_RULE, f" {title}", _RULE, "\t".join(f'"{c}"' for c in _COLUMNS)]
        columns = [part[name].values for name in ("absolute", "saturation", "loading")]
        for number, (p, p0, n) in enumerate(zip(*columns, strict=True), start=1):
            volume = float(n) * _isotherm.CM3_STP_PER_MMOL
            out.append(f"{number}\t{float(p)!r}\t{float(p0)!r}\t0\t{volume!r}")
        out.append(_END)
    return out


def _pair(key: str, value: object) -> str:
    plain = re.sub(r"[\s\"]+", " ", str(value or "")).strip()
    return f'"{key}:"\t"{plain}"'
