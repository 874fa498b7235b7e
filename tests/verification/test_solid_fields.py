"""Distance fields: redistancing, rigid motion, nuclei, shapes, the compiled twins, threads, refusals."""

import math
import tracemalloc

import numba
import numpy as np
import pytest
import xarray as xr

from nanokiln.assembly.voxels import geometry, shapes, solid_reference
from nanokiln.assembly.voxels.band import find_band
from nanokiln.assembly.voxels.fields import reach
from nanokiln.assembly.voxels.melt import Melt
from nanokiln.assembly.voxels.redistance import redistance
from nanokiln.assembly.voxels.shift import move_spheres, shift
from nanokiln.assembly.voxels.sines import cosine, fine_sine, sine
from nanokiln.assembly.voxels.solid import (
    Solid,
    add_caps,
    advance,
    capillary_length,
    give_way,
    renew,
    restore,
)
from nanokiln.assembly.voxels.sums import UNIT
from nanokiln.core.errors import InputError, PhysicsError
from nanokiln.core.parameters import Values

from . import surfaces


def test_redistancing_keeps_a_sphere():
    solid, centre = surfaces.ball(16)
    before = np.mean(surfaces.radii(solid.phi, centre))
    for _ in range(20):
        redistance(solid.phi)
    found = surfaces.radii(solid.phi, centre)
    assert np.mean(found) == pytest.approx(before, abs=1e-3)
    assert np.std(found) < 1e-3


def test_redistancing_mends_a_distorted_field():
    solid, centre = surfaces.ball(12)
    exact = solid.phi.copy()
    x = np.indices(exact.shape)[0]
    solid.phi *= 1 + 0.3 * np.sin(2 * np.pi * x / exact.shape[0])
    redistance(solid.phi)
    near = np.abs(exact) < 4
    assert np.max(np.abs(solid.phi - exact)[near]) < 0.05
    assert np.mean(surfaces.radii(solid.phi, centre)) == pytest.approx(12, abs=0.01)


def test_shift_keeps_a_sphere():
    solid, centre = surfaces.ball(22)
    phi, by = solid.phi, np.array([4.7, 1.1, -0.6])
    for n in range(20):
        phi = shift(phi, by / 20)
        if n % 5 == 4:
            redistance(phi)
    away = geometry.crossings(phi) - centre - by
    distance = np.linalg.norm(away, axis=1)
    matrix = np.column_stack([away / distance[:, None], np.ones(len(away))])
    *offset, radius = np.linalg.lstsq(matrix, distance, rcond=None)[0]
    assert geometry.volume(phi) == pytest.approx(solid.volume, rel=1e-4)
    assert np.abs(offset) == pytest.approx(np.zeros(3), abs=0.05)
    assert radius == pytest.approx(22, abs=2e-3)


def test_spheres_of_a_pack_move_by_their_own_displacements():
    radius = 11
    solid, centres = surfaces.two_balls(radius)
    by = np.array([[0.2, 0.1, 0.6], [0.2, 0.1, -0.6]])
    moved = move_spheres(solid.phi, centres, np.full(2, float(radius)), by)
    redistance(moved)
    wanted = shapes.spheres(solid.phi.shape, centres + by, np.full(2, float(radius)))
    assert geometry.volume(moved) == pytest.approx(geometry.volume(wanted), rel=5e-3)
    middle = np.mean(centres, axis=0)
    for centre in centres + by:
        points = geometry.crossings(moved)
        outer = points[(points - middle)[:, 2] * (centre - middle)[2] > (centre - middle)[2] ** 2]
        assert np.mean(np.linalg.norm(outer - centre, axis=1)) == pytest.approx(radius, abs=0.01)


def test_a_neck_that_moves_as_one_does_not_crack():
    solid, centres = surfaces.two_balls(11)
    solid.phi += 1.5
    renew(solid)
    by = np.array([0.3, -0.2, 0.4])
    together = shift(solid.phi, by)
    moved = move_spheres(solid.phi, centres, np.full(2, 11.0), np.tile(by, (2, 1)))
    near = np.abs(together) < 1.5
    assert np.max(np.abs(moved - together)[near]) < 1e-9


def test_neck_of_overlapping_spheres_is_their_lens():
    solid, centres = surfaces.two_balls(16)
    lens = shapes.spheres(solid.phi.shape, centres, np.full(2, 17.0))
    assert geometry.neck_radius(lens, *centres) == pytest.approx(math.sqrt(17**2 - 16**2), abs=0.05)
    gap = shapes.spheres(solid.phi.shape, centres, np.full(2, 15.0))
    assert geometry.neck_radius(gap, *centres) == 0.0


