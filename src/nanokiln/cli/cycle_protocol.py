"""A protocol other than the rate test on the command line: run it, show it, write it, repeat it."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import DataError
from ..core.files import atomic_path
from ..core.measurement import SYNTHETIC_MARK
from ..core.provenance import Provenance, plain
from .options import output_file
from .output import emit_json, emit_table, number, say, share_bar

if TYPE_CHECKING:
    import xarray as xr

    from ..halfcell.perform import Record
    from ..halfcell.specimen import Specimen
    from ..sample import Sample

FORMAT = "nanokiln protocol 1"
_SHOWN = ("charge_transfer_ohm", "interphase_ohm", "voltage_V", "ended")


def run_protocol(sample: Sample, args: Namespace) -> int:
    """Run the protocol of the command line on a sample; print or write what came out."""
    from ..halfcell.protocol import parse_protocol, protocol_text

    out = output_file(args.out, (".nc",)) if args.out else None
    text = protocol_text(args.protocol)
    parse_protocol(text, f"'{args.protocol}'")  # a mistake is told before any work is done
    made, records = perform_text(sample, text)
    if out:
        write(out, made, records, provenance(sample, text))
        say(f"written: {out}")
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


def perform_text(sample: Sample, text: str) -> tuple[Specimen, list[Record]]:
    """Run a protocol given as TOML text on a sample."""
    from ..halfcell.perform import perform
    from ..halfcell.protocol import parse_protocol
    from ..halfcell.specimen import specimen

    protocol = parse_protocol(text)
    with share_bar("Cycling") as tell:
        tell(0.0, "calibration")
        made = specimen(sample)
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
    flows = f", {number(float(current.min()) * 1e3)} to {number(float(current.max()) * 1e3)} mA"
    return ends + (flows if current.any() else "")


def provenance(sample: Sample, text: str) -> Provenance:
    """Return the record that repeats the run."""
    inputs = {"protocol_text": text, "sample": plain(vars(sample.provenance))}
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
