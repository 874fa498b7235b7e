"""The figure of an infrared analysis: absorbance with bands, what is over the base line, and candidates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.errors import InputError
from ...core.evidence import Finding
from ...core.measurement import Measurement
from . import analyse as analysis
from .assignments import Candidate, candidates
from .bands import STEADY, Band, Bands

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MM = 1 / 25.4  # inch
SIZE = (178 * MM, 100 * MM)  # two columns wide
STYLE: Any = {
    "font.size": 8, "axes.linewidth": 0.6, "xtick.major.width": 0.6, "ytick.major.width": 0.6,
    "axes.titlesize": 8,
}  # fmt: skip
DATA, BASE, TOP, SHOULDER = "black", "#E69F00", "#0072B2", "#D55E00"
LABELS = 14  # bands with their place written at them
APART = 0.022  # of the axis: labels nearer than this would overlap
HEADROOM = 0.3  # of the highest band, for the labels
ROWS = 11  # lines of the list of candidates
CUT = 34  # characters of a line of it
KEPT = ("ordinate", "window", "parameters")  # choices a finding carries


def plot(measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
    """Draw the first spectrum with its bands, and list what may cause the highest.

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
        raise InputError("no infrared spectrum was given; there is nothing to draw.")
    used: dict[str, Any] = dict(findings[0].choices) if findings else {}
    chosen = analysis.checked({k: used[k] for k in KEPT if used.get(k) is not None})
    m = measurements[0]
    result = analysis.take_apart(m, chosen)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=SIZE, layout="constrained")
        grid = figure.add_gridspec(2, 2, width_ratios=(2.3, 1.0), height_ratios=(3.0, 1.0))
        top = figure.add_subplot(grid[0, 0])
        _spectrum(top, result)
        _over_base(figure.add_subplot(grid[1, 0], sharex=top), result)
        _list(figure.add_subplot(grid[:, 1]), result)
        if m.origin == "synthetic":
            figure.suptitle("SYNTHETIC spectrum (simulated, not measured)", fontsize=8, color="#B00000")
    return figure


def _shown(bands: Sequence[Band], span: float) -> list[Band]:
    """Return the highest bands that labels have room for."""
    kept: list[Band] = []
    for b in sorted(bands, key=lambda b: -b.height):
        if len(kept) < LABELS and all(abs(b.position - o.position) > APART * span for o in kept):
            kept.append(b)
    return kept


def _spectrum(axes: Axes, result: Bands) -> None:
    s = result.spectrum
    axes.plot(s.x, s.a, lw=0.7, color=DATA)
    axes.plot(s.x, result.bases[STEADY], "--", lw=0.8, color=BASE, label="base line (of three)")
    low, high = float(np.percentile(s.a, 0.2)), float(np.percentile(s.a, 99.9))
    high = max(high, low + 1e-3)
    for shoulder, colour, name in ((False, TOP, "maximum"), (True, SHOULDER, "shoulder")):
        mine = [b for b in result.bands if b.shoulder == shoulder]
        if mine:
            at = np.array([b.position for b in mine])
            axes.plot(at, np.interp(at, s.x, s.a), "o", ms=2.6, color=colour, label=name)
    for b in _shown(result.bands, float(np.ptp(s.x))):
        axes.annotate(
            f"{b.position:.0f}", (b.position, float(s.a[np.abs(s.x - b.position) < 8].max())), rotation=90,
            ha="center", va="bottom", xytext=(0, 4), textcoords="offset points", fontsize=6.5,
        )  # fmt: skip
    axes.set_ylim(low - 0.05 * (high - low), high + HEADROOM * (high - low))
    axes.set_xlim(s.x[-1], s.x[0])
    axes.set_ylabel("absorbance")
    axes.tick_params(labelbottom=False)
    axes.legend(frameon=False, loc="upper left", handlelength=1.4)


def _over_base(axes: Axes, result: Bands) -> None:
    """Draw the spectrum less base line, small bands enlarged by a logarithmic ordinate."""
    s = result.spectrum
    over = s.a - result.bases[STEADY]
    least = float(np.median(result.noise.level))
    shown = np.maximum(over, least)
    axes.semilogy(s.x, shown, lw=0.6, color=DATA)
    axes.axhspan(least, 3 * least, color="0.85", lw=0)
    axes.annotate(
        "noise", (0.995, 3 * least), xycoords=("axes fraction", "data"), fontsize=6.5, color="0.4",
        ha="right", va="bottom",
    )  # fmt: skip
    for b in result.bands:
        axes.axvline(b.position, lw=0.4, color=SHOULDER if b.shoulder else TOP, alpha=0.5)
    axes.set_ylim(least, max(2 * float(shown.max()), 10 * least))
    axes.set_ylabel("over base line")
    axes.set_xlabel("wavenumber (cm$^{-1}$)")


def _list(axes: Axes, result: Bands) -> None:
    """Write down what may cause the highest bands."""
    axes.axis("off")
    axes.set_title("may be, by place alone", loc="left")
    lines: list[tuple[str, str]] = []
    for b in _shown(result.bands, float(np.ptp(result.spectrum.x))):
        found = candidates(b.low, b.high, b.width if np.isfinite(b.width) else None)
        block = [(f"{b.position:.0f} ± {(b.high - b.low) / 2:.1f}", "")]
        block += [("", _short(c)) for c in found] or [("", "nothing in the table")]
        if len(lines) + len(block) > 2.6 * ROWS:
            break
        lines += block
    step = 1 / max(len(lines), 2 * ROWS)
    for i, (place, words) in enumerate(lines):
        y = 1 - (i + 0.5) * step
        axes.text(0.0, y, place, fontsize=7, va="center", weight="bold", transform=axes.transAxes)
        axes.text(0.08, y, words, fontsize=6.5, va="center", transform=axes.transAxes)


def _short(c: Candidate) -> str:
    return c.group if len(c.group) <= CUT else c.group[: CUT - 1] + "…"
