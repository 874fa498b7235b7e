"""What all readers of micrographs share: grey levels, data bar, and the `Measurement` they become."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..core.errors import DataError
from ..core.measurement import SYNTHETIC_MARK, Measurement

TECHNIQUE = "sem"
SMALLEST_SIDE = 16  # pixels; nothing can be told about a sphere in less
LARGEST_IMAGE = 100_000_000  # pixels; more does not fit the memory of a small machine several times over
NO_SCALE = "the file states no scale; state it as scale=... (nm per pixel)"
TRANSMISSION_KV = 60.0  # kV; scanning microscopes end at 30, transmission begins at 60 or 80
_COLOURED = 0.06  # of full range; larger differences between channels are colour and not compression
_COLOUR_SHARE = 0.02  # of pixels; less is an annotation in colour, more is a colour picture
_BAR_LEVEL = 2  # grey levels of 255 a bar may vary by (compression)
_BAR_FILL = 0.5  # share of a row that has the grey level of the bar
_PICTURE_FILL = 0.25  # share a row of the picture may have of it
_BAR_SHARE = 0.25  # of the height; a bar is not higher
_THINNEST_BAR = 8  # rows
_TEXT_GAP = 0.15  # share of rows inside a bar that text and rules may fill up

_SHORTEST_RULE, _LONGEST_RULE = 0.04, 0.7  # of the width of the picture
_ROUND = (1.0, 2.0, 3.0, 4.0, 5.0, 10.0)  # what rules are drawn to, times a power of ten
_ROUND_TOLERANCE = 0.025  # relative; one or two pixels of a hundred


@dataclass
class Picture:
    """A micrograph as a reader found it."""

    pixels: npt.NDArray[Any]
    pixel_nm: float | None = None
    aspect: float = 1.0
    calibration: str = ""
    bar_rows: int | None = None
    bits: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    origin_text: str = ""


def measurement(picture: Picture, path: str | Path, label: str = "") -> Measurement:
    """Make a `Measurement` of a picture: grey levels, bar cut off, scale checked.

    Parameters
    ----------
    picture
        What the reader found.
    path
        The file, for messages and as label.
    label
        Name of the picture; the name of the file if empty.

    Raises
    ------
    DataError
        If it is a colour picture, too small, too large, or not finite.
    """
    import xarray as xr

    notes = list(picture.notes)
    bits = picture.bits or 8 * picture.pixels.dtype.itemsize
    grey = _grey(picture.pixels, path, notes)
    _refuse_size(grey, path)
    cut, rule = _bar(grey, picture.bar_rows)
    if cut:
        grey = grey[: grey.shape[0] - cut]
    _refuse_size(grey, path)
    pixel = picture.pixel_nm
    if pixel is not None and not (math.isfinite(pixel) and pixel > 0):
        notes.append(f"the file states a pixel of {pixel:g} nm, which cannot be")
        pixel = None
    if pixel is None:
        notes.append(NO_SCALE + (f"; the rule in the data bar is {rule} pixels long" if rule else ""))
    elif rule:
        notes.append(_rule_note(rule, pixel))
    settings: dict[str, Any] = {
        "pixel_nm": pixel,
        "pixel_aspect": picture.aspect,
        "calibration": picture.calibration if pixel is not None else "none",
        "bits": bits,
        "saturated": _saturated(grey, picture.pixels.dtype, bits),
        "bar_rows": cut,
        **picture.facts,
        "notes": notes,
    }
    if rule:
        settings["rule_px"] = rule
    voltage = picture.facts.get("voltage_kV")
    return Measurement(
        technique="tem" if voltage is not None and voltage >= TRANSMISSION_KV else TECHNIQUE,
        data=xr.Dataset({"image": (("row", "column"), grey.astype(np.float32), {"units": "counts"})}),
        origin="synthetic" if SYNTHETIC_MARK in picture.origin_text else "measured",
        label=label or Path(path).stem,
        settings=settings,
        file=str(path),
    )


def full_range(dtype: np.dtype[Any], bits: int | None = None) -> float:
    """Return the highest grey level of a type of pixel; 1 for floating point."""
    if not np.issubdtype(dtype, np.integer):
        return 1.0
    return float(2**bits - 1) if bits else float(np.iinfo(dtype).max)


def _grey(pixels: npt.NDArray[Any], path: str | Path, notes: list[str]) -> npt.NDArray[np.float64]:
    """Return grey levels; refuse colour, and leave out transparency."""
    if pixels.dtype == bool:
        pixels = pixels.astype(np.uint8) * 255
    if pixels.ndim == 3 and pixels.shape[2] in (2, 4):
        pixels = pixels[..., : pixels.shape[2] - 1]
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    if pixels.ndim == 2:
        return np.asarray(pixels, dtype=np.float64)
    if pixels.ndim != 3 or pixels.shape[2] != 3:
        raise DataError(f"'{path}' is no picture: its data have the shape {pixels.shape}. Export one image.")
    channels = pixels.astype(np.float32)
    apart = np.ptp(channels, axis=2) > _COLOURED * full_range(pixels.dtype)
    share = float(apart.mean())
    if share > _COLOUR_SHARE:
        raise DataError(
            f"'{path}' is a colour picture ({100 * share:.0f} % of its pixels are coloured); a micrograph is "
            "grey. Export the image without false colour or marks."
        )
    if share > 0:
        notes.append(f"{100 * share:.2g} % of the pixels carry colour (marks?); their grey level was used")
    return np.asarray(np.median(channels, axis=2), dtype=np.float64)


def _refuse_size(grey: npt.NDArray[np.float64], path: str | Path) -> None:
    rows, columns = grey.shape
    if min(rows, columns) < SMALLEST_SIDE:
        raise DataError(
            f"'{path}' is a picture of {columns} x {rows} pixels; at least {SMALLEST_SIDE} each "
            "way are needed."
        )
    if rows * columns > LARGEST_IMAGE:
        raise DataError(
            f"'{path}' has {columns} x {rows} pixels; at most {LARGEST_IMAGE} are analysed as one picture. "
            "Crop or bin it."
        )
    if not np.isfinite(grey).all():
        raise DataError(f"'{path}' holds pixels that are not numbers. Export it again.")


def _saturated(grey: npt.NDArray[np.float64], dtype: np.dtype[Any], bits: int) -> float:
    """Return the share of pixels at either end of the range; 0 for floating point."""
    if not np.issubdtype(dtype, np.integer):
        return 0.0
    return float(np.mean((grey <= 0) | (grey >= full_range(dtype, bits))))


def _bar(grey: npt.NDArray[np.float64], stated: int | None) -> tuple[int, int | None]:
    """Return rows to cut off at the bottom, and the length of the longest rule in them."""
    rows = grey.shape[0]
    cut = stated if stated is not None and 0 < stated < rows else _find_bar(grey)
    if not cut:
        return 0, None
    return cut, _rule(grey[rows - cut :])


def _find_bar(grey: npt.NDArray[np.float64]) -> int:
    """Return the rows from the top of a data bar to the bottom of the picture, 0 if there is none.

    A bar is a block of rows in the lowest quarter of which most are one grey level that the picture above
    seldom has. What is seen beside and below it is given up.
    """
    rows = grey.shape[0]
    top = int(rows * (1 - _BAR_SHARE))
    span = max(float(grey.max() - grey.min()), 1e-30)
    level_of = np.round((grey - grey.min()) * (255 / span))
    bottom = level_of[top:].astype(np.int64)
    counts = np.bincount(bottom.ravel(), minlength=256)
    level = int(counts.argmax())
    fill = (np.abs(level_of - level) <= _BAR_LEVEL).mean(axis=1)
    if np.median(fill[:top]) > _PICTURE_FILL:
        return 0  # the background itself has this grey level
    filled = np.flatnonzero(fill[top:] > _BAR_FILL) + top
    if filled.size < _THINNEST_BAR:
        return 0
    first, last = int(filled[0]), int(filled[-1])
    dense = filled.size / (last - first + 1)
    return rows - first if dense > 1 - 2 * _TEXT_GAP and last - first + 1 >= _THINNEST_BAR else 0


def _rule(bar: npt.NDArray[np.float64]) -> int | None:
    """Return the length in pixels of the rule in a data bar: its longest line of one extreme grey level."""
    values, counts = np.unique(np.round(bar), return_counts=True)
    ground = values[counts.argmax()]
    ink = np.abs(bar - ground) > 0.5 * max(np.ptp(bar), 1.0)
    longest: list[int] = []
    for row in ink:
        edges = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(np.int8), [0]])))
        longest.append(int((edges[1::2] - edges[::2]).max()) if edges.size else 0)
    length = max(longest)
    wide = bar.shape[1]
    # a frame around the bar is as wide as the bar, and letters are short
    candidates = [n for n in longest if _SHORTEST_RULE * wide < n < _LONGEST_RULE * wide]
    if not candidates or length < _SHORTEST_RULE * wide:
        return None
    return max(candidates) - 1  # between the middles of two end marks one pixel wide or more


def _rule_note(rule: int, pixel: float) -> str:
    """Say whether the rule in the bar is a round length at the stated scale."""
    length = rule * pixel
    power = 10.0 ** math.floor(math.log10(length))
    near = min((r * power for r in _ROUND), key=lambda x: abs(math.log(length / x)))
    if abs(length / near - 1) <= _ROUND_TOLERANCE:
        return (
            f"rule in the data bar: {rule} pixels, {length:.4g} nm by the stated scale, "
            f"{100 * (length / near - 1):+.1f} % off the round {near:g} nm"
        )
    return (
        f"the longest line in the data bar ({rule} pixels) is {length:.4g} nm by the stated scale, which is "
        "not round: if that line is the scale bar, check the scale"
    )


def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts that are text or numbers, without empty ones."""
    return {k: v for k, v in facts.items() if isinstance(v, (str, int, float, bool)) and v != ""}
