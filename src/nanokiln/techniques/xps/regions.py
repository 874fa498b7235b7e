"""Which measurement is which: line names of regions, surveys, groups measured at one place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...core.errors import DataError, InputError

if TYPE_CHECKING:
    from ...core.measurement import Measurement

Array = NDArray[np.float64]

_NAME = re.compile(r"([A-Z][a-z]?)\s*_?\s*([1-5][spdf])")
#: A wider scan is a survey, eV.
_SURVEY_SPAN_EV = 200.0


def energy_counts(measurement: Measurement) -> tuple[Array, Array]:
    """Return binding energy (rising, eV) and counts of a measurement.

    Raises
    ------
    DataError
        If it is no XPS region.
    """
    data = measurement.data
    if "binding_energy" not in data.coords or "counts" not in data:
        raise DataError(
            f"'{measurement.file or measurement.label}' has no counts over binding energy. "
            "Give an XPS region."
        )
    energy = np.asarray(data["binding_energy"].values, dtype=float)
    order = np.argsort(energy)
    return energy[order], np.asarray(data["counts"].values, dtype=float)[order]


def is_survey(measurement: Measurement) -> bool:
    """Return whether a measurement spans more than 200 eV."""
    return bool(np.ptp(energy_counts(measurement)[0]) > _SURVEY_SPAN_EV)


def line_name(measurement: Measurement) -> str:
    """Return the line a region shows (``"B 1s"``), ``"survey"``, or an empty string."""
    if is_survey(measurement):
        return "survey"
    said = f"{measurement.settings.get('species', '')} {measurement.settings.get('transition', '')}"
    for text in (said, measurement.label):
        match = _NAME.search(text)
        if match:
            return f"{match.group(1)} {match.group(2)}"
    return ""


def groups(measurements: Sequence[Measurement]) -> list[list[Measurement]]:
    """Split measurements by sample and experimental variables (angle, etch time), in order of appearance.

    Notes
    -----
    Limits: a variable that merely counts the blocks does not make groups; one that differs for every
    region is ignored.
    """
    ignored = _counters(measurements)
    found: dict[tuple[object, ...], list[Measurement]] = {}
    for measurement in measurements:
        variables = measurement.settings.get("experiment_variables") or {}
        state = tuple((k, v) for k, v in variables.items() if k not in ignored)
        found.setdefault((measurement.settings.get("sample"), state), []).append(measurement)
    return list(found.values())


def _counters(measurements: Sequence[Measurement]) -> set[str]:
    seen: dict[str, list[str]] = {}
    for measurement in measurements:
        for key, value in (measurement.settings.get("experiment_variables") or {}).items():
            seen.setdefault(key, []).append(str(value))
    return {key for key, values in seen.items() if len(values) > 1 and len(set(values)) == len(values)}


def pick_group(measurements: Sequence[Measurement], index: int) -> tuple[list[Measurement], int]:
    """Return one group and how many there are.

    Raises
    ------
    InputError
        If there is no such group.
    """
    every = groups(measurements)
    if not every:
        raise InputError("no XPS measurement was given. Read a file or simulate a sample first.")
    if not isinstance(index, int) or not 0 <= index < len(every):
        raise InputError(f"group = {index!r}: the measurements hold groups 0 to {len(every) - 1}.")
    return every[index], len(every)


def find(measurements: Sequence[Measurement], line: str) -> Measurement | None:
    """Return the first region that shows `line`, or None."""
    return next((m for m in measurements if line_name(m) == line), None)
