"""A scene from the voxel engine: the distance field itself, broken along a front between whole spheres."""

# mypy: disable-error-code="no-untyped-def"
# (compiled functions: numba infers their types from the call)

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from ....core.errors import InputError, unknown_name
from .assembly import BESIDE, Powder, front, front_at, necks_between, orientation
from .scene import Array, Scene
from .skins import measured

if TYPE_CHECKING:
    import xarray as xr


DEEP = 2.5  # diameters below the front that may be seen
WIDEST = 1.5  # boxes across: wider pictures would repeat themselves
MOST = 8_000_000  # points of the grid of a picture
FINEST = 0.5  # voxels: a finer grid shows nothing more
_NEAR = 3.5  # voxels from the surface within which the field is read by cubics
_FIRST, _GROWTH = 0.3, 0.3  # steps inside: share of the escape depth, and of the distance to the surface
_DEEP = 6.0  # escape depths below which nothing leaves
_TURN, _GRAZE = (
    0.9,
    0.1,
)  # how much nearer, in share and escape depths, a surface below is told from a rough one
_FINEST = 0.1  # of a step: rims are followed so far
_TRUST, _LEAST = 0.9, 0.1  # of a distance; smallest step, steps of the grid
_HALVINGS = 7  # of the last step
_OUT = -1.0e9  # distance outside the grid


@dataclass(frozen=True)
class Body:
    """Distance field of a picture, nm, positive in the solid.

    Attributes
    ----------
    field
        Shape (row, column, height).
    corner
        x, y, z of the first point, nm.
    pitch
        Step of the grid, nm.
    scene
        Its spheres and necks, for the truth; the skin is in the field.
    basis, middle
        Axes of the picture in the box, and the place of its middle there, nm.
    box_nm
        Edge of the box.
    """

    field: NDArray[np.float32]
    corner: Array
    pitch: float
    scene: Scene
    basis: Array
    middle: Array
    box_nm: float


@njit(cache=True, inline="always")
def _keys(t):
    """Weights of the cubic through four neighbours (Catmull and Rom)."""
    return (
        ((-0.5 * t + 1.0) * t - 0.5) * t,
        (1.5 * t - 2.5) * t * t + 1.0,
        ((-1.5 * t + 2.0) * t + 0.5) * t,
        (0.5 * t - 0.5) * t * t,
    )


@njit(cache=True)
def cubic(field, x, y, z):
    """Tricubic value of a periodic field, at a place in voxels."""
    n = field.shape[0]
    fx, fy, fz = math.floor(x), math.floor(y), math.floor(z)
    wx, wy, wz = _keys(x - fx), _keys(y - fy), _keys(z - fz)
    total = 0.0
    for a in range(4):
        i = (int(fx) + a - 1) % n
        for b in range(4):
            j = (int(fy) + b - 1) % n
            w = wx[a] * wy[b]
            for c in range(4):
                total += w * wz[c] * field[i, j, (int(fz) + c - 1) % n]
    return total


@njit(cache=True)
def _beside(balls, x, y, far, out):
    """List the spheres that an upright line comes near."""
    count = 0
    for s in range(len(balls)):
        dx, dy = x - balls[s, 0], y - balls[s, 1]
        if dx * dx + dy * dy < (balls[s, 3] + far) ** 2:
            out[count] = s
            count += 1
    return count


@njit(cache=True)
def _outside(balls, listed, count, x, y, z, far):
    """Signed distance of the spheres listed, no less than -far."""
    best = -far
    for n in range(count):
        s = listed[n]
        dx, dy, dz = x - balls[s, 0], y - balls[s, 1], z - balls[s, 2]
        square = dx * dx + dy * dy + dz * dz
        room = balls[s, 3] - best
        if room > 0.0 and square < room * room:
            best = balls[s, 3] - math.sqrt(square)
    return best


