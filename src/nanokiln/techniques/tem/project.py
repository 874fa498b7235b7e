"""What the beam passes on its way: nm of matter and mean free paths of scattering, for each pixel."""

# mypy: disable-error-code="no-untyped-def"
# (compiled functions: numba infers their types from the call)

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from ...core.errors import InputError
from ..sem.virtual import assembly, body, rays
from ..sem.virtual.assembly import orientation
from ..sem.virtual.scene import Array, Scene, frame_of, neck_table, tiles_of
from ..sem.virtual.skins import measured
from . import scattering

if TYPE_CHECKING:
    import xarray as xr

    from ...sample import Sample
    from ..sem.virtual.scene import Frame

Image = NDArray[np.float32]
LEAST_SOLID = 0.05  # share of solid in a voxel below which its make-up is not told from the shares
SAMPLING = 2.0  # nm: gaps and walls thinner than this may be missed between spheres of the particle scale


@dataclass(frozen=True)
class Projection:
    """Matter along the beam, and what it is.

    Attributes
    ----------
    thickness_nm, depth
        Way through matter, and that over the elastic mean free path, for each pixel.
    scene, frame
        Spheres and necks, and the pixels, for the truth.
    owner
        Number of the uppermost sphere for each pixel.
    """

    thickness_nm: Image
    depth: Image
    scene: Scene
    frame: Frame
    owner: NDArray[np.int32]


@njit(parallel=True, cache=True)
def through(field, strength, corner, pitch, frame):
    """Integrate matter and its scattering along each ray.

    Parameters
    ----------
    field
        Signed distance, nm, positive in the solid, shape (row, column, height).
    strength
        Scattering per nm of full matter on the same grid, 1/nm.
    corner, pitch
        x, y, z of the first point and step, nm.
    frame
        x and y of the first ray, pixel in nm, rows, columns, height of the floor.
    """
    x0, y0, pixel, rows, columns, _ = frame
    nx, ny, nz = field.shape
    thickness = np.zeros((rows, columns), dtype=np.float32)
    depth = np.zeros((rows, columns), dtype=np.float32)
    for row in prange(rows):
        u = (y0 + pixel * row - corner[1]) / pitch
        i = math.floor(u)
        if i < 0 or i >= nx - 1:
            continue
        u -= i
        for column in range(columns):
            v = (x0 + pixel * column - corner[0]) / pitch
            j = math.floor(v)
            if j < 0 or j >= ny - 1:
                continue
            v -= j
            a, b, c, d = (1 - u) * (1 - v), (1 - u) * v, u * (1 - v), u * v
            before = -1.0
            way = lost = 0.0
            for k in range(nz):
                here = a * field[i, j, k] + b * field[i, j + 1, k]
                here += c * field[i + 1, j, k] + d * field[i + 1, j + 1, k]
                if k > 0 and (here > 0.0 or before > 0.0):
                    share = 1.0
                    if here <= 0.0 or before <= 0.0:
                        share = max(here, before) / (abs(here) + abs(before))
                    s = a * strength[i, j, k] + b * strength[i, j + 1, k]
                    s += c * strength[i + 1, j, k] + d * strength[i + 1, j + 1, k]
                    way += share * pitch
                    lost += share * pitch * s
                before = here
            thickness[row, column] = way
            depth[row, column] = lost
    return thickness, depth


@njit(parallel=True, cache=True)
def _resample(out, field, voxel, corner, pitch, basis, middle):
    """Carry a periodic field of the box to a grid in the axes of the picture, nearest voxel."""
    rows, columns, levels = out.shape
    n = field.shape[0]
    for i in prange(rows):
        y = corner[1] + pitch * i
        for j in range(columns):
            x = corner[0] + pitch * j
            for k in range(levels):
                z = corner[2] + pitch * k
                u = (middle[0] + x * basis[0, 0] + y * basis[1, 0] + z * basis[2, 0]) / voxel
                v = (middle[1] + x * basis[0, 1] + y * basis[1, 1] + z * basis[2, 1]) / voxel
                w = (middle[2] + x * basis[0, 2] + y * basis[1, 2] + z * basis[2, 2]) / voxel
                out[i, j, k] = field[
                    math.floor(u + 0.5) % n, math.floor(v + 0.5) % n, math.floor(w + 0.5) % n
                ]


