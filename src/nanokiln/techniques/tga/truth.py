"""What a faultless thermobalance would read: the same definitions on the exact course, by other means."""

from __future__ import annotations

import numpy as np

from .burning import STEP_K, ExactRun
from .readings import LOSS
from .steps import BASE_LENGTHS, BASE_SHARES


def truth(
    exact: ExactRun, after: float = 0.0, share: float = BASE_SHARES[0], length: float = BASE_LENGTHS[0]
) -> dict[str, float]:
    """Return ``dtg_max``, ``onset``, ``t5`` (degC) and ``residue`` (%) of an exact course.

    Parameters
    ----------
    exact
        The course.
    after
        Look for the step above this temperature only, degC.
    share, length
        Choice of the base line, as in `steps.onset`.
    """
    T, mass, rate = exact.temperature, exact.mass, exact.rate
    beyond = int(np.searchsorted(T, after))
    peak = beyond + int(np.argmax(rate[beyond:]))
    quiet = beyond + int(np.argmin(rate[beyond : peak + 1]))
    level = rate[quiet] + share * (rate[peak] - rate[quiet])
    end = quiet + int(np.argmax(rate[quiet : peak + 1] > level))
    begin = max(beyond, end - round(length / STEP_K))
    slope, height = np.polyfit(T[begin:end], mass[begin:end], 1)
    tangent = mass[peak] + rate[peak] * T[peak]
    below = np.flatnonzero(mass <= 100 - LOSS)
    return {
        "dtg_max": float(T[peak]),
        "onset": float((tangent - height) / (slope + rate[peak])),
        "t5": float(T[below[0]]) if below.size else np.nan,
        "residue": float(mass[-1]),
    }
