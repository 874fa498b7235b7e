"""The voxel scale in a report: pictures, numbers and what not to trust in them.

`draw` makes everything that takes time from the fields of a run, `record` keeps it and stores it in files, so
that a report of many samples needs none of their fields; `section` and `tables` put it on the page.
"""

from __future__ import annotations

from .draw import shape_of
from .record import Picture, Shape, Stage, load, save

__all__ = ["Picture", "Shape", "Stage", "load", "save", "shape_of"]
