"""The two bounds within which a diffuse melt keeps dry walls dry and wetted walls wet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import fields


@dataclass(frozen=True)
class Validity:
    """Where the multiplier stands between its two bounds.

    Parameters
    ----------
    lam : float
        Multiplier.
    low, high : float
        Below `low` wetted walls dewet, above `high` a film condenses on dry ones.
    statement : str
        The same in words.
    """

    lam: float
    low: float
    high: float
    statement: str

    @property
    def holds(self) -> bool:
        """Whether the multiplier lies within both bounds."""
        return self.low < self.lam < self.high


def check_bounds(lam: float, cos_theta: float | NDArray[np.floating], eta: float = fields.ETA) -> Validity:
    """Compare the multiplier with -(1 + cos theta)/2 and (1 - cos theta)/2.

    Parameters
    ----------
    lam : float
        Multiplier of the melt volume.
    cos_theta : float or array
        Cosine of Young's angle; of an array the strictest value counts.
    eta : float, voxels
        Interface width, for the radius in the statement.

    Returns
    -------
    Validity

    Limits
    ------
    Derived for flat walls; within a voxel of an edge or a contact they are indications.
    """
    low = -0.5 * (1 + float(np.min(cos_theta)))
    high = 0.5 * (1 - float(np.max(cos_theta)))
    radius = f"mean radius of the meniscus {eta / (2 * abs(lam)):.3g} voxels" if lam else "flat meniscus"
    if lam >= high:
        said = f"not valid: lam {lam:.4g} is above {high:.4g}, a film condenses on dry walls ({radius})"
    elif lam <= low:
        said = f"not valid: lam {lam:.4g} is below {low:.4g}, wetted walls dewet ({radius})"
    else:
        said = f"valid: lam {lam:.4g} lies between {low:.4g} and {high:.4g} ({radius})"
    return Validity(lam, low, high, said)
