"""Constrained fit of a region: lines in windows, one width, active background, intervals by sampling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...core.errors import DataError
from . import model as m
from .posterior import likelihood, reflect, sample
from .problem import Component, FitChoices, Problem, aligned, solve_lmfit

Array = NDArray[np.float64]

__all__ = ["Component", "FitChoices", "RegionFit", "fit_region"]

#: Numerical settings: passes of the weights, channels needed beside three per line, share of a window that
#: counts as its edge, ends of the interval.
_PASSES = 2
_CHANNELS = 6
_EDGE = 0.05
_INTERVAL = (0.05, 0.95)
_TINY = 1e-300
_BOX = 3.0  # a bounded parameter starts with a spread of at most a third of its range
_POOR = 1.5  # reduced chi-square above which no background describes the counts
_AS_POOR = 1.25  # ratio of chi-squares up to which two such fits are alike
_AS_GOOD = 9.0  # chi-square by which another background may be worse: three sigma


@dataclass(frozen=True)
class RegionFit:
    """A fitted region.

    Parameters
    ----------
    energy, counts
        What was fitted (eV, counts per channel or counts/s).
    layout, theta
        Parameters of the model, see `model.Layout`.
    names
        Components in the order of `theta`.
    reduced_chi_square
        Against counting statistics of the model.
    draws
        Sampled parameters (draws x parameters), see `posterior`; the straight background stays at its start.
    noise
        Standard deviation of each channel that the fit assumed.
    at_bound
        Names of components whose position ended at the edge of its window.
    shift
        Energy by which the set of lines was moved before the fit, eV.
    choices
        How it was fitted.
    others
        Fits with other backgrounds that describe the region as well; their draws count in all statistics.
    """

    energy: Array
    counts: Array
    layout: m.Layout
    theta: Array
    names: tuple[str, ...]
    reduced_chi_square: float
    draws: Array
    at_bound: tuple[str, ...]
    shift: float
    choices: FitChoices
    noise: Array
    others: tuple[RegionFit, ...] = ()

    def shares(self) -> Array:
        """Return the share of each line in the total area, %."""
        area = self.theta[: self.layout.lines]
        return 100.0 * area / area.sum()

    def share_draws(self) -> Array:
        """Return the shares of all draws (draws x lines), %."""
        area = self.all_draws()[:, : self.layout.lines]
        return 100.0 * area / area.sum(axis=1, keepdims=True)

    def all_draws(self) -> Array:
        """Return the draws of this fit and of those with other backgrounds."""
        return np.concatenate([self.draws, *(other.draws for other in self.others)])

    def typical(self) -> Array:
        """Return the draw nearest to the middle of all draws, with its best straight background.

        The best fit often sits in a corner of the bounds; this one stands for the medians that are reported.
        """
        shares = self.share_draws()
        spread = np.maximum(shares.std(axis=0), _TINY)
        own = shares[: len(self.draws)]
        distance = (((own - np.median(shares, axis=0)) / spread) ** 2).sum(axis=1)
        theta = self.draws[int(np.argmin(distance))].copy()
        theta[-2:] = 0.0
        rest = self.counts - m.evaluate(self.layout, theta, self.energy)
        ramp = np.stack([np.ones_like(self.energy), self.energy - self.energy.mean()], axis=1)
        theta[-2:] = np.linalg.lstsq(ramp, rest, rcond=None)[0]
        return theta

    def misfit(self) -> float:
        """Return the part of the residual that counting does not explain, over the height of the lines.

        A large file has a large chi-square for a small misfit; this number does not grow with the counts.
        """
        lines, _ = m.parts(self.layout, self.theta, self.energy)
        expected = m.evaluate(self.layout, self.theta, self.energy)
        residual = float(np.mean((self.counts - expected) ** 2))
        excess = max(1.0 - 1.0 / max(self.reduced_chi_square, 1.0), 0.0) * residual
        return float(np.sqrt(excess) / max(lines.sum(axis=1).max(), _TINY))

    def interval(self, samples: Array) -> tuple[float, float]:
        """Return the 5 and 95 % points of samples."""
        low, high = np.quantile(samples, _INTERVAL)
        return float(low), float(high)

    def correlation(self, first: str, second: str) -> float:
        """Return the correlation of two shares over all draws, NaN where one is constant.

        Shares, not areas: what a background does to all areas would hide how two of them trade.
        """
        if first == second:
            return 1.0
        a, b = (self.share_draws()[:, self.names.index(n)] for n in (first, second))
        if len(a) < 3 or a.std() == 0 or b.std() == 0:
            return float("nan")
        return float(np.corrcoef(a, b)[0, 1])


def fit_region(
    energy: Array, counts: Array, choices: FitChoices, losses: Sequence[float | None] = (None,)
) -> RegionFit:
    """Fit a region and sample the parameters it allows.

    Parameters
    ----------
    energy
        Binding energy, eV, any order, shape (n,).
    counts
        Counts per channel (or counts/s), shape (n,).
    choices
        Lines and constraints.
    losses
        Backgrounds to try: C (eV2) of Tougaard's, or None for Shirley's.

    Returns
    -------
    RegionFit
        Best fit, and draws of the parameters. Of several backgrounds the best; `others` holds those within 9
        (three sigma) of its chi-square or, where even the best misses the counts, within 25 %.

    Raises
    ------
    DataError
        If the region has too few channels, no signal, or does not reach the lines.

    Notes
    -----
    Limits: noise is counting noise, enlarged by the reduced chi-square where the fit is worse than that
    (or the file is in counts/s); flat priors within the bounds; intervals are 5 to 95 % of the draws.
    """
    order = np.argsort(energy)
    energy, counts = np.asarray(energy, float)[order], np.asarray(counts, float)[order]
    _usable(energy, counts, choices)
    found = [_optimum(energy, counts, replace(choices, loss=loss)) for loss in losses]
    best, *rest = sorted(found, key=lambda f: f.reduced_chi_square)
    degrees = max(best.energy.size - best.theta.size, 1)
    limit = best.reduced_chi_square + _AS_GOOD * max(best.reduced_chi_square, 1.0) / degrees
    if best.reduced_chi_square > _POOR:
        # lines that miss the counts themselves cannot choose between backgrounds
        limit = max(limit, _AS_POOR * best.reduced_chi_square)
    others = tuple(_sampled(f) for f in rest if f.reduced_chi_square <= limit)
    return replace(_sampled(best), others=others)


def _optimum(energy: Array, counts: Array, choices: FitChoices) -> RegionFit:
    """Best fit with one background; its only draw is itself."""
    shift = aligned(energy, counts, choices)
    problem = Problem(energy, counts, choices, shift)
    theta, sigma = problem.start, np.sqrt(np.maximum(counts, 1.0))
    for _ in range(_PASSES):
        theta = solve_lmfit(problem, counts, theta, sigma)
        # weights from the smooth model: weights from noisy counts pull the fit down
        sigma = np.sqrt(np.maximum(m.evaluate(problem.layout, theta, energy), 1.0))
    chi = float((((counts - sigma**2) / sigma) ** 2).sum() / max(energy.size - problem.free.sum(), 1))
    noise = sigma * np.sqrt(_noise_factor(counts, chi))
    return RegionFit(
        energy, counts, problem.layout, theta, tuple(c.name for c in choices.components), chi, theta[None],
        _edges(problem, theta), shift, choices, noise,
    )  # fmt: skip


def _sampled(fit: RegionFit) -> RegionFit:
    """Return the fit with draws of its parameters, by chains that respect the bounds."""
    if not fit.choices.chains:
        return fit
    problem = Problem(fit.energy, fit.counts, fit.choices, fit.shift)
    generator = np.random.default_rng(fit.choices.seed)
    moving = problem.free.copy()
    moving[-2:] = False  # the straight background is integrated out
    log_likelihood = likelihood(problem.layout, fit.energy, fit.counts, fit.noise)
    start = _spread(problem, fit, generator)
    return replace(fit, draws=sample(start, moving, (problem.low, problem.high), log_likelihood, generator))


def _spread(problem: Problem, fit: RegionFit, generator: np.random.Generator) -> Array:
    """First vectors of the chains: normal about the best fit, by its curvature and the size of the box."""
    free = problem.free
    slope = m.jacobian(problem.layout, fit.theta, fit.energy)[:, free] / fit.noise[:, None]
    size = (problem.high - problem.low)[free]
    box = np.where(np.isfinite(size), _BOX / np.where(np.isfinite(size), size, 1.0), 0.0)
    values, vectors = np.linalg.eigh(
        slope.T @ slope * np.outer(s := problem.scale[free], s) + np.diag((box * s) ** 2)
    )
    steps = generator.standard_normal((fit.choices.chains, free.sum())) / np.sqrt(np.maximum(values, _TINY))
    start = np.repeat(fit.theta[None], fit.choices.chains, axis=0)
    start[:, free] = reflect(start[:, free] + steps @ vectors.T * s, problem.low[free], problem.high[free])
    return start


def _usable(energy: Array, counts: Array, choices: FitChoices) -> None:
    lines = len(choices.components)
    if energy.size < 3 * lines + _CHANNELS or np.ptp(counts) <= 0 or counts.max() <= 0:
        raise DataError(
            f"a region of {energy.size} channels between {counts.min():g} and {counts.max():g} counts "
            f"cannot hold {lines} lines. Record the region with more channels and counts."
        )
    slack = choices.align_eV + choices.width_range[0]
    missing = [c.name for c in choices.components if not energy[0] - slack < c.position < energy[-1] + slack]
    if missing:
        raise DataError(
            f"the region {energy[0]:.1f}-{energy[-1]:.1f} eV does not reach {', '.join(missing)}. "
            "Give the right components or the energy shift of the axis."
        )


def _noise_factor(counts: Array, chi: float) -> float:
    """Variance over that of counting; true counts are never quieter than counting."""
    whole = bool(np.allclose(counts, np.round(counts)))
    return max(chi, 1.0) if whole else chi


def _edges(problem: Problem, theta: Array) -> tuple[str, ...]:
    n = problem.layout.lines
    rows = slice(n, 2 * n)
    room = np.minimum(theta[rows] - problem.low[rows], problem.high[rows] - theta[rows])
    touching = problem.free[rows] & (room < _EDGE * (problem.high[rows] - problem.low[rows]))
    names = [c.name for c in problem.choices.components]
    return tuple(name for name, touch in zip(names, touching, strict=True) if touch)
