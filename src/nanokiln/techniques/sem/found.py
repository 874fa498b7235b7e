"""One picture as the analysis sees it: options, square pixels, spheres, and findings with their scale."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from ...core.errors import DataError, InputError, unknown_name
from ...core.evidence import Evidence, Finding
from ...core.measurement import Measurement
from ..sizing.statistics import Estimate
from . import particles

Array = npt.NDArray[np.float64]

#: Choices of the analysis with their defaults; `analyse.analyse` describes them.
DEFAULTS: dict[str, Any] = {
    "scale": None,
    "scale_error": None,
    "contrast": "auto",
    "smallest": None,
    "largest": None,
    "resamples": 500,
    "seed": 0,
}
LOOKED = ("contrast", "smallest", "largest")  # choices that decide which spheres are found
CONTRASTS = {"auto": None, "bright": 1, "dark": -1}
LARGEST_PIXELS = 64_000_000  # of one picture; more needs more memory than a small machine has
_SCALE = re.compile(r"^\s*([0-9.]+(?:[eE][-+]?\d+)?)\s*(nm|um|µm)?\s*(?:/|per)?\s*(?:px|pixel)?\s*$")
_AGREES = 0.02  # relative difference of a stated scale from that of the file below which none is noted
NOTHING = Estimate(math.nan, math.nan, math.nan)
_MOST_REMEMBERED = 8  # pictures whose spheres are kept: a figure shows what was just analysed
_remembered: dict[tuple[Any, ...], particles.Spheres] = {}


@dataclass(frozen=True)
class Found:
    """Spheres of a picture and what turns pixels into findings.

    Parameters
    ----------
    measurement
        The picture.
    image
        Grey levels with square pixels.
    spheres
        What was found.
    pixel_nm
        Size of a pixel, None where no scale is known.
    chosen
        Choices.
    notes
        What holds for all findings.
    """

    measurement: Measurement
    image: npt.NDArray[np.float32]
    spheres: particles.Spheres
    pixel_nm: float | None
    chosen: Mapping[str, Any]
    notes: tuple[str, ...]

    @property
    def length(self) -> float:
        """Nanometres per pixel; 1 (lengths in pixels) where no scale is known."""
        return self.pixel_nm or 1.0

    @property
    def unit(self) -> str:
        """Unit of lengths: nm, or pixel where no scale is known."""
        return "nm" if self.pixel_nm else "pixel"

    @cached_property
    def scale_error(self) -> float | None:
        """Relative standard uncertainty of the scale, None where nobody states it."""
        given = self.chosen["scale_error"]
        stated = self.measurement.settings.get("scale_error") if given is None else given
        return float(stated) if isinstance(stated, (int, float)) and self.pixel_nm else None

    def finding(self, name: str, found: Estimate, unit: str, *notes: str, **more: Any) -> Finding:
        """Return a finding with the notes and choices of the picture."""
        synthetic = self.measurement.origin == "synthetic"
        choices = {
            "label": self.measurement.label,
            "pixel_nm": self.pixel_nm,
            "scale_from": self.notes[0],
            **{name: self.chosen[name] for name in LOOKED},
            **more,
        }
        return Finding(
            name,
            found.value,
            found.low,
            found.high,
            unit,
            Evidence.PREDICTED if synthetic else Evidence.MEASURED,
            self.measurement.technique,
            self.measurement.file,
            (*notes, *self.notes),
            choices,
        )


def choices_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return choices with defaults, numbers as numbers.

    Raises
    ------
    InputError
        For an unknown choice or one that is not usable.
    """
    for key in given:
        if key not in DEFAULTS:
            raise unknown_name("choice of sem", str(key), DEFAULTS)
    chosen = {**DEFAULTS, **given}
    chosen["scale"] = None if chosen["scale"] is None else _scale(chosen["scale"])
    if chosen["contrast"] not in CONTRASTS:
        raise unknown_name("contrast", str(chosen["contrast"]), CONTRASTS)
    for key, (low, high) in {
        "scale_error": (0.0, 0.5),
        "smallest": (0.0, 1e9),
        "largest": (0.0, 1e9),
    }.items():
        if chosen[key] is not None:
            chosen[key] = _within(key, chosen[key], low, high)
    for key, (low, high) in {"resamples": (100, 100_000), "seed": (0, 2**32)}.items():
        chosen[key] = int(_within(key, chosen[key], low, high))
    return chosen


