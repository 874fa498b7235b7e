"""A scene from the particle scale: the front of an endless broken assembly of thousands of spheres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ....core.errors import InputError
from .scene import Array, Scene, Whole
from .skins import Skin

if TYPE_CHECKING:
    import xarray as xr

WAVES = 7  # of the broken front
SHORTEST, LONGEST = 5.0, 16.0  # diameters: wavelengths of the front
RELIEF = 0.45  # diameters: standard deviation of the front
LAYERS = 4.0  # diameters below the front that may be seen
BESIDE = 1.5  # diameters beside the picture that still shade it


@dataclass(frozen=True)
class Powder:
    """Spheres in a periodic box with their necks.

    Attributes
    ----------
    centres, radii
        nm, shapes (sphere, 3) and (sphere,).
    pairs, neck_nm
        Bonded pairs and the radii of their necks.
    box_nm
        Edge of the box.
    """

    centres: Array
    radii: Array
    pairs: Whole
    neck_nm: Array
    box_nm: float


def powder(architecture: xr.Dataset) -> Powder:
    """Return spheres and necks of the particle scale (`Sample.architecture`)."""
    bonded = architecture["bonded"].values.astype(bool)
    i, j = (architecture[f"contact_{c}"].values[bonded] for c in "ij")
    radii = architecture["radius_nm"].values.astype(float)
    if "neck_radius_nm" in architecture:
        neck = architecture["neck_radius_nm"].values[bonded]
    else:
        neck = architecture["neck_ratio"].values[bonded] * 2 / (1 / radii[i] + 1 / radii[j])
    pairs = np.stack([i, j], axis=1).astype(np.int64)
    return Powder(
        architecture["position_nm"].values.astype(float),
        radii,
        pairs,
        np.asarray(neck, dtype=float),
        float(architecture.attrs["box_nm"]),
    )


def orientation(rng: np.random.Generator) -> Array:
    """Return right, down and towards the gun as rows, in a random orientation."""
    q = rng.standard_normal(4)
    w, x, y, z = q / np.linalg.norm(q)
    right_up_gun = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    return np.asarray(right_up_gun * np.array([[1.0], [-1.0], [1.0]]))


def front(rng: np.random.Generator, diameter: float) -> tuple[Array, Array, Array]:
    """Return wave vectors, phases and amplitudes of a random broken front, nm."""
    length = diameter * np.exp(rng.uniform(np.log(SHORTEST), np.log(LONGEST), WAVES))
    angle, phase = rng.uniform(0, 2 * np.pi, WAVES), rng.uniform(0, 2 * np.pi, WAVES)
    k = 2 * np.pi / length[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    height = length / np.sqrt((length**2).mean()) * RELIEF * diameter * np.sqrt(2 / WAVES)
    return k, phase, height


def front_at(waves: tuple[Array, Array, Array], xy: Array) -> Array:
    """Return the height of a front at places, shape (place, 2)."""
    k, phase, height = waves
    return np.asarray(np.cos(xy @ k.T + phase) @ height)


def scene(one: Powder, field_nm: tuple[float, float], skin: Skin, rng: np.random.Generator) -> Scene:
    """Cut the front of an endless assembly for a picture.

    Parameters
    ----------
    one
        Spheres of the periodic box; it is repeated where the field is wider.
    field_nm
        Across and down.
    skin
        Roughness to be put on spheres and necks.
    rng
        Draws orientation, place and front.

    Limits
    ------
    The powder is broken along a rolling front between whole spheres; a neck to a sphere that was taken away
    leaves no scar. Fields wider than the box show some spheres more than once, at other places and depths.
    """
    diameter = 2 * float(one.radii.mean())
    basis, middle = orientation(rng), rng.uniform(0, one.box_nm, 3)
    waves = front(rng, diameter)
    high = float(np.abs(waves[2]).sum())
    half = np.array([side / 2 + BESIDE * diameter for side in field_nm])
    places, number = tiled(one, basis, middle, (half[0], half[1], high + LAYERS * diameter))
    top = front_at(waves, places[:, :2])
    kept = (places[:, 2] < top) & (places[:, 2] > top - LAYERS * diameter)
    places, number = places[kept], number[kept]
    return _scene(one, (places, number, basis), max(field_nm), skin)


def slab(one: Powder, field_nm: tuple[float, float], layers: float, rng: np.random.Generator) -> Scene:
    """Cut a raft of whole smooth spheres: those whose centre lies within a slab.

    Parameters
    ----------
    one
        Spheres of the periodic box.
    field_nm
        Across and down.
    layers
        Thickness of the slab, mean diameters.
    rng
        Draws orientation and place.
    """
    diameter = 2 * float(one.radii.mean())
    basis, middle = orientation(rng), rng.uniform(0, one.box_nm, 3)
    half = [side / 2 + diameter for side in field_nm]
    places, number = tiled(one, basis, middle, (half[0], half[1], layers * diameter / 2))
    return _scene(one, (places, number, basis), max(field_nm), Skin(source="smooth"))


def tiled(one: Powder, basis: Array, middle: Array, half: tuple[float, float, float]) -> tuple[Array, Whole]:
    """Return the spheres of the endless assembly in a block about its middle, in the axes of the picture.

    Parameters
    ----------
    one
        Spheres of the periodic box.
    basis, middle
        Axes of the picture as rows; its middle in the box.
    half
        Half the edges of the block, nm.

    Returns
    -------
    tuple
        Centres, shape (image, 3), and which sphere each is.
    """
    steps = int(np.ceil(np.linalg.norm(half) / one.box_nm + 0.5))
    image = np.stack(np.meshgrid(*3 * [np.arange(-steps, steps + 1)], indexing="ij"), -1).reshape(-1, 3)
    seen = ((image + 0.5) * one.box_nm - middle) @ basis.T
    room = one.box_nm * np.sqrt(3) / 2  # from the middle of a box to its corner
    image = image[(np.abs(seen) < np.array(half) + room).all(axis=1)]
    places = ((one.centres[None] + image[:, None] * one.box_nm - middle) @ basis.T).reshape(-1, 3)
    number = np.tile(np.arange(len(one.radii)), len(image))
    near = (np.abs(places) < half).all(axis=1)
    return places[near], number[near]


def _scene(one: Powder, cut: tuple[Array, Whole, Array], widest: float, skin: Skin) -> Scene:
    """Return the scene of the spheres that were cut out: places, numbers, axes."""
    places, number, basis = cut
    if not len(places):
        raise InputError("no sphere is in the field. Take a wider field or another seed.")
    pairs, neck = necks_between(one, places, number, basis)
    notes = [
        f"particle scale, {len(one.radii)} spheres in a box of {one.box_nm:.0f} nm; skins: {skin.source}"
    ]
    if widest > one.box_nm:
        notes.append(
            f"the field is wider than the box of {one.box_nm:.0f} nm: some spheres are shown more than once"
        )
    balls = np.concatenate([places, one.radii[number][:, None]], axis=1)
    floor = float(places[:, 2].min() - 2 * one.radii.mean())
    return Scene(balls, pairs, neck, skin, floor, tuple(notes))


def necks_between(one: Powder, places: Array, number: Whole, basis: Array) -> tuple[Whole, Array]:
    """Return the necks between spheres that are shown, with their radii."""
    from scipy.spatial import cKDTree

    if not len(places) or not len(one.pairs):
        return np.zeros((0, 2), dtype=np.int64), np.zeros(0)
    apart = one.centres[one.pairs[:, 1]] - one.centres[one.pairs[:, 0]]
    apart = (apart - one.box_nm * np.round(apart / one.box_nm)) @ basis.T
    tree = cKDTree(places)
    by_number: dict[int, list[int]] = {}
    for place, n in enumerate(number):
        by_number.setdefault(int(n), []).append(place)
    firsts, goals, which = [], [], []
    for c, (i, _) in enumerate(one.pairs):
        for place in by_number.get(int(i), ()):
            firsts.append(place)
            goals.append(places[place] + apart[c])
            which.append(c)
    if not firsts:
        return np.zeros((0, 2), dtype=np.int64), np.zeros(0)
    off, other = tree.query(np.array(goals), distance_upper_bound=1e-3 * one.box_nm)
    found = np.isfinite(off)
    pairs = np.stack([np.array(firsts)[found], other[found]], axis=1).astype(np.int64)
    return pairs, one.neck_nm[np.array(which)[found]]
