"""The figure of a Raman analysis: spectrum with bands and base line, residual, D over G by definition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.errors import InputError
from ...core.evidence import Finding
from ...core.measurement import Measurement
from . import analyse as analysis
from .ensemble import Try

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Okabe-Ito colours, readable with colour-blind eyes and in print.
COLOURS = {"D": "#0072B2", "G": "#D55E00", "D3": "#009E73", "D4": "#CC79A7"}
DATA, FIT, BASE = "0.45", "black", "0.3"
MM = 1 / 25.4  # inch
SIZE = (178 * MM, 92 * MM)  # two columns wide
STYLE: Any = {
    "font.size": 8,
    "axes.linewidth": 0.6,
    "axes.labelsize": 8,
    "legend.fontsize": 7,
    "axes.titlesize": 8,
}
KEPT = ("window", "line", "peaks", "baseline", "laser_nm", "seed", "parameters")  # choices a finding carries
NAMES = {"raw": "raw maxima", "height": "heights", "area": "areas"}
HEADROOM = 1.42  # of the ordinate above the data: place for the legend
LABELS = 8  # lines with their shift written at them
APART = 0.03  # of the axis: labels nearer than this would overlap


def plot(measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
    """Draw the first spectrum (silicon aside) with what was found in it.

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
    InputError
        If there is nothing to draw.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    if not measurements:
        raise InputError("no Raman spectrum was given; there is nothing to draw.")
    used: dict[str, Any] = dict(findings[0].choices) if findings else {}
    chosen = analysis.checked({k: used[k] for k in KEPT if used.get(k) is not None})
    result = analysis.take_apart(measurements, chosen)[0]
    mine = [f for f in findings if f.choices.get("label") == result.measurement.label]
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=SIZE, layout="constrained")
        if result.ways is None:
            _lines(figure.subplots(), result.measurement, mine)
        else:
            grid = figure.add_gridspec(2, 2, width_ratios=(2.0, 1.0), height_ratios=(5.0, 1.2))
            top = figure.add_subplot(grid[0, 0])
            _bands(top, result.measurement, result.ways.best, chosen["window"])
            _residual(figure.add_subplot(grid[1, 0], sharex=top), result.ways.best)
            _ratios(figure.add_subplot(grid[:, 1]), result.ways.tries, result.ways.limit, mine)
        if result.measurement.origin == "synthetic":
            figure.suptitle("SYNTHETIC spectrum (simulated, not measured)", fontsize=8, color="#B00000")
    return figure


def _unit(m: Measurement) -> str:
    return str(m.data["intensity"].attrs.get("units", "a.u."))


def _bands(axes: Axes, m: Measurement, way: Try, window: tuple[float, float]) -> None:
    x, fit = way.fit.x, way.fit
    base = way.base + fit.base(x)
    axes.plot(x, fit.y + way.base, lw=0.5, color=DATA, label="data")
    rays = ~fit.kept
    if rays.any():
        axes.plot(
            x[rays], (fit.y + way.base)[rays], "x", ms=3.5, mew=0.7, color="#B00000", label="cosmic ray"
        )
    for band in fit.model.bands:
        h, x0, w = fit.band(band.name)
        shape = _shape(way, band.name, x)
        axes.fill_between(x, base, base + h * shape, color=COLOURS[band.name], alpha=0.18, lw=0)
        axes.plot(
            x,
            base + h * shape,
            lw=0.7,
            color=COLOURS[band.name],
            label=f"{band.name} {x0:.0f}, width {w:.0f}",
        )
    axes.plot(x, fit.curve(x) + way.base, lw=0.9, color=FIT, label="sum")
    axes.plot(x, base, "--", lw=0.8, color=BASE, label="base line")
    curve = fit.curve(x) + way.base
    low, high = float(min(curve.min(), base.min())), float(curve.max())
    axes.set_ylim(low - 0.06 * (high - low), low + HEADROOM * (high - low))
    axes.set_xlim(x[0], x[-1])
    axes.set_ylabel(f"intensity ({_unit(m)})")
    axes.tick_params(labelbottom=False)
    axes.legend(frameon=False, loc="upper left", ncols=3, handlelength=1.3, columnspacing=0.9)


