"""The three capacities the half cell has to predict (claims C134-C136).

Only `outcome` and `plot` read this module. Calibration, shapes and family must not; a test walks
their imports.
"""

from __future__ import annotations

from ..core.parameters import Parameter, Values

HELD_OUT_02 = Parameter(
    "halfcell.heldout_0.2A_g", 1207.0, "mAh/g", 1147.0, 1267.0, "article, Fig. 5a, claim C134", "P"
)
HELD_OUT_05 = Parameter(
    "halfcell.heldout_0.5A_g", 961.0, "mAh/g", 913.0, 1009.0, "article, Fig. 5a, claim C135", "P"
)
HELD_OUT_10 = Parameter(
    "halfcell.heldout_1A_g", 812.0, "mAh/g", 771.0, 853.0, "article, Fig. 5a, claim C136", "P"
)
CURRENTS = (0.2, 0.5, 1.0)  # A/g, of the three records above

#: Relative half width within which a prediction counts as met (column "tolerance" of the claims).
TOLERANCE = Parameter("halfcell.heldout_tolerance", 0.05, "1", 0.05, 0.05, "tolerance of C134-C136", "P")


def held_out(values: Values) -> dict[float, float]:
    """Return current (A/g) to the article's capacity (mAh/g)."""
    return dict(zip(CURRENTS, (values[p] for p in (HELD_OUT_02, HELD_OUT_05, HELD_OUT_10)), strict=True))
