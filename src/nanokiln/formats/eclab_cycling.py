"""Cycling tests of EC-Lab, ``.mpt`` and ``.mpr``; see `_eclab`.

Current is the recorded one, else the charge over time. Positive charges the cell as it is connected.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..core.errors import DataError, InputError
from ..core.files import write_text
from ..core.measurement import Measurement
from . import _cycler, _eclab

NAME = "EC-Lab (cycling)"
TECHNIQUE = _cycler.TECHNIQUE
_VOLTAGE = ("Ecell/V", "Ewe/V", "<Ewe>/V", "<Ewe/V>", "Ewe-Ece/V")
_CURRENT = ("I/mA", "<I>/mA")
_NET = {"(Q-Qo)/mA.h": 1e-3, "(Q-Qo)/C": 1 / 3600.0}
_STEP = {"dq/mA.h": 1e-3, "dQ/mA.h": 1e-3, "dQ/C": 1 / 3600.0}
_MILLI = 1e-3


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is an EC-Lab cycling test (0 to 1)."""
    names = _eclab.columns_in(head) if _eclab.looks(head) else set()
    if not names or "freq/Hz" in names or "time/s" not in names or not names & set(_VOLTAGE):
        return 0.0
    if "voltammetry" in _eclab.kind_in(head).lower():
        return 0.3
    return 0.95 if names & {*_CURRENT, *_NET, *_STEP} else 0.5


def read(path: str | Path) -> list[Measurement]:
    """Read a test.

    Raises
    ------
    DataError
        If the file is truncated, or lacks time, voltage, or current and charge.
    """
    table = _eclab.read(path)
    time, voltage = table.first("time/s"), table.first(*_VOLTAGE)
    if time is None or voltage is None:
        raise DataError(f"'{path}' has no {'time' if time is None else 'voltage'}: it holds no cycling test.")
    current = table.first(*_CURRENT)
    net = next((table.columns[name] * factor for name, factor in _NET.items() if name in table.columns), None)
    if net is None:
        parts = next((table.columns[n] * f for n, f in _STEP.items() if n in table.columns), None)
        net = None if parts is None else np.cumsum(parts)
    half = table.first("half cycle")
    columns = _cycler.Columns(
        time, voltage, None if current is None else current * _MILLI, cycle=None, step=half, net=net
    )
    return [
        _cycler.measurement(
            columns,
            path=path,
            settings={
                **table.settings,
                "experiment": table.kind,
                "instrument": table.settings.get("instrument", "BioLogic"),
            },
            origin="synthetic" if table.synthetic else "measured",
        )
    ]


def write(measurement: Measurement, path: str | Path) -> None:
    """Write a test as EC-Lab text (``.mpt``).

    Raises
    ------
    InputError
        If the measurement is not a cycling test or the file cannot be written.
    """
    if measurement.technique != TECHNIQUE:
        raise InputError(f"a cycling .mpt holds tests, not '{measurement.technique}'. Give {TECHNIQUE}.")
    data = measurement.data
    way = _cycler.direction(data["current"].values)
    columns = {
        "ox/red": (way > 0).astype(float),
        "Ns": data["step"].values - 1.0,
        "time/s": data["time"].values,
        "Ewe/V": data["voltage"].values,
        "I/mA": data["current"].values / _MILLI,
        "(Q-Qo)/mA.h": (data["charge"].values - data["discharge"].values) / _MILLI,
        "half cycle": data["step"].values - 1.0,
    }
    kind = "Galvanostatic Cycling with Potential Limitation"
    write_text(path, _eclab.text_file(kind, columns, synthetic=measurement.origin == "synthetic", items={}))
