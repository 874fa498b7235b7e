"""From spectra, line scans and maps to findings; one code for virtual and real files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...core.errors import DataError, InputError, unknown_name
from ...core.evidence import Evidence, Finding
from ...core.measurement import Measurement
from ...core.parameters import Values
from . import parameters as p
from . import quantify as q
from . import windows
from .atomic import LIGHT, atomic_number, main_energy
from .detector import WINDOWS
from .fit import SpectrumFit, alpha_share, fit_places, fit_spectrum
from .neck import NINETY, Ratio, neck_over_body
from .uniformity import bin_size, binned, dispersion, same_share

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]

METHODS, SHAPES, ABSORPTION = ("fit", "windows"), ("sphere", "film"), ("auto", "none")
#: Looked for where a file names no elements and the user neither.
CANDIDATES = ("B", "C", "N", "O", "F", "Na", "Mg", "Al", "Si", "P", "S", "Cl", "K", "Ca", "Ti", "Fe", "Cu")
DEFAULTS: dict[str, Any] = {
    "elements": None, "lines": {}, "method": "fit", "k_factors": {}, "k_uncertainty": None, "range_eV": None,
    "window": None, "resolution_eV": None, "beam_energy_keV": None, "calibrate": True, "window_fwhm": 2.0,
    "background_windows": (5.0, 2.0), "absorption": "auto", "thickness_nm": None, "density_g_cm3": None,
    "shape": "sphere", "elevation_deg": None, "current_nA": None, "solid_angle_sr": None, "dwell_s": None,
    "bin": 1, "seed": 0,
}  # fmt: skip
_FROM_FILE = (
    "window",
    "resolution_eV",
    "beam_energy_keV",
    "elevation_deg",
    "current_nA",
    "solid_angle_sr",
    "dwell_s",
)
_CANDIDATE_SIGMA = 5.0  # standard deviations that make a candidate an element of the sample
_PROFILE_COUNTS = 100.0  # counts in lines below which a place is vacuum
_DESCRIBED = 2.0  # reduced chi-square above which the intervals are said to be too small


@dataclass(frozen=True)
class Result:
    """All that was found in one measurement."""

    item: Measurement
    choices: Mapping[str, Any]
    fit: SpectrumFit
    counts: Array
    covariance: Array
    factors: q.Factors
    composition: q.Composition | None
    profile: xr.Dataset | None
    notes: tuple[str, ...]


def analyse(measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None) -> list[Finding]:
    """Find composition, profile and uniformity of every measurement.

    Parameters
    ----------
    measurements
        Spectra, line scans, maps.
    choices
        ``elements``, ``lines`` (element to K or L), ``method`` (``fit``, ``windows``), ``k_factors`` (element
        to factor of its main line) with ``k_uncertainty``, ``range_eV``, ``window`` (``none``, ``polymer``),
        ``resolution_eV``, ``beam_energy_keV``, ``calibrate``, ``window_fwhm``, ``background_windows``;
        ``absorption`` (``auto``, ``none``), ``thickness_nm``, ``density_g_cm3``, ``shape`` (``sphere``,
        ``film``), ``elevation_deg``, ``current_nA``, ``solid_angle_sr``, ``dwell_s`` (per place); ``bin``
        (places summed in a profile), ``seed``.

    Returns
    -------
    list of Finding
        ``atomic_fraction_<El>``, ``weight_fraction_<El>``, ``counts_<El>``, ``energy_offset``,
        ``energy_gain_error``, ``resolution_MnKa``, ``reduced_chi_square``; of line scans ``profile_p_<El>``
        and ``neck_over_body_<El>``; of maps ``map_dispersion_<El>``, ``map_p_<El>`` and
        ``map_composition_p_<El>``.

    Raises
    ------
    InputError
        For an unknown choice or an impossible value.
    DataError
        If a spectrum is empty or reaches none of the lines.
    """
    found: list[Finding] = []
    for item in measurements:
        found += _findings(study(item, choices))
    return found


def study(
    item: Measurement, choices: Mapping[str, Any] | None = None, values: Values | None = None
) -> Result:
    """Analyse one measurement; see `analyse` for the choices.

    Raises
    ------
    InputError, DataError
        As `analyse`.
    """
    values = values or Values()
    chosen = _choices(item, choices or {})
    data = item.data["counts"]
    energy = item.data["energy"].values.astype(float)
    total = data.sum([d for d in data.dims if d != "channel"], dtype=np.float64).values.astype(float)
    if not total.sum() > 0:
        raise DataError("the spectrum is empty: no counts in any channel.")
    elements, notes = _elements(item, chosen, energy, total, values)
    fit = fit_spectrum(energy, total, elements, chosen, values)
    factors = q.factors(fit.elements, fit.shells, chosen, values)
    counts, covariance = _main_counts(fit, energy, total, chosen, values)
    chosen, more = _absorption(item, fit, factors, counts, chosen, values)
    picked = [fit.elements.index(e) for e in factors.elements]
    composition = None
    if len(picked) > 1:
        composition = q.compose(
            counts[picked], covariance[np.ix_(picked, picked)], factors, chosen, chosen["seed"]
        )
    profile = None
    if data.ndim == 2 and composition is not None:
        profile = _profile(item, fit, factors, chosen, values)
    notes = [*notes, *more, *_said(fit, factors, chosen)]
    return Result(item, chosen, fit, counts, covariance, factors, composition, profile, tuple(notes))


def _choices(item: Measurement, choices: Mapping[str, Any]) -> dict[str, Any]:
    for key in choices:
        if key not in DEFAULTS:
            raise unknown_name("EDS choice", str(key), DEFAULTS)
    chosen = DEFAULTS | dict(choices)
    for key in _FROM_FILE:
        if chosen[key] is None:
            chosen[key] = item.settings.get(key)
    chosen["window_known"] = chosen["window"] in WINDOWS
    if not chosen["window_known"]:
        if "window" in choices and choices["window"] is not None:
            raise unknown_name("EDS window", str(choices["window"]), WINDOWS)
        chosen["window"] = "polymer"
    if chosen["resolution_eV"] is not None and not 0 < float(chosen["resolution_eV"]) < 1000:
        chosen["resolution_eV"] = None
    for key, allowed in (("method", METHODS), ("shape", SHAPES), ("absorption", ABSORPTION)):
        if chosen[key] not in allowed:
            raise unknown_name(f"EDS {key}", str(chosen[key]), allowed)
    if isinstance(chosen["elements"], str):
        chosen["elements"] = [e for e in chosen["elements"].replace(",", " ").split() if e]
    if int(chosen["bin"]) < 1:
        raise InputError(f"EDS choice bin = {chosen['bin']}: must be 1 or more.")
    return chosen


def _thin(beam: Any) -> bool:
    return beam is None or not float(beam) > 0 or float(beam) >= p.THIN_ABOVE.value


def _elements(
    item: Measurement, chosen: Mapping[str, Any], energy: Array, total: Array, values: Values
) -> tuple[list[str], list[str]]:
    """Return the elements to fit: chosen, named by the file, or seen among the usual ones."""
    wanted = chosen["elements"] or item.settings.get("elements")
    if wanted:
        # by energy, so that the order of a file does not matter
        unique = sorted(dict.fromkeys(wanted), key=atomic_number)
        return unique, []
    trial = fit_spectrum(
        energy, total, [e for e in CANDIDATES if main_energy(e) < energy[-1]], chosen, values
    )
    error = np.sqrt(np.diag(trial.covariance) * max(1.0, trial.reduced_chi_square))
    seen = [
        e for e, a, s in zip(trial.elements, trial.amounts, error, strict=True) if a > _CANDIDATE_SIGMA * s
    ]
    if not seen:
        raise DataError("no line of the usual elements is seen. State them with the choice elements.")
    return seen, [f"the file names no elements; taken from the spectrum: {', '.join(seen)}"]


def _main_counts(
    fit: SpectrumFit, energy: Array, total: Array, chosen: Mapping[str, Any], values: Values
) -> tuple[Array, Array]:
    """Return counts of the main lines and their covariance, widened where the fit is bad."""
    if chosen["method"] == "windows":
        pairs = [
            windows.line_counts(energy, total, e, s, chosen, values)
            for e, s in zip(fit.elements, fit.shells, strict=True)
        ]
        return np.array([c for c, _ in pairs]), np.diag([v for _, v in pairs])
    share = np.array([alpha_share(e, s) for e, s in zip(fit.elements, fit.shells, strict=True)])
    widened = fit.covariance * max(1.0, fit.reduced_chi_square)
    return fit.amounts * share, widened * np.outer(share, share)


def _absorption(
    item: Measurement,
    fit: SpectrumFit,
    factors: q.Factors,
    counts: Array,
    chosen: dict[str, Any],
    values: Values,
) -> tuple[dict[str, Any], list[str]]:
    """Return the choices with the mass per area that absorbs, and how it was found."""
    chosen = chosen | {"mass_thickness": None, "electrons": None}
    if chosen["absorption"] == "none" or not _thin(chosen["beam_energy_keV"]):
        return chosen, ["absorption in the sample is not corrected"]
    chosen["elevation_deg"] = chosen["elevation_deg"] or values[p.ELEVATION]
    stated = q.thickness_from(chosen)
    if stated:
        said = f"absorption corrected for a {chosen['shape']} of {stated * 1e6:.3g} ug/cm2 (stated)"
        return chosen | {"mass_thickness": stated}, [said]
    places = item.data["counts"].shape[:-1]
    dwell = chosen["dwell_s"]
    if not dwell and item.settings.get("live_time_s"):
        dwell = float(item.settings["live_time_s"]) / max(1, int(np.prod(places)))
    known = all(
        chosen[key] and float(chosen[key]) > 0 for key in ("current_nA", "solid_angle_sr", "beam_energy_keV")
    )
    computed = factors.elements and not any(factors.given)
    if not (known and dwell and computed and places):
        return chosen, [
            "absorption in the sample is not corrected: light elements read low in anything thick; give "
            "thickness_nm and density_g_cm3"
        ]
    chosen["electrons"] = float(chosen["current_nA"]) * float(dwell) * values[p.ELECTRONS_PER_NANOCOULOMB]
    picked = [fit.elements.index(e) for e in factors.elements]
    mean = q.mass_thickness(counts[picked] / np.prod(places), factors, chosen, chosen["electrons"], values)
    chosen["mass_thickness"] = mean * _concentration(item, fit)
    amount = f"{chosen['mass_thickness'] * 1e6:.3g} ug/cm2"
    said = f"absorption corrected for {amount} (mean over matter, from the dose)"
    return chosen, [said]


def _concentration(item: Measurement, fit: SpectrumFit) -> float:
    """Return the mean mass per area over matter, over that over all places; counting noise taken out."""
    counts = item.data["counts"].values[..., fit.inside].sum(axis=-1, dtype=np.float64)
    total = counts.sum()
    return float((np.sum(counts**2) - total) / total / counts.mean()) if total > 0 else 1.0


def _said(fit: SpectrumFit, factors: q.Factors, chosen: Mapping[str, Any]) -> list[str]:
    notes = q.light_notes(fit.elements)
    if not _thin(chosen["beam_energy_keV"]):
        notes.append(
            f"beam of {float(chosen['beam_energy_keV']):g} keV in a thick sample: factors of thin films "
            "without ZAF correction, only a rough guide"
        )
    if chosen["beam_energy_keV"] is None:
        notes.append(f"the file gives no beam energy: {p.BEAM_ENERGY.value:g} keV taken")
    left = [e for e in fit.elements if e not in factors.elements]
    if left:
        notes.append(f"not quantified for want of a factor (choice 'k_factors'): {', '.join(left)}")
    if not chosen["window_known"] and not any(factors.given) and any(e in LIGHT for e in factors.elements):
        notes.append(
            "the file names no detector window (choice 'window'): factors lie between those of none and "
            "polymer, and the interval covers both"
        )
    if any(factors.given):
        notes.append("factors as given")
    if chosen["method"] == "fit" and fit.reduced_chi_square > _DESCRIBED:
        notes.append(
            f"lines and background do not describe the spectrum fully (reduced chi-square "
            f"{fit.reduced_chi_square:.1f}); intervals widened by its root"
        )
    if not fit.calibrated:
        notes.append("too few counts to check the energy calibration; that of the file is used")
    return notes


def _profile(
    item: Measurement, fit: SpectrumFit, factors: q.Factors, chosen: Mapping[str, Any], values: Values
) -> xr.Dataset:
    """Return atomic fractions along a line, with 90 % intervals of counting noise."""
    import xarray as xr

    size = int(chosen["bin"])
    counts = item.data["counts"].values.astype(float)
    whole = counts.shape[0] // size
    counts = counts[: whole * size].reshape(whole, size, -1).sum(axis=1)
    place = item.data["position_nm"].values[: whole * size].reshape(whole, size).mean(axis=1)
    picked = [fit.elements.index(e) for e in factors.elements]
    amounts, errors = fit_places(fit, counts)
    share = np.array([alpha_share(e, fit.shells[fit.elements.index(e)]) for e in factors.elements])
    amounts = amounts[:, picked] * share
    errors = errors[:, picked][:, :, picked] * np.outer(share, share)
    sure = replace(factors, doubt=np.zeros_like(factors.doubt))
    fractions = np.full((whole, len(picked), 3), np.nan)
    for i in range(whole):
        if np.maximum(amounts[i], 0).sum() < _PROFILE_COUNTS:
            continue
        here = dict(chosen)
        if chosen["electrons"]:
            here["mass_thickness"] = q.mass_thickness(
                amounts[i] / size, factors, chosen, chosen["electrons"], values
            )
        fractions[i] = q.compose(amounts[i], errors[i], sure, here, int(chosen["seed"])).counting
    dims = ("element", "position")
    return xr.Dataset(
        {
            "net_counts": (dims, amounts.T, {"units": "counts"}),
            **{
                name: (dims, fractions[:, :, k].T, {"units": "1"})
                for k, name in enumerate(("atomic_fraction", "low", "high"))
            },
        },
        coords={"element": list(factors.elements), "position_nm": ("position", place, {"units": "nm"})},
    )


def _findings(result: Result) -> list[Finding]:
    synthetic = result.item.origin == "synthetic"
    evidence = Evidence.PREDICTED if synthetic else Evidence.MEASURED
    file, fit = result.item.file, result.fit
    used = ("method", "window", "beam_energy_keV", "absorption", "shape", "bin", "seed")
    choices = {k: result.choices[k] for k in used} | {
        "elements": list(fit.elements), "lines": dict(zip(fit.elements, fit.shells, strict=True)),
        "k_factors": dict(zip(result.factors.elements, result.factors.k.round(5).tolist(), strict=True)),
        "k_reference": result.factors.reference, "measurement": result.item.label,
    }  # fmt: skip

    def finding(name: str, value: float, low: float, high: float, unit: str, *notes: str) -> Finding:
        said = (*notes, *result.notes)
        return Finding(name, value, low, high, unit, evidence, "eds", file, said, choices)

    nan = float("nan")
    found = _composition(result, finding)
    for i, element in enumerate(fit.elements):
        half = float(np.sqrt(max(result.covariance[i, i], 0.0))) * NINETY
        value = float(result.counts[i])
        found.append(finding(f"counts_{element}", value, value - half, value + half, "1"))
    width = float(fit.calibration.width.fwhm(p.MN_KA.value))
    for name, value, unit in (
        ("energy_offset", -fit.calibration.offset, "eV"), ("energy_gain_error", -fit.calibration.gain, "1"),
        ("resolution_MnKa", width, "eV"), ("reduced_chi_square", fit.reduced_chi_square, "1"),
    ):  # fmt: skip
        found.append(finding(name, value, nan, nan, unit))
    return [*found, *_spread(result, finding)]


def _composition(result: Result, finding: Any) -> list[Finding]:
    table = result.composition
    if table is None:
        return []
    found = []
    for kind, values in (("atomic", table.atomic), ("weight", table.mass)):
        for i, element in enumerate(table.elements):
            at = result.fit.elements.index(element)
            value, low, high = (float(v) for v in values[i])
            notes = []
            if not result.counts[at] > q.REAL * np.sqrt(result.covariance[at, at]):
                notes.append(
                    "not resolved: the line is less than three times its noise; only the upper end counts"
                )
                value, low = float("nan"), 0.0
            elif kind == "atomic":
                small, large = table.counting[i, 1:]
                notes.append(f"of counting alone {small:.4f} to {large:.4f}")
            if len(table.elements) < len(result.fit.elements):
                notes.append("fractions of the quantified elements only")
            found.append(finding(f"{kind}_fraction_{element}", value, low, high, "1", *notes))
    return found


def _spread(result: Result, finding: Any) -> list[Finding]:
    """Return how evenly the elements lie along a line or over a map."""
    nan, found = float("nan"), []
    if result.profile is not None:
        counts = result.profile["net_counts"].values
        for i, element in enumerate(result.factors.elements):
            own = np.maximum(counts[i], 0.0)
            test = same_share(own, np.maximum(counts, 0.0).sum(axis=0) - own)
            note = f"chance of so uneven a share of the net counts along the line ({test.cells} places)"
            found.append(finding(f"profile_p_{element}", test.p_value, nan, nan, "1", note))
        ratios, where = neck_over_body(result.profile)
        for element in result.factors.elements:
            ratio = ratios.get(element, Ratio(nan, nan, nan))
            found.append(finding(f"neck_over_body_{element}", *ratio, "1", where))
    pictures = window_maps(result)
    if pictures is None:
        return found
    size = max(bin_size(m) for m in pictures.values())
    total = sum(binned(m, size) for m in pictures.values())
    for element, picture in pictures.items():
        cells = binned(picture, size)
        even, share = dispersion(cells), same_share(cells, total - cells)
        note = f"pixels summed {size} by {size}; counts of the window with its background"
        found += [
            finding(f"map_dispersion_{element}", even.over_poisson, nan, nan, "1", note, "1 for Poisson"),
            finding(f"map_p_{element}", even.p_value, nan, nan, "1", note),
            finding(f"map_composition_p_{element}", share.p_value, nan, nan, "1", note,
                    f"same share of all windows everywhere; index {share.over_poisson:.2f}"),
        ]  # fmt: skip
    return found


def window_maps(result: Result) -> dict[str, NDArray[Any]] | None:
    """Return counts in the window of every element over a map; None for what is no map.

    Limits: raw counts, background and tails of neighbours included; `fit.net_maps` takes them off.
    """
    data, fit = result.item.data, result.fit
    if "window_counts" in data:
        return {str(e): data["window_counts"].sel(window=e).values for e in data["window"].values}
    if data["counts"].ndim != 3:
        return None
    energy = data["energy"].values
    found = {}
    for element, shell in zip(fit.elements, fit.shells, strict=True):
        centre = main_energy(element, shell) - fit.calibration.offset
        half = float(fit.calibration.width.fwhm(centre)) / 2 * _MAP_WINDOW
        inside = np.abs(energy - centre) <= half
        found[element] = data["counts"].values[..., inside].sum(axis=-1, dtype=np.int64)
    return found


_MAP_WINDOW = 1.2  # widths of a line that its window takes in a map
