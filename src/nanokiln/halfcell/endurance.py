"""Endurance: many cycles with ageing, and rests between them.

Ageing moves slowly, so one simulated cycle may stand for several (`stride`): the states move by the whole
stride, lithium by the one cycle. The first cycles of a segment are run one by one, because lithium left
in the spheres settles over them. Every cycle (`stride` 1) is the check, and the error of a stride of 10 is
below 0.3 % in capacity.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import InputError
from ..core.measurement import SYNTHETIC_MARK
from ..core.parameters import Values
from .ageing import Age, Wear, after, aged_cell, film_charge
from .cell import COULOMB_PER_MAH, Array, Cell
from .pybamm_adapter import engine, settled, sweeper

if TYPE_CHECKING:
    import xarray as xr

POINTS = 40  # radial cells: capacities within 0.1 % of those with 120
SETTLING = 20  # first cycles of a segment, run one by one: lithium of a slow population settles over them
STRIDE = 10  # cycles that one simulated cycle stands for
MOST_CYCLES = 100_000  # longer runs are a mistake
_S_PER_H = 3600.0  # unit conversion

#: Gives the connected share of the spheres at a cycle number.
Connected = Callable[[float], float]


@dataclass(frozen=True)
class Cycles:
    """A number of full cycles at one current (A/g)."""

    number: int
    current_A_g: float


@dataclass(frozen=True)
class Rest:
    """A rest of so many hours at open circuit."""

    hours: float


Segment = Cycles | Rest


def endure(
    cell: Cell,
    wear: Wear,
    segments: Sequence[Segment],
    values: Values,
    *,
    stride: int = STRIDE,
    connected: Connected | None = None,
    start: Array | None = None,
    points: int = POINTS,
) -> xr.Dataset:
    """Cycle a cell until it is old.

    Parameters
    ----------
    cell, wear
        Fresh cell and how fast it ages.
    segments
        Cycles and rests, one after the other.
    values
        All other numbers.
    stride
        Cycles one simulated cycle stands for.
    connected
        Connected share of the spheres by cycle number; all of them unless given.
    start
        Stoichiometries at the start, shape (populations, points); rested unless given.
    points
        Radial cells per population.

    Returns
    -------
    xarray.Dataset
        Along ``cycle`` (number of the simulated cycles): ``capacity_mAh_g`` (delithiation),
        ``lithiation_mAh_g``, ``hours``, ``lost``, ``blocked``, ``connected``, ``segment``,
        ``efficiency`` (share of the charge that comes back, with the interphase) and ``charge_transfer_ohm``.

    Raises
    ------
    InputError
        For unusable segments, or a cell of which nothing is left.
    SolverError
        If a half cycle does not end at its voltage limit; likely causes in order.

    Notes
    -----
    Limits: those of `ageing`; all spheres age alike.
    """
    _check(segments, stride)
    run = Endurance(cell, wear, values, connected=connected, start=start, points=points)
    for index, segment in enumerate(segments):
        if isinstance(segment, Rest):
            run.rest(segment.hours)
        else:
            run.cycle(segment, stride, index)
    return run.dataset(stride)


class Endurance:
    """A cell on its way: age, lithium, and a row for every simulated cycle; parameters as for `endure`.

    `samples` points of the curves of every simulated cycle are kept in `curves`, as (lithiation,
    delithiation), each of charge (mAh/g) and voltage (V).
    """

    def __init__(
        self,
        cell: Cell,
        wear: Wear,
        values: Values,
        *,
        connected: Connected | None = None,
        start: Array | None = None,
        points: int = POINTS,
        samples: int = 0,
    ) -> None:
        self.fresh, self.wear, self.values, self.points = cell, wear, values, points
        self.runner = engine(len(cell.weights), points)
        self.connected = connected
        self.age = Age(connected=connected(0.0) if connected else 1.0)
        self.content = self.runner.rested(cell) if start is None else np.array(start, dtype=float)
        self.rows: list[tuple[float, ...]] = []
        self.samples = samples
        self.curves: list[tuple[tuple[Array, Array], tuple[Array, Array]]] = []

    @property
    def cell(self) -> Cell:
        """The cell as it is now."""
        return aged_cell(self.fresh, self.age, self.wear, self.values)

    def cycle(self, segment: Cycles, stride: int, index: int = 0) -> None:
        """Run the cycles of a segment; its first ones and its last stand for themselves."""
        left = segment.number
        while left > 0:
            done = segment.number - left
            step = 1 if done < SETTLING else min(stride, max(1, left - 1))
            now = self.cell
            down = self.runner.half_cycle(now, segment.current_A_g, self.content)
            up = self.runner.half_cycle(now, -segment.current_A_g, down.state)
            self.content = up.state
            if self.samples:
                self.curves.append((down.curve(self.samples), up.curve(self.samples)))
            charge = down.capacity_mAh_g + up.capacity_mAh_g
            hours = charge * COULOMB_PER_MAH / segment.current_A_g / _S_PER_H
            self._note(now, down.capacity_mAh_g, up.capacity_mAh_g, hours, index)
            share = self.connected(self.age.cycles + step) if self.connected else None
            self.age = after(self.age, self.wear, step, step * hours, share)
            left -= step

    def rest(self, hours: float) -> None:
        """Let the cell stand at open circuit: lithium spreads, blocked mass comes back, the film grows."""
        now = self.cell
        rested = sweeper(len(now.weights), self.points).run(
            now, settled(now, self.content, -1), hours * _S_PER_H, current_A_g=0.0, samples=2
        )
        self.content = rested.end.content
        self.stand(hours)

    def stand(self, hours: float) -> None:
        """Let so many hours pass without current: the part of a rest that is ageing."""
        self.age = after(self.age, self.wear, 0.0, hours)

    def _note(self, now: Cell, down: float, up: float, hours: float, index: int) -> None:
        age, area = self.age, self.wear.exposed_m2_g
        film = film_charge(age.hours + hours, area, self.values)
        before = film_charge(age.hours, area, self.values) if age.cycles > 0 else 0.0
        efficiency = up / (max(down, up) + film - before)
        self.rows.append(
            (age.cycles + 1, down, up, age.hours, age.lost, age.blocked, age.connected, efficiency,
             now.charge_transfer_ohm, index)
        )  # fmt: skip

    def dataset(self, stride: int, first: int = 0) -> xr.Dataset:
        """Return the rows from `first` on, as described at `endure`."""
        import xarray as xr

        names = ("cycle", "lithiation_mAh_g", "capacity_mAh_g", "hours", "lost", "blocked", "connected",
                 "efficiency", "charge_transfer_ohm", "segment")  # fmt: skip
        units = ("1", "mAh/g", "mAh/g", "h", "1", "1", "1", "1", "ohm", "1")
        columns = dict(zip(names, np.array(self.rows[first:]).T, strict=True))
        data = {n: ("cycle", columns[n], {"units": u}) for n, u in zip(names, units, strict=True)}
        axis = data.pop("cycle")
        return xr.Dataset(
            data,
            coords={"cycle": axis},
            attrs={"origin": "synthetic", "mark": SYNTHETIC_MARK, "protocol": "cycles", "stride": stride},
        )


def _check(segments: Sequence[Segment], stride: int) -> None:
    if not any(isinstance(s, Cycles) for s in segments):
        raise InputError("no cycles were asked for: give at least one segment of cycles.")
    if stride < 1:
        raise InputError(f"stride = {stride!r}: a whole number of 1 or more.")
    for segment in segments:
        if isinstance(segment, Rest):
            if not 0 < segment.hours < np.inf:
                raise InputError(f"a rest of {segment.hours!r} h: must be above 0 h.")
        elif not 1 <= segment.number <= MOST_CYCLES or not 0 < segment.current_A_g < np.inf:
            raise InputError(
                f"{segment.number!r} cycles at {segment.current_A_g!r} A/g: allowed are 1 to {MOST_CYCLES} "
                "cycles at a finite current above 0."
            )
