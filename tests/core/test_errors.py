"""Errors say what was given, what is allowed and what was probably meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanokiln.core.errors import DataError, InputError, NanokilnError, nearest, unknown_name

ALLOWED = ["n2_sorption", "XPS", "sizing"]


def test_nearest_suggests_a_similar_name_in_its_own_spelling():
    assert nearest("xsp", ALLOWED) == " Did you mean 'XPS'?"
    assert nearest("n2_sorbtion", ALLOWED) == " Did you mean 'n2_sorption'?"


def test_nearest_takes_any_iterable_once():
    assert nearest("sizng", iter(ALLOWED)) == " Did you mean 'sizing'?"


def test_nearest_is_silent_when_nothing_is_similar():
    assert nearest("qqqq", ALLOWED) == ""
    assert nearest("anything", []) == ""


def test_unknown_name_states_given_allowed_and_suggestion_on_one_line():
    error = unknown_name("technique", "xsp", ALLOWED)
    assert isinstance(error, InputError)
    message = str(error)
    assert "unknown technique 'xsp'" in message
    assert "Did you mean 'XPS'?" in message
    assert all(name in message for name in ALLOWED)
    assert "\n" not in message


@given(st.sampled_from(ALLOWED))
def test_a_valid_name_in_another_case_is_recognised(name):
    assert f"'{name}'" in nearest(name.swapcase(), ALLOWED)


@pytest.mark.parametrize("kind", [InputError, DataError])
def test_errors_can_be_caught_as_the_base_and_as_value_errors(kind):
    assert issubclass(kind, NanokilnError)
    assert issubclass(kind, ValueError)
