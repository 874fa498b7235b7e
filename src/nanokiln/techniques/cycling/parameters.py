"""Parameter records of the cycling analysis."""

from __future__ import annotations

from ...core.parameters import Parameter

CURRENT_ACCURACY = Parameter(
    "cycling.current_accuracy",
    0.001,
    "1",
    0.0002,
    0.001,
    "data sheets of battery cyclers state 0.02 to 0.1 % of full scale; the larger end, as relative error",
    "M",
    note="a current far below the full scale of its range is less accurate than this",
)
