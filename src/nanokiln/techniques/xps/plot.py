"""The figure of an XPS analysis: fitted region with residual, and survey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.evidence import Finding
from . import analyse as analysis
from .fit import RegionFit
from .model import parts
from .parameters import LINE_POSITION
from .regions import energy_counts, find

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ...core.measurement import Measurement

#: Okabe-Ito colours, readable with colour-blind eyes and in print.
_COLOURS = ("#0072B2", "#56B4E9", "#009E73", "#D55E00", "#CC79A7", "#E69F00", "#F0E442")
_WIDTH_MM, _HEIGHT_MM = 178.0, 80.0
_MM_PER_INCH = 25.4
_SUBSCRIPTS = {"BO3": "BO$_3$", "BCO2": "BCO$_2$", "BC2O": "BC$_2$O", "BC3": "BC$_3$"}
_KEPT = (
    "region", "width", "positions", "mixing", "width_range", "components", "range_eV",
    "seed", "group", "chains", "asymmetry", "fit_background",
)  # fmt: skip
_STYLE: Any = {
    "font.size": 8,
    "axes.linewidth": 0.6,
    "axes.labelsize": 8,
    "legend.fontsize": 7,
    "axes.titlesize": 8,
}


def plot(measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
    """Draw the fitted region with its components, background and residual, and the survey.

    Parameters
    ----------
    measurements
        What was analysed.
    findings
        Findings of `analyse` on them; their choices say how the region was fitted.

    Returns
    -------
    matplotlib.figure.Figure
        178 mm wide; synthetic data are marked as such.

    Raises
    ------
    InputError, DataError
        If there is neither a region to fit nor a survey.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    fitted = analysis.fit(measurements, _choices(findings))
    survey = find(measurements, "survey")
    with mpl.rc_context(_STYLE):
        size = (_WIDTH_MM / _MM_PER_INCH, _HEIGHT_MM / _MM_PER_INCH)
        figure = Figure(figsize=size, layout="constrained")
        if fitted is None or survey is None:
            panel = figure.add_gridspec(2, 1, height_ratios=(4, 1))
        else:
            panel = figure.add_gridspec(2, 2, height_ratios=(4, 1), width_ratios=(3, 2))
        if fitted is not None:
            top, low = figure.add_subplot(panel[0, 0]), figure.add_subplot(panel[1, 0])
            _region(top, low, fitted, findings)
        if survey is not None or fitted is None:
            other = survey if survey is not None else measurements[0]
            _survey(figure.add_subplot(panel[:, -1]), other, findings)
        if any(m.origin == "synthetic" for m in measurements):
            figure.suptitle("SYNTHETIC spectra (simulated, not measured)", fontsize=8)
            for axes in figure.axes:
                _watermark(axes)
    return figure


def _watermark(axes: Axes) -> None:
    axes.text(
        0.5, 0.4, "SYNTHETIC", transform=axes.transAxes, ha="center", va="center", fontsize=18, color="0.5",
        alpha=0.25, zorder=0,
    )  # fmt: skip


def _choices(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return the choices of the fit that the findings carry."""
    used: Mapping[str, Any] = next((f.choices for f in findings if f.name.startswith("share_")), {})
    return {k: used[k] for k in _KEPT if k in used}


def _label(name: str, findings: Sequence[Finding]) -> str:
    shown = _SUBSCRIPTS.get(name, name)
    finding = next((f for f in findings if f.name == f"share_{name}"), None)
    if finding is None:
        return shown
    if not finding.resolved:
        return f"{shown}  {finding.low:.0f}–{finding.high:.0f} % (not resolved)"
    below = ", below detection" if any(n.startswith("below detection") for n in finding.notes) else ""
    return f"{shown}  {finding.value:.1f} % ({finding.low:.1f}–{finding.high:.1f}){below}"


def _region(top: Axes, low: Axes, fitted: tuple[RegionFit, str], findings: Sequence[Finding]) -> None:
    fit, line = fitted
    lines, background = parts(fit.layout, fit.typical(), fit.energy)
    total = background + lines.sum(axis=1)
    top.plot(fit.energy, fit.counts, "o", ms=2, mfc="none", mew=0.4, color="0.35", label="data")
    for index, name in enumerate(fit.names):
        colour = _COLOURS[index % len(_COLOURS)]
        top.fill_between(
            fit.energy, background, background + lines[:, index], color=colour, alpha=0.45, lw=0.5,
            label=_label(name, findings),
        )  # fmt: skip
    top.plot(fit.energy, background, "--", lw=0.8, color="0.3", label="background")
    top.plot(fit.energy, total, lw=1.0, color="black", label="sum")
    top.set_ylabel("intensity (counts)")
    top.set_title(f"{line}, 90 % intervals in brackets")
    top.set_ylim(top.get_ylim()[0], top.get_ylim()[1] + 0.75 * np.ptp(fit.counts))
    top.legend(frameon=False, loc="upper left", ncols=2, handlelength=1.0, columnspacing=0.7, fontsize=6)
    top.tick_params(labelbottom=False)
    low.axhline(0.0, color="0.6", lw=0.6)
    residual = (fit.counts - total) / np.sqrt(np.maximum(total, 1.0))
    low.plot(fit.energy, residual, lw=0.6, color="black")
    low.set_ylabel("residual ($\\sigma$)")
    low.set_xlabel("binding energy (eV)")
    for axes in (top, low):
        axes.set_xlim(fit.energy[-1], fit.energy[0])


def _survey(axes: Axes, measurement: Measurement, findings: Sequence[Finding]) -> None:
    energy, counts = energy_counts(measurement)
    axes.plot(energy, counts / 1e3, lw=0.6, color="black")
    axes.set_xlim(energy[-1], energy[0])
    axes.set_xlabel("binding energy (eV)")
    axes.set_ylabel("intensity (10$^3$ counts)")
    axes.set_title("survey" if np.ptp(energy) > 200 else measurement.label or "region")
    for finding in findings:
        if not finding.name.startswith("at_percent_"):
            continue
        element = finding.name.removeprefix("at_percent_")
        record = next((r for n, r in LINE_POSITION.items() if n.split()[0] == element), None)
        if record is None or not energy[0] < record.value < energy[-1]:
            continue
        near = np.abs(energy - record.value) < 8.0
        axes.annotate(
            f"{element} {finding.value:.0f} at%", (record.value, counts[near].max() / 1e3), ha="center",
            va="bottom", xytext=(0, 2), textcoords="offset points", fontsize=7,
            rotation=90,
        )  # fmt: skip
    axes.set_ylim(top=1.3 * counts.max() / 1e3)
