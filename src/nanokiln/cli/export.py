"""``nanokiln export``: shape or half cell of a sample as picture, film, or file for other programs."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import InputError
from .options import add_json, one_of, output_file
from .output import emit_json, emit_paths, say

if TYPE_CHECKING:
    from ..sample import Sample

SUMMARY = "write a sample for ParaView, OVITO, Fiji, printers, as picture or film, its half cell for PyBaMM"
#: Endings of each target; the first one is that of the file named by default.
TARGETS = {
    "vtk": (".pvd", ".vti"),
    "xyz": (".xyz", ".extxyz"),
    "tiff": (".tif", ".tiff"),
    "stl": (".stl",),
    "png": (".png",),
    "html": (".html", ".htm"),
    "film": (".webp", ".mp4"),
    "pybamm": (".json",),
    "bpx": (".json",),
}
_CELL = ("pybamm", "bpx")  # these are of the half cell
_ALL_STAGES = ("film",)  # these show every stage


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("sample", metavar="S.nc", help="sample written by 'nanokiln fire'")
    parser.add_argument(
        "--to",
        type=one_of("target", tuple(TARGETS)),
        required=True,
        metavar="|".join(TARGETS),
        help="vtk: ParaView; xyz: spheres for OVITO; tiff: stack for Fiji; stl: surface in nm; png: picture; "
        "html: model that turns in a browser; film: animated WebP or mp4; pybamm, bpx: its half cell",
    )
    parser.add_argument(
        "--stage", metavar="NAME", help="stage of the firing (default: vtk and xyz all, others the last one)"
    )
    parser.add_argument(
        "--colour",
        action="store_true",
        help="png: melt as amber glass instead of grey like a micrograph",
    )
    parser.add_argument(
        "--out", metavar="PATH", help="file to write (default: named after the sample, in this folder)"
    )
    add_json(parser)


def run(args: Namespace) -> int:
    """Write the file."""
    if args.stage is not None and args.to in _ALL_STAGES:
        raise InputError(
            f"--stage {args.stage}: a {args.to} shows all stages. Leave it away, or use --to png."
        )
    if args.colour and args.to != "png":
        raise InputError(f"--colour is for --to png; --to {args.to} has no such choice. Leave it away.")
    if args.stage is not None and args.to in _CELL:
        raise InputError(f"--stage {args.stage}: a half cell is made of the product. Leave it away.")
    out = output_file(args.out or _default(args), TARGETS[args.to])
    from ..sample import Sample

    sample = Sample.load(args.sample)
    files = _files(sample, args, out)
    say(f"{sample.name} ({sample.stage}): SYNTHETIC, written for {args.to}")
    if args.json:
        emit_json([str(file) for file in files])
    else:
        emit_paths(files)
    return 0


def _files(sample: Sample, args: Namespace, out: Path) -> list[Path]:
    if args.to in _CELL:
        from .export_cell import write

        return write(sample, args.to, out)
    return (_spheres if getattr(sample, "voxels", None) is None else _write)(sample, args, out)


def _default(args: Namespace) -> str:
    if args.to in _CELL:
        return f"{Path(args.sample).stem}-{args.to}.json"
    ending = ".vti" if args.to == "vtk" and args.stage is not None else TARGETS[args.to][0]
    return Path(args.sample).stem + ending


def _spheres(sample: Sample, args: Namespace, out: Path) -> list[Path]:
    """Write the spheres of the particle scale, all that such a sample has."""
    if args.to != "xyz":
        raise InputError(
            f"'{args.sample}' has no voxel run, so there is nothing to write for {args.to}. "
            "Fire it again with voxels (see 'nanokiln fire --help'), or use --to xyz for its spheres."
        )
    if args.stage is not None:
        raise InputError(f"--stage {args.stage}: '{args.sample}' has no voxel run. Leave --stage away.")
    from ..views.xyz import architecture_to_xyz

    return [architecture_to_xyz(sample.architecture, out)]


def _write(sample: Sample, args: Namespace, out: Path) -> list[Path]:
    """Write what was asked for; only the part that is needed is imported."""
    voxels: Any = sample.voxels
    stage, title = args.stage, sample.name
    if args.to == "vtk":
        from ..views.vtk import to_vtk

        return to_vtk(voxels, out, stage)
    if args.to == "xyz":
        from ..views.xyz import to_xyz

        return [to_xyz(voxels, out, stage)]
    if args.to == "tiff":
        from ..views.tiff import to_tiff

        return [to_tiff(voxels, out, stage)]
    if args.to == "stl":
        from ..views.stl import to_stl

        return [to_stl(voxels, out, stage)]
    if args.to == "film":
        from ..views.film import film

        return [film(voxels, out, title=title)]
    if args.to == "html":
        from ..core.files import write_text
        from ..views.web import view3d_html

        write_text(out, view3d_html(voxels, stage, title=title))
        return [out]
    from ..views.render import to_png

    return [to_png(voxels, out, stage, mode="colour" if args.colour else "sem", title=title)]
