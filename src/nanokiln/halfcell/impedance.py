"""Impedance of the half cell at any state: exact in frequency, no circuit fitted.

Electrolyte, an arc of the interphase (resistance and constant-phase element), the double layer across charge
transfer and solid diffusion of all populations, and an arc of the lithium electrode. Diffusion inside a
sphere is linear, so only the slope of the open-circuit curve at the surface enters and the answer holds at
any profile: the surface answers a flux with tanh(l)/(l - tanh(l)), l = sqrt(j w tau); a Warburg line at high
frequency, a capacitor at low.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..core.errors import InputError
from ..core.measurement import SYNTHETIC_MARK
from ..core.parameters import Values
from . import impedance_parameters as p
from .cell import COULOMB_PER_MAH, Array, Cell

if TYPE_CHECKING:
    import xarray as xr

Complex = NDArray[np.complex128]
POINTS_PER_DECADE = 10  # customary; 71 points from 100 kHz to 10 mHz
_LARGE = 30.0  # |l| beyond which tanh(l) is 1 to the last digit
_RELATIVE_STEP = 1e-4  # of the parameters for the derivatives
_TWO_SIDED_90 = 1.6448536269514722  # standard deviations of a 90 % interval
_SEPARABLE = 0.2  # half width of the interval, relative, up to which a resistance counts as separable
_HIGHEST = 1e9  # Hz: no meter goes beyond


@dataclass(frozen=True)
class Arcs:
    """Everything in series with the particles, and the double layer across them; ohm and S s^n.

    Parameters
    ----------
    electrolyte_ohm, interphase_ohm, lithium_ohm
        Resistances of the cell; 0 leaves an arc out.
    interphase_cpe, layer_cpe, lithium_cpe
        Constant-phase elements as (Q, n).
    """

    electrolyte_ohm: float
    interphase_ohm: float
    lithium_ohm: float
    interphase_cpe: tuple[float, float]
    layer_cpe: tuple[float, float]
    lithium_cpe: tuple[float, float]


def arcs(cell: Cell, interphase_ohm: float, values: Values) -> Arcs:
    """Return the arcs of a cell; its series resistance is that of the electrolyte and network."""
    return Arcs(
        cell.series_ohm,
        interphase_ohm,
        values[p.LITHIUM_OHM],
        (values[p.SEI_CPE], values[p.SEI_POWER]),
        (values[p.LAYER_CPE], values[p.LAYER_POWER]),
        (values[p.LITHIUM_CPE], values[p.LITHIUM_POWER]),
    )


def frequencies(values: Values) -> Array:
    """Return the customary frequencies (Hz), falling."""
    high, low = values[p.FREQUENCY_HIGH], values[p.FREQUENCY_LOW]
    count = round(math.log10(high / low) * POINTS_PER_DECADE) + 1
    return np.geomspace(high, low, count)


def impedance(cell: Cell, surface: Array, frequency_Hz: Array, arcs: Arcs) -> Complex:
    """Return the impedance of the whole cell (ohm).

    Parameters
    ----------
    cell
        Half cell.
    surface
        Stoichiometry at the surface of each population, shape (populations,).
    frequency_Hz
        Frequencies above 0 (Hz), shape (n,).
    arcs
        What is in series and across.

    Raises
    ------
    InputError
        For unusable frequencies or stoichiometries.

    Notes
    -----
    Limits: the cell is at rest; hysteresis is frozen at small signals (the slope of the mid curve); no
    diffusion in the electrolyte or along the pores.
    """
    frequency = np.asarray(frequency_Hz, dtype=np.float64)
    if not frequency.size or not np.all((frequency > 0) & (frequency <= _HIGHEST)):
        raise InputError("frequencies: give numbers above 0 Hz and at most 1e9 Hz.")
    if len(surface) != len(cell.weights) or not np.all((surface > 0) & (surface < 1)):
        raise InputError("surface stoichiometries: give one between 0 and 1 for each population.")
    s: Complex = np.asarray(2j * math.pi * frequency, dtype=np.complex128)
    faradaic = np.zeros(len(s), dtype=np.complex128)
    for weight, time, x in zip(cell.weights, cell.times_s, surface, strict=True):
        transfer = cell.charge_transfer_ohm * cell.mass_g
        faradaic += weight * cell.mass_g / (transfer + _diffusion(cell, time, float(x), s))
    inner = 1 / (faradaic + _cpe(arcs.layer_cpe, s))
    films = _arc(arcs.interphase_ohm, arcs.interphase_cpe, s) + _arc(arcs.lithium_ohm, arcs.lithium_cpe, s)
    return np.asarray(arcs.electrolyte_ohm + films + inner, dtype=np.complex128)


def _diffusion(cell: Cell, time_s: float, x: float, s: Complex) -> Complex:
    """Return the diffusion impedance of one population per gram (ohm g)."""
    root = np.sqrt(s * time_s)
    flat = np.tanh(np.where(root.real > _LARGE, _LARGE, root))
    answer = flat / (root - flat)
    full = cell.capacity_mAh_g * COULOMB_PER_MAH
    return np.asarray(-slope(cell, x) * time_s / (3 * full) * answer)


def slope(cell: Cell, x: float) -> float:
    """Return dU/dx (V) of the open-circuit curve."""
    o = cell.ocv
    return -o.a1 * o.b1 * math.exp(-o.b1 * x) - o.a2 * o.b2 * math.exp(-o.b2 * x) - o.a3


def _cpe(element: tuple[float, float], s: Complex) -> Complex:
    return np.asarray(element[0] * s ** element[1])


def _arc(ohm: float, element: tuple[float, float], s: Complex) -> Complex:
    return np.asarray(ohm / (1 + ohm * _cpe(element, s)))


@dataclass(frozen=True)
class Separability:
    """Whether the charge transfer can be told from the other arcs.

    Parameters
    ----------
    half_width
        Half width of the 90 % interval of the charge transfer, relative, with all arcs free.
    correlation
        Correlation of its error with that of the lithium electrode.
    resolved
        Whether the half width is at most a fifth.
    words
        The answer as a sentence.
    """

    half_width: float
    correlation: float
    resolved: bool
    words: str


def separability(cell: Cell, surface: Array, arcs: Arcs, values: Values) -> Separability:
    """Say how well one spectrum fixes the charge transfer when every arc is free.

    Notes
    -----
    Source: Cramer-Rao bound at the noise `NOISE` of the modulus over the customary frequencies. Limits: the
    circuit is taken to be true and the arcs to be named rightly; a fit that exchanges arcs of similar
    frequency is worse.
    """
    grid = frequencies(values)
    start = np.array([
        arcs.electrolyte_ohm, arcs.interphase_ohm, arcs.lithium_ohm, cell.charge_transfer_ohm,
        *arcs.interphase_cpe, *arcs.layer_cpe, *arcs.lithium_cpe, cell.capacity_mAh_g, 1.0,
    ])  # fmt: skip
    base = impedance(cell, surface, grid, arcs)
    weight = values[p.NOISE] * np.abs(base)
    columns, free = [], []
    for index in np.flatnonzero(start > 0).tolist():
        moved = start.copy()
        moved[index] *= 1 + _RELATIVE_STEP
        change = (_with(cell, surface, grid, moved) - base) / _RELATIVE_STEP / weight
        if np.any(change):  # the element of an arc that is not there does nothing
            columns.append(np.concatenate([change.real, change.imag]))
            free.append(index)
    _, size, turned = np.linalg.svd(np.array(columns).T, full_matrices=False)
    spread = turned.T / size
    covariance = spread @ spread.T
    transfer, lithium = free.index(3), free.index(2) if 2 in free else -1
    sd = np.sqrt(np.diag(covariance))
    half = float(_TWO_SIDED_90 * sd[transfer])
    shared = float(covariance[transfer, lithium] / sd[transfer] / sd[lithium]) if lithium >= 0 else 0.0
    return Separability(half, shared, half <= _SEPARABLE, _words(cell, arcs, half, shared))


def separability_range(
    cell: Cell, surface: Array, interphase_ohm: float, values: Values
) -> tuple[Separability, Separability]:
    """Return the separability at the assumed arcs, and where the lithium arc is least apart.

    Notes
    -----
    The second has the lithium resistance and its element at the upper end of their ranges and the double
    layer at the lower end: the two arcs then lie at one frequency.
    """
    worst = values.replace(
        {
            p.LITHIUM_OHM.id: p.LITHIUM_OHM.high,
            p.LITHIUM_CPE.id: p.LITHIUM_CPE.high,
            p.LITHIUM_POWER.id: values[p.LAYER_POWER],
            p.LAYER_CPE.id: p.LAYER_CPE.low,
        }
    )
    first, last = (
        separability(cell, surface, arcs(cell, interphase_ohm, v), values) for v in (values, worst)
    )
    return first, last


def _with(cell: Cell, surface: Array, grid: Array, x: Array) -> Complex:
    moved = Arcs(
        float(x[0]), float(x[1]), float(x[2]),
        (float(x[4]), float(x[5])), (float(x[6]), float(x[7])), (float(x[8]), float(x[9])),
    )  # fmt: skip
    times = tuple(t * float(x[-1]) for t in cell.times_s)
    changed = replace(cell, charge_transfer_ohm=float(x[3]), capacity_mAh_g=float(x[-2]), times_s=times)
    return impedance(changed, surface, grid, moved)


def _words(cell: Cell, arcs: Arcs, half: float, shared: float) -> str:
    what = (
        f"charge transfer {cell.charge_transfer_ohm:.0f} ohm of the anode beside {arcs.lithium_ohm:.0f} ohm "
        f"of the lithium electrode and {arcs.interphase_ohm:.1f} ohm of interphase: "
    )
    if half <= _SEPARABLE:
        return what + f"separable to {half:.1%} (90 %) if the circuit is true (correlation {shared:+.2f})"
    return what + f"not resolved: the interval is {half:.0%} wide on each side (correlation {shared:+.2f})"


def spectrum(cell: Cell, surface: Array, arcs: Arcs, frequency_Hz: Array) -> xr.Dataset:
    """Return the impedance as a dataset as the technique ``eis`` takes it.

    Notes
    -----
    Along ``point``: ``frequency`` (Hz), ``z_real`` and ``z_imag`` (ohm, negative for a capacitor).
    """
    import xarray as xr

    z = impedance(cell, surface, frequency_Hz, arcs)
    columns = {
        "frequency": (np.asarray(frequency_Hz), "Hz"),
        "z_real": (z.real, "ohm"),
        "z_imag": (z.imag, "ohm"),
    }
    return xr.Dataset(
        {name: ("point", values, {"units": unit}) for name, (values, unit) in columns.items()},
        attrs={"origin": "synthetic", "mark": SYNTHETIC_MARK, "protocol": "eis", "mass_g": cell.mass_g},
    )
