"""Counts of a line by windows: what lies in one over the line, less the level of two beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.errors import DataError
from ...core.parameters import Values
from . import parameters as p
from .atomic import main_energy
from .detector import width_law

Array = NDArray[np.float64]


def line_counts(
    energy: Array, counts: Array, element: str, shell: str, choices: Mapping[str, Any], values: Values
) -> tuple[float, float]:
    """Return net counts of the main line of an element and their variance.

    Parameters
    ----------
    energy, counts
        Centres of the channels (eV) and counts.
    element, shell
        Whose line.
    choices
        ``window_fwhm``: width of the window in widths of the line; ``background_windows``: distance of the
        two windows of the background from the line, in widths (each one width wide); ``resolution_eV``.
    values
        Parameter values.

    Raises
    ------
    DataError
        If a window lies outside the spectrum.

    Limits: neighbouring lines within the windows are counted with it.
    """
    width = width_law(float(choices["resolution_eV"] or values[p.RESOLUTION]), values)
    centre = main_energy(element, shell)
    full = float(width.fwhm(centre))
    half = float(choices["window_fwhm"]) / 2 * full
    before, behind = (float(v) * full for v in choices["background_windows"])
    inside = _between(energy, centre - half, centre + half)
    left = _between(energy, centre - before - full, centre - before)
    right = _between(energy, centre + behind, centre + behind + full)
    if min(inside.sum(), left.sum(), right.sum()) < 1:
        raise DataError(f"the windows of {element} {shell} lie outside the spectrum. Use method=fit.")
    channels = inside.sum()
    levels = (float(counts[left].mean()), float(counts[right].mean()))
    spread = levels[0] / left.sum() + levels[1] / right.sum()
    net = float(counts[inside].sum()) - channels * sum(levels) / 2
    return net, float(counts[inside].sum()) + float(channels) ** 2 * spread / 4


def _between(energy: Array, low: float, high: float) -> NDArray[np.bool_]:
    return np.asarray((energy >= low) & (energy < high))
