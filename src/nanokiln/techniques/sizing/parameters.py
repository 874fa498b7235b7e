"""Numbers of particle sizing: scale of the micrograph and errors of a diameter."""

from __future__ import annotations

from ...core.parameters import Parameter

PIXEL_SIZE = Parameter(
    "sizing.pixel_size",
    2.0,
    "nm",
    0.5,
    5.0,
    "micrograph 1280 pixels wide, 120 mm display: 1.9 nm at 50 000 times, 0.94 nm at 100 000 times",
    "D",
    note="instrument setting, not a property of the sample",
)
EDGE_ERROR = Parameter(
    "sizing.edge_error",
    0.5,
    "pixel",
    0.2,
    1.5,
    "one outline placed to half a pixel; two independent edges make a diameter",
    "M",
    note="random error of each edge, standard deviation",
)
SCALE_ERROR = Parameter(
    "sizing.scale_error",
    0.01,
    "1",
    0.003,
    0.05,
    "magnification of an electron microscope: 1 % with a standard, 3-5 % without",
    "M",
    note="relative standard uncertainty, common to all particles of a session",
)
