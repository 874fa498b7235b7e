"""Tortuosity: steady diffusion through the void, or conduction through the solid, along each axis."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ....core.errors import InputError
from ..band import AXES, MIN_SIDE
from .connect import Regions, any_axis, regions
from .multigrid import SETTLED, conductivity, hierarchy

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
Faces = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]
PHASES = {"void": -1, "solid": 1}  # sign that makes the signed distance positive in the phase
BOUND = 1e-2  # tolerance of the solver for the lower bound of the solid, twice of which is taken off it
CLEAR = 1.0  # voxel around an unresolved neck within which faces are closed for the lower bound


class Transport(NamedTuple):
    """Share of the phase, conductivity along each axis over that of a full box, and its bounds."""

    share: float
    value: Array
    low: Array
    high: Array
    settled: bool

    @property
    def mean(self) -> tuple[float, float, float]:
        """Mean over the axes, with the means of the bounds."""
        return float(np.mean(self.value)), float(np.mean(self.low)), float(np.mean(self.high))

    @property
    def tortuosity(self) -> tuple[float, float, float]:
        """Share over the mean conductivity, with bounds; infinite where nothing conducts."""
        value, low, high = self.mean
        return _over(self.share, value), _over(self.share, high), _over(self.share, low)


def _over(share: float, conducted: float) -> float:
    return share / conducted if conducted > 0 else math.inf


def open_faces(phi: NDArray[np.floating], sign: int = 1) -> Faces:
    """Return the open share of the face from each cell to the next along each axis.

    Parameters
    ----------
    phi
        Signed distance, shape (nx, ny, nz), voxels, periodic.
    sign
        1 for what is positive, -1 for what is negative.

    Limits
    ------
    1/2 + phi at the middle of the face, clipped: exact for walls along an axis, second order over curved
    ones as a whole.
    """
    field = np.asarray(phi, dtype=np.float32) * np.float32(sign)
    half = np.float32(0.5)
    x, y, z = (np.clip(half + half * (field + np.roll(field, -1, a)), 0, 1) for a in range(AXES))
    return x, y, z


def laminate(conductivities: NDArray[np.floating]) -> Faces:
    """Return the faces between cells of given conductivities, in series: the harmonic mean of both.

    Parameters
    ----------
    conductivities
        Of each cell, shape (nx, ny, nz), zero or more.
    """
    cell = np.asarray(conductivities, dtype=np.float32)
    faces = []
    for axis in range(AXES):
        other = np.roll(cell, -1, axis)
        both = cell + other
        faces.append(np.divide(2 * cell * other, both, out=np.zeros_like(cell), where=both > 0))
    return faces[0], faces[1], faces[2]


def close_necks(faces: Faces, table: xr.Dataset, centres: Array) -> Faces:
    """Return the faces with the plane of every unresolved neck closed.

    Parameters
    ----------
    faces
        As returned by `open_faces` for the solid.
    table
        As returned by `necks.contacts`.
    centres
        Of the spheres, shape (sphere, 3), voxels.
    """
    out = tuple(face.copy() for face in faces)
    shape, voxel = faces[0].shape, float(table.attrs["voxel_nm"])
    plane, early = table["plane_nm"].values / voxel, table["early_nm"].values / voxel
    for n in np.flatnonzero(~table["resolved"].values):
        axis = table["axis"].values[n]
        middle = centres[table["i"].values[n]] + plane[n] * axis
        wide = float(early[n]) + CLEAR
        span = [np.arange(math.floor(m - wide) - 1, math.ceil(m + wide) + 2) for m in middle]
        apart = np.stack(np.meshgrid(*(s - m for s, m in zip(span, middle, strict=True)), indexing="ij"), -1)
        for a in range(AXES):
            here = apart @ axis
            ahead = here + axis[a]
            centre = apart + np.eye(AXES)[a] / 2
            square = np.sum(centre**2, axis=-1) - (centre @ axis) ** 2
            cut = ((here < 0) != (ahead < 0)) & (square < wide**2)
            at = tuple(np.mod(s[i], m) for s, i, m in zip(span, np.nonzero(cut), shape, strict=True))
            out[a][at] = 0
    return out[0], out[1], out[2]


def _without_islands(faces: Faces, parts: Regions) -> Faces:
    """Return the faces with all parts closed that have an end along every axis: they carry nothing."""
    island = np.concatenate([[False], ~parts.wraps.any(axis=1)])
    if not island.any():
        return faces
    lonely = island[parts.label]
    x, y, z = (np.where(lonely | np.roll(lonely, -1, a), 0, f) for a, f in enumerate(faces))
    return x, y, z


def conduct(faces: Faces, through: NDArray[np.bool_], tolerance: float = SETTLED) -> tuple[Array, bool]:
    """Return the conductivity along each axis, and whether all settled.

    Parameters
    ----------
    faces
        Conductance from each cell to the next along each axis, shape (nx, ny, nz) each.
    through
        Axes along which anything is connected, shape (3,); the others are zero.
    tolerance
        Relative change per step at which it is settled.
    """
    value, settled = np.zeros(AXES), True
    if np.any(through):
        levels = hierarchy(faces)
        for axis in np.flatnonzero(through):
            solved = conductivity(levels, int(axis), tolerance)
            value[axis], settled = solved.conductivity, settled and solved.settled
    return value, settled


def _phase(phi: NDArray[np.floating], phase: str) -> tuple[Faces, NDArray[np.bool_]]:
    sign = PHASES[phase]
    parts = regions(phi * sign > 0, corners=phase == "void")
    faces = _without_islands(open_faces(phi, sign), parts)
    return faces, any_axis(parts.wraps)


def transport(
    phi: NDArray[np.floating],
    phase: str = "void",
    *,
    table: xr.Dataset | None = None,
    centres: Array | None = None,
    joined: NDArray[np.bool_] | None = None,
) -> Transport:
    """Return the effective conductivity (diffusivity) of a phase and its bounds.

    Parameters
    ----------
    phi
        Signed distance, shape (nx, ny, nz), voxels, periodic.
    phase
        ``"void"`` or ``"solid"``; the other phase conducts nothing.
    table, centres
        Contacts as returned by `necks.contacts`, and the centres of the spheres, voxels: for the solid, the
        lower bound closes every neck that is not resolved.
    joined
        Axes along which resolved necks alone connect, shape (3,); all unless given.

    Returns
    -------
    Transport
        A potential falls along one axis and is periodic in the other two; the average gradient is one.

    Raises
    ------
    InputError
        For an unknown phase.

    Limits
    ------
    Bounds of the void: the same body read on a grid twice as coarse. Bounds of the solid: unresolved necks
    closed and as seen. Surface conduction and conduction through melt are left out.
    """
    if phase not in PHASES:
        raise InputError(f"phase '{phase}': give 'void' or 'solid'.")
    field = np.asarray(phi, dtype=np.float32)
    faces, through = _phase(field, phase)
    value, settled = conduct(faces, through)
    share = float(np.mean(np.clip(0.5 + PHASES[phase] * field, 0, 1), dtype=np.float64))
    if table is not None and centres is not None:
        low = value
        if not np.all(table["resolved"].values):
            kept = through if joined is None else through & joined
            low, sure = conduct(close_necks(faces, table, centres), kept, BOUND)
            low = np.maximum(low - 2 * BOUND * value, 0.0)  # iterates come from above: a bound stays one
            settled &= sure
        return Transport(share, value, np.minimum(low, value), value, settled)
    error = np.full(AXES, math.nan)
    if all(n % 2 == 0 and n // 2 >= MIN_SIDE for n in field.shape):
        coarse, sure = conduct(*_phase(field[::2, ::2, ::2] / 2, phase))
        error, settled = np.abs(coarse - value), settled and sure
    return Transport(share, value, np.maximum(value - error, 0.0), value + error, settled)
