"""Perform: run a protocol on a specimen, step by step, and hand over what a cycler would have recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import SolverError
from ..core.evidence import Evidence
from ..core.measurement import SYNTHETIC_MARK
from ..core.parameters import Values
from ..core.units import ZERO_CELSIUS
from .cell import Array, Cell
from .endurance import Cycles, Endurance
from .impedance import frequencies, separability_range, spectrum
from .impedance_parameters import FREQUENCY_HIGH, FREQUENCY_LOW
from .protocol import Protocol, Step
from .pybamm_adapter import CURVE_POINTS, Phase, Trace, settled, sweeper
from .specimen import Specimen

if TYPE_CHECKING:
    import xarray as xr

_S_PER_H, _MV_PER_V = 3600.0, 1000.0  # unit conversions
_SWEEP_POINTS = 1000  # of each branch of a sweep
_CURVE_POINTS = 100  # of each half cycle
_PULSE_POINTS = 50  # of a pulse and of the rest behind it
_MOST_PULSES = 1000  # a titration of more is a mistake
_SHORTEST = 1e-3  # s: a pulse over sooner has met the limit at once

#: Called with the share done (0 to 1) and what is being done.
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Record:
    """One step and what came out: see `perform`."""

    step: Step
    data: xr.Dataset


def prepared(cell: Cell, protocol: Protocol) -> Cell:
    """Return the cell with the window and temperature of the protocol.

    Raises
    ------
    InputError
        If the window is reversed or outside the open-circuit curve.
    """
    lower, upper, degC = protocol.lower_V, protocol.upper_V, protocol.temperature_degC
    return replace(
        cell,
        lower_V=cell.lower_V if lower is None else lower,
        upper_V=cell.upper_V if upper is None else upper,
        temperature_K=cell.temperature_K if degC is None else degC + ZERO_CELSIUS,
    )


def perform(
    specimen: Specimen, protocol: Protocol, values: Values, progress: Progress | None = None
) -> list[Record]:
    """Run every step of a protocol on one cell, which keeps its state.

    Parameters
    ----------
    specimen
        Powder in its cell.
    protocol
        What to do.
    values
        All other numbers.
    progress
        Called before each step.

    Returns
    -------
    list of Record
        ``cycles``: rows per simulated cycle, as `endurance.endure`, with its curves (``charge``, ``voltage``
        over cycle, branch and point), the current per gram of active mass and the active share. ``sweep``,
        ``pulses``: ``time`` (s), ``voltage`` (V), ``current`` (A, positive charges the cell, as the technique
        ``cycling`` takes it), ``cycle`` along ``point``. ``eis``: as the technique ``eis`` takes it.
        Capacities are per gram of the protocol's basis.

    Raises
    ------
    InputError
        For a window the open-circuit curve does not reach.
    SolverError
        If a step cannot be run; likely causes in order. No step ends silently: attribute ``ended`` says how.
    """
    cell = prepared(specimen.cell, protocol)
    run = Endurance(cell, specimen.wear, values, connected=specimen.connected, samples=_CURVE_POINTS)
    stage = _Stage(specimen, protocol, values, run, settled(cell, run.content, -1))
    records = []
    for index, step in enumerate(protocol.steps):
        if progress is not None:
            progress(index / len(protocol.steps), f"step {index + 1}: {step.step}")
        data = getattr(stage, step.step)(step, index)
        # curves rest on the assumed open-circuit curve and arcs, capacities over cycles on the article
        evidence = specimen.evidence if step.step == "cycles" else Evidence.ASSUMED
        data.attrs |= {"basis": protocol.basis, "step": step.step, "sample": specimen.name}
        data.attrs["evidence"] = str(evidence)
        records.append(Record(step, data))
    if progress is not None:
        progress(1.0, "done")
    return records


@dataclass
class _Stage:
    """A cell on its way through the steps; one method per kind of step."""

    specimen: Specimen
    protocol: Protocol
    values: Values
    run: Endurance
    phase: Phase

    def cycles(self, step: Step, index: int) -> xr.Dataset:
        assert step.current_A_g is not None
        assert step.number is not None
        share, before = self.protocol.share, len(self.run.rows)
        self.run.content = self.phase.content
        self.run.cycle(Cycles(step.number, step.current_A_g / share), self.protocol.stride, index)
        self.phase = settled(self.run.cell, self.run.content, -1)
        data = self.run.dataset(self.protocol.stride, before)
        for name in ("capacity_mAh_g", "lithiation_mAh_g"):
            data[name] = (data[name] * share).assign_attrs(data[name].attrs)
        curves, axis = np.array(self.run.curves[before:]), ("cycle", "branch", "point")
        data["charge"] = (axis, curves[:, :, 0] * share, {"units": "mAh/g"})
        data["voltage"] = (axis, curves[:, :, 1], {"units": "V"})
        return data.assign_coords(branch=["lithiation", "delithiation"]).assign_attrs(
            ended="voltage limit", current_A_g=step.current_A_g / share, share=share
        )

    def rest(self, step: Step, _index: int) -> xr.Dataset:
        assert step.duration_h is not None
        trace = self._drive(step.duration_h * _S_PER_H, current_A_g=0.0)
        self.run.content = self.phase.content
        self.run.stand(step.duration_h)
        return self._recorded([trace], [1])

    def sweep(self, step: Step, _index: int) -> xr.Dataset:
        assert step.scan_rate_mV_s is not None
        cell, rate = self.run.cell, step.scan_rate_mV_s / _MV_PER_V
        at, traces, cycles = self.phase.inner_V, [], []
        for number in range(1, (step.number or 1) + 1):
            for goal in (cell.lower_V, cell.upper_V):
                if abs(goal - at) > 0:
                    seconds = abs(goal - at) / rate
                    traces.append(self._drive(seconds, volts=(at, goal), samples=_SWEEP_POINTS))
                    cycles.append(number)
                at = goal
        return self._recorded(traces, cycles).assign_attrs(scan_rate_mV_s=step.scan_rate_mV_s)

    def pulses(self, step: Step, _index: int) -> xr.Dataset:
        assert step.current_A_g is not None
        assert step.duration_h is not None
        assert step.rest_h is not None
        current = step.current_A_g / self.protocol.share
        traces, cycles = [], []
        most = step.number or _MOST_PULSES
        for number in range(1, most + 1):
            pulse = self._drive(step.duration_h * _S_PER_H, current_A_g=current, samples=_PULSE_POINTS)
            traces.append(pulse)
            cycles.append(number)
            if pulse.ended != "time":
                break
            traces.append(self._drive(step.rest_h * _S_PER_H, current_A_g=0.0, samples=_PULSE_POINTS))
            cycles.append(number)
        if traces[0].time_s[-1] < _SHORTEST:
            raise SolverError(
                f"pulses at {step.current_A_g:g} A/g: the first meets the voltage limit at once. Likely "
                "causes, in order: (1) the current is too high; (2) the cell is already full; (3) the window "
                "is too narrow. Lower the current first."
            )
        return self._recorded(traces, cycles)

    def eis(self, step: Step, _index: int) -> xr.Dataset:
        cell, surface = self.run.cell, self.phase.content[:, -1]
        arcs = self.specimen.arcs(cell, self.run.age.hours, self.values)
        chosen = {}
        if step.high_Hz is not None:
            chosen[FREQUENCY_HIGH.id] = step.high_Hz
        if step.low_Hz is not None:
            chosen[FREQUENCY_LOW.id] = step.low_Hz
        data = spectrum(cell, surface, arcs, frequencies(self.values.replace(chosen)))
        near, far = separability_range(cell, surface, arcs.interphase_ohm, self.values)
        return data.assign_attrs(
            charge_transfer_ohm=cell.charge_transfer_ohm, interphase_ohm=arcs.interphase_ohm,
            voltage_V=self.phase.inner_V, cycles=self.run.age.cycles, separability=near.words,
            separability_worst=far.words, ended="time",
        )  # fmt: skip

    def _drive(
        self,
        seconds: float,
        *,
        current_A_g: float | None = None,
        volts: tuple[float, float] | None = None,
        samples: int = CURVE_POINTS,
    ) -> Trace:
        cell = self.run.cell
        runner = sweeper(len(cell.weights), self.run.points)
        trace = runner.run(cell, self.phase, seconds, current_A_g=current_A_g, volts=volts, samples=samples)
        self.phase = trace.end
        return trace

    def _recorded(self, traces: list[Trace], cycles: list[int]) -> xr.Dataset:
        import xarray as xr

        begin = np.concatenate([[0.0], np.cumsum([t.time_s[-1] for t in traces])])
        time = np.concatenate([b + t.time_s for b, t in zip(begin, traces, strict=False)])
        mass = self.run.fresh.mass_g
        columns: dict[str, tuple[Array, str]] = {
            "time": (time, "s"),
            "voltage": (np.concatenate([t.voltage_V for t in traces]), "V"),
            "current": (-mass * np.concatenate([t.current_A_g for t in traces]), "A"),
            "cycle": (np.repeat(cycles, [len(t.time_s) for t in traces]).astype(float), "1"),
        }
        return xr.Dataset(
            {name: ("point", column, {"units": unit}) for name, (column, unit) in columns.items()},
            attrs={"origin": "synthetic", "mark": SYNTHETIC_MARK, "mass_g": mass, "ended": traces[-1].ended},
        )
