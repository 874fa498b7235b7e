"""What stands before the beam: spheres and necks in the axes of the picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ....core.errors import InputError
from .fillets import fillet
from .skins import Skin

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

TILE = 16  # pixels along an edge of a tile: a list of what its rays can meet
SPARE = 2.0  # nm around discs, beyond the skin


@dataclass(frozen=True)
class Scene:
    """Spheres and necks; x to the right, y down, z towards the gun, nm; the middle of the picture is at 0, 0.

    Attributes
    ----------
    balls
        x, y, z, radius, shape (sphere, 4).
    pairs
        Numbers of the two spheres of each neck, shape (neck, 2).
    neck_nm
        Radius of each neck.
    skin
        Roughness.
    floor_nm
        Height below which nothing is seen.
    notes
        What a reader must know about the scene.
    """

    balls: Array
    pairs: Whole = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64))
    neck_nm: Array = field(default_factory=lambda: np.zeros(0))
    skin: Skin = field(default_factory=Skin)
    floor_nm: float | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check what was given."""
        if self.balls.ndim != 2 or self.balls.shape[1] != 4 or not len(self.balls):
            raise InputError(f"spheres of shape {self.balls.shape}: give rows of x, y, z and radius.")
        if not (np.isfinite(self.balls).all() and (self.balls[:, 3] > 0).all()):
            raise InputError("a sphere has no finite place or no radius above zero.")

    @property
    def floor(self) -> float:
        """Height below which nothing is seen, nm."""
        lowest = float((self.balls[:, 2] - self.balls[:, 3]).min())
        return lowest - SPARE if self.floor_nm is None else self.floor_nm

    @property
    def radius(self) -> float:
        """Mean radius, nm."""
        return float(self.balls[:, 3].mean())


class Frame(NamedTuple):
    """Pixels: x and y of the first, edge in nm, rows, columns, and the height of the floor."""

    x0: float
    y0: float
    pixel: float
    rows: int
    columns: int
    floor: float


class Tiles(NamedTuple):
    """Lists of spheres and necks for each tile, see `rays.shoot`."""

    starts: Whole
    order: Whole
    neck_starts: Whole
    neck_order: Whole
    wide: int
    tile: int


def frame_of(field_nm: tuple[float, float], pixel: float, pad: int, floor: float) -> Frame:
    """Return the pixels of a picture of a field (across, down) with `pad` more on each side."""
    columns, rows = (round(side / pixel) + 2 * pad for side in field_nm)
    return Frame(-(columns - 1) / 2 * pixel, -(rows - 1) / 2 * pixel, pixel, rows, columns, floor)


def neck_table(scene: Scene) -> tuple[Array, Array]:
    """Return the necks for `rays.shoot` and the discs they cover in the picture.

    Returns
    -------
    tuple
        Rows of place, axis, length, fillet (place along the axis, height, radius), radius of a
        ball around the neck; rows of x, y, radius.
    """
    rows, bounds = [], []
    for (i, j), neck in zip(scene.pairs, scene.neck_nm, strict=True):
        a, b = scene.balls[i], scene.balls[j]
        axis = b[:3] - a[:3]
        length = float(np.linalg.norm(axis))
        found = fillet(a[3], b[3], length, float(neck)) if neck > 0 and length > 0 else None
        if found is None:
            continue
        at, high, hollow = found
        axis = axis / length
        # the neck lies between the circles where the fillet touches the spheres
        ends = [(at * r / (r + hollow), high * r / (r + hollow)) for r in (a[3],)]
        ends += [(length - (length - at) * b[3] / (b[3] + hollow), high * b[3] / (b[3] + hollow))]
        reach = max(float(np.hypot(u - at, v)) for u, v in ends)
        middle = a[:3] + at * axis
        rows.append([*a[:3], *axis, length, at, high, hollow, reach])
        bounds.append([middle[0], middle[1], reach])
    if not rows:
        return np.zeros((0, 11)), np.zeros((0, 3))
    return np.array(rows), np.array(bounds)


def _lists(discs: Array, frame: Frame, pad: float) -> tuple[Whole, Whole]:
    """Return which discs touch which tile, as starts and order."""
    wide, tall = -(-frame.columns // TILE), -(-frame.rows // TILE)
    edge = TILE * frame.pixel
    low = np.floor((discs[:, :2] - discs[:, 2:] - pad - [frame.x0, frame.y0]) / edge).astype(int)
    high = np.floor((discs[:, :2] + discs[:, 2:] + pad - [frame.x0, frame.y0]) / edge).astype(int)
    low, high = np.maximum(low, 0), np.minimum(high, [wide - 1, tall - 1])
    tiles, items = [], []
    for n in range(len(discs)):
        if (low[n] > high[n]).any():
            continue
        across, down = np.arange(low[n, 0], high[n, 0] + 1), np.arange(low[n, 1], high[n, 1] + 1)
        found = (down[:, None] * wide + across).ravel()
        tiles.append(found)
        items.append(np.full(len(found), n))
    if not tiles:
        return np.zeros(wide * tall + 1, dtype=np.int64), np.zeros(0, dtype=np.int64)
    where, what = np.concatenate(tiles), np.concatenate(items)
    order = np.argsort(where, kind="stable")
    starts = np.searchsorted(where[order], np.arange(wide * tall + 1))
    return starts.astype(np.int64), what[order].astype(np.int64)


def tiles_of(discs: Array, bounds: Array, frame: Frame, bump: float) -> Tiles:
    """Sort spheres and necks into the tiles of a picture; `bump` is the height of the skin, nm."""
    starts, order = _lists(discs, frame, bump + SPARE)
    neck_starts, neck_order = _lists(bounds, frame, bump + SPARE)
    return Tiles(starts, order, neck_starts, neck_order, -(-frame.columns // TILE), TILE)
