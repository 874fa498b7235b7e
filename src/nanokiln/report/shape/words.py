"""Quantities of the voxel scale in words: a value, bounds, or nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .. import markup as h
from ..content import Seen

NOT_RESOLVED = "not resolved"
LOWER_BOUND = "\N{UPWARDS ARROW}"


def told(seen: Seen | None) -> str:
    """Return a quantity with its interval, its bounds, or that it is not resolved; without unit.

    A share between zero and one says nothing and counts as not resolved.
    """
    if seen is None:
        return "–"
    if math.isfinite(seen.value):
        return h.estimate(seen.value, seen.low, seen.high)
    if not math.isfinite(seen.high) or (seen.unit == "1" and seen.low <= 0 and seen.high >= 1):
        return NOT_RESOLVED
    if seen.low > 0:
        whole = seen.unit == "1" and seen.high >= 1
        return (
            f"≥ {h.number(seen.low, 2)}" if whole else f"{h.number(seen.low, 2)} to {h.number(seen.high, 2)}"
        )
    return f"≤ {h.number(seen.high, 2)}"


def short(seen: Seen | None) -> str:
    """Return a quantity without its interval."""
    if seen is not None and math.isfinite(seen.value):
        return h.number(seen.value, 3 if abs(seen.value) >= 1 else 2)
    return told(seen)


def apart(one: Seen | None, other: Seen | None) -> bool | None:
    """Whether two intervals have nothing in common; None where one is missing."""
    if (
        one is None
        or other is None
        or not all(map(math.isfinite, (one.low, one.high, other.low, other.high)))
    ):
        return None
    return one.low > other.high or other.low > one.high


def ends(values: Sequence[float], digits: int = 2) -> str:
    """Return the range of some numbers in words."""
    low, high = (h.number(v, digits) for v in (min(values), max(values)))
    return low if low == high else f"{low} to {high}"


def listed(parts: Sequence[str]) -> str:
    """Join words as a sentence does."""
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
