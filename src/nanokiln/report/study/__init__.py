"""The report of a study: one self-contained HTML file, and figures that lay all samples over each other."""

from .build import write_study
from .overlays import write_overlays

__all__ = ["write_overlays", "write_study"]
