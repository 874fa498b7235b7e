"""Which X-rays a pattern was taken with: from the file or given, never assumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.errors import DataError, InputError, unknown_name
from ...core.measurement import Measurement
from ...core.parameters import Values
from . import parameters as p

Array = NDArray[np.float64]

_RANGE_A = (0.1, 5.0)  # wavelengths a powder diffractometer can use


@dataclass(frozen=True)
class Radiation:
    """Lines in the beam.

    Parameters
    ----------
    alpha1, alpha2
        Wavelengths, angstrom.
    ratio
        Intensity of the second line over the first; 0 for a single line.
    said
        Where that is from, in words.
    """

    alpha1: float
    alpha2: float
    ratio: float
    said: str

    def second(self, two_theta: Any) -> Array:
        """Return where the second line of peaks at `two_theta` (degrees) stands."""
        sine = np.sin(np.radians(np.asarray(two_theta, float) / 2)) * self.alpha2 / self.alpha1
        result: Array = 2 * np.degrees(np.arcsin(np.minimum(sine, 1.0)))
        return result

    def spacing(self, two_theta: Any) -> Any:
        """Return the Bragg spacing (angstrom) of an angle (degrees)."""
        return self.alpha1 / (2 * np.sin(np.radians(np.asarray(two_theta, float) / 2)))

    def single(self) -> Radiation:
        """Return the same without the second line."""
        return Radiation(self.alpha1, self.alpha2, 0.0, f"{self.said}; no K-alpha 2 in the data")


def radiation(measurement: Measurement, choices: Mapping[str, Any], values: Values) -> Radiation:
    """Return the lines of a measurement.

    Parameters
    ----------
    measurement
        Its settings may state wavelengths or the anode.
    choices
        ``wavelength`` (anode name or angstrom) and ``k_alpha2`` (ratio, or "auto") go before the file.
    values
        Parameter values.

    Raises
    ------
    DataError
        If neither the file nor the choices say it.
    InputError
        For an unknown anode or an impossible number.
    """
    ratio = choices["k_alpha2"]
    if ratio != "auto" and not (isinstance(ratio, int | float) and 0 <= ratio <= 1):
        raise InputError(f"XRD choice k_alpha2 = {ratio!r}: give a ratio from 0 to 1, or auto.")
    found = _given(choices["wavelength"], values) or _stated(measurement, values)
    if found is None:
        raise DataError(
            "the file states neither wavelength nor anode, and none is assumed. "
            "Give the choice wavelength=Cu (or another anode, or a number in angstrom)."
        )
    return found if ratio == "auto" else Radiation(found.alpha1, found.alpha2, float(ratio), found.said)


def _given(wanted: Any, values: Values) -> Radiation | None:
    if wanted is None:
        return None
    if isinstance(wanted, int | float) and not isinstance(wanted, bool):
        if not _RANGE_A[0] < wanted < _RANGE_A[1]:
            raise InputError(f"XRD choice wavelength = {wanted}: give angstrom, such as 1.5406, or an anode.")
        return Radiation(float(wanted), float(wanted), 0.0, f"{wanted:g} angstrom given, a single line")
    name = str(wanted).strip().capitalize()
    if name not in p.LINES:
        raise unknown_name("X-ray tube anode", str(wanted), p.LINES)
    return _tube(name, values, "given")


def _tube(name: str, values: Values, how: str) -> Radiation:
    first, second = (values[line] for line in p.LINES[name])
    return Radiation(first, second, values[p.K_ALPHA2_RATIO], f"{name} K-alpha doublet, anode {how}")


def _stated(measurement: Measurement, values: Values) -> Radiation | None:
    s = measurement.settings
    first, second, ratio = (s.get(k) for k in ("k_alpha1_A", "k_alpha2_A", "k_alpha2_ratio"))
    if first is None:
        name = str(s.get("anode") or "").capitalize()
        return _tube(name, values, "stated in the file") if name in p.LINES else None
    if second is None:
        return Radiation(first, first, 0.0, f"{first:g} angstrom in the file, a single line")
    if ratio is None or not 0 <= ratio <= 1:
        ratio = values[p.K_ALPHA2_RATIO]
    return Radiation(first, second, float(ratio), f"{first:g} and {second:g} angstrom in the file")
