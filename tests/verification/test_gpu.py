"""Melt and solid by JAX against the compiled kernels and the readable twins, on one device and on two.

Skipped where JAX is not installed (extra ``nanokiln[gpu]``); the processor is device enough for these tests.
"""

import importlib.util
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from nanokiln.assembly.voxels import fields, reference, shapes, solid_reference
from nanokiln.assembly.voxels.melt import Melt
from nanokiln.assembly.voxels.melt_kernels import sweep
from nanokiln.assembly.voxels.redistance import redistance
from nanokiln.assembly.voxels.solid import Solid, advance, give_way, renew
from nanokiln.core.errors import InputError, PhysicsError

needs_jax = pytest.mark.skipif(
    importlib.util.find_spec("jax") is None, reason="jax is not installed: pip install 'nanokiln[gpu]'"
)

STEPS, AGREE = 50, 2e-6
SHAPE = (32, 24, 28)
MELT = 2000.0  # voxels
FEW = 1e-3  # share of cells near the surface where a sign or a threshold may fall the other way


def scene():
    """Return distance and melt of three spheres, one of them through a face of the box."""
    centres = np.array([[8.0, 12.0, 9.0], [8.3, 12.0, 25.0], [24.0, 11.0, 17.5]])
    radii = np.array([8.2, 8.0, 7.5])
    phi = shapes.spheres(SHAPE, centres, radii)
    redistance(phi)
    room = (1 - fields.profile(phi)).astype(np.float32)
    return phi, narrowest(centres, radii, room)


def narrowest(centres, radii, room):
    """Fill the narrowest gaps between two spheres."""
    size = np.array(SHAPE)
    away = np.indices(SHAPE).transpose(1, 2, 3, 0)[..., None, :] - centres
    away -= size * np.round(away / size)
    width = np.sort(np.linalg.norm(away, axis=-1) - radii, axis=-1)[..., :2].sum(axis=-1)
    order = np.argsort(width, axis=None, kind="stable")
    filled = np.cumsum(room.ravel()[order]) < MELT
    melt = np.zeros(room.size, np.float32)
    melt[order[filled]] = room.ravel()[order[filled]]
    return melt.reshape(SHAPE)


def apart(a, b, where=True):
    return float(np.max(np.abs(np.asarray(a) - np.asarray(b)), where=where, initial=0.0))


def near(phi, cells=2.5):
    """Cells that carry profile."""
    return np.abs(phi) < cells


@needs_jax
def test_the_melt_is_that_of_the_kernels():
    from nanokiln.assembly.voxels.gpu import DeviceMelt

    phi, guess = scene()
    fast, other = Melt(phi, guess, 0.8), DeviceMelt(phi, guess, 0.8)
    assert other.volume == pytest.approx(fast.volume, rel=2e-7)  # rooms are exact to that
    assert apart(other.room, fast.room) < AGREE / 4
    for melt in (fast, other):
        melt.set_volume(MELT)
        melt.advance(STEPS)
    assert apart(other.field, fast.field) < AGREE
    assert other.sweeps == fast.sweeps == STEPS
    assert other.lam == pytest.approx(fast.lam, abs=1e-6)
    assert abs(other.volume - other.target) < 1e-6 * other.target
    assert other.energy() == pytest.approx(fast.energy(), rel=1e-6)
    assert other.close() < 1e-9
    assert other.volume == pytest.approx(np.asarray(other.field).sum(dtype=np.float64), rel=1e-12)


@needs_jax
def test_the_jitted_sweep_is_the_readable_and_the_compiled_one():
    from nanokiln.assembly.voxels.gpu import DeviceMelt, place

    phi, guess = scene()
    start, where = DeviceMelt(phi, guess, 0.8), place()
    slow, wall, room = (np.array(part) for part in (start.field, start.wall, start.room))
    numbers = (np.float32(0.02), np.float32(start.tau), np.float32(start.k))
    jitted = where.program(lambda *given: (reference.moved(*given, numbers, where.box),), "f")
    other, fast, spare = start.field, slow.copy(), np.empty_like(slow)
    for _ in range(STEPS):
        other = jitted(other, start.wall, start.room)[0]
        slow = reference.sweep(slow, wall, room, numbers)[0]
        sweep(fast, wall, room, numbers, spare)
        fast, spare = spare, fast
    assert apart(other, slow) < AGREE
    assert apart(other, fast) < AGREE


