"""The main job end to end, small: what it writes, that it reuses its work, and that it can be interrupted."""

import json

import pytest

from nanokiln.core.errors import InputError
from nanokiln.core.evidence import Evidence, Finding
from nanokiln.paper import pages
from nanokiln.paper import reproduce as job
from nanokiln.study import work

TINY = {"draft": (2, 2, "draft")}
FEW = ("SiOC", "B-SiOC-2", "B-SiOC-3")


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    """Two accepted and two prior sets, three samples with pages."""
    monkeypatch.setattr(job, "QUALITIES", TINY)
    monkeypatch.setattr(job, "PAGES", FEW)


def stored(folder):
    """Time stamps of everything an interrupted run would need again."""
    parts = ("cache", "samples", "measurements", "pictures")
    return {p: p.stat().st_mtime_ns for part in parts for p in sorted((folder / part).glob("*"))}


def interrupt_at(stage):
    def progress(text, share):
        if text == stage:
            raise KeyboardInterrupt

    return progress


@pytest.mark.slow
def test_an_interrupted_run_continues_and_a_finished_one_is_reused(tmp_path):
    folder = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        job.reproduce(folder, jobs=1, progress=interrupt_at("parameter sets"))
    kept = stored(folder)
    assert {p.name for p in kept} >= {f"{name}.nc" for name in FEW}
    assert not (folder / "report.html").exists()

    told = []
    report = job.reproduce(folder, jobs=1, progress=lambda text, share: told.append((text, share)))
    assert report == folder / "report.html"
    assert report.stat().st_size > 10_000
    resumed = stored(folder)
    assert {p: resumed[p] for p in kept} == kept
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert told[-1] == ("done", 1.0)
    ledger = [(folder / f"ledger.{kind}").read_bytes() for kind in ("csv", "json")]
    rows = json.loads(ledger[1])
    assert len(rows) == 161
    says_what_was_found(rows)

    job.reproduce(folder, jobs=1)
    assert stored(folder) == resumed
    assert [(folder / f"ledger.{kind}").read_bytes() for kind in ("csv", "json")] == ledger


def says_what_was_found(rows):
    """Look for what only a run with samples, instruments and draws can say."""
    how = {r["id"]: r["how"] for r in rows}
    assert "BET analysis of the virtual isotherm" in how["C053"]
    assert "B 1s fit of the virtual spectrum" in how["C082"]
    assert "Particle scale" in how["C035"]
    assert "of 2 accepted parameter sets" in how["C042"]
    assert "The half cell was not run" not in how["C134"]


@pytest.mark.parametrize(
    ("options", "named"),
    [({"quality": "best"}, "best"), ({"jobs": 0}, "jobs = 0"), ({"seed": -1}, "seed = -1")],
)
def test_impossible_options_are_refused_before_anything_is_written(options, named, tmp_path):
    with pytest.raises(InputError, match=named):
        job.reproduce(tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()


def test_a_result_is_kept_under_everything_it_depends_on(monkeypatch):
    key = work.key_of("recipe", 0)
    assert work.key_of("recipe", 0) == key
    assert work.key_of("recipe", 1) != key
    assert work.key_of("another recipe", 0) != key
    monkeypatch.setattr(work, "source_hash", lambda: "edited")
    assert work.key_of("recipe", 0) != key


def test_a_parameter_set_is_fired_once(tmp_path, monkeypatch):
    from nanokiln.core.parameters import Values

    fired = []
    monkeypatch.setattr(
        job, "observe_or_none", lambda values: fired.append(values) or {"s": {"x": float("inf")}}
    )
    first = job._observed(tmp_path, "k", Values())
    assert job._observed(tmp_path, "k", Values()) == first
    assert len(fired) == 1


def test_a_set_without_solution_is_remembered_as_such(tmp_path, monkeypatch):
    from nanokiln.core.parameters import Values

    monkeypatch.setattr(job, "observe_or_none", lambda values: None)
    assert job._observed(tmp_path, "k", Values()) is None
    monkeypatch.setattr(job, "observe_or_none", lambda values: pytest.fail("fired again"))
    assert job._observed(tmp_path, "k", Values()) is None


def test_what_the_furnace_was_calibrated_on_is_no_prediction():
    found = Finding("bet_area", 208.0, 200.0, 215.0, "m2/g", Evidence.PREDICTED, "n2_sorption")
    assert pages.with_evidence("B-SiOC-2", found).evidence == Evidence.CALIBRATED
    assert "C053" in pages.with_evidence("B-SiOC-2", found).notes[-1]
    assert pages.with_evidence("B-SiOC-3", found) == found
