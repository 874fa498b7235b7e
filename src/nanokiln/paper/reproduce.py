"""The main job: fire, measure and judge the reference study, and write the report.

Every step leaves its result in the output folder under a key made from everything it depends on, so an
interrupted run continues where it stopped, and a changed recipe or record is computed anew.
"""

from __future__ import annotations

import hashlib
import json
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import DataError, InputError
from ..core.files import writable_folder, write_text
from ..core.parameters import Values, load_all
from ..core.provenance import Provenance, versions
from ..recipe import load_recipe, recipe_text
from . import calibration
from .run import RECIPES, Run, observe_all, observe_or_none

if TYPE_CHECKING:
    from ..core.evidence import Finding
    from ..core.measurement import Measurement
    from ..sample import Sample
    from ..study.ledger import Claim, Ledger

Progress = Callable[[str, float], None]

#: Parameter sets and spheres of each quality: accepted sets, prior sets, preset of the particle scale.
QUALITIES = {"draft": (32, 24, "draft"), "standard": (96, 64, "standard")}
#: Samples that get a page in the report, with virtual instruments.
PAGES = (
    "SiOC", "B-SiOC-1", "B-SiOC-2", "B-SiOC-3", "B-SiOC-4", "B-SiOC-3-before", "B-SiOC-2-500C",
    "B-SiOC-2-900C-0h", "B-SiOC-2-900C-1h", "B-SiOC-2-800C",
    "B-SiOC-2-1000C", "silica", "carbon", "silica@carbon", "BTEE-SiOC",
    "hollow C@SiOC", "B-SiOC-2-etched",
)  # fmt: skip
#: Calibration targets of the half cell.
HALF_CELL_ROWS = ("C133", "C137")
INSTRUMENTS = ("sizing", "n2_sorption", "xps")
_PRIOR_SEED = 84  # of the parameter sets drawn before any claim is looked at


@dataclass(frozen=True)
class Page:
    """One sample with what its virtual instruments recorded and the analyses found."""

    sample: Sample
    measurements: dict[str, tuple[list[Measurement], list[Finding]]]


def reproduce(
    out: str | Path, quality: str = "draft", jobs: int = 2, seed: int = 0, progress: Progress | None = None
) -> Path:
    """Hold the software against every claim of the reference article.

    Parameters
    ----------
    out
        Folder for ``report.html``, ``ledger.csv``, ``ledger.json``, samples and instrument files.
    quality
        ``draft`` or ``standard``: number of parameter sets and of spheres.
    jobs
        Processes.
    seed
        Seed of everything random.
    progress
        Called with what is being done and the finished share of the whole.

    Returns
    -------
    Path
        The report.

    Raises
    ------
    InputError
        For an unknown quality, fewer than one job, a negative seed or an unwritable folder.
    """
    if quality not in QUALITIES:
        raise InputError(f"quality '{quality}' is unknown. Allowed: {', '.join(QUALITIES)}.")
    if jobs < 1 or seed < 0:
        raise InputError(f"jobs = {jobs}, seed = {seed}: at least one job and a seed from 0 on are needed.")
    folder = writable_folder(out)
    begun = time.monotonic()
    tell = progress or (lambda text, share: None)
    with _pool(jobs) as pool:
        family = pool.submit(_half_cell)
        pages = _make_pages(pool, folder, quality, seed, tell)
        run = _compute_run(pool, folder, quality, tell, pages)
        tell("half cell", 0.85)
        run = _with(run, family=family.result())
    ledger = judge_all(run)
    ledger.write(folder)
    tell("report", 0.92)
    path = _write_report(
        folder, ledger, run, pages, Provenance("reproduce", {"quality": quality}, seed), begun
    )
    tell("done", 1.0)
    return path


def judge_all(run: Run) -> Ledger:
    """Return the verdict on every claim of the article.

    Raises
    ------
    DataError
        If a prediction row is used in the furnace's fit.
    """
    from ..study.ledger import Ledger, guard_fit
    from . import judges as judges
    from .judging import verdict

    claims = calibration.claims()
    guard_fit([*calibration.TARGETS, *calibration.CONDITIONS], claims)
    guard_fit(HALF_CELL_ROWS, claims)
    _same_targets(claims)
    return Ledger(tuple(verdict(run, claim) for claim in claims))


def _same_targets(claims: Sequence[Claim]) -> None:
    """Check that the half cell is calibrated on the rows it says, and on no other capacity."""
    from ..halfcell import article_targets

    rows = sorted(c.number for c in claims if c.id in HALF_CELL_ROWS)
    used = sorted(article_targets(Values()).values())
    if rows != used:
        raise DataError(
            f"the half cell is calibrated on {used} mAh/g, not on {', '.join(HALF_CELL_ROWS)} ({rows})."
        )


