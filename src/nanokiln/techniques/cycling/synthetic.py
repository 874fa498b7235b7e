"""Cycling tests of known capacities: for tests of readers and analysis, not a model of a cell.

Voltage falls and rises linearly with charge between the ends of the window; what is known exactly is the
capacity of every half cycle.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...core.errors import InputError
from ...core.measurement import Measurement

WINDOW = (0.01, 3.0)  # V, of the half cells of the article
POINTS = 40  # rows of a half cycle
FIRST_EFFICIENCY = 0.65  # charge over discharge in the first cycle of a new anode


def anode_test(
    capacity_mAh_g: Sequence[float],
    current_A_g: Sequence[float],
    mass_mg: float,
    seed: int,
    *,
    scatter: float = 0.002,
    first_efficiency: float = FIRST_EFFICIENCY,
    efficiency: float = 0.995,
    points: int = POINTS,
    label: str = "anode",
) -> Measurement:
    """Return a synthetic test of an anode half cell, discharged (lithiated) first.

    Parameters
    ----------
    capacity_mAh_g, current_A_g
        Reversible capacity without scatter and current of each cycle, per gram.
    mass_mg
        Mass (mg).
    seed
        Seed of the scatter.
    scatter
        Relative standard deviation of single capacities.
    first_efficiency, efficiency
        Charge over discharge in the first and in all later cycles.
    points
        Rows of a half cycle.
    label
        Name of the sample.

    Raises
    ------
    InputError
        If there is no cycle, or the lists differ in length.
    """
    import xarray as xr

    if not len(capacity_mAh_g) or len(capacity_mAh_g) != len(current_A_g):
        raise InputError(
            f"{len(capacity_mAh_g)} capacities and {len(current_A_g)} currents: give one each per cycle."
        )
    rng = np.random.default_rng(seed)
    true = np.asarray(capacity_mAh_g, dtype=float) * (1 + scatter * rng.normal(size=len(capacity_mAh_g)))
    parts: list[np.ndarray] = []
    clock, passed = 0.0, {"charge": 0.0, "discharge": 0.0}
    for index, (capacity, rate) in enumerate(zip(true, current_A_g, strict=True)):
        charged = capacity * mass_mg * 1e-6  # A h
        current = rate * mass_mg * 1e-3  # A
        ratio = first_efficiency if index == 0 else efficiency
        for way, amount in (("discharge", charged / ratio), ("charge", charged)):
            share = np.linspace(0, 1, points)
            block = np.zeros((points, 7))
            block[:, 0] = clock + share * amount / current * 3600
            low, high = WINDOW
            block[:, 1] = high - share * (high - low) if way == "discharge" else low + share * (high - low)
            block[:, 2] = current if way == "charge" else -current
            block[:, 3], block[:, 4] = index + 1, len(parts) + 1
            block[:, 5], block[:, 6] = passed["charge"], passed["discharge"]
            block[:, 5 if way == "charge" else 6] += share * amount
            passed[way] += amount
            clock = float(block[-1, 0])
            parts.append(block)
    table = np.concatenate(parts)
    units = {
        "time": "s",
        "voltage": "V",
        "current": "A",
        "cycle": "1",
        "step": "1",
        "charge": "A h",
        "discharge": "A h",
    }
    columns = dict(zip(units, table.T, strict=True))
    columns["cycle"], columns["step"] = (columns[name].astype(int) for name in ("cycle", "step"))
    data = xr.Dataset({name: ("point", columns[name], {"units": unit}) for name, unit in units.items()})
    return Measurement("cycling", data, "synthetic", label, {"capacity_source": "counters of the instrument"})
