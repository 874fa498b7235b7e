"""Rigaku RASX: a zip of ``Data<n>/Profile<n>.txt`` (angle, intensity, attenuation) and its conditions."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from ..core.errors import DataError
from ..core.measurement import Measurement
from ._diffraction import TECHNIQUE as TECHNIQUE
from ._diffraction import Archive, is_zip_with, number, pattern, text_of, xml

NAME = "Rigaku RASX"
_PROFILE = re.compile(r"(Data\d+)/Profile(\d+)\.txt$")
_SCANS_2THETA = re.compile(r"^(two\s*theta|2theta)", re.IGNORECASE)  # names of axes that step 2theta


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is a RASX archive (0 to 1)."""
    return 1.0 if is_zip_with(head, b"Data0/Profile0.txt", b"Data0/MesurementConditions0.xml") else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read all scans over 2theta.

    Parameters
    ----------
    path
        The archive.

    Returns
    -------
    list of Measurement
        One per profile; the intensity is multiplied by the attenuation, which the file stores apart.

    Raises
    ------
    DataError
        If it is damaged, unpacks to an unreasonable size, or its scan is not over 2theta.
    """
    archive = Archive(path)
    found = []
    for name in sorted(n for n in archive.names if _PROFILE.search(n)):
        match = _PROFILE.search(name)
        assert match is not None
        conditions = f"{match[1]}/MesurementConditions{match[2]}.xml"
        root = xml(archive.read(conditions), path) if conditions in archive.names else None
        found.append(_scan(archive.read(name), root, path))
    if not found:
        raise DataError(f"'{path}' is a zip file without a Rigaku profile (Data0/Profile0.txt).")
    return found


def _scan(raw: bytes, root: ElementTree.Element | None, path: str | Path) -> Measurement:
    lines = [line.split() for line in raw.decode("utf-8-sig", "replace").splitlines() if line.strip()]
    if not lines or any(len(line) < 2 for line in lines):
        raise DataError(f"'{path}': its profile is not rows of angle and intensity.")
    try:
        table = np.array([[float(w) for w in (*line, "1")[:3]] for line in lines])
    except ValueError as error:
        raise DataError(f"'{path}': its profile is not all numbers ({error}).") from error
    settings, unit, label = _settings(root, path)
    counts = table[:, 1] * table[:, 2]
    return pattern(table[:, 0], counts, path, settings=settings, label=label, unit=unit)


def _settings(root: ElementTree.Element | None, path: str | Path) -> tuple[dict[str, object], str, str]:
    if root is None:
        return {}, "counts", ""
    axis = text_of(root, "AxisName")
    if axis and not _SCANS_2THETA.match(axis):
        raise DataError(f"'{path}' is a scan over {axis}, not over 2theta. Only powder scans are read.")
    unit = "counts/s" if "cps" in text_of(root, "IntensityUnit").lower() else "counts"
    return (
        {
            "k_alpha1_A": text_of(root, "WavelengthKalpha1"),
            "k_alpha2_A": text_of(root, "WavelengthKalpha2"),
            "anode": text_of(root, "TargetName") or None,
            "tension_kV": number(text_of(root, "Voltage")),
            "current_mA": number(text_of(root, "Current")),
        },
        unit,
        text_of(root, "SampleName"),
    )
