"""A packing: spheres in a periodic cubic box."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Packing:
    """Spheres in a periodic cube.

    Parameters
    ----------
    position_nm
        Centres, shape (sphere, 3), inside [0, box).
    radius_nm
        Radii, shape (sphere,).
    box_nm
        Edge of the cube.
    residual
        Root-mean-square net force on a sphere over the mean contact force of the last relaxation.
    steps
        Number of relaxation steps it took.
    """

    position_nm: NDArray[np.float64]
    radius_nm: NDArray[np.float64]
    box_nm: float
    residual: float = 0.0
    steps: int = 0

    @property
    def count(self) -> int:
        """Number of spheres."""
        return len(self.radius_nm)

    @property
    def packing_fraction(self) -> float:
        """Volume of the spheres over the volume of the box (overlaps, if any, counted twice)."""
        return float(4 / 3 * math.pi * np.sum(self.radius_nm**3) / self.box_nm**3)

    def shrunk(self, depth_nm: float) -> Packing:
        """Return the same centres with every radius smaller by `depth_nm`."""
        return self if depth_nm == 0 else replace(self, radius_nm=self.radius_nm - depth_nm)
