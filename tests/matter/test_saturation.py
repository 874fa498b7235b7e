"""Saturation of the melt: fast form and table against the printed table and against pycalphad."""

import numpy as np
import pytest

from nanokiln.core.errors import PhysicsError
from nanokiln.core.parameters import Values
from nanokiln.core.units import ZERO_CELSIUS
from nanokiln.matter import borosilicate, phase_diagram

MECHANISM = {500: 0.09, 600: 0.15, 700: 0.24, 800: 0.37, 900: 0.53, 1000: 0.65}
STABILITY = {  # kJ/mol of the network: x_sat at 500 to 1000 degC, data sheet section 3
    2.0: (0.06, 0.10, 0.15, 0.21, 0.30, 0.40),
    2.9: (0.05, 0.08, 0.12, 0.18, 0.25, 0.33),
    6.0: (0.03, 0.05, 0.07, 0.10, 0.14, 0.19),
}
STABLE = {
    450: 0.058, 500: 0.077, 600: 0.131, 700: 0.212, 800: 0.339, 850: 0.422, 900: 0.503, 950: 0.573,
    1000: 0.632, 1050: 0.682, 1100: 0.725, 1200: 0.793, 1400: 0.893,
}  # fmt: skip
VALUES = Values()


@pytest.mark.parametrize(("celsius", "printed"), MECHANISM.items())
def test_saturation_is_the_printed_table(celsius, printed):
    found = borosilicate.saturation(celsius + ZERO_CELSIUS, 0.0, VALUES)
    assert found == pytest.approx(printed, abs=0.0051)


@pytest.mark.parametrize("network", STABILITY)
def test_a_more_stable_network_dissolves_less_as_printed(network):
    found = [borosilicate.saturation(celsius + ZERO_CELSIUS, 1000 * network, VALUES) for celsius in MECHANISM]
    np.testing.assert_allclose(found, STABILITY[network], atol=0.0051)


@pytest.fixture(scope="module")
def fine():
    """Temperatures in K off the knots of the table, and pycalphad's cristobalite liquidus there."""
    celsius = np.arange(452.0, 1200.0, 25.0)
    return celsius + ZERO_CELSIUS, phase_diagram.metastable_liquidus(celsius + ZERO_CELSIUS)


def test_fast_form_is_pycalphads_cristobalite_liquidus(fine):
    temperatures, calculated = fine
    found = [borosilicate.saturation(float(T), 0.0, VALUES) for T in temperatures]
    np.testing.assert_allclose(found, calculated, atol=2e-4)


def test_table_is_bounded_by_pycalphad(fine):
    temperatures, calculated = fine
    found = phase_diagram.saturation_table(temperatures, 0.0, VALUES)
    assert np.abs(found - calculated).max() < 1e-3


def test_table_follows_overrides():
    T = 900 + ZERO_CELSIUS
    changed = Values({"melt.interaction": 11000.0})
    for values, network in ((changed, 0.0), (VALUES, 2000.0)):
        exact = borosilicate.saturation(T, network, values)
        assert phase_diagram.saturation_table(T, network, values) == pytest.approx(exact, abs=1e-12)
        assert exact != pytest.approx(borosilicate.saturation(T, 0.0, VALUES), abs=0.01)


@pytest.fixture(scope="module")
def stable():
    celsius = np.array([*STABLE, 860.0, 872.0, 1450.0])
    melt, solids = phase_diagram.liquidus(celsius + ZERO_CELSIUS)
    return dict(zip(celsius, zip(melt, solids, strict=True), strict=True))


def test_stable_liquidus_is_the_printed_table(stable):
    found = [stable[celsius][0] for celsius in STABLE]
    np.testing.assert_allclose(found, list(STABLE.values()), atol=2e-3)


def test_quartz_turns_into_tridymite_near_867_degrees(stable):
    solids = [solid for _, (_, solid) in sorted(stable.items())]
    assert stable[860.0][1] == "quartz"
    assert stable[872.0][1] == "tridymite"
    assert solids == sorted(solids)  # quartz below, tridymite above, one change


def test_stable_silica_dissolves_less_than_cristobalite(stable):
    for celsius in MECHANISM:
        metastable = borosilicate.saturation(celsius + ZERO_CELSIUS, 0.0, VALUES)
        assert 0 < stable[celsius][0] < metastable


@pytest.mark.parametrize("silica", [0.1, 0.3])
def test_shipped_database_has_its_eutectic_at_441_degrees(silica):
    """Above the eutectic melt and quartz coexist, below it quartz and solid boron oxide.

    Both compositions lie clear of the eutectic's own (0.055), where pycalphad 0.11 loses its way on
    some processors.
    """
    from pycalphad import equilibrium
    from pycalphad import variables as v

    database = phase_diagram._database()
    names = equilibrium(
        database,
        ["SQ", "BQ"],
        list(database.phases),
        {v.X("SQ"): silica, v.T: [440.0 + ZERO_CELSIUS, 442.0 + ZERO_CELSIUS], v.P: 101325, v.N: 1},
    ).Phase.values.reshape(2, -1)
    cold, warm = ({str(n) for n in row if n} for row in names)
    assert cold == {"QUARTZ", "B2O3_CR"}
    assert warm == {"QUARTZ", "LIQUID"}


def test_an_equilibrium_that_is_not_found_is_not_called_solid(monkeypatch):
    """pycalphad lists no phase at all where it does not converge: another matter than no melt."""
    import pycalphad

    found = pycalphad.equilibrium

    def lost(*args, **kwargs):
        result = found(*args, **kwargs)
        result.Phase[...] = ""
        return result

    monkeypatch.setattr(pycalphad, "equilibrium", lost)
    with pytest.raises(PhysicsError, match="pycalphad finds no equilibrium at 1000 K"):
        phase_diagram.liquidus(np.array([1000.0]))
    with pytest.raises(PhysicsError, match="pycalphad finds no equilibrium at 1000 K"):
        phase_diagram.metastable_liquidus(np.array([1000.0]))


def test_liquidus_below_the_eutectic_is_refused():
    with pytest.raises(PhysicsError, match="no melt saturated with silica"):
        phase_diagram.liquidus(np.array([420 + ZERO_CELSIUS]))


def test_silica_above_its_melting_point_never_saturates():
    with pytest.raises(PhysicsError, match="no saturation"):
        borosilicate.saturation(2100.0, 0.0, VALUES)


@pytest.mark.parametrize("celsius", [530, 700, 900, 1200])
def test_activity_is_monotone_where_the_melt_is_one_phase(celsius):
    x = np.linspace(1e-4, 1, 400)
    activity = borosilicate.silica_activity(x, celsius + ZERO_CELSIUS, VALUES)
    assert (np.diff(activity) > 0).all()
    assert activity[-1] == pytest.approx(1.0)


def test_activity_is_not_monotone_inside_the_dome():
    x = np.linspace(1e-4, 1, 400)
    assert (np.diff(borosilicate.silica_activity(x, 400 + ZERO_CELSIUS, VALUES)) < 0).any()


def test_fusion_energy_vanishes_at_the_melting_point_of_cristobalite():
    assert abs(float(borosilicate.fusion_energy(1999.0, VALUES))) < 5.0
