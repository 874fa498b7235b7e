"""Histograms of diameters, fit for print at one column width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ...core.errors import DataError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ...core.evidence import Finding
    from ...core.measurement import Measurement

WIDTH_IN, HEIGHT_IN = 3.35, 2.6  # 85 mm column
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")  # Okabe and Ito
_FEWEST_BINS, _MOST_BINS = 6, 40
_SMALL = 7  # points; smallest text in the figure


def plot(measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
    """Draw the size distributions over common bins, each with its mean and 90 % interval.

    Parameters
    ----------
    measurements
        Measurements with ``diameter_nm(particle)``.
    findings
        What `analyse` found; means are drawn from here.

    Returns
    -------
    Figure
        One panel; it carries the word SYNTHETIC when any measurement is simulated.

    Raises
    ------
    DataError
        If there is no measurement.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    if not measurements:
        raise DataError("no sizing measurement to draw.")
    with rc_context({"font.size": _SMALL + 1, "axes.spines.top": False, "axes.spines.right": False}):
        figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), layout="constrained", dpi=200)
        axes = figure.add_subplot()
        sizes = [np.asarray(m.data["diameter_nm"].values, dtype=float) for m in measurements]
        edges = bins(np.concatenate(sizes))
        means = {(f.choices.get("label"), f.file): f for f in findings if f.name == "diameter_mean"}
        for i, (measurement, d) in enumerate(zip(measurements, sizes, strict=True)):
            mean = means.get((measurement.label, measurement.file))
            _histogram(axes, d, edges, COLOURS[i % len(COLOURS)], _legend(measurement.label, d.size, mean))
            if mean is not None:
                _mean(axes, mean, COLOURS[i % len(COLOURS)], 1 / _headroom(len(sizes)))
        axes.set_xlabel("Diameter (nm)")
        axes.set_ylabel("Share of particles (%)")
        axes.set_ylim(0, axes.get_ylim()[1] * _headroom(len(sizes)))
        axes.legend(frameon=False, fontsize=_SMALL, loc="upper right")
        if any(m.origin == "synthetic" for m in measurements):
            axes.text(
                0.02, 0.98, "SYNTHETIC", transform=axes.transAxes, va="top", fontsize=_SMALL, color="0.35"
            )
    return figure


def bins(d: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return common bin edges by the Freedman-Diaconis rule, between 6 and 40 bins."""
    low, high = float(d.min()), float(d.max())
    if high <= low:
        low, high = 0.5 * low, 2 * high
    spread = float(np.subtract(*np.quantile(d, [0.75, 0.25])))
    width = 2 * spread / d.size ** (1 / 3)
    count = int(np.ceil((high - low) / width)) if width > 0 else _FEWEST_BINS
    return np.linspace(low, high, min(max(count, _FEWEST_BINS), _MOST_BINS) + 1)


def _histogram(axes: Axes, d: Any, edges: Any, colour: str, label: str) -> None:
    weights = np.full(d.size, 100 / d.size)
    axes.hist(d, edges, weights=weights, histtype="stepfilled", color=colour, alpha=0.25)
    axes.hist(d, edges, weights=weights, histtype="step", color=colour, linewidth=1.2, label=label)


def _headroom(count: int) -> float:
    """Return the height of the panel over that of the data, so that the legend covers nothing."""
    return 1.1 + 0.1 * count


def _mean(axes: Axes, mean: Finding, colour: str, top: float) -> None:
    axes.axvline(mean.value, ymax=top, color=colour, linewidth=1.0, linestyle="--")
    if np.isfinite(mean.low) and np.isfinite(mean.high):
        axes.axvspan(mean.low, mean.high, ymax=top, color=colour, alpha=0.12, linewidth=0)


def _legend(label: str, count: int, mean: Finding | None) -> str:
    start = label or "particles"
    if mean is None:
        return f"{start}, N = {count}"
    half = 0.5 * (mean.high - mean.low)
    interval = f" ± {half:.1f}" if np.isfinite(half) else ""
    return f"{start}: {mean.value:.1f}{interval} nm, N = {count}"
