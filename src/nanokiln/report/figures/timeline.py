"""The furnace against time: stages and regimes, temperature, species, melt, viscosity, boron in carbon."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ...furnace.firing import REGIMES
from ..style import BLACK, BLUE, FULL_MM, GREEN, GREY, ORANGE, PURPLE, SKY, SMALL, VERMILLION, figure, letter

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_HEIGHT_MM = 160
_BANDS = ("#FFFFFF", "#E8EEF3", "#C9E2F2", "#FFE3B0", "#F6C9A8", "#D9C7D6")  # one per regime
_STIFF, _FLUID = 14.0, -1.0  # log10 of Pa s: beyond these nothing moves, or the scale ends
_GLASS = 12.0  # log10 of Pa s at the glass transition by definition
_INSTANT = 0.004  # of the run: a shorter stage is drawn as a point
_LINES = ("-", "--", "-.", ":")


def timeline(firing: xr.Dataset) -> Figure | None:
    """Draw the time line of a firing; None when there was no furnace.

    Parameters
    ----------
    firing
        Dataset over ``time`` with attribute ``stages`` (JSON).
    """
    if firing.sizes["time"] < 2:
        return None
    from matplotlib import rc_context

    from ..style import RC

    with rc_context(RC):
        fig = figure(FULL_MM, _HEIGHT_MM)
        panels = fig.subplots(6, 1, sharex=True, height_ratios=(1.4, 1, 1, 1, 1, 1))
        hours = firing["time"].values / 3600
        for panel, draw in zip(
            panels, (_stages, _temperature, _species, _melt, _viscosity, _boron), strict=True
        ):
            draw(panel, hours, firing)
        fig.align_ylabels(panels)
        for panel, name in zip(panels, "abcdef", strict=True):
            _bands(panel, hours, firing)
            letter(panel, name)
            panel.set_xlim(0, hours[-1])
        panels[-1].set_xlabel("Time (h)")
        _regime_legend(fig, firing)
    return fig


def _bands(axes: Axes, hours: np.ndarray, firing: xr.Dataset) -> None:
    regime = firing["regime"].values
    edges = [0, *(np.flatnonzero(np.diff(regime)) + 1), len(regime) - 1]
    for start, end in pairwise(edges):
        axes.axvspan(hours[start], hours[end], color=_BANDS[int(regime[start])], lw=0, zorder=0)


def _regime_legend(fig: Figure, firing: xr.Dataset) -> None:
    from matplotlib.patches import Patch

    seen = sorted({int(r) for r in firing["regime"].values})
    patches = [Patch(fc=_BANDS[r], ec=GREY, lw=0.5, label=REGIMES[r]) for r in seen]
    fig.legend(handles=patches, loc="outside upper center", ncols=len(seen), title="Regime (background)",
               title_fontsize=SMALL, fontsize=SMALL)  # fmt: skip


def _stages(axes: Axes, hours: np.ndarray, firing: xr.Dataset) -> None:
    stages = json.loads(firing.attrs.get("stages", "{}"))
    for row, (begin, end) in enumerate(stages.values()):
        start, width = begin / 3600, (end - begin) / 3600
        if width < _INSTANT * hours[-1]:
            axes.plot([start], [row], "d", color=VERMILLION, ms=4)
        else:
            axes.barh([row], [width], left=start, height=0.55, color=VERMILLION)
    axes.set_yticks(range(len(stages)), list(stages))
    axes.set_ylim(max(len(stages), 1) - 0.4, -0.6)
    axes.set_ylabel("Stage")
    if not stages:
        axes.text(0.5, 0.5, "no boron, no stages", transform=axes.transAxes, ha="center", va="center")


def _temperature(axes: Axes, hours: np.ndarray, firing: xr.Dataset) -> None:
    axes.plot(hours, firing["temperature"].values, color=BLACK)
    axes.set_ylabel("Temperature\n(°C)")
    axes.set_ylim(bottom=0)
    axes.locator_params(axis="y", nbins=4)


def _lines(axes: Axes, hours: np.ndarray, firing: xr.Dataset, names: dict[str, tuple[str, str]]) -> None:
    for index, (name, (label, colour)) in enumerate(names.items()):
        axes.plot(hours, firing[name].values, _LINES[index % 4], color=colour, label=label)
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    axes.set_ylim(bottom=0)


def _species(axes: Axes, hours: np.ndarray, firing: xr.Dataset) -> None:
    axes.set_ylabel("Share of\nboron fed (1)")
    names = {
        "boric_acid": ("H$_3$BO$_3$", BLACK),
        "metaboric_acid": ("HBO$_2$", SKY),
        "boron_oxide": ("B$_2$O$_3$ and its products", BLUE),
        "vapour": ("lost as vapour", VERMILLION),
    }
    _lines(axes, hours, firing, names)
    axes.set_ylim(-0.03, 1.05)


def _melt(axes: Axes, hours: np.ndarray, firing: xr.Dataset) -> None:
    axes.set_ylabel("Amount\n(mmol/g)")
    names = {
        "lining": ("B bound to walls", GREY),
        "free_melt": ("B$_2$O$_3$ free in melt", BLUE),
        "silica_dissolved": ("SiO$_2$ dissolved", ORANGE),
    }
    _lines(axes, hours, firing, names)


def _viscosity(axes: Axes, hours: np.ndarray, firing: xr.Dataset) -> None:
    axes.set_ylabel("log$_{10}$ viscosity\n(Pa s)")
    there = (firing["free_melt"].values > 0) & (firing["log_viscosity"].values < _STIFF)
    shown = np.where(there, firing["log_viscosity"].values, np.nan)
    axes.plot(hours, shown, color=PURPLE, label="melt")
    axes.axhline(_GLASS, color=GREY, lw=0.8, ls=":", label="glass transition")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    axes.set_ylim(_FLUID, _STIFF)


def _boron(axes: Axes, hours: np.ndarray, firing: xr.Dataset) -> None:
    axes.set_ylabel("Amount\n(mmol/g)")
    names = {
        "edge_boron": ("B at carbon edges", ORANGE),
        "plane_boron": ("B in carbon planes", VERMILLION),
        "carbon_oxygen": ("oxygen on carbon", GREEN),
        "carbon_monoxide": ("CO given off", BLACK),
    }
    _lines(axes, hours, firing, names)
