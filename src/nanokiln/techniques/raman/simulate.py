"""The virtual Raman microscope: bands of the powder's carbon, fluorescence, counts, cosmic rays, silicon."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.errors import InputError, unknown_name
from ...core.measurement import Measurement
from ...core.parameters import Parameter, Values
from ...matter.carbon import DOMAIN, id_ig
from . import parameters as par
from .bands import Array, gaussian, lorentzian
from .baseline import ANCHORS
from .ensemble import EV_NM
from .ratios import tops

if TYPE_CHECKING:
    from ...sample import Sample

#: Settings of the instrument: record of the default, lowest and highest value.
NUMBERS: Mapping[str, tuple[Parameter, float, float]] = {
    "laser_nm": (par.LASER, 400.0, 800.0),
    "counts": (par.TOP_COUNTS, 10.0, 1e6),
    "fluorescence": (par.FLUORESCENCE, 0.0, 50.0),
    "fluorescence_top_per_cm": (par.FLUORESCENCE_TOP, 0.0, 6000.0),
    "resolution_per_cm": (par.RESOLUTION, 0.5, 30.0),
    "read_noise": (par.READ_NOISE, 0.0, 1000.0),
    "cosmic_rays": (par.RAYS, 0.0, 50.0),
    "axis_error_per_cm": (par.AXIS_ERROR, 0.0, 20.0),
}
RANGE, STEP = (100.0, 2000.0), 1.5  # 1/cm: a usual scan of carbon, laser line left out
DEFAULTS: Mapping[str, Any] = {"range_per_cm": RANGE, "step_per_cm": STEP, "silicon": True}
FEWEST = 20  # points of a scan
EDGES = (50.0, 4000.0)  # 1/cm a microscope with an edge filter sees
STEPS = (0.2, 10.0)  # 1/cm between points of gratings in use
SILICON_RANGE = (100.0, 1100.0)  # 1/cm: first and second order
SILICON_SECOND = (
    (303.0, 25.0, 0.02),
    (965.0, 60.0, 0.03),
)  # position, full width (1/cm), share of the line: bookkeeping
EXPOSURE = 60.0  # s, bookkeeping in the file; the counts set the noise
FINE = 20001  # points across a band for its width: to a hundredth of 1/cm
NODES = 9  # of the quadrature over the line shape: exact for bands ten times as wide
FIRST_SILICON = 999983  # added to a seed, so that the two spectra have noise of their own


@dataclass(frozen=True)
class Shape:
    """A band of the powder: height over that of G, position and full width (1/cm), Lorentzian share."""

    height: float
    position: float
    width: float
    lorentz: float

    def __call__(self, x: Array) -> Array:
        """Return the band."""
        u = 2 * (x - self.position) / self.width
        return np.asarray(self.height * (self.lorentz * lorentzian(u) + (1 - self.lorentz) * gaussian(u)))


def shapes(sample: Sample, laser_nm: float) -> dict[str, Shape]:
    """Return the bands of the sample's carbon.

    Parameters
    ----------
    sample
        The sample; its carbon and `values` are used.
    laser_nm
        Wavelength of the light: D and D4 move with its energy.

    Raises
    ------
    InputError
        If it was not fired, or holds no carbon.

    Notes
    -----
    Heights of D over G follow the domain size by the law below 2 nm, which is given for 514 nm light. The
    law has no term for boron, and the domains are those of the furnace's carbon whatever the temperature.
    """
    if sample.stage == "before":
        raise InputError(
            f"'{sample.name}' was not fired: it holds no carbon domains, and the spectrum of its organic "
            "groups is not modelled. Fire it."
        )
    if not sample["carbon"] > 0:
        raise InputError(
            f"'{sample.name}' holds no carbon, so it has no D and G bands. Choose another technique."
        )
    v = sample.values
    moved = v[par.D_DISPERSION] * EV_NM * (1 / laser_nm - 1 / v[par.LAW_LIGHT])
    height, share = id_ig(v[DOMAIN], v), v[par.LORENTZ_SHARE]
    return {
        "D": Shape(height, v[par.D_POSITION] + moved, v[par.D_WIDTH], share),
        "G": Shape(1.0, v[par.G_POSITION], v[par.G_WIDTH], share),
        "D3": Shape(v[par.D3_SHARE], v[par.D3_POSITION], v[par.D3_WIDTH], 0.0),
        "D4": Shape(v[par.D4_SHARE] * height, v[par.D4_POSITION] + moved, v[par.D4_WIDTH], 0.0),
    }


def simulate(sample: Sample, seed: int, settings: Mapping[str, Any] | None = None) -> list[Measurement]:
    """Record a Raman spectrum of the powder, and one of silicon on the same axis.

    Parameters
    ----------
    sample
        The sample, see `shapes`.
    seed
        Seed of noise, cosmic rays and the error of the shift axis.
    settings
        ``laser_nm`` (514.5), ``counts`` of the carbon at the top of D (3000), ``fluorescence`` over the
        height of D (2), ``fluorescence_top_per_cm`` where it is strongest (2600), ``resolution_per_cm``
        (4), ``read_noise`` (6 counts),
        ``cosmic_rays`` expected in the spectrum (1), ``axis_error_per_cm`` (sd, 1.5), ``range_per_cm``
        (100, 2000), ``step_per_cm`` (1.5), ``silicon``: also record silicon (true).

    Returns
    -------
    list of Measurement
        The powder, then silicon.

    Raises
    ------
    InputError
        For an unknown setting or one out of range, or a sample without fired carbon.

    Limits
    ------
    Silica and SiOC scatter too little to show beside carbon and are left out. Heating by the light, its
    polarisation, overtones and the response of the grating over the range are not modelled.
    """
    chosen = _settings(settings or {}, sample.values)
    powder = zlib.crc32(sample.name.encode())  # two powders measured with one seed have noise of their own
    rng = np.random.default_rng([seed, powder])
    off = chosen["axis_error_per_cm"] * float(rng.standard_normal())
    x = _axis(chosen["range_per_cm"], chosen["step_per_cm"])
    expected = _expected(x - off, sample, chosen)
    found = [_record(x, expected, chosen, sample, rng, sample.name, False)]
    if chosen["silicon"]:
        own = np.random.default_rng([seed, powder, FIRST_SILICON])
        z = _axis(SILICON_RANGE, chosen["step_per_cm"])
        found.append(
            _record(z, _silicon(z - off, chosen, sample.values), chosen, sample, own, "silicon", True)
        )
    return found


def _axis(ends: tuple[float, float], step: float) -> Array:
    first, last = ends
    return np.asarray(first + step * np.arange(int((last - first) / step + 1e-9) + 1))


def _expected(x: Array, sample: Sample, chosen: Mapping[str, Any]) -> Array:
    """Return the expected counts of the powder at true shifts `x`."""
    return np.asarray(_bands(x, sample, chosen) + _fluorescence(x, sample, chosen))


def _bands(x: Array, sample: Sample, chosen: Mapping[str, Any]) -> Array:
    bands = shapes(sample, chosen["laser_nm"])
    scale = chosen["counts"] / bands["D"].height
    return np.asarray(
        scale * _blurred(x, lambda u: sum(b(u) for b in bands.values()), chosen["resolution_per_cm"])
    )


def _fluorescence(x: Array, sample: Sample, chosen: Mapping[str, Any]) -> Array:
    v = sample.values
    top = shapes(sample, chosen["laser_nm"])["D"].position
    glow = Shape(1.0, chosen["fluorescence_top_per_cm"], v[par.FLUORESCENCE_WIDTH], 0.0)
    return np.asarray(chosen["counts"] * chosen["fluorescence"] * glow(x) / glow(np.array([top])))


def _blurred(x: Array, curve: Any, resolution: float) -> Array:
    """Return a curve as a spectrometer of a Gaussian line shape sees it (Gauss-Hermite)."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    sigma = resolution / (2 * np.sqrt(2 * np.log(2)))
    total = sum(w * curve(x + sigma * n) for n, w in zip(nodes, weights, strict=True))
    return np.asarray(total / weights.sum())


