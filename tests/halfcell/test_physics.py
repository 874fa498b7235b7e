"""Conservation, limits and convergence."""

import dataclasses

import numpy as np
import pytest

from nanokiln.halfcell import log_normal, rate_capability
from nanokiln.halfcell import pybamm_adapter as adapter
from nanokiln.halfcell.pybamm_adapter import engine, load, shell_shares
from nanokiln.halfcell.rate import reversible

CURRENTS = (0.1, 0.2, 0.5, 1.0, 2.0)


def test_charge_is_conserved(pair):
    runner = engine(2)
    start = runner.rested(pair)
    half = runner.half_cycle(pair, 0.5, start)
    mean = (half.state - start) @ shell_shares(runner.points)
    assert float(np.dot(pair.weights, mean)) * pair.capacity_mAh_g == pytest.approx(
        half.capacity_mAh_g, rel=1e-6
    )
    assert float(rate_capability(pair, CURRENTS).charge_error.max()) < 1e-6


def test_shell_shares_are_the_shares_of_the_mesh():
    pybamm = load()
    radius = pybamm.SpatialVariable("r", domain=["sphere"], coord_sys="spherical polar")
    limits = {radius: {"min": 0, "max": 1}}
    mesh = pybamm.Exponential1DSubMesh(limits, {"r": 60}, side="right", stretch=adapter._STRETCH)
    assert shell_shares(60) == pytest.approx(np.diff(mesh.edges**3), abs=1e-14)
    assert shell_shares(60).sum() == pytest.approx(1.0, abs=1e-14)


def test_slow_limit_is_the_open_circuit_capacity(one):
    found = reversible(one, [1e-4], 1)[0]
    assert found == pytest.approx(one.equilibrium_mAh_g, rel=1e-4)


def test_equilibrium_capacity_from_the_curve(one):
    empty, full = one.span
    assert float(one.ocv.voltage(empty, -1)) == pytest.approx(one.upper_V)
    assert float(one.ocv.voltage(full, +1)) == pytest.approx(one.lower_V)
    assert one.equilibrium_mAh_g == pytest.approx((full - empty) * one.capacity_mAh_g)


@pytest.mark.parametrize("name", ["pair", "one", "spread"])
def test_radial_convergence(name, request):
    cell = request.getfixturevalue(name)
    coarse, fine = reversible(cell, CURRENTS), reversible(cell, CURRENTS, points=120)
    assert np.abs(coarse / fine - 1).max() < 3e-3


def test_coarse_radial_grid_is_noticed(pair):
    """The convergence test can fail: five cells are not enough."""
    coarse, fine = reversible(pair, CURRENTS, points=5), reversible(pair, CURRENTS, points=120)
    assert np.abs(coarse / fine - 1).max() > 3e-3


def test_nodes_of_the_log_normal_converge(values):
    few = reversible(log_normal(2.0).cell(2090.0, 3630.0, values), CURRENTS)
    many = reversible(log_normal(2.0, nodes=15).cell(2090.0, 3630.0, values), CURRENTS)
    assert np.abs(few / many - 1).max() < 5e-3


def test_capacity_falls_with_current_and_with_time_constant(one):
    found = reversible(one, CURRENTS)
    assert np.all(np.diff(found) < 0)
    slower = dataclasses.replace(one, times_s=(2 * one.times_s[0],))
    assert np.all(reversible(slower, CURRENTS) < found)


def test_diffusion_only_depends_on_current_times_time(one):
    """With free kinetics Q/Qmax is a function of I tau/Qmax alone."""
    free = dataclasses.replace(one, charge_transfer_ohm=1e-6, series_ohm=0.0)
    other = dataclasses.replace(free, capacity_mAh_g=1000.0, times_s=(2 * one.times_s[0],))
    # same I tau / Qmax: current / 4
    a = reversible(free, [1.0], 1)[0] / free.capacity_mAh_g
    b = reversible(other, [0.25], 1)[0] / other.capacity_mAh_g
    assert a == pytest.approx(b, rel=1e-4)


def test_lighter_exchange_costs_voltage(one):
    """At the start of lithiation the overpotential is 2RT/F asinh(i/2i0) plus the ohmic drop."""
    half = engine(1).half_cycle(one, 0.5, engine(1).rested(one))
    first = half.curve(5)[1][0]
    thermal, drive = one.thermal_V, 0.5 / one.exchange_A_g
    expected = one.upper_V - 2 * one.ocv.hysteresis_V - 2 * thermal * np.arcsinh(drive / 2)
    expected -= 0.5 * one.mass_g * one.series_ohm
    assert first == pytest.approx(expected, abs=1e-3)
    assert one.exchange_A_g * one.mass_g == pytest.approx(thermal / 149.0)


def test_history_counts(pair):
    """The slow population remembers: a current after a slow one differs from the same current alone."""
    alone = reversible(pair, [2.0], 1)[0]
    after = reversible(pair, [0.1, 2.0], 1)[1]
    assert abs(after / alone - 1) > 1e-3
