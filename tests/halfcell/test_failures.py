"""What cannot be run becomes one clear line."""

import dataclasses
import os
import subprocess
import sys

import numpy as np
import pytest

from nanokiln.core.errors import InputError, SolverError
from nanokiln.halfcell import calibrate, log_normal, rate_capability, single, two_populations
from nanokiln.halfcell import pybamm_adapter as adapter
from nanokiln.halfcell.pybamm_adapter import engine


def test_huge_current_names_the_causes_in_order(one):
    with pytest.raises(SolverError) as caught:
        rate_capability(one, [1e6])
    text = str(caught.value)
    assert "lithiation at 1e+06 A/g" in text
    assert "\n" not in text
    places = [text.index(f"({n})") for n in (1, 2, 3, 4)]
    assert places == sorted(places)
    assert text.index("current is too high") < text.index("resistances are too high") < text.index("window")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"mass_g": 0.0}, "mass_g"),
        ({"mass_g": float("nan")}, "mass_g"),
        ({"capacity_mAh_g": -1.0}, "capacity"),
        ({"lower_V": 3.0, "upper_V": 0.01}, "window"),
        ({"lower_V": 1.0, "upper_V": 1.0}, "window"),
        ({"upper_V": 5.0}, "outside the open-circuit branch"),
        ({"lower_V": -0.5}, "outside the open-circuit branch"),
        ({"series_ohm": -1.0}, "series_ohm"),
        ({"charge_transfer_ohm": 0.0}, "charge_transfer_ohm"),
        ({"weights": (0.5,)}, "add up to"),
        ({"weights": (0.5, 0.5)}, "one weight for each"),
        ({"times_s": (0.0,)}, "diffusion time"),
    ],
)
def test_impossible_cells_are_refused(one, change, words):
    with pytest.raises(InputError, match=words):
        dataclasses.replace(one, **change)


@pytest.mark.parametrize("currents", [[], [0.0], [-1.0], [float("inf")], [float("nan")]])
def test_impossible_currents_are_refused(one, currents):
    with pytest.raises(InputError, match="current"):
        rate_capability(one, currents)


@pytest.mark.parametrize("cycles", [0, 1.5, True])
def test_impossible_cycles_are_refused(one, cycles):
    with pytest.raises(InputError, match="cycles"):
        rate_capability(one, [0.1], cycles)


def test_a_half_cycle_never_ends_silently(one, monkeypatch):
    """Cut the allowed depth: the integration ends before the voltage limit and must say so."""
    monkeypatch.setattr(adapter, "_MAX_DEPTH", 0.1)
    with pytest.raises(SolverError, match="no voltage limit was met"):
        rate_capability(one, [0.1])


def test_longer_than_a_day(one):
    """At 5 mA/g a half cycle takes weeks; it still runs to its voltage limit on both branches."""
    data = rate_capability(one, [0.005], 1)
    hours = data.half_cycle_mAh_g.values.ravel() / 5
    assert hours.min() > 24
    ends = data.voltage_V.isel(current=0, point=-1).values
    assert ends == pytest.approx([one.lower_V, one.upper_V], abs=1e-4)


def test_lost_charge_is_noticed(one, monkeypatch):
    monkeypatch.setattr(adapter, "shell_shares", lambda points: np.full(points, 1 / points))
    with pytest.raises(SolverError, match="charge is not conserved"):
        rate_capability(one, [2.0])


def test_engine_of_another_size_is_refused(pair):
    with pytest.raises(InputError, match="populations"):
        engine(1).half_cycle(pair, 0.1, engine(1).rested(pair))


def test_shapes_refuse_nonsense():
    for call in (
        lambda: log_normal(-1.0),
        lambda: log_normal(1.0, nodes=2),
        lambda: two_populations(0.0, 1.0),
        lambda: two_populations(0.5, 0.0),
    ):
        with pytest.raises(InputError):
            call()


@pytest.mark.parametrize(
    "targets",
    [
        {},
        {0.1: 1404.0},
        {0.1: 1404.0, 1.0: 800.0, 2.0: 688.0},
        {0.1: 600.0, 2.0: 688.0},
        {0.1: 688.0, 2.0: 688.0},
        {0.1: 1404.0, 2.0: 0.0},
        {-0.1: 1404.0, 2.0: 688.0},
    ],
)
def test_unusable_targets_are_refused(targets, values):
    with pytest.raises(InputError, match="target"):
        calibrate(targets, shape=single(), values=values)


def test_unreachable_targets_fail_with_causes(values):
    """Kinetics alone cost more than 1 % between 0.1 and 2 A/g: no time constant can help."""
    with pytest.raises(SolverError, match=r"Likely causes, in order: \(1\)"):
        calibrate({0.1: 1404.0, 2.0: 1390.0}, shape=single(), values=values)


def test_import_leaves_the_environment_and_stays_light():
    code = (
        "import os, sys, nanokiln.halfcell as h, nanokiln.halfcell.family, nanokiln.halfcell.plot\n"
        "assert 'pybamm' not in sys.modules and 'matplotlib' not in sys.modules\n"
        "from nanokiln.halfcell.pybamm_adapter import load\n"
        "pybamm = load()\n"
        "assert 'PYBAMM_DISABLE_TELEMETRY' not in os.environ\n"
        "assert pybamm.telemetry._posthog.disabled\n"
    )
    environment = {k: v for k, v in os.environ.items() if k != "PYBAMM_DISABLE_TELEMETRY"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_users_choice_on_telemetry_is_kept(monkeypatch):
    monkeypatch.setenv("PYBAMM_DISABLE_TELEMETRY", "false")
    with adapter._telemetry_off():
        assert os.environ["PYBAMM_DISABLE_TELEMETRY"] == "false"
    assert os.environ["PYBAMM_DISABLE_TELEMETRY"] == "false"
