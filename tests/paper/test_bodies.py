"""The voxel engine decides a claim only where its grid resolves what is asked, and says so in words."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from nanokiln.assembly.voxels.measure import roughness, summary
from nanokiln.core.parameters import Values
from nanokiln.paper import bodies
from nanokiln.paper.bodies import (
    Seen,
    above,
    below,
    last_is_largest,
    measure,
    none_resolved,
    on_grid,
    read,
    rising,
    within,
    write,
)
from nanokiln.paper.judges import sizes
from nanokiln.paper.judging import Judgement
from nanokiln.paper.run import Run
from nanokiln.recipe import load_recipe
from nanokiln.sample import make_sample
from nanokiln.study.ledger import Outcome


def sharp(x, error=0.1):
    return Seen(x, x - error, x + error)


def bounds(low, high):
    return Seen(math.nan, low, high)


@pytest.mark.parametrize(
    ("test", "found", "answer"),
    [
        (rising(), [sharp(1), sharp(2), sharp(3)], True),
        (rising(), [sharp(1), sharp(3), sharp(2)], False),
        (rising(), [bounds(0, 1), sharp(2)], True),
        (rising(), [bounds(0, 5), sharp(2)], None),
        (rising(), [bounds(3, 5), sharp(2)], False),
        (rising(1.0), [sharp(1), sharp(1.5)], False),
        (rising(), [sharp(1), Seen(2, math.nan, math.nan)], None),
        (above(0.8), [bounds(0.9, 1)], True),
        (above(0.8), [bounds(0.2, 1)], None),
        (above(0.8), [bounds(0.2, 0.7)], False),
        (below(0.8), [bounds(0.2, 0.7)], True),
        (below(0.8), [bounds(0.9, 1)], False),
        (within(0, 1), [sharp(0.5)], True),
        (within(0, 1), [sharp(1.5)], False),
        (within(0, 1), [bounds(0, 1)], None),
        (last_is_largest, [sharp(1), sharp(5), sharp(7)], True),
        (last_is_largest, [sharp(1), sharp(9), sharp(7)], False),
        (last_is_largest, [sharp(1), bounds(0, 9), sharp(7)], None),
        (none_resolved, [bounds(0, 0.9)], True),
        (none_resolved, [bounds(0.3, 1)], False),
    ],
)
def test_what_the_grid_can_tell(test, found, answer):
    assert test(found) is answer


@pytest.mark.parametrize(
    ("last", "answer"),
    [
        (sharp(-20), True),
        (sharp(-1), False),
        (sharp(5), False),
        (sharp(-8.3), None),  # less than the third by no more than the errors
        (Seen(-20, math.nan, math.nan), None),
    ],
)
def test_sample_4_shrinks_most_only_beyond_the_intervals(last, answer):
    assert sizes._shrinks_most([sharp(-2), sharp(-6), sharp(-8.2), last]) is answer


def test_a_change_is_taken_sphere_by_sphere(monkeypatch):
    """Three spheres shrink by 8; the small one has no free surface afterwards."""
    diameters = {"before": [180.0, 200.0, 220.0], -1: [math.nan, 191.9, 212.1]}
    monkeypatch.setattr(
        roughness, "roughness", lambda phi, *_, **__: xr.Dataset({"diameter_nm": ("sphere", phi)})
    )
    monkeypatch.setattr(
        summary,
        "body_of",
        lambda voxels, stage: SimpleNamespace(
            phi=np.array(diameters[stage]), centres=None, radii=None, voxel_nm=1.0, eta=6.0
        ),
    )
    change = bodies._change(None)
    assert change["value"] == pytest.approx(-8.0)
    assert change["high"] - change["low"] < 2.0  # that of the sizes is 40


def run_with(**by_model):
    bodies = {
        ("S", model): {"last": {"rq": value, "voxel_nm": sharp(4.5)}} for model, value in by_model.items()
    }
    return Run(Values(), {}, bodies=bodies)


def furnace(*holds):
    return Judgement(np.ones(len(holds)), "By the furnace.", np.array(holds))


def test_the_engine_decides_the_nominal_run_and_leaves_the_sets_alone():
    answer = on_grid(run_with(unmixing=sharp(2)), furnace(False, False, True), "rq", ["S"], above(1))
    assert list(answer.holds) == [True, False, True]
    assert "4.5 nm voxels" in answer.how
    assert "unmixing: 2, it holds" in answer.how


def test_where_the_grid_cannot_tell_the_furnace_decides():
    answer = on_grid(run_with(unmixing=bounds(0, 5)), furnace(True, True), "rq", ["S"], above(1))
    assert list(answer.holds) == [True, True]
    assert "the grid cannot tell" in answer.how


def test_nucleation_is_told_but_does_not_decide():
    both = run_with(unmixing=sharp(2), nucleation=sharp(0.5))
    answer = on_grid(both, furnace(True), "rq", ["S"], above(1))
    assert list(answer.holds) == [True]
    assert "nucleation: 0.5, it does not" in answer.how


def test_without_a_body_nothing_is_said():
    answer = furnace(True)
    assert on_grid(Run(Values(), {}), answer, "rq", ["S"], above(1)) is answer


def test_what_is_not_resolved_stays_so():
    answer = Judgement(math.nan, "Open.", outcome=Outcome.NOT_RESOLVED)
    found = on_grid(run_with(unmixing=sharp(2)), answer, "rq", ["S"], above(1))
    assert found.outcome is Outcome.NOT_RESOLVED
    assert "it holds" in found.how


def test_a_body_is_measured_written_and_read(tmp_path):
    sample = make_sample(load_recipe("B-SiOC-2"), spheres=30, voxels=48)
    write(measure(sample), tmp_path / "facts.json")
    facts = read(tmp_path / "facts.json")
    assert facts["before"]["diameter"].value == pytest.approx(206, abs=5)
    change = facts["last"]["diameter_change"]
    means = facts["last"]["diameter"].value - facts["before"]["diameter"].value
    assert change.value == pytest.approx(means, abs=0.01)  # not to the digit: other spheres are fitted
    assert change.low < change.value < change.high
    assert facts["last"]["voxel_nm"].value == pytest.approx(12, abs=1)


def test_a_sample_without_voxels_has_no_facts():
    assert measure(make_sample(load_recipe("SiOC"), spheres=30)) == {}
