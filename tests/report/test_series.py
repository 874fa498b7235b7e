"""Which samples are compared with which."""

from types import SimpleNamespace

import xarray as xr

from nanokiln.recipe import load_recipe
from nanokiln.report import SamplePage
from nanokiln.report.series import claimed_number, sort_out, verdicts_for


def page(name: str) -> SamplePage:
    recipe = load_recipe(name)
    end = float(recipe.programme.duration_s) if hasattr(recipe.programme, "duration_s") else float(len(name))
    firing = xr.Dataset(coords={"time": [0.0, end]})
    return SamplePage(SimpleNamespace(name=recipe.name, recipe=recipe, stage=recipe.stage, firing=firing))


NAMES = (
    "B-SiOC-4", "B-SiOC-2-900C-1h", "SiOC", "B-SiOC-2", "B-SiOC-1", "B-SiOC-2-before", "B-SiOC-2-etched",
    "B-SiOC-2-500C", "B-SiOC-2-1000C", "B-SiOC-2-700C", "B-SiOC-3", "carbon",
)  # fmt: skip


def test_the_reference_study_is_sorted():
    series = sort_out([page(name) for name in NAMES])
    assert [p.name for p in series.products] == ["SiOC", "B-SiOC-1", "B-SiOC-2", "B-SiOC-3", "B-SiOC-4"]
    assert series.reference is not None
    assert series.reference.name == "B-SiOC-2"
    assert {p.name for p in series.stopped} == {"B-SiOC-2-900C-1h", "B-SiOC-2-500C"}
    assert [p.name for p in series.heated] == ["B-SiOC-2-700C", "B-SiOC-2", "B-SiOC-2-1000C"]
    assert series.before["B-SiOC-2"].name == "B-SiOC-2-before"
    assert "B-SiOC-4" not in series.before


def test_nothing_and_a_single_sample_are_sorted_too():
    assert sort_out([]).reference is None
    one = sort_out([page("B-SiOC-3")])
    assert one.reference is not None
    assert one.stopped == ()


def test_only_plain_numbers_of_this_sample_are_quoted(ledger):
    found = claimed_number(ledger, "BET", "specific surface", "B-SiOC-2")
    assert found is not None
    assert found.claim.id == "T001"
    assert claimed_number(ledger, "BET", "specific surface", "B-SiOC-9") is None
    assert len(verdicts_for(ledger, "BET")) == 8
