"""Contact angles of boron oxide melt on oxide, carbon and their mixture (data sheet, section 4)."""

from __future__ import annotations

import numpy as np

from ..core.parameters import Parameter, Values

ANGLE_OXIDE = Parameter(
    "wetting.oxide", 15.0, "deg", 10.0, 25.0, "miscible pair, reactive wetting; no measurement found", "M"
)
ANGLE_CARBON = Parameter(
    "wetting.carbon", 65.0, "deg", 50.0, 80.0,
    "slag angles on graphite fall with boron oxide (Novak et al., Crystals 2023)", "M", valid="near 900 degC",
)  # fmt: skip


def contact_angle(carbon_fraction: float, values: Values) -> float:
    """Return the angle in degrees on a wall that is carbon by `carbon_fraction` of its area (Cassie)."""
    cosine = (1 - carbon_fraction) * np.cos(np.radians(values[ANGLE_OXIDE]))
    cosine += carbon_fraction * np.cos(np.radians(values[ANGLE_CARBON]))
    return float(np.degrees(np.arccos(cosine)))
