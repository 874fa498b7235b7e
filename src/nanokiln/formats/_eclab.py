"""EC-Lab files of BioLogic, text (``.mpt``) and binary (``.mpr``): a table of named columns.

Text: ``EC-Lab ASCII FILE``, the number of header lines, items, and a tab-separated table. Binary: 52 bytes,
then modules, each with a name, a length and a version; the module ``VMP data`` holds the number of points,
the numbers of the columns and the records. The meaning of a column number is nowhere published by the maker;
those here are common knowledge of open readers. An unknown number is refused, because the width of a record
would be a guess.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import DataError
from ..core.files import read_bytes
from ..core.measurement import SYNTHETIC_MARK
from ._delimited import decode, number

TEXT_MAGIC, BINARY_MAGIC = b"EC-Lab ASCII FILE", b"BIO-LOGIC MODULAR FILE\x1a"
_FIRST_MODULE = 52  # bytes before the first module
_OFFSETS = {0x195, 0x196, 0x3EF}  # where the records begin in the known versions of the data module
_FLAGS = {1: ("mode", 0x03), 2: ("ox/red", 0x04), 3: ("error", 0x08), 21: ("control changes", 0x10),
          31: ("Ns changes", 0x20), 65: ("counter inc.", 0x80)}  # fmt: skip
_COLUMNS = {
    4: ("time/s", "<f8"), 5: ("control/V/mA", "<f4"), 6: ("Ewe/V", "<f4"), 7: ("dq/mA.h", "<f8"),
    8: ("I/mA", "<f4"), 9: ("Ece/V", "<f4"), 11: ("<I>/mA", "<f8"), 13: ("(Q-Qo)/mA.h", "<f8"),
    16: ("Analog IN 1/V", "<f4"), 17: ("Analog IN 2/V", "<f4"), 19: ("control/V", "<f4"),
    20: ("control/mA", "<f4"), 23: ("dQ/mA.h", "<f8"), 24: ("cycle number", "<f8"), 26: ("Rapp/Ohm", "<f4"),
    27: ("Ewe-Ece/V", "<f4"), 32: ("freq/Hz", "<f4"), 33: ("|Ewe|/V", "<f4"), 34: ("|I|/A", "<f4"),
    35: ("Phase(Z)/deg", "<f4"), 36: ("|Z|/Ohm", "<f4"), 37: ("Re(Z)/Ohm", "<f4"), 38: ("-Im(Z)/Ohm", "<f4"),
    39: ("I Range", "<u2"), 69: ("R/Ohm", "<f4"), 70: ("P/W", "<f4"), 74: ("|Energy|/W.h", "<f8"),
    75: ("Analog OUT/V", "<f4"), 76: ("<I>/mA", "<f4"), 77: ("<Ewe>/V", "<f4"), 78: ("Cs-2/uF-2", "<f4"),
    96: ("|Ece|/V", "<f4"), 98: ("Phase(Zce)/deg", "<f4"), 99: ("|Zce|/Ohm", "<f4"),
    100: ("Re(Zce)/Ohm", "<f4"), 101: ("-Im(Zce)/Ohm", "<f4"), 123: ("Energy charge/W.h", "<f8"),
    124: ("Energy discharge/W.h", "<f8"), 125: ("Capacitance charge/uF", "<f8"),
    126: ("Capacitance discharge/uF", "<f8"), 131: ("Ns", "<u2"), 163: ("|Estack|/V", "<f4"),
    168: ("Rcmp/Ohm", "<f4"), 169: ("Cs/uF", "<f4"), 172: ("Cp/uF", "<f4"), 173: ("Cp-2/uF-2", "<f4"),
    174: ("<Ewe>/V", "<f4"), 241: ("|E1|/V", "<f4"), 242: ("|E2|/V", "<f4"), 271: ("Phase(Z1)/deg", "<f4"),
    434: ("(Q-Qo)/C", "<f4"), 435: ("dQ/C", "<f4"), 438: ("step time/s", "<f8"),
    441: ("<Ece>/V", "<f4"), 462: ("Temperature/C", "<f4"), 467: ("Q charge/discharge/mA.h", "<f8"),
    468: ("half cycle", "<u4"), 469: ("z cycle", "<u4"), 471: ("<Ece>/V", "<f4"), 473: ("THD Ewe/%", "<f4"),
    474: ("THD I/%", "<f4"), 476: ("NSD Ewe/%", "<f4"), 477: ("NSD I/%", "<f4"), 479: ("NSR Ewe/%", "<f4"),
    480: ("NSR I/%", "<f4"), 486: ("|Ewe h2|/V", "<f4"), 487: ("|Ewe h3|/V", "<f4"),
    505: ("Rdc/Ohm", "<f4"),
}  # fmt: skip
_TECHNIQUES = {0x04: "GCPL", 0x06: "Cyclic Voltammetry", 0x0B: "OCV", 0x18: "CA", 0x19: "CP", 0x1D: "PEIS",
               0x1E: "GEIS", 0x77: "GCPL4", 0x7F: "MB"}  # fmt: skip
_ITEMS = {
    "instrument": re.compile(r"^Device : (.+?)\s*$", re.MULTILINE),
    "date": re.compile(r"^Technique started on : (.+?)\s*$", re.MULTILINE),
    "reference_electrode": re.compile(r"^Reference electrode : (.+?)\s*$", re.MULTILINE),
    "comments": re.compile(r"^Comments : (.*?)[ \t]*$", re.MULTILINE),
}
_NUMBERS = {
    "file_mass_g": re.compile(r"^Characteristic mass : ([\d.,Ee+-]+) (k|m|u|µ)?g\b", re.MULTILINE),
    "file_area_cm2": re.compile(r"^Electrode surface area : ([\d.,Ee+-]+) ()cm", re.MULTILINE),
}  # fmt: skip
_PREFIX = {"k": 1e3, "": 1.0, "m": 1e-3, "u": 1e-6, "µ": 1e-6}
_SCAN = re.compile(r"^dE/dt\s+([\d.,]+)\s*$\s*^dE/dt unit\s+(\S+)", re.MULTILINE)
_SCAN_UNITS = {"mV/s": 1e-3, "V/s": 1.0, "mV/mn": 1e-3 / 60, "mV/min": 1e-3 / 60}


@dataclass(frozen=True)
class Table:
    """Columns of a file by their EC-Lab names, with what its header says.

    Parameters
    ----------
    columns
        Name to values.
    kind
        Name of the EC-Lab technique.
    settings
        Items of the header.
    synthetic
        Whether the file carries the mark of simulated data.
    """

    columns: dict[str, np.ndarray]
    kind: str
    settings: dict[str, Any] = field(default_factory=dict)
    synthetic: bool = False

    def first(self, *names: str) -> np.ndarray | None:
        """Return the first of these columns that is there."""
        return next((self.columns[name] for name in names if name in self.columns), None)


def looks(head: bytes) -> str:
    """Return ``"text"``, ``"binary"`` or ``""`` for the first bytes of a file."""
    if head.startswith(BINARY_MAGIC):
        return "binary"
    text = decode(head[:64]) or ""
    return "text" if text.lstrip("\ufeff \r\n").startswith(TEXT_MAGIC.decode()) else ""


def columns_in(head: bytes) -> set[str]:
    """Return the column names seen in the first bytes of a file (text or binary)."""
    if looks(head) == "text":
        lines = (decode(head) or "").splitlines()
        at = _header_lines(lines)
        return (
            {c.strip() for c in lines[at - 1].split("\t")} if at is not None and at <= len(lines) else set()
        )
    for name, _, start in _modules(head):
        if name == "VMP data" and start + 5 < len(head):
            names = {**{k: v[0] for k, v in _COLUMNS.items()}, **{k: v[0] for k, v in _FLAGS.items()}}
            return {names[i] for i in _column_ids(head[start:], "<u2") if i in names}
    return set()


def kind_in(head: bytes) -> str:
    """Return the name of the EC-Lab technique, as far as the first bytes of a file tell it."""
    if looks(head) == "text":
        lines = (decode(head[:4096]) or "").splitlines()
        return next((line.strip() for line in lines[2:6] if line.strip()), "")
    for name, _, start in _modules(head):
        if name == "VMP Set" and start < len(head):
            return _TECHNIQUES.get(head[start], "")
    return ""


def read(path: str | Path) -> Table:
    """Read the table of a file.

    Raises
    ------
    DataError
        If it is no EC-Lab file, is truncated, or has a column of unknown width.
    """
    raw = read_bytes(path)
    found = looks(raw)
    if not found:
        raise DataError(f"'{path}' does not begin like an EC-Lab file. Export it as text (.mpt) from EC-Lab.")
    return _text(raw, path) if found == "text" else _binary(raw, path)


def _header_lines(lines: list[str]) -> int | None:
    match = re.match(r"Nb header lines\s*:\s*(\d+)", lines[1]) if len(lines) > 1 else None
    return int(match[1]) if match else None


def _text(raw: bytes, path: str | Path) -> Table:
    text = decode(raw) or ""
    lines = text.splitlines()
    at = _header_lines(lines)
    if at is None or not 3 <= at <= len(lines):
        raise DataError(
            f"'{path}': the header does not say where its table begins. Export it again from EC-Lab."
        )
    header = "\n".join(lines[:at])
    names = [name.strip() for name in lines[at - 1].split("\t")]
    names = names[:-1] if names and not names[-1] else names
    rows = []
    for index, line in enumerate(lines[at:], start=1):
        if not line.strip():
            continue
        words = line.split("\t")
        values = [number(word) for word in words[: len(names)]]
        if len(values) < len(names):
            raise DataError(
                f"'{path}': row {index} has {len(values)} of {len(names)} values. It may be truncated."
            )
        rows.append(values)
    table = np.array(rows, dtype=float).reshape(-1, len(names))
    columns = {name: table[:, i] for i, name in enumerate(names)}
    return Table(columns, kind_in(raw), _settings(header), SYNTHETIC_MARK in header)


def _settings(header: str) -> dict[str, Any]:
    settings: dict[str, Any] = {
        key: match[1].strip()
        for key, pattern in _ITEMS.items()
        if (match := pattern.search(header)) and match[1].strip()
    }
    for key, pattern in _NUMBERS.items():
        if match := pattern.search(header):
            settings[key] = number(match[1]) * _PREFIX[match[2] or ""]
    if (match := _SCAN.search(header)) and match[2] in _SCAN_UNITS:
        settings["scan_rate_V_s"] = number(match[1]) * _SCAN_UNITS[match[2]]
    return settings


def _modules(raw: bytes) -> list[tuple[str, int, int]]:
    """Return name, length and start of the content of each module."""
    found, position = [], _FIRST_MODULE
    while raw[position : position + 6] == b"MODULE" and position + 65 <= len(raw):
        name = raw[position + 6 : position + 16].decode("latin-1").strip()
        (length,) = struct.unpack_from("<I", raw, position + 41)
        start = position + 57
        if length == 0xFFFFFFFF:  # the newer header gives the largest length first
            (length,) = struct.unpack_from("<I", raw, position + 45)
            start = position + 65
        found.append((name, length, start))
        position = start + length
    return found


def _binary(raw: bytes, path: str | Path) -> Table:
    for name, length, start in _modules(raw):
        if name == "VMP data":
            content = raw[start : start + length]
            if len(content) < length:
                raise DataError(
                    f"'{path}' ends after {len(content)} of {length} bytes of data: it is truncated."
                )
            return Table(_records(content, path), kind_in(raw))
    raise DataError(f"'{path}' holds no data module. It may be truncated, or the run recorded nothing.")


def _column_ids(content: bytes, order: str) -> list[int]:
    """Return the numbers of the columns of a data module; of one that is cut short, those that are whole."""
    held = content[5 : 5 + 2 * content[4]]
    return [int(i) for i in np.frombuffer(held[: len(held) // 2 * 2], dtype=order)]


def _records(content: bytes, path: str | Path) -> dict[str, np.ndarray]:
    if len(content) < 5:
        raise DataError(f"'{path}': the data module is empty. The run may have recorded nothing.")
    (points,) = struct.unpack_from("<I", content)
    reasons = []
    for order in ("<u2", ">u2"):  # newer versions of the module write the numbers the other way round
        ids = _column_ids(content, order)
        unknown = [i for i in ids if i not in _COLUMNS and i not in _FLAGS]
        if unknown:
            reasons.append(f"column number {unknown[0]} is not known")
            continue
        layout = _layout(ids)
        offset = len(content) - points * layout.itemsize
        if points and offset in _OFFSETS:
            table = np.frombuffer(content, dtype=layout, offset=offset, count=points)
            return _split(table, ids)
        reasons.append("the records are not as long as their columns")
    raise DataError(
        f"'{path}': {reasons[0]}, so its numbers cannot be placed. Export it as text (.mpt) from EC-Lab."
    )


def _layout(ids: list[int]) -> np.dtype[Any]:
    """Return the layout of a record; flags share one byte, and a name that comes twice is numbered."""
    parts: list[tuple[str, str]] = []
    for i in ids:
        if i in _FLAGS:
            if all(name != "flags" for name, _ in parts):
                parts.append(("flags", "u1"))
        else:
            name, kind = _COLUMNS[i]
            taken = sum(other.split("#")[0] == name for other, _ in parts)
            parts.append((f"{name}#{taken}" if taken else name, kind))
    return np.dtype(parts)


def _split(table: np.ndarray, ids: list[int]) -> dict[str, np.ndarray]:
    columns = {name: table[name].astype(float) for name in table.dtype.names or () if name != "flags"}
    for i in ids:
        if i in _FLAGS:
            name, mask = _FLAGS[i]
            columns[name] = (
                ((table["flags"] & mask) > 0).astype(float) if mask != 0x03 else table["flags"] & mask
            )
    return columns


def text_file(kind: str, columns: dict[str, np.ndarray], *, synthetic: bool, items: dict[str, str]) -> str:
    """Return an EC-Lab text file: header, column names and rows with all digits.

    Parameters
    ----------
    kind
        Name of the technique as EC-Lab prints it.
    columns
        Name to values.
    synthetic
        Whether the data are simulated.
    items
        Further lines of the header.
    """
    comment = SYNTHETIC_MARK if synthetic else ""
    header = [TEXT_MAGIC.decode(), "", "", kind, "", f"Comments : {comment}"]
    header += [f"{name} : {text}" for name, text in items.items()]
    header.append("\t".join(columns))
    header[1] = f"Nb header lines : {len(header)}"
    rows = ["\t".join(map(repr, map(float, row))) for row in zip(*columns.values(), strict=True)]
    return "\n".join([*header, *rows]) + "\n"
