"""Findings from thermograms, measured or synthetic: steps, losses, and kinetics where ramps suffice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...core.errors import InputError, unknown_name
from ...core.evidence import Evidence, Finding, weakest
from ...core.measurement import Measurement
from ...core.parameters import Values
from . import kinetics, readings
from .curve import Curve, curve
from .programme import Segment, heating_segments
from .readings import Balance, Reading
from .steps import Step, find_steps

NAME = "tga"
CHOICES = ("range", "segment")


@dataclass(frozen=True)
class Part:
    """One heating segment of one measurement with its steps, the largest first."""

    measurement: Measurement
    curve: Curve
    steps: tuple[Step, ...]
    balance: Balance

    @property
    def segment(self) -> Segment:
        """The stretch of the programme."""
        return self.curve.segment


def analyse(measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None) -> list[Finding]:
    """Analyse thermograms.

    Parameters
    ----------
    measurements
        Runs with ``time``, ``temperature``, ``mass``. Three or more with different heating rates are also
        taken together for an activation energy.
    choices
        ``range``: ``(low, high)`` in degC, look only there; ``segment``: number of the only heating segment
        to analyse, from 1.

    Returns
    -------
    list of Finding
        For each heating segment, the one with the largest step first: for each step ``dtg_max`` and
        ``onset`` (degC) and ``step_loss`` (%), then ``t5`` (degC), ``residue`` (%) and ``mass_gain`` (%);
        last ``activation_energy`` (kJ/mol), once for all runs. ``choices["label"]`` says which.

    Raises
    ------
    InputError
        For an unknown choice or an impossible range.

    Limits
    ------
    Isothermal and cooling stretches are left out; a loss during a hold shows only in the mass at which the
    next segment begins. Per cent are of the mass at the beginning of the segment.
    """
    chosen = _choices(choices or {})
    values = Values()
    found: list[Finding] = []
    everything: list[Part] = []
    for measurement in measurements:
        parts = parts_of(measurement, chosen, values)
        everything += parts
        if not parts:
            found += _nothing(measurement, chosen)
        for part in parts:
            found += _findings(part, chosen)
    return [*found, *_energy(everything, chosen, values)]


def _choices(given: Mapping[str, Any]) -> dict[str, Any]:
    for name in given:
        if name not in CHOICES:
            raise unknown_name("choice of tga", name, CHOICES)
    chosen = dict(given)
    if chosen.get("range") is not None:
        try:
            low, high = (float(v) for v in chosen["range"])
        except (TypeError, ValueError):
            raise InputError(f"range = {chosen['range']!r}: give two temperatures in degC.") from None
        if not low < high:
            raise InputError(f"range = {low:g}, {high:g}: the first temperature must be below the second.")
        chosen["range"] = (low, high)
    if chosen.get("segment") is not None:
        number = chosen["segment"]
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise InputError(f"segment = {number!r}: give the number of a heating segment, from 1.")
    return chosen


def parts_of(measurement: Measurement, chosen: Mapping[str, Any], values: Values) -> list[Part]:
    """Return the heating segments of a run, the one with the largest step first."""
    data = measurement.data
    time, T, mass = (data[name].values for name in ("time", "temperature", "mass"))
    if chosen.get("range") is not None:
        inside = (chosen["range"][0] <= T) & (chosen["range"][1] >= T)
        if np.count_nonzero(inside) < 2:
            low, high = chosen["range"]
            raise InputError(
                f"range = {low:g}, {high:g}: the run covers {T.min():.0f} to {T.max():.0f} degC."
            )
        time, T, mass = time[inside], T[inside], mass[inside]
    segments = heating_segments(time, T)
    if chosen.get("segment") is not None:
        segments = segments[chosen["segment"] - 1 :][:1]
    parts = []
    for segment in segments:
        part = curve(time, T, mass, segment)
        if part.reference <= 0:
            continue
        in_mg = data["mass"].attrs["units"] == "mg"
        weighed = part.reference if in_mg else measurement.settings.get("initial_mass_mg")
        balance = readings.balance_of(weighed, measurement.settings.get("blank_subtracted"), values)
        parts.append(
            Part(measurement, part, tuple(find_steps(part, balance.drift + balance.buoyancy)), balance)
        )
    return sorted(parts, key=lambda p: -p.steps[0].loss * p.curve.reference if p.steps else 0.0)


def _evidence(measurement: Measurement) -> Evidence:
    return Evidence.PREDICTED if measurement.origin == "synthetic" else Evidence.MEASURED


def _notes(measurement: Measurement) -> list[str]:
    notes = [str(note) for note in measurement.settings.get("notes", ())]
    if not measurement.settings.get("blank_subtracted"):
        notes.append("no blank is known to have been subtracted: buoyancy is in the interval of every mass")
    if measurement.data["mass"].attrs["units"] == "%" and not measurement.settings.get("initial_mass_mg"):
        notes.append(f"the file gives no mass in mg; {readings.ASSUMED_MASS:g} mg assumed for the balance")
    return notes


def _finding(
    measurement: Measurement, name: str, unit: str, reading: Reading, record: Mapping[str, Any]
) -> Finding:
    return Finding(
        name, reading.value, reading.low, reading.high, unit, _evidence(measurement), NAME, measurement.file,
        (*reading.notes, *_notes(measurement)), dict(record),
    )  # fmt: skip


def _findings(part: Part, chosen: Mapping[str, Any]) -> list[Finding]:
    words = f"{part.measurement.label}: {part.segment.words}"
    record: dict[str, Any] = {**chosen, "label": words}
    found = []
    for number, step in enumerate(part.steps, 1):
        label = words if len(part.steps) == 1 else f"{words}, step {number} of {len(part.steps)} by loss"
        half = readings.Z90 * part.balance.mass_error(part.curve, part.segment.high)
        loss = Reading(step.loss, step.loss - half, step.loss + half, ("between the quietest points",))
        for name, unit, reading in (
            ("dtg_max", "degC", readings.maximum(part.curve, step, part.balance)),
            ("onset", "degC", readings.extrapolated_onset(part.curve, step, part.balance)),
            ("step_loss", "%", loss),
        ):
            found.append(_finding(part.measurement, name, unit, reading, {**record, "label": label}))
    if not part.steps:
        empty = Reading(notes=("not resolved: no step of loss stands out from the noise in this segment",))
        found += [_finding(part.measurement, name, "degC", empty, record) for name in ("dtg_max", "onset")]
    found.append(
        _finding(part.measurement, "t5", "degC", readings.five_per_cent(part.curve, part.balance), record)
    )
    found.append(
        _finding(part.measurement, "residue", "%", readings.residue(part.curve, part.balance), record)
    )
    found.append(
        _finding(part.measurement, "mass_gain", "%", readings.gain(part.curve, part.balance), record)
    )
    return found


def _nothing(measurement: Measurement, chosen: Mapping[str, Any]) -> list[Finding]:
    T = measurement.data["temperature"].values
    why = f"not resolved: no heating segment of 30 K or more ({T.min():.0f} to {T.max():.0f} degC recorded)"
    record = {**chosen, "label": measurement.label}
    return [
        _finding(measurement, name, unit, Reading(notes=(why,)), record)
        for name, unit in (("dtg_max", "degC"), ("onset", "degC"), ("t5", "degC"), ("residue", "%"))
    ]


def _energy(parts: Sequence[Part], chosen: Mapping[str, Any], values: Values) -> list[Finding]:
    """Return the activation energy of the largest step, from all runs together."""
    main: dict[int, Part] = {}
    for part in parts:
        if part.steps:
            main.setdefault(id(part.measurement), part)
    if not main:
        return []
    used = list(main.values())
    ramps = [kinetics.ramp_of(p.curve, p.steps[0]) for p in used]
    first = used[0].measurement
    lacking = kinetics.enough(ramps)
    label = ", ".join(f"{p.measurement.label} ({p.segment.rate:.3g} K/min)" for p in used)
    record = {**chosen, "label": label}
    if lacking:
        several = kinetics.apparent(ramps[0], values)
        words = ", ".join(f"{name} {energy:.0f}" for name, energy in several.items())
        reading = Reading(
            notes=(
                f"not resolved: {lacking}; apparent values of one ramp by the model that is assumed: "
                f"{words} kJ/mol (Coats-Redfern)",
            )
        )
        return [_finding(first, "activation_energy", "kJ/mol", reading, record)]
    found = kinetics.isoconversional(ramps, values)
    value = float(np.mean([found.kas.mean(), found.friedman.mean()]))
    notes = tuple(
        f"{name}: mean {e.mean():.1f}, {e.min():.1f}-{e.max():.1f} kJ/mol over conversions "
        f"{kinetics.CONVERSIONS[0]:g}-{kinetics.CONVERSIONS[-1]:g}"
        for name, e in (("KAS", found.kas), ("Friedman", found.friedman))
    )
    reading = Reading(value, min(found.low, value), max(found.high, value), notes)
    energy = _finding(first, "activation_energy", "kJ/mol", reading, record)
    return [replace(energy, evidence=weakest(_evidence(p.measurement) for p in used))]
