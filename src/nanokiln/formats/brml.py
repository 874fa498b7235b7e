"""Bruker BRML: a zip archive of XML with one ``Datum`` per step.

``Experiment<n>/RawData<m>.xml`` holds routes of data; the one flagged "Measured" is read. Its data views
name the
columns of the rows: the axes (``TwoTheta``), the absorption factor, and the counts. One measurement per
file of raw
data.
"""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from ..core.errors import DataError
from ..core.measurement import Measurement
from ._diffraction import TECHNIQUE as TECHNIQUE
from ._diffraction import Archive, Array, is_zip_with, number, pattern, text_of, xml

NAME = "Bruker BRML"
_RAW = re.compile(r"Experiment\d+/RawData\d+\.xml$")
_COLUMNS = (2, 4)  # of 2theta and counts where the file does not describe its rows


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is a BRML archive (0 to 1)."""
    return 1.0 if is_zip_with(head, b"Experiment0/", b"experimentCollection.xml") else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read all scans over 2theta.

    Parameters
    ----------
    path
        The archive.

    Returns
    -------
    list of Measurement
        One per scan.

    Raises
    ------
    DataError
        If it is damaged, unpacks to an unreasonable size, or holds no scan over 2theta.
    """
    archive = Archive(path)
    names = sorted(n for n in archive.names if _RAW.search(n))
    if not names:
        raise DataError(f"'{path}' is a zip file without Bruker raw data (Experiment0/RawData0.xml).")
    return [_scan(xml(archive.read(name), path), path) for name in names]


def _scan(root: ElementTree.Element, path: str | Path) -> Measurement:
    routes = list(root.iter("DataRoute"))
    route = next((r for r in routes if r.get("RouteFlag") == "Measured"), routes[0] if routes else None)
    rows = [] if route is None else [d.text or "" for d in route.iter("Datum")]
    if route is None or not rows:
        raise DataError(f"'{path}' holds no measured steps. It may be a plan that was never run.")
    axis, counts = _columns(route)
    try:
        table = np.array([row.split(",") for row in rows], dtype=float)
    except ValueError as error:
        raise DataError(f"'{path}': the steps are not all rows of numbers ({error}).") from error
    if max(axis, counts) >= table.shape[1]:
        raise DataError(f"'{path}': its steps have {table.shape[1]} columns, fewer than it describes.")
    return pattern(table[:, axis], _attenuated(table, route, counts), path, settings=_settings(root, route))


def _columns(route: ElementTree.Element) -> tuple[int, int]:
    """Return the columns of 2theta and counts from the description of the rows."""
    axis, counts = _COLUMNS
    for view in route.iter("RawDataView"):
        start = int(number(view.get("Start")) or 0)
        fields = [f.get("FieldName") or f.get("AxisId") or "" for f in view.iter("FieldDefinitions")]
        if "TwoTheta" in fields:
            axis = start + fields.index("TwoTheta")
        if next(view.iter("Recording"), None) is not None:
            counts = start
    return axis, counts


def _attenuated(table: Array, route: ElementTree.Element, counts: int) -> Array:
    """Return the counts, multiplied by the absorption factor of the absorber where one was in the beam."""
    for view in route.iter("RawDataView"):
        if view.get("LogicName") == "AbsorptionFactor":
            factor: Array = table[:, int(number(view.get("Start")) or 0)]
            return table[:, counts] * factor
    result: Array = table[:, counts]
    return result


def _settings(root: ElementTree.Element, route: ElementTree.Element) -> dict[str, object]:
    def value(tag: str) -> float | None:
        found = next(root.iter(tag), None)
        return None if found is None else number(found.get("Value"))

    return {
        "k_alpha1_A": value("WaveLengthAlpha1"),
        "k_alpha2_A": value("WaveLengthAlpha2"),
        "k_alpha2_ratio": value("WaveLengthRatio"),
        "anode": text_of(root, "TubeMaterial") or None,
        "step_time_s": number(text_of(route, "TimePerStep")),
        "tension_kV": value("Voltage"),
        "current_mA": value("Current"),
        "radius_mm": value("Radius"),
    }
