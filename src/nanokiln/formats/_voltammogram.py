"""What all formats of voltammograms share: the dataset and its checks.

``Measurement.data`` has dimension ``point``: ``potential`` (V), ``current`` (A or A/cm2), ``cycle``, maybe
``time`` (s).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import DataError
from ..core.measurement import Measurement, Origin
from ._delimited import check

TECHNIQUE = "cv"
FEWEST_POINTS = 20  # rows below which a table is not taken for a voltammogram


def measurement(
    potential: np.ndarray,
    current: np.ndarray,
    *,
    path: str | Path,
    settings: Mapping[str, Any],
    time: np.ndarray | None = None,
    cycle: np.ndarray | None = None,
    unit: str = "A",
    origin: Origin = "measured",
) -> Measurement:
    """Check the columns of a voltammogram and wrap them up.

    Parameters
    ----------
    potential, current, time, cycle
        V, `unit`, s, number.
    path, settings, origin
        As in `Measurement`.
    unit
        ``"A"`` or ``"A/cm2"``.

    Raises
    ------
    DataError
        If there are too few rows, a value is not finite, or the potential does not move.
    """
    import xarray as xr

    if potential.size < FEWEST_POINTS:
        raise DataError(f"'{path}' holds {potential.size} rows; a voltammogram needs {FEWEST_POINTS}.")
    number = np.ones(potential.size) if cycle is None else cycle
    columns = {"potential": potential, "current": current, "cycle": number}
    if time is not None:
        columns["time"] = time
    check(columns, path)
    if np.ptp(potential) == 0:
        raise DataError(f"'{path}': the potential does not change, so this is no voltammogram.")
    columns["cycle"] = number.astype(int)
    units = {"potential": "V", "current": unit, "cycle": "1", "time": "s"}
    data = xr.Dataset({name: ("point", values, {"units": units[name]}) for name, values in columns.items()})
    return Measurement(TECHNIQUE, data, origin, Path(path).stem, dict(settings), str(path))
