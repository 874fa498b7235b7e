"""Bruker/Siemens UXD: text with ``_KEY=value`` lines and columns of counts.

The angles are start plus step where the header states both and the printed ones agree (they are rounded,
to 0.01
degrees in old files); else the printed ones. One measurement per range.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from ..core.errors import DataError
from ..core.files import read_text
from ..core.measurement import Measurement
from ._diffraction import TECHNIQUE as TECHNIQUE
from ._diffraction import Array, number, origin_of, pattern, steps

NAME = "Bruker UXD"
_KEY = re.compile(r"^_(\w+)\s*=\s*(.*)$")
_DATA = re.compile(r"^_(2THETA)?(COUNTS|CPS|COUNTSPERSECOND)\s*$", re.IGNORECASE)
_ROUNDING = 0.005  # degrees: half the last digit of angles printed with two decimals
_STEP_ROUNDING = 5e-7  # degrees: half the last digit of _STEPSIZE, which adds up along the scan


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is UXD (0 to 1)."""
    plain = head.replace(b"\x00", b"")
    return 1.0 if b"_FILEVERSION" in plain and (b"_STEPSIZE" in plain or b"COUNTS" in plain) else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read all ranges.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    list of Measurement
        One per range.

    Raises
    ------
    DataError
        If there are no data, a row is not numbers, or a range is not a scan over 2theta.
    """
    text = read_text(path)
    found: list[Measurement] = []
    keys: dict[str, str] = {}
    rows: list[list[float]] = []
    kind: re.Match[str] | None = None
    for line in [*text.splitlines(), ""]:
        stripped = line.strip()
        if stripped.startswith("_") or (not stripped and kind):
            if kind and rows:
                found.append(_range(keys, kind, rows, path, text))
                rows, kind = [], None
            kind = _DATA.match(stripped) or kind
            key = _KEY.match(stripped)
            if key:
                keys[key[1].upper()] = key[2].strip().strip("'")
        elif kind and not stripped.startswith(";"):
            rows.append(_row(stripped, path))
    if not found:
        raise DataError(
            f"'{path}' holds no counts (no line '_2THETACOUNTS' or '_COUNTS' with rows after it)."
        )
    return found


def _row(line: str, path: str | Path) -> list[float]:
    try:
        return [float(word) for word in line.replace(",", " ").split()]
    except ValueError as error:
        raise DataError(f"'{path}': '{line[:40]}' is no row of numbers. It may be damaged.") from error


def _range(
    keys: dict[str, str], kind: re.Match[str], rows: list[list[float]], path: str | Path, text: str
) -> Measurement:
    drive = keys.get("DRIVE", "COUPLED").upper()
    if drive not in ("COUPLED", "2THETA", "UNCOUPLED"):
        raise DataError(f"'{path}' is a scan over {drive}, not over 2theta. Only powder scans are read.")
    first, step = (number(keys.get(k)) for k in ("START", "STEPSIZE"))
    if kind[1]:
        if any(len(row) != 2 for row in rows):
            raise DataError(f"'{path}': its rows are not all angle and counts. It may be truncated.")
        printed, counts = np.array(rows).T
        angles = _angles(printed, first, step, path)
    else:
        counts = np.array([value for row in rows for value in row])
        if first is None or step is None:
            raise DataError(f"'{path}' states no _START and _STEPSIZE, and its rows hold no angles.")
        angles = steps(first, step, counts.size, path)
    unit = "counts" if kind[2].upper() == "COUNTS" else "counts/s"
    settings = {
        "k_alpha1_A": keys.get("WL1"),
        "k_alpha2_A": keys.get("WL2"),
        "k_alpha2_ratio": number(keys.get("WLRATIO")),
        "anode": keys.get("ANODE"),
        "step_time_s": number(keys.get("STEPTIME")),
        "tension_kV": number(keys.get("KV")),
        "current_mA": number(keys.get("MA")),
        "radius_mm": number(keys.get("GONIOMETER_RADIUS")),
    }
    return pattern(
        angles,
        counts,
        path,
        settings=settings,
        label=keys.get("SAMPLE", ""),
        origin=origin_of(text),
        unit=unit,
    )


def _angles(printed: Array, first: float | None, step: float | None, path: str | Path) -> Array:
    if first is None or not step:
        return printed
    even = steps(first, step, printed.size, path)
    allowed = _ROUNDING + _STEP_ROUNDING * printed.size
    return even if np.abs(even - printed).max() <= allowed else printed
