"""Figure of thermograms: mass and rate of loss over temperature, and energies where ramps suffice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.errors import InputError
from ...core.evidence import Finding
from ...core.measurement import Measurement
from ...core.parameters import Values
from . import kinetics
from .analyse import CHOICES, Part, parts_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")  # Okabe and Ito
MM = 1 / 25.4  # inch
SIZE = (178 * MM, 84 * MM)  # two columns wide
FONT = 8  # points at that width
LEGEND_ROW = 0.075  # of the height of the axes that a row of the legend takes
TANGENT = 0.6  # of the step's width the tangent is drawn to each side


def plot(measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
    """Draw mass (left) and DTG (middle or right); with three or more ramps also activation energies.

    Parameters
    ----------
    measurements
        Runs, at most seven in one figure.
    findings
        Result of `analyse` on the same measurements, in the same order.

    Returns
    -------
    Figure
        178 mm wide; carries the word SYNTHETIC if any run is.

    Raises
    ------
    InputError
        If there is nothing to draw or more than seven runs.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    if not 0 < len(measurements) <= len(COLOURS):
        raise InputError(f"{len(measurements)} thermograms: give 1 to {len(COLOURS)} for one figure.")
    chosen = {k: v for f in findings[:1] for k, v in f.choices.items() if k in CHOICES}
    parts = [parts_of(m, chosen, Values()) for m in measurements]
    energy = next((f for f in findings if f.name == "activation_energy" and f.resolved), None)
    with mpl.rc_context({"font.size": FONT, "lines.linewidth": 1.0, "axes.linewidth": 0.7}):
        figure = Figure(figsize=SIZE, layout="constrained")
        axes = figure.subplots(1, 3 if energy else 2)
        several = len(measurements) > 1
        for i, (measurement, own) in enumerate(zip(measurements, parts, strict=True)):
            # one run: a colour for each segment; several: one for each run
            colours = COLOURS[i:] if not several else (COLOURS[i],) * len(COLOURS)
            _mass(axes[0], measurement, own, findings, colours)
            _dtg(axes[1], own, findings, colours)
        _finish(axes[0], axes[1], several=several)
        if energy:
            _energies(axes[2], [p[0] for p in parts if p and p[0].steps], energy)
        if any(m.origin == "synthetic" for m in measurements):
            figure.suptitle("SYNTHETIC (simulated, not measured)", fontsize=FONT, color="#B00000")
    return figure


def _named(part: Part, findings: Sequence[Finding], name: str) -> Finding | None:
    """Return the first finding of this name that belongs to a segment (its largest step)."""
    words = f"{part.measurement.label}: {part.segment.words}"
    same = (f for f in findings if f.name == name and str(f.choices.get("label", "")).startswith(words))
    return next(same, None)


def _mass(
    axes: Axes,
    measurement: Measurement,
    parts: Sequence[Part],
    findings: Sequence[Finding],
    colours: Sequence[str],
) -> None:
    label = measurement.label
    if not parts:
        data = measurement.data
        mass = 100 * data["mass"].values / data["mass"].values[0]
        axes.plot(data["temperature"].values, mass, color=colours[0], label=f"{label}: no heating segment")
        return
    for number, (part, colour) in enumerate(zip(parts, colours, strict=False)):
        curve = part.curve
        words = label if len(parts) == 1 else part.segment.words.replace("degC", "°C")
        known = len(set(colours)) == 1 and number > 0  # a further segment of one run among several
        axes.plot(curve.temperature, curve.mass, color=colour, label=None if known else words)
        onset = _named(part, findings, "onset")
        if part.steps and onset is not None and onset.resolved:
            _tangent(axes, part, onset)
    t5 = _named(parts[0], findings, "t5")
    if t5 is not None and t5.resolved:
        axes.plot([t5.value], [95], "v", ms=4, color=colours[0])


def _tangent(axes: Axes, part: Part, onset: Finding) -> None:
    from .steps import fastest

    step = part.steps[0]
    peak, slope, mass = (float(x[0]) for x in fastest(part.curve, step, step.bandwidth))
    least = float(part.curve.mass.min())
    ends = np.array([onset.value, min(peak + TANGENT * step.width, peak + (mass - least) / slope)])
    axes.plot(ends, mass - slope * (ends - peak), color="0.35", lw=0.6, zorder=3)
    height = mass - slope * (onset.value - peak)
    axes.errorbar(
        [onset.value], [height], xerr=[[onset.value - onset.low], [onset.high - onset.value]], fmt="o", ms=3,
        color="0.15", capsize=2, elinewidth=0.8, zorder=4,
    )  # fmt: skip


def _dtg(axes: Axes, parts: Sequence[Part], findings: Sequence[Finding], colours: Sequence[str]) -> None:
    for part, colour in zip(parts, colours, strict=False):
        width = part.steps[0].bandwidth if part.steps else 15.0
        top = _named(part, findings, "dtg_max")
        rate = part.curve.dtg(width)
        label = None
        if top is not None and top.resolved:
            label = f"{top.value:.0f} [{top.low:.0f}, {top.high:.0f}] °C"
            height = float(np.interp(top.value, part.curve.temperature, rate))
            axes.errorbar(
                [top.value], [height], xerr=[[top.value - top.low], [top.high - top.value]], fmt="s", ms=3,
                color=colour, capsize=2, elinewidth=0.8,
            )  # fmt: skip
        axes.plot(part.curve.temperature, rate, color=colour, label=label)


def _energies(axes: Axes, parts: Sequence[Part], energy: Finding) -> None:
    ramps = [kinetics.ramp_of(p.curve, p.steps[0]) for p in parts]
    found = kinetics.isoconversional(ramps, Values())
    axes.plot(kinetics.CONVERSIONS, found.kas, "o-", ms=3, color=COLOURS[0], label="KAS")
    axes.plot(kinetics.CONVERSIONS, found.friedman, "s--", ms=3, color=COLOURS[1], label="Friedman")
    axes.axhspan(energy.low, energy.high, color="0.85", lw=0, zorder=0)
    margin = energy.high - energy.low
    axes.set_ylim(min(energy.low, *found.kas, *found.friedman) - margin / 2, energy.high + margin)
    axes.set(xlabel="conversion", ylabel="activation energy (kJ/mol)")
    title = f"{energy.value:.4g} [{energy.low:.4g}, {energy.high:.4g}] kJ/mol"
    axes.legend(frameon=False, fontsize=FONT - 1, loc="upper left", title=title, title_fontsize=FONT - 1)


def _finish(left: Axes, right: Axes, *, several: bool) -> None:
    style: dict[str, Any] = {"frameon": False, "fontsize": FONT - 1, "title_fontsize": FONT - 1}
    left.set(xlabel="temperature (°C)", ylabel="mass (% of segment's start)")
    _headroom(left)
    left.legend(loc="upper right", title="circle: onset, triangle: 5 % loss", **style)
    right.set(xlabel="temperature (°C)", ylabel="DTG (% / K of ramp)")
    if right.get_legend_handles_labels()[0]:
        _headroom(right)
        right.legend(loc="upper right", title="fastest loss" + (" by ramp" if several else ""), **style)


def _headroom(axes: Axes) -> None:
    """Make room for the legend above the curves."""
    low, high = axes.get_ylim()
    rows = 1 + len(axes.get_legend_handles_labels()[0])
    axes.set_ylim(low, high + LEGEND_ROW * rows * (high - low))
