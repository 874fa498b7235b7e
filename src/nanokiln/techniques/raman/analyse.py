"""Findings from Raman spectra, measured or synthetic: D over G by three definitions, positions, size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...core.errors import DataError, InputError, unknown_name
from ...core.evidence import Evidence, Finding
from ...core.measurement import Measurement
from ...core.parameters import Values
from . import parameters as par
from . import ratios
from .baseline import ANCHORS, METHODS
from .domains import domain_size
from .ensemble import PEAKS, WINDOW, WITH_BANDS, Ensemble, Try, ensemble
from .fit import Fit
from .lines import lines
from .ratios import Z90, Combined
from .silicon import Axis, axis, silicon_line

NAME = "raman"
DEFAULTS: Mapping[str, Any] = {
    "window": WINDOW, "line": ANCHORS[0], "peaks": None, "baseline": None, "laser_nm": None, "seed": 0,
    "parameters": None,
}  # fmt: skip
LIGHT = (200.0, 1100.0)  # nm of lasers in use


@dataclass(frozen=True)
class Result:
    """One spectrum with what was found in it.

    Parameters
    ----------
    measurement, axis, laser_nm
        Spectrum, its shift axis, and the light where known.
    ways
        Fits of D and G; None where these bands are not there.
    """

    measurement: Measurement
    axis: Axis
    laser_nm: float | None
    ways: Ensemble | None


def checked(choices: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the choices with defaults filled in.

    Raises
    ------
    InputError
        For an unknown choice or an impossible value.
    """
    for key in choices or {}:
        if key not in DEFAULTS:
            raise unknown_name("choice of raman", str(key), DEFAULTS)
    filled = {**DEFAULTS, **(choices or {})}
    for key in ("window", "line"):
        filled[key] = _pair(key, filled[key])
    if filled["peaks"] is not None and filled["peaks"] not in PEAKS:
        raise InputError(
            f"raman choice peaks = {filled['peaks']!r}: give one of {', '.join(map(str, PEAKS))}."
        )
    names = [WITH_BANDS, *METHODS]
    if filled["baseline"] is not None and filled["baseline"] not in names:
        raise unknown_name("base line of raman", str(filled["baseline"]), names)
    laser = filled["laser_nm"]
    if laser is not None and (not isinstance(laser, int | float) or not LIGHT[0] <= laser <= LIGHT[1]):
        raise InputError(
            f"raman choice laser_nm = {laser!r}: give a wavelength of {LIGHT[0]:g} to {LIGHT[1]:g} nm."
        )
    if isinstance(filled["seed"], bool) or not isinstance(filled["seed"], int) or filled["seed"] < 0:
        raise InputError(f"raman choice seed = {filled['seed']!r}: give a whole number from 0 on.")
    return filled


def _pair(key: str, ends: Any) -> tuple[float, float]:
    usable = (
        isinstance(ends, list | tuple) and len(ends) == 2 and all(isinstance(e, int | float) for e in ends)
    )
    if not usable or not ends[0] < ends[1]:
        raise InputError(f"raman choice {key} = {ends!r}: give first and last shift in 1/cm.")
    return float(ends[0]), float(ends[1])


def take_apart(measurements: Sequence[Measurement], choices: Mapping[str, Any]) -> list[Result]:
    """Sort spectra into silicon and others, correct the axis, and fit D and G.

    Parameters
    ----------
    measurements
        Spectra of one sample; those of silicon among them calibrate the shift axis of the others.
    choices
        From `checked`.
    """
    values = Values(choices["parameters"])
    standards: list[Measurement] = []
    others: list[tuple[Measurement, Ensemble | None]] = []
    for m in measurements:
        marked = bool(m.settings.get("silicon"))
        ways = None if marked else _fitted(m, choices, values)
        # with D and G it is of carbon, even on a silicon wafer or with a cosmic ray near silicon's line
        if marked or (ways is None and _shows_silicon(m)):
            standards.append(m)
        else:
            others.append((m, ways))
    known = axis(standards, values)
    if not others:
        others = [(m, None) for m in standards]
    return [Result(m, known, _laser(m, choices), ways) for m, ways in others]


def _laser(m: Measurement, choices: Mapping[str, Any]) -> float | None:
    return choices["laser_nm"] or m.settings.get("laser_nm")


def _fitted(m: Measurement, choices: Mapping[str, Any], values: Values) -> Ensemble | None:
    """Return the fits of D and G, None where these bands are not there."""
    ways = ensemble(
        m.data["raman_shift"].values,
        m.data["intensity"].values,
        values,
        window=choices["window"],
        laser_nm=_laser(m, choices),
        peaks=choices["peaks"],
        baseline=choices["baseline"],
    )
    return ways if ways is not None and _there(ways, values) else None


def calibrates(m: Measurement) -> bool:
    """Return whether a spectrum is of silicon, for the axis of others, when it is treated as by default."""
    if m.settings.get("silicon"):
        return True
    return _shows_silicon(m) and _fitted(m, checked(None), Values()) is None


