"""Evidence classes and findings: what a number is worth travels with the number."""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any


class Evidence(enum.StrEnum):
    """How a number came about, from strongest to weakest."""

    MEASURED = "measured"
    QUOTED = "quoted"
    PREDICTED = "predicted"
    INTERPOLATED = "interpolated"
    CALIBRATED = "calibrated"
    ASSUMED = "assumed"

    @property
    def rank(self) -> int:
        """0 for the strongest class."""
        return list(Evidence).index(self)


def weakest(classes: Iterable[Evidence | str]) -> Evidence:
    """Return the weakest of the classes: a result is worth no more than its worst input."""
    return max((Evidence(c) for c in classes), key=lambda c: c.rank)


@dataclass(frozen=True)
class Finding:
    """A value with its interval, unit and evidence, and how it was obtained.

    Parameters
    ----------
    name
        Standard name of the quantity, such as ``bet_area`` or ``share_BC3``.
    value
        Best value; NaN when it is not resolved.
    low, high
        Ends of the 90 % interval; NaN where none can be given (`notes` says why).
    unit
        Unit in words, ``"1"`` for pure numbers.
    evidence
        Evidence class.
    technique, file
        Which analysis of which file.
    notes
        Warnings and statements in words; "not resolved: ..." is a legal result.
    choices
        Settings the analysis used (range, background, line shape).
    """

    name: str
    value: float
    low: float
    high: float
    unit: str
    evidence: Evidence
    technique: str
    file: str = ""
    notes: tuple[str, ...] = ()
    choices: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON types; NaN becomes None."""
        record = asdict(self)
        for key in ("value", "low", "high"):
            record[key] = record[key] if math.isfinite(record[key]) else None
        record["evidence"] = str(self.evidence)
        record["notes"] = list(self.notes)
        return record

    @property
    def resolved(self) -> bool:
        """Whether the finding carries a number."""
        return math.isfinite(self.value)
