"""All solutions of a calibration: populations far apart can meet two targets in more than one way.

With two populations decades apart the fast-to-slow capacity ratio first falls with the scale (the slow
population drops out at the high current), rises again (it drops out at the low current too) and falls once
more (the fast population becomes slow). Each crossing of the target ratio is a calibration of its own and has
to be in the family. A coarse scan brackets the crossings; `calibration.calibrate` finishes each.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ..core.errors import SolverError
from ..core.parameters import Values
from .calibration import Calibration, calibrate
from .cell import Array
from .rate import reversible
from .shapes import Shape

# Scan of the scale, s: numerical settings. Below, every population is fast; above, none holds lithium.
SCAN_SCALES = np.geomspace(0.3, 3e4, 16)
_CORRECTIONS = 2  # fixed-point corrections of the capacity scale at each point of the scan
_START_USE = 0.7  # starting guess: share of the capacity that the slow target reaches
_SAME = 0.02  # two solutions closer than this in ln(scale) are one


def scan(targets: Mapping[float, float], *, shape: Shape, values: Values) -> tuple[Array, Array]:
    """Return the capacity scale (mAh/g) and ln(found/target) at the fast target for `SCAN_SCALES`.

    At each scale the capacity scale is set so that the slow target is met; only the two currents of the
    targets are run, one cycle each. NaN where the cell cannot be cycled.
    """
    currents = sorted(targets)
    wanted = np.array([targets[c] for c in currents])
    capacity, last = float(wanted[0]) / _START_USE, np.zeros_like(wanted)
    capacities, residuals = [], []
    for scale in SCAN_SCALES:
        try:
            for _ in range(_CORRECTIONS):
                last = reversible(shape.cell(capacity, float(scale), values), currents, 1)
                capacity *= float(wanted[0] / last[0])
            # the ratio of the two capacities hardly moves with the last correction
            residuals.append(math.log(float(last[1] / last[0]) / float(wanted[1] / wanted[0])))
        except SolverError:
            residuals.append(math.nan)
        capacities.append(capacity)
    return np.array(capacities), np.array(residuals)


def solutions(
    targets: Mapping[float, float],
    *,
    shape: Shape,
    values: Values,
    cycles: int = 2,
) -> list[Calibration]:
    """Return every calibration of `shape` the scan can bracket, in order of the scale.

    Parameters
    ----------
    targets, shape, values, cycles
        As for `calibration.calibrate`.

    Raises
    ------
    SolverError
        If there is none.

    Notes
    -----
    Limits: two crossings between neighbouring points of the scan (a factor of two in the scale) are missed.
    """
    capacities, residuals = scan(targets, shape=shape, values=values)
    guesses = []
    for k in range(len(residuals) - 1):
        before, after = residuals[k], residuals[k + 1]
        if math.isfinite(before) and math.isfinite(after) and before * after <= 0 and before != after:
            share = before / (before - after)
            ends = np.log([[capacities[k], SCAN_SCALES[k]], [capacities[k + 1], SCAN_SCALES[k + 1]]])
            guesses.append(np.exp(ends[0] + share * (ends[1] - ends[0])))
    found: list[Calibration] = []
    for capacity, scale in guesses:
        near = (float(capacity), float(scale))
        result = calibrate(targets, shape=shape, values=values, cycles=cycles, near=near)
        if not any(abs(math.log(result.scale / other.scale)) < _SAME for other in found):
            found.append(result)
    return found or [calibrate(targets, shape=shape, values=values, cycles=cycles)]


def named(result: Calibration, several: bool) -> Calibration:
    """Return `result` with its scale in the name of the shape where there are several."""
    if not several:
        return result
    name = f"{result.shape.name} at {result.scale:.3g} {result.scale_unit}"
    return replace(result, shape=replace(result.shape, name=name))
