"""Numbers of thermogravimetry: kinetics of combustion, adsorbed water, balance and thermometer."""

from __future__ import annotations

from ...core.parameters import Parameter

# combustion of free carbon; the two temperatures that fix rate and blocking are M9 and M10 in `matter.carbon`
COMBUSTION_ENERGY = Parameter(
    "tga.combustion_energy", 160000.0, "J/mol", 130000.0, 190000.0,
    "disordered carbon in air, data sheet section 8", "M",
)  # fmt: skip
REFERENCE_RATE = Parameter(
    "tga.reference_rate", 10.0, "K/min", 5.0, 20.0,
    "ramp to which the article's weight-loss temperatures are taken to belong (it gives none)", "C",
    calibrated_on=("C068", "C069"), note="the maximum of DTG at this ramp lies at M9 and M9 + M10",
)  # fmt: skip
LOADING_LOW = Parameter(
    "tga.loading_low", 0.0070, "1", 0.006, 0.008,
    "boron bound to carbon per carbon of B-SiOC-1, furnace model with its defaults", "D",
)  # fmt: skip
LOADING_HIGH = Parameter(
    "tga.loading_high", 0.1311, "1", 0.08, 0.15,
    "boron bound to carbon per carbon of B-SiOC-4, furnace model with its defaults", "D",
)  # fmt: skip
OXYGEN_ORDER = Parameter(
    "tga.oxygen_order", 0.6, "1", 0.5, 1.0, "order in oxygen pressure of carbon oxidation, common range", "M",
    note="only enters for gases other than air",
)  # fmt: skip
OXYGEN_IN_AIR = Parameter(
    "tga.oxygen_in_air", 0.2095, "1", 0.209, 0.21, "mole fraction of oxygen in dry air", "M"
)
ACID_VAPOUR = Parameter(
    "tga.acid_vapour", 0.05, "1", 0.02, 0.10,
    "share of boric acid that leaves as such in its own steam (mechanism section 3, y_v)", "D",
)  # fmt: skip

# adsorbed water
WATER_PER_AREA = Parameter(
    "tga.water_per_area", 0.28, "mg/m^2", 0.2, 0.35,
    "one molecule per 0.106 nm2, the usual monolayer of water on silica", "M",
)  # fmt: skip
WATER_ENERGY = Parameter(
    "tga.water_energy", 50000.0, "J/mol", 44000.0, 60000.0,
    "little above the heat of vaporisation of water (44 kJ/mol)", "M",
)  # fmt: skip
WATER_PREFACTOR = Parameter(
    "tga.water_prefactor", 1.0e5, "1/s", 1e4, 1e6, "puts the maximum at 10 K/min near 80 degC", "D"
)

# balance and thermometer
TEMPERATURE_ERROR = Parameter(
    "tga.temperature_error", 1.0, "K", 0.3, 2.0,
    "standard deviation of a calibration at Curie or melting points, usual specification", "M",
    note="one shift for a whole run; part of every interval of a temperature",
)  # fmt: skip
WEIGHT_NOISE = Parameter(
    "tga.weight_noise", 1.0e-3, "mg", 1e-4, 5e-3, "scatter of single readings, usual specification", "M"
)
WEIGHT_DRIFT = Parameter(
    "tga.weight_drift", 0.01, "mg", 2e-3, 0.05,
    "what remains of buoyancy and drift over a run after a blank was subtracted", "M",
)  # fmt: skip
GAS_DENSITY = Parameter(
    "tga.gas_density", 1.18, "mg/cm^3", 1.1, 1.3, "air at 298 K and 1 atm, ideal gas", "D",
    note="nitrogen 3 % less, oxygen 10 %, argon 38 % more",
)  # fmt: skip
GAS_TEMPERATURE = Parameter(
    "tga.gas_temperature", 298.15, "K", 298.15, 298.15, "of the density above", "exact"
)
BUOYANT_VOLUME = Parameter(
    "tga.buoyant_volume", 0.08, "cm^3", 0.03, 0.2, "alumina crucible with its hanger and sample", "M"
)
