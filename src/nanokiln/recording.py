"""What the instruments beside a cell write down while a protocol runs: cycler, potentiostat, impedance.

The half cell gives exact curves; a recording has the noise of an instrument and the form of its files, so
that the analysis of a lab's own files takes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .core.measurement import Measurement
from .core.parameters import Parameter, Values
from .techniques.eis.synthetic import NOISE

if TYPE_CHECKING:
    import xarray as xr

    from .halfcell.perform import Record
    from .halfcell.specimen import Specimen

VOLTAGE_NOISE = Parameter(
    "recording.voltage_noise", 1e-4, "V", 2e-5, 1e-3, "noise (sd) of a battery cycler of 0.02 % of 5 V", "M"
)
CURRENT_GAIN = Parameter(
    "recording.current_gain",
    2e-4,
    "1",
    1e-4,
    1e-3,
    "error (sd) of a cycler's current, the same for a test",
    "M",
)
_S_PER_H, _MILLI = 3600.0, 1e-3  # unit conversions
_COLUMNS = {
    "time": "s",
    "voltage": "V",
    "current": "A",
    "cycle": "1",
    "step": "1",
    "charge": "A h",
    "discharge": "A h",
}


def measurements(made: Specimen, records: Sequence[Record], values: Values, seed: int) -> list[Measurement]:
    """Return what a protocol leaves in the files of instruments.

    Parameters
    ----------
    made
        The cell.
    records
        From `halfcell.perform.perform`.
    values
        Parameter values, for the noise.
    seed
        Seed of the noise.

    Returns
    -------
    list of Measurement
        One ``cycling`` with all cycles, rests and pulses in order, one ``cv`` for each sweep and one ``eis``
        for each spectrum.

    Limits
    ------
    Charge that the interphase takes is spread over the lithiation. Of cycles that one simulated cycle stands
    for, only that one is recorded, under its own number; the counters hold what was recorded.
    """
    rng = np.random.default_rng([seed, 71])
    tests = [r for r in records if r.step.step in ("cycles", "rest", "pulses")]
    found = [_test(made, tests, values, rng)] if tests else []
    for record in records:
        if record.step.step == "sweep":
            found.append(_sweep(made, record.data, values, rng))
        elif record.step.step == "eis":
            found.append(_spectrum(made, record.data, rng))
    return found


def _test(made: Specimen, records: Sequence[Record], values: Values, rng: np.random.Generator) -> Measurement:
    """Return cycles, rests and pulses as one test of a cycler."""
    import xarray as xr

    blocks: list[np.ndarray] = []  # time from the start of the step, voltage, current, cycle; one per step
    starts: list[float] = []
    clock, cycle = 0.0, 0
    for record in records:
        if record.step.step == "cycles":
            parts, begins, clock, cycle = _cycles(record, made.cell.mass_g, clock)
        else:
            parts, begins, clock = _driven(record.data, cycle, clock)
        blocks += parts
        starts += begins
    gain = 1 + values[CURRENT_GAIN] * float(rng.standard_normal())
    table = np.concatenate(
        [
            np.column_stack([start + b[:, 0], b[:, 1], b[:, 2] * gain, b[:, 3], np.full(len(b), n)])
            for n, (b, start) in enumerate(zip(blocks, starts, strict=True), start=1)
        ]
    )
    table[:, 1] += values[VOLTAGE_NOISE] * rng.standard_normal(len(table))
    counters = _counters(table)
    columns = dict(zip(_COLUMNS, [*table.T, *counters], strict=True))
    columns["cycle"], columns["step"] = (columns[n].astype(int) for n in ("cycle", "step"))
    data = xr.Dataset({n: ("point", columns[n], {"units": unit}) for n, unit in _COLUMNS.items()})
    settings = {"capacity_source": "counters of the instrument", "notes": _notes(made)}
    return Measurement("cycling", data, "synthetic", made.name, settings)


def _cycles(record: Record, mass_g: float, clock: float) -> tuple[list[np.ndarray], list[float], float, int]:
    """Return half cycles with the time each begins, the time after them, and the last cycle's number."""
    data = record.data
    amperes = float(data.attrs["current_A_g"]) * mass_g
    number, hours = data["cycle"].values, data["hours"].values
    parts, begins, first = [], [], clock
    for row in range(number.size):
        at = max(clock, first + float(hours[row] - hours[0]) * _S_PER_H)
        for branch, sign in enumerate((-1.0, 1.0)):
            charge = data["charge"].values[row, branch] * _MILLI * mass_g / float(data.attrs["share"])  # A h
            if branch == 0:
                charge = charge * _with_film(data, row)
            seconds = charge / amperes * _S_PER_H
            volts = data["voltage"].values[row, branch]
            parts.append(
                np.column_stack([
                    seconds, volts, np.full(volts.size, sign * amperes), np.full(volts.size, number[row])
                ])
            )  # fmt: skip
            begins.append(at)
            at += float(seconds[-1])
        clock = at
    return parts, begins, clock, int(number[-1])


