"""Crystals: lattice spacings and diffraction angles of boric acid (data sheet, sections 1 and 9)."""

from __future__ import annotations

import numpy as np

from ..core.parameters import Parameter, Values

ZACHARIASEN = "Zachariasen, Acta Cryst. 7 (1954) 305, triclinic cell of H3BO3"

CELL_A = Parameter("h3bo3.cell_a", 0.7039, "nm", 0.7029, 0.7049, ZACHARIASEN, "M")
CELL_B = Parameter("h3bo3.cell_b", 0.7053, "nm", 0.7043, 0.7063, ZACHARIASEN, "M")
CELL_C = Parameter("h3bo3.cell_c", 0.6578, "nm", 0.6568, 0.6588, ZACHARIASEN, "M")
CELL_ALPHA = Parameter("h3bo3.cell_alpha", 92.58, "deg", 92.4, 92.8, ZACHARIASEN, "M")
CELL_BETA = Parameter("h3bo3.cell_beta", 101.17, "deg", 101.0, 101.4, ZACHARIASEN, "M")
CELL_GAMMA = Parameter("h3bo3.cell_gamma", 119.83, "deg", 119.6, 120.0, ZACHARIASEN, "M")
COPPER_K_ALPHA = Parameter(
    "xray.cu_ka1", 0.154056, "nm", 0.154055, 0.154060, "Hoelzer et al., Phys. Rev. A 56 (1997) 4554", "M"
)


def boric_acid_spacing(h: int, k: int, l: int, values: Values) -> float:  # noqa: E741 (Miller indices)
    """Return the spacing in nm of the planes (h k l) of boric acid."""
    a, b, c = values[CELL_A], values[CELL_B], values[CELL_C]
    alpha, beta, gamma = (np.radians(values[p]) for p in (CELL_ALPHA, CELL_BETA, CELL_GAMMA))
    metric = np.array(
        [
            [a * a, a * b * np.cos(gamma), a * c * np.cos(beta)],
            [a * b * np.cos(gamma), b * b, b * c * np.cos(alpha)],
            [a * c * np.cos(beta), b * c * np.cos(alpha), c * c],
        ]
    )
    index = np.array([h, k, l])
    return float(1 / np.sqrt(index @ np.linalg.inv(metric) @ index))


def diffraction_angle(spacing_nm: float, values: Values) -> float:
    """Return 2 theta in degrees (copper K-alpha 1) of a spacing in nm."""
    return float(2 * np.degrees(np.arcsin(values[COPPER_K_ALPHA] / (2 * spacing_nm))))
