"""``nanokiln export``: a sample or a study for other programs.

Of a sample its shape or its half cell, as picture, film or file; of a study everything, see `export_study`.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import InputError
from . import export_study
from .options import add_json, one_of, output_file
from .output import emit_json, emit_paths, say

if TYPE_CHECKING:
    from ..sample import Sample

SUMMARY = "write a sample for ParaView, OVITO, Fiji, printers, PyBaMM; a study as RO-Crate, BDF, AIF, NeXus"
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
    parser.add_argument(
        "sample",
        metavar="S.nc|STUDY",
        help="sample written by 'nanokiln fire', or folder of results written by 'nanokiln study'",
    )
    parser.add_argument(
        "--to",
        type=one_of("target", (*TARGETS, *export_study.TARGETS)),
        required=True,
        metavar="TARGET",
        help="of a sample: vtk: ParaView; xyz: spheres for OVITO; tiff: stack for Fiji; stl: surface in nm; "
        "png: picture; html: model that turns in a browser; film: animated WebP or mp4; pybamm, bpx: its "
        "half cell. Of a study: ro-crate: folder with files, results and what was made from what; bdf: "
        "cycling tests; aif: isotherms; nexus: every measurement",
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
        "--out",
        metavar="PATH",
        help="file to write (default: named after the sample, in this folder); of a study the folder "
        "(default: STUDY/export/TARGET)",
    )
    parser.add_argument(
        "--files", metavar="FOLDER", help="study: where its files are, if they were moved since"
    )
    parser.add_argument(
        "--licence",
        "--license",
        metavar="WORDS",
        help="ro-crate: licence of the data, such as CC-BY-4.0 or an address",
    )
    add_json(parser)


def run(args: Namespace) -> int:
    """Write the file, or the files of a study."""
    folder = Path(args.sample).is_dir()
    if args.to in export_study.TARGETS:
        if Path(args.sample).exists() and not folder:
            raise InputError(
                f"--to {args.to}: '{args.sample}' is a file. Give the folder of the results of a study."
            )
        return export_study.export_study(args)
    if folder:
        raise InputError(
            f"--to {args.to}: '{args.sample}' is a folder, not a sample. A study is written with "
            f"--to {', '.join(export_study.TARGETS)}."
        )
    if args.files is not None or args.licence is not None:
        raise InputError(
            "--files and --licence are for studies; a sample has no such choice. Leave them away."
        )
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
