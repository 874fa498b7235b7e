"""X-ray files of Bruker, Velox, Phenom and JEOL, through the optional package rosettasciio.

That package is under the GPL and no part of nanokiln: it is used where the reader of a file has installed it,
with the extra ``microscopy``. Data as in `_eds`.
"""

from __future__ import annotations

import importlib
import pickle
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import DataError
from ..core.measurement import Measurement
from ._eds import from_axes

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
    try:
        reader = importlib.import_module(module).file_reader
    except ImportError as error:
        raise DataError(
            f"'{path}' is a {maker} file; reading it needs the extra 'microscopy' (missing: {error.name}): "
            "pip install nanokiln[microscopy], or export it as MSA."
        ) from error
    if suffix == ".bcf":
        reader = _read_apart
    return _spectra(_signals(reader, path, maker), str(path))


#: What the other process runs: a reading put into a file.
_APART = """
import pickle, sys, warnings
warnings.simplefilter("ignore")
from rsciio.bruker import file_reader
try:
    parts = ("data", "axes", "metadata")
    found = [{part: signal[part] for part in parts} for signal in file_reader(sys.argv[1])]
except Exception as error:
    found = f"{type(error).__name__}: {error}"
with open(sys.argv[2], "wb") as out:
    pickle.dump(found, out)
"""
_PATIENCE = 300.0  # s; a map of 512 x 512 points takes a few


def _read_apart(path: str) -> list[Mapping[str, Any]]:
    """Read a Bruker map in a process of its own.

    Its compiled parser trusts the lengths it finds in a file, and a damaged one takes the process with it.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "signals"
        try:
            done = subprocess.run(
                [sys.executable, "-c", _APART, path, str(out)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise DataError(f"it takes longer than {_PATIENCE:.0f} s") from error
        if done.returncode < 0 or not out.exists():
            raise DataError("its reader breaks down on it: the file is damaged")
        found: list[Mapping[str, Any]] | str = pickle.loads(out.read_bytes())
    if isinstance(found, str):
        raise DataError(found)
    return found


def _signals(reader: Any, path: str | Path, maker: str) -> list[Mapping[str, Any]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of formats and versions; nothing a user can act on
            signals: list[Mapping[str, Any]] = reader(str(path))
    except ModuleNotFoundError as error:
        raise DataError(
            f"'{path}' is a {maker} file; reading it needs more of the extra 'microscopy' ({error}): "
            "pip install nanokiln[microscopy]."
        ) from error
    except Exception as error:  # readers of foreign files raise anything
        raise DataError(f"'{path}' looks like a {maker} file but cannot be read ({_said(error)}).") from error
    return signals


def _said(error: Exception) -> str:
    said = " ".join(str(error).split())
    return said if isinstance(error, DataError) else f"{type(error).__name__}: {said}"


def _spectra(signals: list[Mapping[str, Any]], path: str) -> list[Measurement]:
    found = []
    for signal in signals:
        array = np.asarray(signal["data"])
        # a map of one line or one point is what it is without its empty dimensions
        axes = [a for a, n in zip(signal["axes"], array.shape, strict=True) if n > 1]
        item = from_axes(np.squeeze(array), axes, signal["metadata"], path=path, synthetic=False)
        if item is not None:
            found.append(item)
    if not found:
        raise DataError(f"'{path}' holds no X-ray spectrum; pictures are read as microscope images.")
    return found
