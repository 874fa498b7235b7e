"""Constrained fit of a region: lines in windows, one width, active background, intervals by sampling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...core.errors import DataError
from . import model as m
from .posterior import likelihood, sample

Array = NDArray[np.float64]

#: Numerical settings: starting step of the background (1/eV) and its bound, tolerance, passes of weights.
_STEP_START = 0.01
_STEP_MOST = 0.5
_TOLERANCE = 1e-5
_PASSES = 2
_START_WIDTHS = 8
_ALIGN_STEP_EV = 0.05
_FREE_POSITION_EV = 1.0  # half window of a "free" position


@dataclass(frozen=True)
class Component:
    """A line to be fitted: name, expected position (eV) and half width of its window (eV)."""

    name: str
    position: float
    window: float


@dataclass(frozen=True)
class FitChoices:
    """How a region is fitted.

    Parameters
    ----------
    components
        Lines, any order.
    width_range
        Bounds of the full width at half maximum, eV.
    shared_width
        One width for all lines (default), or one each.
    positions
        ``"window"``, ``"fixed"`` or ``"free"`` (+-1 eV).
    mixing
        Bounds of the Lorentzian share; equal bounds fix it.
    align_eV
        How far the whole set may be moved before the fit, to meet an unreferenced axis; 0 for not.
    chains, seed
        Number of chains that sample the parameters for the intervals (0: best fit only), and their seed.
    """

    components: tuple[Component, ...]
    width_range: tuple[float, float]
    shared_width: bool = True
    positions: str = "window"
    mixing: tuple[float, float] = (0.3, 0.3)
    align_eV: float = 0.0
    chains: int = 40
    seed: int = 0


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
    at_bound
        Names of components whose position ended at the edge of its window.
    shift
        Energy by which the set of lines was moved before the fit, eV.
    """

    energy: Array
    counts: Array
    layout: m.Layout
    theta: Array
    names: tuple[str, ...]
    reduced_chi_square: float
    draws: Array
    at_bound: tuple[str, ...] = ()
    shift: float = 0.0
    choices: FitChoices | None = field(default=None, repr=False)

    def shares(self) -> Array:
        """Return the share of each line in the total area, %."""
        area = self.theta[: self.layout.lines]
        return 100.0 * area / area.sum()

    def share_draws(self) -> Array:
        """Return the shares of the draws (draws x lines), %."""
        area = self.draws[:, : self.layout.lines]
        return 100.0 * area / area.sum(axis=1, keepdims=True)

    def misfit(self) -> float:
        """Return the part of the residual that counting does not explain, over the height of the lines.

        A large file has a large chi-square for a small misfit; this number does not grow with the counts.
        """
        lines, _ = m.parts(self.layout, self.theta, self.energy)
        expected = m.evaluate(self.layout, self.theta, self.energy)
        residual = float(np.mean((self.counts - expected) ** 2))
        excess = max(1.0 - 1.0 / max(self.reduced_chi_square, 1.0), 0.0) * residual
        return float(np.sqrt(excess) / max(lines.sum(axis=1).max(), 1e-300))

    def interval(self, samples: Array) -> tuple[float, float]:
        """Return the 5 and 95 % points of samples."""
        low, high = np.quantile(samples, (0.05, 0.95))
        return float(low), float(high)

    def correlation(self, first: str, second: str) -> float:
        """Return the correlation of two areas over the draws, NaN where one is constant."""
        a, b = (self.draws[:, self.names.index(n)] for n in (first, second))
        if len(a) < 3 or a.std() == 0 or b.std() == 0:
            return float("nan")
        return float(np.corrcoef(a, b)[0, 1])


