"""A protocol other than the rate test on the command line: run it, show it, write it, repeat it."""

from __future__ import annotations

import json
import tempfile
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import DataError
from ..core.files import atomic_path, writable_folder
from ..core.measurement import SYNTHETIC_MARK
from ..core.provenance import Provenance, plain
from ..core.sidecar import read_sidecar, write_sidecar
from . import again
from .options import is_folder, output_file
from .output import emit_json, emit_table, number, say, share_bar

if TYPE_CHECKING:
    import xarray as xr

    from ..core.measurement import Measurement
    from ..halfcell.perform import Record
    from ..halfcell.specimen import Specimen
    from ..sample import Sample

FORMAT = "nanokiln protocol 1"
RATE = "rate"  # the protocol that has a command of its own, with the band of all shapes
_MG_PER_G = 1000.0
_SHOWN = ("charge_transfer_ohm", "interphase_ohm", "voltage_V", "ended")


def run_protocol(sample: Sample, args: Namespace) -> int:
    """Run the protocol of the command line on a sample; print or write what came out."""
    from ..halfcell.protocol import parse_protocol, protocol_text

    folder = writable_folder(args.out) if args.out and is_folder(args.out) else None
    out = output_file(args.out, (".nc",)) if args.out and folder is None else None
    worn = output_file(args.aged, (".nc",)) if args.aged else None
    text = rate_text() if args.protocol == RATE else protocol_text(args.protocol)
    protocol = parse_protocol(text, f"'{args.protocol}'")  # a mistake is told before any work is done
    made, records = perform_text(sample, text, args.carbon_black)
    inputs = inputs_of(sample, text, args.carbon_black)
    if out:
        write(out, made, records, provenance(sample, inputs))
        say(f"written: {out}")
    if folder:
        for path in record_all(sample, inputs, made, records, args.seed, folder, Path(args.sample).stem):
            say(f"written: {path}")
        mass = made.cell.mass_g * _MG_PER_G
        say(f"active mass {mass:.5g} mg; for mAh/g: nanokiln analyse FILE --choice mass_mg={mass:.5g}")
    if worn:
        _write_aged(sample, sum(s.number or 0 for s in protocol.steps if s.step == "cycles"), worn)
    rows = [_row(n, record) for n, record in enumerate(records, start=1)]
    if args.json:
        emit_json({"sample": made.name, "notes": made.notes, "steps": rows})
        return 0
    emit_table(
        ("step", "what", "result", "ended", "evidence"), [tuple(str(x) for x in r.values()) for r in rows]
    )
    for record in records:
        for name in ("separability", "separability_worst"):
            if name in record.data.attrs:
                say(f"note: {record.data.attrs[name]}")
    for note in made.notes:
        say(f"note: {note}")
    say("SYNTHETIC: simulated, not measured")
    return 0


def _write_aged(sample: Sample, cycles: int, path: Path) -> None:
    """Write the powder after the cycles and say what became of its necks."""
    from ..halfcell.aged import aged, broken

    after = aged(sample, cycles)
    after.save(path)
    open_now = broken(sample, after.architecture["bonded"].values)
    total = int(sample.architecture["bonded"].values.sum())
    say(f"written: {path}: {open_now} of {total} necks broke in {cycles} cycles")
    if sample.voxels is not None and after.voxels is None:
        say("note: the voxel body cannot show broken necks and was left out; look with 'measure --with sem'")


def perform_text(sample: Sample, text: str, carbon_black: float = 0.0) -> tuple[Specimen, list[Record]]:
    """Run a protocol given as TOML text on a sample."""
    from ..halfcell.perform import perform
    from ..halfcell.protocol import parse_protocol
    from ..halfcell.specimen import specimen

    protocol = parse_protocol(text)
    with share_bar("Cycling") as tell:
        tell(0.0, "calibration")
        made = specimen(sample, carbon_black=carbon_black)
        return made, perform(made, protocol, sample.values, tell)


def _row(position: int, record: Record) -> dict[str, str | int]:
    return {
        "step": position,
        "what": record.step.step,
        "result": _words(record),
        "ended": str(record.data.attrs["ended"]),
        "evidence": str(record.data.attrs["evidence"]),
    }


def _words(record: Record) -> str:
    data = record.data
    if "capacity_mAh_g" in data:
        capacity, cycle = data["capacity_mAh_g"].values, data["cycle"].values
        count = int(cycle[-1] - cycle[0]) + 1
        return f"{number(capacity[0])} to {number(capacity[-1])} mAh/g over {count} cycles"
    if "z_real" in data:
        return (
            f"charge transfer {number(data.attrs['charge_transfer_ohm'])} ohm, interphase "
            f"{number(data.attrs['interphase_ohm'])} ohm at {number(data.attrs['voltage_V'])} V"
        )
    hours = float(data["time"].values[-1]) / 3600
    current = data["current"].values
    ends = f"{number(float(data['voltage'].values[-1]))} V after {number(hours)} h"
    least, most = (number(1e3 * float(end) + 0.0) for end in (current.min(), current.max()))  # no minus zero
    flows = f", {least} to {most} mA"
    return ends + (flows if current.any() else "")


