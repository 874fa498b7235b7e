"""B2O3-SiO2 against temperature, with the way each recipe's melt takes through it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...core.parameters import Values
from ...core.units import ZERO_CELSIUS
from ...matter import borosilicate as glass
from ...matter.constants import GAS_CONSTANT
from ...matter.phase_diagram import saturation_table
from ..style import BLACK, CYCLE, FULL_MM, GREY, RC, SMALL, figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ...sample import Sample

_HEIGHT_MM = 95
_DEGC = np.arange(400.0, 1301.0, 10.0)  # of the saturation line
_GRID = 200  # points of a curve
_LOWEST = 100.0  # degC, lower end of the diagram
_TOP = 1300.0
_TRACE = 1e-4  # mmol/g of free oxide below which there is no melt to follow


def phase_diagram(samples: Sequence[Sample]) -> Figure:
    """Draw saturation with silica, the gap in miscibility, the glass transition and recipe paths."""
    from matplotlib import rc_context

    values = samples[0].values if samples else Values()
    with rc_context(RC):
        fig = figure(FULL_MM, _HEIGHT_MM)
        axes = fig.subplots()
        _boundaries(axes, values)
        for index, sample in enumerate(samples):
            _path(axes, sample, CYCLE[index % len(CYCLE)])
        axes.set(xlim=(0, 1), ylim=(_LOWEST, _TOP))
        axes.set_xlabel("Mole fraction of SiO$_2$ in B$_2$O$_3$–SiO$_2$ (1)")
        axes.set_ylabel("Temperature (°C)")
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        _names(axes)
    return fig


def _names(axes: Axes) -> None:
    axes.text(0.13, 1150, "melt", fontsize=SMALL + 1)
    axes.text(0.68, 950, "melt + silica", fontsize=SMALL + 1)
    axes.text(0.5, 200, "two melts or glasses", fontsize=SMALL + 1, ha="center")


def _boundaries(axes: Axes, values: Values) -> None:
    saturated = saturation_table(_DEGC + ZERO_CELSIUS, 0.0, values)
    axes.plot(saturated, _DEGC, color=BLACK, label="saturated with silica\n(cristobalite, ±0.08 in x)")
    x = np.linspace(0.001, 0.999, _GRID)
    gap = np.array([glass.unmixing_temperature(float(f), values) for f in x]) - ZERO_CELSIUS
    axes.plot(x, gap, color=GREY, label="binodal (metastable)")
    spinodal = 2 * values[glass.INTERACTION] * x * (1 - x) / values[GAS_CONSTANT] - ZERO_CELSIUS
    axes.plot(x, spinodal, color=GREY, ls="--", label="spinodal")
    axes.fill_between(x, _LOWEST, np.maximum(gap, _LOWEST), color="#EEEEEE", lw=0)
    stiff = glass.glass_transition(1 - x, values) - ZERO_CELSIUS
    axes.plot(x, stiff, color=GREY, ls=":", label="glass transition of the melt")


def _path(axes: Axes, sample: Sample, colour: str) -> None:
    firing = sample.firing
    x, degc = firing["silica_in_melt"].values, firing["temperature"].values
    glassy = glass.glass_transition(1 - x, sample.values) - ZERO_CELSIUS
    there = (firing["free_melt"].values > _TRACE) & (degc > glassy)
    x = np.where(there, x, np.nan)
    if not there.any():
        return
    axes.plot(x, degc, color=colour, lw=1.4, label=sample.name)
    hottest = int(np.argmax(degc))
    turn = np.flatnonzero(there & (degc >= degc[hottest] - 0.5))
    if turn.size:
        axes.plot([x[turn[-1]]], [degc[turn[-1]]], "o", color=colour, ms=4)
