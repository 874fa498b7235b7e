"""Write the figures of all samples and the tables behind them; what is there already is not drawn again."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from ...core.files import write_text
from ...study.analysing import write_figure
from ...study.crew import each
from ...study.curves import PANELS
from ...study.keeping import keep, kept
from ...study.run import Group, StudyResult
from ...study.tables import safe
from ...study.work import key_of
from .overlay import MOST_COLOURS, MOST_SAMPLES, WIDTHS_MM, Series, colours_of, overlay, series_of


@dataclass(frozen=True)
class Overlay:
    """Files of one figure of all samples.

    Parameters
    ----------
    technique
        Its name.
    figures, tables
        Names in the folder of the results: each width as png, pdf and svg; one csv for each panel.
    left_out
        How many samples the figure has no room for.
    """

    technique: str
    figures: tuple[str, ...]
    tables: tuple[str, ...]
    left_out: int = 0

    @property
    def files(self) -> tuple[str, ...]:
        """Names of all files."""
        return (*self.figures, *self.tables)

    def picture(self, width: str = "double", kind: str = "svg") -> str:
        """Return the name of one picture."""
        return next(f for f in self.figures if f.endswith(f"-{width}.{kind}"))


def write_overlays(
    result: StudyResult,
    beside: Sequence[Group] = (),
    *,
    jobs: int = 2,
    tell: Callable[[float], None] = lambda share: None,
) -> dict[str, Overlay]:
    """Draw all samples in one figure per technique.

    Parameters
    ----------
    result
        What came out of the files.
    beside
        Simulated analyses, drawn dashed and marked SYNTHETIC.
    jobs
        Processes.
    tell
        Called with the finished share.

    Returns
    -------
    dict
        By technique; those with fewer than two samples to compare are left out.
    """
    found = {}
    for technique in PANELS:
        groups, twins = ([g for g in all_ if g.technique == technique] for all_ in (result.groups, beside))
        series = series_of(groups, twins)
        if len({(s.sample, s.kind) for s in series}) > 1:
            found[technique] = series
    tasks = []
    every = {s.sample for series in found.values() for s in series}
    for technique, series in found.items():
        # one colour for a sample in all figures, unless so many samples would make neighbours look alike
        own = {s.sample for s in series}
        colours = colours_of(sorted(every if len(every) <= MOST_COLOURS else own))
        key = key_of("overlay", technique, series, colours)
        tasks.append((result.out, technique, series, colours, key))
    done = {}
    for answer in each(_one, tasks, min(jobs, max(len(tasks), 1)), tell):
        if isinstance(answer, dict) and answer["figures"]:
            done[answer["technique"]] = Overlay(
                answer["technique"], tuple(answer["figures"]), tuple(answer["tables"]), answer["left_out"]
            )
    return done


def _one(
    out: Path, technique: str, series: Sequence[Series], colours: Mapping[str, Any], key: str
) -> dict[str, Any]:
    """Write one figure in both widths with its tables, unless those there are of the same curves."""
    place = out / "cache" / f"overlay-{technique}.json"
    record = kept(place)
    if (
        record is not None
        and record.get("key") == key
        and all((out / f).exists() for f in (*record["figures"], *record["tables"]))
    ):
        return record
    figures: list[str] = []
    for width in WIDTHS_MM:
        drawn = overlay(technique, series, colours, width)
        if drawn is not None:
            figures += write_figure(drawn, out, f"all-{technique}-{width}")
    tables = [_table(out, technique, name, series) for name in PANELS[technique]] if figures else []
    samples = len({s.sample for s in series})
    record = {
        "key": key, "technique": technique, "figures": figures, "tables": [t for t in tables if t],
        "left_out": max(0, samples - MOST_SAMPLES),
    }  # fmt: skip
    keep(place, record)
    return record


def _table(out: Path, technique: str, panel: str, series: Sequence[Series]) -> str:
    """Write the curves of one panel as pairs of columns; return its name, empty where there is none."""
    own = [s for s in series if s.curve.panel == panel]
    if not own:
        return ""
    axes = PANELS[technique][panel]
    heads, columns = [], []
    seen: dict[str, int] = {}
    for s in own:
        branch = " desorption" if s.curve.mark == "rings" and technique == "n2_sorption" else ""
        who = f"{s.name}{branch}{' SYNTHETIC' if s.synthetic else ''}"
        who += " from recipe" if s.kind == "recipe" else ""
        seen[who] = seen.get(who, 0) + 1
        who += f" ({seen[who]})" if seen[who] > 1 else ""
        for name, unit, values in ((axes.x, axes.x_unit, s.curve.x), (axes.y, axes.y_unit, s.curve.y)):
            heads.append(safe(f"{who}: {name} ({unit})" if unit else f"{who}: {name}"))
            columns.append(values)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([repr(float(v)) if v is not None else "" for v in row] for row in zip_longest(*columns))
    name = f"data/all-{technique}-{panel.replace(' ', '_')}.csv"
    # the mark tells Excel that names are in UTF-8; Origin passes over it
    write_text(out / name, "\ufeff" + text.getvalue())
    return name
