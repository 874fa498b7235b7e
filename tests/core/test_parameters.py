"""Records, overrides, and lookup by id and symbol."""

import math

import pytest

from nanokiln.core import parameters
from nanokiln.core.errors import InputError
from nanokiln.core.parameters import Parameter, Values, find


@pytest.fixture
def records(monkeypatch):
    """A registry of its own, so that the package's records neither help nor suffer."""
    registry = {}
    monkeypatch.setattr(parameters, "_REGISTRY", registry)
    monkeypatch.setattr(parameters, "load_all", lambda: dict(registry))
    Parameter("melt.density", 1.54, "g/cm3", 1.5, 1.6, "Table 1", "V")
    Parameter("pore.diameter", 1.7, "nm", 1.6, 2.2, "fit", "C", symbol="M2", calibrated_on=("C052",))
    return registry


def test_defaults_are_read_by_record_id_and_symbol(records):
    values = Values()
    assert values[records["melt.density"]] == values["melt.density"] == 1.54
    assert values["M2"] == values["pore.diameter"] == 1.7


def test_overrides_by_id_or_symbol_leave_the_rest(records):
    values = Values({"M2": 2.0})
    assert values["pore.diameter"] == 2.0
    assert values["melt.density"] == 1.54
    assert values.overrides == {"pore.diameter": 2.0}
    assert Values()["pore.diameter"] == 1.7


def test_replace_adds_and_renews_without_changing_the_original(records):
    first = Values({"M2": 2.0})
    second = first.replace({"pore.diameter": 2.1, "melt.density": 1.5})
    assert dict(second.overrides) == {"pore.diameter": 2.1, "melt.density": 1.5}
    assert first.overrides == {"pore.diameter": 2.0}


def test_overrides_cannot_be_changed_from_outside(records):
    values = Values({"M2": 2.0})
    values.overrides["pore.diameter"] = 9.0
    assert values["M2"] == 2.0


def test_values_are_a_mapping_over_all_records(records):
    assert dict(Values({"M2": 2.0})) == {"melt.density": 1.54, "pore.diameter": 2.0}
    assert len(Values()) == 2


@pytest.mark.parametrize("name", ["pore.diamter", "M22", ""])
def test_an_unknown_name_is_refused_with_the_allowed_ones(records, name):
    with pytest.raises(InputError, match=r"pore\.diameter"):
        Values({name: 1.0})
    with pytest.raises(InputError, match="unknown parameter"):
        Values()[name]


def test_a_misspelt_name_gets_a_suggestion(records):
    with pytest.raises(InputError, match=r"Did you mean 'pore\.diameter'"):
        find("pore.diamter")


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_only_finite_overrides(records, number):
    with pytest.raises(InputError, match="finite"):
        Values({"M2": number})


def test_an_id_is_given_once(records):
    with pytest.raises(ValueError, match="defined twice"):
        Parameter("melt.density", 1.0, "g/cm3", 1.0, 1.0, "Table 1", "V")


def test_integers_become_floats_and_closures_are_known(records):
    whole = Parameter("melt.order", 2, "", 2, 2, "definition", "exact")
    assert isinstance(whole.value, float)
    assert not whole.is_closure
    assert records["pore.diameter"].is_closure


def test_load_all_finds_the_package_records_sorted():
    everything = parameters.load_all()
    assert list(everything) == sorted(everything)
    assert all(name == record.id for name, record in everything.items())
