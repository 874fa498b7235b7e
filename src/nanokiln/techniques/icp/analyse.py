"""Findings from ICP measurements: the B/Si mass ratio over dissolution time, and what the feed allows."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...core.errors import DataError, InputError, unknown_name
from ...core.evidence import Evidence, Finding
from ...core.measurement import Measurement
from ...core.parameters import Values
from ...matter.constants import MASS_B, MASS_H3BO3
from .quantify import Batch, quantify

NAME = "icp"
CHOICES = ("feed_b_si", "recipe")
_TAILS = (5, 95)  # percentiles of the 90 % interval
_NO_SAMPLE = re.compile(r"blank|standard|\bstd|\bcal|\bqc|check", re.IGNORECASE)


def analyse(measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None) -> list[Finding]:
    """Analyse ICP measurements.

    Parameters
    ----------
    measurements
        Batches of counts, tables of concentrations, or time-resolved traces.
    choices
        ``feed_b_si``: boron to silicon as weighed in, g/g; ``recipe``: name or file of a recipe to take it
        from. Without either the file's own statement is used, if it has one.

    Returns
    -------
    list of Finding
        ``b_si_mass_ratio`` (g/g) for each sample solution; ``b_si_bound`` (g/g, what was fed) where known;
        for batches ``lod_B``, ``lod_Si`` (mg/L) and ``drift_B``, ``drift_Si`` (relative); for traces
        ``signal_<isotope>`` (counts/s).

    Raises
    ------
    InputError
        For an unknown choice or a feed that is not above 0.
    DataError
        If a batch lacks blank, standards or readings.

    Limits
    ------
    The bound holds if boron and silicon come from the feed alone and all silicon dissolves; washing and
    vapour only lower it.
    """
    chosen, feed = _choices(choices or {})
    values = Values()
    found: list[Finding] = []
    for measurement in measurements:
        bound = feed if feed is not None else measurement.settings.get("feed_b_si")
        if "reading" in measurement.data.dims:
            found += _batch(measurement, quantify(measurement, values), bound, chosen)
        elif "solution" in measurement.data.dims:
            found += _table(measurement, bound, chosen)
        else:
            found += _traces(measurement, chosen)
        if bound and "time" not in measurement.data.dims:
            notes = ("boron over silicon as weighed in: no solution of all of the powder can lie above it",)
            found.append(_finding(measurement, "b_si_bound", float(bound), "g/g", notes, chosen))
    return found


def _choices(given: Mapping[str, Any]) -> tuple[dict[str, Any], float | None]:
    for name in given:
        if name not in CHOICES:
            raise unknown_name("choice of icp", name, CHOICES)
    feed = given.get("feed_b_si")
    if feed is not None:
        feed = float(feed)
        if not 0 < feed < math.inf:
            raise InputError(f"feed_b_si = {feed:g}: must be above 0 (g boron per g silicon weighed in).")
    elif given.get("recipe") is not None:
        from ...recipe import load_recipe

        recipe, values = load_recipe(str(given["recipe"])), Values()
        silicon = recipe.precursor.silicon_mass_fraction
        if not silicon > 0 or not recipe.additive_ratio > 0:
            raise InputError(f"recipe '{given['recipe']}' feeds no boron or no silicon; there is no bound.")
        feed = recipe.additive_ratio * values[MASS_B] / values[MASS_H3BO3] / silicon
    return dict(given), feed


def _finding(
    measurement: Measurement,
    name: str,
    value: float,
    unit: str,
    notes: Sequence[str],
    record: Mapping[str, Any],
    interval: tuple[float, float] = (math.nan, math.nan),
) -> Finding:
    evidence = Evidence.PREDICTED if measurement.origin == "synthetic" else Evidence.MEASURED
    common = [str(n) for n in measurement.settings.get("notes", ())]
    return Finding(
        name, value, *interval, unit, evidence, NAME, measurement.file, (*notes, *common), dict(record)
    )


def bound_note(ratio: float, low: float, bound: float | None) -> list[str]:
    """Return what the feed says about a ratio, in words with the arithmetic."""
    if not bound:
        return []
    if low > bound:
        return [
            f"above what was fed ({bound:.3f} g/g): impossible if all silicon dissolves; with all fed boron "
            f"in solution at most {bound:.3f}/{ratio:.3f} = {bound / ratio:.0%} of the silicon is"
        ]
    return [f"{'not above' if ratio <= bound else 'not resolved from'} what was fed ({bound:.3f} g/g)"]


def _batch(
    measurement: Measurement, batch: Batch, bound: float | None, chosen: Mapping[str, Any]
) -> list[Finding]:
    missing = [e for e in ("B", "Si") if e not in batch.elements]
    if missing:
        raise DataError(f"the batch has no readings of {' and '.join(missing)}; measure both elements.")
    boron, silicon = batch.elements["B"], batch.elements["Si"]
    found = []
    for i in np.flatnonzero(batch.types == "sample"):
        record = {**chosen, "label": str(batch.labels[i])}
        if math.isfinite(batch.times[i]):
            record["time_h"] = float(batch.times[i])
        below = [n for n, e in (("B", boron), ("Si", silicon)) if e.measured[i] < e.quantification]
        if below:
            notes = [
                f"not resolved: {' and '.join(below)} below the limit of quantification (10 s of the blank)"
            ]
            found.append(_finding(measurement, "b_si_mass_ratio", math.nan, "g/g", notes, record))
            continue
        ratios = boron.concentration[:, i] / silicon.concentration[:, i]
        low, high = (float(x) for x in np.percentile(ratios[1:], _TAILS))
        value = float(ratios[0])
        notes = [
            "weighted line, blank, replicates, drift and error of the standards are in the interval",
            *bound_note(value, low, bound),
        ]
        found.append(
            _finding(
                measurement,
                "b_si_mass_ratio",
                value,
                "g/g",
                notes,
                record,
                (min(low, value), max(high, value)),
            )
        )
    if not found:
        notes = ["not resolved: the batch has no row of type sample"]
        found.append(_finding(measurement, "b_si_mass_ratio", math.nan, "g/g", notes, chosen))
    for name, element in (("B", boron), ("Si", silicon)):
        notes = [f"3 s of the blank; limit of quantification {element.quantification:.3g} mg/L"]
        found.append(_finding(measurement, f"lod_{name}", element.detection, "mg/L", notes, chosen))
        followed = (
            "by checks, corrected" if math.isfinite(element.drift) else "not resolved: fewer than two checks"
        )
        found.append(_finding(measurement, f"drift_{name}", element.drift, "1", [followed], chosen))
    return found


def _table(measurement: Measurement, bound: float | None, chosen: Mapping[str, Any]) -> list[Finding]:
    data = measurement.data
    labels, elements, amounts = (data[n].values for n in ("label", "element", "concentration"))
    found = []
    for label in dict.fromkeys(str(x) for x in labels if not _NO_SAMPLE.search(str(x))):
        here = labels == label
        boron, silicon = (amounts[here & (elements == e)] for e in ("B", "Si"))
        record = {**chosen, "label": label}
        if not boron.size or not silicon.size or not silicon.mean() > 0:
            notes = ["not resolved: boron or silicon was not measured in this solution"]
            found.append(_finding(measurement, "b_si_mass_ratio", math.nan, "g/g", notes, record))
            continue
        value = float(boron.mean() / silicon.mean())
        notes = [
            "from concentrations of the instrument software: no interval, its calibration cannot be seen",
            *bound_note(value, value, bound),
        ]
        found.append(_finding(measurement, "b_si_mass_ratio", value, "g/g", notes, record))
    if not found:
        notes = ["not resolved: no sample among the solutions"]
        found.append(_finding(measurement, "b_si_mass_ratio", math.nan, "g/g", notes, chosen))
    return found


def _traces(measurement: Measurement, chosen: Mapping[str, Any]) -> list[Finding]:
    """Return the mean signal of each isotope; without standards there are no concentrations."""
    counts = measurement.data["counts"].values
    found = []
    for name, trace in zip(measurement.data["line"].values, counts.T, strict=True):
        low, high = (float(x) for x in np.percentile(trace, _TAILS))
        notes = ["mean over the whole trace; interval: 5-95 % of single readings, not an error of the mean"]
        found.append(
            _finding(
                measurement, f"signal_{name}", float(trace.mean()), "counts/s", notes, chosen,
                (min(low, float(trace.mean())), max(high, float(trace.mean()))),
            )
        )  # fmt: skip
    why = "not resolved: a time-resolved trace has neither standards nor a blank of its own"
    return [_finding(measurement, "b_si_mass_ratio", math.nan, "g/g", [why], chosen), *found]
