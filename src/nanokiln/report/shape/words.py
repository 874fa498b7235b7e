"""Quantities of the voxel scale in words: a value, bounds, or nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .. import markup as h
from ..content import Seen

NOT_RESOLVED = "not resolved"
SMOOTH = "smooth on this grid"
_ATOM_NM = 0.1  # nm; lower bumps are errors of reading
_LARGE = 10.0  # from here a number without interval has three digits
LOWER_BOUND = "\N{UPWARDS ARROW}"


def told(seen: Seen | None, *, least: float = 0.0, signed: bool = False) -> str:
    """Return a quantity with its interval, its bounds, or that it is not resolved; without unit.

    Parameters
    ----------
    seen
        The quantity.
    least
        What a lower bound of a share must exceed to say anything.
    signed
        Whether it may be negative; an interval of what may not be ends at zero.
    """
    if seen is None:
        return "–"
    if is_known(seen):
        return _interval(seen, signed)
    if (
        math.isfinite(seen.value)
        or not math.isfinite(seen.high)
        or (seen.unit == "1" and seen.low <= least and seen.high >= 1)
    ):
        return NOT_RESOLVED
    if seen.low > 0:
        whole = seen.unit == "1" and seen.high >= 1
        return (
            f"≥ {h.number(seen.low, 2)}" if whole else f"{h.number(seen.low, 2)} to {h.number(seen.high, 2)}"
        )
    return f"≤ {h.number(seen.high, 2)}"


def _interval(seen: Seen, signed: bool) -> str:
    """Write value and interval with at most three digits of the value."""
    low, high = (end if signed else max(end, 0.0) for end in (seen.low, seen.high))
    size = max(abs(seen.value), abs(high))
    if not (math.isfinite(low) and high > low and size > 0):
        return h.number(seen.value)
    decimals = max(0, min(1 - math.floor(math.log10(high - low)), 2 - math.floor(math.log10(size))))
    value, *ends_ = (h.minus(f"{v:.{decimals}f}") for v in (seen.value, low, high))
    return f"{value} [{', '.join(ends_)}]"


def is_known(seen: Seen | None) -> bool:
    """Whether there is a value with an interval: one without, of a single sphere, is not resolved."""
    return seen is not None and all(math.isfinite(v) for v in (seen.value, seen.low, seen.high))


def is_smooth(seen: Seen | None) -> bool:
    """Whether bumps are lower than an atom: the body on the grid is smooth."""
    if seen is None:
        return False
    most = seen.value if math.isfinite(seen.value) else seen.high
    return most < _ATOM_NM


def short(seen: Seen | None) -> str:
    """Return a quantity without its interval."""
    if seen is not None and is_known(seen):
        return h.number(seen.value, 3 if abs(seen.value) >= _LARGE else 2)
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
