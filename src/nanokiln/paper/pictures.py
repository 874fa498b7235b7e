"""What the analysis reads from virtual micrographs and X-ray spectra, and how a claim may ask it.

Both are analysed as a lab's own: from their files, without the truth beside them. Where intervals
are too wide for a claim the pictures stay silent and the engine decides, as the verdict then says.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.evidence import Finding
from ..core.files import writable_folder, write_text
from .bodies import Seen, Test
from .judging import Judgement, decided
from .run import SERIES, Run

if TYPE_CHECKING:
    from ..sample import Sample

LAST, BEFORE, LINE, MAP = "last", "before", "line", "map"
#: What is looked at: technique and settings.
LOOKS: dict[str, tuple[str, dict[str, Any]]] = {
    LAST: ("sem", {}),
    BEFORE: ("sem", {"stage": "before"}),
    LINE: ("eds", {"kinds": ("line",)}),
    MAP: ("eds", {"kinds": ("map",)}),
}
_ENDINGS = {"sem": ".tif", "eds": ".hspy"}  # of the file that is analysed
#: Samples that are put under the virtual microscope. Silica is one glass, of which spheres say nothing.
PICTURED = (
    *SERIES, "B-SiOC-2-500C", "B-SiOC-2-900C-0h", "B-SiOC-2-900C-1h", "B-SiOC-2-800C", "B-SiOC-2-1000C",
    "carbon", "silica@carbon", "BTEE-SiOC", "hollow C@SiOC",
)  # fmt: skip
#: Samples that are also looked at as they went into the furnace.
PICTURED_BEFORE = SERIES
#: Samples of which the article shows elements.
SCANNED = ("B-SiOC-3", "B-SiOC-4")


def looks(name: str) -> tuple[str, ...]:
    """Return what is looked at of a sample: its picture, that before firing, a line and a map of elements."""
    places = {LAST: PICTURED, BEFORE: PICTURED_BEFORE, LINE: SCANNED, MAP: SCANNED}
    return tuple(look for look, names in places.items() if name in names)


def take(sample: Sample, look: str, seed: int, folder: Path, stem: str) -> list[Path]:
    """Take one look, analyse its file, and write file and findings.

    Parameters
    ----------
    sample
        The powder.
    look
        One of `LOOKS`.
    seed
        Of place, orientation and noise.
    folder, stem
        Where the files go, and the beginning of their names.

    Returns
    -------
    list of Path
        What was recorded, and the findings as JSON.
    """
    from .. import formats, measuring, techniques

    technique, settings = LOOKS[look]
    taken = measuring.take(sample, technique, seed, settings)
    stem = f"{stem}-{BEFORE}" if look == BEFORE else stem
    files = measuring.write_all([taken], writable_folder(folder), stem)
    (picture,) = [path for path in files if path.suffix == _ENDINGS[technique]]
    found = techniques.get(technique).analyse(formats.read(picture, technique))
    record = folder / f"{stem}-{look}.findings.json"
    write_text(record, json.dumps([f.as_dict() for f in found], indent=1))
    return [picture, record]


def read(record: Path) -> list[Finding]:
    """Read the findings that `take` wrote."""
    from ..study.keeping import finding_of

    return [finding_of(f) for f in json.loads(record.read_text(encoding="utf-8"))]


def seen(run: Run, sample: str, finding: str, look: str = LAST) -> Seen | None:
    """Return what was read from a look at a sample; None where none was taken."""
    for item in run.pictures.get((sample, look), ()):
        if item.name == finding:
            return Seen(item.value, item.low, item.high, item.unit)
    return None


def on_picture(
    run: Run,
    answer: Judgement,
    finding: str,
    samples: Sequence[str],
    test: Test,
    *,
    look: str = LAST,
    label: str = "",
) -> Judgement:
    """Let the pictures decide the nominal run where they resolve what is asked.

    Parameters
    ----------
    run, answer
        The run, and the judgement so far.
    finding, samples, look
        What is looked at, on which samples.
    test
        Says from the findings whether the statement holds; None where they cannot tell.
    label
        The finding in words; its name where not given.

    Returns
    -------
    Judgement
        With the nominal verdict of the pictures where they have one, and a sentence that stands beside the
        engine's numbers.
    """
    found = [seen(run, sample, finding, look) for sample in samples]
    known = [f for f in found if f is not None]
    if len(known) < len(found):
        return answer
    held = test(known)
    unit = "" if known[0].unit == "1" else f" {known[0].unit}"
    meets = {True: "it holds", False: "it does not", None: "they cannot tell"}[held]
    listed = ", ".join(words(f) for f in known)
    how = f"{answer.how} Virtual micrographs ({label or finding.replace('_', ' ')}): {listed}{unit}, {meets}."
    return decided(answer, held, how)


def words(found: Seen) -> str:
    """Return a finding with its interval, or what is known of one that is not resolved."""
    if math.isfinite(found.value):
        return f"{found.value:.3g} [{found.low:.3g}-{found.high:.3g}]"
    if found.low > 0:
        return f"at least {found.low:.2g}"
    nothing = not math.isfinite(found.high) or (found.unit == "1" and found.high >= 1)
    return "not resolved" if nothing else f"at most {found.high:.2g}"


def clearly_rising(found: Sequence[Seen]) -> bool | None:
    """Test that a finding rises from picture to picture, beyond the intervals."""
    return _ordered(found, [(n, n + 1) for n in range(len(found) - 1)])


def last_clearly_largest(found: Sequence[Seen]) -> bool | None:
    """Test that the last finding lies above every other one, beyond the intervals."""
    return _ordered(found, [(n, len(found) - 1) for n in range(len(found) - 1)])


def _ordered(found: Sequence[Seen], pairs: Sequence[tuple[int, int]]) -> bool | None:
    """Say whether the second of each pair is above the first; None where intervals meet."""
    if not all(f.bounded and math.isfinite(f.value) for f in found):
        return None
    if any(found[b].high <= found[a].low for a, b in pairs):
        return False
    return True if all(found[b].low > found[a].high for a, b in pairs) else None


def changed(run: Run, sample: str) -> Seen | None:
    """Return the change of the mean diameter from the picture before to that after, with both errors."""
    before, after = (seen(run, sample, "diameter_mean", look) for look in (BEFORE, LAST))
    if before is None or after is None:
        return None
    value = after.value - before.value
    low = value - math.hypot(after.value - after.low, before.high - before.value)
    high = value + math.hypot(after.high - after.value, before.value - before.low)
    return Seen(value, low, high, after.unit)
