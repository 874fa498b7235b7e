"""The melt on the voxel grid: relaxation to capillary equilibrium beside a solid at rest.

One multiplier lam is one pressure for all melt in the box: p_melt - p_void = 4 sigma lam/eta. It is steered
so that the volume stays what it should be. The number of sweeps carries no physical time.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...core.errors import InputError, SolverError
from . import fields
from .band import AXES
from .melt_kernels import clip, energy_and_volume, fill_room, fill_wall, sweep
from .validity import Validity, check_bounds

# Numerical settings, all found by trial in the runs of tests/verification.
STEP = 0.95  # of the largest stable step 1/(12 k); 1.1 diverges
FEEDBACK = 0.5  # share of the volume error taken back per sweep; 1 rings
DRIFT = 1e-6  # relative volume error allowed at any sweep; beyond it the sweep is repeated with a better lam
CLOSED = 1e-10  # relative volume error aimed at when closing
OUTPUT = 1e-9  # relative volume error allowed at outputs
ROUNDING = 1.2e-7  # float32: where all free voxels are alike, they round alike, and lam cannot do better
TRIES = 60  # repeats of a sweep before giving up: bisection alone needs about 40
LOOK = 100  # sweeps between two looks at lam
SETTLED = 1e-3  # change of lam per LOOK sweeps, relative to the larger of |lam| and LEAST
CALM = 1e-3  # fall of the energy allowed relative to that of lam: drops creep long after lam has come to rest
LEAST = 1e-3  # lam below which its change counts absolutely; far below both bounds of validity
LIMIT = 100_000  # sweeps of one relaxation


def pressure(lam: float, sigma: float, eta: float = fields.ETA) -> float:
    """Excess pressure of the melt over the void.

    Parameters
    ----------
    lam : float, dimensionless
        Multiplier.
    sigma : float, J/m2
        Surface tension of the melt.
    eta : float
        Interface width; in metres for a pressure in Pa, in voxels for J/m2 per voxel.

    Returns
    -------
    float, sigma over the unit of eta
        Negative where the meniscus is concave.
    """
    return 4 * sigma * lam / eta


class Melt:
    """Melt of a prescribed volume between and on solids held still.

    Parameters
    ----------
    distance : array, shape (nx, ny, nz), voxels
        Signed distance of the solid, positive inside; the box is periodic.
    melt : array, shape (nx, ny, nz), dimensionless
        First guess of the melt field; clipped to the room the solid leaves.
    cos_theta : float or array, shape (nx, ny, nz)
        Cosine of Young's angle; may vary slowly over eta.
    volume : float, voxels, optional
        Melt volume to keep; default what the clipped guess holds.
    eta : float, voxels
        Interface width.

    Attributes
    ----------
    field, wall, room : float32 array, shape (nx, ny, nz)
        Melt, wall term and 1 - s.
    spare : float32 array, shape (nx, ny, nz)
        Work space: what it holds is lost in the next sweep.
    lam : float
        Multiplier.
    volume, target : float, voxels
        Melt volume held and asked.
    sweeps : int
        Sweeps accepted so far.

    Limits
    ------
    One multiplier: melt moves freely between pockets, as along a film on oxide. See `validity` for the two
    bounds.
    """

    def __init__(
        self,
        distance: ArrayLike,
        melt: ArrayLike,
        cos_theta: float | NDArray[np.floating],
        *,
        volume: float | None = None,
        eta: float = fields.ETA,
    ) -> None:
        self.eta = float(eta)
        self.k = fields.stiffness(self.eta)
        self.tau = STEP / (3 * 4 * self.k)
        self.lam, self.sweeps, self._free = 0.0, 0, 0.0
        self.room = np.empty(np.shape(distance), np.float32)
        self.wall = np.empty_like(self.room)
        self._set_solid(distance, cos_theta)
        guess = np.array(melt, dtype=np.float32, order="C")
        if guess.shape != self.room.shape:
            raise InputError(
                f"melt has shape {guess.shape}, the solid {self.room.shape}; give both on one grid"
            )
        if not np.isfinite(guess).all():
            raise InputError("the melt holds values that are not finite; give shares between 0 and 1")
        self.field = guess
        self.spare = np.empty_like(self.field)
        self.volume = clip(self.field, self.room)
        self.target = self.volume
        self.set_volume(self.volume if volume is None else volume)

    def _set_solid(self, distance: ArrayLike, cos_theta: float | NDArray[np.floating]) -> None:
        solid = np.ascontiguousarray(distance, dtype=np.float32)
        if not (np.min(cos_theta) >= -1 and np.max(cos_theta) <= 1):  # also catches NaN
            raise InputError("cos_theta lies outside -1 to 1; give the cosine, not the angle")
        odd = 1 if solid.ndim != AXES else 0
        if not odd:
            self._most, odd = fill_room(solid, self.eta, self.room)
        if odd:
            raise InputError(f"the distance has shape {solid.shape}; give a finite array of three dimensions")
        cosine = np.asarray(cos_theta, dtype=np.float32)
        cosine = cosine.reshape(1, 1, 1) if cosine.ndim == 0 else np.broadcast_to(cosine, solid.shape)
        fill_wall(self.room, np.ascontiguousarray(cosine), np.float32(self.k), self.wall)
        self.cos_theta = cos_theta

    def _held(self) -> float:
        return clip(self.field, self.room)  # within its bounds already

    def change_solid(self, distance: ArrayLike, cos_theta: float | NDArray[np.floating]) -> None:
        """Put another solid in place; the melt is clipped to the room left, its target volume stays.

        Parameters
        ----------
        distance : array, shape (nx, ny, nz), voxels
            Signed distance of the solid, positive inside.
        cos_theta : float or array, shape (nx, ny, nz)
            Cosine of Young's angle.

        Raises
        ------
        InputError
            If the shape changes or the melt no longer fits.
        """
        shape = np.shape(distance)
        if shape != self.room.shape:
            raise InputError(f"the solid has shape {shape}, the melt {self.room.shape}; keep the grid")
        self._set_solid(distance, cos_theta)
        self.volume = clip(self.field, self.room)
        self.set_volume(self.target)

    def set_volume(self, volume: float) -> None:
        """Ask for a melt volume; the next sweep delivers it.

        Parameters
        ----------
        volume : float, voxels

        Raises
        ------
        InputError
            If it is negative or does not fit beside the solid.
        """
        if not 0 <= volume <= self._most:
            raise InputError(f"melt volume {volume:g} voxels; allowed 0 to the room left, {self._most:g}")
        self.target = float(volume)
        if volume == 0:
            self.field[...] = 0
            self.volume = 0.0

    def _trial(self, lam: float) -> float:
        """Sweep into the spare field and return the volume error it would leave."""
        self._next, self._free = sweep(self.field, self.wall, self.room, (lam, self.tau, self.k), self.spare)
        return self._next - self.target

    def _step(self, tolerance: float) -> float:
        """Take one sweep whose volume error is within the tolerance (relative); return the lam without error.

        The error of the plain sweep is mended by Newton steps on lam, kept inside a bracket: the volume grows
        with lam in straight pieces.
        """
        low, high = -math.inf, math.inf
        allowed = tolerance * self.target
        for _ in range(TRIES):
            error = self._trial(self.lam)
            if abs(error) <= allowed:
                break
            low, high = (self.lam, high) if error < 0 else (low, self.lam)
            # with nothing free every voxel sits on a bound: a whole step unlocks some
            better = (
                self.lam - error / (self.tau * self._free)
                if self._free
                else self.lam - math.copysign(1, error)
            )
            if not low < better < high:
                better = 0.5 * (low + high)
            if not low < better < high:  # neighbouring floats, or an open bracket that cannot be halved
                break
            self.lam = better
        if not abs(error) <= max(allowed, ROUNDING * (1 + self._free)):  # also catches NaN
            raise SolverError(
                f"the melt volume is off by {error:.3g} of {self.target:.6g} voxels after {TRIES} trials of "
                "the multiplier; likely causes: melt that no longer fits beside the solid, fields not finite"
            )
        change, self.volume = self._next - self.volume, self._next
        self.field, self.spare = self.spare, self.field
        self.sweeps += 1
        root = self.lam
        if self._free:
            root -= error / (self.tau * self._free)
            self.lam += FEEDBACK * ((self.target - self.volume) - change) / (self.tau * self._free)
        return root

    def advance(self, sweeps: int) -> None:
        """Take sweeps with the volume held to 1e-6, without closing it.

        Parameters
        ----------
        sweeps : int

        Raises
        ------
        SolverError
            If no multiplier gives the volume.
        """
        # Guess lam from the last sweep, or straight on from the last two: whichever was closer the last time.
        # Nothing of this outlives the call, so that a resumed run repeats.
        straight = last = math.nan
        ahead = False
        if self.target > 0:
            for _ in range(sweeps):
                fed = self.lam
                self.lam = straight if ahead else fed
                root = self._step(DRIFT)
                ahead = abs(straight - root) < abs(fed - root)
                last, straight = root, 2 * root - last

    def close(self) -> float:
        """Bring the volume to round-off by one sweep with the multiplier that yields it.

        Returns
        -------
        float
            Relative volume error, at most 1e-9.

        Raises
        ------
        SolverError
            If no multiplier gives the volume.
        """
        if self.target == 0:
            return 0.0
        self._step(CLOSED)
        self._mend()
        error = abs(self.volume - self.target) / self.target
        if not error <= OUTPUT:
            raise SolverError(
                f"the melt volume closes to {error:.2g} only; likely cause: no room left beside the solid"
            )
        return error

    def _mend(self) -> None:
        """Give what rounding left over to the freest voxel; at most 1e-7 per free voxel in all."""
        for _ in range(TRIES):
            missing = self.target - self.volume
            if abs(missing) <= CLOSED * self.target:
                return
            reach = np.subtract(self.room, self.field, out=self.spare)
            np.minimum(self.field, reach, out=reach)  # how far a voxel is from its bounds
            place = np.unravel_index(np.argmax(reach), reach.shape)
            self.field[place] += np.clip(missing, -reach[place], reach[place])
            self.volume = self._held()
            if abs(self.target - self.volume) >= abs(missing):
                return

    def relax(self, *, settled: float = SETTLED, limit: int = LIMIT) -> bool:
        """Sweep until lam and the energy rest, then close the volume.

        Parameters
        ----------
        settled : float
            Allowed change of lam per 100 sweeps, relative to the larger of |lam| and 0.001. The energy has to
            fall by less than a thousandth of that, relative too.
        limit : int
            Most sweeps to take.

        Returns
        -------
        bool
            Whether it settled within the limit.

        Limits
        ------
        Rings rest after a few hundred sweeps; a wide flat drop creeps and ends within about a degree of rest.
        """
        begun, before, height, done = self.sweeps, math.inf, math.inf, self.target == 0
        while not done and self.sweeps - begun < limit:
            self.advance(LOOK)
            energy = self.energy()
            done = abs(self.lam - before) < settled * max(abs(self.lam), LEAST)
            done &= height - energy < CALM * settled * max(abs(energy), self.target ** (2 / 3))
            before, height = self.lam, energy
        self.close()
        return done

    def energy(self) -> float:
        """Capillary energy of the melt over sigma, in voxels squared; zero without melt."""
        return 4 / self.eta * energy_and_volume(self.field, self.wall, self.k)[0]

    def pressure(self, sigma: float = 1, voxel: float = 1) -> float:
        """Excess pressure of the melt over the void.

        Parameters
        ----------
        sigma : float, J/m2
            Surface tension of the melt.
        voxel : float, m
            Edge of a voxel.

        Returns
        -------
        float, Pa
            With the defaults in sigma per voxel.
        """
        return pressure(self.lam, sigma, self.eta * voxel)

    def validity(self) -> Validity:
        """Say whether dry wall stays dry and wetted wall wet at the present pressure."""
        return check_bounds(self.lam, self.cos_theta, self.eta)
