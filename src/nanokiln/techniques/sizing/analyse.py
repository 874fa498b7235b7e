"""From diameters to findings: count, mean, spread, median, form, and the change between two powders."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...core.errors import DataError, InputError, unknown_name
from ...core.evidence import Evidence, Finding
from ...core.measurement import Measurement
from . import statistics as st

ENOUGH = 200  # particles; below this the tails, and so the spread, are poorly known
_ENOUGH_FOR_FORM = 30  # below this normal and log-normal cannot be told apart
_UNDECIDED = 2.0  # difference in AIC below which two models describe the data alike
DEFAULTS: dict[str, Any] = {"resamples": 1000, "seed": 0, "scale_error": None}
_RESAMPLES = (100, 100_000)  # fewest and most bootstrap samples
_LARGEST_SCALE_ERROR = 0.5  # relative; more is no calibration at all


def analyse(measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None) -> list[Finding]:
    """Describe each size distribution, and the change of diameter where there are two.

    Parameters
    ----------
    measurements
        Measurements with ``diameter_nm(particle)``.
    choices
        ``resamples`` and ``seed`` of the bootstrap; ``scale_error``, the relative standard uncertainty of
        the magnification, if it is not in the settings of the measurement.

    Returns
    -------
    list of Finding
        Per measurement ``particle_count``, ``diameter_mean``, ``diameter_sd``, ``diameter_median``,
        ``diameter_geometric_sd``, ``lognormal_support``; with labels ``before`` and ``after`` also
        ``diameter_change``. ``choices["label"]`` tells them apart.

    Raises
    ------
    DataError
        If there is nothing to analyse or a diameter is not a positive number.
    InputError
        For an unknown or unusable choice.

    Limits
    ------
    Intervals hold for particles picked at random. Selection (small spheres hidden, touching ones left
    out) is not in them, and the spread contains the error of sizing.
    """
    chosen = _choices(choices or {})
    if not measurements:
        raise DataError("no sizing measurement was given. Give at least one file of diameters.")
    powders = [_powder(m, chosen) for m in measurements]
    findings = [finding for powder in powders for finding in _describe(powder, chosen)]
    by_label = {powder.label: powder for powder in powders}
    if {"before", "after"} <= by_label.keys():
        findings.append(_change(by_label["before"], by_label["after"]))
    return findings


@dataclass(frozen=True)
class _Powder:
    """Diameters of one powder with what its findings share."""

    d: st.Array
    label: str
    scale_error: float | None
    notes: tuple[str, ...]
    shared: dict[str, Any]

    def finding(self, name: str, found: st.Estimate, unit: str, *notes: str, **more: Any) -> Finding:
        choices = {**self.shared["choices"], **more}
        return Finding(
            name,
            found.value,
            found.low,
            found.high,
            unit,
            self.shared["evidence"],
            "sizing",
            self.shared["file"],
            (*notes, *self.notes),
            choices,
        )

    def with_scale(self, found: st.Estimate) -> st.Estimate:
        """Widen an interval by the uncertainty of the magnification, in quadrature."""
        if not self.scale_error or not math.isfinite(found.low):
            return found
        half = st.quantile_normal() * self.scale_error * found.value
        return st.Estimate(
            found.value,
            found.value - math.hypot(found.value - found.low, half),
            found.value + math.hypot(found.high - found.value, half),
        )


def _powder(measurement: Measurement, chosen: Mapping[str, Any]) -> _Powder:
    where = measurement.file or measurement.label or "measurement"
    if "diameter_nm" not in measurement.data:
        raise DataError(f"'{where}' holds no 'diameter_nm'; it is not a sizing measurement.")
    d = np.asarray(measurement.data["diameter_nm"].values, dtype=float)
    if d.ndim != 1 or not d.size:
        raise DataError(f"'{where}' holds no particle.")
    if not (np.isfinite(d) & (d > 0)).all():
        raise DataError(f"'{where}' holds diameters that are not positive numbers.")
    scale = chosen["scale_error"]
    scale = _stated_scale(measurement.settings) if scale is None else scale
    notes = [str(note) for note in measurement.settings.get("notes", ())]
    if d.size < ENOUGH:
        notes.append(f"N = {d.size} is below {ENOUGH} particles: the spread is poorly known")
    if scale is None:
        notes.append("uncertainty of the magnification not stated and not included")
    synthetic = measurement.origin == "synthetic"
    shared = {
        "evidence": Evidence.PREDICTED if synthetic else Evidence.MEASURED,
        "file": measurement.file,
        "choices": {"label": measurement.label, "scale_error": scale},
    }
    return _Powder(d, measurement.label, scale, tuple(notes), shared)


def _stated_scale(settings: Mapping[str, Any]) -> float | None:
    stated = settings.get("scale_error")
    usable = isinstance(stated, (int, float)) and 0 <= stated <= _LARGEST_SCALE_ERROR
    return float(stated) if usable and stated is not None else None


def _describe(powder: _Powder, chosen: Mapping[str, Any]) -> list[Finding]:
    count = float(powder.d.size)
    found = [
        powder.finding("particle_count", st.Estimate(count, count, count), "1"),
        powder.finding("diameter_mean", powder.with_scale(st.mean(powder.d)), "nm", interval="Student t"),
        powder.finding(
            "diameter_median", powder.with_scale(st.median(powder.d)), "nm", interval="order statistics"
        ),
    ]
    return found + _spread(powder, chosen)


def _exp(x: float) -> float:
    """Return e^x, infinity where a few particles leave the end of an interval open."""
    return math.exp(x) if x < math.log(sys.float_info.max) else math.inf


def _spread(powder: _Powder, chosen: Mapping[str, Any]) -> list[Finding]:
    """Return the findings that need at least two particles."""
    names = {"diameter_sd": "nm", "diameter_geometric_sd": "1", "lognormal_support": "1"}
    if powder.d.size < 2:
        nothing = st.Estimate(math.nan, math.nan, math.nan)
        why = "not resolved: one particle has no spread"
        return [powder.finding(name, nothing, unit, why) for name, unit in names.items()]
    rng = np.random.default_rng(chosen["seed"])
    resamples = chosen["resamples"]
    how = {"interval": "bootstrap", "resamples": resamples, "seed": chosen["seed"]}
    sd = powder.with_scale(st.bootstrap(powder.d, st.sd, resamples, rng))
    logs = st.bootstrap(powder.d, st.sd_of_logarithms, resamples, rng)
    geometric = st.Estimate(*(_exp(x) for x in (logs.value, logs.low, logs.high)))
    return [
        powder.finding("diameter_sd", sd, "nm", "contains the error of sizing single particles", **how),
        powder.finding("diameter_geometric_sd", geometric, "1", **how),
        _form(powder, resamples, rng, how),
    ]


def _form(powder: _Powder, resamples: int, rng: np.random.Generator, how: dict[str, Any]) -> Finding:
    """Say whether normal or log-normal describes the diameters better."""
    found = st.bootstrap(powder.d, st.delta_aic, resamples, rng, positive=False)
    what = "AIC(normal) - AIC(log-normal); positive: log-normal describes the diameters better"
    if powder.d.size < _ENOUGH_FOR_FORM or not math.isfinite(found.value):
        nothing = st.Estimate(math.nan, math.nan, math.nan)
        why = f"not resolved: needs {_ENOUGH_FOR_FORM} particles of different sizes"
        return powder.finding("lognormal_support", nothing, "1", why, what, **how)
    if abs(found.value) < _UNDECIDED or found.low < 0 < found.high:
        verdict = "undecided between normal and log-normal"
    else:
        verdict = "log-normal preferred" if found.value > 0 else "normal preferred"
    return powder.finding("lognormal_support", found, "1", verdict, what, **how)


def _change(before: _Powder, after: _Powder) -> Finding:
    """Mean after minus mean before, with Welch's interval; a common scale error scales the change only."""
    from scipy.stats import t

    value = float(after.d.mean() - before.d.mean())
    evidence = max((before.shared["evidence"], after.shared["evidence"]), key=lambda e: e.rank)
    notes = ("assumes that both were sized at one magnification",)
    low = high = math.nan
    if min(before.d.size, after.d.size) < 2:
        notes = ("not resolved: an interval needs two particles of each powder",)
    else:
        parts = [p.d.var(ddof=1) / p.d.size for p in (before, after)]
        total = sum(parts)
        free = sum(part**2 / (p.d.size - 1) for part, p in zip(parts, (before, after), strict=True))
        freedom = total**2 / free if free > 0 else math.inf
        half = float(t.ppf(0.5 + st.CONFIDENCE / 2, freedom) * math.sqrt(total))
        half = math.hypot(half, st.quantile_normal() * (before.scale_error or 0.0) * value)
        low, high = value - half, value + half
    files = " and ".join(sorted({str(p.shared["file"]) for p in (before, after)} - {""}))
    choices = {"label": "after - before", "interval": "Welch t"}
    return Finding("diameter_change", value, low, high, "nm", evidence, "sizing", files, notes, choices)


def _choices(given: Mapping[str, Any]) -> dict[str, Any]:
    for key in given:
        if key not in DEFAULTS:
            raise unknown_name("choice of sizing", str(key), DEFAULTS)
    chosen = {**DEFAULTS, **given}
    for key, (low, high) in {"resamples": _RESAMPLES, "seed": (0, 2**32)}.items():
        value = chosen[key]
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise InputError(f"{key} = {value!r}: expected a whole number from {low} to {high}.")
    scale = chosen["scale_error"]
    if scale is not None and _stated_scale(chosen) is None:
        raise InputError(f"scale_error = {scale!r}: expected a number from 0 to {_LARGEST_SCALE_ERROR}.")
    return chosen
