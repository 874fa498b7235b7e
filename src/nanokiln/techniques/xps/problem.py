"""The constrained least-squares problem of one region: lines, bounds, start, solution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import model as m

Array = NDArray[np.float64]

#: Numerical settings: starting step of the background (1/eV) and its bound, tolerance, widths tried at the
#: start, grid of the alignment (eV), scales of a position and of a width (eV), distance kept from a bound.
_STEP_START = 0.01
_STEP_MOST = 0.5
_TOLERANCE = 1e-5
_START_WIDTHS = 8
_ALIGN_STEP_EV = 0.05
_SCALE_EV = 0.2
_AREA_SCALE = 0.1
_INSIDE = 1e-3
_FREE_POSITION_EV = 1.0  # half window of a "free" position


@dataclass(frozen=True)
class Component:
    """A line to be fitted.

    Parameters
    ----------
    name
        Name of the chemical state.
    position, window
        Expected position and half width of its window, eV.
    splitting, partner
        Of a doublet: distance of the second line (eV) and its share of the area; 0 for a single line.
    """

    name: str
    position: float
    window: float
    splitting: float = 0.0
    partner: float = 0.0


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
    asymmetry
        Bounds of the asymmetry of all lines; equal bounds fix it.
    loss
        None for the Shirley background, else C (eV2) of the Tougaard background.
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
    asymmetry: tuple[float, float] = (0.0, 0.0)
    loss: float | None = None
    align_eV: float = 0.0
    chains: int = 40
    seed: int = 0


class Problem:
    """Bounds, scales and free parameters of one region."""

    def __init__(self, energy: Array, counts: Array, choices: FitChoices, shift: float) -> None:
        self.energy, self.choices = energy, choices
        doublets = tuple((c.splitting, c.partner) for c in choices.components)
        doublets = doublets if any(share for _, share in doublets) else ()
        self.layout = m.Layout(len(choices.components), choices.shared_width, doublets, choices.loss)
        n, w = self.layout.lines, self.layout.widths
        centre = np.array([c.position for c in choices.components]) + shift
        half = np.array([c.window for c in choices.components])
        half = {"window": half, "fixed": 0 * half, "free": half * 0 + _FREE_POSITION_EV}[choices.positions]
        level, spread = float(np.abs(counts).max()), float(np.ptp(energy))
        low, high = choices.width_range
        inf = np.inf
        shape = np.array([choices.mixing, choices.asymmetry])
        self.low = np.r_[np.zeros(n), centre - half, [low] * w, shape[:, 0], 0.0, -inf, -inf]
        self.high = np.r_[[inf] * n, centre + half, [high] * w, shape[:, 1], _STEP_MOST, inf, inf]
        self.free = self.high > self.low
        area = _AREA_SCALE * level * spread
        self.scale = np.r_[
            np.full(n, area),
            np.full(n + w, _SCALE_EV),
            _SCALE_EV,
            _SCALE_EV,
            _STEP_START,
            level,
            level / spread,
        ]
        self.start = self._start(counts, centre)

    def _start(self, counts: Array, centre: Array) -> Array:
        """Best of a grid of widths, areas and background by non-negative least squares."""
        low, high = self.choices.width_range
        mixing, asymmetry = (float(np.mean(b)) for b in (self.choices.mixing, self.choices.asymmetry))
        best: tuple[float, Array] | None = None
        for width in np.linspace(low, high, _START_WIDTHS + 2)[1:-1]:
            solution, residue = _linear(
                self.layout, (self.energy, counts), centre, (width, mixing, asymmetry)
            )
            if best is None or residue < best[0]:
                n = len(centre)
                background = (_STEP_START, solution[n] - solution[n + 1], solution[n + 2] - solution[n + 3])
                shape = (mixing, asymmetry, *background)
                theta = np.r_[solution[:n], centre, np.full(self.layout.widths, width), shape]
                best = (residue, theta)
        assert best is not None
        return self.inside(best[1])

    def inside(self, theta: Array) -> Array:
        """Move a start off the bounds: an interior method must begin inside."""
        room = np.where(np.isfinite(self.high - self.low), self.high - self.low, self.scale)
        result: Array = np.clip(theta, self.low + _INSIDE * room, self.high - _INSIDE * room)
        return result

    def full(self, free: Array) -> Array:
        """Return the whole vector, given its free part."""
        theta = self.start.copy()
        theta[self.free] = free
        return theta


def _linear(
    layout: m.Layout, region: tuple[Array, Array], centre: Array, shape: tuple[float, float, float]
) -> tuple[Array, float]:
    """Areas and straight background by non-negative least squares, and the norm of the residual."""
    from scipy.optimize import nnls

    energy, counts = region
    width, mixing, asymmetry = shape
    line, background = m.profile(layout, energy[:, None] - centre, np.array(width), mixing, asymmetry)
    line = line + _STEP_START * background
    ramp = energy - energy.mean()
    design = np.column_stack([line, np.ones_like(energy), -np.ones_like(energy), ramp, -ramp])
    size = np.linalg.norm(design, axis=0)
    solution, residue = nnls(design / size, counts)
    return solution / size, float(residue)


def aligned(energy: Array, counts: Array, choices: FitChoices) -> float:
    """Shift (eV) of the set of lines that fits best, for an axis without reference."""
    if choices.align_eV <= 0:
        return 0.0
    centre = np.array([c.position for c in choices.components])
    shape = tuple(float(np.mean(b)) for b in (choices.width_range, choices.mixing, choices.asymmetry))
    layout = m.Layout(len(centre), True)
    shifts = np.arange(-choices.align_eV, choices.align_eV + _ALIGN_STEP_EV, _ALIGN_STEP_EV)
    residues = [_linear(layout, (energy, counts), centre + s, shape)[1] for s in shifts]  # type: ignore[arg-type]
    return float(shifts[int(np.argmin(residues))])


def solve(problem: Problem, counts: Array, start: Array, sigma: Array) -> Array:
    """Solve one weighted fit with bounds, started at `start`."""
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


def solve_lmfit(problem: Problem, counts: Array, start: Array, sigma: Array) -> Array:
    """Solve as `solve` does, by lmfit: the main fit."""
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
