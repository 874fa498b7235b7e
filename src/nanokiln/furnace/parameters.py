"""Parameters of the mechanism "line, fill, bridge, leach, seal" (M1-M8) and what it assumes beside them.

Ranges of calibrated numbers are the 5-95 % range of accepted draws; of assumed ones, what was drawn.
"""

from __future__ import annotations

from ..core.parameters import Parameter

MECHANISM = "reduced model of the furnace, fitted to the ledger's calibration targets"

COAT_SHARE = Parameter(
    "furnace.coat_share", 0.242, "1", 0.20, 0.32, MECHANISM, "C", symbol="M1", calibrated_on=("C029",),
    note="share of boric acid in the coat; a porous coat shifts it freely",
)  # fmt: skip
MESOPORE_WIDTH = Parameter(
    "furnace.mesopore_width", 2.04, "nm", 1.47, 2.52, MECHANISM, "C", symbol="M2", calibrated_on=("C052",)
)
BOUND_BORON = Parameter(
    "furnace.bound_boron", 17.5, "1/nm^2", 14.9, 19.7, MECHANISM, "C", symbol="M3", calibrated_on=("C052",),
    note="boron bound per nm2 of oxide wall; physically 6-20 (up to two oxide layers); a lower bound only",
)  # fmt: skip
CLOSED_PORE_AREA = Parameter(
    "furnace.closed_pore_area", 271.0, "m^2/g", 222.0, 453.0, MECHANISM, "C", symbol="M4",
    calibrated_on=("C053",),
    note="area of closed pores that leaching opens; physical footing assumed",
)  # fmt: skip
PLANE_BORON = Parameter(
    "furnace.plane_boron", 0.106, "1", 0.060, 0.175, MECHANISM, "C", symbol="M5", calibrated_on=("C082",
    "C083"),
    note="in-plane boron per freed carbon, before the cap",
)  # fmt: skip
EDGE_BORON = Parameter(
    "furnace.edge_boron", 0.133, "1", 0.104, 0.184, MECHANISM, "C", symbol="M6", calibrated_on=("C081",
    "C107"),
    note="edge boron per reachable carbon, before the cap; a lower bound only",
)  # fmt: skip
EDGE_SPLIT = Parameter(
    "furnace.edge_split", 0.5, "1", 0.24, 0.65, MECHANISM, "C", symbol="M7", calibrated_on=("C081", "C107"),
    note="BCO2 share of edge boron; bounded only",
)  # fmt: skip
LEACH_RATE = Parameter(
    "furnace.leach_rate", 5e-12, "m/s", 1.5e-12, 1.3e-11, MECHANISM, "C", symbol="M8",
    calibrated_on=("C094",),
    note="dissolution of the network at 900 degC in silica-free melt; known within a factor 7",
)  # fmt: skip
LEACH_ENERGY = Parameter(
    "furnace.leach_energy", 205000.0, "J/mol", 205000.0, 290000.0,
    "boron exchange in silica, Hawagishi et al., J. Electrochem. Soc. 144 (1997) 3270", "V",
    valid="1173-1373 K",
)  # fmt: skip
EXCHANGE_PREFACTOR = Parameter(
    "furnace.exchange_prefactor", 1.88e-12, "m^2/s", 9e-13, 4e-12,
    "Hawagishi, Susa, Maruyama & Nagata, J. Electrochem. Soc. 144 (1997) 3270", "V", valid="1173-1373 K",
)  # fmt: skip
NETWORK_STABILITY = Parameter(
    "furnace.network_stability", 0.0, "J/mol", -500.0, 3000.0,
    "stability of SiO2 in the network relative to cristobalite", "C", symbol="dG_net",
    note="assumed zero: the cristobalite liquidus is the capacity of the melt; C046 may recalibrate it",
)  # fmt: skip
EXHAUSTION = Parameter(
    "furnace.exhaustion", 0.95, "1", 0.9, 1.0, "share of the soluble silica the leach law can reach", "C",
    note="assumed; above it the network is gone and the law ends",
)  # fmt: skip
CAP = Parameter(
    "furnace.boron_cap", 0.13, "1", 0.13, 0.20,
    "boron over boron plus carbon in CVD carbon, Shirasaki et al., Carbon 37 (1999) 1961", "V",
)  # fmt: skip
LEACHED_AREA = Parameter(
    "furnace.leached_area", 800.0, "m^2/g", 200.0, 1500.0,
    "area per gram of dissolved silica; limit 1280 by the void plus gel", "C", symbol="a_L", note="assumed",
)  # fmt: skip
OPENING_SCALE = Parameter(
    "furnace.opening_scale", 0.06, "1", 0.04, 0.09,
    "leached share that takes one SiO4 unit (0.35 nm) off the wall", "D",
    note="share of the network after which closed pores are open",
)  # fmt: skip
SILICA_KEPT = Parameter(
    "furnace.silica_kept", 0.67, "1", 0.5, 1.0,
    "unmixing on cooling, lever rule of a melt with x_S 0.25 at 300 degC",
    "D", symbol="kappa", note="for the melt of the reference run (x_S 0.53) the lever rule gives 0.91",
)  # fmt: skip
RESIDUE_BORON = Parameter(
    "furnace.residue_boron", 0.312, "1", 0.2, 0.45,
    "boron per silicon of the silica-rich phase, x_B 0.135 at 350 degC",
    "D",
)  # fmt: skip
RESIDUE_MASS = Parameter(
    "furnace.residue_mass", 1.18, "1", 1.1, 1.3, "mass of residue over its silica, with x_B 0.135", "D"
)
ENTRAINED = Parameter(
    "furnace.entrained", 0.3, "1", 0.02, 0.66, "entrained share of the carbon freed outside", "C",
    symbol="chi",
    note="assumed; the claims on carbon in necks and bulges stand on it",
)  # fmt: skip
FILM_SHARE = Parameter(
    "furnace.film_share",
    0.4,
    "1",
    0.2,
    0.6,
    "share of the residue that lies on free surface",
    "C",
    note="assumed",
)
FREE_SURFACE = Parameter(
    "furnace.free_surface",
    0.5,
    "1",
    0.4,
    0.7,
    "share of the sphere surface not under necks",
    "C",
    note="assumed",
)
COAT_COVERAGE = Parameter(
    "furnace.coat_coverage", 0.6, "1", 0.3, 1.0, "covered share of the surface before firing", "C",
    symbol="k_c",
    note="assumed; only XPS before firing sees it",
)  # fmt: skip
FEED_SCATTER = Parameter(
    "furnace.feed_scatter", 0.1, "1", 0.0, 0.15,
    "scatter of the local feed (standard deviation of its logarithm)",
    "C", symbol="sigma", note="assumed; above 0.15 the area of B-SiOC-1 is missed",
)  # fmt: skip
STEAM_CONTACT = Parameter(
    "furnace.steam_contact", 5.65, "1", 1.0, 9.0,
    "gas that leaves saturated with boric acid, in multiples of the bed's own steam (data sheet section 1)",
    "D",
    symbol="y_v",
    note="set so that the standard ramp loses 5 % of the boron (2-10 %); own steam alone loses 1.2 %",
)  # fmt: skip
DOPING_RATE = Parameter(
    "furnace.doping_rate", 3.5e-4, "1/s", 1.5e-4, 6e-4,
    "carbon-boron exchange at 900 degC, hours at the plateau", "C", symbol="C19", calibrated_on=("C099",
    "C088"),
)  # fmt: skip
DOPING_ENERGY = Parameter(
    "furnace.doping_energy", 260000.0, "J/mol", 230000.0, 290000.0,
    "boron carbide synthesis from oxide and carbon, 230-300 kJ/mol", "M",
)  # fmt: skip
OXIDATION_RATE = Parameter(
    "furnace.oxidation_rate", 3.0e-3, "1/s", 1e-3, 1e-2,
    "carbon-oxygen groups form ahead of the exchange; nine times its rate at 900 degC", "C", note="assumed",
)  # fmt: skip
OXIDATION_ENERGY = Parameter(
    "furnace.oxidation_energy", 180000.0, "J/mol", 130000.0, 230000.0,
    "between the oxidation of disordered carbon (130-190) and the exchange", "M",
)  # fmt: skip
SPACING_SIO4 = Parameter("furnace.sio4", 0.35, "nm", 0.30, 0.50, "size of one SiO4 unit", "M")
CARBON_LOST_PLANE = Parameter(
    "furnace.carbon_lost_plane", 1.5, "1", 1.5, 1.5, "B2O3 + 3 C = 2 B + 3 CO per boron", "exact"
)
CARBON_LOST_EDGE = Parameter(
    "furnace.carbon_lost_edge",
    0.75,
    "1",
    0.5,
    1.0,
    "half the oxygen of BO1.5 stays on the edge on average",
    "D",
)
BRIDGE_CONTACTS = Parameter(
    "furnace.bridge_contacts", 6.0, "1", 5.0, 7.0, "mean coordination of a random dense packing", "M",
    note="for the mean-field neck; the particle scale uses its own contacts",
)  # fmt: skip
INTERPARTICLE_SEEN = Parameter(
    "furnace.interparticle_seen", 0.3, "1", 0.1, 0.6,
    "share of the void between spheres filled at p/p0 0.99", "C",
    note="assumed; total pore volume only",
)  # fmt: skip
