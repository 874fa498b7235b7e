"""The recipe: everything decided before the furnace door closes, and what is done after it opens."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StrictBool, StrictInt, StrictStr, field_validator, model_validator

from .precursor import Precursor
from .precursors import load_precursor
from .programme import Programme
from .quantity import Quantity
from .table import Table

Stage = Literal["before", "intermediate", "product"]


class Gas(Table):
    """The gas that flows over the powder: argon with some hydrogen and moisture.

    Parameters
    ----------
    hydrogen_fraction
        Volume fraction of hydrogen in argon.
    flow_mL_min
        Flow at room temperature.
    water_ppm
        Moisture by volume.
    """

    hydrogen_fraction: Annotated[float, Quantity("hydrogen_fraction", "dimensionless", 0, 1)] = 0.05
    flow_mL_min: Annotated[float, Quantity("flow", "mL/min", 0.1, 100000)] = 100.0
    water_ppm: Annotated[float, Quantity("water", "ppm", 0, 1000000)] = 10.0


class Recipe(Table):
    """A recipe, validated and frozen; quantities are plain numbers in the unit the field name states.

    Parameters
    ----------
    name, title
        Short name (also used for file names) and one line for people.
    precursor
        The spheres.
    additive
        What is added; only boric acid is known.
    additive_ratio
        Mass of additive per mass of precursor, g/g.
    drying
        ``freeze-drying``, or ``none`` when nothing is added.
    programme
        Temperature programme; empty when the powder is not fired.
    gas
        Furnace gas.
    wash_cycles
        Washes with water after firing.
    oxide_etch
        Whether the oxide is removed selectively afterwards, leaving carbon.
    sample_mass_g
        Mass of powder in the boat.
    notes, source
        What is assumed, and where the recipe comes from.
    assumed
        Names of fields the source does not give and that are set here.
    metadata
        Conditions recorded but not used in any calculation.
    """

    name: StrictStr = Field(min_length=1, max_length=80)
    title: StrictStr = ""
    precursor: Precursor
    additive: Literal["boric acid"] = "boric acid"
    additive_ratio: Annotated[float, Quantity("additive_ratio", "g/g", 0, 2)]
    drying: Literal["freeze-drying", "none"] = "freeze-drying"
    programme: Programme = Programme()
    gas: Gas = Gas()
    wash_cycles: StrictInt = Field(default=0, ge=0, le=20)
    oxide_etch: StrictBool = False
    sample_mass_g: Annotated[float, Quantity("sample_mass", "g", 0.001, 1000)] = 0.2
    notes: StrictStr = ""
    source: StrictStr = ""
    assumed: tuple[StrictStr, ...] = ()
    metadata: dict[str, Any] = Field(default_factory=dict)

    @field_validator("precursor", mode="before")
    @classmethod
    def _by_name(cls, given: Any) -> Any:
        return load_precursor(given) if isinstance(given, (str, dict)) else given

    @field_validator("name")
    @classmethod
    def _plain_name(cls, name: str) -> str:
        if not name.isprintable() or set(name) & set('/\\:*?"<>|') or name != name.strip(" ."):
            raise ValueError(f'{name!r} names files, so no / \\ : * ? " < > | and no line breaks.')
        return name

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.drying == "none" and self.additive_ratio > 0:
            raise ValueError(
                "drying = 'none' does not go with an additive_ratio above 0; use drying = 'freeze-drying'."
            )
        return self

    @property
    def stage(self) -> Stage:
        """``before`` when not fired, ``intermediate`` when quenched, else ``product``."""
        if not self.programme.fired:
            return "before"
        return "intermediate" if self.programme.quenched else "product"
