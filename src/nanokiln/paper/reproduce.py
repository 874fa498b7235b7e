"""The main job: fire, measure and judge the reference study, and write the report.

Every step leaves its result in the output folder under a key made from everything it depends on, so an
interrupted run continues where it stopped, and a changed recipe or record is computed anew.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import DataError, InputError
from ..core.files import writable_folder, write_text
from ..core.parameters import Values
from ..core.provenance import Provenance
from ..study.work import Progress, in_order, key_of, pool_of
from . import calibration
from .pages import PAGES, Page, make_pages
from .run import RECIPES, SERIES, Run, observe_all, observe_or_none

if TYPE_CHECKING:
    from ..study.ledger import Claim, Ledger

#: Parameter sets and spheres of each quality: accepted sets, prior sets, preset of the particle scale.
QUALITIES = {"draft": (32, 24, "draft"), "standard": (96, 64, "standard")}
#: Calibration targets of the half cell.
HALF_CELL_ROWS = ("C133", "C137")
#: Calibration targets of its ageing: neck fatigue, exchange current, loss and blocked share.
AGEING_ROWS = ("C126", "C129", "C138", "C140")
_PRIOR_SEED = 84  # of the parameter sets drawn before any claim is looked at


def reproduce(
    out: str | Path, quality: str = "draft", jobs: int = 2, seed: int = 0, progress: Progress | None = None
) -> Path:
    """Hold the software against every claim of the reference article.

    Parameters
    ----------
    out
        Folder for ``report.html``, ``ledger.csv``, ``ledger.json``, ``film.webp``, samples, pictures and
        instrument files.
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
    with pool_of(jobs) as pool:
        family = pool.submit(_half_cell)
        pages = make_pages(pool, folder, PAGES, preset=QUALITIES[quality][2], seed=seed, tell=tell)
        powders = {p.sample.name: p.sample for p in pages if p.sample.name in SERIES}
        battery = pool.submit(_battery, powders)
        run = _compute_run(pool, folder, quality, tell, pages)
        tell("half cell", 0.85)
        run = replace(run, family=family.result(), battery=battery.result())
    ledger = judge_all(run)
    ledger.write(folder)
    tell("report", 0.92)
    made = Provenance("reproduce", {"quality": quality}, seed)
    path = _write_report(
        folder, ledger, run, pages, made, begun, jobs, lambda s: tell("report", 0.92 + 0.08 * s)
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
    guard_fit((*HALF_CELL_ROWS, *AGEING_ROWS), claims)
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
    tasks = [(folder, key_of(RECIPES, v.overrides), v) for v in sets]
    results = list(in_order(pool, _observed, tasks, lambda s: tell("parameter sets", 0.35 + 0.5 * s)))
    accepted = [r for r in results[: len(sets) - prior_count] if r is not None]
    before = [r for r in results[len(sets) - prior_count :] if r is not None]
    samples = {p.sample.name: p.sample for p in pages}
    findings = {
        (page.sample.name, technique): found
        for page in pages
        for technique, (_, found) in page.measurements.items()
    }
    bodies = {(p.sample.name, model): facts for p in pages for model, facts in p.bodies.items()}
    pictures = {(p.sample.name, look): found for p in pages for look, found in p.pictures.items()}
    return Run(
        Values(), observe_all(Values()), accepted, before, samples, findings, bodies=bodies, pictures=pictures
    )


def _half_cell() -> Any:
    from ..halfcell import predict_family

    return predict_family(Values())


def _battery(powders: dict[str, Any]) -> Any:
    """Compare the powders of the series; None where one of them is missing."""
    if set(powders) != set(SERIES):
        return None
    from ..halfcell.battery_study import battery_study

    return battery_study(powders)


def _write_report(
    folder: Path,
    ledger: Ledger,
    run: Run,
    pages: Sequence[Page],
    provenance: Provenance,
    begun: float,
    jobs: int,
    tell: Callable[[float], None],
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
        pages=[SamplePage(p.sample, p.measurements, p.bodies, p.shapes) for p in pages],
        rate_family=run.family,
        notes=notes,
        provenance=provenance,
        elapsed_s=time.monotonic() - begun,
    )
    return write(content, folder / "report.html", tell, jobs)
