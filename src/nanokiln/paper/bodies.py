"""What the voxel engine says about the samples of the study, and how a claim may ask it.

A quantity comes as an interval. Where the grid does not resolve what a claim asks, the interval is wide, the
engine stays silent, and the furnace's own number decides, as the verdict then says.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.files import write_text
from .judging import Judgement, decided

if TYPE_CHECKING:
    import xarray as xr

    from ..sample import Sample
    from .run import Run

#: Parts of the shape that claims ask for (`nanokiln.assembly.voxels.measure`); conduction is left out.
PARTS = ("bulk", "necks", "connectivity", "roughness", "pores")
#: Samples that are also cooled by the other model.
BOTH_MODELS = (
    "B-SiOC-1", "B-SiOC-2", "B-SiOC-3", "B-SiOC-4", "B-SiOC-2-900C-0h", "B-SiOC-2-900C-1h", "B-SiOC-2-800C",
    "B-SiOC-2-1000C",
)  # fmt: skip
MODELS = ("unmixing", "nucleation")


@dataclass(frozen=True)
class Seen:
    """A quantity on the grid: value (NaN where only bounds are known) and interval."""

    value: float
    low: float
    high: float
    unit: str = "1"

    @property
    def bounded(self) -> bool:
        """Whether there is an interval; a single sphere gives none."""
        return math.isfinite(self.low) and math.isfinite(self.high)

    @property
    def words(self) -> str:
        """The quantity as a reader wants it."""
        if math.isfinite(self.value):
            return f"{self.value:.3g}" if self.bounded else f"{self.value:.3g} (too few spheres)"
        if math.isfinite(self.high):
            return f"{self.low:.2g} to {self.high:.2g}" if self.low > 0 else f"below {self.high:.2g}"
        return "not resolved"


Facts = Mapping[str, Mapping[str, Seen]]  # stage ("before" or "last") -> quantity -> what was seen


def measure(sample: Sample) -> dict[str, dict[str, dict[str, float | str]]]:
    """Measure the voxel body of a sample before the furnace and as it is; return plain JSON."""
    from ..assembly.voxels.measure.summary import summary

    if sample.voxels is None:
        return {}
    found: dict[str, dict[str, dict[str, float | str]]] = {}
    for stage, name, parts in (("before", "before", ("necks", "roughness")), ("last", -1, PARTS)):
        found[stage] = {
            key: {"value": f.value, "low": f.low, "high": f.high, "unit": f.unit}
            for key, f in summary(sample.voxels, name, parts=parts).items()
        }
    found["last"]["diameter_change"] = _change(sample.voxels)
    voxel = float(sample.voxels["voxel_nm"].values[-1])
    found["last"]["voxel_nm"] = {"value": voxel, "low": voxel, "high": voxel, "unit": "nm"}
    return found


def _change(voxels: xr.Dataset) -> dict[str, float | str]:
    """Return the mean change of the fitted diameter from before to last.

    Taken sphere by sphere, over those that can be fitted both times: their sizes differ by more than they
    change, and the ones that lose their free surface are not like the others.
    """
    from ..assembly.voxels.measure.roughness import roughness
    from ..assembly.voxels.measure.statistics import spread
    from ..assembly.voxels.measure.summary import body_of

    after, before = (
        roughness(body.phi, body.centres, body.radii, voxel_nm=body.voxel_nm, eta=body.eta)["diameter_nm"]
        for body in (body_of(voxels, -1), body_of(voxels, "before"))
    )
    change = spread(after.values - before.values)
    return {"value": change.mean, "low": change.low, "high": change.high, "unit": "nm"}


def write(facts: dict[str, dict[str, dict[str, float | str]]], path: Path) -> None:
    """Write what was measured as JSON."""
    write_text(path, json.dumps(facts, indent=1))


def read(path: Path) -> Facts:
    """Read what `write` wrote."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    return {stage: {key: Seen(**v) for key, v in found.items()} for stage, found in stored.items()}


