"""Bruker/Siemens RAW, versions "RAW1.01" and "RAW4.00": binary, little endian.

RAW1.01: a header of 712 bytes, then ranges: a header that begins with its own length and the number of
points, an
extra record, and one record per point whose first float is the intensity. RAW4.00: a preamble of 61 bytes,
then
segments (kind, length, content); kind 0 or 160 marks a range: 160 bytes, records of the drives, and one
record per
point. Layout from open descriptions, checked against a UXD conversion of the same scan.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..core.errors import DataError
from ..core.files import read_bytes
from ..core.measurement import Measurement
from ._diffraction import MOST_POINTS, Array, pattern, steps
from ._diffraction import TECHNIQUE as TECHNIQUE

NAME = "Bruker RAW"
_FIRST_RANGE = 712  # bytes of the header of RAW1.01
_SMALLEST_RANGE = 260  # bytes of a range header of RAW1.01 up to the fields used here
_FIRST_SEGMENT = 61  # bytes of the preamble of RAW4.00
_RANGE_KINDS = (0, 160)  # of a segment that begins a range
_TEXT, _SOURCE, _DRIVE = 10, 30, 50  # kinds of segments
_RANGE_BYTES = 160  # of a range header of RAW4.00
_SCANS_2THETA = ("locked coupled", "unlocked coupled", "coupled", "detector scan", "2theta")
_NO_SCANS_2THETA = ("rocking", "phi", "chi", "psi", "theta scan", "z-drive")  # words in names of other scans


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is a Bruker RAW file (0 to 1)."""
    return 1.0 if head[:7] in (b"RAW1.01", b"RAW4.00") else 0.8 if head[:4] == b"RAW2" else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read all ranges.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    list of Measurement
        One per range over 2theta.

    Raises
    ------
    DataError
        If it is of another version, truncated, damaged, or not a scan over 2theta.
    """
    raw = read_bytes(path)
    try:
        if raw[:7] == b"RAW1.01":
            return list(_read1(raw, path))
        if raw[:7] == b"RAW4.00":
            return list(_read4(raw, path))
    except struct.error as error:
        raise DataError(f"'{path}' ends inside a header ({error}). It is truncated.") from error
    raise DataError(
        f"'{path}' is a RAW file of version {raw[:7]!r}; RAW1.01 and RAW4.00 are read. Export it "
        "as UXD or xy."
    )


def _f8(raw: bytes, at: int) -> float:
    return float(struct.unpack_from("<d", raw, at)[0])


def _f4(raw: bytes, at: int) -> float:
    return float(struct.unpack_from("<f", raw, at)[0])


def _u4(raw: bytes, at: int) -> int:
    return int(struct.unpack_from("<I", raw, at)[0])


def _words(raw: bytes, at: int, length: int) -> str:
    return raw[at : at + length].split(b"\0")[0].decode("latin-1").strip()


def _records(raw: bytes, at: int, points: int, size: int, path: str | Path) -> Array:
    """Return the first float of each record."""
    if not 0 < points <= MOST_POINTS or not 4 <= size <= 1024 or size % 4:
        raise DataError(f"'{path}' states {points} points of {size} bytes: it is damaged.")
    if at + points * size > len(raw):
        raise DataError(
            f"'{path}' states {points} points but ends after {max(0, (len(raw) - at) // size)}. "
            "It is truncated."
        )
    table = np.frombuffer(raw, "<f4", points * size // 4, at).reshape(points, -1)
    return table[:, 0].astype(float)


def _read1(raw: bytes, path: str | Path) -> Iterator[Measurement]:
    settings = {
        "k_alpha1_A": _f8(raw, 624),
        "k_alpha2_A": _f8(raw, 632),
        "k_alpha2_ratio": _f8(raw, 648),
        "anode": _words(raw, 608, 4) or None,
        "radius_mm": _f4(raw, 564),
    }
    ranges, at = _u4(raw, 12), _FIRST_RANGE
    if not 0 < ranges <= 10_000:
        raise DataError(f"'{path}' states {ranges} ranges: it is damaged or empty.")
    for _ in range(ranges):
        length, points = _u4(raw, at), _u4(raw, at + 4)
        if length < _SMALLEST_RANGE or at + length > len(raw):
            raise DataError(f"'{path}': a range header of {length} bytes does not fit. It is truncated.")
        first, step = _f8(raw, at + 16), _f8(raw, at + 176)
        size = _u4(raw, at + 252)
        data = at + length + _u4(raw, at + 256)
        counts = _records(raw, data, points, size, path)
        own = {
            "step_time_s": _f4(raw, at + 192),
            "tension_kV": _u4(raw, at + 224),
            "current_mA": _u4(raw, at + 228),
        }
        angles = steps(first, step, points, path)
        yield pattern(angles, counts, path, settings=settings | own, label=_words(raw, 326, 60))
        at = data + points * size


@dataclass(frozen=True)
class _Segment:
    """A part of RAW4.00: kind, and where it begins and ends."""

    kind: int
    at: int
    end: int


def _segments(raw: bytes, at: int, end: int, path: str | Path) -> Iterator[_Segment]:
    """Walk segments up to `end`, or to the mark of a range, which is yielded last."""
    while at + 8 <= end:
        kind, length = struct.unpack_from("<II", raw, at)
        if kind in _RANGE_KINDS:
            yield _Segment(kind, at, at)
            return
        if length < 8 or at + length > end:
            raise DataError(
                f"'{path}': a segment of {length} bytes does not fit. It is truncated or damaged."
            )
        yield _Segment(kind, at, at + length)
        at += length


def _read4(raw: bytes, path: str | Path) -> Iterator[Measurement]:
    settings: dict[str, object] = {}
    label, at, ranges = "", _FIRST_SEGMENT, 0
    while at + 8 <= len(raw):
        begin = at
        for segment in _segments(raw, at, len(raw), path):
            at = segment.end
            if segment.kind in _RANGE_KINDS:
                yield _range4(raw, segment.at, path, settings, label)
                at, ranges = _end4(raw, segment.at), ranges + 1
            elif segment.kind == _TEXT and _words(raw, segment.at + 12, 24) == "SAMPLEID":
                label = _words(raw, segment.at + 36, segment.end - segment.at - 36)
            elif segment.kind == _SOURCE:
                settings = _source(raw, segment)
        if at == begin:
            break
    if not ranges:
        raise DataError(
            f"'{path}' is a RAW4 file without a measured range. It is truncated, or only settings."
        )


def _source(raw: bytes, segment: _Segment) -> dict[str, object]:
    at = segment.at
    return {
        "k_alpha1_A": _f8(raw, at + 80),
        "k_alpha2_A": _f8(raw, at + 88),
        "k_alpha2_ratio": _f8(raw, at + 104),
        "anode": _words(raw, at + 116, 4) or None,
    }


def _end4(raw: bytes, at: int) -> int:
    points, size, drives = _u4(raw, at + 88), _u4(raw, at + 136), _u4(raw, at + 140)
    return at + _RANGE_BYTES + drives + points * size


def _range4(raw: bytes, at: int, path: str | Path, source: dict[str, object], label: str) -> Measurement:
    scan = _words(raw, at + 32, 24)
    start, step, points = _f8(raw, at + 72), _f8(raw, at + 80), _u4(raw, at + 88)
    size, drives = _u4(raw, at + 136), _u4(raw, at + 140)
    data = at + _RANGE_BYTES + drives
    counts = _records(raw, data, points, size, path)
    if any(word in scan.lower() for word in _NO_SCANS_2THETA) and scan.lower() not in _SCANS_2THETA:
        raise DataError(f"'{path}' is a {scan}, not a scan over 2theta. Only powder scans are read.")
    for drive in _segments(raw, at + _RANGE_BYTES, data, path):
        if drive.kind == _DRIVE and _words(raw, drive.at + 12, 24) == "2Theta":
            start = _f8(raw, drive.at + 56)
    settings = source | {
        "step_time_s": _f4(raw, at + 92), "tension_kV": _f4(raw, at + 100), "current_mA": _f4(raw, at + 104)
    }  # fmt: skip
    return pattern(steps(start, step, points, path), counts, path, settings=settings, label=label)
