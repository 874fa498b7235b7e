"""Findings of a fitted region: species of boron from B 1s, shares of any line, and what is resolved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...core.evidence import Evidence, Finding
from ...core.parameters import Values
from . import identify
from . import parameters as p
from .fit import RegionFit

#: Numerical judgements: reduced chi-square worth a word; word for small shares; unexplained residual over
#: the height of the lines above which the components are refused as a description.
_TINY = 1e-300
_POOR_FIT = 2.0
_BELOW = "below detection"
_REFUSED = 0.05


def findings(
    fit: RegionFit, line: str, context: tuple[Evidence, str, Values], choices: Mapping[str, Any]
) -> list[Finding]:
    """Return shares, positions, widths and the identifiability report of a fitted region.

    Parameters
    ----------
    fit
        The fit.
    line
        Its line, ``"B 1s"`` or another.
    context
        Evidence class, file, parameter values.
    choices
        Choices of the analysis, kept with every finding.

    Returns
    -------
    list of Finding
        Values are medians of the draws, intervals 5 to 95 %. A share whose interval is wider than the bar
        is not resolved: its value is NaN and its interval stays. So is every share of lines that do not
        describe the region.
    """
    kept = _kept(fit, line, choices)
    evidence, file, values = context
    made = _Maker(evidence, file, kept)
    general = _general_notes(fit, line)
    draws = fit.share_draws()
    columns = {name: draws[:, index] for index, name in enumerate(fit.names)}
    extra: dict[str, tuple[str, ...]] = {}
    ratio = _ratio(fit, made) if len(columns) > 1 and line != "B 1s" else []
    if {"BO3", "BCO2"} <= set(columns):
        columns["BO3_plus_BCO2"] = columns["BO3"] + columns["BCO2"]
        extra["BO3_plus_BCO2"] = ("sum of the two lines that overlap: resolved where each of them is not",)
    refused = fit.misfit() > _REFUSED
    found = []
    for name, column in columns.items():
        numbers = (float(np.median(column)), *fit.interval(column))
        value, notes = _misfitted(numbers) if refused else judged(*numbers, values, boron=line == "B 1s")
        if any(note.startswith(_BELOW) for note in notes):
            # areas cannot be negative: for an absent species only the upper end is evidence
            numbers = (numbers[0], 0.0, numbers[2])
        notes = (*notes, *extra.get(name, ()), *general)
        found.append(made(f"share_{name}", (value, *numbers[1:]), "%", notes))
    found += [] if refused else ratio
    found += _positions(fit, line, made)
    found += _report(fit, made)
    return found + _identified(fit, found, made)


def _identified(fit: RegionFit, found: Sequence[Finding], made: _Maker) -> list[Finding]:
    """Return how many lines the counts ask for, and how many shares are known: the identifiability report."""
    nan = float("nan")
    support = identify.support(fit)
    rises = ", ".join(f"{name} {rise:+.0f}" for name, rise in support.rise.items())
    asked = [f"rise of the information criterion (BIC) when a line is left out: {rises}"]
    if support.left_out:
        asked.append(f"described as well without {', '.join(support.left_out)}")
    shares = {f.name.removeprefix("share_"): f for f in found if f.name.startswith("share_")}
    known = [name for name in fit.names if shares[name].resolved]
    unknown = [name for name in fit.names if name not in known]
    told = [f"told apart at these counts and widths: {', '.join(known) or 'none'}"]
    if unknown:
        told.append(f"not told apart: {', '.join(unknown)}")
    told += [
        f"{a} and {b} trade against each other (correlation {r:.2f})" for a, b, r in identify.traded(fit)
    ]
    return [
        made("lines_supported", (float(len(support.kept)), nan, nan), "1", (*asked, "no interval: a count")),
        made("resolvable", (float(len(known)), nan, nan), "1", (*told, "no interval: a count")),
    ]


def judged(
    value: float, low: float, high: float, values: Values, boron: bool = True
) -> tuple[float, tuple[str, ...]]:
    """Return the value to report and why: NaN when its interval is wider than the bar.

    Parameters
    ----------
    value, low, high
        Share and its 90 % interval, %.
    values
        Parameter values: bar of resolution, detection limit.
    boron
        Whether the detection limit of boron species applies.
    """
    bar, limit = values[p.RESOLUTION_BAR], values[p.DETECTION_LIMIT]
    half = (high - low) / 2
    if half > bar:
        return float("nan"), (
            f"not resolved: the 90 % interval is +-{half:.0f} % absolute, more than the bar of {bar:g} %; "
            f"median {value:.1f} %",
        )
    if boron and value < limit:
        end = "" if high < limit else f"; the interval reaches {high:.1f} %"
        return value, (f"{_BELOW}: less than {limit:g} % of the line{end}; only the upper end counts, 95 %",)
    if boron and low < limit:
        return value, (f"the interval reaches below the detection limit of {limit:g} %",)
    return value, ()


class _Maker:
    """Fills in what all findings of one fit share."""

    def __init__(self, evidence: Evidence, file: str, choices: dict[str, Any]) -> None:
        self.evidence, self.file, self.choices = evidence, file, choices

    def __call__(
        self, name: str, numbers: tuple[float, float, float], unit: str, notes: tuple[str, ...] = ()
    ) -> Finding:
        return Finding(name, *numbers, unit, self.evidence, "xps", self.file, notes, dict(self.choices))


def _kept(fit: RegionFit, line: str, choices: Mapping[str, Any]) -> dict[str, Any]:
    used = fit.choices
    return {
        "region": line, "background": _backgrounds(fit), "width": "shared" if used.shared_width else "free",
        "fit_background": choices["fit_background"], "asymmetry": _asymmetry(fit),
        "correlation": identify.correlations(fit) if len(fit.draws) > 1 else {},
        "positions": choices["positions"], "mixing": choices["mixing"], "chains": used.chains,
        "width_range": list(used.width_range),
        "components": [
            {"name": c.name, "position": c.position + fit.shift, "window": c.window}
            | ({"splitting": c.splitting, "partner": c.partner} if c.partner else {})
            for c in used.components
        ],
        "range_eV": [float(fit.energy[0]), float(fit.energy[-1])],
        "seed": used.seed, "group": choices["group"],
        "energy_shift_eV": float(choices["energy_shift_eV"]) + fit.shift,
    }  # fmt: skip


def _backgrounds(fit: RegionFit) -> str:
    words = ["Tougaard" if f.layout.loss else "Shirley" for f in (fit, *fit.others)]
    return f"active {' and '.join(words)} with slope"


def _asymmetry(fit: RegionFit) -> str | float:
    low, high = fit.choices.asymmetry
    return "free" if high > low else low


def _general_notes(fit: RegionFit, line: str) -> tuple[str, ...]:
    notes: list[str] = []
    if fit.reduced_chi_square > _POOR_FIT:
        notes.append(
            f"reduced chi-square {fit.reduced_chi_square:.1f}: these lines do not describe {line} fully"
        )
    if fit.at_bound:
        notes.append(f"position at the edge of its window: {', '.join(fit.at_bound)}")
    return tuple(notes)


def _misfitted(numbers: tuple[float, float, float]) -> tuple[float, tuple[str, ...]]:
    return float("nan"), (
        f"not resolved: these lines at these positions do not describe the region (best {numbers[0]:.0f} %); "
        "shift the axis ('energy_shift_eV', 'align_eV') or give other 'components'",
    )


def _ratio(fit: RegionFit, made: _Maker) -> list[Finding]:
    """Return the second largest line over the largest, to compare with a known formula."""
    order = np.argsort(np.median(fit.share_draws(), axis=0))
    first, second = int(order[-1]), int(order[-2])
    draws = fit.share_draws()
    column = draws[:, second] / np.maximum(draws[:, first], _TINY)
    numbers = (float(np.median(column)), *fit.interval(column))
    return [made(f"ratio_{fit.names[second]}_{fit.names[first]}", numbers, "1")]


def _positions(fit: RegionFit, line: str, made: _Maker) -> list[Finding]:
    n, w = fit.layout.lines, fit.layout.widths
    draws = fit.all_draws()
    found = []
    for index, name in enumerate(fit.names):
        column = n + index
        numbers = (float(np.median(draws[:, column])), *fit.interval(draws[:, column]))
        fixed = fit.choices.positions == "fixed"
        notes = ("fixed",) if fixed else ("at the edge of its window",) if name in fit.at_bound else ()
        found.append(made(f"position_{name}", numbers, "eV", notes))
    tag = line.replace(" ", "")
    for index in range(w):
        column = 2 * n + index
        name = f"fwhm_{tag}" if w == 1 else f"fwhm_{fit.names[index]}"
        numbers = (float(np.median(draws[:, column])), *fit.interval(draws[:, column]))
        found.append(made(name, numbers, "eV"))
    if fit.choices.asymmetry[1] > fit.choices.asymmetry[0]:
        skew = draws[:, 2 * n + w + 1]
        found.append(made(f"asymmetry_{tag}", (float(np.median(skew)), *fit.interval(skew)), "1"))
    return found


def _report(fit: RegionFit, made: _Maker) -> list[Finding]:
    """Correlation of the closest pair of lines and quality of the fit."""
    nan = float("nan")
    found = [
        made("reduced_chi_square", (fit.reduced_chi_square, nan, nan), "1", ("no interval: a statistic",))
    ]
    if fit.layout.lines > 1:
        position = fit.theta[fit.layout.lines : 2 * fit.layout.lines]
        order = np.argsort(position)
        near = int(np.argmin(np.diff(position[order])))
        pair = [fit.names[order[near + 1]], fit.names[order[near]]]
        if {"BO3", "BCO2"} <= set(fit.names):
            pair = ["BO3", "BCO2"]
        value = fit.correlation(pair[0], pair[1])
        word = "trade against each other" if value < -0.5 else "are told apart"
        note = f"correlation of the two shares over the draws: they {word}"
        found.append(made(f"correlation_{pair[0]}_{pair[1]}", (value, nan, nan), "1", (note,)))
    return found
