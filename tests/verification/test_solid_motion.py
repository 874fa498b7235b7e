"""The solid against exact solutions: planes, spheres, depths; dry solid; broken runs."""

import math

import numpy as np
import pytest

from nanokiln.assembly.voxels import geometry, shapes
from nanokiln.assembly.voxels import solid as module
from nanokiln.assembly.voxels.fields import laplacian
from nanokiln.assembly.voxels.solid import Solid, advance, give_way, renew, restore
from nanokiln.assembly.voxels.solid_kernels import STEEPEST, rates

from . import surfaces

PLANE = (8, 6, 64)


def plane(shift=0.0, kind=np.float64):
    """Return a slab; in double precision its plane faces show the scheme without rounding."""
    return Solid(shapes.slab(PLANE, (0, 0, 1), (0, 0, 32 + shift), 30.0).astype(kind))


def faces(phi):
    """Return the heights of the two faces of a slab on every line."""
    z = geometry.crossings(phi)[:, 2]
    return z[z < 32], z[z >= 32]


def travel(solid, depth, step=0.2):
    """Etch (or grow) both faces by `depth` in steps, with redistancing where due."""
    area, start = 2 * PLANE[0] * PLANE[1], solid.volume
    for done in np.linspace(0, depth, round(abs(depth) / step) + 1)[1:]:
        advance(solid, start - done * area, film=1.0)
        if solid.due:
            renew(solid, start - done * area)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("shift", [0.0, 0.37])
def test_planes_dissolve_and_grow_back_by_ten_voxels(shift, kind):
    solid = plane(shift, kind)
    low, high = faces(solid.phi)
    travel(solid, 10.0)
    lower, higher = faces(solid.phi)
    assert lower - low == pytest.approx(10.0, rel=1e-3)
    assert high - higher == pytest.approx(10.0, rel=1e-3)
    assert np.ptp(lower) < 1e-9  # stays a plane
    travel(solid, -10.0)
    assert np.concatenate(faces(solid.phi)) == pytest.approx(np.concatenate([low, high]), abs=0.01)


@pytest.mark.parametrize("radius", [4, 8, 16])
def test_sphere_dissolves_by_its_curvature(radius):
    assert surfaces.curvature_law(radius) == pytest.approx(1.0, abs=0.02)


def level_rates(blocks, fields, floor, sums):
    """Curvatures left at the level of each cell, not carried to the surface."""
    rates(blocks, fields, floor, sums)
    fields[4][...] = np.clip(laplacian(fields[0]), -STEEPEST, STEEPEST)


def test_curvature_not_carried_to_the_surface_is_noticed(monkeypatch):
    monkeypatch.setattr(module, "rates", level_rates)
    with pytest.raises(AssertionError):
        test_sphere_dissolves_by_its_curvature(4)


def test_curvature_of_the_wrong_sign_is_noticed(monkeypatch):
    def wrong(blocks, fields, floor, sums):
        rates(blocks, fields, floor, sums)
        fields[4][...] *= -1
        sums[:, 1] *= -1

    monkeypatch.setattr(module, "rates", wrong)
    with pytest.raises(AssertionError):
        test_sphere_dissolves_by_its_curvature(8)


@pytest.mark.parametrize("depth", [0.05, 0.1, 0.22, 0.44, 0.67, 1.0, 2.0])
def test_etch_depths_below_a_voxel(depth):
    solid, centre = surfaces.ball(22)
    before, start = solid.phi.copy(), solid.volume
    lost = surfaces.ball_volume(22) - surfaces.ball_volume(22 - depth)
    steps = math.ceil(depth / 0.25)
    for n in range(steps):
        work = advance(solid, start - lost * (n + 1) / steps, film=1.0)
        if solid.due:
            renew(solid, work.target)
    found = surfaces.radii(solid.phi, centre)
    assert 22 - np.mean(found) == pytest.approx(depth, rel=5e-3)
    assert np.std(found) < 1e-3
    assert geometry.mean_etch_depth(before, solid.phi) == pytest.approx(depth, rel=1e-2)