def _shape(way: Try, name: str, x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return a band of unit height."""
    model, p = way.fit.model, way.fit.p.copy()
    for index, band in enumerate(model.bands):
        p[model.places(index).start] = 1.0 if band.name == name else 0.0
    p[: model.degree + 1] = 0.0
    return model.evaluate(x, p, way.fit.middle, way.fit.half)[0]


def _residual(axes: Axes, way: Try) -> None:
    fit = way.fit
    scatter = np.sqrt(fit.misfit / fit.kept.sum())
    axes.axhline(0.0, color="0.6", lw=0.6)
    axes.plot(fit.x, (fit.y - fit.curve(fit.x)) / scatter, lw=0.4, color="black")
    axes.set_ylim(-5, 5)
    axes.set_ylabel("residual ($\\sigma$)")
    axes.set_xlabel("Raman shift (cm$^{-1}$, axis as read)")


def _ratios(axes: Axes, tries: Sequence[Try], limit: float, findings: Sequence[Finding]) -> None:
    """Draw D over G by definition with its interval, and what each way to fit gives."""
    found = {f.name.removeprefix("id_ig_"): f for f in findings if f.name.startswith("id_ig_")}
    colours = {2: "#E69F00", 3: "#56B4E9", 4: "#000000"}
    shown: set[int] = set()
    for row, key in enumerate(NAMES):
        f = found.get(key)
        if f is not None and np.isfinite(f.low):
            axes.plot([f.low, f.high], [row, row], color="0.2", lw=1.2, solid_capstyle="butt")
            if f.resolved:
                axes.plot(f.value, row, "o", ms=4.5, color="0.2")
            words = f"{f.value:.3g} " if f.resolved else "not resolved "
            axes.annotate(
                f"{words}[{f.low:.3g}, {f.high:.3g}]",
                (0.98, row),
                xycoords=("axes fraction", "data"),
                ha="right",
                xytext=(0, 5),
                textcoords="offset points",
                fontsize=7,
            )
        if key == "raw":
            continue
        for t in tries:
            value = t.fit.ratio(key == "area")[0]
            if np.isfinite(value):
                counts = t.criterion <= limit
                fill = colours[t.peaks] if counts else "none"
                axes.plot(
                    value, row - 0.28, "o", ms=3, mew=0.6, color=colours[t.peaks], mfc=fill,
                    label=None if t.peaks in shown or counts else f"{t.peaks} bands, poor fit",
                )  # fmt: skip
                shown |= set() if counts else {t.peaks}
    best = tries[0].peaks
    axes.plot([], [], "o", ms=3, color=colours[best], label=f"{best} bands, good fit")
    axes.set_yticks(range(len(NAMES)), list(NAMES.values()))
    axes.set_ylim(-0.5, len(NAMES) + 0.1)
    axes.set_xscale("log")
    _plain_ticks(axes)
    axes.set_xlabel("$I_D/I_G$")
    axes.legend(frameon=False, loc="upper left", handlelength=1.0)


def _plain_ticks(axes: Axes) -> None:
    """Write a logarithmic axis of less than two decades in plain numbers."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    low, high = axes.get_xlim()
    low, high = max(low * 0.9, high / 50), high * 1.1
    axes.set_xlim(low, high)
    steps = (1, 2, 5) if high / low > 6 else (1, 1.5, 2, 3, 5, 7)
    ticks = [s * 10.0**d for d in range(-4, 4) for s in steps]
    axes.xaxis.set_major_locator(FixedLocator([t for t in ticks if low <= t <= high]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
    axes.xaxis.set_minor_locator(NullLocator())


def _lines(axes: Axes, m: Measurement, findings: Sequence[Finding]) -> None:
    """Draw a spectrum without D and G, and the positions of its strongest lines."""
    x, y = m.data["raman_shift"].values, m.data["intensity"].values
    axes.plot(x, y, lw=0.6, color=DATA)
    height = {
        f.name: float(np.interp(float(f.name.removeprefix("line_")), x, y)) for f in findings if _is_line(f)
    }
    shown: list[float] = []
    for f in sorted((f for f in findings if _is_line(f)), key=lambda f: -height[f.name]):
        near = [s for s in shown if abs(s - f.value) < APART * float(np.ptp(x))]
        if near or len(shown) >= LABELS:
            continue
        shown.append(f.value)
        axes.annotate(
            f"{f.value:.1f}", (f.value, height[f.name]), ha="center", va="bottom", xytext=(0, 3),
            textcoords="offset points", fontsize=6.5, rotation=90,
        )  # fmt: skip
    seen = y[np.abs(x) > 150] if (np.abs(x) > 150).any() else y
    low, high = float(seen.min()), float(seen.max())
    axes.set_ylim(low - 0.05 * (high - low), high + 0.2 * (high - low))
    axes.set_xlim(x[0], x[-1])
    axes.set(xlabel="Raman shift (cm$^{-1}$)", ylabel=f"intensity ({_unit(m)})")
    axes.set_title(f"{m.label}: no D and G bands; positions with the axis corrected where silicon was given")


def _is_line(f: Finding) -> bool:
    return f.name.startswith("line_")
