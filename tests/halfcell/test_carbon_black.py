"""Carbon black in the electrode: current without necks."""

import pytest

import nanokiln
from nanokiln.core.errors import InputError
from nanokiln.core.parameters import Values
from nanokiln.halfcell import link as linking
from nanokiln.halfcell.specimen import reference_link, specimen


@pytest.fixture(scope="module")
def cells():
    """Return sample 1, in which necks are thin, and undoped loose spheres, each with carbon black or not."""
    thin, loose = (nanokiln.make_sample(nanokiln.load_recipe(n), spheres=60) for n in ("B-SiOC-1", "SiOC"))
    return {
        "thin": specimen(thin),
        "thin wired": specimen(thin, carbon_black=0.1),
        "loose wired": specimen(loose, carbon_black=0.1),
    }


def test_broken_necks_cost_capacity_only_where_nothing_else_conducts(cells):
    assert cells["thin"].connected(2000) < 0.9
    assert cells["thin wired"].connected(2000) == 1


def test_loose_spheres_hold_what_their_composition_holds(cells):
    made, reference = cells["loose wired"], reference_link(Values())
    wired = cells["thin wired"]
    ratio = made.link.composition_mAh_g / wired.link.composition_mAh_g
    assert made.cell.capacity_mAh_g / wired.cell.capacity_mAh_g == pytest.approx(ratio)
    assert made.link.composition_mAh_g != pytest.approx(reference.composition_mAh_g, rel=1e-3)


def test_carbon_black_conducts_beside_the_necks():
    values = Values()
    own = linking.Link("x", (1.0, 2.0), 600.0, 0.1, 0.5, 0.6, 1.9)
    wired = linking.wired(own, 0.1, values)
    added = values["halfcell.black_conductivity"] / values["halfcell.solid_conductivity"]
    assert wired.conductivity == pytest.approx(0.1 + added)
    assert wired.connected == 1


@pytest.mark.parametrize("share", [-0.1, 0.01, 1.0, float("nan")])
def test_a_share_that_cannot_be_is_refused(share):
    own = linking.Link("x", (1.0, 2.0), 600.0, 0.1, 0.5, 0.6, 1.9)
    with pytest.raises(InputError, match="mass share of the electrode"):
        linking.wired(own, share, Values())
