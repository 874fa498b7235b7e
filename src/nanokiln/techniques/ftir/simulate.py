"""The virtual infrared spectrometer: a KBr pellet with its bands, scattering, water, gases and noise."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.errors import InputError, unknown_name
from ...core.measurement import Measurement
from ...core.parameters import Parameter, Values
from . import parameters as par
from .modes import Array, Mode, absorbance, gases, modes, water

if TYPE_CHECKING:
    from ...sample import Sample

#: Settings of the instrument: record of the default, lowest and highest value.
NUMBERS: Mapping[str, tuple[Parameter, float, float]] = {
    "powder_mg": (par.POWDER, 0.01, 10.0),
    "noise": (par.NOISE, 0.0, 0.1),
    "resolution_per_cm": (par.RESOLUTION, 0.5, 32.0),
    "scatter": (par.SCATTER, 0.0, 3.0),
    "water": (par.WATER, 0.0, 3.0),
    "vapour": (par.VAPOUR, 0.0, 0.5),
    "carbon_dioxide": (par.CARBON_DIOXIDE, 0.0, 0.5),
    "axis_error_per_cm": (par.AXIS_ERROR, 0.0, 5.0),
}
ORDINATES = ("absorbance", "transmittance")
RANGE, STEP = (400.0, 4000.0), 2.0  # 1/cm: KBr's window; two points to a resolution of 4
DEFAULTS: Mapping[str, Any] = {"range_per_cm": RANGE, "step_per_cm": STEP, "ordinate": ORDINATES[0]}
EDGES = (350.0, 7500.0)  # 1/cm between which KBr and a usual source and detector work
STEPS = (0.1, 16.0)
FEWEST = 100  # points of a scan
DARK = 1e-5  # transmittance below which a detector writes zero
FINE = 0.05  # 1/cm: step on which the ideal spectrum is searched for bands
SEEN = 0.002  # least curvature of a band, over the largest of all, that a perfect instrument reports
DIGITS = 7


def simulate(sample: Sample, seed: int, settings: Mapping[str, Any] | None = None) -> list[Measurement]:
    """Record the infrared spectrum of the powder in a pellet of potassium bromide.

    Parameters
    ----------
    sample
        The sample; what it holds decides the bands, see `modes.bonds`.
    seed
        Seed of the noise and of the error of the axis.
    settings
        ``powder_mg`` (0.4), ``noise`` of the transmittance (3e-4), ``resolution_per_cm`` (4), ``scatter``:
        absorbance of the base line at 4000 1/cm (0.3), ``water``: absorbance of adsorbed water (0.1),
        ``vapour``, ``carbon_dioxide`` in the beam (absorbance, 0.002 and 0.005), ``axis_error_per_cm`` (sd,
        0.5), ``range_per_cm`` (400, 4000), ``step_per_cm`` (2), ``ordinate`` (``absorbance`` or
        ``transmittance``).

    Returns
    -------
    list of Measurement
        One spectrum.

    Raises
    ------
    InputError
        For an unknown setting or one out of range.

    Limits
    ------
    Places and widths of bands are put in; what the sample decides is which are there and how high. Bands are
    those of a transparent bulk: the shift of Si-O-Si in small grains (Froehlich modes), Si-C, organic groups,
    fringes and stray light are left out.
    """
    import xarray as xr

    chosen = _settings(settings or {}, sample.values)
    rng = np.random.default_rng([seed, zlib.crc32(sample.name.encode())])
    off = chosen["axis_error_per_cm"] * float(rng.standard_normal())
    first, last = chosen["range_per_cm"]
    x = first + chosen["step_per_cm"] * np.arange(int((last - first) / chosen["step_per_cm"] + 1e-9) + 1)
    true = x - off
    a = absorbance(true, _seen(sample, chosen)) + _base(true, chosen, sample.values)
    a += gases(true, chosen["vapour"], chosen["carbon_dioxide"], chosen["resolution_per_cm"])
    t = 10.0**-a + chosen["noise"] * rng.standard_normal(x.size)
    name = str(chosen["ordinate"])
    y = t if name == "transmittance" else -np.log10(np.maximum(t, DARK))
    data = xr.Dataset(
        {name: ("point", np.round(y, DIGITS), {"units": "1"})},
        coords={"wavenumber": ("point", x, {"units": "1/cm"})},
    )
    record = {
        "title": sample.name, "instrument": "virtual infrared spectrometer", "ordinate": name,
        "resolution_per_cm": chosen["resolution_per_cm"], "powder_mg": chosen["powder_mg"],
        "accessory": "KBr pellet", "owner": "",
    }  # fmt: skip
    return [Measurement("ftir", data, "synthetic", sample.name, record)]


def _seen(sample: Sample, chosen: Mapping[str, Any]) -> list[Mode]:
    """Return the bands as the resolution shows them."""
    blur = chosen["resolution_per_cm"]
    found = []
    for m in modes(sample, chosen["powder_mg"]) + water(chosen["water"], sample.values):
        width = float(np.hypot(m.width, blur))
        found.append(Mode(m.bond, m.height * m.width / width, m.position, width))
    return found


def _base(x: Array, chosen: Mapping[str, Any], values: Values) -> Array:
    return np.asarray(chosen["scatter"] * (x / RANGE[1]) ** values[par.SCATTER_POWER])


def _settings(given: Mapping[str, Any], values: Values) -> dict[str, Any]:
    names = [*NUMBERS, *DEFAULTS]
    for key in given:
        if key not in names:
            raise unknown_name("setting of ftir", str(key), names)
    chosen: dict[str, Any] = (
        {k: values[record] for k, (record, _, _) in NUMBERS.items()} | dict(DEFAULTS) | dict(given)
    )
    limits = {k: (low, high) for k, (_, low, high) in NUMBERS.items()} | {"step_per_cm": STEPS}
    for key, (low, high) in limits.items():
        value = chosen[key]
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise InputError(f"ftir setting {key} = {value!r}: give a number from {low:g} to {high:g}.")
    if chosen["ordinate"] not in ORDINATES:
        raise InputError(f"ftir setting ordinate = {chosen['ordinate']!r}: give {' or '.join(ORDINATES)}.")
    ends = chosen["range_per_cm"]
    usable = (
        isinstance(ends, list | tuple) and len(ends) == 2 and all(isinstance(e, int | float) for e in ends)
    )
    if not usable or not EDGES[0] <= ends[0] < ends[1] - FEWEST * chosen["step_per_cm"] or ends[1] > EDGES[1]:
        raise InputError(
            f"ftir setting range_per_cm = {ends!r}: give first and last wavenumber between {EDGES[0]:g} and "
            f"{EDGES[1]:g} 1/cm, at least {FEWEST} steps apart."
        )
    return chosen


def truth(sample: Sample, settings: Mapping[str, Any] | None = None) -> dict[str, float]:
    """Return the bands that a noiseless, aligned instrument without base line or gas would show.

    Parameters
    ----------
    sample, settings
        As for `simulate`.

    Returns
    -------
    dict
        ``band_<cm>``: each maximum of the absorbance, and ``shoulder_<cm>``: each further minimum of its
        second derivative, in 1/cm. Bands that overlap shift each other's maximum.
    """
    chosen = _settings(settings or {}, sample.values)
    bands = _seen(sample, chosen)
    first, last = chosen["range_per_cm"]
    x = np.arange(first, last, FINE)
    y = absorbance(x, bands)
    bent = np.gradient(np.gradient(y, FINE), FINE)
    tops = [float(x[i]) for i in _maxima(y)]
    found = {f"band_{at:.0f}": at for at in tops}
    for i in _maxima(-bent):
        at = float(x[i])
        own = min((m.width for m in bands if abs(m.position - at) < m.width), default=0.0)
        apart = all(abs(at - t) > own / 4 for t in tops)
        if apart and bent[i] < -SEEN * float(np.abs(bent).max()):
            found[f"shoulder_{at:.0f}"] = at
    return found


def _maxima(y: Array) -> list[int]:
    return [int(i) for i in np.flatnonzero((y[1:-1] > y[:-2]) & (y[1:-1] >= y[2:])) + 1]
