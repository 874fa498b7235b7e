"""Samples of the study with what its virtual instruments record and the analyses find."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..assembly.voxels.engine import PRESETS
from ..core.errors import InputError
from ..core.evidence import Evidence, Finding
from ..core.files import writable_folder, write_text
from ..recipe import load_recipe, recipe_text
from ..study.work import Progress, in_order, key_of
from . import pictures
from .bodies import BOTH_MODELS, MODELS, Facts, measure, read, write
from .run import SERIES

if TYPE_CHECKING:
    from ..core.measurement import Measurement
    from ..report.shape import Shape
    from ..sample import Sample

#: Samples that get a page in the report, with virtual instruments.
PAGES = (
    "SiOC", "B-SiOC-1", "B-SiOC-2", "B-SiOC-3", "B-SiOC-4", "B-SiOC-3-before", "B-SiOC-2-500C",
    "B-SiOC-2-900C-0h", "B-SiOC-2-900C-1h", "B-SiOC-2-800C",
    "B-SiOC-2-1000C", "silica", "carbon", "silica@carbon", "BTEE-SiOC",
    "hollow C@SiOC", "B-SiOC-2-etched",
)  # fmt: skip
#: Sample whose firing is shown stage by stage, turns in the report, and is filmed.
SHOWN = "B-SiOC-2"
INSTRUMENTS = ("sizing", "n2_sorption", "xps", "tga", "icp", "xrd", "raman", "ftir")
_SHOWN = (pictures.LAST, pictures.LINE)  # looks with a figure in the report, for the series
#: What an analysis finds on these samples is what the furnace was calibrated on: (sample, finding) to claim.
CALIBRATED_ON = {
    ("B-SiOC-1", "bet_area"): "C052",
    ("B-SiOC-2", "bet_area"): "C053",
    ("B-SiOC-2", "share_BC3"): "C082",
    ("B-SiOC-3", "share_BC3"): "C083",
    ("B-SiOC-1", "dtg_max"): "C068",
    ("B-SiOC-4", "dtg_max"): "C069",
    ("B-SiOC-3", "b_si_mass_ratio"): "C048",
    # one domain size for the carbon of all samples
    **{(s, f): "C063" for s in PAGES for f in ("id_ig_raw", "id_ig_height", "id_ig_area", "domain_size")},
}


@dataclass(frozen=True)
class Page:
    """One sample, what its instruments recorded and the analyses found, and its shape by cooling model.

    The fields of the voxel scale stay in the sample's file: what was measured on them is in `bodies`, what is
    shown of them in `shapes`. What was read from micrographs and element scans is in `pictures`.
    """

    sample: Sample
    measurements: dict[str, tuple[list[Measurement], list[Finding]]]
    bodies: dict[str, Facts]
    shapes: dict[str, Shape]
    pictures: dict[str, list[Finding]]


def make_pages(
    pool: ProcessPoolExecutor,
    folder: Path,
    names: Sequence[str],
    *,
    preset: str,
    seed: int,
    tell: Progress,
) -> list[Page]:
    """Fire, measure and analyse the named recipes, or read what an earlier run left in `folder`."""
    tasks = [
        (folder, name, preset, seed, key_of(recipe_text(load_recipe(name)), preset, seed)) for name in names
    ]
    paths = in_order(pool, _make_page, tasks, lambda s: tell("samples and instruments", 0.35 * s))
    return [_read_page(folder, name, path, seed) for name, path in zip(names, paths, strict=True)]


def _stem(name: str) -> str:
    return name.replace(" ", "_")


def _make_page(folder: Path, name: str, preset: str, seed: int, key: str) -> dict[str, list[str]]:
    """Fire one recipe, measure it with every instrument, write all files; return their names."""
    from .. import measuring
    from ..sample import make_sample

    index = folder / "cache" / f"{_stem(name)}-{key}.json"
    if index.exists():
        stored: dict[str, list[str]] = json.loads(index.read_text(encoding="utf-8"))
        if all((folder / f).exists() for files in stored.values() for f in files):
            return stored
    recipe = load_recipe(name)
    sample = make_sample(recipe, seed=seed, quality=preset, voxels=PRESETS[preset])
    path = folder / "samples" / f"{_stem(name)}.nc"
    sample.save(path)
    written = {"sample": [str(path.relative_to(folder))]}
    _write_body(folder, sample, name, MODELS[0], written)
    if name in BOTH_MODELS:
        other = make_sample(recipe, seed=seed, quality=preset, voxels=PRESETS[preset], cooling=MODELS[1])
        kept = folder / "samples" / f"{_stem(name)}-{MODELS[1]}.nc"
        other.save(kept)
        written[f"sample, {MODELS[1]}"] = [str(kept.relative_to(folder))]
        _write_body(folder, other, name, MODELS[1], written)
    for technique in INSTRUMENTS:
        try:
            taken = measuring.take(sample, technique, seed, {})
        except InputError:  # the sample has nothing this instrument could see
            continue
        files = measuring.write_all([taken], writable_folder(folder / "measurements"), _stem(name))
        written[technique] = [str(f.relative_to(folder)) for f in files]
    for look in pictures.looks(name):
        files = pictures.take(sample, look, seed, folder / "measurements", _stem(name))
        written[f"look, {look}"] = [str(f.relative_to(folder)) for f in files]
    write_text(index, json.dumps(written))
    return written


def _write_body(folder: Path, sample: Sample, name: str, model: str, written: dict[str, list[str]]) -> None:
    """Measure and draw the voxel body of a sample, and write what was found and drawn."""
    from ..report.shape import save, shape_of

    path = folder / "samples" / f"{_stem(name)}-{model}.json"
    write(measure(sample), path)
    written[f"body, {model}"] = [str(path.relative_to(folder))]
    if sample.voxels is not None:
        usual = model == MODELS[0]
        shown = usual and name == SHOWN
        drawn = shape_of(sample.voxels, title=name, before=usual, furnace=shown, film=shown)
        files = save(drawn, folder, f"{_stem(name)}-{model}")
        written[f"shape, {model}"] = [str(f.relative_to(folder)) for f in files]


def _read_page(folder: Path, name: str, written: dict[str, list[str]], seed: int) -> Page:
    """Read the files back and analyse them as a lab's own."""
    from .. import formats, techniques
    from ..report.shape import load
    from ..sample import Sample

    found = {}
    for technique in (t for t in INSTRUMENTS if t in written):
        measurements = [m for f in written[technique] for m in formats.read(folder / f, technique)]
        analysed = techniques.get(technique).analyse(measurements)
        found[technique] = (measurements, [with_evidence(name, f) for f in analysed])
    bodies = {m: read(folder / written[f"body, {m}"][0]) for m in MODELS if f"body, {m}" in written}
    shapes = {m: load(folder / written[f"shape, {m}"][0]) for m in MODELS if f"shape, {m}" in written}
    looked = {}
    for look in pictures.looks(name):
        file, record = (folder / f for f in written[f"look, {look}"])
        looked[look] = pictures.read(record)
        technique, _ = pictures.LOOKS[look]
        if name in SERIES and look in _SHOWN:
            found[technique] = (formats.read(file, technique), looked[look])
    sample = replace(Sample.load(folder / written["sample"][0]), voxels=None)
    return Page(sample, found, bodies, shapes, looked)


def with_evidence(sample: str, finding: Finding) -> Finding:
    """Return a finding as calibrated where the furnace was calibrated on it: the weakest input wins."""
    claim = CALIBRATED_ON.get((sample, finding.name))
    if claim is None:
        return finding
    note = f"the furnace was calibrated on this quantity ({claim}): no evidence"
    return replace(finding, evidence=Evidence.CALIBRATED, notes=(*finding.notes, note))
