"""``nanokiln analyse``: findings from instrument files, measured or synthetic, by the same code."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import InputError
from ..core.files import atomic_path, writable_folder
from ..core.sidecar import is_sidecar, is_truth
from ..techniques import PACKAGES
from .options import add_choice, add_json, one_of, pairs, settings_for
from .output import emit_json, emit_table, number, say, share_bar

if TYPE_CHECKING:
    from ..analysis import Analysis
    from ..core.evidence import Finding

SUMMARY = "analyse instrument files, your own or synthetic ones"
DPI = 300  # of a figure in print
CYCLING = "cycling"
MICROGRAPHS = ("sem", "tem")  # techniques that look at pictures


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="instrument files; formats are guessed")
    parser.add_argument(
        "--technique",
        type=one_of("technique", tuple(PACKAGES)),
        metavar="T",
        help=f"consider formats of this technique only: {', '.join(PACKAGES)}",
    )
    parser.add_argument(
        "--together",
        action="store_true",
        help="the files belong to one sample (before and after; one XPS region each)",
    )
    parser.add_argument("--plot", metavar="DIR", help="write one figure (PNG) per file into this folder")
    add_choice(parser, "range=0.05,0.30 or xps.background=linear")
    parser.add_argument(
        "--scale", metavar="NM/PX", help="of micrographs whose file states none, or a wrong one: 12.74nm/px"
    )
    parser.add_argument(
        "--published",
        action="store_true",
        help="put cycling tests beside published anodes of SiOC and SiOx/C, with what else differs",
    )
    add_json(parser)


def run(args: Namespace) -> int:
    """Analyse files and print the findings."""
    files = [file for file in args.files if not is_sidecar(file) and not is_truth(file)]
    if not files:
        raise InputError("provenance records hold nothing to analyse. Give the instrument files beside them.")
    choices = pairs(args.choice, "--choice", "KEY") | _scale(args.scale)
    folder = writable_folder(args.plot) if args.plot else None
    done = []
    groups = [files] if args.together else [[file] for file in files]
    with share_bar("Analysing") as tell:
        for count, group in enumerate(groups, start=1):
            done.append(_analyse(group, args.technique, choices))
            tell(count / len(groups))
    _refuse_unused(choices, done)
    if args.published and not any(analysis.technique == CYCLING for analysis in done):
        raise InputError("--published: none of the files is a cycling test. Leave it away.")
    figures = _plot(done, folder) if folder else []
    if args.json:
        for analysis in done:
            say(headline(analysis))
        emit_json([finding.as_dict() for analysis in done for finding in analysis.findings])
    else:
        _show(done, args.published)
    for figure in figures:
        say(f"figure: {figure}")
    return 0


def _scale(given: str | None) -> dict[str, str]:
    """Return the choices that a scale stands for."""
    return {} if given is None else {f"{name}.scale": given for name in MICROGRAPHS}


def _analyse(group: Sequence[str], technique: str | None, choices: Mapping[str, str]) -> Analysis:
    from .. import formats
    from ..analysis import analyse_files

    name = technique or str(formats.guess(group[0]).module.TECHNIQUE)
    return analyse_files(group, technique, settings_for(choices, name))


def _refuse_unused(choices: Mapping[str, str], done: Sequence[Analysis]) -> None:
    """Complain about a choice for a technique that none of the files is of."""
    present = {analysis.technique for analysis in done}
    for name in choices:
        head, dot, key = name.partition(".")
        if key == "scale" and head in MICROGRAPHS:
            if not present & set(MICROGRAPHS):
                raise InputError("a scale in nm per pixel: none of the files is a micrograph. Leave it away.")
            continue
        if dot and head not in present:
            raise InputError(
                f"--choice {name}: none of the files is of {head}, only {', '.join(sorted(present))}."
            )


def headline(analysis: Analysis) -> str:
    """Return what the files were taken for, and how sure that is."""
    origin = "SYNTHETIC (simulated, not measured)" if analysis.synthetic else "measured"
    files = ", ".join(analysis.files)
    return f"{files}: {analysis.technique}, {analysis.format} (sure {analysis.sure:.0%}), {origin}"


def _show(done: Sequence[Analysis], published: bool) -> None:
    for index, analysis in enumerate(done):
        if index:
            print()
        print(headline(analysis))
        rows = [_row(finding) for finding in analysis.findings]
        emit_table(("finding", "value", "90 % interval", "unit", "evidence"), rows)
        for line in _notes(analysis.findings):
            print(line)
        if published and analysis.technique == CYCLING:
            _show_published(analysis.findings)


def _show_published(findings: Sequence[Finding]) -> None:
    """Print the published anodes beside each test among the findings."""
    from ..techniques.cycling.published import beside, by_file, rank

    for test in by_file(findings):
        rows = beside(test)
        print()
        if not rows:
            print("beside published anodes: only an anode in a half cell with known mass_mg can be put there")
            continue
        table = [
            (
                row.published.material,
                number(row.published.capacity_mAh_g),
                number(row.own) if row.comparable else "-",
                "; ".join((row.how, *row.differs)),
                row.published.doi,
            )
            for row in rows
        ]
        emit_table(("published anode", "mAh/g", "this cell", "how, and what else differs", "doi"), table)
        print(rank(rows))


def _notes(findings: Sequence[Finding]) -> list[str]:
    """Return every note once, with the findings it belongs to unless it belongs to all."""
    owners: dict[str, list[str]] = {}
    for finding in findings:
        for note in finding.notes:
            owners.setdefault(note, []).append(finding.name)
    return [
        f"note: {note}"
        if len(names) == len(findings)
        else f"note on {', '.join(dict.fromkeys(names))}: {note}"
        for note, names in owners.items()
    ]


def _row(finding: Finding) -> tuple[str, ...]:
    label = finding.choices.get("label")
    name = f"{finding.name} [{label}]" if label else finding.name
    value = number(finding.value) if finding.resolved else "not resolved"
    ends = (number(finding.low), number(finding.high))
    interval = "" if ends == ("-", "-") else f"{ends[0]} to {ends[1]}"
    return name, value, interval, finding.unit, str(finding.evidence)


def _plot(done: Sequence[Analysis], folder: Path) -> list[Path]:
    """Draw everything before anything is written, then write one figure per analysis."""
    drawn = [(analysis, analysis.plot()) for analysis in done]
    written: list[Path] = []
    for analysis, figure in drawn:
        name = Path(analysis.files[0]).name
        path, count = folder / f"{name}.png", 1
        while path in written:  # files of one name from several folders
            count += 1
            path = folder / f"{name}-{count}.png"
        with atomic_path(path) as temporary:
            figure.savefig(temporary, format="png", dpi=DPI)
        written.append(path)
    return written