def rate_text() -> str:
    """Return the rate test as a protocol, for the files of a cycler: one cell, without the band of shapes."""
    from ..halfcell.parameters import PROTOCOL_CURRENTS, PROTOCOL_CYCLES

    steps = [
        f'[[steps]]\nstep = "cycles"\ncurrent = "{c:g} A/g"\nnumber = {PROTOCOL_CYCLES}\n'
        for c in PROTOCOL_CURRENTS
    ]
    return 'name = "rate"\nstride = 1\n\n' + "\n".join(steps)


def recorded(
    sample: Sample, made: Specimen, records: Sequence[Record], seed: int, folder: Path, stem: str
) -> list[Path]:
    """Write what instruments would have recorded, without records of how to repeat it."""
    from .. import techniques
    from ..recording import measurements

    by_technique: dict[str, list[Measurement]] = {}
    for m in measurements(made, records, sample.values, seed):
        by_technique.setdefault(m.technique, []).append(m)
    paths = []
    for name, taken in by_technique.items():
        paths += techniques.get(name).write(taken, folder, f"{stem}-{name}")
    return paths


def record_all(
    sample: Sample,
    inputs: Mapping[str, Any],
    made: Specimen,
    records: Sequence[Record],
    seed: int,
    folder: Path,
    stem: str,
) -> list[Path]:
    """Write the files of instruments with their records; they appear when all are complete."""
    with tempfile.TemporaryDirectory(prefix=".nanokiln-", dir=folder) as name:
        hidden = Path(name)
        files = recorded(sample, made, records, seed, hidden, stem)
        for path in files:
            own = {**inputs, "stem": stem, "file": path.name}
            write_sidecar(path, Provenance("record", own, seed, sample.provenance.overrides))
        for path in sorted(hidden.iterdir()):
            path.replace(folder / path.name)
    return [folder / path.name for path in files]


def recorded_again(record: Provenance, folder: Path) -> tuple[Path, Provenance]:
    """Repeat a file written by `record_all` into `folder`.

    Raises
    ------
    DataError
        If the record does not hold what is needed, or no such file was written.
    """
    stem, name = (str(again.entry(record.inputs, key)) for key in ("stem", "file"))
    sample, inputs, made, records = performed_again(record)
    written = {p.name: p for p in record_all(sample, inputs, made, records, record.seed, folder, stem)}
    if name not in written:
        raise DataError(f"'{name}' was not written again, only {', '.join(sorted(written))}.")
    return written[name], read_sidecar(written[name])


def performed_again(record: Provenance) -> tuple[Sample, dict[str, Any], Specimen, list[Record]]:
    """Run the protocol of a record again: sample, inputs of the new record, cell and steps."""
    sample, text = again.sample_of(record), str(again.entry(record.inputs, "protocol_text"))
    black = float(record.inputs.get("carbon_black", 0.0))
    return sample, inputs_of(sample, text, black), *perform_text(sample, text, black)


def inputs_of(sample: Sample, text: str, carbon_black: float) -> dict[str, Any]:
    """Return what a run depends on."""
    black = {"carbon_black": carbon_black} if carbon_black else {}
    return {"protocol_text": text, **black, "sample": plain(vars(sample.provenance))}


def provenance(sample: Sample, inputs: Mapping[str, Any]) -> Provenance:
    """Return the record that repeats the run."""
    return Provenance("protocol", inputs, sample.seed, sample.provenance.overrides)


def write(path: Path, made: Specimen, records: Sequence[Record], record: Provenance) -> None:
    """Write all steps to one NetCDF file, a group for each."""
    import xarray as xr

    groups = {f"/step_{n}": r.data for n, r in enumerate(records, start=1)}
    tree = xr.DataTree.from_dict(groups)
    tree.attrs.update(
        format=FORMAT, mark=SYNTHETIC_MARK, origin="synthetic", sample=made.name,
        notes=json.dumps(made.notes), provenance=record.to_json(),
    )  # fmt: skip
    with atomic_path(path) as temporary:
        tree.to_netcdf(temporary, engine="h5netcdf")


def load_steps(path: str | Path) -> tuple[Provenance, dict[str, xr.Dataset]]:
    """Read a file written by `write`: its record and the steps by name.

    Raises
    ------
    DataError
        If it is damaged or something else.
    """
    import xarray as xr

    try:
        with xr.open_datatree(Path(path), engine="h5netcdf") as tree:
            if tree.attrs.get("format") != FORMAT:
                raise DataError(f"'{path}' is not the result of a protocol.")
            steps = {str(name): tree[str(name)].to_dataset().load() for name in tree.children}
            return Provenance.from_json(str(tree.attrs["provenance"])), steps
    except (OSError, KeyError, ValueError, RuntimeError, TypeError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"'{path}' is damaged or truncated ({error}). Make it again.") from error
