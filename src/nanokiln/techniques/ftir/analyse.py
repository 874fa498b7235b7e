"""Findings from infrared spectra, measured or synthetic: bands, candidate assignments and overlaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...core.errors import DataError, InputError, unknown_name
from ...core.evidence import Evidence, Finding
from ...core.measurement import Measurement
from ...core.parameters import Values
from . import parameters as par
from .assignments import candidates, words
from .bands import Band, Bands, bands
from .ordinate import ORDINATES, spectrum

NAME = "ftir"
DEFAULTS: Mapping[str, Any] = {"ordinate": None, "window": None, "bands": (), "parameters": None}
MOST = 20_000  # points that are analysed; neighbours of a finer spectrum are averaged
GUESSED_WIDTH = 60.0  # 1/cm of a band that is looked for and not found, for the bound on its height


def checked(choices: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the choices with defaults filled in.

    Raises
    ------
    InputError
        For an unknown choice or an impossible value.
    """
    for key in choices or {}:
        if key not in DEFAULTS:
            raise unknown_name("choice of ftir", str(key), DEFAULTS)
    filled = {**DEFAULTS, **(choices or {})}
    if filled["ordinate"] is not None and filled["ordinate"] not in ORDINATES:
        raise unknown_name("ordinate of ftir", str(filled["ordinate"]), ORDINATES)
    ends = filled["window"]
    if ends is not None:
        usable = isinstance(ends, list | tuple) and len(ends) == 2 and all(_is_number(e) for e in ends)
        if not usable or not ends[0] < ends[1]:
            raise InputError(f"ftir choice window = {ends!r}: give first and last wavenumber in 1/cm.")
        filled["window"] = (float(ends[0]), float(ends[1]))
    asked = filled["bands"]
    asked = [asked] if _is_number(asked) else asked
    if not isinstance(asked, list | tuple) or not all(_is_number(a) and a > 0 for a in asked):
        raise InputError(
            f"ftir choice bands = {filled['bands']!r}: give wavenumbers in 1/cm, as [1388, 1112]."
        )
    filled["bands"] = tuple(float(a) for a in asked)
    return filled


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def take_apart(m: Measurement, chosen: Mapping[str, Any]) -> Bands:
    """Return the bands of one spectrum; see `analyse`."""
    s = spectrum(m, chosen["ordinate"], chosen["window"], MOST)
    return bands(s, m.settings.get("resolution_per_cm"), Values(chosen["parameters"]))


def analyse(measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None) -> list[Finding]:
    """Find the bands of infrared spectra and list what may cause each.

    Parameters
    ----------
    measurements
        Spectra.
    choices
        ``ordinate``: ``absorbance``, ``transmittance`` or ``percent`` where the file does not say, or says it
        wrongly; ``window``: wavenumbers between which is looked at; ``bands``: wavenumbers that are asked
        for, each answered by the nearest band within 30 1/cm or by a bound on its height; ``parameters``:
        overrides of parameter values.

    Returns
    -------
    list of Finding
        ``band_<cm>`` for every band: its place in 1/cm. Height, width, area and candidates are notes.
        Where ``bands`` is given, only those, named as asked.

    Raises
    ------
    InputError
        For unusable choices.
    DataError
        If there is no spectrum, or its ordinate cannot be what the file says.

    Limits
    ------
    Assignments are candidates by place; a position does not choose between them. Heights are over a base
    line that is a convention. A base line that bends as sharply as a band is taken for one.
    """
    chosen = checked(choices)
    if not measurements:
        raise DataError("no infrared spectrum was given.")
    found: list[Finding] = []
    for m in measurements:
        result = take_apart(m, chosen)
        if chosen["bands"]:
            found += [_asked(m, result, at, chosen) for at in chosen["bands"]]
        elif result.bands:
            found += [_finding(m, result, b, f"band_{b.position:.0f}", chosen) for b in result.bands]
        else:
            why = "not resolved: no band stands out of the noise in this spectrum"
            found.append(_make(m, "band", (np.nan,) * 3, [why, result.spectrum.words], chosen))
    return found


def _make(
    m: Measurement, name: str, ends: tuple[float, ...], notes: Sequence[str], chosen: Mapping[str, Any]
) -> Finding:
    evidence = Evidence.PREDICTED if m.origin == "synthetic" else Evidence.MEASURED
    kept = {k: list(v) if isinstance(v, tuple) else v for k, v in chosen.items() if v not in (None, ())}
    value, low, high = ends
    return Finding(
        name, value, low, high, "1/cm", evidence, NAME, m.file, tuple(notes), {**kept, "label": m.label}
    )


def _finding(m: Measurement, result: Bands, b: Band, name: str, chosen: Mapping[str, Any]) -> Finding:
    notes = _words(b)
    notes += words(candidates(b.low, b.high, b.width if np.isfinite(b.width) else None))
    notes.append(result.spectrum.words)
    if b.opaque:
        why = "not resolved: hardly any light comes through at its top; use less powder"
        return _make(m, name, (np.nan, b.low, b.high), [why, *notes], chosen)
    return _make(m, name, (b.position, b.low, b.high), notes, chosen)


def _words(b: Band) -> list[str]:
    low, high = b.heights
    kind = "shoulder (minimum of the second derivative)" if b.shoulder else "maximum"
    wide = "a neighbour hides its width" if not np.isfinite(b.width) else f"full width {b.width:.0f} 1/cm"
    return [
        f"{kind}; height {b.height:.3g} ({low:.3g} to {high:.3g} over three base lines), {wide}, area "
        f"{b.area:.3g} 1/cm; {b.significance:.0f} times the noise",
        f"noise alone +- {b.noise:.1f} 1/cm (90 %); the rest is base line, window and axis",
    ]


def _asked(m: Measurement, result: Bands, at: float, chosen: Mapping[str, Any]) -> Finding:
    values = Values(chosen["parameters"])
    name = f"band_{at:.0f}"
    near = min(result.bands, key=lambda b: abs(b.position - at), default=None)
    if near is not None and abs(near.position - at) <= values[par.NEAR]:
        return _finding(m, result, near, name, chosen)
    s = result.spectrum
    if not s.x[0] <= at <= s.x[-1]:
        why = f"not resolved: the spectrum covers {s.x[0]:.0f} to {s.x[-1]:.0f} 1/cm"
        return _make(m, name, (np.nan,) * 3, [why, s.words], chosen)
    bound = _least(result, at, values)
    why = (
        f"not resolved: no band within {values[par.NEAR]:.0f} 1/cm; one of {GUESSED_WIDTH:.0f} 1/cm full "
        f"width alone on its slope would be seen from a height of {bound:.2g} on"
    )
    return _make(m, name, (np.nan,) * 3, [why, s.words], chosen)


def _least(result: Bands, at: float, values: Values) -> float:
    """Return the height from which a lone Gaussian band of the guessed width would be found."""
    from .detect import kernel

    s = result.spectrum
    sigma = GUESSED_WIDTH / np.sqrt(8 * np.log(2))
    k = kernel(sigma, s.step)
    u = (np.arange(k.size) - k.size // 2) * s.step / sigma
    seen = float(k @ np.exp(-0.5 * u**2))
    level = float(result.noise.level[int(np.argmin(np.abs(s.x - at)))])
    by_noise = values[par.SIGNIFICANCE] * level * float(np.linalg.norm(k)) / seen
    highest = max((b.height for b in result.bands), default=0.0)
    return max(by_noise, values[par.SMALLEST] * highest)
