"""Timed dissolution of a powder: boron near the surface first, silicon after it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...core.parameters import Values
from . import parameters as par

Array = NDArray[np.float64]


def silicon_dissolved(time: ArrayLike, values: Values) -> Array:
    """Return the share of silicon in solution after `time` (h).

    A stretched exponential through the two calibrated readings, 1 - exp(-(t/tau)^p).
    """
    first, last = values[par.DISSOLVED_FIRST], values[par.DISSOLVED_LAST]
    t1, t2 = values[par.FIRST_TIME], values[par.LAST_TIME]
    y1, y2 = -np.log(1 - first), -np.log(1 - last)
    power = np.log(y2 / y1) / np.log(t2 / t1)
    return np.asarray(-np.expm1(-y1 * (np.asarray(time, dtype=float) / t1) ** power))


def boron_dissolved(silicon: ArrayLike, values: Values) -> Array:
    """Return the share of boron in solution when the share `silicon` of the silicon is.

    Released from the lined and leached surface inwards: most of it within `BORON_DEPTH`, all of it with all
    silicon (mechanism section 5).
    """
    depth = values[par.BORON_DEPTH]
    return np.asarray(np.expm1(-np.asarray(silicon, dtype=float) / depth) / np.expm1(-1 / depth))


def ratio(time: ArrayLike, whole: float, values: Values) -> Array:
    """Return B/Si by mass in solution after `time` (h) for a powder with `whole` g/g of boron to silicon."""
    silicon = silicon_dissolved(time, values)
    return np.asarray(whole * boron_dissolved(silicon, values) / silicon)
