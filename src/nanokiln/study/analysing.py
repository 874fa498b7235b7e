"""One analysis of a study in a process of its own: findings, pictures, and the data behind them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import NanokilnError
from ..core.files import atomic_path, write_text
from .curves import curves_of, record_of
from .keeping import keep, kept

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..analysis import Analysis
    from ..core.measurement import Measurement
    from .run import Group

PICTURES = ("png", "pdf", "svg")  # of each figure: for looking, for print, for editing
DPI = 300  # of a figure in print
MOST_ROWS = 200_000  # of a table with the data behind a figure; pictures and cubes have more and get none
MOST_WORDS = 120  # characters of a setting that is kept; longer ones are comments
_MOST_NAME = 80  # characters of a file name, which some file systems limit


def stem_of(group: Group, key: str) -> str:
    """Return the beginning of the names of a group's files: safe on every file system, and unique."""
    words = "-".join([group.sample, group.technique])
    return f"{re.sub(r'[^A-Za-z0-9._@+-]+', '_', words).strip('._')[:_MOST_NAME]}-{key[:8]}"


def analyse_group(root: Path, out: Path, group: Group, key: str) -> dict[str, Any]:
    """Analyse one group, write its figures and tables, and return its record."""
    place = out / "cache" / f"group-{key}.json"
    record = kept(place)
    if record is not None and all((out / f).exists() for f in (*record["figures"], *record["tables"])):
        return record
    record = {
        "origin": "measured", "findings": [], "formats": "", "sure": 0.0, "settings": {}, "failure": "",
        "figures": [], "tables": [], "curves": [],
    }  # fmt: skip
    try:
        _fill(record, root, out, group, stem_of(group, key))
    except NanokilnError as error:
        text = " ".join(str(error).split())
        for path in group.files:
            text = text.replace(f"'{root / path}'", f"'{path}'")
        record |= {"failure": text, "findings": [], "figures": [], "tables": [], "curves": []}
    keep(place, record)
    return record


def _fill(record: dict[str, Any], root: Path, out: Path, group: Group, stem: str) -> None:
    from ..analysis import analyse_files

    analysis = analyse_files([root / p for p in group.files], group.technique, dict(group.choices))
    names = {str(root / p): p for p in group.files}
    findings = [f.as_dict() for f in analysis.findings]
    for finding in findings:
        finding["file"] = names.get(finding["file"], Path(finding["file"]).name)
    record |= {
        "origin": "synthetic" if analysis.synthetic else "measured",
        "findings": findings,
        "formats": analysis.format,
        "sure": analysis.sure,
        "settings": _settings(analysis, names),
        "tables": [_write_table(m, out, stem, n) for n, m in _tabular(analysis)],
        "curves": record_of(curves_of(analysis.technique, analysis.measurements, analysis.findings)),
    }
    try:
        figure = analysis.plot()
    except NanokilnError as error:
        record["no_figure"] = str(error)
        return
    record["figures"] = write_figure(figure, out, stem)


def _settings(analysis: Analysis, names: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return the plain settings of each file; of several regions the first that states one."""
    found: dict[str, dict[str, Any]] = {}
    for m in analysis.measurements:
        own = found.setdefault(names.get(m.file, Path(m.file).name), {})
        for key, value in m.settings.items():
            plain = isinstance(value, (str, int, float)) and value == value and value != ""
            if plain and len(str(value)) <= MOST_WORDS:
                own.setdefault(key, value)
        line = f"{m.settings.get('species') or ''} {m.settings.get('transition') or ''}".strip()
        if analysis.technique == "xps" and line:
            own.setdefault("lines", []).append(line)
    return found


def write_figure(figure: Figure, out: Path, stem: str) -> list[str]:
    """Write a figure in every format, without the time it was made, and return the names below `out`."""
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    names = []
    for kind in PICTURES:
        name = f"figures/{stem}.{kind}"
        quiet = {"png": {"Software": None}, "pdf": {"CreationDate": None}, "svg": {"Date": None}}[kind]
        with (
            mpl.rc_context({"svg.hashsalt": stem, "svg.fonttype": "none"}),
            atomic_path(out / name) as temporary,
        ):
            figure.savefig(temporary, format=kind, dpi=DPI, metadata=quiet)
        names.append(name)
    plt.close(figure)
    return names


def _tabular(analysis: Analysis) -> list[tuple[int, Measurement]]:
    """Return the measurements that fit a table: one axis, or none."""
    found = []
    for n, m in enumerate(analysis.measurements):
        axes = {d for v in m.data.data_vars.values() for d in v.dims}
        if len(axes) == 1 and max(m.data.sizes.values()) <= MOST_ROWS:
            found.append((n, m))
    return found


def _write_table(measurement: Measurement, out: Path, stem: str, index: int) -> str:
    """Write a measurement as csv: names with units in the first row, as Origin and Excel open it."""
    data = measurement.data
    columns = {**data.coords, **data.data_vars}
    one = {str(n): v for n, v in columns.items() if v.ndim == 1}
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_heading(n, str(v.attrs.get("units", ""))) for n, v in one.items()])
    values = [v.values.tolist() for v in one.values()]
    writer.writerows([_cell(x) for x in row] for row in zip(*values, strict=True))
    name = f"data/{stem}-{index + 1}.csv"
    write_text(out / name, text.getvalue())
    return name


def _heading(name: str, unit: str) -> str:
    return f"{name} ({unit})" if unit and unit != "1" else name


def _cell(value: Any) -> str:
    return "" if value is None or value != value else str(value)