def look(measurement: Measurement, chosen: Mapping[str, Any]) -> Found:
    """Find the spheres of a picture.

    Raises
    ------
    DataError
        If it is no picture, or too large.
    """
    where = measurement.file or measurement.label or "measurement"
    if "image" not in measurement.data or measurement.data["image"].ndim != 2:
        raise DataError(f"'{where}' holds no 'image(row, column)'; it is not a micrograph.")
    image = np.asarray(measurement.data["image"].values, dtype=np.float32)
    if image.size > LARGEST_PIXELS:
        raise DataError(
            f"'{where}' has {image.shape[1]} x {image.shape[0]} pixels; at most {LARGEST_PIXELS} are "
            "analysed as one picture. Crop or bin it."
        )
    image = _square(image, float(measurement.settings.get("pixel_aspect") or 1.0))
    pixel, notes = _pixel(measurement.settings, chosen)
    unit = pixel or 1.0
    limits = None
    if chosen["smallest"] is not None or chosen["largest"] is not None:
        whole = (0.0, 2.0 * min(image.shape))
        low, high = (
            w if c is None else c / unit
            for c, w in zip((chosen["smallest"], chosen["largest"]), whole, strict=True)
        )
        limits = (low, high)
    return Found(
        measurement, image, _spheres(image, CONTRASTS[chosen["contrast"]], limits), pixel, chosen, notes
    )


def _spheres(
    image: npt.NDArray[np.float32], polarity: int | None, limits: tuple[float, float] | None
) -> particles.Spheres:
    """Return the spheres of a picture; of the last pictures they are remembered."""
    key = (blake2b(np.ascontiguousarray(image).data).digest(), image.shape, polarity, limits)
    if key not in _remembered:
        found = particles.find(image, polarity, limits) if float(np.ptp(image)) > 0 else particles.nothing()
        while len(_remembered) >= _MOST_REMEMBERED:
            del _remembered[next(iter(_remembered))]
        _remembered[key] = found
    return _remembered[key]


def _square(image: npt.NDArray[np.float32], aspect: float) -> npt.NDArray[np.float32]:
    """Stretch the rows so that pixels are square."""
    if aspect == 1.0:
        return image
    from scipy.ndimage import zoom

    return np.asarray(zoom(image, (aspect, 1.0), order=1), dtype=np.float32)


def _pixel(settings: Mapping[str, Any], chosen: Mapping[str, Any]) -> tuple[float | None, tuple[str, ...]]:
    """Return the pixel size and the notes of the picture; the first note says where the scale is from."""
    own = settings.get("pixel_nm")
    given = chosen["scale"]
    notes = [str(note) for note in settings.get("notes", ())]
    if given is not None:
        first = f"scale {given:.5g} nm per pixel as stated by the user"
        if own and abs(given / own - 1) > _AGREES:
            first += (
                f"; the file says {own:.5g} ({settings.get('calibration', '')}), {given / own:.3g} times less"
            )
        return float(given), (first, *(n for n in notes if not n.startswith("the file states no scale")))
    if not own:
        first = "no scale: lengths are in pixels; state it as scale=... (nm per pixel)"
        return None, (first, *(n for n in notes if not n.startswith("the file states no scale")))
    return float(own), (
        f"scale {own:.5g} nm per pixel from {settings.get('calibration') or 'the file'}",
        *notes,
    )


def _scale(value: Any) -> float:
    match = None if isinstance(value, bool) else _SCALE.match(str(value))
    number = float(match.group(1)) * (1.0 if match.group(2) in (None, "nm") else 1e3) if match else math.nan
    if not 0 < number < math.inf:
        raise InputError(f"scale = {value!r}: expected nm per pixel, such as 12.74 or '12.74nm/px'.")
    return number


def _within(key: str, value: Any, low: float, high: float) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(value, bool) or not low <= number <= high:
        raise InputError(f"{key} = {value!r}: expected a number from {low:g} to {high:g}.")
    return number
