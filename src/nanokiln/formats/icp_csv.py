"""Batches of an ICP spectrometer in one documented csv, read and written.

Comment lines ``# key: value`` come first (``sample``, ``internal standard``, ``feed B/Si (g/g)``), then one
row per reading with the columns of `COLUMNS`:

``sequence`` order of measurement; ``label`` of the solution; ``type`` one of `TYPES` (``check``: a standard
measured again to follow drift); ``time_h`` of dissolution, empty where there is none; ``dilution`` factor;
``element``; ``line`` (nm or isotope); ``standard_mg_L`` known concentration of standards and checks;
``replicate``; ``counts``; ``dwell_s``.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import DataError, InputError
from ..core.files import read_text, write_text
from ..core.measurement import SYNTHETIC_MARK, Measurement
from ._thermogram import decode, to_float

NAME = "ICP batch CSV"
TECHNIQUE = "icp"
COLUMNS = (
    "sequence", "label", "type", "time_h", "dilution", "element", "line", "standard_mg_L", "replicate",
    "counts", "dwell_s",
)  # fmt: skip
TYPES = ("blank", "standard", "check", "sample")
_NUMBERS = ("sequence", "time_h", "dilution", "standard_mg_L", "replicate", "counts", "dwell_s")
_MAY_LACK = ("time_h", "standard_mg_L")
_UNITS = {"time_h": "h", "standard_mg_L": "mg/L", "counts": "counts", "dwell_s": "s"}
_COMMENT = re.compile(r"^#\s*(sample|internal standard|feed B/Si \(g/g\))\s*:\s*(.*)$")


def sniff(head: bytes, path: Path) -> float:
    """Return how sure it is that a file has this layout."""
    lines = (line for line in decode(head).splitlines() if not line.startswith("#"))
    words = set(re.split(r"[,;\t]", next(lines, "")))
    return 0.98 if set(COLUMNS) <= words else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read a batch.

    Parameters
    ----------
    path
        Text file; comma, semicolon or tab.

    Returns
    -------
    list of Measurement
        One batch over dimension ``reading`` with the columns as variables.

    Raises
    ------
    DataError
        If a column is missing, a number cannot be read, or a type is unknown.
    """
    text = read_text(path)
    lines = text.splitlines()
    body = [line for line in lines if line.strip() and not line.startswith("#")]
    if not body:
        raise DataError(f"'{path}' has no table. Export it again.")
    separator = next((s for s in ";\t" if s in body[0]), ",")
    table = list(csv.reader(body, delimiter=separator))
    heads = [h.strip() for h in table[0]]
    missing = [c for c in COLUMNS if c not in heads]
    if missing:
        raise DataError(f"'{path}' lacks the column(s) {', '.join(missing)}; see the page of the technique.")
    rows = [dict(zip(heads, (c.strip() for c in row), strict=False)) for row in table[1:]]
    columns: dict[str, Any] = {}
    for name in COLUMNS:
        words = [row.get(name, "") for row in rows]
        if name not in _NUMBERS:
            columns[name] = ("reading", np.array(words, dtype=object), {"units": "1"})
            continue
        numbers = np.array([to_float(w) for w in words])
        bad = [i for i, (w, n) in enumerate(zip(words, numbers, strict=True)) if not np.isfinite(n)
               and not (w == "" and name in _MAY_LACK)]  # fmt: skip
        if bad:
            raise DataError(f"'{path}': row {bad[0] + 1}: {name} = {words[bad[0]]!r} is no number.")
        columns[name] = ("reading", numbers, {"units": _UNITS.get(name, "1")})
    _check(columns, path)
    said = {m.group(1): m.group(2).strip() for m in map(_COMMENT.match, lines) if m}
    feed = to_float(said.get("feed B/Si (g/g)", ""))
    settings = {
        "sample": said.get("sample", ""),
        "internal_standard": said.get("internal standard", ""),
        "feed_b_si": float(feed) if np.isfinite(feed) else None,
    }
    return [_measurement(columns, settings, SYNTHETIC_MARK in text, said.get("sample") or Path(path).stem)]


def _check(columns: dict[str, Any], path: str | Path) -> None:
    types = set(columns["type"][1])
    if unknown := sorted(types - set(TYPES)):
        raise DataError(f"'{path}': type '{unknown[0]}' is not known. Allowed: {', '.join(TYPES)}.")
    if not types or (columns["dwell_s"][1] <= 0).any() or (columns["dilution"][1] <= 0).any():
        raise DataError(f"'{path}': no rows, or a dilution or dwell_s that is not above 0.")


def _measurement(
    columns: dict[str, Any], settings: dict[str, Any], synthetic: bool, label: str
) -> Measurement:
    import xarray as xr

    origin = "synthetic" if synthetic else "measured"
    return Measurement(TECHNIQUE, xr.Dataset(columns), origin, label, settings)  # type: ignore[arg-type]


def write(path: str | Path, batch: Measurement) -> Path:
    """Write a batch.

    Raises
    ------
    InputError
        If the measurement is no batch of counts.
    """
    if batch.technique != TECHNIQUE or not set(COLUMNS) <= set(batch.data.variables):
        raise InputError("this measurement is no ICP batch; give one with the columns of `icp_csv.COLUMNS`.")
    s = batch.settings
    head = [f"# {SYNTHETIC_MARK}"] if batch.origin == "synthetic" else []
    head.append(f"# sample: {batch.label}")
    if s.get("internal_standard"):
        head.append(f"# internal standard: {s['internal_standard']}")
    if s.get("feed_b_si") is not None:
        head.append(f"# feed B/Si (g/g): {s['feed_b_si']:.10g}")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in zip(*(batch.data[c].values for c in COLUMNS), strict=True):
        writer.writerow([_cell(v) for v in row])
    write_text(path, "\n".join(head) + "\n" + out.getvalue())
    return Path(path)


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if np.isnan(value) else f"{value:.10g}"
