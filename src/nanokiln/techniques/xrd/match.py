"""Which crystals of the reference set the peaks belong to, and how well that could be chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...core.parameters import Values
from . import parameters as p
from .peaks import Peak
from .radiation import Radiation
from .reference import Phase

Array = NDArray[np.float64]

_LEAST_LINE = 5.0  # % of the strongest line: weaker ones are not asked for
_LINES = (2.0, 10.0)  # the same, loose and strict, for the spread of the score
_TOLERANCES = (0.6, 1.5)  # of the tolerance, strict and loose, for the spread of the score
_SHIFTS = np.linspace(-0.15, 0.15, 13)  # degrees at low angle by which all lines may be displaced
_OF_WIDTH = 0.3  # of a peak's width, added to the tolerance
_WEAKER = 0.1  # area over the expected one below which a peak is not that line: texture changes it ten-fold
_SAME_SHIFT = 0.05  # degrees by which phases of one scan may be displaced differently
_SHARED = 3.0  # area over the expected one up to which a peak speaks for a line
_DECOYS = np.r_[np.linspace(0.88, 0.985, 40), np.linspace(1.015, 1.12, 40)]  # factors of the cell
_TINY = 1e-9
_FEWEST = 2  # lines in the range below which nothing can be said
_FEWEST_FOUND = 3  # lines that make a match: two peaks fit too many crystals
_FRESH = 0.5  # part of its peaks that no better phase explains, for a phase to be there
_VISIBLE = 1.5  # expected area over the smallest detected one from which a missing line counts


@dataclass(frozen=True)
class Match:
    """How a phase fits the peaks.

    Parameters
    ----------
    phase
        The phase.
    score, low, high
        Weight of the lines found over that of the lines that should be seen (weight: root of the
        intensity), and its
        range over tolerances and over which lines are asked for. NaN where fewer than two lines are in range.
    chance
        Share of copies with a cell up to 12 % larger or smaller that score as well.
    found, asked
        Numbers of lines.
    shift
        Common displacement of the lines at low angle, degrees.
    verdict
        ``matched``, ``partly``, ``not`` or ``undecided``.
    """

    phase: Phase
    score: float
    low: float
    high: float
    chance: float
    found: int
    asked: int
    shift: float
    verdict: str


@dataclass(frozen=True)
class Seen:
    """Peaks as the matching sees them: positions, areas, widths, smallest area seen, ends of the scan."""

    position: Array
    area: Array
    width: Array
    least: float
    ends: tuple[float, float]

    @classmethod
    def of(cls, peaks: Sequence[Peak], ends: tuple[float, float], least: float) -> Seen:
        """Take over fitted peaks."""
        position, area, width = (
            np.array([getattr(q, n) for q in peaks]) for n in ("position", "area", "width")
        )
        return cls(position, area, width, least, ends)


def match(phase: Phase, seen: Seen, rays: Radiation, values: Values, around: float | None = None) -> Match:
    """Compare one phase with the peaks.

    Parameters
    ----------
    phase
        Its lines.
    seen
        The peaks.
    rays
        X-rays.
    values
        Tolerance and limits, see `parameters`.
    around
        Displacement (degrees) another phase of the same scan has; without it, any within 0.15 degrees.

    Notes
    -----
    Limits: one phase at a time; a line under a peak of another phase counts as found if that peak is
    strong enough.
    Texture may weaken a line ten-fold before it counts as missing.
    """
    shifts = _SHIFTS if around is None else around + _SHIFTS[np.abs(_SHIFTS) <= _SAME_SHIFT]

    def figure(spacing: Array, factor: float, least: float) -> _Figure:
        ratio = rays.alpha1 / (2 * spacing)
        angle = 2 * np.degrees(np.arcsin(np.where(ratio < 1, ratio, np.nan)))
        return _best(angle, phase.intensity, seen, (factor * values[p.TOLERANCE], least), shifts)

    best = figure(phase.spacing, 1.0, _LEAST_LINE)
    nan = float("nan")
    if best.asked < _FEWEST:
        return Match(phase, nan, nan, nan, nan, best.found, best.asked, 0.0, "undecided")
    if best.score < values[p.PARTLY]:
        return Match(
            phase, best.score, best.score, best.score, nan, best.found, best.asked, best.shift, "not"
        )
    trials = [figure(phase.spacing, f, least) for f, least in zip(_TOLERANCES, _LINES[::-1], strict=True)]
    trials += [figure(phase.spacing, 1.0, least) for least in _LINES]
    decoys = [figure(factor * phase.spacing, 1.0, _LEAST_LINE) for factor in _DECOYS]
    chance = float(np.mean([d.worth >= best.worth - _TINY for d in decoys]))
    scores = [best.score, *(t.score for t in trials if t.asked >= _FEWEST)]
    verdict = _verdict(best, chance, values)
    return Match(
        phase, best.score, min(scores), max(scores), chance, best.found, best.asked, best.shift, verdict
    )


@dataclass(frozen=True)
class _Figure:
    """Score of a displacement, likeness of the intensities, numbers of lines."""

    score: float
    likeness: float
    shift: float
    found: int
    asked: int

    @property
    def worth(self) -> float:
        """What copies with another cell are compared by."""
        return self.score * self.likeness * np.sqrt(self.found)


def _verdict(best: _Figure, chance: float, values: Values) -> str:
    if chance > values[p.CHANCE] or best.found < _FEWEST_FOUND:
        return "undecided"
    return "matched" if best.score >= values[p.MATCHED] else "partly"


def _best(angle: Array, intensity: Array, seen: Seen, limits: tuple[float, float], shifts: Array) -> _Figure:
    """Return the best figure over common displacements; `limits` are tolerance and least line."""
    tolerance, least = limits
    inside = np.isfinite(angle) & (intensity >= least)
    inside &= (np.nan_to_num(angle) > seen.ends[0]) & (np.nan_to_num(angle) < seen.ends[1])
    line, strength = angle[inside], intensity[inside]
    if not line.size or not seen.position.size:
        return _Figure(0.0, 0.0, 0.0, 0, int(line.size))
    moved = line + shifts[:, None] * np.cos(np.radians(line / 2))
    near = np.abs(moved[..., None] - seen.position) <= tolerance + _OF_WIDTH * np.minimum(seen.width, 1.0)
    area = np.where(near, seen.area, 0.0).max(axis=-1)
    figures = [_figure(a, strength, seen.least, float(s)) for a, s in zip(area, shifts, strict=True)]
    return max(figures, key=lambda f: (round(f.worth, 6), -abs(f.shift)))


def _figure(area: Array, strength: Array, least: float, shift: float) -> _Figure:
    strongest = int(np.argmax(strength))
    if area[strongest] <= 0:
        return _Figure(0.0, 0.0, shift, 0, strength.size)
    scale = min(float(np.median((area / strength)[area > 0])), area[strongest] / strength[strongest])
    found = area > _WEAKER * scale * strength
    asked = found | (scale * strength > _VISIBLE * least)
    weight = np.sqrt(strength)
    # a peak may be stronger than the phase's line, which it shares with another one, but not weaker
    shared = np.minimum(area, _SHARED * scale * strength)[found]
    likeness = float(np.sqrt(shared * strength[found]).sum() / np.sqrt(shared.sum() * strength[found].sum()))
    score = float(weight[found].sum() / weight[asked].sum())
    return _Figure(score, likeness, shift, int(found.sum()), int(asked.sum()))


def explained(peaks: Sequence[Peak], matches: Sequence[Match], rays: Radiation, values: Values) -> Array:
    """Return for each peak whether a line of a matched phase lies on it.

    Parameters
    ----------
    peaks
        Fitted peaks.
    matches
        All matches; those called matched or partly matched are used, with all their lines.
    rays, values
        X-rays and parameter values.
    """
    known = np.zeros(len(peaks), dtype=bool)
    seen = Seen.of(peaks, (0.0, 180.0), 0.0)
    for one in matches:
        if one.verdict in ("matched", "partly") and len(peaks):
            known |= _lines_on(one, seen, rays, values, 0.0)
    return known


def match_all(reference: Mapping[str, Phase], seen: Seen, rays: Radiation, values: Values) -> list[Match]:
    """Compare all phases with the peaks, at one displacement; see `match`.

    Notes
    -----
    The phase that fits best fixes the displacement of the scan for all others. A phase whose lines all lie
    on peaks
    of better ones is undecided: the peaks say nothing of it.
    """
    first = [match(phase, seen, rays, values) for phase in reference.values()]
    sure = [m for m in first if m.verdict == "matched"]
    if not sure:
        return first
    anchor = max(sure, key=lambda m: (m.score * np.sqrt(m.found), -m.chance))
    again = [m if m is anchor else match(m.phase, seen, rays, values, around=anchor.shift) for m in first]
    taken = _lines_on(anchor, seen, rays, values, 0.0)
    result = {anchor.phase.name: anchor}
    for one in sorted(again, key=lambda m: -np.nan_to_num(m.score) * np.sqrt(m.found)):
        if one is anchor:
            continue
        own = _lines_on(one, seen, rays, values, _LEAST_LINE)
        kept = one
        if one.verdict in ("matched", "partly"):
            fresh = int((own & ~taken).sum())
            if fresh < max(_FEWEST, _FRESH * own.sum()):
                kept = replace(one, verdict="undecided")
            else:
                taken = taken | _lines_on(one, seen, rays, values, 0.0)
        result[one.phase.name] = kept
    return [result[name] for name in reference]


def _lines_on(one: Match, seen: Seen, rays: Radiation, values: Values, least: float) -> NDArray[np.bool_]:
    """Return on which peaks lines of a phase lie, those of at least `least` % of its strongest."""
    angle = one.phase.two_theta(rays.alpha1)
    line = angle[np.isfinite(angle) & (one.phase.intensity >= least)]
    line = line + one.shift * np.cos(np.radians(line / 2))
    reach = values[p.TOLERANCE] + _OF_WIDTH * np.minimum(seen.width, 1.0)
    on: NDArray[np.bool_] = np.abs(line[:, None] - seen.position).min(axis=0) <= reach
    return on
