"""``nanokiln reproduce``: run the reference study and write its report."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections import Counter
from pathlib import Path

from ..core.errors import DataError
from ..core.files import read_text, writable_folder
from .options import add_seed, one_of, whole_number
from .output import say, share_bar, table

SUMMARY = "run the reference study and write its report"
QUALITIES = ("draft", "standard")
_MOST_JOBS = 256  # processes


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "--quality",
        type=one_of("quality", QUALITIES),
        default="draft",
        metavar="|".join(QUALITIES),
        help="size of the simulated assemblies (default: %(default)s)",
    )
    parser.add_argument(
        "--out", default="out", metavar="DIR", help="folder of the report (default: %(default)s)"
    )
    parser.add_argument(
        "--jobs",
        type=whole_number(1, _MOST_JOBS),
        default=1,
        metavar="N",
        help="processes (default: %(default)s)",
    )
    add_seed(parser)


def run(args: Namespace) -> int:
    """Run the study; the path of the report goes to standard output."""
    folder = writable_folder(args.out)
    from ..paper.reproduce import reproduce

    with share_bar("Reproducing") as tell:
        report = reproduce(folder, args.quality, args.jobs, args.seed, lambda _what, share: tell(share))
    counts = verdicts(report.parent / "ledger.json")
    if counts:
        for line in table(("verdict", "claims"), [(name, str(n)) for name, n in counts.items()]):
            say(line)
    print(report)
    return 0


def verdicts(ledger: Path) -> dict[str, int]:
    """Return how often each verdict occurs in a ledger; nothing where there is no ledger.

    Raises
    ------
    DataError
        If the file is not a ledger.
    """
    if not ledger.is_file():
        return {}
    try:
        return dict(Counter(str(row["verdict"]) for row in json.loads(read_text(ledger))).most_common())
    except (ValueError, TypeError, KeyError) as error:
        raise DataError(f"'{ledger}' is not a ledger ({type(error).__name__}: {error}).") from error
