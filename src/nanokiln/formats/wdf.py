"""Renishaw WiRE (``.wdf``), the binary format of Renishaw's Raman microscopes.

Source: the block structure as publicly described; blocks of a four-letter name, a number and a length.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from ..core.errors import DataError
from ..core.files import read_bytes
from ..core.measurement import Measurement
from ._vibrational import Array, raman

NAME = "Renishaw WiRE (.wdf)"
TECHNIQUE = "raman"

_MAGIC = b"WDF1"
_HEAD = 512  # bytes of the first block
_BLOCK = struct.Struct("<4sIQ")
_POINTS, _SPECTRA, _LASER, _TITLE, _TITLE_SIZE = 60, 72, 156, 240, 160  # places in the first block
_SHIFT_UNIT = 1  # code of an axis in Raman shift
_LISTS = 8  # bytes of kind and unit before a list of abscissae
_MOST_SPECTRA = 256  # of one file that are read; a map is exported spectrum by spectrum
_NM_PER_CM = 1e7


def sniff(head: bytes, path: Path) -> float:
    """Return how sure it is that a file is WiRE: by its first bytes."""
    return 1.0 if head.startswith(_MAGIC) else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read the spectra of a file.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    DataError
        If it is truncated, has no axis in Raman shift, or is a map of more spectra than are read at once.
    """
    raw = read_bytes(path)
    if len(raw) < _HEAD or not raw.startswith(_MAGIC):
        raise DataError(f"'{path}' is no complete WiRE file. Copy it again.")
    points, spectra = struct.unpack_from("<I", raw, _POINTS)[0], struct.unpack_from("<Q", raw, _SPECTRA)[0]
    if spectra > _MOST_SPECTRA:
        raise DataError(
            f"'{path}' is a map of {spectra} spectra; at most {_MOST_SPECTRA} are read. "
            "Export single spectra."
        )
    blocks = _blocks(raw, str(path))
    x = _axis(raw, blocks, points, str(path))
    at, size = blocks.get(b"DATA", (0, 0))
    if size < 4 * points * spectra or not points or not spectra:
        raise DataError(
            f"'{path}' holds {size // 4} intensities of {points * spectra}. "
            "It may be truncated; copy it again."
        )
    y = _floats(raw, at, points * spectra).reshape(spectra, points)
    per_cm = struct.unpack_from("<f", raw, _LASER)[0]
    title = raw[_TITLE : _TITLE + _TITLE_SIZE].split(b"\x00", 1)[0].decode("utf-8", "replace").strip()
    settings = {
        "title": title, "instrument": "Renishaw", "resolution_per_cm": None,
        "laser_nm": round(_NM_PER_CM / per_cm, 2) if np.isfinite(per_cm) and per_cm > 0 else None,
    }  # fmt: skip
    label = title or Path(path).stem
    return [
        raman(
            x, row, "counts", label=f"{label} #{i + 1}" if spectra > 1 else label, origin="measured",
            settings=settings, path=str(path),
        )
        for i, row in enumerate(y)
    ]  # fmt: skip


def _blocks(raw: bytes, path: str) -> dict[bytes, tuple[int, int]]:
    """Return where the content of each kind of block begins and how long it is; the first one of a kind."""
    found: dict[bytes, tuple[int, int]] = {}
    at = 0
    while at + _BLOCK.size <= len(raw):
        name, _, size = _BLOCK.unpack_from(raw, at)
        if size < _BLOCK.size or at + size > len(raw):
            raise DataError(
                f"'{path}': block {name!r} does not end within the file. It is truncated; copy it again."
            )
        found.setdefault(name, (at + _BLOCK.size, size - _BLOCK.size))
        at += size
    return found


def _axis(raw: bytes, blocks: dict[bytes, tuple[int, int]], points: int, path: str) -> Array:
    at, size = blocks.get(b"XLST", (0, 0))
    if size < _LISTS + 4 * points or points == 0:
        raise DataError(f"'{path}' has no axis of {points} points. It may be damaged; copy it again.")
    unit = struct.unpack_from("<I", raw, at + 4)[0]
    if unit != _SHIFT_UNIT:
        raise DataError(
            f"'{path}' has an axis of unit code {unit}, not Raman shift. Save it with shifts in 1/cm."
        )
    return _floats(raw, at + _LISTS, points)


def _floats(raw: bytes, at: int, count: int) -> Array:
    """Return numbers of single precision; damaged ones may be no numbers, which is checked later."""
    with np.errstate(invalid="ignore"):
        return np.frombuffer(raw, "<f4", count, at).astype(float)
