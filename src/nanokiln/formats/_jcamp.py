"""JCAMP-DX, the exchange format of infrared and Raman spectrometers (versions 4.24 and 5.01).

Read are XYDATA in all its forms (AFFN, PAC, SQZ, DIF, DUP), XYPOINTS and files of several blocks; the
numbers are decoded by `_asdf`. Written is AFFN, which every program opens. Peak tables are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import DataError
from ..core.files import read_text, write_text
from ..core.measurement import SYNTHETIC_MARK, Measurement
from ._asdf import ordinates
from ._columns import decode
from ._vibrational import Array, curve, even, infrared, number, origin_of, raman, to_wavenumber

_LABEL = re.compile(r"^##([^=\n]*)=(.*)$")
_DATA = ("xydata", "xypoints")
_REFUSED = ("peaktable", "peakassignments", "ntuples", "radata")
_LONGEST = 5_000_000  # points of one block
_PER_LINE = 6  # ordinates on a line, so that it stays below 80 characters
_FIGURES = 8  # significant figures of the largest ordinate written
_TYPES = {"ftir": "INFRARED SPECTRUM", "raman": "RAMAN SPECTRUM"}
_UNITS = {"absorbance": "ABSORBANCE", "transmittance": "TRANSMITTANCE", "signal": "ARBITRARY UNITS"}
_FIRST_Y = 1e-3  # of the range: how far the first ordinate may be from the FIRSTY of the header


def sniff(head: bytes, technique: str) -> float:
    """Return how sure it is that a file is JCAMP-DX of this technique."""
    text = decode(head)
    if text is None or not text.lstrip().startswith("##"):
        return 0.0
    kinds = [_technique(labels) for labels, _ in _blocks(text) if labels]
    if "title" not in text[:2000].lower() and "jcamp" not in text.lower():
        return 0.0
    return 1.0 if technique in kinds else 0.0


def _technique(labels: dict[str, str]) -> str:
    """Return ``ftir``, ``raman`` or nothing by data type, else by the units."""
    kind = labels.get("datatype", "").lower()
    if "infrared" in kind or kind.strip() in ("ir", "ftir"):
        return "ftir"
    if "raman" in kind:
        return "raman"
    if kind or not re.search(r"1/\s*cm|cm-1", labels.get("xunits", "").lower()):
        return ""
    units = labels.get("yunits", "").lower()
    if "absorb" in units or "transm" in units:
        return "ftir"
    return "raman" if "raman" in units or "count" in units else ""


def _blocks(text: str) -> Iterator[tuple[dict[str, str], list[str]]]:
    """Yield labels and lines of every block; a file of several is a LINK block around them."""
    labels: dict[str, str] = {}
    lines: list[str] = []
    for line in text.splitlines():
        match = _LABEL.match(line.strip())
        name = _plain(match.group(1)) if match else ""
        if name == "title" and "title" in labels:
            yield labels, lines
            labels, lines = {}, []
        if match:
            labels[name] = match.group(2).partition("$$")[0].strip()
        lines.append(line.partition("$$")[0] if not match else line)
        if name == "end":
            yield labels, lines
            labels, lines = {}, []
    if labels:
        yield labels, lines


def _plain(name: str) -> str:
    """Labels are the same whatever their case, blanks, dashes, slashes and underscores."""
    return re.sub(r"[\s\-/_]", "", name).lower()


def read(path: str | Path, technique: str) -> list[Measurement]:
    """Read the spectra of a technique.

    Parameters
    ----------
    path
        The file.
    technique
        ``ftir`` or ``raman``.

    Returns
    -------
    list of Measurement
        One for each block with ordinates.

    Raises
    ------
    DataError
        If there is none, a block is a peak table, or its numbers do not agree with its header.
    """
    text = read_text(path)
    found = []
    for labels, lines in _blocks(text):
        refused = [n for n in labels if n in _REFUSED]
        if refused and not any(n in labels for n in _DATA):
            raise DataError(
                f"'{path}' holds a {refused[0].upper()}, no spectrum. Export the spectrum as XYDATA."
            )
        if any(n in labels for n in _DATA) and _technique(labels) == technique:
            found.append(_spectrum(labels, lines, technique, str(path), origin_of(text)))
    if not found:
        raise DataError(f"'{path}' is JCAMP-DX without a {_TYPES[technique].lower()}. Export it as XYDATA.")
    return found


def _spectrum(
    labels: dict[str, str], lines: list[str], technique: str, path: str, origin: Any
) -> Measurement:
    x, y = _decode(labels, lines, path)
    settings = {
        "title": labels.get("title", ""), "instrument": labels.get("spectrometerdatasystem", ""),
        "owner": labels.get("owner", ""), "resolution_per_cm": number(labels.get("resolution", "")),
        "laser_nm": number(labels.get("$laserwavelength", "")),
        "exposure_s": number(labels.get("$exposure", "")),
        "silicon": labels.get("$reference", "").lower() == "silicon",
    }  # fmt: skip
    laser = number(labels.get("$laserwavelength", "")) if technique == "raman" else None
    x = to_wavenumber(x, labels.get("xunits", "1/cm"), path, laser)
    unit = labels.get("yunits", "")
    make = infrared if technique == "ftir" else raman
    said = unit if technique == "ftir" else _counts(unit)
    label = str(settings["title"]) or Path(path).stem
    return make(x, y, said, label=label, origin=origin, settings=settings, path=path)


def _counts(unit: str) -> str:
    words = unit.lower()
    if "count" not in words:
        return "a.u."
    return "counts/s" if "/s" in words or "per" in words else "counts"


def _decode(labels: dict[str, str], lines: list[str], path: str) -> tuple[Array, Array]:
    """Return axis and ordinate, checked against the header."""
    begin = next(i for i, line in enumerate(lines) if _name(line) in _DATA)
    stop = next((i for i in range(begin + 1, len(lines)) if lines[i].startswith("##")), len(lines))
    body = lines[begin + 1 : stop]
    form = labels[_name(lines[begin])].replace(" ", "").upper()
    try:
        x, y = _pairs(body) if "XY..XY" in form else _steps(labels, body)
    except DataError as error:
        raise DataError(f"'{path}': {error}. Export it again, as AFFN (X++(Y..Y)).") from error
    x, y = x * _factor(labels, "xfactor", "XY..XY" in form), y * _factor(labels, "yfactor")
    said = number(labels.get("npoints", ""))
    if said is not None and said != y.size:
        raise DataError(
            f"'{path}' says {said:g} points and {y.size} are there. It may be truncated; export it again."
        )
    first, scale = number(labels.get("firsty", "")), float(np.ptp(y)) if y.size else 0.0
    if first is not None and y.size and abs(first - y[0]) > _FIRST_Y * max(scale, abs(first)):
        raise DataError(f"'{path}' says FIRSTY = {first:g} and begins with {y[0]:g}. Export it again.")
    return x, y


def _name(line: str) -> str:
    match = _LABEL.match(line.strip())
    return _plain(match.group(1)) if match else ""


def _factor(labels: dict[str, str], name: str, used: bool = True) -> float:
    value = number(labels.get(name, "")) if used else None
    return 1.0 if value is None else value


def _pairs(body: list[str]) -> tuple[Array, Array]:
    words = re.split(r"[\s,;]+", " ".join(body).strip(" ,;"))
    try:
        values = np.array([float(w) for w in words if w])
    except ValueError as error:
        raise DataError(f"XYPOINTS hold what is no number ({error})") from error
    if values.size % 2:
        raise DataError("XYPOINTS hold an odd number of values")
    return values[0::2], values[1::2]


def _steps(labels: dict[str, str], body: list[str]) -> tuple[Array, Array]:
    """Return axis and ordinates of XYDATA: the axis is that of the header, not that of the lines."""
    first, last, points = (number(labels.get(n, "")) for n in ("firstx", "lastx", "npoints"))
    if first is None or last is None or points is None:
        raise DataError("FIRSTX, LASTX or NPOINTS is missing")
    if not 1 < points <= _LONGEST:
        raise DataError(f"NPOINTS is {points:g}; a block of 2 to {_LONGEST} is read")
    y = np.array(ordinates(body, int(points)))
    return np.linspace(first, last, y.size), y


def write(path: str | Path, item: Measurement) -> Path:
    """Write one spectrum as JCAMP-DX 5.01, AFFN; an uneven axis as XYPOINTS.

    Raises
    ------
    InputError
        If it is no Raman or infrared spectrum.
    """
    x, y, name = curve(item)
    synthetic = item.origin == "synthetic"
    factor = 10.0 ** (np.floor(np.log10(max(float(np.abs(y).max()), 1e-300))) + 1 - _FIGURES)
    whole = np.rint(y / factor).astype(np.int64)
    unit = _UNITS.get(name, str(item.data[name].attrs.get("units", "a.u.")).upper())
    head = {
        "TITLE": item.label, "JCAMP-DX": "5.01", "DATA TYPE": _TYPES[item.technique],
        "ORIGIN": SYNTHETIC_MARK if synthetic else "nanokiln",
        "OWNER": item.settings.get("owner") or "unknown",
        "SPECTROMETER/DATA SYSTEM": item.settings.get("instrument") or "unknown",
        "RESOLUTION": item.settings.get("resolution_per_cm"),
        "$LASER WAVELENGTH": item.settings.get("laser_nm"), "$EXPOSURE": item.settings.get("exposure_s"),
        "$REFERENCE": "silicon" if item.settings.get("silicon") else None,
        "XUNITS": "1/CM", "YUNITS": unit, "XFACTOR": "1", "YFACTOR": f"{factor:.0e}",
        "FIRSTX": f"{x[0]:.10g}", "LASTX": f"{x[-1]:.10g}", "NPOINTS": x.size,
        "FIRSTY": f"{whole[0] * factor:.10g}", "MAXX": f"{x.max():.10g}", "MINX": f"{x.min():.10g}",
        "MAXY": f"{whole.max() * factor:.10g}", "MINY": f"{whole.min() * factor:.10g}",
    }  # fmt: skip
    lines = [f"##{key}={_one_line(value)}" for key, value in head.items() if value is not None]
    if even(x):
        lines += [f"##DELTAX={(x[-1] - x[0]) / (x.size - 1):.10g}", "##XYDATA=(X++(Y..Y))"]
        for i in range(0, x.size, _PER_LINE):
            lines.append(" ".join([f"{x[i]:.8g}", *(str(v) for v in whole[i : i + _PER_LINE])]))
    else:
        lines.append("##XYPOINTS=(XY..XY)")
        lines += [f"{a:.10g}, {b}" for a, b in zip(x, whole, strict=True)]
    write_text(path, "\n".join([*lines, "##END="]) + "\n")
    return Path(path)


def _one_line(value: object) -> str:
    return " ".join(str(value).split())