@njit(parallel=True, cache=True)
def _bake(out, field, voxel, corner, pitch, basis, middle, shown, hidden):
    """Fill a grid in the axes of the picture: the periodic field, cut half way to spheres that are hidden."""
    rows, columns, levels = out.shape
    n = field.shape[0]
    far = 16.0 * voxel
    for i in prange(rows):
        y = corner[1] + pitch * i
        one = np.empty(len(shown), dtype=np.int64)
        two = np.empty(len(hidden), dtype=np.int64)
        for j in range(columns):
            x = corner[0] + pitch * j
            ones, twos = _beside(shown, x, y, far, one), _beside(hidden, x, y, far, two)
            for k in range(levels):
                z = corner[2] + pitch * k
                a = _outside(shown, one, ones, x, y, z, far)
                b = _outside(hidden, two, twos, x, y, z, far)
                cut = 0.5 * (a - b)  # about the distance from the plane between the two
                limit = min(cut, a + 12.0 * voxel)  # no matter stands further above its sphere
                if limit < -2.0 * voxel:
                    out[i, j, k] = limit
                    continue
                u = (middle[0] + x * basis[0, 0] + y * basis[1, 0] + z * basis[2, 0]) / voxel
                v = (middle[1] + x * basis[0, 1] + y * basis[1, 1] + z * basis[2, 1]) / voxel
                w = (middle[2] + x * basis[0, 2] + y * basis[1, 2] + z * basis[2, 2]) / voxel
                value = field[math.floor(u + 0.5) % n, math.floor(v + 0.5) % n, math.floor(w + 0.5) % n]
                if abs(value) < _NEAR:
                    value = cubic(field, u, v, w)
                out[i, j, k] = min(value * voxel, limit)


@njit(cache=True, inline="always")
def _value(field, x, y, z):
    """Trilinear value; outside the grid there is nothing."""
    nx, ny, nz = field.shape
    if x < 0.0 or y < 0.0 or z < 0.0 or x >= nx - 1 or y >= ny - 1 or z >= nz - 1:
        return _OUT
    i, j, k = int(x), int(y), int(z)
    x, y, z = x - i, y - j, z - k
    a = field[i, j, k] * (1 - z) + field[i, j, k + 1] * z
    b = field[i, j + 1, k] * (1 - z) + field[i, j + 1, k + 1] * z
    c = field[i + 1, j, k] * (1 - z) + field[i + 1, j, k + 1] * z
    d = field[i + 1, j + 1, k] * (1 - z) + field[i + 1, j + 1, k + 1] * z
    return (a * (1 - y) + b * y) * (1 - x) + (c * (1 - y) + d * y) * x


@njit(cache=True, inline="always")
def _slopes(t):
    """Slopes of the weights of `_keys`."""
    return (
        (-1.5 * t + 2.0) * t - 0.5,
        (4.5 * t - 5.0) * t,
        (-4.5 * t + 4.0) * t + 0.5,
        (1.5 * t - 1.0) * t,
    )


@njit(cache=True)
def _soft(field, x, y, z):
    """Tricubic value within a grid: no facets."""
    nx, ny, nz = field.shape
    i, j, k = int(x), int(y), int(z)
    wx, wy, wz = _keys(x - i), _keys(y - j), _keys(z - k)
    k0, k3 = max(k - 1, 0), min(k + 2, nz - 1)
    k1, k2 = min(k, nz - 1), min(k + 1, nz - 1)
    total = 0.0
    for a in range(4):
        p = min(max(i + a - 1, 0), nx - 1)
        for b in range(4):
            q = min(max(j + b - 1, 0), ny - 1)
            line = field[p, q]
            f = wz[0] * line[k0] + wz[1] * line[k1] + wz[2] * line[k2] + wz[3] * line[k3]
            total += wx[a] * wy[b] * f
    return total


@njit(cache=True)
def _gradient(field, x, y, z):
    """Gradient of the tricubic value."""
    nx, ny, nz = field.shape
    i, j, k = int(x), int(y), int(z)
    wx, wy, wz = _keys(x - i), _keys(y - j), _keys(z - k)
    dx, dy, dz = _slopes(x - i), _slopes(y - j), _slopes(z - k)
    gx = gy = gz = 0.0
    for a in range(4):
        p = min(max(i + a - 1, 0), nx - 1)
        for b in range(4):
            q = min(max(j + b - 1, 0), ny - 1)
            for c in range(4):
                f = field[p, q, min(max(k + c - 1, 0), nz - 1)]
                gx += dx[a] * wy[b] * wz[c] * f
                gy += wx[a] * dy[b] * wz[c] * f
                gz += wx[a] * wy[b] * dz[c] * f
    return gx, gy, gz


