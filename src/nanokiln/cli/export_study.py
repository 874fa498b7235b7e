"""``nanokiln export`` of a study: research-object crate, BDF, AIF, NeXus."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from ..core.errors import InputError
from ..core.files import writable_folder
from .options import is_folder, output_file
from .output import emit_json, emit_paths, say

TARGETS = ("ro-crate", "bdf", "aif", "nexus")
_NEXUS = (".nxs", ".h5", ".hdf5")  # endings of the file


def export_study(args: Namespace) -> int:
    """Write a finished study in the form that was asked for.

    Raises
    ------
    InputError
        If an option does not fit, or the folder holds no study.
    """
    if args.stage is not None or args.colour:
        raise InputError("--stage and --colour are for samples; a study has no such choice. Leave them away.")
    if args.licence and args.to != "ro-crate":
        raise InputError(f"--licence is for --to ro-crate; {args.to} has no place for it. Leave it away.")
    from ..study.export.studied import load

    study = load(args.sample, args.files)
    out = Path(args.out) if args.out else Path(args.sample) / "export" / args.to
    words = ""
    if args.to == "ro-crate":
        from ..study.export.ro_crate import write_ro_crate

        files = [write_ro_crate(study, out, args.licence or "")]
    elif args.to == "nexus":
        from ..study.export.nexus import write_nexus

        target = out / "study.nxs" if is_folder(str(out)) else output_file(str(out), _NEXUS)
        words = f"{write_nexus(study, target)} measurements, "
        files = [target]
    else:
        from ..study.export.exchange import write_exchange

        files = write_exchange(study, args.to, writable_folder(out))
    mark = "; some are SYNTHETIC" if any(f.synthetic for f in study.files) else ""
    say(f"{study.title}: {words}written as {args.to}{mark}")
    if args.json:
        emit_json([str(file) for file in files])
    else:
        emit_paths(files)
    return 0
