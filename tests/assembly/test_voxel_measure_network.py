"""Connectivity, pore sizes and transport of bodies whose answer is known."""

import math
from itertools import product

import numpy as np
import pytest

from nanokiln.assembly.voxels import shapes
from nanokiln.assembly.voxels.fields import reach
from nanokiln.assembly.voxels.measure import connect, distance, multigrid, necks, pores, transport, unions
from nanokiln.core.errors import InputError

BOX = (32, 32, 32)
ALL = np.ones(3, bool)
EXACT = 1e-7  # tolerance of the solver where the discrete answer is exact
#: Simple cubic array of insulating spheres: Rayleigh's series with McPhedran's coefficient.
RAYLEIGH = 1.305


def grid(shape=BOX):
    return np.meshgrid(*(np.arange(n, dtype=float) for n in shape), indexing="ij")


def ball(radius, centre=(15.3, 16.1, 14.8), shape=BOX):
    return shapes.spheres(shape, np.array([centre]), np.array([radius]))


def ring(major, minor):
    x, y, z = (c - 16 for c in grid())
    return minor - np.hypot(np.hypot(x, y) - major, z)


@pytest.mark.parametrize(
    ("phi", "euler"),
    [
        (ball(8.0), 1),
        (np.minimum(ball(10.0), -ball(5.0)), 2),
        (ring(9.0, 4.0), 0),
        (shapes.slab(BOX, np.array([0, 1.0, 0]), np.array([0, 9.0, 0]), 8.0), 0),
        (np.full(BOX, 6.0), 0),
        (-ball(8.0), 1),  # the rest of a closed box without a ball
        (shapes.spheres(BOX, np.array([[8.0, 8, 8], [20.0, 8, 8]]), np.full(2, 7.0)), 1),
        (ball(17.0 - 1.0), -2),  # meets its images in all three directions: one ball, three contacts
    ],
)
def test_euler_number_wherever_the_body_lies(phi, euler):
    if euler == -2:
        phi = shapes.spheres(BOX, np.array([[16.0, 16, 16]]), np.array([16.0])) + 0.6
    inside = phi > 0
    assert connect.euler_number(inside) == euler
    assert connect.euler_number(np.roll(inside, (11, 20, 5), (0, 1, 2))) == euler
    assert connect.euler_number(inside.transpose(2, 0, 1)) == euler


def test_euler_number_of_random_cells():
    """Inclusion and exclusion by hand on a few random cells, against the kernel."""
    inside = np.random.default_rng(2).random((6, 7, 8)) < 0.5
    total = 0
    for cell in np.argwhere(inside):
        for code in range(8):
            steps = [np.array(step) for step in product(*((0, 1)[: 1 + (code >> n & 1)] for n in range(3)))]
            full = all(inside[tuple((cell + s) % inside.shape)] for s in steps)
            total += full * (-1) ** bin(code).count("1")
    assert connect.euler_number(inside) == total


def test_parts_are_joined_through_the_faces_of_the_box():
    phi = ball(6.0, (1.0, 16.0, 31.0))
    found = connect.regions(phi > 0)
    assert len(found.cells) == 1
    assert not found.wraps.any()
    assert found.cells[0] == np.count_nonzero(phi > 0)


def test_a_plate_and_a_rod_and_a_spiral_know_where_they_have_no_end():
    plate = np.zeros((8, 9, 10), bool)
    plate[:, 3:5, :] = True
    assert connect.regions(plate).wraps.tolist() == [[True, False, True]]
    rods = np.zeros((12, 12, 12), bool)
    rods[:, 2, 2] = rods[7, :, 8] = True
    assert sorted(connect.regions(rods).wraps.tolist()) == [[False, True, False], [True, False, False]]
    stairs = np.zeros((8, 8, 4), bool)  # comes back through the first axis displaced in the second
    for n in range(8):
        stairs[n, n, 1] = stairs[n, (n + 1) % 8, 1] = True
    assert connect.regions(stairs).wraps.tolist() == [[True, True, False]]


