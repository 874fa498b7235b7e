"""Virtual SEM: yield law, geometry, sky, counting."""

import math

import numpy as np
import pytest

from nanokiln.core.errors import InputError
from nanokiln.core.parameters import Values
from nanokiln.techniques.sem.parameters import ESCAPE_CARBON, ESCAPE_OXIDE, YIELD_FLAT
from nanokiln.techniques.sem.virtual import beam, rays, skins, sky
from nanokiln.techniques.sem.virtual.beam import Beam
from nanokiln.techniques.sem.virtual.fillets import fillet
from nanokiln.techniques.sem.virtual.scene import Scene, frame_of, neck_table, tiles_of
from nanokiln.techniques.sem.virtual.yield_law import beam_range, escape_depth, tilt_yield

RANGE = 330.0


def look(scene, field=200.0, pixel=4.0, escape=5.0, pad=0):
    """Height, normal, yield and owner of a scene."""
    frame = frame_of((field, field), pixel, pad, scene.floor)
    necks, bounds = neck_table(scene)
    discs = np.ascontiguousarray(scene.balls[:, [0, 1, 3]])
    tiles = tiles_of(discs, bounds, frame, skins.HIGHEST * scene.skin.rq_nm)
    skin = np.array([scene.skin.rq_nm, skins.PER_LENGTH / scene.skin.lateral_nm])
    texture = skins.texture(np.random.default_rng(0))
    seen = rays.shoot(scene.balls, necks, discs, bounds, tiles, frame, texture, skin, (escape, RANGE))
    return frame, seen


def one(radius=100.0, x=0.0, z=0.0):
    return Scene(np.array([[x, 0.0, z, radius]]))


def test_yield_of_a_face_has_its_limits():
    assert tilt_yield(1.0, 5.0, RANGE) == pytest.approx(1.0, abs=1e-12)
    assert tilt_yield(0.5, 1e-6, RANGE) == pytest.approx(2.0, rel=1e-6)  # 1/cos for a small depth
    assert tilt_yield(0.0, 5.0, RANGE) == pytest.approx(1 + RANGE / 5.0)  # finite at grazing incidence


def test_escape_depth_lies_between_carbon_and_oxide():
    v = Values()
    assert escape_depth(1.0) == pytest.approx(v[ESCAPE_CARBON])
    assert escape_depth(0.0) == pytest.approx(v[ESCAPE_OXIDE])
    assert v[ESCAPE_CARBON] < escape_depth(0.5) < v[ESCAPE_OXIDE]
    assert beam_range(10.0) > 2 * beam_range(5.0)
    with pytest.raises(InputError, match="0 to 1"):
        escape_depth(1.2)


@pytest.mark.parametrize("cosine", [1.0, 0.8, 0.5])
def test_rays_find_the_law_of_a_tilted_face(cosine):
    radius = 1e5  # flat on the scale of the field
    sine = math.sqrt(1 - cosine**2)
    _, (_, normal, gain, _) = look(one(radius, -radius * sine, -radius * cosine), field=64.0)
    assert normal[8, 8, 2] == pytest.approx(cosine, abs=2e-3)
    assert np.median(gain) == pytest.approx(float(tilt_yield(cosine, 5.0, RANGE)), rel=0.03)


