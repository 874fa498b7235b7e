"""The figure of an EDS analysis: spectrum with fit, profile along a line, maps of the elements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.evidence import Finding
from .analyse import DEFAULTS, Result, study, window_maps
from .atomic import main_energy

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

    from ...core.measurement import Measurement

#: Okabe-Ito colours, readable with colour-blind eyes and in print.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442")
_WIDTH_MM, _ROW_MM = 178.0, 65.0
_MM_PER_INCH = 25.4
_MOST_MAPS = 6
_STYLE: Any = {"font.size": 8, "axes.linewidth": 0.6, "axes.titlesize": 8, "legend.fontsize": 7}
_KEPT = ("method", "window", "absorption", "shape", "bin", "seed", "elements", "lines")


def plot(measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
    """Draw every measurement in a row: its spectrum with fit, and its profile or maps.

    Parameters
    ----------
    measurements
        What was analysed.
    findings
        Findings on them; their choices say how.

    Returns
    -------
    matplotlib.figure.Figure
        178 mm wide; synthetic data are marked as such.

    Raises
    ------
    InputError, DataError
        As the analysis.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    results = [study(m, _choices(m, findings)) for m in measurements]
    with mpl.rc_context(_STYLE):
        size = (_WIDTH_MM / _MM_PER_INCH, _ROW_MM * len(results) / _MM_PER_INCH)
        figure = Figure(figsize=size, layout="constrained")
        rows = np.atleast_1d(np.asarray(figure.subfigures(len(results), 1), dtype=object))
        for part, result in zip(rows.tolist(), results, strict=True):
            _row(part, result)
    return figure


def _choices(item: Measurement, findings: Sequence[Finding]) -> dict[str, Any]:
    used = next((f.choices for f in findings if f.choices.get("measurement") == item.label), {})
    return {k: used[k] for k in _KEPT if k in used and k in DEFAULTS}


def _row(part: SubFigure, result: Result) -> None:
    maps = window_maps(result)
    if result.profile is not None:
        left, right = part.subplots(1, 2, width_ratios=(3, 2))
        _spectrum(left, result)
        _profile(right, result)
    elif maps is not None:
        left_part, right_part = np.asarray(part.subfigures(1, 2, width_ratios=(3, 2))).tolist()
        _spectrum(left_part.subplots(), result)
        _maps(right_part, result, maps)
    else:
        _spectrum(part.subplots(), result)
    if result.item.origin == "synthetic":
        part.suptitle(f"SYNTHETIC (simulated, not measured): {result.item.label}", fontsize=8)
    else:
        part.suptitle(result.item.label, fontsize=8)


def _spectrum(axes: Axes, result: Result) -> None:
    fit = result.fit
    axes.step(fit.energy, np.maximum(fit.counts, 0.5), where="mid", lw=0.6, color="0.35", label="counts")
    axes.plot(fit.energy, np.maximum(fit.model, 0.5), lw=0.9, color=_COLOURS[1], label="fit")
    axes.plot(
        fit.energy, np.maximum(fit.background, 0.5), "--", lw=0.8, color=_COLOURS[0], label="background"
    )
    for element, shell in zip(fit.elements, fit.shells, strict=True):
        at = main_energy(element, shell)
        near = np.abs(fit.energy - at) < 3 * float(fit.calibration.width.sigma(at))
        height = float(fit.counts[near].max()) if near.any() else 1.0
        axes.annotate(
            f"{element} {shell}", (at, max(height, 1.0)), xytext=(0, 2), textcoords="offset points",
            ha="center", va="bottom", fontsize=7,
        )  # fmt: skip
    axes.set_yscale("log")
    axes.set_ylim(0.5, max(float(fit.counts.max()), 1.0) * 4)
    axes.set_xlabel("energy (eV)")
    axes.set_ylabel("counts per channel")
    axes.legend(frameon=False, loc="upper right")


def _profile(axes: Axes, result: Result) -> None:
    assert result.profile is not None
    place = result.profile["position_nm"].values
    for i, element in enumerate(result.profile["element"].values):
        one = result.profile.sel(element=element)
        colour = _COLOURS[i % len(_COLOURS)]
        axes.fill_between(place, one["low"].values, one["high"].values, color=colour, alpha=0.3, lw=0)
        axes.plot(place, one["atomic_fraction"].values, lw=0.9, color=colour, label=str(element))
    axes.set_xlabel("position (nm)")
    axes.set_ylabel("atomic fraction, 90 % of counting")
    axes.set_ylim(0, None)
    axes.legend(frameon=False, ncols=2)


def _maps(part: SubFigure, result: Result, maps: dict[str, Any]) -> None:
    shown = list(maps.items())[:_MOST_MAPS]
    columns = min(2, len(shown))
    grid = np.atleast_1d(np.asarray(part.subplots(-(-len(shown) // columns), columns))).ravel()
    data = result.item.data
    extent = (0.0, float(np.ptp(data["x_nm"].values)), float(np.ptp(data["y_nm"].values)), 0.0)
    for axes, (element, picture) in zip(grid, shown, strict=False):
        axes.imshow(picture, cmap="viridis", extent=extent, interpolation="nearest")
        axes.set_title(f"{element}, {picture.max()} counts at most", fontsize=6)
        axes.set_xticks([])
        axes.set_yticks([])
    for axes in grid[len(shown) :]:
        axes.set_axis_off()
    grid[0].set_ylabel(f"{extent[1]:.0f} nm wide", fontsize=6)
