"""Figure of the rate capability: band of predictions, calibrated points, held-out article points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..core.parameters import Values
from .family import Family
from .heldout_parameters import TOLERANCE, held_out

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe-Ito
_BLUE, _ORANGE, _GREEN, _BLACK = "#0072B2", "#E69F00", "#009E73", "#000000"
_MM = 1 / 25.4


def rate_figure(family: Family, values: Values | None = None, width_mm: float = 85.0) -> Figure:
    """Draw capacity against current.

    Parameters
    ----------
    family
        Result of `predict_family`.
    values
        Values for the held-out points and their tolerance.
    width_mm
        Width of the figure, 85 or 178 mm for print.

    Returns
    -------
    matplotlib.figure.Figure
        Not attached to pyplot; marked SYNTHETIC because the curves are computed.
    """
    from matplotlib.figure import Figure

    values = Values() if values is None else values
    figure = Figure(figsize=(width_mm * _MM, 70 * _MM), layout="constrained")
    axes = figure.add_subplot()
    _draw_family(axes, family)
    _draw_held_out(axes, values)
    _label(axes, family)
    return figure


def _draw_family(axes: Axes, family: Family) -> None:
    current = np.asarray(family.currents)
    counted = sum(m.counts for m in family.members)
    axes.fill_between(
        current,
        family.low,
        family.high,
        color=_BLUE,
        alpha=0.25,
        lw=0,
        label=f"band of {counted} calibrated members",
    )
    axes.plot(current, family.central, "-", color=_BLUE, lw=1.2)
    free = np.array([c not in family.targets for c in family.currents])
    name = f"predicted ({family.calibration.shape.name})"
    axes.plot(current[free], family.central[free], "o", color=_BLUE, ms=4, label=name)
    points = sorted(family.targets.items())
    axes.plot(
        *zip(*points, strict=True),
        "s",
        color=_ORANGE,
        mec=_BLACK,
        mew=0.5,
        ms=5,
        label="calibrated on article",
    )


def _draw_held_out(axes: Axes, values: Values) -> None:
    points = held_out(values)
    capacity = np.array(list(points.values()))
    axes.errorbar(
        list(points),
        capacity,
        yerr=values[TOLERANCE] * capacity,
        fmt="D",
        color=_GREEN,
        mfc="white",
        ms=4,
        lw=0.8,
        capsize=2,
        label=f"article, held out (quoted, ±{values[TOLERANCE]:.0%})",
    )


def _label(axes: Axes, family: Family) -> None:
    axes.set_xscale("log")
    axes.set_xticks(family.currents, [f"{c:g}" for c in family.currents])
    axes.minorticks_off()
    axes.set_xlabel("current (A/g)", fontsize=8)
    axes.set_ylabel("reversible capacity (mAh/g)", fontsize=8)
    axes.set_ylim(0, None)
    axes.tick_params(labelsize=7)
    axes.legend(fontsize=6, frameon=False, loc="lower left")
    axes.text(
        0.98, 0.97, "SYNTHETIC", transform=axes.transAxes, ha="right", va="top", fontsize=7, color=_BLACK
    )
