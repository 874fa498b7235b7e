"""One judge per claim or family of claims; importing this package registers them all."""

from . import (
    battery,
    composition,
    controls,
    inputs,
    mechanism,
    morphology,
    n2_sorption,
    sizes,
    spectra,
    temperature,
    times,
    xps,
)

__all__ = [
    "battery",
    "composition",
    "controls",
    "inputs",
    "mechanism",
    "morphology",
    "n2_sorption",
    "sizes",
    "spectra",
    "temperature",
    "times",
    "xps",
]
