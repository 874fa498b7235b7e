"""Fit of the peaks: clusters of pseudo-Voigt doublets over a straight rest of the background."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .detect import Candidate, Scan
from .profile import doublet, doublet_slopes
from .radiation import Radiation

Array = NDArray[np.float64]

_REACH = 4.0  # full widths of data on each side of a peak
_JOIN = 3.5  # full widths below which two peaks are fitted together
_MOST = 10  # peaks of one fit; larger groups are cut at their widest gap
_LEAST_STEPS = 1.5  # narrowest full width, in steps
_WIDER = 4.0  # widest full width over the one found
_MOVE = 1.0  # widths a peak may move from where it was found
_POINTS = 3  # points a fit needs beside its parameters
_STEPS = 40  # of a fit; most need ten
_DAMPING, _STIFFEST = 1e-2, 1e8  # damping at the start, and beyond which no step helps any more
_ENOUGH = 1e-6  # relative fall of the sum of squares at which a fit is done
_TINY = 1e-12


@dataclass(frozen=True)
class Peak:
    """A fitted peak.

    Parameters
    ----------
    position, position_sd
        Angle of its K-alpha 1 line and standard deviation of the fit, degrees.
    width, width_sd
        Full width at half maximum, degrees.
    area, area_sd
        Area with both lines, counts times degrees.
    mixing
        Lorentzian share, one for all peaks of a fit.
    chi_square
        Reduced, of that fit.
    correlation
        Largest correlation (absolute) of its position with that of another peak.
    """

    position: float
    position_sd: float
    width: float
    width_sd: float
    area: float
    area_sd: float
    mixing: float
    chi_square: float
    correlation: float


def fit_peaks(scan: Scan, found: Sequence[Candidate], background: Array, rays: Radiation) -> list[Peak]:
    """Fit all peaks.

    Parameters
    ----------
    scan
        The pattern.
    found
        Where peaks are.
    background
        Background and halos at each point.
    rays
        The doublet.

    Returns
    -------
    list of Peak
        From low angle to high.

    Notes
    -----
    Standard deviations follow from the curvature at the best fit, enlarged by the misfit where there is any.
    """
    peaks: list[Peak] = []
    groups = clusters(found)
    for index, group in enumerate(groups):
        others = [c for i in (index - 1, index + 1) if 0 <= i < len(groups) for c in groups[i]]
        peaks += _fit(scan, group, others, background, rays)
    return sorted(peaks, key=lambda p: p.position)


def model(x: Array, peaks: Sequence[Peak], rays: Radiation) -> Array:
    """Return the sum of peaks."""
    total = np.zeros_like(x)
    for one in peaks:
        shape = doublet(x, np.array([one.position]), np.array([one.width]), one.mixing, rays)[:, 0]
        total += one.area / (1 + rays.ratio) * shape
    return total


def clusters(found: Sequence[Candidate]) -> list[list[Candidate]]:
    """Return groups of peaks that overlap, none larger than can be fitted at once."""
    groups: list[list[Candidate]] = []
    for one in found:
        last = groups[-1][-1] if groups else None
        if last is not None and one.position - last.position < _JOIN * 0.5 * (one.width + last.width):
            groups[-1].append(one)
        else:
            groups.append([one])
    return [part for group in groups for part in _cut(group)]


def _cut(group: list[Candidate]) -> list[list[Candidate]]:
    if len(group) <= _MOST:
        return [group]
    gaps = [(b.position - a.position) / (a.width + b.width) for a, b in pairwise(group)]
    inner = gaps[1:-1] or gaps
    at = gaps.index(max(inner)) + 1
    return [*_cut(group[:at]), *_cut(group[at:])]


def _fit(
    scan: Scan, group: list[Candidate], others: list[Candidate], background: Array, rays: Radiation
) -> list[Peak]:
    centre = np.array([c.position for c in group])
    width = np.array([c.width for c in group])
    low_end = centre[0] - _REACH * width[0]
    high_end = float(rays.second(centre[-1])) + _REACH * width[-1]
    used = (scan.x >= low_end) & (scan.x <= high_end)
    for other in others:  # their fit is another; stay off their cores
        used &= np.abs(scan.x - other.position) > other.width
    n = len(group)
    if used.sum() < 3 * n + 3 + _POINTS:
        return []
    x, sd = scan.x[used], np.sqrt(scan.variance[used])
    y = scan.y[used] - background[used]
    ramp = np.stack([np.ones_like(x), (x - x.mean()) / max(float(np.ptp(x)), _TINY)], axis=1)
    height = np.array([float(np.interp(c, x, y)) for c in centre])
    area = np.maximum(height, float(sd.mean())) * width * 1.3
    start = np.r_[centre, width, area, 0.5, 0.0, 0.0]
    least = _LEAST_STEPS * scan.step
    low = np.r_[centre - _MOVE * width, np.full(n, least), np.zeros(n), 0.0, -np.inf, -np.inf]
    high = np.r_[centre + _MOVE * width, _WIDER * width + least, np.full(n, np.inf), 1.0, np.inf, np.inf]
    start = np.clip(start, low + _TINY, high)
    start[n : 2 * n] = np.clip(start[n : 2 * n], least * 1.01, None)

    def residual(z: Array) -> Array:
        total = doublet(x, z[:n], z[n : 2 * n], z[3 * n], rays) @ z[2 * n : 3 * n] + ramp @ z[-2:]
        result: Array = (total - y) / sd
        return result

    def slope(z: Array) -> Array:
        value, dx, dw, dm = doublet_slopes(x, z[:n], z[n : 2 * n], z[3 * n], rays)
        a = z[2 * n : 3 * n]
        parts = [dx * a, dw * a, value, (dm @ a)[:, None], ramp]
        result: Array = np.concatenate(parts, axis=1) / sd[:, None]
        return result

    best, jacobian, misfit = bounded_fit(residual, slope, start, (low, high))
    return _peaks(best, jacobian, misfit, n, rays)


def bounded_fit(
    residual: Callable[[Array], Array],
    slope: Callable[[Array], Array],
    start: Array,
    bounds: tuple[Array, Array],
) -> tuple[Array, Array, float]:
    """Minimise the sum of squares by damped steps that are cut off at the bounds.

    Parameters
    ----------
    residual, slope
        Residuals and their derivatives.
    start, bounds
        Start inside the bounds.

    Returns
    -------
    tuple
        Best parameters, derivatives there, sum of squares.

    Notes
    -----
    Normal equations: thousands of points for some thirty parameters. The bounded solver of SciPy
    decomposes each
    Jacobian into singular values and takes twenty times as long.
    """
    z, r = start, residual(start)
    cost, damping = float(r @ r), _DAMPING
    jacobian = slope(z)
    for _ in range(_STEPS):
        size = np.maximum(np.linalg.norm(jacobian, axis=0), _TINY)
        scaled = jacobian / size
        gram, gradient = scaled.T @ scaled, scaled.T @ r
        while damping < _STIFFEST:
            move = np.linalg.solve(gram + damping * np.eye(len(z)), -gradient) / size
            trial = np.clip(z + move, *bounds)
            new = residual(trial)
            if float(new @ new) <= cost:
                break
            damping *= 10
        else:
            break
        gain = cost - float(new @ new)
        z, r, cost, damping = trial, new, float(new @ new), max(damping / 10, _TINY)
        jacobian = slope(z)
        if gain < _ENOUGH * cost + _TINY:
            break
    return z, jacobian, cost


def _peaks(z: Array, jacobian: Array, misfit: float, n: int, rays: Radiation) -> list[Peak]:
    chi = misfit / max(len(jacobian) - len(z), 1)
    size = np.maximum(np.linalg.norm(jacobian, axis=0), _TINY)
    covariance = np.linalg.pinv((jacobian / size).T @ (jacobian / size), rcond=1e-12) / np.outer(size, size)
    covariance *= max(chi, 1.0)
    sd = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    correlation = covariance / np.outer(np.maximum(sd, _TINY), np.maximum(sd, _TINY))
    both = 1 + rays.ratio
    result = []
    for i in range(n):
        others = [abs(correlation[i, j]) for j in range(n) if j != i]
        result.append(Peak(
            float(z[i]), float(sd[i]), float(z[n + i]), float(sd[n + i]), float(both * z[2 * n + i]),
            float(both * sd[2 * n + i]), float(z[3 * n]), chi, float(max(others, default=0.0)),
        ))  # fmt: skip
    return result
