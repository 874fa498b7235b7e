"""Battery study: the long test by every law of ageing, and four powders over 300 cycles, as plain numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..core.parameters import Values
from .ageing import Wear
from .ageing_fit import COARSE, AgeingMember, after_rate_test, ageing_family, long_test
from .calibration import Calibration, article_targets, calibrate
from .cell import Cell
from .cycling import CALIBRATED_SAMPLE
from .endurance import POINTS, STRIDE, Cycles, Endurance, endure
from .link import Bound, link
from .shapes import declared
from .specimen import specimen

BOUNDS: tuple[Bound, ...] = ("low", "high")
COMPARED_CYCLES = 300  # of the article's comparison, Fig. S18
#: Currents of the comparison (A/g): the article does not give the one it used.
COMPARED_CURRENTS = (0.5, 2.0)


@dataclass(frozen=True)
class LongTest:
    """1000 cycles, a month's rest, 1000 cycles: capacities in mAh/g, and the law of ageing."""

    exponent: float
    recovery_h: float
    first: float
    after_1000: float
    after_rest: float
    last: float

    @property
    def retention(self) -> float:
        """Last over first capacity after the rest."""
        return self.last / self.after_rest

    @property
    def decay_percent(self) -> float:
        """Loss per cycle of the first 1000, linear, per cent of the first capacity."""
        return (self.first - self.after_1000) / self.first / 10


@dataclass(frozen=True)
class Powder:
    """One powder over 300 cycles at one current and one bound of the exposed area."""

    name: str
    bound: Bound
    current_A_g: float
    first_mAh_g: float
    last_mAh_g: float
    charge_transfer_ohm: float
    connected: float

    @property
    def retention(self) -> float:
        """Last over first capacity."""
        return self.last_mAh_g / self.first_mAh_g


@dataclass(frozen=True)
class BatteryStudy:
    """Results: every law (the declared one first), the same with nothing blocked, and the powders."""

    long_tests: tuple[LongTest, ...]
    without_recovery: LongTest
    powders: tuple[Powder, ...]

    def of(self, bound: Bound, current_A_g: float) -> dict[str, Powder]:
        """Return the powders at one bound and current, by name."""
        return {p.name: p for p in self.powders if (p.bound, p.current_A_g) == (bound, current_A_g)}


def battery_study(samples: Mapping[str, Any], values: Values | None = None) -> BatteryStudy:
    """Run the whole study (about a minute on one core).

    Parameters
    ----------
    samples
        Fired powders by name; the calibrated one must be among them.
    values
        Parameter values; the defaults unless given.
    """
    values = values or Values()
    found = calibrate(article_targets(values), shape=declared(values), values=values)
    area = link(samples[CALIBRATED_SAMPLE]).exposed()
    members = ageing_family(found.cell, area, values)
    return BatteryStudy(
        tuple(_long(m) for m in members),
        ablation(found.cell, members[0].wear, values),
        tuple(compare(samples, found, values)),
    )


def _long(member: AgeingMember) -> LongTest:
    at = member.capacity
    return LongTest(member.exponent, member.recovery_h, at(0, 0), at(0, -1), at(2, 0), at(2, -1))


def ablation(cell: Cell, wear: Wear, values: Values) -> LongTest:
    """Run the long test with nothing blocked and all fade lost for good: what a rest then gives back."""
    wear = lost_for_good(cell, wear, values)
    start = after_rate_test(cell, POINTS)
    run = endure(cell, wear, long_test(values), values, stride=COARSE, start=start)
    rows, segment = run["capacity_mAh_g"].values, run["segment"].values
    first, second = rows[segment == 0], rows[segment == 2]
    return LongTest(wear.exponent, wear.recovery_h, *map(float, (first[0], first[-1], second[0], second[-1])))


def lost_for_good(cell: Cell, wear: Wear, values: Values) -> Wear:
    """Return the wear with nothing blocked, and what would be blocked after 1000 cycles lost for good."""
    return replace(wear, loss=wear.loss + _held(cell, wear, values), block_per_cycle=0.0)


def _held(cell: Cell, wear: Wear, values: Values) -> float:
    """Return the share that is blocked after the first 1000 cycles."""
    first = long_test(values)[0]
    run = endure(cell, wear, (first,), values, stride=COARSE)
    return float(run["blocked"].values[-1])


def compare(samples: Mapping[str, Any], found: Calibration, values: Values) -> list[Powder]:
    """Return all powders over 300 cycles at both bounds and currents.

    Parameters
    ----------
    samples
        Fired powders by name; the calibrated one must be among them.
    found
        Calibration of that one.
    values
        Parameter values.
    """
    reference = link(samples[CALIBRATED_SAMPLE])
    rows = []
    for bound in BOUNDS:
        for name, sample in samples.items():
            made = specimen(sample, calibration=found, reference=reference, bound=bound)
            for current in COMPARED_CURRENTS:
                run = Endurance(made.cell, made.wear, values, connected=made.connected)
                run.cycle(Cycles(COMPARED_CYCLES, current), STRIDE)
                data = run.dataset(STRIDE)
                capacity = data["capacity_mAh_g"].values
                ends = float(capacity[1]), float(capacity[-1])  # the first cycle fills the slow particles
                rows.append(
                    Powder(name, bound, current, *ends, run.cell.charge_transfer_ohm, run.age.connected)
                )
    return rows
