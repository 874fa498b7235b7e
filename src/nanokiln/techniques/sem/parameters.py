"""Numbers of the scanning electron microscope: escape of secondary electrons, beam, detectors, dose."""

from __future__ import annotations

from ...core.parameters import Parameter

_SEILER = "Seiler, J. Appl. Phys. 54 (1983) R1: insulators 10-20 nm, metals and carbon 0.5-3 nm"
_SETTING = "instrument setting, not a property of the sample"

ESCAPE_OXIDE = Parameter(
    "sem.escape_oxide",
    10.0,
    "nm",
    5.0,
    20.0,
    f"mean escape depth of secondary electrons in silica-rich glass; {_SEILER}",
    "M",
)
ESCAPE_CARBON = Parameter(
    "sem.escape_carbon",
    2.5,
    "nm",
    1.0,
    5.0,
    f"mean escape depth of secondary electrons in amorphous carbon; {_SEILER}",
    "M",
)
RANGE_5KV = Parameter(
    "sem.range_5kV",
    330.0,
    "nm",
    250.0,
    450.0,
    "Kanaya and Okayama, J. Phys. D 5 (1972) 43: 0.0276 A E^1.67/(Z^0.89 rho) um with A/Z^0.89 of silica and "
    "carbon (2.4) and 2.0 g/cm3, at 5 kV",
    "D",
    note="depth over which the beam spends its energy; scales with the voltage to the power 1.67",
)
RANGE_POWER = Parameter(
    "sem.range_power", 1.67, "1", 1.6, 1.75, "Kanaya and Okayama, J. Phys. D 5 (1972) 43", "T"
)
YIELD_FLAT = Parameter(
    "sem.yield_flat",
    0.8,
    "1",
    0.3,
    1.5,
    "secondary electrons per beam electron on a flat face of carbon-silica at 5 kV (carbon 0.4, silica 1.5; "
    "Lin and Joy, Surf. Interface Anal. 37 (2005) 895)",
    "M",
    note="falls with the voltage; one value for 1-10 kV",
)
BACKGROUND = Parameter(
    "sem.background",
    0.06,
    "1",
    0.02,
    0.2,
    "signal without topography (electrons set free by backscattered ones at the walls), of a flat face",
    "M",
)
ASYMMETRY_ET = Parameter(
    "sem.asymmetry_et",
    0.5,
    "1",
    0.2,
    0.8,
    "Everhart-Thornley detector: electrons that leave towards it over the mean of all, less one",
    "M",
)
EFFICIENCY_ET = Parameter(
    "sem.efficiency_et", 0.5, "1", 0.2, 0.9, "share of electrons leaving a flat face that is counted", "M"
)
EFFICIENCY_INLENS = Parameter(
    "sem.efficiency_inlens",
    0.7,
    "1",
    0.4,
    0.95,
    "share of electrons leaving a flat face that is counted",
    "M",
)
BEAM_KV = Parameter("sem.beam_kV", 5.0, "kV", 1.0, 15.0, "usual for oxides with carbon", "M", note=_SETTING)
CURRENT = Parameter("sem.current", 50.0, "pA", 5.0, 500.0, "field emission gun", "M", note=_SETTING)
DWELL = Parameter("sem.dwell", 3.0, "us", 0.1, 100.0, "slow scan of about 3 s", "M", note=_SETTING)
BEAM_SIZE = Parameter(
    "sem.beam_size",
    1.5,
    "nm",
    0.8,
    5.0,
    "field emission gun at 5 kV: full width at half maximum of the probe",
    "M",
    note=_SETTING,
)
CHARGE_TAIL = Parameter(
    "sem.charge_tail",
    0.06,
    "1",
    0.02,
    0.3,
    "length of a charging streak over the width of the picture; assumed",
    "C",
    note="assumed: how long an insulating spot stays charged depends on the mount",
)

#: Escape depth of an element-free description: carbon and everything else.
DETECTORS = {
    "et": (ASYMMETRY_ET, EFFICIENCY_ET),
    "inlens": (None, EFFICIENCY_INLENS),
}
