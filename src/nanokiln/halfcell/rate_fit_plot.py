"""Figure of a fitted rate test: capacities, and the profile likelihood of every number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .rate_fit import CHI2_90, NUMBERS, UNITS, RateFit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_BLUE, _ORANGE = "#0072B2", "#D55E00"
_MM = 1 / 25.4
_HIGHEST = 3.0  # rises drawn, in rises that end the interval
_LOGARITHMIC = ("fast_time", "slow_over_fast")
_WORDS = {
    "capacity_scale": "capacity of both populations",
    "fast_share": "share of the fast one",
    "fast_time": "its diffusion time",
    "slow_over_fast": "slow over fast time",
}


def rate_fit_figure(fit: RateFit) -> Figure:
    """Draw the capacities with the fit, and how chi-square rises away from the best value of each number."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(178 * _MM, 85 * _MM), layout="constrained")
    panels = figure.subplot_mosaic([["rate", "a", "b"], ["rate", "c", "d"]], width_ratios=(1.4, 1, 1))
    rate = panels["rate"]
    rate.errorbar(
        fit.currents, fit.measured, yerr=1.645 * fit.error * fit.measured, fmt="s", color=_ORANGE, ms=4,
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
        axes.plot(fit.numbers[name], 0.0, "o", color=_ORANGE, ms=4)
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
