"""``nanokiln export --to pybamm|bpx``: the half cell of a sample as parameters for other programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.files import write_text
from ..core.provenance import Provenance, plain
from ..core.sidecar import write_sidecar
from .output import say, share_bar

if TYPE_CHECKING:
    from ..sample import Sample


def write(sample: Sample, target: str, out: Path) -> list[Path]:
    """Write the parameters and what has to be known about them beside them."""
    from ..halfcell import article_targets, calibrate, declared, single
    from ..halfcell.specimen import specimen
    from ..halfcell.stock import bpx_document, electrode

    values = sample.values
    shape = single() if target == "pybamm" else declared(values)
    with share_bar("Calibration") as tell:
        tell(0.0, shape.name)
        made = specimen(sample, calibration=calibrate(article_targets(values), shape=shape, values=values))
        tell(1.0, "done")
    place = electrode(made.cell, made.link, float(sample["diameter_after_nm"]), values)
    shaped = f"{shape.name}: calibrated on C133 and C137 for B-SiOC-2; capacities between are predictions"
    notes = [f"SYNTHETIC: simulated, not measured; {shaped}", *made.notes]
    if target == "pybamm":
        from ..halfcell.pybamm_stock import parameter_set

        found: Any = parameter_set(made.cell, place, values).to_json()
    else:
        found = bpx_document(
            made.cell, place, values, f"{made.name}: half cell by nanokiln", "; ".join(notes)
        )
    write_text(out, json.dumps(found, indent=1) + "\n")
    inputs = {"target": target, "notes": notes, "sample": plain(vars(sample.provenance))}
    side = write_sidecar(out, Provenance("export", inputs, sample.seed, sample.provenance.overrides))
    for note in notes:
        say(f"note: {note}")
    return [out, side]
