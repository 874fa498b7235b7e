"""Numbers of the transmission electron microscope: scattering, lens, dose."""

from __future__ import annotations

from ...core.parameters import Parameter

_CODATA = "CODATA 2018"
_SCATTER = "Langmore and Smith, Ultramicroscopy 46 (1992) 349"
_SETTING = "instrument setting, not a property of the sample"

REST_ENERGY = Parameter("tem.rest_energy", 510.99895, "keV", 510.99895, 510.99895, _CODATA, "T")
PLANCK_C = Parameter("tem.planck_c", 1.23984198, "keV*nm", 1.23984198, 1.23984198, _CODATA, "exact")
FINE_STRUCTURE = Parameter("tem.fine_structure", 137.035999, "1", 137.035, 137.037, _CODATA, "T")
SECTION = Parameter(
    "tem.section",
    1.4e-6,
    "nm^2",
    1.2e-6,
    1.7e-6,
    f"elastic cross-section 1.4e-6 Z^1.5/b^2 (1 - 0.26 Z/(137 b)), b = v/c; {_SCATTER}",
    "M",
    note="good to about 15 % for light elements",
)
SECTION_POWER = Parameter("tem.section_power", 1.5, "1", 1.4, 1.6, _SCATTER, "M")
SCREENING = Parameter("tem.screening", 0.26, "1", 0.2, 0.3, _SCATTER, "M")
SPECKLE = Parameter(
    "tem.speckle",
    0.06,
    "rad",
    0.02,
    0.2,
    "amorphous carbon and silica: random phase of 100 nm of matter, averaged over 1 nm x 1 nm; assumed",
    "C",
    note="assumed: order of the fluctuations of the mean inner potential (10 V) over 0.3 nm",
)
COHERENCE = Parameter(
    "tem.coherence",
    0.25,
    "nm",
    0.1,
    0.6,
    "spacing at which the contrast transfer has fallen to 1/e (spread of focus and source)",
    "M",
    note=_SETTING,
)
BEAM_KV = Parameter("tem.beam_kV", 200.0, "kV", 60.0, 300.0, "usual for ceramics", "M", note=_SETTING)
DEFOCUS = Parameter(
    "tem.defocus", 800.0, "nm", 50.0, 5000.0, "underfocus of an overview picture", "M", note=_SETTING
)
SPHERICAL = Parameter("tem.spherical", 1.2, "mm", 0.0, 3.0, "lens without corrector", "M", note=_SETTING)
DOSE = Parameter("tem.dose", 2000.0, "1/nm^2", 50.0, 1e5, "overview picture", "M", note=_SETTING)
COLLECTED = Parameter(
    "tem.collected",
    0.5,
    "1",
    0.2,
    0.9,
    "share of the scattered electrons that falls on the annular dark-field detector",
    "M",
    note=_SETTING,
)
PROBE = Parameter(
    "tem.probe", 0.5, "nm", 0.1, 2.0, "full width of a scanning probe at half maximum", "M", note=_SETTING
)

#: Nuclear charges.
CHARGE = {"B": 5, "C": 6, "O": 8, "Si": 14}
