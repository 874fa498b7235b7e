"""Comparing two results: identical, or by how much not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import xarray as xr

#: Says when and with what a file was written, not what is in it.
_UNCOMPARED = ("provenance",)


@dataclass(frozen=True)
class Difference:
    """How one variable (or attribute) of two results compares.

    Parameters
    ----------
    name
        ``group/variable``, or ``group@attribute``.
    identical
        Same type, shape and values, bit by bit; NaN equals NaN.
    largest
        Largest absolute difference; NaN where it cannot be given.
    note
        Why it cannot be given.
    """

    name: str
    identical: bool
    largest: float = 0.0
    note: str = ""

    @property
    def words(self) -> str:
        """The comparison in words."""
        return "identical" if self.identical else self.note or f"largest difference {self.largest:.3g}"


def compare(old: Mapping[str, xr.Dataset], new: Mapping[str, xr.Dataset]) -> list[Difference]:
    """Compare two results group by group, every variable, coordinate and attribute."""
    found = []
    for group in sorted({*old, *new}):
        before, after = (_everything(group, side.get(group)) for side in (old, new))
        found += [_difference(name, before.get(name), after.get(name)) for name in {**before, **after}]
    return found


def _everything(group: str, data: xr.Dataset | None) -> dict[str, Any]:
    if data is None:
        return {}
    mark = f"{group}/" if group else ""
    arrays = {f"{mark}{name}": array.values for name, array in data.variables.items()}
    attributes = {f"{group}@{name}": value for name, value in data.attrs.items() if name not in _UNCOMPARED}
    return arrays | attributes


def _difference(name: str, old: Any, new: Any) -> Difference:
    if old is None or new is None:
        return Difference(
            name, False, np.nan, "only in the new result" if old is None else "missing in the new result"
        )
    a, b = np.asarray(old), np.asarray(new)
    if a.shape != b.shape:
        return Difference(name, False, np.nan, f"shape {a.shape} became {b.shape}")
    if a.dtype.kind not in "biufc" or b.dtype.kind not in "biufc":
        same = bool(np.array_equal(a, b))
        return Difference(name, same, 0.0 if same else np.nan, "" if same else "other text")
    same = a.dtype == b.dtype and bool(np.array_equal(a, b, equal_nan=a.dtype.kind in "fc"))
    if same:
        return Difference(name, True)
    before, after = a.astype(float), b.astype(float)
    gap = np.where(np.isnan(before) & np.isnan(after), 0.0, np.abs(before - after))
    return Difference(name, False, float(np.max(gap, initial=0.0)))
