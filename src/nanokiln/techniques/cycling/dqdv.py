"""Differential capacity with a stated bandwidth: the charge of a half cycle as a density over voltage.

The charge between two rows is spread evenly over their voltages and then by a Gaussian of the bandwidth. The
integral is the capacity, whatever the noise, and no derivative of a noisy curve is taken.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.measurement import Measurement
from .table import Half

Array = NDArray[np.float64]

BANDWIDTH_V = 0.010  # standard deviation of the Gaussian; features of carbon and silicon are wider
GRID = 400  # points over the window
EDGE = 2.0  # bandwidths from the ends of the window within which a maximum is no peak
MARGIN = 4.0  # bandwidths the grid reaches beyond the window


@dataclass(frozen=True)
class Differential:
    """dQ/dV of one half cycle: voltage (V) and density (A h / V)."""

    voltage: Array
    density: Array
    bandwidth: float


def differential(measurement: Measurement, half: Half, bandwidth: float = BANDWIDTH_V) -> Differential:
    """Return dQ/dV of a half cycle.

    Parameters
    ----------
    measurement, half
        The test and one of its half cycles.
    bandwidth
        Standard deviation of the Gaussian (V).

    Limits
    ------
    Features narrower than the bandwidth are as wide as it. Charge passed at constant voltage makes a peak
    there.
    """
    from scipy.special import ndtr

    data = measurement.data
    rows = half.points
    voltage = data["voltage"].values[rows]
    way = "charge" if data["current"].values[rows[0]] > 0 else "discharge"
    counter = data[way].values[rows]
    low, high = float(voltage.min()), float(voltage.max())
    grid = np.linspace(low - MARGIN * bandwidth, high + MARGIN * bandwidth, GRID)
    start, stop = np.minimum(voltage[1:], voltage[:-1]), np.maximum(voltage[1:], voltage[:-1])
    # two rows at one voltage are a step; a thousandth of the bandwidth is as good as none
    stop = np.maximum(stop, start + 1e-3 * bandwidth)
    share = ndtr((grid[:, None] - start) / bandwidth) - ndtr((grid[:, None] - stop) / bandwidth)
    return Differential(grid, share @ (np.diff(counter) / (stop - start)), bandwidth)


def peak(curve: Differential) -> float:
    """Return the voltage of the highest maximum inside the window; NaN where there is none."""
    inside = slice(1, -1)
    v, q = curve.voltage, curve.density
    low, high = v[0] + (MARGIN + EDGE) * curve.bandwidth, v[-1] - (MARGIN + EDGE) * curve.bandwidth
    top = (q[inside] > q[:-2]) & (q[inside] >= q[2:]) & (v[inside] > low) & (v[inside] < high)
    where = np.flatnonzero(top) + 1
    return float(v[where[np.argmax(q[where])]]) if where.size else float("nan")
