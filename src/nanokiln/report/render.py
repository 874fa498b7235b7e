"""A small software renderer: spheres and their necks as a shaded picture with a z-buffer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .necks import Necks, neck_points, necks_of

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]

PIXELS = 460  # side of the picture
_FINER = 2  # drawn this much finer and averaged: smooth edges
_LIGHT = np.array([-0.45, 0.5, 0.74])  # from the upper left, towards the viewer
_AMBIENT = 0.36  # light that comes from everywhere
_FADE = 2.2  # sphere diameters after which depth has taken 63 % of the light
_SHADE = 0.55  # how much crevices darken
_BLUR = 0.35  # sphere radii over which crevices are looked for
_SPHERE = np.array([0.72, 0.82, 0.90])
_NECK = np.array([0.98, 0.60, 0.26])
_BACKGROUND = np.array([0.09, 0.10, 0.12])
_LAYERS = 2  # boxes in depth; deeper spheres are never seen


@dataclass(frozen=True)
class Scene:
    """Spheres of one periodic box, and the necks between them."""

    position: Array
    radius: Array
    box: float
    necks: Necks

    @property
    def diameter(self) -> float:
        """Mean diameter in nm."""
        return float(2 * self.radius.mean())


def scene_of(architecture: xr.Dataset, before: bool = False) -> Scene | None:
    """Return what an architecture shows, None if it holds no spheres (or none before the furnace).

    Parameters
    ----------
    architecture
        Dataset of a sample.
    before
        The powder before the furnace, from ``position_before_nm``, ``radius_before_nm`` and the attribute
        ``box_before_nm`` where the dataset has them.
    """
    end = "_before_nm" if before else "_nm"
    names = (f"position{end}", f"radius{end}")
    if any(n not in architecture for n in names) or f"box{end}" not in architecture.attrs:
        return None
    position, radius = (np.asarray(architecture[n].values, dtype=float) for n in names)
    if not radius.size:
        return None
    box = float(architecture.attrs[f"box{end}"])
    necks = Necks.none() if before else necks_of(architecture, position, radius, box)
    return Scene(position, radius, box, necks)


@dataclass
class _Canvas:
    """Depth, normal and kind of what is seen in each pixel."""

    depth: Array
    normal: Array
    is_neck: NDArray[np.bool_]
    scale: float

    @classmethod
    def empty(cls, side: int, frame_nm: float) -> _Canvas:
        return cls(
            np.full((side, side), -np.inf),
            np.zeros((side, side, 3)),
            np.zeros((side, side), bool),
            side / frame_nm,
        )

    @property
    def side(self) -> int:
        return self.depth.shape[0]

    def sphere(self, centre: Array, radius: float) -> None:
        """Draw one sphere; `centre` and `radius` in pixels, z towards the viewer."""
        x, y, z = centre
        left, right = max(0, int(x - radius)), min(self.side, int(x + radius) + 2)
        low, high = max(0, int(y - radius)), min(self.side, int(y + radius) + 2)
        if left >= right or low >= high:
            return
        dx = np.arange(left, right) - x
        dy = (np.arange(low, high) - y)[:, None]
        height = radius**2 - dx**2 - dy**2
        part = np.s_[low:high, left:right]
        top = z + np.sqrt(np.maximum(height, 0))
        wins = (height > 0) & (top > self.depth[part])
        if not wins.any():
            return
        rows, columns = np.nonzero(wins)
        self.depth[part][wins] = top[wins]
        self.normal[part][wins] = np.stack([dx[columns], dy[rows, 0], top[wins] - z], axis=1) / radius

    def points(self, place: Array, normal: Array) -> None:
        """Draw surface points; `place` in pixels."""
        columns, rows = np.rint(place[:, 0]).astype(int), np.rint(place[:, 1]).astype(int)
        inside = (columns >= 0) & (columns < self.side) & (rows >= 0) & (rows < self.side)
        columns, rows, z, normal = columns[inside], rows[inside], place[inside, 2], normal[inside]
        seen = z > self.depth[rows, columns]
        order = np.flatnonzero(seen)[np.argsort(z[seen], kind="stable")]
        columns, rows = columns[order], rows[order]  # the nearest comes last and stays
        self.depth[rows, columns] = z[order]
        self.normal[rows, columns] = normal[order]
        self.is_neck[rows, columns] = True


def render(scene: Scene, frame_nm: float, pixels: int = PIXELS) -> NDArray[np.uint8]:
    """Draw a scene as seen from above a plane cut through the packing.

    Parameters
    ----------
    scene
        Spheres and necks.
    frame_nm
        Side of the square that is seen, nm; at most the box.
    pixels
        Side of the picture.

    Returns
    -------
    ndarray
        Colours, shape (pixels, pixels, 3).

    Limits: parallel projection, one light, necks as circular fillets. Films and bumps of a few nanometres are
    thinner than a pixel and are not drawn. The cut keeps whole spheres.
    """
    canvas = _Canvas.empty(pixels * _FINER, frame_nm)
    centres, radii = _images(scene, frame_nm)
    for index in np.argsort(-centres[:, 2]):  # from the front: most of what is behind is then skipped
        canvas.sphere(centres[index] * canvas.scale, float(radii[index] * canvas.scale))
    _draw_necks(canvas, scene, frame_nm)
    return _average(_shade(canvas, scene.diameter * canvas.scale))


def _images(scene: Scene, frame_nm: float) -> tuple[Array, Array]:
    """Return the spheres and periodic images that touch the frame, to a depth of some layers."""
    reach = float(scene.radius.max())
    shifts = [
        np.array([i, j, k]) * scene.box
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
        for k in range(0, -_LAYERS, -1)
    ]
    places = np.concatenate([np.mod(scene.position, scene.box) + shift for shift in shifts])
    radii = np.tile(scene.radius, len(shifts))
    inside = ((places[:, :2] > -reach) & (places[:, :2] < frame_nm + reach)).all(axis=1)
    return places[inside], radii[inside]


def _draw_necks(canvas: _Canvas, scene: Scene, frame_nm: float) -> None:
    necks = scene.necks
    for i in (-1, 0, 1):
        for j in (-1, 0, 1):
            for k in range(0, -_LAYERS, -1):
                shifted = necks.moved(np.array([i, j, k]) * scene.box).inside(frame_nm, scene.box)
                shown = shifted.chosen(_may_be_seen(canvas, shifted))
                for index in range(shown.count):
                    canvas.points(*neck_points(shown, index, canvas.scale))


def _may_be_seen(canvas: _Canvas, necks: Necks) -> NDArray[np.bool_]:
    """Leave out necks that lie deep behind what is drawn already."""
    place = necks.middle * canvas.scale
    spread = necks.radius * canvas.scale
    seen = np.zeros(necks.count, bool)
    for across, up in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)):
        columns = np.clip(np.rint(place[:, 0] + across * spread).astype(int), 0, canvas.side - 1)
        rows = np.clip(np.rint(place[:, 1] + up * spread).astype(int), 0, canvas.side - 1)
        seen |= canvas.depth[rows, columns] < place[:, 2] + spread
    return seen


def _shade(canvas: _Canvas, diameter: float) -> Array:
    """Return colours, 0 to 1: light, depth and darkened crevices."""
    from scipy.ndimage import gaussian_filter

    hit = np.isfinite(canvas.depth)
    top = float(canvas.depth[hit].max()) if hit.any() else 0.0
    depth = np.where(hit, canvas.depth, top - 4 * diameter)
    around = gaussian_filter(depth, _BLUR * diameter / 2)
    crevice = np.clip((around - depth) / (0.5 * diameter), 0, 1)
    light = np.clip(canvas.normal @ (_LIGHT / np.linalg.norm(_LIGHT)), 0, 1)
    strength = (_AMBIENT + (1 - _AMBIENT) * light) * (1 - _SHADE * crevice)
    strength *= np.exp(-np.maximum(top - depth - diameter / 2, 0) / (_FADE * diameter))
    colour = np.where(canvas.is_neck[..., None], _NECK, _SPHERE) * strength[..., None]
    return np.where(hit[..., None], colour, _BACKGROUND)


def _average(colours: Array) -> NDArray[np.uint8]:
    """Average blocks of fine pixels; the y axis points upwards."""
    side = colours.shape[0] // _FINER
    coarse = colours.reshape(side, _FINER, side, _FINER, 3).mean(axis=(1, 3))
    return np.rint(255 * np.clip(coarse[::-1], 0, 1)).astype(np.uint8)
