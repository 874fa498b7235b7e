"""Is an element spread evenly? Counts in pixels against Poisson."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_LEAST_EXPECTED = 5.0  # counts in a cell of the test: below, chi-square is no good description
_FEWEST_CELLS = 8


class Outcome(NamedTuple):
    """Result of a test: index (1 for Poisson), probability of a larger one by chance, cells used."""

    over_poisson: float
    p_value: float
    cells: int


def binned(counts: NDArray[Any], size: int) -> Array:
    """Return a picture (or line) with `size` neighbours summed along each dimension; the rest is cut off."""
    result = np.asarray(counts, dtype=float)
    for axis in range(result.ndim):
        whole = result.shape[axis] // size
        result = np.take(result, np.arange(whole * size), axis=axis)
        result = result.reshape(*result.shape[:axis], whole, size, *result.shape[axis + 1 :]).sum(
            axis=axis + 1
        )
    return result


def bin_size(counts: NDArray[Any]) -> int:
    """Return how many neighbours to sum so that the middle pixel with counts expects at least five."""
    size = 1
    while min(counts.shape) // (2 * size) >= 2:
        cells = binned(counts, size)
        filled = cells[cells > 0]
        if filled.size and np.median(filled) >= 2 * _LEAST_EXPECTED:
            break
        size *= 2
    return size


def dispersion(counts: NDArray[Any]) -> Outcome:
    """Compare the variance of counts with their mean: the index of dispersion.

    Limits: every cause of unevenness counts, that of thickness above all.
    """
    from scipy.stats import chi2

    cells = np.asarray(counts, dtype=float).ravel()
    mean = float(cells.mean())
    if cells.size < 2 or not mean > 0:
        return Outcome(float("nan"), float("nan"), cells.size)
    total = float(((cells - mean) ** 2).sum() / mean)
    return Outcome(total / (cells.size - 1), float(chi2.sf(total, cells.size - 1)), cells.size)


def same_share(counts: NDArray[Any], others: NDArray[Any]) -> Outcome:
    """Test whether counts are the same share of all counts everywhere: even composition, any thickness.

    Parameters
    ----------
    counts, others
        Counts of one line and of the others in the same places.

    Returns
    -------
    Outcome
        Chi-square of the table over its degrees of freedom.

    Limits
    ------
    Counts in a window hold background and tails of neighbours; absorption differs where thickness does. With
    many counts both are found as unevenness.
    """
    from scipy.stats import chi2

    first, second = (np.asarray(c, dtype=float).ravel() for c in (counts, others))
    total = first + second
    share = first.sum() / max(total.sum(), 1.0)
    enough = total * min(share, 1 - share) >= _LEAST_EXPECTED
    if enough.sum() < _FEWEST_CELLS:
        return Outcome(float("nan"), float("nan"), int(enough.sum()))
    first, total = first[enough], total[enough]
    share = first.sum() / total.sum()
    value = float(((first - share * total) ** 2 / (total * share * (1 - share))).sum())
    freedom = int(enough.sum()) - 1
    return Outcome(value / freedom, float(chi2.sf(value, freedom)), int(enough.sum()))
