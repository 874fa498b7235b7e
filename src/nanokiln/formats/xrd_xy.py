"""Powder patterns as text columns (xy, xye, csv), plain or packed with bzip2.

The first column is 2theta in degrees, the second the intensity; a third one is taken for the standard
deviation if it
is as large as the noise is. Delimiters: blanks, tab, comma or semicolon, with decimal points or commas.
Lines before
the table are searched for wavelengths and the anode; most such files state none. A file of bare columns
can be several
things: state the technique then.
"""

from __future__ import annotations

import bz2
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import DataError, InputError
from ..core.files import read_bytes, read_text, write_text
from ..core.measurement import SYNTHETIC_MARK, Measurement
from ._diffraction import FEWEST, MOST_MEMBER, MOST_POINTS, Array, origin_of, pattern
from ._diffraction import TECHNIQUE as TECHNIQUE

NAME = "XRD columns"
_PACKED = b"BZh"
_THETA = re.compile(r"2\s*-?\s*th(eta)?\b|two[\s_-]*theta|2\s*[θϴ]|°\s*2", re.IGNORECASE)
_INTENSITY = re.compile(r"intensity|counts|cps|\bI\b", re.IGNORECASE)
_RATE = re.compile(r"cps|counts?\s*/\s*s|c/s|per sec", re.IGNORECASE)
_K_ALPHA = "k[-_ ]?(?:alpha|a|α)[-_ ]?"
_LINE = {
    "k_alpha1_A": re.compile(_K_ALPHA + r"1[^\d\n]{0,40}(\d\.\d+)", re.IGNORECASE),
    "k_alpha2_A": re.compile(
        _K_ALPHA + r"2(?![^\n]{0,20}(?:ratio|/|:\s*0))[^\d\n]{0,40}(\d\.\d+)", re.IGNORECASE
    ),
    "k_alpha2_ratio": re.compile(r"ratio[^\d\n]{0,40}(\d\.\d+)", re.IGNORECASE),
    "step_time_s": re.compile(r"(?:time per step|step[ _]?time)[^\d\n]{0,20}(\d+(?:\.\d+)?)", re.IGNORECASE),
    "radius_mm": re.compile(r"(?:goniometer )?radius[^\d\n]{0,20}(\d+(?:\.\d+)?)", re.IGNORECASE),
}
_SINGLE = re.compile(r"wavelength[^\d\n]{0,40}(\d\.\d+)", re.IGNORECASE)
_ANODE = re.compile(r"anode[^A-Za-z\n]*(?:material)?[^A-Za-z\n]*\b([A-Z][a-z])\b", re.IGNORECASE)
_LABEL = re.compile(r"^\W*sample\s*[:=,]\s*(.+)$", re.IGNORECASE | re.MULTILINE)
_NUMBER_WITH_COMMA = re.compile(r"^[-+]?\d+,\d+$")
_HEAD = 65536  # bytes looked at when guessing
_BARE_STEP = (0.001, 0.2)  # degrees; steps of powder scans, to guess what bare columns are
_BARE_POINTS = 200  # fewer points of two bare columns hint at nothing
_NOISE = (0.2, 5.0)  # range of a column over the noise of the counts in which it is their standard deviation
_DECIMAL_COMMA = str.maketrans(",", ".")


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is a pattern in columns (0 to 1)."""
    whole = len(head) < _HEAD
    if head[:3] == _PACKED:
        head, whole = _unpacked_head(path), False
    text = _decoded(head)
    if text is None:
        return 0.0
    lines = text.splitlines()
    header, rows = _split(lines if whole else lines[:-1])
    if len(rows) < FEWEST:
        return 0.0
    if _THETA.search(header) and "eV" not in header:
        return 0.9
    if len(rows) < _BARE_POINTS or min(len(row) for row in rows) < 2:
        return 0.0
    angle = np.array([row[0] for row in rows])
    if not (angle[0] > 0 and angle[-1] < 170):
        return 0.0
    width = np.diff(angle)
    even = width.min() > 0 and width.max() - width.min() <= 0.6 * np.median(width)
    return 0.2 if even and _BARE_STEP[0] <= np.median(width) <= _BARE_STEP[1] else 0.0


def _unpacked_head(path: Path) -> bytes:
    """Return the first unpacked bytes; a block of bzip2 gives none before it is complete."""
    try:
        with bz2.open(path) as file:
            return file.read(_HEAD)
    except (OSError, ValueError, EOFError):
        return b""


def _decoded(head: bytes) -> str | None:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head.decode("utf-16", "replace")
    return None if b"\x00" in head else head.decode("utf-8-sig", "replace")


def read(path: str | Path) -> list[Measurement]:
    """Read a pattern.

    Parameters
    ----------
    path
        Text file, or one packed with bzip2.

    Returns
    -------
    list of Measurement
        One pattern; wavelengths only if its header states them.

    Raises
    ------
    DataError
        If there are no two columns of numbers, a row breaks off, or the first column is no 2theta axis.
    """
    text = _text(path)
    header, rows = _split(text.splitlines())
    if len(rows) > MOST_POINTS:
        raise DataError(f"'{path}' has {len(rows)} rows; no powder scan has more than {MOST_POINTS}.")
    if len(rows) < FEWEST:
        raise DataError(
            f"'{path}' has {len(rows)} rows of two numbers; a pattern needs at least {FEWEST}. "
            "Export it as two columns, 2theta and intensity."
        )
    width = min(len(row) for row in rows)
    if width < 2:
        raise DataError(f"'{path}': row {next(i for i, r in enumerate(rows, 1) if len(r) < 2)} breaks off.")
    table = np.array([row[:width] for row in rows])
    sigma = table[:, 2] if width > 2 and _is_sigma(table[:, 1], table[:, 2]) else None
    label = _LABEL.search(header)
    return [pattern(
        table[:, 0], table[:, 1], path, settings=_settings(header), label=label[1].strip() if label else "",
        origin=origin_of(header), unit="counts/s" if _RATE.search(header) else "counts", sigma=sigma,
    )]  # fmt: skip


def _text(path: str | Path) -> str:
    raw = read_bytes(path)
    if raw[:3] != _PACKED:
        return read_text(path)
    unpack = bz2.BZ2Decompressor()
    try:
        plain = unpack.decompress(raw, MOST_MEMBER + 1)
    except (OSError, ValueError) as error:
        raise DataError(f"'{path}' cannot be unpacked ({error}). It is damaged.") from error
    if len(plain) > MOST_MEMBER:
        raise DataError(f"'{path}' unpacks to more than {MOST_MEMBER // 1024**2} MB. It is not read.")
    if not unpack.eof:
        raise DataError(f"'{path}' ends inside its packed data. It is truncated.")
    text = _decoded(plain)
    if text is None:
        raise DataError(f"'{path}' holds binary data where text was expected.")
    return text


def _split(lines: Sequence[str]) -> tuple[str, list[list[float]]]:
    """Header, and rows of numbers; a row that is none ends up short, so that it is noticed."""
    header: list[str] = []
    rows: list[list[float]] = []
    for line in lines:
        found = _numbers(line)
        if len(found) >= 2 or (rows and line.strip(" ,;\t\x1a")):
            rows.append(found)
        elif not rows:
            header.append(line)
    return "\n".join(header), rows


def _numbers(line: str) -> list[float]:
    if ";" in line or "\t" in line:
        words = [w.strip().translate(_DECIMAL_COMMA) for w in re.split(r"[;\t]+", line)]
    else:
        words = line.split()
        if len(words) >= 2 and _NUMBER_WITH_COMMA.match(words[0]):
            words = [w.translate(_DECIMAL_COMMA) for w in words]
        else:
            words = re.split(r"[,\s]+", line.strip())
    found: list[float] = []
    for word in words:
        try:
            found.append(float(word))
        except ValueError:
            if word:
                break
    return found


def _is_sigma(counts: Array, column: Array) -> bool:
    """Tell whether a column is as large as the point-to-point noise of the counts."""
    used = counts > 0
    if used.sum() < FEWEST or not (column[used] > 0).all():
        return False
    noise = np.abs(np.diff(counts, 2)) / np.sqrt(6)
    usual = float(np.median(noise[used[1:-1]])) / 0.6745  # a normal deviate exceeds this half the time
    return bool(_NOISE[0] * usual < float(np.median(column[used])) < _NOISE[1] * usual)


def _settings(header: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, pattern_ in _LINE.items():
        match = pattern_.search(header)
        found[key] = float(match[1]) if match else None
    single = _SINGLE.search(header)
    if found["k_alpha1_A"] is None and single:
        found["k_alpha1_A"] = float(single[1])
    anode = _ANODE.search(header)
    found["anode"] = anode[1].capitalize() if anode else None
    return found


def write(path: str | Path, measurement: Measurement) -> Path:
    """Write one pattern as columns: 2theta, intensity and, where there is one, its standard deviation.

    Raises
    ------
    InputError
        If the measurement is no pattern.
    """
    data, s = measurement.data, measurement.settings
    if "counts" not in data or "two_theta" not in data.coords:
        raise InputError("this measurement has no counts over 2theta; give a powder pattern.")
    lines = {
        "sample": measurement.label,
        "anode": s.get("anode"),
        "K-alpha1 wavelength (A)": s.get("k_alpha1_A"),
        "K-alpha2 wavelength (A)": s.get("k_alpha2_A"),
        "intensity ratio of K-alpha lines": s.get("k_alpha2_ratio"),
        "time per step (s)": s.get("step_time_s"),
        "goniometer radius (mm)": s.get("radius_mm"),
    }
    head = [f"# {SYNTHETIC_MARK}"] if measurement.origin == "synthetic" else []
    head += [f"# {key}: {value}" for key, value in lines.items() if value not in (None, "")]
    unit = data["counts"].attrs.get("units", "counts")
    columns = [data["two_theta"].values, data["counts"].values]
    names = ["2theta (deg)", f"intensity ({unit})"]
    if "sigma" in data:
        columns.append(data["sigma"].values)
        names.append("sigma")
    rows = [" ".join(f"{v:.10g}" for v in row) for row in zip(*columns, strict=True)]
    write_text(path, "\n".join([*head, "# " + "  ".join(names), *rows]) + "\n")
    return Path(path)
