"""Sharp lines of a spectrum that is not of disordered carbon: position, width and height of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .bands import Array, Band, Model
from .fit import Fit, fit

FIRST = 150.0  # 1/cm: below are the laser line and its filter
MOST = 30  # lines reported, the strongest
WIDEST = 80.0  # 1/cm: what is wider is no line
REACH = 2.5  # full widths to each side that are fitted
LEAST_POINTS = 9  # of such a range
PROMINENCE = 8.0  # times the noise a line must stand out
LEAST_SHARE = 0.01  # of the strongest line's prominence, at least
BOUND = 0.4  # of the width the position may move in the fit


@dataclass(frozen=True)
class Line:
    """Position, standard error, full width (1/cm), and height of a line."""

    position: float
    error: float
    width: float
    height: float


def lines(x: Array, y: Array) -> list[Line]:
    """Return the sharp lines beyond 150 1/cm on either side of the laser, by shift.

    Parameters
    ----------
    x, y
        Shift in 1/cm and intensity.
    """
    from scipy.signal import find_peaks, peak_widths

    far = np.abs(x) > FIRST
    u, v = x[far], y[far]
    noise = 1.4826 * float(np.median(np.abs(np.diff(v)))) / np.sqrt(2)
    peaks, about = find_peaks(v, prominence=max(PROMINENCE * noise, 1e-12), width=2)
    if not peaks.size:
        return []
    strong = about["prominences"] >= LEAST_SHARE * about["prominences"].max()
    order = np.argsort(-about["prominences"] * strong)[: min(MOST, int(strong.sum()))]
    widths = peak_widths(v, peaks, rel_height=0.5)[0]
    found = [_fitted(u, v, int(peaks[i]), float(widths[i])) for i in order]
    return sorted((line for line in found if line is not None), key=lambda line: line.position)


def _fitted(x: Array, y: Array, at: int, points: float) -> Line | None:
    """Fit one line in its surroundings."""
    step = float(np.gradient(x)[at])
    width = min(max(points * step, 2 * step), WIDEST)
    half = max(REACH * width, (LEAST_POINTS // 2 + 1) * step)
    near = np.abs(x - x[at]) <= half
    if near.sum() < LEAST_POINTS or points * step > WIDEST:
        return None
    bound = max(BOUND * width, step)
    band = Band("line", float(x[at]), float(x[at]) - bound, float(x[at]) + bound, width, step, 2 * WIDEST)
    result: Fit | None = fit(x[near], y[near], Model((band,), 1, True))
    if result is None:
        return None
    height, position, fitted = result.band("line")
    return Line(position, float(np.hypot(result.error("line", 1), 0.05 * step)), fitted, height)
