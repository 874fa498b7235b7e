"""Quasi-static relaxation: damped motion until forces balance, in a box of fixed or free size."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .kernels import Control, State, advance, carry_slip, forces, pressure
from .laws import Law, contact_spring
from .neighbours import Table, neighbours, pairs
from .pace import Pace
from .packing import Packing

Watch = Callable[[float], None]

STEP_SHARE = 0.3  # time step over the period scale of a contact spring; unstable from about 0.45
DRAG = 0.3  # drag in units of the capillary time; soft modes die out fastest near this value
SKIN = 0.3  # mean radii a neighbour list looks beyond the reach of the forces
MAX_RATE = 0.02  # fastest relative change of the box per capillary time
BOX_STEPS = 5.0  # the box answers a pressure within about this many time steps
CELL_MODULUS = 0.6 * 6 / (3 * 2 * math.pi)  # bulk modulus of a packing (0.6, six contacts) per contact spring
BLOCK = 100  # steps between two looks at convergence


PRESSURE_LEFT = 0.002  # share of the bridge stress below which the box counts as at rest
MOST_STEPS = 8000  # of one relaxation; a usual one takes a tenth to two thirds of it
_FIELDS = ("velocity", "spin", "force", "torque", "load", "drift")


@dataclass(frozen=True)
class Goal:
    """When a relaxation ends.

    Parameters
    ----------
    residual
        Root-mean-square net force over mean contact force.
    pressure
        Unbalanced pressure on the box, in bridge forces per squared radius.
    steps
        Most steps taken.
    """

    residual: float = 0.01
    pressure: float = PRESSURE_LEFT
    steps: int = MOST_STEPS


class Relaxation:
    """Spheres under a law, in reduced units.

    Parameters
    ----------
    packing
        Where the spheres start.
    melt
        Reduced bridge volume each sphere brings to a bridge, shape (sphere,); zeros without melt.
    law
        Pair law.
    free_box
        Whether the box may change its size until contact pressure and bridge tension balance.
    """

    def __init__(self, packing: Packing, melt: NDArray[np.float64], law: Law, *, free_box: bool) -> None:
        self.unit_nm = float(np.mean(packing.radius_nm))
        self.law = law
        spring = contact_spring(law.stiffness)
        step = STEP_SHARE / math.sqrt(spring)
        compliance = 1 / (3 * CELL_MODULUS * spring * BOX_STEPS * step) if free_box else 0.0
        self.control = Control(step, DRAG, compliance, MAX_RATE, 0.0, SKIN)
        self.box = np.array([packing.box_nm / self.unit_nm])
        self.steps = 0
        self.pace = Pace(packing.count)
        count = packing.count
        position = np.mod(packing.position_nm / self.unit_nm, self.box[0])
        radius = packing.radius_nm / self.unit_nm
        zeros = [np.zeros((count, 3)) for _ in _FIELDS]
        velocity, spin, force, torque, load, drift = zeros
        self.table = self._list(position, radius)
        slip = np.zeros((len(self.table.partner), 3))
        self.state = State(
            position, velocity, spin, radius, melt, force, torque, load, drift, slip,
        )  # fmt: skip

    def _list(self, position: NDArray[np.float64], radius: NDArray[np.float64]) -> Table:
        return neighbours(position, radius, float(self.box[0]), self.law.reach + self.control.skin)

    def _relist(self) -> None:
        """Wrap spheres into the box and build a fresh list, keeping the tangential springs."""
        box = self.box[0]
        wrap = np.floor(self.state.position / box).astype(np.int64)
        self.state.position[:] -= wrap * box
        old, old_slip = self.table, self.state.slip
        self.table = self._list(self.state.position, self.state.radius)
        slip = carry_slip(old, old_slip, self.table, wrap)
        self.state.drift[:] = 0.0
        self.state = self.state._replace(slip=slip)

    def run(self, steps: int) -> None:
        """Advance by `steps` time steps."""
        for done in range(0, steps, BLOCK):
            block = min(BLOCK, steps - done)
            with self.pace.timed(block):
                self._run_block(block)
        self.steps += steps

    def _run_block(self, steps: int) -> None:
        left = steps
        while left > 0:
            left -= advance(self.state, self.table, self.law, self.control, self.box, left)
            if left > 0:
                self._relist()

    def squeeze(self, pressure_reduced: float) -> None:
        """Set the outer pressure on the box, bridge forces per squared mean radius."""
        self.control = self.control._replace(squeeze=pressure_reduced)

    def residual(self) -> float:
        """Return the root-mean-square net force on a sphere over the mean contact force."""
        forces(self.state, self.table, self.law, self.box[0], 0.0)
        load, touching = self.state.load[:, 1].sum(), self.state.load[:, 2].sum()
        net = math.sqrt(float(np.mean(np.sum(self.state.force**2, axis=1))))
        return net * float(touching) / float(load) if load > 0 else net

    def unbalanced(self) -> float:
        """Return the pressure of the spheres minus the outer pressure, after `residual`."""
        return float(pressure(self.state, self.box[0])) - self.control.squeeze

    def gaps(self) -> NDArray[np.float64]:
        """Return the gaps of all listed pairs, mean radii, each pair once."""
        i, j, image = pairs(self.table)
        apart = self.state.position[i] - self.state.position[j] - image * self.box[0]
        return np.linalg.norm(apart, axis=1) - self.state.radius[i] - self.state.radius[j]

    def packing(self, residual: float) -> Packing:
        """Return the present state as a packing in nm."""
        return Packing(
            position_nm=np.mod(self.state.position, self.box[0]) * self.unit_nm,
            radius_nm=self.state.radius * self.unit_nm,
            box_nm=float(self.box[0]) * self.unit_nm,
            residual=residual,
            steps=self.steps,
        )
