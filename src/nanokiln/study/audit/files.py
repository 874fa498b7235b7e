"""Files: the same content under two names, and two analyses that disagree."""

from __future__ import annotations

from collections.abc import Iterator

from .check import Answer, Result, check
from .facts import Facts

#: Findings that several files of one sample must agree in.
SAME = ("bet_area", "pore_volume", "b_si_mass_ratio", "id_ig_height", "onset", "t5", "dtg_max", "r_ct")


@check("same content", "Is one file there under two names?")
def same_content(facts: Facts, sample: str) -> Iterator[Result]:
    """Compare the hashes of all files; asked once, for all samples together."""
    if not facts.samples or sample != facts.samples[0]:
        return
    owners: dict[str, list[tuple[str, str]]] = {}
    for path, (owner, content) in sorted(facts.files.items()):
        owners.setdefault(content, []).append((owner, path))
    for twins in owners.values():
        if len(twins) < 2:
            continue
        samples = {owner for owner, _ in twins}
        lines = (" = ".join(f"{path} ({owner})" for owner, path in twins) + ", byte for byte",)
        if len(samples) > 1:
            meaning = "One measurement stands for two samples: one of the names is wrong."
            yield Result("same content", "", Answer.IMPOSSIBLE, lines, meaning)
        else:
            meaning = "One measurement is counted twice; it is no replicate."
            yield Result("same content", samples.pop(), Answer.DOUBTFUL, lines, meaning)


@check("replicates", "Do files of one sample agree?")
def replicates(facts: Facts, sample: str) -> Iterator[Result]:
    """Compare the intervals of what different files say of one quantity."""
    for kind in SAME:
        found = [f for f in facts.of(sample, kind) if f.low <= f.high]
        if len({f.source for f in found}) < 2 or len({f.unit for f in found}) > 1:
            continue
        low, high = min(found, key=lambda f: f.value), max(found, key=lambda f: f.value)
        lines = tuple(f.words() for f in found)
        if low.most < high.least:
            meaning = (
                "The intervals do not meet: the powder differs from portion to portion, or one "
                "file belongs to "
                "another sample. The spread between files is the larger uncertainty."
            )
            yield Result("replicates", sample, Answer.DOUBTFUL, lines, meaning, tuple(found))
        else:
            yield Result("replicates", sample, Answer.CONSISTENT, lines, "They agree.", tuple(found))
