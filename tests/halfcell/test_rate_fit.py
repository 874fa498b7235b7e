"""A fitted rate test: the truth lies in its intervals, and what the test leaves open is said."""

import json
import math

import numpy as np
import pytest

from nanokiln.cli import main
from nanokiln.core.errors import InputError
from nanokiln.core.parameters import Values
from nanokiln.halfcell import rate_fit
from nanokiln.halfcell.plot import rate_fit_figure
from nanokiln.halfcell.rate import reversible
from nanokiln.halfcell.shapes import Shape
from nanokiln.techniques import get
from nanokiln.techniques.cycling.synthetic import anode_test

TRUE = {"capacity_scale": 1600.0, "fast_share": 0.5, "fast_time": 150.0, "slow_over_fast": 300.0}
CURRENTS = (0.1, 0.2, 0.5, 1.0, 2.0)


@pytest.fixture(scope="module")
def fitted():
    shape = Shape("true", (TRUE["fast_share"], 1 - TRUE["fast_share"]), (1.0, TRUE["slow_over_fast"]))
    cell = shape.cell(TRUE["capacity_scale"], TRUE["fast_time"], Values())
    capacities = reversible(cell, CURRENTS, 1)
    return rate_fit.fit_rates(dict(zip(CURRENTS, capacities, strict=True)), cycles=1)


def test_every_capacity_is_met(fitted):
    np.testing.assert_allclose(fitted.fitted, fitted.measured, rtol=3e-3)
    assert fitted.chi2 < 0.3


@pytest.mark.parametrize("name", rate_fit.NUMBERS)
def test_the_truth_lies_in_the_interval(fitted, name):
    profile = fitted.profiles[name]
    low = profile.low if math.isfinite(profile.low) else -math.inf
    high = profile.high if math.isfinite(profile.high) else math.inf
    assert low < TRUE[name] < high
    assert low < fitted.numbers[name] < high


def test_a_profile_rises_from_the_best_point_to_the_ends_it_names(fitted):
    for profile in fitted.profiles.values():
        assert np.all(np.diff(profile.values) > 0)
        assert profile.chi2.min() >= fitted.chi2 - 0.1
        for end, at in ((profile.low, 0), (profile.high, -1)):
            assert (profile.chi2[at] - fitted.chi2 > rate_fit.CHI2_90) == math.isfinite(end)


def test_what_the_test_leaves_open_is_not_resolved(fitted):
    for one in rate_fit.rate_findings(fitted):
        assert one.resolved == (math.isfinite(one.low) and math.isfinite(one.high))
        assert one.resolved or one.notes[0].startswith("not resolved: the test sets no limit")
        assert str(one.evidence) == "calibrated"


def test_the_figure_shows_all_numbers(fitted):
    figure = rate_fit_figure(fitted)
    figure.draw_without_rendering()
    assert len(figure.axes) == 5
    assert "no prediction" in figure.axes[0].get_title(loc="left")


def test_the_command_takes_numbers_or_a_file(fitted, monkeypatch, tmp_path, capsys):
    asked = []
    monkeypatch.setattr(rate_fit, "fit_rates", lambda found, **_: asked.append(found) or fitted)
    numbers = [f"{c:g}={q:.1f}" for c, q in zip(fitted.currents, fitted.measured, strict=True)]
    assert main(["fit", *numbers, "--plot", str(tmp_path / "fit.png"), "--json"]) == 0
    assert {f["name"] for f in json.loads(capsys.readouterr().out)} == set(rate_fit.NUMBERS)
    assert (tmp_path / "fit.png").stat().st_size > 10_000
    test = anode_test([900] * 4 + [700] * 4, [0.1] * 4 + [1.0] * 4, mass_mg=2.0, seed=0)
    (file,) = get("cycling").write([test], tmp_path, "cell")
    assert main(["fit", str(file), "--choice", "mass_mg=2.0"]) == 0
    assert asked[1].keys() == {0.1, 1.0}
    assert asked[1][0.1] == pytest.approx(900, rel=2e-3)
    assert main(["fit", str(file)]) == 2
    assert "mass_mg" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [["0.1=900"], ["0.1=900", "nonsense"], ["0.1=900", "x=3"], ["0.1=900", "0.1=800"], ["missing.csv"]],
)
def test_words_that_are_no_rate_test_are_refused_in_one_line(words, capsys):
    assert main(["fit", *words]) == 2
    told = capsys.readouterr().err
    assert "Traceback" not in told
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("capacities", "error"),
    [
        ({0.1: 900.0, 0.2: 800.0, 0.5: 700.0, 1.0: 600.0}, 0.01),
        ({0.1: 900.0, 0.2: 800.0, 0.5: -700.0, 1.0: 600.0, 2.0: 500.0}, 0.01),
        ({0.1: 900.0, 0.2: 800.0, 0.5: 700.0, 1.0: 600.0, 2.0: 500.0}, 2.0),
    ],
)
def test_impossible_tests_are_refused(capacities, error):
    with pytest.raises(InputError):
        rate_fit.fit_rates(capacities, error=error)
