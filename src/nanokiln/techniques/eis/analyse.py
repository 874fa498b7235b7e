"""Findings from impedance spectra: Kramers-Kronig test first, then resistances of a fitted circuit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...core.errors import DataError, InputError, unknown_name
from ...core.evidence import Evidence, Finding
from ...core.measurement import Measurement
from .circuit import Circuit
from .drt import Distribution, distribution
from .family import ACCURACY, AS_GOOD, Rated, family_for, rate
from .fit import Fit, Spectrum
from .interval import profile
from .kramers_kronig import NOISIEST

NAME = "eis"
CHOICES = ("circuit", "area_cm2", "frequency_range", "drop_inductive", "accuracy", "drt_lambda", "seed")
LEVEL = 0.90  # of all intervals
EXCHANGED_AS_GOOD = 2.7  # rise of chi2 below which exchanged arcs are as good: 90 % point of one parameter
EXCHANGED_BETTER = -6.6  # rise below which they are better and the circuit is in doubt: 99 % point
WIDEST = 4.0  # ratio of the ends of an interval above which a resistance is not resolved
LISTED = 10.0  # difference of the criterion up to which another circuit is worth telling
POOREST = 0.03  # relative residual above which a circuit does not describe a spectrum


@dataclass(frozen=True)
class Result:
    """All that is known about one spectrum.

    Parameters
    ----------
    spectrum
        The spectrum that was analysed, with its Kramers-Kronig test.
    rated
        Fitted circuits, the best first.
    intervals
        90 % intervals of the parameters of the best circuit, widened by circuits that are as good.
    drt
        Distribution of relaxation times.
    """

    spectrum: Spectrum
    rated: list[Rated]
    intervals: dict[str, tuple[float, float]]
    drt: Distribution

    @property
    def best(self) -> Fit:
        """Fit of the best circuit."""
        return self.rated[0].fit


def analyse(measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None) -> list[Finding]:
    """Analyse impedance spectra.

    Parameters
    ----------
    measurements
        Spectra with ``frequency``, ``z_real``, ``z_imag``.
    choices
        ``circuit``: one (``"R-RQ-Q(RW)"``) or several joined by commas; by default a family of five, weighed
        by an information criterion. ``area_cm2``: adds resistances per area; never assumed.
        ``frequency_range``: ``(low, high)`` in Hz. ``drop_inductive``: leave out points above the real axis
        instead of an inductor. ``accuracy``: relative accuracy of the instrument. ``drt_lambda``:
        regularisation. ``seed``: of the starts.

    Returns
    -------
    list of Finding
        Per spectrum ``kk_residual`` (%), ``r_e``, ``r_sei``, ``r_ct`` (ohm), ``warburg`` (ohm/s^0.5), and
        with an area ``r_e_area``, ``r_sei_area``, ``r_ct_area`` (ohm cm2).

    Raises
    ------
    DataError
        If a spectrum has too few frequencies.
    InputError
        For a choice that is not usable.

    Limits
    ------
    Which arc is the interphase and which the charge transfer is an assignment, not a result: the slower one
    is called charge transfer, as in the article. In a half cell the lithium counter electrode has arcs of its
    own, which two electrodes cannot tell apart from those of the working electrode.
    """
    chosen = _choices(choices or {})
    return [finding for m in measurements for finding in _findings(m, evaluate(m, chosen), chosen)]


def _choices(given: Mapping[str, Any]) -> dict[str, Any]:
    for name in given:
        if name not in CHOICES:
            raise unknown_name("choice of eis", name, CHOICES)
    chosen = {"accuracy": ACCURACY, "seed": 0, **given}
    for name in ("accuracy", "area_cm2", "drt_lambda"):
        if name in chosen and not (_is_number(chosen[name]) and 0 < float(chosen[name]) < math.inf):
            raise InputError(f"{name} = {chosen[name]!r}: must be a number above 0.")
    if not isinstance(chosen["seed"], int) or chosen["seed"] < 0:
        raise InputError(f"seed = {chosen['seed']!r}: must be a whole number, 0 or above.")
    if not isinstance(chosen.get("drop_inductive", False), bool):
        raise InputError(f"drop_inductive = {chosen['drop_inductive']!r}: must be true or false.")
    if "circuit" in chosen:
        named = chosen["circuit"]
        names = named.split(",") if isinstance(named, str) else list(named)
        chosen["circuit"] = [str(Circuit.parse(name)) for name in names]
    if "frequency_range" in chosen:
        ends = chosen["frequency_range"]
        if not (isinstance(ends, Sequence) and len(ends) == 2 and all(_is_number(e) for e in ends)):
            raise InputError(f"frequency_range = {ends!r}: give two frequencies in Hz, low and high.")
        if not 0 <= ends[0] < ends[1]:
            raise InputError(f"frequency_range = {ends[0]:g}, {ends[1]:g}: must satisfy 0 <= low < high.")
    return chosen


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def evaluate(measurement: Measurement, chosen: Mapping[str, Any] | None = None) -> Result:
    """Test, fit and regularise one spectrum; `chosen` as for `analyse`."""
    chosen = _choices({}) if chosen is None else chosen
    data = measurement.data
    frequency = data["frequency"].values
    impedance = data["z_real"].values + 1j * data["z_imag"].values
    low, high = chosen.get("frequency_range", (0.0, math.inf))
    use = (frequency >= low) & (frequency <= high)
    if chosen.get("drop_inductive"):
        use &= impedance.imag < 0
    order = np.argsort(-frequency[use], kind="stable")
    spectrum = Spectrum.of(frequency[use][order], impedance[use][order])
    circuits = chosen.get("circuit") or family_for(spectrum)
    rated = rate(spectrum, circuits, chosen["seed"], float(chosen["accuracy"]))
    if not rated:
        raise DataError(
            f"a spectrum of {int(use.sum())} frequencies has fewer values than the circuit parameters."
        )
    return Result(spectrum, rated, _intervals(rated), distribution(spectrum, chosen.get("drt_lambda")))


def roles(circuit: Circuit) -> dict[str, str]:
    """Return parameters by finding name: the last arc is the charge transfer, the first of two is r_sei."""
    last = len(circuit.arcs)
    names = {"r_e": "R0", "r_ct": f"R{last}"}
    if last == 2:
        names["r_sei"] = "R1"
    if circuit.arcs[-1].warburg == "W":
        names["warburg"] = f"A{last}"
    return names


def rise_of_exchange(fitted: Fit) -> float:
    """Return by how much chi2 rises with the arcs exchanged; NaN where they cannot be."""
    if fitted.other is None or not fitted.variance > 0:
        return math.nan
    return (fitted.other.cost - fitted.cost) / fitted.variance


def intervals(fitted: Fit, level: float = LEVEL) -> dict[str, tuple[float, float]]:
    """Return intervals by finding name; where exchanged arcs fit as well, they hold both orders."""
    names = roles(fitted.circuit)
    ends = profile(fitted, list(names.values()), level)
    found = {name: ends[parameter] for name, parameter in names.items()}
    if fitted.other is not None and rise_of_exchange(fitted) < EXCHANGED_AS_GOOD:
        turned = profile(fitted.other, ["R1", "R2"], level)
        # in the other order the second arc is the fast one
        for name, parameter in (("r_sei", "R2"), ("r_ct", "R1")):
            found[name] = _both(found[name], turned[parameter])
    return found


def _both(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return min(one[0], other[0]), max(one[1], other[1])


def _intervals(rated: Sequence[Rated]) -> dict[str, tuple[float, float]]:
    """Return intervals by finding name, widened by circuits that are as good as the best."""
    wide = intervals(rated[0].fit)
    for one in rated[1:]:
        if one.bic - rated[0].bic > AS_GOOD:
            break
        wide |= {name: _both(wide[name], ends) for name, ends in intervals(one.fit).items() if name in wide}
    return wide


def _findings(measurement: Measurement, result: Result, chosen: Mapping[str, Any]) -> list[Finding]:
    evidence = Evidence.PREDICTED if measurement.origin == "synthetic" else Evidence.MEASURED
    record = _record(result, chosen)
    common = tuple(str(note) for note in measurement.settings.get("notes", ()))

    def finding(
        name: str, value: float, ends: tuple[float, float], unit: str, notes: Sequence[str]
    ) -> Finding:
        remarks = (*notes, *common)
        return Finding(name, value, *ends, unit, evidence, NAME, measurement.file, remarks, dict(record))

    found = [finding("kk_residual", *_tested(result))]
    unusable = _unusable(result)
    values, names = result.best.values, roles(result.best.circuit)
    for name, unit in (("r_e", "ohm"), ("r_sei", "ohm"), ("r_ct", "ohm"), ("warburg", "ohm/s^0.5")):
        if name not in names:
            absent = f"not resolved: the circuit {result.best.circuit} has no such element"
            found.append(finding(name, math.nan, (math.nan, math.nan), unit, [absent]))
            continue
        ends = result.intervals[name]
        notes = [] if name == "r_e" else [*unusable, *_exchanged(result, name)]
        notes += _too_wide(ends)
        value = math.nan if any(n.startswith("not resolved") for n in notes) else values[names[name]]
        ends = tuple(e if math.isfinite(e) else math.nan for e in ends)  # type: ignore[assignment]
        found.append(finding(name, value, ends, unit, [*notes, *_others(result, name)]))
    if "area_cm2" in chosen:
        area = float(chosen["area_cm2"])
        found += [
            finding(
                f"{f.name}_area", f.value * area, (f.low * area, f.high * area), "ohm cm2", [f"as {f.name}"]
            )
            for f in found
            if f.unit == "ohm"
        ]
    return found


def _record(result: Result, chosen: Mapping[str, Any]) -> dict[str, Any]:
    best = result.best
    return {
        **chosen,
        "circuit": str(best.circuit),
        "parameters": best.values,
        "circuits_bic": {str(r.fit.circuit): round(r.bic - result.rated[0].bic, 1) for r in result.rated},
        "fit_residual_percent": 100 * best.size,
        "exchanged_cost_ratio": best.other.cost / best.cost if best.other and best.cost > 0 else None,
        "kk_elements": result.spectrum.test.elements,
        "drt_lambda": result.drt.regularisation,
        "drt_peaks_s_ohm": [list(peak) for peak in result.drt.peaks],
    }


def _tested(result: Result) -> tuple[float, tuple[float, float], str, list[str]]:
    """Value, interval, unit and notes of the Kramers-Kronig residual."""
    from scipy.stats import chi2

    test = result.spectrum.test
    ends = tuple(100 * test.size * math.sqrt(test.free / chi2.ppf(q, test.free)) for q in (0.95, 0.05))
    notes = [
        f"root mean square of |Z - Z_KK| / |Z| with {test.elements} RC elements, parameters counted; "
        f"neighbouring residuals correlate by {test.structure:.2f}"
    ]
    if not test.valid:
        reason = (
            "has structure (drift, non-linearity or an artefact)"
            if test.size < NOISIEST
            else "hides the spectrum"
        )
        notes.append(f"fails: the residual is above 1 % and {reason}")
    return 100 * test.size, (ends[0], ends[1]), "%", notes


def _unusable(result: Result) -> list[str]:
    if not result.spectrum.test.valid:
        return ["not resolved: the spectrum fails the Kramers-Kronig test"]
    if result.best.size > POOREST and result.best.size > 2 * result.spectrum.test.size:
        return [
            "not resolved: no circuit of the family describes the spectrum (residual "
            f"{100 * result.best.size:.1f} %)"
        ]
    return []


def _exchanged(result: Result, name: str) -> list[str]:
    """Say what the arcs exchanged would cost, and what follows from it."""
    rise = rise_of_exchange(result.best)
    if name == "warburg" or not math.isfinite(rise):
        return []
    words = f"with the arcs exchanged chi2 is {'higher' if rise > 0 else 'lower'} by {abs(rise):.3g}"
    if rise < EXCHANGED_BETTER:
        return [f"not resolved: {words}, so the circuit is in doubt"]
    return [words + (": both orders fit, and the interval holds both" if rise < EXCHANGED_AS_GOOD else "")]


def _too_wide(ends: tuple[float, float]) -> list[str]:
    low, high = ends
    if not (low > 0 and math.isfinite(high)) or high / low > WIDEST:
        return ["not resolved: the spectrum fixes this element only within the interval"]
    return []


def _others(result: Result, name: str) -> list[str]:
    """Say what the other circuits give for the same quantity."""
    told = []
    for one in result.rated[1:]:
        names = roles(one.fit.circuit)
        if name in names and one.bic - result.rated[0].bic < LISTED:
            behind = one.bic - result.rated[0].bic
            told.append(f"{one.fit.values[names[name]]:.4g} ({one.fit.circuit}, BIC +{behind:.0f})")
    return [f"circuit {result.best.circuit}; others give {', '.join(told)}"] if told else []
