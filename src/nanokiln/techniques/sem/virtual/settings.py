"""Settings of the virtual microscope, checked."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ....core.errors import InputError, unknown_name
from ....core.parameters import Values
from ..parameters import BEAM_KV, BEAM_SIZE, CURRENT, DETECTORS, DWELL
from .beam import Beam

FIELD_NM, PIXELS = 2000.0, 1024  # of a picture nobody said anything about
SMALLEST_FIELD, LARGEST_FIELD = 20.0, 5000.0  # nm
FEWEST, MOST = 64, 4096  # pixels along an edge
BITS = (8, 16)
SCALES = ("auto", "particles", "voxels")
VOXEL_FIELD = 1.0  # boxes: fields up to this look at the voxel body where there is one
LENGTHS = {"nm": 1.0, "um": 1e3, "µm": 1e3, "μm": 1e3}
#: Lowest and highest of the numbers an operator may set.
RANGES = {
    "kV": (0.5, 30.0),
    "current_pA": (0.01, 1e5),
    "dwell_us": (0.01, 1e4),
    "beam_nm": (0.0, 100.0),
    "azimuth_deg": (-360.0, 360.0),
    "charging": (0.0, 1.0),
    "drift_x_nm_s": (-1e3, 1e3),
    "drift_y_nm_s": (-1e3, 1e3),
    "dose": (0.1, 1e8),
    "roughness_nm": (0.0, 100.0),
    "lateral_nm": (0.5, 1000.0),
}
KEYS = ("field", "pixels", "rows", "detector", "bits", "scale", "stage", "bar", "pictures", *RANGES)
MOST_PICTURES = 64


@dataclass(frozen=True)
class Settings:
    """What an operator sets.

    Attributes
    ----------
    field_nm
        Width of the picture.
    columns, rows
        Pixels.
    bits
        8 or 16.
    scale
        ``particles``, ``voxels`` or ``auto``.
    stage
        Stage of the sample; None for the last.
    bar
        Whether a data bar is drawn below the picture.
    pictures
        How many places of the sample are looked at.
    skin
        Roughness and lateral length in nm, where not those of the sample.
    beam
        Column and detector.
    """

    field_nm: float
    columns: int
    rows: int
    bits: int
    scale: str
    stage: str | None
    bar: bool
    pictures: int
    skin: tuple[float, float] | None
    beam: Beam

    @property
    def pixel_nm(self) -> float:
        """Edge of a pixel."""
        return self.field_nm / self.columns


def settings(given: Mapping[str, Any] | None, values: Values) -> Settings:
    """Check the settings of the microscope and fill in the others.

    Raises
    ------
    InputError
        For an unknown or unusable setting.
    """
    given = dict(given or {})
    for key in given:
        if key not in KEYS:
            raise unknown_name("setting of sem", str(key), KEYS)
    columns = _whole(given, "pixels", PIXELS, FEWEST, MOST)
    detector = str(given.get("detector", "et")).lower().replace("-", "")
    if detector not in DETECTORS:
        raise unknown_name("detector", str(given["detector"]), DETECTORS)
    bits = _whole(given, "bits", BITS[0], *BITS)
    if bits not in BITS:
        raise InputError(f"bits = {bits}: 8 or 16.")
    scale = str(given.get("scale", "auto"))
    if scale not in SCALES:
        raise unknown_name("scale", scale, SCALES)
    stage = given.get("stage")
    return Settings(
        length(given.get("field", FIELD_NM), "field", SMALLEST_FIELD, LARGEST_FIELD),
        columns,
        _whole(given, "rows", columns, FEWEST, MOST),
        bits,
        scale,
        None if stage is None else str(stage),
        _truth(given.get("bar", True), "bar"),
        _whole(given, "pictures", 1, 1, MOST_PICTURES),
        _skin(given),
        _beam(given, detector, values),
    )


def _skin(given: Mapping[str, Any]) -> tuple[float, float] | None:
    if "roughness_nm" not in given:
        if "lateral_nm" in given:
            raise InputError(
                "lateral_nm without roughness_nm: give both, or neither for those of the sample."
            )
        return None
    return number(given, "roughness_nm", 0.0), number(given, "lateral_nm", 10.0)


def _beam(given: Mapping[str, Any], detector: str, values: Values) -> Beam:
    beam = Beam(
        number(given, "kV", values[BEAM_KV]),
        number(given, "current_pA", values[CURRENT]),
        number(given, "dwell_us", values[DWELL]),
        number(given, "beam_nm", values[BEAM_SIZE]),
        detector,
        number(given, "azimuth_deg", 90.0),
        (number(given, "drift_x_nm_s", 0.0), number(given, "drift_y_nm_s", 0.0)),
        number(given, "charging", 0.0),
    )
    if "dose" not in given:
        return beam
    if "current_pA" in given:
        raise InputError(
            "dose and current_pA: give one of them; dose = current x dwell, electrons per pixel."
        )
    wanted = number(given, "dose", 0.0)
    return Beam(**{**vars(beam), "current_pA": beam.current_pA * wanted / beam.dose})


def number(given: Mapping[str, Any], key: str, default: float) -> float:
    """Return a number within its range."""
    value = given.get(key, default)
    low, high = RANGES[key]
    usable = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if not usable or not low <= value <= high:
        raise InputError(f"{key} = {value!r}: expected a number from {low:g} to {high:g}.")
    return float(value)


def _whole(given: Mapping[str, Any], key: str, default: int, low: int, high: int) -> int:
    value = given.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise InputError(f"{key} = {value!r}: expected a whole number from {low} to {high}.")
    return value


def _truth(value: Any, key: str) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).lower()
    if text in ("true", "yes", "1"):
        return True
    if text in ("false", "no", "0"):
        return False
    raise InputError(f"{key} = {value!r}: expected true or false.")


def length(value: Any, key: str, low: float, high: float) -> float:
    """Return a length in nm, from a number (nm) or a text such as ``2um``."""
    size = value
    if isinstance(value, str):
        found = re.fullmatch(r"\s*([0-9.eE+-]+?)\s*(nm|um|µm|μm)?\s*", value)
        try:
            size = float(found[1]) * LENGTHS[found[2] or "nm"] if found else math.nan
        except ValueError:
            size = math.nan
    if isinstance(size, bool) or not isinstance(size, (int, float)) or not low <= size <= high:
        raise InputError(f"{key} = {value!r}: expected a length from {low:g} nm to {high / 1e3:g} um.")
    return float(size)
