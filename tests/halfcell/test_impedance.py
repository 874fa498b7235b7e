"""Impedance against a linearised grid, its limits, and what two electrodes leave open."""

import dataclasses
import time

import numpy as np
import pytest

from nanokiln.core.errors import InputError
from nanokiln.halfcell.impedance import (
    Arcs,
    arcs,
    frequencies,
    impedance,
    separability,
    separability_range,
    slope,
    spectrum,
)

BARE = Arcs(3.0, 0.0, 0.0, (1.0, 1.0), (4e-4, 1.0), (1.0, 1.0))


def grid_impedance(cell, surface, frequency, layer, points=400):
    """Solve the linear spheres on a grid; everything per gram in real seconds."""
    nodes = np.sin(np.linspace(0, np.pi / 2, points))
    faces = np.concatenate(([0.0], (nodes[1:] + nodes[:-1]) / 2, [1.0]))
    volumes, gaps = np.diff(faces**3) / 3, np.diff(nodes)
    admittance = 0.0
    for weight, tau, x in zip(cell.weights, cell.times_s, surface, strict=True):
        matrix = np.diag(2j * np.pi * frequency * volumes)
        for n, conductance in enumerate(faces[1:-1] ** 2 / gaps / tau):
            matrix[n : n + 2, n : n + 2] += conductance * np.array([[1, -1], [-1, 1]])
        flux = np.zeros(points)
        flux[-1] = 1 / (3 * cell.capacity_mAh_g * 3.6)
        response = np.linalg.solve(matrix, flux)[-1]
        # lithiation positive lowers the voltage
        admittance += weight / (cell.thermal_V / cell.exchange_A_g - slope(cell, x) * response)
    return 3.0 + 1 / (admittance * cell.mass_g + 2j * np.pi * frequency * layer)


@pytest.mark.parametrize("frequency", [1e-4, 1e-2, 1.0, 100.0])
def test_against_a_grid(pair, frequency):
    surface = np.array([0.3, 0.5])
    found = impedance(pair, surface, np.array([frequency]), BARE)[0]
    assert abs(found / grid_impedance(pair, surface, frequency, 4e-4) - 1) < 2e-3


def test_limits(one):
    surface = np.array([0.4])
    far = impedance(one, surface, np.array([1e9]), BARE)[0]
    assert far == pytest.approx(3.0, abs=1e-3)
    fast = dataclasses.replace(one, times_s=(1e-3,))
    plateau = impedance(fast, surface, np.array([0.01]), BARE)[0]
    assert plateau.real == pytest.approx(3.0 + one.charge_transfer_ohm, rel=1e-3)
    # slow: the capacity of the whole particle
    slow = impedance(one, surface, np.array([1e-7]), BARE)[0]
    stored = one.capacity_mAh_g * 3.6 * one.mass_g / -slope(one, 0.4)
    assert -slow.imag == pytest.approx(1 / (2 * np.pi * 1e-7 * stored), rel=1e-3)


def test_warburg_at_forty_five_degrees(one):
    ideal = dataclasses.replace(one, charge_transfer_ohm=1e-6, times_s=(1e5,))
    f = np.array([0.1, 0.2])
    z = impedance(ideal, np.array([0.4]), f, dataclasses.replace(BARE, layer_cpe=(1e-12, 1.0))) - 3.0
    assert -z.imag == pytest.approx(z.real, rel=0.02)
    assert abs(z[0] / z[1]) == pytest.approx(2**0.5, rel=0.02)


def test_arcs_add_their_resistances(pair, values):
    grid, surface = frequencies(values), np.array([0.4, 0.4])
    whole = arcs(pair, 40.0, values)
    without = dataclasses.replace(whole, interphase_ohm=0.0, lithium_ohm=0.0)
    difference = impedance(pair, surface, grid, whole) - impedance(pair, surface, grid, without)
    assert difference[-1].real == pytest.approx(40.0 + 23.0, rel=0.01)
    assert np.all(difference.real > 0)
    assert np.all(difference.imag < 0)


def test_charge_transfer_is_separable_only_if_the_lithium_arc_is_known(pair, values):
    near, far = separability_range(pair, np.array([0.4, 0.4]), 5.0, values)
    assert near.resolved
    assert near.half_width < 0.05
    assert "separable" in near.words
    assert not far.resolved
    assert far.words.count("not resolved") == 1
    assert far.correlation < -0.99


def test_the_interval_covers(pair, values):
    """Fits of noisy spectra scatter as the bound says."""
    from scipy.optimize import least_squares

    grid, surface, given = frequencies(values), np.array([0.4, 0.4]), arcs(pair, 0.0, values)
    single = dataclasses.replace(given, lithium_ohm=0.0)
    clean = impedance(pair, surface, grid, single)
    rng = np.random.default_rng(4)
    bound = separability(pair, surface, single, values).half_width

    def model(logarithms):
        x = np.exp(logarithms)  # all are factors: none may become negative on the way
        moved = dataclasses.replace(
            single, electrolyte_ohm=single.electrolyte_ohm * x[0],
            layer_cpe=(single.layer_cpe[0] * x[2], single.layer_cpe[1] * x[3]),
        )  # fmt: skip
        changed = dataclasses.replace(
            pair, charge_transfer_ohm=pair.charge_transfer_ohm * x[1],
            capacity_mAh_g=pair.capacity_mAh_g * x[4], times_s=tuple(t * x[5] for t in pair.times_s),
        )  # fmt: skip
        return impedance(changed, surface, grid, moved)

    found = []
    for _ in range(40):
        noise = 0.005 * np.abs(clean) * (rng.standard_normal(71) + 1j * rng.standard_normal(71))

        def off(x, seen=clean + noise):
            d = (model(x) - seen) / np.abs(clean)
            return np.concatenate([d.real, d.imag])

        found.append(np.expm1(least_squares(off, np.zeros(6)).x[1]))
    assert 0.75 <= np.mean(np.abs(found) < bound) <= 1.0
    assert np.std(found) * 1.645 == pytest.approx(bound, rel=0.35)


def test_a_spectrum_is_fast_and_says_what_it_is(pair, values):
    spectrum(pair, np.array([0.4, 0.4]), arcs(pair, 5.0, values), frequencies(values))  # loads libraries
    start = time.process_time()
    data = spectrum(pair, np.array([0.4, 0.4]), arcs(pair, 5.0, values), frequencies(values))
    assert time.process_time() - start < 0.2
    assert set(data.data_vars) == {"frequency", "z_real", "z_imag"}
    assert data.sizes == {"point": 71}
    assert "SYNTHETIC" in data.attrs["mark"]


@pytest.mark.parametrize(
    ("surface", "grid"), [([0.4], [0.0]), ([0.4], []), ([0.4], [1e10]), ([1.0], [1.0]), ([0.4, 0.4], [1.0])]
)
def test_nonsense_is_refused(one, surface, grid):
    with pytest.raises(InputError, match=r"frequencies|stoichiometries"):
        impedance(one, np.array(surface), np.array(grid), BARE)
