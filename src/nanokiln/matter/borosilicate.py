"""B2O3-SiO2: regular-solution melt, saturation, unmixing, viscosity (data sheet, sections 3 and 4).

The thermodynamic numbers are those of the shipped database ``b2o3-sio2.tdb``; `phase_diagram` holds
this fast form against pycalphad.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..core.errors import PhysicsError
from ..core.parameters import Parameter, Values
from . import boron_oxide
from .constants import GAS_CONSTANT

ASSESSMENT = "own assessment of B2O3-SiO2, shipped as b2o3-sio2.tdb"

INTERACTION = Parameter(
    "melt.interaction", 13187.0, "J/mol", 11000.0, 15000.0,
    "2 R Tc with the consolute point 520 degC, Charles & Wagstaff, J. Am. Ceram. Soc. 51 (1968) 16", "M",
    valid="573-1773 K", note="520 degC is from memory of the paper",
)  # fmt: skip
FUSION_H = Parameter(
    "melt.fusion_h", 4922.0, "J/mol", 3922.0, 5922.0,
    "Richet et al., Geochim. Cosmochim. Acta 46 (1982) 2639: 8.92 kJ/mol at 1999 K, dCp 2 J/mol/K", "V",
    valid="700-2000 K", note="constant of G(liquid) - G(cristobalite)",
)  # fmt: skip
FUSION_S = Parameter("melt.fusion_s", 12.7385736, "J/mol/K", 12.2, 13.3, "same", "V", valid="700-2000 K")
FUSION_CP = Parameter(
    "melt.fusion_cp", 2.0, "J/mol/K", 1.0, 3.0, "solution calorimetry of glass and cristobalite near 985 K",
    "M",
    valid="700-2000 K",
)  # fmt: skip
MOLAR_VOLUME_SILICA = Parameter(
    "melt.silica_volume",
    0.0273,
    "cm^3/mmol",
    0.0270,
    0.0276,
    "60.08 g/mol at 2.20 g/cm3 (vitreous silica)",
    "D",
)
SILICA_TG = Parameter(
    "melt.silica_tg", 1475.0, "K", 1440.0, 1500.0, "Doremus, J. Appl. Phys. 2002 (viscosity 1e12 Pa s)", "M"
)
SILICA_FRAGILITY = Parameter("melt.silica_fragility", 25.2, "1", 20.0, 28.0, "MYEGA fit to the same", "D")
SILICA_LIMIT = Parameter("melt.silica_A", -5.0, "1", -6.0, -4.0, "MYEGA fit to the same", "D")
GORDON_TAYLOR = Parameter(
    "melt.gordon_taylor", 7.75, "1", 6.0, 9.5,
    "annealing point of Vycor-type glass (x_B 0.03) near 1020 degC", "M", valid="x_B 0.03 to 1",
    note="+-1 decade of viscosity for x_B 0.05 to 0.3; one decade too fluid at the softening point",
)  # fmt: skip


def fusion_energy(temperature: ArrayLike, values: Values) -> NDArray[np.float64]:
    """Return the Gibbs energy of melting of cristobalite in J/mol; temperature in K."""
    T = np.asarray(temperature, dtype=float)
    return values[FUSION_H] + values[FUSION_S] * T - values[FUSION_CP] * T * np.log(T)


def silica_activity(x: ArrayLike, temperature: ArrayLike, values: Values) -> NDArray[np.float64]:
    """Return the activity of SiO2 (liquid reference) at mole fraction `x` of SiO2; temperature in K."""
    x = np.asarray(x, dtype=float)
    rt = values[GAS_CONSTANT] * np.asarray(temperature, dtype=float)
    return x * np.exp(values[INTERACTION] * (1 - x) ** 2 / rt)


def saturation_activity(temperature: ArrayLike, network: float, values: Values) -> NDArray[np.float64]:
    """Return the activity of SiO2 at which the solid stops dissolving.

    Parameters
    ----------
    temperature
        Temperature in K.
    network
        Extra stability of the solid relative to cristobalite, J per mol SiO2 (``dG_net``); minus infinity
        is not needed: silica glass has `network` equal to minus the fusion energy, activity 1.
    """
    rt = values[GAS_CONSTANT] * np.asarray(temperature, dtype=float)
    return np.exp(-(fusion_energy(temperature, values) + network) / rt)


_GRID = 4000  # points of the search grid in x; the root is then refined


def saturation(temperature: float, network: float, values: Values) -> float:
    """Return the smallest mole fraction of SiO2 at which the melt is saturated.

    Raises
    ------
    PhysicsError
        If the melt never saturates: the solid is less stable than the liquid.
    """
    from scipy.optimize import brentq

    target = float(saturation_activity(temperature, network, values))
    grid = np.linspace(1e-6, 1, _GRID)
    above = np.flatnonzero(silica_activity(grid, temperature, values) >= target)
    if above.size == 0 or target >= 1:
        raise PhysicsError(f"at {temperature:.0f} K silica melts: no saturation exists.")
    right = int(above[0])
    if right == 0:
        return float(grid[0])
    return float(
        brentq(
            lambda x: float(silica_activity(x, temperature, values)) - target, grid[right - 1], grid[right]
        )
    )


def binodal(temperature: float, values: Values) -> tuple[float, float] | None:
    """Return both mole fractions of SiO2 of the unmixed melt, or None above the consolute point (K)."""
    from scipy.optimize import brentq

    ratio = values[INTERACTION] / (values[GAS_CONSTANT] * temperature)
    if ratio <= 2:
        return None
    low = brentq(
        lambda x: np.log(x / (1 - x)) + ratio * (1 - 2 * x), 1e-9, 0.5 * (1 - np.sqrt(1 - 2 / ratio))
    )
    return float(low), 1 - float(low)


def unmixing_temperature(x: float, values: Values) -> float:
    """Return the temperature (K) below which a melt of SiO2 fraction `x` unmixes."""
    span = 2 * x - 1
    odds = np.log(x / (1 - x)) if 0 < x < 1 else np.inf
    per_kelvin = 2 if abs(span) < 1e-6 else odds / span
    return float(values[INTERACTION] / (values[GAS_CONSTANT] * per_kelvin))


def glass_transition(x_boron: ArrayLike, values: Values) -> NDArray[np.float64]:
    """Return the glass transition of the mixture in K (Gordon-Taylor) for the fraction of B2O3."""
    x_b = np.asarray(x_boron, dtype=float)
    weight = values[GORDON_TAYLOR] * x_b
    silica = 1 - x_b
    return (values[SILICA_TG] * silica + values[boron_oxide.GLASS_TRANSITION] * weight) / (silica + weight)


def log_viscosity(x_silica: ArrayLike, temperature: ArrayLike, values: Values) -> NDArray[np.float64]:
    """Return log10 of the viscosity of the mixture in Pa s.

    Limits: +-1 decade for 5-30 mol% B2O3; a lower bound for glass that keeps Si-C bonds.
    """
    x = np.asarray(x_silica, dtype=float)
    return boron_oxide.myega(
        temperature,
        glass_transition(1 - x, values),
        values[SILICA_LIMIT] * x + values[boron_oxide.VISCOSITY_LIMIT] * (1 - x),
        values[SILICA_FRAGILITY] * x + values[boron_oxide.FRAGILITY] * (1 - x),
    )


def is_arrested(x_silica: float, values: Values) -> bool:
    """Whether a melt turns to glass before it can unmix on cooling, and so stays one insoluble glass."""
    return float(glass_transition(1 - x_silica, values)) > unmixing_temperature(x_silica, values)
