"""Composition of a neck over that of the bodies it joins, from a line scan across both."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]

_DEEP = 0.85  # of the thinner body: a minimum below counts as a neck
_BODY = 0.3  # of the thicker body; below, a maximum is noise at the edge of the picture
_NECK_REACH, _BODY_REACH = 0.08, 0.15  # of the distance of the two bodies, to either side
_FEWEST = 3  # places of each
NINETY = 1.6449  # standard deviations to either side that hold 90 %


class Ratio(NamedTuple):
    """Atomic fraction in the neck over that in the bodies, with its 90 % interval of counting."""

    value: float
    low: float
    high: float


def neck_over_body(profile: xr.Dataset) -> tuple[dict[str, Ratio], str]:
    """Compare the thinnest place between two bodies with both of them.

    Parameters
    ----------
    profile
        ``atomic_fraction``, ``low``, ``high``, ``net_counts`` over element and position.

    Returns
    -------
    dict, str
        Ratio of each element, and where neck and bodies lie, or why there is nothing to compare.

    Limits
    ------
    Net counts stand for thickness. Factors cancel in the ratio, so the interval holds counting alone;
    fluorescence and X-rays from beside the beam are not in it. A line that misses a body's middle, or a neck
    as thick as the bodies, shows no minimum.
    """
    place = profile["position_nm"].values
    told = np.isfinite(profile["atomic_fraction"].values).all(axis=0)
    thick = np.where(told, np.maximum(profile["net_counts"].values, 0.0).sum(axis=0), 0.0)
    thick = np.convolve(np.pad(thick, 1, mode="edge"), np.full(3, 1 / 3), mode="valid")
    found = _two_bodies(thick)
    if found is None:
        return {}, "not resolved: the line shows no thin place between two bodies"
    first, thin, second = found
    apart = abs(place[second] - place[first])
    neck = told & (np.abs(place - place[thin]) <= _NECK_REACH * apart)
    body = told & (
        (np.abs(place - place[first]) <= _BODY_REACH * apart)
        | (np.abs(place - place[second]) <= _BODY_REACH * apart)
    )
    if min(neck.sum(), body.sum()) < _FEWEST:
        return {}, f"not resolved: fewer than {_FEWEST} places with enough counts on neck or bodies"
    ratios = {}
    for element in profile["element"].values:
        one = profile.sel(element=element)
        (a, a_error), (b, b_error) = _mean(one, neck), _mean(one, body)
        if not (b > NINETY * b_error and a >= 0):
            continue
        ratio = a / b
        half = NINETY * float(np.hypot(a_error / b, ratio * b_error / b))
        ratios[str(element)] = Ratio(ratio, max(ratio - half, 0.0), ratio + half)
    where = (
        f"neck at {place[thin]:.0f} nm ({neck.sum()} places), bodies at {place[first]:.0f} and "
        f"{place[second]:.0f} nm ({body.sum()} places); interval of counting alone"
    )
    return ratios, where


def _two_bodies(thick: Array) -> tuple[int, int, int] | None:
    """Return the places of one body, the thinnest place, and the other body."""
    first = int(np.argmax(thick))
    best: tuple[float, int, int] | None = None
    for second in range(thick.size):
        if thick[second] < _BODY * thick[first] or abs(second - first) < 2:
            continue
        low, high = sorted((first, second))
        thin = low + int(np.argmin(thick[low : high + 1]))
        if thick[thin] < _DEEP * thick[second] and (best is None or thick[second] > best[0]):
            best = float(thick[second]), thin, second
    return None if best is None else (first, best[1], best[2])


def _mean(one: xr.Dataset, use: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the mean fraction over places weighted by its errors, and the error of the mean."""
    value = one["atomic_fraction"].values[use]
    error = (one["high"].values[use] - one["low"].values[use]) / (2 * NINETY)
    weight = 1 / np.maximum(error, 1e-9) ** 2
    return float(np.average(value, weights=weight)), float(1 / np.sqrt(weight.sum()))