@pytest.mark.parametrize(("radius", "excess"), [(1.5, 0.18), (2, 0.08), (3, 0.02), (4, 0.0)])
def test_caps_add_a_half_sphere_and_their_smear(radius, excess):
    solid = Solid(shapes.slab((24, 24, 48), (0, 0, 1), (0, 0, 20), 24.0))
    added = add_caps(solid, np.array([[12.0, 12.0, 32.0]]), radius)
    assert added == pytest.approx((1 + excess) * 2 / 3 * math.pi * radius**3, rel=0.02)
    restore(solid, solid.volume - added)
    assert solid.volume == pytest.approx(24 * 24 * 24, rel=1e-9)


def test_volume_and_area_of_shapes():
    solid, _ = surfaces.ball(22)
    smear = 3 * (1 / 4 - 2 / math.pi**2) * (6 / 22) ** 2  # variance of the profile over R^2, three times
    assert solid.volume == pytest.approx(surfaces.ball_volume(22) * (1 + smear), rel=1e-4)
    # the solid adds up in fixed point, each cell rounded towards zero by less than one step
    assert 0 <= geometry.volume(solid.phi) - solid.volume < UNIT * solid.phi.size
    assert geometry.surface_area(solid.phi) == pytest.approx(4 * math.pi * 22**2, rel=6e-3)
    slab = shapes.slab((8, 8, 40), (0, 0, 1), (0, 0, 20.3), 16.0)
    assert geometry.volume(slab) == pytest.approx(64 * 16, rel=1e-3)
    assert geometry.surface_area(slab) == pytest.approx(128, rel=1e-12)


def test_a_pack_is_read_in_voxels_and_wraps():
    position = xr.DataArray([[0.0, 50.0, 99.0], [50.0, 50.0, 50.0]], dims=("sphere", "xyz"))
    radius = xr.DataArray([20.0, 20.0], dims="sphere")
    data = xr.Dataset({"position_nm": position, "radius_nm": radius}, attrs={"box_nm": 100.0})
    pack = shapes.pack(data, 50)
    assert pack.voxel_nm == 2.0
    assert pack.radii == pytest.approx([10, 10])
    assert pack.phi[49, 25, 0] > 0  # across two faces of the box
    assert pack.phi[0, 25, 49] == pytest.approx(reach())
    one = Solid(shapes.spheres((50, 50, 50), pack.centres[1:], pack.radii[1:])).volume
    assert Solid(pack.phi).volume == pytest.approx(2 * one, rel=1e-3)


def blob():
    """A rough solid with melt on part of it."""
    rng = np.random.default_rng(4)
    centres = rng.random((12, 3)) * np.array([32, 28, 36])
    phi = shapes.spheres((32, 28, 36), centres, 5 + rng.random(12))
    redistance(phi)
    solid = Solid(phi)
    return solid, ((1 - solid.s) * (rng.random(phi.shape) < 0.5)).astype(np.float32)


def test_compiled_redistancing_is_the_readable_one():
    solid, _ = blob()
    phi = solid.phi + 0.3 * np.sin(np.indices(solid.phi.shape).sum(axis=0) / 3)
    single = phi.astype(np.float32)
    expected = solid_reference.redistanced(phi)
    redistance(phi)
    near = np.abs(expected) < reach() - 1
    assert np.max(np.abs(phi - expected)[near]) < 1e-10
    redistance(single)
    assert np.max(np.abs(single - expected)[near]) < 1e-4


def test_compiled_step_is_the_readable_one():
    solid, melt = blob()
    target = solid.volume * 0.99
    expected = solid_reference.stepped(solid.phi, melt.astype(float), target, 0.05, 0.1)
    advance(solid, target, spread=0.05, film=0.1, melt=melt)
    near = np.abs(expected) < 3
    assert np.max(np.abs(solid.phi - expected)[near]) < 1e-4  # the cover is stored in single precision


def run_on(threads):
    numba.set_num_threads(threads)
    solid, melt = blob()
    start = solid.volume
    for n in range(4):
        before = solid.s.copy()
        advance(solid, start * (1 - 0.005 * n), spread=0.05, film=0.1, melt=melt)
        give_way(solid, melt, before)
    renew(solid, start * 0.98)
    add_caps(solid, geometry.crossings(solid.phi)[:5], 2.0)
    return solid.phi.tobytes() + solid.s.tobytes() + shift(solid.phi, np.array([0.3, 0.2, 0.1])).tobytes()


