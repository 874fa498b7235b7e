"""Bands of a spectrum, found by its second derivative on all widths at once.

The second derivative of the spectrum smoothed with a Gaussian is taken for some twenty widths. Its minima
drift little from one width to the next: each chain of them is one band if it stands out of the noise at
some width (Lindeberg's scale space; Du et al., Bioinformatics 22 (2006) 2059, for spectra). Slopes and slow
base lines have no such minima, so none is taken off.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .modes import Array
from .ordinate import Spectrum

FINEST = 1.5  # points: narrowest width that a band can have
COARSE = 2.0  # points: width on which neighbours are taken together
RATIO = 2 ** (1 / 3)  # from one width to the next
WIDEST = 240.0  # 1/cm: Gaussian width (sd) of the widest; wider ones cannot be told from a base line
REACH = 5.0  # widths to which the kernel is taken
NEIGHBOURS = 201  # points over which the noise is taken for constant
QUIET = 25  # percentile of the scatter that is taken for noise
DIFFERENCE = np.array([1.0, -4.0, 6.0, -4.0, 1.0]) / np.sqrt(70)  # of neighbours: hardly sees a band
QUIETEST = 0.1  # of the usual noise: least that is believed
VALLEY = 3.0  # of the noise below nothing: a valley less deep parts no bands
SPLIT = 1.5  # times the significance: depth of a valley that parts two maxima; noise has many
TOGETHER = 0.7  # of the narrower width: bands nearer than this are one
GAUSS = 3.1383  # standard deviation of a Gaussian over that percentile of its absolute value
STILL = 0.01  # share of a spectrum that at least holds no bands
END = 2.0  # widths at an end through which a straight line continues the spectrum
EDGE = 1.5  # widths from an end of the spectrum within which nothing is found


@dataclass(frozen=True)
class Candidate:
    """A band as found.

    Parameters
    ----------
    position, sigma
        Where, and its Gaussian width (sd), in 1/cm.
    significance
        Curvature over its noise.
    tracks
        Position and width (1/cm) and standard error of the position, from narrow to wide.
    """

    position: float
    sigma: float
    significance: float
    tracks: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True)
class Noise:
    """Standard deviation of white noise that would scatter the curvature as much, at each point."""

    level: Array


@dataclass(frozen=True)
class _Layer:
    sigma: float
    response: Array
    noise: Array
    slope_noise: Array  # of the derivative of the response, per 1/cm


def kernel(sigma: float, step: float, order: int = 2) -> Array:
    """Return minus the second (or third) derivative of a Gaussian, sampled and times the step.

    The response is scaled with ``sigma**1.5``, so that it is largest at the band's own width.
    """
    half = max(int(np.ceil(REACH * sigma / step)), 2)
    u = np.arange(-half, half + 1) * step / sigma
    bell = np.exp(-0.5 * u**2) / np.sqrt(2 * np.pi) * step
    if order == 2:
        second = (1 - u**2) * bell
        return np.asarray((second - second.mean()) * sigma**-1.5)
    return np.asarray((u**3 - 3 * u) * bell * sigma**-2.5)


def respond(a: Array, sigma: float, step: float) -> Array:
    """Return minus the smoothed second derivative.

    The ends are continued by reflection in the point where a straight line through the last points ends, so
    that neither slope nor noise makes an edge.
    """
    from scipy.signal import oaconvolve

    k = kernel(sigma, step)
    half = min(k.size // 2, a.size - 1)
    k = k[k.size // 2 - half : k.size // 2 + half + 1]
    count = min(max(int(END * sigma / step), 5), a.size)
    left = 2 * _end(a[:count]) - a[half:0:-1]
    right = 2 * _end(a[: -count - 1 : -1]) - a[-2 : -half - 2 : -1]
    return np.asarray(oaconvolve(np.concatenate([left, a, right]), k, mode="valid"))


def _end(points: Array) -> float:
    """Return the first value of a straight line through points."""
    u = np.arange(points.size) - (points.size - 1) / 2
    return float(points.mean() + u[0] * (u @ points) / (u @ u))


def noise(s: Spectrum, resolution: float | None) -> Noise:
    """Return the noise by differences of neighbours, which see no band of several points."""
    light = 10.0 ** -np.maximum(s.a, 0.0)  # noise is of the light: what little comes through is noisier
    fine = _local(np.abs(np.convolve(np.pad(s.a, 2, mode="edge"), DIFFERENCE, mode="valid")) * light)
    fine = np.maximum(fine, 1e-9 * max(float(np.ptp(s.a)), 1e-9))
    sigma = max(COARSE * s.step, (resolution or 0.0) / 2)
    coarse = _local(np.abs(respond(s.a, sigma, s.step)) * light / np.linalg.norm(kernel(sigma, s.step)))
    # finer points than the resolution are not independent: seen where the spectrum is quietest
    blurred = max(float(np.quantile(coarse / fine, STILL)), 1.0)
    return Noise(np.maximum(fine, QUIETEST * float(np.median(fine))) * blurred / light)


def _local(scatter: Array) -> Array:
    """Return the standard deviation about each point, by a low percentile: bands fill part of a window."""
    from scipy.ndimage import percentile_filter

    size = min(NEIGHBOURS, scatter.size // 2 * 2 - 1)
    return np.asarray(GAUSS * percentile_filter(scatter, QUIET, size=size, mode="mirror"))


def find(s: Spectrum, level: Noise, resolution: float | None, significance: float) -> list[Candidate]:
    """Return the bands, by rising wavenumber.

    Parameters
    ----------
    s
        Spectrum.
    level
        From `noise`.
    resolution
        Of the spectrometer in 1/cm, None if not known.
    significance
        Curvature over its noise for a band to be there.
    """
    first = max(FINEST * s.step, (resolution or 0.0) / 2)
    layers = []
    sigma = first
    while sigma <= min(WIDEST, float(np.ptp(s.x)) / REACH):
        norms = [np.linalg.norm(kernel(sigma, s.step, order)) for order in (2, 3)]
        layers.append(
            _Layer(sigma, respond(s.a, sigma, s.step), level.level * norms[0], level.level * norms[1])
        )
        sigma *= RATIO
    chains = _chains(s, layers)
    seen = _significant(layers, chains, significance)
    found = [c for i, chain in enumerate(chains) if (c := _candidate(s, layers, chain, seen[i]))]
    return _apart(found)


def _significant(
    layers: list[_Layer], chains: list[list[tuple[int, int]]], significance: float
) -> list[dict[int, float]]:
    """Return for each chain the layers in which it stands out, with its significance there.

    On one width, maxima that no deep valley parts are one band unless the valley between two is significant
    itself: noise on top of a wide band has maxima, too. Of one band the chain that lives longest is taken.
    """
    from scipy.ndimage import label
    from scipy.signal import peak_prominences

    seen: list[dict[int, float]] = [{} for _ in chains]
    members: list[list[tuple[int, int]]] = [[] for _ in layers]
    for i, chain in enumerate(chains):
        for k, p in chain:
            members[k].append((p, i))
    for k, layer in enumerate(layers):
        if not members[k]:
            continue
        points = np.array([p for p, _ in members[k]])
        raised = np.maximum(layer.response + VALLEY * layer.noise, 0.0)
        with warnings.catch_warnings():  # of maxima that noise below nothing has flattened
            warnings.simplefilter("ignore")
            depth = peak_prominences(raised, points)[0]
        top = depth >= (1 - 1e-9) * raised[points]
        height = layer.response[points] / layer.noise[points]
        out = (height > significance) & (top | (depth > SPLIT * significance * layer.noise[points]))
        regions = label(raised > 0)[0][points]
        for region in np.unique(regions[out]):
            inside = np.flatnonzero(regions == region)
            stand = [j for j in inside if out[j]]
            highest = float(height[stand].max())
            if len(stand) == 1:
                stand = [max(inside, key=lambda j: chains[members[k][j][1]][-1][0])]
            for j in stand:
                seen[members[k][j][1]][k] = max(float(height[j]), highest if len(stand) == 1 else 0.0)
    return seen


def _maxima(y: Array) -> NDArray[np.intp]:
    return np.flatnonzero((y[1:-1] > y[:-2]) & (y[1:-1] >= y[2:]) & (y[1:-1] > 0)) + 1


def _chains(s: Spectrum, layers: list[_Layer]) -> list[list[tuple[int, int]]]:
    """Follow maxima from narrow to wide; return each chain as (layer, point)."""
    done: list[list[tuple[int, int]]] = []
    alive: list[list[tuple[int, int]]] = []
    for k, layer in enumerate(layers):
        points = _maxima(layer.response)
        edge = EDGE * layer.sigma / s.step
        points = points[(points > edge) & (points < s.x.size - 1 - edge)]
        taken: set[int] = set()
        kept = []
        before = layers[k - 1].response if k else layer.response
        for chain in sorted(alive, key=lambda c: -before[c[-1][1]]):
            near = _nearest(points, chain[-1][1])
            if near is None or near in taken or abs(near - chain[-1][1]) > 0.5 * layer.sigma / s.step + 1:
                done.append(chain)
                continue
            taken.add(near)
            kept.append([*chain, (k, near)])
        alive = kept + [[(k, int(p))] for p in points if int(p) not in taken]
    return done + alive


def _nearest(points: NDArray[np.intp], place: int) -> int | None:
    if not points.size:
        return None
    i = int(np.searchsorted(points, place))
    around = points[max(i - 1, 0) : i + 1]
    return int(around[np.argmin(np.abs(around - place))])


def _candidate(
    s: Spectrum, layers: list[_Layer], chain: list[tuple[int, int]], seen: dict[int, float]
) -> Candidate | None:
    points = {k: p for k, p in chain if k in seen}
    if not points:
        return None
    k = max(points, key=lambda layer: layers[layer].response[points[layer]])
    if k == len(layers) - 1:  # as wide as can be: a base line
        return None
    tracks = {i: _track(s, layers[i], p) for i, p in points.items()}
    return Candidate(tracks[k][0], layers[k].sigma, seen[k], tuple(tracks.values()))


def _track(s: Spectrum, layer: _Layer, p: int) -> tuple[float, float, float]:
    """Return place of a maximum between points, the width, and the error of the place."""
    left, top, right = layer.response[p - 1 : p + 2]
    bent = (left - 2 * top + right) / s.step**2
    at = s.x[p] - (right - left) / (2 * s.step) / bent
    return float(at), layer.sigma, float(layer.slope_noise[p] / abs(bent))


def _apart(found: list[Candidate]) -> list[Candidate]:
    """Drop the weaker of two that lie within their width."""
    kept: list[Candidate] = []
    for c in sorted(found, key=lambda c: -c.significance):
        if all(abs(c.position - o.position) > TOGETHER * min(c.sigma, o.sigma) for o in kept):
            kept.append(c)
    return sorted(kept, key=lambda c: c.position)
