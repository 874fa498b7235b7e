"""From measured or simulated regions to composition and species."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...core.errors import DataError, InputError, unknown_name
from ...core.evidence import Evidence, Finding
from ...core.parameters import Values
from . import b1s, states, survey
from .background import BACKGROUNDS
from .fit import RegionFit
from .regions import find, line_name, pick_group

if TYPE_CHECKING:
    from ...core.measurement import Measurement

#: What an analysis may choose, with the defaults.
DEFAULTS: dict[str, Any] = {
    "background": "shirley",  # of the areas; fits carry an active background
    "imfp_exponent": 1.0,
    "rsf": {},
    "elements": ("B", "C", "O", "Si"),
    "region": None,
    "species": ("BO3", "BCO2", "BC2O", "BC3"),
    "components": None,
    "positions": "window",
    "width": "preset",
    "width_range": None,
    "mixing": "free",
    "asymmetry": "preset",
    "fit_background": "both",
    "align_eV": 0.0,
    "energy_shift_eV": 0.0,
    "range_eV": None,
    "chains": 40,
    "seed": 0,
    "group": 0,
    "parameters": {},
}
_FITTED = ("B 1s", "C 1s")  # fitted without being asked, the first that is there
_LEAST_CHAINS = 20


def checked(choices: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the choices with defaults filled in.

    Raises
    ------
    InputError
        For an unknown choice or an impossible value.
    """
    for key in choices or {}:
        if key not in DEFAULTS:
            raise unknown_name("XPS choice", str(key), DEFAULTS)
    filled = DEFAULTS | dict(choices or {})
    if filled["background"] not in BACKGROUNDS:
        raise unknown_name("XPS background", str(filled["background"]), BACKGROUNDS)
    if not isinstance(filled["chains"], int) or 0 < filled["chains"] < _LEAST_CHAINS:
        raise InputError(f"chains = {filled['chains']!r}: give a whole number of at least {_LEAST_CHAINS}.")
    return filled


def fitted_region(
    measurements: Sequence[Measurement], choices: Mapping[str, Any]
) -> tuple[Measurement, str] | None:
    """Return the region whose components are fitted and its line, or None.

    Notes
    -----
    The chosen one (``region``); else B 1s; else C 1s. Another line needs ``components``.
    """
    wanted = choices["region"]
    lines = (wanted,) if wanted else _FITTED
    for line in lines:
        region = find(measurements, line)
        if region is not None:
            return region, line
    if wanted:
        known = sorted({line_name(m) for m in measurements} - {""})
        raise unknown_name("XPS region", str(wanted), known)
    if choices["components"] is not None and len(measurements) == 1:
        return measurements[0], line_name(measurements[0]) or "region"
    return None


def fit(
    measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None
) -> tuple[RegionFit, str] | None:
    """Fit the components of the region the choices point to; None where there is none.

    Raises
    ------
    InputError, DataError
        For unusable choices or data.
    """
    filled = checked(choices)
    group, _ = pick_group(measurements, filled["group"])
    target = fitted_region(group, filled)
    if target is None:
        return None
    region, line = target
    if line not in states.LINES and filled["components"] is None:
        raise InputError(f"{line}: no components are known for this line. Give the choice 'components'.")
    return states.fit_measurement(region, line, filled, Values(filled["parameters"])), line


def analyse(measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None) -> list[Finding]:
    """Quantify the surface and resolve its species.

    Parameters
    ----------
    measurements
        Regions and surveys of one file or sample.
    choices
        See `DEFAULTS`: background, sensitivity, components, constraints, chains, seed, group.

    Returns
    -------
    list of Finding
        ``at_percent_<El>``, ``wt_percent_<El>`` and, for a fitted region, ``share_<name>``,
        ``share_BO3_plus_BCO2``, ``position_<name>``, ``fwhm_<line>``, ``reduced_chi_square``,
        ``correlation_<a>_<b>``, ``lines_supported``, ``resolvable``. Shares in %.

    Raises
    ------
    InputError
        For unusable choices.
    DataError
        If the measurements allow neither composition nor species.

    Notes
    -----
    Limits: see `survey.quantify` and `fit.fit_region`.
    """
    filled = checked(choices)
    values = Values(filled["parameters"])
    group, number = pick_group(measurements, filled["group"])
    synthetic = any(m.origin == "synthetic" for m in group)
    evidence = Evidence.PREDICTED if synthetic else Evidence.MEASURED
    found: list[Finding] = []
    result = survey.quantify(group, filled, values)
    if result is not None:
        found += survey.findings(result, evidence, group[0].file)
    fitted = fit(measurements, filled)
    if fitted is not None:
        found += b1s.findings(fitted[0], fitted[1], (evidence, group[0].file, values), filled)
    if not found:
        names = ", ".join(m.label or "?" for m in group)
        raise DataError(
            f"nothing to analyse in {names}: needs a survey, two regions with known sensitivity, B 1s or "
            "C 1s. Give 'components' and 'region' for another line."
        )
    if number == 1:
        return found
    note = f"group {filled['group']} of 0-{number - 1} ({_state(group[0])}); choose with 'group'"
    return [replace(f, notes=(*f.notes, note)) for f in found]


def _state(measurement: Measurement) -> str:
    variables = measurement.settings.get("experiment_variables") or {}
    words = [f"{k} {v}" for k, v in variables.items()]
    return ", ".join([str(measurement.settings.get("sample") or "sample"), *words])
