"""The report of a study: one self-contained HTML file."""

from .build import write_study

__all__ = ["write_study"]