@njit(parallel=True, cache=True)
def _owners(balls, frame):
    """Return the number of the sphere that is uppermost at each pixel; -1 for none."""
    x0, y0, pixel, rows, columns, _ = frame
    owner = np.full((rows, columns), -1, dtype=np.int32)
    for row in prange(rows):
        y = y0 + pixel * row
        for column in range(columns):
            x = x0 + pixel * column
            best = -1.0e9
            for b in range(len(balls)):
                dx, dy = x - balls[b, 0], y - balls[b, 1]
                rest = balls[b, 3] ** 2 - dx * dx - dy * dy
                if rest > 0.0 and balls[b, 2] + math.sqrt(rest) > best:
                    best = balls[b, 2] + math.sqrt(rest)
                    owner[row, column] = b
    return owner


def mean_strength(sample: Sample, kilovolt: float) -> float:
    """Return the scattering per nm of the spheres of a sample with their films, 1/nm."""
    radii = sample.architecture["radius_nm"].values.astype(float)
    volume = float(np.mean(4 / 3 * np.pi * radii**3))
    density = scattering.mean_density(sample.zones, float(sample.state["spheres"]), volume)
    return scattering.attenuation(density, kilovolt, sample.values)


def strengths(sample: Sample, one: xr.Dataset, kilovolt: float) -> NDArray[np.float32]:
    """Return the scattering per nm of full matter in each voxel of the last stage, 1/nm.

    Limits: matter of several zones in one voxel is mixed; where the solid ends within the blur of the grid
    the make-up is that of its surface.
    """
    from ...assembly.voxels.composition import zone_shares

    if sample.voxels is None:
        raise InputError(f"sample '{sample.name}' has no voxel body. Fire it with --voxels.")
    shares = zone_shares(sample.voxels, sample.zones)
    per_density = {
        str(e): scattering.per_density(str(e), kilovolt, sample.values)
        for e in sample.zones["element"].values
    }
    weight = sum(sample.zones["mass_fraction"].sel(element=e).values * p for e, p in per_density.items())
    cubic_cm = float(one["voxel_nm"]) ** 3 * scattering.CM3_PER_NM3
    spheres = float(sample.state["spheres"])
    rho = shares["mass_per_voxel"].values * scattering.G_PER_MG / spheres / cubic_cm  # g/cm3 of each zone
    solid = shares["share"].values.sum(axis=0, dtype=np.float32)
    total = np.einsum("z,zijk->ijk", (rho * weight).astype(np.float32), shares["share"].values)
    average = float(total.sum(dtype=np.float64) / solid.sum(dtype=np.float64))
    out = np.divide(total, solid, out=np.full_like(total, average), where=solid > LEAST_SOLID)
    return np.ascontiguousarray(out, dtype=np.float32)


def aligned(axis: Array, rng: np.random.Generator) -> Array:
    """Return right, down and towards the gun as rows, with an axis across the picture."""
    right = axis / np.linalg.norm(axis)
    other = rng.standard_normal(3)
    down = other - (other @ right) * right
    down /= np.linalg.norm(down)
    return np.array([right, down, np.cross(down, right)])


