"""The small parts: values behind options, tables, JSON, comparison, analysis from Python."""

import json
import math

import numpy as np
import pytest
import xarray as xr

import nanokiln
from nanokiln.analysis import analyse_file, analyse_files
from nanokiln.cli.compare import compare
from nanokiln.cli.options import literal, settings_for
from nanokiln.cli.output import plain, share_bar, table
from nanokiln.core.errors import DataError, InputError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("0.5", 0.5),
        ("1e-3", 1e-3),
        ("true", True),
        ("null", None),
        ("shirley", "shirley"),
        ("0.05,0.3", [0.05, 0.3]),
        ("B 1s, C 1s", ["B 1s", "C 1s"]),
        ('{"C 1s": 1.0}', {"C 1s": 1.0}),
        ("NaN", "NaN"),
    ],
)
def test_settings_become_what_they_look_like(text, value):
    assert literal(text) == value
    assert type(literal(text)) is type(value)


def test_settings_go_to_their_technique():
    given = {"xps.counts": "5", "seed": "1", "sizing.seed": "2"}
    assert settings_for(given, "xps") == {"counts": 5, "seed": 1}
    assert settings_for({"sizing.seed": "2"}, "sizing") == {"seed": 2}


def test_json_holds_no_number_that_is_not_finite():
    value = plain({"a": math.nan, "b": np.float64(2), "c": (np.array([1.0, np.inf]), {"x"}), 1: None})
    assert json.dumps(value, allow_nan=False) == '{"a": null, "b": 2.0, "c": [[1.0, null], ["x"]], "1": null}'


def test_columns_are_aligned_without_blanks_at_the_end():
    assert table(("a", "b"), [("long", ""), ("x", "y")]) == ["a     b", "long", "x     y"]


def test_shares_become_steps():
    with share_bar("Working") as tell:
        tell(0.25)
        tell(0.25, "the same")
        tell(1.0, "done")


def data(**variables) -> dict[str, xr.Dataset]:
    return {"g": xr.Dataset(variables, attrs={"count": 3})}


def test_identical_results_are_identical_also_where_nan():
    both = data(a=("x", [1.0, math.nan]), b=("x", ["p", "q"]), n=((), 2))
    found = compare(both, both)
    assert [d.name for d in found] == ["g/a", "g/b", "g/n", "g@count"]
    assert all(d.identical for d in found)


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (("x", [1.0, 2.5]), "largest difference 0.5"),
        (("x", [1.0, math.nan]), "largest difference nan"),
        (("x", [1, 2]), "largest difference 0"),
        (("y", [1.0, 2.0, 3.0]), "shape (2,) became (3,)"),
        (("x", ["1", "2"]), "other text"),
    ],
)
def test_differences_are_told(new, words):
    (found, _) = compare(data(a=("x", [1.0, 2.0])), data(a=new))
    assert not found.identical
    assert found.words == words


def test_a_missing_or_new_variable_is_a_difference():
    found = {d.name: d.words for d in compare(data(a=((), 1.0)), data(b=((), 1.0)))}
    assert found["g/a"] == "missing in the new result"
    assert found["g/b"] == "only in the new result"


def test_provenance_is_not_compared():
    old, new = xr.Dataset(attrs={"provenance": "a"}), xr.Dataset(attrs={"provenance": "b"})
    assert compare({"": old}, {"": new}) == []


def test_analysis_from_python(instrument_files):
    file = instrument_files / "S-xps.vms"
    result = analyse_file(file, choices={"chains": 20})
    assert (result.technique, result.sure, result.synthetic) == ("xps", 1.0, True)
    assert result.title
    assert result.files == (str(file),)
    again = nanokiln.analyse(file, "xps", {"chains": 20})
    assert [f.name for f in again] == [f.name for f in result.findings]


def test_analysis_needs_a_file():
    with pytest.raises(InputError, match="no file"):
        analyse_files([])


def test_an_error_of_an_analysis_names_the_file(instrument_files, monkeypatch):
    from nanokiln import techniques

    def fails(*_unused):
        raise IndexError("list index out of range")

    monkeypatch.setattr(techniques.get("sizing"), "analyse", fails, raising=False)
    file = instrument_files / "S-sizing-after.csv"
    with pytest.raises(DataError, match=r"S-sizing-after\.csv' was read but cannot be analysed \(IndexError"):
        analyse_file(file)
    with pytest.raises(InputError, match="choice"):
        analyse_file(file, choices={"seed": "x"})
