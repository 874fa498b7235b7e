"""Findings from cycling tests: capacities by rate, efficiency, retention, decay per cycle, dQ/dV."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...core.errors import DataError, InputError, unknown_name
from ...core.evidence import Evidence, Finding
from ...core.measurement import Measurement
from ...core.parameters import Values
from . import parameters as par
from .dqdv import BANDWIDTH_V, differential, peak
from .fade import Fade, fade
from .table import Cycle, blocks, cycles_of

NAME = "cycling"
CHOICES = (
    "mass_mg",
    "mass_error_mg",
    "basis",
    "area_cm2",
    "cell",
    "reference_cycle",
    "last_cycle",
    "rate_cycles",
    "dqdv_bandwidth_mV",
)
#: Kind of cell: the half whose capacity is reversible, and what the efficiency divides it by.
CELLS = {
    "anode_half_cell": ("charge", "discharge"),
    "cathode_half_cell": ("discharge", "charge"),
    "full_cell": ("discharge", "charge"),
}
#: What the mass may be of; told, never assumed.
MASSES = ("active", "electrode")
RATE_CYCLES = 10  # cycles of a block that make the capacity at its rate; later ones belong to the fade
SAME_CURRENT = 0.05  # relative difference up to which two cycles ran at one current
MOST_EFFICIENT = 102.0  # per cent; above it an efficiency is no matter of accuracy
UNIFORM_90 = 0.9  # half width of the central 90 % of an error evenly spread between plus and minus 1
Z90 = 1.6448536269514722  # normal quantile of the ends of a 90 % interval


@dataclass(frozen=True)
class Basis:
    """What capacities are given per.

    Parameters
    ----------
    grams
        Mass (g); None where it is unknown, and capacities are in mA h.
    error
        Relative 90 % half width of the mass; 0 where none was given.
    note
        Where the mass comes from, in words.
    """

    grams: float | None
    error: float
    note: str

    @property
    def unit(self) -> str:
        """Unit of a capacity."""
        return "mAh" if self.grams is None else "mAh/g"

    def capacity(self, ampere_hours: float) -> float:
        """Return a capacity in `unit`."""
        return ampere_hours * 1000 / (self.grams or 1.0)

    def rate(self, ampere: float) -> str:
        """Return a current in words fit for a name: ``0.1A_g``, or ``0.05mA`` without a mass."""
        if self.grams is None:
            return f"{float(f'{1000 * ampere:.2g}'):g}mA"
        return f"{float(f'{ampere / self.grams:.2g}'):g}A_g"


@dataclass(frozen=True)
class Test:
    """One test with its cycles, convention and basis."""

    measurement: Measurement
    cycles: list[Cycle]
    cell: str
    basis: Basis
    notes: tuple[str, ...]

    @property
    def reversible(self) -> str:
        """The half whose capacity is reversible; the other where a test holds only that."""
        first, second = CELLS[self.cell]
        return first if any(c.half(first) for c in self.cycles) else second

    def efficiency(self, cycle: Cycle) -> float:
        """Return the coulombic efficiency of a cycle; NaN where a half is missing."""
        top, bottom = (cycle.half(way) for way in CELLS[self.cell])
        return top.capacity / bottom.capacity if top and bottom else math.nan


def analyse(measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None) -> list[Finding]:
    """Analyse cycling tests.

    Parameters
    ----------
    measurements
        Tests with ``time``, ``voltage``, ``current``, ``cycle``, ``charge``, ``discharge``.
    choices
        ``mass_mg``: mass the capacities are given per, or ``"file"`` for what the file states; without it
        capacities are in mAh. ``mass_error_mg``: standard uncertainty of weighing. ``basis``: ``active``
        material or ``electrode``; ``area_cm2`` of the electrode, for its loading: both are kept with the
        capacities and decide what they may be compared with. ``cell``:
        ``anode_half_cell`` (discharge lithiates the working electrode), ``cathode_half_cell`` or
        ``full_cell``; by default from the direction that comes first. ``reference_cycle``, ``last_cycle``:
        numbers for retention and decay. ``rate_cycles``: cycles of a block that make the capacity at its
        rate. ``dqdv_bandwidth_mV``.

    Returns
    -------
    list of Finding
        Per test ``capacity_<rate>`` (mAh/g or mAh), ``ce_first`` (%), ``retention`` (%),
        ``decay_per_cycle_linear``, ``decay_per_cycle_compound`` (%/cycle), and ``dqdv_peak`` (V).

    Raises
    ------
    DataError
        If a test has no cycle in which current flows.
    InputError
        For a choice that is not usable.

    Limits
    ------
    Capacity and currents are those the file states; a wrong range of the instrument or a wrong mass cannot be
    seen.
    """
    chosen = _choices(choices or {})
    return [finding for m in measurements for finding in _findings(prepare(m, chosen), chosen)]


def _choices(given: Mapping[str, Any]) -> dict[str, Any]:
    for name in given:
        if name not in CHOICES:
            raise unknown_name("choice of cycling", name, CHOICES)
    chosen = {"rate_cycles": RATE_CYCLES, "dqdv_bandwidth_mV": 1000 * BANDWIDTH_V, **given}
    if chosen.get("cell") is not None and chosen["cell"] not in CELLS:
        raise unknown_name("cell", str(chosen["cell"]), CELLS)
    if chosen.get("basis") is not None and chosen["basis"] not in MASSES:
        raise unknown_name("basis", str(chosen["basis"]), MASSES)
    for name in ("mass_mg", "mass_error_mg", "area_cm2", "dqdv_bandwidth_mV"):
        value = chosen.get(name)
        if value is None or (name == "mass_mg" and value == "file"):
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
            allowed = "a number above 0, or 'file'" if name == "mass_mg" else "a number above 0"
            raise InputError(f"{name} = {value!r}: must be {allowed}.")
    for name in ("reference_cycle", "last_cycle", "rate_cycles"):
        value = chosen.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            raise InputError(f"{name} = {value!r}: must be a whole number, 0 or above.")
    return chosen


def prepare(measurement: Measurement, chosen: Mapping[str, Any] | None = None) -> Test:
    """Return a test with its cycles; `chosen` as for `analyse`."""
    chosen = _choices({}) if chosen is None else chosen
    cycles, cut = cycles_of(measurement)
    if not cycles:
        raise DataError("the test has no cycle in which charge flows. Export the rows with current.")
    notes = [str(note) for note in measurement.settings.get("notes", ())]
    if cut:
        notes.append("the last cycle did not reach its end and is left out")
    cell = chosen.get("cell")
    if cell is None:
        first = _first_direction(cycles)
        cell = "anode_half_cell" if first == "discharge" else "cathode_half_cell"
        notes.append(
            f"the first half cycle is a {first}: taken for {cell.replace('_', ' ')}, efficiency is "
            f"{'/'.join(CELLS[cell])}; say cell=... to fix it"
        )
    basis = _basis(measurement, chosen)
    return Test(measurement, cycles, cell, basis, (*notes, basis.note))


def _first_direction(cycles: Sequence[Cycle]) -> str:
    """Return the half that comes first in the first cycle."""
    ways = [way for way in ("charge", "discharge") if cycles[0].half(way)]
    return min(ways, key=lambda way: float(np.median(h.points)) if (h := cycles[0].half(way)) else math.inf)


def _basis(measurement: Measurement, chosen: Mapping[str, Any]) -> Basis:
    stated = measurement.settings.get("file_mass_g")
    mass = chosen.get("mass_mg")
    if mass is None:
        hint = (
            f"; the file states {1000 * stated:.4g} mg, mass_mg=file uses it"
            if stated
            else "; say mass_mg=..."
        )
        return Basis(None, 0.0, f"no mass given: capacities in mAh, not per gram{hint}")
    if mass == "file":
        if not stated:
            raise InputError("mass_mg=file: the file states no mass. Give it as mass_mg=1.23.")
        mass, source = 1000 * float(stated), "as the file states it"
    else:
        source = "as given"
    error = chosen.get("mass_error_mg")
    words = f"mass {mass:.4g} mg {source}; " + (
        f"weighing error {error:g} mg in the intervals" if error else "weighing error not in the intervals"
    )
    return Basis(float(mass) / 1000, Z90 * float(error) / float(mass) if error else 0.0, words)


def _findings(test: Test, chosen: Mapping[str, Any]) -> list[Finding]:
    evidence = Evidence.PREDICTED if test.measurement.origin == "synthetic" else Evidence.MEASURED
    record = {
        **chosen,
        "cell": test.cell,
        "capacity_source": test.measurement.settings.get("capacity_source", ""),
        "window_V": _window(test.cycles),
    }
    if test.basis.grams is not None and chosen.get("area_cm2"):
        record["loading_mg_cm2"] = 1000 * test.basis.grams / chosen["area_cm2"]

    def finding(
        name: str, value: float, ends: tuple[float, float], unit: str, notes: Sequence[str]
    ) -> Finding:
        remarks = (*notes, *test.notes)
        return Finding(
            name, value, ends[0], ends[1], unit, evidence, NAME, test.measurement.file, remarks, dict(record)
        )

    found = [finding(*row) for row in _capacities(test, chosen)]
    found.append(finding("ce_first", *_first_efficiency(test)))
    found += [finding(*row) for row in _fade(test, chosen)]
    found.append(finding("dqdv_peak", *_peak(test, chosen)))
    return found


def _window(cycles: Sequence[Cycle]) -> list[float]:
    """Return the voltages between which the cell runs: the usual ends of discharge and charge."""
    ends = [[h.end for c in cycles if (h := c.half(way))] for way in ("discharge", "charge")]
    return [round(float(np.median(e)), 3) for e in ends if e]


_Row = tuple[str, float, tuple[float, float], str, list[str]]


def _capacities(test: Test, chosen: Mapping[str, Any]) -> list[_Row]:
    """One row per rate: the mean of the first cycles of its first block, and what later blocks gave."""
    accuracy = Values()[par.CURRENT_ACCURACY] * UNIFORM_90
    rows: dict[str, _Row] = {}
    for block in blocks(test.cycles, test.reversible, SAME_CURRENT):
        used = [c for c in block if c is not test.cycles[0]] or block
        used = used[: max(chosen["rate_cycles"], 1)]
        halves = [h for c in used if (h := c.half(test.reversible))]
        values = np.array([test.basis.capacity(h.capacity) for h in halves])
        name = f"capacity_{test.basis.rate(halves[0].current)}"
        value = float(values.mean())
        where = f"cycles {used[0].number}-{used[-1].number}" if len(used) > 1 else f"cycle {used[0].number}"
        if name in rows:
            rows[name][4].append(f"the same current again in {where}: {value:.4g} {test.basis.unit}")
            continue
        error = math.hypot(_error_of_mean(values), value * accuracy, value * test.basis.error)
        notes = [
            f"mean {test.reversible} capacity of {where} at {halves[0].current * 1000:.4g} mA; "
            f"interval: scatter of these cycles{'' if len(used) > 1 else ' unknown'}, "
            f"{100 * accuracy:.2g} % of the current"
        ]
        rows[name] = (name, value, (value - error, value + error), test.basis.unit, notes)
    return list(rows.values())


def _error_of_mean(values: np.ndarray) -> float:
    """Return the half width of the 90 % interval of a mean; 0 for a single value."""
    from scipy.stats import t

    if values.size < 2:
        return 0.0
    return float(t.ppf(0.95, values.size - 1) * values.std(ddof=1) / math.sqrt(values.size))


def _first_efficiency(test: Test) -> tuple[float, tuple[float, float], str, list[str]]:
    first = next((c for c in test.cycles if c.whole), None)
    if first is None or first is not test.cycles[0]:
        return math.nan, (math.nan, math.nan), "%", ["not resolved: the first cycle has no two halves"]
    value = 100 * test.efficiency(first)
    # charge and discharge errors count as independent: each evenly spread over the accuracy
    error = value * Values()[par.CURRENT_ACCURACY] * UNIFORM_90 * math.sqrt(2)
    notes = [f"{'/'.join(CELLS[test.cell])} of cycle {first.number}"]
    if value > MOST_EFFICIENT:
        notes.append(
            "above 100 %: the first half may be incomplete, or the cell of the other kind (cell=...)"
        )
    return value, (value - error, value + error), "%", notes


def fade_of(test: Test, chosen: Mapping[str, Any]) -> Fade | None:
    """Return the fade over the longest block at one current, or between the cycles chosen."""
    direction = test.reversible
    ends = (chosen.get("reference_cycle"), chosen.get("last_cycle"))
    whole = [c for c in test.cycles if c.half(direction)]
    block = (
        whole if all(e is not None for e in ends) else max(blocks(whole, direction, SAME_CURRENT), key=len)
    )
    if ends[0] is None and len(block) > 1 and block[0] is test.cycles[0]:
        block = block[1:]  # the first cycle of a cell forms it
    for name, number in zip(("reference_cycle", "last_cycle"), ends, strict=True):
        if number is not None and number not in {c.number for c in block}:
            raise InputError(
                f"{name} = {number}: must be one of the cycles {block[0].number}-{block[-1].number} at one "
                "current."
            )
    start, stop = ends[0] or block[0].number, ends[1] or block[-1].number
    used = [c for c in block if start <= c.number <= stop]
    capacities = np.array([h.capacity for c in used if (h := c.half(direction))])
    return fade(np.array([c.number for c in used]), capacities)


def _fade(test: Test, chosen: Mapping[str, Any]) -> list[_Row]:
    result = fade_of(test, chosen)
    names = (
        ("retention", "%"),
        ("decay_per_cycle_linear", "%/cycle"),
        ("decay_per_cycle_compound", "%/cycle"),
    )
    if result is None:
        words = ["not resolved: fewer than three cycles at one current"]
        return [(name, math.nan, (math.nan, math.nan), unit, list(words)) for name, unit in names]
    rows: list[_Row] = []
    for (name, unit), (value, low, high) in zip(names, result.values, strict=True):
        notes = [f"cycle {result.last} against cycle {result.first}, {result.count} cycles at one current"]
        if name == "retention":
            notes.append(_other_references(test, result))
        else:
            slope = result.slope_linear if name.endswith("linear") else result.slope_compound
            notes.append(f"a straight line through all cycles gives {100 * slope:.3g} %/cycle")
        rows.append((name, 100 * value, (100 * low, 100 * high), unit, notes))
    return rows


def _other_references(test: Test, result: Fade) -> str:
    """Say what retention would be from the first cycle of all and from the best one."""
    halves = [h.capacity for c in test.cycles if (h := c.half(test.reversible)) and c.number <= result.last]
    last = result.end
    first, best = 100 * last / halves[0], 100 * last / max(halves)
    return f"against the first cycle of the test {first:.4g} %, against the best {best:.4g} %"


def _peak(test: Test, chosen: Mapping[str, Any]) -> tuple[float, tuple[float, float], str, list[str]]:
    cycle = test.cycles[min(1, len(test.cycles) - 1)]
    half = cycle.half(test.reversible)
    if half is None or half.points.size < 3:
        return math.nan, (math.nan, math.nan), "V", ["not resolved: no curve to differentiate"]
    bandwidth = chosen["dqdv_bandwidth_mV"] / 1000
    at = [peak(differential(test.measurement, half, bandwidth * factor)) for factor in (1.0, 0.5, 2.0)]
    notes = [
        f"highest maximum of dQ/dV, {test.reversible} of cycle {cycle.number}, bandwidth "
        f"{1000 * bandwidth:g} mV"
    ]
    if not all(math.isfinite(v) for v in at):
        return math.nan, (math.nan, math.nan), "V", ["not resolved: no maximum at every bandwidth", *notes]
    low, high = min(at) - bandwidth, max(at) + bandwidth
    notes.append("interval: with half and twice the bandwidth, plus the bandwidth")
    if high - low > 8 * bandwidth:
        notes.insert(0, "not resolved: which maximum is highest depends on the bandwidth")
        return math.nan, (low, high), "V", notes
    return at[0], (low, high), "V", notes