@pytest.mark.skipif(numba.config.NUMBA_NUM_THREADS < 2, reason="one thread only")
def test_threads_do_not_change_a_byte():
    assert run_on(1) == run_on(2)


def test_an_interval_needs_36_bytes_per_voxel():
    centres = np.array([[20.0, 24.0, 24.0], [42.0, 24.0, 26.0]])
    voxels = 64 * 48 * 48

    def interval() -> int:
        """Return the most memory held from the first field on; the first time code is loaded, too."""
        tracemalloc.start()
        solid = Solid(shapes.spheres((64, 48, 48), centres, np.full(2, 11.0)))
        melt = Melt(solid.phi, np.full(solid.phi.shape, 0.2, np.float32), 0.9)
        tracemalloc.reset_peak()
        target = 0.99 * solid.volume
        advance(solid, target, spread=0.05, film=0.1, melt=melt.field)
        renew(solid, target)
        melt.change_solid(solid.phi, 0.9)
        melt.advance(3)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    interval()
    assert interval() < 36 * voxels


def test_sines_hold_their_accuracy():
    t = np.linspace(-1, 1, 2001)
    exact = np.sin(np.pi / 2 * t), np.cos(np.pi / 2 * t)
    assert max(abs(fine_sine(a) - b) for a, b in zip(t, exact[0], strict=True)) < 2e-15
    assert max(abs(sine(a, np.float64) - b) for a, b in zip(t, exact[0], strict=True)) < 1e-8
    assert max(abs(cosine(a, np.float64) - b) for a, b in zip(t, exact[1], strict=True)) < 1e-7


def test_melt_takes_the_room_the_solid_leaves():
    solid = Solid(shapes.slab((8, 8, 40), (0, 0, 1), (0, 0, 20), 16.0))
    melt, before = 1 - solid.s, solid.s.copy()
    amount, start = float(np.sum(melt, dtype=float)), solid.volume
    advance(solid, start - 20.0, melt=melt)
    give_way(solid, melt, before)
    assert np.sum(melt, dtype=float) - amount == pytest.approx(20.0, rel=1e-3)
    assert np.all((melt >= 0) & (melt <= 1 - solid.s + 1e-6))


def test_capillary_length_is_a_tenth_of_a_nanometre():
    assert capillary_length(1173.15, Values()) == pytest.approx(0.112, abs=0.001)
    doubled = Values({"assembly.interface_energy": 0.08})
    assert capillary_length(1173.15, doubled) == pytest.approx(2 * capillary_length(1173.15, Values()))


def test_band_of_nothing_is_empty():
    band = find_band(np.full((5, 6, 7), 6.0), 6.0)
    assert band.cells == 0
    assert band.inside == 5 * 6 * 7


BALL = np.array([[8.0, 8.0, 8.0]])


@pytest.mark.parametrize(
    "wrong",
    [
        lambda s: advance(s, None, spread=0.2),
        lambda s: advance(s, None, film=1.5),
        lambda s: advance(s, None, film=np.ones((3, 3, 3))),
        lambda s: advance(s, None, melt=np.ones((3, 3, 3), np.float32)),
        lambda s: add_caps(s, BALL, 1.0),
        lambda s: Solid(s.phi[:3].copy()),
        lambda s: Solid(s.phi.astype(np.float16)),
        lambda s: Solid(s.phi.T),
        lambda s: shapes.spheres((16, 16, 16), BALL, np.array([9.0])),
        lambda s: shapes.spheres((16, 16, 16), BALL, np.array([3.0, 4.0])),
        lambda s: shapes.spheres((2, 16, 16), BALL, np.array([1.0])),
        lambda s: shapes.slab((16, 16, 16), (0, 0, 0), (8, 8, 8), 4.0),
        lambda s: shapes.pack(xr.Dataset(attrs={"box_nm": 1.0}), 31),
        lambda s: move_spheres(s.phi, BALL, np.ones(1), np.zeros((2, 3))),
        lambda s: geometry.neck_radius(s.phi, BALL[0], BALL[0]),
    ],
)
def test_unusable_input_is_refused(wrong):
    solid = Solid(shapes.spheres((16, 16, 18), BALL, np.array([5.0])))
    with pytest.raises(InputError):
        wrong(solid)


def test_a_dry_solid_cannot_change_its_volume():
    solid, _ = surfaces.ball(6)
    with pytest.raises(PhysicsError, match="no melt touches"):
        advance(solid, solid.volume * 0.9)
    with pytest.raises(PhysicsError, match="fractions of a voxel"):
        restore(solid, solid.volume * 50)
