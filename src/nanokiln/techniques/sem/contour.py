"""Roughness of the outline: what is left of the edge when ellipse and noise are taken off."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...core.evidence import Finding
from ..sizing.statistics import Estimate, quantile_normal
from . import particles, rays
from .found import NOTHING, Found

Array = npt.NDArray[np.float64]

SMALLEST = 12.0  # pixels of radius; below, too few waves fit between ellipse and pixel
_SEEN = 0.6  # of the outline
_WINDOW = 0.14  # searched around the circle, over the radius
_ALONG = 1.0  # pixels, smoothing along the rays
_FLOOR_FROM = 0.3  # waves per pixel of outline; above, blur has left nothing but noise
_FLOOR_DOUBT = 0.1  # of the square of the noise: how well its spectrum is known, standard deviation
_FIRST = 3  # waves around the outline; fewer are place, size and ellipse
_BINS = 24  # of the mean spectrum
_FEWEST = 3  # spheres
_MOST = 150  # spheres looked at; the mean is known well enough by then
# Chosen on the training pictures of benchmarks/coverage_sem.py: roughness of the outline over what is left
# when blur has taken the short waves, for 5 to 95 % of pictures, and what is told from noise at all.
_BLURRED = (0.92, 1.42)
_LEAST_PX = 0.3  # pixels
_NAMES = ("roughness_rq", "roughness_peak_to_valley", "roughness_length")
_STRAY = 4.0  # standard deviations; points further off are dirt or another edge


@dataclass(frozen=True)
class Outline:
    """Roughness of one outline in pixels: squares with and without noise, filtered height, spectrum."""

    square: float
    floor: float
    height: float
    frequency: Array
    power: Array


def findings(found: Found) -> list[Finding]:
    """Return ``roughness_rq``, ``roughness_peak_to_valley``, ``roughness_length`` of the outlines.

    Parameters
    ----------
    found
        The picture.

    Returns
    -------
    list of Finding
        Root mean square and mean peak-to-valley height, and the distance over which the correlation of
        heights falls to 1/e.

    Limits
    ------
    Waves from three around the outline to two pixels. The blur of the picture takes away those shorter
    than some edge spreads; the interval reaches up to what that takes from usual skins, the value is not
    corrected. The outline of a sphere in projection is smoother than a cut through it, because the highest
    point along the beam counts: about 0.64 of the roughness of the surface.
    """
    outlines = _outlines(found)
    if len(outlines) < _FEWEST:
        why = (
            f"not resolved: {len(outlines)} outlines of {2 * SMALLEST:g} pixels diameter or more are seen "
            f"for {100 * _SEEN:.0f} % (needs {_FEWEST})"
        )
        return _unresolved(found, NOTHING, why)
    unit = found.length
    square = np.array([o.square for o in outlines]) * unit**2
    noise = math.sqrt(float(np.mean([o.floor for o in outlines]))) * unit
    half = quantile_normal() * math.hypot(
        float(square.std(ddof=1)) / math.sqrt(square.size), _FLOOR_DOUBT * noise**2
    )
    mean = float(square.mean())
    low, value, high = (math.sqrt(max(x, 0.0)) for x in (mean - half, mean, mean + half))
    blur = 2 * math.pi * found.spheres.edge_px * unit
    said = (
        f"{len(outlines)} outlines; noise of the edge {noise:.3g} {found.unit} taken off",
        f"waves shorter than {blur:.3g} {found.unit} are lost in the blur: the interval allows for that",
    )
    low, high = low * _BLURRED[0], high * _BLURRED[1]
    if found.spheres.bumps:
        why = (
            "not resolved: so rough that only the smoothest spheres show an outline; Rq is at least "
            f"{low:.3g} {found.unit}"
        )
        return _unresolved(found, Estimate(math.nan, low, math.nan), why, *said)
    if mean - half <= 0 or value < _LEAST_PX * unit:
        why = (
            f"not resolved: below the noise or {_LEAST_PX:g} pixel; Rq is at most "
            f"{max(high, _LEAST_PX * unit):.3g} {found.unit}"
        )
        return _unresolved(found, Estimate(math.nan, math.nan, max(high, _LEAST_PX * unit)), why, *said)
    heights = np.array([o.height for o in outlines]) * unit
    spread = quantile_normal() * float(heights.std(ddof=1)) / math.sqrt(heights.size)
    tall = Estimate(float(heights.mean()), float(heights.mean() - spread), float(heights.mean() + spread))
    length, steps = _correlation_length(outlines)
    reach = Estimate(length * unit, math.nan, math.nan)
    return [
        found.finding("roughness_rq", Estimate(value, low, high), found.unit, *said, interval="over spheres"),
        found.finding(
            _NAMES[1], tall, found.unit, "of the outline filtered by its own noise (Wiener)", *said
        ),
        found.finding(
            _NAMES[2], reach, found.unit, f"no interval: from one mean spectrum of {steps} bins", *said
        ),
    ]


def _unresolved(found: Found, rq: Estimate, *notes: str) -> list[Finding]:
    """Return all findings as not resolved, with what is known of Rq."""
    rough, *others = _NAMES
    return [
        found.finding(rough, rq, found.unit, *notes),
        *(found.finding(name, NOTHING, found.unit, *notes) for name in others),
    ]


def _outlines(found: Found) -> list[Outline]:
    spheres = found.spheres
    use = spheres.whole & (spheres.seen >= _SEEN) & (spheres.circles[:, 2] >= SMALLEST)
    least = 2 * particles.slope_noise(found.image)
    result = []
    for i in np.flatnonzero(use)[:_MOST]:
        circle = spheres.circles[i : i + 1]
        count = 2 * round(math.pi * float(circle[0, 2]))
        edges = rays.look(
            found.image, circle, spheres.polarity, rays=count, window=_WINDOW, least=least, along=_ALONG
        )
        own = np.interp(edges.angle, spheres.edges.angle, spheres.good[i].astype(float), period=2 * math.pi)
        outline = _outline(edges.angle, edges.distance[0], own > 0.5)
        if outline is not None:
            result.append(outline)
    return result


def _outline(angle: Array, distance: Array, own: npt.NDArray[np.bool_]) -> Outline | None:
    """Take off place, size and ellipse, and split what is left in signal and noise."""
    use = own & np.isfinite(distance)
    basis = np.column_stack(
        [np.ones_like(angle), *(f(k * angle) for k in range(1, _FIRST) for f in (np.cos, np.sin))]
    )
    for _ in range(3):
        if use.sum() < 0.5 * use.size:
            return None
        low = np.linalg.lstsq(basis[use], distance[use], rcond=None)[0]
        rest = np.where(np.isfinite(distance), distance, 0.0) - basis @ low
        spread = max(1.4826 * float(np.median(np.abs(rest[use]))), 0.05)
        use = own & np.isfinite(distance) & (np.abs(rest) < _STRAY * spread)
    n = angle.size
    share = use.mean()
    rest = np.where(use, rest, 0.0)
    spectrum = np.fft.rfft(rest) / n
    power = 2 * np.abs(spectrum) ** 2 / share  # sums to the mean square over the waves
    frequency = np.arange(power.size) / n
    # interpolation between pixels, at any phase, dampens short waves of the noise
    passed = 1 - (1 - np.cos(2 * np.pi * frequency)) / 3
    short = frequency >= _FLOOR_FROM
    floor = float(power[short].sum() / passed[short].sum()) * passed
    waves = slice(_FIRST, None)
    square = float((power - floor)[waves].sum())
    from scipy.ndimage import uniform_filter1d

    smooth = uniform_filter1d(power, 5, mode="nearest")
    keep = np.maximum(1 - floor / np.maximum(smooth, 1e-30), 0)
    keep[:_FIRST] = 0
    clean = np.fft.irfft(spectrum * keep * n, n)
    height = float(np.ptp(clean[use]))
    noise = float(floor[waves].sum())
    return Outline(square, noise, height, frequency[waves], (power - floor)[waves] * n)


def _correlation_length(outlines: list[Outline]) -> tuple[float, int]:
    """Return the length in pixels over which the correlation of the mean spectrum falls to 1/e."""
    frequency = np.concatenate([o.frequency for o in outlines])
    power = np.concatenate([o.power for o in outlines])
    edges = np.linspace(0, _FLOOR_FROM, _BINS + 1)
    which = np.digitize(frequency, edges) - 1
    inside = (which >= 0) & (which < _BINS)
    total = np.bincount(which[inside], power[inside], _BINS)
    number = np.bincount(which[inside], minlength=_BINS)
    density = np.maximum(total / np.maximum(number, 1), 0)
    middle = 0.5 * (edges[1:] + edges[:-1])
    lag = np.linspace(0, 2 / edges[1], 2000)
    correlation = (density[:, None] * np.cos(2 * np.pi * middle[:, None] * lag)).sum(axis=0)
    if correlation[0] <= 0:
        return math.nan, int((number > 0).sum())
    below = np.flatnonzero(correlation < correlation[0] / math.e)
    return float(lag[below[0]]) if below.size else math.nan, int((number > 0).sum())
