"""Sweeps, pulses and rest against an integrator of other make."""

import dataclasses

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from nanokiln.core.errors import InputError
from nanokiln.halfcell.pybamm_adapter import engine, settled, sweeper

TURN, STILL = 50.0, 1e-9  # of the hysteresis: part of the model, see the adapter


class Oracle:
    """Vertex-centred spheres, side of the hysteresis and double layer, in SciPy's BDF."""

    def __init__(self, cell, points=160):
        self.cell, self.points, self.count = cell, points, len(cell.weights)
        self.nodes = np.sin(np.linspace(0, np.pi / 2, points))
        faces = np.concatenate(([0.0], (self.nodes[1:] + self.nodes[:-1]) / 2, [1.0]))
        self.volumes, self.areas, self.gaps = np.diff(faces**3) / 3, faces**2, np.diff(self.nodes)

    def split(self, y):
        n = self.count * self.points
        return y[:n].reshape(self.count, self.points), y[n : n + self.count], y[-1]

    def start(self, x):
        side = -np.ones(self.count)
        inner = float(self.cell.ocv.voltage(x, -1))
        return np.concatenate([np.full(self.count * self.points, x), side, [inner]])

    def rates(self, y, current):
        cell, (x, side, inner) = self.cell, self.split(y)
        level = cell.ocv.voltage(x[:, -1], 0) - side * cell.ocv.hysteresis_V
        flow = 2 * cell.exchange_A_g * np.sinh((level - inner) / (2 * cell.thermal_V))
        rate = flow / (cell.capacity_mAh_g * 3.6)
        out = np.empty_like(x)
        for k, time in enumerate(cell.times_s):
            flux = np.zeros(self.points + 1)
            flux[1:-1] = self.areas[1:-1] * np.diff(x[k]) / self.gaps / time
            flux[-1] = rate[k] / 3
            out[k] = np.diff(flux) / self.volumes
        size = np.sqrt(rate**2 + STILL**2) - STILL
        total = float(np.asarray(cell.weights) @ flow)
        layer = (total - current) / cell.double_layer_F_g
        return np.concatenate([out.ravel(), TURN * (rate - size * side), [layer]])

    def hold(self, y, seconds, times, current=None, volts=None):
        cell = self.cell
        ohmic = cell.mass_g * cell.series_ohm

        def drawn(t, inner):
            if volts is None:
                return current
            return (inner - volts[0] - (volts[1] - volts[0]) * t / seconds) / ohmic

        done = solve_ivp(
            lambda t, s: self.rates(s, drawn(t, s[-1])), (0, seconds), y, method="BDF", t_eval=times,
            rtol=1e-6, atol=1e-9,
        )  # fmt: skip
        current = np.array([drawn(t, s[-1]) for t, s in zip(times, done.y.T, strict=True)])
        return done.y[-1] - current * ohmic, current, done.y[:, -1]


@pytest.fixture(scope="module")
def begun(pair):
    return settled(pair, engine(2).rested(pair), -1), Oracle(pair, 60)


def test_a_pulse_and_the_rest_behind_it(pair, begun):
    phase, oracle = begun
    runner, state = sweeper(2), oracle.start(pair.span[0])
    for seconds, current in ((1800.0, 0.5), (7200.0, 0.0)):
        trace = runner.run(pair, phase, seconds, current_A_g=current)
        voltage, _, state = oracle.hold(state, seconds, trace.time_s, current=current)
        assert trace.ended == "time"
        # the coarse grid of the oracle is what is left of the difference
        assert np.sqrt(np.mean((trace.voltage_V - voltage)[1:] ** 2)) < 0.5e-3
        phase = trace.end


def test_a_voltage_sweep(pair, begun):
    phase, oracle = begun
    trace = sweeper(2).run(pair, phase, 2000.0, volts=(3.0, 1.0))
    voltage, current, _ = oracle.hold(oracle.start(pair.span[0]), 2000.0, trace.time_s, volts=(3.0, 1.0))
    assert trace.voltage_V == pytest.approx(np.linspace(3.0, 1.0, len(trace.time_s)), abs=1e-6)
    assert voltage == pytest.approx(trace.voltage_V, abs=1e-4)
    assert np.abs(trace.current_A_g - current).max() < 0.01 * current.max()


def test_rest_keeps_the_lithium_and_levels_the_particles(pair, begun):
    phase, _ = begun
    full = sweeper(2).run(pair, phase, 1e5, current_A_g=2.0)
    assert full.ended == "voltage limit"
    assert full.voltage_V[-1] == pytest.approx(pair.lower_V, abs=1e-4)
    rested = sweeper(2).run(pair, full.end, 3.6e6, current_A_g=0.0)
    assert rested.charge_error < 1e-6
    spread = np.ptp(rested.end.content, axis=1)
    assert spread.max() < 0.05 * np.ptp(full.end.content, axis=1).max()
    assert rested.voltage_V[-1] > full.voltage_V[-1]


def test_constant_current_agrees_with_the_half_cycle(one):
    phase = settled(one, engine(1).rested(one), -1)
    trace = sweeper(1).run(one, phase, 1e5, current_A_g=0.5)
    half = engine(1).half_cycle(one, 0.5, phase.content)
    # the hysteresis turns over within a fiftieth of the capacity here, at once there
    assert trace.time_s[-1] * 0.5 / 3.6 == pytest.approx(half.capacity_mAh_g, rel=3e-3)


def test_steps_that_make_no_sense_are_refused(one):
    phase = settled(one, engine(1).rested(one), -1)
    for wrong in ({}, {"current_A_g": 1.0, "volts": (3.0, 1.0)}):
        with pytest.raises(InputError, match="a current or two voltages"):
            sweeper(1).run(one, phase, 10.0, **wrong)
    with pytest.raises(InputError, match="series resistance"):
        sweeper(1).run(dataclasses.replace(one, series_ohm=0.0), phase, 10.0, volts=(3.0, 2.0))
