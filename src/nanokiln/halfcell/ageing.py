"""Ageing: what a cell has been through, and what that does to its capacity and resistances.

Three states with clocks of their own:

* lost: active mass that is gone for good, growing with the cycles to a power (`Wear.exponent`), in proportion
to
  the exposed area: interphase that grows between particle and network isolates;
* blocked: active mass out of reach for now, one share per cycle, coming back with its own time constant in
  cycling and at rest. The only state that makes a rest give capacity back;
* film: interphase on the exposed area, growing with the root of time; a resistance in series, and lithium
that
  does not return. In a half cell the lithium electrode makes up for it, so it costs no capacity by itself.

The connected share of the spheres (`fatigue`) multiplies what is left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from ..core.errors import InputError
from ..core.parameters import Values
from . import ageing_parameters as p
from .cell import Cell

_THOUSAND = 1000.0  # cycles the losses are quoted for
_S_PER_H, _NM = 3600.0, 1e-9  # unit conversions
_LEAST = 0.02  # share of active mass below which a cell is dead


@dataclass(frozen=True)
class Wear:
    """How fast a cell ages.

    Parameters
    ----------
    loss
        Share of the active mass lost for good after 1000 cycles.
    exponent
        Power of the cycle number with which it grows.
    block_per_cycle
        Share of the active mass blocked in each cycle.
    recovery_h
        Time constant with which blocked mass comes back (h); infinite: never.
    exposed_m2_g
        Area on which interphase grows (m2/g).
    area_factor
        Exposed area over that of the powder `loss` was found for.
    """

    loss: float
    exponent: float
    block_per_cycle: float
    recovery_h: float
    exposed_m2_g: float
    area_factor: float = 1.0

    def __post_init__(self) -> None:
        for name in ("loss", "block_per_cycle"):
            if not 0 <= getattr(self, name) < 1:
                raise InputError(f"{name} = {getattr(self, name)!r}: a share from 0 to below 1.")
        for name in ("exponent", "recovery_h", "exposed_m2_g", "area_factor"):
            if not getattr(self, name) > 0:
                raise InputError(f"{name} = {getattr(self, name)!r}: must be above 0.")


@dataclass(frozen=True)
class Age:
    """What a cell has been through: cycles, hours, lost, blocked and connected shares."""

    cycles: float = 0.0
    hours: float = 0.0
    lost: float = 0.0
    blocked: float = 0.0
    connected: float = 1.0

    @property
    def active(self) -> float:
        """Share of the active mass that takes part."""
        return self.connected * (1 - self.lost) - self.blocked


def after(age: Age, wear: Wear, cycles: float, hours: float, connected: float | None = None) -> Age:
    """Return the age after further cycles and hours.

    Parameters
    ----------
    age, wear
        Before, and how fast.
    cycles, hours
        Added; a rest has no cycles.
    connected
        Share of spheres joined to the network now; unchanged unless given.

    Notes
    -----
    Blocked mass follows dy/dt = b cycles/hours - y/recovery, solved exactly over the interval.
    """
    total = age.cycles + cycles
    decay = math.exp(-hours / wear.recovery_h)
    gained = wear.block_per_cycle * cycles
    if hours > 0 and math.isfinite(wear.recovery_h):
        gained *= (1 - decay) * wear.recovery_h / hours
    return Age(
        cycles=total,
        hours=age.hours + hours,
        lost=min(1.0, wear.loss * wear.area_factor * (total / _THOUSAND) ** wear.exponent),
        blocked=age.blocked * decay + gained,
        connected=age.connected if connected is None else connected,
    )


def film_nm(hours: float, values: Values) -> float:
    """Return the thickness of the interphase (nm): d^2 = d0^2 + 2 D t (Pinson & Bazant 2013)."""
    grown = 2 * values[p.SEI_DIFFUSIVITY] * hours * _S_PER_H / _NM**2
    return math.sqrt(values[p.SEI_START] ** 2 + grown)


def film_ohm(hours: float, exposed_m2_g: float, mass_g: float, values: Values) -> float:
    """Return the resistance of the interphase on the exposed area (ohm)."""
    return film_nm(hours, values) * _NM / (values[p.SEI_CONDUCTIVITY] * exposed_m2_g * mass_g)


def film_charge(hours: float, exposed_m2_g: float, values: Values) -> float:
    """Return the lithium in the interphase (mAh/g): that of the first film times its growth."""
    return values[p.SEI_CHARGE] * exposed_m2_g * film_nm(hours, values) / values[p.SEI_START]


def aged_cell(cell: Cell, age: Age, wear: Wear, values: Values) -> Cell:
    """Return the cell as it is at an age.

    Parameters
    ----------
    cell
        Fresh cell; its charge transfer and series resistance are those of the fresh state.

    Raises
    ------
    InputError
        If nothing active is left.

    Notes
    -----
    Capacity and exchange current fall with the active share; current per gram stays per gram of fresh mass.
    The growth of the film, not its first thickness, adds to the series resistance.
    """
    if age.active < _LEAST:
        raise InputError(
            f"after {age.cycles:g} cycles {age.active:.1%} of the active mass takes part: the cell is dead. "
            "Ask for fewer cycles."
        )
    area = wear.exposed_m2_g
    grown = film_ohm(age.hours, area, cell.mass_g, values) - film_ohm(0.0, area, cell.mass_g, values)
    return replace(
        cell,
        capacity_mAh_g=cell.capacity_mAh_g * age.active,
        charge_transfer_ohm=cell.charge_transfer_ohm / age.active,
        series_ohm=cell.series_ohm + grown,
    )
