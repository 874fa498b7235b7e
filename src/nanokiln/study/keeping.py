"""Results kept as JSON between runs of a study."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..core.evidence import Evidence, Finding
from ..core.files import write_text
from ..core.provenance import plain


def keep(place: Path, record: Mapping[str, Any]) -> None:
    """Write a record atomically."""
    write_text(place, json.dumps(plain(record), ensure_ascii=False, sort_keys=True) + "\n")


def kept(place: Path) -> dict[str, Any] | None:
    """Return a record written before; None where there is none, or none that can be read."""
    try:
        record = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) else None


def finding_of(record: Mapping[str, Any]) -> Finding:
    """Return a finding from its record, see `Finding.as_dict`."""
    given = dict(record)
    for key in ("value", "low", "high"):
        given[key] = math.nan if given[key] is None else given[key]
    given["evidence"] = Evidence(given["evidence"])
    given["notes"] = tuple(given["notes"])
    return Finding(**given)
