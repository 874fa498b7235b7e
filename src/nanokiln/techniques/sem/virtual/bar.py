"""The data bar below a picture: scale, instrument, and that it is SYNTHETIC."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

WORD = "SYNTHETIC"
HEIGHT, LEAST_HEIGHT = 0.06, 22  # of the width; pixels
LENGTHS_NM = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
LONGEST = 0.25  # of the width: the scale bar
SMALLEST_FONT = 8  # pixels


def scale_length(width_nm: float) -> float:
    """Return the round length of the scale bar for a picture this wide, nm."""
    return max([n for n in LENGTHS_NM if n <= LONGEST * width_nm] or [LENGTHS_NM[0]])


def text_of(facts: Mapping[str, Any], label: str) -> str:
    """Return what a bar says besides the scale."""
    parts = [str(facts.get("sample") or ""), label]
    if facts.get("voltage_kV"):
        parts.append(f"{facts['voltage_kV']:g} kV")
    if facts.get("detector"):
        parts.append(str(facts["detector"]).upper())
    if facts.get("dose_electrons_per_pixel"):
        parts.append(f"{facts['dose_electrons_per_pixel']:.3g} e/px")
    return "  ".join(part for part in parts if part)


def data_bar(width: int, pixel_nm: float, text: str) -> NDArray[np.uint8]:
    """Return the strip below a picture, grey 0 to 255.

    Parameters
    ----------
    width
        Pixels across.
    pixel_nm
        Edge of a pixel.
    text
        See `text_of`; shortened where it does not fit.
    """
    from PIL import Image, ImageDraw

    height = max(round(HEIGHT * width), LEAST_HEIGHT)
    sheet = Image.new("L", (width, height), 0)
    pen = ImageDraw.Draw(sheet)
    size = max(round(0.42 * height), SMALLEST_FONT)
    length = scale_length(width * pixel_nm)
    across, left, middle = round(length / pixel_nm), round(0.3 * height), height // 2
    line = max(round(0.08 * height), 1)
    pen.rectangle((left, middle - line, left + across - 1, middle + line - 1), fill=255)
    label = f"{length:g} nm" if length < 1000 else f"{length / 1000:g} µm"
    x = left + across + 0.2 * height
    pen.text((x, middle), label, fill=255, font=_font(size), anchor="lm")
    used = x + pen.textlength(label, font=_font(size)) + 0.4 * height
    right = width - 0.3 * height
    pen.text((right, middle), WORD, fill=255, font=_font(size), anchor="rm")
    right -= pen.textlength(WORD, font=_font(size)) + 0.4 * height
    while text and (size > SMALLEST_FONT or pen.textlength(text, font=_font(size)) > right - used):
        if pen.textlength(text, font=_font(size)) <= right - used:
            break
        size, text = (size - 1, text) if size > SMALLEST_FONT else (size, text[:-1].rstrip())
    pen.text(((used + right) / 2, middle), text, fill=200, font=_font(size), anchor="mm")
    return np.asarray(sheet, dtype=np.uint8)


def _font(size: int) -> Any:
    from matplotlib import get_data_path
    from PIL import ImageFont

    return ImageFont.truetype(f"{get_data_path()}/fonts/ttf/DejaVuSans-Bold.ttf", size)
