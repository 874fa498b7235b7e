"""All samples beside each other: one small panel per quantity, value and 90 % interval of each file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ...study.run import Group
from .. import markup as h
from ..style import BLUE, FULL_MM, GREY, ORANGE, RC, figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ...core.evidence import Finding

MOST_PANELS = 9  # of one figure; the table has all quantities
COLUMNS = 3
ROW_MM, HEAD_MM = 4.2, 14.0  # height of a sample's line and of title and axis
MOST_SAMPLES = 24  # lines of a panel that can still be read

#: Findings that say how something was measured rather than what came out.
_SETTINGS = ("particle_count", "bet_range", "lognormal_support", "diameter_geometric", "wt_percent", "kk_")

Entry = tuple[str, "Finding"]


_APART = 0.28  # lines between a measured and its simulated value


def quantities(groups: Sequence[Group], least: int = 2) -> dict[str, list[Entry]]:
    """Return sample and finding of every quantity that at least so many samples have, by name."""
    found: dict[str, list[Entry]] = {}
    for group in groups:
        for finding in group.findings:
            label = str(finding.choices.get("label", "") or "")
            same = label and sum(f.name == finding.name for f in group.findings) > 1
            name = f"{finding.name} ({label})" if same else finding.name
            if finding.resolved and not finding.name.startswith(_SETTINGS):
                found.setdefault(name, []).append((group.sample, finding))
    return {n: e for n, e in found.items() if len({sample for sample, _ in e}) >= least}


def comparison(groups: Sequence[Group], beside: Sequence[Group] = ()) -> Figure | None:
    """Draw the quantities of one technique for all samples, None where nothing can be compared.

    Parameters
    ----------
    groups
        Analyses of the files.
    beside
        Simulated ones, drawn as open squares.
    """
    from matplotlib import rc_context

    shown = dict(list(quantities(groups, least=1 if beside else 2).items())[:MOST_PANELS])
    twins = quantities(beside, least=1)
    if not shown:
        return None
    samples = sorted({sample for entries in shown.values() for sample, _ in entries})[:MOST_SAMPLES]
    columns = min(COLUMNS, len(shown))
    rows = math.ceil(len(shown) / columns)
    with rc_context(RC):
        fig = figure(FULL_MM, rows * (HEAD_MM + ROW_MM * len(samples)))
        axes = fig.subplots(rows, columns, squeeze=False, sharey=True).ravel()
        for ax, (name, entries) in zip(axes, shown.items(), strict=False):
            _panel(ax, name, entries, samples)
            _panel(ax, name, twins.get(name, ()), samples, synthetic=True)
        for ax in axes[len(shown) :]:
            ax.set_axis_off()
    return fig


def _panel(
    ax: Axes, name: str, entries: Sequence[Entry], samples: Sequence[str], *, synthetic: bool = False
) -> None:
    """Draw one quantity; intervals as lines, values as dots, no line where no interval is known."""
    colour = ORANGE if synthetic else BLUE
    marker: dict[str, Any] = {"marker": "o", "ms": 3.2}
    if synthetic:
        marker = {"marker": "s", "ms": 3.4, "mfc": "white"}
    for sample, finding in entries:
        if sample not in samples:
            continue
        y = samples.index(sample) + (_APART if synthetic else 0.0)
        if math.isfinite(finding.low) and math.isfinite(finding.high):
            ax.plot([finding.low, finding.high], [y, y], color=colour, lw=1.2, solid_capstyle="butt")
        ax.plot([finding.value], [y], color=colour, **marker)
    if not entries or synthetic:
        return
    unit = h.unit(entries[0][1].unit)
    ax.set_title(name, loc="left", fontsize=8)
    ax.set_xlabel(unit or " ")
    ax.set_yticks(range(len(samples)), samples)
    ax.set_ylim(len(samples) - 0.5, -0.5)
    ax.grid(axis="y", color=GREY, alpha=0.25, lw=0.5)
    ax.locator_params(axis="x", nbins=4)
