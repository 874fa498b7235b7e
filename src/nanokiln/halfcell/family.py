"""Family of predictions: every shape calibrated on the same two points, and what they say in between.

Central is the declared shape (`shapes.declared`); low and high are the envelope of all members that could
be calibrated and need no more lithium than silicon itself can hold (Li15Si4), a rule fixed before any run.
Members of the kind ``assumption`` are the declared shape with one assumed number moved to an end of
its range.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ..core.errors import SolverError
from ..core.evidence import Evidence
from ..core.parameters import Parameter, Values
from . import parameters as p
from .calibration import Calibration, article_targets, calibrate
from .cell import Array
from .shapes import Shape, alternatives, declared
from .solutions import named, solutions

#: Called with the share done (0 to 1) and what is being done.
Progress = Callable[[float, str], None]

_VARIED: tuple[Parameter, ...] = (p.HYSTERESIS, p.CHARGE_TRANSFER, p.LOADING)
_LONG_CYCLES = 5  # cycles at each current in the variant that waits longer at each


@dataclass(frozen=True)
class Member:
    """One member of the family.

    Parameters
    ----------
    name
        Shape, or the assumption that was moved.
    kind
        ``"declared"``, ``"shape"`` or ``"assumption"``.
    calibration
        Its calibration; None if it could not be calibrated.
    reason
        Why it does not count in the envelope; empty if it does.
    """

    name: str
    kind: str
    calibration: Calibration | None
    reason: str = ""

    @property
    def counts(self) -> bool:
        """Whether the member is part of the envelope."""
        return not self.reason


@dataclass(frozen=True)
class Family:
    """Predictions with their band.

    Parameters
    ----------
    currents
        Currents of the protocol (A/g).
    targets
        The two calibrated points: current (A/g) to mAh/g.
    central, low, high
        Reversible capacity (mAh/g), shape (currents,): declared shape, and envelope of the members.
    members
        All members, those left out of the envelope included.
    """

    currents: tuple[float, ...]
    targets: Mapping[float, float]
    central: Array
    low: Array
    high: Array
    members: tuple[Member, ...]

    @property
    def calibration(self) -> Calibration:
        """Calibration of the declared shape."""
        found = self.members[0].calibration
        assert found is not None  # predict_family raises otherwise
        return found

    def evidence(self, current_A_g: float) -> Evidence:
        """Return the evidence class of the capacity at this current."""
        return Evidence.CALIBRATED if current_A_g in self.targets else Evidence.PREDICTED


def predict_family(values: Values | None = None, progress: Progress | None = None) -> Family:
    """Calibrate every member on the two points of the article and predict the currents between.

    Parameters
    ----------
    values
        Overrides of the records; the defaults are those of B-SiOC-2.
    progress
        Called before each member and at the end.

    Raises
    ------
    SolverError
        If the declared shape cannot be calibrated.

    Notes
    -----
    Limits: the band covers the members named here and nothing else; it is not a confidence interval.
    """
    values = Values() if values is None else values
    targets = article_targets(values)
    tell = progress if progress is not None else _silent
    plan = _plan(values)
    tell(0.0, f"half cell: {plan[0].name}")
    first = calibrate(targets, shape=plan[0].shape, values=values)
    members = [_judged(plan[0], first, values)]
    for done, entry in enumerate(plan[1:], start=1):
        tell(done / len(plan), f"half cell: {entry.name}")
        members += _members(entry, targets, first)
    tell(1.0, "half cell: done")
    return _assemble(targets, first, members)


def _silent(_share: float, _what: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class _Entry:
    """One line of the plan: what to calibrate, under which name and values."""

    name: str
    kind: str
    shape: Shape
    values: Values
    cycles: int = 2


def _plan(values: Values) -> list[_Entry]:
    central = declared(values)
    plan = [_Entry(central.name, "declared", central, values)]
    plan += [_Entry(s.name, "shape", s, values) for s in alternatives(values) if s != central]
    for record in _VARIED:
        words = record.id.split(".")[1].replace("_", " ")
        for end in (record.low, record.high):
            moved = values.replace({record.id: end})
            plan.append(_Entry(f"{words} {end:g} {record.unit}", "assumption", declared(moved), moved))
    words = f"{_LONG_CYCLES} cycles at each current"
    return [*plan, _Entry(words, "assumption", central, values, _LONG_CYCLES)]


def _members(entry: _Entry, targets: Mapping[float, float], first: Calibration) -> list[Member]:
    """Calibrate one entry; populations far apart may give several members or none."""
    shape, values, cycles = entry.shape, entry.values, entry.cycles
    try:
        # only two separate populations can have more than one solution: see `solutions`
        if len(shape.weights) == 2:
            found = solutions(targets, shape=shape, values=values, cycles=cycles)
        else:
            found = [calibrate(targets, shape=shape, values=values, cycles=cycles, start=first)]
    except SolverError as error:
        return [Member(entry.name, entry.kind, None, f"cannot be calibrated: {error}")]
    return [_judged(entry, named(result, len(found) > 1), entry.values) for result in found]


def _judged(entry: _Entry, found: Calibration, values: Values) -> Member:
    usable, ceiling = found.cell.equilibrium_mAh_g, values[p.CAPACITY_CEILING]
    reason = f"needs {usable:.0f} mAh/g, above {ceiling:.0f} of Li15Si4" if usable > ceiling else ""
    name = found.shape.name if entry.kind == "shape" else entry.name
    return Member(name, entry.kind, found, reason)


def _assemble(targets: Mapping[float, float], first: Calibration, members: list[Member]) -> Family:
    # the declared shape is the central line, so it is always inside the envelope
    counted = [m.calibration for m in members if m.calibration is not None and m.counts]
    band = np.array([first.capacities, *(c.capacities for c in counted)])
    low, high = band.min(axis=0), band.max(axis=0)
    return Family(first.currents, dict(targets), first.capacities, low, high, tuple(members))
