"""Compiled forces and damped motion of spheres; the obvious twin is `reference.py`.

Every sphere sums over its own row, so each pair is computed twice and nothing is written to a neighbour: no
atomics, and the same bytes whatever the number of threads. The sums over all spheres run in one thread.
"""

# mypy: disable-error-code="no-untyped-def"
# (compiled functions: numba infers their types from the call)

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from .laws import Law
from .neighbours import Table

RUPTURE_RAMP = 0.2  # the pull falls to zero over the last fifth of gap^3 below the rupture volume
SLIDE_DAMPING = 0.1  # tangential over normal dash-pot; above 0.5 the spins become unstable at this time step
SPHERE_INERTIA = 0.4  # moment of inertia of a homogeneous sphere over m R^2
MAX_MOVE = 0.02  # mean radii a sphere may move in one step: tames the overlaps of a random start
TINY = 1e-30
SKIN_USED = 0.8  # share of the skin after which the list is renewed; the rest covers the steps between looks
CHECK_EVERY = 5  # steps between looks at how far spheres have moved since the list was built


class State(NamedTuple):
    """Spheres in motion, reduced units. `slip` runs along the neighbour rows, all others along spheres."""

    position: NDArray[np.float64]
    velocity: NDArray[np.float64]
    spin: NDArray[np.float64]
    radius: NDArray[np.float64]
    melt: NDArray[np.float64]
    force: NDArray[np.float64]
    torque: NDArray[np.float64]
    load: NDArray[np.float64]
    drift: NDArray[np.float64]
    slip: NDArray[np.float64]


class Control(NamedTuple):
    """Time step, drag, box compliance and its fastest rate, outer pressure on the box, skin of the list."""

    step: float
    drag: float
    compliance: float
    max_rate: float
    squeeze: float
    skin: float


@njit(cache=True, inline="always")
def pull(gap, radius, volume, law):
    """Attraction of a pair: bridge of constant volume and van der Waals."""
    opened = max(gap, 0.0)
    away = law.contact_distance + opened
    force = law.attraction * radius / (away * away)
    if volume > 0.0 and law.pull > 0.0:
        cube = opened * opened * opened
        if cube < volume:
            bridge = law.pull * radius
            if opened > 0.0:
                bridge *= 1.0 - opened / math.sqrt(opened * opened + 2.0 * volume / (math.pi * radius))
                if cube > (1.0 - RUPTURE_RAMP) * volume:
                    bridge *= (1.0 - cube / volume) / RUPTURE_RAMP
            force += bridge
    return force


@njit(cache=True)
def _slide(slip, p, velocity, normal, limit, numbers):
    """Advance the tangential spring of entry p, return its force, slipping at `limit`."""
    tangential, damping, step = numbers
    vx, vy, vz = velocity
    nx, ny, nz = normal
    along = vx * nx + vy * ny + vz * nz
    vx, vy, vz = vx - along * nx, vy - along * ny, vz - along * nz
    sx, sy, sz = slip[p, 0] + vx * step, slip[p, 1] + vy * step, slip[p, 2] + vz * step
    out = sx * nx + sy * ny + sz * nz
    sx, sy, sz = sx - out * nx, sy - out * ny, sz - out * nz
    size = tangential * math.sqrt(sx * sx + sy * sy + sz * sz)
    if size > limit:
        scale = limit / size
        sx, sy, sz = sx * scale, sy * scale, sz * scale
    slip[p, 0], slip[p, 1], slip[p, 2] = sx, sy, sz
    fx = -tangential * sx - damping * vx
    fy = -tangential * sy - damping * vy
    fz = -tangential * sz - damping * vz
    size = math.sqrt(fx * fx + fy * fy + fz * fz)
    if size > limit:
        scale = limit / size
        return fx * scale, fy * scale, fz * scale
    return fx, fy, fz


