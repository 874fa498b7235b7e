"""What the furnace hands to the particle scale."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from ..core.errors import InputError
from ..core.parameters import Values
from .laws import BRIDGES_PER_SPHERE

MAX_ANGLE = 90.0  # degrees; from here on a bridge pushes instead of pulling


@dataclass(frozen=True)
class Bridging:
    """Melt, lining and residue of one product, mean values per sphere.

    Parameters
    ----------
    melt_volume_nm3_per_sphere
        Melt between the spheres while hot, V_out per sphere, in nm3; 0 closes the gate.
    residue_fraction
        Share of that melt volume that stands after the wash (residue and entrained carbon).
    lining_nm
        Thickness of the bound lining, nm.
    oxide_fraction
        Share of the wall that is oxide.
    surface_tension_N_m, contact_angle_deg
        Of the melt on the wall.
    shrink_nm
        Radial recession of each sphere by leaching, nm.
    film_nm
        Film left on the free surface after the wash, nm (handed on).
    bump_coverage
        Share of the free surface under bumps (handed on).

    Raises
    ------
    InputError
        If a number is not finite, negative or outside its range.
    """

    melt_volume_nm3_per_sphere: float
    residue_fraction: float
    lining_nm: float
    oxide_fraction: float
    surface_tension_N_m: float
    contact_angle_deg: float
    shrink_nm: float = 0.0
    film_nm: float = 0.0
    bump_coverage: float = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not (math.isfinite(value) and value >= 0):
                raise InputError(f"bridging.{field.name} = {value!r}: must be a finite number of at least 0.")
        for name in ("residue_fraction", "oxide_fraction", "bump_coverage"):
            if getattr(self, name) > 1:
                raise InputError(f"bridging.{name} = {getattr(self, name)!r}: is a share, at most 1.")
        if self.gate_open and self.surface_tension_N_m == 0:
            raise InputError("bridging.surface_tension_N_m = 0: melt pulls with a value above 0 only.")
        if self.gate_open and self.contact_angle_deg >= MAX_ANGLE:
            raise InputError(
                f"bridging.contact_angle_deg = {self.contact_angle_deg:g}: "
                "a bridge pulls below 90 degrees only; where the wall is not wetted set the melt volume to 0."
            )

    @property
    def gate_open(self) -> bool:
        """Whether melt is left between the spheres."""
        return self.melt_volume_nm3_per_sphere > 0

    def mean_volume_nm3(self, values: Values) -> float:
        """Return the melt per contact at the mean-field coordination, V_n = 2 V/z_c, in nm3."""
        return 2 * self.melt_volume_nm3_per_sphere / values[BRIDGES_PER_SPHERE]
