"""What is left between the peaks: background and halos, with the intervals of the halos' maxima."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.errors import DataError

Array = NDArray[np.float64]

_BIN_DEG = 0.3  # points are averaged to this: far below the width of a halo
_MOST_HUMPS = 4  # Gaussians; overlapping ones make up the shape of one halo
_WIDTHS = (2.5, 4.0, 6.0, 9.0, 13.0)  # degrees, tried as starts
_NARROWEST, _WIDEST = 3.0, 20.0  # degrees: full widths a hump may have; narrower is a peak
_SKEW = 2.5  # widest half over the other of a hump: bands of layers rise steeply and fall slowly
_COVERED = 0.5  # part of a hump's width that must be free of peaks
_WORTH = 20.0  # least fall of the Bayesian information criterion for one more hump
_CANDIDATES = 45  # places tried as starts
_NOT_A_PEAK = 1.25  # width over the narrowest hump: a hump at that bound stands for peaks
_AS_GOOD = 1.05  # misfit over the best one up to which a background counts
_WIDEST_HALO = 15.0  # degrees: wider is background, whatever its form
_DRAWS = 24  # repeated fits for the intervals
_LEAST_HEIGHT = 0.03  # of the highest halo: lower maxima are not called halos
_LEAST_OVER_NOISE = 4.0  # height of a halo over its spread
_FEWEST_BINS = 30  # of the fit; 9 degrees
Terms = tuple[tuple[str, float], ...]
_FLAT, _SLOPE = ("power", 0.0), ("power", 1.0)
#: Backgrounds tried: powers of the angle over its first value, and exponentials with a decay length in
#: degrees. Air
#: scatter falls fast, fluorescence is flat. Humps are looked for with the first one.
BACKGROUNDS: dict[str, Terms] = {
    "1, x, exp(-x/4), exp(-x/12)": (_FLAT, _SLOPE, ("exp", 4.0), ("exp", 12.0)),
    "1, x, 1/x": (_FLAT, _SLOPE, ("power", -1.0)),
    "1, x, 1/x^2": (_FLAT, _SLOPE, ("power", -2.0)),
    "1, 1/x, 1/x^2": (_FLAT, ("power", -1.0), ("power", -2.0)),
    "1, exp(-x/6), exp(-x/20)": (_FLAT, ("exp", 6.0), ("exp", 20.0)),
}


@dataclass(frozen=True)
class Broad:
    """Fitted background and humps.

    Parameters
    ----------
    terms
        Terms of the background, see `BACKGROUNDS`.
    first
        Angle they are relative to, degrees.
    linear
        Coefficients of the background, then heights of the humps.
    shape
        Position and full width (degrees) of each hump, and the logarithm of its high-angle half width over
        the
        other; shape (humps, 3).
    """

    terms: Terms
    first: float
    linear: Array
    shape: Array

    def background(self, x: Array) -> Array:
        """Return the background."""
        result: Array = _terms(x, self.first, self.terms) @ self.linear[: len(self.terms)]
        return result

    def humps(self, x: Array) -> Array:
        """Return the sum of the humps."""
        result: Array = _gauss(x, self.shape) @ self.linear[len(self.terms) :]
        return result

    def __call__(self, x: Array) -> Array:
        """Return background and humps."""
        return self.background(x) + self.humps(x)


@dataclass(frozen=True)
class Halo:
    """A maximum of the broad scattering: angle, full width (NaN if not reached), height, with spreads."""

    position: float
    width: float
    height: float
    area: float
    position_sd: float
    width_sd: float
    between_backgrounds: float


def _terms(x: Array, first: float, terms: Terms) -> Array:
    columns = [
        (x / first) ** number if kind == "power" else np.exp(-(x - first) / number) for kind, number in terms
    ]
    return np.stack(columns, axis=-1)


def _gauss(x: Array, shape: Array) -> Array:
    """Split Gaussians of unit height."""
    distance, skew = x[..., None] - shape[:, 0], np.exp(shape[:, 2])
    half = shape[:, 1] / (1 + skew) * np.where(distance > 0, skew, 1.0)
    result: Array = np.exp(-np.log(2) * (distance / half) ** 2)
    return result


class _Fit:
    """A separable fit: shapes of humps by least squares, background and heights by non-negative ones."""

    def __init__(self, x: Array, y: Array, sd: Array, terms: Terms) -> None:
        self.x, self.y, self.sd, self.terms = x, y, sd, terms
        self.base = _terms(x, float(x[0]), terms)

    def solve(self, shape: Array, y: Array) -> tuple[Array, Array]:
        """Return linear coefficients and weighted residuals for given shapes."""
        design = np.concatenate([self.base, _gauss(self.x, shape)], axis=1) / self.sd[:, None]
        size = np.linalg.norm(design, axis=0)
        design, target = design / size, y / self.sd
        gram, moment = design.T @ design, design.T @ target
        used = np.ones(len(size), dtype=bool)
        coefficients = np.zeros(len(size))
        for _ in range(len(shape) + 1):  # a hump of negative height is none: leave it out and solve again
            coefficients[:] = 0.0
            coefficients[used] = np.linalg.lstsq(gram[np.ix_(used, used)], moment[used], rcond=1e-12)[0]
            negative = coefficients < 0
            negative[: len(self.terms)] = False
            if not negative.any():
                break
            used &= ~negative
        return coefficients / size, design @ coefficients - target

    def refine(self, shape: Array, y: Array, quick: bool = False) -> Array:
        """Return the shapes that fit best, started at `shape`."""
        from scipy.optimize import least_squares

        if not len(shape):
            return shape
        low = np.tile([self.x[0], _NARROWEST, -np.log(_SKEW)], len(shape))
        high = np.tile([self.x[-1], _WIDEST, np.log(_SKEW)], len(shape))
        start = np.clip(shape.ravel(), low + 1e-3, high - 1e-3)
        solved = least_squares(
            lambda z: self.solve(z.reshape(-1, 3), y)[1], start, bounds=(low, high),
            x_scale=np.tile([1.0, 1.0, 0.3], len(shape)), max_nfev=8 if quick else 30, ftol=1e-5, xtol=1e-4,
        )  # fmt: skip
        return np.asarray(solved.x).reshape(-1, 3)

    def supported(self, shape: Array) -> bool:
        """Tell whether each hump stands where there are points, and not in the gaps that peaks leave."""
        for position, width, _ in shape:
            inside = (self.x > position - width / 2) & (self.x < position + width / 2)
            if inside.sum() < _COVERED * width / _BIN_DEG:
                return False
        return True

    def start(self, shape: Array) -> Array:
        """Return `shape` with one more hump where it helps most."""
        places = np.linspace(self.x[0] + 1, self.x[-1] - 1, _CANDIDATES)
        best = (np.inf, shape)
        _, residual = self.solve(shape, self.y)
        target = -residual
        basis = np.concatenate([self.base, _gauss(self.x, shape)], axis=1) / self.sd[:, None]
        q, _ = np.linalg.qr(basis)
        for width in _WIDTHS:
            trial = (
                _gauss(self.x, np.stack([places, np.full(places.size, width), 0 * places], axis=1))
                / self.sd[:, None]
            )
            trial = trial - q @ (q.T @ trial)
            bare = np.array([not self.supported(np.array([[place, width, 0.0]])) for place in places])
            gain = (trial.T @ target).clip(min=0) ** 2 / np.maximum((trial**2).sum(axis=0), 1e-30)
            gain[bare] = 0.0
            i = int(np.argmax(gain))
            if -gain[i] < best[0]:
                best = (-float(gain[i]), np.vstack([shape, [places[i], width, 0.0]]))
        return best[1]


def fit_broad(x: Array, y: Array, variance: Array, terms: Terms, like: Broad | None = None) -> Broad:
    """Fit background and as many humps as the data ask for.

    Parameters
    ----------
    x, y, variance
        Points between the peaks.
    terms
        Background, see `BACKGROUNDS`.
    like
        A fit whose humps are the start; without one they are looked for.

    Raises
    ------
    DataError
        If too little of the pattern is free of peaks.
    """
    fit = _Fit(*binned(x, y, variance), terms)
    if like is not None:
        shape = fit.refine(like.shape, fit.y)
        return Broad(terms, float(fit.x[0]), fit.solve(shape, fit.y)[0], shape)
    shape = np.empty((0, 3))
    linear, residual = fit.solve(shape, fit.y)
    score = _criterion(residual, 0)
    for count in range(1, _MOST_HUMPS + 1):
        trial = fit.refine(fit.start(shape), fit.y)
        coefficients, residual = fit.solve(trial, fit.y)
        new = _criterion(residual, count)
        if score - new < _WORTH or not fit.supported(trial):
            break
        shape, linear, score = trial, coefficients, new
    return Broad(terms, float(fit.x[0]), linear, shape)


def _criterion(residual: Array, humps: int) -> float:
    return float((residual**2).sum() + 4 * humps * np.log(residual.size))


def binned(x: Array, y: Array, variance: Array) -> tuple[Array, Array, Array]:
    """Return mean angle, mean intensity and its standard deviation in bins of 0.3 degrees.

    Raises
    ------
    DataError
        If there are too few bins.
    """
    number = np.floor(x / _BIN_DEG).astype(int)
    _, index, count = np.unique(number, return_inverse=True, return_counts=True)
    if count.size < _FEWEST_BINS:
        raise DataError(
            f"only {count.size * _BIN_DEG:.0f} degrees of the pattern lie between peaks; a background needs "
            f"{_FEWEST_BINS * _BIN_DEG:.0f}. Record a wider range."
        )
    mean = np.bincount(index, x) / count, np.bincount(index, y) / count
    return *mean, np.sqrt(np.bincount(index, variance)) / count


def halos(
    x: Array, y: Array, variance: Array, fitted: dict[str, Broad], chosen: str, seed: int
) -> list[Halo]:
    """Return the maxima of the broad scattering with their spreads, largest area first.

    Parameters
    ----------
    x, y, variance
        Points between the peaks.
    fitted
        Fits with different backgrounds.
    chosen
        The one whose maxima are reported.
    seed
        Seed of the repeated fits.

    Notes
    -----
    A halo is a maximum of the *sum* of the humps: overlapping humps describe one halo's shape and mean
    nothing
    each. Spread: repeated fits of the fitted curve with the residuals' scatter; and the range over
    backgrounds.
    """
    main = fitted[chosen]
    if not len(main.shape):
        return []
    grid = np.arange(x[0], x[-1], 0.02)
    found = maxima(grid, main.humps(grid))
    misfit = [float((((y - f(x)) ** 2) / variance).mean()) for f in fitted.values()]
    good = [f for f, m in zip(fitted.values(), misfit, strict=True) if m <= _AS_GOOD * min(misfit)]
    draws = _draws(x, y, variance, main, seed)
    curves = np.array([draw.humps(grid) for draw in draws])
    result = []
    for position, width, height, area in found:
        near = [_nearest(grid, curve, position, width) for curve in curves]
        places, widths = np.array([(n[0], n[1]) for n in near if n is not None] or [(np.nan, np.nan)]).T
        spread = float(curves[:, np.searchsorted(grid, position)].std())
        if (
            not 0 < width < _WIDEST_HALO
            or len(near) < 2
            or sum(n is None for n in near) > len(near) / 4
            or height < _LEAST_OVER_NOISE * spread
        ):
            continue
        if width < _NOT_A_PEAK * _NARROWEST:
            continue
        others = [_nearest(grid, f.humps(grid), position, width) for f in good]
        seen = [o[0] for o in others if o is not None]
        usable = widths[np.isfinite(widths)]
        width_sd = float(usable.std()) if usable.size > len(near) / 2 else float("nan")
        result.append(
            Halo(position, width, height, area, float(places.std(ddof=1)), width_sd, float(np.ptp(seen)))
        )
    return sorted(result, key=lambda h: -h.area)


def _draws(x: Array, y: Array, variance: Array, main: Broad, seed: int) -> list[Broad]:
    fit = _Fit(*binned(x, y, variance), main.terms)
    generator = np.random.default_rng(seed)
    expected = main(fit.x)
    scale = max(1.0, float(np.sqrt(np.mean(((fit.y - expected) / fit.sd) ** 2))))
    result = []
    for _ in range(_DRAWS):
        again = expected + scale * fit.sd * generator.standard_normal(expected.size)
        shape = fit.refine(main.shape, again, quick=True)
        result.append(Broad(main.terms, main.first, fit.solve(shape, again)[0], shape))
    return result


def maxima(grid: Array, curve: Array) -> list[tuple[float, float, float, float]]:
    """Return position, full width, height and area of the maxima of a curve worth the name."""
    tops = np.flatnonzero((curve[1:-1] > curve[:-2]) & (curve[1:-1] >= curve[2:])) + 1
    highest = float(curve.max())
    result = []
    for i in tops:
        if curve[i] < _LEAST_HEIGHT * highest:
            continue
        half = curve[i] / 2
        left = np.flatnonzero(curve[:i] < half)
        right = np.flatnonzero(curve[i:] < half)
        width = float(grid[i + right[0]] - grid[left[-1]]) if left.size and right.size else float("nan")
        near = slice(left[-1] if left.size else 0, i + right[0] if right.size else len(grid))
        result.append((float(grid[i]), width, float(curve[i]), float(np.trapezoid(curve[near], grid[near]))))
    return result


def _nearest(grid: Array, curve: Array, position: float, width: float) -> tuple[float, float] | None:
    reach = 0.5 * width if np.isfinite(width) else _WIDEST / 2
    near = [(m[0], m[1]) for m in maxima(grid, curve) if abs(m[0] - position) < reach]
    return min(near, key=lambda m: abs(m[0] - position)) if near else None
