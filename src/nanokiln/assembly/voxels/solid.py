"""The solid: interface-controlled motion of its surface under a prescribed volume, with Gibbs-Thomson.

    phi <- phi + c [ U dt + D dt K ],    K = lap phi/(1 - phi lap phi/2), |K| <= 1,    c = c_f + (1 - c_f) c_r

K is the curvature of the surface, carried there from the level of each cell. c is the cover by melt: films
thinner than a voxel (c_f) and resolved melt (c_r). U, one number for the whole box, is the supersaturation
that gives the solid its prescribed volume; D dt = capillary length x recession. Nothing else moves the
surface, so a dry solid stands still. Lengths are in voxels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...core.errors import InputError, PhysicsError
from ...core.parameters import Parameter, Values
from ...matter.borosilicate import MOLAR_VOLUME_SILICA
from ...matter.constants import GAS_CONSTANT
from .band import Band, Distance, check_field, find_band
from .fields import ETA, reach
from .redistance import SWEEPS, redistance
from .shapes import join_spheres
from .solid_kernels import CLOSE, attempt, exchange, fill_profile, hold, lift, move, rates

INTERFACE_ENERGY = Parameter(
    id="assembly.interface_energy",
    value=0.04,
    unit="J/m^2",
    low=0.01,
    high=0.1,
    source="silica against boron-oxide melt, broken bonds of the regular solution; data sheet section 4",
    tag="D",
    note="A factor of three either way. Sets how fast melt rounds silica (0.11 nm at 900 degC).",
)

CM3_PER_MMOL_IN_M3_PER_MOL = 1e-3
NM_PER_M = 1e9
MAX_SPREAD = 1 / 6  # voxel^2, largest D dt of a step: the limit of an explicit curvature step in 3D
DUE_MOVE = 0.5  # voxel of motion since the last redistancing after which it is due
# With steps of 0.05 to 0.15 that is after D t = 0.2 to 0.3: necks are within 3.2 % of the axisymmetric
# reference, small spheres within 1 % of their law. Done more rarely, necks get wider, by 5 % at 0.5; done
# oftener than at 0.1, redistancing draws the tip of a gap back.
DUE_SPREAD = 0.2  # voxel^2 of D t, likewise
NEWTON_STEPS = 4  # repeats of the volume alone after a step; mostly none is needed
RESTORED = 5e-10  # relative error of the volume at which repeats end: rounding of float32 is half of that
MOST_NEWTON = 12  # steps of a restoration; it needs three
LAST = 1e-6  # relative error below which only the cells next to the surface move: their numbers are finer
SMALLEST_CAP = 1.5  # voxels; smaller ones grow to their nominal height first
NOTHING = 1e-9  # wetted area (voxels^2) or relative change of volume that counts as none

Array = NDArray[np.float64]
Field = NDArray[np.float32]


class Work(NamedTuple):
    """What one step did.

    Attributes
    ----------
    volume, target
        Volume reached and asked for, voxels^3.
    drive
        U dt, the common growth (positive) or etching (negative), voxels.
    farthest
        Largest motion of the surface by the step, voxels.
    wetted
        Surface melt could move, voxels^2.
    smoothing
        Volume that curvature alone would have added (negative: dissolved), voxels^3.
    """

    volume: float
    target: float
    drive: float
    farthest: float
    wetted: float
    smoothing: float


@dataclass
class Solid:
    """The solid on the grid: its signed distance, its profile, and how far it moved since redistancing.

    Attributes
    ----------
    phi
        Signed distance, positive inside, clamped to +-`reach(eta)`, shape (nx, ny, nz), periodic; float32, or
        float64 at twice the memory. Who writes to it calls `renew` afterwards.
    eta
        Interface width in voxels.
    s
        Profile of phi, float32; kept up to date by all functions here.
    moved, spread
        Motion (voxels) and D t (voxels^2) since the last redistancing.
    """

    phi: Distance
    eta: float = ETA
    s: Field = field(init=False)
    moved: float = field(init=False, default=0.0)
    spread: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        check_field(self.phi)
        self.s = np.empty(self.phi.shape, np.float32)
        fill_profile(self.phi, 2 / self.eta, self.s)

    @cached_property
    def cover(self) -> Field:
        """Cover by melt in the last step."""
        return np.zeros(self.phi.shape, np.float32)

    @cached_property
    def curvature(self) -> Field:
        """Curvature in the last step; work space of redistancing."""
        return np.zeros(self.phi.shape, np.float32)

    def rest(self) -> None:
        """Give back the memory that only steps need."""
        self.__dict__.pop("cover", None)
        self.__dict__.pop("curvature", None)

    @property
    def volume(self) -> float:
        """Volume in voxels^3, summed in float64."""
        sums = np.zeros(len(self.phi))
        hold(self.phi, 2 / self.eta, sums)
        return float(sums.sum())

    @property
    def due(self) -> bool:
        """Whether the distance has to be renewed."""
        return self.moved >= DUE_MOVE or self.spread >= DUE_SPREAD


_EVERYWHERE = np.ones((1, 1, 1), np.float32)
_NO_MELT = np.zeros((1, 1, 1), np.float32)


def capillary_length(temperature: ArrayLike, values: Values) -> Array:
    """Return the capillary length of silica in melt, sigma V_m/(R T), in nm.

    Parameters
    ----------
    temperature
        Temperature in K.
    values
        Parameter values.

    Source: Gibbs-Thomson; 0.11 nm at 900 degC.
    """
    molar = values[MOLAR_VOLUME_SILICA] * CM3_PER_MMOL_IN_M3_PER_MOL
    thermal = values[GAS_CONSTANT] * np.asarray(temperature, dtype=float)
    return values[INTERFACE_ENERGY] * molar / thermal * NM_PER_M


def _film(solid: Solid, film: ArrayLike) -> Field:
    """Return the cover by films as a field, of one cell where it is the same everywhere."""
    cover = np.asarray(film, dtype=np.float32)
    cover = cover.reshape(1, 1, 1) if cover.ndim == 0 else np.ascontiguousarray(cover)
    low, high = float(cover.min()), float(cover.max())
    if (cover.size > 1 and cover.shape != solid.phi.shape) or not 0 <= low <= high <= 1:
        raise InputError(
            f"film cover of shape {cover.shape} from {low:.3g} to {high:.3g}: must be one number or an array "
            f"of shape {solid.phi.shape}, 0 to 1."
        )
    return cover


def _melt(solid: Solid, melt: Field | None) -> Field:
    """Return the melt as the kernels take it."""
    if melt is None:
        return _NO_MELT
    if melt.shape != solid.phi.shape:
        raise InputError(f"melt of shape {melt.shape} and solid of shape {solid.phi.shape}: must be alike.")
    return np.ascontiguousarray(melt, dtype=np.float32)


def _check_spread(spread: float) -> None:
    if not 0 <= spread <= MAX_SPREAD:
        raise InputError(
            f"D dt = {spread:.4g} voxel^2 in one step: must be 0 to {MAX_SPREAD:.4g}; take more steps."
        )


def advance(
    solid: Solid,
    target: float | None,
    *,
    spread: float = 0.0,
    film: ArrayLike = 0.0,
    melt: Field | None = None,
) -> Work:
    """Move the surface by one step in place.

    Parameters
    ----------
    solid
        Moved in place; its profile is renewed.
    target
        Volume after the step, voxels^3; None for no common drive (Gibbs-Thomson alone).
    spread
        D dt = capillary length x recession of a flat surface in the step, voxels^2; at most 1/6.
    film
        Cover c_f by films thinner than a voxel, 0 to 1: a number or an array like phi.
    melt
        Resolved melt, float32, like phi; None for none.

    Returns
    -------
    Work
        What the step did.

    Raises
    ------
    InputError
        If `spread` is too large for one step.
    PhysicsError
        If the volume should change but melt touches nothing.

    Limits
    ------
    Steps of up to about half a voxel. Where K is carried to the surface, over half an interface at most, both
    principal curvatures are taken as alike. Curvatures beyond 1 per voxel are clamped: necks thinner than
    about sqrt(1.8 R) voxels are not resolved.
    """
    _check_spread(spread)
    floor, wet = _film(solid, film), _melt(solid, melt)
    if floor.size == 1 and float(floor.min()) >= 1:
        wet = _NO_MELT  # films cover everything already
    band = find_band(solid.phi, reach(solid.eta), widen=False)
    sums = np.zeros((len(solid.phi), 3))
    rates(band.blocks, (solid.phi, solid.s, wet, solid.cover, solid.curvature), floor, sums)
    totals = sums.sum(axis=0) * (math.pi / solid.eta, math.pi / solid.eta, 1)
    wetted, bending, held = (float(total) for total in totals)
    volume = band.inside + held if wetted > NOTHING else solid.volume
    drive = 0.0 if target is None else _drive(target, volume, wetted, spread * bending)
    goal = None if target is None or wetted <= NOTHING else target
    if goal is not None:
        drive += _correction(solid, band, goal, (drive, spread))
    volume, far = _moved(solid, band, (drive, spread))
    if goal is not None and abs(goal - volume) > RESTORED * volume:
        volume = _newton(solid, band, solid.cover, goal, NEWTON_STEPS)
    solid.moved += far
    solid.spread += spread
    return Work(volume, volume if target is None else target, drive, far, wetted, spread * bending)


def _drive(target: float, volume: float, wetted: float, smoothing: float) -> float:
    """Return U dt, the common motion that gives the volume asked for to first order."""
    if wetted > NOTHING:
        return (target - volume - smoothing) / wetted
    if abs(target - volume) > NOTHING * max(volume, 1.0):
        raise PhysicsError(
            f"the solid should change its volume by {target - volume:.4g} voxels^3, but no melt touches it: "
            "give it a film, or melt at its surface."
        )
    return 0.0


def _correction(solid: Solid, band: Band, goal: float, motion: tuple[float, float]) -> float:
    """Return what the drive lacks to reach the volume, to second order, from a step that is only tried."""
    sums = np.zeros((len(solid.phi), 3))
    numbers = _numbers(solid, *motion, reach(solid.eta))
    attempt(band.blocks, (solid.phi, solid.cover, solid.curvature), numbers, 2 / solid.eta, sums)
    slope = math.pi / 2 / solid.eta
    volume, area, change = (float(total) for total in sums.sum(axis=0) * (1, slope, 2 * slope**2))
    error = goal - band.inside - volume
    if area <= NOTHING:
        return 0.0
    return 2 * error / (area + math.sqrt(max(area**2 + 2 * change * error, 0.0)))


def _numbers(solid: Solid, *numbers: float) -> tuple[np.floating, ...]:
    """Return numbers in the type of the distance, so that compiled loops widen nothing."""
    real = solid.phi.dtype.type
    return tuple(real(number) for number in numbers)


def _moved(solid: Solid, band: Band, motion: tuple[float, float]) -> tuple[float, float]:
    """Take a step of given drive and spread; return volume and largest motion."""
    sums = np.zeros((len(solid.phi), 2))
    numbers = _numbers(solid, *motion, reach(solid.eta), solid.eta / 2)
    fields = (solid.phi, solid.s, solid.cover, solid.curvature)
    move(band.blocks, fields, numbers, 2 / solid.eta, sums)
    return band.inside + float(sums[:, 0].sum()), float(sums[:, 1].max())


def _lifted(
    solid: Solid, band: Band, cover: Field, distance: float, within: float
) -> tuple[float, float, float]:
    """Move covered cells within a distance; return volume, their surface and that of those next to it."""
    sums = np.zeros((len(solid.phi), 3))
    numbers = _numbers(solid, distance, within, reach(solid.eta), 2 / solid.eta)
    lift(band.blocks, (solid.phi, solid.s, cover), numbers, 2 / solid.eta, sums)
    slope = math.pi / 2 / solid.eta
    volume, area, close = (float(total) for total in sums.sum(axis=0) * (1, slope, slope))
    return band.inside + volume, area, close


def _newton(solid: Solid, band: Band, cover: Field, target: float, steps: int) -> float:
    """Move the covered surface until the volume is the target; return the volume reached."""
    within, before = reach(solid.eta), math.inf
    volume, area, close = _lifted(solid, band, cover, 0.0, within)
    for _ in range(steps):
        error = target - volume
        if area <= NOTHING or abs(error) <= RESTORED * volume or abs(error) >= before:
            break
        if abs(error) <= LAST * volume:
            within, area = CLOSE, close
        before = abs(error)
        if area > NOTHING:
            volume, area, close = _lifted(solid, band, cover, error / area, within)
    return volume


def restore(solid: Solid, target: float) -> float:
    """Move the whole surface by one small distance so that the volume is the target; return the volume.

    Needed after redistancing, nuclei and rigid motion, each of which leaves the volume slightly off.

    Parameters
    ----------
    solid
        Changed in place.
    target
        Volume in voxels^3.

    Raises
    ------
    PhysicsError
        If the volume cannot be reached by such a motion.
    """
    band = find_band(solid.phi, reach(solid.eta), widen=False)
    volume = _newton(solid, band, _EVERYWHERE, target, MOST_NEWTON)
    if not math.isclose(volume, target, rel_tol=NOTHING):
        raise PhysicsError(
            f"volume {volume:.6g} instead of {target:.6g} voxels^3: a restoration covers "
            "fractions of a voxel only."
        )
    return volume


def renew(solid: Solid, target: float | None = None, *, sweeps: int = SWEEPS) -> None:
    """Redistance the solid and restore its volume.

    Parameters
    ----------
    solid
        Changed in place.
    target
        Volume to restore, voxels^3; None leaves what redistancing gives, which is the better choice where
        curvature alone drives the surface: the profile is then not quite a sine, and its volume not quite
        that of the surface.
    sweeps
        Sweeps of redistancing; `redistance.FOLLOW` are enough where only `advance` moved the surface.

    Raises
    ------
    PhysicsError
        If the volume cannot be restored.
    """
    redistance(solid.phi, solid.eta, sweeps, spare=solid.curvature)
    fill_profile(solid.phi, 2 / solid.eta, solid.s)
    if target is not None:
        restore(solid, target)
    solid.moved = solid.spread = 0.0


def give_way(solid: Solid, melt: Field, before: Field) -> None:
    """Exchange melt against solid one to one where melt wets the surface, in place.

    Parameters
    ----------
    solid
        After the step.
    melt
        Melt before the step; changed in place and kept within 0 and 1 - s.
    before
        Profile of the solid before the step.

    Limits
    ------
    Clipping loses a little melt: the melt's own multiplier restores its volume.
    """
    exchange(melt, before, solid.s, solid.cover)


def add_caps(solid: Solid, points: Array, radius: ArrayLike) -> float:
    """Put nuclei on the surface, phi <- max(phi, r - |x - x_i|); return the volume they added, voxels^3.

    Parameters
    ----------
    solid
        Changed in place.
    points
        Points of the surface, shape (nucleus, 3), voxels.
    radius
        Radius of the nuclei, one or per point, voxels, at least 1.5.

    Raises
    ------
    InputError
        For smaller nuclei, which the grid does not hold.

    Limits
    ------
    Small ones are smeared: 18 % more volume than half a sphere at 1.5 voxels, 8 % at 2, 2 % at 3 (eta 6).
    Their volume has to come out of the silica that returns: cap the number.
    """
    points = np.asarray(points, dtype=np.float64).reshape(-1, 3)
    radii = np.broadcast_to(np.asarray(radius, dtype=np.float64), len(points))
    if len(radii) and float(np.min(radii)) < SMALLEST_CAP:
        raise InputError(
            f"nuclei of radius {float(np.min(radii)):.3g} voxels: at least {SMALLEST_CAP}; "
            "use a finer grid or fewer, larger nuclei."
        )
    before = solid.volume
    join_spheres(solid.phi, points, radii, solid.eta)
    fill_profile(solid.phi, 2 / solid.eta, solid.s)
    return solid.volume - before
