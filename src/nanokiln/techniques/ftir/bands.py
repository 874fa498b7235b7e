"""Place, height and width of each band, with what noise and the usual choices leave open."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from ...core.parameters import Values
from . import parameters as par
from .detect import TOGETHER, Candidate, Noise, find, noise
from .modes import Array
from .ordinate import Spectrum

Z90 = 1.6448536269514722
#: Base lines under the bands: method of pybaselines and its stiffness on `POINTS` points.
BASES: dict[str, float] = {"arpls, soft": 1e6, "arpls": 1e7, "arpls, stiff": 1e8}
POINTS = 1800
STEADY = "arpls"  # the one heights are stated over
WINDOWS = (0.2, 0.3, 0.45, 0.65, 0.9, 1.2)  # half-widths about the top, in widths of the band
DEGREE = 3
AGREE = 1.5  # standard errors by which a wider window may differ from every narrower one
CENTRED = 0.02  # of the half-width: the top need not lie more in the middle
CORRELATED = 2.0  # points over which a misfit (lines of gas, other bands) goes on
FEWEST = 7  # points for a cubic and its errors
FOOT = 0.02  # of the height: where a band ends


@dataclass(frozen=True)
class Band:
    """A band with its interval.

    Parameters
    ----------
    position, low, high
        Top of the band, or its minimum of the second derivative if it is a shoulder, with the ends of the
        90 % interval (1/cm); the axis' own error is in it.
    noise
        Half of the interval that noise alone gives.
    shoulder
        Whether it has no maximum of its own.
    opaque
        Whether its top is hidden because no light comes through.
    height
        Absorbance over the base line; `heights` over all base lines.
    width
        Full width at half height in 1/cm; NaN where a neighbour hides it.
    area
        Integral over the base line to the feet or the valleys beside it (absorbance times 1/cm).
    significance
        Curvature over its noise.
    """

    position: float
    low: float
    high: float
    noise: float
    shoulder: bool
    opaque: bool
    height: float
    heights: tuple[float, float]
    width: float
    area: float
    significance: float


@dataclass(frozen=True)
class Bands:
    """All bands of a spectrum, with what they were measured over."""

    spectrum: Spectrum
    noise: Noise
    bases: dict[str, Array]
    bands: tuple[Band, ...]


def base_lines(s: Spectrum) -> dict[str, Array]:
    """Return the base lines; stiffness goes with the fourth power of the number of points."""
    from pybaselines import Baseline

    maker = Baseline(s.x)
    found = {}
    with warnings.catch_warnings():  # one that has not converged is as good as any
        warnings.simplefilter("ignore")
        for name, stiffness in BASES.items():
            base, _ = maker.arpls(s.a, lam=stiffness * (s.x.size / POINTS) ** 4)
            found[name] = np.asarray(base, dtype=float)
    return found


def bands(s: Spectrum, resolution: float | None, values: Values) -> Bands:
    """Find and measure all bands.

    Parameters
    ----------
    s
        Absorbance.
    resolution
        Of the spectrometer in 1/cm, None if not known.
    values
        Parameter values.
    """
    level = noise(s, resolution)
    bases = base_lines(s)
    found = find(s, level, resolution, values[par.SIGNIFICANCE])
    measured = [_measure(s, level, bases, c, values) for c in found]
    highest = max((b.height for b in measured), default=0.0)
    high = [(b, c) for b, c in zip(measured, found, strict=True) if b.height > values[par.SMALLEST] * highest]
    return Bands(s, level, bases, tuple(_once(high)))


def _once(found: list[tuple[Band, Candidate]]) -> list[Band]:
    """Drop the less significant of two that led to one top."""
    kept: list[tuple[Band, Candidate]] = []
    for b, c in sorted(found, key=lambda bc: -bc[1].significance):
        if all(abs(b.position - o.position) > TOGETHER * min(c.sigma, d.sigma) for o, d in kept):
            kept.append((b, c))
    return sorted((b for b, _ in kept), key=lambda b: b.position)


def _measure(s: Spectrum, level: Noise, bases: dict[str, Array], c: Candidate, values: Values) -> Band:
    axis = values[par.AXIS_ERROR]
    over = {name: s.a - base for name, base in bases.items()}
    tops = [t for a in over.values() if (t := _widest(_tops(s, level, a, c))) is not None]
    shoulder = len(tops) < len(BASES)
    if shoulder:
        tops = [_bend(c)]
    value, error, between = _combined(tops)
    half = Z90 * float(np.sqrt(error**2 + between**2 + axis**2))
    i = int(np.clip(np.searchsorted(s.x, value), 0, s.x.size - 1))
    heights = [float(_smooth(a, i, c.sigma / s.step)) for a in over.values()]
    height = heights[list(bases).index(STEADY)]
    opaque = float(s.a[i]) > values[par.OPAQUE] or bool(s.dark[i] > 0)
    width, area = _extent(s, over[STEADY], i, height, c.sigma)
    return Band(
        value, value - half, value + half, Z90 * error, shoulder, opaque, height,
        (min(heights), max(heights)), width, area, c.significance,
    )  # fmt: skip


def _tops(s: Spectrum, level: Noise, a: Array, c: Candidate) -> list[tuple[float, float]]:
    """Return place and error of the maximum by cubics over several windows, where it has one."""
    found = [_top(s, level, a, c.position, window * c.sigma) for window in WINDOWS]
    return [top for top in found if top is not None and abs(top[0] - c.position) <= c.sigma]


def _widest(tops: list[tuple[float, float]]) -> tuple[float, float, float] | None:
    """Return place, error and spread by the widest window that agrees with all narrower ones (Lepski).

    A wider window has less noise and, for a band that is not symmetric, more bias.
    """
    if not tops:
        return None
    last = 0
    while last + 1 < len(tops) and all(
        abs(tops[last + 1][0] - at) <= AGREE * error for at, error in tops[: last + 1]
    ):
        last += 1
    at, error = tops[last]
    nearest = tops[max(last - 1, 0)][0]
    return at, error, abs(at - nearest)


def _top(s: Spectrum, level: Noise, a: Array, start: float, reach: float) -> tuple[float, float] | None:
    """Return the maximum of a polynomial fitted about a place, moved until it lies in the middle."""
    at, top = start, 0.0
    reach = max(reach, 0.5 * FEWEST * s.step)
    for _ in range(3):
        inside = np.abs(s.x - at) <= reach
        if inside.sum() < FEWEST:
            return None
        u = (s.x[inside] - at) / reach
        design = np.vander(u, DEGREE + 1, increasing=True)
        p, *_ = np.linalg.lstsq(design, a[inside], rcond=None)
        found = _maximum(np.asarray(p, dtype=float))
        if found is None or abs(found) > 1:
            return None
        top = found
        at += top * reach
        if abs(top) < CENTRED:
            break
    bent = 2 * p[2] + 6 * p[3] * top
    slope = np.array([0.0, 1.0, 2 * top, 3 * top**2])
    covariance = np.linalg.inv(design.T @ design)
    misfit = float(np.sqrt(np.sum((a[inside] - design @ p) ** 2) / max(inside.sum() - DEGREE - 1, 1)))
    scatter = max(float(np.mean(level.level[inside])), misfit * np.sqrt(CORRELATED))
    sd = scatter * float(np.sqrt(slope @ covariance @ slope))
    return at, sd / abs(bent) * reach


def _maximum(p: Array) -> float | None:
    """Return the maximum of a cubic."""
    if abs(p[3]) < 1e-6 * abs(p[2]):
        return float(-p[1] / (2 * p[2])) if p[2] < 0 else None
    root = p[2] ** 2 - 3 * p[3] * p[1]
    if root <= 0:
        return None
    return float((-p[2] - np.sqrt(root)) / (3 * p[3]))


def _bend(c: Candidate) -> tuple[float, float, float]:
    """Return the place of a shoulder: smoothing moves it with the square of its width, taken back here."""
    at, width, error = np.array([t for t in c.tracks if t[1] <= c.sigma]).T
    if at.size < 3:
        return float(at[0]), float(error[0]), 0.3 * float(width[0])
    design = np.column_stack([np.ones_like(at), width**2]) / error[:, None]
    p, *_ = np.linalg.lstsq(design, at / error, rcond=None)
    sd = float(np.sqrt(np.linalg.inv(design.T @ design)[0, 0]))
    return float(p[0]), sd, abs(float(p[0]) - float(at[-1])) / 2


def _combined(ways: list[tuple[float, float, float]]) -> tuple[float, float, float]:
    """Return the mean of (place, error, spread), its error by noise and the spread between ways."""
    at, error, spread = np.array(ways).T
    return (
        float(at.mean()),
        float(np.sqrt(np.mean(error**2))),
        float(np.sqrt(np.var(at) + np.mean(spread**2))),
    )


def _smooth(a: Array, i: int, points: float) -> float:
    reach = max(int(0.3 * points), 1)
    return float(np.mean(a[max(i - reach, 0) : i + reach + 1]))


def _extent(s: Spectrum, a: Array, i: int, height: float, sigma: float) -> tuple[float, float]:
    """Return full width at half height (NaN where a valley is higher) and area to feet or valleys."""
    from scipy.ndimage import gaussian_filter1d

    soft = gaussian_filter1d(a, max(0.3 * sigma / s.step, 0.5))
    halves, feet = [], []
    for side in (-1, 1):
        j, half = i, None
        while 0 < j < a.size - 1:
            if half is None and soft[j] < 0.5 * height:
                half = abs(s.x[j] - s.x[i])
            if soft[j] < FOOT * height or (abs(s.x[j] - s.x[i]) > sigma and soft[j + side] > soft[j]):
                break
            j += side
        halves.append(half)
        feet.append(j)
    low, high = sorted(feet)
    area = float(np.sum(a[low : high + 1]) * s.step)
    width = sum(halves) if None not in halves else np.nan  # type: ignore[arg-type]
    return float(width), area
