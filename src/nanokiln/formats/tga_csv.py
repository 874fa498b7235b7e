"""Thermograms as csv: named columns for time, temperature and mass with their units, read and written.

Units stand in the heads, ``t (min),T (C),m (mg)``, or in a row of their own under them, ``[s],[K],[mg]``.
Separators are comma, semicolon or tab; with the latter two the decimal sign may be a comma.
"""

from __future__ import annotations

import re
from pathlib import Path

from ..core.errors import DataError
from ..core.files import read_text, write_text
from ..core.measurement import SYNTHETIC_MARK, Measurement
from . import _thermogram as shared

NAME = "TGA CSV"
TECHNIQUE = shared.TECHNIQUE
_HEADS = {
    "time": re.compile(r"^(?:t|(?i:time))(?![A-Za-z])"),
    "temperature": re.compile(r"^(?:T|(?i:temp(?:erature)?\.?|sample temp\w*))(?![A-Za-z])"),
    "mass": re.compile(r"^(?:m|(?i:mass|weight|sample mass|TGA?))(?![A-Za-z])"),
}
_UNIT = re.compile(r"[(\[/]\s*([^)\]]*?)\s*[)\]]?\s*$")
_SEARCHED = 60  # lines in which the column heads must stand
_COMMENT = re.compile(r"^#\s*(sample|gas|initial mass \(mg\)|instrument|blank subtracted)\s*:\s*(.*)$")


def sniff(head: bytes, path: Path) -> float:
    """Return how sure it is that a file is a table of time, temperature and mass."""
    lines = shared.decode(head).splitlines()
    found = _heads(lines)
    if found is None:
        return 0.0
    return 0.92 if "" not in _units(lines, *found[:2])[0] else 0.6


def _cells(line: str, separator: str) -> list[str]:
    return [cell.strip().strip('"').strip() for cell in line.split(separator)]


def _heads(lines: list[str]) -> tuple[int, str, list[int]] | None:
    """Return line, separator and the positions of time, temperature and mass."""
    for number, line in enumerate(lines[:_SEARCHED]):
        if line.startswith("#"):
            continue
        for separator in (";", "\t", ","):
            cells = _cells(line, separator)
            at = [next((i for i, c in enumerate(cells) if p.match(c)), -1) for p in _HEADS.values()]
            if min(at) >= 0 and len(set(at)) == len(at):
                return number, separator, at
    return None


def _units(lines: list[str], number: int, separator: str) -> tuple[list[str], int]:
    """Return the units of time, temperature and mass and the line at which the numbers begin."""
    found = _heads(lines[number : number + 1])
    assert found is not None
    at = found[2]
    heads = _cells(lines[number], separator)
    units = [m.group(1) if (m := _UNIT.search(heads[i])) else "" for i in at]
    begin = number + 1
    if begin < len(lines):
        below = _cells(lines[begin], separator)
        if len(below) > max(at) and all(re.fullmatch(r"[\[(].*[\])]", below[i]) for i in at):
            return [below[i][1:-1].strip() for i in at], begin + 1
    return units, begin


def read(path: str | Path) -> list[Measurement]:
    """Read a run.

    Parameters
    ----------
    path
        Text file with a line of column heads.

    Returns
    -------
    list of Measurement
        One thermogram, see `_thermogram`.

    Raises
    ------
    DataError
        If a column or its unit is missing, or a row is damaged.
    """
    text = read_text(path)
    lines = text.splitlines()
    found = _heads(lines)
    if found is None:
        raise DataError(f"'{path}' has no columns named time, temperature and mass. Name them with units.")
    number, separator, columns = found
    units, begin = _units(lines, number, separator)
    for name, unit in zip(_HEADS, units, strict=True):
        if not unit:
            raise DataError(
                f"'{path}': the {name} column has no unit. Write it in the head: '{name} (unit)'."
            )
    table, notes = shared.rows(lines[begin:], lambda line: _cells(line, separator), columns, path)
    weight, unit = shared.mass(table[:, 2], units[2], path)
    said = {m.group(1): m.group(2).strip() for m in map(_COMMENT.match, lines[:number]) if m}
    settings = {
        "sample": said.get("sample", ""),
        "gas": said.get("gas", ""),
        "instrument": said.get("instrument", ""),
        "initial_mass_mg": shared.quantity(said.get("initial mass (mg)", "")),
        "blank_subtracted": said.get("blank subtracted") == "yes" if "blank subtracted" in said else None,
        "notes": notes,
    }
    return [
        shared.measurement(
            shared.seconds(table[:, 0], units[0], path), shared.celsius(table[:, 1], units[1], path), weight,
            unit=unit, path=path, settings=settings, text=text,
        )
    ]  # fmt: skip


def write(path: str | Path, run: Measurement) -> Path:
    """Write a run as csv with the same digits as `tga_netzsch.write`.

    Raises
    ------
    InputError
        If the measurement is no thermogram.
    """
    table = shared.written_rows(run)
    s = run.settings
    head = [f"# {SYNTHETIC_MARK}"] if run.origin == "synthetic" else []
    head.append(f"# sample: {run.label}")
    for key, name in (("gas", "gas"), ("initial_mass_mg", "initial mass (mg)"), ("instrument", "instrument")):
        if s.get(key):
            value = s[key]
            head.append(f"# {name}: {value if isinstance(value, str) else format(value, '.10g')}")
    if s.get("blank_subtracted") is not None:
        head.append(f"# blank subtracted: {'yes' if s['blank_subtracted'] else 'no'}")
    head.append(f"time (min),temperature (degC),mass ({run.data['mass'].attrs['units']})")
    rows = [f"{minutes},{degrees},{weight}" for degrees, minutes, weight in table]
    write_text(path, "\n".join([*head, *rows]) + "\n")
    return Path(path)
