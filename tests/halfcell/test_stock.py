"""The half cell in PyBaMM's own models and in BPX: the same physics where both have it."""

import json

import numpy as np
import pytest

from nanokiln.core.errors import InputError
from nanokiln.core.parameters import Values
from nanokiln.halfcell import article_targets, calibrate, single
from nanokiln.halfcell.pybamm_adapter import engine
from nanokiln.halfcell.pybamm_stock import lithiation, parameter_set
from nanokiln.halfcell.shapes import two_populations
from nanokiln.halfcell.stock import Electrode, bpx_document, concentration_mol_m3, curve_text

PLACE = Electrode(area_m2=1.131e-4, thickness_m=8e-6, solid_share=0.6, radius_m=1e-7, conductivity_S_m=1.0)
SLOW, FAST = 0.1, 2.0


@pytest.fixture(scope="module")
def cell():
    values = Values()
    return calibrate(article_targets(values), shape=single(), values=values).cell


@pytest.fixture(scope="module")
def ours(cell):
    runner = engine(1, 240)
    halves = [runner.half_cycle(cell, current, runner.rested(cell)) for current in (SLOW, FAST)]
    return [half.curve(400) for half in halves]


def rms_mV(charge, volts, ours):
    """Compare on the charge both have, without the last 5 %, where curves are cliffs."""
    common = 0.95 * min(charge[-1], ours[0][-1])
    at = np.linspace(0.02 * common, common, 300)
    return 1e3 * np.sqrt(np.mean((np.interp(at, charge, volts) - np.interp(at, *ours)) ** 2))


def test_one_population_is_the_single_particle_model_of_pybamm(cell, ours):
    for mine, (charge, volts) in zip(
        ours, lithiation(cell, PLACE, Values(), (SLOW, FAST), "SPM"), strict=True
    ):
        assert charge[-1] == pytest.approx(mine[0][-1], rel=1e-3)
        assert rms_mV(charge, volts, mine) < 0.5


def test_the_electrolyte_takes_some_capacity_and_more_at_higher_current(cell, ours):
    lost = [
        1 - charge[-1] / mine[0][-1]
        for mine, (charge, _) in zip(ours, lithiation(cell, PLACE, Values(), (SLOW, FAST)), strict=True)
    ]
    assert 0 < lost[0] < 0.002
    assert 0.005 < lost[1] < 0.02


def test_a_parameter_set_survives_a_file(cell, tmp_path):
    import pybamm

    made, path = parameter_set(cell, PLACE, Values()), tmp_path / "p.json"
    made.to_json(str(path))
    back = pybamm.ParameterValues.from_json(str(path))
    for name in ("Positive particle diffusivity [m2.s-1]", "Contact resistance [Ohm]"):
        assert back[name] == made[name]
    ends = []
    for values in (made, back):
        model = pybamm.lithium_ion.SPM({"working electrode": "positive", "contact resistance": "true"})
        solved = pybamm.Simulation(model, parameter_values=values).solve([0, 1e6])
        ends.append(float(solved.t[-1]))
    assert ends[0] == pytest.approx(ends[1], rel=1e-9)


def test_the_capacity_is_that_of_the_particles(cell):
    lithium = concentration_mol_m3(cell, PLACE) * PLACE.area_m2 * PLACE.thickness_m * PLACE.solid_share
    assert lithium * 96485.33 / 3.6 / cell.mass_g == pytest.approx(cell.capacity_mAh_g, rel=1e-6)


def test_several_populations_go_into_bpx_and_not_into_pybamm(cell):
    bpx = pytest.importorskip("bpx", reason="bpx is not installed: pip install bpx")
    values = Values()
    shape = two_populations(0.36, 0.05)
    several = calibrate(article_targets(values), shape=shape, values=values).cell
    with pytest.raises(InputError, match="one"):
        parameter_set(several, PLACE, values)
    document = json.loads(json.dumps(bpx_document(several, PLACE, values, "t", "n")))
    read = bpx.parse_bpx_obj(document)
    particles = read.parameterisation.positive_electrode.particle
    assert len(particles) == len(several.weights)
    share = [p.surface_area_per_unit_volume * p.particle_radius / 3 for p in particles.values()]
    assert sum(share) == pytest.approx(PLACE.solid_share)
    times = [p.particle_radius**2 / p.diffusivity for p in particles.values()]
    assert times == pytest.approx(several.times_s)
    low, high = several.span
    for p in particles.values():
        assert (p.minimum_stoichiometry, p.maximum_stoichiometry) == (low, high)


def test_the_formula_is_the_curve(cell):
    for direction in (-1, 0, 1):
        text = curve_text(cell, direction)
        assert eval(text, {"exp": np.exp, "x": 0.4}) == pytest.approx(
            float(cell.ocv.voltage(0.4, direction)), abs=1e-12
        )


@pytest.mark.parametrize(("currents", "model", "says"), [((0.0,), "DFN", "above 0"), ((0.1,), "P2D", "DFN")])
def test_what_is_not_usable_is_refused(cell, currents, model, says):
    with pytest.raises(InputError, match=says):
        lithiation(cell, PLACE, Values(), currents, model)
