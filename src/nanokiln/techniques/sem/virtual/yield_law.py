"""How many secondary electrons leave: the integral along the beam of the chance to reach the surface.

An electron set free at distance d from the nearest surface leaves with a chance that falls as exp(-d/lambda);
the beam sets them free evenly along its way and fades over its range R. On a flat face at an angle theta this
gives (1 + rho)/(cos theta + rho), rho = lambda/R: one at normal incidence, 1/cos theta for a small escape
depth, and finite at grazing incidence. At edges and on small spheres the distance to the nearest surface is
what the shape says, so bright rims need no extra law.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ....core.errors import InputError
from ....core.parameters import Values
from ..parameters import BEAM_KV, ESCAPE_CARBON, ESCAPE_OXIDE, RANGE_5KV, RANGE_POWER

LARGEST_CARBON = 1.0  # share


def escape_depth(carbon_share: float, values: Values | None = None) -> float:
    """Return the mean escape depth of secondary electrons, nm.

    Parameters
    ----------
    carbon_share
        Share of carbon, 0 to 1; the rest is oxide.
    values
        Parameter values.

    Raises
    ------
    InputError
        For a share outside 0 to 1.

    Limits: the chances to be stopped add up by share of mass, which stands for volume here.
    """
    values = values or Values()
    if not 0 <= carbon_share <= LARGEST_CARBON:
        raise InputError(f"carbon share {carbon_share}: give a number from 0 to 1.")
    return 1 / (carbon_share / values[ESCAPE_CARBON] + (1 - carbon_share) / values[ESCAPE_OXIDE])


def beam_range(kilovolt: float, values: Values | None = None) -> float:
    """Return the depth over which the beam spends its energy, nm, by the law of Kanaya and Okayama."""
    values = values or Values()
    return float(values[RANGE_5KV] * (kilovolt / BEAM_KV.value) ** values[RANGE_POWER])


def tilt_yield(cosine: ArrayLike, escape_nm: float, range_nm: float) -> NDArray[np.float64]:
    """Return the yield of a flat face over that at normal incidence.

    Parameters
    ----------
    cosine
        Cosine of the angle between beam and normal, 0 to 1.
    escape_nm, range_nm
        Escape depth and range of the beam.
    """
    rho = escape_nm / range_nm
    return np.asarray((1 + rho) / (np.asarray(cosine, dtype=float) + rho))
