"""Lattice spacings of boric acid and their angles, as the data sheet prints them (section 9)."""

import pytest

from nanokiln.core.parameters import Values
from nanokiln.matter import crystal

VALUES = Values()
LINES = {(0, 1, 0): 14.67, (0, 0, 2): 28.02, (-1, 1, 0): 14.57, (1, 0, 0): 14.97}


@pytest.mark.parametrize(("plane", "angle"), LINES.items())
def test_boric_acid_lines_are_where_the_sheet_has_them(plane, angle):
    spacing = crystal.boric_acid_spacing(*plane, VALUES)
    assert crystal.diffraction_angle(spacing, VALUES) == pytest.approx(angle, abs=0.01)


def test_opposite_planes_have_one_spacing_and_orders_divide_it():
    d = crystal.boric_acid_spacing(1, 2, -1, VALUES)
    assert crystal.boric_acid_spacing(-1, -2, 1, VALUES) == pytest.approx(d, rel=1e-12)
    assert crystal.boric_acid_spacing(2, 4, -2, VALUES) == pytest.approx(d / 2, rel=1e-12)
