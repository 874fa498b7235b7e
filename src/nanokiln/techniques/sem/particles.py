"""Spheres in a picture: candidates by vote, circles through edges along rays, a choice among them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from . import edge, rays, votes

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Image = npt.NDArray[np.float32]

SMOOTH = 1.0  # pixels; standard deviation of the smoothing before edges are looked for
_COARSE = 1.6  # pixels; while spheres are looked for, finer detail is texture
_WIDE, _NARROW = 0.32, 0.16  # search windows of the two turns, over the radius
_RAYS = 64
_SIGNIFICANT = 3.0  # slopes above so many standard deviations of the slope of noise count
# distance of an edge point from the circle: share of the radius, but at least so many pixels, and at most
# so many plus a share of the radius
_TOLERANCE = (0.08, 1.0, 2.0, 0.02)
_AIM = 0.8  # cosine; an edge that crosses the circle at a larger angle (37 degrees) is that of another body
_MOVED = 0.8  # a fit that moves a centre by more, over the radius, has run off to another sphere
_GREW = 1.6  # likewise a ratio of radii
_LEAST_ARC = 0.5  # share of the visible outline that must be edge
_LEAST_SEEN = 0.35  # share of the whole outline that must be visible edge
_LEAST_POINTS = 9.0  # pixels of outline; fewer are no circle
_INSIDE = 0.55  # centres nearer than this, over the larger radius, are one sphere seen twice
_STRONG = 0.98  # quantile of worth; half of it marks the circles that others are compared with
_FAINT = 0.3  # slope of an outline over that of the strong outlines; fainter ones are texture
_ODD = 2.6  # radii further from the common one, in widths of its distribution, are texture or two spheres
_WITHIN, _BEYOND = (0.2, 0.4, 0.6), (1.2, 1.3)  # of the radius, where inside and outside are compared
_HOLLOW = 0.35  # of the contrast of the strong circles; less is a ring or a letter
_FEW = 8  # spheres; no common size is told from fewer
_WIDER, _WIDTHS = 1.5, (0.18, 0.3)  # width of the common size over the spread of the best seen; its limits
_LIKE, _COMMON = 0.35, 0.5  # a size is common if this share (by strength) is within e^0.35 of the median
_CARRIES = 5.0  # radius of spheres over that of most circles, from which the small ones are texture on them


@dataclass(frozen=True)
class Spheres:
    """What was found in one picture, in pixels.

    Parameters
    ----------
    circles
        Row, column, radius, shape (sphere, 3); the radius is corrected for the curvature of the blurred edge.
    edges
        Edge points along `rays.angles`, distances from `circles`.
    good
        Points that lie on the sphere's own outline, shape (sphere, ray).
    seen
        Share of the whole outline that is visible edge, shape (sphere,).
    whole
        Spheres that do not touch the border of the picture.
    hidden
        Share of the outline that lies inside other spheres.
    edge_px
        Standard deviation of the edge spread, pixels, smoothing taken out.
    polarity
        1 brighter than what is around, -1 darker.
    axes
        Half axes of the ellipse through the edge points (long, short), NaN where less than 60 % is seen.
    tilt
        Angle of the long axis, radians from the column axis towards the row axis.
    bumps
        Circles taken for texture because larger spheres carry them; 0 where no sphere is so rough.
    """

    circles: Array
    edges: rays.Edges
    good: Mask
    seen: Array
    whole: Mask
    hidden: Array
    edge_px: float
    polarity: int
    axes: Array
    tilt: Array
    bumps: int = 0

    @property
    def diameter(self) -> Array:
        """Diameters in pixels."""
        return 2 * self.circles[:, 2]


def find(image: Image, polarity: int | None = None, limits: tuple[float, float] | None = None) -> Spheres:
    """Find spheres in a picture.

    Parameters
    ----------
    image
        Grey levels, square pixels, shape (rows, columns).
    polarity
        1 or -1; told from the picture if not given.
    limits
        Smallest and largest diameter looked for, in pixels.

    Returns
    -------
    Spheres
        May be empty.

    Limits
    ------
    Spheres of 8 pixels and more. A sphere must show more than a third of its outline as edge. Bodies that
    are not round are found as the circles that fit their outline, or not at all.
    """
    from scipy.ndimage import gaussian_filter

    sign = votes.polarity_of(image) if polarity is None else polarity
    smooth = gaussian_filter(image, SMOOTH, mode="nearest")
    coarse = gaussian_filter(image, _COARSE, mode="nearest")
    least = _SIGNIFICANT * slope_noise(image)
    top = None if limits is None else 0.5 * limits[1]
    first = votes.candidates(image, sign, top)
    if not len(first.row):
        return nothing()
    circles = np.column_stack([first.row, first.column, first.radius])
    circles = circles[np.argsort(circles[:, 2], kind="stable")]
    start = circles.copy()
    for window in (_WIDE, _NARROW, _NARROW):
        edges = rays.look(coarse, circles, sign, rays=_RAYS, window=window, least=least)
        circles, _ = rays.fit(circles, edges, edges.aim > _AIM)
        stray = (np.hypot(*(circles - start)[:, :2].T) > _MOVED * start[:, 2]) | ~(
            (circles[:, 2] / start[:, 2] < _GREW) & (circles[:, 2] / start[:, 2] > 1 / _GREW)
        )
        circles, start = circles[~stray], start[~stray]
    if limits is not None:
        circles = circles[(2 * circles[:, 2] >= limits[0]) & (2 * circles[:, 2] <= limits[1])]
    order = np.argsort(circles[:, 2], kind="stable")
    circles = circles[order]
    edges = rays.look(coarse, circles, sign, rays=_RAYS, window=_NARROW, least=least)
    if not len(circles):
        return nothing()
    kept, bumps = _choose(coarse, circles, edges, sign)
    if not len(kept):
        return nothing()
    return replace(_finish(image, smooth, circles[kept], sign, least), bumps=bumps)


def slope_noise(image: Image) -> float:
    """Return the standard deviation that noise alone gives to a slope of the smoothed picture.

    The noise of a pixel is told from the differences of neighbours at second order (Immerkaer's method),
    by a median so that edges do not count.
    """
    second = image[:-2] - 2 * image[1:-1] + image[2:]
    cross = second[:, :-2] - 2 * second[:, 1:-1] + second[:, 2:]
    noise = float(np.median(np.abs(cross))) * 1.4826 / 6.0
    # white noise smoothed by a Gaussian s has slopes of 1 / (sqrt(8 pi) s^2) of its own deviation
    quantum = 1e-3 * float(np.ptp(image))  # a picture without noise still has steps
    return max(noise / (np.sqrt(8 * np.pi) * SMOOTH**2), quantum)


def _tolerance(radius: Array) -> Array:
    share, least, cap, slow = _TOLERANCE
    return np.minimum(np.maximum(share * radius, least), cap + slow * radius)


def _support(circles: Array, edges: rays.Edges) -> tuple[Mask, Array]:
    """Return points that lie on each circle, and their share of the rays."""
    residual = np.abs(edges.distance - circles[:, 2, None])
    good = np.nan_to_num(residual, nan=np.inf) < _tolerance(circles[:, 2])[:, None]
    good &= np.nan_to_num(edges.aim, nan=-1.0) > _AIM
    return good, good.mean(axis=1)


def _choose(image: Image, circles: Array, edges: rays.Edges, sign: int) -> tuple[npt.NDArray[np.int64], int]:
    """Choose circles from the best downwards; what lies inside a chosen one is hidden by it.

    A circle counts by the length of outline that no chosen circle already explains. Returned are their
    numbers, and how many circles are bumps on spheres.
    """
    good, share = _support(circles, edges)
    slope = np.where(good, edges.slope, 0.0).sum(axis=1) / np.maximum(good.sum(axis=1), 1)
    likely = share > _LEAST_SEEN
    if not likely.any():
        return np.empty(0, dtype=np.int64), 0
    worth = share**2 * slope * np.sqrt(circles[:, 2])
    strong = worth > 0.5 * np.quantile(worth[likely], _STRONG)
    likely &= slope > _FAINT * np.median(slope[strong & likely])
    filled = _contrast(image, circles, edges, good, sign)
    likely &= filled > _HOLLOW * np.median(filled[strong & likely])
    chosen = _greedy(worth, likely, circles, edges, good)
    common = _common_size(circles, worth, share, chosen)
    carrier = None if common else _carrier_size(circles, share, chosen)
    told = common or carrier
    if told is None:
        return chosen, 0
    size, width = told
    apart = np.log(circles[:, 2] / size) / width
    left = _greedy(worth * np.exp(-0.5 * apart**2), likely & (np.abs(apart) < _ODD), circles, edges, good)
    return left, int((circles[chosen, 2] < size / _CARRIES).sum()) if carrier else 0


def _contrast(image: Image, circles: Array, edges: rays.Edges, good: Mask, sign: int) -> Array:
    """Return how much brighter (by sign) circles are inside than outside of their edge; 0 without edge.

    Letters and rings have an edge like a sphere, but are the same inside and outside.
    """
    from scipy.ndimage import map_coordinates

    step = np.zeros(good.shape)
    for at, factor in ((_WITHIN, 1.0), (_BEYOND, -1.0)):
        rho = np.array(at)[:, None, None] * circles[:, 2, None]
        rows = circles[:, 0, None] + rho * np.sin(edges.angle)
        columns = circles[:, 1, None] + rho * np.cos(edges.angle)
        step += factor * sign * map_coordinates(image, [rows, columns], order=1, mode="nearest").mean(axis=0)
    return np.asarray((step * good).sum(axis=1) / np.maximum(good.sum(axis=1), 1))


def _greedy(
    worth: Array, likely: Mask, circles: Array, edges: rays.Edges, good: Mask
) -> npt.NDArray[np.int64]:
    order = np.argsort(-worth, kind="stable")
    kept: list[int] = []
    for i in order[likely[order]]:
        if _accept(i, kept, circles, edges, good):
            kept.append(int(i))
    return np.array(kept, dtype=np.int64)


def _common_size(
    circles: Array, worth: Array, share: Array, chosen: npt.NDArray[np.int64]
) -> tuple[float, float] | None:
    """Return the radius most spheres have and the width of its logarithm; None where there is no such.

    Told from the spheres seen best. It decides between a circle around two spheres and two circles.
    """
    if chosen.size < _FEW:
        return None
    best = chosen[share[chosen] >= np.quantile(share[chosen], 0.25)]
    return _about_one_size(circles[best, 2], share[best] ** 4 * worth[best] * circles[best, 2] ** 1.5)


def _carrier_size(circles: Array, share: Array, chosen: npt.NDArray[np.int64]) -> tuple[float, float] | None:
    """Return the radius of the spheres that hold most of the volume, where most circles are far smaller.

    Very rough spheres show little of their own outline and many bumps, each as round as a small sphere.
    """
    if chosen.size < _FEW:
        return None
    radius = circles[chosen, 2]
    found = _about_one_size(radius, share[chosen] * radius**3)
    return found if found and found[0] > _CARRIES * np.median(radius) else None


def _about_one_size(radius: Array, weight: Array) -> tuple[float, float] | None:
    """Return the weighted median of radii and the width of their logarithm; None where they spread."""
    size = _weighted_median(radius, weight)
    apart = np.abs(np.log(radius / size))
    if weight[apart < _LIKE].sum() < _COMMON * weight.sum():
        return None
    return size, float(np.clip(_WIDER * 1.4826 * _weighted_median(apart, weight), *_WIDTHS))


def _weighted_median(values: Array, weights: Array) -> float:
    order = np.argsort(values, kind="stable")
    total = np.cumsum(weights[order])
    return float(values[order[np.searchsorted(total, 0.5 * total[-1])]])


def _accept(i: int, kept: list[int], circles: Array, edges: rays.Edges, good: Mask) -> bool:
    row, column, radius = circles[i]
    if not kept:
        return bool(good[i].mean() > _LEAST_ARC)
    others = circles[kept]
    apart = np.hypot(others[:, 0] - row, others[:, 1] - column)
    if (apart < _INSIDE * np.maximum(others[:, 2], radius)).any():
        return False
    near = others[apart < others[:, 2] + radius + _TOLERANCE[1]]
    y = row + radius * np.sin(edges.angle)
    x = column + radius * np.cos(edges.angle)
    gap = np.hypot(y[:, None] - near[:, 0], x[:, None] - near[:, 1]) - near[:, 2]
    rim = _tolerance(near[:, 2]) if len(near) else np.zeros(0)
    inside = (gap < rim).any(axis=1)  # hidden, or an edge that the other sphere explains
    visible = ~inside
    own = good[i] & visible
    if own.sum() * 2 * np.pi * radius / own.size < _LEAST_POINTS or own.mean() < _LEAST_SEEN:
        return False
    return bool(own.sum() > _LEAST_ARC * visible.sum())


def _finish(image: Image, smooth: Image, circles: Array, sign: int, least: float) -> Spheres:
    """Fit once more with each sphere's own points only; blur, borders, ellipses."""
    order = np.lexsort((circles[:, 1], circles[:, 0], circles[:, 2]))
    circles = circles[order]
    edges = rays.look(smooth, circles, sign, rays=_RAYS, window=_NARROW, least=least)
    own = _own(circles, edges)
    circles, _ = rays.fit(circles, edges, own & _support(circles, edges)[0])
    edges = rays.look(smooth, circles, sign, rays=_RAYS, window=_NARROW, least=least)
    good, _ = _support(circles, edges)
    visible = _own(circles, edges)
    good &= visible
    spread, limb = edge.shape_of(image, circles, good, sign, SMOOTH)
    raw = circles[:, 2]
    # the steepest point of a blurred disk lies inside its edge by (spread^2) / (2 radius)
    total = spread**2 + SMOOTH**2
    grown = raw + total / (2 * np.maximum(raw, 1.0)) - limb
    circles = np.column_stack([circles[:, :2], grown])
    shift = (grown - raw)[:, None]
    edges = rays.Edges(edges.angle, edges.distance + shift, edges.slope, edges.aim)
    rows, columns = image.shape
    y, x = circles[:, 0], circles[:, 1]
    whole = (y - grown > -0.5) & (x - grown > -0.5) & (y + grown < rows - 0.5) & (x + grown < columns - 0.5)
    axes, tilt = _ellipses(edges, good)
    return Spheres(
        circles, edges, good, good.mean(axis=1), whole, 1 - visible.mean(axis=1), spread, sign, axes, tilt
    )


def _own(circles: Array, edges: rays.Edges) -> Mask:
    """Return which points of each outline lie in no other sphere."""
    own = np.ones((len(circles), len(edges.angle)), dtype=bool)
    if len(circles) < 2:
        return own
    from scipy.spatial import cKDTree

    tree = cKDTree(circles[:, :2])
    largest = float(circles[:, 2].max())
    for i, (row, column, radius) in enumerate(circles):
        near = [j for j in tree.query_ball_point((row, column), radius + largest + 1) if j != i]
        if near:
            y = row + radius * np.sin(edges.angle)
            x = column + radius * np.cos(edges.angle)
            gap = np.hypot(y[:, None] - circles[near, 0], x[:, None] - circles[near, 1]) - circles[near, 2]
            own[i] = (gap > np.minimum(_tolerance(circles[near, 2]), 2.0)).all(axis=1)
    return own


def _ellipses(edges: rays.Edges, good: Mask) -> tuple[Array, Array]:
    """Fit ellipses through the good points: distance = a0 + first and second harmonic of the angle."""
    axes = np.full((len(good), 2), np.nan)
    tilt = np.full(len(good), np.nan)
    for i, use in enumerate(good):
        if use.mean() < 0.6:
            continue
        t, d = edges.angle[use], edges.distance[i, use]
        basis = np.column_stack([np.ones_like(t), np.cos(t), np.sin(t), np.cos(2 * t), np.sin(2 * t)])
        found = np.linalg.lstsq(basis, d, rcond=None)[0]
        stretch = float(np.hypot(found[3], found[4]))
        axes[i] = found[0] + stretch, found[0] - stretch
        tilt[i] = 0.5 * np.arctan2(found[4], found[3])
    return axes, tilt


def nothing() -> Spheres:
    """Return the result of a picture without any sphere."""
    theta = rays.angles(_RAYS)
    blank = np.empty((0, _RAYS))
    none = np.empty(0)
    edges = rays.Edges(theta, blank, blank, blank)
    return Spheres(
        np.empty((0, 3)),
        edges,
        np.empty((0, _RAYS), dtype=bool),
        none,
        np.empty(0, dtype=bool),
        none,
        0.0,
        1,
        np.empty((0, 2)),
        none,
    )
