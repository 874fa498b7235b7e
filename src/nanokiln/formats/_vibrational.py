"""Raman and infrared spectra as measurements, the same whichever file they came from.

Raman: dimension ``shift``; coordinate ``raman_shift`` (1/cm); variable ``intensity``. Infrared: dimension
``point``; coordinate ``wavenumber`` (1/cm); variable ``absorbance`` or ``transmittance`` (a fraction, never
per cent) or, where the file does not say which it holds, ``signal``. Axes rise.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import DataError, InputError
from ..core.measurement import SYNTHETIC_MARK, Measurement, Origin

Array = NDArray[np.float64]

#: Smallest number of points that is taken for a spectrum, and largest of one file.
FEWEST, MOST = 16, 10_000_000
LARGEST_WAVENUMBER = 60_000.0  # 1/cm: ultraviolet; no vibration lies there
_NM_PER_CM = 1e7
_UM_PER_CM = 1e4
_DIGITS = 9  # of an axis: below any instrument, above the rounding of single precision
_PER_CENT = 100.0
_REPEATED = 0.5  # share of equal abscissae above which a column is no axis


def raman(
    shift: Sequence[float] | Array, intensity: Sequence[float] | Array, unit: str, *, label: str,
    origin: Origin, settings: Mapping[str, Any], path: str,
) -> Measurement:  # fmt: skip
    """Return a Raman spectrum.

    Parameters
    ----------
    shift, intensity
        Raman shift in 1/cm and what the detector gave.
    unit
        Unit of the intensity: ``counts``, ``counts/s`` or ``a.u.``.
    label, origin, settings
        As in `Measurement`.
    path
        The file, for the error.

    Raises
    ------
    DataError
        If it is no spectrum.
    """
    import xarray as xr

    x, y = checked(shift, intensity, path)
    data = xr.Dataset(
        {"intensity": ("shift", y, {"units": unit})}, coords={"raman_shift": ("shift", x, {"units": "1/cm"})}
    )
    return Measurement("raman", data, origin, label, dict(settings))


def infrared(
    wavenumber: Sequence[float] | Array, signal: Sequence[float] | Array, unit: str, *, label: str,
    origin: Origin, settings: Mapping[str, Any], path: str,
) -> Measurement:  # fmt: skip
    """Return an infrared spectrum; `unit` is what the file calls its ordinate, see `ordinate`.

    Raises
    ------
    DataError
        If it is no spectrum.
    """
    import xarray as xr

    x, y = checked(wavenumber, signal, path)
    quantity, scale = ordinate(unit)
    data = xr.Dataset(
        {quantity: ("point", y * scale if scale != 1 else y, {"units": "1"})},
        coords={"wavenumber": ("point", x, {"units": "1/cm"})},
    )
    return Measurement("ftir", data, origin, label, {**settings, "ordinate": unit})


def ordinate(unit: str) -> tuple[str, float]:
    """Return the quantity an infrared ordinate stands for, and the factor to a fraction.

    Notes
    -----
    ``"%T"`` and "transmittance (%)" are per cent; "TRANSMITTANCE" alone is a fraction, as JCAMP-DX says.
    Reflectance is kept as ``signal``: it is neither.
    """
    words = unit.lower()
    if re.search(r"absorb|^\s*a(\.?u\.?)?\s*$", words):
        return "absorbance", 1.0
    if "transm" in words or re.search(r"^\s*%?\s*t\s*%?\s*$|%\s*t\b", words):
        return "transmittance", 1 / _PER_CENT if "%" in words or "percent" in words else 1.0
    return "signal", 1.0


def to_wavenumber(x: Array, unit: str, path: str, laser_nm: float | None = None) -> Array:
    """Return an axis in 1/cm.

    Parameters
    ----------
    x, unit
        Axis and its unit in words.
    path
        The file, for the error.
    laser_nm
        Wavelength of the laser where the axis is a wavelength of a Raman spectrum.

    Raises
    ------
    DataError
        If the unit is none of an optical spectrum.
    """
    words = unit.lower().replace(" ", "")
    if any(w in words for w in ("1/cm", "cm-1", "cm^-1", "wavenumber", "raman", "kayser", "cm⁻¹")):
        return x
    scale = _NM_PER_CM if "nano" in words or words == "nm" else _UM_PER_CM
    if not ("meter" in words or "metre" in words or words in ("nm", "um", "µm")) or not (x > 0).all():
        raise DataError(f"'{path}' has an axis in '{unit}'; nanokiln reads 1/cm, nanometres and micrometres.")
    absolute = scale / x
    if laser_nm is not None:
        return np.asarray(_NM_PER_CM / laser_nm - absolute)
    return np.asarray(absolute)


def checked(x: Sequence[float] | Array, y: Sequence[float] | Array, path: str) -> tuple[Array, Array]:
    """Return axis and ordinate, rising.

    Raises
    ------
    DataError
        If there are too few points, a value is not finite, the axis does not rise or fall, or is not one of
        an optical spectrum.
    """
    a, b = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if a.shape != b.shape or a.ndim != 1 or not FEWEST <= a.size <= MOST:
        raise DataError(
            f"'{path}' has {a.size} abscissae and {b.size} ordinates; a spectrum needs as many of both, at "
            f"least {FEWEST}. It may be truncated; export it again."
        )
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        row = int(np.argmin(np.isfinite(a) & np.isfinite(b))) + 1
        raise DataError(f"'{path}': point {row} of the spectrum is not two finite numbers. Export it again.")
    if a[0] > a[-1]:
        a, b = a[::-1], b[::-1]
    a = np.round(a, _DIGITS)
    if not (np.diff(a) > 0).all() or np.abs(a).max() > LARGEST_WAVENUMBER:
        raise DataError(
            f"'{path}': the first column does not rise or fall steadily within "
            f"0-{LARGEST_WAVENUMBER:g} 1/cm, so "
            "it is no axis of a spectrum. Put wavenumber or Raman shift first, signal second."
        )
    return np.ascontiguousarray(a), np.ascontiguousarray(b)


def origin_of(text: str) -> Origin:
    """Return where a text file came from: it carries the mark if it was simulated."""
    return "synthetic" if SYNTHETIC_MARK in text else "measured"


def even(x: Array) -> bool:
    """Whether an axis is evenly spaced to the digits a file keeps."""
    return bool(np.allclose(x, np.linspace(x[0], x[-1], x.size), rtol=0, atol=10.0**-_DIGITS * 10))


def curve(item: Measurement) -> tuple[Array, Array, str]:
    """Return axis, ordinate and name of the ordinate of a Raman or infrared measurement.

    Raises
    ------
    InputError
        If it is neither.
    """
    for axis, names in (
        ("raman_shift", ("intensity",)), ("wavenumber", ("absorbance", "transmittance", "signal")),
    ):  # fmt: skip
        for name in names:
            if axis in item.data.coords and name in item.data:
                return item.data[axis].values, item.data[name].values, name
    raise InputError("this measurement is no Raman or infrared spectrum; give one of those.")


def number(text: object) -> float | None:
    """Return the first number in a header entry, None if there is none."""
    match = re.search(r"[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?", str(text))
    if not match:
        return None
    value = float(match.group(0).replace(",", "."))
    return value if math.isfinite(value) else None