@contextmanager
def _pool(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Give a pool that is shut down without waiting when the run is interrupted."""
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_leave_interrupts)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


def _leave_interrupts() -> None:
    """Let the parent process alone answer Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _key(*parts: Any) -> str:
    """Return a short hash of everything a result depends on."""
    records = [(p.id, p.value) for p in load_all().values()]
    text = json.dumps(
        [versions().get("nanokiln"), _source_hash(), records, *parts], default=str, sort_keys=True
    )
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _source_hash() -> str:
    """Return a hash of the package's own code, so that an edited model is not answered from old results."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _observed(folder: Path, key: str, values: Values) -> dict[str, dict[str, float]] | None:
    """Fire all recipes with one parameter set, or read the result of an earlier run."""
    path = folder / "cache" / f"{key}.json"
    if path.exists():
        stored: dict[str, dict[str, float]] | None = json.loads(path.read_text(encoding="utf-8"))
        return stored
    found = observe_or_none(values)
    write_text(path, json.dumps(found))
    return found


def _compute_run(
    pool: ProcessPoolExecutor, folder: Path, quality: str, tell: Progress, pages: Sequence[Page]
) -> Run:
    accepted_count, prior_count, _ = QUALITIES[quality]
    sets = [*calibration.ensemble(accepted_count), *calibration.prior(prior_count, _PRIOR_SEED)]
    base = _key(RECIPES)
    tasks = [(folder, f"{base}-{_digest(v)}", v) for v in sets]
    results = list(_in_order(pool, _observed, tasks, lambda s: tell("parameter sets", 0.35 + 0.5 * s)))
    accepted = [r for r in results[: len(sets) - prior_count] if r is not None]
    before = [r for r in results[len(sets) - prior_count :] if r is not None]
    samples = {p.sample.name: p.sample for p in pages}
    findings = {
        (page.sample.name, technique): found
        for page in pages
        for technique, (_, found) in page.measurements.items()
    }
    return Run(Values(), observe_all(Values()), accepted, before, samples, findings)


def _digest(values: Values) -> str:
    return hashlib.sha256(json.dumps(values.overrides, sort_keys=True).encode()).hexdigest()[:12]


def _with(run: Run, **changes: Any) -> Run:
    from dataclasses import replace

    return replace(run, **changes)


def _in_order(
    pool: ProcessPoolExecutor,
    function: Callable[..., Any],
    tasks: Sequence[tuple[Any, ...]],
    tell: Callable[[float], None],
) -> Iterable[Any]:
    """Run tasks in the pool, reporting progress; results in the order of the tasks."""
    futures = [pool.submit(function, *task) for task in tasks]
    open_ones = set(futures)
    while open_ones:
        _, open_ones = wait(open_ones, return_when=FIRST_COMPLETED)
        tell(1 - len(open_ones) / max(len(futures), 1))
    return [f.result() for f in futures]


def _make_pages(
    pool: ProcessPoolExecutor, folder: Path, quality: str, seed: int, tell: Progress
) -> list[Page]:
    preset = QUALITIES[quality][2]
    tasks = [
        (folder, name, preset, seed, _key(recipe_text(load_recipe(name)), preset, seed)) for name in PAGES
    ]
    paths = _in_order(pool, _make_page, tasks, lambda s: tell("samples and instruments", 0.35 * s))
    return [_read_page(folder, name, path, seed) for name, path in zip(PAGES, paths, strict=True)]


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
    sample = make_sample(load_recipe(name), seed=seed, quality=preset)
    path = folder / "samples" / f"{_stem(name)}.nc"
    sample.save(path)
    written = {"sample": [str(path.relative_to(folder))]}
    for technique in INSTRUMENTS:
        try:
            taken = measuring.take(sample, technique, seed, {})
        except InputError:  # the sample has nothing this instrument could see
            continue
        files = measuring.write_all([taken], writable_folder(folder / "measurements"), _stem(name))
        written[technique] = [str(f.relative_to(folder)) for f in files]
    write_text(index, json.dumps(written))
    return written


def _read_page(folder: Path, name: str, written: dict[str, list[str]], seed: int) -> Page:
    """Read the files back and analyse them as a lab's own."""
    from .. import formats, techniques
    from ..sample import Sample

    found = {}
    for technique in (t for t in INSTRUMENTS if t in written):
        measurements = [m for f in written[technique] for m in formats.read(folder / f, technique)]
        found[technique] = (measurements, techniques.get(technique).analyse(measurements))
    return Page(Sample.load(folder / written["sample"][0]), found)


def _half_cell() -> Any:
    from ..halfcell import predict_family

    return predict_family(Values())


def _write_report(
    folder: Path, ledger: Ledger, run: Run, pages: Sequence[Page], provenance: Provenance, begun: float
) -> Path:
    from ..report import ReportInput, SamplePage, write

    notes = [
        f"The furnace was calibrated on {len(calibration.TARGETS)} rows and {len(calibration.CONDITIONS)} "
        "conditions of the "
        f"ledger; intervals are the 5-95 % range over {len(run.accepted)} parameter sets that agree with "
        "them.",
        "A met prediction is called weak when the statement also holds in at least 97 % of "
        f"{len(run.prior)} parameter sets drawn "
        "from physically possible ranges before any claim was looked at, or when the ledger says so.",
    ]
    content = ReportInput(
        title="nanokiln against the reference study",
        ledger=ledger,
        pages=[SamplePage(p.sample, p.measurements) for p in pages],
        rate_family=run.family,
        notes=notes,
        provenance=provenance,
        elapsed_s=time.monotonic() - begun,
    )
    return write(content, folder / "report.html")
