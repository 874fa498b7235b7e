"""What is left on the skin, rough on a scale the grid may not hold: a seeded random pattern of domains."""

# mypy: disable-error-code="no-untyped-def"
# (compiled functions: numba infers their types from the call)

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

LEAST_WAVE = 5.0  # voxels, shortest lateral length of a pattern the grid holds
SOFT = 0.15  # half width of the edge of a domain, in standard deviations of the noise


@njit(cache=True, inline="always")
def _ease(t):
    """Ease from 0 to 1 with level ends."""
    return t * t * (3.0 - 2.0 * t)


@njit(cache=True)
def _noise_plane(i, knots, out):
    """Interpolate the lattice of random numbers smoothly onto plane i (value noise, periodic)."""
    nx, ny, nz = out.shape
    m = knots.shape[0]
    x = i * m / nx
    a = int(x)
    u = _ease(x - a)
    a1 = (a + 1) % m
    for j in range(ny):
        y = j * m / ny
        b = int(y)
        v = _ease(y - b)
        b1 = (b + 1) % m
        for k in range(nz):
            z = k * m / nz
            c = int(z)
            w = _ease(z - c)
            c1 = (c + 1) % m
            low = (knots[a, b, c] * (1 - u) + knots[a1, b, c] * u) * (1 - v) + (
                knots[a, b1, c] * (1 - u) + knots[a1, b1, c] * u
            ) * v
            high = (knots[a, b, c1] * (1 - u) + knots[a1, b, c1] * u) * (1 - v) + (
                knots[a, b1, c1] * (1 - u) + knots[a1, b1, c1] * u
            ) * v
            out[i, j, k] = low * (1 - w) + high * w


@njit(parallel=True, cache=True)
def _noise(knots, out):
    for i in prange(out.shape[0]):
        _noise_plane(i, knots, out)


def domains(
    surface: NDArray[np.bool_], share: float, wave: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return a random pattern that covers a share of a surface, 0 between the domains and 1 on them.

    Parameters
    ----------
    surface
        Cells of the surface, shape (n, n, n).
    share
        Share of these cells to cover, 0 to 1.
    wave
        Lateral length of the pattern, voxels; at least 5.
    rng
        Source of randomness.

    Returns
    -------
    array, float32, like `surface`

    Limits
    ------
    One length; not the spectrum of spinodal unmixing. Edges are blurred over a few voxels.
    """
    cells = surface.shape[0]
    knots = rng.standard_normal((max(2, round(cells / max(wave / 2, LEAST_WAVE / 2))),) * 3)
    out = np.empty(surface.shape, np.float32)
    _noise(knots.astype(np.float32), out)
    here = out[surface]
    if not len(here) or share >= 1:
        out[...] = 1
        return out
    edge = float(np.quantile(here, 1 - share))
    soft = SOFT * float(here.std()) or 1.0
    out -= np.float32(edge)
    out *= np.float32(1 / soft)
    np.clip(out, -1, 1, out=out)
    out += 1
    out *= np.float32(0.5)
    return out


def height_bounds(mean_nm: float, share: float) -> tuple[float, float]:
    """Return rms roughness and peak to valley in nm of a film that stands on `share` of the surface.

    A two-level surface: h on a share of the area, nothing between, mean thickness `mean_nm`.
    """
    if mean_nm <= 0 or not 0 < share <= 1:
        return 0.0, 0.0
    height = mean_nm / share
    return height * math.sqrt(share * (1 - share)), height
