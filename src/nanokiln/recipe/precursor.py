"""The precursor: the spheres that go into the furnace, and what they are made of."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StrictBool, StrictStr, model_validator

from .quantity import Quantity
from .table import Table

_ROUNDING = 0.005  # mass fractions from different sources may add up to slightly more than one


class Precursor(Table):
    """A powder of spheres. Numbers are per gram of dry precursor.

    Composition fields (mass fractions) are those of the whole particle. `carbon_volume_fraction` is that
    of the solid the melt touches: the whole sphere when homogeneous, the shell otherwise.

    Parameters
    ----------
    name, title
        Short name for recipes, and one line for people.
    geometry
        ``homogeneous``, ``core-shell`` or ``hollow core-shell``.
    diameter_nm, diameter_sd_nm
        Mean outer diameter and its standard deviation over particles.
    skeletal_density_g_cm3
        Density of the solid without its pores.
    carbon_mass_fraction
        All carbon (w_C).
    carbon_volume_fraction
        Volume fraction of carbon where the melt touches (phi_C).
    silicon_mass_fraction, oxygen_mass_fraction
        Elements.
    soluble_silica_mass_fraction
        Silica the melt could take (w_S), whether or not it can be reached.
    bet_area_m2_g
        Measured area of wall, mesopores included (A0); None where nothing was published.
    mesopore_diameter_nm
        None: the mechanism's calibrated value is used.
    carbon_domain_nm
        Size of the carbon domains (L_c); None without carbon.
    mixed_bonds
        Whether Si-C cross-links hold the network: it leaches to a scaffold rather than melts as a whole.
    shell_thickness_nm, shell, core
        Only for core-shell particles.
    source, notes
        Where the numbers come from, and what is assumed.
    metadata
        Synthesis as published; not used in any calculation.
    """

    name: StrictStr = Field(min_length=1)
    title: StrictStr = ""
    geometry: Literal["homogeneous", "core-shell", "hollow core-shell"]
    diameter_nm: Annotated[float, Quantity("diameter", "nm", 5, 5000)]
    diameter_sd_nm: Annotated[float, Quantity("diameter_sd", "nm", 0, 1000)] = 0.0
    skeletal_density_g_cm3: Annotated[float, Quantity("skeletal_density", "g/cm^3", 0.5, 10)]
    carbon_mass_fraction: Annotated[float, Quantity("carbon_mass_fraction", "g/g", 0, 1)]
    carbon_volume_fraction: Annotated[float, Quantity("carbon_volume_fraction", "cm^3/cm^3", 0, 1)]
    silicon_mass_fraction: Annotated[float, Quantity("silicon_mass_fraction", "g/g", 0, 1)]
    oxygen_mass_fraction: Annotated[float, Quantity("oxygen_mass_fraction", "g/g", 0, 1)]
    soluble_silica_mass_fraction: Annotated[float, Quantity("soluble_silica_mass_fraction", "g/g", 0, 1)]
    bet_area_m2_g: Annotated[float | None, Quantity("bet_area", "m^2/g", 0.1, 3000)] = None
    mesopore_diameter_nm: Annotated[float | None, Quantity("mesopore_diameter", "nm", 0.3, 50)] = None
    carbon_domain_nm: Annotated[float | None, Quantity("carbon_domain", "nm", 0.2, 100)] = None
    mixed_bonds: StrictBool
    shell_thickness_nm: Annotated[float | None, Quantity("shell_thickness", "nm", 0.1, 2500)] = None
    shell: Literal["carbon", "oxycarbide"] | None = None
    core: Literal["silica", "carbon", "void"] | None = None
    source: StrictStr = ""
    notes: StrictStr = ""
    metadata: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        total = self.carbon_mass_fraction + self.silicon_mass_fraction + self.oxygen_mass_fraction
        if total > 1 + _ROUNDING:
            raise ValueError(
                f"carbon, silicon and oxygen mass fractions add up to {total:.3f}; they may not exceed 1."
            )
        if self.soluble_silica_mass_fraction > 0 and self.silicon_mass_fraction == 0:
            raise ValueError(
                f"soluble_silica_mass_fraction = {self.soluble_silica_mass_fraction:g} needs silicon, "
                "but silicon_mass_fraction is 0."
            )
        self._check_shell()
        return self

    def _check_shell(self) -> None:
        given = [n for n in ("shell_thickness_nm", "shell", "core") if getattr(self, n) is not None]
        if self.geometry == "homogeneous":
            if given:
                raise ValueError(f"{given[0]} is only for geometry 'core-shell' or 'hollow core-shell'.")
            return
        if len(given) < 3:
            raise ValueError(f"geometry '{self.geometry}' needs shell_thickness, shell and core.")
        if self.shell_thickness_nm is not None and self.shell_thickness_nm >= self.diameter_nm / 2:
            raise ValueError(
                f"shell_thickness = {self.shell_thickness_nm:g} nm: must be below the radius of "
                f"{self.diameter_nm / 2:g} nm."
            )