@njit(parallel=True, cache=True)
def shoot(field, corner, pitch, balls, frame, law):
    """Follow one ray for each pixel through a grid; see `rays.shoot` for what it returns."""
    x0, y0, pixel, rows, columns, floor = frame
    escape, reach = law
    height = np.full((rows, columns), floor, dtype=np.float32)
    normal = np.zeros((rows, columns, 3), dtype=np.float32)
    gain = np.zeros((rows, columns), dtype=np.float32)
    owner = np.full((rows, columns), -1, dtype=np.int32)
    flat = 1.0 / (1.0 / escape + 1.0 / reach)
    for row in prange(rows):
        i = (y0 + pixel * row - corner[1]) / pitch
        for column in range(columns):
            j = (x0 + pixel * column - corner[0]) / pitch
            k = last = field.shape[2] - 1.001
            hit = False
            while k > 0.0:
                d = _value(field, i, j, k)
                if d > 0.0:
                    hit = True
                    break
                last = k
                k -= max(-d / pitch * _TRUST, _LEAST)
            if not hit:
                continue
            last += 0.5  # the spline lies a little off the trilinear surface
            k -= 0.5
            for _ in range(_HALVINGS):
                middle = 0.5 * (last + k)
                if _soft(field, i, j, middle) > 0.0:
                    k = middle
                else:
                    last = middle
            grad = _gradient(field, i, j, k)
            z = corner[2] + pitch * k
            height[row, column] = z
            size = math.sqrt(grad[0] ** 2 + grad[1] ** 2 + grad[2] ** 2)
            if size > 1e-9:
                normal[row, column, 0] = -grad[1] / size
                normal[row, column, 1] = -grad[0] / size
                normal[row, column, 2] = -grad[2] / size
            s = total = d = deepest = 0.0
            part = 1.0
            while s < 4.0 * reach:
                step = part * (_FIRST * escape + _GROWTH * d)
                at = k - (s + 0.5 * step) / pitch
                if at < 0.0:
                    break
                ahead = _soft(field, i, j, at)
                if ahead <= 0.0 and part > _FINEST:
                    part *= 0.5  # the way out is within this step
                    continue
                d = ahead
                deepest = max(deepest, d)
                # past its deepest point the ray nears a surface below: what leaves there flies away downwards
                if d <= 0.0 or d > _DEEP * escape or d < _TURN * deepest - _GRAZE * escape:
                    break
                total += step * math.exp(-d / escape - (s + 0.5 * step) / reach)
                s += step
            gain[row, column] = total / flat
            best = _OUT
            x, y = x0 + pixel * column, y0 + pixel * row
            for b in range(len(balls)):
                dx, dy, dz = x - balls[b, 0], y - balls[b, 1], z - balls[b, 2]
                room = balls[b, 3] - best
                square = dx * dx + dy * dy + dz * dz
                if room > 0.0 and square < room * room:
                    best = balls[b, 3] - math.sqrt(square)
                    owner[row, column] = b
    return height, normal, gain, owner


def pick(voxels: xr.Dataset, stage: str | None) -> xr.Dataset:
    """Return one stage of a voxel run, the last by default."""
    names = [str(name) for name in voxels["stage"].values]
    if stage is not None and stage not in names:
        raise unknown_name("stage", stage, names)
    return voxels.isel(stage=-1 if stage is None else names.index(stage))


def images(one: xr.Dataset, basis: Array, middle: Array, span: float) -> tuple[Array, NDArray[np.int64]]:
    """Return all images of the spheres of a box within a distance, in the axes of the picture, and whose."""
    voxel = float(one["voxel_nm"])
    box = one.sizes["x"] * voxel
    centres = one["position_vox"].values.astype(float) * voxel % box
    radii = one["radius_vox"].values.astype(float) * voxel
    steps = int(np.ceil(span / box + 1))
    image = np.stack(np.meshgrid(*3 * [np.arange(-steps, steps + 1)], indexing="ij"), -1).reshape(-1, 3)
    places = (centres[None] + image[:, None] * box - middle).reshape(-1, 3) @ basis.T
    number = np.tile(np.arange(len(radii)), len(image))
    near = np.linalg.norm(places, axis=1) < span + 2 * radii[number]
    return np.concatenate([places, radii[number][:, None]], axis=1)[near], number[near]


