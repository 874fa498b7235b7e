"""Small pieces of HTML; everything that comes from data passes through `text`."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable, Sequence

_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_DIGITS = 3  # significant digits of a number without an interval
_LARGEST, _SMALLEST = 1e6, 1e-4  # beyond these a number is written with a power of ten


def text(value: object) -> str:
    """Escape `value` for text and attributes."""
    return html.escape(str(value), quote=True)


def tag(name: str, /, *content: str, **attributes: object) -> str:
    """Return an element; `content` is HTML, attributes are escaped (``class_`` gives class)."""
    parts = [name]
    for key, value in attributes.items():
        plain = key.rstrip("_").replace("_", "-")
        if value is True:
            parts.append(plain)
        elif value is not None and value is not False:
            parts.append(f'{plain}="{text(value)}"')
    return f"<{' '.join(parts)}>{''.join(content)}</{name}>"


def table(
    headers: Sequence[str],
    rows: Iterable[Sequence[str]],
    caption: str = "",
    *,
    class_: str = "",
    id_: str | None = None,
) -> str:
    """Return a table; `headers` are plain text, cells are HTML."""
    head = tag("thead", tag("tr", *(tag("th", text(h), scope="col") for h in headers)))
    body = tag("tbody", *(tag("tr", *(tag("td", cell) for cell in row)) for row in rows))
    title = tag("caption", text(caption)) if caption else ""
    inner = tag("table", title, head, body, class_=class_ or None, id=id_)
    return tag("div", inner, class_="scroll", tabindex="0", role="region", aria_label=caption or "table")


def details(
    summary: str, content: str, *, open_: bool = False, class_: str | None = None, id_: str | None = None
) -> str:
    """Return a collapsible part; `summary` and `content` are HTML."""
    return tag("details", tag("summary", summary), content, open=open_, class_=class_, id=id_)


def section(id_: str, heading: str, *content: str) -> str:
    """Return a section with its heading (plain text)."""
    return tag("section", tag("h2", text(heading)), *content, id=id_)


def number(value: float, digits: int = _DIGITS) -> str:
    """Write a number with `digits` significant digits, an en dash when it is none."""
    if not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    size = abs(value)
    if not _SMALLEST <= size < _LARGEST:
        mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        return f"{minus(mantissa)} × 10{str(int(exponent)).translate(_SUPERSCRIPT)}"
    return minus(f"{value:.{max(0, digits - 1 - math.floor(math.log10(size)))}f}")


def minus(word: str) -> str:
    """Write hyphens that are minus signs as such; those of ranges and names stay."""
    return re.sub(r"(?<![\w.])-(?=\d)", "−", word)


def estimate(value: float, low: float, high: float) -> str:
    """Write ``value [low, high]`` with as many digits as the interval is worth."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return number(value)
    decimals = max(0, 1 - math.floor(math.log10(high - low)))
    if max(abs(low), abs(high)) >= _LARGEST or decimals > 6:
        return f"{number(value)} [{number(low)}, {number(high)}]"
    ends = ", ".join(minus(f"{end:.{decimals}f}") for end in (low, high))
    middle = minus(f"{value:.{decimals}f}") if math.isfinite(value) else "not resolved"
    return f"{middle} [{ends}]"


def short(value: float, digits: int) -> str:
    """Write a number as `number` does, without zeros at its end."""
    shown = number(value, digits)
    return shown.rstrip("0").rstrip(".") if "." in shown and "×" not in shown else shown


def breakable(name: str) -> str:
    """Return a dotted name as code that may be broken after its dots and underscores."""
    return tag("code", re.sub(r"([._])", r"\1<wbr>", text(name)))


def unit(words: str) -> str:
    """Write a unit as people do: ``m2/g`` gives ``m²/g``, ``1`` gives nothing."""
    if words in ("1", "-", "dimensionless"):
        return ""
    pretty = re.sub(r"\^(-?\d+)", lambda m: m.group(1).translate(_SUPERSCRIPT), words)
    pretty = re.sub(
        r"\b(c?m|[nuµ]m)([23])\b", lambda m: m.group(1) + m.group(2).translate(_SUPERSCRIPT), pretty
    )
    pretty = pretty.replace("**", "^").replace("degC", "°C").replace("*", "·")
    return re.sub(r"\bum\b", "µm", pretty)


def quantity(value: float, low: float, high: float, words: str) -> str:
    """Return an estimate with its unit, escaped."""
    shown = estimate(value, low, high)
    end = unit(words)
    return text(f"{shown} {end}".rstrip()) if shown != "–" else text(shown)
