"""The contact network of a packing: who touches, who is bridged, who is bonded after the wash."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..core.parameters import Values
from .bridging import Bridging
from .laws import CONTACT_DISTANCE, MAX_BRIDGE
from .necks import MIN_NECK, lining_neck, pendular_neck, share_melt
from .neighbours import neighbours, pairs
from .packing import Packing
from .rearrangement import melt_per_sphere

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Network:
    """Pairs of spheres, each once; arrays run along the pairs.

    Parameters
    ----------
    i, j, image
        The two spheres; ``x_i - x_j - image * box`` separates them.
    gap_nm, radius_nm
        Gap (negative: elastic overlap) and harmonic mean radius.
    melt_nm3
        Melt of the pair while hot.
    neck_nm
        Radius of the insoluble neck.
    touching, bridged, bonded
        Surfaces meet; melt stood between them; joined after the wash.
    stray_nm3
        Melt on spheres without any bridge.
    """

    i: NDArray[np.int64]
    j: NDArray[np.int64]
    image: NDArray[np.int64]
    gap_nm: Array
    radius_nm: Array
    melt_nm3: Array
    neck_nm: Array
    touching: NDArray[np.bool_]
    bridged: NDArray[np.bool_]
    bonded: NDArray[np.bool_]
    stray_nm3: float

    @property
    def neck_ratio(self) -> Array:
        """Neck radius over sphere radius, at most 1."""
        return np.minimum(self.neck_nm / self.radius_nm, 1.0)


def separations(
    packing: Packing, reach_nm: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], Array]:
    """Return ``(i, j, image, gap_nm)`` of all pairs with a gap below `reach_nm`, each once."""
    table = neighbours(packing.position_nm, packing.radius_nm, packing.box_nm, reach_nm)
    i, j, image = pairs(table)
    apart = packing.position_nm[i] - packing.position_nm[j] - image * packing.box_nm
    gap = np.linalg.norm(apart, axis=1) - packing.radius_nm[i] - packing.radius_nm[j]
    return i, j, image, gap


def touching_gap_nm(bridging: Bridging, values: Values) -> float:
    """Return the gap up to which surfaces meet: two linings, at least the contact distance of solids."""
    return max(2 * bridging.lining_nm, values[CONTACT_DISTANCE])


def network(packing: Packing, bridging: Bridging, values: Values) -> Network:
    """Return the contact network with its necks.

    Parameters
    ----------
    packing
        Spheres after rearrangement.
    bridging
        Melt, lining and residue.
    values
        Parameter values.

    Returns
    -------
    Network
        All pairs that touch or are bridged. A pair is bonded if it is one of these and its insoluble neck is
        above `MIN_NECK` (mechanism section 5).

    Limits
    ------
    A bridge stands up to a gap of the cube root of its volume, at most a radius. Only packing
    gaps break bonds: no defects.
    """
    contact = touching_gap_nm(bridging, values)
    span = bridging.mean_volume_nm3(values) ** (1 / 3)
    span = min(span, MAX_BRIDGE * float(np.mean(packing.radius_nm)))
    i, j, image, gap = separations(packing, max(contact, span))
    size = packing.radius_nm
    radius = 2 * size[i] * size[j] / (size[i] + size[j])
    owned = melt_per_sphere(packing, bridging)
    melt, stray = share_melt(owned, i, j, gap, radius)
    touching = gap <= contact
    bridged = (melt > 0) & (gap <= np.cbrt(melt))
    ring = pendular_neck(bridging.residue_fraction * melt, gap, radius)
    neck = np.maximum(np.where(bridged, ring, 0.0), lining_neck(bridging, gap, radius))
    bonded = (touching | bridged) & (np.minimum(neck / radius, 1.0) > values[MIN_NECK])
    keep = touching | bridged
    stray += float(np.sum(melt[~keep]))
    order = np.flatnonzero(keep)
    order = order[np.lexsort((gap[order], j[order], i[order]))]
    return Network(
        i=i[order],
        j=j[order],
        image=image[order],
        gap_nm=gap[order],
        radius_nm=radius[order],
        melt_nm3=melt[order],
        neck_nm=neck[order],
        touching=touching[order],
        bridged=bridged[order],
        bonded=bonded[order],
        stray_nm3=stray,
    )
