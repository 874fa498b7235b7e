"""What a file is: sample, cycling result, instrument file, ledger, recipe or provenance record."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import DataError
from ..core.files import read_bytes, read_text
from ..core.provenance import Provenance
from ..core.sidecar import is_sidecar, read_sidecar, sidecar_of
from .cycle_file import FORMAT as CYCLE_FORMAT
from .cycle_file import attributes, is_netcdf, load

if TYPE_CHECKING:
    from ..recipe import Recipe

_UNTOLD = ("recipe", "sample", "file", "stem")  # long, or told otherwise
_LEDGER_COLUMNS = {"id", "verdict", "evidence", "how"}


def identify(path: str | Path) -> dict[str, Any]:
    """Say what a file is.

    Returns
    -------
    dict
        ``file``, ``kind`` and what there is to know about one of that kind.

    Raises
    ------
    DataError, InputError
        If the file cannot be read or is none of these.
    """
    file = Path(path)
    read_bytes(file)  # does it exist, is it a file, is it empty
    record: dict[str, Any] = {"file": str(path)}
    if is_netcdf(file):
        return record | (_cycle(file) if attributes(file).get("format") == CYCLE_FORMAT else _sample(file))
    if is_sidecar(file):
        return record | {"kind": "provenance record", **history(Provenance.from_json(read_text(file)))}
    if file.suffix.lower() == ".toml":
        from ..recipe import load_recipe

        return record | {"kind": "recipe", **_recipe(load_recipe(file))}
    return record | (_ledger(file) or _exported(file) or _instrument(file))


def history(provenance: Provenance) -> dict[str, Any]:
    """Return how a file was made, in plain types; what it was made from is left out."""
    settings = {k: v for k, v in provenance.inputs.items() if k not in _UNTOLD and v is not None}
    return {
        "made by": f"nanokiln {provenance.action}",
        **settings,
        "seed": provenance.seed,
        "overrides": dict(provenance.overrides),
        "created": provenance.created,
        "system": provenance.system,
        "versions": dict(provenance.libraries),
    }


def _recipe(recipe: Recipe) -> dict[str, Any]:
    return {
        "name": recipe.name,
        "title": recipe.title,
        "precursor": recipe.precursor.name,
        "additive ratio (g/g)": recipe.additive_ratio,
        "stage": recipe.stage,
    }


def _sample(file: Path) -> dict[str, Any]:
    from ..sample import Sample

    sample = Sample.load(file)
    found = {"kind": "sample", "recipe": sample.name, "title": sample.recipe.title, "stage": sample.stage}
    return found | history(sample.provenance)


def _cycle(file: Path) -> dict[str, Any]:
    result = load(file)
    provenance = Provenance.from_json(str(result.attrs["provenance"]))
    found = {
        "kind": "cycling result",
        "origin": "synthetic",
        "evidence": [str(e) for e in result["evidence"].values],
    }
    return found | history(provenance)


def _ledger(file: Path) -> dict[str, Any] | None:
    """Return the counts of a ledger, or None if the file is none."""
    raw = read_bytes(file)
    if b"\x00" in raw or b"verdict" not in raw:
        return None
    try:
        rows = _rows(file)
    except (ValueError, csv.Error):
        return None
    if not rows or not all(isinstance(r, Mapping) and r.keys() >= _LEDGER_COLUMNS for r in rows):
        return None
    counts = Counter(str(row["verdict"]) for row in rows)
    return {"kind": "ledger", "claims": len(rows), "verdicts": dict(counts.most_common())}


def _rows(file: Path) -> list[Any]:
    text = read_text(file)
    if not text.lstrip().startswith("["):
        return list(csv.DictReader(io.StringIO(text)))
    rows = json.loads(text)
    return rows if isinstance(rows, list) else []


def _exported(file: Path) -> dict[str, Any] | None:
    """Return how an exported file was made, or None where no such record stands beside it."""
    if not sidecar_of(file).is_file():
        return None
    provenance = read_sidecar(file)
    if provenance.action != "export":
        return None
    return {"kind": "parameters of a half cell", "origin": "synthetic", **history(provenance)}


def _instrument(file: Path) -> dict[str, Any]:
    from .. import formats, techniques

    guess = formats.guess(file)
    technique, kind = str(guess.module.TECHNIQUE), str(guess.module.NAME)
    measurements = formats.read(file)
    synthetic = any(m.origin == "synthetic" for m in measurements)
    found = {
        "kind": "synthetic instrument file" if synthetic else "instrument file",
        "origin": "synthetic (simulated, not measured)" if synthetic else "measured",
        "technique": technique,
        "title": techniques.get(technique).title,
        "format": kind,
        "sure": guess.sure,
        "measurements": [m.label or "unnamed" for m in measurements],
    }
    record = sidecar_of(file)
    if record.is_file():
        try:
            found |= history(Provenance.from_json(read_text(record)))
        except DataError as error:
            raise DataError(f"'{record}': {error}") from error
    return found
