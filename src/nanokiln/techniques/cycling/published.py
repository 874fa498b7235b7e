"""A cell beside published anodes, at the same current and with everything else that differs said."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from ...core.evidence import Finding
from .analyse import SAME_CURRENT

EARLY = "early"  # capacities of the first cycles, as a cell's own are
_SAME_LOADING = 0.25  # relative difference up to which two electrodes count as equally thick
_SAME_VOLT = 0.05  # V, by which the ends of two windows may differ
_RATE = re.compile(r"capacity_([0-9.e+-]+)A_g$")


@dataclass(frozen=True)
class Published:
    """A printed capacity; NaN and empty words where its source does not state a number.

    Parameters
    ----------
    material, kind
        What it is, and whether it counts as ``SiOC`` or ``SiOx/C``.
    capacity_mAh_g, current_A_g
        Reversible capacity and the current it was found at.
    when
        Cycle, or ``early`` for the first ones.
    basis
        ``active`` material or ``electrode``.
    loading_mg_cm2, window_V, efficiency_percent
        Of the electrode; voltages as ``0.01-3``; of the first cycle.
    source, doi
        Where it is printed.
    """

    material: str
    kind: str
    capacity_mAh_g: float
    current_A_g: float
    when: str
    basis: str
    loading_mg_cm2: float
    window_V: str
    efficiency_percent: float
    source: str
    doi: str


@dataclass(frozen=True)
class Beside:
    """A published capacity and the cell's own at the same current.

    Parameters
    ----------
    published
        The other.
    own
        Capacity of the cell (mAh/g); NaN where none belongs to that current.
    how
        Where `own` comes from, or why there is none.
    differs
        What is known of only one of the two, or differs; nothing if the comparison is fair.
    """

    published: Published
    own: float
    how: str
    differs: tuple[str, ...]

    @property
    def comparable(self) -> bool:
        """Whether both capacities belong to one current."""
        return math.isfinite(self.own)

    @property
    def fair(self) -> bool:
        """Whether nothing else differs either."""
        return self.comparable and not self.differs


@cache
def published() -> tuple[Published, ...]:
    """Return the table of the package.

    Notes
    -----
    Source: each row names its own; all were read in abstracts, which state neither loading nor window in most
    cases. Limits: few and not chosen at random, so a rank among them is no rank in the literature.
    """
    text = files(__package__).joinpath("published.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple(_read(row) for row in rows)


def _read(row: Mapping[str, str]) -> Published:
    numbers = ("capacity_mAh_g", "current_A_g", "loading_mg_cm2", "efficiency_percent")
    cells: dict[str, Any] = {n: float(cell or "nan") if n in numbers else cell for n, cell in row.items()}
    return Published(**cells)


def rates_of(findings: Sequence[Finding]) -> dict[float, float]:
    """Return capacities (mAh/g) by current (A/g) of one test; without a mass there are none."""
    matched = ((_RATE.match(f.name), f) for f in findings if f.resolved)
    return {float(m[1]): f.value for m, f in matched if m}


def by_file(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Return findings on cycling test by test; a file holds one."""
    tests: dict[str, list[Finding]] = {}
    for finding in findings:
        tests.setdefault(finding.file, []).append(finding)
    return list(tests.values())


def beside(findings: Sequence[Finding]) -> list[Beside]:
    """Put a cell beside every published anode.

    Parameters
    ----------
    findings
        Of one cycling test, from `analyse.analyse`.

    Returns
    -------
    list of Beside
        In the order of the table; empty where the cell is no anode in a half cell or its mass is not known.

    Notes
    -----
    Limits: those of `compared`.
    """
    rates = rates_of(findings)
    choices = next((f.choices for f in findings if _RATE.match(f.name)), {})
    return compared(rates, choices) if rates and choices.get("cell") == "anode_half_cell" else []


def compared(rates: Mapping[float, float], conditions: Mapping[str, Any]) -> list[Beside]:
    """Put capacities beside every published anode.

    Parameters
    ----------
    rates
        Capacity (mAh/g) by current (A/g).
    conditions
        ``basis``, ``loading_mg_cm2`` and ``window_V`` (two numbers) as far as they are known.

    Notes
    -----
    Between two currents of the cell its capacity is taken linear in the logarithm of the current; beyond
    them it is not guessed. Limits: those of `published`.
    """
    return [
        Beside(other, *_at(rates, other.current_A_g), _differences(other, conditions))
        for other in published()
    ]


def rank(rows: Sequence[Beside]) -> str:
    """Say in one sentence how a cell stands among the published anodes."""
    known = [row for row in rows if row.comparable]
    above = sum(row.own > row.published.capacity_mAh_g for row in known)
    fair = sum(row.fair for row in known)
    if not known:
        return f"None of the {len(rows)} published capacities belongs to a current of this cell."
    return (
        f"{len(known)} of {len(rows)} published capacities belong to a current of this cell; it is above "
        f"{above} of them. In {fair} cases mass basis, loading, window and cycle are known to be the same"
        + ("." if fair else ", so this is no rank.")
    )


def _at(rates: Mapping[float, float], current: float) -> tuple[float, str]:
    """Return the own capacity at a current and how it was found."""
    if not math.isfinite(current):
        return math.nan, "its current is not stated"
    near = min(rates, key=lambda own: abs(math.log(own / current)))
    if abs(near / current - 1) <= SAME_CURRENT:
        return rates[near], f"at {near:g} A/g"
    known = sorted(rates)
    if not known[0] < current < known[-1]:
        return math.nan, f"{current:g} A/g lies outside the currents of this cell"
    upper = next(n for n, own in enumerate(known) if own > current)
    ends = known[upper - 1], known[upper]
    value = np.interp(math.log(current), np.log(ends), [rates[e] for e in ends])
    return float(value), f"between {ends[0]:g} and {ends[1]:g} A/g"


def _differences(other: Published, conditions: Mapping[str, Any]) -> tuple[str, ...]:
    found = [] if other.when == EARLY else [f"{other.when}, here the first ones"]
    mine = str(conditions.get("basis") or "")
    if not (other.basis and mine):
        found.append("mass basis not stated" + (" here" if other.basis else ""))
    elif other.basis != mine:
        found.append(f"per gram of {other.basis}, here of {mine}")
    loading = conditions.get("loading_mg_cm2")
    if not (math.isfinite(other.loading_mg_cm2) and isinstance(loading, float)):
        found.append("loading not stated" + (" here" if math.isfinite(other.loading_mg_cm2) else ""))
    elif abs(loading / other.loading_mg_cm2 - 1) > _SAME_LOADING:
        found.append(f"{other.loading_mg_cm2:g} mg/cm2, here {loading:.2g}")
    window = conditions.get("window_V")
    if not (other.window_V and isinstance(window, list) and len(window) == 2):
        found.append("window not stated")
    else:
        ends = [float(end) for end in other.window_V.split("-")]
        if any(abs(a - b) > _SAME_VOLT for a, b in zip(ends, window, strict=True)):
            found.append(f"{other.window_V} V, here {window[0]:.3g}-{window[1]:.3g}")
    return tuple(found)