def bake(
    one: xr.Dataset, shown: Array, hidden: Array, pose: tuple[Array, Array], spans: tuple[Array, Array]
) -> tuple[NDArray[np.float32], Array, float]:
    """Sample a stage on a grid in the axes of a picture.

    Parameters
    ----------
    one
        Stage of a voxel run.
    shown, hidden
        Spheres that stay and that go: x, y, z, radius in the axes of the picture.
    pose
        Axes of the picture as rows, and the place of its middle in the box, nm.
    spans
        Lowest and highest x, y, z.

    Returns
    -------
    tuple
        Field (row, column, height), first point, step in nm.
    """
    voxel = float(one["voxel_nm"])
    low, high = spans
    size = high - low
    pitch = max(FINEST * voxel, float((np.prod(size) / MOST) ** (1 / 3)))
    points = np.ceil(size / pitch).astype(int) + 2
    out = np.empty((points[1], points[0], points[2]), dtype=np.float32)
    edge = 0.6 * float(shown[:, 3].mean())

    def inside(balls: Array) -> Array:
        reach = balls[:, 3:] + edge
        near = ((balls[:, :3] > low - reach) & (balls[:, :3] < high + reach)).all(axis=1)
        return np.ascontiguousarray(balls[near])

    field = np.ascontiguousarray(one["phi"].values, dtype=np.float32)
    _bake(out, field, voxel, low, pitch, pose[0], pose[1], inside(shown), inside(hidden))
    return out, low, pitch


def body(
    voxels: xr.Dataset, stage: str | None, field_nm: tuple[float, float], rng: np.random.Generator
) -> Body:
    """Cut the front of an endless assembly out of a voxel run.

    Parameters
    ----------
    voxels
        Dataset of the voxel engine.
    stage
        Its name; the last by default.
    field_nm
        Across and down.
    rng
        Draws orientation, place and front.

    Raises
    ------
    InputError
        For an unknown stage, or a field wider than the box allows.

    Limits
    ------
    Details below a voxel are not there. Broken necks end in flat faces.
    """
    one = pick(voxels, stage)
    voxel = float(one["voxel_nm"])
    box = one.sizes["x"] * voxel
    if max(field_nm) > WIDEST * box * (1 + 1e-9):
        raise InputError(
            f"a field of {max(field_nm):.0f} nm would repeat the voxel box of {box:.0f} nm: take at most "
            f"{WIDEST * box:.0f} nm, or scale = 'particles'."
        )
    basis, middle = orientation(rng), rng.uniform(0, box, 3)
    diameter = 2 * float(one["radius_vox"].mean()) * voxel
    waves = front(rng, diameter)
    half = np.array([side / 2 + BESIDE / 2 * diameter for side in field_nm])
    high = float(np.abs(waves[2]).sum())
    deep = DEEP * diameter
    every, number = images(one, basis, middle, float(np.hypot(np.hypot(*half), high + deep)))
    top = front_at(waves, every[:, :2])
    above, below = every[:, 2] >= top, every[:, 2] <= top - deep
    near = (np.abs(every[:, :2]) < half + diameter).all(axis=1)
    shown, hidden = every[~above & ~below & near], every[above & near]
    if not len(shown):
        raise InputError("no sphere of the voxel run is in the field. Take a wider field or another seed.")
    inner = (np.abs(shown[:, :2]) < half + 0.5 * diameter).all(axis=1)
    z = shown[inner, 2] if inner.any() else shown[:, 2]
    low = np.array([-half[0], -half[1], float(z.min())])
    upper = np.array([half[0], half[1], float(z.max()) + 0.62 * diameter])
    grid, corner, pitch = bake(one, shown, hidden, (basis, middle), (low, upper))
    pairs, neck = resolved_necks(one, shown, number[~above & ~below & near], basis)
    name = str(one["stage"].values)
    notes = (
        f"voxel engine, stage {name}, {one.sizes['x']} cells of {voxel:.3g} nm: nothing smaller is there",
    )
    return Body(
        grid,
        corner,
        pitch,
        Scene(shown, pairs, neck, measured(voxels, name), float(low[2]), notes=notes),
        basis,
        middle,
        box,
    )


def resolved_necks(
    one: xr.Dataset, places: Array, number: NDArray[np.int64], basis: Array
) -> tuple[NDArray[np.int64], Array]:
    """Return the necks between the spheres shown, with the radii measured on the grid."""
    from ....assembly.voxels.measure.necks import contacts

    voxel = float(one["voxel_nm"])
    box = one.sizes["x"] * voxel
    centres = one["position_vox"].values.astype(float)
    table = contacts(
        np.ascontiguousarray(one["phi"].values, dtype=np.float32),
        centres,
        one["radius_vox"].values.astype(float),
        voxel_nm=voxel,
    )
    solid = table["resolved"].values & np.isfinite(table["neck_nm"].values)
    pairs = np.stack([table["i"].values, table["j"].values], axis=1)[solid].astype(np.int64)
    neck = table["neck_nm"].values[solid]
    powder = Powder(centres * voxel % box, one["radius_vox"].values * voxel, pairs, neck, box)
    return necks_between(powder, places[:, :3], number, basis)
