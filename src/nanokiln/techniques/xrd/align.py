"""Height and zero errors of the instrument, and the cell of cubic phases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.errors import DataError
from .peaks import Peak
from .radiation import Radiation
from .reference import Phase

Array = NDArray[np.float64]

_FEWEST = 3  # lines of a standard: one more than there are unknowns
_NEAR = 0.3  # degrees: farther from its line a peak is another one
_APART = 0.3  # degrees: two lines nearer than this are no standard's
_LEAST_LINE = 5.0  # % of the strongest line
_LEAST_SD = 0.002  # degrees: no goniometer is better than this from line to line
_OUTLIER = 4.0  # residual over the median one beyond which a line is left out


@dataclass(frozen=True)
class Alignment:
    """By how much peaks are displaced: ``amount * cos(theta)`` (height) or ``amount`` (zero), degrees.

    Parameters
    ----------
    kind
        ``displacement`` or ``zero``.
    amount, amount_sd
        The shift and its standard deviation, degrees.
    lines
        Number of lines it was found from.
    """

    kind: str
    amount: float
    amount_sd: float
    lines: int

    def shift(self, two_theta: Array) -> Array:
        """Return the displacement at an angle, degrees."""
        result: Array = self.amount * _form(self.kind, np.asarray(two_theta, float))
        return result

    def sd(self, two_theta: Array) -> Array:
        """Return its standard deviation."""
        result: Array = self.amount_sd * np.abs(_form(self.kind, np.asarray(two_theta, float)))
        return result


def _form(kind: str, two_theta: Array) -> Array:
    return np.cos(np.radians(two_theta / 2)) if kind == "displacement" else np.ones_like(two_theta)


def from_standard(peaks: Sequence[Peak], phase: Phase, rays: Radiation, kind: str) -> Alignment:
    """Find the displacement from the lines of an internal standard.

    Parameters
    ----------
    peaks
        Fitted peaks.
    phase
        The standard.
    rays
        X-rays.
    kind
        ``displacement`` (the usual error) or ``zero``.

    Raises
    ------
    DataError
        If fewer than three of its lines are there.
    """
    line, position, sd, _ = assigned(peaks, phase, rays)
    if line.size < _FEWEST:
        raise DataError(
            f"{line.size} lines of the standard {phase.name} were found; {_FEWEST} are needed. "
            "Record a wider range, or leave the choice 'standard' out."
        )
    form = _form(kind, line)
    amount, amount_sd = _weighted(position - line, form, sd)
    return Alignment(kind, amount, amount_sd, line.size)


def assigned(peaks: Sequence[Peak], phase: Phase, rays: Radiation) -> tuple[Array, Array, Array, list[int]]:
    """Return the lines that a single peak stands for: positions, spreads, and numbers of the lines."""
    angle = phase.two_theta(rays.alpha1)
    lines = np.flatnonzero(np.isfinite(angle) & (phase.intensity >= _LEAST_LINE))
    found: list[tuple[float, float, float, int]] = []
    for i in lines:
        others = np.delete(angle[lines], np.flatnonzero(lines == i))
        if others.size and np.abs(others - angle[i]).min() < _APART:
            continue
        near = [q for q in peaks if abs(q.position - angle[i]) < _NEAR]
        if near:
            best = max(near, key=lambda q: q.area)
            found.append((float(angle[i]), best.position, np.hypot(best.position_sd, _LEAST_SD), int(i)))
    if not found:
        return np.empty(0), np.empty(0), np.empty(0), []
    line, position, sd = np.array([f[:3] for f in found]).T
    middle = np.median(position - line)
    away = np.abs(position - line - middle)
    kept = away <= max(_OUTLIER * float(np.median(away)), _LEAST_SD * _OUTLIER)
    return line[kept], position[kept], sd[kept], [f[3] for f, k in zip(found, kept, strict=True) if k]


def _weighted(y: Array, form: Array, sd: Array) -> tuple[float, float]:
    """Amount in y = amount * form, and its standard deviation with the scatter of the lines."""
    weight = form / sd**2
    amount = float((weight * y).sum() / (weight * form).sum())
    chi = float((((y - amount * form) / sd) ** 2).sum() / max(y.size - 1, 1))
    return amount, float(np.sqrt(max(chi, 1.0) / (form**2 / sd**2).sum()))


def cubic_cell(
    peaks: Sequence[Peak], phase: Phase, rays: Radiation, aligned: bool
) -> tuple[float, float, int] | None:
    """Return cell edge (angstrom), its standard deviation and number of lines of a cubic phase.

    Parameters
    ----------
    peaks
        Fitted peaks.
    phase
        The phase, known to be cubic.
    rays
        X-rays.
    aligned
        Whether the positions are corrected already; else the height error is found together with the edge.

    Returns
    -------
    tuple or None
        None where fewer than four lines stand alone.
    """
    line, position, sd, numbers = assigned(peaks, phase, rays)
    if line.size < _FEWEST + 1:
        return None
    edge0 = _edge(phase)
    # 2theta falls by 2 tan(theta) (radians) for a relative growth of the edge
    slope = -2 * np.degrees(np.tan(np.radians(line / 2)))
    columns = [slope] if aligned else [slope, np.cos(np.radians(line / 2))]
    design = np.stack(columns, axis=1) / sd[:, None]
    target = (position - line) / sd
    solution, *_ = np.linalg.lstsq(design, target, rcond=None)
    chi = float(((design @ solution - target) ** 2).sum() / max(line.size - len(columns), 1))
    covariance = np.linalg.inv(design.T @ design) * max(chi, 1.0)
    return float(edge0 * (1 + solution[0])), float(edge0 * np.sqrt(covariance[0, 0])), len(numbers)


def _edge(phase: Phase) -> float:
    h, k, l = (int(i) for i in phase.indices[0].split())  # noqa: E741 (Miller indices)
    return float(phase.spacing[0] * np.sqrt(h * h + k * k + l * l))
