"""Resistor networks and effective conductivities against arrays with known answers."""

import math

import numpy as np
import pytest
import xarray as xr

from nanokiln.assembly.resistors import neck_conductance, network_transport
from nanokiln.assembly.voxels.measure.effective import effective_conductivity, hashin_shtrikman
from nanokiln.assembly.voxels.measure.transport import conduct, open_faces
from nanokiln.core.errors import InputError

SIDE, RADIUS = 5, 100.0
X_ONLY = np.array([True, False, False])
EXACT = 1e-6  # tolerance of the solver where the answer is known


def cubic(neck=40.0, side=SIDE):
    """Touching spheres on a simple cubic lattice with all necks alike."""
    cells = np.stack(np.meshgrid(*[np.arange(side)] * 3, indexing="ij"), -1).reshape(-1, 3)
    number = lambda c: (c[:, 0] * side + c[:, 1]) * side + c[:, 2]  # noqa: E731
    i, j, image = [], [], []
    for axis in range(3):
        ahead = cells + np.eye(3, dtype=int)[axis]
        i.append(number(cells))
        j.append(number(ahead % side))
        image.append(ahead // side)
    count = 3 * len(cells)
    return xr.Dataset(
        {
            "position_nm": (("sphere", "xyz"), (cells + 0.5) * 2 * RADIUS),
            "radius_nm": ("sphere", np.full(len(cells), RADIUS)),
            "contact_i": ("contact", np.concatenate(i)),
            "contact_j": ("contact", np.concatenate(j)),
            "contact_image": (("contact", "xyz"), np.concatenate(image)),
            "neck_radius_nm": ("contact", np.full(count, neck)),
            "neck_ratio": ("contact", np.full(count, neck / RADIUS)),
            "bonded": ("contact", np.ones(count, bool)),
        },
        attrs={"box_nm": side * 2 * RADIUS},
    )


@pytest.mark.parametrize("neck", [10.0, 40.0, 70.0])
def test_cubic_array_conducts_x_over_a(neck):
    found = network_transport(cubic(neck))
    assert found.value == pytest.approx(np.full(3, neck / RADIUS))
    assert found.through.all()
    assert found.connected == 1.0


def test_percolation_comes_first():
    """Cutting one plane of bonds stops the current along that axis alone."""
    lattice = cubic()
    cut = (lattice.contact_image.values[:, 0] == 0) & lattice.bonded.values
    found = network_transport(lattice, conducting=cut)
    assert list(found.through) == [False, True, True]
    assert found.value == pytest.approx([0.0, 0.4, 0.4])
    none = network_transport(lattice, conducting=np.zeros(len(cut), bool))
    assert none.connected == 0.0
    assert not none.value.any()


def test_random_resistors_match_a_dense_solution():
    """Against a dense least-squares solution in terms of jumps across the box."""
    lattice = cubic()
    rng = np.random.default_rng(3)
    necks = rng.uniform(10.0, 70.0, lattice.sizes["contact"])
    keep = rng.random(len(necks)) < 0.7
    lattice["neck_radius_nm"] = ("contact", necks)
    found = network_transport(lattice, conducting=keep)
    i, j = lattice.contact_i.values[keep], lattice.contact_j.values[keep]
    box = lattice.attrs["box_nm"]
    jump = -lattice.contact_image.values[keep] * 1.0  # potential falls by one across the box
    incidence = np.zeros((keep.sum(), SIDE**3))
    incidence[np.arange(len(i)), i], incidence[np.arange(len(i)), j] = 1.0, -1.0
    root = np.sqrt(neck_conductance(necks[keep]))[:, None]
    potential = np.linalg.lstsq(root * incidence, -root * jump, rcond=None)[0]
    drop = incidence @ potential + jump
    assert found.value == pytest.approx(np.sum((root * drop) ** 2, axis=0) / box, rel=1e-9)


def test_cutting_a_bond_never_helps():
    lattice = cubic()
    full = network_transport(lattice).mean
    for n in (0, 100, 200):
        keep = np.ones(lattice.sizes["contact"], bool)
        keep[n] = False
        assert network_transport(lattice, conducting=keep).mean < full


def test_marks_must_fit_the_contacts():
    with pytest.raises(InputError, match="one mark for"):
        network_transport(cubic(), conducting=np.ones(3, bool))


def hole(across, ratio=4):
    """Return the resistance of a round hole in a thin plate across a tube, over the exact one.

    Exact: Rosenfeld & Timsit, Q. Appl. Math. 39 (1981) 405, for an equipotential spot in a tube.
    """
    a = across / 2
    b = a * ratio
    width, length = -(-int(2 * b + 4) // 8) * 8, -(-int(4 * b) // 8) * 8
    c = np.arange(width) - width / 2 + 0.5
    rho = np.hypot(*np.meshgrid(c, c, indexing="ij"))
    x, y, z = (f.copy() for f in open_faces(np.broadcast_to(b - rho, (length, width, width))))
    tube = float(x[0].sum())
    x[length // 2] = np.clip(0.5 + a - rho, 0, 1)
    value, settled = conduct((x, y, z), X_ONLY, EXACT)
    assert settled
    e = a / b
    exact = (1 - 1.41581 * e + 0.06322 * e**2 + 0.15261 * e**3 + 0.19998 * e**4) / (2 * a)
    return (length / (value[0] * width**2) - length / tube) / exact


def test_spreading_resistance_of_one_neck():
    """High by 1/cells across: 20 % at 4 cells, 2 % at 32; two grids extrapolate to half a per cent."""
    found = {n: hole(n) for n in (4, 8, 16, 32)}
    assert 0.15 < found[4] - 1 < 0.25
    for coarse, fine in ((4, 8), (8, 16), (16, 32)):
        assert 0.4 < (found[fine] - 1) / (found[coarse] - 1) < 0.6
    assert 2 * found[32] - found[16] == pytest.approx(1.0, abs=6e-3)


@pytest.mark.parametrize("ratio", [0.4, 0.5])
def test_neck_law_against_voxels(ratio):
    """A straight chain of overlapping spheres: the constriction law is within 5 %."""
    a = 40.0
    length = round(2 * a * math.sqrt(1 - ratio**2))
    a = length / 2 / math.sqrt(1 - ratio**2)
    width = 2 * math.ceil(a) + 4
    c = [np.arange(n) - n / 2 + 0.5 for n in (length, width, width)]
    phi = a - np.sqrt(sum(x**2 for x in np.meshgrid(*c, indexing="ij")))
    value, _ = conduct(open_faces(phi), X_ONLY, EXACT)
    assert value[0] * width**2 / length == pytest.approx(neck_conductance(ratio * a), rel=0.05)


def test_layers_conduct_in_series_and_in_parallel():
    cells = np.ones((8, 8, 8))
    cells[::2] = 4.0
    found = effective_conductivity(cells, EXACT)
    assert found.value == pytest.approx([1.6, 2.5, 2.5], rel=1e-5)
    assert found.through.all()


def test_unconnected_cells_are_not_solved():
    cells = np.zeros((8, 8, 8))
    cells[2, 2] = 3.0
    found = effective_conductivity(cells)
    assert list(found.through) == [False, False, True]
    assert found.value == pytest.approx([0.0, 0.0, 3.0 / 64])


@pytest.mark.parametrize("bad", [np.ones((4, 4)), -np.ones((4, 4, 4)), np.full((4, 4, 4), np.nan)])
def test_unusable_cells_are_refused(bad):
    with pytest.raises(InputError, match="conductivities of cells"):
        effective_conductivity(bad)


@pytest.mark.parametrize(("inside", "outside"), [(10.0, 1.0), (1.0, 10.0), (1.0, 0.0)])
def test_isotropic_mixtures_lie_within_the_bounds(inside, outside):
    rng = np.random.default_rng(5)
    box, share = 32, 0.5
    wave = np.fft.fftfreq(box)
    square = sum(k**2 for k in np.meshgrid(wave, wave, wave, indexing="ij"))
    noise = np.fft.ifftn(np.fft.fftn(rng.standard_normal((box,) * 3)) * np.exp(-square * 150)).real
    mixed = np.where(noise > np.quantile(noise, 1 - share), inside, outside)
    found = float(np.mean(effective_conductivity(mixed, EXACT).value))
    low, high = hashin_shtrikman(share, inside, outside)
    assert low < found < high


def test_bounds_close_where_the_mixture_is_pure():
    for share, pure in ((0.0, 3.0), (1.0, 7.0)):
        assert hashin_shtrikman(share, 7.0, 3.0) == pytest.approx((pure, pure))
    low, high = hashin_shtrikman(0.3, 5.0, 0.0)
    assert low == 0.0
    assert high == pytest.approx(5.0 * 2 * 0.3 / (3 - 0.3))  # Maxwell, insulating holes
