"""Contact sheets: stages or samples side by side, at one scale, with a label below each picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import InputError
from .body import body
from .camera import WIDEST, Camera
from .render import SYNTHETIC, draw, font, scale_length

if TYPE_CHECKING:
    import xarray as xr

WIDTH_MM, DPI = 178.0, 220  # two columns of a journal page
_SHAPE = 0.8  # height of a picture over its width
_GAP_MM, _LINE_MM = 2.0, 3.6
_POINTS = 8.0  # size of the labels at full width
_MOST = 4  # pictures in a row; more are too small
_PLAIN = 1.45  # boxes across, where nothing else is asked for


def figure_stages(
    voxels_list: Sequence[xr.Dataset],
    labels: Sequence[str],
    *,
    stages: Sequence[str | None] | None = None,
    columns: int | None = None,
    mode: str = "sem",
    width_nm: float | None = None,
) -> NDArray[np.uint8]:
    """Draw several stages or samples on one sheet, at one scale.

    Parameters
    ----------
    voxels_list
        One dataset per picture; the same one may appear several times with other `stages`.
    labels
        What to write below each picture; `|` begins a new line.
    stages
        Stage of each; the last one by default.
    columns
        Pictures in a row; up to four by default.
    mode
        See `render`.
    width_nm
        Width of each picture; as wide as the smallest box allows by default.

    Returns
    -------
    ndarray
        Colours, shape (down, across, 3); 178 mm wide at 220 dpi.

    Raises
    ------
    InputError
        If the lists differ in length or are empty.

    Limits
    ------
    One scale for all: of larger boxes less is shown than there is.
    """
    from PIL import Image

    wanted = list(stages) if stages is not None else [None] * len(voxels_list)
    if not voxels_list or not len(voxels_list) == len(labels) == len(wanted):
        raise InputError(
            f"{len(voxels_list)} datasets, {len(labels)} labels, {len(wanted)} stages: one each per picture."
        )
    shown = [body(v, s) for v, s in zip(voxels_list, wanted, strict=True)]
    boxes = [b.box_nm for b in shown]
    width = min(_PLAIN * min(boxes), width_nm or np.inf, WIDEST * min(boxes))
    across = columns or min(len(shown), _MOST)
    rows = -(-len(shown) // across)
    gap, line = _pixels(_GAP_MM), _pixels(_LINE_MM)
    side = (_pixels(WIDTH_MM) - (across - 1) * gap) // across
    high = round(_SHAPE * side)
    lines = max(label.count("|") for label in labels) + 1
    cell = high + lines * line + gap
    sheet = Image.new("RGB", (_pixels(WIDTH_MM), rows * cell + line), "white")
    for index, (one, voxels) in enumerate(zip(shown, voxels_list, strict=True)):
        left, top = (index % across) * (side + gap), (index // across) * cell
        seed = int(voxels.attrs.get("seed", 0))
        picture = draw(
            one, size=(side, high), camera=Camera(width_nm=width), mode=mode, title=None, seed=seed
        )
        sheet.paste(Image.fromarray(picture), (left, top))
        _label(sheet, labels[index], index if len(shown) > 1 else None, (left, top + high), line)
    _footer(sheet, width / side, line)
    return np.asarray(sheet, dtype=np.uint8)


def _pixels(mm: float) -> int:
    return round(mm / 25.4 * DPI)


def _label(sheet: Any, text: str, index: int | None, place: tuple[int, int], line: int) -> None:
    """Write letter and label below a picture."""
    from PIL import ImageDraw

    pen = ImageDraw.Draw(sheet)
    size = round(_POINTS / 72 * DPI)
    x, y = place[0], place[1] + line // 2
    if index is not None:
        letter = f"({chr(ord('a') + index % 26)}) "
        pen.text((x, y), letter, fill="black", font=font(size, True), anchor="lm")
        x += round(pen.textlength(letter, font=font(size, True)))
    for part in text.split("|"):
        pen.text((x, y), part.strip(), fill="black", font=font(size), anchor="lm")
        y += line


def _footer(sheet: Any, nm_per_pixel: float, line: int) -> None:
    """Draw the common scale bar, and say what the pictures are."""
    from PIL import ImageDraw

    pen = ImageDraw.Draw(sheet)
    size = round(_POINTS / 72 * DPI)
    length = scale_length(sheet.width / 3 * nm_per_pixel)
    across, y = round(length / nm_per_pixel), sheet.height - line // 2
    pen.rectangle((0, y - 3, across - 1, y + 3), fill="black")
    words = f"{length:g} nm, all pictures" if length < 1000 else f"{length / 1000:g} µm, all pictures"
    pen.text((across + line // 2, y), words, fill="black", font=font(size), anchor="lm")
    text = f"{SYNTHETIC}: drawn from the voxel scale, no micrographs"
    pen.text((sheet.width, y), text, fill="black", font=font(size), anchor="rm")