class _Problem:
    """Bounds, scales and free parameters of one region."""

    def __init__(self, energy: Array, counts: Array, choices: FitChoices, shift: float) -> None:
        self.energy, self.choices = energy, choices
        self.layout = m.Layout(len(choices.components), choices.shared_width)
        n, w = self.layout.lines, self.layout.widths
        centre = np.array([c.position for c in choices.components]) + shift
        half = np.array([c.window for c in choices.components])
        half = {"window": half, "fixed": 0 * half, "free": half * 0 + _FREE_POSITION_EV}[choices.positions]
        level, spread = float(np.abs(counts).max()), float(np.ptp(energy))
        low, high = choices.width_range
        inf = np.inf
        self.low = np.r_[np.zeros(n), centre - half, [low] * w, choices.mixing[0], 0.0, -inf, -inf]
        self.high = np.r_[[inf] * n, centre + half, [high] * w, choices.mixing[1], _STEP_MOST, inf, inf]
        self.free = self.high > self.low
        area = level * spread / 10
        self.scale = np.r_[
            np.full(n, area), np.full(n, 0.2), np.full(w, 0.2), 0.2, _STEP_START, level, level / spread
        ]
        self.start = self._start(counts, centre)

    def _start(self, counts: Array, centre: Array) -> Array:
        """Best of a grid of widths, areas and background by non-negative least squares."""
        low, high = self.choices.width_range
        mixing = float(np.mean(self.choices.mixing))
        best: tuple[float, Array] | None = None
        for width in np.linspace(low, high, _START_WIDTHS + 2)[1:-1]:
            solution, residue = _linear(self.energy, counts, centre, (width, mixing))
            if best is None or residue < best[0]:
                n = len(centre)
                background = (_STEP_START, solution[n] - solution[n + 1], solution[n + 2] - solution[n + 3])
                theta = np.r_[
                    solution[:n], centre, np.full(self.layout.widths, width), mixing, background
                ]
                best = (residue, theta)
        assert best is not None
        return self.inside(best[1])

    def inside(self, theta: Array) -> Array:
        """Move a start off the bounds: an interior method must begin inside."""
        room = np.where(np.isfinite(self.high - self.low), self.high - self.low, self.scale)
        result: Array = np.clip(theta, self.low + 1e-3 * room, self.high - 1e-3 * room)
        return result

    def full(self, free: Array) -> Array:
        theta = self.start.copy()
        theta[self.free] = free
        return theta


def _linear(energy: Array, counts: Array, centre: Array, shape: tuple[float, float]) -> tuple[Array, float]:
    from scipy.optimize import nnls

    x = energy[:, None] - centre
    line = m.pseudo_voigt(x, *shape) + _STEP_START * m.pseudo_voigt_step(x, *shape)
    ramp = energy - energy.mean()
    design = np.column_stack([line, np.ones_like(energy), -np.ones_like(energy), ramp, -ramp])
    size = np.linalg.norm(design, axis=0)
    solution, residue = nnls(design / size, counts)
    return solution / size, float(residue)


def _aligned(energy: Array, counts: Array, choices: FitChoices) -> float:
    """Shift (eV) of the set of lines that fits best, for an axis without reference."""
    if choices.align_eV <= 0:
        return 0.0
    centre = np.array([c.position for c in choices.components])
    shape = (float(np.mean(choices.width_range)), float(np.mean(choices.mixing)))
    shifts = np.arange(-choices.align_eV, choices.align_eV + _ALIGN_STEP_EV, _ALIGN_STEP_EV)
    residues = [_linear(energy, counts, centre + s, shape)[1] for s in shifts]
    return float(shifts[int(np.argmin(residues))])


def _solve(problem: _Problem, counts: Array, start: Array, sigma: Array) -> Array:
    """One weighted fit with bounds, started at `start`."""
    from scipy.optimize import least_squares

    free, energy, layout = problem.free, problem.energy, problem.layout

    def residual(z: Array) -> Array:
        result: Array = (m.evaluate(layout, problem.full(z), energy) - counts) / sigma
        return result

    def slope(z: Array) -> Array:
        result: Array = m.jacobian(layout, problem.full(z), energy)[:, free] / sigma[:, None]
        return result

    solved = least_squares(
        residual, problem.inside(start)[free], jac=slope, bounds=(problem.low[free], problem.high[free]),
        x_scale=problem.scale[free], method="trf", ftol=_TOLERANCE, xtol=_TOLERANCE, gtol=_TOLERANCE,
    )  # fmt: skip
    return problem.full(solved.x)


