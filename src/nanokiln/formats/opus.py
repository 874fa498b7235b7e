"""Bruker OPUS, the binary format of Bruker's infrared spectrometers, through the package brukeropus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import DataError
from ..core.files import read_bytes
from ..core.measurement import Measurement
from ._vibrational import infrared

NAME = "Bruker OPUS"
TECHNIQUE = "ftir"

_MAGIC = b"\x0a\x0a\xfe\xfe"
#: Blocks that are spectra of a sample, in the order of preference, and what their ordinate is.
_BLOCKS = {"a": "absorbance", "t": "transmittance"}
_RAMAN = "ra"  # prefix of Raman blocks


def sniff(head: bytes, path: Path) -> float:
    """Return how sure it is that a file is OPUS: by its first bytes."""
    return 1.0 if head.startswith(_MAGIC) else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read the spectrum of the sample: absorbance, else transmittance.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    DataError
        If it is damaged or holds neither; single-beam spectra and interferograms are left out.
    """
    from brukeropus import read_opus

    raw = read_bytes(path)
    if not raw.startswith(_MAGIC):
        raise DataError(f"'{path}' is no OPUS file. Choose the file that the spectrometer wrote.")
    try:
        found = read_opus(str(path))
        keys = list(found.data_keys)
    except Exception as error:  # the package raises whatever a damaged block leads to
        raise DataError(
            f"'{path}' is a damaged OPUS file ({type(error).__name__}: {error}). Copy it again."
        ) from error
    for key, unit in _BLOCKS.items():
        if key in keys:
            return [_measurement(getattr(found, key), found, unit, Path(path), len(raw))]
    kinds = ", ".join(keys) or "none"
    reason = (
        "Raman spectra in OPUS are not read yet"
        if any(k.startswith(_RAMAN) for k in keys)
        else ("it holds neither absorbance nor transmittance")
    )
    raise DataError(f"'{path}': {reason} (blocks: {kinds}). Export it as JCAMP-DX.")


def _measurement(block: Any, file: Any, unit: str, path: Path, size: int) -> Measurement:
    try:
        x, y = np.asarray(block.x, dtype=float), np.asarray(block.y, dtype=float)
    except Exception as error:  # as above: arrays are made when they are asked for
        raise DataError(f"'{path}' is a damaged OPUS file ({error}). Copy it again.") from error
    if x.size > size:
        raise DataError(f"'{path}' claims more points than it has bytes. Copy it again.")
    settings = {
        "title": _text(file, "snm") or path.stem, "instrument": _text(file, "ins"),
        "resolution_per_cm": _number(file, "res"), "laser_nm": None,
    }  # fmt: skip
    return infrared(
        x, y, unit, label=str(settings["title"]), origin="measured", settings=settings, path=str(path)
    )


def _text(file: Any, name: str) -> str:
    return str(getattr(file.params, name, "") or "").strip()


def _number(file: Any, name: str) -> float | None:
    value = getattr(file.params, name, None)
    return float(value) if isinstance(value, int | float) else None
