"""Findings from voltammograms: anodic and cathodic peaks, and the b-value over several scan rates."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...core.errors import InputError, unknown_name
from ...core.evidence import Evidence, Finding
from ...core.measurement import Measurement
from .peaks import Peak, find, last_of

NAME = "cv"
CHOICES = ("bandwidth_mV", "cycle", "scan_rate_mV_s", "seed")
BANDWIDTH_V = 0.010  # of the smoothing; narrower than any peak of a porous electrode
FEWEST_RATES = 3  # scan rates a b-value needs
WORDS = {1: "anodic", -1: "cathodic"}


def analyse(measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None) -> list[Finding]:
    """Analyse voltammograms.

    Parameters
    ----------
    measurements
        Voltammograms with ``potential``, ``current``, ``cycle``; several of one sample at several scan rates
        give a b-value.
    choices
        ``bandwidth_mV``: of the smoothing. ``cycle``: number of the cycle analysed, by default the last whole
        sweeps. ``scan_rate_mV_s``: where the file does not state it. ``seed``: of the noisy copies behind the
        intervals.

    Returns
    -------
    list of Finding
        Per measurement ``anodic_peak_1``, ``cathodic_peak_1`` ... (V, numbered from low potential), each with
        ``..._current`` (above the line between its feet); then ``b_value_anodic``, ``b_value_cathodic``.

    Raises
    ------
    InputError
        For a choice that is not usable.

    Limits
    ------
    Potentials are against the reference the file states; none is converted. The b-value is that of the
    highest peak of each sweep; it is one number for a process only if the peak stays the same one.
    """
    chosen = _choices(choices or {})
    found: list[Finding] = []
    highest: dict[int, list[tuple[float, float]]] = {1: [], -1: []}
    for measurement in measurements:
        peaks = peaks_of(measurement, chosen)
        found += _rows(measurement, peaks, chosen)
        rate = scan_rate(measurement, chosen)
        for way in highest:
            own = [p for p in peaks if p.direction == way]
            if own and rate:
                highest[way].append((rate, max(abs(p.current) for p in own)))
    if len(measurements) > 1:
        found += [_b_value(way, pairs, measurements, chosen) for way, pairs in highest.items()]
    return found


def _choices(given: Mapping[str, Any]) -> dict[str, Any]:
    for name in given:
        if name not in CHOICES:
            raise unknown_name("choice of cv", name, CHOICES)
    chosen = {"bandwidth_mV": 1000 * BANDWIDTH_V, "seed": 0, **given}
    for name in ("bandwidth_mV", "scan_rate_mV_s"):
        value = chosen.get(name)
        if value is not None and (
            isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf
        ):
            raise InputError(f"{name} = {value!r}: must be a number above 0.")
    for name in ("cycle", "seed"):
        value = chosen.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            raise InputError(f"{name} = {value!r}: must be a whole number, 0 or above.")
    return chosen


def rows_of(measurement: Measurement, chosen: Mapping[str, Any], direction: int) -> np.ndarray:
    """Return the rows of the sweep that is analysed; empty where there is none."""
    data = measurement.data
    rows = np.arange(data.sizes["point"])
    if chosen.get("cycle") is not None:
        rows = rows[data["cycle"].values == chosen["cycle"]]
        if not rows.size:
            numbers = np.unique(data["cycle"].values)
            raise InputError(
                f"cycle = {chosen['cycle']}: the file has the cycles {numbers[0]}-{numbers[-1]}."
            )
    sweep = last_of(data["potential"].values[rows], direction) if rows.size else None
    return rows[sweep] if sweep is not None else rows[:0]


def peaks_of(measurement: Measurement, chosen: Mapping[str, Any] | None = None) -> list[Peak]:
    """Return the peaks of the last whole anodic and cathodic sweep; `chosen` as for `analyse`."""
    chosen = _choices({}) if chosen is None else chosen
    rng = np.random.default_rng(chosen["seed"])
    found = []
    for direction in WORDS:
        rows = rows_of(measurement, chosen, direction)
        if rows.size:
            potential, current = (measurement.data[name].values[rows] for name in ("potential", "current"))
            found += find(potential, current, direction, chosen["bandwidth_mV"] / 1000, rng)
    return found


def scan_rate(measurement: Measurement, chosen: Mapping[str, Any]) -> float:
    """Return the scan rate (V/s): as chosen, as the file states it, or from its time; else 0."""
    if chosen.get("scan_rate_mV_s"):
        return float(chosen["scan_rate_mV_s"]) / 1000
    stated = measurement.settings.get("scan_rate_V_s")
    if stated:
        return float(stated)
    if "time" not in measurement.data:
        return 0.0
    time, potential = (measurement.data[name].values for name in ("time", "potential"))
    steps = np.diff(time)
    moving = steps > 0
    return float(np.median(np.abs(np.diff(potential)[moving] / steps[moving]))) if moving.any() else 0.0


def _rows(measurement: Measurement, peaks: Sequence[Peak], chosen: Mapping[str, Any]) -> list[Finding]:
    evidence = Evidence.PREDICTED if measurement.origin == "synthetic" else Evidence.MEASURED
    rate = scan_rate(measurement, chosen)
    unit = str(measurement.data["current"].attrs.get("units", "A"))
    reference = str(measurement.settings.get("reference_electrode", "") or "")
    against = f"V against {reference}" if reference else "the file states no reference electrode"
    common = [against, f"scan rate {1000 * rate:.4g} mV/s" if rate else "the scan rate is unknown"]
    common += [str(note) for note in measurement.settings.get("notes", ())]
    record = {**chosen, "label": measurement.label, "scan_rate_V_s": rate or None}

    def finding(name: str, value: float, low: float, high: float, unit: str, notes: Sequence[str]) -> Finding:
        remarks = (*notes, *common)
        return Finding(name, value, low, high, unit, evidence, NAME, measurement.file, remarks, dict(record))

    found = []
    for direction, word in WORDS.items():
        own = sorted((p for p in peaks if p.direction == direction), key=lambda p: p.potential)
        if not own:
            reason = "not resolved: no maximum stands out from the sweep"
            found.append(finding(f"{word}_peak_1", math.nan, math.nan, math.nan, "V", [reason]))
        for number, p in enumerate(own, start=1):
            name = f"{word}_peak_{number}"
            smoothing = (
                f"bandwidth {chosen['bandwidth_mV']:g} mV; interval: noise, and half and twice that bandwidth"
            )
            found.append(finding(name, p.potential, p.potential_low, p.potential_high, "V", [smoothing]))
            feet = f"above the line from {p.feet[0]:.4g} to {p.feet[1]:.4g} V; {p.raw:.4g} {unit} from zero"
            found.append(finding(f"{name}_current", p.current, p.current_low, p.current_high, unit, [feet]))
    return found


def _b_value(
    way: int,
    pairs: Sequence[tuple[float, float]],
    measurements: Sequence[Measurement],
    chosen: Mapping[str, Any],
) -> Finding:
    """Return the slope of log peak current over log scan rate: 0.5 diffusion, 1 surface-bound."""
    from scipy.stats import t

    synthetic = any(m.origin == "synthetic" for m in measurements)
    evidence = Evidence.PREDICTED if synthetic else Evidence.MEASURED
    name = f"b_value_{WORDS[way]}"
    files = ", ".join(m.file for m in measurements if m.file)
    rates = np.array([r for r, _ in pairs])
    if np.unique(rates).size < FEWEST_RATES:
        reason = (
            f"not resolved: a b-value needs peaks at {FEWEST_RATES} scan rates; {np.unique(rates).size} found"
        )
        return Finding(
            name, math.nan, math.nan, math.nan, "1", evidence, NAME, files, (reason,), dict(chosen)
        )
    x, y = np.log(rates), np.log([current for _, current in pairs])
    free = x.size - 2
    slope, offset = np.polyfit(x, y, 1)
    spread = float(np.sqrt(((y - slope * x - offset) ** 2).sum() / free / ((x - x.mean()) ** 2).sum()))
    error = float(t.ppf(0.95, free)) * spread
    note = (
        f"peak currents at {x.size} scan rates from {1000 * rates.min():.3g} to {1000 * rates.max():.3g} mV/s"
    )
    return Finding(
        name,
        float(slope),
        float(slope - error),
        float(slope + error),
        "1",
        evidence,
        NAME,
        files,
        (note,),
        dict(chosen),
    )
