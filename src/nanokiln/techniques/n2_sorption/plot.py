"""Figure of nitrogen isotherms with their BET analysis and mesopores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.errors import InputError
from ...core.evidence import Finding
from ...core.measurement import Measurement
from ...core.parameters import Values
from . import bjh
from . import parameters as par
from .analyse import adsorption

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")  # Okabe and Ito
MM = 1 / 25.4  # inch
SIZE = (178 * MM, 84 * MM)  # two columns wide
FONT = 8  # points at that width
FILM = "harkins-jura"  # thickness curve of findings that name none
BEYOND = 1.35  # the BET plot shows points up to this multiple of the range


def plot(measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
    """Draw isotherms, BET plots with chosen range and all admissible areas, and mesopore widths.

    Parameters
    ----------
    measurements
        Isotherms, at most seven in one figure.
    findings
        Result of `analyse` on the same measurements, in the same order.

    Returns
    -------
    Figure
        178 mm wide; carries the word SYNTHETIC if any measurement is.

    Raises
    ------
    InputError
        If there is nothing to draw or more than seven isotherms.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    if not 0 < len(measurements) <= len(COLOURS):
        raise InputError(f"{len(measurements)} isotherms: give 1 to {len(COLOURS)} for one figure.")
    tables = _tables(measurements, findings)
    with mpl.rc_context({"font.size": FONT, "lines.linewidth": 1.0, "axes.linewidth": 0.7}):
        figure = Figure(figsize=SIZE, layout="constrained")
        left, right, last = figure.subplots(1, 3, width_ratios=(5, 4, 3.5))
        for measurement, table, colour in zip(measurements, tables, COLOURS, strict=False):
            _isotherm(left, measurement, table, colour)
            _bet(right, measurement, table, colour)
            _mesopores(last, measurement, table, colour)
        _finish(left, right, single=len(measurements) == 1)
        _finish_mesopores(last)
        if any(m.origin == "synthetic" for m in measurements):
            figure.suptitle("SYNTHETIC (simulated, not measured)", fontsize=FONT, color="#B00000")
    return figure


def _tables(
    measurements: Sequence[Measurement], findings: Sequence[Finding]
) -> Sequence[Mapping[str, Finding]]:
    """Sort findings to measurements: every measurement has one `bet_area`, in order."""
    tables: list[dict[str, Finding]] = []
    for finding in findings:
        if finding.name == "bet_area":
            tables.append({})
        if tables:
            tables[-1][finding.name] = finding
    return [*tables, *({} for _ in range(len(measurements) - len(tables)))][: len(measurements)]


def _isotherm(axes: Axes, measurement: Measurement, table: Mapping[str, Finding], colour: str) -> None:
    data = measurement.data
    x, n, branch = (data[name].values for name in ("pressure", "loading", "branch"))
    axes.plot(x[branch == 0], n[branch == 0], "o-", ms=2.6, color=colour, label=_legend(measurement, table))
    if (branch == 1).any():
        axes.plot(x[branch == 1], n[branch == 1], "o-", ms=2.6, mfc="white", mew=0.7, color=colour)


def _legend(measurement: Measurement, table: Mapping[str, Finding]) -> str:
    name = measurement.label or "isotherm"
    area = table.get("bet_area")
    if area is None:
        return name
    if not area.resolved:
        return f"{name}: BET area not resolved"
    return f"{name}: {area.value:.4g} [{area.low:.4g}, {area.high:.4g}] m²/g"


