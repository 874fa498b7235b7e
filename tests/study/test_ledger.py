"""Claims are read strictly, verdicts are written plainly, and fits may not use predictions."""

import csv
import json
import math

import pytest

from nanokiln.core.errors import DataError
from nanokiln.core.evidence import Evidence
from nanokiln.study.ledger import Ledger, Outcome, Strength, Verdict, guard_fit, parse_claims, read_claims

COLUMNS = "id,where,topic,sample,quantity,statement,value,unit,relation,tolerance,kind,test"
ROWS = (
    'A1,p1,size,s1,diameter,"Mean, dried",200,nm,approx,+-5,input,config value',
    "A2,p2,size,s1,growth,It grows,>3.5,nm,gt,,calibration target,fit",
    "A3,p3,size,s2,order,s1 below s2,1<2,-,ordering,-,prediction,rank test",
)
TEXT = "\n".join((COLUMNS, *ROWS)) + "\n"


@pytest.fixture
def claims():
    return parse_claims(TEXT, "my claims")


def made(claim, outcome=Outcome.MET, value=1.0, low=0.5, high=2.0, strength=Strength.NONE, share=math.nan):
    return Verdict(
        claim, outcome, value, low, high, "nm", Evidence.PREDICTED, "Compared µ, β.", strength, share
    )


def test_claims_are_parsed_field_by_field(claims):
    assert [c.id for c in claims] == ["A1", "A2", "A3"]
    assert claims[0].statement == "Mean, dried"
    assert claims[1].kind == "calibration target"
    assert claims[1].tolerance == ""


def test_the_claimed_number_is_read_where_there_is_one(claims):
    assert [c.number for c in claims[:2]] == [200.0, 3.5]
    assert math.isnan(claims[2].number)


def test_a_claims_file_is_read_like_its_text(tmp_path, claims):
    path = tmp_path / "claims.csv"
    path.write_text(TEXT, encoding="utf-8")
    assert read_claims(path) == claims


def test_a_missing_file_is_a_data_error(tmp_path):
    with pytest.raises(DataError):
        read_claims(tmp_path / "none.csv")


@pytest.mark.parametrize("column", ["id", "kind", "tolerance"])
def test_a_missing_column_is_named(column):
    text = TEXT.replace(column, "other", 1)
    with pytest.raises(DataError, match=rf"my claims.*{column}.*Needed"):
        parse_claims(text, "my claims")


def test_an_empty_file_misses_all_columns():
    with pytest.raises(DataError, match="missing"):
        parse_claims("", "my claims")


def test_an_id_that_occurs_twice_is_named():
    with pytest.raises(DataError, match="A2 occurs twice"):
        parse_claims(TEXT + ROWS[1] + "\n", "my claims")


def test_an_unknown_kind_is_named_with_the_allowed_ones():
    with pytest.raises(DataError, match=r"A3 has kind 'guess'.*input, calibration target, prediction"):
        parse_claims(TEXT.replace(",prediction,", ",guess,"), "my claims")


def test_a_short_row_has_no_kind():
    with pytest.raises(DataError, match="A4 has kind ''"):
        parse_claims(TEXT + "A4,p1,size\n", "my claims")


def test_counts_and_lookup(claims):
    ledger = Ledger((
        made(claims[0], Outcome.INPUT), made(claims[1], Outcome.CALIBRATED),
        made(claims[2], Outcome.MET, strength=Strength.ROBUST),
    ))  # fmt: skip
    assert ledger.count() == {"input": 1, "calibrated": 1, "met (robust)": 1}
    assert ledger["A2"].outcome == Outcome.CALIBRATED
    with pytest.raises(KeyError, match="A9"):
        ledger["A9"]


def test_the_ledger_is_written_as_csv_and_json(tmp_path, claims):
    ledger = Ledger((
        made(claims[0], Outcome.INPUT, math.nan, math.nan, math.inf),
        made(claims[2], Outcome.MET, 1 / 3, strength=Strength.WEAK, share=0.75),
    ))  # fmt: skip
    paths = ledger.write(tmp_path)
    assert [p.name for p in paths] == ["ledger.csv", "ledger.json"]
    with paths[0].open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    assert reader.fieldnames == ["id", "verdict", "value", "low", "high", "unit", "evidence", "how"]
    assert rows[0] | {"id": "A1", "verdict": "input", "value": "", "low": "", "high": ""} == rows[0]
    assert rows[1]["verdict"] == "met (weak)"
    assert rows[1]["value"] == "0.333333"
    assert rows[1]["evidence"] == "predicted"
    assert rows[1]["how"] == "Compared µ, β."
    full = json.loads(paths[1].read_text("utf-8"))
    assert [full[0][k] for k in ("value", "low", "high", "share")] == [None] * 4
    assert full[1]["claim"]["statement"] == "s1 below s2"
    assert full[1]["share"] == 0.75
    assert "NaN" not in paths[1].read_text("utf-8")


def test_a_fit_may_use_calibration_targets(claims):
    guard_fit(["A2"], claims)


@pytest.mark.parametrize(("used", "named"), [(["A2", "A3"], "A3"), (["A1"], "A1"), (["A9"], "A9")])
def test_a_fit_that_uses_anything_else_is_refused(used, named, claims):
    with pytest.raises(DataError, match=rf"{named} is not") as error:
        guard_fit(used, claims)
    assert "A2" not in str(error.value)


def test_all_wrong_rows_are_named(claims):
    with pytest.raises(DataError, match="A1, A3 are not"):
        guard_fit(["A3", "A1"], claims)
