"""Melt in pockets that no film joins: each keeps its own volume and has its own pressure.

Where a film covers the oxide, melt flows between pockets in minutes and one multiplier holds for all of it
(`melt`). Isolated drops on bare carbon, and melt below about 550 degC, do not exchange: here every pocket has
a multiplier of its own. Pockets are what is connected above a threshold; each owns the cells around it, so
that its edge may move, and the labels are drawn anew every 50 sweeps. The number of sweeps carries no
physical time.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...core.errors import InputError, SolverError
from . import pocket_kernels as kernels
from .melt import CALM, CLOSED, DRIFT, LEAST, LIMIT, LOOK, OUTPUT, ROUNDING, SETTLED, TRIES, Melt, pressure
from .validity import Validity, check_bounds

THRESHOLD = 0.05  # melt above this belongs to a pocket; a sine profile falls below it within half a voxel
REACH = 3  # cells a territory extends beyond the threshold: no edge moves farther between two relabellings
RELABEL = 50  # sweeps between two relabellings
FAINT = 0.5  # of its largest melt: what stays of a pocket that thinned out to below the threshold

Array = NDArray[np.float64]
Cells = NDArray[np.int32]


class Labels(NamedTuple):
    """Pockets of melt.

    Attributes
    ----------
    labels
        Number of the pocket of every voxel, from 1; 0 for none. Shape (nx, ny, nz).
    volumes
        Melt in the voxels of each pocket, shape (pocket,), voxels.
    """

    labels: Cells
    volumes: Array


def label_pockets(melt: ArrayLike, threshold: float = THRESHOLD) -> Labels:
    """Give a number to every pocket of melt connected through faces of voxels, in a periodic box.

    Parameters
    ----------
    melt : array, shape (nx, ny, nz), dimensionless
        Melt.
    threshold : float
        Melt above this belongs to a pocket.

    Returns
    -------
    Labels
        Numbered in the order of their first voxels.

    Raises
    ------
    InputError
        If the melt has not three dimensions, or the threshold does not lie between 0 and 1.

    Limits
    ------
    A film thinner than the threshold, or than a voxel, joins nothing here: whether it does is decided by
    using one multiplier instead of pockets.
    """
    field = np.ascontiguousarray(melt, dtype=np.float32)
    if field.ndim != 3 or not 0 < threshold < 1:
        raise InputError(
            f"melt of shape {field.shape}, threshold {threshold:g}: give three dimensions and 0 to 1."
        )
    owner = np.full(field.shape, kernels.NOBODY, np.int32)
    queue = np.empty(field.size, np.int32)
    nobody = np.full(field.shape, kernels.NOBODY, np.int32)
    count = kernels.flood(field, threshold, nobody, np.zeros(0), owner, queue)
    labels = owner + np.int32(1)
    weights = field.ravel().astype(np.float64)
    volumes = np.bincount(labels.ravel(), weights=weights, minlength=count + 1)[1:]
    return Labels(labels, np.asarray(volumes, dtype=np.float64))


class Pockets:
    """The pockets of a melt, each with a volume and a multiplier of its own.

    Parameters
    ----------
    melt : Melt
        Melt to sweep; its field is moved here, and its volume, target, multiplier (the mean over the melt)
        and count of sweeps are kept in step. Its target is shared out in proportion to the melt held.
    threshold : float
        Melt above this belongs to a pocket.

    Attributes
    ----------
    melt : Melt
    owner : int32 array, shape (nx, ny, nz)
        Pocket whose multiplier moves the voxel, from 0; -1 where no pocket is near.
    lams : array, shape (pocket,)
        Multipliers.
    target, held : array, shape (pocket,), voxels
        Volumes asked and held.
    swallowed : float, voxels
        Melt so far of pockets the solid closed over entirely; shared out among the others.

    Raises
    ------
    InputError
        If there is melt, but none above the threshold.

    Limits
    ------
    Melt below the threshold farther than three voxels from any pocket is given back to the pockets. Two
    pockets merge when they touch above the threshold at a relabelling (every 50 sweeps); until then each
    ends at the middle between them. A pocket smaller than the interface spreads into a film: see `validity`.
    Whatever else changes the melt or its solid has to go through here, or be followed by new `Pockets`.
    """

    def __init__(self, melt: Melt, *, threshold: float = THRESHOLD) -> None:
        if not 0 < threshold < 1:
            raise InputError(f"threshold {threshold:g}: give a share between 0 and 1.")
        self.melt, self.threshold = melt, float(threshold)
        self.swallowed = 0.0
        self.owner: Cells = np.full(melt.field.shape, kernels.NOBODY, np.int32)
        self._runs = np.empty((0, kernels.COLUMNS), np.int64)
        self.lams, self.target = np.zeros(0), np.zeros(0)
        self.relabel()

    @property
    def count(self) -> int:
        """Number of pockets."""
        return len(self.target)

    def relabel(self) -> None:
        """Draw the labels anew: volumes add up where pockets have merged and are split where one has parted.

        Raises
        ------
        InputError
            If there is melt, but none above the threshold.
        """
        melt, old, begin = self.melt, self.owner, self.count == 0
        top = kernels.tops(self._runs, melt.field, self.count)
        floor = np.where(top > self.threshold, math.inf, FAINT * top)
        owner, work = np.full(old.shape, kernels.NOBODY, np.int32), melt.spare.view(np.int32)
        count = kernels.flood(melt.field, self.threshold, old, floor, owner, work.reshape(-1))
        if count == 0 and melt.target > 0:
            raise InputError(
                f"{melt.target:.4g} voxels of melt, but none above {self.threshold:g}: relax the melt with "
                "one multiplier first, or use a finer grid."
            )
        owner[...] = kernels.spread(owner, melt.room, work, REACH)
        runs, first = kernels.find_runs(owner, melt.room)
        if begin:
            held = kernels.measure(runs, (melt.field, melt.room), count)[0]
            self.lams, self.target = (
                np.full(count, melt.lam),
                held * (melt.target / held.sum() if count else 0),
            )
        else:
            self._hand_over(runs, old, count)
        melt.field[owner == kernels.NOBODY] = 0
        melt.spare[...] = 0
        self.owner, self._runs, self._first = owner, runs, first
        self._parts = np.empty((len(runs), 2))
        self.held, self._free = kernels.measure(runs, (melt.field, melt.room), count)[0], np.zeros(count)
        self._since = 0
        self._tell()

    def _hand_over(self, runs: NDArray[np.int64], old: Cells, count: int) -> None:
        """Pass volumes and multipliers on to the new pockets."""
        given = np.stack([self.target, self.lams])
        target, self.lams, found = kernels.hand_over(runs, self.melt.field, old, given, count)
        lost = float(self.target[found == 0].sum())
        if lost > 0:
            self.swallowed += lost
            target *= 1 + lost / target.sum()
        self.target = target

    def _tell(self) -> None:
        """Tell the melt what became of it."""
        melt = self.melt
        melt.target, melt.volume = float(self.target.sum()), float(self.held.sum())
        if melt.volume > 0:
            melt.lam = float((self.lams * self.held).sum() / melt.volume)

    def _steps(self, sweeps: int, tolerance: float) -> None:
        """Take sweeps without relabelling."""
        melt = self.melt
        fields = (melt.field, melt.wall, melt.room)
        state, numbers = (self.lams, self.target, self.held, self._free), (melt.tau, melt.k)
        settings = (tolerance, ROUNDING, TRIES)
        done, missed = kernels.steps(
            (self._runs, self._first), fields, state, numbers, melt.spare, self._parts, *settings, sweeps
        )
        if done % 2:
            melt.field, melt.spare = melt.spare, melt.field
        melt.sweeps += done
        self._since += done
        self._tell()
        if missed >= 0:
            raise SolverError(
                f"pocket {missed} of {self.count} holds {self.held[missed]:.6g} instead of "
                f"{self.target[missed]:.6g} voxels after {TRIES} trials of its multiplier; likely causes: "
                "melt that no longer fits beside the solid, fields not finite"
            )

    def advance(self, sweeps: int) -> None:
        """Take sweeps with the volume of every pocket held to 1e-6, without closing them.

        Parameters
        ----------
        sweeps : int

        Raises
        ------
        SolverError
            If no multiplier gives the volume of a pocket.
        """
        left = sweeps if self.count else 0
        while left > 0:
            if self._since >= RELABEL:
                self.relabel()
            now = min(left, RELABEL - self._since)
            self._steps(now, DRIFT)
            left -= now

    def close(self) -> float:
        """Bring the volume of every pocket to round-off by one sweep with the multipliers that yield it.

        Returns
        -------
        float
            Worst relative volume error, at most 1e-9.

        Raises
        ------
        SolverError
            If a pocket cannot be closed.
        """
        if not self.count:
            return 0.0
        self._steps(1, CLOSED)
        melt, state = self.melt, (self.lams, self.target, self.held, self._free)
        error = float(kernels.mend(self._runs, melt.field, melt.room, state, CLOSED, TRIES))
        self._tell()
        if not error <= OUTPUT:
            raise SolverError(
                f"the volume of a pocket closes to {error:.2g} only; likely causes: no room left beside the "
                "solid, a pocket of less than a hundredth of a voxel"
            )
        return error

    def relax(self, *, settled: float = SETTLED, limit: int = LIMIT) -> bool:
        """Sweep until all multipliers and the energy rest, then close the volumes.

        Parameters
        ----------
        settled : float
            Allowed change of every multiplier per 100 sweeps, relative to the larger of it and 0.001. The
            energy has to fall by less than a thousandth of that, relative too.
        limit : int
            Most sweeps to take.

        Returns
        -------
        bool
            Whether it settled within the limit.
        """
        begun, before, height, done = self.melt.sweeps, np.zeros(0), math.inf, not self.count
        while not done and self.melt.sweeps - begun < limit:
            self.advance(LOOK)
            energy, lams = self.melt.energy(), self.lams.copy()
            done = len(lams) == len(before) and bool(
                np.all(np.abs(lams - before) < settled * np.maximum(np.abs(lams), LEAST))
            )
            done &= height - energy < CALM * settled * max(abs(energy), self.melt.target ** (2 / 3))
            before, height = lams, energy
        self.close()
        return done

    def rescale(self, share: ArrayLike) -> None:
        """Multiply the target volume of every pocket; the next sweep delivers it.

        Parameters
        ----------
        share : float or array, shape (pocket,), dimensionless
            Factor, one for all or one per pocket: for instance the silica-rich share of a melt that unmixes
            on cooling. A pocket with factor 0 vanishes.

        Raises
        ------
        InputError
            If it is negative, or a pocket would not fit into the cells around it.
        """
        given = np.asarray(share, dtype=np.float64)
        if given.shape not in ((), self.target.shape) or not np.all(given >= 0):  # also catches NaN
            raise InputError(
                f"shares of shape {given.shape} for {self.count} pockets: give one number or one per pocket, "
                "0 or more each."
            )
        shares = np.broadcast_to(given, self.target.shape)
        room = kernels.measure(self._runs, (self.melt.field, self.melt.room), self.count)[1]
        tight = self.target * shares > room
        if tight.any():
            p = int(np.argmax(tight))
            raise InputError(
                f"pocket {p} should hold {self.target[p] * shares[p]:.4g} voxels in a room of {room[p]:.4g}: "
                "change the volume in smaller steps, with 50 sweeps after each."
            )
        self.target = self.target * shares
        gone = np.flatnonzero(self.target == 0)
        if len(gone):
            self.melt.field[np.isin(self.owner, gone)] = 0
        self.melt.target = float(self.target.sum())
        if len(gone):
            self.relabel()

    def set_volume(self, volume: float) -> None:
        """Ask for a melt volume in all; every pocket keeps its share of it.

        Parameters
        ----------
        volume : float, voxels

        Raises
        ------
        InputError
            If it is negative, does not fit, or there are no pockets to hold it.
        """
        if not self.count and volume > 0:
            raise InputError(f"melt volume {volume:g} voxels, but there are no pockets; start from a melt.")
        if self.count:
            self.rescale(volume / self.target.sum())

    def change_solid(self, distance: ArrayLike, cos_theta: float | NDArray[np.floating]) -> None:
        """Put another solid in place; the melt is clipped to the room left, the target volumes stay.

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
        self.melt.change_solid(distance, cos_theta)
        if self.count:
            self.relabel()

    def pressures(self, sigma: float = 1, voxel: float = 1) -> Array:
        """Excess pressure of every pocket over the void.

        Parameters
        ----------
        sigma : float, J/m2
            Surface tension of the melt.
        voxel : float, m
            Edge of a voxel.

        Returns
        -------
        array, shape (pocket,), Pa
            With the defaults in sigma per voxel.
        """
        return np.array([pressure(lam, sigma, self.melt.eta * voxel) for lam in self.lams])

    def validity(self) -> list[Validity]:
        """Say of every pocket whether dry wall stays dry and wetted wall wet at its pressure."""
        cosines = self.melt.cos_theta
        if np.ndim(cosines) == 0:
            return [check_bounds(float(lam), cosines, self.melt.eta) for lam in self.lams]
        near = self.owner != kernels.NOBODY
        pocket, cosine = self.owner[near], np.asarray(cosines)[near]
        span = np.empty((self.count, 2))
        span[:, 0], span[:, 1] = np.inf, -np.inf
        np.minimum.at(span[:, 0], pocket, cosine)
        np.maximum.at(span[:, 1], pocket, cosine)
        return [
            check_bounds(float(lam), ends, self.melt.eta) for lam, ends in zip(self.lams, span, strict=True)
        ]
