"""Shapes: how the time constants are distributed, up to the one scale that is calibrated.

Two capacities can fix two numbers and no more, so the form of the distribution has to come from
elsewhere. A `Shape` holds that form. Which one is central was laid down from material data alone:

* declared: log-normal, 5-95 % over two decades, because the diffusion times of a 100 nm sphere for the
  measured range of diffusivity of lithium in SiOC are 10-1000 s;
* alternatives: no spread; one, three and four decades (four when diffusivity and diffusion length each
  bring two); two populations in the mass shares of carbon and oxide, either being the fast one, one, two
  or four decades apart; and one 100 s sphere limited by a contact resistance instead of diffusion.

Populations far apart can meet the two targets in several ways; all of them are members (`solutions`).

The population split and the ratio of time constants found elsewhere by fitting all five capacities of
the article are not used: they have seen the values to be predicted. The author of this rule could read
those values, as any reader of the article can; what is claimed is that none was used to choose or tune
a number, not that the test was blind.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..core.errors import InputError
from ..core.parameters import Values
from . import parameters as p
from .cell import Cell, active_mass, open_circuit

Scaled = Literal["time", "resistance"]

#: Nodes of the Gauss-Hermite rule for a log-normal: 7 agree with 15 within 0.3 % at two decades.
LOG_NORMAL_NODES = 7
#: Distance of the 5 % and 95 % points of a normal distribution in standard deviations.
_TWO_SIDED_90 = 3.2897072539029444


@dataclass(frozen=True)
class Shape:
    """Distribution of diffusion times relative to the calibrated scale.

    Parameters
    ----------
    name
        Short name, such as ``"log-normal 2 decades"``.
    weights
        Capacity share of each population.
    relative
        Diffusion time of each population relative to the scale.
    scaled
        ``"time"``: the scale is a diffusion time (s). ``"resistance"``: the scale is the series resistance
        (ohm) and the diffusion time is that of a single sphere.
    """

    name: str
    weights: tuple[float, ...]
    relative: tuple[float, ...]
    scaled: Scaled = "time"

    def cell(self, capacity_mAh_g: float, scale: float, values: Values) -> Cell:
        """Return the cell with this shape, a capacity (mAh/g) and a scale (s or ohm, see `scaled`)."""
        by_time = self.scaled == "time"
        time = scale if by_time else values[p.SPHERE_TIME]
        return Cell(
            capacity_mAh_g=capacity_mAh_g,
            weights=self.weights,
            times_s=tuple(time * r for r in self.relative),
            charge_transfer_ohm=values[p.CHARGE_TRANSFER],
            series_ohm=values[p.SERIES] if by_time else scale,
            mass_g=active_mass(values),
            ocv=open_circuit(values),
            lower_V=values[p.LOWER_VOLTAGE],
            upper_V=values[p.UPPER_VOLTAGE],
            temperature_K=values[p.TEMPERATURE],
        )


def single(scaled: Scaled = "time") -> Shape:
    """Return one population; its rate limit is diffusion (``"time"``) or contact (``"resistance"``)."""
    name = "single time" if scaled == "time" else "single sphere, contact-limited"
    return Shape(name, (1.0,), (1.0,), scaled)


def log_normal(decades: float, nodes: int = LOG_NORMAL_NODES) -> Shape:
    """Return a log-normal distribution of diffusion times; the scale is the median.

    Parameters
    ----------
    decades
        Distance between the 5 % and 95 % points (decades); 0 is a single time.
    nodes
        Populations of the Gauss-Hermite rule (>= 3).

    Raises
    ------
    InputError
        For a negative or non-finite spread or fewer than three nodes.

    Notes
    -----
    Limits: the populations share the exchange current per gram, so the spread stands for diffusivity and
    agglomerate size, not for surface area. At four decades 7 nodes are 1 % off 15.
    """
    if not (math.isfinite(decades) and decades >= 0):
        raise InputError(f"spread of time constants {decades!r} decades: must be 0 or more.")
    if nodes < 3:
        raise InputError(f"{nodes} nodes for a log-normal: at least 3 are needed.")
    if decades == 0:
        return single()
    sigma = decades * math.log(10) / _TWO_SIDED_90
    points, weights = np.polynomial.hermite_e.hermegauss(nodes)
    weights = weights / weights.sum()
    return Shape(
        f"log-normal {decades:g} decades", tuple(weights.tolist()), tuple(np.exp(sigma * points).tolist())
    )


def two_populations(fast_share: float, decades: float) -> Shape:
    """Return two populations `decades` apart; the scale is the fast time.

    Raises
    ------
    InputError
        If the share is not between 0 and 1 or the distance not positive.
    """
    if not 0 < fast_share < 1:
        raise InputError(f"share of the fast population {fast_share!r}: must lie between 0 and 1.")
    if not (math.isfinite(decades) and decades > 0):
        raise InputError(f"distance of the populations {decades!r} decades: must be above 0.")
    name = f"two populations {fast_share:.0%} fast, {decades:g} decades"
    return Shape(name, (fast_share, 1 - fast_share), (1.0, 10.0**decades))


def declared(values: Values) -> Shape:
    """Return the shape laid down beforehand (see the module)."""
    return log_normal(values[p.SPREAD])


def alternatives(values: Values) -> tuple[Shape, ...]:
    """Return the other members of the family, in a fixed order."""
    carbon, oxide = values[p.CARBON_SHARE], values[p.OXIDE_SHARE]
    shares = (carbon / (carbon + oxide), oxide / (carbon + oxide))
    spreads = [log_normal(d) for d in (1.0, 3.0, p.SPREAD.high)]
    pairs = [two_populations(share, d) for share in shares for d in (1.0, 2.0, p.SPREAD.high)]
    return (single(), *spreads, *pairs, single("resistance"))
