"""The isotherm of a sample before any instrument error, from its pores.

Which area nitrogen sees in a pore of 1-2 nm is a question of definition: such a pore holds one to two
layers. Here every class of pores takes up first a monolayer on its wall, *limited by its volume*, and
then what is left of its volume:

* outside and walls of mesopores carry the film of `laws.layers`;
* mesopores fill at the pressure of their width (log-normal spread) by capillary condensation;
* in micropores (below 2 nm) the monolayer goes in early (Dubinin-Astakhov), the core beyond it by the
  same condensation law, which for 1.3-2 nm lies at p/p0 0.001-0.08, inside the BET range. A BET analysis
  counts that core as monolayer and overestimates the wall area by up to ``2811 V/A - 1`` (V in cm3/g,
  A in m2/g), as it does for real supermicropores. A pore whose volume holds less than the monolayer
  shows 2811 V instead of A: the nitrogen-filling limit;
* voids between spheres fill broadly above p/p0 0.85.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from ...core.errors import InputError
from ...core.parameters import Values
from . import laws
from . import parameters as par

if TYPE_CHECKING:
    import xarray as xr

VOID = "interparticle"
AREA_TOLERANCE = 1e-6  # relative; area of the classes may exceed the total by rounding only


@dataclass(frozen=True)
class PoreClass:
    """One class of pores: area (m2/g), volume (cm3/g), width (nm)."""

    name: str
    area: float
    volume: float
    width: float


@dataclass(frozen=True)
class Pores:
    """What nitrogen sees of a sample: open wall (m2/g) and classes of pores."""

    open_area: float
    classes: tuple[PoreClass, ...]


def from_sample(pores: xr.Dataset) -> Pores:
    """Take areas, volumes and widths from `pores` (the dataset ``sample.pores``).

    Raises
    ------
    InputError
        If the classes have more area than the total, or there is none to look at.
    """
    names = [str(name) for name in pores["pore"].values]
    found = [
        PoreClass(name, *(float(pores[v].sel(pore=name)) for v in ("area_m2_g", "volume_cm3_g", "width_nm")))
        for name in names
    ]
    total = float(pores["total_area_m2_g"])
    if not np.isfinite(total):
        raise InputError(
            "the pores of this sample are not modelled (selective etching); no isotherm can be drawn."
        )
    inside = sum(c.area for c in found if c.name != VOID)
    if inside > total * (1 + AREA_TOLERANCE):
        raise InputError(f"the pores have {inside:.4g} m2/g but the sample in total {total:.4g} m2/g.")
    used = tuple(c for c in found if c.volume > 0 and c.width > 0)
    if total <= 0 and not used:
        raise InputError("this sample has no accessible area (fused to one glass); no isotherm can be drawn.")
    unused = sum(c.area for c in found if c not in used and c.name != VOID)
    return Pores(max(total - inside, 0.0) + unused, used)


def loading(
    pores: Pores, pressure: ArrayLike, *, values: Values, temperature: float, highest: float | None = None
) -> np.ndarray:
    """Amount adsorbed at equilibrium.

    Parameters
    ----------
    pores
        Areas and pores of the sample.
    pressure
        Relative pressure, 0 < p/p0 < 1.
    values
        Parameter values.
    temperature
        Bath temperature in K.
    highest
        Relative pressure at which desorption began; None on the adsorption branch.

    Returns
    -------
    ndarray
        Loading in mmol/g.

    Limits
    ------
    Classes do not block each other (no ink bottles); desorption is that of single cylinders down to the
    closure pressure, below which both branches are one.
    """
    x = np.asarray(pressure, dtype=float)
    total = laws.monolayer(pores.open_area, values) * laws.layers(x, values)
    for pore in pores.classes:
        full = filled(pore, x, values=values, temperature=temperature, highest=highest)
        total = total + _in_class(pore, x, full, values=values, temperature=temperature)
    return total


def filled(
    pore: PoreClass, pressure: np.ndarray, *, values: Values, temperature: float, highest: float | None = None
) -> np.ndarray:
    """Share of a class that is full of liquid at `pressure` (arguments as in `loading`)."""
    share = _condensed(pore, laws.critical_width(pressure, temperature, values), values, temperature)
    if highest is None:
        return share
    reached = _condensed(pore, laws.critical_width(highest, temperature, values), values, temperature)
    kept = 1 - _emptied(pore, pressure, values, temperature)
    return np.where(
        pressure >= values[par.CLOSURE_PRESSURE], np.maximum(share, np.minimum(kept, reached)), share
    )


def _emptied(pore: PoreClass, pressure: np.ndarray, values: Values, temperature: float) -> np.ndarray:
    """Share of a full class whose menisci recede above `pressure`."""
    return 1 - _condensed(
        pore, laws.critical_width(pressure, temperature, values, emptying=True), values, temperature
    )


def _condensed(pore: PoreClass, width: np.ndarray, values: Values, temperature: float) -> np.ndarray:
    """Volume share of a class in pores narrower than `width` (log-normal; voids cut off at their onset)."""
    from scipy.special import ndtr

    spread = values[par.VOID_SPREAD if pore.name == VOID else par.WIDTH_SPREAD]
    share = ndtr(np.log(np.asarray(width) / pore.width) / spread)
    if pore.name != VOID:
        return share
    onset = laws.critical_width(values[par.VOID_ONSET], temperature, values)
    below = ndtr(np.log(onset / pore.width) / spread)
    return np.clip((share - below) / (1 - below), 0, 1)


def _in_class(
    pore: PoreClass, x: np.ndarray, full: np.ndarray, *, values: Values, temperature: float
) -> np.ndarray:
    """Amount (mmol/g) in one class: film in the open share, liquid in the full one."""
    capacity = laws.capacity(pore.volume, values)
    if pore.name == VOID:  # its walls are the open area, whose film is counted there
        return capacity * full
    layer = laws.monolayer(pore.area, values)
    if pore.width < values[par.MICROPORE_LIMIT]:
        first = min(layer, capacity)
        primary = first * laws.micropore_filling(x, pore.width, temperature, values)
        return primary + (capacity - first) * full
    film = np.minimum(layer * laws.layers(x, values), capacity)
    return (1 - full) * film + full * capacity
