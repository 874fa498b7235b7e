"""Steady conduction on a periodic grid: conjugate gradients with a multigrid preconditioner.

Unknowns sit on cells, conductances on the faces between them; cells without a conducting face take no part.
Coarse grids add up the faces of eight cells. All sums run per plane and then in one order: the same bytes
whatever the number of threads.
"""

# mypy: disable-error-code="no-untyped-def"
# (compiled functions: numba infers their types from the call)

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from ..band import AXES
from ..sums import dot

Field = NDArray[np.float32]
DAMPING = np.float32(0.8)  # of Jacobi smoothing: damps what a coarser grid cannot show
SMALL = 20_000  # cells below which one thread is faster than two
COARSEST_SWEEPS = 30  # on the coarsest grid, of a few cells
SETTLED = 1e-3  # relative change per step, twice in a row, at which a conductivity is settled: high by 0.2 %
MAX_STEPS = 200  # of the conjugate gradients; a packing takes 5 to 20


class Level(NamedTuple):
    """Conductances to the next cell along each axis, the step of smoothing per cell, and room to work in."""

    x: Field
    y: Field
    z: Field
    step: Field
    given: Field
    first: Field
    second: Field

    @property
    def faces(self) -> tuple[Field, Field, Field]:
        """The conductances."""
        return self.x, self.y, self.z


@njit(parallel=True, cache=True)
def _steps(x, y, z, damping, out):
    """Inverse of the sum of conductances, damped; zero where a cell takes no part."""
    nx, ny, nz = x.shape
    for i in prange(nx):
        for j in range(ny):
            for k in range(nz):
                total = x[i, j, k] + y[i, j, k] + z[i, j, k]
                total += x[i - 1, j, k] + y[i, j - 1, k] + z[i, j, k - 1]
                out[i, j, k] = damping / total if total > 0 else np.float32(0.0)


@njit(parallel=True, cache=True)
def _coarser(fine, axis, out):
    """Add up the faces between blocks of eight; twice as far apart, each conducts half."""
    nx, ny, nz = out.shape
    half = np.float32(0.5)
    for i in prange(nx):
        for j in range(ny):
            for k in range(nz):
                a, b, c = 2 * i, 2 * j, 2 * k
                if axis == 0:
                    f = fine[a + 1, b : b + 2, c : c + 2]
                elif axis == 1:
                    f = fine[a : a + 2, b + 1, c : c + 2]
                else:
                    f = fine[a : a + 2, b : b + 2, c + 1]
                out[i, j, k] = half * (f[0, 0] + f[0, 1] + f[1, 0] + f[1, 1])


@njit(cache=True)
def _inner(u, out):
    """Add the flow along the row; slices, so that no index needs wrapping and the loop is vectorised."""
    here, z = u
    n = len(here) - 1
    behind, ahead, face = here[:-1], here[1:], z[:-1]
    low, high = out[:-1], out[1:]
    for k in range(n):
        low[k] += face[k] * (behind[k] - ahead[k])
    for k in range(n):
        high[k] += face[k] * (ahead[k] - behind[k])
    flow = z[n] * (here[n] - here[0])
    out[n] += flow
    out[0] -= flow


@njit(cache=True)
def _flow(u, x, y, z, i, j, out):
    """Out <- net flow out of the cells of row (i, j)."""
    nx, ny = u.shape[:2]
    ip, im = (i + 1 if i + 1 < nx else 0), (i - 1 if i > 0 else nx - 1)
    jp, jm = (j + 1 if j + 1 < ny else 0), (j - 1 if j > 0 else ny - 1)
    here, right, left, up, down = u[i, j], u[ip, j], u[im, j], u[i, jp], u[i, jm]
    to_right, to_left, to_up, to_down = x[i, j], x[im, j], y[i, j], y[i, jm]
    for k in range(u.shape[2]):
        across = to_right[k] * (here[k] - right[k]) + to_left[k] * (here[k] - left[k])
        out[k] = across + (to_up[k] * (here[k] - up[k]) + to_down[k] * (here[k] - down[k]))
    _inner((here, z[i, j]), out)


@njit(parallel=True, cache=True)
def _apply(u, x, y, z, out, dots):
    """Out <- A u, and u . A u per plane."""
    for i in prange(u.shape[0]):
        total = 0.0
        for j in range(u.shape[1]):
            row, here = out[i, j], u[i, j]
            _flow(u, x, y, z, i, j, row)
            total += dot(here, row)
        dots[i] = total


def _smooth_plain(u, b, x, y, z, step, out):
    """Out <- one damped Jacobi sweep."""
    for i in prange(u.shape[0]):
        row = np.empty(u.shape[2], np.float32)
        for j in range(u.shape[1]):
            _flow(u, x, y, z, i, j, row)
            here, given, scale, moved = u[i, j], b[i, j], step[i, j], out[i, j]
            for k in range(u.shape[2]):
                moved[k] = here[k] + scale[k] * (given[k] - row[k])


