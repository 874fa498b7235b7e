"""NETZSCH Proteus text export (``#FORMAT:NETZSCH5``), read and written.

Header lines are ``#KEY:value``; the line of column heads begins with ``##``, for instance
``##Temp./°C;Time/min;Mass/%``. Separator and decimal sign are stated in the header. Further columns (gas
flows, segment) are passed over. The binary files of the instrument (.ngb) are not read.
"""

from __future__ import annotations

import re
from pathlib import Path

from ..core.errors import DataError
from ..core.files import atomic_path, read_text
from ..core.measurement import SYNTHETIC_MARK, Measurement
from . import _thermogram as shared

NAME = "NETZSCH text"
TECHNIQUE = shared.TECHNIQUE
_SEPARATORS = {"SEMICOLON": ";", "TAB": "\t", "COMMA": ",", "SPACE": None}
_ENCODING = "cp1252"  # what Proteus calls ANSI; the degree sign needs it
_HEADS = {"temperature": r"temp", "time": r"time", "mass": r"(?:mass|tg)(?![a-z])"}
_KEYS = {"#SAMPLE:": "sample", "#INSTRUMENT:": "instrument", "#REMARK:": "remark", "#RANGE:": "programme"}


def sniff(head: bytes, path: Path) -> float:
    """Return how sure it is that a file is a NETZSCH export with a mass column."""
    text = shared.decode(head)
    named = "#FORMAT:NETZSCH" in text or ("#MTYPE:" in text and "#SEPARATOR:" in text)
    if not named:
        return 0.0
    return 0.98 if re.search(r"^##.*(?:mass|tg)\b", text, re.MULTILINE | re.IGNORECASE) else 0.3


def read(path: str | Path) -> list[Measurement]:
    """Read a run.

    Parameters
    ----------
    path
        Text file exported by Proteus; ANSI, UTF-8 or UTF-16.

    Returns
    -------
    list of Measurement
        One thermogram, see `_thermogram`.

    Raises
    ------
    DataError
        If the table or a needed column is missing or damaged.
    """
    text = read_text(path)
    lines = text.splitlines()
    heads = next((i for i, line in enumerate(lines) if line.startswith("##")), None)
    if heads is None:
        raise DataError(f"'{path}' has no line of column heads (##Temp...). Export it again with a header.")
    header = lines[:heads]
    separator = _SEPARATORS.get(_value(header, "#SEPARATOR:").upper(), ";")
    titles = [t.strip() for t in lines[heads][2:].split(separator)]
    found = {name: _column(titles, pattern) for name, pattern in _HEADS.items()}
    missing = [name for name, at in found.items() if at is None]
    if missing:
        raise DataError(
            f"'{path}' has no column for {' and '.join(missing)} among {', '.join(titles)}. "
            "Export temperature, time and mass."
        )
    columns = [c for c in found.values() if c is not None]
    table, notes = shared.rows(lines[heads + 1 :], lambda line: line.split(separator), columns, path)
    units = [titles[c].partition("/")[2].strip(" /()[]") for c in columns]
    weight, unit = shared.mass(table[:, 2], units[2], path)
    settings = {key: _value(header, name) for name, key in _KEYS.items()}
    kept: dict[str, object] = {k: v for k, v in settings.items() if v}
    kept["initial_mass_mg"] = shared.quantity(_value(header, "#SAMPLE MASS /mg:"))
    correction = _value(header, "#CORR. FILE:")
    kept |= {"notes": notes, "blank_subtracted": bool(correction), "gas": _gas(header)}
    return [
        shared.measurement(
            shared.seconds(table[:, 1], units[1] or "min", path), shared.celsius(table[:, 0], units[0], path),
            weight, unit=unit, path=path, settings=kept, text=text,
        )
    ]  # fmt: skip


def _value(header: list[str], key: str) -> str:
    return next((line[len(key) :].strip() for line in header if line.startswith(key)), "")


def _gas(header: list[str]) -> str:
    match = re.search(r"atmosphere:\s*([^;,]+)", _value(header, "#REMARK:"))
    return match.group(1).strip() if match else ""


def _column(titles: list[str], pattern: str) -> int | None:
    return next((i for i, t in enumerate(titles) if re.match(pattern, t, re.IGNORECASE)), None)


def write(path: str | Path, run: Measurement) -> Path:
    """Write a run as Proteus exports it, in ANSI with semicolons.

    Raises
    ------
    InputError
        If the measurement is no thermogram.
    """
    table = shared.written_rows(run)
    s = run.settings
    remark = "; ".join(
        part
        for part in (
            SYNTHETIC_MARK if run.origin == "synthetic" else "",
            f"atmosphere: {s['gas']}" if s.get("gas") else "",
        )
        if part
    )
    unit = run.data["mass"].attrs["units"]
    head = [
        "#EXPORTTYPE:DATA ALL", f"#FILE:{Path(path).stem}", "#FORMAT:NETZSCH5", "#FTYPE:ANSI",
        f"#IDENTITY:{run.label}", "#DECIMAL:POINT", "#SEPARATOR:SEMICOLON", "#MTYPE:TG",
        f"#INSTRUMENT:{s.get('instrument', '')}",
        f"#CORR. FILE:{'blank' if s.get('blank_subtracted') else ''}",
        f"#REMARK:{remark}", f"#SAMPLE:{run.label}", f"#SAMPLE MASS /mg:{_given(s.get('initial_mass_mg'))}",
        f"#RANGE:{s.get('programme', '')}", "", f"##Temp./°C;Time/min;Mass/{unit}",
    ]  # fmt: skip
    with atomic_path(path) as temporary:
        text = "\r\n".join([*head, *(";".join(row) for row in table)]) + "\r\n"
        temporary.write_bytes(text.encode(_ENCODING, errors="replace"))
    return Path(path)


def _given(mass: float | None) -> str:
    return "" if mass is None else f"{mass:.10g}"
