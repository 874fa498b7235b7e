"""Figure of voltammograms with their peaks and, for several scan rates, the b-value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ...core.errors import InputError
from ...core.evidence import Finding
from ...core.measurement import Measurement
from .analyse import CHOICES, WORDS, peaks_of, rows_of, scan_rate

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")  # Okabe and Ito
MM = 1 / 25.4  # inch
SIZE = (178 * MM, 84 * MM)  # two columns wide
FONT = 8  # points at that width
SMALL = 7  # points, legends
MICRO = 1e6  # shown unit over A


def plot(measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
    """Draw all cycles (grey), the analysed sweeps with peaks, and peak current over scan rate.

    Parameters
    ----------
    measurements
        Voltammograms, at most seven in one figure.
    findings
        Result of `analyse` on the same measurements; the choices they were made with are used again.

    Raises
    ------
    InputError
        If there is nothing to draw or more than seven voltammograms.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    if not 0 < len(measurements) <= len(COLOURS):
        raise InputError(f"{len(measurements)} voltammograms: give 1 to {len(COLOURS)} for one figure.")
    record = findings[0].choices if findings else {}
    chosen = {name: record[name] for name in CHOICES if name in record} or {"bandwidth_mV": 10.0, "seed": 0}
    rc: Any = {"font.size": FONT, "lines.linewidth": 1.0, "axes.linewidth": 0.7, "legend.fontsize": SMALL}
    with mpl.rc_context(rc):
        figure = Figure(figsize=SIZE, layout="constrained")
        several = len(measurements) > 1
        panels = figure.subplots(
            1, 2 if several else 1, width_ratios=(3, 2) if several else None, squeeze=False
        )[0]
        scans = panels[0]
        for m, colour in zip(measurements, COLOURS, strict=False):
            potential, current = m.data["potential"].values, MICRO * m.data["current"].values
            scans.plot(potential, current, "-", lw=0.4, color="0.75", zorder=1)
            rate = scan_rate(m, chosen)
            for index, way in enumerate(WORDS):
                rows = rows_of(m, chosen, way)
                label = (f"{1000 * rate:.3g} mV/s" if rate else m.label) if index == 0 else None
                scans.plot(potential[rows], current[rows], "-", color=colour, label=label, zorder=2)
            for p in peaks_of(m, chosen):
                scans.plot(
                    [p.potential],
                    [MICRO * p.raw],
                    "v" if p.direction > 0 else "^",
                    ms=4,
                    color="black",
                    zorder=3,
                )
                if several:
                    marker = "o" if p.direction > 0 else "s"
                    panels[1].plot([1000 * rate], [MICRO * abs(p.current)], marker, ms=4, color=colour)
        reference = str(measurements[0].settings.get("reference_electrode", "") or "")
        unit = str(measurements[0].data["current"].attrs.get("units", "A"))
        scans.set_xlabel(f"potential (V vs. {reference})" if reference else "potential (V)")
        scans.set_ylabel(f"current (µ{unit})")
        scans.axhline(0, color="0.6", lw=0.6)
        scans.legend(frameon=False, loc="best")
        if several:
            panels[1].set(
                xscale="log", yscale="log", xlabel="scan rate (mV/s)", ylabel=f"peak current (µ{unit})"
            )
            words = [
                f"b ({f.name[8:]}) = {f.value:.2f}"
                for f in findings
                if f.name.startswith("b_value") and f.resolved
            ]
            panels[1].set_title(", ".join(words) or "no b-value", fontsize=SMALL, loc="left")
            panels[1].text(
                0.04, 0.95, "circles anodic, squares cathodic", transform=panels[1].transAxes, va="top"
            )
        if any(m.origin == "synthetic" for m in measurements):
            figure.suptitle("SYNTHETIC (simulated, not measured)", fontsize=FONT, color="#B00000")
    return figure