@needs_jax
def test_the_melt_settles_like_that_of_the_kernels():
    from nanokiln.assembly.voxels.gpu import DeviceMelt

    phi, guess = scene()
    fast, other = Melt(phi, guess, 0.8), DeviceMelt(phi, guess, 0.8)
    assert fast.relax(limit=600) == other.relax(limit=600)
    assert other.lam == pytest.approx(fast.lam, rel=1e-4)
    assert other.validity().holds == fast.validity().holds
    assert other.pressure() == pytest.approx(fast.pressure(), rel=1e-4)


@needs_jax
@pytest.mark.parametrize("molten", [True, False])
def test_the_solid_is_that_of_the_kernels_and_of_the_readable_step(molten):
    from nanokiln.assembly.voxels.gpu import DeviceSolid

    phi, guess = scene()
    fast, other = Solid(phi.copy()), DeviceSolid(phi)
    melt = np.minimum(guess, 1 - fast.s) if molten else None
    wet = other.place.put(melt) if molten else None
    film, start, slow = (0.1 if molten else 1.0), fast.volume, phi.copy()
    for n in range(STEPS):
        target = start * (1 - 0.0005 * n)
        done = advance(fast, target, spread=0.001, film=film, melt=melt)
        work = other.advance(target, spread=0.001, film=film, melt=wet)
        slow = solid_reference.stepped(slow, melt, target, 0.001, film)
        assert work.drive == pytest.approx(done.drive, abs=1e-5)
        assert work.volume == pytest.approx(target, rel=1e-8)
    assert slow.dtype == np.float32
    assert apart(other.phi, slow, near(slow)) < AGREE
    assert apart(other.s, fast.s) < AGREE
    assert other.moved == pytest.approx(fast.moved, rel=1e-3)


@needs_jax
def test_redistancing_is_that_of_the_kernels():
    from nanokiln.assembly.voxels.gpu import DeviceSolid

    phi, _ = scene()
    phi = phi + np.float32(0.3) * np.sin(np.indices(SHAPE).sum(axis=0) / 3).astype(np.float32)
    fast, other = Solid(phi.copy()), DeviceSolid(phi)
    volume = fast.volume
    renew(fast, volume)
    other.renew(volume)
    close = near(fast.phi)
    assert other.volume == pytest.approx(volume, rel=1e-9)
    differ = (np.abs(np.asarray(other.phi) - fast.phi) > 1e-5) & close
    assert differ.sum() <= FEW * close.sum()
    assert apart(other.phi, fast.phi, close) < 2e-3
    slow = solid_reference.restored(solid_reference.redistanced(phi), volume)
    assert ((np.abs(np.asarray(other.phi) - slow) > 1e-5) & close).sum() <= FEW * close.sum()


def chain(device, devices=1):
    """Take solid and melt through 50 substeps; `device` True on JAX, False by the kernels."""
    phi, guess = scene()
    if device:
        from nanokiln.assembly.voxels.gpu import DeviceMelt, DeviceSolid

        solid = DeviceSolid(phi, devices=devices)
        melt = DeviceMelt(solid.phi, guess, 0.8, devices=devices)
    else:
        solid = Solid(phi.copy())
        melt = Melt(solid.phi, guess, 0.8)
    start, renewed = solid.volume, 0
    for n in range(STEPS):
        before = solid.s if device else solid.s.copy()
        target = start * (1 - 0.001 * (n + 1))
        if device:
            solid.advance(target, spread=0.005, film=0.2, melt=melt.field)
            melt.field = solid.give_way(melt.field, before)
        else:
            advance(solid, target, spread=0.005, film=0.2, melt=melt.field)
            give_way(solid, melt.field, before)
        if solid.due:
            renewed += 1
            if device:
                solid.renew(target)
            else:
                renew(solid, target)
        melt.change_solid(solid.phi, 0.8)
        melt.advance(4)
    return solid, melt, renewed