def test_corners_join_the_void_only():
    two = np.zeros((8, 8, 8), bool)
    two[2, 2, 2] = two[3, 3, 3] = two[0, 5, 5] = two[7, 6, 4] = True
    assert len(connect.regions(two).cells) == 4
    assert len(connect.regions(two, corners=True).cells) == 2


def test_closed_cavities_are_parts_of_the_void():
    phi = np.minimum(ball(12.0), -ball(6.0))
    void = connect.regions(phi <= 0, corners=True)
    assert sorted(void.cells.tolist())[0] == np.count_nonzero(ball(6.0) >= 0)
    assert void.wraps[void.largest - 1].all()


def test_union_find_sees_loops_with_and_without_a_box_between():
    i, j = np.array([0, 1, 2, 3]), np.array([1, 2, 0, 4])
    flat = np.zeros((4, 3), int)
    around = flat.copy()
    around[2] = [0, 1, 0]
    assert not unions.unite(6, i, j, flat).wraps.any()
    found = unions.unite(6, i, j, around)
    assert found.wraps.tolist() == [[False, True, False], [False] * 3, [False] * 3]
    assert found.label.tolist() == [0, 0, 0, 1, 1, 2]
    assert found.sizes.tolist() == [3, 2, 1]


def test_clusters_by_necks_and_by_cells_agree_on_resolved_bodies():
    x = [4.0, 14.0, 24.0]
    centres = np.array([*[[a, 8.0, 8.0] for a in x], [8.0, 24.0, 24.0]])
    radii = np.full(4, 6.5)  # the chain closes through the face: 10 + 10 + 12 cells
    phi = shapes.spheres(BOX, centres, radii)
    table = necks.contacts(phi, centres, radii)
    found = connect.clusters(4, table, table["solid"].values & table["resolved"].values)
    cells = connect.clusters_by_cells(connect.regions(phi > 0), centres, radii)
    assert found.share == cells.share == 0.75
    assert table.sizes["contact"] == 3
    assert found.number == cells.number == 2
    assert cells.wraps.tolist() == [True, False, False]
    hollow = np.minimum(phi, -shapes.spheres(BOX, centres, radii - 2.5))
    again = connect.clusters_by_cells(connect.regions(hollow > 0), centres, radii)
    assert again.share == 0.75


@pytest.mark.parametrize("shape", [(20, 16, 24), (15, 16, 17)])
def test_distances_agree_with_scipy_in_a_wrapped_box(shape):
    from scipy import ndimage

    inside = np.random.default_rng(4).random(shape) < 0.004
    phi = np.where(inside, 0.01, -100.0).astype(np.float32)
    wide = np.pad(inside, 30, mode="wrap")
    expected = ndimage.distance_transform_edt(~wide)[30:-30, 30:-30, 30:-30]
    found = distance.void_distance(phi, 0.5)
    np.testing.assert_allclose(found[~inside], expected[~inside] - 0.01, atol=1e-5)


def test_distance_between_spheres_is_good_to_a_fraction_of_a_voxel():
    centre, radius = np.array([15.3, 16.1, 14.8]), 7.0
    found = distance.void_distance(ball(radius).astype(np.float32), reach() - 0.25)
    apart = np.stack([c - m for c, m in zip(grid(), centre, strict=True)], -1)
    apart -= 32 * np.round(apart / 32)
    exact = np.linalg.norm(apart, axis=-1) - radius
    far = exact > 1
    assert np.max(np.abs(found - exact)[far]) < 0.5
    assert np.mean(np.abs(found - exact)[far]) < 0.02
    assert np.all(found[far] > exact[far] - 1e-4)


@pytest.mark.parametrize(("place", "width"), [(9.5, 11.0), (10.0, 12.0), (9.8, 11.6)])
def test_pores_between_plates_have_one_width(place, width):
    """Twelve voxels, read small by what the middle plane is off the cells, twice."""
    phi = shapes.slab((16, 16, 32), np.array([0, 0, 1.0]), np.array([0, 0, place]), 20.0)
    found = pores.pore_sizes(phi, voxel_nm=3.0)
    assert found.attrs["largest_nm"] == pytest.approx(3 * width, abs=0.01)
    assert pores.quantile(found, 0.5) == pytest.approx(3 * width, abs=3 * width / pores.LEVELS)
    assert found["above"][0] == pytest.approx(1.0)
    assert found.attrs["unresolved_share"] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("move", [(0, 0, 0), (9, 20, 14)])
