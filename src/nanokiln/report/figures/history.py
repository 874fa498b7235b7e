"""The reference recipe on its way: quenched runs, and the same recipe at other temperatures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..content import SamplePage
from ..style import BLUE, FULL_MM, RC, VERMILLION, figure, letter

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_HEIGHT_MM = 62


def history(stopped: Sequence[SamplePage], heated: Sequence[SamplePage]) -> Figure | None:
    """Draw neck ratio and film of stopped runs (left) and of other peak temperatures (right)."""
    from matplotlib import rc_context

    groups = [g for g in (stopped, heated) if len(g) > 1]
    if not groups:
        return None
    with rc_context(RC):
        fig = figure(FULL_MM, _HEIGHT_MM)
        grid = fig.subplots(1, len(groups), squeeze=False)[0]
        for axes, group, name in zip(grid, groups, "ab", strict=False):
            if group is stopped:
                labels = [_moment(p) for p in group]
                _panel(axes, range(len(group)), group)
                axes.set_xticks(range(len(group)), labels)
                axes.set_xlim(-0.5, len(group) - 0.5)
                axes.set_xlabel("Stopped and quenched")
            else:
                _panel(axes, [p.sample.recipe.programme.peak_degC for p in group], group)
                axes.set_xlabel("Peak temperature (°C)")
            letter(axes, name)
    return fig


def _moment(page: SamplePage) -> str:
    """Return temperature and time on the plateau in words."""
    firing = page.sample.firing
    degc = firing["temperature"].values
    peak = float(degc.max())
    hot = firing["time"].values[degc >= peak - 1]
    held = float(np.ptp(hot)) / 3600
    return f"{peak:.0f} °C\n{held:.1f} h"


def _panel(axes: Axes, x: Sequence[float], pages: Sequence[SamplePage]) -> None:
    necks = np.array([p.sample.architecture.attrs["mean_neck_ratio"] for p in pages])
    spread = np.array([p.sample.architecture.attrs["sd_neck_ratio"] for p in pages])
    axes.errorbar(
        x, necks, yerr=spread, fmt="o-", ms=4, capsize=2, color=BLUE, label="neck ratio (mean, spread)"
    )
    axes.set_ylabel("Neck radius over sphere radius (1)", color=BLUE)
    axes.set_ylim(0, max(0.8, float(necks.max()) * 1.2))
    other = axes.twinx()
    other.spines["right"].set_visible(True)
    film = np.array([p.sample["film_nm"] for p in pages])
    other.plot(x, film, "s--", ms=4, color=VERMILLION, label="film on the spheres")
    other.set_ylabel("Film (nm)", color=VERMILLION)
    other.set_ylim(0, max(1.0, float(film.max()) * 1.3))
    handles = [*axes.get_legend_handles_labels()[0], *other.get_legend_handles_labels()[0]]
    axes.legend(handles=handles, loc="upper left")
