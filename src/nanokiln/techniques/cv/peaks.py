"""Sweeps of a voltammogram and the peaks in them, with intervals for the noise and for the bandwidth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

TURN = 0.1  # of the window the potential must come back by for a turning point
WHOLE = 0.8  # of the longest sweep a sweep must span to count
GRID_PER_BANDWIDTH = 8  # points of the smoothed curve per bandwidth
MOST = 4000  # points of that curve at most, so that a bandwidth of nothing does not fill the memory
LEAST = 0.03  # of the range of the current a peak must stand out by
SIGNIFICANT = 6.0  # standard deviations of the smoothed noise a peak must stand out by
EDGE = 2.0  # bandwidths from the ends of a sweep within which a maximum is no peak
DRAWS = 60  # noisy copies from which the scatter of a peak is found
LASTING = 3.0  # bandwidths within which a peak must still be there with twice the bandwidth
UNIFORM_90 = 0.9  # half width of the central 90 % of an error evenly spread between plus and minus 1
Z90 = 1.6448536269514722  # normal quantile of the ends of a 90 % interval


@dataclass(frozen=True)
class Peak:
    """A peak of one sweep.

    Parameters
    ----------
    direction
        1 anodic (rising potential), -1 cathodic.
    potential, potential_low, potential_high
        Where the current is largest, with its 90 % interval (V).
    current, current_low, current_high
        Height above the line between the feet of the peak (A).
    raw
        Current at the peak, from zero (A).
    feet
        Potentials the line is drawn between (V).
    """

    direction: int
    potential: float
    potential_low: float
    potential_high: float
    current: float
    current_low: float
    current_high: float
    raw: float
    feet: tuple[float, float]


def sweeps(potential: Array) -> list[tuple[int, slice]]:
    """Return direction and rows of every sweep.

    Parameters
    ----------
    potential
        V, in the order of time.
    """
    window = float(np.ptp(potential))
    found: list[tuple[int, slice]] = []
    start, extreme, direction = 0, 0, 0
    for i in range(1, potential.size):
        ahead = potential[i] - potential[extreme]
        if direction == 0:
            if abs(ahead) >= TURN * window > 0:
                direction, extreme = (1 if ahead > 0 else -1), i
        elif ahead * direction >= 0:
            extreme = i
        elif abs(ahead) >= TURN * window:
            found.append((direction, slice(start, extreme + 1)))
            start, direction, extreme = extreme, -direction, i
    if direction:
        found.append((direction, slice(start, extreme + 1)))
    return found


def last_of(potential: Array, direction: int) -> slice | None:
    """Return the rows of the last whole sweep in one direction; None where there is none."""
    all_of_them = sweeps(potential)
    spans = [float(np.ptp(potential[rows])) for _, rows in all_of_them]
    for (way, rows), span in zip(reversed(all_of_them), reversed(spans), strict=True):
        if way == direction and span >= WHOLE * max(spans):
            return rows
    return None


def smoother(potential: Array, grid: Array, bandwidth: float) -> Array:
    """Return the matrix that smooths, shape (grid, rows): local straight lines with Gaussian weights."""
    away = potential[None, :] - grid[:, None]
    weight = np.exp(-0.5 * (away / bandwidth) ** 2)
    s0, s1, s2 = (np.sum(weight * away**k, axis=1, keepdims=True) for k in (0, 1, 2))
    determinant = s0 * s2 - s1**2
    # where all rows lie at one side of nowhere a mean is all there is
    safe = determinant > 1e-12 * np.maximum(s0 * s2, np.finfo(float).tiny)
    line = weight * (s2 - s1 * away) / np.where(safe, determinant, 1.0)
    mean = weight / np.maximum(s0, np.finfo(float).tiny)
    return np.asarray(np.where(safe, line, mean))


def noise(current: Array) -> float:
    """Return the standard deviation of the noise of single rows, from second differences (robust)."""
    if current.size < 5:
        return 0.0
    return float(np.median(np.abs(np.diff(current, 2)))) * 1.4826 / float(np.sqrt(6.0))


def find(
    potential: Array, current: Array, direction: int, bandwidth: float, rng: np.random.Generator
) -> list[Peak]:
    """Return the peaks of one sweep, in the order of potential.

    Parameters
    ----------
    potential, current
        Rows of the sweep (V, A).
    direction
        1 anodic: maxima; -1 cathodic: minima.
    bandwidth
        Of the smoothing (V).
    rng
        For the noisy copies from which intervals come.

    Limits
    ------
    A shoulder without a maximum of its own is no peak. Intervals hold the noise and the choice of bandwidth
    (half and twice), not the drop over the cell's resistance.
    """
    grid = np.linspace(potential.min(), potential.max(), min(_points(potential, bandwidth), MOST))
    if grid.size < 16 or potential.size < 16:
        return []
    matrices = [smoother(potential, grid, bandwidth * factor) for factor in (1.0, 0.5, 2.0)]
    curves = [direction * (matrix @ current) for matrix in matrices]
    sigma = noise(current)
    size = sigma * float(np.median(np.sqrt((matrices[0] ** 2).sum(axis=1))))
    least = max(LEAST * float(np.ptp(curves[0])), SIGNIFICANT * size)
    tops, bases = _tops(grid, curves[0], least, bandwidth)
    lasting = grid[_tops(grid, curves[2], least, bandwidth)[0]]
    copies = direction * (matrices[0] @ (current[:, None] + sigma * rng.normal(size=(current.size, DRAWS))))
    found = []
    for top, base in zip(tops, bases, strict=True):
        # what twice the bandwidth smooths away is a wiggle
        if not (np.abs(lasting - grid[top]) < LASTING * bandwidth).any():
            continue
        peak = _peak(grid, curves, copies, top, base, direction)
        if peak.current_low * peak.current_high > 0:
            found.append(peak)
    return found


def _points(potential: Array, bandwidth: float) -> int:
    return max(int(float(np.ptp(potential)) / bandwidth * GRID_PER_BANDWIDTH), 0)


def _tops(
    grid: Array, curve: Array, least: float, bandwidth: float
) -> tuple[list[int], list[tuple[int, int]]]:
    from scipy.signal import find_peaks

    tops, about = find_peaks(curve, prominence=max(least, np.finfo(float).tiny))
    inside = (grid[tops] > grid[0] + EDGE * bandwidth) & (grid[tops] < grid[-1] - EDGE * bandwidth)
    bases = zip(about["left_bases"][inside], about["right_bases"][inside], strict=True)
    return [int(t) for t in tops[inside]], [(int(a), int(b)) for a, b in bases]


def _peak(
    grid: Array,
    curves: list[Array],
    copies: Array,
    top: int,
    base: tuple[int, int],
    direction: int,
) -> Peak:
    reach = 2 * GRID_PER_BANDWIDTH
    near = slice(max(top - reach, 0), top + reach + 1)
    at = [_vertex(grid[near], curve[near]) for curve in curves]
    drawn = np.array([_vertex(grid[near], copies[near, i]) for i in range(copies.shape[1])])
    heights = [_height(grid, curve, top, base) for curve in curves]
    drawn_heights = np.array([_height(grid, copies[:, i], top, base) for i in range(copies.shape[1])])
    # the bandwidth is a choice with no noise of its own: its effect is an error evenly spread
    shift = max(abs(a - at[0]) for a in at[1:])
    change = max(abs(h - heights[0]) for h in heights[1:])
    error = float(np.hypot(Z90 * drawn.std(), UNIFORM_90 * max(shift, 0.5 * (grid[1] - grid[0]))))
    height_error = float(np.hypot(Z90 * drawn_heights.std(), UNIFORM_90 * change))
    return Peak(
        direction,
        at[0],
        at[0] - error,
        at[0] + error,
        direction * heights[0],
        direction * heights[0] - height_error,
        direction * heights[0] + height_error,
        direction * float(curves[0][top]),
        (float(grid[base[0]]), float(grid[base[1]])),
    )


def _vertex(grid: Array, curve: Array) -> float:
    """Return the potential of the largest value, refined by a parabola through it and its neighbours."""
    i = int(np.argmax(curve))
    if not 0 < i < curve.size - 1:
        return float(grid[i])
    left, middle, right = curve[i - 1 : i + 2]
    bend = left - 2 * middle + right
    return float(grid[i] + (0.5 * (left - right) / bend if bend < 0 else 0.0) * (grid[1] - grid[0]))


def _height(grid: Array, curve: Array, top: int, base: tuple[int, int]) -> float:
    """Return the height above the straight line between the feet."""
    line = np.interp(grid[top], [grid[base[0]], grid[base[1]]], [curve[base[0]], curve[base[1]]])
    return float(curve[top] - line)
