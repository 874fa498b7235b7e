"""The feed series side by side: diameters, surface area, pore volume, and whatever else was claimed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..content import SamplePage
from ..series import claimed_number, verdicts_for
from ..style import BLUE, FULL_MM, RC, SKY, VERMILLION, figure, letter, synthetic
from . import marks

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ...study.ledger import Ledger, Verdict

_ROW_MM = 62
_HEADROOM = 1.5  # so that the legend covers nothing


def products(pages: Sequence[SamplePage], ledger: Ledger) -> Figure | None:
    """Draw diameters before and after, BET area and pore volume of a feed series, with quoted numbers."""
    from matplotlib import rc_context

    if not pages:
        return None
    thermal = _numbered(verdicts_for(ledger, "TGA", unit="degC"))
    with rc_context(RC):
        fig = figure(FULL_MM, 2 * _ROW_MM)
        grid = np.ravel(fig.subplots(2, 2))
        for axes, draw, name in zip(grid, (_diameters, _areas, _volumes), "abc", strict=False):
            draw(axes, pages, ledger)
            marks.samples_axis(axes, [p.name for p in pages])
            letter(axes, name)
            synthetic(axes, 1.0, 1.09)
        if thermal:
            claims(grid[3], thermal, "Temperature of weight loss (°C)")
            letter(grid[3], "d")
        else:
            grid[3].remove()
    return fig


def _diameters(axes: Axes, pages: Sequence[SamplePage], ledger: Ledger) -> None:
    for x, page in enumerate(pages):
        for label, colour, name, shift in (
            ("before", SKY, "D$_0$", -0.12),
            ("after", VERMILLION, "D$_1$", 0.12),
        ):
            finding = page.finding("sizing", "diameter_mean", label)
            marks.found(axes, x + shift, finding, colour=colour, label=f"{name} ({label})")
        marks.quoted(axes, x - 0.12, claimed_number(ledger, "size", "D0", f"{page.name} before", "nm"))
    axes.set_ylabel("Mean diameter (nm)")
    _room(axes, zero=False)


def _areas(axes: Axes, pages: Sequence[SamplePage], ledger: Ledger) -> None:
    for x, page in enumerate(pages):
        marks.found(axes, x, page.finding("n2_sorption", "bet_area"), label="virtual isotherm")
        true = float(page.sample.pores["total_area_m2_g"])
        axes.plot([x], [true], "_", ms=12, mew=1.2, color=BLUE, label="true of the sample")
        marks.quoted(axes, x, claimed_number(ledger, "BET", "specific surface", page.name))
    axes.set_ylabel("BET area (m²/g)")
    _room(axes)


def _volumes(axes: Axes, pages: Sequence[SamplePage], _ledger: Ledger) -> None:
    for x, page in enumerate(pages):
        marks.found(axes, x, page.finding("n2_sorption", "pore_volume"), label="virtual isotherm")
        pores = page.sample.pores
        inner = float(pores["volume_cm3_g"].values[pores["pore"].values != "interparticle"].sum())
        axes.plot([x], [inner], "_", ms=12, mew=1.2, color=VERMILLION, label="pores of the spheres alone")
    axes.set_ylabel("Pore volume (cm³/g)")
    _room(axes)


def _room(axes: Axes, zero: bool = True) -> None:
    low, high = axes.get_ylim()
    low = 0.0 if zero else low
    axes.set_ylim(low, low + (high - low) * _HEADROOM)
    marks.legend(axes, loc="upper left", handletextpad=0.4, borderaxespad=0.1)


def _numbered(verdicts: Sequence[Verdict]) -> list[Verdict]:
    return [v for v in verdicts if np.isfinite(v.value) and np.isfinite(v.claim.number)]


def claims(axes: Axes, verdicts: Sequence[Verdict], ylabel: str) -> None:
    """Draw computed numbers with their intervals beside the claimed ones, one column per claim."""
    for x, verdict in enumerate(verdicts):
        error = None
        if np.isfinite(verdict.low) and np.isfinite(verdict.high):
            error = [[max(verdict.value - verdict.low, 0)], [max(verdict.high - verdict.value, 0)]]
        style: dict[str, Any] = {"fmt": "o", "ms": 4, "color": BLUE, "elinewidth": 1, "capsize": 2}
        axes.errorbar([x - 0.1], [verdict.value], yerr=error, label="computed, 90 %", **style)
        marks.quoted(axes, x + 0.1, verdict)
    marks.samples_axis(axes, [f"{v.claim.sample.split(' (')[0]}\n({v.claim.id})" for v in verdicts])
    axes.set_ylabel(ylabel)
    _room(axes, zero=False)
