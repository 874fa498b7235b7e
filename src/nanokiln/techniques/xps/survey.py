"""Quantification: areas over a background, divided by sensitivity, to atomic and mass per cent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...core.evidence import Evidence, Finding
from ...core.parameters import Values
from . import parameters as p
from .background import BACKGROUNDS
from .regions import energy_counts, find, is_survey, line_name
from .sensitivity import kinetic_energy, sensitivity

if TYPE_CHECKING:
    from ...core.measurement import Measurement

Array = NDArray[np.float64]

#: Numerical settings: window of a line (eV each side), resampled spectra, sigmas that make a line real.
_HALF_WINDOW_EV = 8.0
_DRAWS = 400
_REAL = 3.0
_FEWEST = 8  # channels in a window
_INTERVAL = (0.05, 0.95)


@dataclass(frozen=True)
class Area:
    """Area of a line, corrected for dwell time and transmission, with resampled values."""

    line: str
    value: float
    draws: Array
    factor: float

    @property
    def real(self) -> bool:
        """Whether the area exceeds three times its counting noise."""
        return self.value > _REAL * float(self.draws.std())


@dataclass(frozen=True)
class Quantification:
    """Atomic and mass per cent by element, with 90 % intervals, and what was assumed."""

    atomic: Mapping[str, tuple[float, float, float]]
    mass: Mapping[str, tuple[float, float, float]]
    missing: tuple[str, ...]
    notes: tuple[str, ...]
    choices: Mapping[str, Any]


def line_area(
    measurement: Measurement,
    line: str,
    choices: Mapping[str, Any],
    values: Values,
    generator: np.random.Generator,
) -> Area | None:
    """Return the area of a line in a region or survey; None if the line is outside it.

    Parameters
    ----------
    measurement
        Region or survey.
    line
        Name such as ``"C 1s"``.
    choices
        ``background``, ``imfp_exponent``, ``rsf`` (line to own factor).
    values
        Parameter values.
    generator
        For the resampled spectra.
    """
    energy, counts = energy_counts(measurement)
    centre = _centre(energy, counts, line, measurement, values)
    window = np.abs(energy - centre) <= _HALF_WINDOW_EV
    if window.sum() < _FEWEST or not energy[0] < centre < energy[-1]:
        return None
    seen = counts[window]
    stack = seen + np.sqrt(np.maximum(seen, 1.0)) * generator.standard_normal((_DRAWS, seen.size))
    stack = np.vstack([seen, stack])
    step = float(np.diff(energy[window]).mean())
    over = (stack - BACKGROUNDS[choices["background"]](stack)).sum(axis=-1) * step
    over = over / (_live_time(measurement) * _transmission(measurement, centre))
    own = choices["rsf"].get(line)
    factor = own if own is not None else sensitivity(line, values, choices["imfp_exponent"])
    return Area(line, float(over[0]), over[1:], float(factor))


def _centre(energy: Array, counts: Array, line: str, measurement: Measurement, values: Values) -> float:
    """Highest channel near the expected position in a survey; the expected position in a region."""
    record = p.LINE_POSITION.get(line)
    if record is None:
        return float(energy[int(np.argmax(counts))])
    if not is_survey(measurement):
        return values[record] if energy[0] < values[record] < energy[-1] else float(energy[np.argmax(counts)])
    near = (energy >= record.low) & (energy <= record.high)
    if not near.any():
        return values[record]
    return float(energy[near][int(np.argmax(counts[near]))])


def _live_time(measurement: Measurement) -> float:
    """Seconds per channel; 1 where the file gives rates or no times."""
    dwell, sweeps = (measurement.settings.get(k) for k in ("dwell_s", "sweeps"))
    if measurement.data["counts"].attrs.get("units") == "counts/s" or not dwell:
        return 1.0
    return float(dwell) * float(sweeps or 1)


def _transmission(measurement: Measurement, energy: float) -> float:
    if "transmission" not in measurement.data:
        return 1.0
    data = measurement.data.sortby("binding_energy")
    return float(np.interp(energy, data["binding_energy"].values, data["transmission"].values))


def quantify(
    measurements: Sequence[Measurement], choices: Mapping[str, Any], values: Values
) -> Quantification | None:
    """Quantify a set of regions, or a survey where there are fewer than two regions.

    Parameters
    ----------
    measurements
        Regions and surveys of one place.
    choices
        ``elements`` (for a survey), ``background``, ``imfp_exponent``, ``rsf``, ``seed``.
    values
        Parameter values.

    Returns
    -------
    Quantification or None
        None when there is nothing to compare: fewer than two lines.

    Notes
    -----
    Limits: homogeneous surface, no hydrogen, one line per element. Intervals hold counting noise and the
    stated uncertainties of sensitivity factors and background.
    """
    generator = np.random.default_rng(choices["seed"])
    named = {line_name(m): m for m in reversed(measurements)}
    known = [n for n in named if n in p.CROSS_SECTION or n in choices["rsf"]]
    source = "regions" if len(known) > 1 else "survey"
    survey = find(measurements, "survey")
    if source == "survey" and survey is None:
        return None
    pairs = [(n, named[n]) for n in known] if source == "regions" else _survey_pairs(survey, choices)
    areas = [line_area(m, n, choices, values, generator) for n, m in sorted(pairs, key=lambda x: x[0])]
    present = [a for a in areas if a is not None]
    if len(present) < 2 or not any(a.real for a in present):
        return None
    left = [n for n in named if n and n != "survey" and n not in known] if source == "regions" else []
    return _result(present, left, (source, values, generator), choices, [m for _, m in pairs])


def _survey_pairs(survey: Measurement | None, choices: Mapping[str, Any]) -> list[tuple[str, Measurement]]:
    assert survey is not None
    lines = {name.split()[0]: name for name in (*p.LINE_POSITION, *choices["rsf"])}
    return [(lines[e], survey) for e in choices["elements"] if e in lines]


def _result(
    areas: Sequence[Area], left: Sequence[str], context: tuple[str, Values, np.random.Generator],
    choices: Mapping[str, Any], used: Sequence[Measurement],
) -> Quantification:  # fmt: skip
    source, values, generator = context
    elements = [a.line.split()[0] for a in areas]
    amount = np.array([max(a.value, 0.0) / a.factor for a in areas])
    spread, taken_off = values[p.SENSITIVITY_UNCERTAINTY], values[p.BACKGROUND_UNCERTAINTY]
    wobble = np.exp(np.hypot(spread, taken_off) * generator.standard_normal((_DRAWS, len(areas))))
    draws = np.stack([np.maximum(a.draws, 0.0) / a.factor for a in areas], axis=1) * wobble
    mass = np.array([values[p.ATOMIC_MASS[e]] if e in p.ATOMIC_MASS else np.nan for e in elements])
    notes = [
        "hydrogen neglected", f"areas from {source}, {choices['background']} background",
        f"sensitivity: Scofield x depth^{choices['imfp_exponent']:g}, +-{100 * spread:.0f} % each; "
        f"area by its background +-{100 * taken_off:.2g} % each",
    ]  # fmt: skip
    if not all("transmission" in m.data for m in used):
        low, high = p.TRANSMISSION_EXPONENT.low, p.TRANSMISSION_EXPONENT.high
        notes.append(
            "the file gives no transmission: taken as 1 for all lines; the interval allows kinetic energy to "
            f"the power {low:g} to {high:g}"
        )
        power = generator.uniform(low, high, (_DRAWS, 1))
        lines = [values[p.LINE_POSITION[a.line]] if a.line in p.LINE_POSITION else None for a in areas]
        kinetic = np.array([1.0 if e is None else kinetic_energy(e, values) for e in lines])
        draws = draws / (kinetic / kinetic_energy(values[p.LINE_POSITION["C 1s"]], values)) ** power
    if left:
        notes.append(f"left out for want of a sensitivity factor (choice 'rsf'): {', '.join(left)}")
    record = {a.line: round(a.factor, 4) for a in areas}
    return Quantification(
        _per_cent(elements, amount, draws), _per_cent(elements, amount * mass, draws * mass),
        tuple(a.line.split()[0] for a in areas if not a.real), tuple(notes),
        {k: choices[k] for k in ("background", "imfp_exponent")} | {"source": source, "sensitivity": record},
    )  # fmt: skip


def _per_cent(elements: Sequence[str], value: Array, draws: Array) -> dict[str, tuple[float, float, float]]:
    shares = 100.0 * value / value.sum()
    spread = 100.0 * draws / draws.sum(axis=1, keepdims=True)
    low, high = np.quantile(spread, _INTERVAL, axis=0)
    # where the transmission is not known, the value stands at one end of its range
    low, high = np.minimum(low, shares), np.maximum(high, shares)
    return {e: (float(s), float(a), float(b)) for e, s, a, b in zip(elements, shares, low, high, strict=True)}


def findings(result: Quantification, evidence: Evidence, file: str) -> list[Finding]:
    """Return atomic per cent of every element, then mass per cent."""
    found: list[Finding] = []
    for kind, table in (("at", result.atomic), ("wt", result.mass)):
        for element, (value, low, high) in table.items():
            notes = list(result.notes)
            if element in result.missing:
                notes.insert(0, "below detection: the area is less than three times its counting noise")
            name = f"{kind}_percent_{element}"
            found.append(
                Finding(
                    name, value, low, high, "%", evidence, "xps", file, tuple(notes), dict(result.choices)
                )
            )
    return found