@njit(cache=True)
def _row(i, state, table, law, box, step):
    """Net force, torque, virial and contact load of sphere i, over its row."""
    x, v, w, radius = state.position, state.velocity, state.spin, state.radius
    fx, fy, fz, tx, ty, tz = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    virial, load, touching = 0.0, 0.0, 0.0
    for p in range(table.start[i], table.start[i + 1]):
        j = table.partner[p]
        dx = (x[i, 0] - x[j, 0]) - table.image[p, 0] * box
        dy = (x[i, 1] - x[j, 1]) - table.image[p, 1] * box
        dz = (x[i, 2] - x[j, 2]) - table.image[p, 2] * box
        square = dx * dx + dy * dy + dz * dz
        reach = radius[i] + radius[j] + law.reach
        if square >= reach * reach:
            continue
        distance = math.sqrt(square)
        gap = distance - (radius[i] + radius[j])
        mean = 2.0 * radius[i] * radius[j] / (radius[i] + radius[j])
        inverse = 1.0 / distance
        nx, ny, nz = dx * inverse, dy * inverse, dz * inverse
        push = -pull(gap, mean, state.melt[i] + state.melt[j], law)
        if gap < 0.0:
            elastic = law.stiffness * math.sqrt(mean) * -gap * math.sqrt(-gap)
            ux, uy, uz = v[i, 0] - v[j, 0], v[i, 1] - v[j, 1], v[i, 2] - v[j, 2]
            push += elastic - law.damping * (ux * nx + uy * ny + uz * nz)
            load += elastic
            touching += 1.0
            if law.friction > 0.0:
                ax = radius[i] * w[i, 0] + radius[j] * w[j, 0]
                ay = radius[i] * w[i, 1] + radius[j] * w[j, 1]
                az = radius[i] * w[i, 2] + radius[j] * w[j, 2]
                surface = (ux - (ay * nz - az * ny), uy - (az * nx - ax * nz), uz - (ax * ny - ay * nx))
                numbers = (law.tangential, SLIDE_DAMPING * law.damping, step)
                sx, sy, sz = _slide(state.slip, p, surface, (nx, ny, nz), law.friction * elastic, numbers)
                fx, fy, fz = fx + sx, fy + sy, fz + sz
                tx -= radius[i] * (ny * sz - nz * sy)
                ty -= radius[i] * (nz * sx - nx * sz)
                tz -= radius[i] * (nx * sy - ny * sx)
        elif law.friction > 0.0:
            state.slip[p, 0], state.slip[p, 1], state.slip[p, 2] = 0.0, 0.0, 0.0
        fx, fy, fz = fx + push * nx, fy + push * ny, fz + push * nz
        virial += push * distance
    state.force[i, 0], state.force[i, 1], state.force[i, 2] = fx, fy, fz
    state.torque[i, 0], state.torque[i, 1], state.torque[i, 2] = tx, ty, tz
    state.load[i, 0], state.load[i, 1], state.load[i, 2] = virial, load, touching


@njit(parallel=True, cache=True)
def forces(state, table, law, box, step):
    """Fill force, torque and load (virial, contact force, contacts) of every sphere."""
    for i in prange(len(state.radius)):
        _row(i, state, table, law, box, step)


@njit(cache=True)
def _move_one(i, state, control, growth):
    """Semi-implicit Euler step of sphere i with drag."""
    keep = 1.0 / (1.0 + control.drag * control.step)
    spin_up = control.step / (SPHERE_INERTIA * state.radius[i] * state.radius[i])
    square = 0.0
    for k in range(3):
        state.velocity[i, k] = keep * (state.velocity[i, k] + control.step * state.force[i, k])
        square += state.velocity[i, k] ** 2
    limit = min(1.0, MAX_MOVE / (control.step * math.sqrt(square) + TINY))
    for k in range(3):
        state.velocity[i, k] *= limit
        state.spin[i, k] = keep * (state.spin[i, k] + spin_up * state.torque[i, k])
        move = control.step * state.velocity[i, k]
        state.drift[i, k] += move
        state.position[i, k] = state.position[i, k] * (1.0 + growth) + move


@njit(parallel=True, cache=True)
def _move(state, control, growth):
    """Move all spheres; `growth` is the relative change of the box."""
    # numba 0.68 drops writes to fields of a named tuple in a prange body: the body is a function of its own
    for i in prange(len(state.radius)):
        _move_one(i, state, control, growth)


@njit(cache=True)
def pressure(state, box):
    """Contact pressure minus bridge tension: the virial of all pairs over three volumes."""
    total = 0.0
    for i in range(len(state.radius)):
        total += state.load[i, 0]
    return total / (2.0 * 3.0 * box * box * box)  # each pair stands in two rows


@njit(cache=True)
def _stale(state, strain, reach, skin):
    """Whether two spheres may have come closer than the list knows."""
    far = 0.0
    for i in range(len(state.radius)):
        square = state.drift[i, 0] ** 2 + state.drift[i, 1] ** 2 + state.drift[i, 2] ** 2
        far = max(far, square)
    return 2.0 * math.sqrt(far) + abs(strain) * reach > skin


@njit(cache=True)
def advance(state, table, law, control, box, steps):
    """Move until `steps` are done or the neighbour list is used up; return the steps done.

    `box` is a one-element array and changes when `control.compliance` is positive.
    """
    strain = 0.0
    widest = 2.0 * np.max(state.radius) + law.reach
    for done in range(steps):
        if done % CHECK_EVERY == 0 and _stale(state, strain, widest, SKIN_USED * control.skin):
            return done
        forces(state, table, law, box[0], control.step)
        growth = 0.0
        if control.compliance > 0.0:
            rate = control.compliance * (pressure(state, box[0]) - control.squeeze)
            growth = control.step * min(max(rate, -control.max_rate), control.max_rate)
        _move(state, control, growth)
        box[0] *= 1.0 + growth
        strain += growth
    return steps


@njit(parallel=True, cache=True)
def carry_slip(old, old_slip, new, wrap):
    """Hand the tangential springs over to a new list; `wrap` counts box edges each sphere was moved by."""
    slip = np.zeros((len(new.partner), 3))
    for i in prange(len(new.start) - 1):
        for p in range(new.start[i], new.start[i + 1]):
            j = new.partner[p]
            for q in range(old.start[i], old.start[i + 1]):
                if old.partner[q] != j:
                    continue
                same = True
                for k in range(3):
                    same = same and new.image[p, k] == old.image[q, k] + wrap[j, k] - wrap[i, k]
                if same:
                    for k in range(3):
                        slip[p, k] = old_slip[q, k]
    return slip


__all__ = ["Control", "Law", "State", "Table", "advance", "carry_slip", "forces", "pressure", "pull"]
