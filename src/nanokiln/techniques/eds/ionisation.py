"""Ionisation of inner shells by electrons: distorted-wave Born approximation in its analytical form.

D. Bote, F. Salvat, A. Jablonski and C. J. Powell, At. Data Nucl. Data Tables 95 (2009) 871: two fits, one up
to sixteen times the threshold, one above. Coefficients of the K shell from boron to zinc.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from ...core.errors import InputError
from ...core.parameters import Values
from .parameters import BOHR_RADIUS, REST_ENERGY


class Fit(NamedTuple):
    """Coefficients of one shell: threshold (eV), high fit (be, scale, g1-g4), low fit (a1-a5)."""

    threshold: float
    be: float
    scale: float
    high: tuple[float, float, float, float]
    low: tuple[float, float, float, float, float]


_SWITCH = 16.0  # times the threshold, where the two fits meet

# Bote et al. 2009, supplementary table, K shell
K_SHELL = {
    "B": Fit(195.609, 1.21, 3.93e-6, (0.0137, 8.91, -0.0554, 0.0399),
        (0.149, 0.000716, -0.209, 0.223, -0.302)),
    "C": Fit(291.001, 1.21, 2.61e-6, (0.0176, 8.57, -0.0675, 0.0467),
        (0.0999, 0.000488, -0.139, 0.149, -0.202)),
    "N": Fit(404.846, 1.2, 1.86e-6, (0.023, 8.27, -0.0823, 0.0578),
        (0.0718, 0.000362, -0.0991, 0.105, -0.14)),
    "O": Fit(537.276, 1.19, 1.4e-6, (0.0258, 8.01, -0.0898, 0.0571),
        (0.0541, 0.000281, -0.0743, 0.0782, -0.102)),
    "F": Fit(688.376, 1.18, 1.09e-6, (0.0305, 7.78, -0.105, 0.0634),
        (0.0421, 0.000228, -0.0576, 0.0595, -0.0738)),
    "Na": Fit(1064.01, 1.16, 6.87e-7, (0.0427, 7.45, -0.147, 0.0815),
        (0.0271, 0.000159, -0.0364, 0.0372, -0.0424)),
    "Mg": Fit(1294.51, 1.16, 5.52e-7, (0.0486, 7.33, -0.165, 0.0855),
        (0.0222, 0.000136, -0.0294, 0.0299, -0.0334)),
    "Al": Fit(1549.92, 1.15, 4.51e-7, (0.0551, 7.23, -0.183, 0.0897),
        (0.0185, 0.000119, -0.0241, 0.0242, -0.0266)),
    "Si": Fit(1828.50, 1.14, 3.74e-7, (0.0621, 7.14, -0.207, 0.0953),
        (0.0156, 0.000106, -0.0201, 0.0202, -0.0225)),
    "P": Fit(2130.45, 1.13, 3.16e-7, (0.0722, 7.06, -0.243, 0.111),
        (0.0133, 9.58e-5, -0.0169, 0.0166, -0.0173)),
    "S": Fit(2455.90, 1.11, 2.7e-7, (0.0804, 6.98, -0.272, 0.117),
        (0.0115, 8.74e-5, -0.0145, 0.0142, -0.0151)),
    "Cl": Fit(2804.94, 1.09, 2.33e-7, (0.0871, 6.9, -0.298, 0.119),
        (0.01, 8.12e-5, -0.0125, 0.012, -0.0123)),
    "K": Fit(3583.38, 1.05, 1.77e-7, (0.109, 6.76, -0.371, 0.143),
        (0.00778, 7.1e-5, -0.00958, 0.00923, -0.00927)),
    "Ca": Fit(4015.14, 1.03, 1.56e-7, (0.129, 6.71, -0.44, 0.182),
        (0.00692, 6.73e-5, -0.00845, 0.0082, -0.00864)),
    "Ti": Fit(4940.73, 0.979, 1.24e-7, (0.147, 6.59, -0.507, 0.19),
        (0.00558, 6.14e-5, -0.00672, 0.00647, -0.00679)),
    "Cr": Fit(5963.04, 0.924, 1.01e-7, (0.182, 6.49, -0.63, 0.246),
        (0.00459, 5.71e-5, -0.00546, 0.00523, -0.0055)),
    "Mn": Fit(6510.94, 0.894, 9.18e-8, (0.203, 6.44, -0.698, 0.28),
        (0.00418, 5.53e-5, -0.00495, 0.00471, -0.00493)),
    "Fe": Fit(7083.48, 0.863, 8.37e-8, (0.225, 6.39, -0.77, 0.317),
        (0.00383, 5.38e-5, -0.00451, 0.00429, -0.00451)),
    "Co": Fit(7680.79, 0.832, 7.67e-8, (0.248, 6.35, -0.85, 0.358),
        (0.00352, 5.24e-5, -0.00412, 0.00392, -0.00413)),
    "Ni": Fit(8303.01, 0.799, 7.04e-8, (0.273, 6.3, -0.931, 0.401),
        (0.00325, 5.11e-5, -0.00378, 0.00363, -0.00399)),
    "Cu": Fit(8950.25, 0.765, 6.49e-8, (0.302, 6.26, -1.02, 0.454),
        (0.003, 5.0e-5, -0.00348, 0.00334, -0.00368)),
    "Zn": Fit(9622.67, 0.73, 6.0e-8, (0.335, 6.22, -1.13, 0.517),
        (0.00278, 4.91e-5, -0.0032, 0.003, -0.00311)),
}  # fmt: skip


def cross_section(element: str, energy: float, values: Values) -> float:
    """Return the cross-section for ionising the K shell of an atom, cm2.

    Parameters
    ----------
    element
        Symbol; those of `K_SHELL`.
    energy
        Energy of the electron, eV.
    values
        Parameter values.

    Raises
    ------
    InputError
        For an element without coefficients.

    Limits: free atoms; within 5-10 % for fast electrons, more within a factor of two of the threshold.
    """
    fit = K_SHELL.get(element)
    if fit is None:
        raise InputError(
            f"no cross-section is at hand for {element}. Give its factor (choice 'k_factors'); "
            f"known are the K shells of {', '.join(K_SHELL)}."
        )
    over = energy / fit.threshold
    if over <= 1:
        return 0.0
    area = 4 * math.pi * values[BOHR_RADIUS] ** 2
    if over <= _SWITCH:
        return area * (over - 1) * (_low(over, fit) / over) ** 2
    return area * fit.scale * over / (over + fit.be) * _high(energy, fit, values[REST_ENERGY])


def _low(over: float, fit: Fit) -> float:
    a1, a2, a3, a4, a5 = fit.low
    part = 1 / (1 + over)
    return a1 + a2 * over + part * (a3 + part**2 * (a4 + part**2 * a5))


def _high(energy: float, fit: Fit, rest: float) -> float:
    momentum = math.sqrt(energy * (energy + 2 * rest)) / rest
    beta2 = beta_squared(energy, rest)
    g1, g2, g3, g4 = fit.high
    bethe = (2 * math.log(momentum) - beta2) * (1 + g1 / momentum)
    return (bethe + g2 + g3 * math.sqrt(rest / (energy + rest)) + g4 / momentum) / beta2


def beta_squared(energy: float, rest: float) -> float:
    """Return the square of speed over that of light; energies in eV."""
    return energy * (energy + 2 * rest) / (energy + rest) ** 2