def _silicon(x: Array, chosen: Mapping[str, Any], values: Values) -> Array:
    """Return the expected counts of silicon: a Voigt line and what the second order leaves."""
    from scipy.special import voigt_profile

    sigma = chosen["resolution_per_cm"] / (2 * np.sqrt(2 * np.log(2)))
    half = values[par.SILICON_WIDTH] / 2
    line = voigt_profile(x - values[par.SILICON_LINE], sigma, half) / voigt_profile(0.0, sigma, half)
    second = sum(Shape(h, at, w, 0.0)(x) for at, w, h in SILICON_SECOND)
    return np.asarray(values[par.SILICON_COUNTS] * (line + second))


def _record(
    x: Array,
    expected: Array,
    chosen: Mapping[str, Any],
    sample: Sample,
    rng: np.random.Generator,
    label: str,
    silicon: bool,
) -> Measurement:
    """Return what the detector writes down: counts, offset, read noise and cosmic rays."""
    import xarray as xr

    v = sample.values
    counts = rng.poisson(expected).astype(float) + v[par.DARK]
    counts += chosen["read_noise"] * rng.standard_normal(x.size)
    for _ in range(int(rng.poisson(chosen["cosmic_rays"]))):
        at, height = (
            int(rng.integers(0, x.size)),
            float(rng.exponential(v[par.RAY_HEIGHT] * chosen["counts"])),
        )
        counts[at] += height
        if at + 1 < x.size:
            counts[at + 1] += height * float(rng.random())
    data = xr.Dataset(
        {"intensity": ("shift", np.round(counts, 1), {"units": "counts"})},
        coords={"raman_shift": ("shift", x, {"units": "1/cm"})},
    )
    record = {
        "title": label,
        "instrument": "virtual Raman microscope",
        "laser_nm": chosen["laser_nm"],
        "resolution_per_cm": chosen["resolution_per_cm"],
        "exposure_s": EXPOSURE,
        "silicon": silicon,
        "owner": "",
    }
    return Measurement("raman", data, "synthetic", label, record)


