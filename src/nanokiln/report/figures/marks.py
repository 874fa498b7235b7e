"""How numbers of different kinds are drawn: computed with interval, and quoted by what they were used for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..style import BLACK, BLUE, GREY, ORANGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from ...core.evidence import Finding
    from ...study.ledger import Verdict

_CROWDED = 56  # letters of all names together above which they are written at an angle

#: Kind of claim to marker, colour and legend of the quoted number.
QUOTED: dict[str, tuple[str, str, str]] = {
    "input": ("s", GREY, "quoted, used as input"),
    "calibration target": ("s", ORANGE, "quoted, calibrated on"),
    "prediction": ("D", BLACK, "quoted, held out"),
}


def found(
    axes: Axes, x: float, finding: Finding | None, *, marker: str = "o", colour: str = BLUE, label: str = ""
) -> bool:
    """Draw a finding with its 90 % interval; return whether there was a number."""
    if finding is None or not finding.resolved:
        return False
    style: dict[str, Any] = {"color": colour, "ms": 4, "lw": 0, "elinewidth": 1.0, "capsize": 2}
    if np.isfinite(finding.low) and np.isfinite(finding.high):
        style["yerr"] = [
            [max(finding.value - finding.low, 0.0)],
            [max(finding.high - finding.value, 0.0)],
        ]
    axes.errorbar([x], [finding.value], fmt=marker, label=label or None, **style)
    return True


def quoted(axes: Axes, x: float, verdict: Verdict | None) -> None:
    """Draw the number a claim states, marked by what it was used for."""
    if verdict is None:
        return
    marker, colour, label = QUOTED[verdict.claim.kind]
    axes.plot(
        [x], [verdict.claim.number], marker, ms=5, mfc="white", mec=colour, mew=1.2, label=label, zorder=4
    )


def legend(axes: Axes, last: Sequence[str] = (), **options: Any) -> None:
    """Draw a legend with each label once; none without labels.

    Parameters
    ----------
    axes
        Where.
    last
        Beginnings of labels that come last, in this order; `options` go to matplotlib.
    """
    handles, labels = axes.get_legend_handles_labels()
    once = dict(zip(labels, handles, strict=True))
    rank = {name: next((i + 1 for i, start in enumerate(last) if name.startswith(start)), 0) for name in once}
    names = sorted(once, key=lambda name: rank[name])
    if names:
        axes.legend([once[n] for n in names], names, **options)


def samples_axis(axes: Axes, names: Sequence[str]) -> None:
    """Name the samples under an axis; a beginning common to all but the undoped one stays."""
    axes.set_xticks(range(len(names)), names)
    axes.set_xlim(-0.6, len(names) - 0.4)
    if len("".join(names)) > _CROWDED:
        axes.tick_params(axis="x", rotation=30)
        for text in axes.get_xticklabels():
            text.set_horizontalalignment("right")
