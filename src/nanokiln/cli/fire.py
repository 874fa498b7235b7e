"""``nanokiln fire``: from a recipe to a sample in one NetCDF file."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
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
COOLING = ("unmixing", "nucleation")  # as the voxel engine has it
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
    parser.add_argument(
        "--voxels",
        type=voxel_number,
        metavar="N",
        help="cells along an edge of the voxel box, instead of that of the quality (64, 128 or 256); "
        "0 leaves the voxel engine out",
    )
    parser.add_argument(
        "--cooling",
        type=one_of("cooling", COOLING),
        default=COOLING[0],
        metavar="|".join(COOLING),
        help="what the melt does on cooling (default: %(default)s)",
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


def voxel_number(text: str) -> int:
    """Return a number of cells: 0, or even and large enough."""
    if text.strip() == "0":
        return 0
    cells = whole_number(32, 1024)(text)
    if cells % 2:
        raise ArgumentTypeError(f"'{text}' is odd: give an even number of cells from 32 to 1024, or 0.")
    return cells


def run(args: Namespace) -> int:
    """Make a sample and write it."""
    from ..assembly.voxels.engine import PRESETS
    from ..recipe import load_recipe

    recipe = load_recipe(args.recipe)
    values = overrides(args.set)
    out = output_file(args.out)
    from ..sample import make_sample

    voxels = PRESETS[args.quality] if args.voxels is None else args.voxels
    checkpoint = out.with_name(f".{out.name}.checkpoint")
    try:
        with share_bar("Firing") as tell:
            sample = make_sample(
                recipe,
                values,
                seed=args.seed,
                quality=args.quality,
                spheres=args.spheres,
                wall_area=args.wall_area,
                voxels=voxels,
                cooling=args.cooling,
                progress=tell,
                checkpoint=checkpoint,
            )
    except KeyboardInterrupt:
        if checkpoint.is_file():
            say(f"note: the work so far is in '{checkpoint}'; the same command goes on from there.")
        raise
    sample.save(out)
    for sentence in outside_range(values):
        say(f"note: {sentence}")
    if args.json:
        emit_json({"file": str(out), **describe(sample)})
    else:
        shown = ", ".join(_quantity(sample, name) for name in _SHOWN)
        say(f"{sample.name} ({sample.stage}), seed {sample.seed}: {shown}")
        if sample.voxels is not None:
            for sentence in str(sample.voxels.attrs["notes"]).splitlines():
                say(f"voxels: {sentence}")
        emit_paths([out])
    return 0


def _quantity(sample: Sample, name: str) -> str:
    unit = sample.state[name].attrs.get("units", "1")
    return f"{name} {number(sample[name])} {'' if unit == '1' else unit}".rstrip()


def describe(sample: Sample) -> dict[str, object]:
    """Return what a sample is, and its scalars with units."""
    state = {str(n): {"value": float(v), "unit": v.attrs.get("units", "1")} for n, v in sample.state.items()}
    return {"recipe": sample.name, "stage": sample.stage, "seed": sample.seed, "state": state}
