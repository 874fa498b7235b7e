"""SPECS text exports (.xy) of SpecsLab and Prodigy: one block of columns per scan, keys in comment lines.

Scans of one region are averaged (counts per second) or summed (counts). Where the export says so the axis is
kinetic energy and is turned with the excitation energy; external channels and fits done there are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import DataError
from ..core.files import read_text
from ..core.measurement import SYNTHETIC_MARK, Measurement
from . import _xps

NAME = "SPECS XY"
TECHNIQUE = _xps.TECHNIQUE
_KEY = re.compile(r"^#\s*([A-Z][^:]*?)\s*:\s*(.*)$")
_SCAN = re.compile(r"Cycle:\s*\d+,")
_RESTART = ("Group", "Region", "Cycle", "ColumnLabels", "Result Name")  # keys that end a table
# keys of the whole file or group; those of a region are forgotten with it
_GLOBAL = (
    "Created by", "Group", "Energy Axis", "Count Rate", "Analysis Method", "Analyzer Lens",
    "Analyzer Slit", "Scan Mode",
)  # fmt: skip


def sniff(head: bytes, path: Path) -> float:
    """Return how sure it is that a file is a SPECS export (0 to 1)."""
    text = head.replace(b"\x00", b"").decode("latin-1")
    if not text.lstrip("\ufeffÿþï»¿ \r\n").startswith("#"):
        return 0.0
    if "SpecsLab" in text[:400] and "# Region:" in text:
        return 1.0
    return 0.8 if "# Region:" in text and "# ColumnLabels:" in text else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read the regions of a SPECS export.

    Parameters
    ----------
    path
        The text file.

    Returns
    -------
    list of Measurement
        One per region of each group.

    Raises
    ------
    DataError
        If it has no region with columns of numbers, or an axis that cannot be used.
    """
    text = read_text(path)
    blocks = _blocks(text.splitlines())
    if not blocks:
        raise DataError(f"'{path}' has no region with columns of energy and counts. Export it again.")
    origin = "synthetic" if SYNTHETIC_MARK in text else "measured"
    groups: dict[tuple[str, str, str], list[_Block]] = {}
    for block in blocks:
        keys = block.keys
        place = (keys.get("Group", ""), keys.get("Region", ""), keys.get("Spectrum ID", ""))
        groups.setdefault(place, []).append(block)
    return [_measurement(scans, path, origin) for scans in groups.values()]


@dataclass
class _Block:
    """Keys that hold for a block of columns, and its rows."""

    keys: dict[str, str]
    rows: list[list[float]] = field(default_factory=list)


def _blocks(lines: list[str]) -> list[_Block]:
    keys: dict[str, str] = {}
    found: list[_Block] = []
    current: _Block | None = None
    skipping = False  # inside an external channel or the result of a fit
    for line in lines:
        if line.startswith("#"):
            key = _KEY.match(line)
            if "values in kinetic" in line.lower():
                keys["Energy Axis"] = "Kinetic Energy"
            if key is None:
                continue
            name, value = key.groups()
            if name in _RESTART:
                current = None
            if name == "Region":
                keys = {k: v for k, v in keys.items() if k in _GLOBAL}
                skipping = False
            if name in ("Operation", "External Channel Data Cycle"):
                current, skipping = None, True
            elif name == "Cycle" and _SCAN.search(line):
                skipping = False
            keys[name] = value
            continue
        numbers = _numbers(line)
        if len(numbers) < 2 or skipping or "Region" not in keys:
            continue
        if current is None:
            current = _Block(dict(keys))
            found.append(current)
        current.rows.append(numbers)
    return found


def _numbers(line: str) -> list[float]:
    try:
        return [float(word.replace(",", ".")) for word in line.split()]
    except ValueError:
        return []


def _measurement(scans: list[_Block], path: str | Path, origin: Any) -> Measurement:
    keys = scans[0].keys
    name = keys.get("Region", "")
    tables = [_table(block, name, path) for block in scans]
    if any(t.shape[0] != tables[0].shape[0] or (t[:, 0] != tables[0][:, 0]).any() for t in tables):
        raise DataError(
            f"'{path}': the scans of region '{name}' have different energies. Export them singly."
        )
    labels = keys.get("ColumnLabels", "energy counts/s").lower().split()
    rate = "/s" in " ".join(labels[1:2]) or "per second" in keys.get("Count Rate", "").lower()
    stack = np.stack([t[:, 1] for t in tables])
    columns = {"energy": tables[0][:, 0], "counts": stack.mean(axis=0) if rate else stack.sum(axis=0)}
    if "transmission" in labels and tables[0].shape[1] > labels.index("transmission"):
        columns["transmission"] = tables[0][:, labels.index("transmission")]
    photon = _first(keys.get("Excitation Energy", ""))
    if "kinetic" in keys.get("Energy Axis", "").lower():
        if photon is None:
            raise DataError(f"'{path}' has a kinetic energy axis and no excitation energy. Export it again.")
        columns["energy"] = photon - columns["energy"]
    label = _xps.label_of(name)
    element, level = _xps.line_of(label)
    settings = {
        "photon_energy_eV": photon, "pass_energy_eV": _first(keys.get("Pass Energy", "")),
        "dwell_s": _first(keys.get("Dwell Time", "")), "sweeps": len(scans), "block_id": label,
        "sample": keys.get("Group", ""), "species": element, "transition": level,
        "work_function_eV": _first(keys.get("Eff. Workfunction", "")),
        "analyser_mode": keys.get("Scan Mode", ""), "source": keys.get("Source", ""),
        "instrument": keys.get("Created by", ""),
    }  # fmt: skip
    return _xps.region(columns, rate=rate, path=path, settings=settings, label=label, origin=origin)


def _table(block: _Block, name: str, path: str | Path) -> NDArray[np.float64]:
    announced = _first(block.keys.get("Values/Curve", ""))
    width = len(block.rows[0])
    if any(len(row) != width for row in block.rows) or announced not in (None, len(block.rows)):
        raise DataError(f"'{path}': the columns of region '{name}' are cut off. Export the file again.")
    return np.array(block.rows)


def _first(text: str) -> float | None:
    found = re.search(r"-?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?", text)
    return float(found.group().replace(",", ".")) if found else None
