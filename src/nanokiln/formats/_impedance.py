"""What all impedance formats share: the dataset and its checks.

``Measurement.data`` has dimension ``point``: ``frequency`` (Hz), ``z_real``, ``z_imag`` (ohm).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import DataError
from ..core.measurement import Measurement, Origin
from ._delimited import check

TECHNIQUE = "eis"
FEWEST_POINTS = 3  # frequencies below which a table is not taken for a spectrum


def measurement(
    frequency: np.ndarray,
    real: np.ndarray,
    imaginary: np.ndarray,
    *,
    path: str | Path,
    settings: Mapping[str, Any],
    label: str = "",
    origin: Origin = "measured",
) -> Measurement:
    """Check the columns of a spectrum and wrap them up.

    Parameters
    ----------
    frequency
        Hz, any order.
    real, imaginary
        Impedance (ohm); the imaginary part of a capacitor is negative.
    path, settings, label, origin
        As in `Measurement`.

    Raises
    ------
    DataError
        If there are too few frequencies, or a value is not finite, not positive or zero where it cannot be.
    """
    import xarray as xr

    columns = {"frequency": frequency, "z_real": real, "z_imag": imaginary}
    if frequency.size < FEWEST_POINTS:
        raise DataError(
            f"'{path}' holds {frequency.size} frequencies; a spectrum needs {FEWEST_POINTS}. Export all of "
            "it."
        )
    check(columns, path)
    if (frequency <= 0).any():
        raise DataError(f"'{path}': frequencies must be above 0 Hz. Check which column is the frequency.")
    if (np.hypot(real, imaginary) == 0).any():
        raise DataError(f"'{path}': the impedance is zero at a frequency. Leave that row out.")
    units = {"frequency": "Hz", "z_real": "ohm", "z_imag": "ohm"}
    data = xr.Dataset(
        {
            name: ("point", np.asarray(values, float), {"units": units[name]})
            for name, values in columns.items()
        }
    )
    return Measurement(TECHNIQUE, data, origin, label or Path(path).stem, dict(settings), str(path))
