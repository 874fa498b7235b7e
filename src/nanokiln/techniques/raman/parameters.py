"""Numbers of Raman spectroscopy of carbon: bands, silicon, crystallite laws, virtual instrument, limits."""

from __future__ import annotations

from ...core.parameters import Parameter

_SHEET = "data sheet section 9, Raman at 514-532 nm, carbon of 900 degC"
_SADEZKY = "Sadezky et al., Carbon 43 (2005) 1731: bands of soot, from memory"

# --- bands of disordered carbon (first guess of every fit; where the virtual powder has them)
D_POSITION = Parameter("raman.d_position", 1345.0, "1/cm", 1340.0, 1350.0, _SHEET, "M", valid="514 nm light")
D_WIDTH = Parameter("raman.d_width", 185.0, "1/cm", 150.0, 220.0, f"full width, {_SHEET}", "M")
D_DISPERSION = Parameter(
    "raman.d_dispersion",
    50.0,
    "1/(cm*eV)",
    45.0,
    60.0,
    "D moves up with the energy of the light: Pocsik et al., J. Non-Cryst. Solids 227 (1998) 1083 (memory)",
    "M",
)
G_POSITION = Parameter("raman.g_position", 1592.0, "1/cm", 1585.0, 1600.0, _SHEET, "M")
G_WIDTH = Parameter("raman.g_width", 85.0, "1/cm", 70.0, 100.0, f"full width, {_SHEET}", "M")
D3_POSITION = Parameter("raman.d3_position", 1510.0, "1/cm", 1490.0, 1525.0, _SADEZKY, "M")
D3_WIDTH = Parameter("raman.d3_width", 120.0, "1/cm", 90.0, 160.0, f"full width, {_SADEZKY}", "M")
D3_SHARE = Parameter(
    "raman.d3_share", 0.25, "1", 0.1, 0.4, "height of D3 over that of G in soot-like carbon", "C",
    note="assumed: no measured spectrum of these powders stands behind it",
)  # fmt: skip
D4_POSITION = Parameter("raman.d4_position", 1190.0, "1/cm", 1170.0, 1210.0, _SADEZKY, "M")
D4_WIDTH = Parameter("raman.d4_width", 150.0, "1/cm", 110.0, 190.0, f"full width, {_SADEZKY}", "M")
D4_SHARE = Parameter(
    "raman.d4_share", 0.2, "1", 0.1, 0.3, "height of D4 over that of D in soot-like carbon", "C",
    note="assumed: no measured spectrum of these powders stands behind it",
)  # fmt: skip
LORENTZ_SHARE = Parameter(
    "raman.lorentz_share",
    1.0,
    "1",
    0.7,
    1.0,
    "Lorentzian part of D and G; a spread of domains adds Gaussian",
    "M",
)

# --- the crystallite size; the law below 2 nm is `matter.carbon.DOMAIN_LAW`
LARGE_LAW = Parameter(
    "raman.large_law",
    2.4e-10,
    "1/nm^3",
    2.1e-10,
    2.7e-10,
    "L_a = c lambda^4 / (I_D/I_G), areas: Cancado et al., Appl. Phys. Lett. 88 (2006) 163106, from memory",
    "M",
    valid="L_a from about 20 nm, in use above 2 nm",
)
SMALL_LIMIT = Parameter(
    "raman.small_limit",
    2.0,
    "nm",
    1.5,
    3.0,
    "where the two laws meet: Ferrari & Robertson, Phys. Rev. B 61 (2000)",
    "M",
)
SMALL_WIDTH = Parameter(
    "raman.small_width",
    60.0,
    "1/cm",
    50.0,
    70.0,
    "full width of G above which domains are below 2 nm: after Ferrari, Solid State Commun. 143 (2007) 47",
    "M",
)
LAW_LIGHT = Parameter(
    "raman.law_light", 514.5, "nm", 488.0, 532.0, "light for which the small law is given", "M"
)