@needs_jax
def test_an_interval_goes_as_with_the_kernels():
    fast, fast_melt, _ = chain(False)
    other, other_melt, renewed = chain(True)
    assert renewed >= 1
    assert other.volume == pytest.approx(fast.volume, rel=1e-8)
    assert other_melt.volume == pytest.approx(fast_melt.volume, rel=2e-6)
    assert np.mean(np.abs(np.asarray(other.s) - fast.s)) < 1e-5
    assert other_melt.lam == pytest.approx(fast_melt.lam, abs=1e-3)


_TWO = """
import importlib.util, json, sys
import numpy as np
spec = importlib.util.spec_from_file_location("twin", sys.argv[1])
twin = importlib.util.module_from_spec(spec)
spec.loader.exec_module(twin)
one, two = twin.chain(True, 1), twin.chain(True, 2)
print(json.dumps({
    "devices": len(two[0].phi.sharding.device_set), "renewed": [one[2], two[2]],
    "phi": twin.apart(one[0].phi, two[0].phi, twin.near(np.asarray(one[0].phi))),
    "s": twin.apart(one[0].s, two[0].s),
    "melt": twin.apart(one[1].field, two[1].field), "lam": abs(one[1].lam - two[1].lam),
    "volume": two[0].volume / one[0].volume - 1,
}))
"""


@needs_jax
def test_two_devices_give_what_one_gives():
    """In a fresh process: the number of host devices is read when JAX is imported."""
    environment = {
        **os.environ, "XLA_FLAGS": "--xla_force_host_platform_device_count=2", "JAX_PLATFORMS": "cpu",
        "NUMBA_NUM_THREADS": "1",
    }  # fmt: skip
    command = [sys.executable, "-c", _TWO, __file__]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["devices"] == 2
    assert found["renewed"][0] == found["renewed"][1] >= 1
    assert found["phi"] < AGREE
    assert found["melt"] < AGREE
    assert found["lam"] < AGREE
    assert abs(found["volume"]) < 1e-8


@needs_jax
def test_64_bit_types_stay_as_they_were_elsewhere():
    import jax.numpy as jnp

    from nanokiln.assembly.voxels.gpu import DeviceMelt

    before = jnp.ones(2).dtype  # another library in this process may have switched them on
    phi, guess = scene()
    DeviceMelt(phi, guess, 0.8).advance(3)
    assert jnp.ones(2).dtype == before


@needs_jax
def test_no_melt_at_all():
    from nanokiln.assembly.voxels.gpu import DeviceMelt

    phi, guess = scene()
    melt = DeviceMelt(phi, guess, 0.8, volume=0.0)
    melt.advance(5)
    assert melt.close() == 0
    assert float(np.abs(np.asarray(melt.field)).max()) == 0


@needs_jax
def test_refusals():
    from nanokiln.assembly.voxels.gpu import DeviceMelt, DeviceSolid

    phi, guess = scene()
    with pytest.raises(InputError, match="devices"):
        DeviceSolid(phi, devices=1000)
    with pytest.raises(InputError, match="three axes"):
        DeviceSolid(phi[0])
    with pytest.raises(InputError, match="cosine"):
        DeviceMelt(phi, guess, 1.5)
    with pytest.raises(InputError, match="room left"):
        DeviceMelt(phi, guess, 0.8, volume=1e9)
    with pytest.raises(InputError, match="not finite"):
        DeviceMelt(np.where(phi > 5, np.nan, phi), guess, 0.8)
    solid = DeviceSolid(phi)
    with pytest.raises(InputError, match="take more steps"):
        solid.advance(None, spread=1.0)
    before = np.asarray(solid.phi).copy()
    with pytest.raises(PhysicsError, match="no melt touches"):
        solid.advance(0.9 * solid.volume)
    np.testing.assert_array_equal(np.asarray(solid.phi), before)


def test_without_jax_the_refusal_says_what_to_install(monkeypatch):
    from nanokiln.assembly.voxels import gpu

    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(InputError, match=r"nanokiln\[gpu\]"):
        gpu.Place()


def test_profiles_of_the_twin_are_those_of_the_fields():
    phi = np.linspace(-7, 7, 57)
    np.testing.assert_allclose(solid_reference.level(phi, 6, np), fields.profile(phi), atol=1e-15)
    np.testing.assert_allclose(solid_reference.slope(phi, 6, np), fields.profile_slope(phi), atol=1e-15)
