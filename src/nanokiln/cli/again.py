"""Making a result again from its provenance."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import DataError
from ..core.files import read_text
from ..core.parameters import Values
from ..core.provenance import Provenance
from .output import share_bar

_RECORD = re.compile(r'id="provenance-record"[^>]*>(.*?)</script>', re.S)

if TYPE_CHECKING:
    from ..sample import Sample


def sample_again(record: Provenance) -> Sample:
    """Make a sample again.

    Raises
    ------
    DataError
        If the record does not hold what is needed.
    """
    from ..halfcell.aged import ACTION, aged
    from ..recipe import parse_recipe
    from ..sample import make_sample

    inputs = record.inputs
    if record.action == ACTION:
        return aged(sample_again(inner(record)), float(entry(inputs, "cycles")))
    with share_bar("Firing again") as tell:
        return make_sample(
            parse_recipe(str(entry(inputs, "recipe"))),
            Values(record.overrides),
            seed=record.seed,
            quality=str(entry(inputs, "quality")),
            spheres=entry(inputs, "spheres"),
            wall_area=entry(inputs, "wall_area"),
            voxels=int(inputs.get("voxels", 0)),
            cooling=str(inputs.get("cooling", "unmixing")),
            progress=tell,
        )


def sample_of(record: Provenance) -> Sample:
    """Make the sample again that a measurement or a cycling was done on."""
    return sample_again(inner(record))


def inner(record: Provenance) -> Provenance:
    """Return the provenance of the sample inside that of a result.

    Raises
    ------
    DataError
        If there is none.
    """
    given = entry(record.inputs, "sample")
    try:
        return Provenance(**given)
    except TypeError as error:
        raise DataError(f"the provenance of the sample cannot be read: {error}.") from error


def measurement_again(record: Provenance, folder: Path) -> tuple[Path, Provenance]:
    """Write a measurement file again into `folder`; returns it with its new record.

    Raises
    ------
    DataError
        If the record does not hold what is needed, or the technique wrote no such file.
    """
    from ..measuring import take, write

    inputs = record.inputs
    technique, stem, name = (str(entry(inputs, key)) for key in ("technique", "stem", "file"))
    taken = take(sample_of(record), technique, record.seed, entry(inputs, "settings"))
    written = {path.name: path for path in write(taken, folder, stem)}
    if name not in written:
        raise DataError(f"'{name}' was not written again, only {', '.join(sorted(written))}.")
    return written[name], taken.provenance(name, stem)


def is_reproduction(file: Path) -> bool:
    """Whether `file` is the report of the reference study."""
    return file.suffix == ".html" and _RECORD.search(read_text(file)) is not None


def report_record(file: Path) -> Provenance:
    """Return the provenance inside a report."""
    found = _RECORD.search(read_text(file))
    return Provenance.from_json(found.group(1).replace("\\u003c", "<") if found else "")


def reproduce_again(record: Provenance, folder: Path) -> None:
    """Run the reference study again into `folder`."""
    from ..paper.reproduce import reproduce

    with share_bar("Reproducing again") as tell:
        quality = str(entry(record.inputs, "quality"))
        reproduce(folder, quality, seed=record.seed, progress=lambda text, share: tell(share, text))


def entry(inputs: Mapping[str, Any], key: str) -> Any:
    """Return an input of a record.

    Raises
    ------
    DataError
        If it is missing.
    """
    if key not in inputs:
        raise DataError(f"the provenance record has no '{key}'; the file cannot be repeated.")
    return inputs[key]
