"""Micrographs as PNG, JPEG or BMP: a picture without a scale, unless its text chunks state one.

A PNG carries no pixel size of an object (its ``pHYs`` chunk is that of a screen or of paper). Text chunks
``pixel_nm`` and ``comment`` are read where a program wrote them; else the analysis asks for ``scale``.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..core.errors import DataError
from ..core.files import read_bytes
from ..core.measurement import Measurement
from ._micrograph import LARGEST_IMAGE, Picture, measurement

NAME = "micrograph PNG"
TECHNIQUE = "sem"
_MAGIC = {b"\x89PNG\r\n\x1a\n": 0.5, b"\xff\xd8\xff": 0.4, b"BM": 0.3}  # any picture looks like this


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is a picture (it may show anything)."""
    return next((sure for magic, sure in _MAGIC.items() if head.startswith(magic)), 0.0)


def read(path: str | Path) -> list[Measurement]:
    """Read a picture.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    list of Measurement
        One, with ``pixel_nm`` None unless a text chunk states it.

    Raises
    ------
    DataError
        If it is damaged, coloured, too small or too large.

    Limits
    ------
    JPEG has lost the finest detail; a note says so.
    """
    import io
    import warnings

    from PIL import Image, UnidentifiedImageError

    raw = read_bytes(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of large pictures: their size is judged below
            image = Image.open(io.BytesIO(raw))
        with image:
            if image.width * image.height > LARGEST_IMAGE:
                raise DataError(
                    f"'{path}' has {image.width} x {image.height} pixels; at most {LARGEST_IMAGE} are "
                    "analysed as one picture. Crop or bin it."
                )
            pixels = np.asarray(image.convert("RGB") if image.mode in ("P", "PA") else image)
            info = {str(k): str(v) for k, v in image.info.items() if isinstance(v, str)}
            kind = str(image.format)
    except Image.DecompressionBombError as error:
        raise DataError(
            f"'{path}' is too large ({error}); at most {LARGEST_IMAGE} pixels are analysed as one picture. "
            "Crop or bin it."
        ) from error
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise DataError(f"'{path}' is a damaged picture ({error}). Export it again.") from error
    picture = Picture(pixels, origin_text=" ".join(info.values()))
    picture.pixel_nm = _number(info.get("pixel_nm", ""))
    picture.calibration = "text chunk 'pixel_nm'"
    if kind == "JPEG":
        picture.notes.append(
            "JPEG: compression has changed the finest detail; roughness is not to be trusted"
        )
    return [measurement(picture, path)]


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
