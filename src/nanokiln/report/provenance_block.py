"""How the report came about, in words and for a program."""

from __future__ import annotations

import json

from ..core.provenance import Provenance
from . import markup as h


def provenance(record: Provenance) -> str:
    """Return the section that says how to repeat the run, with the record as JSON inside the file."""
    rows = [
        ("action", record.action),
        ("seed", str(record.seed)),
        ("made", record.created),
        ("system", record.system),
        ("versions", ", ".join(f"{name} {version}" for name, version in record.libraries.items())),
        ("overrides", ", ".join(f"{k} = {v:g}" for k, v in record.overrides.items()) or "none"),
    ]
    table = h.table(
        ("What", "Value"), [(h.text(k), h.text(v)) for k, v in rows], "Provenance", class_="plain"
    )
    inputs = h.details(
        "Inputs", h.tag("pre", h.text(json.dumps(dict(record.inputs), indent=1, ensure_ascii=False)))
    )
    how = (
        "The same record is inside every result file of the run, and as JSON in this file. To repeat one: "
        + h.tag("code", "nanokiln rerun FILE")
        + ". Seed, inputs and overrides decide the result; time and machine are for the record."
    )
    # inside a script element only "<" could do harm, and JSON may write it as a number
    data = record.to_json().replace("<", "\\u003c")
    machine = h.tag("script", data, type="application/json", id="provenance-record")
    return h.section("provenance", "Provenance and how to repeat", h.tag("p", how), table, inputs, machine)
