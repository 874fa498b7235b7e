"""Laws of the detector and of what makes and takes X-rays, against exact cases and independent numbers."""

import math

import numpy as np
import pytest

from nanokiln.core.errors import InputError
from nanokiln.core.parameters import Values
from nanokiln.techniques.eds import atomic, detector, factors, ionisation
from nanokiln.techniques.eds.absorption import correction, escape_path

VALUES = Values()


def test_line_energies_are_those_of_the_data_sheet():
    for element, energy in {"B": 183.3, "C": 277.0, "O": 524.9, "Si": 1739.8}.items():
        assert atomic.main_energy(element) == pytest.approx(energy, abs=0.6)
        assert sum(line.share for line in atomic.family(element)) == pytest.approx(1.0)


@pytest.mark.parametrize("element", ["B", "C", "O", "Si", "Fe", "Zn"])
def test_both_fits_of_the_cross_section_meet(element):
    switch = 16 * ionisation.K_SHELL[element].threshold
    below, above = (ionisation.cross_section(element, switch * f, VALUES) for f in (1.0, 1.000001))
    assert above == pytest.approx(below, rel=0.01)


def test_cross_section_vanishes_below_the_threshold_and_falls_like_bethe():
    assert ionisation.cross_section("Si", 1800.0, VALUES) == 0.0
    slow, fast = (ionisation.cross_section("C", e, VALUES) for e in (2e4, 4e4))
    # non-relativistic Bethe: s E = a ln(b E), so doubling E lowers s by less than two
    assert 1.5 < slow / fast < 2.0


def test_an_element_without_coefficients_is_refused_by_name():
    with pytest.raises(InputError, match="k_factors"):
        ionisation.cross_section("Pt", 2e5, VALUES)


def test_width_law():
    law = detector.width_law(130.0, VALUES)
    assert float(law.fwhm(5895.0)) == pytest.approx(130.0)
    energies = np.array([183.0, 277.0, 1740.0])
    slope = np.diff(law.sigma(energies) ** 2) / np.diff(energies)
    assert slope == pytest.approx([law.slope, law.slope])
    assert float(law.fwhm(277.0)) == pytest.approx(60.0, abs=5.0)  # data sheet
    with pytest.raises(InputError, match="limit of silicon"):
        detector.width_law(100.0, VALUES)


def test_a_line_keeps_its_counts_and_its_width():
    law = detector.width_law(130.0, VALUES)
    edges = np.arange(0.0, 4000.0, 5.0)
    shape = detector.line_shape(edges, 1740.0, law)
    centres = (edges[:-1] + edges[1:]) / 2
    mean = shape @ centres
    assert shape.sum() == pytest.approx(1.0, abs=1e-12)
    # binning adds a twelfth of the square of a channel
    assert shape @ (centres - mean) ** 2 == pytest.approx(float(law.sigma(1740.0)) ** 2 + 25 / 12, rel=1e-6)


def test_the_window_takes_light_elements_first():
    energies = np.array([183.3, 277.0, 525.0, 1740.0])
    bare, covered = (detector.efficiency(energies, w, VALUES) for w in ("none", "polymer"))
    assert (covered < bare).all()
    assert covered[0] < 0.4 * bare[0]
    assert bare[-1] > 0.98
    with pytest.raises(InputError, match="polymer"):
        detector.efficiency(energies, "beryllium", VALUES)


def test_k_of_the_reference_is_one_and_factors_chain():
    def k(a, b):
        return factors.k_factor(a, b, 200.0, "none", VALUES)

    assert k("Si", "Si") == 1.0
    assert k("O", "C") * k("C", "Si") == pytest.approx(k("O", "Si"))
    # Fe against Si at 200 kV: measured factors of windowed detectors are 1.3 to 1.6
    assert factors.k_factor("Fe", "Si", 200.0, "polymer", VALUES) == pytest.approx(1.45, rel=0.15)


def test_escape_from_a_slab_to_a_quarter_of_a_voxel():
    opacity = np.zeros((2, 300, 20))
    opacity[:, 10:250, 4:16] = 0.03
    angle = math.radians(30.0)
    way = escape_path(opacity, 1.0, angle)
    # from z = 8, far from the edge: out through the top face, half a voxel beyond the last at z = 15.5
    assert way[0, 60, 8] == pytest.approx(0.03 * 7.5 / math.sin(angle), abs=0.25 * 0.03 / math.sin(angle))
    # near the edge it leaves through the side
    assert way[0, 245, 5] == pytest.approx(0.03 * 4.5 / math.cos(angle), abs=0.25 * 0.03 / math.cos(angle))
    assert way[0, 280, 8] == 0.0


@pytest.mark.parametrize("degrees", [30.0, 60.0])
def test_escape_is_the_same_for_flat_and_steep_ways_in_a_ball(degrees):
    n = 41
    grid = np.stack(np.meshgrid(*[np.arange(n) - 20.0] * 3, indexing="ij"))
    ball = 0.02 * np.clip(15.5 - np.sqrt((grid**2).sum(axis=0)), 0.0, 1.0)
    way = escape_path(ball, 1.0, math.radians(degrees))
    assert way[20, 20, 20] == pytest.approx(0.02 * 15.0, rel=0.01)


def test_correction_of_film_and_sphere():
    mass, angle = {"Si": 0.5, "O": 0.5}, math.radians(90.0)
    assert correction(mass, "O", 0.0, angle, "film") == 1.0
    small = correction(mass, "O", 1e-9, angle, "film")
    mu = sum(w * atomic.attenuation(e, atomic.main_energy("O")) for e, w in mass.items())
    assert 1 - small == pytest.approx(mu * 1e-9 / 2, rel=1e-3)
    # seen from above, a sphere through its middle is a film
    film, sphere = (correction(mass, "O", 3e-5, angle, s) for s in ("film", "sphere"))
    assert sphere == pytest.approx(film, rel=1e-3)
    # seen from the side the way out is shorter than the film's
    low = math.radians(20.0)
    assert correction(mass, "O", 3e-5, low, "sphere") > correction(mass, "O", 3e-5, low, "film")
