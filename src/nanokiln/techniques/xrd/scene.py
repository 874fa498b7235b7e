"""What of a powder scatters X-rays, and where: halo of the glass, carbon, crystals of boric acid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...core.parameters import Values
from . import parameters as p
from .reference import phases

if TYPE_CHECKING:
    from ...sample import Sample

Array = NDArray[np.float64]

_GRID = (5.0, 90.0, 0.01)  # degrees (copper): first, last, step of the grid on which a maximum is looked for
_LN2 = float(np.log(2.0))
_TOP = 0.02  # of the highest: a lower maximum of the broad scattering is no halo


@dataclass(frozen=True)
class Scene:
    """Scattering per gram of precursor, in squared electrons times mmol.

    Parameters
    ----------
    oxide, carbon
        Amorphous oxide (silica and boron oxide) and carbon.
    crystals
        Crystalline phases of the reference set.
    """

    oxide: float
    carbon: float
    crystals: Mapping[str, float]

    def broad(self, two_theta: Array, wavelength: float, values: Values) -> Array:
        """Return the broad scattering per degree at `two_theta` (degrees, any wavelength in angstrom)."""
        copper = values[p.LINES["Cu"][0]]
        sine = np.sin(np.radians(two_theta / 2)) * copper / wavelength
        reached = np.abs(sine) < 1
        angle = 2 * np.degrees(np.arcsin(np.where(reached, sine, 0.0)))
        stretch = copper / wavelength * np.cos(np.radians(two_theta / 2)) / np.cos(np.radians(angle / 2))
        result: Array = np.where(reached, self._copper(angle, values) * stretch, 0.0)
        return result

    def _copper(self, angle: Array, v: Values) -> Array:
        oxide_angle = 2 * np.degrees(np.arcsin(v[p.OXIDE_Q] * v[p.LINES["Cu"][0]] / (4 * np.pi)))
        total = self.oxide * v[p.OXIDE_SHARE] * _hump(angle, float(oxide_angle), v[p.OXIDE_WIDTH])
        total += self.carbon * v[p.STACK_SHARE] * _hump(angle, v[p.STACK_ANGLE], v[p.STACK_WIDTH])
        total += (
            self.carbon * v[p.LAYER_SHARE]
            * _hump(angle, v[p.LAYER_ANGLE], v[p.LAYER_WIDTH], v[p.LAYER_SKEW])
        )  # fmt: skip
        return total

    def maxima(self, wavelength: float, values: Values) -> list[float]:
        """Return the angles (degrees) of the maxima of the broad scattering, highest first."""
        first, last, step = _GRID
        x = np.arange(first, last, step)
        y = self.broad(x, wavelength, values)
        inner = np.flatnonzero((y[1:-1] > y[:-2]) & (y[1:-1] >= y[2:]) & (y[1:-1] > _TOP * y.max())) + 1
        return [float(x[i]) for i in sorted(inner, key=lambda i: -y[i])]


def _hump(x: Array, position: float, width: float, skew: float = 1.0) -> Array:
    """Gaussian of unit area and full width `width`; its high half is `skew` times as wide as the other."""
    low = width / (1 + skew)
    half = np.where(x < position, low, skew * low)
    height = 2 * np.sqrt(_LN2 / np.pi) / width
    result: Array = height * np.exp(-_LN2 * ((x - position) / half) ** 2)
    return result


def scene(sample: Sample, silicon_share: float = 0.0) -> Scene:
    """Return what scatters in a sample.

    Parameters
    ----------
    sample
        Sample with `state`, `firing`, `recipe`, `values`.
    silicon_share
        Silicon powder mixed in as a standard, g per g of sample.

    Notes
    -----
    Squared atomic numbers stand for scattering factors: right for the ratio of phases within some ten per
    cent.
    Boric acid inside mesopores (narrower than two unit cells) counts as amorphous.
    """
    v = sample.values
    z2 = {name: v[record] ** 2 for name, record in p.ELECTRONS.items()}
    state = sample.state
    silicon, carbon, boron = (float(state[n]) for n in ("silicon", "carbon", "boron"))
    bound = sum(float(state[n]) for n in ("edge_wall", "edge_freed", "plane"))
    acid = 0.0
    if sample.stage == "before":
        acid = _crystalline_acid(sample)
        boron -= acid
    glass = max(boron - bound, 0.0)
    oxide = silicon * (z2["Si"] + 2 * z2["O"]) + glass * (z2["B"] + 1.5 * z2["O"])
    crystals = {}
    if acid > 0:
        crystals["boric_acid"] = acid * (z2["B"] + 3 * z2["O"] + 3 * z2["H"])
    if silicon_share > 0:
        from ...matter.constants import MASS_SI

        amount = 1000 * silicon_share * float(state["product_mass"]) / v[MASS_SI]
        crystals["silicon"] = amount * z2["Si"]
    return Scene(oxide, carbon * z2["C"], crystals)


def _crystalline_acid(sample: Sample) -> float:
    """Crystalline boric acid, mmol per gram of precursor: what is not in mesopores."""
    from ...matter.boric_acid import DENSITY
    from ...matter.constants import MASS_H3BO3

    v = sample.values
    left = float(sample.firing["boric_acid"].values[-1])
    in_pores = 1000 * float(sample.state["pore_left"]) * v[DENSITY] / v[MASS_H3BO3]
    return max(float(sample.state["fed"]) * left - in_pores, 0.0) * v[p.ACID_SHARE]


def crystal_lines(name: str, wavelength: float, values: Values) -> tuple[Array, Array]:
    """Return angles (degrees) and shares of the lines of a phase in all of its scattering.

    Boric acid has the cell of the parameter records, so that another cell moves its lines.
    """
    from ...matter.crystal import boric_acid_spacing

    phase = phases()[name]
    spacing = phase.spacing
    if name == "boric_acid":
        planes = [[int(i) for i in indices.split()] for indices in phase.indices]
        spacing = 10 * np.array([boric_acid_spacing(i, j, k, values) for i, j, k in planes])
    ratio = wavelength / (2 * spacing)
    reached = ratio < 1
    share: Array = (phase.intensity / phase.intensity.sum())[reached]
    return 2 * np.degrees(np.arcsin(ratio[reached])), share
