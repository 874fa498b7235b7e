"""``nanokiln recipes``: the shipped recipes, and the text of one."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path

from .options import add_json
from .output import emit_json, emit_table

SUMMARY = "list the shipped recipes, or print one as TOML"


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="a shipped recipe or a TOML file")
    parser.add_argument(
        "--full", action="store_true", help="print it complete: with everything it inherits, without comments"
    )
    add_json(parser)


def run(args: Namespace) -> int:
    """List recipes or print one."""
    if args.name is None:
        return _all(as_json=args.json)
    from ..recipe import load_recipe, recipe_text, shipped

    recipe = load_recipe(args.name)  # also a check: what is printed can be fired
    if args.json:
        emit_json(recipe.model_dump())
    elif args.full:
        print(recipe_text(recipe), end="")
    else:
        given = Path(args.name)
        source = given if given.is_file() else shipped()[recipe.name].path
        print(source.read_text("utf-8-sig").rstrip("\n"))
    return 0


def _all(*, as_json: bool) -> int:
    from ..recipe import shipped

    found = shipped().values()
    if as_json:
        emit_json([asdict(r) for r in found])
    else:
        rows = [(r.name, r.additive_ratio, r.precursor, r.title) for r in found]
        emit_table(("name", "additive", "precursor", "title"), rows)
    return 0
