"""Instrument files: one module per file format, reading and, where the format is text, writing.

Every module has ``NAME``, ``TECHNIQUE``, ``sniff(head, path) -> float`` (how sure, from content, 0 to 1)
and ``read(path) -> list[Measurement]``; some have ``write``. To add a format, add a module and its name
in `MODULES`.
"""

from __future__ import annotations

import importlib
import lzma
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import DataError, unknown_name
from ..core.files import read_bytes

if TYPE_CHECKING:
    from ..core.measurement import Measurement

MODULES = (
    "aif", "micromeritics", "belsorp", "quantachrome", "pygaps_json", "isotherm_csv",
    "vamas", "phi_spe", "avantage", "specs_xy", "diameters_csv", "xps_csv",
    "micrograph_tiff", "micrograph_png", "micrograph_rsciio", "msa", "hspy", "eds_rsciio",
    "icp_csv", "icp_agilent", "icp_table",
    "tga_netzsch", "tga_perkinelmer", "tga_mettler", "tga_ta", "tga_csv",
    "xrdml", "brml", "rasx", "bruker_raw", "uxd", "xrd_xy",
    "zplot", "gamry_eis", "eclab_eis", "eis_csv",
    "bdf_csv", "cycler_csv", "cycler_xlsx", "neware", "arbin_res", "eclab_cycling",
    "eclab_cv", "cv_csv",
    "jcamp_raman", "spc_raman", "wdf", "raman_renishaw", "raman_labspec", "raman_bwtek", "raman_columns",
    "jcamp_infrared", "spc_infrared", "opus", "perkin_elmer_asp", "infrared_columns",
)  # fmt: skip
#: What libraries raise on damaged content.
_FAULTS = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, MemoryError, OSError,
    RuntimeError, TypeError, ValueError, lzma.LZMAError, struct.error, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
_HEAD = 65536  # bytes looked at when guessing a format


@dataclass(frozen=True)
class Guess:
    """A format guessed from content, with how sure the guess is (0 to 1)."""

    module: ModuleType
    sure: float


def modules() -> list[ModuleType]:
    """Import and return all format modules."""
    return [importlib.import_module(f"nanokiln.formats.{name}") for name in MODULES]


def guess(path: str | Path, technique: str | None = None) -> Guess:
    """Guess the format of a file from its content.

    Parameters
    ----------
    path
        The file.
    technique
        Consider only formats of this technique.

    Raises
    ------
    DataError
        If no format fits; the message lists those that are read.
    """
    head = _plain(read_bytes(path)[:_HEAD])
    candidates = [m for m in modules() if technique in (None, m.TECHNIQUE)]
    if not candidates:
        raise unknown_name("technique", str(technique), {m.TECHNIQUE for m in modules()})
    with _damaged_numbers():
        best = max((Guess(m, m.sniff(head, Path(path))) for m in candidates), key=lambda g: g.sure)
    if best.sure <= 0:
        known = ", ".join(m.NAME for m in candidates)
        raise DataError(
            f"'{path}' is in no format nanokiln reads ({known}). "
            "Export it as text from the instrument software."
        )
    return best


def _damaged_numbers() -> np.errstate:
    """Damaged files hold numbers that are none: readers say so as an error, NumPy's warnings add nothing."""
    return np.errstate(all="ignore")


def _plain(head: bytes) -> bytes:
    """Return text in UTF-16 as UTF-8, other bytes as they are: readers look for words."""
    if head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return head
    return head.decode("utf-16", errors="ignore").encode("utf-8")


def read(path: str | Path, technique: str | None = None) -> list[Measurement]:
    """Read an instrument file, guessing its format from content.

    Raises
    ------
    DataError
        If the file is in no known format, damaged, empty, or holds no measurement.
    """
    found = guess(path, technique)
    try:
        with _damaged_numbers():
            measurements: list[Measurement] = found.module.read(path)
    except DataError:
        raise
    except _FAULTS as error:
        words = " ".join(f"{type(error).__name__}: {error}".split())
        raise DataError(
            f"'{path}' looks like {found.module.NAME} but cannot be read ({words}). "
            "It may be truncated; export it again."
        ) from error
    if not measurements:
        raise DataError(f"'{path}' holds no measurement in format {found.module.NAME}.")
    return [m.with_file(str(path)) for m in measurements]
