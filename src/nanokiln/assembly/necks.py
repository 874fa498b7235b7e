"""Melt at the contacts and the necks that stand after the wash."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..core.parameters import Parameter, Values
from .bridging import Bridging

MIN_NECK = Parameter(
    id="assembly.min_neck",
    value=0.05,
    unit="1",
    low=0.02,
    high=0.08,
    source="drying force of 45 nN against a strength of 1-5 GPa asks for 0.02-0.04; mechanism section 5",
    tag="D",
    note="Thinner necks break when the wash dries.",
)

Array = NDArray[np.float64]
BISECTIONS = 60  # halvings: down to the last bit of a double


def pendular_neck(volume: Array, gap: Array, radius: Array) -> Array:
    """Return the neck radius of a ring of material between two spheres, same unit as `radius`.

    The ring of volume V fills the wedge up to radius x: ``V = pi x^2 h + pi x^4/(2 R)``, hence
    ``x^2 = R (sqrt(h^2 + 2 V/(pi R)) - h)``; at contact ``(x/R)^4 = 2 V/(pi R^3)``, the mechanism's law.

    Parameters
    ----------
    volume
        Volume per contact.
    gap
        Gap h between the surfaces (overlaps count as 0).
    radius
        Harmonic mean of the two radii.

    Limits
    ------
    Small x/R; above about 0.5 neighbouring rings meet.
    """
    opened = np.maximum(gap, 0.0)
    height = np.sqrt(opened**2 + 2 * volume / (math.pi * radius)) - opened
    return np.sqrt(radius * np.maximum(height, 0.0))


def lining_neck(bridging: Bridging, gap: Array, radius: Array) -> Array:
    """Return the neck radius of two fused linings, of which the oxide share stands, in nm.

    Source: mechanism section 5, x/a = sqrt(2 t_l (1 - phi_C)/R); with a gap h, 2 t_l becomes 2 t_l - h.
    """
    overlap = np.maximum(2 * bridging.lining_nm - np.maximum(gap, 0.0), 0.0)
    return np.sqrt(radius * bridging.oxide_fraction * overlap)


def mean_field_neck(bridging: Bridging, radius_nm: float, values: Values) -> float:
    """Return x/a of a touching pair of mean spheres at the mean-field coordination (six contacts).

    Source: mechanism section 5.
    """
    radius, closed = np.array([radius_nm]), np.zeros(1)
    volume = np.array([bridging.residue_fraction * bridging.mean_volume_nm3(values)])
    ring = pendular_neck(volume, closed, radius)
    return float(min(1.0, max(ring[0], lining_neck(bridging, closed, radius)[0]) / radius_nm))


def meniscus_reach(volume: float, gap: Array, radius: Array) -> float:
    """Return the gap H up to which bridges stand when all menisci have one pressure.

    A meniscus of height H gives a pair at gap h the volume ``pi R (H^2 - h^2)/2``; H is where these
    volumes add up to `volume` over all pairs. Zero without melt.
    """
    if volume <= 0 or len(gap) == 0:
        return 0.0
    opened = np.maximum(gap, 0.0)
    low, high = 0.0, math.sqrt(2 * volume / (math.pi * float(np.min(radius)))) + float(np.max(opened))
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        held = math.pi / 2 * float(np.sum(radius * np.maximum(middle**2 - opened**2, 0.0)))
        low, high = (middle, high) if held < volume else (low, middle)
    return (low + high) / 2


def share_melt(
    owned: Array, i: NDArray[np.int64], j: NDArray[np.int64], gap: Array, radius: Array
) -> tuple[Array, float]:
    """Share the melt each sphere owns over its own bridges; return it per pair, and what found none.

    The weight of a pair is the volume it would hold if all menisci had one pressure, `meniscus_reach`. So a
    sphere with few contacts puts more into each: necks get a distribution from coordination, gap and size.

    Parameters
    ----------
    owned
        Melt per sphere, shape (sphere,).
    i, j
        Spheres of each pair, each pair once.
    gap, radius
        Gap and harmonic mean radius per pair.

    Returns
    -------
    per_pair, left
        Volume per pair; volume on spheres without any bridge. They add up to the sum of `owned`.
    """
    reach = meniscus_reach(float(np.sum(owned)), gap, radius)
    weight = radius * np.maximum(reach**2 - np.maximum(gap, 0.0) ** 2, 0.0)
    total = np.bincount(i, weight, len(owned)) + np.bincount(j, weight, len(owned))
    each = np.divide(owned, total, out=np.zeros_like(owned), where=total > 0)
    return weight * (each[i] + each[j]), float(np.sum(owned[total == 0]))
