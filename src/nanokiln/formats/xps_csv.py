"""Photoelectron spectra as text columns: binding energy and counts, one region per file.

Read are: two columns with or without a header (comma, semicolon, tab or spaces), the PHI export with a
header such as ``BE/eV,InPET_C1s``, and the CasaXPS export with columns ``BE_...`` and ``CPS_...``. Data
as in `vamas`: dimension ``energy``, ``binding_energy`` (eV), ``counts``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import DataError, InputError
from ..core.files import read_text, write_text
from ..core.measurement import SYNTHETIC_MARK, Measurement
from . import _xps

NAME = "XPS CSV"
TECHNIQUE = _xps.TECHNIQUE

# the abbreviations only in capitals and as words: "coke_" or "tube/" name no energy
_ENERGY = re.compile(r"(?i:binding)|(?<![A-Za-z])(?:BE|B\.E\.)(?![A-Za-z])")
_KINETIC = re.compile(r"(?i:kinetic)|(?<![A-Za-z])(?:KE|K\.E\.)(?![A-Za-z])")
_RATE = re.compile(r"cps|counts?\s*/\s*s|c/s|per sec", re.IGNORECASE)
_LABEL = re.compile(r"^#\s*(region|sample)\s*:\s*(.+)$", re.IGNORECASE)


def sniff(head: bytes, path: Path) -> float:
    """Return how sure it is that a file is a table of binding energy and counts."""
    if b"\x00" in head:
        return 0.0
    lines = head.decode("utf-8", "replace").splitlines()
    header, rows = _split(lines[:-1] if len(head) >= 65536 else lines)
    if (
        len(rows) < _xps.FEWEST_POINTS
        or not np.isfinite(rows[0]).all()
        or _evenness([r[0] for r in rows]) > 0.5
    ):
        return 0.0
    words = " ".join(header)
    if _ENERGY.search(words):
        return 0.9
    if _KINETIC.search(words):
        return 0.7
    # a bare table may be anything; falling energies in the range of an X-ray source are a weak hint
    first, last = rows[0][0], rows[-1][0]
    return 0.15 if len(rows[0]) == 2 and _xps.LARGEST_EV > first > last >= 0 else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read a region.

    Parameters
    ----------
    path
        Text file; the first column is the energy (eV), the second the counts or counts per second.

    Returns
    -------
    list of Measurement
        One region; its label is the line named in the header or in the file name.

    Raises
    ------
    DataError
        If there are no two numeric columns of at least ten rows, a value is not finite, the energies do not
        rise or fall steadily, or the axis is kinetic energy without a photon energy.
    """
    text = read_text(path)
    lines = text.splitlines()
    header, rows = _split(lines)
    # columns to the right may end early in an export; only energy and signal are used
    table = np.array([row[:2] for row in rows]).reshape(-1, 2)
    words = " ".join(header)
    energy = _binding(table[:, 0], words, header, str(path))
    settings = _settings(header, words, Path(path))
    return [
        _xps.region(
            {"energy": energy, "counts": table[:, 1]},
            rate=bool(_RATE.search(words)),
            path=path,
            settings=settings,
            label=settings["block_id"],
            origin="synthetic" if SYNTHETIC_MARK in text else "measured",
        )
    ]


def _split(lines: Sequence[str]) -> tuple[list[str], list[list[float]]]:
    """Header lines, and rows of at least two numbers; a row that breaks off ends the table."""
    header: list[str] = []
    rows: list[list[float]] = []
    for line in lines:
        numbers = _numbers(line)
        if len(numbers) >= 2:
            rows.append(numbers)
        elif not rows:
            header.append(line.strip())
        elif line.strip(" ,;\t"):
            rows.append([float("nan"), float("nan")])
    return header, rows


def _numbers(line: str) -> list[float]:
    if ";" in line or "\t" in line:
        words = [w.replace(",", ".") for w in re.split(r"[;\t]", line)]
    else:
        words = re.split(r"[,\s]+", line)
    found: list[float] = []
    for word in words:
        if not word.strip():
            continue
        try:
            found.append(float(word))
        except ValueError:
            break
    return found


def _evenness(energy: Sequence[float]) -> float:
    """Largest deviation of a step from the median step, in steps."""
    steps = np.diff(np.asarray(energy))
    middle = float(np.median(steps)) if steps.size else 0.0
    return float(np.abs(steps / middle - 1).max()) if middle else float("inf")


def _binding(
    column: NDArray[np.float64], words: str, header: Sequence[str], path: str
) -> NDArray[np.float64]:
    if not _KINETIC.search(words) or _ENERGY.search(words):
        return column
    photon = _characteristic(header)
    if photon is None:
        raise DataError(
            f"'{path}' has a kinetic energy axis and no photon energy. Export it with binding energies."
        )
    return photon - column


def _characteristic(header: Sequence[str]) -> float | None:
    match = re.search(r"(?:characteristic|photon) energy[^0-9]*([0-9.]+)", " ".join(header), re.IGNORECASE)
    return float(match.group(1)) if match else None


def _settings(header: Sequence[str], words: str, path: Path) -> dict[str, Any]:
    said = {m.group(1).lower(): m.group(2).strip() for m in map(_LABEL.match, header) if m}
    named = _xps.LINE.search(said.get("region", "")) or _xps.LINE.search(words.replace("In", " ", 1))
    named = named or _xps.LINE.search(words) or _xps.LINE.search(path.stem)
    species, transition = named.groups() if named else ("", "")
    label = said.get("region") or (f"{species} {transition}" if named else path.stem)
    time = re.search(r"Acquisition Time s[,;\s]*([0-9.]+)", words)
    return {
        "photon_energy_eV": _characteristic(header),
        "pass_energy_eV": None,
        "dwell_s": float(time.group(1)) if time else None,
        "sweeps": None,
        "block_id": label,
        "sample": said.get("sample", path.stem),
        "species": species,
        "transition": transition,
        "comment": [line for line in header if line],
    }


def write(path: str | Path, measurement: Measurement) -> Path:
    """Write one region as ``binding energy (eV), counts``.

    Raises
    ------
    InputError
        If the measurement has no counts over binding energy.
    """
    if "counts" not in measurement.data or "binding_energy" not in measurement.data.coords:
        raise InputError("this measurement has no counts over binding energy; give an XPS region.")
    unit = measurement.data["counts"].attrs.get("units", "counts")
    head = [f"# {SYNTHETIC_MARK}"] if measurement.origin == "synthetic" else []
    head += [
        f"# region: {measurement.label}",
        f"# sample: {measurement.settings.get('sample') or ''}".rstrip(),
    ]
    head.append(f"binding energy (eV),{unit}")
    pairs = zip(measurement.data["binding_energy"].values, measurement.data["counts"].values, strict=True)
    rows = [f"{float(e):.10g},{float(c):.10g}" for e, c in pairs]
    write_text(path, "\n".join([*head, *rows]) + "\n")
    return Path(path)
