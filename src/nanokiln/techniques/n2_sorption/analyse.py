"""Findings from nitrogen isotherms, measured or synthetic: BET area over all ranges, pore volume."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...core.errors import InputError, unknown_name
from ...core.evidence import Evidence, Finding
from ...core.measurement import Measurement
from ...core.parameters import Values
from ...formats._isotherm import CM3_STP_PER_MMOL
from . import area as bet_area
from . import bjh, films, hysteresis, laws, tplot
from . import parameters as par
from .area import STANDARD_RANGE, Z90, Area, Branch

NAME = "n2_sorption"
CHOICES = (
    "selection", "range", "cross_section_nm2", "volume_pressure", "film", "bjh_branch"
)  # fmt: skip
SELECTIONS = ("rouquerol", "standard")
UNITS = {
    "micropore_volume": "cm3/g", "external_area": "m2/g", "pore_width_mode": "nm", "bjh_volume": "cm3/g",
    "bjh_mean_width": "nm", "hysteresis": "1",
}  # fmt: skip
PLATEAU = 0.95  # p/p0 an isotherm must reach for a total pore volume
BATH_RANGE = (76.0, 79.0)  # K in which cross-section and density hold


def analyse(measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None) -> list[Finding]:
    """Analyse nitrogen isotherms.

    Parameters
    ----------
    measurements
        Isotherms with ``pressure``, ``loading``, ``branch``.
    choices
        ``selection``: ``"rouquerol"`` (default: the window of `bet.choose`) or ``"standard"`` (0.05-0.30);
        ``range``: ``(low, high)`` in p/p0, overrides the selection; ``cross_section_nm2``: for another
        orientation of nitrogen or another gas; ``volume_pressure``: p/p0 of the total volume (default: the
        highest of adsorption); ``film``: thickness curve of t-plot and BJH (``"harkins-jura"`` by default,
        see `films.CURVES`); ``bjh_branch``: ``"adsorption"`` (default) or ``"desorption"``.

    Returns
    -------
    list of Finding
        Per measurement ``bet_area`` (m2/g), ``bet_c``, ``bet_monolayer`` (mmol/g), ``bet_range_low``,
        ``bet_range_high`` (p/p0), ``pore_volume`` (cm3/g), ``micropore_volume`` (cm3/g), ``external_area``
        (m2/g), ``pore_width_mode`` (nm), ``bjh_volume`` (cm3/g), ``bjh_mean_width`` (nm), ``hysteresis``
        (number of the class, see `hysteresis.CLASSES`).

    Raises
    ------
    InputError
        For an unknown choice or an impossible range.

    Limits
    ------
    Intervals hold scatter, choice of range, volumes, weighing and free space, and a model error where C
    shows filling pores. They do not hold the cross-section (0.135-0.162 nm2 on hydroxylated silica).
    """
    chosen, values = _choices(choices or {})
    return [finding for m in measurements for finding in _one(m, chosen, values)]


def _choices(given: Mapping[str, Any]) -> tuple[dict[str, Any], Values]:
    for name in given:
        if name not in CHOICES:
            raise unknown_name("choice of n2_sorption", name, CHOICES)
    chosen = {"selection": "rouquerol", "film": "harkins-jura", "bjh_branch": "adsorption", **given}
    if chosen["selection"] not in SELECTIONS:
        raise unknown_name("selection", str(chosen["selection"]), SELECTIONS)
    if chosen["film"] not in films.CURVES:
        raise unknown_name("thickness curve", str(chosen["film"]), films.CURVES)
    if chosen["bjh_branch"] not in bjh.BRANCHES:
        raise unknown_name("branch for BJH", str(chosen["bjh_branch"]), bjh.BRANCHES)
    if chosen.get("volume_pressure") is not None:
        chosen["volume_pressure"] = float(chosen["volume_pressure"])
        if not 0 < chosen["volume_pressure"] < 1:
            raise InputError(f"volume_pressure = {chosen['volume_pressure']:g}: give a p/p0 between 0 and 1.")
    if chosen["selection"] == "standard":
        chosen.setdefault("range", STANDARD_RANGE)
    overrides = {}
    if "cross_section_nm2" in chosen:
        overrides[par.CROSS_SECTION.id] = float(chosen["cross_section_nm2"])
        if not overrides[par.CROSS_SECTION.id] > 0:
            raise InputError("cross_section_nm2 must be above 0.")
    if chosen.get("range") is not None:
        try:
            low, high = (float(v) for v in chosen["range"])
        except (TypeError, ValueError):
            raise InputError(
                f"range = {chosen['range']!r}: give two relative pressures, low and high."
            ) from None
        if not 0 <= low < high < 1:
            raise InputError(f"range = {low:g}, {high:g}: must satisfy 0 <= low < high < 1.")
        chosen["range"] = (low, high)
    return chosen, Values(overrides)


def adsorption(measurement: Measurement) -> Branch:
    """Return the adsorption branch of a measurement in rising pressure, usable points only."""
    data = measurement.data
    x, n = data["pressure"].values, data["loading"].values
    use = np.flatnonzero((data["branch"].values == 0) & (x > 0) & (x < 1) & (n > 0))
    order = use[np.argsort(x[use], kind="stable")]
    mass = measurement.settings.get("mass_g")
    return Branch(x[order], n[order], float(mass) if mass else None)


def area_of(measurement: Measurement, chosen: Mapping[str, Any], values: Values) -> Area:
    """BET area of a measurement by the range or selection in `chosen`."""
    gas = str(measurement.settings.get("adsorbate") or "")
    if gas not in ("", "N2") and "cross_section_nm2" not in chosen:
        return Area(notes=(f"not resolved: the adsorbate is {gas}; state cross_section_nm2 for it",))
    branch = adsorption(measurement)
    if branch.pressure.size == 0:
        return Area(notes=("not resolved: the file has no adsorption branch",))
    if chosen.get("range") is not None:
        low, high = chosen["range"]
        return bet_area.fixed(branch, low, high, values)
    return bet_area.automatic(branch, values)


def _one(measurement: Measurement, chosen: Mapping[str, Any], values: Values) -> list[Finding]:
    area = area_of(measurement, chosen, values)
    rows, signs = _pores(measurement, area, chosen, values)
    area = bet_area.filled_inside(area, *signs, values)
    evidence = Evidence.PREDICTED if measurement.origin == "synthetic" else Evidence.MEASURED
    common = _common_notes(measurement)
    record = {**chosen, **bet_area.describe(area, values)}

    def finding(name: str, value: float, low: float, high: float, unit: str, notes: Sequence[str]) -> Finding:
        return Finding(
            name, value, low, high, unit, evidence, NAME, measurement.file, (*notes, *common), dict(record)
        )

    scale = area.monolayer / area.value if area.value > 0 else math.nan
    unresolved = [note for note in area.notes if note.startswith("not resolved")]
    spread = (
        "interval: 5-95 % of the admissible ranges" if area.areas.size > 1 else "no interval: one range only"
    )
    notes = [*unresolved, spread]
    found = [
        finding("bet_area", area.value, area.low, area.high, "m2/g", area.notes),
        finding("bet_c", area.constant, area.constant_low, area.constant_high, "1", notes),
        finding(
            "bet_monolayer",
            area.monolayer,
            area.low * scale,
            area.high * scale,
            "mmol/g",
            unresolved or ["as bet_area"],
        ),
    ]
    for name, value, others in (("low", area.start, area.starts), ("high", area.end, area.ends)):
        low, high = (
            (float(v) for v in np.quantile(others, (0.05, 0.95))) if others.size > 1 else (math.nan,) * 2
        )
        found.append(finding(f"bet_range_{name}", value, min(low, value), max(high, value), "1", notes))
    volume, low, high, remarks = pore_volume(measurement, values, chosen.get("volume_pressure"))
    found.append(finding("pore_volume", volume, low, high, "cm3/g", remarks))
    return found + [finding(name, *row[:3], UNITS[name], row[3]) for name, row in rows.items()]


def _pores(
    measurement: Measurement, area: Area, chosen: Mapping[str, Any], values: Values
) -> tuple[dict[str, tplot.Row], tuple[float, float]]:
    """Return micropores, external area, mesopores and hysteresis.

    Then the signs of pores that fill inside the BET range: width (nm) where the mesopores begin, and area
    of the t-plot (m2/g).
    """
    gas = str(measurement.settings.get("adsorbate") or "N2")
    branch = adsorption(measurement)
    if gas != "N2" or branch.pressure.size < 2:
        words = [f"not resolved: {_why_no_pores(gas)}"]
        return dict.fromkeys(UNITS, (math.nan, math.nan, math.nan, words)), (math.nan, math.nan)
    curve, side = chosen["film"], chosen["bjh_branch"]
    narrowest = bjh.beginning(branch, values, curve)
    plotted = tplot.analyse(branch, values, curve)
    rows = tplot.findings(plotted, area, narrowest, branch, values)
    rows |= bjh.findings(bjh.branch_of(measurement, side, branch), values, curve, side)
    down = bjh.branch_of(measurement, "desorption", branch)
    return rows | {"hysteresis": hysteresis.classify(branch, down)}, (narrowest, plotted.slope)


def _why_no_pores(gas: str) -> str:
    return "the adsorption branch has fewer than two points" if gas == "N2" else f"the adsorbate is {gas}"


def _common_notes(measurement: Measurement) -> list[str]:
    notes = [str(note) for note in measurement.settings.get("notes", ())]
    if not measurement.settings.get("adsorbate"):
        notes.append("the file does not state the adsorbate; nitrogen assumed")
    temperature = measurement.settings.get("temperature_K")
    if temperature is not None and not BATH_RANGE[0] <= float(temperature) <= BATH_RANGE[1]:
        notes.append(f"bath temperature {temperature:g} K is outside {BATH_RANGE[0]:g}-{BATH_RANGE[1]:g} K")
    return notes


def pore_volume(
    measurement: Measurement, values: Values, pressure: float | None = None
) -> tuple[float, float, float, list[str]]:
    """Total pore volume (cm3/g) by Gurvich's rule with its 90 % interval and notes.

    Parameters
    ----------
    measurement
        Isotherm.
    values
        Parameter values.
    pressure
        Relative pressure at which the volume is taken, between points by interpolation; None for the highest
        of adsorption.

    Returns
    -------
    tuple
        Value, low, high, notes; NaN where the adsorption branch has fewer than two points.

    Limits
    ------
    Liquid density in the pores; without plateau the value is that of pores up to the width filled at the
    highest pressure, voids between particles included.
    """
    branch = adsorption(measurement)
    gas = str(measurement.settings.get("adsorbate") or "N2")
    if branch.pressure.size < 2 or gas != "N2":
        return math.nan, math.nan, math.nan, [f"not resolved: {_why_no_pores(gas)}"]
    x = float(branch.pressure[-1]) if pressure is None else pressure
    if not branch.pressure[0] <= x <= branch.pressure[-1]:
        words = f"not resolved: adsorption spans p/p0 {branch.pressure[0]:.3g}-{branch.pressure[-1]:.4g}"
        return math.nan, math.nan, math.nan, [words]
    n = float(np.interp(x, branch.pressure, branch.loading))
    volume = n / laws.capacity(1.0, values)
    at = int(np.clip(np.searchsorted(branch.pressure, x), 1, branch.pressure.size - 1))
    step = slice(at - 1, at + 1)
    slope = max(float(np.gradient(branch.loading[step], branch.pressure[step])[-1]), 0.0)
    # the filling of voids, by Kelvin's law, steepens as 1/(1 - p/p0) from the middle of the step to its end
    slope *= float((1 - branch.pressure[step].mean()) / (1 - x)) if pressure is None and x < 1 else 1.0
    parts = [slope * x * values[par.SATURATION_ERROR], n * values[par.VOLUME_ERROR]]
    if branch.mass is not None:
        parts += [
            n * values[par.MASS_ERROR] / branch.mass,
            values[par.FREE_SPACE_ERROR] / CM3_STP_PER_MMOL / branch.mass * x,
        ]
    error = Z90 * math.hypot(*parts) / laws.capacity(1.0, values)
    width = float(laws.critical_width(x, values[par.BATH_TEMPERATURE], values))
    notes = [
        f"at p/p0 = {x:.4g}, adsorption, liquid density {values[par.LIQUID_DENSITY]:g} g/cm3; "
        f"pores and voids up to {width:.3g} nm by the Kelvin equation"
    ]
    if x < PLATEAU:
        notes.append(f"lower bound: taken below p/p0 {PLATEAU:g}")
    return volume, max(volume - error, 0.0), volume + error, notes
