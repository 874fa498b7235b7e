"""What the readers of X-ray powder patterns share: the measurement, its checks, and safe archives.

Measurement: dimension ``step``; coordinate ``two_theta`` (degrees, rising); variable ``counts`` (units
"counts", or "counts/s" where a file says so) and, where a file has it, ``sigma`` (standard deviation).
Settings: ``k_alpha1_A``, ``k_alpha2_A`` and ``k_alpha2_ratio`` (None where the file does not state them),
``anode``, ``step_time_s``, ``tension_kV``, ``current_mA``, ``radius_mm``.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from ..core.errors import DataError
from ..core.files import read_bytes
from ..core.measurement import SYNTHETIC_MARK, Measurement, Origin

Array = NDArray[np.float64]

TECHNIQUE = "xrd"
FEWEST = 10  # points below which a table is not taken for a pattern
MOST_POINTS = 2_000_000  # no goniometer makes more steps; a damaged length field does
MOST_MEMBER = 64 * 1024 * 1024  # bytes of one unpacked member; real ones have some megabytes
_WAVELENGTHS_A = (0.1, 5.0)  # range in which a laboratory wavelength in angstrom can lie
_DIGITS = 9  # of an angle: far below the resolution of an encoder, and above binary round-off
_DECLARATION = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_SETTINGS = (
    "k_alpha1_A", "k_alpha2_A", "k_alpha2_ratio", "anode", "step_time_s", "tension_kV", "current_mA",
    "radius_mm",
)  # fmt: skip


def pattern(
    two_theta: Array,
    counts: Array,
    path: str | Path,
    *,
    settings: Mapping[str, Any],
    label: str = "",
    origin: Origin = "measured",
    unit: str = "counts",
    sigma: Array | None = None,
) -> Measurement:
    """Check one scan and make the measurement of it.

    Parameters
    ----------
    two_theta, counts
        Angles (degrees, rising or falling) and intensities, same length.
    path
        The file, for messages and as a label where there is none.
    settings
        What the file says; unknown keys are kept, missing ones become None.
    label, origin, unit
        Sample name, origin, unit of the intensity.
    sigma
        Standard deviation of each intensity where the file has it.

    Raises
    ------
    DataError
        If the scan is too short, not finite, its angles do not rise or fall steadily within 0-180 degrees, or
        the intensities are all zero.
    """
    import xarray as xr

    x, y = np.asarray(two_theta, float), np.asarray(counts, float)
    if x.size != y.size or x.size < FEWEST:
        raise DataError(
            f"'{path}' has {min(x.size, y.size)} points; a pattern needs at least {FEWEST}. "
            "It may be truncated; export it again."
        )
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise DataError(f"'{path}' holds values that are not finite numbers. Export it again.")
    if x[0] > x[-1]:
        x, y, sigma = x[::-1], y[::-1], None if sigma is None else sigma[::-1]
    if not (np.diff(x) > 0).all() or x[0] < 0 or x[-1] > 180:
        raise DataError(
            f"'{path}': the angles do not rise steadily between 0 and 180 degrees, so they are no 2theta "
            "axis. Put 2theta first, intensity second."
        )
    if not y.max() > 0 or y.min() < -y.max():
        raise DataError(f"'{path}' has no positive intensity. Export the counts, not a difference.")
    variables: dict[str, Any] = {"counts": ("step", y, {"units": unit})}
    if sigma is not None and np.isfinite(sigma).all() and (sigma >= 0).all() and sigma.max() > 0:
        variables["sigma"] = ("step", np.asarray(sigma, float), {"units": unit})
    data = xr.Dataset(variables, coords={"two_theta": ("step", np.round(x, _DIGITS), {"units": "deg"})})
    filled = dict.fromkeys(_SETTINGS) | dict(settings)
    filled |= {key: wavelength(filled[key]) for key in ("k_alpha1_A", "k_alpha2_A")}
    return Measurement(TECHNIQUE, data, origin, label or Path(path).stem.split(".")[0], filled)


def wavelength(value: Any) -> float | None:
    """Return a wavelength in angstrom, or None where the file holds no usable one."""
    found = number(value)
    return found if found is not None and _WAVELENGTHS_A[0] < found < _WAVELENGTHS_A[1] else None


def number(value: Any) -> float | None:
    """Return a finite number, or None."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if np.isfinite(found) else None


def origin_of(text: str) -> Origin:
    """Return the origin a header states."""
    return "synthetic" if SYNTHETIC_MARK in text else "measured"


def steps(first: float, step: float, points: int, path: str | Path) -> Array:
    """Return the angles of an even scan.

    Raises
    ------
    DataError
        If the number of points or the step cannot be that of a scan.
    """
    if not 0 < points <= MOST_POINTS or not (np.isfinite([first, step]).all() and 0 < abs(step) < 180):
        raise DataError(
            f"'{path}' states {points} points from {first:g} in steps of {step:g}: it is damaged."
        )
    return np.asarray(first + step * np.arange(points), dtype=np.float64)


def xml(raw: bytes, path: str | Path) -> ElementTree.Element:
    """Parse XML without document type declarations, and return its root without name spaces.

    Raises
    ------
    DataError
        If it is not well formed, or declares entities (which can blow up a small file).
    """
    if _DECLARATION.search(raw):
        raise DataError(f"'{path}' declares XML entities, which no instrument file needs. It is not read.")
    try:
        root = ElementTree.fromstring(raw)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise DataError(f"'{path}' is not well-formed XML ({error}). It may be truncated.") from error
    for node in root.iter():
        node.tag = str(node.tag).rsplit("}", 1)[-1]
    return root


def text_of(root: ElementTree.Element, tag: str) -> str:
    """Return the text of the first element called `tag`, empty if there is none."""
    found = next(root.iter(tag), None)
    return (found.text or "").strip() if found is not None else ""


class Archive:
    """A zip file of an instrument, with bounds on what is unpacked.

    Raises
    ------
    DataError
        If it is no zip file, or damaged.
    """

    def __init__(self, path: str | Path) -> None:
        import io

        self.path = path
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(read_bytes(path)))
            self.names = self._zip.namelist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
            raise DataError(f"'{path}' is not a complete zip file ({error}). Copy it again.") from error

    def read(self, name: str) -> bytes:
        """Return one member.

        Raises
        ------
        DataError
            If it would unpack to more than 64 MB, is encrypted or damaged.
        """
        import zlib

        try:
            with self._zip.open(name) as member:
                raw = member.read(MOST_MEMBER + 1)  # what the directory says of the size need not be true
        except (
            zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, OSError, EOFError,
            KeyError,
        ) as error:  # fmt: skip
            raise DataError(f"'{self.path}': '{name}' in it cannot be unpacked ({error}).") from error
        if len(raw) > MOST_MEMBER:
            raise DataError(
                f"'{self.path}': '{name}' in it unpacks to more than {MOST_MEMBER // 1024**2} MB; no "
                "pattern is that large. It is not read."
            )
        return raw


def is_zip_with(head: bytes, *names: bytes) -> bool:
    """Tell whether the head of a file is that of a zip archive naming one of `names`."""
    return head[:4] == b"PK\x03\x04" and any(name in head for name in names)
