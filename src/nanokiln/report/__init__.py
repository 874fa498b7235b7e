"""Show: the whole study as one self-contained HTML file.

`build` returns the text, `write` puts it into a file. The file needs no network: styles, script, figures and
pictures are inside. The same input gives the same bytes; the only time in it is that of the provenance
record.
"""

from __future__ import annotations

from .build import build, write
from .content import ReportInput, SamplePage

__all__ = ["ReportInput", "SamplePage", "build", "write"]
