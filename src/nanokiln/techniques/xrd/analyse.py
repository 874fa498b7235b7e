"""From a measured or simulated pattern to peaks, halo, sizes and phases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...core.errors import DataError, InputError, unknown_name
from ...core.evidence import Evidence
from ...core.parameters import Values
from . import parameters as p
from .align import Alignment, from_standard
from .decompose import Parts, decompose
from .detect import scan_of
from .match import Match, Seen, explained, match_all
from .radiation import Radiation, radiation
from .reference import phases

if TYPE_CHECKING:
    from ...core.evidence import Finding
    from ...core.measurement import Measurement

#: What an analysis may choose, with the defaults.
DEFAULTS: dict[str, Any] = {
    "wavelength": None,
    "k_alpha2": "auto",
    "range_deg": None,
    "standard": None,
    "alignment": "displacement",
    "instrument_fwhm_deg": None,
    "scherrer_k": None,
    "phases": None,
    "most_peaks": 20,
    "scan": 0,
    "seed": 0,
    "parameters": {},
}
_ALIGNMENTS = ("displacement", "zero")
_FEWEST = 100  # points of a pattern that can be taken apart
_LEAST_AREA_QUANTILE = 0.0  # the smallest peak found stands for what can be seen


@dataclass(frozen=True)
class Result:
    """All that an analysis found, before it is put into findings.

    Parameters
    ----------
    measurement
        The scan.
    parts
        The pattern taken apart.
    alignment
        Displacement from an internal standard, None without one.
    matches
        All phases of the reference set.
    known
        For each peak, whether a phase that is there explains it.
    """

    measurement: Measurement
    parts: Parts
    alignment: Alignment | None
    matches: tuple[Match, ...]
    known: tuple[bool, ...]


def checked(choices: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the choices with defaults filled in.

    Raises
    ------
    InputError
        For an unknown choice or an impossible value.
    """
    for key in choices or {}:
        if key not in DEFAULTS:
            raise unknown_name("XRD choice", str(key), DEFAULTS)
    filled = DEFAULTS | dict(choices or {})
    reference = phases()
    wanted = filled["phases"]
    names = [] if wanted is None else [wanted] if isinstance(wanted, str) else list(wanted)
    for name in [*names, *([filled["standard"]] if filled["standard"] else [])]:
        if name not in reference:
            raise unknown_name("phase of the reference set", str(name), reference)
    filled["phases"] = names or None
    if filled["alignment"] not in _ALIGNMENTS:
        raise unknown_name("XRD alignment", str(filled["alignment"]), _ALIGNMENTS)
    for key in ("instrument_fwhm_deg", "scherrer_k"):
        value = filled[key]
        if value is not None and (not isinstance(value, int | float) or not 0 < value < 10):
            raise InputError(f"XRD choice {key} = {value!r}: give a positive number.")
    for key in ("most_peaks", "scan", "seed"):
        if not isinstance(filled[key], int) or filled[key] < 0:
            raise InputError(f"XRD choice {key} = {filled[key]!r}: give a whole number from 0 on.")
    return filled


def take_apart(measurements: Sequence[Measurement], choices: Mapping[str, Any]) -> Result:
    """Analyse one scan without putting the results into findings.

    Parameters
    ----------
    measurements
        Scans; ``scan`` among the choices picks one.
    choices
        From `checked`.

    Raises
    ------
    DataError
        If the wavelength is not known, the scan is too short, or the standard is not there.
    InputError
        For an impossible choice.
    """
    if choices["scan"] >= len(measurements):
        raise InputError(
            f"scan {choices['scan']} does not exist; the file holds {len(measurements)} (0 is the first)."
        )
    measurement = measurements[choices["scan"]]
    values = Values(choices["parameters"])
    rays = radiation(measurement, choices, values)
    scan = scan_of(measurement, _range(choices["range_deg"]))
    if scan.x.size < _FEWEST:
        raise DataError(
            f"{scan.x.size} points lie in the range; {_FEWEST} are needed. Give a wider 'range_deg'."
        )
    parts = decompose(
        scan, rays, values[p.SIGNIFICANCE], values[p.WIDEST_PEAK], choices["k_alpha2"] == "auto"
    )
    reference = phases()
    standard = choices["standard"]
    alignment = None
    if standard:
        alignment = from_standard(parts.peaks, reference[standard], parts.rays, choices["alignment"])
    matches, known = _phases(parts, choices, values)
    return Result(measurement, parts, alignment, tuple(matches), tuple(known))


def _range(ends: Any) -> tuple[float, float] | None:
    if ends is None:
        return None
    usable = (
        isinstance(ends, list | tuple) and len(ends) == 2 and all(isinstance(e, int | float) for e in ends)
    )
    if not usable or not ends[0] < ends[1]:
        raise InputError(f"XRD choice range_deg = {ends!r}: give first and last 2theta in degrees.")
    return float(ends[0]), float(ends[1])


def _phases(parts: Parts, choices: Mapping[str, Any], values: Values) -> tuple[list[Match], list[bool]]:
    reference = phases()
    wanted = choices["phases"] or list(reference)
    least = min((q.area for q in parts.peaks), default=0.0)
    ends = float(parts.scan.x[0]), float(parts.scan.x[-1])
    seen = Seen.of(parts.peaks, ends, least)
    matches = match_all({n: reference[n] for n in wanted}, seen, parts.rays, values)
    return matches, [bool(k) for k in explained(parts.peaks, matches, parts.rays, values)]


def analyse(measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None) -> list[Finding]:
    """Find peaks, halo, sizes and phases of a powder pattern.

    Parameters
    ----------
    measurements
        Scans of one file; the first is analysed unless ``scan`` says otherwise.
    choices
        See `DEFAULTS`. ``wavelength``: anode name or angstrom, needed where the file states none;
        ``k_alpha2``:
        ratio of the doublet, or auto; ``range_deg``; ``standard``: phase mixed in, whose lines correct the
        positions, by ``alignment`` (displacement or zero); ``instrument_fwhm_deg``: width of a line of a
        coarse
        standard, for the size; ``scherrer_k``; ``phases``: only these; ``most_peaks``: the strongest so many.

    Returns
    -------
    list of Finding
        ``peaks``, ``peak_<n>_2theta``, ``peak_<n>_fwhm``, ``peak_<n>_area`` (numbered from low angle),
        ``halo_2theta``, ``halo_fwhm``, ``halo_d``, ``halo_distance`` (and ``halo_2_...`` for further ones),
        ``crystallite_size``, ``phase_<name>``, ``lattice_a_<name>`` for cubic ones, ``unexplained_share``.

    Raises
    ------
    InputError
        For unusable choices.
    DataError
        If the wavelength is not known or the pattern cannot be taken apart.
    """
    from .findings import findings

    filled = checked(choices)
    result = take_apart(measurements, filled)
    synthetic = result.measurement.origin == "synthetic"
    evidence = Evidence.PREDICTED if synthetic else Evidence.MEASURED
    return findings(result, filled, evidence, Values(filled["parameters"]))


def rays_of(result: Result) -> Radiation:
    """Return the X-rays an analysis settled on."""
    return result.parts.rays
