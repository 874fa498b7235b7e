"""A simulated micrograph: a measurement that remembers the truth without showing it to an analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...core.measurement import Measurement


@dataclass(frozen=True)
class Picture(Measurement):
    """Micrograph with what was really there.

    Parameters
    ----------
    truth
        Diameters, necks, roughness and pixel size as they are; written beside the picture as
        ``NAME.truth.json``. No analysis reads it, and a picture read from a file has none.
    """

    truth: Mapping[str, Any] = field(default_factory=dict)