def profile(escape):
    """Yield from the limb of a sphere inwards, over that of its middle, and the law of the tilt there."""
    frame, (_, normal, gain, _) = look(one(), field=240.0, pixel=1.0, escape=escape)
    row = frame.rows // 2
    seen = gain[row] > 0
    law = tilt_yield(normal[row, seen, 2], escape, RANGE)
    return gain[row, seen] / gain[row, frame.columns // 2], law


def test_at_the_limb_the_yield_stays_below_the_law_of_the_tilt_and_meets_it_inside():
    seen, law = profile(4.0)
    assert seen[0] < 0.8 * law[0]
    assert seen[40] == pytest.approx(law[40], rel=0.05)


def test_bright_rim_fades_as_the_escape_depth_nears_the_size_of_the_sphere():
    peak = [profile(escape)[0].max() for escape in (2.0, 5.0, 12.0, 40.0)]
    assert peak == sorted(peak, reverse=True)
    assert peak[0] > 4 > peak[2] > 1.5


def nearest(distance, depth, escape):
    """The law: chance to leave from the nearest surface, integrated along the beam."""
    return np.trapezoid(np.exp(-distance / escape - depth / RANGE), depth)


def isotropic(ways, depth, escape):
    """The same by straight lines in all directions; twice the depth gives the same mean on a flat face."""
    chance = np.exp(-ways / (2 * escape)).mean(axis=0)
    return np.trapezoid(chance * np.exp(-depth / RANGE), depth)


def directions(count=4000):
    n = np.arange(count) + 0.5
    z, turn = 1 - 2 * n / count, np.pi * (3 - np.sqrt(5)) * n
    s = np.sqrt(1 - z * z)
    return np.stack([s * np.cos(turn), s * np.sin(turn), z], axis=1)


@pytest.mark.parametrize("share", [0.5, 1.0, 2.0, 3.0])
def test_nearest_surface_stands_for_all_directions_at_a_step(share):
    escape, d = 5.0, directions()
    x, depth = share * escape, np.linspace(1e-3, 600.0, 1500)
    with np.errstate(divide="ignore"):
        up = np.where(d[:, 2:] > 0, depth[None] / d[:, 2:], np.inf)
        wall = np.where(d[:, :1] < 0, x / -d[:, :1], np.inf)
        flat = np.where(d[:, 2:] > 0, depth[None] / d[:, 2:], np.inf)
    full = isotropic(np.minimum(up, wall), depth, escape) / isotropic(flat, depth, escape)
    law = nearest(np.minimum(depth, x), depth, escape) / nearest(depth, depth, escape)
    assert law == pytest.approx(full, rel=0.4)
    assert law > 1


@pytest.mark.parametrize("inside", [2.0, 5.0, 10.0, 30.0, 100.0])
def test_nearest_surface_stands_for_all_directions_in_a_sphere(inside):
    radius, escape, d = 100.0, 5.0, directions()
    off = radius - inside
    half = math.sqrt(radius**2 - off**2)
    depth = np.linspace(1e-3, 2 * half - 1e-3, 800)
    place = np.stack([np.full_like(depth, off), 0 * depth, half - depth], axis=1)
    along = place @ d.T
    ways = (-along + np.sqrt(along**2 + radius**2 - (place**2).sum(axis=1)[:, None])).T
    deep = np.linspace(1e-3, 600.0, 1500)
    with np.errstate(divide="ignore"):
        flat = isotropic(np.where(d[:, 2:] > 0, deep[None] / d[:, 2:], np.inf), deep, escape)
    full = isotropic(ways, depth, escape) / flat
    law = nearest(radius - np.linalg.norm(place, axis=1), depth, escape) / nearest(deep, deep, escape)
    assert law == pytest.approx(full, rel=0.4)


@pytest.mark.parametrize(("second", "neck"), [(100.0, 40.0), (80.0, 15.0), (120.0, 70.0)])
def test_fillet_touches_both_spheres(second, neck):
    length = 100.0 + second - 0.5
    at, high, hollow = fillet(100.0, second, length, neck)
    assert math.hypot(at, high) == pytest.approx(100.0 + hollow)
    assert math.hypot(length - at, high) == pytest.approx(second + hollow)
    assert high - hollow == pytest.approx(neck)


def test_a_neck_narrower_than_the_overlap_is_none_and_a_wider_one_than_the_sphere_an_error():
    assert fillet(100.0, 100.0, 150.0, 10.0) is None
    with pytest.raises(InputError, match="too wide"):
        fillet(100.0, 50.0, 150.0, 60.0)


def test_chord_through_a_neck_is_its_width():
    balls = np.array([[-100.0, 0.0, 0.0, 100.0], [100.0, 0.0, 0.0, 100.0]])
    scene = Scene(balls, np.array([[0, 1]]), np.array([35.0]))
    frame = frame_of((201.0, 201.0), 1.0, 0, scene.floor)
    necks, bounds = neck_table(scene)
    discs = np.ascontiguousarray(balls[:, [0, 1, 3]])
    way = rays.chords(balls, necks, discs, bounds, tiles_of(discs, bounds, frame, 0.0), frame, 2.0)
    assert way[100, 100] == pytest.approx(70.0, abs=0.05)
    assert way[100 + 36, 100] == 0  # beyond the neck
    assert way[100 + 20, 100] == pytest.approx(2 * math.sqrt(35**2 - 20**2), abs=0.1)


def test_skin_has_the_roughness_and_the_length_it_is_asked_for():
    field = skins.texture(np.random.default_rng(3))
    assert field.std() == pytest.approx(1.0, abs=0.02)
    lag = int(skins.PER_LENGTH)
    assert np.mean(field * np.roll(field, lag, 0)) == pytest.approx(math.exp(-1), abs=0.04)
    smooth = look(one())[1][0]
    rough = Scene(one().balls, skin=skins.Skin(3.0, 15.0))
    difference = (look(rough)[1][0] - smooth)[20:30, 20:30]
    assert 1.0 < difference.std() < 6.0


def test_open_sky_is_one_on_a_plain_and_little_in_a_trench():
    height = np.zeros((64, 64), dtype=np.float32)
    normal = np.zeros((64, 64, 3), dtype=np.float32)
    normal[..., 2] = 1
    hit, none = np.ones((64, 64), dtype=bool), np.zeros(2)
    plain = sky.open_sky(height, normal, hit, 30.0, none)
    assert np.allclose(plain, 1.0, atol=1e-5)
    height[:, :28] = height[:, 36:] = 40.0
    trench = sky.open_sky(height, normal, hit, 60.0, none)
    assert trench[20:44, 31:33].max() < 0.3
    assert trench[32, 5] == pytest.approx(1.0, abs=1e-5)


def test_side_detector_prefers_faces_that_look_at_it_and_the_axial_one_does_not():
    _, (height, normal, gain, _) = look(one(), field=240.0, pixel=4.0)
    share = {}
    for name in ("et", "inlens"):
        side = Beam(detector=name, azimuth_deg=90.0).side(Values())
        share[name] = sky.open_sky(height / 4, normal, gain > 0, 100.0, side)
    top, bottom = (14, 30), (45, 29)
    assert share["et"][top] > 1.15 * share["et"][bottom]
    assert share["inlens"][top] == pytest.approx(share["inlens"][bottom], rel=0.05)


def test_counts_are_poisson_at_the_stated_dose():
    values, column = Values(), Beam(current_pA=10.0, dwell_us=2.0, detector="inlens")
    assert column.dose == pytest.approx(10e-12 * 2e-6 / 1.602176634e-19, rel=1e-6)
    counts, flat = beam.expose(np.full((200, 200), 0.7), column, np.random.default_rng(1), values)
    assert flat == pytest.approx(column.dose * values[YIELD_FLAT] * column.efficiency(values))
    assert counts.mean() == pytest.approx(0.7 * flat, rel=0.005)
    assert counts.var() == pytest.approx(counts.mean(), rel=0.03)


def test_probe_blurs_by_its_width_and_drift_skews():
    image = np.zeros((61, 61), dtype=np.float32)
    image[30, 30] = 1
    soft = beam.probe(image, 8.0, 1.0)
    x = np.arange(61) - 30
    assert math.sqrt((soft.sum(axis=0) * x**2).sum()) == pytest.approx(8.0 / beam.FWHM, rel=0.03)
    upright = np.zeros((61, 61), dtype=np.float32)
    upright[:, 30] = 1
    moved = beam.drift(upright, Beam(dwell_us=1e3, drift_nm_s=(2.0, 0.0)), 1.0, 5)
    assert moved[-1].argmax() - moved[0].argmax() == pytest.approx(2.0 * 50 * 51e-3, abs=1.01)


def test_charging_adds_signal_behind_bright_places():
    image = np.ones((80, 80), dtype=np.float32)
    image[20:60, 10:20] = 5
    streaks = beam.charge(image, 1.0, np.random.default_rng(0), Values()) - image
    assert streaks[30:60, 20:26].mean() > 2 * streaks[30:60, 70:].mean()
    assert np.array_equal(beam.charge(image, 0.0, np.random.default_rng(0), Values()), image)
