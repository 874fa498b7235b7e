"""The PyBaMM layer against an integrator of other make.

Other grid (vertex-centred), other kinetics (root search), other solver (SciPy BDF), other units of time.
"""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq
from scipy.sparse import lil_matrix

from nanokiln.halfcell.pybamm_adapter import engine


class Oracle:
    """Parallel populations of spheres in real seconds; nodes crowd at the surface, the last on it."""

    def __init__(self, cell, points=160):
        self.cell, self.points, self.count = cell, points, len(cell.weights)
        self.nodes = np.sin(np.linspace(0, np.pi / 2, points))
        faces = np.concatenate(([0.0], (self.nodes[1:] + self.nodes[:-1]) / 2, [1.0]))
        self.volumes = np.diff(faces**3) / 3
        self.areas = faces**2
        self.gaps = np.diff(self.nodes)

    def inner_voltage(self, surface, current):
        cell = self.cell
        branch = cell.ocv.voltage(surface, 1 if current > 0 else -1)

        def balance(v):
            flow = 2 * cell.exchange_A_g * np.sinh((branch - v) / (2 * cell.thermal_V))
            return float(np.asarray(cell.weights) @ flow) - current

        return brentq(balance, branch.min() - 2.0, branch.max() + 2.0, xtol=1e-13)

    def voltage(self, state, current):
        surface = state.reshape(self.count, self.points)[:, -1]
        return self.inner_voltage(surface, current) - current * self.cell.mass_g * self.cell.series_ohm

    def rates(self, state, current):
        cell, x = self.cell, state.reshape(self.count, self.points)
        inner = self.inner_voltage(x[:, -1], current)
        branch = cell.ocv.voltage(x[:, -1], 1 if current > 0 else -1)
        flow = 2 * cell.exchange_A_g * np.sinh((branch - inner) / (2 * cell.thermal_V))
        result = np.empty_like(x)
        for k, time in enumerate(cell.times_s):
            flux = np.zeros(self.points + 1)
            flux[1:-1] = self.areas[1:-1] * np.diff(x[k]) / self.gaps / time
            flux[-1] = flow[k] / (cell.capacity_mAh_g * 3.6) / 3
            result[k] = np.diff(flux) / self.volumes
        return result.ravel()

    def pattern(self):
        size = self.count * self.points
        matrix = lil_matrix((size, size))
        for shift in (-1, 0, 1):
            matrix.setdiag(1, shift)
        last = np.arange(self.points - 1, size, self.points)
        matrix[np.ix_(last, last)] = 1
        return matrix.tocsr()

    def half_cycle(self, current, state):
        """Return the capacity (mAh/g), the voltage (V) as a function of charge, and the final state."""
        cell, sign = self.cell, np.sign(current)
        limit = cell.lower_V if current > 0 else cell.upper_V

        def event(_t, y):
            return sign * (self.voltage(y, current) - limit)

        event.terminal = True
        longest = 1.5 * cell.capacity_mAh_g * 3.6 / abs(current)
        solution = solve_ivp(
            lambda _t, y: self.rates(y, current),
            (0.0, longest),
            state,
            method="BDF",
            events=event,
            rtol=1e-6,
            atol=1e-9,
            jac_sparsity=self.pattern(),
            dense_output=True,
        )
        assert solution.status == 1, solution.message

        def curve(charge):
            return np.array([self.voltage(solution.sol(q * 3.6 / abs(current)), current) for q in charge])

        return solution.t[-1] * abs(current) / 3.6, curve, solution.y[:, -1]

    def rested(self):
        return np.full(self.count * self.points, self.cell.span[0])


@pytest.mark.parametrize("current", [0.1, 0.5, 2.0])
@pytest.mark.parametrize("name", ["pair", "one"])
def test_lithiation_and_delithiation_agree(name, current, request):
    cell = request.getfixturevalue(name)
    runner, oracle = engine(len(cell.weights)), Oracle(cell)
    state, other = runner.rested(cell), oracle.rested()
    for signed in (current, -current):
        half = runner.half_cycle(cell, signed, state)
        capacity, curve, other = oracle.half_cycle(signed, other)
        state = half.state
        assert half.capacity_mAh_g == pytest.approx(capacity, rel=5e-4)
        charge, voltage = half.curve(200)
        # compare where both curves exist; the first sample is the jump of the current itself
        common = slice(1, np.searchsorted(charge, capacity))
        difference = voltage[common] - curve(charge[common])
        assert difference.size > 190
        assert np.sqrt(np.mean(difference**2)) < 0.5e-3


def test_closed_form_of_the_kinetics_is_the_root(pair):
    oracle = Oracle(pair)
    for current in (-3.0, -0.1, 0.1, 3.0):
        for surface in ([0.02, 0.02], [0.6, 0.1], [0.1, 0.7]):
            expected = oracle.inner_voltage(np.array(surface), current)
            expected -= current * pair.mass_g * pair.series_ohm
            assert pair.terminal_voltage(np.array(surface), current) == pytest.approx(expected, abs=1e-10)
