"""Local packing: how evenly the spheres fill the box around each of them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .network import separations
from .packing import Packing

NEARLY_ZERO = 1e-12
WITHIN = 0.999  # keeps round-off from asking for more than one box
PROBE = 3.0  # radius of the probe sphere in mean radii; reaches the first shell of neighbours


def lens_volume(
    probe: float, radius: NDArray[np.float64], distance: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the volume a sphere of `radius` at `distance` shares with a sphere of radius `probe`."""
    small = np.minimum(radius, probe)
    inside = 4 / 3 * math.pi * small**3
    # between "inside" and "apart" the distance is above |probe - radius|; the floor only avoids 0/0
    d = np.maximum(distance, np.maximum(np.abs(probe - radius), NEARLY_ZERO * probe))
    cap = (probe + radius - d) ** 2 * (d**2 + 2 * d * (probe + radius) - 3 * (probe - radius) ** 2)
    lens = math.pi * cap / (3 * 4 * d)
    return np.where(
        distance <= np.abs(probe - radius), inside, np.where(distance >= probe + radius, 0.0, lens)
    )


def local_packing(packing: Packing) -> NDArray[np.float64]:
    """Return, per sphere, the share of solid in a probe sphere of three mean radii around its centre.

    Parameters
    ----------
    packing
        Spheres in a periodic cube.

    Returns
    -------
    ndarray, shape (sphere,)
        Above the packing fraction on average, since the probe sits on a sphere; its spread over spheres
        measures how uneven the packing is.

    Limits
    ------
    Elastic overlaps (below 1 % of a radius) are counted twice.
    """
    unit = float(np.mean(packing.radius_nm))
    smallest, largest = float(np.min(packing.radius_nm)), float(np.max(packing.radius_nm))
    # in a box of a few spheres the probe must not see further than one image
    probe = min(PROBE * unit, WITHIN * packing.box_nm - 2 * largest + smallest)
    i, j, _, gap = separations(packing, probe - smallest)
    distance = gap + packing.radius_nm[i] + packing.radius_nm[j]
    count = packing.count
    solid = lens_volume(probe, packing.radius_nm, np.zeros(count))
    solid += np.bincount(i, lens_volume(probe, packing.radius_nm[j], distance), count)
    solid += np.bincount(j, lens_volume(probe, packing.radius_nm[i], distance), count)
    return solid / (4 / 3 * math.pi * probe**3)
