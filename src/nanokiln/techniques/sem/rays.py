"""Edges along rays: from the middle of a circle outwards to the steepest fall, to a fraction of a pixel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Image = npt.NDArray[np.float32]

STEP = 0.5  # pixels between samples along a ray; the edge is a parabola through three of them
_ROBUST = 4.685  # Tukey's constant: 95 % efficiency on normal residuals
_TURNS = 6  # of reweighting; the fourth no longer changes a centre by 0.01 pixel
_SPREAD = 1.4826  # standard deviation over median absolute deviation of a normal variable
_SMALLEST_SPREAD = 0.4  # pixels; edges are not known better than this one by one


@dataclass(frozen=True)
class Edges:
    """Edge points of circles along rays, shape (circle, ray).

    Parameters
    ----------
    angle
        Angles of the rays, shape (ray,).
    distance
        Distance of the edge from the centre in pixels; NaN where there is none.
    slope
        Steepness of the fall (grey levels per pixel), NaN where there is none.
    aim
        Cosine of the angle between the gradient and the ray (1: the edge lies square to the ray), NaN where
        there is none.
    """

    angle: Array
    distance: Array
    slope: Array
    aim: Array


def angles(count: int) -> Array:
    """Return `count` angles around a circle, counted from the column axis towards the row axis."""
    return np.asarray(2 * np.pi * (np.arange(count) + 0.5) / count)


def look(
    image: Image, circles: Array, polarity: int, *, rays: int, window: float, least: float, along: float = 0.0
) -> Edges:
    """Find the edge along each ray of each circle.

    Parameters
    ----------
    image
        Grey levels, smoothed as wanted, shape (rows, columns).
    circles
        Row, column, radius in pixels, shape (circle, 3).
    polarity
        1 for spheres brighter than what is around them, -1 for darker ones.
    rays
        Number of rays.
    window
        Range searched on both sides of the circle, over its radius; edges near the circle are preferred.
    least
        Smallest slope that counts, grey levels per pixel.
    along
        Smoothing along each ray, standard deviation in pixels; it leaves neighbouring rays independent.

    Returns
    -------
    Edges
        Distances from the given centres.
    """
    from scipy.ndimage import gaussian_filter1d, map_coordinates

    theta = angles(rays)
    distance = np.full((len(circles), rays), np.nan)
    slope = np.full((len(circles), rays), np.nan)
    for start, stop, block in _blocks(circles):
        reach = window * block[:, 2].max() + 2 * STEP
        offset = np.arange(-reach, reach + STEP / 2, STEP)
        rho = block[:, 2, None, None] + offset
        rows = block[:, 0, None, None] + rho * np.sin(theta)[:, None]
        columns = block[:, 1, None, None] + rho * np.cos(theta)[:, None]
        profile = map_coordinates(image, [rows, columns], order=1, mode="nearest")
        if along:
            profile = gaussian_filter1d(profile, along / STEP, axis=2, mode="nearest")
        outside = (rows < 0) | (columns < 0) | (rows > image.shape[0] - 1) | (columns > image.shape[1] - 1)
        fall = -polarity * np.gradient(profile, STEP, axis=2)
        fall[outside | (rho < 1)] = -np.inf
        prior = np.exp(-0.5 * (2 * offset / (window * block[:, 2, None, None])) ** 2)
        d, s = _steepest(fall, prior, offset, least)
        distance[start:stop], slope[start:stop] = block[:, 2, None] + d, s
    return Edges(theta, distance, slope, _aim(image, circles, theta, distance, polarity))


def _aim(image: Image, circles: Array, theta: Array, distance: Array, polarity: int) -> Array:
    """Return the cosine between the fall of the picture at the edge points and the rays."""
    from scipy.ndimage import map_coordinates

    found = np.isfinite(distance)
    aim = np.full(distance.shape, np.nan)
    which, ray = np.nonzero(found)
    d = distance[found]
    rows = circles[which, 0] + d * np.sin(theta[ray])
    columns = circles[which, 1] + d * np.cos(theta[ray])
    slopes = [map_coordinates(g, [rows, columns], order=1, mode="nearest") for g in np.gradient(image)]
    size = np.hypot(*slopes)
    inward = slopes[0] * np.sin(theta[ray]) + slopes[1] * np.cos(theta[ray])
    aim[which, ray] = -polarity * inward / np.maximum(size, 1e-30)
    return aim


def _blocks(circles: Array) -> Iterator[tuple[int, int, Array]]:
    """Yield slices of circles of like size; the caller sorts them by radius for speed."""
    start = 0
    while start < len(circles):
        stop = start + 1
        while (
            stop < len(circles)
            and stop - start < 256
            and 0.8 * circles[start, 2] < circles[stop, 2] < 1.25 * circles[start, 2]
        ):
            stop += 1
        yield start, stop, circles[start:stop]
        start = stop


def _steepest(fall: Array, prior: Array, offset: Array, least: float) -> tuple[Array, Array]:
    """Return offset and size of the best fall of each ray; NaN where none is steep enough."""
    top = np.isfinite(fall)  # only where the fall is steeper than on both sides
    top[..., 1:] &= fall[..., 1:] >= fall[..., :-1]
    top[..., :-1] &= fall[..., :-1] >= fall[..., 1:]
    weighted = np.where(top, np.where(top, fall, 0.0) * prior, -np.inf)
    best = np.clip(weighted.argmax(axis=2), 1, fall.shape[2] - 2)[..., None]
    left, mid, right = (np.take_along_axis(fall, best + i, axis=2)[..., 0] for i in (-1, 0, 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        bend = left - 2 * mid + right
        shift = np.where(bend < 0, 0.5 * (left - right) / bend, 0.0)
        good = (mid > least) & np.isfinite(left) & np.isfinite(right) & (np.abs(shift) <= 1)
    found = offset[best[..., 0]] + STEP * np.where(good, shift, 0.0)
    return np.where(good, found, np.nan), np.where(good, mid, np.nan)


def fit(circles: Array, edges: Edges, use: Mask | None = None) -> tuple[Array, Array]:
    """Fit circles through edge points, points far from the circle left out by degrees (Tukey's weights).

    Parameters
    ----------
    circles
        The circles the edges were looked for from, shape (circle, 3).
    edges
        Edge points.
    use
        Points to use, shape (circle, ray); all if not given.

    Returns
    -------
    tuple
        New circles, and the distances of the points from them in pixels (outwards positive; NaN where there
        is no point). Circles with fewer than five points are returned as they were.

    Limits
    ------
    Kasa's algebraic fit, weighted; its bias towards small radii is below 0.1 % above a third of a circle.
    """
    x = edges.distance * np.cos(edges.angle)
    y = edges.distance * np.sin(edges.angle)
    have = np.isfinite(x) if use is None else np.isfinite(x) & use
    x, y = np.where(np.isfinite(x), x, 0.0), np.where(np.isfinite(y), y, 0.0)
    weight = have.astype(float)
    centre = np.zeros((len(circles), 2))
    radius = circles[:, 2].copy()
    enough = have.sum(axis=1) >= 5
    residual = np.where(have, edges.distance - radius[:, None], np.nan)
    if not enough.any():
        return circles.copy(), residual
    for _ in range(_TURNS):
        spread = _scatter(np.where(have, residual, np.nan))
        weight = np.where(
            have, np.maximum(1 - (np.nan_to_num(residual) / (_ROBUST * spread[:, None])) ** 2, 0) ** 2, 0
        )
        centre, radius = _kasa(x, y, weight, centre, radius)
        residual = np.hypot(x - centre[:, :1], y - centre[:, 1:]) - radius[:, None]
    new = np.column_stack([circles[:, 0] + centre[:, 1], circles[:, 1] + centre[:, 0], radius])
    new[~enough] = circles[~enough]
    return new, np.where(np.isfinite(edges.distance), residual, np.nan)


def _scatter(residual: Array) -> Array:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # circles without any point have no median
        middle = np.nanmedian(np.abs(residual), axis=1)
    return np.maximum(np.nan_to_num(_SPREAD * middle, nan=1.0), _SMALLEST_SPREAD)


def _kasa(x: Array, y: Array, w: Array, centre: Array, radius: Array) -> tuple[Array, Array]:
    """Solve x^2 + y^2 = 2 a x + 2 b y + c in weighted least squares, circle by circle."""
    basis = np.stack([x, y, np.ones_like(x)], axis=2)
    matrix = np.einsum("cri,cr,crj->cij", basis, w, basis)
    vector = np.einsum("cri,cr,cr->ci", basis, w, x**2 + y**2)
    size = w.sum(axis=1)
    ok = size > 3
    with np.errstate(invalid="ignore"):
        ok &= np.linalg.cond(matrix + 0.0) < 1e8
    solution = np.zeros((len(x), 3))
    if ok.any():
        solution[ok] = np.linalg.solve(matrix[ok], vector[ok][..., None])[..., 0]
    a, b = 0.5 * solution[:, 0], 0.5 * solution[:, 1]
    square = solution[:, 2] + a**2 + b**2
    ok &= square > 0
    return (
        np.where(ok[:, None], np.column_stack([a, b]), centre),
        np.where(ok, np.sqrt(np.maximum(square, 0)), radius),
    )