def _shows_silicon(m: Measurement) -> bool:
    return silicon_line(m.data["raman_shift"].values, m.data["intensity"].values) is not None


def _there(ways: Ensemble, values: Values) -> bool:
    """Whether D and G are what the spectrum shows in this window."""
    fit = ways.best.fit
    kept = fit.kept
    if fit.misfit > (1 - values[par.EXPLAINED]) * float(np.var(fit.y[kept])) * kept.sum():
        return False
    band = next(b for b in fit.model.bands if b.name == "G")
    return band.low + 1 < fit.band("G")[1] < band.high - 1 and _stands_out(fit, "G", values)


def _stands_out(fit: Fit, name: str, values: Values) -> bool:
    """Whether a band is higher than noise would make it at its width."""
    height, _, width = fit.band(name)
    points = width / float(np.median(np.diff(fit.x)))
    noise = np.sqrt(fit.misfit / fit.kept.sum() / max(points * fit.independent / fit.kept.sum(), 1.0))
    return height > values[par.SIGNIFICANCE] * noise


def analyse(measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None) -> list[Finding]:
    """Analyse Raman spectra of one sample.

    Parameters
    ----------
    measurements
        Spectra; those of silicon among them (dominated by its line, or marked so) calibrate the shift axis.
    choices
        ``window``: shifts in 1/cm between which D and G are fitted (900, 1850); ``line``: ends of the
        straight line under raw maxima (900, 1850); ``peaks``: only 2, 3 or 4 bands; ``baseline``: only
        ``with the
        bands`` or one of `baseline.METHODS`; ``laser_nm`` where the file does not say; ``seed`` of the draws
        of noise; ``parameters``: overrides of parameter values.

    Returns
    -------
    list of Finding
        For carbon ``id_ig_raw``, ``id_ig_height``, ``id_ig_area``, ``d_position``, ``g_position``,
        ``d_width``, ``g_width`` (1/cm), ``domain_size`` (nm); for other spectra ``line_<cm>``, the position
        of each sharp
        line; ``silicon_position`` where a silicon spectrum is among them.

    Raises
    ------
    InputError
        For unusable choices.
    DataError
        If there is no spectrum.

    Limits
    ------
    A ratio is of the definition stated with it. Nothing is said about boron: its effect on the ratio has no
    accepted sign for domains below 2 nm.
    """
    chosen = checked(choices)
    if not measurements:
        raise DataError("no Raman spectrum was given.")
    values = Values(chosen["parameters"])
    results = take_apart(measurements, chosen)
    found: list[Finding] = []
    for result in results:
        found += _carbon(result, chosen, values) if result.ways is not None else _other(result, chosen)
    return [*found, *_silicon(results[0], chosen)]


def _make(
    result: Result,
    name: str,
    unit: str,
    ends: tuple[float, float, float],
    notes: Sequence[str],
    chosen: Mapping[str, Any],
) -> Finding:
    m = result.measurement
    evidence = Evidence.PREDICTED if m.origin == "synthetic" else Evidence.MEASURED
    kept = {k: list(v) if isinstance(v, tuple) else v for k, v in chosen.items() if v is not None}
    return Finding(name, *ends, unit, evidence, NAME, m.file, tuple(notes), {**kept, "label": m.label})


def _carbon(result: Result, chosen: Mapping[str, Any], values: Values) -> list[Finding]:
    ways = result.ways
    assert ways is not None
    rng = np.random.default_rng(chosen["seed"])
    height, area = ratios.ratio(ways, areas=False), ratios.ratio(ways, areas=True)
    weak = _weak_d(ways, values)
    found = [
        _ratio(
            result,
            "id_ig_raw",
            ratios.raw(ways, rng, chosen["line"]),
            _raw_words(chosen),
            weak,
            chosen,
            values,
        ),
        _ratio(result, "id_ig_height", height, _fit_words(ways, False), weak, chosen, values),
        _ratio(result, "id_ig_area", area, _fit_words(ways, True), weak, chosen, values),
    ]
    correction, error = result.axis.correction, result.axis.error
    for name, which, unit_name in (
        ("D", 1, "d_position"), ("G", 1, "g_position"), ("D", 2, "d_width"), ("G", 2, "g_width"),
    ):  # fmt: skip
        moved, extra = (correction, error) if which == 1 else (0.0, 0.0)
        got = ratios.of_bands(ways, lambda t, n=name, w=which: (t.fit.band(n)[w], t.fit.error(n, w)), extra)  # type: ignore[misc]
        notes = (
            [result.axis.words] if which == 1 else ["full width at half maximum, instrument not taken off"]
        )
        notes.append(_two_parts(got, "1/cm"))
        ends = (got.value + moved, got.low + moved, got.high + moved)
        if name == "D" and weak:
            ends, notes = (np.nan, np.nan, np.nan), [f"not resolved: {weak}"]
        found.append(_make(result, unit_name, "1/cm", ends, notes, chosen))
    width = ratios.of_bands(ways, lambda t: (t.fit.band("G")[2], t.fit.error("G", 2)))
    if height is not None and area is not None and not weak:
        size = domain_size(height, area, width, result.laser_nm, values)
        found.append(
            _make(result, "domain_size", "nm", (size.value, size.low, size.high), size.notes, chosen)
        )
    return found


