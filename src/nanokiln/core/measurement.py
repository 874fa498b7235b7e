"""Measurement: the place where a simulated signal and a real instrument file meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import xarray as xr

Origin = Literal["measured", "synthetic"]

#: Written into the header of every synthetic file; readers look for it.
SYNTHETIC_MARK = "SYNTHETIC (simulated by nanokiln, not measured)"


@dataclass(frozen=True)
class Measurement:
    """One recorded signal with its axes, units and instrument settings.

    Parameters
    ----------
    technique
        Name of the technique (``"xps"``, ``"n2_sorption"``, ``"sizing"``).
    data
        Dataset; every variable and coordinate has an attribute ``units``. The names are fixed by the
        technique and documented in its package.
    origin
        ``"measured"`` or ``"synthetic"``.
    label
        Sample or region name as the file gives it.
    settings
        Instrument settings and file metadata, plain JSON types.
    file
        Path of the file it was read from, empty if it was not.
    """

    technique: str
    data: xr.Dataset
    origin: Origin
    label: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    file: str = ""

    def with_file(self, path: str) -> Measurement:
        """Return the same measurement as read from `path`."""
        return replace(self, file=path)
