"""``nanokiln info``: what a file is, what nanokiln runs on, and every parameter with its source."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from ..core.errors import InputError
from .options import add_json
from .output import emit_json, emit_record, emit_table

if TYPE_CHECKING:
    from ..core.parameters import Parameter

SUMMARY = "say what a file is, or list all parameters with their sources"


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help="sample, instrument file, ledger, recipe, ..."
    )
    parser.add_argument(
        "--parameters",
        action="store_true",
        help="list all parameter records: id, symbol, value, unit, range, tag, source, calibrated on",
    )
    add_json(parser)


def run(args: Namespace) -> int:
    """Print what is known about a file, the parameters or the installation."""
    if args.file is not None and args.parameters:
        raise InputError("give either a file or --parameters, not both.")
    if args.parameters:
        _parameters(as_json=args.json)
        return 0
    if args.file is not None:
        from .identify import identify

        record = identify(args.file)
    else:
        record = _installation()
    if args.json:
        emit_json(record)
    else:
        emit_record(record)
    return 0


def _installation() -> dict[str, Any]:
    from ..core.provenance import versions
    from ..formats import MODULES
    from ..techniques import PACKAGES

    return {"versions": versions(), "techniques": list(PACKAGES), "formats": list(MODULES)}


def _parameters(*, as_json: bool) -> None:
    from ..core.parameters import load_all

    records = load_all().values()
    if as_json:
        emit_json([vars(record) for record in records])
        return
    header = ("id", "symbol", "value", "unit", "range", "tag", "calibrated on", "source")
    emit_table(header, [_row(record) for record in records])


def _row(record: Parameter) -> tuple[str, ...]:
    ends = "exact" if record.low == record.high else f"{record.low:g} to {record.high:g}"
    return (
        record.id,
        record.symbol,
        f"{record.value:g}",
        record.unit,
        ends,
        record.tag,
        ", ".join(record.calibrated_on),
        " ".join(record.source.split()),
    )
