"""Effective conductivity of a box in which every cell has its own conductivity."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ....core.errors import InputError
from ..band import AXES
from .connect import any_axis, regions
from .transport import conduct, laminate

Array = NDArray[np.float64]
ACCURATE = 1e-4  # relative change per step: the error is below 0.1 %


class Effective(NamedTuple):
    """Conductivity along each axis, axes along which anything conducts, whether the solver settled."""

    value: Array
    through: NDArray[np.bool_]
    settled: bool


def effective_conductivity(cells: NDArray[np.floating], tolerance: float = ACCURATE) -> Effective:
    """Return the effective conductivity of a periodic box of cells.

    Parameters
    ----------
    cells
        Conductivity of each cell, shape (nx, ny, nz), zero or more, any unit.
    tolerance
        Relative change per step of the solver at which it is settled.

    Returns
    -------
    Effective
        In the unit of `cells`. Cells that conduct are joined by faces; an axis along which no cluster runs
        without end is zero and is not solved.

    Raises
    ------
    InputError
        If a conductivity is negative or not finite, or the box is not three-dimensional.

    Limits
    ------
    Two cells conduct in series through the face between them, so a neck few cells wide carries a staircase
    error that no tolerance shows; extrapolate over grids.
    """
    field = np.asarray(cells, dtype=np.float64)
    if field.ndim != AXES or not np.all(np.isfinite(field)) or np.any(field < 0):
        raise InputError(
            "conductivities of cells: give a three-dimensional array of finite numbers, 0 or more."
        )
    through = any_axis(regions(field > 0).wraps)
    largest = float(field.max(initial=0.0)) or 1.0
    value, settled = conduct(laminate(field / largest), through, tolerance)
    return Effective(value * largest, through, settled)


def hashin_shtrikman(share: float, inside: float, outside: float) -> tuple[float, float]:
    """Return the Hashin-Shtrikman bounds of an isotropic mixture of two conductivities.

    Parameters
    ----------
    share
        Volume share of the first phase, 0 to 1.
    inside, outside
        Conductivity of the first and of the second phase.

    Returns
    -------
    low, high
        In the unit given. Source: Hashin & Shtrikman, J. Appl. Phys. 33 (1962) 3125.
    """
    (small, of_small), (large, of_large) = sorted([(inside, share), (outside, 1 - share)])
    high = large + _mixed(of_small, small - large, of_large / (AXES * large) if large > 0 else 0.0)
    low = small + _mixed(of_large, large - small, of_small / (AXES * small)) if small > 0 else 0.0
    return (low if of_large < 1 else large), high


def _mixed(share: float, contrast: float, term: float) -> float:
    return share / (1 / contrast + term) if contrast and share else 0.0
