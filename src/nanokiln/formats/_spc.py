"""Galactic SPC, the binary format of GRAMS and many spectrometers (new format, little endian).

Source: the published description of the format, header of 512 bytes and 32 bytes before each spectrum.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..core.errors import DataError
from ..core.files import read_bytes
from ..core.measurement import Measurement
from ._vibrational import Array, infrared, raman, to_wavenumber

_HEADER = struct.Struct("<BBBbIddI4BI9s9sH32s130s30sII")
_HEADER_SIZE, _SUB_SIZE = 512, 32  # bytes
_NEW, _OTHERS = 0x4B, (0x4C, 0x4D)  # version byte: little endian; big endian and the format before 1996
_SHORT, _EACH_AXIS, _AXIS, _OWN_LABELS = 0x01, 0x40, 0x80, 0x20  # bits of the flags
_FLOAT = -128  # exponent that says: ordinates are single precision
_LARGEST_EXPONENT = 64  # beyond it an ordinate would be no intensity
_MOST_SPECTRA = 256  # of one file that are read; a map is exported spectrum by spectrum
#: Codes of the axis, and of the ordinate.
_AXES = {1: "1/cm", 2: "micrometer", 3: "nanometer", 13: "1/cm"}
_ORDINATES = {2: "absorbance", 4: "counts", 128: "transmittance", 129: "reflectance"}
_RAMAN_AXIS, _RAMAN_EXPERIMENT, _INFRARED_EXPERIMENTS = 13, 11, (2, 4)  # codes of axis and experiment
_PER_CENT_FROM = 2.0  # a transmittance above can only be per cent: the format does not say


@dataclass(frozen=True)
class _Head:
    flags: int
    version: int
    experiment: int
    exponent: int
    points: int
    first: float
    last: float
    spectra: int
    axis: int
    ordinate: int
    instrument: str
    comment: str
    labels: list[str]


def sniff(head: bytes, technique: str) -> float:
    """Return how sure it is that a file is SPC of this technique."""
    if len(head) < _HEADER_SIZE or head[1] not in (_NEW, *_OTHERS):
        return 0.0
    if head[1] in _OTHERS:  # refused by `read`, with the reason, if it looks like one
        return (
            0.3
            if technique == "ftir" and head[2] <= _RAMAN_EXPERIMENT + 3 and b"\x00\x00" in head[:64]
            else 0.0
        )
    try:
        found = _head(head)
    except DataError:
        return 0.0
    return 0.95 if _technique(found) == technique else 0.0


def _technique(head: _Head) -> str:
    if head.axis == _RAMAN_AXIS or head.experiment == _RAMAN_EXPERIMENT or "raman" in head.comment.lower():
        return "raman"
    if head.axis == 1 or head.experiment in _INFRARED_EXPERIMENTS:
        return "ftir"
    return ""


def _head(raw: bytes) -> _Head:
    """Return the header.

    Raises
    ------
    DataError
        If its fields cannot be those of a spectrum.
    """
    f = _HEADER.unpack_from(raw)
    words = [w.decode("latin-1") for w in f[18].split(b"\x00")]
    head = _Head(
        f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9], _text(f[14]),
        f"{_text(f[17])}", words if f[0] & _OWN_LABELS else [],
    )  # fmt: skip
    possible = np.isfinite([head.first, head.last]).all() and head.spectra > 0
    if (
        not possible
        or head.points < 2
        or (head.exponent != _FLOAT and abs(head.exponent) > _LARGEST_EXPONENT)
    ):
        raise DataError("the header is none of a spectrum")
    return head


def _text(raw: bytes) -> str:
    return raw.split(b"\x00", 1)[0].decode("latin-1").strip()


def read(path: str | Path, technique: str) -> list[Measurement]:
    """Read the spectra of a file.

    Parameters
    ----------
    path
        The file.
    technique
        ``ftir`` or ``raman``, as `sniff` found.

    Raises
    ------
    DataError
        If the file is truncated, of the format before 1996, or holds more spectra than are read at once.
    """
    raw = read_bytes(path)
    if len(raw) >= 2 and raw[1] in _OTHERS:
        raise DataError(
            f"'{path}' is SPC of another age or byte order; nanokiln reads version 4B. Save it anew."
        )
    if len(raw) < _HEADER_SIZE + _SUB_SIZE:
        raise DataError(f"'{path}' is SPC without a spectrum. It may be truncated; export it again.")
    head = _head(raw)
    if head.spectra > _MOST_SPECTRA:
        raise DataError(
            f"'{path}' holds {head.spectra} spectra; at most {_MOST_SPECTRA} are read. Export them singly."
        )
    axis, at = None, _HEADER_SIZE
    if head.flags & _AXIS and not head.flags & _EACH_AXIS:
        axis, at = _floats(raw, at, head.points, str(path))
    found = []
    for number in range(head.spectra):
        x, y, at = _spectrum(raw, at, head, axis, str(path))
        found.append(_measurement(x, y, head, technique, number, Path(path)))
    return found


def _floats(raw: bytes, at: int, count: int, path: str) -> tuple[Array, int]:
    return _array(raw, at, count, "<f4", path), at + 4 * count


def _array(raw: bytes, at: int, count: int, kind: str, path: str) -> Array:
    size = np.dtype(kind).itemsize
    if at + count * size > len(raw):
        raise DataError(f"'{path}' ends within the spectrum. It is truncated; export it again.")
    return np.frombuffer(raw, kind, count, at).astype(float)


def _spectrum(raw: bytes, at: int, head: _Head, axis: Array | None, path: str) -> tuple[Array, Array, int]:
    """Return axis and ordinate of the spectrum at a place, and where the next begins."""
    if at + _SUB_SIZE > len(raw):
        raise DataError(f"'{path}' ends before its last spectrum. It is truncated; export it again.")
    own_exponent, own_points = (
        struct.unpack_from("<b", raw, at + 1)[0],
        struct.unpack_from("<I", raw, at + 16)[0],
    )
    at += _SUB_SIZE
    points = own_points if head.flags & _EACH_AXIS and own_points else head.points
    if axis is not None:
        x = axis
    elif head.flags & _EACH_AXIS:
        x, at = _floats(raw, at, points, path)
    else:
        _array(
            raw, at, points, "<i2", path
        )  # that many cannot be there: say so before making an axis of them
        x = np.linspace(head.first, head.last, points)
    exponent = own_exponent if head.spectra > 1 and own_exponent else head.exponent
    if exponent == _FLOAT:
        return x, _array(raw, at, points, "<f4", path), at + 4 * points
    bits = 16 if head.flags & _SHORT else 32
    whole = _array(raw, at, points, f"<i{bits // 8}", path)
    return x, whole * 2.0 ** (exponent - bits), at + points * bits // 8


def _measurement(x: Array, y: Array, head: _Head, technique: str, number: int, path: Path) -> Measurement:
    unit = _ORDINATES.get(head.ordinate, "")
    if unit == "transmittance" and y.max() > _PER_CENT_FROM:
        unit = "transmittance (%)"
    if head.axis not in _AXES:
        raise DataError(
            f"'{path}' has an axis of code {head.axis}; nanokiln reads 1/cm, nm, um and Raman shift."
        )
    x = to_wavenumber(x, _AXES[head.axis], str(path))
    settings = {
        "title": head.comment, "instrument": head.instrument,
        "resolution_per_cm": None, "laser_nm": None, "axis_label": head.labels[0] if head.labels else "",
    }  # fmt: skip
    label = head.comment or path.stem
    label += f" #{number + 1}" if head.spectra > 1 else ""
    make = infrared if technique == "ftir" else raman
    said = unit if technique == "ftir" else ("counts" if unit == "counts" else "a.u.")
    return make(x, y, said, label=label, origin="measured", settings=settings, path=str(path))