def seen(
    run: Run, sample: str, quantity: str, *, stage: str = "last", model: str = "unmixing"
) -> Seen | None:
    """Return a quantity of a sample on the grid; None where the engine was not run."""
    return run.bodies.get((sample, model), {}).get(stage, {}).get(quantity)


Test = Callable[[Sequence[Seen]], bool | None]


def on_grid(
    run: Run,
    answer: Judgement,
    quantity: str,
    samples: Sequence[str],
    test: Test,
    *,
    stage: str = "last",
    label: str | None = None,
) -> Judgement:
    """Let the voxel engine decide the nominal run where its grid resolves what is asked.

    Parameters
    ----------
    run, answer
        The run, and the judgement by the furnace's numbers.
    quantity, samples, stage
        What is looked at, on which samples.
    test
        Says from the quantity of the samples whether the statement holds; None where the grid cannot tell.
    label
        The quantity in words; its name where not given.

    Returns
    -------
    Judgement
        With the nominal verdict of the engine where it has one, and a sentence on both cooling models. The
        parameter sets are judged by the furnace's numbers.
    """
    sentences: list[str] = []
    usual = None
    for model in MODELS:
        found = [seen(run, s, quantity, stage=stage, model=model) for s in samples]
        if any(f is None for f in found):
            continue
        known = [f for f in found if f is not None]
        held = test(known)
        listed = ", ".join(f.words for f in known)
        unit = "" if known[0].unit == "1" else f" {known[0].unit}"
        meets = {True: "it holds", False: "it does not", None: "the grid cannot tell"}[held]
        sentences.append(f"{model}: {listed}{unit}, {meets}")
        if model == MODELS[0]:
            usual = held
    if not sentences:
        return answer
    voxel = seen(run, samples[0], "voxel_nm")
    size = f", {voxel.value:.1f} nm voxels" if voxel is not None else ""
    how = f"{answer.how} Voxel engine{size} ({label or quantity.replace('_', ' ')}): {'; '.join(sentences)}."
    return decided(answer, usual, how)


def rising(by: float = 0.0) -> Test:
    """Return a test: the quantity rises from sample to sample, by more than `by` and beyond the intervals."""

    def test(found: Sequence[Seen]) -> bool | None:
        if not all(f.bounded for f in found):
            return None
        pairs = list(itertools.pairwise(found))
        if any(b.low - a.high > by for a, b in pairs) and all(b.low - a.high > by for a, b in pairs):
            return True
        if any(b.high - a.low <= by for a, b in pairs):
            return False
        if all(math.isfinite(f.value) for f in found):
            return all(b.value - a.value > by for a, b in pairs)
        return None

    return test


def above(limit: float) -> Test:
    """Return a test: the quantity of every sample lies above a limit, its interval included."""

    def test(found: Sequence[Seen]) -> bool | None:
        if all(f.low > limit for f in found):
            return True
        return False if any(f.high <= limit for f in found) else None

    return test


def below(limit: float) -> Test:
    """Return a test: the quantity of every sample lies below a limit, its interval included."""

    def test(found: Sequence[Seen]) -> bool | None:
        if all(f.high < limit for f in found):
            return True
        return False if any(f.low >= limit for f in found) else None

    return test


def within(low: float, high: float) -> Test:
    """Return a test: the best value of every sample lies between two limits."""

    def test(found: Sequence[Seen]) -> bool | None:
        if not all(math.isfinite(f.value) and f.bounded for f in found):
            return None
        return all(low <= f.value <= high for f in found)

    return test


def last_is_largest(found: Sequence[Seen]) -> bool | None:
    """Test that the last sample has more than every other one."""
    *others, last = found
    verdicts = [rising()([other, last]) for other in others]
    if all(v is True for v in verdicts):
        return True
    return False if False in verdicts else None


def none_resolved(found: Sequence[Seen]) -> bool | None:
    """Test a bonded fraction: no neck in any sample is large enough for the grid (low end zero)."""
    return all(f.low == 0 for f in found)
