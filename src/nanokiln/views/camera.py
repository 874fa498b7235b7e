"""Where a picture is taken from, and of what part."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..core.errors import InputError
from .body import Array, Body, Field
from .cut import cluster, images, terrain
from .grid import Grid, build

#: Lattice vectors shorter than 1.75 boxes across the view are 0.2 boxes or more apart in depth along this
#: direction: what is in front does not repeat within a picture.
DIRECTION = (0.2175, 0.4361, 0.8732)
WIDEST = 1.6  # boxes across a picture of the endless assembly
_DEFAULT = 1.5
_SHAPES = ("assembly", "clump")
_ROOM = 1.06  # of the clump around its spheres
_POLE = 0.8  # a view closer to the third axis than this has the second one upwards
_BESIDE = 1.1  # radii beside the picture that still take light away
_FINEST, _FINE_CELLS = 0.5, 128  # step of the grid in voxels: one for this many cells, less for fewer


@dataclass(frozen=True)
class Camera:
    """View of a stage.

    Attributes
    ----------
    direction
        Towards the viewer, in the axes of the box, any length.
    width_nm
        Width of the picture; 1.5 boxes by default, or what the clump needs.
    shape
        ``assembly``: the front of an endless broken assembly; ``clump``: each sphere of the box once.
    turn_deg
        Turn about the upright axis of the picture.
    """

    direction: tuple[float, float, float] = DIRECTION
    width_nm: float | None = None
    shape: str = "assembly"
    turn_deg: float = 0.0

    def __post_init__(self) -> None:
        """Check what was given."""
        if self.shape not in _SHAPES:
            raise InputError(f"camera shape '{self.shape}' is unknown. Allowed: {', '.join(_SHAPES)}.")
        if not float(np.linalg.norm(self.direction)) > 0:
            raise InputError(f"camera direction {self.direction}: give three numbers, not all zero.")
        if self.width_nm is not None and not self.width_nm > 0:
            raise InputError(f"camera width {self.width_nm} nm: give a number above zero.")

    @property
    def basis(self) -> Array:
        """Right, up and towards the viewer as rows."""
        back = np.asarray(self.direction, dtype=np.float64)
        back = back / np.linalg.norm(back)
        pole = np.eye(3)[1 if abs(back[2]) > _POLE else 2]
        right = np.cross(pole, back)
        right /= np.linalg.norm(right)
        up = np.cross(back, right)
        angle = np.radians(self.turn_deg)
        turned = np.cos(angle) * right - np.sin(angle) * back
        return np.array([turned, up, np.cross(turned, up)])


@dataclass(frozen=True)
class Frame:
    """A camera set up before a stage.

    Attributes
    ----------
    grid
        What is shown.
    first
        Row and column of the grid at the upper left corner of the picture.
    width
        Width of the picture in steps of the grid.
    surface
        Depth of the mean front in steps of the grid: what is deeper gives less signal.
    radius
        Mean radius of the spheres in steps of the grid.
    """

    grid: Grid
    first: tuple[float, float]
    width: float
    surface: float
    radius: float


def aim(
    camera: Camera,
    body: Body,
    shape: float,
    *,
    seed: int = 0,
    pitch: float | None = None,
    field: Field | None = None,
) -> Frame:
    """Set up a camera before a stage.

    Parameters
    ----------
    camera, body
        Who looks at what.
    shape
        Height of the picture over its width.
    seed
        Of the front of an endless assembly.
    pitch
        Step of the grid, voxels; one by default, less for coarse runs, whose facets would show.
    field
        What is shown: solid and melt together, if not another distance field of the same box.

    Raises
    ------
    InputError
        If an endless assembly is asked for wider than it can be shown without repeating itself.
    """
    pitch = steps(body) if pitch is None else pitch
    basis = camera.basis
    radius = float(body.radii.mean()) if body.radii.size else body.cells / 4
    every = images(body)
    if camera.shape == "clump":
        kept = cluster(body)
        middle, width = _clump(every[kept], replace(camera, turn_deg=0.0).basis, shape, body.cells)
        if camera.width_nm is not None:
            width = camera.width_nm / body.voxel_nm
        front = 0.0
    else:
        width = _width(camera, body)
        middle = np.full(3, body.cells / 2)
        half = (width / 2 + _BESIDE * radius, shape * width / 2 + _BESIDE * radius)
        kept = terrain(every[:, :3], radius, middle, basis, half, seed)
        front = radius
    balls = (every[kept], every[~kept])
    shown = body.union if field is None else field
    return _frame(shown, balls, (middle, basis), (width, shape * width, front, pitch), radius)


def steps(body: Body) -> float:
    """Return the step in voxels at which a stage is sampled for a picture."""
    return min(max(body.cells / _FINE_CELLS, _FINEST), 1.0)


def _clump(shown: Array, basis: Array, shape: float, cells: int) -> tuple[Array, float]:
    """Return middle and width of a view that holds a clump while it turns about the upright axis."""
    if not len(shown):
        return np.full(3, cells / 2), float(cells)
    places, radii = shown[:, :3] @ basis.T, shown[:, 3:]
    middle = ((places - radii).min(axis=0) + (places + radii).max(axis=0)) / 2
    off = np.abs(places - middle)
    across = float((np.hypot(off[:, 0], off[:, 2]) + radii[:, 0]).max())
    upright = float((off[:, 1] + radii[:, 0]).max())
    return basis.T @ middle, 2 * _ROOM * max(across, upright / shape)


def _width(camera: Camera, body: Body) -> float:
    width = _DEFAULT * body.cells if camera.width_nm is None else camera.width_nm / body.voxel_nm
    if width > WIDEST * body.cells * 1.0001:
        raise InputError(
            f"a picture {width * body.voxel_nm:.0f} nm wide would repeat a box of {body.box_nm:.0f} nm: "
            f"take at most {WIDEST * body.box_nm:.0f} nm, or the shape 'clump'."
        )
    return width


def _frame(
    field: Field,
    images: tuple[Array, Array],
    pose: tuple[Array, Array],
    view: tuple[float, ...],
    radius: float,
) -> Frame:
    """Build the grid for a view: width, height, depth of the front below the middle, and step in voxels."""
    (shown, hidden), (middle, basis), (width, height, front, pitch) = images, pose, view
    axes = np.array([-basis[1], basis[0], -basis[2]])
    edge = 0.5 * radius + (float(shown[:, 3].max()) if len(shown) else radius)
    deep = (shown[:, :3] - middle) @ axes[2] if len(shown) else np.zeros(1)
    near, far = float(deep.min()) - edge, float(deep.max()) + edge
    beside = _BESIDE * radius
    corner = middle + axes.T @ np.array([-height / 2 - beside, -width / 2 - beside, near])
    spans = np.array([height + 2 * beside, width + 2 * beside, far - near])

    def touching(balls: Array) -> Array:
        across = (balls[:, :3] - corner) @ axes.T
        return balls[((across > -edge) & (across < spans + edge)).all(axis=1)]

    points = [int(np.ceil(span / pitch)) + 2 for span in spans]
    shape = (points[0], points[1], points[2])
    grid = build(field, (touching(shown), touching(hidden)), corner, axes, shape, pitch)
    return Frame(
        grid, (beside / pitch, beside / pitch), width / pitch, (front - near) / pitch, radius / pitch
    )
