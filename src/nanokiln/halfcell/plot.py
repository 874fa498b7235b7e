"""Figures: rate capability with its band and the held-out points, a fitted rate test, thousands of cycles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..core.parameters import Values
from .ageing_parameters import AFTER_1000, AFTER_REST
from .family import Family
from .heldout_parameters import TOLERANCE, held_out
from .rate_fit import CHI2_90, NUMBERS, UNITS, RateFit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from .perform import Record

# Okabe-Ito
_BLUE, _ORANGE, _GREEN, _BLACK = "#0072B2", "#E69F00", "#009E73", "#000000"
_MM = 1 / 25.4
_H_PER_DAY = 24.0
_VERMILLION = "#D55E00"
_HIGHEST = 3.0  # rises of chi-square drawn, in rises that end an interval
_LOGARITHMIC = ("fast_time", "slow_over_fast")
_WORDS = {
    "capacity_scale": "capacity of both populations",
    "fast_share": "share of the fast one",
    "fast_time": "its diffusion time",
    "slow_over_fast": "slow over fast time",
}


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


def long_figure(runs: Mapping[str, Sequence[Record]], values: Values, width_mm: float = 120.0) -> Figure:
    """Draw capacity against cycle number through rests.

    Parameters
    ----------
    runs
        Name of each curve to the records of `perform.perform`; the first is drawn solid.
    values
        Values for the article's points.
    width_mm
        Width of the figure.

    Returns
    -------
    matplotlib.figure.Figure
        Marked SYNTHETIC.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width_mm * _MM, 65 * _MM), layout="constrained")
    axes = figure.add_subplot()
    lines = (("-", _BLUE), ("--", _ORANGE), (":", _GREEN))
    for (name, records), (line, colour) in zip(runs.items(), lines, strict=False):
        blocks = [r.data for r in records if r.step.step == "cycles"]
        number = np.concatenate([[*b["cycle"].values, np.nan] for b in blocks])
        capacity = np.concatenate([[*b["capacity_mAh_g"].values, np.nan] for b in blocks])
        axes.plot(number, capacity, line, color=colour, lw=1.2, label=name)
    first = next(iter(runs.values()))
    ends = np.cumsum([r.step.number or 0 for r in first])
    for end, record in zip(ends, first, strict=True):
        if record.step.step == "rest" and record.step.duration_h is not None:
            axes.axvline(float(end), color=_BLACK, lw=0.5)
            words = f" rest of {record.step.duration_h / _H_PER_DAY:.0f} days"
            axes.text(float(end), 0.03, words, transform=axes.get_xaxis_transform(), fontsize=6)
    points = ((1000, values[AFTER_1000]), (1001, values[AFTER_REST]))
    axes.plot(
        *zip(*points, strict=True),
        "s",
        color=_ORANGE,
        mec=_BLACK,
        mew=0.5,
        ms=5,
        label="calibrated on article",
    )
    axes.set_xlabel("cycle", fontsize=8)
    axes.set_ylabel("capacity (mAh/g)", fontsize=8)
    axes.set_ylim(0, 1.15 * axes.get_ylim()[1])
    axes.tick_params(labelsize=7)
    axes.legend(fontsize=6, frameon=False, loc="lower left")
    axes.text(0.98, 0.97, "SYNTHETIC", transform=axes.transAxes, ha="right", va="top", fontsize=7)
    return figure


def rate_fit_figure(fit: RateFit) -> Figure:
    """Draw the capacities with the fit, and how chi-square rises away from the best value of each number."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(178 * _MM, 85 * _MM), layout="constrained")
    panels = figure.subplot_mosaic([["rate", "a", "b"], ["rate", "c", "d"]], width_ratios=(1.4, 1, 1))
    rate = panels["rate"]
    rate.errorbar(
        fit.currents, fit.measured, yerr=1.645 * fit.error * fit.measured, fmt="s", color=_VERMILLION, ms=4,
        capsize=2, label="rate test (90 %)",
    )  # fmt: skip
    rate.plot(fit.currents, fit.fitted, "o-", color=_BLUE, ms=3, lw=1, mfc="white", label="fit")
    rate.set_xscale("log")
    rate.set_xlabel("current (A/g)", fontsize=8)
    rate.set_ylabel("capacity (mAh/g)", fontsize=8)
    rate.set_ylim(bottom=0)
    rate.xaxis.set_major_formatter("{x:g}")
    rate.legend(frameon=False, fontsize=7)
    rate.set_title("a fit, no prediction", fontsize=8, loc="left")
    for panel, name, unit in zip("abcd", NUMBERS, UNITS, strict=True):
        axes, profile = panels[panel], fit.profiles[name]
        rise = np.minimum(profile.chi2 - fit.chi2, 2 * _HIGHEST * CHI2_90)
        axes.plot(profile.values, rise, ".-", color=_BLUE, lw=1, ms=4)
        axes.axhline(CHI2_90, color="0.5", lw=0.8, ls="--")
        axes.plot(fit.numbers[name], 0.0, "o", color=_VERMILLION, ms=4)
        axes.set_xscale("log" if name in _LOGARITHMIC else "linear")
        label = _WORDS[name] if unit == "1" else f"{_WORDS[name]} ({unit})"
        axes.set_xlabel(label, fontsize=8)
        axes.set_ylim(-0.3, _HIGHEST * CHI2_90)
    for panel in "ac":
        panels[panel].set_ylabel("rise of χ²", fontsize=8)
    for axes in panels.values():
        axes.tick_params(labelsize=7)
        axes.spines[["top", "right"]].set_visible(False)
    return figure
