"""From counts of a batch to concentrations: internal standard, blank, drift, weighted line, all by draws.

Every draw repeats the whole chain on means of the solutions that vary as their replicates do, so intervals
need no formula of their own and correlations between the elements stay.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.errors import DataError
from ...core.measurement import Measurement
from ...core.parameters import Values
from . import parameters as par

Array = NDArray[np.float64]

DRAWS = 1000  # of all readings; the ends of the interval are steady to a twentieth of its width
SEED = 31  # of these
FEWEST_CHECKS = 2  # measurements of a standard from which a drift can be told
LOD, LOQ = 3.0, 10.0  # standard deviations of the blank: detection and quantification, IUPAC
FLOOR = 1e-12  # relative variance below which a weight would be infinite


@dataclass(frozen=True)
class Element:
    """One element of a batch, solutions in order of `labels`.

    Parameters
    ----------
    concentration
        mg/L in the original solution (dilution undone), shape (1 + draws, solutions); row 0 is nominal.
    detection, quantification
        Limits in mg/L as measured (before dilution is undone).
    measured
        mg/L as measured, shape (solutions,).
    drift
        Change of sensitivity from the first to the last solution, relative; NaN where not followed.
    """

    concentration: Array
    detection: float
    quantification: float
    measured: Array
    drift: float


@dataclass(frozen=True)
class Batch:
    """Solutions of a batch: type, time (h), label, and the elements found in it."""

    types: NDArray[np.object_]
    times: Array
    labels: NDArray[np.object_]
    elements: dict[str, Element]


def quantify(batch: Measurement, values: Values) -> Batch:
    """Turn counts into concentrations.

    Parameters
    ----------
    batch
        Counts with the columns of `formats.icp_csv`.
    values
        Parameter values; the error of the standards is used.

    Raises
    ------
    DataError
        If blank or standards are missing, or a solution lacks a reading of an element.
    """
    data = batch.data
    names = [str(e) for e in dict.fromkeys(data["element"].values)]
    reference = str(batch.settings.get("internal_standard") or "").split(" ")[0]
    sequence = data["sequence"].values
    order = np.unique(sequence)
    first = [int(np.argmax(sequence == s)) for s in order]
    rates = {name: _rates(batch, name, order) for name in names}
    if reference in rates:
        inner = rates.pop(reference)
        rates = {n: r / inner * np.nanmean(inner) for n, r in rates.items()}
    known = data["standard_mg_L"].values
    types = data["type"].values[first]
    dilution = data["dilution"].values[first]
    rng = np.random.default_rng(SEED)
    elements = {}
    for name, rate in rates.items():
        of_element = data["element"].values == name
        standard = np.array([np.nanmax(known[of_element & (sequence == s)], initial=-np.inf) for s in order])
        elements[name] = _element(name, rate, types, standard, dilution, order, rng, values)
    return Batch(types, data["time_h"].values[first], data["label"].values[first], elements)


def _rates(batch: Measurement, element: str, order: Array) -> Array:
    """Return counts per second, shape (solutions, replicates); NaN where a replicate is missing."""
    data = batch.data
    here = data["element"].values == element
    sequence, counts = data["sequence"].values[here], (data["counts"] / data["dwell_s"]).values[here]
    groups = [counts[sequence == s] for s in order]
    if min(g.size for g in groups) == 0:
        lacking = int(order[int(np.argmin([g.size for g in groups]))])
        raise DataError(f"solution {lacking} has no reading of {element}. Complete the table.")
    table = np.full((len(groups), max(g.size for g in groups)), np.nan)
    for row, group in zip(table, groups, strict=True):
        row[: group.size] = group
    return table


def _element(
    name: str,
    rate: Array,
    types: NDArray[np.object_],
    standard: Array,
    dilution: Array,
    order: Array,
    rng: np.random.Generator,
    values: Values,
) -> Element:
    blank, line, check = types == "blank", types == "standard", types == "check"
    if not blank.any() or np.unique(standard[line]).size < 2:
        raise DataError(f"{name}: a blank and two different standards are needed for a calibration line.")
    mean, count = np.nanmean(rate, axis=1), np.isfinite(rate).sum(axis=1)
    # scatter of replicates: a part that grows with the signal, and that of the blank
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = np.where(count > 1, np.nanstd(rate, axis=1, ddof=0) ** 2 * count / (count - 1), np.nan)
    floor = (
        float(np.nanmean(spread[blank])) if np.isfinite(spread[blank]).any() else float(mean[blank].mean())
    )
    # the relative part is told by the stronger solutions; in weak ones counting hides it
    strong = mean >= np.median(mean[~blank])
    relative = float(np.nanmean(np.maximum(spread[strong] - floor, 0) / mean[strong] ** 2))
    variance = (floor + relative * mean**2) / count
    drawn = mean + np.sqrt(variance) * np.vstack(
        [np.zeros_like(mean), rng.standard_normal((DRAWS, mean.size))]
    )
    net = drawn - drawn[:, blank].mean(axis=1, keepdims=True)
    factor, drift = _drift(net, standard, check, line, order)
    net = net / factor
    weight = 1 / np.maximum(variance[line] + variance[blank].mean(), FLOOR * mean[line] ** 2)
    slope, offset = _line(standard[line], net[:, line], weight)
    stock = 1 + values[par.STANDARD_ERROR] * np.append(0.0, rng.standard_normal(DRAWS))
    measured = (net - offset[:, None]) / slope[:, None] * stock[:, None]
    scatter = float(np.sqrt(floor))
    per_unit = float(slope[0])
    return Element(
        measured * dilution, LOD * scatter / per_unit, LOQ * scatter / per_unit, measured[0], drift
    )


def _drift(
    net: Array, standard: Array, check: NDArray[np.bool_], line: NDArray[np.bool_], order: Array
) -> tuple[Array, float]:
    """Return the sensitivity of each solution relative to that at the standards, from the checks."""
    if np.count_nonzero(check) < FEWEST_CHECKS or not (standard[check] > 0).all():
        return np.ones_like(net), float("nan")
    middle = float(order[line].mean())
    gradient, level = np.polyfit(order[check] - middle, (net[:, check] / standard[check]).T, 1)
    factor = 1 + (gradient / level)[:, None] * (order - middle)
    return factor, float(factor[0, -1] / factor[0, 0] - 1)


def _line(x: Array, y: Array, weight: Array) -> tuple[Array, Array]:
    """Return slope and offset of weighted straight lines, one per row of `y`."""
    w = weight / weight.sum()
    centre = float(w @ x)
    mean = y @ w
    slope = (y - mean[:, None]) @ (w * (x - centre)) / float(w @ (x - centre) ** 2)
    return slope, mean - slope * centre
