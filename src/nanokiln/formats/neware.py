"""Neware files, ``.nda`` and ``.ndax``, through the package NewareNDA (BSD-3), which has to be installed."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import DataError
from ..core.files import read_bytes
from ..core.measurement import Measurement
from . import _cycler
from ._quiet import quiet

NAME = "Neware"
TECHNIQUE = _cycler.TECHNIQUE
_MILLI = 1e-3


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is a Neware file (0 to 1)."""
    if head.startswith(b"NEWARE"):
        return 1.0
    if not head.startswith(b"PK\x03\x04"):
        return 0.0
    try:
        with zipfile.ZipFile(path) as archive:
            return 1.0 if any(name.endswith(".ndc") for name in archive.namelist()) else 0.0
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read a test.

    Raises
    ------
    DataError
        If NewareNDA is not installed, or cannot read the file.
    """
    raw = read_bytes(path)
    try:
        import NewareNDA
    except ImportError:
        raise DataError(
            f"'{path}' is a Neware file: install the extra 'nanokiln[cycler]' (package NewareNDA) to read "
            "it, or "
            "export it as csv from BTSDA."
        ) from None
    kind = ".nda" if raw.startswith(b"NEWARE") else ".ndax"
    try:
        with quiet("newarenda"):
            table = _table(NewareNDA, path, raw, kind)
    except Exception as error:  # the package raises whatever a damaged file makes it stumble over
        raise DataError(
            f"'{path}' cannot be read as a Neware file ({type(error).__name__}). Export it as csv from BTSDA."
        ) from error
    if len(table) == 0:
        raise DataError(f"'{path}' holds no rows. Export it as csv from BTSDA.")
    step = table["Step"].to_numpy(float)
    stamp = table["Timestamp"].astype("int64").to_numpy() / 1e9
    columns = _cycler.Columns(
        _time(stamp, table["Time"].to_numpy(float), _cycler.runs(step)),
        table["Voltage"].to_numpy(float),
        table["Current(mA)"].to_numpy(float) * _MILLI,
        table["Cycle"].to_numpy(float),
        step,
        table["Charge_Capacity(mAh)"].to_numpy(float) * _MILLI,
        table["Discharge_Capacity(mAh)"].to_numpy(float) * _MILLI,
    )
    return [_cycler.measurement(columns, path=path, settings={"instrument": "Neware"})]


def _table(package: Any, path: str | Path, raw: bytes, kind: str) -> Any:
    """Read with the package, under the ending it judges by."""
    import tempfile

    if Path(path).suffix.lower() == kind:
        return package.read(str(path), log_level="ERROR")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / f"test{kind}"
        copy.write_bytes(raw)
        return package.read(str(copy), log_level="ERROR")


def _time(stamp: np.ndarray, step_time: np.ndarray, step: np.ndarray) -> np.ndarray:
    """Return the time since the start: the clock at the start of each step, the finer step time within it."""
    first = np.concatenate([[0], np.flatnonzero(np.diff(step)) + 1])
    start = (stamp - stamp[0])[first] - (step_time[first] - step_time[first])
    time = start[step - 1] + step_time - step_time[first][step - 1]
    return np.maximum.accumulate(time)
