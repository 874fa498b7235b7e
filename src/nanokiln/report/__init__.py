"""Show: the whole study as one self-contained HTML file.

>>> from nanokiln.report import ReportInput, write  # doctest: +SKIP
>>> write(ReportInput(...), "report.html")  # doctest: +SKIP

The file needs no network: styles, script, figures and pictures are inside. The same input gives the same
bytes; the only time in it is the one of the provenance record.
"""

from __future__ import annotations


from .content import ReportInput, SamplePage

__all__ = ["ReportInput", "SamplePage", "build", "write"]
