"""The figure of a diffraction analysis: pattern with its parts, lines of the phases found, residual."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.evidence import Finding
from . import analyse as analysis
from .peaks import model

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ...core.measurement import Measurement

#: Okabe-Ito colours, readable with colour-blind eyes and in print.
_DATA, _FIT, _BROAD, _BACK = "0.45", "#D55E00", "#0072B2", "0.3"
_PHASES = ("#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_WIDTH_MM, _HEIGHT_MM = 178.0, 95.0
_MM_PER_INCH = 25.4
_STYLE: Any = {
    "font.size": 8, "axes.linewidth": 0.6, "axes.labelsize": 8, "legend.fontsize": 7, "axes.titlesize": 8,
}  # fmt: skip
_KEPT = ("wavelength", "k_alpha2", "phases", "scan", "seed", "standard", "alignment")
_LABELLED = 6  # peaks with their angle written at them
_APART = 2.5  # degrees: labels nearer than this would overlap


def plot(measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
    """Draw the pattern with background, halos and peaks, the lines of the phases found, and the residual.

    Parameters
    ----------
    measurements
        What was analysed.
    findings
        Findings of `analyse` on them; their choices say how.

    Returns
    -------
    matplotlib.figure.Figure
        178 mm wide; synthetic data are marked as such.

    Raises
    ------
    InputError, DataError
        If the pattern cannot be taken apart.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    used: dict[str, Any] = dict(findings[0].choices) if findings else {}
    choices = {k: used[k] for k in _KEPT if used.get(k) is not None}
    if findings:
        choices["range_deg"] = used["range_deg"]
    result = analysis.take_apart(measurements, analysis.checked(choices))
    with mpl.rc_context(_STYLE):
        size = (_WIDTH_MM / _MM_PER_INCH, _HEIGHT_MM / _MM_PER_INCH)
        figure = Figure(figsize=size, layout="constrained")
        there = [m for m in result.matches if m.verdict in ("matched", "partly")]
        ratios = (6.0, 0.32 * max(len(there), 1), 1.3)
        top, middle, low = figure.subplots(3, 1, height_ratios=ratios, sharex=True)
        _pattern(top, result, findings)
        _lines(middle, result, there)
        _residual(low, result)
        if result.measurement.origin == "synthetic":
            figure.suptitle("SYNTHETIC pattern (simulated, not measured)", fontsize=8)
            top.text(
                0.5, 0.5, "SYNTHETIC", transform=top.transAxes, ha="center", va="center",
                fontsize=18, color="0.5",
                alpha=0.25, zorder=0,
            )  # fmt: skip
    return figure


def _pattern(axes: Axes, result: analysis.Result, findings: Sequence[Finding]) -> None:
    scan, parts = result.parts.scan, result.parts
    background, broad = parts.broad.background(scan.x), parts.broad(scan.x)
    axes.plot(scan.x, scan.y, lw=0.5, color=_DATA, label="data")
    if parts.peaks:
        axes.plot(scan.x, broad + model(scan.x, parts.peaks, parts.rays), lw=0.8, color=_FIT, label="peaks")
    axes.fill_between(scan.x, background, broad, color=_BROAD, alpha=0.25, lw=0)
    axes.plot(scan.x, broad, lw=0.8, color=_BROAD, label="broad part")
    axes.plot(scan.x, background, "--", lw=0.8, color=_BACK, label="background")
    heights = scan.y[np.isfinite(scan.y)]
    axes.set_ylim(0.85 * max(float(np.quantile(heights, 0.002)), 0.0), 1.22 * float(heights.max()))
    # a strong first line would flatten everything else: a root scale shows halo and peaks alike
    axes.set_yscale("function", functions=(lambda v: np.sqrt(np.maximum(v, 0.0)), np.square))
    unit = str(result.measurement.data["counts"].attrs.get("units", "counts"))
    axes.set_ylabel(f"intensity ({unit}, root scale)")
    axes.set_xlim(scan.x[0], scan.x[-1])
    axes.tick_params(labelbottom=False)
    _label_peaks(axes, result)
    _label_halos(axes, result, findings)
    axes.legend(frameon=False, loc="upper right", ncols=2, handlelength=1.4, columnspacing=1.0)


def _label_peaks(axes: Axes, result: analysis.Result) -> None:
    scan = result.parts.scan
    shown: list[float] = []
    for peak in sorted(result.parts.peaks, key=lambda q: -q.area):
        if len(shown) >= _LABELLED or any(abs(peak.position - s) < _APART for s in shown):
            continue
        shown.append(peak.position)
        near = np.abs(scan.x - peak.position) < peak.width
        height = float(scan.y[near].max()) if near.any() else 0.0
        axes.annotate(
            f"{peak.position:.2f}°", (peak.position, height), ha="center", va="bottom", xytext=(0, 2),
            textcoords="offset points", fontsize=6.5,
        )  # fmt: skip


def _label_halos(axes: Axes, result: analysis.Result, findings: Sequence[Finding]) -> None:
    for finding in findings:
        if (
            not finding.name.startswith("halo")
            or not finding.name.endswith("_2theta")
            or not finding.resolved
        ):
            continue
        height = float(result.parts.broad(np.array([finding.value]))[0])
        half = 0.5 * (finding.high - finding.low)
        axes.annotate(
            f"halo {finding.value:.1f} ± {half:.1f}°", (finding.value, height), ha="center", va="bottom",
            xytext=(0, 9), textcoords="offset points", fontsize=6.5, color=_BROAD,
        )  # fmt: skip


def _lines(axes: Axes, result: analysis.Result, there: list[Any]) -> None:
    ends = result.parts.scan.x[[0, -1]]
    for row, one in enumerate(there):
        angle = one.phase.two_theta(result.parts.rays.alpha1)
        inside = (np.nan_to_num(angle) > ends[0]) & (np.nan_to_num(angle) < ends[1])
        colour = _PHASES[row % len(_PHASES)]
        height = 0.2 + 0.7 * np.sqrt(one.phase.intensity[inside] / 100)
        axes.vlines(angle[inside], -row - 0.95, -row - 0.95 + height, color=colour, lw=0.8)
        words = "" if one.verdict == "matched" else ", partly"
        axes.text(
            1.0, -row - 0.5, f"{one.phase.formula} {one.phase.name.replace('_', ' ')}{words} ", ha="right",
            va="center", color=colour, fontsize=7, transform=axes.get_yaxis_transform(),
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5, "alpha": 0.85},
        )  # fmt: skip
    if not there:
        words = "no phase of the reference set" if result.parts.peaks else "no crystalline peaks"
        axes.text(0.5, 0.5, words, ha="center", va="center", transform=axes.transAxes, fontsize=7)
    axes.set_ylim(-max(len(there), 1), 0)
    axes.set_yticks([])
    axes.tick_params(labelbottom=False)


def _residual(axes: Axes, result: analysis.Result) -> None:
    scan, parts = result.parts.scan, result.parts
    fit = parts.broad(scan.x) + model(scan.x, parts.peaks, parts.rays)
    axes.axhline(0.0, color="0.6", lw=0.6)
    axes.plot(scan.x, (scan.y - fit) / np.sqrt(scan.variance), lw=0.4, color="black")
    axes.set_ylim(-8, 8)
    axes.set_ylabel("residual ($\\sigma$)")
    axes.set_xlabel(f"2$\\theta$ (degrees, $\\lambda$ = {parts.rays.alpha1:.5f} Å)")
