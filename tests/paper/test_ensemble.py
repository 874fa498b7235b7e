"""The shipped parameter sets are what the calibration says they are."""

import numpy as np
import pytest

from nanokiln.core.errors import PhysicsError
from nanokiln.core.parameters import Values
from nanokiln.paper import calibration
from nanokiln.paper.calibration import CONDITIONS, TARGETS, bounds, ensemble, log_posterior, modelled, prior

CHECKED = 2  # of the shipped sets, to stay fast
ALLOWED = 3.0  # standard deviations


@pytest.fixture(scope="module")
def rows():
    return [modelled(values) for values in ensemble(CHECKED)]


def test_all_shipped_sets_lie_within_their_ranges():
    ids, low, high = bounds()
    logarithmic = [i == "furnace.leach_rate" for i in ids]
    for values in ensemble():
        assert set(values.overrides) == set(ids)
        point = np.array([values[i] for i in ids])
        point[logarithmic] = np.log10(point[logarithmic])
        assert np.all(point >= low - 1e-6 * (high - low))
        assert np.all(point <= high + 1e-6 * (high - low))


def test_shipped_sets_fulfil_the_conditions(rows):
    for row in rows:
        assert all(row[c] > 0 for c in CONDITIONS)


def test_shipped_sets_agree_with_every_target(rows):
    for row in rows:
        off = {c: (row[c] - target) / sd for c, (target, sd) in TARGETS.items()}
        assert {c: z for c, z in off.items() if abs(z) > ALLOWED} == {}


def test_the_defaults_agree_with_every_target():
    row = modelled(Values())
    assert all(abs(row[c] - target) <= ALLOWED * sd for c, (target, sd) in TARGETS.items())
    assert all(row[c] > 0 for c in CONDITIONS)


def test_draws_before_the_claims_depend_on_the_seed_only():
    ids, low, high = bounds()
    first, again, other = prior(5, 1), prior(5, 1), prior(5, 2)
    assert [v.overrides for v in first] == [v.overrides for v in again]
    assert [v.overrides for v in first] != [v.overrides for v in other]
    for values in first:
        for i, a, b in zip(ids, low, high, strict=True):
            a, b = (10**a, 10**b) if i == "furnace.leach_rate" else (a, b)
            assert a <= values[i] <= b


def test_the_density_is_zero_outside_the_ranges_and_where_a_condition_fails(monkeypatch):
    _, low, high = bounds()
    middle = (low + high) / 2
    rows = {c: target for c, (target, _) in TARGETS.items()} | dict.fromkeys(CONDITIONS, 1.0)
    monkeypatch.setattr(calibration, "modelled", lambda values: rows)
    assert log_posterior(middle) == 0.0
    assert log_posterior(high + 1e-3) == -np.inf
    assert log_posterior(low - 1e-3) == -np.inf
    rows["C053"] += 2 * TARGETS["C053"][1]
    assert log_posterior(middle) == pytest.approx(-2.0)
    rows["C054"] = 0.0
    assert log_posterior(middle) == -np.inf


def test_a_set_without_solution_has_no_density(monkeypatch):
    def unsolvable(values):
        raise PhysicsError("no balance")

    monkeypatch.setattr(calibration, "modelled", unsolvable)
    _, low, high = bounds()
    assert log_posterior((low + high) / 2) == -np.inf


def test_a_written_ensemble_is_read_as_it_was(tmp_path):
    _, low, high = bounds()
    draws = low + (high - low) * np.array([[0.25], [0.5]])
    calibration.write_ensemble(str(tmp_path / "e.csv"), draws)
    lines = (tmp_path / "e.csv").read_text("utf-8").splitlines()
    assert lines[0].split(",") == bounds()[0]
    for line, draw in zip(lines[1:], draws, strict=True):
        assert [float(x) for x in line.split(",")] == pytest.approx(
            [calibration.to_values(draw)[i] for i in bounds()[0]], rel=1e-5
        )


def test_a_fit_on_a_prediction_is_refused_before_it_starts(monkeypatch):
    from nanokiln.core.errors import DataError

    monkeypatch.setitem(TARGETS, "C134", (1207.0, 60.0))
    with pytest.raises(DataError, match="C134"):
        calibration.sample(steps=1)
