"""Data to standard output, words to standard error."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..core.progress import progress
from ..core.provenance import plain

#: Called with the share of the work done (0 to 1) and, where it is known, what is being done.
Share = Callable[..., None]


def say(text: str) -> None:
    """Print words for people."""
    print(text, file=sys.stderr)


def emit_json(value: Any) -> None:
    """Print a value as JSON."""
    print(json.dumps(plain(value), indent=1, ensure_ascii=False, allow_nan=False))


def emit_paths(paths: Sequence[Path]) -> None:
    """Print paths, one per line."""
    for path in paths:
        print(path)


def emit_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print columns, aligned; the last one is as wide as it is."""
    for line in table(header, rows):
        print(line)


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    lines = []
    for row in [header, *rows]:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        lines.append("  ".join(cells).rstrip())
    return lines


def emit_record(record: Mapping[str, Any]) -> None:
    """Print names and values, one pair per line."""
    width = max((len(name) for name in record), default=0)
    for name, value in record.items():
        print(f"{name.ljust(width)}  {_words(value)}".rstrip())


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_words(item)}" for key, item in value.items()) or "none"
    if isinstance(value, (list, tuple)):
        return ", ".join(_words(item) for item in value) or "none"
    if isinstance(value, float):
        return number(value)
    return str(value)


def number(value: float) -> str:
    """Return a number with four digits that count."""
    return f"{value:.4g}" if math.isfinite(value) else "-"


@contextmanager
def share_bar(title: str) -> Iterator[Share]:
    """Show progress on a terminal; yields a function that takes the share of the work done."""
    with progress(title, total=1.0) as step:
        done = 0.0

        def tell(share: float, _what: str = "") -> None:
            nonlocal done
            if share > done:
                step(share - done)
                done = share

        yield tell
