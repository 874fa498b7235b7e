"""Pictures of assemblies: rendered, with a data bar that says what they are, as PNG inside the HTML."""

from __future__ import annotations

import base64
import io
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import markup as h
from .render import PIXELS, Scene, render

LABEL = "SYNTHETIC: drawn from the particle scale,\nnot an electron micrograph"
_BAR_HEIGHT, _FONT = 62, 16  # pixels: legible when four pictures stand side by side
_COLOURS = 72  # of the palette; more cannot be told apart here
_VIEW = 7.0  # sphere diameters across a picture
_BARS_NM = (50, 100, 200, 250, 500, 1000, 2000, 5000, 10000)  # lengths a scale bar may have
_LONGEST_BAR = 0.3  # of the width


def frame_nm(scenes: list[Scene]) -> float:
    """Return a width of view in nm that suits all scenes: some diameters, no more than the smallest box."""
    return min(_VIEW * max(s.diameter for s in scenes), *(s.box for s in scenes))


def picture(scene: Scene, frame: float, alt: str) -> str:
    """Return an ``img`` element with the rendered scene.

    Parameters
    ----------
    scene
        What to draw.
    frame
        Width of view, nm.
    alt
        Text for readers who do not see it.
    """
    encoded = base64.b64encode(png(render(scene, frame), frame)).decode("ascii")
    return (
        f'<img src="data:image/png;base64,{encoded}" alt="{h.text(alt)}" width="{PIXELS}" '
        f'height="{PIXELS + _BAR_HEIGHT}">'
    )


def png(colours: NDArray[np.uint8], frame: float) -> bytes:
    """Return the PNG file of a picture with data bar: scale bar and what it is."""
    from PIL import Image, ImageDraw

    side = colours.shape[1]
    sheet = Image.new("RGB", (side, colours.shape[0] + _BAR_HEIGHT), "white")
    sheet.paste(Image.fromarray(colours), (0, 0))
    draw = ImageDraw.Draw(sheet)
    length = max([b for b in _BARS_NM if b <= _LONGEST_BAR * frame] or [_BARS_NM[0]])
    top = colours.shape[0]
    width = length / frame * side
    draw.rectangle((8, top + 8, 8 + width, top + 14), fill="black")
    words = f"{length} nm" if length < 1000 else f"{length / 1000:g} µm"
    draw.text((16 + width, top + 1), words, fill="black", font=_font(_FONT))
    draw.multiline_text((8, top + 21), LABEL, fill="black", font=_font(_FONT), spacing=1)
    buffer = io.BytesIO()
    sheet.quantize(_COLOURS, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


@cache
def _font(size: int) -> Any:
    from matplotlib.font_manager import findfont
    from PIL import ImageFont

    return ImageFont.truetype(findfont("DejaVu Sans"), size)