def errors_of_depth(radius):
    """Relative error of a depth of R/44 asked by the volume of the sphere."""
    depth = radius / 44
    solid, centre = surfaces.ball(radius)
    lost = surfaces.ball_volume(radius) - surfaces.ball_volume(radius - depth)
    advance(solid, solid.volume - lost, film=1.0)
    return abs((radius - np.mean(surfaces.radii(solid.phi, centre))) / depth - 1)


def test_depth_converges_with_the_square_of_the_grid():
    coarse, fine = errors_of_depth(11), errors_of_depth(22)
    assert math.log2(coarse / fine) == pytest.approx(2.0, abs=0.3)


def test_dry_solid_stands_still_to_the_byte():
    solid, _ = surfaces.ball(9)
    before = solid.phi.copy()
    for _ in range(5):
        work = advance(solid, solid.volume, spread=0.1, film=0.0, melt=np.zeros(before.shape, np.float32))
    assert np.array_equal(solid.phi, before)
    assert work.farthest == 0.0


def half_wetted(broken=False):
    """Etch a slab of which melt touches one face; `broken` ignores the cover. Return both motions."""
    solid = plane()
    low, high = faces(solid.phi)
    melt = 1 - solid.s
    melt[:, :, 32:] = 0
    area, start = PLANE[0] * PLANE[1], solid.volume
    for n in range(4):
        before = solid.s.copy()
        advance(solid, start - 0.1 * (n + 1) * area, film=1.0 if broken else 0.0, melt=melt)
        give_way(solid, melt, before)
    lower, higher = faces(solid.phi)
    return np.mean(lower - low), np.mean(high - higher)


def test_melt_etches_only_what_it_touches():
    assert half_wetted() == (pytest.approx(0.4, rel=5e-3), 0.0)


def test_ignored_cover_is_noticed():
    with pytest.raises(AssertionError):
        assert half_wetted(broken=True) == (pytest.approx(0.4, rel=5e-3), 0.0)


def test_film_and_melt_share_the_cover():
    solid = plane()
    melt = (0.5 * (1 - solid.s)).astype(np.float32)
    advance(solid, None, film=0.2, melt=melt)
    surface = np.abs(solid.phi) < 2
    assert solid.cover[surface] == pytest.approx(0.2 + 0.8 * 0.5, rel=1e-5)


def test_volume_is_reached_at_every_step_and_restored():
    solid, _ = surfaces.ball(11)
    start = solid.volume
    for n in range(12):
        goal = start * (1 - 0.01 * (n + 1))
        assert advance(solid, goal, spread=0.02, film=1.0).volume == pytest.approx(goal, rel=1e-9)
        if solid.due:
            renew(solid, goal)
            assert solid.volume == pytest.approx(goal, rel=1e-9)
    assert restore(solid, start * 0.87) == pytest.approx(start * 0.87, rel=1e-9)


def test_the_trial_step_hits_the_volume_so_that_most_steps_are_not_repeated(monkeypatch):
    """It sums the volume as the step itself does; with a cheaper sine every step was repeated."""
    repeats, whole = [], module._newton
    monkeypatch.setattr(module, "_newton", lambda *a: repeats.append(None) or whole(*a))
    solid, _ = surfaces.ball(11)
    goal = solid.volume
    for _ in range(20):
        goal *= 0.995
        advance(solid, goal, spread=0.01, film=1.0)
    assert len(repeats) <= 10


def shrunk(offset):
    solid, centre = surfaces.ball(12, offset)
    surfaces.shrink(solid, 6.0)
    found = surfaces.radii(solid.phi, centre)
    return np.mean(found), np.std(found)


def test_dissolution_does_not_depend_on_the_place_on_the_grid():
    sizes, roundness = zip(*(shrunk(o) for o in ((0, 0, 0), (0.5, 0, 0), (0.25, 0.5, 0.37))), strict=True)
    assert np.ptp(sizes) < 0.01
    assert max(roundness) < 0.01  # the same in every direction
