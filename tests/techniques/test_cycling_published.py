"""A cell beside published anodes: same current, and what else differs."""

import math

import pytest

from nanokiln.cli.app import main
from nanokiln.techniques import get
from nanokiln.techniques.cycling import published as pub
from nanokiln.techniques.cycling.synthetic import anode_test

RATES = {0.1: 800.0, 0.5: 500.0, 1.0: 400.0}


def other(**more):
    plain = {
        "material": "x", "kind": "SiOC", "capacity_mAh_g": 600.0, "current_A_g": 0.1, "when": pub.EARLY,
        "basis": "active", "loading_mg_cm2": 1.0, "window_V": "0.01-3", "efficiency_percent": math.nan,
        "source": "s", "doi": "10.1/x",
    }  # fmt: skip
    return pub.Published(**{**plain, **more})


def one(monkeypatch, entry, **conditions):
    monkeypatch.setattr(pub, "published", lambda: (entry,))
    known = {"basis": "active", "loading_mg_cm2": 1.1, "window_V": [0.01, 3.0]}
    (row,) = pub.compared(RATES, {**known, **conditions})
    return row


def test_every_row_of_the_table_is_sourced_and_possible():
    rows = pub.published()
    assert len(rows) >= 12
    assert {r.kind for r in rows} == {"SiOC", "SiOx/C"}
    for row in rows:
        assert 50 < row.capacity_mAh_g < 4200, row
        assert row.doi.startswith("10.")
        assert row.source
        assert row.material
        assert row.when
        assert row.basis in ("", "active", "electrode")
        assert not row.current_A_g <= 0


def test_the_same_current_and_conditions_are_a_fair_comparison(monkeypatch):
    row = one(monkeypatch, other())
    assert (row.own, row.fair) == (800.0, True)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"when": "cycle 300"}, "cycle 300"),
        ({"basis": "electrode"}, "per gram of electrode, here of active"),
        ({"basis": ""}, "mass basis not stated"),
        ({"loading_mg_cm2": 3.0}, "3 mg/cm2, here 1.1"),
        ({"loading_mg_cm2": math.nan}, "loading not stated"),
        ({"window_V": "0.01-1.5"}, "0.01-1.5 V, here 0.01-3"),
        ({"window_V": ""}, "window not stated"),
    ],
)
def test_whatever_differs_is_said_and_makes_it_unfair(monkeypatch, entry, said):
    row = one(monkeypatch, other(**entry))
    assert not row.fair
    assert any(said in words for words in row.differs)
    assert row.comparable  # the current is still the same


def test_between_currents_capacity_follows_the_logarithm(monkeypatch):
    row = one(monkeypatch, other(current_A_g=math.sqrt(0.05)))
    assert row.own == pytest.approx(650.0)


@pytest.mark.parametrize("current", [0.05, 2.0, math.nan])
def test_beyond_the_currents_of_the_cell_nothing_is_guessed(monkeypatch, current):
    row = one(monkeypatch, other(current_A_g=current))
    assert not row.comparable
    assert not row.fair


def analysed(**choices):
    test = anode_test([800] * 4 + [500] * 4, [0.1] * 4 + [1.0] * 4, mass_mg=1.0, seed=0)
    return get("cycling").analyse([test], choices)


def test_loading_and_window_of_a_file_are_kept_with_its_capacities():
    findings = analysed(mass_mg=1.0, area_cm2=0.5, basis="electrode")
    choices = findings[0].choices
    assert choices["loading_mg_cm2"] == pytest.approx(2.0)
    low, high = choices["window_V"]
    assert 0 <= low < 0.5 < high
    assert sum(row.comparable for row in pub.beside(findings)) >= 4


def test_where_no_current_is_common_that_is_all_that_is_said():
    rows = pub.compared({50.0: 10.0}, {})
    assert not any(row.comparable for row in rows)
    assert pub.rank(rows).startswith("None of the ")


@pytest.mark.parametrize("choices", [{}, {"mass_mg": 1.0, "cell": "cathode_half_cell"}])
def test_without_a_mass_or_an_anode_there_is_nothing_to_compare(choices):
    assert pub.beside(analysed(**choices)) == []


def test_the_command_prints_the_table_and_says_that_it_is_no_rank(tmp_path, capsys):
    test = anode_test([800] * 4 + [500] * 4, [0.1] * 4 + [1.0] * 4, mass_mg=1.0, seed=0)
    (file,) = get("cycling").write([test], tmp_path, "cell")
    assert main(["analyse", str(file), "--choice", "mass_mg=1.0", "--published"]) == 0
    out = capsys.readouterr().out
    assert "10.1039/C6QI00125D" in out
    assert "so this is no rank" in out
    assert main(["analyse", str(file), "--published"]) == 0
    assert "with known mass_mg" in capsys.readouterr().out


def test_the_flag_is_refused_where_there_is_no_cell(tmp_path, capsys):
    file = tmp_path / "raman.txt"
    file.write_text("".join(f"{x}\t{1000 + x % 7}\n" for x in range(1000, 1800, 2)), encoding="utf-8")
    code = main(["analyse", str(file), "--technique", "raman", "--published"])
    assert code != 0
    assert "none of the files is a cycling test" in capsys.readouterr().err
