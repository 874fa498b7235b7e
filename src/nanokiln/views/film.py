"""A film: a clump of the powder turns while it goes through the furnace."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import InputError
from ..core.files import atomic_path
from .body import bodies
from .camera import Camera
from .render import draw

if TYPE_CHECKING:
    import xarray as xr

ENDINGS = (".webp", ".mp4")
LARGEST = 4_000_000  # bytes of a WebP film
_SIZE = (560, 450)
_FRAMES, _FEWEST = 60, 5  # in all, and of a stage
_TURN = 150.0  # degrees during the whole film
_SECOND = 1000  # milliseconds
_FPS = 8
_PAUSE = 3  # frames the last picture stays
_DIRECTION = (0.86, 0.42, 0.30)
_QUALITIES = (72, 60, 45, 30, 18)
_WIDTH = 2.05  # boxes: the same clump must fit however it is turned
_COARSE = 1.4  # times the grid of a picture: there are fewer pixels


def frames(
    voxels: xr.Dataset, *, per_stage: int | None = None, mode: str = "colour", title: str = "",
    size: tuple[int, int] = _SIZE,
) -> Iterator[NDArray[np.uint8]]:  # fmt: skip
    """Yield the pictures of a film, each of shape (down, across, 3).

    Parameters
    ----------
    voxels
        Dataset ``voxels`` of a sample.
    per_stage
        Pictures of each stage; about 60 in all, five or more of each, by default.
    mode, title, size
        See `render`.

    Raises
    ------
    InputError
        For fewer than one picture per stage.
    """
    if per_stage is not None and per_stage < 1:
        raise InputError(f"{per_stage} pictures per stage: give 1 or more.")
    shown = bodies(voxels)
    per_stage = per_stage or max(_FEWEST, _FRAMES // len(shown))
    total = len(shown) * per_stage
    widest = max(b.box_nm for b in shown)
    for number, one in enumerate(shown):
        for step in range(per_stage):
            turn = _TURN * (number * per_stage + step) / max(total - 1, 1) - _TURN / 2
            camera = Camera(_DIRECTION, width_nm=_WIDTH * widest, shape="clump", turn_deg=turn)
            yield draw(
                one, size=size, camera=camera, mode=mode, title=title, coarser=_COARSE,
                seed=int(voxels.attrs.get("seed", 0)),
            )  # fmt: skip


def film(
    voxels: xr.Dataset,
    path: str | Path,
    *,
    per_stage: int | None = None,
    mode: str = "colour",
    title: str = "",
) -> Path:
    """Write a film that turns slowly and steps through the stages.

    Parameters
    ----------
    voxels
        Dataset ``voxels`` of a sample.
    path
        File to write: ``.webp`` (plays in every browser), or ``.mp4`` where imageio-ffmpeg is installed.
    per_stage
        Pictures of each stage; about 60 in all, five or more of each, by default.
    mode, title
        See `render`.

    Returns
    -------
    Path

    Raises
    ------
    InputError
        For another ending, or ``.mp4`` without imageio-ffmpeg.
    """
    target = Path(path)
    if target.suffix.lower() not in ENDINGS:
        raise InputError(f"'{target.name}' is no film. Allowed endings: {', '.join(ENDINGS)}.")
    if target.suffix.lower() == ".mp4":
        if importlib.util.find_spec("imageio_ffmpeg") is None:
            raise InputError("mp4 needs imageio-ffmpeg: 'pip install imageio-ffmpeg', or write '.webp'.")
        _mp4(list(frames(voxels, per_stage=per_stage, mode=mode, title=title)), target)
    else:
        _webp(list(frames(voxels, per_stage=per_stage, mode=mode, title=title)), target)
    return target


def _webp(pictures: list[NDArray[np.uint8]], target: Path) -> None:
    """Write an animation, at the best quality that stays below the limit."""
    from PIL import Image

    images = [Image.fromarray(p) for p in pictures]
    times = [_SECOND // _FPS] * (len(images) - 1) + [_PAUSE * _SECOND // _FPS]
    with atomic_path(target) as temporary:
        for quality in _QUALITIES:
            images[0].save(
                temporary, "WEBP", save_all=True, append_images=images[1:], duration=times, loop=0,
                quality=quality, method=4,
            )  # fmt: skip
            if temporary.stat().st_size < LARGEST:
                break


def _mp4(pictures: list[NDArray[np.uint8]], target: Path) -> None:
    """Write H.264 through ffmpeg."""
    ffmpeg: Any = importlib.import_module("imageio_ffmpeg")
    down, across = pictures[0].shape[:2]
    with atomic_path(target) as temporary:
        writer = ffmpeg.write_frames(
            str(temporary), (across, down), fps=_FPS, quality=7, macro_block_size=2, ffmpeg_log_level="error",
            output_params=["-f", "mp4", "-movflags", "+faststart"],
        )  # fmt: skip
        writer.send(None)
        for picture in pictures + [pictures[-1]] * _PAUSE:
            writer.send(np.ascontiguousarray(picture))
        writer.close()
