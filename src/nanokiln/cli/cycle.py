"""``nanokiln cycle``: a sample in a lithium half cell, by the rate test or any other protocol."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from ..core.errors import InputError
from ..core.provenance import Provenance, plain
from .cycle_protocol import RATE
from .options import add_json, add_seed, is_folder, one_of, output_file, positive
from .output import emit_json, emit_table, number, say, share_bar

if TYPE_CHECKING:
    from ..core.evidence import Finding
    from ..halfcell import Family
    from ..sample import Sample

SUMMARY = "cycle a sample in a virtual lithium half cell"


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("sample", metavar="S.nc", help="sample written by 'nanokiln fire'")
    parser.add_argument(
        "--protocol",
        type=_known,
        default=RATE,
        metavar="NAME|FILE",
        help="what is done with the cell: rate (currents upwards), cv, eis, gitt, long (2000 cycles with a "
        "month's rest), or a TOML file (default: %(default)s)",
    )
    parser.add_argument(
        "--out",
        metavar="FILE|DIR",
        help="write the result to this file (.nc; the rate test also .csv), or, for a name without an "
        "ending, what cycler and impedance analyser would have written into this folder (BDF, EC-Lab, ZPlot)",
    )
    parser.add_argument(
        "--aged",
        metavar="FILE",
        help="write the powder after the protocol, with the necks that broke, for the microscopes (.nc)",
    )
    parser.add_argument(
        "--carbon-black",
        type=positive,
        default=0.0,
        metavar="SHARE",
        help="mass share of carbon black in the electrode, such as 0.1: it carries current to spheres that "
        "no neck joins (default: none)",
    )
    add_seed(parser)
    add_json(parser)


def run(args: Namespace) -> int:
    """Cycle a sample; print or write the capacities."""
    from ..halfcell.aged import ACTION
    from ..sample import Sample

    sample = Sample.load(args.sample)
    if sample.stage != "product":
        raise InputError(
            f"'{args.sample}' is a powder {_stage_words(sample.stage)}; the half cell is calibrated on one "
            "that was fired to the end. Take such a recipe."
        )
    if sample.provenance.action == ACTION:
        raise InputError(f"'{args.sample}' was cycled before. Take the powder as it was fired.")
    if args.protocol != RATE or args.aged or args.carbon_black or (args.out and is_folder(args.out)):
        from .cycle_protocol import run_protocol

        return run_protocol(sample, args)
    out = output_file(args.out, (".nc", ".csv")) if args.out else None
    family, found = predict(sample)
    if out:
        from .cycle_file import write

        write(out, family, found, provenance(sample, args.protocol))
        say(f"written: {out}")
    if args.json:
        emit_json([finding.as_dict() for finding in found])
    else:
        _show(family, found)
    return 0


def _known(text: str) -> str:
    """Accept the name of a protocol or a TOML file; suggest the nearest name for others."""
    from ..halfcell.protocol import SUFFIX, shipped

    return text if text.endswith(SUFFIX) else one_of("protocol", (RATE, *shipped()))(text)


def _stage_words(stage: str) -> str:
    return "before firing" if stage == "before" else "quenched on the way"


def predict(sample: Sample) -> tuple[Family, list[Finding]]:
    """Return the family of predictions and the findings for a sample."""
    from ..halfcell import predict_family
    from .cycle_file import findings

    with share_bar("Cycling") as tell:
        family = predict_family(sample.values, tell)
    return family, findings(family, sample.recipe)


def provenance(sample: Sample, protocol: str) -> Provenance:
    """Return the record that repeats the run."""
    inputs = {"protocol": protocol, "sample": plain(vars(sample.provenance))}
    return Provenance("cycle", inputs, sample.seed, sample.provenance.overrides)


def _show(family: Family, found: list[Finding]) -> None:
    rows = []
    for current, finding in zip(family.currents, found, strict=True):
        band = f"{number(finding.low)} to {number(finding.high)}" if finding.low == finding.low else ""
        rows.append((f"{current:g}", number(finding.value), band, str(finding.evidence)))
    emit_table(("current (A/g)", "capacity (mAh/g)", "band", "evidence"), rows)
    for note in dict.fromkeys(note for finding in found for note in finding.notes):
        say(f"note: {note}")
    say("SYNTHETIC: simulated, not measured")
