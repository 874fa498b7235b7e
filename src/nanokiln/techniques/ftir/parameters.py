"""Numbers of infrared spectroscopy: bands of the powder, virtual spectrometer, limits of the analysis."""

from __future__ import annotations

from ...core.parameters import Parameter

_SHEET = "data sheet section 9, FTIR"
_GLASS = "after n and k of silica glass (peak k near 2.6 at 1090, 0.4 at 800, 2.2 at 460 1/cm), from memory"
_BOOK = "textbook value, from memory"
_GUESS = "assumed: no absorptivity of such groups in carbon or SiOC was found"

# --- positions (1/cm)
SI_O = Parameter("ftir.si_o", 1090.0, "1/cm", 1080.0, 1100.0, f"Si-O-Si, asymmetric; {_SHEET}", "M")
SI_O_LONGITUDINAL = Parameter(
    "ftir.si_o_longitudinal", 1200.0, "1/cm", 1180.0, 1250.0, f"shoulder of Si-O-Si; {_BOOK}", "M"
)
SI_O_BEND = Parameter("ftir.si_o_bend", 800.0, "1/cm", 795.0, 810.0, f"Si-O-Si, symmetric; {_SHEET}", "M")
SI_O_ROCK = Parameter("ftir.si_o_rock", 460.0, "1/cm", 455.0, 470.0, f"Si-O-Si, rocking; {_SHEET}", "M")
SI_O_B = Parameter("ftir.si_o_b", 920.0, "1/cm", 910.0, 930.0, f"Si-O-B; {_SHEET}", "M")
SI_O_B_BEND = Parameter("ftir.si_o_b_bend", 670.0, "1/cm", 660.0, 680.0, f"Si-O-B; {_SHEET}", "M")
B_O = Parameter("ftir.b_o", 1390.0, "1/cm", 1380.0, 1400.0, f"B-O of three-fold boron; {_SHEET}", "M")
B_C = Parameter("ftir.b_c", 1100.0, "1/cm", 1080.0, 1120.0, f"B-C; {_SHEET}", "M")
C_C = Parameter("ftir.c_c", 1615.0, "1/cm", 1600.0, 1630.0, f"C=C; {_SHEET}", "M")
B_OH = Parameter("ftir.b_oh", 1195.0, "1/cm", 1190.0, 1200.0, f"B-O-H bending of boric acid; {_SHEET}", "M")
B_OH_STRETCH = Parameter(
    "ftir.b_oh_stretch", 3200.0, "1/cm", 3180.0, 3230.0, f"O-H of boric acid; {_SHEET}", "M"
)
ACID = Parameter("ftir.acid", 1450.0, "1/cm", 1440.0, 1465.0, f"B-O of boric acid; {_BOOK}", "M")
WATER_BEND = Parameter(
    "ftir.water_bend", 1633.0, "1/cm", 1625.0, 1645.0, f"H-O-H of adsorbed water; {_BOOK}", "M"
)
WATER_STRETCH = Parameter(
    "ftir.water_stretch", 3430.0, "1/cm", 3380.0, 3450.0, f"O-H of adsorbed water; {_BOOK}", "M"
)

# --- absorptivities at the top of a band (decadic, per mole of bond or atom)
_L = "L/(mol*cm)"
E_SI_O = Parameter("ftir.e_si_o", 210.0, _L, 150.0, 260.0, f"per oxygen of silicon; {_GLASS}", "M")
E_SI_O_BEND = Parameter("ftir.e_si_o_bend", 24.0, _L, 15.0, 35.0, f"per oxygen of silicon; {_GLASS}", "M")
E_SI_O_ROCK = Parameter("ftir.e_si_o_rock", 75.0, _L, 50.0, 100.0, f"per oxygen of silicon; {_GLASS}", "M")
LONGITUDINAL_SHARE = Parameter(
    "ftir.longitudinal_share", 0.25, "1", 0.1, 0.4, "shoulder over the main band of Si-O-Si", "C",
    note="assumed: it depends on size and shape of the particles",
)  # fmt: skip
E_B_O = Parameter(
    "ftir.e_b_o", 55.0, _L, 25.0, 100.0,
    "per B-O bond of three-fold boron: a third of glassy B2O3 per atom (k near 1.2 at 1270 1/cm, memory)",
    "M",
)  # fmt: skip
E_SI_O_B = Parameter("ftir.e_si_o_b", 60.0, _L, 20.0, 120.0, "per Si-O-B bridge", "C", note=_GUESS)
E_SI_O_B_BEND = Parameter("ftir.e_si_o_b_bend", 20.0, _L, 5.0, 40.0, "per Si-O-B bridge", "C", note=_GUESS)
BRIDGES = Parameter(
    "ftir.bridges", 1.0, "1", 0.3, 2.0, "Si-O-B bridges per boron atom of BO3", "C",
    note="assumed: how boron oxide and silica mix on the scale of bonds is not modelled",
)  # fmt: skip
E_B_C = Parameter("ftir.e_b_c", 40.0, _L, 10.0, 80.0, "per B-C bond", "C", note=_GUESS)
E_C_C = Parameter("ftir.e_c_c", 5.0, _L, 2.0, 10.0, "per carbon atom", "C", note=_GUESS)
E_ACID = Parameter(
    "ftir.e_acid", 160.0, _L, 80.0, 250.0, "B-O of boric acid, per boron atom", "C", note=_GUESS
)
E_B_OH = Parameter(
    "ftir.e_b_oh", 100.0, _L, 50.0, 160.0, "B-O-H of boric acid, per boron atom", "C", note=_GUESS
)
E_B_OH_STRETCH = Parameter(
    "ftir.e_b_oh_stretch", 150.0, _L, 80.0, 250.0, "O-H of boric acid, per boron atom", "C", note=_GUESS
)

