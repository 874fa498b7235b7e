"""``nanokiln study``: a folder of files becomes figures, numbers, and an audit of what does not add up."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import InputError
from .options import add_json, whole_number
from .output import emit_json, emit_paths, emit_table, say, share_bar

if TYPE_CHECKING:
    from ..study.audit import Result
    from ..study.claims import Judged
    from ..study.run import Group, StudyResult

SUMMARY = "treat a folder of instrument files as one study: figures, numbers, audit"
INIT = "init"  # first word that asks for a plan only
_SHOWN = 60  # characters of a sentence in the table on the terminal


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "folder",
        nargs="+",
        metavar="FOLDER",
        help="folder of the study; 'init FOLDER' only writes study.toml into it, for you to correct",
    )
    parser.add_argument(
        "--out", metavar="DIR", help="folder of the results (default: FOLDER-study beside it)"
    )
    parser.add_argument(
        "--jobs", type=whole_number(1, 64), default=2, metavar="N", help="processes (default: %(default)s)"
    )
    parser.add_argument("--force", action="store_true", help="init: replace a study.toml that is there")
    add_json(parser)


def run(args: Namespace) -> int:
    """Treat a folder, or write its plan."""
    words: Sequence[str] = args.folder
    if len(words) == 2 and words[0] == INIT:
        return _init(Path(words[1]), force=args.force, jobs=args.jobs)
    if len(words) != 1:
        raise InputError(f"'{' '.join(words)}': give one folder, or 'init' and one folder.")
    return _study(Path(words[0]), args)


def _init(folder: Path, *, force: bool, jobs: int) -> int:
    from ..study.run import propose
    from ..study.survey import PLAN_FILE

    target = folder / PLAN_FILE
    if target.exists() and not force:
        raise InputError(f"'{target}' is there already. Edit it, or replace it with --force.")
    with share_bar("Looking") as tell:
        propose(folder, target, jobs=jobs, progress=lambda text, share: tell(share))
    emit_paths([target])
    return 0


def _study(folder: Path, args: Namespace) -> int:
    from ..core.provenance import Provenance
    from ..report.study import write_overlays, write_study
    from ..study.beside import simulate_beside
    from ..study.judged import audit_of, claims_of, recipes_of
    from ..study.run import treat
    from ..study.tables import write_tables

    with share_bar("Study") as tell:
        result = treat(folder, args.out, jobs=args.jobs, progress=lambda text, share: tell(_WORK * share))
        audit, claims = audit_of(result, folder), claims_of(result, folder)
        beside: list[Group] = []
        lacking: dict[str, str] = {}
        if result.plan.simulate:
            recipes = recipes_of(result.plan, folder)
            beside, lacking = simulate_beside(result, recipes, jobs=args.jobs)
        overlays = write_overlays(
            result, beside, jobs=args.jobs, tell=lambda share: tell(_WORK + _DRAWN * share)
        )
        write_tables(result, audit, claims, beside, {t: o.files for t, o in overlays.items()})
        made = Provenance("study", {"title": result.plan.title}, 0)
        report = write_study(result, audit, made, claims, beside, lacking, overlays)
        tell(1.0)
    _show(result, audit, claims, as_json=args.json)
    say(f"report: {report}")
    return 0


_WORK, _DRAWN = 0.90, 0.08  # shares of the work: all analyses; figures of all samples


def _show(result: StudyResult, audit: Sequence[Result], claims: Sequence[Judged], *, as_json: bool) -> None:
    from ..study.audit import Answer

    if as_json:
        emit_json({"audit": [r.as_dict() for r in audit], "claims": [j.as_dict() for j in claims]})
        return
    analysed = sum(len(g.files) for g in result.groups)
    print(f"{analysed} files of {len(result.samples)} samples analysed, {result.strangers} left alone")
    told = Counter(
        (str(r.answer), r.check, r.sample or "all", _short(r.meaning))
        for r in audit
        if r.answer is not Answer.CONSISTENT
    )
    rows = [
        (answer, f"{check} ({n})" if n > 1 else check, *rest) for (answer, check, *rest), n in told.items()
    ]
    fine = sum(r.answer is Answer.CONSISTENT for r in audit)
    print(f"audit: {fine} consistent" + (", and:" if rows else ""))
    if rows:
        emit_table(("answer", "check", "sample", "what follows"), rows)
    if claims:
        print("claims:")
        emit_table(
            ("standing", "id", "claim"), [(str(j.standing), j.claim.id, j.claim.statement) for j in claims]
        )


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1].rsplit(" ", 1)[0] + " ..."