def _settings(given: Mapping[str, Any], values: Values) -> dict[str, Any]:
    names = [*NUMBERS, *DEFAULTS]
    for key in given:
        if key not in names:
            raise unknown_name("setting of raman", str(key), names)
    chosen: dict[str, Any] = (
        {k: values[record] for k, (record, _, _) in NUMBERS.items()} | dict(DEFAULTS) | dict(given)
    )
    limits = {k: (low, high) for k, (_, low, high) in NUMBERS.items()} | {"step_per_cm": STEPS}
    for key, (low, high) in limits.items():
        value = chosen[key]
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise InputError(f"raman setting {key} = {value!r}: give a number from {low:g} to {high:g}.")
    if not isinstance(chosen["silicon"], bool):
        raise InputError(f"raman setting silicon = {chosen['silicon']!r}: give true or false.")
    ends = chosen["range_per_cm"]
    usable = (
        isinstance(ends, list | tuple) and len(ends) == 2 and all(isinstance(e, int | float) for e in ends)
    )
    if not usable or not EDGES[0] <= ends[0] < ends[1] - FEWEST * chosen["step_per_cm"] or ends[1] > EDGES[1]:
        raise InputError(
            f"raman setting range_per_cm = {ends!r}: give first and last shift between {EDGES[0]:g} and "
            f"{EDGES[1]:g} 1/cm, at least {FEWEST} steps apart."
        )
    return chosen


def _seen_width(band: Shape, resolution: float) -> float:
    """Return the full width of a band as a spectrometer shows it."""
    x = np.linspace(band.position - band.width, band.position + band.width, FINE)
    y = _blurred(x, band, resolution)
    high = x[y >= y.max() / 2]
    return float(high[-1] - high[0])


def truth(sample: Sample, settings: Mapping[str, Any] | None = None) -> dict[str, float]:
    """Return what a noiseless, aligned instrument would report.

    Parameters
    ----------
    sample, settings
        As for `simulate`.

    Returns
    -------
    dict
        ``id_ig_height``, ``id_ig_area`` and positions and widths (1/cm, as the
        spectrometer shows them) of the bands the powder has;
        ``id_ig_raw``: the same definition (straight line, maxima) on the noiseless spectrum with its
        fluorescence; ``domain_size`` (nm).
    """
    chosen = _settings(settings or {}, sample.values)
    bands = shapes(sample, chosen["laser_nm"])
    d, g = bands["D"], bands["G"]
    x = _axis(chosen["range_per_cm"], chosen["step_per_cm"])
    first, last = tops(x, _expected(x, sample, chosen), ANCHORS[0])
    return {
        "id_ig_raw": first / last if last > 0 else np.nan,
        "id_ig_height": d.height / g.height,
        "id_ig_area": d.height * d.width / (g.height * g.width),  # D and G have one shape
        "d_position": d.position, "d_width": _seen_width(d, chosen["resolution_per_cm"]),
        "g_position": g.position, "g_width": _seen_width(g, chosen["resolution_per_cm"]),
        "domain_size": sample.values[DOMAIN],
    }  # fmt: skip
