"""Results of the diffraction analysis as findings: value, interval, what was chosen, what it hangs on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.evidence import Evidence, Finding
from ...core.parameters import Values
from . import parameters as p
from .align import cubic_cell
from .broad import BACKGROUNDS, Halo
from .match import Match
from .parameters import CHANCE
from .peaks import Peak

if TYPE_CHECKING:
    from .analyse import Result

_NORMAL_90 = 1.6449  # standard deviations of a two-sided 90 % interval
_TOO_WIDE = 0.35  # half-width of a halo's interval over its width from which its place is not resolved
_SIZE_TOO_WIDE = 0.5  # half-width of a size's interval over the size from which it is not resolved
_CORRELATED = 0.9  # correlation from which two peaks are said to overlap
_CUBIC = ("silicon", "lanthanum_hexaboride", "silicon_carbide", "lithium_fluoride")
_ALONE = (
    20.0  # % of peak area that may be unexplained where a cell is given: unknown peaks displace known ones
)
_GAUSSIAN_TOP = 8 * np.log(2)  # a slope s on a Gaussian of full width w moves its maximum by s w^2 over this
_SHARE_ACROSS = 0.5  # of the range over backgrounds counted as a standard deviation

Make = Callable[..., Finding]


def findings(result: Result, choices: Mapping[str, Any], evidence: Evidence, values: Values) -> list[Finding]:
    """Return all findings.

    Parameters
    ----------
    result
        What was found.
    choices
        Choices of the analysis.
    evidence
        Class of the measurement.
    values
        Parameter values.
    """
    used = {
        "wavelength_A": result.parts.rays.alpha1,
        "k_alpha2_ratio": result.parts.rays.ratio,
        "background": result.parts.chosen,
        "range_deg": [float(result.parts.scan.x[0]), float(result.parts.scan.x[-1])],
        "standard": choices["standard"],
        **{k: choices[k] for k in ("wavelength", "k_alpha2", "phases", "scan", "seed", "alignment")},
    }
    make = partial(Finding, evidence=evidence, technique="xrd", file=result.measurement.file, choices=used)
    halos = _halos(result, values, choices["seed"], make)
    return [
        *_peaks(result, choices["most_peaks"], values, make),
        *halos,
        *_size(result, choices, values, make),
        *_phases(result, values, make),
    ]


def _peaks(result: Result, most: int, values: Values, make: Make) -> list[Finding]:
    peaks = result.parts.peaks
    strongest = sorted(peaks, key=lambda q: -q.area)[:most]
    shown = [q for q in peaks if q in strongest]
    said = [] if peaks else ["amorphous only: no crystalline peak stands out of the noise"]
    if len(shown) < len(peaks):
        said.append(f"the {len(shown)} strongest are listed (choice most_peaks)")
    rays = f"X-rays: {result.parts.rays.said}"
    limit = f"a peak stands out of the noise by {values[p.SIGNIFICANCE]:g} and is narrower than"
    said += [rays, f"{limit} {values[p.WIDEST_PEAK]:g} degrees"]
    number = float(len(peaks))
    found = [make("peaks", number, float("nan"), float("nan"), "1", notes=tuple(said))]
    for index, peak in enumerate(shown, 1):
        found += _peak(f"peak_{index}", peak, result, values, make)
    return found


def position_of(peak: Peak, result: Result, values: Values) -> tuple[float, float, str]:
    """Return the corrected position of a peak, its standard deviation, and in words what that holds."""
    if result.alignment is not None:
        shift = float(result.alignment.shift(np.array(peak.position)))
        sd = float(np.hypot(peak.position_sd, result.alignment.sd(np.array(peak.position))))
        words = f"moved by {-shift:+.4f} degrees to meet {result.alignment.lines} lines of the standard"
        return peak.position - shift, sd, words
    radius = result.measurement.settings.get("radius_mm") or values[p.RADIUS]
    height = 2 * np.degrees(values[p.DISPLACEMENT] / radius) * np.cos(np.radians(peak.position / 2))
    words = (
        f"no internal standard: a height error of {values[p.DISPLACEMENT]:g} mm (sd, assumed) is in the "
        f"interval; the fit alone has an sd of {peak.position_sd:.4f} degrees"
    )
    return peak.position, float(np.hypot(peak.position_sd, height)), words


def _peak(name: str, peak: Peak, result: Result, values: Values, make: Make) -> list[Finding]:
    position, sd, words = position_of(peak, result, values)
    d = float(result.parts.rays.spacing(position))
    notes = [f"K-alpha 1 position, d = {d:.4f} angstrom", words]
    if peak.correlation > _CORRELATED:
        notes.append(f"overlaps a neighbour (correlation of the positions {peak.correlation:.2f})")
    half = _NORMAL_90 * np.array([sd, peak.width_sd, peak.area_sd])
    shape = f"pseudo-Voigt, Lorentzian share {peak.mixing:.2f}; reduced chi-square {peak.chi_square:.2g}"
    unit = str(result.measurement.data["counts"].attrs.get("units", "counts"))
    return [
        make(f"{name}_2theta", position, position - half[0], position + half[0], "deg", notes=tuple(notes)),
        make(
            f"{name}_fwhm", peak.width, max(peak.width - half[1], 0.0), peak.width + half[1], "deg",
            notes=(shape, "with the width of the instrument"),
        ),
        make(
            f"{name}_area", peak.area, max(peak.area - half[2], 0.0), peak.area + half[2], f"{unit} deg",
            notes=("both lines of the doublet",),
        ),
    ]  # fmt: skip


def _halos(result: Result, values: Values, seed: int, make: Make) -> list[Finding]:
    halos = result.parts.halos(seed)
    if not halos:
        nan = float("nan")
        words = "not resolved: no broad maximum stands out of the background"
        return [make("halo_2theta", nan, nan, nan, "deg", notes=(words,))]
    found: list[Finding] = []
    for index, halo in enumerate(halos):
        name = "halo" if index == 0 else f"halo_{index + 1}"
        found += _halo(name, halo, result, values, make)
    return found


def _halo(name: str, halo: Halo, result: Result, values: Values, make: Make) -> list[Finding]:
    rays = result.parts.rays
    shape = values[p.HALO_SLOPE] * halo.width**2 / _GAUSSIAN_TOP
    sd = float(np.sqrt(halo.position_sd**2 + (_SHARE_ACROSS * halo.between_backgrounds) ** 2 + shape**2))
    half = _NORMAL_90 * sd
    low, high = halo.position - half, halo.position + half
    notes = [
        "maximum of the broad scattering over the background, not of the raw curve",
        f"sd {halo.position_sd:.3f} degrees from noise; over {len(BACKGROUNDS)} backgrounds it moves by "
        f"{halo.between_backgrounds:.2f}; {shape:.2f} for the unknown shape of overlapping halos",
    ]
    value = halo.position
    if half > _TOO_WIDE * halo.width:
        value = float("nan")
        notes.insert(0, f"not resolved: its place hangs on the background ({low:.1f} to {high:.1f} degrees)")
    spacing = [float(rays.spacing(a)) for a in (value, high, low)]
    factor = values[p.HALO_FACTOR]
    width = _NORMAL_90 * (halo.width_sd if np.isfinite(halo.width_sd) else halo.width)
    return [
        make(f"{name}_2theta", value, low, high, "deg", notes=tuple(notes)),
        make(
            f"{name}_fwhm", halo.width, max(halo.width - width, 0.0), halo.width + width, "deg",
            notes=("full width of that maximum; interval without the choice of background",),
        ),
        make(f"{name}_d", spacing[0], spacing[1], spacing[2], "A", notes=("Bragg: lambda / (2 sin theta)",)),
        make(
            f"{name}_distance", factor * spacing[0], factor * spacing[1], factor * spacing[2], "A",
            notes=(f"{factor:g} lambda / (2 sin theta): mean distance of neighbours in a glass (Debye)",),
        ),
    ]  # fmt: skip


def _size(result: Result, choices: Mapping[str, Any], values: Values, make: Make) -> list[Finding]:
    """Scherrer size of the strongest peak."""
    peaks = result.parts.peaks
    if not peaks:
        return []
    peak = max(peaks, key=lambda q: q.area)
    k = choices["scherrer_k"] or values[p.SCHERRER_K]
    factor = 0.1 * k * result.parts.rays.alpha1 / np.cos(np.radians(peak.position / 2))  # nm, for radians

    def size(width: float) -> float:
        return float(factor / np.radians(width)) if width > 0 else float("inf")

    about = f"Scherrer, K = {k:g}, peak at {peak.position:.2f} degrees; strain is not parted from size"
    wide, narrow = (max(peak.width + s * _NORMAL_90 * peak.width_sd, 1e-6) for s in (1, -1))
    b = choices["instrument_fwhm_deg"]
    if b is None:
        least = size(wide)
        words = f"not resolved: at least {least:.0f} nm. Give 'instrument_fwhm_deg' from a standard."
        return [make("crystallite_size", float("nan"), least, float("nan"), "nm", notes=(words, about))]
    if narrow <= b:
        words = f"not resolved: the peak is as narrow as the instrument; at least {size(wide - b):.0f} nm"
        low = size(max(wide - b, 1e-6))
        return [make("crystallite_size", float("nan"), low, float("nan"), "nm", notes=(words, about))]
    value = size(peak.width - b**2 / peak.width)
    squares, plain = size(np.sqrt(peak.width**2 - b**2)), size(peak.width - b)
    noise = value - size(wide - b**2 / wide)  # a narrower peak would give more than symmetric
    half = float(np.hypot(noise, _NORMAL_90 * values[p.SIZE_CONVENTION] * (plain - squares)))
    words = (
        f"instrument {b:g} degrees taken off as B - b^2/B; as squares it is {squares:.0f} nm, as plain "
        f"difference {plain:.0f} nm"
    )
    low, high = max(value - half, 0.0), value + half
    if half > _SIZE_TOO_WIDE * value:
        words = f"not resolved: the peak is hardly wider than the instrument; {words}"
        return [make("crystallite_size", float("nan"), low, float("nan"), "nm", notes=(words, about))]
    return [make("crystallite_size", value, low, high, "nm", notes=(about, words))]


def _phases(result: Result, values: Values, make: Make) -> list[Finding]:
    found = [_phase(one, make) for one in result.matches]
    peaks = result.parts.peaks
    if not peaks:
        return found
    area = np.array([q.area for q in peaks])
    sd = np.array([q.area_sd for q in peaks])
    unknown = ~np.array(result.known)
    share = 100 * float(area[unknown].sum() / area.sum())
    half = _NORMAL_90 * 100 * float(np.sqrt((sd**2).sum()) / area.sum())
    there = [m.phase.name for m in result.matches if m.verdict in ("matched", "partly")]
    words = "share of the area of all peaks that no phase of the set explains"
    more = f"explained by {', '.join(there)}" if there else "no phase of the set is there: not in the set"
    low, high = max(share - half, 0.0), min(share + half, 100.0)
    for one in result.matches:
        if one.verdict == "matched" and one.phase.name in _CUBIC and high < _ALONE:
            found += _cell(one, result, make)
    return [*found, make("unexplained_share", share, low, high, "%", notes=(words, more))]


def _phase(one: Match, make: Make) -> Finding:
    words = {
        "matched": "matched", "partly": "partly matched", "not": "not matched",
        "undecided": _undecided(one),
    }[one.verdict]  # fmt: skip
    notes = [
        words,
        f"{one.found} of {one.asked} lines found; score = root-intensity of lines found over lines expected",
        f"{one.phase.title}, {one.phase.formula}; structure: {one.phase.source}",
    ]
    if np.isfinite(one.chance):
        notes.append(
            f"{one.chance:.0%} of copies with a cell up to 12 % off do as well; lines moved by "
            f"{one.shift:+.3f} degrees; interval over tolerances and lines asked for"
        )
    return make(f"phase_{one.phase.name}", one.score, one.low, one.high, "1", notes=tuple(notes))


def _undecided(one: Match) -> str:
    if not np.isfinite(one.chance):
        return "not decided: fewer than two of its lines can be looked for"
    if one.chance > CHANCE.value:
        return "not decided: copies with another cell match as well"
    if one.found <= 2:
        return f"not decided: {one.found} lines fit many crystals"
    return "not decided: its lines lie on peaks that a better phase explains"


def _cell(one: Match, result: Result, make: Make) -> list[Finding]:
    solved = cubic_cell(result.parts.peaks, one.phase, result.parts.rays, aligned=False)
    if solved is None:
        return []
    edge, sd, lines = solved
    half = _NORMAL_90 * sd
    notes = (f"from {lines} lines, with the height error found from the same lines",)
    return [make(f"lattice_a_{one.phase.name}", edge, edge - half, edge + half, "A", notes=notes)]