def voxel_projection(
    sample: Sample, view: str, grid: tuple[float, int, int], layers: float, kilovolt: float, *,
    stage: str | None, rng: np.random.Generator,
) -> Projection:  # fmt: skip
    """Project a raft of spheres, or one neck, of the voxel body.

    Parameters
    ----------
    sample
        With ``voxels``.
    view
        ``assembly`` or ``neck``.
    grid
        Pixel in nm, rows, columns.
    layers
        Thickness of the raft in mean diameters: spheres whose centre lies within it are there.
    kilovolt
        Voltage.
    stage
        Stage; the last by default. Make-up with depth is known for the last, others have the mean.
    rng
        Draws the place and orientation.
    """
    if sample.voxels is None:
        raise InputError(f"sample '{sample.name}' has no voxel body. Fire it with --voxels.")
    one = body.pick(sample.voxels, stage)
    voxel = float(one["voxel_nm"])
    box = one.sizes["x"] * voxel
    pixel, rows, columns = grid
    half = np.array([columns, rows]) * pixel / 2
    diameter = 2 * float(one["radius_vox"].mean()) * voxel
    if max(half) > body.WIDEST * box / 2 * (1 + 1e-9):
        raise InputError(
            f"a field of {2 * max(half):.0f} nm would repeat the voxel box of {box:.0f} nm: take at most "
            f"{body.WIDEST * box:.0f} nm, or scale = 'particles'."
        )
    basis, middle, pair = _pose(one, view, rng)
    every, number = body.images(
        one, basis, middle, float(np.hypot(np.hypot(*half), layers * diameter)) + diameter
    )
    if pair is None:
        kept = np.abs(every[:, 2]) < layers * diameter / 2
    else:
        kept = np.zeros(len(every), dtype=bool)
        for ball in pair:
            kept[np.argmin(np.linalg.norm(every[:, :3] - ball[:3], axis=1))] = True
    shown, hidden = every[kept], every[~kept]
    if not len(shown):
        raise InputError("no sphere of the voxel run is in the field. Take another seed or more layers.")
    deep = float(np.abs(shown[:, 2]).max()) + 0.6 * diameter
    low, high = np.array([*(-half - 2 * pixel), -deep]), np.array([*(half + 2 * pixel), deep])
    field, corner, pitch = body.bake(one, shown, hidden, (basis, middle), (low, high))
    strength = np.full(field.shape, mean_strength(sample, kilovolt), dtype=np.float32)
    last = str(one["stage"].values) == str(sample.voxels["stage"].values[-1])
    if last:
        _resample(strength, strengths(sample, one, kilovolt), voxel, corner, pitch, basis, middle)
    pairs, neck = body.resolved_necks(one, shown, number[kept], basis)
    notes = (
        f"voxel engine, stage {one['stage'].values}, {one.sizes['x']} cells of {voxel:.3g} nm",
        "make-up with depth"
        if last
        else "mean make-up of the product: only the last stage has one with depth",
    )
    scene = Scene(shown, pairs, neck, measured(sample.voxels, str(one["stage"].values)), -deep, notes)
    frame = frame_of((2 * half[0], 2 * half[1]), pixel, 0, -deep)
    thickness, depth = through(field, strength, corner, pitch, frame)
    return Projection(thickness, depth, scene, frame, _owners(shown, frame))


def _pose(one: xr.Dataset, view: str, rng: np.random.Generator) -> tuple[Array, Array, Array | None]:
    """Return axes and middle of the picture, and the two spheres of the neck that is looked at."""
    voxel = float(one["voxel_nm"])
    box = one.sizes["x"] * voxel
    if view != "neck":
        return orientation(rng), rng.uniform(0, box, 3), None
    from ...assembly.voxels.measure.necks import contacts

    centres = one["position_vox"].values.astype(float)
    radii = one["radius_vox"].values.astype(float)
    field = np.ascontiguousarray(one["phi"].values, dtype=np.float32)
    table = contacts(field, centres, radii, voxel_nm=voxel)
    solid = np.flatnonzero(table["resolved"].values & (np.nan_to_num(table["neck_nm"].values) > 0))
    if not len(solid):
        raise InputError("the voxel body has no neck that is resolved. Take view = 'assembly'.")
    n = int(rng.choice(solid))
    axis = table["axis"].values[n]
    first = centres[int(table["i"].values[n])] * voxel
    basis = aligned(axis, rng)
    at = float(table["plane_nm"].values[n])
    gap = float(table["gap_nm"].values[n])
    length = voxel * (radii[int(table["i"].values[n])] + radii[int(table["j"].values[n])]) + gap
    return basis, first + at * axis, np.array([[-at, 0.0, 0.0], [length - at, 0.0, 0.0]])


def particle_projection(
    sample: Sample, grid: tuple[float, int, int], layers: float, kilovolt: float, rng: np.random.Generator
) -> Projection:
    """Project a raft of smooth spheres and necks of the particle scale; see `voxel_projection`."""
    pixel, rows, columns = grid
    scene = assembly.slab(assembly.powder(sample.architecture), (columns * pixel, rows * pixel), layers, rng)
    frame = frame_of((columns * pixel, rows * pixel), pixel, 0, scene.floor)
    way = thickness_of(scene, frame)
    depth = (way * mean_strength(sample, kilovolt)).astype(np.float32)
    return Projection(way, depth, scene, frame, _owners(scene.balls, frame))


def thickness_of(scene: Scene, frame: Frame) -> Image:
    """Return the way of each ray through smooth spheres and necks, nm."""
    necks, bounds = neck_table(scene)
    discs = np.ascontiguousarray(scene.balls[:, [0, 1, 3]])
    tiles = tiles_of(discs, bounds, frame, 0.0)
    return np.asarray(rays.chords(scene.balls, necks, discs, bounds, tiles, frame, SAMPLING))
