"""Statistical thickness of the nitrogen film on a wall at 77 K: the curves an analyst may choose from."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...core.parameters import Values
from . import laws
from . import parameters as par

Array = NDArray[np.float64]

_NM_PER_ANGSTROM = 0.1  # a unit conversion
_HALSEY_ROOT = 1.0 / 3.0  # exponent of Halsey's law: forces fall with the cube of the distance


def halsey(pressure: ArrayLike, values: Values) -> Array:
    """Thickness (nm) at relative `pressure`, Halsey 1948 (no surface named: "standard" in many programs)."""
    x = np.asarray(pressure, dtype=float)
    ratio = values[par.HALSEY_A] / -np.log(x)
    return np.asarray(values[par.MONOLAYER_THICKNESS] * ratio**_HALSEY_ROOT)


def silica(pressure: ArrayLike, values: Values) -> Array:
    """Thickness (nm) at relative `pressure` on silica, Kruk, Jaroniec and Sayari 1997."""
    x = np.asarray(pressure, dtype=float)
    ratio = values[par.KJS_A] / (values[par.KJS_B] - np.log10(x))
    return np.asarray(_NM_PER_ANGSTROM * ratio ** values[par.KJS_EXPONENT])


def carbon_black(pressure: ArrayLike, values: Values) -> Array:
    """Thickness (nm) at relative `pressure` on carbon black, ASTM D6556."""
    x = np.asarray(pressure, dtype=float)
    square, slope, offset = (values[record] for record in par.CARBON_BLACK)
    return np.asarray(square * x**2 + slope * x + offset)


CURVES: dict[str, Callable[[ArrayLike, Values], Array]] = {
    "harkins-jura": laws.thickness,
    "halsey": halsey,
    "silica": silica,
    "carbon-black": carbon_black,
}
