"""One judge per claim or family of claims; importing this package registers them all."""

from . import (
    battery,
    composition,
    controls,
    cycling,
    diffraction,
    icp,
    inputs,
    mechanism,
    morphology,
    n2_sorption,
    raman,
    sizes,
    temperature,
    tga,
    times,
    xps,
)

__all__ = [
    "battery",
    "composition",
    "controls",
    "cycling",
    "diffraction",
    "icp",
    "inputs",
    "mechanism",
    "morphology",
    "n2_sorption",
    "raman",
    "sizes",
    "temperature",
    "tga",
    "times",
    "xps",
]
