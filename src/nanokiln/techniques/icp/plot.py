"""Figure of ICP measurements: the ratio over dissolution time, or signals over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...core.errors import InputError
from ...core.evidence import Finding
from ...core.measurement import Measurement
from ...core.parameters import Values
from .quantify import quantify

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")  # Okabe and Ito
MM = 1 / 25.4  # inch
SIZE = (178 * MM, 76 * MM)  # two columns wide
FONT = 8  # points at that width
LARGEST = 10  # traces drawn with a name


def plot(measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
    """Draw one measurement: calibration and ratio of a batch, ratios of a table, or traces.

    Parameters
    ----------
    measurements
        The measurements; the first is drawn.
    findings
        Result of `analyse` on them.

    Returns
    -------
    Figure
        178 mm wide; carries the word SYNTHETIC if it was simulated.

    Raises
    ------
    InputError
        If there is nothing to draw.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    if not measurements:
        raise InputError("no ICP measurement was given; give one for a figure.")
    first = measurements[0]
    with mpl.rc_context({"font.size": FONT, "lines.linewidth": 1.0, "axes.linewidth": 0.7}):
        figure = Figure(figsize=SIZE, layout="constrained")
        if "reading" in first.data.dims:
            left, right = figure.subplots(1, 2)
            _concentrations(left, first)
            _ratios(right, findings)
        elif "solution" in first.data.dims:
            _ratios(figure.subplots(), findings)
        else:
            _traces(figure.subplots(), first)
        if first.origin == "synthetic":
            figure.suptitle("SYNTHETIC (simulated, not measured)", fontsize=FONT, color="#B00000")
    return figure


def _concentrations(axes: Axes, batch: Measurement) -> None:
    """Draw both elements in solution over time."""
    found = quantify(batch, Values())
    samples = np.flatnonzero(found.types == "sample")
    times = found.times[samples]
    x = times if np.isfinite(times).all() else np.arange(1, samples.size + 1)
    for name, colour in zip(("B", "Si"), COLOURS, strict=False):
        drawn = found.elements[name].concentration[:, samples]
        low, high = np.percentile(drawn[1:], (5, 95), axis=0)
        error = np.clip([drawn[0] - low, high - drawn[0]], 0, None)
        axes.errorbar(x, drawn[0], yerr=error, fmt="o-", ms=3, color=colour, capsize=2, label=name)
    axes.set(ylabel="in solution (mg/L)", xlabel=_axis(axes, times))
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False, fontsize=FONT - 1)


def _axis(axes: Axes, times: Sequence[float] | np.ndarray) -> str:
    if np.size(times) and np.isfinite(times).all():
        if np.ptp(times) > 0:
            axes.set_xscale("log")
        return "dissolution time (h)"
    return "solution, in order"


def _ratios(axes: Axes, findings: Sequence[Finding]) -> None:
    ratios = [f for f in findings if f.name == "b_si_mass_ratio"]
    resolved = [f for f in ratios if f.resolved]
    if not resolved:
        axes.text(0.5, 0.5, "B/Si not resolved", ha="center", va="center", transform=axes.transAxes)
        return
    times = [f.choices.get("time_h", np.nan) for f in resolved]
    x = times if np.isfinite(times).all() else list(range(1, len(resolved) + 1))
    value = np.array([f.value for f in resolved])
    error = np.array([[f.value - f.low, f.high - f.value] for f in resolved]).T
    bars = np.nan_to_num(error) if np.isfinite(error).any() else None
    axes.errorbar(x, value, yerr=bars, fmt="o", ms=3.5, color=COLOURS[0], capsize=2, label="measured")
    bound = next((f for f in findings if f.name == "b_si_bound"), None)
    top = float(np.nanmax([*value, *(f.high for f in resolved)]))
    if bound is not None:
        axes.axhline(bound.value, color=COLOURS[1], ls="--", label=f"fed: {bound.value:.3f} g/g")
        top = max(top, bound.value)
    axes.set(ylabel="B/Si in solution (g/g)", xlabel=_axis(axes, times), ylim=(0, 1.3 * top))
    if not np.isfinite(times).all():
        axes.set_xticks(x)
        axes.set_xticklabels([str(f.choices.get("label", "")) for f in resolved], rotation=20, ha="right")
    axes.legend(frameon=False, fontsize=FONT - 1, loc="upper right")


def _traces(axes: Axes, traces: Measurement) -> None:
    time = traces.data["time"].values
    for i, (name, trace) in enumerate(
        zip(traces.data["line"].values[:LARGEST], traces.data["counts"].values.T, strict=False)
    ):
        style = "-" if i < len(COLOURS) else "--"
        colour = COLOURS[i % len(COLOURS)]
        axes.plot(time, np.where(trace > 0, trace, np.nan), style, lw=0.7, color=colour, label=str(name))
    axes.set(xlabel="time (s)", ylabel="signal (counts/s)", yscale="log")
    axes.legend(frameon=False, fontsize=FONT - 1, loc="center left", bbox_to_anchor=(1.0, 0.5))
