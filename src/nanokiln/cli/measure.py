"""``nanokiln measure``: put a sample into virtual instruments; they write what real ones write."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from ..core.errors import InputError
from ..core.files import writable_folder
from ..techniques import PACKAGES
from .options import add_json, add_seed, pairs, settings_for, technique_names
from .output import emit_json, emit_paths, say

SUMMARY = "measure a sample with virtual instruments"

MICROSCOPES = ("sem", "tem", "eds")
#: Settings that every operator of a microscope starts from, as options of their own.
MICROSCOPE_OPTIONS = (
    ("field", "LENGTH", "width of the field, such as 2um"),
    ("pixels", "N", "pixels along an edge"),
    ("dose", "N", "electrons per pixel (sem) or per nm2 (tem)"),  # of eds dwell and current
)


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("sample", metavar="S.nc", help="sample written by 'nanokiln fire'")
    parser.add_argument(
        "--with",
        dest="techniques",
        type=technique_names,
        required=True,
        metavar="T,T",
        help=f"techniques, joined by commas: {', '.join(PACKAGES)}",
    )
    parser.add_argument("--out", required=True, metavar="DIR", help="folder for the instrument files")
    add_seed(parser)
    parser.add_argument(
        "--set-instrument",
        action="extend",
        nargs="+",
        default=[],
        metavar="KEY=VALUE",
        help="instrument settings; with several techniques say which one: xps.counts=5000",
    )
    for name, metavar, words in MICROSCOPE_OPTIONS:
        parser.add_argument(f"--{name}", metavar=metavar, help=f"of {', '.join(MICROSCOPES)}: {words}")
    add_json(parser)


def run(args: Namespace) -> int:
    """Measure a sample and write the files."""
    settings = _settings(args.set_instrument + _of_microscopes(args), args.techniques)
    from ..measuring import take, write_all
    from ..sample import Sample

    sample = Sample.load(args.sample)
    taken = [take(sample, name, args.seed, settings[name]) for name in args.techniques]
    folder = writable_folder(args.out)
    files = write_all(taken, folder, Path(args.sample).stem)
    say(f"{sample.name} ({sample.stage}): {len(files)} SYNTHETIC file(s), seed {args.seed}")
    if args.json:
        emit_json([str(file) for file in files])
    else:
        emit_paths(files)
    return 0


def _of_microscopes(args: Namespace) -> list[str]:
    """Return the settings that ``--field`` and its like stand for."""
    given = {name: getattr(args, name) for name, _, _ in MICROSCOPE_OPTIONS}
    here = [name for name in args.techniques if name in MICROSCOPES]
    for name, value in given.items():
        if value is not None and not here:
            raise InputError(
                f"--{name} {value} is for {', '.join(MICROSCOPES)}, and none is among --with "
                f"{','.join(args.techniques)}."
            )
    return [f"{one}.{name}={value}" for one in here for name, value in given.items() if value is not None]


def _settings(items: list[str], names: list[str]) -> dict[str, dict[str, Any]]:
    """Return the settings of each technique."""
    given = pairs(items, "--set-instrument", "KEY")
    for name in given:
        head, dot, _ = name.partition(".")
        if not dot and len(names) > 1:
            raise InputError(
                f"--set-instrument {name}: say which of the instruments is meant, such as {names[0]}.{name}."
            )
        if dot and head in PACKAGES and head not in names:
            raise InputError(f"--set-instrument {name}: {head} is not among --with {','.join(names)}.")
    return {name: settings_for(given, name) for name in names}
