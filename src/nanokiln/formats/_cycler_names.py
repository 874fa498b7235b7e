"""Columns of cyclers by their names, English and Chinese, with units in brackets or behind a slash."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

_HOUR, _MINUTE = 3600.0, 60.0
_SECONDS = {"s": 1.0, "sec": 1.0, "second": 1.0, "seconds": 1.0, "h": _HOUR, "hr": _HOUR, "hour": _HOUR,
            "hours": _HOUR, "min": _MINUTE, "minutes": _MINUTE, "ms": 1e-3, "秒": 1.0,
            "小时": _HOUR}  # fmt: skip
_AMPERE = {"a": 1.0, "ma": 1e-3, "ua": 1e-6, "µa": 1e-6, "μa": 1e-6, "ampere": 1.0, "amps": 1.0}
_VOLT = {"v": 1.0, "mv": 1e-3, "volt": 1.0, "volts": 1.0}
_HOURS = {"ah": 1.0, "a.h": 1.0, "mah": 1e-3, "ma.h": 1e-3, "uah": 1e-6, "ampere_hour": 1.0, "amp-hr": 1.0}
_NUMBER = r"[ _]*(index|number|count|id|no|p|#|号|序号|数|/ ?1)*[ .#]*(/ ?1)?$"
#: Kind of column, the words it is known by, and its units; the first kind that fits wins.
_WORDS: tuple[tuple[str, tuple[str, ...], Mapping[str, float]], ...] = (
    ("skip", (r"date|realtime|系统时间|绝对时间|absolute", r"energy|能量|ws?hr?\b|watt"), {}),
    ("skip", (r"specific|比容量|/g\b|kg", r"dv/dt|dq/?dv"), {}),
    ("status", (r"^(state|status|md|step ?type|工步类型|工步状态|状态|工作模式)$",), {}),
    ("charge", (r"^(charg\w*|chg|充电)[ _.]*(cap\w*|容量)", r"q[ _]charge/m?a"), _HOURS),
    ("discharge", (r"^(discharg\w*|dchg|放电)[ _.]*(cap\w*|容量)", r"q[ _]discharge/m?a"), _HOURS),
    ("capacity", (r"^(cap(acity)?\b|amp-?hr|ah\b|容量)",), _HOURS),
    ("cycle", (r"^(cycle|cyc#|循环)" + _NUMBER,), {}),
    ("count", (r"^step[ _]count",), {}),
    ("step", (r"^(step|工步)" + _NUMBER,), {}),
    ("step_time", (r"^(step[ _]*time|step \(|steptime|工步时间|步骤时间|单步时间)",), _SECONDS),
    ("time", (r"^(test|total)[ _]*time|^test \(|^time|^elapsed", r"^(总|测试|运行)?时间"), _SECONDS),
    ("current", (r"^(current|cur\b|i\b|amps?\b|电流)",), _AMPERE),
    ("voltage", (r"^(voltage|volts?\b|vol\b|v\b|ewe|ecell|potential|电压)",), _VOLT),
)
_KINDS = tuple((kind, re.compile("|".join(words), re.IGNORECASE), units) for kind, words, units in _WORDS)


def find(header: Sequence[str]) -> dict[str, tuple[int, float]]:
    """Return position and factor (to s, V, A, A h) of every column a header names.

    Parameters
    ----------
    header
        Cells such as ``Current(mA)``, ``Voltage / V``, ``测试时间/Sec``.
    """
    found: dict[str, tuple[int, float]] = {}
    for index, cell in enumerate(header):
        name, unit = _split(str(cell))
        for kind, words, units in _KINDS:
            if words.search(name) or (kind == "skip" and words.search(f"{name} {unit}")):
                factor = units.get(unit.lower(), 1.0 if not unit or not units else np.nan)
                if kind != "skip" and np.isfinite(factor):
                    found.setdefault(kind, (index, factor))
                break
    return found


def is_header(columns: Mapping[str, Any]) -> bool:
    """Whether these columns make a test: time, voltage and current."""
    return ("time" in columns or "step_time" in columns) and "voltage" in columns and "current" in columns


def _split(cell: str) -> tuple[str, str]:
    """Split ``Current(mA)``, ``Voltage / V`` or ``电流/mA`` into name and unit."""
    cell = " ".join(cell.replace("（", "(").replace("）", ")").split())
    if match := re.match(r"^([^(\[]*?)\s*[(\[]\s*([^)\]]*)\s*[)\]]$", cell):
        return match[1], match[2].strip()
    if match := re.match(r"^([^/]*?)\s*/\s*([A-Za-zµμ.]+\d?|1|秒)$", cell):
        return match[1], match[2]
    if match := re.match(r"^(\w+?)_(second|volt|ampere_hour|ampere)$", cell, re.IGNORECASE):
        return match[1], match[2].lower()
    return cell, ""
