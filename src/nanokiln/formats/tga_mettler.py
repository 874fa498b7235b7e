"""Mettler Toledo STARe text export: ``Curve:`` followed by ``Index t Ts Tr Value`` and a row of units.

Ts is the temperature of the sample, Tr that of the programme. Only the English export is known; each curve
in mg or % is one run, others (heat flow, derivatives) are passed over.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

from ..core.errors import DataError
from ..core.files import read_text
from ..core.measurement import Measurement
from . import _thermogram as shared

NAME = "Mettler STARe text"
TECHNIQUE = shared.TECHNIQUE
_CURVE = re.compile(r"^\s*Curve:?\s*$", re.IGNORECASE)
_WEIGHTS = ("mg", "g", "ug", "µg", "%")


def sniff(head: bytes, path: Path) -> float:
    """Return how sure it is that a file is a STARe export of a curve."""
    text = shared.decode(head)
    heads = re.search(r"^\s*Index\s+t\s+Ts\s+Tr\s+Value", text, re.MULTILINE)
    if not heads:
        return 0.0
    units = text[heads.end() :].lstrip("\r\n ").splitlines()[:1]
    return 0.97 if units and re.search(r"\[(?:mg|g|%)\]", units[0]) else 0.4


def read(path: str | Path) -> list[Measurement]:
    """Read the mass curves of an export.

    Parameters
    ----------
    path
        Text file.

    Returns
    -------
    list of Measurement
        One thermogram per curve of mass, see `_thermogram`.

    Raises
    ------
    DataError
        If there is no curve of mass, or a table is damaged.
    """
    text = read_text(path)
    lines = text.splitlines()
    starts = [i for i, line in enumerate(lines) if _CURVE.match(line)]
    found = []
    sample, _, weighed = _below(lines, "SampleID:").rpartition(",")
    for start, end in pairwise([*starts, len(lines)]):
        if end - start < 3:
            continue
        titles, units = lines[start + 1].split(), re.findall(r"\[([^\]]*)\]", lines[start + 2])
        if titles[:5] != ["Index", "t", "Ts", "Tr", "Value"] or len(units) < 4:
            raise DataError(
                f"'{path}': the curve has columns {' '.join(titles)[:60]!r}; known are Index, t, Ts, Tr, "
                "Value with units. Export it in English as a table."
            )
        if units[3].strip() not in _WEIGHTS:
            continue
        body = _table(lines[start + 3 : end])
        table, notes = shared.rows(body, str.split, [1, 2, 4], path)
        weight, unit = shared.mass(table[:, 2], units[3], path)
        settings = {
            "sample": sample.strip(),
            "instrument": "Mettler Toledo STARe",
            "initial_mass_mg": shared.quantity(weighed) if weighed.strip().endswith("mg") else None,
            "gas": "",
            "method": _below(lines, "Method:"),
            "blank_subtracted": None,
            "notes": notes,
        }
        found.append(
            shared.measurement(
                shared.seconds(table[:, 0], units[0], path), shared.celsius(table[:, 1], units[1], path),
                weight, unit=unit, path=path, settings=settings, text=text,
            )
        )  # fmt: skip
    if not found:
        raise DataError(f"'{path}' has no curve in mg or %. Export the mass curve as a table.")
    return found


def _table(lines: list[str]) -> list[str]:
    """Return the rows up to the first line that does not begin with a number."""
    end = next((i for i, line in enumerate(lines) if line.strip() and not line.strip()[0].isdigit()), None)
    return lines[:end]


def _below(lines: list[str], title: str) -> str:
    """Return the line under a title of the header."""
    at = next((i for i, line in enumerate(lines) if line.strip() == title), None)
    return lines[at + 1].strip() if at is not None and at + 1 < len(lines) else ""
