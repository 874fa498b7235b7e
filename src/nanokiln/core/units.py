"""Quantities in words ('900 degC', '5 K/min') become plain numbers in a stated unit."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from .errors import InputError

ZERO_CELSIUS = 273.15  # K, definition of the Celsius scale

# letters, one exponent digit, products and quotients: no unit needs more, and pint evaluates what it gets
_UNIT = re.compile(r"^[A-Za-zµ°Ω%_]*(?:(?:\s*[*/·]\s*|\s+|\^-?|\*\*-?)(?:[A-Za-zµ°Ω_]+|\d))*$")
_NUMBER = re.compile(r"^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*?)\s*$")


@cache
def registry() -> Any:
    """Return the pint registry (made on first use: importing pint takes a while)."""
    import pint

    return pint.UnitRegistry(autoconvert_offset_to_baseunit=True)


def magnitude(text: str | float, unit: str, field: str = "quantity") -> float:
    """Convert a quantity in words to a number in `unit`.

    Parameters
    ----------
    text
        Number with unit, such as ``"900 degC"`` or ``"0.3 g/g"``. A bare number is refused unless
        `unit` is dimensionless.
    unit
        Unit of the returned number, in pint's spelling.
    field
        Name used in the error message.

    Raises
    ------
    InputError
        If the text has no number, the unit is unknown or of another dimension, or is not finite.
    """
    import pint

    match = _NUMBER.match(str(text))
    if match is None or isinstance(text, bool):
        raise InputError(f"{field} = {text!r}: expected a number with a unit, such as '1 {unit}'.")
    number, words = float(match.group(1)), match.group(2)
    if not _UNIT.match(words):
        raise InputError(f"{field} = {text!r}: unknown unit '{words}'. Use for example '{unit}'.")
    if not abs(number) < float("inf"):
        raise InputError(f"{field} = {text!r}: the number is not finite.")
    ureg = registry()
    if not words and not ureg.Unit(unit).dimensionless:
        raise InputError(f"{field} = {text!r}: the unit is missing. Write it as '{number:g} {unit}'.")
    try:
        return float(ureg.Quantity(number, words or "dimensionless").to(unit).magnitude)
    except pint.errors.DimensionalityError:
        raise InputError(f"{field} = {text!r}: '{words}' cannot be converted to '{unit}'.") from None
    except Exception:  # pint raises a dozen kinds of errors on text that is no unit
        raise InputError(f"{field} = {text!r}: unknown unit '{words}'. Use for example '{unit}'.") from None