def test_pores_of_spherical_cavities_by_volume(move):
    centres = np.array([[8.2, 8.1, 7.9], [23.1, 22.9, 23.2]])
    radii = np.array([4.2, 7.3])
    phi = np.roll(-shapes.spheres(BOX, centres, radii), move, (0, 1, 2))
    found = pores.pore_sizes(phi)
    assert 2 * 7.3 - 1 < found.attrs["largest_nm"] < 2 * 7.3 + 0.1
    wide = 7.3**3 / (4.2**3 + 7.3**3)
    assert np.interp(10.0, found["diameter_nm"], found["above"]) == pytest.approx(wide, abs=0.05)
    assert np.interp(6.0, found["diameter_nm"], found["above"]) == pytest.approx(1.0, abs=0.05)


def test_no_void_and_no_solid_are_said():
    full = pores.pore_sizes(np.full(BOX, 6.0))
    assert full.sizes["size"] == 0
    assert math.isnan(pores.quantile(full, 0.5))
    empty = pores.pore_sizes(np.full(BOX, -6.0))
    assert math.isnan(empty.attrs["largest_nm"])
    with pytest.raises(InputError, match="levels"):
        pores.pore_sizes(np.full(BOX, 6.0), levels=1)


def test_laminates_are_exact_in_series_and_parallel():
    cell = np.ones((16, 8, 8))
    cell[4:12] = 0.25
    value, settled = transport.conduct(transport.laminate(cell), ALL, EXACT)
    assert settled
    assert value[0] == pytest.approx(2 / (1 + 4), rel=1e-5)
    assert value[1:] == pytest.approx([0.625, 0.625], rel=1e-5)


@pytest.mark.parametrize(("axis", "place"), [(0, 20.3), (1, 3.0), (2, 7.9)])
def test_a_slit_is_exact_along_it_and_closed_across(axis, place):
    normal, middle = np.eye(3)[axis], place * np.eye(3)[axis]
    phi = shapes.slab((32, 32, 16) if axis != 2 else BOX, normal, middle, 11.0)
    found = transport.transport(phi, "void")
    expected = np.full(3, 1 - 11.0 / 32)
    expected[axis] = 0
    np.testing.assert_allclose(found.value, expected, atol=1e-5)
    np.testing.assert_allclose(
        transport.transport(phi, "solid").value, (1 - expected) * (expected > 0), atol=1e-5
    )
    assert np.all(found.low <= found.value + 1e-12)
    assert np.all(found.value <= found.high + 1e-12)


@pytest.mark.parametrize("fill", [0.05, 0.2, 0.35])
def test_void_between_spheres_on_a_simple_cubic_lattice(fill):
    radius = 32 * (3 * fill / 4 / math.pi) ** (1 / 3)
    found = transport.transport(ball(radius), "void")
    series = 1 - 3 * fill / (2 + fill - RAYLEIGH * 0.75 * fill ** (10 / 3))
    assert found.mean[0] == pytest.approx(series, rel=3e-3)
    maxwell = 2 * (1 - fill) / (2 + fill)
    assert found.mean[0] == pytest.approx(maxwell, rel=0.012)
    assert np.ptp(found.value) < 2e-3
    assert found.tortuosity[0] == pytest.approx((1 - fill) / series, rel=4e-3)


def test_transport_does_not_care_about_places_and_axes():
    rng = np.random.default_rng(8)
    phi = shapes.spheres(BOX, rng.random((5, 3)) * 32, np.full(5, 8.0))
    found = transport.transport(phi, "void").value
    moved = transport.transport(np.roll(phi, (5, 11, 2), (0, 1, 2)), "void").value
    turned = transport.transport(phi.transpose(2, 0, 1), "void").value
    np.testing.assert_allclose(moved, found, rtol=5e-3)
    np.testing.assert_allclose(turned, found[[2, 0, 1]], rtol=5e-3)


