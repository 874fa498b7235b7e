"""Impedance spectra of EC-Lab, ``.mpt`` and ``.mpr``; see `_eclab`. One measurement per loop of the sweep."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..core.errors import DataError, InputError
from ..core.files import write_text
from ..core.measurement import Measurement
from . import _eclab, _impedance

NAME = "EC-Lab (impedance)"
TECHNIQUE = _impedance.TECHNIQUE
_FREQUENCY, _REAL, _IMAGINARY = "freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm"
_LOOP = ("z cycle", "cycle number")


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is an EC-Lab file with impedances (0 to 1)."""
    return 1.0 if _eclab.looks(head) and {_FREQUENCY, _REAL} <= _eclab.columns_in(head) else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read all spectra of a file.

    Raises
    ------
    DataError
        If the file is truncated, has no impedance or a value is not usable.
    """
    table = _eclab.read(path)
    missing = [name for name in (_FREQUENCY, _REAL, _IMAGINARY) if name not in table.columns]
    if missing:
        raise DataError(f"'{path}' has no column {missing[0]}: it holds no impedance spectrum.")
    frequency = table.columns[_FREQUENCY]
    loop = table.first(*_LOOP)
    loop = np.zeros(frequency.size) if loop is None else loop
    found = []
    for number in np.unique(loop):
        # rows of other steps of the same run have no frequency
        use = (loop == number) & (frequency > 0)
        if not use.any():
            continue
        label = Path(path).stem if np.unique(loop).size == 1 else f"{Path(path).stem} {number:g}"
        found.append(
            _impedance.measurement(
                frequency[use],
                table.columns[_REAL][use],
                -table.columns[_IMAGINARY][use],
                path=path,
                settings={**table.settings, "experiment": table.kind},
                label=label,
                origin="synthetic" if table.synthetic else "measured",
            )
        )
    if not found:
        raise DataError(f"'{path}' has impedance columns but no row with a frequency. Export it again.")
    return found


def write(measurement: Measurement, path: str | Path) -> None:
    """Write a spectrum as EC-Lab text (``.mpt``).

    Raises
    ------
    InputError
        If the measurement is not a spectrum or the file cannot be written.
    """
    if measurement.technique != TECHNIQUE:
        raise InputError(f"an impedance .mpt holds spectra, not '{measurement.technique}'. Give {TECHNIQUE}.")
    data = measurement.data
    columns = {
        _FREQUENCY: data["frequency"].values,
        _REAL: data["z_real"].values,
        _IMAGINARY: -data["z_imag"].values,
    }
    kind = "Potentio Electrochemical Impedance Spectroscopy"
    write_text(path, _eclab.text_file(kind, columns, synthetic=measurement.origin == "synthetic", items={}))
