"""PerkinElmer Pyris text export: header, method steps, and one table in sections ``n) TGA ...``.

The heads of the columns stand on two lines and carry no units; Pyris exports minutes, mg and degC.
"""

from __future__ import annotations

import re
from pathlib import Path

from ..core.errors import DataError
from ..core.files import read_text
from ..core.measurement import Measurement
from . import _thermogram as shared

NAME = "PerkinElmer Pyris text"
TECHNIQUE = shared.TECHNIQUE
_SECTION = re.compile(r"^\d+\) TGA ")
_GAS = re.compile(r"Switch the Gas to (\w+)")
_NEEDED = ("time", "unsubtracted weight", "sample temperature")


def sniff(head: bytes, path: Path) -> float:
    """Return how sure it is that a file is a Pyris export."""
    text = shared.decode(head)
    marks = ("Display Weight:", "Method Steps:", "Total Points in Run:", "Pyris")
    return 0.98 if sum(mark in text for mark in marks) >= 3 else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read a run.

    Parameters
    ----------
    path
        Text file exported by Pyris.

    Returns
    -------
    list of Measurement
        One thermogram over all sections, see `_thermogram`.

    Raises
    ------
    DataError
        If the table or a needed column is missing or damaged.
    """
    text = read_text(path)
    lines = text.splitlines()
    begin = next((i for i, line in enumerate(lines) if _SECTION.match(line)), None)
    if begin is None or begin + 2 >= len(lines):
        raise DataError(f"'{path}' has no section '1) TGA ...'. Export the whole run as text.")
    heads = [_cells(line) for line in lines[begin + 1 : begin + 3]]
    titles = [" ".join(part.strip() for part in pair).strip().lower() for pair in zip(*heads, strict=False)]
    missing = [name for name in _NEEDED if name not in titles]
    if missing:
        raise DataError(
            f"'{path}' has no column '{missing[0]}' (found {', '.join(titles)}). Export it again."
        )
    columns = [titles.index(name) for name in _NEEDED]
    baseline = titles.index("baseline weight") if "baseline weight" in titles else columns[1]
    end = next((i for i, line in enumerate(lines[begin:], begin) if "CALIBRATION INPUTS" in line), len(lines))
    body = [line for line in lines[begin + 3 : end] if not _SECTION.match(line)]
    table, notes = shared.rows(body, _cells, [*columns, baseline], path)
    weight = table[:, 1]
    subtracted = baseline != columns[1] and bool(table[:, 3].any())
    if subtracted:
        weight = weight - table[:, 3]
        notes.append("the baseline weight of the file was subtracted")
    settings = {
        "sample": _value(lines[:begin], "Sample ID:"),
        "instrument": f"PerkinElmer {_value(lines[:begin], 'Serial Number:')}".strip(),
        "initial_mass_mg": shared.quantity(_value(lines[:begin], "Sample Weight:")),
        "gas": ", ".join(_GAS.findall("\n".join(lines[:begin]))),
        "blank_subtracted": subtracted,
        "notes": notes,
    }
    return [
        shared.measurement(
            shared.seconds(table[:, 0], "min", path), table[:, 2], weight,
            unit="mg", path=path, settings=settings, text=text,
        )
    ]  # fmt: skip


def _cells(line: str) -> list[str]:
    # a line of the table begins with a tab
    return line.split("\t")[1:]


def _value(header: list[str], key: str) -> str:
    return next((line[len(key) :].strip() for line in header if line.startswith(key)), "")
