"""``nanokiln fit``: a rate test, given as a cycler file or as numbers, fitted by two populations."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import InputError
from ..core.files import atomic_path
from .options import add_choice, add_json, output_file, pairs, positive, settings_for
from .output import emit_json, emit_table, number, say, share_bar

if TYPE_CHECKING:
    from ..core.evidence import Finding
    from ..halfcell.rate_fit import RateFit

SUMMARY = "fit a rate test: what it says about the particles, and what not"
DPI = 300
_LIKE = "0.1=1404 0.2=1207 0.5=961 1=812 2=688"


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "test",
        nargs="+",
        metavar="FILE|I=Q",
        help=f"a cycler file, or at least five currents (A/g) with capacities (mAh/g): {_LIKE}",
    )
    parser.add_argument(
        "--error",
        type=positive,
        default=0.01,
        metavar="SHARE",
        help="relative standard error of a capacity (default: %(default)s)",
    )
    add_choice(parser, "mass_mg=1.13 (of a file)")
    parser.add_argument("--plot", metavar="FILE", help="draw fit and profile likelihoods (.png, .pdf, .svg)")
    add_json(parser)


def run(args: Namespace) -> int:
    """Fit a rate test and print its numbers."""
    from ..halfcell.rate_fit import fit_rates, rate_findings

    out = output_file(args.plot, (".png", ".pdf", ".svg")) if args.plot else None
    capacities, file = _capacities(args)
    with share_bar("Fitting") as tell:
        fit = fit_rates(capacities, error=args.error, progress=tell)
    found = rate_findings(fit, file)
    if out:
        _draw(fit, out)
    if args.json:
        emit_json([finding.as_dict() for finding in found])
    else:
        _show(fit, found)
    if out:
        say(f"figure: {out}")
    return 0


def _capacities(args: Namespace) -> tuple[dict[float, float], str]:
    """Return capacity by current, and the file they are from."""
    if len(args.test) == 1 and ("=" not in args.test[0] or Path(args.test[0]).exists()):
        from ..analysis import analyse_files
        from ..techniques.cycling.published import rates_of

        choices = settings_for(pairs(args.choice, "--choice", "KEY"), "cycling")
        rates = rates_of(analyse_files([args.test[0]], "cycling", choices).findings)
        if not rates:
            raise InputError(
                f"'{args.test[0]}': no capacity per gram. Say the mass: --choice mass_mg=1.23, or "
                "mass_mg=file."
            )
        return rates, args.test[0]
    found: dict[float, float] = {}
    for text in args.test:
        try:
            current, capacity = map(float, text.split("="))
        except ValueError:
            raise InputError(
                f"'{text}': give one cycler file, or pairs of A/g and mAh/g such as {_LIKE}."
            ) from None
        if current in found:
            raise InputError(f"'{text}': {current:g} A/g is there twice. Give each current once.")
        found[current] = capacity
    return found, ""


def _draw(fit: RateFit, path: Path) -> None:
    from ..halfcell.plot import rate_fit_figure

    figure = rate_fit_figure(fit)
    with atomic_path(path) as temporary:
        figure.savefig(temporary, format=path.suffix[1:], dpi=DPI)


def _show(fit: RateFit, found: list[Finding]) -> None:
    rows = [
        (f"{c:g}", number(q), number(f), f"{f / q - 1:+.2%}")
        for c, q, f in zip(fit.currents, fit.measured, fit.fitted, strict=True)
    ]
    emit_table(("current (A/g)", "test (mAh/g)", "fit", "off"), rows)
    print()
    table = [
        (
            f.name,
            number(f.value) if f.resolved else "not resolved",
            f"{number(f.low)} to {number(f.high)}",
            f.unit,
            str(f.evidence),
        )
        for f in found
    ]
    emit_table(("number", "value", "90 % interval", "unit", "evidence"), table)
    for note in dict.fromkeys(note for f in found for note in f.notes if not note.startswith("not resolved")):
        say(f"note: {note}")
