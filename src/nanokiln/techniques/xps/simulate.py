"""The virtual spectrometer: a survey and four regions of a sample's surface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InputError, unknown_name
from ...core.measurement import Measurement
from ...core.parameters import Values
from . import parameters as p
from .lines import Line, sample_lines
from .lineshape import gauss_share_of_width, voigt
from .sensitivity import transmission_law
from .truth import truth as truth

if TYPE_CHECKING:
    import xarray as xr

    from ...sample import Sample

Array = NDArray[np.float64]


#: Regions of the virtual instrument: first and last binding energy and step, eV (numerical settings).
REGIONS = {
    "survey": (0.0, 1200.0, 1.0),
    "B 1s": (184.0, 200.0, 0.1),
    "C 1s": (278.0, 298.0, 0.1),
    "O 1s": (524.0, 542.0, 0.1),
    "Si 2p": (96.0, 110.0, 0.1),
}
_SURVEY_MODE = (0.1, 160.0)  # dwell (s) and pass energy (eV): bookkeeping only, the counts set the noise
_REGION_MODE = (0.2, 20.0)  # the same for a region
#: Boron fraction the dose is set for when there is less: nobody counts forever on an empty region.
_LEAST_BORON = 0.005
_DIGITS = 6  # of energies and transmission, so that a file holds them exactly
_SETTINGS = ("counts", "background_to_peak", "charge_shift_eV", "regions")


def simulate(sample: Sample, seed: int, settings: Mapping[str, Any] | None = None) -> list[Measurement]:
    """Record a survey and the regions B 1s, C 1s, O 1s and Si 2p of a sample.

    Parameters
    ----------
    sample
        Sample with `zones` (from outside inwards), `values`, `name`.
    seed
        Seed of the counting noise and of the residual charge shift.
    settings
        ``counts``: counts in the B 1s lines (default 20 000); ``background_to_peak``: flat background over
        the height of the B 1s lines (their counts over two component widths); ``charge_shift_eV``: energy
        shift left by referencing (default drawn); ``regions``: names of the regions to record.

    Returns
    -------
    list of Measurement
        Binding energy (eV) falling, counts (Poisson), transmission relative to C 1s.

    Raises
    ------
    InputError
        For an unknown setting or an impossible value.

    Notes
    -----
    Limits: one effective depth for all lines, no Auger lines, no lateral averaging over sphere shapes.
    """
    chosen = _settings(settings or {}, sample.values)
    generator = np.random.default_rng(seed)
    shift = generator.normal(0.0, sample.values[p.CHARGE_RESIDUE])
    shift = shift if chosen["charge_shift_eV"] is None else chosen["charge_shift_eV"]
    lines = sample_lines(sample)
    dose = _dose(lines, sample.values, chosen["counts"])
    # the four species spread B 1s over about two component widths: this is its mean height
    flat = chosen["background_to_peak"] * chosen["counts"] / (2 * sample.values[p.BORON_WIDTH])
    scene = _Scene(lines, sample.values, shift)
    return [_record(name, scene, (dose, flat), generator, sample.name) for name in chosen["regions"]]


def _settings(settings: Mapping[str, Any], values: Values) -> dict[str, Any]:
    for key in settings:
        if key not in _SETTINGS:
            raise unknown_name("XPS setting", str(key), _SETTINGS)
    chosen: dict[str, Any] = {
        "counts": values[p.BORON_DOSE],
        "background_to_peak": values[p.BACKGROUND_TO_PEAK],
        "charge_shift_eV": None,
        "regions": tuple(REGIONS),
    } | dict(settings)
    if not float(chosen["counts"]) > 0:
        raise InputError(f"XPS setting counts = {chosen['counts']}: must be positive, such as 20000.")
    for name in chosen["regions"]:
        if name not in REGIONS:
            raise unknown_name("XPS region", str(name), REGIONS)
    return chosen


def _dose(lines: Sequence[Line], values: Values, counts: float) -> float:
    """Return counts per unit of relative intensity."""
    boron = sum(line.intensity for line in lines if line.region == "B 1s")
    least = _LEAST_BORON * values[p.CROSS_SECTION["B 1s"]]
    return float(counts) / max(boron, least)


class _Scene:
    """The lines of one sample, shifted as a whole."""

    def __init__(self, lines: Sequence[Line], values: Values, shift: float) -> None:
        self.lines, self.values, self.shift = lines, values, shift

    def lines_at(self, energy: Array, extra_width: float) -> Array:
        """Return the density of all lines, relative intensity per eV."""
        total = np.zeros_like(energy)
        rule = (self.values[p.VOIGT_LINEAR], self.values[p.VOIGT_SQUARE])
        for line in self.lines:
            gauss = gauss_share_of_width(line.fwhm, line.lorentz, rule)
            width = float(np.hypot(gauss, extra_width))
            total += line.intensity * voigt(energy - line.position - self.shift, width, line.lorentz)
        return total

    def losses_at(self, energy: Array) -> Array:
        """Return steps and plasmon humps of all lines, relative intensity per eV."""
        from scipy.special import ndtr

        v = self.values
        total = np.zeros_like(energy)
        for line in self.lines:
            x = energy - line.position - self.shift
            # the step follows the integral of the line; half its width is a Gaussian's sigma well enough
            step = ndtr(2 * x / line.fwhm) * v[p.STEP_PER_AREA] * np.exp(-np.maximum(x, 0) / v[p.LOSS_LENGTH])
            hump = v[p.PLASMON_SHARE] * voigt(x - v[p.PLASMON_LOSS], v[p.PLASMON_WIDTH], line.lorentz)
            total += line.intensity * (step + hump)
        return total


def _record(
    name: str, scene: _Scene, dose_flat: tuple[float, float], generator: np.random.Generator, sample: str
) -> Measurement:
    first, last, step = REGIONS[name]
    energy = np.round(np.arange(last, first - step / 2, -step), _DIGITS)
    survey = name == "survey"
    dose, flat = dose_flat
    share = scene.values[p.SURVEY_DOSE_SHARE] if survey else 1.0
    extra = scene.values[p.SURVEY_WIDTH] if survey else 0.0
    slope = 0.0 if survey else scene.values[p.BACKGROUND_SLOPE] * (energy - energy.mean())
    expected = dose * (scene.lines_at(energy, extra) + scene.losses_at(energy)) + flat * (1 + slope)
    counts = generator.poisson(share * step * expected)
    return Measurement(
        "xps", _dataset(energy, counts, scene.values), "synthetic", name, _meta(name, scene, sample)
    )


def _dataset(energy: Array, counts: NDArray[np.int64], values: Values) -> xr.Dataset:
    import xarray as xr

    transmission = np.round([transmission_law(float(e), values) for e in energy], _DIGITS)
    return xr.Dataset(
        {
            "counts": ("energy", counts.astype(float), {"units": "counts"}),
            "transmission": ("energy", transmission, {"units": "1"}),
        },
        coords={"binding_energy": ("energy", energy, {"units": "eV"})},
    )


def _meta(name: str, scene: _Scene, sample: str) -> dict[str, Any]:
    dwell, pass_energy = _SURVEY_MODE if name == "survey" else _REGION_MODE
    species, _, transition = name.partition(" ")
    return {
        "photon_energy_eV": scene.values[p.PHOTON_ENERGY],
        "pass_energy_eV": pass_energy,
        "dwell_s": dwell,
        "sweeps": 1,
        "block_id": name,
        "sample": sample,
        "species": species,
        "transition": transition or "none",
    }
