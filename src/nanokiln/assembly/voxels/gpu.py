"""Melt and solid by JAX: the sentences of `reference` and `solid_reference`, compiled for some devices.

The same equations, stopping rules and refusals as `melt.Melt` and `solid`, for graphics processors (extra
``nanokiln[gpu]``) or any other device JAX knows. Fields are float32 and stay on the device; sums are float64,
for which 64-bit types are switched on within the calls made here and nowhere else. Several devices share the
box in slabs along its first axis and exchange cells at their edges (`devices`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...core.errors import InputError, PhysicsError, SolverError
from . import fields, reference, solid_reference
from .band import AXES
from .devices import Place, jax_module, place
from .melt import CLOSED, DRIFT, FEEDBACK, OUTPUT, ROUNDING, STEP, TRIES, Melt
from .redistance import SWEEPS
from .reference import Box
from .solid import DUE_MOVE, DUE_SPREAD, MAX_SPREAD, NOTHING, RESTORED, Work
from .solid_reference import CLOSE

PINGPONG = 2  # sweeps written out, so that two fields take turns and none is copied
CHUNK = 20  # sweeps between two looks at the volume; each look waits for the device
PATIENCE = 16  # chunks, longest pause between two tries to take one at once
MOST_RESTORE = 4  # rounds of a restoration
NARROWER = 4.0  # each round moves cells that are this much closer to the surface than those of the last

Array = Any  # of JAX, which is not imported unless used


# --- melt ----------------------------------------------------------------------------------------------


def _numbers(lam: Any, eta: float) -> tuple[Any, np.float32, np.float32]:
    k = fields.stiffness(eta)
    return lam.astype(np.float32), np.float32(_tau(eta)), np.float32(k)


def _tau(eta: float) -> float:
    return STEP / (3 * 4 * fields.stiffness(eta))


def _tried(melt: Array, wall: Array, room: Array, lam: Array, eta: float, box: Box) -> tuple[Any, Any, Any]:
    """Return the next melt, its volume and its number of free voxels."""
    new = reference.moved(melt, wall, room, _numbers(lam, eta), box)
    return new, box.total(new), reference.unclipped(new, room, box)


class _Run(NamedTuple):
    """What goes from sweep to sweep with the melt: float64, and the two guesses of `Melt.advance`."""

    lam: Any
    volume: Any
    free: Any
    straight: Any
    last: Any
    ahead: Any
    worst: Any  # largest error of the volume
    beyond: Any  # number of sweeps whose error is not allowed
    trials: Any  # sweeps tried


def _fresh(numbers: Any) -> Any:
    """Return the numbers at the start of a program, which counts its own errors and trials."""
    run = _Run(*numbers)
    none = 0.0 * run.volume
    return jax_module().numpy.stack(run._replace(worst=none, beyond=none, trials=none))


def _guessed(run: _Run) -> Any:
    """Return the multiplier to try; see `Melt.advance`."""
    return jax_module().numpy.where(run.ahead > 0, run.straight, run.lam)


def _after(run: _Run, tried: tuple[Any, Any, Any], goal: Any, tau: float, trials: Any) -> Any:
    """Return what goes on after a sweep, as one array: `tried` are its multiplier, volume and free voxels."""
    xp = jax_module().numpy
    (lam, volume, free), (target, allowed) = tried, goal
    error, unlocked = volume - target, xp.maximum(free, 1.0)
    root = xp.where(free > 0, lam - error / (tau * unlocked), lam)
    rise = xp.where(free > 0, FEEDBACK * (-error - (volume - run.volume)) / (tau * unlocked), 0.0)
    ahead = abs(run.straight - root) < abs(run.lam - root)
    within = abs(error) <= xp.maximum(allowed, ROUNDING * (1 + free))  # not where it is not a number
    after = _Run(
        lam + rise,
        volume,
        free,
        2 * root - run.last,
        root,
        ahead.astype(root.dtype),
        xp.maximum(run.worst, abs(error)),
        run.beyond + ~within,
        run.trials + trials,
    )
    return xp.stack(after)


@cache
def _chunk(where: Place, eta: float) -> Callable[..., Any]:
    """Return a program of CHUNK sweeps that takes every guess as it is."""
    lax, tau, box = jax_module().lax, _tau(eta), where.box

    def text(melt: Any, wall: Any, room: Any, numbers: Any, goal: Any) -> Any:
        def one(_: Any, state: Any) -> Any:
            melt, numbers = state
            run = _Run(*numbers)
            lam = _guessed(run)
            new, *sums = _tried(melt, wall, room, lam, eta, box)
            return new, _after(run, (lam, *sums), goal, tau, 1)

        return tuple(lax.fori_loop(0, CHUNK, one, (melt, _fresh(numbers)), unroll=PINGPONG))

    return where.program(text, "fn")


@cache
def _careful(where: Place, eta: float) -> Callable[..., Any]:
    """Return a program of sweeps, each repeated until its volume is right; see `Melt._step`."""
    lax, tau, box = jax_module().lax, _tau(eta), where.box
    xp = box.xp

    def text(melt: Any, wall: Any, room: Any, numbers: Any, goal: Any, sweeps: Any) -> Any:
        target, allowed = goal

        def goes_on(state: Any) -> Any:
            tries, _, _, _, _, now, _, stuck = state
            return (tries < TRIES) & ~stuck & ~(abs(now - target) <= allowed)

        def one(_: Any, state: Any) -> Any:
            before, numbers = state
            run = _Run(*numbers)

            def again(state: Any) -> Any:
                tries, lam, low, high, _, now, free, _ = state
                error = now - target
                low, high = xp.where(error < 0, lam, low), xp.where(error < 0, high, lam)
                # with nothing free every voxel sits on a bound: a whole step unlocks some
                by = xp.where(free > 0, -error / (tau * xp.maximum(free, 1.0)), -xp.sign(error))
                better = lam + by
                better = xp.where((low < better) & (better < high), better, 0.5 * (low + high))
                stuck = ~((low < better) & (better < high))
                lam = xp.where(stuck, lam, better)
                return tries + 1, lam, low, high, *_tried(before, wall, room, lam, eta, box), stuck

            lam, zero = _guessed(run), 0.0 * run.volume
            first = _tried(before, wall, room, lam, eta, box)  # mostly right: no question before it
            start = (xp.int32(1), lam, zero - math.inf, zero + math.inf, *first, zero > 0)
            tries, lam, _, _, new, now, free, _ = lax.while_loop(goes_on, again, start)
            return new, _after(run, (lam, now, free), goal, tau, tries)

        return tuple(lax.fori_loop(0, sweeps, one, (melt, _fresh(numbers))))

    return where.program(text, "fn")


@cache
def _beside(where: Place, eta: float) -> Callable[..., Any]:
    """Return a program that gives room and wall term beside a solid, the melt clipped, and their sums."""
    box, k = where.box, np.float32(fields.stiffness(eta))

    def text(phi: Any, cos_theta: Any, melt: Any) -> Any:
        room = 1.0 - solid_reference.level(phi, eta, box.xp)
        wall = reference.wall_term(room, cos_theta, k, box)
        melt = box.xp.minimum(box.xp.maximum(melt, 0.0), room)
        odd = box.total(~box.xp.isfinite(phi)) + box.total(~box.xp.isfinite(melt))
        return room, wall, melt, box.total(room), box.total(melt), odd

    return where.program(text, "fffnnn")


@cache
def _mended(where: Place) -> Callable[..., Any]:
    """Return a program that gives what is missing to the freest voxels."""
    box = where.box

    def text(melt: Any, room: Any, missing: Any) -> Any:
        slack = box.xp.minimum(melt, room - melt)
        freest = slack == box.most(slack)
        each = (missing / box.total(freest)).astype(np.float32)
        melt = box.xp.minimum(box.xp.maximum(melt + box.xp.where(freest, each, 0.0), 0.0), room)
        return melt, box.total(melt)

    return where.program(text, "fn")


@cache
def _energy(where: Place, eta: float) -> Callable[..., Any]:
    k = np.float32(fields.stiffness(eta))
    return where.program(lambda melt, wall: (reference.energy(melt, wall, k, where.box),), "n")


class DeviceMelt(Melt):
    """`melt.Melt` on the devices of JAX: the same parameters, attributes and methods, fields of JAX.

    Parameters
    ----------
    distance, melt, cos_theta, volume, eta
        As `melt.Melt` takes them; arrays of NumPy or of JAX.
    devices : int
        Number of devices; the first axis of the box must be a multiple of it.

    Attributes
    ----------
    trials : int
        Sweeps tried for the `sweeps` kept.

    Limits
    ------
    Sums in float64 over float32 fields: volumes agree with those of `Melt` to about 1e-8.
    """

    def __init__(
        self,
        distance: ArrayLike,
        melt: ArrayLike,
        cos_theta: float | NDArray[np.floating],
        *,
        volume: float | None = None,
        eta: float = fields.ETA,
        devices: int = 1,
    ) -> None:
        self.place, self.eta = place(devices), float(eta)
        self.k, self.tau = fields.stiffness(self.eta), _tau(self.eta)
        self.lam, self.sweeps, self.trials, self._free = 0.0, 0, 0, 0.0
        self._pause = self._patience = 1  # chunks taken sweep by sweep before the next is tried at once
        if np.shape(melt) != np.shape(distance):
            raise InputError(
                f"melt has shape {np.shape(melt)}, the solid {np.shape(distance)}; give both on one grid"
            )
        self.place.check(np.shape(distance))
        self.field = self._on_device(melt)
        self._set_solid(distance, cos_theta)
        self.target = self.volume
        self.set_volume(self.volume if volume is None else volume)

    def _on_device(self, field: Any) -> Any:
        return self.place.put(field) if isinstance(field, np.ndarray) or np.ndim(field) != AXES else field

    def _set_solid(self, distance: ArrayLike, cos_theta: float | NDArray[np.floating]) -> None:
        if not (np.min(cos_theta) >= -1 and np.max(cos_theta) <= 1):  # also catches NaN
            raise InputError("cos_theta lies outside -1 to 1; give the cosine, not the angle")
        angle = self._on_device(
            np.broadcast_to(cos_theta, np.shape(distance)) if np.ndim(cos_theta) else cos_theta
        )
        found = _beside(self.place, self.eta)(self._on_device(distance), angle, self.field)
        if float(found[5]):
            raise InputError("solid or melt hold values that are not finite; give distances and shares")
        self.room, self.wall, self.field = found[:3]
        self._most, self.volume, self.cos_theta = float(found[3]), float(found[4]), cos_theta
        self._pause = max(self._pause, 1)

    def change_solid(self, distance: ArrayLike, cos_theta: float | NDArray[np.floating]) -> None:
        """Put another solid in place; see `Melt.change_solid`."""
        if np.shape(distance) != self.room.shape:
            raise InputError(
                f"the solid has shape {np.shape(distance)}, the melt {self.room.shape}; keep the grid"
            )
        self._set_solid(distance, cos_theta)
        self.set_volume(self.target)

    def set_volume(self, volume: float) -> None:
        """Ask for a melt volume; see `Melt.set_volume`."""
        if not 0 <= volume <= self._most:
            raise InputError(f"melt volume {volume:g} voxels; allowed 0 to the room left, {self._most:g}")
        self._pause = max(self._pause, 1)
        self.target = float(volume)
        if volume == 0:
            self.field, self.volume = self.field * np.float32(0), 0.0

    def _begun(self) -> Any:
        """Return the numbers to go on from, without a guess."""
        nan = math.nan
        return np.array([self.lam, self.volume, self._free, nan, nan, 0.0, 0.0, 0.0, 0.0])

    def _taken(self, field: Any, numbers: Any, sweeps: int) -> _Run:
        """Take over what a program gives, unless a volume is off."""
        run = _Run(*(float(number) for number in np.asarray(numbers)))
        if run.beyond:
            raise SolverError(
                f"the melt volume is off by {run.worst:.3g} of {self.target:.6g} voxels after {TRIES} trials "
                "of the multiplier; likely causes: melt that no longer fits beside the solid, fields not "
                "finite"
            )
        self.field, self.lam, self.volume, self._free = field, run.lam, run.volume, run.free
        self.sweeps, self.trials = self.sweeps + sweeps, self.trials + int(run.trials)
        return run

    def _step(self, tolerance: float) -> float:
        goal = np.array([self.target, tolerance * self.target])
        given = (self.field, self.wall, self.room, self._begun(), goal, np.int32(1))
        field, numbers = _careful(self.place, self.eta)(*given)
        return self._taken(field, numbers, 1).last

    def advance(self, sweeps: int) -> None:
        """Take sweeps with the volume held to 1e-6; see `Melt.advance`.

        A chunk whose guesses all hold needs no look at the volume between its sweeps; otherwise it is taken
        again sweep by sweep, and for a growing number of chunks no other way is tried.
        """
        left = sweeps if self.target > 0 else 0
        if left <= 0:
            return
        goal, numbers = np.array([self.target, DRIFT * self.target]), self._begun()
        while left > 0:
            some = min(left, CHUNK)
            given = (self.field, self.wall, self.room, numbers, goal)
            if some == CHUNK and self._pause == 0:
                field, found = _chunk(self.place, self.eta)(*given)
                if _Run(*np.asarray(found)).worst <= DRIFT * self.target:
                    numbers, left, self._patience = found, left - CHUNK, 1
                    self._taken(field, found, CHUNK)
                    continue
                self.trials += CHUNK
                self._patience = min(2 * self._patience, PATIENCE)
                self._pause = self._patience
            field, numbers = _careful(self.place, self.eta)(*given, np.int32(some))
            self._taken(field, numbers, some)
            left, self._pause = left - some, max(self._pause - 1, 0)

    def close(self) -> float:
        """Bring the volume to round-off; see `Melt.close`."""
        if self.target == 0:
            return 0.0
        self._step(CLOSED)
        for _ in range(TRIES):
            missing = self.target - self.volume
            if abs(missing) <= CLOSED * self.target:
                break
            self.field, volume = _mended(self.place)(self.field, self.room, np.float64(missing))
            self.volume = float(volume)
        error = abs(self.volume - self.target) / self.target
        if not error <= OUTPUT:
            raise SolverError(
                f"the melt volume closes to {error:.2g} only; likely cause: no room left beside the solid"
            )
        return error

    def energy(self) -> float:
        """Capillary energy of the melt over sigma, in voxels squared."""
        return 4 / self.eta * float(_energy(self.place, self.eta)(self.field, self.wall)[0])


# --- solid ---------------------------------------------------------------------------------------------


@cache
def _stepping(where: Place, eta: float, driven: bool, molten: bool) -> Callable[..., Any]:
    """Return a program of one step of the solid."""

    def text(phi: Any, melt: Any, target: Any, spread: Any, film: Any) -> Any:
        amounts, goal = (spread, film), target if driven else None
        return tuple(solid_reference.step(phi, melt if molten else None, goal, amounts, eta, where.box))

    return where.program(text, "fffnnnnn")


@cache
def _renewing(where: Place, eta: float) -> Callable[..., Any]:
    """Return a program that redistances."""
    lax, limit, box = jax_module().lax, fields.reach(eta), where.box

    def text(phi: Any) -> Any:
        phi, near = solid_reference.anchored(phi, limit, box)
        phi = lax.fori_loop(0, SWEEPS, lambda _, p: solid_reference.relaxed(p, near, limit, box), phi)
        s = box.hold(solid_reference.level(phi, eta, box.xp))
        return phi, s, box.total(s)

    return where.program(text, "ffn")


@cache
def _restoring(where: Place, eta: float) -> Callable[..., Any]:
    """Return a program that moves the whole surface until the volume is the target."""

    def text(phi: Any, target: Any, close: Any) -> Any:
        phi = solid_reference.restored(phi, target, eta, where.box, close=close)
        s = where.box.hold(solid_reference.level(phi, eta, where.box.xp))
        return phi, s, where.box.total(s)

    return where.program(text, "ffn")


@cache
def _profile(where: Place, eta: float) -> Callable[..., Any]:
    def text(phi: Any) -> Any:
        s = where.box.hold(solid_reference.level(phi, eta, where.box.xp))
        return s, where.box.total(s)

    return where.program(text, "fn")


@cache
def _exchange(where: Place) -> Callable[..., Any]:
    def text(melt: Any, before: Any, after: Any, cover: Any) -> Any:
        return (solid_reference.given_way(melt, before, after, cover, where.box.xp),)

    return where.program(text, "f")


class DeviceSolid:
    """`solid.Solid` and the functions that move it, on the devices of JAX.

    Parameters
    ----------
    phi : array, shape (nx, ny, nz), voxels
        Signed distance, positive inside, clamped to +-`fields.reach(eta)`, periodic.
    eta : float, voxels
        Interface width.
    devices : int
        Number of devices; the first axis of the box must be a multiple of it.

    Attributes
    ----------
    phi, s, cover : array of JAX, float32
        Distance, profile, and the cover by melt of the last step.
    volume : float, voxels^3
        Volume held.
    moved, spread : float
        Motion (voxels) and D t (voxels^2) since the last redistancing.
    """

    def __init__(self, phi: ArrayLike, eta: float = fields.ETA, *, devices: int = 1) -> None:
        self.place, self.eta = place(devices), float(eta)
        self.place.check(np.shape(phi))
        self.phi = self.place.put(phi)
        self.moved, self.spread = 0.0, 0.0
        self.s, volume = _profile(self.place, self.eta)(self.phi)
        self.volume, self.cover = float(volume), self.s

    @property
    def due(self) -> bool:
        """Whether the distance has to be renewed."""
        return self.moved >= DUE_MOVE or self.spread >= DUE_SPREAD

    def advance(
        self, target: float | None, *, spread: float = 0.0, film: ArrayLike = 0.0, melt: Array | None = None
    ) -> Work:
        """Move the surface by one step; see `solid.advance`.

        Parameters
        ----------
        target
            Volume after the step, voxels^3; None for no common drive.
        spread
            D dt, voxels^2.
        film
            Cover by films, 0 to 1: a number or an array like phi.
        melt
            Resolved melt, the field of a `DeviceMelt`; None for none.

        Raises
        ------
        InputError
            If `spread` is too large for one step.
        PhysicsError
            If the volume should change but melt touches nothing; the solid is then as before.
        """
        if not 0 <= spread <= MAX_SPREAD:
            raise InputError(
                f"D dt = {spread:.4g} voxel^2 in one step: must be 0 to {MAX_SPREAD:.4g}; take more steps."
            )
        work = _stepping(self.place, self.eta, target is not None, melt is not None)
        goal = self.place.put(self.volume if target is None else target, np.float64)
        wet = self.phi if melt is None else melt  # the first is not read
        cover = film if isinstance(film, type(self.phi)) else self.place.put(film)
        found = work(self.phi, wet, goal, self.place.put(spread), cover)
        phi, s, cover = found[:3]
        volume, wetted, drive, farthest, smoothing = (float(number) for number in found[3:])
        if target is not None and wetted <= NOTHING and abs(target - volume) > NOTHING * max(volume, 1.0):
            raise PhysicsError(
                f"the solid should change its volume by {target - volume:.4g} voxels^3, but no melt touches "
                "it: give it a film, or melt at its surface."
            )
        self.phi, self.s, self.cover, self.volume = phi, s, cover, volume
        self.moved += farthest
        self.spread += spread
        return Work(volume, volume if target is None else target, drive, farthest, wetted, smoothing)

    def give_way(self, melt: Array, before: Array) -> Array:
        """Return the melt after the exchange with the solid where melt wets it; see `solid.give_way`."""
        return _exchange(self.place)(melt, before, self.s, self.cover)[0]

    def renew(self, target: float | None = None) -> None:
        """Redistance and restore the volume; see `solid.renew`.

        Raises
        ------
        PhysicsError
            If the volume cannot be restored.
        """
        self.phi, self.s, volume = _renewing(self.place, self.eta)(self.phi)
        self.volume, self.moved, self.spread = float(volume), 0.0, 0.0
        if target is not None:
            self.restore(target)

    def restore(self, target: float) -> None:
        """Move the whole surface by one small distance so that the volume is the target.

        Raises
        ------
        PhysicsError
            If the volume cannot be reached by such a motion.
        """
        for n in range(MOST_RESTORE):
            if abs(target - self.volume) <= RESTORED * target:
                break
            # numbers nearer to nought are finer: what rounding keeps from the target, fewer cells reach
            given = (self.place.put(number, np.float64) for number in (target, CLOSE / NARROWER**n))
            found = _restoring(self.place, self.eta)(self.phi, *given)
            self.phi, self.s, self.volume = found[0], found[1], float(found[2])
        if not math.isclose(self.volume, target, rel_tol=NOTHING):
            raise PhysicsError(
                f"volume {self.volume:.10g} instead of {target:.10g} voxels^3: a restoration covers "
                "fractions of a voxel only."
            )
