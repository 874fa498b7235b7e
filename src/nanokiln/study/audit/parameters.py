"""Constants of the audit, each with its source."""

from ...core.parameters import Parameter

BORON_IN_ACID = Parameter(
    "audit.boron_in_acid", 0.17484, "g/g", 0.17484, 0.17484, "B 10.811 over H3BO3 61.833 g/mol", "D"
)
ACID_DENSITY = Parameter(
    "audit.acid_density", 1.435, "g/cm^3", 1.43, 1.44, "boric acid, triclinic: data sheet section 1", "M"
)
SKELETON = Parameter(
    "audit.skeleton", 2.1, "g/cm^3", 1.7, 2.3,
    "silicon oxycarbide glass, carbon rich: data sheet section 8; used where none is given", "V",
)  # fmt: skip
SILICA_MOLAR_VOLUME = Parameter(
    "audit.silica_volume", 27.3, "cm^3/mol", 27.2, 27.4, "vitreous silica, 60.08 g/mol over 2.20 g/cm3", "D"
)
NITROGEN_WIDTH = Parameter(
    "audit.nitrogen_width", 0.354, "nm", 0.35, 0.37, "diameter of a nitrogen molecule in the t-plot", "M"
)
SILICON_OXYGEN = Parameter(
    "audit.silicon_oxygen", 0.162, "nm", 0.159, 0.164, "Si-O bond of silicates: data sheet section 3", "M"
)
THINNEST_WALL = Parameter(
    "audit.thinnest_wall", 0.8, "nm", 0.6, 1.0,
    "walls of MCM-41, the thinnest of ordered silicas: 0.6 to 1.0 nm, about 1000 m2/g", "V",
    note="remembered number; only decides between consistent and doubtful",
)  # fmt: skip
ADSORBED_WATER = Parameter(
    "audit.adsorbed_water", 0.1, "1", 0.0, 0.1,
    "most water a mesoporous powder brings into a thermogram at room humidity", "C",
    note="assumed; makes the lower bound of the residue lenient",
)  # fmt: skip
GRAPHITE = Parameter("audit.graphite", 372.0, "mA*hour/g", 372.0, 372.0, "LiC6, data sheet section 10", "D")
OXYCARBIDE_LIMIT = Parameter(
    "audit.oxycarbide_limit", 1230.0, "mA*hour/g", 1230.0, 1230.0,
    "SiOC, first principles: Sun & Zhao, ACS Appl. Mater. Interfaces 2017", "V",
)  # fmt: skip
SUBOXIDE = Parameter(
    "audit.suboxide", 1360.0, "mA*hour/g", 1206.0, 1360.0,
    "SiO1.33 to SiO1.5 that turns to lithium silicate, reversible part: data sheet section 10", "D",
)  # fmt: skip
HARD_CARBON = Parameter(
    "audit.hard_carbon", 500.0, "mA*hour/g", 400.0, 600.0,
    "disordered carbon of 900-1000 degC: data sheet section 10", "M",
)  # fmt: skip
SILICON = Parameter(
    "audit.silicon", 3579.0, "mA*hour/g", 3579.0, 3579.0, "Li15Si4, data sheet section 10", "D"
)
RAMAN_REPEAT = Parameter(
    "audit.raman_repeat", 0.05, "1", 0.03, 0.1,
    "I_D/I_G from spot to spot on one powder, absolute; used where no interval is given. "
    "Lenient: two spots of "
    "one carbon (sample DW38C of the raman-fitting project) differ by 0.28 between raw maxima", "C",
    note="assumed: no study of its repeatability on such powders was found",
)  # fmt: skip
ALUMINIUM_KALPHA = Parameter(
    "audit.aluminium_kalpha", 1486.6, "eV", 1486.6, 1486.7, "Al K-alpha, the usual laboratory source", "M"
)
