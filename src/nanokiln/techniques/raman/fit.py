"""Least squares of bands over a base line, with intervals that hold for uneven and correlated noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .bands import Array, Model

SPIKE = 6.0  # times the scatter a residual must stand out, to be a cosmic ray
BESIDE = 0.5  # of that, that the points beside a ray stay below: a sharp band fitted poorly is no ray
SPIKE_POINTS = 3  # neighbours at most that one ray lights up
ROUNDS = 3  # fits, each without the rays found in the one before
CONVERGED = 1e-12  # relative: so that rounding by a file format does not reach a printed digit
EVALUATIONS = 200  # of the model in one fit; a fit that works takes 10 to 50
MAD = 0.6745  # median of the absolute values of a normal distribution
FARTHEST = 4  # a residual hangs together with others over at most one in so many points of the window
INSIDE = 1e-6  # by which a start lies within the bounds
AT_LIMIT = 1e-4  # 1/cm, or of a height: nearer to a bound than this a parameter is at it


@dataclass(frozen=True)
class Fit:
    """A model fitted to one spectrum in one window.

    Parameters
    ----------
    model, p, covariance
        Model, its parameters and their covariance.
    x, y, kept
        Points of the window, and which of them are no cosmic rays.
    misfit
        Sum of squared residuals over kept points.
    independent
        Number of points that count as independent.
    """

    model: Model
    p: Array
    covariance: Array
    x: Array
    y: Array
    kept: NDArray[np.bool_]
    misfit: float
    independent: float

    @property
    def middle(self) -> float:
        """Middle of the window."""
        return 0.5 * float(self.x[0] + self.x[-1])

    @property
    def half(self) -> float:
        """Half the width of the window."""
        return 0.5 * float(self.x[-1] - self.x[0])

    def curve(self, x: Array) -> Array:
        """Return the fitted curve."""
        return self.model.evaluate(x, self.p, self.middle, self.half)[0]

    def base(self, x: Array) -> Array:
        """Return the polynomial under the bands."""
        return self.model.base(x, self.p, self.middle, self.half)

    def band(self, name: str) -> tuple[float, float, float]:
        """Return height, position and full width of a band."""
        h, x0, w = self.p[self.model.places(self._index(name))]
        return float(h), float(x0), float(w)

    @property
    def at_limit(self) -> list[str]:
        """Bands whose position or width stopped at a limit of the fit; it counts as known in the errors."""
        low, high = self.model.bounds(1.0)
        near = (np.abs(self.p - low) < AT_LIMIT) | (np.abs(self.p - high) < AT_LIMIT)
        return [b.name for i, b in enumerate(self.model.bands) if near[self.model.places(i)][1:].any()]

    def _index(self, name: str) -> int:
        return [b.name for b in self.model.bands].index(name)

    def error(self, name: str, which: int) -> float:
        """Return the standard error of a band's height (0), position (1) or width (2)."""
        at = self.model.places(self._index(name)).start + which
        return float(np.sqrt(max(self.covariance[at, at], 0.0)))

    def ratio(self, areas: bool) -> tuple[float, float]:
        """Return D over G, heights or areas (of one shape), and the standard error of its logarithm."""
        d, g = (self.model.places(self._index(n)) for n in ("D", "G"))
        gradient = np.zeros(self.p.size)
        heights = self.p[d.start], self.p[g.start]
        if min(heights) <= 0:
            return float("nan"), float("nan")
        gradient[d.start], gradient[g.start] = 1 / heights[0], -1 / heights[1]
        value = heights[0] / heights[1]
        if areas:
            value *= self.p[d.start + 2] / self.p[g.start + 2]
            gradient[d.start + 2], gradient[g.start + 2] = 1 / self.p[d.start + 2], -1 / self.p[g.start + 2]
        return float(value), float(np.sqrt(max(float(gradient @ self.covariance @ gradient), 0.0)))