# --- full widths (1/cm)
W_SI_O = Parameter("ftir.w_si_o", 100.0, "1/cm", 80.0, 130.0, f"Si-O-Si of disordered networks; {_BOOK}", "M")
W_LOW = Parameter("ftir.w_low", 50.0, "1/cm", 35.0, 70.0, f"bands of Si-O-Si at 800 and 460; {_BOOK}", "M")
W_SI_O_B = Parameter("ftir.w_si_o_b", 45.0, "1/cm", 30.0, 60.0, f"Si-O-B; {_BOOK}", "M")
W_B_O = Parameter("ftir.w_b_o", 120.0, "1/cm", 80.0, 160.0, f"B-O of glasses; {_BOOK}", "M")
W_B_C = Parameter("ftir.w_b_c", 80.0, "1/cm", 50.0, 120.0, "B-C of disordered carbon", "C", note=_GUESS)
W_C_C = Parameter("ftir.w_c_c", 80.0, "1/cm", 50.0, 110.0, "C=C of disordered carbon", "C", note=_GUESS)
W_ACID = Parameter("ftir.w_acid", 70.0, "1/cm", 50.0, 100.0, f"B-O of boric acid; {_BOOK}", "M")
W_B_OH = Parameter("ftir.w_b_oh", 25.0, "1/cm", 15.0, 35.0, f"B-O-H; {_BOOK}", "M")
W_B_OH_STRETCH = Parameter("ftir.w_b_oh_stretch", 200.0, "1/cm", 150.0, 250.0, f"O-H; {_BOOK}", "M")
W_WATER_BEND = Parameter("ftir.w_water_bend", 70.0, "1/cm", 50.0, 90.0, f"H-O-H; {_BOOK}", "M")
W_WATER_STRETCH = Parameter("ftir.w_water_stretch", 350.0, "1/cm", 280.0, 420.0, f"O-H; {_BOOK}", "M")
BEND_SHARE = Parameter(
    "ftir.bend_share", 0.3, "1", 0.2, 0.4, f"H-O-H over O-H of adsorbed water; {_BOOK}", "M"
)

# --- the virtual spectrometer
POWDER = Parameter("ftir.powder", 0.4, "mg", 0.1, 2.0, "powder in a KBr pellet", "M")
PELLET = Parameter("ftir.pellet", 1.327, "cm^2", 1.3, 1.35, "pellet of 13 mm diameter", "M")
NOISE = Parameter(
    "ftir.noise", 3e-4, "1", 3e-5, 3e-3, "noise (sd) of the transmittance of an empty beam", "M"
)
RESOLUTION = Parameter("ftir.resolution", 4.0, "1/cm", 1.0, 8.0, "resolution in use for powders", "M")
SCATTER = Parameter(
    "ftir.scatter", 0.3, "1", 0.05, 1.0, "absorbance that scattering and carbon add at 4000 1/cm", "C",
    note="assumed: grinding decides",
)  # fmt: skip
SCATTER_POWER = Parameter(
    "ftir.scatter_power", 1.5, "1", 0.5, 3.0, "power of the wavenumber by which it grows", "C",
    note="assumed: 4 for small clear grains, less with coarse ones and with carbon",
)  # fmt: skip
WATER = Parameter(
    "ftir.water", 0.1, "1", 0.02, 0.4, "absorbance of adsorbed water at 3430 1/cm, mostly of the KBr", "C",
    note="assumed: drying decides",
)  # fmt: skip
VAPOUR = Parameter(
    "ftir.vapour",
    0.002,
    "1",
    0.0,
    0.01,
    "absorbance of the strongest line of water vapour left in the beam",
    "M",
)
CARBON_DIOXIDE = Parameter("ftir.carbon_dioxide", 0.005, "1", 0.0, 0.02, "the same of CO2", "M")
AXIS_ERROR = Parameter(
    "ftir.axis_error",
    0.5,
    "1/cm",
    0.05,
    1.0,
    "error (sd) of an axis of 4 1/cm resolution: alignment of laser and beam",
    "M",
)

# --- limits of the analysis
_LIMIT = "assumed: a limit of the analysis, not of nature"
SIGNIFICANCE = Parameter(
    "ftir.significance",
    6.0,
    "1",
    4.0,
    8.0,
    "curvature over its noise for a band to be there",
    "C",
    note=_LIMIT,
)
SMALLEST = Parameter(
    "ftir.smallest", 0.004, "1", 0.001, 0.01, "least height over that of the highest band", "C", note=_LIMIT
)
OPAQUE = Parameter(
    "ftir.opaque",
    2.5,
    "1",
    1.5,
    3.0,
    "absorbance above which stray light and noise hide the top of a band",
    "M",
)
NEAR = Parameter(
    "ftir.near",
    30.0,
    "1/cm",
    10.0,
    40.0,
    "how far from a wavenumber asked for a band may be",
    "C",
    note=_LIMIT,
)
