"""``nanokiln rerun``: repeat a result file from its provenance and say whether the same comes out."""

from __future__ import annotations

import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import DataError, InputError
from ..core.files import atomic_path, read_bytes
from ..core.provenance import Provenance, versions
from ..core.sidecar import SUFFIX, is_sidecar, read_sidecar, write_sidecar
from . import again, export_cell
from .cycle_file import FORMAT as CYCLE_FORMAT
from .cycle_file import attributes, is_netcdf, load
from .cycle_protocol import FORMAT as PROTOCOL_FORMAT
from .cycle_protocol import recorded_again
from .options import add_json, output_file
from .output import emit_json, say

if TYPE_CHECKING:
    import xarray as xr

    from .compare import Difference

SUMMARY = "repeat a result file from its provenance and compare"
IDENTICAL, DIFFERENT = 0, 1
_GROUPS = ("state", "firing", "architecture", "pores", "zones", "sizes")


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "file", metavar="FILE", help="result of 'fire', 'measure' or 'cycle', or a report.html"
    )
    parser.add_argument("--out", metavar="FILE2", help="keep the new result in this file")
    add_json(parser)


def run(args: Namespace) -> int:
    """Repeat a result; exit code 0 if everything is identical, 1 if not."""
    file = Path(str(args.file).removesuffix(SUFFIX) if is_sidecar(args.file) else args.file)
    read_bytes(file)  # does it exist, is it a file, is it empty
    out = output_file(args.out) if args.out else None
    if out is not None and out.exists() and out.samefile(file):
        raise InputError(f"--out {args.out} is the file to be repeated. Give another name.")
    if again.is_reproduction(file):
        differences = _reproduction(file, out)
    elif is_netcdf(file) and not file.with_name(file.name + SUFFIX).is_file():  # HDF5 may be a measurement
        repeat = {CYCLE_FORMAT: _cycle, PROTOCOL_FORMAT: _protocol}
        differences = repeat.get(str(attributes(file).get("format")), _sample)(file, out)
    else:
        differences = _beside(file, out)
    return _report(file, differences, as_json=args.json)


def _sample(file: Path, out: Path | None) -> list[Difference]:
    from ..sample import Sample
    from .compare import compare

    old = Sample.load(file)
    _tell_versions(old.provenance)
    made = again.sample_again(old.provenance)
    with tempfile.TemporaryDirectory() as folder:
        # through a file, because a file may hold numbers in other types than memory does
        made.save(Path(folder) / "again.nc")
        new = Sample.load(Path(folder) / "again.nc")
    if out:
        made.save(out)
    return compare(_parts(old), _parts(new))


def _parts(sample: object) -> dict[str, xr.Dataset]:
    parts = {group: getattr(sample, group) for group in (*_GROUPS, "voxels")}
    return {group: data for group, data in parts.items() if data is not None}


def _cycle(file: Path, out: Path | None) -> list[Difference]:
    from .compare import compare

    old = load(file)
    record = Provenance.from_json(str(old.attrs["provenance"]))
    with tempfile.TemporaryDirectory() as folder:
        new = _cycled(record, Path(folder) / "again.nc")
        result = load(new)
        _keep(new, out)
    return compare({"": old}, {"": result})


def _protocol(file: Path, out: Path | None) -> list[Difference]:
    """Repeat a protocol and compare every step."""
    from .compare import compare
    from .cycle_protocol import load_steps, performed_again, provenance, write

    record, old = load_steps(file)
    _tell_versions(record)
    sample, inputs, made, records = performed_again(record)
    with tempfile.TemporaryDirectory() as folder:
        new = Path(folder) / "again.nc"
        write(new, made, records, provenance(sample, inputs))
        _keep(new, out)
        return compare(old, load_steps(new)[1])


def _cycled(record: Provenance, path: Path) -> Path:
    """Cycle again and write the result to `path`."""
    from .cycle import predict, provenance
    from .cycle_file import write

    _tell_versions(record)
    sample = again.sample_of(record)
    family, found = predict(sample)
    write(path, family, found, provenance(sample, str(again.entry(record.inputs, "protocol"))))
    return path


def _beside(file: Path, out: Path | None) -> list[Difference]:
    """Repeat a file whose provenance stands beside it, and compare bytes."""
    record = read_sidecar(file)
    with tempfile.TemporaryDirectory() as folder:
        if record.action == "measure":
            _tell_versions(record)
            new, fresh = again.measurement_again(record, Path(folder))
        elif record.action == "record":
            _tell_versions(record)
            new, fresh = recorded_again(record, Path(folder))
        elif record.action == "cycle":
            new = _cycled(record, Path(folder) / "again.csv")
            fresh = read_sidecar(new)
        elif record.action == "export":
            _tell_versions(record)
            target = str(again.entry(record.inputs, "target"))
            new, _ = export_cell.write(again.sample_of(record), target, Path(folder) / "again.json")
            fresh = read_sidecar(new)
        else:
            raise DataError(f"'{file}': nanokiln cannot repeat the action '{record.action}'.")
        before, after = read_bytes(file), read_bytes(new)
        if _keep(new, out) and out:
            write_sidecar(out, fresh)
    return [_bytes(file.name, before, after)]


def _bytes(name: str, before: bytes, after: bytes) -> Difference:
    """Compare two files byte by byte."""
    from .compare import Difference

    same = before == after
    return Difference(name, same, 0.0 if same else float("nan"), "" if same else _first(before, after))


def _reproduction(file: Path, out: Path | None) -> list[Difference]:
    """Repeat the study behind a report and compare the ledger beside it, byte by byte."""
    record = again.report_record(file)
    _tell_versions(record)
    with tempfile.TemporaryDirectory() as folder:
        again.reproduce_again(record, Path(folder))
        ledger = file.with_name("ledger.csv")
        before, after = read_bytes(ledger), read_bytes(Path(folder) / "ledger.csv")
        _keep(Path(folder) / "report.html", out)
    return [_bytes(ledger.name, before, after)]


def _first(before: bytes, after: bytes) -> str:
    """Say where two texts part."""
    old, new = before.splitlines(), after.splitlines()
    pairs = zip(old, new, strict=False)
    line = next((i for i, (a, b) in enumerate(pairs, start=1) if a != b), min(len(old), len(new)) + 1)
    return f"{len(before)} bytes became {len(after)}; first difference in line {line}"


def _keep(new: Path, out: Path | None) -> bool:
    if out is None:
        return False
    with atomic_path(out) as temporary:
        temporary.write_bytes(new.read_bytes())
    return True


def _tell_versions(record: Provenance) -> None:
    """Say which libraries have changed since."""
    now = versions()
    changed = [
        f"{name} {old} is now {now.get(name, 'missing')}"
        for name, old in record.libraries.items()
        if now.get(name) != old
    ]
    if changed:
        say(f"note: {', '.join(changed)}")


def _report(file: Path, differences: Sequence[Difference], *, as_json: bool) -> int:
    different = [d for d in differences if not d.identical]
    if as_json:
        emit_json({"file": str(file), "identical": not different, "compared": [vars(d) for d in differences]})
    elif different:
        for difference in different:
            print(f"{difference.name}: {difference.words}")
        print(f"{file}: {len(different)} of {len(differences)} entries differ")
    else:
        count = f"{len(differences)} variables and attributes" if len(differences) > 1 else "every byte"
        print(f"{file}: identical ({count})")
    return DIFFERENT if different else IDENTICAL
