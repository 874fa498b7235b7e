"""Vibrations of a powder: which bonds it has, and where and how strongly each absorbs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...core.parameters import Parameter, Values
from ...matter.constants import MASS_B, MASS_C, MASS_O, MASS_SI
from . import parameters as par

if TYPE_CHECKING:
    from ...sample import Sample

Array = NDArray[np.float64]

#: Oxygen atoms that count as bonded to a boron atom of each species (half of those it shares with another
#: boron or silicon atom), and its bonds to oxygen and to carbon.
OXYGEN = {"BO3": 1.5, "BCO2": 1.0, "BC2O": 0.5, "BC3": 0.0, "B-OH": 3.0}
B_O_BONDS = {"BO3": 3, "BCO2": 2, "BC2O": 1, "BC3": 0, "B-OH": 0}
B_C_BONDS = {"BO3": 0, "BCO2": 1, "BC2O": 2, "BC3": 3, "B-OH": 0}
OXYGEN_OF_SILICON = 2.0  # atoms per silicon that bridge to another one, at most
LITRE = 1000.0  # cm^3


@dataclass(frozen=True)
class Mode:
    """A band of the powder.

    Parameters
    ----------
    bond
        What vibrates.
    height
        Absorbance at its top.
    position, width
        Top and full width at half maximum in 1/cm.
    """

    bond: str
    height: float
    position: float
    width: float

    def __call__(self, x: Array) -> Array:
        """Return its absorbance: Gaussian, as disorder makes it."""
        return np.asarray(self.height * np.exp(-4 * np.log(2) * ((x - self.position) / self.width) ** 2))


#: Mode: bond, count it goes with, absorptivity, position, full width.
TABLE: tuple[tuple[str, str, Parameter, Parameter, Parameter], ...] = (
    ("Si-O-Si", "Si-O", par.E_SI_O, par.SI_O, par.W_SI_O),
    ("Si-O-Si", "shoulder", par.E_SI_O, par.SI_O_LONGITUDINAL, par.W_SI_O),
    ("Si-O-Si", "Si-O", par.E_SI_O_BEND, par.SI_O_BEND, par.W_LOW),
    ("Si-O-Si", "Si-O", par.E_SI_O_ROCK, par.SI_O_ROCK, par.W_LOW),
    ("Si-O-B", "Si-O-B", par.E_SI_O_B, par.SI_O_B, par.W_SI_O_B),
    ("Si-O-B", "Si-O-B", par.E_SI_O_B_BEND, par.SI_O_B_BEND, par.W_SI_O_B),
    ("B-O", "B-O", par.E_B_O, par.B_O, par.W_B_O),
    ("B-C", "B-C", par.E_B_C, par.B_C, par.W_B_C),
    ("C=C", "C", par.E_C_C, par.C_C, par.W_C_C),
    ("B-O of boric acid", "B-OH", par.E_ACID, par.ACID, par.W_ACID),
    ("B-O-H", "B-OH", par.E_B_OH, par.B_OH, par.W_B_OH),
    ("O-H of boric acid", "B-OH", par.E_B_OH_STRETCH, par.B_OH_STRETCH, par.W_B_OH_STRETCH),
)


def bonds(sample: Sample) -> dict[str, float]:
    """Return what the powder holds per gram (mmol): oxygen of silicon, bonds of boron, carbon.

    Oxygen that boron does not need is silicon's, up to two atoms for each; bonds from silicon to carbon are
    not in the sample and not counted.
    """
    v, z = sample.values, sample.zones
    mass = z["mass_mg_g"].values
    total = float(mass.sum() + z["hydrogen_mg_g"].values.sum())
    boron = {
        str(s): float(mass @ z["boron_mass_fraction"].sel(species=s).values) / v[MASS_B]
        for s in z["species"].values
    }
    element = {
        name: float(mass @ z["mass_fraction"].sel(element=name).values) / v[record]
        for name, record in (("C", MASS_C), ("O", MASS_O), ("Si", MASS_SI))
    }
    spare = element["O"] - sum(OXYGEN[s] * n for s, n in boron.items())
    oxygen = min(max(spare, 0.0), OXYGEN_OF_SILICON * element["Si"])
    counts = {
        "Si-O": oxygen,
        "shoulder": oxygen * v[par.LONGITUDINAL_SHARE],
        "Si-O-B": boron["BO3"] * v[par.BRIDGES] if element["Si"] > 0 else 0.0,
        "B-O": sum(B_O_BONDS[s] * n for s, n in boron.items()),
        "B-C": sum(B_C_BONDS[s] * n for s, n in boron.items()),
        "C": element["C"],
        "B-OH": boron["B-OH"],
    }
    return {name: 1000 * n / total for name, n in counts.items()}


def modes(sample: Sample, powder_mg: float) -> list[Mode]:
    """Return the bands of so much powder in a pellet; those of no height are left out."""
    v, counts = sample.values, bonds(sample)
    column = powder_mg * 1e-3 / v[par.PELLET] * 1e-3 * LITRE  # g/cm^2, mmol to mol, L to cm^3
    found = [Mode(bond, counts[of] * v[e] * column, v[at], v[width]) for bond, of, e, at, width in TABLE]
    return [m for m in found if m.height > 0]


def water(height: float, values: Values) -> list[Mode]:
    """Return the bands of adsorbed water of so much absorbance in its O-H band."""
    return [
        Mode("O-H of water", height, values[par.WATER_STRETCH], values[par.W_WATER_STRETCH]),
        Mode("H-O-H", height * values[par.BEND_SHARE], values[par.WATER_BEND], values[par.W_WATER_BEND]),
    ]


def absorbance(x: Array, bands: list[Mode]) -> Array:
    """Return the sum of bands."""
    return np.asarray(sum((m(x) for m in bands), np.zeros_like(x)))


#: Lines of water vapour (1/cm, relative strength) that a spectrum of 4 1/cm shows, from memory.
VAPOUR_LINES: Mapping[float, float] = {
    1456.9: 0.5, 1472.1: 0.4, 1489.8: 0.4, 1507.1: 0.7, 1521.3: 0.4, 1540.0: 0.7, 1558.5: 0.9, 1569.8: 0.4,
    1576.2: 0.5, 1616.7: 0.6, 1635.0: 0.5, 1646.0: 0.5, 1653.3: 0.9, 1669.4: 0.6, 1684.8: 0.8, 1699.9: 0.8,
    1717.4: 0.8, 1733.4: 0.7, 1750.0: 0.4, 1772.7: 0.5, 1792.7: 0.5, 1844.2: 0.4, 1869.4: 0.3,
    3628.0: 0.3, 3648.0: 0.4, 3669.8: 0.5, 3675.0: 0.4, 3710.0: 0.5, 3735.0: 0.7, 3750.0: 0.8, 3802.0: 0.7,
    3816.0: 0.9, 3837.0: 0.8, 3853.9: 1.0, 3870.0: 0.8, 3885.0: 0.7, 3902.0: 0.7,
}  # fmt: skip
#: The two branches of CO2: position, full width (1/cm) and relative strength, from memory.
DIOXIDE_BRANCHES = ((2341.0, 16.0, 0.85), (2361.0, 14.0, 1.0))


def gases(x: Array, vapour: float, dioxide: float, resolution: float) -> Array:
    """Return the absorbance of the gas in the beam, by the strongest line of each."""
    y = absorbance(x, [Mode("CO2", dioxide * s, at, w) for at, w, s in DIOXIDE_BRANCHES])
    return y + absorbance(x, [Mode("H2O", vapour * s, at, resolution) for at, s in VAPOUR_LINES.items()])