def _rest_coarse_plain(u, b, x, y, z, out):
    """Out <- what is left of b, added up over blocks of eight cells."""
    nx, ny, nz = u.shape
    for a in prange(nx // 2):
        row = np.empty(nz, np.float32)
        out[a] = np.float32(0.0)
        for j in range(ny):
            target = out[a, j // 2]
            for i in range(2 * a, 2 * a + 2):
                _flow(u, x, y, z, i, j, row)
                given = b[i, j]
                for k in range(nz // 2):
                    rest = (given[2 * k] - row[2 * k]) + (given[2 * k + 1] - row[2 * k + 1])
                    target[k] += rest


def _add_fine_plain(coarse, step, out):
    """Add a coarse correction to the eight cells of each block that take part."""
    nx, ny, nz = out.shape
    for i in prange(nx):
        for j in range(ny):
            source, part, target = coarse[i // 2, j // 2], step[i, j], out[i, j]
            for k in range(nz):
                if part[k] > 0:
                    target[k] += source[k // 2]


# small grids cost more to share between threads than to sweep: each kernel in both forms
_smooth = njit(parallel=True, cache=True)(_smooth_plain)
_rest_coarse = njit(parallel=True, cache=True)(_rest_coarse_plain)
_add_fine = njit(parallel=True, cache=True)(_add_fine_plain)
_smooth_alone = njit(cache=True)(_smooth_plain)
_rest_coarse_alone = njit(cache=True)(_rest_coarse_plain)
_add_fine_alone = njit(cache=True)(_add_fine_plain)


@njit(parallel=True, cache=True)
def _dot(a, b, dots):
    for i in prange(a.shape[0]):
        total = 0.0
        for j in range(a.shape[1]):
            total += dot(a[i, j], b[i, j])
        dots[i] = total


@njit(parallel=True, cache=True)
def _advance(u, r, p, q, step):
    """Move u and r along p by `step`."""
    for i in prange(u.shape[0]):
        for j in range(u.shape[1]):
            for k in range(u.shape[2]):
                u[i, j, k] += step * p[i, j, k]
                r[i, j, k] -= step * q[i, j, k]


@njit(parallel=True, cache=True)
def _turn(p, m, share):
    """P <- m + share p."""
    for i in prange(p.shape[0]):
        for j in range(p.shape[1]):
            for k in range(p.shape[2]):
                p[i, j, k] = m[i, j, k] + share * p[i, j, k]


def hierarchy(faces: tuple[Field, Field, Field]) -> list[Level]:
    """Return the grids from the given one to the coarsest; each axis halves while even and above four."""
    levels = []
    while True:
        room = [np.empty_like(faces[0]) for _ in range(4)]
        _steps(*faces, DAMPING, room[0])
        levels.append(Level(*faces, *room))
        shape = faces[0].shape
        if any(n % 2 or n <= 4 for n in shape):
            return levels
        half = tuple(n // 2 for n in shape)
        coarse = [np.empty(half, np.float32) for _ in range(AXES)]
        for axis in range(AXES):
            _coarser(faces[axis], axis, coarse[axis])
        faces = (coarse[0], coarse[1], coarse[2])


def _cycle(levels: list[Level], b: Field, depth: int = 0) -> Field:
    """Return an approximate solution: one symmetric cycle from zero; its memory belongs to the level."""
    level = levels[depth]
    small = b.size <= SMALL
    smooth = _smooth_alone if small else _smooth
    u, other = level.first, level.second
    np.multiply(level.step, b, out=u)
    if depth + 1 == len(levels):
        for _ in range(COARSEST_SWEEPS):
            smooth(u, b, *level.faces, level.step, other)
            u, other = other, u
        return u
    coarse = levels[depth + 1].given
    (_rest_coarse_alone if small else _rest_coarse)(u, b, *level.faces, coarse)
    (_add_fine_alone if small else _add_fine)(_correction(levels, coarse, depth + 1), level.step, u)
    smooth(u, b, *level.faces, level.step, other)
    return other


def _correction(levels: list[Level], b: Field, depth: int) -> Field:
    """Return two cycles on a coarse grid: narrow necks need them, and they cost little."""
    e = _cycle(levels, b, depth)
    if depth + 1 < len(levels):
        e = e.copy()
        flow, dots = np.empty_like(e), np.empty(len(e))
        _apply(e, *levels[depth].faces, flow, dots)
        e += _cycle(levels, b - flow, depth)
    return e


class Solved(NamedTuple):
    """Conductivity, steps taken, whether it settled."""

    conductivity: float
    steps: int
    settled: bool


def conductivity(levels: list[Level], axis: int, tolerance: float = SETTLED) -> Solved:
    """Return the effective conductivity of a periodic box along an axis.

    Parameters
    ----------
    levels
        Grids with their conductances, as returned by `hierarchy`.
    axis
        Along which the potential falls by one per cell on average.
    tolerance
        Relative change per step, twice in a row, at which the conductivity is settled.

    Returns
    -------
    Solved
        Conductivity in units of that of a full box.

    Limits
    ------
    Each iterate is an upper bound (the energy of a trial field); the error is quadratic in that of the field.
    """
    fine = levels[0]
    faces = fine[axis]
    r = faces - np.roll(faces, 1, axis)
    top = float(np.sum(faces, dtype=np.float64)) / faces.size
    if top == 0:
        return Solved(0.0, 0, True)
    u, q, dots = np.zeros_like(r), np.empty_like(r), np.empty(len(r))
    m = _cycle(levels, r)
    p = m.copy()
    _dot(r, m, dots)
    rho, value, quiet = float(dots.sum()), top, 0
    for step in range(1, MAX_STEPS + 1):
        _apply(p, *fine.faces, q, dots)
        bend = float(dots.sum())
        if not bend > 0:
            return Solved(value, step, True)
        length = rho / bend
        _advance(u, r, p, q, np.float32(length))
        fall = length * rho / faces.size
        value -= fall
        quiet = quiet + 1 if fall < tolerance * abs(value) else 0
        if quiet > 1 or value <= tolerance * top:
            return Solved(max(value, 0.0), step, True)
        m = _cycle(levels, r)
        old = rho
        _dot(r, m, dots)
        rho = float(dots.sum())
        _turn(p, m, np.float32(rho / old))
    return Solved(value, MAX_STEPS, False)
