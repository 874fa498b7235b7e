"""Ordinates of JCAMP-DX: plain, packed, squeezed, difference and duplicate forms in one decoder.

Source: JCAMP-DX 4.24, McDonald and Wilks, Appl. Spectrosc. 42 (1988) 151.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..core.errors import DataError

_SQUEEZED = {c: str(i) for i, c in enumerate("@ABCDEFGHI")} | {
    c: f"-{i + 1}" for i, c in enumerate("abcdefghi")
}
_DIFFERENCE = {c: str(i) for i, c in enumerate("%JKLMNOPQR")} | {
    c: f"-{i + 1}" for i, c in enumerate("jklmnopqr")
}
_REPEAT = {c: str(i + 1) for i, c in enumerate("STUVWXYZ")} | {"s": "9"}
_CODED = re.compile(r"[@A-DF-Z%a-df-s]")  # E may be an exponent
_PLAIN = r"[-+]?(?:\d+\.?\d*|\.\d+)"
_NUMBER = re.compile(_PLAIN + r"(?:[eE][-+]?\d+)?")
_IN_CODED = re.compile(_PLAIN + r"(?:[eE][-+]\d+)?")  # among codes an exponent needs its sign
_CODE = re.compile(r"([@%A-Za-s])(\d*\.?\d*)")
_BLANK = " \t,;"
_DIGITS_OF_A_COUNT = 8  # a longer one is damage


def ordinates(lines: Iterable[str], most: int) -> list[float]:
    """Return the ordinates of XYDATA lines, each of which begins with its abscissa.

    Parameters
    ----------
    lines
        Data lines without comments.
    most
        Number of ordinates at which to stop.

    Raises
    ------
    DataError
        For a character that stands for nothing, a difference without a value before it, or a line whose check
        value is not the last value of the line before.
    """
    lines = [line.strip() for line in lines if line.strip()]
    coded = any(_CODED.search(line) for line in lines)
    found: list[float] = []
    difference = False
    for line in lines:
        values, ends = _line(line, coded, most - len(found) + 2)
        if difference and values:
            if found and values[0] != found[-1]:
                raise DataError(
                    f"a line begins with {values[0]:g} and the one before ends with {found[-1]:g}"
                )
            values = values[1:]
        found += values
        difference = ends
        if len(found) > most:
            break
    return found


def _line(line: str, coded: bool, most: int) -> tuple[list[float], bool]:
    """Return the ordinates of one line, and whether it ends with a difference."""
    values: list[float] = []
    step, difference, first = 0.0, False, True
    for code, text in _words(line, coded):
        if code in _REPEAT:
            if not values or len(text) > _DIGITS_OF_A_COUNT:
                raise DataError(f"'{code}{text}' repeats nothing, or too often")
            for _ in range(min(int(_REPEAT[code] + text) - 1, most)):
                values.append(values[-1] + step if difference else values[-1])
        elif code in _DIFFERENCE:
            if not values:
                raise DataError(f"the difference '{code}{text}' has no value before it")
            step, difference = float(_DIFFERENCE[code] + text), True
            values.append(values[-1] + step)
        else:
            if not first or code:
                values.append(float(_SQUEEZED[code] + text) if code else float(text))
            difference = False
        first = False
        if len(values) > most:
            break
    return values, difference


def _words(line: str, coded: bool) -> Iterator[tuple[str, str]]:
    at = 0
    plain = _IN_CODED if coded else _NUMBER
    while at < len(line):
        if line[at] in _BLANK:
            at += 1
            continue
        match = plain.match(line, at)
        if match:
            yield "", match.group(0)
        else:
            match = _CODE.match(line, at) if coded else None
            if match is None:
                raise DataError(f"'{line[at]}' in a data line stands for no number")
            yield match.group(1), match.group(2)
        at = match.end()