# --- the shift axis
SILICON_LINE = Parameter(
    "raman.silicon_line",
    520.5,
    "1/cm",
    520.2,
    520.8,
    "first-order line of crystalline silicon at 20 degC, unstrained",
    "M",
    note="published values lie between 520.0 and 520.7 for pure silicon and weak light",
)
AXIS_ERROR = Parameter(
    "raman.axis_error",
    1.5,
    "1/cm",
    0.5,
    3.0,
    "error (sd) of a shift axis that was not calibrated that day",
    "M",
    note="the silicon file of the raman-fitting project (steps of 2.8 1/cm) reads 0.8 1/cm too high",
)

# --- the virtual instrument
LASER = Parameter(
    "raman.laser", 514.5, "nm", 488.0, 532.0, "light for which the law of the ratio is given", "M"
)
TOP_COUNTS = Parameter(
    "raman.counts", 3000.0, "1", 300.0, 30000.0, "counts of the carbon at the top of D", "M"
)
FLUORESCENCE = Parameter(
    "raman.fluorescence", 2.0, "1", 0.2, 6.0, "fluorescence over the height of D, at its shift", "C",
    note="assumed: it differs from powder to powder and fades under the light",
)  # fmt: skip
FLUORESCENCE_TOP = Parameter(
    "raman.fluorescence_top",
    2600.0,
    "1/cm",
    1500.0,
    4000.0,
    "shift at which the fluorescence is strongest",
    "C",
    note="assumed",
)
FLUORESCENCE_WIDTH = Parameter(
    "raman.fluorescence_width",
    4000.0,
    "1/cm",
    3000.0,
    6000.0,
    "its full width: some 100 nm of a dye or defect",
    "M",
)
RESOLUTION = Parameter(
    "raman.resolution", 4.0, "1/cm", 2.0, 8.0, "full width of a sharp line, slit and grating", "M"
)
READ_NOISE = Parameter(
    "raman.read_noise", 6.0, "1", 2.0, 15.0, "counts (sd) of a cooled detector per point", "M"
)
DARK = Parameter("raman.dark", 500.0, "1", 100.0, 1000.0, "offset in counts of the detector", "M")
RAYS = Parameter("raman.cosmic_rays", 1.0, "1", 0.0, 5.0, "cosmic rays in a spectrum of some minutes", "M")
RAY_HEIGHT = Parameter("raman.ray_height", 2.0, "1", 0.5, 5.0, "mean height of a ray over that of D", "M")
SILICON_WIDTH = Parameter(
    "raman.silicon_width", 2.8, "1/cm", 2.5, 3.5, "natural full width of the silicon line", "M"
)
SILICON_COUNTS = Parameter(
    "raman.silicon_counts", 20000.0, "1", 5000.0, 50000.0, "counts at the top of that line", "M"
)

# --- limits of the analysis
_LIMIT = "assumed: a limit of the analysis, not of nature"
ADMISSIBLE = Parameter(
    "raman.admissible", 10.0, "1", 6.0, 15.0, "how much worse by AICc a choice may be, and still count", "C",
    note="assumed: beyond 10 a model has essentially no support (Burnham & Anderson, 2002)",
)  # fmt: skip
EXPLAINED = Parameter(
    "raman.explained",
    0.7,
    "1",
    0.5,
    0.9,
    "share of the variation D and G must explain, to be there",
    "C",
    note=_LIMIT,
)
SIGNIFICANCE = Parameter(
    "raman.significance",
    4.0,
    "1",
    3.0,
    6.0,
    "height over its error, for a band or line to be there",
    "C",
    note=_LIMIT,
)
WIDEST = Parameter(
    "raman.widest_interval",
    0.6,
    "1",
    0.4,
    0.8,
    "half of the interval over the ratio, above which it is not resolved",
    "C",
    note=_LIMIT,
)
