"""Numbers of ICP emission spectrometry: dissolution of the powder, plasma, standards, glassware."""

from __future__ import annotations

from ...core.parameters import Parameter

# dissolution, calibrated on the article's two readings of B-SiOC-3 (C10 of the data sheet)
DISSOLVED_FIRST = Parameter(
    "icp.dissolved_first", 0.346, "1", 0.26, 0.42,
    "share of silicon in solution at the first reading: retained boron over 0.51 g/g (mechanism, section 9)",
    "C", symbol="C10", calibrated_on=("C048",), note="0.36 over accepted parameter sets; tests nothing",
)  # fmt: skip
DISSOLVED_LAST = Parameter(
    "icp.dissolved_last", 0.519, "1", 0.39, 0.64,
    "the same at the last reading, 0.34 g/g", "C", calibrated_on=("C049",),
    note="0.53 over accepted parameter sets; tests nothing",
)  # fmt: skip
FIRST_TIME = Parameter(
    "icp.first_time", 1.0, "h", 0.1, 10.0, "time of the first reading; the article's text gives none", "C",
    calibrated_on=("C048",), note="only fixes the scale of time",
)  # fmt: skip
LAST_TIME = Parameter(
    "icp.last_time", 24.0, "h", 2.0, 100.0, "time of the last reading; the article's text gives none", "C",
    calibrated_on=("C049",), note="only fixes the scale of time",
)  # fmt: skip
BORON_DEPTH = Parameter(
    "icp.boron_depth", 0.05, "1", 0.02, 0.12,
    "share of silicon that dissolves while most boron does: 3-12 nm of a sphere (data sheet section 9)",
    "D",
)  # fmt: skip

# spectrometer
SENSITIVITY_B = Parameter(
    "icp.sensitivity_B", 2.0e4, "L/mg/s", 5e3, 1e5, "counts at B 249.772 nm, usual size", "M"
)
SENSITIVITY_SI = Parameter(
    "icp.sensitivity_Si", 1.0e4, "L/mg/s", 3e3, 5e4, "counts at Si 251.611 nm, usual size", "M"
)
SENSITIVITY_Y = Parameter(
    "icp.sensitivity_Y", 2.0e5, "L/mg/s", 5e4, 1e6, "counts at Y 371.029 nm, usual size", "M"
)
BACKGROUND = Parameter("icp.background", 300.0, "1/s", 50.0, 2000.0, "plasma continuum under a line", "M")
FLICKER = Parameter(
    "icp.flicker", 5.0e-3, "1", 2e-3, 1e-2, "scatter of the nebuliser, common to all lines of a reading", "M"
)
LINE_FLICKER = Parameter(
    "icp.line_flicker", 2.0e-3, "1", 5e-4, 5e-3, "scatter of the plasma that lines do not share", "M"
)
STANDARD_ERROR = Parameter(
    "icp.standard_error", 5.0e-3, "1", 2e-3, 1e-2,
    "standard deviation of a certified stock solution; one factor for all standards of an element", "M",
)  # fmt: skip
BLANK_BORON = Parameter(
    "icp.blank_boron", 2.0e-3, "mg/L", 2e-4, 1e-2, "boron from glassware and reagents", "M"
)