def test_the_solver_agrees_with_a_direct_one():
    from scipy.sparse import coo_matrix
    from scipy.sparse.linalg import spsolve

    shape = (8, 12, 6)
    rng = np.random.default_rng(3)
    faces = tuple(rng.random(shape).astype(np.float32) for _ in range(3))
    number = np.arange(np.prod(shape)).reshape(shape)
    i = np.concatenate([number.ravel()] * 3)
    j = np.concatenate([np.roll(number, -1, a).ravel() for a in range(3)])
    g = np.concatenate([f.ravel() for f in faces]).astype(float)
    rows, cols = np.concatenate([i, j, i, j]), np.concatenate([i, j, j, i])
    matrix = coo_matrix((np.concatenate([g, g, -g, -g]), (rows, cols))).tocsc()
    for axis in range(3):
        right = (faces[axis] - np.roll(faces[axis], 1, axis)).ravel().astype(float)
        u = np.append(0.0, spsolve(matrix[1:, 1:], right[1:]))
        expected = (faces[axis].sum(dtype=float) - right @ u) / number.size
        solved = multigrid.conductivity(multigrid.hierarchy(faces), axis, EXACT)
        assert solved.settled
        assert solved.conductivity == pytest.approx(expected, rel=1e-5)


def test_the_same_bytes_on_one_thread():
    import numba

    faces = transport.open_faces(ball(9.0), -1)
    found = multigrid.conductivity(multigrid.hierarchy(faces), 0)
    before = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        assert multigrid.conductivity(multigrid.hierarchy(faces), 0) == found
    finally:
        numba.set_num_threads(before)


def chain(radius):
    """One sphere that meets its image along the first axis only."""
    centres, radii = np.array([[15.7, 16.2, 15.9]]), np.array([radius])
    phi = np.full(BOX, -reach())
    for shift in (-32, 0, 32):
        other = np.linalg.norm(np.stack(grid(), -1) - centres[0] - np.array([shift, 0, 0]), axis=-1)
        phi = np.maximum(phi, np.clip(radius - other, -reach(), reach()))
    lateral = np.hypot(grid()[1] - 16.2, grid()[2] - 15.9)
    return np.minimum(phi, np.clip(14.0 - lateral, -reach(), reach())), centres, radii


def test_unresolved_necks_bound_the_solid_from_below():
    phi, centres, radii = chain(16.0)  # touches its own image
    phi = np.maximum(phi, np.clip(3.0 - np.hypot(grid()[1] - 16.2, grid()[2] - 15.9), -reach(), reach()))
    table = necks.contacts(phi, centres, radii, gap_nm=0.5)
    along = np.abs(table["axis"].values[:, 0]) > 0.5
    assert not table["resolved"].values[along].any()
    found = transport.transport(phi, "solid", table=table, centres=centres)
    assert found.high[0] == found.value[0] > 0.01
    assert found.low[0] == 0
    never = transport.transport(phi, "solid", table=table, centres=centres, joined=np.zeros(3, bool))
    assert never.low.tolist() == [0, 0, 0]
    assert never.tortuosity[2] == math.inf


def test_an_island_carries_nothing():
    phi = ball(8.0)
    found = transport.transport(phi, "solid")
    assert found.value.tolist() == [0, 0, 0]
    rod = np.maximum(ball(6.0, (16, 16, 16)), np.clip(4 - np.hypot(grid()[1], grid()[2]), -6, 6))
    alone = transport.transport(np.clip(4 - np.hypot(grid()[1], grid()[2]), -6, 6), "solid")
    assert transport.transport(rod, "solid").value[0] == pytest.approx(alone.value[0], rel=1e-3)


def test_an_unknown_phase_is_refused():
    with pytest.raises(InputError, match="'void' or 'solid'"):
        transport.transport(ball(8.0), "melt")
