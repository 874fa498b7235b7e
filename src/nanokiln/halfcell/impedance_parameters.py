"""Parameter records of the impedance: arcs of interphase, double layer and lithium electrode."""

from __future__ import annotations

from ..core.parameters import Parameter

# constant-phase elements: Y = Q (j w)^n with Q in S s^n, of which the unit here names the S
_CIRCUIT = "assumed: circuit of the article (claim C131) with values customary for coin half cells"

SEI_CPE = Parameter("halfcell.sei_cpe", 2e-5, "S", 5e-6, 1e-4, _CIRCUIT, "C")
SEI_POWER = Parameter("halfcell.sei_power", 0.85, "1", 0.7, 1.0, _CIRCUIT, "C")
LAYER_CPE = Parameter("halfcell.layer_cpe", 4e-4, "S", 1e-4, 2e-3, _CIRCUIT, "C")
LAYER_POWER = Parameter("halfcell.layer_power", 0.8, "1", 0.7, 1.0, _CIRCUIT, "C")
LITHIUM_OHM = Parameter(
    "halfcell.lithium_ohm", 23.0, "ohm", 5.0, 100.0,
    "assumed: charge transfer and film of the lithium electrode, 12 mm disc", "C",
)  # fmt: skip
LITHIUM_CPE = Parameter("halfcell.lithium_cpe", 2e-5, "S", 5e-6, 1e-4, _CIRCUIT, "C")
LITHIUM_POWER = Parameter("halfcell.lithium_power", 0.85, "1", 0.7, 1.0, _CIRCUIT, "C")
NOISE = Parameter(
    "halfcell.impedance_noise",
    0.005,
    "1",
    0.001,
    0.02,
    "assumed: relative error of a good impedance meter",
    "C",
)
FREQUENCY_HIGH = Parameter("halfcell.frequency_high", 1e5, "Hz", 1e4, 1e6, "assumed: customary", "C")
FREQUENCY_LOW = Parameter("halfcell.frequency_low", 1e-2, "Hz", 1e-3, 1e-1, "assumed: customary", "C")