def _bet(axes: Axes, measurement: Measurement, table: Mapping[str, Finding], colour: str) -> None:
    branch = adsorption(measurement)
    low, high = (_value(table, f"bet_range_{end}") for end in ("low", "high"))
    if not np.isfinite(high):
        return
    x, n = branch.pressure, branch.loading
    near = x <= min(high * BEYOND, 0.9)
    y = x / (n * (1 - x))
    inside = near & (x >= low) & (x <= high)
    axes.plot(x[near & ~inside], y[near & ~inside], "o", ms=2.6, mfc="white", mew=0.7, color=colour)
    axes.plot(x[inside], y[inside], "o", ms=2.6, color=colour)
    slope, intercept = np.polyfit(x[inside], y[inside], 1)
    ends = np.array([0.0, min(high * BEYOND, 0.9)])
    axes.plot(ends, slope * ends + intercept, "-", color=colour)
    for name in ("bet_range_low", "bet_range_high"):
        finding = table[name]
        if np.isfinite(finding.low):
            axes.axvspan(finding.low, finding.high, color=colour, alpha=0.12, lw=0)
        axes.axvline(finding.value, color=colour, lw=0.6, ls=":")


def _mesopores(axes: Axes, measurement: Measurement, table: Mapping[str, Finding], colour: str) -> None:
    """Draw dV/dlog(width) of the branch, film and shift that the finding names, and the width at its peak."""
    finding = table.get("pore_width_mode")
    if finding is None:
        return
    found = pores(measurement, finding.choices)
    if found is None:
        return
    axes.plot(*found, "o-", ms=2.0, color=colour)
    if finding.resolved:
        axes.axvline(finding.value, color=colour, lw=0.6, ls=":")
        axes.axvspan(finding.low, finding.high, color=colour, alpha=0.12, lw=0)


def pores(measurement: Measurement, choices: Mapping[str, Any]) -> tuple[Any, Any] | None:
    """Return pore widths (nm) and dV/dlog(width) (cm3/g) of an isotherm; None where it has too few points.

    Parameters
    ----------
    measurement
        The isotherm.
    choices
        Those of the finding ``pore_width_mode``: branch and film.
    """
    side, curve = (str(choices.get(k, d)) for k, d in (("bjh_branch", bjh.BRANCHES[0]), ("film", FILM)))
    values = Values()
    branch = bjh.branch_of(measurement, side, adsorption(measurement))
    found = bjh.distribution(branch, values, curve, values[par.KELVIN_SHIFT])
    if found is None:
        return None
    shown = found.width >= bjh.COUNTED_FROM
    return found.width[shown], found.density[shown]


def _finish_mesopores(axes: Axes) -> None:
    axes.set(xlabel="pore width (nm)", ylabel="dV/dlog w (cm³/g)", xscale="log", xlim=(1.5, 200))
    axes.set_ylim(bottom=0)
    axes.set_xticks([2, 5, 10, 50, 100], ["2", "5", "10", "50", "100"])
    axes.minorticks_off()
    axes.set_title("BJH; shaded: 90 % interval\nof the width at the peak", fontsize=FONT - 1)
    if not axes.lines:
        axes.text(0.5, 0.5, "too few points", ha="center", va="center", transform=axes.transAxes)


def _value(table: Mapping[str, Finding], name: str) -> float:
    return table[name].value if name in table else float("nan")


def _finish(left: Axes, right: Axes, *, single: bool) -> None:
    style: dict[str, Any] = {"frameon": False, "fontsize": FONT - 1, "title_fontsize": FONT - 1}
    left.set(xlabel="relative pressure p/p⁰", ylabel="loading (mmol/g)", xlim=(-0.02, 1.02))
    left.set_ylim(bottom=0)
    left.legend(
        loc="lower left",
        bbox_to_anchor=(-0.05, 1.0),
        title="filled: adsorption, open: desorption",
        **style,
    )
    right.set(xlabel="relative pressure p/p⁰", ylabel="p/[n(p⁰ − p)] (g/mmol)")
    if right.lines:
        right.set_xlim(left=0)
        right.set_ylim(bottom=0)
        text = "filled: chosen range; shaded:\nends of 90 % of the ranges"
        right.set_title(text, fontsize=FONT - 1)
    else:
        text = "no admissible BET range" if single else "no admissible BET ranges"
        right.text(0.5, 0.5, text, ha="center", va="center", transform=right.transAxes)
