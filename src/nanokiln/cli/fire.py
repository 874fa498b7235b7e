"""``nanokiln fire``: from a recipe to a sample in one NetCDF file."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from .options import (
    MOST_SPHERES,
    add_json,
    add_seed,
    one_of,
    output_file,
    outside_range,
    overrides,
    positive,
    whole_number,
)
from .output import emit_json, emit_paths, number, say, share_bar

if TYPE_CHECKING:
    from ..sample import Sample

SUMMARY = "take a recipe through the furnace and write the sample"
QUALITIES = ("draft", "standard", "fine")
FEWEST_SPHERES = 8  # as the particle scale has it
_SHOWN = ("product_mass", "boron", "neck_ratio", "film_nm", "diameter_before_nm", "diameter_after_nm")


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("recipe", metavar="RECIPE", help="a TOML file or the name of a shipped recipe")
    parser.add_argument(
        "--quality",
        type=one_of("quality", QUALITIES),
        default="draft",
        metavar="|".join(QUALITIES),
        help="size of the simulated assembly (default: %(default)s)",
    )
    parser.add_argument(
        "--spheres",
        type=whole_number(FEWEST_SPHERES, MOST_SPHERES),
        metavar="N",
        help="number of spheres, instead of that of the quality",
    )
    add_seed(parser)
    parser.add_argument(
        "--set",
        action="extend",
        nargs="+",
        default=[],
        metavar="ID=VALUE",
        help="override parameters, by id or symbol, in the unit of their record (see 'info --parameters')",
    )
    parser.add_argument(
        "--wall-area",
        type=positive,
        metavar="X",
        help="accessible wall in m2/g, for precursors without a measured one",
    )
    parser.add_argument("--out", required=True, metavar="S.nc", help="file to write the sample to")
    add_json(parser)


def run(args: Namespace) -> int:
    """Make a sample and write it."""
    from ..recipe import load_recipe

    recipe = load_recipe(args.recipe)
    values = overrides(args.set)
    out = output_file(args.out)
    from ..sample import make_sample

    with share_bar("Firing") as tell:
        sample = make_sample(
            recipe,
            values,
            seed=args.seed,
            quality=args.quality,
            spheres=args.spheres,
            wall_area=args.wall_area,
            progress=tell,
        )
    sample.save(out)
    for sentence in outside_range(values):
        say(f"note: {sentence}")
    if args.json:
        emit_json({"file": str(out), **describe(sample)})
    else:
        shown = ", ".join(_quantity(sample, name) for name in _SHOWN)
        say(f"{sample.name} ({sample.stage}), seed {sample.seed}: {shown}")
        emit_paths([out])
    return 0


def _quantity(sample: Sample, name: str) -> str:
    unit = sample.state[name].attrs.get("units", "1")
    return f"{name} {number(sample[name])} {'' if unit == '1' else unit}".rstrip()


def describe(sample: Sample) -> dict[str, object]:
    """Return what a sample is, and its scalars with units."""
    state = {str(n): {"value": float(v), "unit": v.attrs.get("units", "1")} for n, v in sample.state.items()}
    return {"recipe": sample.name, "stage": sample.stage, "seed": sample.seed, "state": state}