def _weak_d(ways: Ensemble, values: Values) -> str:
    """Return why D is not there, or nothing."""
    if _stands_out(ways.best.fit, "D", values):
        return ""
    return "no D band stands out of noise and base line"


def _ratio(
    result: Result,
    name: str,
    got: Combined | None,
    words: Sequence[str],
    weak: str,
    chosen: Mapping[str, Any],
    values: Values,
) -> Finding:
    nothing = (np.nan, np.nan, np.nan)
    if got is None or weak:
        why = weak or "D or G vanishes in every fit"
        return _make(result, name, "1", nothing, [f"not resolved: {why}", *words], chosen)
    notes = [_two_parts(got, ""), *words]
    if got.relative > values[par.WIDEST]:
        why = f"not resolved: {got.low:.2f} to {got.high:.2f} by noise and choices"
        return _make(result, name, "1", (np.nan, got.low, got.high), [why, *notes], chosen)
    return _make(result, name, "1", (got.value, got.low, got.high), notes, chosen)


def _two_parts(got: Combined, unit: str) -> str:
    blank = f" {unit}" if unit else ""
    digits = 1 if unit else 3
    a, b = got.between
    return (
        f"noise alone +- {got.statistical:.{digits}f}{blank} (90 %); choices that describe the spectrum as "
        f"well give {a:.{digits}f} to {b:.{digits}f}{blank}"
    )


def _raw_words(chosen: Mapping[str, Any]) -> list[str]:
    a, b = chosen["line"]
    return [
        f"maxima over a straight line from {a:g} to {b:g} 1/cm, no fit; a parabola over {ratios.SMOOTH:g} "
        "1/cm tells them from noise; choices are other ends of the line and other parabolas"
    ]


def _fit_words(ways: Ensemble, areas: bool) -> list[str]:
    what = "areas" if areas else "heights"
    best = ways.best
    counted = f"{len(ways.admissible)} of {len(ways.tries)} ways count (AICc within {ways.limit:g})"
    words = [f"{what} of a fit; best by information criterion (AICc): {best.words}; {counted}"]
    if best.fit.at_limit:
        words.append(f"position or width of {', '.join(best.fit.at_limit)} stopped at the limit of the fit")
    by_peaks = []
    for count in sorted({t.peaks for t in ways.tries}):
        first: Try = next(t for t in ways.tries if t.peaks == count)
        value = first.fit.ratio(areas)[0]
        if np.isfinite(value):
            by_peaks.append(f"{count}: {value:.2f} (AICc +{first.criterion:.0f})")
    words.append(f"best fit by number of bands: {', '.join(by_peaks)}")
    everything = [v for t in ways.tries if np.isfinite(v := t.fit.ratio(areas)[0])]
    words.append(
        f"all {len(ways.tries)} ways together, also poor ones: {min(everything):.2f} to {max(everything):.2f}"
    )
    return words


def _other(result: Result, chosen: Mapping[str, Any]) -> list[Finding]:
    m = result.measurement
    found = lines(m.data["raman_shift"].values, m.data["intensity"].values)
    first, last = (float(v) for v in m.data["raman_shift"].values[[0, -1]])
    covered = first < 1300 and last > 1620
    why = (
        "not resolved: no D and G bands of carbon rule this window"
        if covered
        else f"not resolved: the spectrum covers {first:.0f} to {last:.0f} 1/cm; D and G need 1250 to 1650"
    )
    nothing = (np.nan, np.nan, np.nan)
    ratio = [_make(result, f"id_ig_{n}", "1", nothing, [why], chosen) for n in ("raw", "height", "area")]
    made = []
    for line in found:
        half = Z90 * float(np.hypot(line.error, result.axis.error))
        at = line.position + result.axis.correction
        notes = [f"full width {line.width:.1f} 1/cm, height {line.height:.4g}", result.axis.words]
        made.append(
            _make(result, f"line_{line.position:.0f}", "1/cm", (at, at - half, at + half), notes, chosen)
        )
    return [*ratio, *made]


def _silicon(result: Result, chosen: Mapping[str, Any]) -> list[Finding]:
    line = result.axis.line
    if line is None:
        return []
    half = Z90 * line.error
    notes = [f"as read, full width {line.width:.1f} 1/cm", result.axis.words]
    ends = (line.position, line.position - half, line.position + half)
    return [_make(result, "silicon_position", "1/cm", ends, notes, chosen)]
