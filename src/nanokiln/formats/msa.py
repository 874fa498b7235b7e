"""EMSA/MSA spectra, ISO 22029 (`.msa`, `.emsa`): reader and writer.

Lines that begin with ``#`` carry a keyword of up to twelve characters and its value; then come the counts
(``Y``) or pairs of energy and counts (``XY``), then ``#ENDOFDATA``. Data as in `_eds`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import DataError, InputError
from ..core.files import read_text, write_text
from ..core.measurement import SYNTHETIC_MARK, Measurement
from ._eds import energy_unit, measurement

NAME = "EMSA/MSA"
TECHNIQUE = "eds"

_KEYWORD = re.compile(r"^#+([A-Z0-9]+)\s*(?:-([^:]*))?:?\s?(.*)$", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_SETTINGS = {
    "BEAMKV": "beam_energy_keV", "PROBECUR": "current_nA", "ELEVANGLE": "elevation_deg",
    "AZIMANGLE": "azimuth_deg", "LIVETIME": "live_time_s", "REALTIME": "real_time_s",
    "SOLIDANGLE": "solid_angle_sr",
}  # fmt: skip
_THIN_ABOVE_KV = 60.0  # beams above are of transmission microscopes
_KINDS = ("EDS", "XEDS", "EDX", "")
_PER_LINE = 5  # counts in a line of data
_DIGITS = 10


def sniff(head: bytes, path: Path) -> float:
    """Return how sure it is that a file is MSA: it begins with its format keyword."""
    start = head[:4096].lstrip(b"\xef\xbb\xbf\r\n\t ").upper()
    if not start.startswith(b"#FORMAT"):
        return 0.0
    first = start.split(b"\n", 1)[0]
    return 1.0 if b"EMSA" in first or b"MAS" in first or b"22029" in first else 0.3


def read(path: str | Path) -> list[Measurement]:
    """Read a spectrum.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    list of Measurement
        One X-ray spectrum.

    Raises
    ------
    DataError
        If it is of another kind (electron energy loss), has no scale, or holds fewer counts than it says.
    """
    text = read_text(path)
    words, lines = _split(text)
    kind = words.get("SIGNALTYPE", "").strip().upper()
    if kind not in _KINDS:
        raise DataError(f"'{path}' holds a signal of type {kind}, not EDS. Give an X-ray spectrum.")
    energy, counts = _columns(words, lines, str(path))
    settings: dict[str, Any] = {"title": words.get("TITLE", "").strip()}
    for keyword, name in _SETTINGS.items():
        if keyword in words and _NUMBER.search(words[keyword]):
            settings[name] = _float(words, keyword, str(path))
    if "current_nA" in settings and settings["current_nA"] <= 0:
        del settings["current_nA"]
    if "beam_energy_keV" in settings:
        settings["instrument"] = "TEM" if settings["beam_energy_keV"] > _THIN_ABOVE_KV else "SEM"
    for keyword in ("COMMENT", "OXINSTELEMS"):
        if words.get(keyword):
            settings[keyword.lower()] = words[keyword].strip()
    settings |= _ours(words.get("COMMENT", ""))
    listed = settings.pop("oxinstelems", "")
    if listed:
        settings["oxford_elements"] = listed
    synthetic = SYNTHETIC_MARK in text
    return [measurement(counts, energy, (), settings, path=str(path), synthetic=synthetic)]


def _ours(comment: str) -> dict[str, Any]:
    """Return what the standard has no keyword for and `write` puts into comments."""
    found: dict[str, Any] = {}
    window = re.search(r"detector window: (\w+)", comment)
    resolution = re.search(r"resolution at Mn K: ([0-9.]+) eV", comment)
    elements = re.search(r"elements: ([A-Z][A-Za-z ]*)", comment)
    if window:
        found["window"] = window.group(1)
    if resolution:
        found["resolution_eV"] = float(resolution.group(1))
    if elements:
        found["elements"] = elements.group(1).split()
    return found


def _split(text: str) -> tuple[dict[str, str], list[str]]:
    """Return keywords (comments joined by newlines) and the lines of data."""
    words: dict[str, str] = {}
    data: list[str] = []
    inside = False
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith("#"):
            match = _KEYWORD.match(stripped)
            if match is None:
                continue
            key, unit, value = match.group(1).upper(), match.group(2) or "", match.group(3)
            if key == "ENDOFDATA":
                break
            inside = inside or key == "SPECTRUM"
            words[key] = f"{words[key]}\n{value}" if key == "COMMENT" and key in words else value
            if unit.strip():
                words[f"{key} UNIT"] = unit.strip()
        elif inside and stripped:
            data.append(stripped)
    return words, data


def _float(words: dict[str, str], key: str, path: str) -> float:
    match = _NUMBER.search(words.get(key, "").replace(",", "."))
    if match is None:
        raise DataError(f"'{path}' has no number for #{key}, which MSA requires. Export it again.")
    return float(match.group())


def _columns(
    words: dict[str, str], lines: list[str], path: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    pairs = words.get("DATATYPE", "Y").strip().upper() == "XY"
    decimal_comma = pairs is False and any("," in line for line in lines) and "." not in "".join(lines[:3])
    text = "\n".join(lines)
    if decimal_comma and all(line.count(",") <= 1 for line in lines):
        text = "\n".join(line.rstrip(",").replace(",", ".") for line in lines)
    try:
        numbers = np.array([float(w) for w in re.split(r"[,\s]+", text) if w])
    except ValueError as error:
        raise DataError(f"'{path}': a line of data is no number ({error}). Export it again.") from None
    expected = int(_float(words, "NPOINTS", path))
    factor = energy_unit(words.get("XUNITS", words.get("XPERCHAN UNIT", "eV")).strip() or "eV")
    if factor is None:
        raise DataError(f"'{path}' has the energy unit '{words.get('XUNITS')}'. Allowed: eV, keV.")
    if pairs:
        numbers = numbers[: numbers.size // 2 * 2]
        energy, counts = numbers[::2] * factor, numbers[1::2]
    else:
        scale, offset = _float(words, "XPERCHAN", path), _float(words, "OFFSET", path)
        energy, counts = (offset + scale * np.arange(numbers.size, dtype=float)) * factor, numbers
    if counts.size < expected:
        raise DataError(f"'{path}' holds {counts.size} of {expected} channels: it is truncated.")
    return energy[:expected], counts[:expected]


def write(path: str | Path, item: Measurement) -> Path:
    """Write a spectrum; a line scan or map is summed to one.

    Parameters
    ----------
    path
        Where to.
    item
        Measurement with ``counts`` over ``energy``.

    Raises
    ------
    InputError
        If it holds no spectrum, or the channels are not even.

    Limits: date and time are left empty, so that the same measurement gives the same bytes.
    """
    if "counts" not in item.data or "energy" not in item.data.coords:
        raise InputError("this measurement has no counts over energy; give an X-ray spectrum.")
    counts = item.data["counts"]
    total = counts.sum([d for d in counts.dims if d != "channel"], dtype=np.float64).values
    energy = item.data["energy"].values.astype(float)
    steps = np.diff(energy)
    if np.ptp(steps) > 1e-6 * abs(steps[0]):
        raise InputError("the channels are not of one width; MSA needs even channels.")
    lines = _header(item, energy, float(np.mean(steps)))
    words = [f"{c:.{_DIGITS}g}" for c in total]
    lines += [", ".join(words[i : i + _PER_LINE]) + "," for i in range(0, len(words), _PER_LINE)]
    lines.append("#ENDOFDATA   : ")
    write_text(path, "\r\n".join(lines) + "\r\n")
    return Path(path)


def _header(item: Measurement, energy: NDArray[np.float64], step: float) -> list[str]:
    synthetic = item.origin == "synthetic"
    title = f"{item.label or 'EDS'}{' SYNTHETIC' if synthetic and 'SYNTHETIC' not in item.label else ''}"
    rows = [
        ("FORMAT", "EMSA/MAS Spectral Data File"), ("VERSION", "1.0"), ("TITLE", title[:64]), ("DATE", ""),
        ("TIME", ""), ("OWNER", "nanokiln" if synthetic else ""), ("NPOINTS", f"{energy.size}."),
        ("NCOLUMNS", f"{_PER_LINE}."), ("XUNITS", "eV"), ("YUNITS", "counts"), ("DATATYPE", "Y"),
        ("XPERCHAN", f"{step:.{_DIGITS}g}"), ("OFFSET", f"{energy[0]:.{_DIGITS}g}"), ("SIGNALTYPE", "EDS"),
        ("XLABEL", "Energy"), ("YLABEL", "X-ray counts"),
    ]  # fmt: skip
    rows += [(k, f"{float(item.settings[n]):g}") for k, n in _SETTINGS.items() if n in item.settings]
    if synthetic:
        rows.append(("COMMENT", SYNTHETIC_MARK))
    if "window" in item.settings:
        rows.append(("COMMENT", f"detector window: {item.settings['window']}"))
    if "resolution_eV" in item.settings:
        rows.append(("COMMENT", f"resolution at Mn K: {float(item.settings['resolution_eV']):g} eV"))
    if item.settings.get("elements"):
        rows.append(("COMMENT", f"elements: {' '.join(item.settings['elements'])}"))
    rows.append(("SPECTRUM", "Spectral Data Starts Here"))
    return [f"#{key:<12}: {value}" for key, value in rows]