def fit(x: Array, y: Array, model: Model, start: Array | None = None) -> Fit | None:
    """Fit a model, leaving cosmic rays out.

    Parameters
    ----------
    x, y
        Shift in 1/cm and intensity, of the window.
    model
        What to fit.
    start
        Parameters to begin with.

    Returns
    -------
    Fit or None
        None where the fit does not converge.

    Limits
    ------
    All points weigh the same; the covariance is that of White (Econometrica 48 (1980) 817), so noise may
    grow with the signal, times the number of points over that of independent ones, so blurred noise and
    slow misfit count.
    """
    from scipy.optimize import least_squares

    offset, scale = float(y.min()), float(np.ptp(y)) or 1.0
    z = (y - offset) / scale
    middle, half = 0.5 * float(x[0] + x[-1]), 0.5 * float(x[-1] - x[0])
    low, high = model.bounds(1.0)
    p = first_guess(x, z, model) if start is None else _scaled(start, model, offset, scale, inverse=True)
    kept = np.ones(x.size, dtype=bool)
    for _ in range(ROUNDS):
        p = np.clip(p, low + INSIDE, high - INSIDE)
        u, v = x[kept], z[kept]
        found = least_squares(
            lambda q, u=u, v=v: model.evaluate(u, q, middle, half)[0] - v,
            p,
            bounds=(low, high),
            max_nfev=EVALUATIONS,
            jac=lambda q, u=u, v=v: model.evaluate(u, q, middle, half)[1],
            x_scale="jac",
            ftol=CONVERGED,
            xtol=CONVERGED,
            gtol=CONVERGED,
        )
        p = found.x
        spikes = _spikes(z - model.evaluate(x, p, middle, half)[0])
        if (spikes == ~kept).all():
            break
        kept = ~spikes
    if not np.isfinite(p).all() or kept.sum() <= model.size + 1:
        return None
    curve, J = model.evaluate(x[kept], p, middle, half)
    residual = z[kept] - curve
    covariance = _covariance(J, residual, (p > low + AT_LIMIT / 10) & (p < high - AT_LIMIT / 10))
    factors = _scaled(np.ones(p.size), model, 0.0, scale)
    return Fit(
        model, _scaled(p, model, offset, scale), covariance * np.outer(factors, factors), x, y, kept,
        max(float(residual @ residual), 1e-30) * scale**2, _independent(residual),
    )  # fmt: skip


def _scaled(p: Array, model: Model, offset: float, scale: float, *, inverse: bool = False) -> Array:
    """Return parameters for ordinates `offset + scale z` from those for z, or the other way round."""
    q = p.copy()
    linear = [*range(model.degree + 1), *(model.places(i).start for i in range(len(model.bands)))]
    if inverse:
        q[0] -= offset
        q[linear] /= scale
    else:
        q[linear] *= scale
        q[0] += offset
    return q


def first_guess(x: Array, z: Array, model: Model) -> Array:
    """Return parameters to begin with: bands at their usual places, heights by linear least squares."""
    from scipy.optimize import nnls

    p = np.zeros(model.size)
    for index, band in enumerate(model.bands):
        p[model.places(index)] = 1.0, band.start, band.width
    if model.mixed:
        p[-1] = 0.8
    _, J = model.evaluate(x, p, 0.5 * float(x[0] + x[-1]), 0.5 * float(x[-1] - x[0]))
    base = J[:, : model.degree + 1]
    shapes = J[:, [model.places(i).start for i in range(len(model.bands))]]
    found, _ = nnls(np.hstack([base, -base, shapes]), z)
    k = model.degree + 1
    p[:k] = found[:k] - found[k : 2 * k]
    for index, height in enumerate(found[2 * k :]):
        p[model.places(index).start] = max(float(height), 0.02)
    return p


def _spikes(residual: Array) -> NDArray[np.bool_]:
    """Return the points lit up by cosmic rays: far above the fit, and few neighbours together."""
    scatter = max(float(np.median(np.abs(residual - np.median(residual)))) / MAD, 1e-300)
    out = residual > SPIKE * scatter
    found = np.zeros(residual.size, dtype=bool)
    at = np.flatnonzero(out)
    if not at.size:
        return found
    beside = np.pad(residual, 1, mode="edge")
    for run in np.split(at, np.flatnonzero(np.diff(at) > 1) + 1):
        quiet = max(beside[run[0]], beside[run[-1] + 2]) < BESIDE * SPIKE * scatter
        found[run] = run.size <= SPIKE_POINTS and quiet
    return found


def _covariance(J: Array, residual: Array, free: NDArray[np.bool_]) -> Array:
    """Return the covariance of the parameters; those at a bound count as known."""
    n, size = J.shape
    found = np.zeros((size, size))
    F = J[:, free]
    scores = F * residual[:, None]
    inner = scores.T @ scores * n / _independent(residual)
    inverse = np.linalg.pinv(F.T @ F)
    found[np.ix_(free, free)] = inverse @ inner @ inverse * n / max(n - F.shape[1], 1)
    return found


def _independent(residual: Array) -> float:
    """Return how many independent points the residuals are worth, by the correlation of neighbours."""
    r = residual - residual.mean()
    power = float(r @ r)
    if power <= 0:
        return float(r.size)
    total = 1.0
    for lag in range(1, max(r.size // FARTHEST, 2)):
        rho = float(r[lag:] @ r[:-lag]) / power
        if rho <= 0.05:  # the rest is noise of the estimate
            break
        total += 2 * rho
    return max(r.size / total, 2.0)
