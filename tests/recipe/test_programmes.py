"""The programme: knots, cooling, and what is refused."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nanokiln.core.errors import InputError
from nanokiln.recipe import Programme, Step

STANDARD = [
    {"step": "ramp", "to": "900 degC", "rate": "5 K/min"},
    {"step": "hold", "duration": "240 min"},
    {"step": "ramp", "to": "500 degC", "rate": "5 K/min"},
    {"step": "ramp", "to": "25 degC", "rate": "2 K/min"},
]


def test_knots_of_the_standard_programme():
    t, T = Programme.build(STANDARD).knots()
    np.testing.assert_allclose(t, np.array([0, 175, 415, 495, 732.5]) * 60)
    np.testing.assert_allclose(T, np.array([25, 900, 900, 500, 25]) + 273.15)


def test_an_empty_programme_stays_at_room_temperature():
    programme = Programme.build([])
    t, T = programme.knots()
    assert (t.tolist(), T.tolist()) == ([0.0], [298.15])
    assert not programme.fired
    assert not programme.quenched
    assert programme.duration_min == 0


def test_a_quench_is_fast_and_stated():
    programme = Programme.build([STANDARD[0], {"step": "quench"}])
    assert programme.quenched
    assert programme.steps[-1].rate_K_min == 200
    assert programme.steps[-1].to_degC == 25
    t, _ = programme.knots()
    assert t[-1] - t[-2] == pytest.approx(60 * 875 / 200)


def test_a_quench_may_say_how_fast():
    programme = Programme.build([STANDARD[0], {"step": "quench", "to": "30 degC", "duration": "60 s"}])
    t, T = programme.knots()
    assert t[-1] - t[-2] == pytest.approx(60)
    assert T[-1] == pytest.approx(303.15)


def test_a_ramp_with_a_duration_is_the_ramp_with_its_rate():
    by_rate = Programme.build(STANDARD)
    by_time = Programme.build([{"step": "ramp", "to": "900 degC", "duration": "175 min"}, *STANDARD[1:]])
    for a, b in zip(by_rate.knots(), by_time.knots(), strict=True):
        np.testing.assert_allclose(a, b)


def test_steps_without_duration_leave_no_knot():
    nothing = {"step": "hold", "duration": "0 min"}
    again = {"step": "ramp", "to": "900 degC", "rate": "1 K/min"}
    with_nothing = Programme.build([STANDARD[0], nothing, again, *STANDARD[1:]])
    np.testing.assert_array_equal(with_nothing.knots()[0], Programme.build(STANDARD).knots()[0])


def test_peak_and_duration():
    programme = Programme.build(STANDARD)
    assert programme.peak_degC == 900
    assert programme.duration_min == pytest.approx(732.5)


heating = st.fixed_dictionaries(
    {"step": st.just("ramp"), "to_degC": st.floats(20, 1500), "rate_K_min": st.floats(0.01, 10000)}
)
holding = st.fixed_dictionaries({"step": st.just("hold"), "duration_min": st.floats(0, 43200)})


@given(st.lists(heating | holding, max_size=6))
@example([{"step": "hold", "duration_min": 34953.5}, {"step": "hold", "duration_min": 5e-12}])
def test_knots_increase_end_cold_and_follow_the_rates(steps):
    programme = Programme.build([*steps, {"step": "quench"}])
    t, T = programme.knots()
    assert t[0] == 0
    assert (np.diff(t) > 0).all()
    assert T[0] == pytest.approx(298.15)
    assert T[-1] == pytest.approx(298.15)
    assert T.max() == pytest.approx(programme.peak_degC + 273.15)
    assert t[-1] == pytest.approx(60 * programme.duration_min, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({"step": "rmap", "to": "900 degC", "rate": "5 K/min"}, "Did you mean 'ramp'"),
        ({"step": "ramp", "to": "3000 degC", "rate": "5 K/min"}, "to = '3000 degC': allowed 20 to 1500 degC"),
        ({"step": "ramp", "to": "-10 degC", "rate": "5 K/min"}, "allowed 20 to 1500 degC"),
        ({"step": "ramp", "to": "900", "rate": "5 K/min"}, "the unit is missing"),
        ({"step": "ramp", "to": "900 degC"}, "either a rate or a duration"),
        (
            {"step": "ramp", "to": "900 degC", "rate": "5 K/min", "duration": "3 h"},
            "either a rate or a duration",
        ),
        ({"step": "ramp", "rate": "5 K/min"}, "needs 'to'"),
        ({"step": "ramp", "to": "900 degC", "rate": "0 K/min"}, "allowed 0.01 to"),
        ({"step": "ramp", "to": "900 degC", "rate": "-5 K/min"}, "allowed 0.01 to"),
        ({"step": "ramp", "to": "900 degC", "rte": "5 K/min"}, "Did you mean 'rate'"),
        ({"step": "ramp", "to": "900 degC", "duration": "0 min"}, "cannot be instantaneous"),
        ({"step": "quench", "to": "25 degC", "duration": "0 s"}, "cannot be instantaneous"),
        ({"step": "hold"}, "a hold takes a duration"),
        ({"step": "hold", "duration": "4 h", "to": "900 degC"}, "a hold takes a duration"),
        (
            {"to": "900 degC", "rate": "5 K/min"},
            "'programme step 2.step' is missing|'step 2.step' is missing",
        ),
        ("ramp", "expected a table"),
    ],
)
def test_bad_steps(step, words):
    with pytest.raises(InputError, match=words) as caught:
        Programme.build([STANDARD[0], step, *STANDARD[1:]])
    assert "step 2" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_programme_must_cool_down():
    with pytest.raises(InputError, match="ends at 900 degC; add cooling"):
        Programme.build(STANDARD[:2])


def test_a_step_is_frozen():
    step = Step.build(STANDARD[0])
    with pytest.raises(ValueError, match="frozen"):
        step.to_degC = 800
