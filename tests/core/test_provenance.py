"""A result file says how to make it again."""

import json
import platform

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanokiln.core.errors import DataError
from nanokiln.core.provenance import Provenance, versions

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.text(),
    st.dictionaries(st.text(), JSON, max_size=4),
    st.integers(min_value=0),
    st.dictionaries(st.text(), st.floats(allow_nan=False, allow_infinity=False), max_size=4),
)
def test_round_trip(action, inputs, seed, overrides):
    record = Provenance(action, inputs, seed, overrides, created="2026-01-01", libraries={}, system="")
    assert Provenance.from_json(record.to_json()) == record


def test_a_new_record_knows_time_versions_and_machine():
    record = Provenance(action="fire", inputs={"recipe": "B-SiOC-2"}, seed=1)
    assert record.created.endswith("+00:00")
    assert record.libraries["python"] == platform.python_version()
    assert "numpy" in record.libraries
    assert platform.machine() in record.system
    assert Provenance.from_json(record.to_json()) == record


def test_versions_name_only_what_is_installed():
    found = versions()
    assert "nanokiln" in found
    assert all(found.values())


@pytest.mark.parametrize(
    "text", ["", "not json", "[]", "3", "{}", json.dumps({"action": "fire", "surprise": 1})]
)
def test_damaged_records_are_refused(text):
    with pytest.raises(DataError, match="provenance record"):
        Provenance.from_json(text)
