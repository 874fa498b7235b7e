"""Pictures of a stage, with a data bar that says what they are."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import InputError
from ..core.files import atomic_path
from .body import Body, body
from .camera import Camera, aim, steps
from .look import FINER, MODES, colours, shoot

if TYPE_CHECKING:
    import xarray as xr

SYNTHETIC = "SYNTHETIC"
SIZE = (800, 600)  # pixels across and down, with the data bar
_SMALLEST, _LARGEST = 64, 4096
_GRAIN = 0.012  # noise of the detector, of full white
_BAR = 0.066  # of the width: height of the data bar
_BARS_NM = (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
_LONGEST = 0.24  # of the width: scale bar
_INK, _PAPER = (245, 245, 245), (12, 12, 14)


def render(
    voxels: xr.Dataset,
    stage: str | None = None,
    *,
    size: tuple[int, int] = SIZE,
    camera: Camera | None = None,
    mode: str = "sem",
    title: str = "",
    bar: bool = True,
) -> NDArray[np.uint8]:
    """Draw a stage.

    Parameters
    ----------
    voxels
        Dataset ``voxels`` of a sample.
    stage
        Its name; the last one by default.
    size
        Pixels across and down, with the data bar.
    camera
        Where from, and of what part; the front of an endless assembly by default.
    mode
        ``sem`` (grey, edges bright) or ``colour`` (grey solid, melt as amber glass).
    title
        What the sample is, for the data bar.
    bar
        Whether there is a data bar: scale, "SYNTHETIC", title and stage.

    Returns
    -------
    ndarray
        Colours, shape (down, across, 3).

    Raises
    ------
    InputError
        For an unknown stage or mode, a size out of range, or a picture wider than the box allows.

    Limits
    ------
    Parallel projection. Signal by slope, sky and detector, not by scattering: brightness is no measure of
    composition or thickness. Whole spheres are kept or left out; a neck to one left out ends in a flat face.
    Details below a voxel are not there.
    """
    if mode not in MODES:
        raise InputError(f"mode '{mode}' is unknown. Allowed: {', '.join(MODES)}.")
    return draw(
        body(voxels, stage),
        size=size,
        camera=camera or Camera(),
        mode=mode,
        title=title if bar else None,
        seed=int(voxels.attrs.get("seed", 0)),
    )


def to_png(
    voxels: xr.Dataset, path: str | Path, stage: str | None = None, *, mode: str = "sem", title: str = ""
) -> Path:
    """Write the picture of a stage as PNG and return its path; see `render`."""
    from PIL import Image

    image = Image.fromarray(render(voxels, stage, mode=mode, title=title))
    with atomic_path(path) as temporary:
        image.save(temporary, "PNG", optimize=True)
    return Path(path)


def draw(
    shown: Body,
    *,
    size: tuple[int, int],
    camera: Camera,
    mode: str,
    title: str | None,
    seed: int = 0,
    coarser: float = 1.0,
) -> NDArray[np.uint8]:
    """Draw a stage that has been taken from its dataset; without data bar where `title` is None.

    `coarser` lengthens the steps at which the stage is sampled. See `render`.
    """
    width, height = size
    if not (_SMALLEST <= width <= _LARGEST and _SMALLEST <= height <= _LARGEST):
        raise InputError(f"a picture of {width} x {height}: each side from {_SMALLEST} to {_LARGEST} pixels.")
    strip = 0 if title is None else max(round(_BAR * width), 20)
    frame = aim(camera, shown, (height - strip) / width, seed=seed, pitch=steps(shown) * coarser)
    shot = shoot(frame, (width * FINER, (height - strip) * FINER))
    picture = _average(colours(shown, frame, shot, mode))
    if mode == "sem":
        noise = np.random.default_rng([seed, 11]).standard_normal(picture.shape[:2])
        picture += (_GRAIN * noise * np.sqrt(0.15 + picture[..., 0]))[..., None]
    image = np.rint(255 * np.clip(picture, 0, 1) ** (1 / 1.1)).astype(np.uint8)
    if title is None:
        return image
    nm_per_pixel = frame.width * frame.grid.pitch * shown.voxel_nm / width
    return np.concatenate([image, data_bar(width, strip, nm_per_pixel, title, shown.words)])


def _average(picture: NDArray[np.float32]) -> NDArray[np.float64]:
    rows, columns = picture.shape[0] // FINER, picture.shape[1] // FINER
    blocks = picture.reshape(rows, FINER, columns, FINER, 3)
    return np.asarray(blocks.mean(axis=(1, 3), dtype=np.float64))


def scale_length(width_nm: float) -> float:
    """Return the round length of the scale bar for a picture this wide, nm."""
    return max([b for b in _BARS_NM if b <= _LONGEST * width_nm] or [_BARS_NM[0]])


def data_bar(width: int, height: int, nm_per_pixel: float, title: str, words: str) -> NDArray[np.uint8]:
    """Return the strip below a picture: scale bar, what it is, of what."""
    from PIL import Image, ImageDraw

    sheet = Image.new("RGB", (width, height), _PAPER)
    pen = ImageDraw.Draw(sheet)
    size = max(round(0.37 * height), 9)
    length = scale_length(width * nm_per_pixel)
    across = round(length / nm_per_pixel)
    left, line = round(0.3 * height), max(round(0.09 * height), 2)
    middle = height // 2
    pen.rectangle((left, middle - line, left + across - 1, middle + line - 1), fill=_INK)
    label = f"{length:g} nm" if length < 1000 else f"{length / 1000:g} µm"
    x = left + across + round(0.25 * height)
    pen.text((x, middle), label, fill=_INK, font=font(size, True), anchor="lm")
    used = x + pen.textlength(label, font=font(size, True))
    right: float = width - round(0.3 * height)
    pen.text((right, middle), SYNTHETIC, fill=(255, 196, 60), font=font(size, True), anchor="rm")
    right -= pen.textlength(SYNTHETIC, font=font(size, True)) + round(0.4 * height)
    text = ", ".join(part for part in (title, words) if part)
    _fitted(pen, text, (used + 0.4 * height, right), middle, size)
    return np.asarray(sheet, dtype=np.uint8)


def _fitted(pen: Any, text: str, span: tuple[float, float], middle: int, size: int) -> None:
    """Write a text centred in a span, smaller or shortened where it does not fit."""
    room = span[1] - span[0]
    while size > 9 and pen.textlength(text, font=font(size)) > room:
        size -= 1
    while text and pen.textlength(text, font=font(size)) > room:
        text = text[:-2].rstrip(" ,") + "…" if len(text) > 2 else ""
    pen.text(((span[0] + span[1]) / 2, middle), text, fill=_INK, font=font(size), anchor="mm")


@cache
def font(size: int, bold: bool = False) -> Any:
    """Return the font of all pictures, size in pixels."""
    from matplotlib import get_data_path
    from PIL import ImageFont

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(f"{get_data_path()}/fonts/ttf/{name}", size)
