"""Use: rate capability of the product in a lithium half cell.

Two numbers, the capacity scale and a rate constant, are calibrated on two capacities of the article (0.1 and
2 A/g); the capacities between are predicted, with a band over the shapes the distribution of time constants
might have. Names are imported on first use, PyBaMM with the first run.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .calibration import Calibration, article_targets, calibrate
    from .cell import Cell, OpenCircuit
    from .cycling import cycle
    from .family import Family, Member, predict_family
    from .finding_list import finding_name, findings
    from .outcome import Outcome, outcomes
    from .plot import rate_figure
    from .rate import rate_capability
    from .shapes import Shape, declared, log_normal, single, two_populations

_HOME = {
    "Calibration": "calibration",
    "Cell": "cell",
    "Family": "family",
    "Member": "family",
    "OpenCircuit": "cell",
    "Outcome": "outcome",
    "Shape": "shapes",
    "article_targets": "calibration",
    "calibrate": "calibration",
    "cycle": "cycling",
    "declared": "shapes",
    "finding_name": "finding_list",
    "findings": "finding_list",
    "log_normal": "shapes",
    "outcomes": "outcome",
    "predict_family": "family",
    "rate_capability": "rate",
    "rate_figure": "plot",
    "single": "shapes",
    "two_populations": "shapes",
}

__all__ = [
    "Calibration",
    "Cell",
    "Family",
    "Member",
    "OpenCircuit",
    "Outcome",
    "Shape",
    "article_targets",
    "calibrate",
    "cycle",
    "declared",
    "finding_name",
    "findings",
    "log_normal",
    "outcomes",
    "predict_family",
    "rate_capability",
    "rate_figure",
    "single",
    "two_populations",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)
