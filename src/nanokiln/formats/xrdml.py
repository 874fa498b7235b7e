"""PANalytical XRDML: powder scans as XML, schema 1.x and 2.x.

The angles are those of the axis 2Theta: start and end position, or a list. Schema 1.x stores ``intensities``
(already multiplied by the attenuation factor), 2.x ``counts`` (not multiplied; done here). Structure after
the
published schema, versions 1.5 and 2.1. One measurement per scan.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import numpy as np

from ..core.errors import DataError, InputError
from ..core.files import read_bytes, write_text
from ..core.measurement import SYNTHETIC_MARK, Measurement
from ._diffraction import TECHNIQUE as TECHNIQUE
from ._diffraction import Array, number, origin_of, pattern, text_of, xml

NAME = "XRDML"
_NAMESPACE = "http://www.xrdml.com/XRDMeasurement/1.5"  # identifies the schema; nothing is fetched
_SETTINGS = {
    "k_alpha1_A": "kAlpha1", "k_alpha2_A": "kAlpha2", "k_alpha2_ratio": "ratioKAlpha2KAlpha1",
    "tension_kV": "tension", "current_mA": "current", "radius_mm": "radius",
}  # fmt: skip


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is XRDML (0 to 1)."""
    plain = head.replace(b"\x00", b"")  # UTF-16 as well
    return 1.0 if b"<xrdMeasurements" in plain else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read all scans.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    list of Measurement
        One per scan over 2theta.

    Raises
    ------
    DataError
        If it is damaged, holds no scan over 2theta, or a divergence correction (whose use is not defined).
    """
    raw = read_bytes(path)
    root = xml(raw, path)
    if root.tag != "xrdMeasurements":
        raise DataError(f"'{path}' is XML but not XRDML (its root is '{root.tag}').")
    origin = origin_of(" ".join(e.text or "" for e in root.iter("entry")))
    label = text_of(root, "name") or text_of(root, "id")
    found = []
    for measured in root.iter("xrdMeasurement"):
        settings: dict[str, Any] = {key: number(text_of(measured, tag)) for key, tag in _SETTINGS.items()}
        settings["anode"] = text_of(measured, "anodeMaterial") or None
        for scan in measured.iter("scan"):
            counts = _counts(scan, path)
            angles = _angles(scan, counts.size, path)
            time = number(text_of(scan, "commonCountingTime"))
            found.append(pattern(
                angles, counts, path, settings={**settings, "step_time_s": time}, label=label, origin=origin
            ))  # fmt: skip
    if not found:
        raise DataError(f"'{path}' holds no scan. It may be a settings file.")
    return found


def _numbers(text: str | None, what: str, path: str | Path) -> Array:
    try:
        return np.array((text or "").split(), dtype=float)
    except ValueError as error:
        raise DataError(f"'{path}': {what} are not all numbers ({error}). Export it again.") from error


def _counts(scan: ElementTree.Element, path: str | Path) -> Array:
    if next(scan.iter("divergenceCorrections"), None) is not None:
        raise DataError(f"'{path}' carries divergence corrections; export it with a fixed slit instead.")
    stored = next(scan.iter("intensities"), None)
    if stored is not None:
        return _numbers(stored.text, "intensities", path)
    stored = next(scan.iter("counts"), None)
    if stored is None:
        raise DataError(f"'{path}': a scan holds neither intensities nor counts.")
    counts = _numbers(stored.text, "counts", path)
    factors = text_of(scan, "beamAttenuationFactors") or text_of(scan, "commonBeamAttenuationFactor")
    if not factors:
        return counts
    factor = _numbers(factors, "attenuation factors", path)
    if factor.size not in (1, counts.size):
        raise DataError(f"'{path}': {factor.size} attenuation factors for {counts.size} counts.")
    return counts * factor


def _angles(scan: ElementTree.Element, points: int, path: str | Path) -> Array:
    for positions in scan.iter("positions"):
        if positions.get("axis") != "2Theta":
            continue
        listed = text_of(positions, "listPositions")
        if listed:
            return _numbers(listed, "positions", path)
        ends = [number(text_of(positions, tag)) for tag in ("startPosition", "endPosition")]
        if None not in ends:
            return np.linspace(float(ends[0] or 0), float(ends[1] or 0), points)
    raise DataError(f"'{path}': a scan has no 2Theta axis. Only scans over 2theta are read.")


def write(path: str | Path, measurement: Measurement) -> Path:
    """Write one even scan as XRDML 1.5.

    Raises
    ------
    InputError
        If the measurement is no pattern, its steps are uneven, or it is not in counts.
    """
    data = measurement.data
    if "counts" not in data or "two_theta" not in data.coords:
        raise InputError("this measurement has no counts over 2theta; give a powder pattern.")
    x, y = data["two_theta"].values, data["counts"].values
    if np.ptp(np.diff(x)) > 1e-6 or data["counts"].attrs.get("units") != "counts":
        raise InputError("XRDML holds counts in even steps; write this pattern as xy.")
    write_text(path, _text(measurement, x, y))
    return Path(path)


def _text(measurement: Measurement, x: Array, y: Array) -> str:
    s = measurement.settings
    mark = SYNTHETIC_MARK if measurement.origin == "synthetic" else "written by nanokiln"
    return "\n".join([
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<xrdMeasurements xmlns="{_NAMESPACE}" status="Completed">',
        f"<comment><entry>{mark}</entry></comment>",
        f'<sample type="To be analyzed"><id/><name>{escape(measurement.label)}</name></sample>',
        '<xrdMeasurement measurementType="Scan" status="Completed" sampleMode="Reflection">',
        *_wavelengths(s),
        "<incidentBeamPath>", _tag("radius", s.get("radius_mm"), "mm"), _tube(s), "</incidentBeamPath>",
        '<scan appendNumber="0" mode="Continuous" scanAxis="Gonio" status="Completed"><dataPoints>',
        _axis("2Theta", x[0], x[-1]), _axis("Omega", x[0] / 2, x[-1] / 2),
        _tag("commonCountingTime", s.get("step_time_s"), "seconds"),
        f'<intensities unit="counts">{" ".join(f"{c:.10g}" for c in y)}</intensities>',
        "</dataPoints></scan></xrdMeasurement></xrdMeasurements>",
    ]) + "\n"  # fmt: skip


def _wavelengths(s: Any) -> list[str]:
    if s.get("k_alpha1_A") is None:
        return []
    ratio = s.get("k_alpha2_ratio")
    return [
        '<usedWavelength intended="K-Alpha">', _tag("kAlpha1", s["k_alpha1_A"], "Angstrom"),
        _tag("kAlpha2", s.get("k_alpha2_A"), "Angstrom"),
        "" if ratio is None else f"<ratioKAlpha2KAlpha1>{ratio:.10g}</ratioKAlpha2KAlpha1>",
        "</usedWavelength>",
    ]  # fmt: skip


def _tube(s: Any) -> str:
    inner = _tag("tension", s.get("tension_kV"), "kV") + _tag("current", s.get("current_mA"), "mA")
    anode = s.get("anode")
    inner += f"<anodeMaterial>{escape(anode)}</anodeMaterial>" if anode else ""
    return f"<xRayTube>{inner}</xRayTube>"


def _tag(name: str, value: Any, unit: str) -> str:
    return "" if value is None else f'<{name} unit="{unit}">{value:.10g}</{name}>'


def _axis(name: str, first: float, last: float) -> str:
    ends = f"<startPosition>{first:.10g}</startPosition><endPosition>{last:.10g}</endPosition>"
    return f'<positions axis="{name}" unit="deg">{ends}</positions>'
