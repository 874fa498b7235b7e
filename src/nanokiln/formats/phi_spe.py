"""PHI MultiPak spectra (.spe): text header between SOFH and EOFH, then binary counts.

The header names each region with its number of points, first energy and step. After it come a small
record (number of spectra, length of their descriptions), 96 bytes of description per spectrum with its
unit, number type, length and place, and the numbers. Depth profiles and maps of the same family (.pro,
.map) are refused.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import DataError
from ..core.files import read_bytes
from ..core.measurement import Measurement
from . import _xps

NAME = "PHI SPE"
TECHNIQUE = _xps.TECHNIQUE
_START, _END = b"SOFH", b"EOFH"
_FRONT = struct.Struct("<4I")  # group, number of spectra, bytes per description, bytes of this record
_SPECTRUM = struct.Struct("<8I4sI4s3I4s3I4s5I")  # description of one spectrum, 96 bytes
_POINTS, _UNIT, _TYPE, _LENGTH, _PLACE = 5, 14, 18, 19, 20  # fields of it
_TYPES = {"f4": "<f4", "f8": "<f8"}
_REGION_WORDS = 12  # words of a SpectralRegDef line that are read
_MOST_SPECTRA = 1000  # more is a profile or a damaged file


def sniff(head: bytes, path: Path) -> float:
    """Return how sure it is that a file is of PHI's family: it begins with its header mark."""
    return 1.0 if head.startswith(_START) and b"Technique:" in head[:4096] else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read the regions of a PHI file.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    list of Measurement
        One per region, counts per second or counts as the file says.

    Raises
    ------
    DataError
        If it is not of this format, no photoelectron spectrum, a profile or map, truncated or damaged.
    """
    raw = read_bytes(path)
    words, regions, start = _header(raw, path)
    if words.get("Technique", "XPS").upper() not in ("XPS", "ESCA"):
        raise DataError(f"'{path}' holds {words['Technique']}, not XPS. Give a photoelectron spectrum.")
    described = _descriptions(raw, start, path)
    if len(described) != len(regions):
        raise DataError(
            f"'{path}' holds {len(described)} spectra of {len(regions)} regions: a depth profile, line scan "
            "or map. Export single spectra from MultiPak."
        )
    settings = _settings(words)
    pairs = zip(regions, described, strict=True)
    return [_measurement(raw, start, region, fields, settings, path) for region, fields in pairs]


def _header(raw: bytes, path: str | Path) -> tuple[dict[str, str], list[list[str]], int]:
    """Return the keys of the header, the words of each region's line, and where the binary part begins."""
    end = re.search(rb"^" + _END + rb"\r?\n", raw, re.MULTILINE)
    if not raw.startswith(_START) or end is None:
        raise DataError(f"'{path}' is not a whole PHI file: its header is missing or cut off.")
    words: dict[str, str] = {}
    regions: list[list[str]] = []
    for line in raw[: end.start()].decode("latin-1").splitlines():
        key, _, rest = line.partition(":")
        if key == "SpectralRegDef":
            regions.append(rest.split())
        words.setdefault(key.strip(), rest.strip())
    if not regions or any(len(r) < _REGION_WORDS for r in regions):
        raise DataError(f"'{path}' names no spectral region in its header. Export it again.")
    return words, regions, end.end()


def _descriptions(raw: bytes, start: int, path: str | Path) -> list[tuple[Any, ...]]:
    try:
        _, number, size, front = _FRONT.unpack_from(raw, start)
        if size != _SPECTRUM.size or not 1 <= number <= _MOST_SPECTRA:
            raise DataError(f"'{path}': the binary part is not laid out as spectra. Export single spectra.")
        return [_SPECTRUM.unpack_from(raw, start + front + i * size) for i in range(number)]
    except struct.error:
        raise DataError(f"'{path}' ends before its numbers. It is truncated; export it again.") from None


def _settings(words: dict[str, str]) -> dict[str, Any]:
    photon = re.search(r"(\d{3,5}(?:\.\d+)?)", words.get("XraySource", ""))
    work = re.search(r"\d+(?:\.\d+)?", words.get("AnalyserWorkFcn", ""))
    return {
        "photon_energy_eV": float(photon.group(1)) if photon else None,
        "work_function_eV": float(work.group()) if work else None,
        "instrument": " ".join(filter(None, ("PHI", words.get("InstrumentModel", "")))),
        "sample": words.get("FileDesc", ""),
        "analyser_mode": words.get("AnalyserMode", ""),
        "source": words.get("XraySource", ""),
        "date": words.get("AcqFileDate", ""),
        "sweeps": None,
        "dwell_s": None,
    }


def _measurement(
    raw: bytes, start: int, region: list[str], fields: tuple[Any, ...], common: dict[str, Any],
    path: str | Path,
) -> Measurement:  # fmt: skip
    counts = _numbers(raw, start, fields, path)
    try:
        points, step, first = int(region[4]), float(region[5]), float(region[6])
        pass_energy = float(region[11])
    except ValueError:
        raise DataError(f"'{path}': the region '{region[2]}' is not described by numbers.") from None
    if points != counts.size:
        raise DataError(f"'{path}': region '{region[2]}' has {counts.size} of {points} values. Export again.")
    label = _xps.label_of(region[2])
    element, level = _xps.line_of(label)
    named = {"block_id": label, "species": element, "transition": level, "pass_energy_eV": pass_energy}
    unit = fields[_UNIT].split(b"\0")[0].decode("latin-1").strip()
    with np.errstate(all="ignore"):  # a damaged step may be infinite; the check of the region says so
        energy = np.array(first + step * np.arange(points))
    return _xps.region(
        {"energy": energy, "counts": counts}, rate=unit == "c/s", path=path,
        settings=common | named, label=label,
    )  # fmt: skip


def _numbers(raw: bytes, start: int, fields: tuple[Any, ...], path: str | Path) -> NDArray[np.float64]:
    kind = _TYPES.get(fields[_TYPE].split(b"\0")[0].decode("latin-1").strip())
    place, length = start + fields[_PLACE], fields[_LENGTH]
    if kind is None or length != fields[_POINTS] * np.dtype(kind).itemsize or place + length > len(raw):
        raise DataError(f"'{path}': its numbers are cut off or of an unknown kind. Export it again.")
    with np.errstate(invalid="ignore"):  # a damaged number; the check of the region names it
        return np.frombuffer(raw[place : place + length], kind).astype(np.float64)
