"""TA Instruments text export (Universal Analysis): ``Sig1 ...`` lines, then ``StartOfData``.

Rows with a negative time mark events of the run (start, end, gas switched) and are no points of it.
"""

from __future__ import annotations

import re
from pathlib import Path

from ..core.errors import DataError
from ..core.files import read_text
from ..core.measurement import Measurement
from . import _thermogram as shared

NAME = "TA Instruments text"
TECHNIQUE = shared.TECHNIQUE
_SIGNAL = re.compile(r"^Sig(\d+)\t(.*?)\s*\(([^)]*)\)\s*$")
_NEEDED = ("Time", "Temperature", "Weight")
_GAS = re.compile(r"Sample Gas:\s*(\w+)")
_START = "StartOfData"


def sniff(head: bytes, path: Path) -> float:
    """Return how sure it is that a file is a TA Instruments export of a thermobalance."""
    text = shared.decode(head)
    if not re.search(r"^Nsig\t", text, re.MULTILINE) or "Sig1\t" not in text:
        return 0.0
    return 0.98 if re.search(r"^Sig\d+\tWeight", text, re.MULTILINE) else 0.2


def read(path: str | Path) -> list[Measurement]:
    """Read a run.

    Parameters
    ----------
    path
        Text file; UTF-16 or UTF-8.

    Returns
    -------
    list of Measurement
        One thermogram, see `_thermogram`.

    Raises
    ------
    DataError
        If a needed signal or the table is missing or damaged.
    """
    text = read_text(path)
    lines = text.splitlines()
    start = next((i for i, line in enumerate(lines) if line.strip() == _START), None)
    if start is None:
        raise DataError(f"'{path}' has no line '{_START}'. It may be truncated; export it again.")
    signals = {m.group(2): (int(m.group(1)) - 1, m.group(3)) for m in map(_SIGNAL.match, lines[:start]) if m}
    missing = [name for name in _NEEDED if name not in signals]
    if missing:
        raise DataError(
            f"'{path}' has no signal '{missing[0]}' (found {', '.join(signals)}). Export it, too."
        )
    body = [line for line in lines[start + 1 :] if not line.lstrip().startswith("-")]
    table, notes = shared.rows(body, lambda line: line.split("\t"), [signals[n][0] for n in _NEEDED], path)
    weight, unit = shared.mass(table[:, 2], signals["Weight"][1], path)
    header = {key: value.strip() for key, _, value in (line.partition("\t") for line in lines[:start])}
    gas = _GAS.search("\n".join(lines[:start]))
    settings = {
        "sample": header.get("Sample", ""),
        "instrument": header.get("Instrument", ""),
        "initial_mass_mg": shared.quantity(header.get("Size", "")),
        "gas": gas.group(1) if gas else "",
        "programme": [line.partition("\t")[2] for line in lines[:start] if line.startswith("OrgMethod")],
        "blank_subtracted": None,
        "notes": notes,
    }
    return [
        shared.measurement(
            shared.seconds(table[:, 0], signals["Time"][1], path),
            shared.celsius(table[:, 1], signals["Temperature"][1], path), weight,
            unit=unit, path=path, settings=settings, text=text,
        )
    ]  # fmt: skip