def _with_film(data: xr.Dataset, row: int) -> float:
    """Return what the charge of a lithiation grows by because the interphase takes some."""
    down, up = (float(data[n].values[row]) for n in ("lithiation_mAh_g", "capacity_mAh_g"))
    film = up / float(data["efficiency"].values[row]) - max(down, up)
    return 1 + film / down


def _driven(data: xr.Dataset, cycle: int, clock: float) -> tuple[list[np.ndarray], list[float], float]:
    """Return a rest or pulses, a step for each change of the current, and the time after them."""
    time, volts, amperes = (data[n].values for n in ("time", "voltage", "current"))
    edges = np.flatnonzero(np.abs(np.diff(amperes)) > 0) + 1
    parts, begins = [], []
    for piece in np.split(np.arange(time.size), edges):
        numbers = np.full(piece.size, cycle + bool(amperes.any()))  # a titration is one half cycle
        parts.append(np.column_stack([time[piece] - time[piece[0]], volts[piece], amperes[piece], numbers]))
        begins.append(clock + float(time[piece[0]]))
    return parts, begins, clock + float(time[-1])


def _counters(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return charge and discharge (A h) that have passed up to each row; nothing passes between steps."""
    time, amperes, step = table[:, 0], table[:, 2], table[:, 4]
    within = np.diff(step) == 0
    passed = np.concatenate([[0.0], np.where(within, np.diff(time) * amperes[1:] / _S_PER_H, 0.0)])
    return np.cumsum(np.maximum(passed, 0.0)), np.cumsum(np.maximum(-passed, 0.0))


def _sweep(made: Specimen, data: xr.Dataset, values: Values, rng: np.random.Generator) -> Measurement:
    import xarray as xr

    amperes = data["current"].values
    noise = values[CURRENT_GAIN] * float(np.abs(amperes).max())
    columns = {
        "time": (data["time"].values, "s"),
        "potential": (data["voltage"].values, "V"),
        "current": (amperes + noise * rng.standard_normal(amperes.size), "A"),
        "cycle": (data["cycle"].values.astype(int), "1"),
    }
    found = xr.Dataset({n: ("point", v, {"units": unit}) for n, (v, unit) in columns.items()})
    settings = {
        "scan_rate_V_s": float(data.attrs["scan_rate_mV_s"]) * _MILLI, "reference_electrode": "Li/Li+",
        "notes": _notes(made),
    }  # fmt: skip
    return Measurement("cv", found, "synthetic", made.name, settings)


def _spectrum(made: Specimen, data: xr.Dataset, rng: np.random.Generator) -> Measurement:
    import xarray as xr

    exact = data["z_real"].values + 1j * data["z_imag"].values
    noise = NOISE * np.abs(exact) * (rng.standard_normal(exact.size) + 1j * rng.standard_normal(exact.size))
    seen = exact + noise
    found = xr.Dataset(
        {
            "frequency": ("point", data["frequency"].values, {"units": "Hz"}),
            "z_real": ("point", seen.real, {"units": "ohm"}),
            "z_imag": ("point", seen.imag, {"units": "ohm"}),
        }
    )
    return Measurement("eis", found, "synthetic", made.name, {"notes": _notes(made)})


def _notes(made: Specimen) -> list[str]:
    return [f"virtual cell with {made.cell.mass_g * 1e3:.3g} mg of active mass"]
