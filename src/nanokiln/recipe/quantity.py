"""Quantities of a recipe: the key in the file, the unit of the number, and what is allowed."""

from __future__ import annotations

import math
import re
import tokenize
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel

from ..core.errors import InputError
from ..core.units import magnitude

_POWER = re.compile(r"\b(nm|um|mm|cm|m)([23])\b")


@dataclass(frozen=True)
class Quantity:
    """How one quantity is written and checked; used as ``Annotated[float, Quantity(...)]``.

    Parameters
    ----------
    key
        Key in the TOML file, without the unit (``"diameter"`` for the field ``diameter_nm``).
    unit
        Unit of the number the field holds.
    low, high
        Allowed range, both ends included, in `unit`.
    """

    key: str
    unit: str
    low: float
    high: float

    @property
    def allowed(self) -> str:
        """The allowed range in words."""
        return f"allowed {self.low:g} to {self.high:g}{self.suffix}"

    @property
    def suffix(self) -> str:
        """The unit after a blank; nothing for pure numbers."""
        return "" if self.unit == "dimensionless" else f" {self.unit}"

    def read_text(self, given: Any, name: str) -> float:
        """Read a quantity in words, as it stands in a file.

        Raises
        ------
        InputError
            If the unit is missing, unknown or of another dimension, or the value is not allowed.
        """
        if isinstance(given, bool) or not isinstance(given, (str, int, float)):
            raise InputError(f"{name} = {given!r}: expected a quantity in quotes, such as {self.example}.")
        words = _POWER.sub(r"\1^\2", str(given))
        try:
            value = magnitude(words, self.unit, name)
        except InputError as error:
            raise InputError(str(error).replace(repr(words), repr(given), 1)) from None
        except (AssertionError, tokenize.TokenError, ArithmeticError, TypeError):
            # the unit parser leaks these for garbled units such as "nm)"
            raise InputError(
                f"{name} = {given!r}: the unit is not readable. Write it as {self.example}."
            ) from None
        return self.check(value, given, name)

    def read_number(self, given: Any, name: str) -> float:
        """Read a plain number that is already in `unit` (the field name states it)."""
        if isinstance(given, str):
            return self.read_text(given, name)
        if isinstance(given, bool) or not hasattr(given, "__float__"):
            raise InputError(f"{name} = {given!r}: expected a number in {self.unit}.")
        return self.check(float(given), given, name)

    def check(self, value: float, given: Any, name: str) -> float:
        """Return `value` if it is in the allowed range."""
        if not (math.isfinite(value) and self.low <= value <= self.high):
            raise InputError(f"{name} = {given!r}: {self.allowed}.")
        return value

    @property
    def example(self) -> str:
        """A quantity that would be accepted, for messages."""
        middle = min(max(1.0, self.low), self.high)
        return f"'{middle:g}{self.suffix}'"

    def write(self, value: float) -> str:
        """Write the quantity as TOML; reading it gives the same number."""
        number = repr(float(value)).removesuffix(".0")
        return number if self.unit == "dimensionless" else f'"{number} {self.unit}"'


@cache
def quantities(model: type[BaseModel]) -> dict[str, Quantity]:
    """Return the quantities of a model by field name."""
    found = {}
    for name, field in model.model_fields.items():
        for mark in field.metadata:
            if isinstance(mark, Quantity):
                found[name] = mark
    return found


def keys(model: type[BaseModel]) -> list[str]:
    """Return the keys a table of this model may have, as written in a file."""
    marked = quantities(model)
    return [marked[name].key if name in marked else name for name in model.model_fields]
