"""One judge per claim or family of claims; importing this package registers them all."""

from . import (
    area,
    battery,
    chemistry,
    composition,
    controls,
    cycling,
    inputs,
    mechanism,
    morphology,
    sizes,
    spectra,
    temperature,
    times,
)

__all__ = [
    "area",
    "battery",
    "chemistry",
    "composition",
    "controls",
    "cycling",
    "inputs",
    "mechanism",
    "morphology",
    "sizes",
    "spectra",
    "temperature",
    "times",
]