def _solve_lmfit(problem: _Problem, counts: Array, start: Array, sigma: Array) -> Array:
    """The main fit, by lmfit: the same problem, with the library's own handling of bounds."""
    import lmfit

    parameters = lmfit.Parameters()
    start = np.where(problem.free, problem.inside(start), problem.start)
    for index, (value, low, high, free) in enumerate(
        zip(start, problem.low, problem.high, problem.free, strict=True)
    ):
        bounds = {"min": low, "max": high} if free else {}
        parameters.add(f"p{index}", value=float(value), vary=bool(free), **bounds)

    def vector(current: lmfit.Parameters) -> Array:
        return np.array([current[f"p{i}"].value for i in range(len(start))])

    def residual(current: lmfit.Parameters) -> Array:
        result: Array = (m.evaluate(problem.layout, vector(current), problem.energy) - counts) / sigma
        return result

    def slope(current: lmfit.Parameters) -> Array:
        full = m.jacobian(problem.layout, vector(current), problem.energy)
        result: Array = full[:, problem.free] / sigma[:, None]
        return result

    found = lmfit.minimize(
        residual, parameters, method="least_squares", jac=slope, x_scale=problem.scale[problem.free],
        ftol=_TOLERANCE, xtol=_TOLERANCE, gtol=_TOLERANCE, calc_covar=False,
    )  # fmt: skip
    return vector(found.params)


def fit_region(energy: Array, counts: Array, choices: FitChoices) -> RegionFit:
    """Fit a region and sample the parameters it allows.

    Parameters
    ----------
    energy
        Binding energy, eV, any order, shape (n,).
    counts
        Counts per channel (or counts/s), shape (n,).
    choices
        Lines and constraints.

    Returns
    -------
    RegionFit
        Best fit, and draws of the parameters.

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
    shift = _aligned(energy, counts, choices)
    problem = _Problem(energy, counts, choices, shift)
    theta, sigma = problem.start, np.sqrt(np.maximum(counts, 1.0))
    for _ in range(_PASSES):
        theta = _solve_lmfit(problem, counts, theta, sigma)
        # weights from the smooth model: weights from noisy counts pull the fit down
        sigma = np.sqrt(np.maximum(m.evaluate(problem.layout, theta, energy), 1.0))
    chi = float((((counts - sigma**2) / sigma) ** 2).sum() / max(energy.size - problem.free.sum(), 1))
    noise = sigma * np.sqrt(_noise_factor(counts, chi))
    draws = _sample(problem, counts, theta, noise) if choices.chains else theta[None]
    return RegionFit(
        energy, counts, problem.layout, theta, tuple(c.name for c in choices.components), chi, draws,
        _edges(problem, theta), shift, choices,
    )  # fmt: skip


def _usable(energy: Array, counts: Array, choices: FitChoices) -> None:
    lines = len(choices.components)
    if energy.size < 3 * lines + 6 or np.ptp(counts) <= 0 or counts.max() <= 0:
        raise DataError(
            f"a region of {energy.size} channels between {counts.min():g} and {counts.max():g} counts "
            f"cannot hold {lines} lines. Record the region with more channels and counts."
        )
    slack = choices.align_eV + choices.width_range[0]
    missing = [
        c.name for c in choices.components if not energy[0] - slack < c.position < energy[-1] + slack
    ]
    if missing:
        raise DataError(
            f"the region {energy[0]:.1f}-{energy[-1]:.1f} eV does not reach {', '.join(missing)}. "
            "Give the right components or the energy shift of the axis."
        )


def _noise_factor(counts: Array, chi: float) -> float:
    """Variance over that of counting; true counts are never quieter than counting."""
    whole = bool(np.allclose(counts, np.round(counts)))
    return max(chi, 1.0) if whole else chi


def _sample(problem: _Problem, counts: Array, theta: Array, sigma: Array) -> Array:
    """Fits of resampled spectra, spread further by chains that respect the bounds."""
    generator = np.random.default_rng(problem.choices.seed)
    expected = m.evaluate(problem.layout, theta, problem.energy)
    start = np.array([
        _solve(problem, expected + sigma * generator.standard_normal(expected.size), theta, sigma)
        for _ in range(problem.choices.chains)
    ])  # fmt: skip
    moving = problem.free.copy()
    moving[-2:] = False  # the straight background is integrated out
    log_likelihood = likelihood(problem.layout, problem.energy, counts, sigma)
    return sample(start, moving, (problem.low, problem.high), log_likelihood, generator)


def _edges(problem: _Problem, theta: Array) -> tuple[str, ...]:
    n = problem.layout.lines
    rows = slice(n, 2 * n)
    room = np.minimum(theta[rows] - problem.low[rows], problem.high[rows] - theta[rows])
    touching = problem.free[rows] & (room < 0.05 * (problem.high[rows] - problem.low[rows]))
    names: Sequence[str] = [c.name for c in problem.choices.components]
    return tuple(name for name, touch in zip(names, touching, strict=True) if touch)
