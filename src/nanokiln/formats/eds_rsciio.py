"""X-ray files of Bruker, Velox, Phenom and JEOL, through the optional package rosettasciio.

The package comes with the extra ``microscopy`` (see `_rsciio`). Data as in `_eds`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import DataError
from ..core.measurement import Measurement
from ._eds import from_axes
from ._rsciio import signals

NAME = "X-ray files read by RosettaSciIO"
TECHNIQUE = "eds"

_HDF5 = b"\x89HDF\r\n\x1a\n"
#: Ending to reader, maker, and the bytes the file begins with (None: anything binary).
_READERS = {
    ".bcf": ("rsciio.bruker", "Bruker", b"AAMVHFSS"),
    ".spx": ("rsciio.bruker", "Bruker", b"<?xml"),
    ".emd": ("rsciio.emd", "Velox", _HDF5),
    ".elid": ("rsciio.phenom", "Phenom", None),
    ".eds": ("rsciio.jeol", "JEOL", None),
    ".pts": ("rsciio.jeol", "JEOL", None),
    ".asw": ("rsciio.jeol", "JEOL", None),
}


def sniff(head: bytes, path: Path) -> float:
    """Return how sure it is that a file is one of these: by its ending and its first bytes."""
    known = _READERS.get(path.suffix.lower())
    if known is None:
        return 0.0
    start = known[2]
    if start is None:
        return 0.8 if b"\x00" in head[:4096] else 0.0
    return 0.9 if head.lstrip(b"\xef\xbb\xbf").startswith(start) else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read the X-ray spectra, line scans and maps of a file.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    list of Measurement
        One for each; images in the file are left out.

    Raises
    ------
    DataError
        If the extra is not installed, or the file cannot be read or holds no spectrum.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in _READERS:
        raise DataError(f"'{path}' is none of {', '.join(_READERS)}. Export it as MSA.")
    module, maker, _ = _READERS[suffix]
    return _spectra(signals(path, module, f"{maker} file", apart=suffix == ".bcf"), str(path))


def _spectra(items: list[Mapping[str, Any]], path: str) -> list[Measurement]:
    found = []
    for signal in items:
        array = np.asarray(signal["data"])
        # a map of one line or one point is what it is without its empty dimensions
        axes = [a for a, n in zip(signal["axes"], array.shape, strict=True) if n > 1]
        item = from_axes(np.squeeze(array), axes, signal["metadata"], path=path, synthetic=False)
        if item is not None:
            found.append(item)
    if not found:
        raise DataError(f"'{path}' holds no X-ray spectrum; pictures are read as microscope images.")
    return found
