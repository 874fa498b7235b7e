"""Put the parts together to one HTML document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path

from ..core.files import write_text
from . import markup as h
from .comparison import comparison
from .content import ReportInput
from .gallery import Gallery
from .ledger_table import ledger_section
from .parameter_table import parameters
from .provenance_block import provenance
from .sample_pages import sample_pages
from .shape.section import shape_section
from .summary import summary

Progress = Callable[[float], None]

_BEFORE, _AFTER = 0.3, 0.95  # shares of the work done when the instruments' figures begin and end
_SECTIONS = (
    ("summary", "Summary"),
    ("ledger", "Ledger"),
    ("shape", "Shape"),
    ("comparison", "Comparison"),
    ("samples", "Samples"),
    ("parameters", "Parameters"),
    ("provenance", "Provenance"),
)


def build(content: ReportInput, progress: Progress | None = None, jobs: int = 1) -> str:
    """Return the report as HTML text.

    Parameters
    ----------
    content
        What to show.
    progress
        Called with the finished share of the work, 0 to 1.
    jobs
        Processes that draw the figures of the instruments.

    Limits: at most six samples in one comparison figure keep colours of their own. The text depends on the
    input alone, and on the version of matplotlib.
    """
    tell = progress or _silent
    tell(0.0)
    top = [summary(content), ledger_section(content.ledger) if content.ledger.verdicts else ""]
    gallery = Gallery(content.pages)
    middle = [shape_section(content, gallery), comparison(content, gallery)]
    tell(_BEFORE)
    samples = sample_pages(content, gallery, jobs, lambda share: tell(_BEFORE + (_AFTER - _BEFORE) * share))
    parts = [*top, *middle, samples, parameters(content), provenance(content.provenance)]
    text = document(content.title, [p for p in parts if p], _SECTIONS)
    tell(1.0)
    return text


def write(content: ReportInput, path: str | Path, progress: Progress | None = None, jobs: int = 1) -> Path:
    """Write the report to `path` (atomically) and return it, see `build`.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    target = Path(path)
    write_text(target, build(content, progress, jobs))
    return target


def _silent(_share: float) -> None:
    """Tell nobody."""


def _asset(name: str) -> str:
    return resources.files("nanokiln.report").joinpath("assets", name).read_text(encoding="utf-8")


def document(title: str, parts: Sequence[str], sections: Sequence[tuple[str, str]]) -> str:
    """Return a whole HTML document, with nothing outside it.

    Parameters
    ----------
    title
        Plain text.
    parts
        Sections as HTML.
    sections
        Identifier and name of the sections the navigation shows, where they are there.
    """
    head = h.tag(
        "head",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        h.tag("title", h.text(title)),
        h.tag("style", _asset("report.css")),
    )
    shown = [(i, n) for i, n in sections if any(f'id="{i}"' in p for p in parts)]
    links = h.tag("nav", *(h.tag("a", name, href=f"#{id_}") for id_, name in shown), aria_label="Sections")
    header = h.tag("header", h.tag("h1", h.text(title)), links)
    body = h.tag("body", header, h.tag("main", *parts), h.tag("script", _asset("report.js")))
    return f'<!DOCTYPE html>\n<html lang="en">{head}{body}</html>\n'
