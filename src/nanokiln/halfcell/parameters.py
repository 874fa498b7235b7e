"""Parameter records of the half cell: geometry, kinetics, open-circuit curve, spread of time constants.

Two kinds of numbers are missing here on purpose: the capacity scale and the rate constant, which
`calibration` finds from the two targets below, and the three held-out capacities, which live in
`heldout_parameters` so that no fit can reach them by accident.
"""

from __future__ import annotations

from ..core.parameters import Parameter

_PROTOTYPE = "assumed: the article's main text gives no value; customary for coin half cells"

#: Currents of the article's rate test in its order, A/g (claim C132). A protocol, not a constant.
PROTOCOL_CURRENTS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
PROTOCOL_CYCLES = 2  # at each of them

LOADING = Parameter(
    "halfcell.loading", 1.0, "mg/cm^2", 0.5, 2.0, _PROTOTYPE, "C", note="active mass per electrode area"
)
DISC = Parameter("halfcell.disc_diameter", 12.0, "mm", 10.0, 16.0, _PROTOTYPE, "C")
TEMPERATURE = Parameter("halfcell.temperature", 298.15, "K", 293.0, 303.0, _PROTOTYPE, "C")
LOWER_VOLTAGE = Parameter(
    "halfcell.lower_voltage", 0.01, "V", 0.005, 0.05, _PROTOTYPE, "C", note="against Li/Li+"
)
UPPER_VOLTAGE = Parameter("halfcell.upper_voltage", 3.0, "V", 2.5, 3.0, _PROTOTYPE, "C")
CHARGE_TRANSFER = Parameter(
    "halfcell.charge_transfer",
    149.0,
    "ohm",
    75.0,
    300.0,
    "article, Fig. S18b and Table S1, claim C129",
    "P",
    calibrated_on=("C129",),
    note="measured after 300 cycles; used here for the fresh cell, hence a factor of two either way",
)
SERIES = Parameter(
    "halfcell.series_resistance",
    5.0,
    "ohm",
    1.0,
    20.0,
    "assumed: electrolyte and leads of a coin cell; the lithium counter electrode is left out",
    "C",
)
HYSTERESIS = Parameter(
    "halfcell.hysteresis",
    0.1,
    "V",
    0.05,
    0.25,
    "assumed half gap between the branches; upper end from the gap 0.3-0.5 V of Ahn & Raj, J. Power "
    "Sources 195 (2010) 3900, which includes polarisation",
    "C",
)

DOUBLE_LAYER = Parameter(
    "halfcell.double_layer",
    0.36,
    "F/g",
    0.1,
    2.0,
    "assumed: the CPE 4e-4, 0.8 used for the article's circuit is about 4e-4 F over 1.13 mg",
    "C",
)

_CURVE = (
    "assumed analytic sloping curve U(x) = a1 exp(-b1 x) + a2 exp(-b2 x) - a3 x; no open-circuit data of "
    "SiOC were found"
)
OCV_A1 = Parameter("halfcell.ocv_a1", 2.4, "V", 2.2, 2.8, _CURVE, "C")
OCV_B1 = Parameter("halfcell.ocv_b1", 18.0, "1", 12.0, 24.0, _CURVE, "C")
OCV_A2 = Parameter("halfcell.ocv_a2", 0.95, "V", 0.7, 1.2, _CURVE, "C")
OCV_B2 = Parameter("halfcell.ocv_b2", 2.2, "1", 1.8, 3.0, _CURVE, "C")
OCV_A3 = Parameter("halfcell.ocv_a3", 0.11, "V", 0.08, 0.14, _CURVE, "C")

SPREAD = Parameter(
    "halfcell.tau_spread",
    2.0,
    "decades",
    0.0,
    4.0,
    "diffusion time 10-1000 s of a 100 nm sphere for D = 1e-11 to 1e-13 cm2/s, taken as 5-95 % of a "
    "log-normal; upper end: two decades of D (Kaspar, Graczyk-Zajac & Riedel, Electrochim. Acta 115 (2014) "
    "665) plus two of length squared, 100 nm sphere to 1 um agglomerate",
    "D",
    note="declared before any calibration; not tuned on a capacity",
)
SPHERE_TIME = Parameter(
    "halfcell.sphere_time",
    100.0,
    "s",
    10.0,
    1000.0,
    "R^2/D for R = 100 nm, D = 1e-12 cm2/s",
    "D",
    note="used only where the resistance, not the time constant, is the calibrated number",
)
CARBON_SHARE = Parameter(
    "halfcell.carbon_share",
    0.36,
    "g/g",
    0.25,
    0.45,
    "free carbon of B-SiOC-2 in the mass balance of the capacity estimate",
    "D",
)
OXIDE_SHARE = Parameter(
    "halfcell.oxide_share",
    0.62,
    "g/g",
    0.55,
    0.75,
    "oxide of B-SiOC-2 in the same mass balance",
    "D",
)
CAPACITY_CEILING = Parameter(
    "halfcell.capacity_ceiling",
    3579.0,
    "mAh/g",
    3579.0,
    3579.0,
    "Li15Si4 per gram of silicon: no silicon oxycarbide can hold more",
    "D",
)

TARGET_CURRENT_SLOW = Parameter(
    "halfcell.target_current_slow", 0.1, "A/g", 0.1, 0.1, "article, Fig. 5a, claim C133", "P"
)
TARGET_CURRENT_FAST = Parameter(
    "halfcell.target_current_fast", 2.0, "A/g", 2.0, 2.0, "article, Fig. 5a, claim C137", "P"
)
TARGET_SLOW = Parameter(
    "halfcell.target_slow",
    1404.0,
    "mAh/g",
    1334.0,
    1474.0,
    "article, Fig. 5a, claim C133",
    "P",
    symbol="C133",
)
TARGET_FAST = Parameter(
    "halfcell.target_fast", 688.0, "mAh/g", 654.0, 722.0, "article, Fig. 5a, claim C137", "P"
)
