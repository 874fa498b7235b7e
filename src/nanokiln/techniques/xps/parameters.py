"""Numbers of X-ray photoelectron spectroscopy: line positions, cross-sections, depths, widths, doses.

Line positions come from the article's line table (claims C074, C076-C079), cross-sections from Scofield
(J. Electron Spectrosc. Relat. Phenom. 8 (1976) 129), relative to C 1s = 1 at 1486.6 eV; depths from the
TPP-2M formula (Tanuma, Powell and Penn 1994) for SiO1.5C3.
"""

from __future__ import annotations

from ...core.parameters import Parameter, Tag

_SCOFIELD = "Scofield, J. Electron Spectrosc. 8 (1976) 129, relative to C 1s, 1486.6 eV"
_TPP = "TPP-2M (Tanuma, Powell and Penn 1994) for SiO1.5C3, 2.05 g/cm3"
_LINES = "article, B 1s line table"
_CARBON = "article, C 1s line table (claim C074)"


def _energy(name: str, value: float, source: str, tag: Tag, half: float = 0.2) -> Parameter:
    return Parameter(f"xps.position.{name}", value, "eV", value - half, value + half, source, tag)


def _section(line: str, value: float, tag: Tag = "M", part: float = 0.05) -> Parameter:
    low, high = value * (1 - part), value * (1 + part)
    return Parameter(f"xps.scofield.{line}", value, "1", low, high, _SCOFIELD, tag)


def _depth(line: str, value: float) -> Parameter:
    note = "uncertain to 10-15 %"
    low, high = 0.87 * value, 1.13 * value
    return Parameter(f"xps.imfp.{line}", value, "nm", low, high, _TPP, "D", note=note)


PHOTON_ENERGY = Parameter(
    "xps.photon_energy", 1486.6, "eV", 1486.6, 1486.71, "Al K-alpha, monochromated", "T"
)

# B 1s, one record per species of boron
BO3 = _energy("BO3", 193.2, f"{_LINES} (claim C076)", "P")
BCO2 = _energy("BCO2", 192.5, f"{_LINES} (claim C077)", "P")
BC2O = _energy("BC2O", 191.3, f"{_LINES} (claim C078)", "P")
BC3 = _energy("BC3", 190.1, f"{_LINES} (claim C079)", "P")
BOH = _energy("B-OH", 193.5, "boric acid, data sheet section 9", "P")
BORON = {"BO3": BO3, "BCO2": BCO2, "BC2O": BC2O, "BC3": BC3, "B-OH": BOH}

# C 1s, five components from low to high binding energy
CARBON_BORON = _energy("C-B", 284.2, _CARBON, "P")
CARBON_SP2 = _energy("C=C", 284.8, _CARBON, "P")
CARBON_SP3 = _energy("C-C", 285.6, _CARBON, "P")
CARBON_OXYGEN = _energy("C-O", 286.5, _CARBON, "P")
CARBOXYL = _energy("O-C=O", 289.3, _CARBON, "P")
CARBON = {
    "C-B": CARBON_BORON,
    "C=C": CARBON_SP2,
    "C-C": CARBON_SP3,
    "C-O": CARBON_OXYGEN,
    "O-C=O": CARBOXYL,
}

OXYGEN_SILICON = _energy("Si-O-Si", 532.8, "Si-O-Si 532.6-533.0 eV, data sheet section 9", "M")
OXYGEN_BORON = _energy("Si-O-B", 533.1, "Si-O-B 532.9-533.3 eV, data sheet section 9", "M")
SILICON_TETRA = _energy("SiO4", 103.5, "SiO4 103.3-103.7 eV, data sheet section 9", "M")
SILICON_MIXED = _energy("SiO3C", 102.4, "SiO3C 102.2-102.6 eV, data sheet section 9", "M")

SILICON_CARBON = _energy("SiO2C2", 101.5, "SiO2C2 101.5 eV, data sheet section 9", "M")
SILICON = {"SiO4": SILICON_TETRA, "SiO3C": SILICON_MIXED, "SiO2C2": SILICON_CARBON}
OXYGEN_CARBONYL = _energy("C=O", 531.6, "carbonyl oxygen 531.4-531.8 eV, Beamson and Briggs 1992", "M")
OXYGEN_CARBON = _energy("O 1s.C-O", 533.3, "C-O 532.8-533.6 eV, Beamson and Briggs 1992", "M")
OXYGEN_LINES = {
    "C=O": OXYGEN_CARBONYL,
    "Si-O-Si": OXYGEN_SILICON,
    "Si-O-B": OXYGEN_BORON,
    "C-O": OXYGEN_CARBON,
}
# C-O lies 0.2 eV from Si-O-B, closer than any window: a fit has one line for both
OXYGEN = {name: OXYGEN_LINES[name] for name in ("C=O", "Si-O-Si", "Si-O-B")}

# main lines of a survey, for identification and quantification
LINE_POSITION = {
    "B 1s": _energy("B 1s", 192.5, "middle of the species of claims C076-C079", "D", 2.5),
    "C 1s": _energy("C 1s", 285.0, "data sheet section 9", "P", 3.0),
    "N 1s": _energy("N 1s", 400.0, "handbook", "M", 3.0),
    "O 1s": _energy("O 1s", 532.5, "data sheet section 9", "M", 2.5),
    "F 1s": _energy("F 1s", 687.0, "handbook", "M", 3.0),
    "Na 1s": _energy("Na 1s", 1071.8, "handbook", "M", 2.0),
    "Al 2p": _energy("Al 2p", 74.0, "handbook", "M", 2.5),
    "Si 2p": _energy("Si 2p", 103.0, "data sheet section 9", "M", 2.5),
    "P 2p": _energy("P 2p", 133.0, "handbook", "M", 3.0),
    "S 2p": _energy("S 2p", 165.0, "handbook", "M", 5.0),
    "Cl 2p": _energy("Cl 2p", 199.5, "handbook", "M", 3.0),
}

CROSS_SECTION = {
    "B 1s": _section("B 1s", 0.486, "T", 0.003),
    "C 1s": _section("C 1s", 1.0, "exact", 0.0),
    "N 1s": _section("N 1s", 1.80),
    "O 1s": _section("O 1s", 2.93, "V"),
    "F 1s": _section("F 1s", 4.43),
    "Na 1s": _section("Na 1s", 8.52),
    "Al 2p": _section("Al 2p", 0.537),
    "Si 2p": _section("Si 2p", 0.817, "V"),
    "P 2p": _section("P 2p", 1.192),
    "S 2p": _section("S 2p", 1.68),
    "Cl 2p": _section("Cl 2p", 2.285),
}
SILICON_2S_SECTION = _section("Si 2s", 0.955)
SILICON_2S_POSITION = _energy("Si 2s", 154.0, "handbook", "M", 1.5)

IMFP = {
    "B 1s": _depth("B 1s", 3.2),
    "C 1s": _depth("C 1s", 3.0),
    "O 1s": _depth("O 1s", 2.5),
    "Si 2p": _depth("Si 2p", 3.4),
}
IMFP_EXPONENT = Parameter(
    "xps.imfp_energy_exponent", 0.75, "1", 0.7, 0.8,
    "depth proportional to kinetic energy to this power; reproduces the four TPP-2M values to 3 %", "D",
    valid="kinetic energy 200-1480 eV",
)  # fmt: skip
EFFECTIVE_DEPTH = Parameter(
    "xps.effective_depth", 2.1, "nm", 1.8, 2.4,
    "0.9 x IMFP x 2/3 for the curvature of a sphere, data sheet section 9; mechanism section 5", "D",
)  # fmt: skip

ATOMIC_MASS = {
    name: Parameter(f"xps.atomic_mass.{name}", value, "g/mol", value, value, "IUPAC 2021", "T")
    for name, value in {
        "B": 10.81, "C": 12.011, "N": 14.007, "O": 15.999, "F": 18.998, "Na": 22.990,
        "Al": 26.982, "Si": 28.085, "P": 30.974, "S": 32.06, "Cl": 35.45,
    }.items()
}  # fmt: skip

BORON_WIDTH = Parameter(
    "xps.width.B 1s", 1.5, "eV", 1.3, 1.7, "component width of B 1s, data sheet section 9", "M"
)
CARBON_WIDTH = Parameter("xps.width.C 1s", 1.2, "eV", 1.0, 1.5, "disordered carbon, C 1s components", "M")
OXYGEN_WIDTH = Parameter("xps.width.O 1s", 1.6, "eV", 1.4, 1.9, "O 1s of glasses", "M")
SILICON_WIDTH = Parameter("xps.width.Si 2p", 1.3, "eV", 1.1, 1.6, "Si 2p3/2 of glasses", "M")
SURVEY_WIDTH = Parameter(
    "xps.width.survey", 1.8, "eV", 1.2, 2.5, "analyser at a survey's pass energy, added in quadrature", "M"
)
BORON_LORENTZ = Parameter(
    "xps.lorentz.B 1s", 0.15, "eV", 0.1, 0.2, "natural width, data sheet section 9", "M"
)
CARBON_LORENTZ = Parameter(
    "xps.lorentz.C 1s", 0.12, "eV", 0.1, 0.15, "natural width, data sheet section 9", "M"
)
OXYGEN_LORENTZ = Parameter("xps.lorentz.O 1s", 0.16, "eV", 0.13, 0.2, "natural width", "M")
SILICON_LORENTZ = Parameter(
    "xps.lorentz.Si 2p", 0.08, "eV", 0.06, 0.1, "natural width, data sheet section 9", "M"
)
VOIGT_LINEAR = Parameter(
    "xps.voigt_width.linear", 0.5346, "1", 0.5346, 0.5346, "Olivero and Longbothum 1977", "M"
)
VOIGT_SQUARE = Parameter(
    "xps.voigt_width.square", 0.2166, "1", 0.2166, 0.2166, "Olivero and Longbothum 1977", "M"
)
SILICON_SPLITTING = Parameter("xps.splitting.Si 2p", 0.60, "eV", 0.60, 0.63, "data sheet section 9", "V")
SILICON_UPPER_SHARE = Parameter(
    "xps.share.Si 2p1/2", 0.276 / 0.817, "1", 0.33, 0.34, "Scofield 0.276 of 0.817", "V"
)

STEP_PER_AREA = Parameter(
    "xps.shirley_step", 0.012, "1/eV", 0.006, 0.025,
    "rise of the background across a line, per area; the universal loss function peaks at 0.014/eV", "M",
)  # fmt: skip
LOSS_LENGTH = Parameter(
    "xps.loss_length", 250.0, "eV", 100.0, 500.0, "decay of the inelastic background with energy loss", "M"
)
PLASMON_LOSS = Parameter("xps.plasmon.loss", 23.0, "eV", 20.0, 26.0, "bulk plasmon of oxides and carbon", "M")
PLASMON_WIDTH = Parameter("xps.plasmon.width", 10.0, "eV", 7.0, 14.0, "width of that loss", "M")
PLASMON_SHARE = Parameter("xps.plasmon.share", 0.1, "1", 0.0, 0.2, "area of the first loss per line", "M")
BACKGROUND_TO_PEAK = Parameter(
    "xps.background_to_peak", 1.0, "1", 0.5, 2.0,
    "flat background under B 1s over the height of its lines (counts over two widths)", "M",
)  # fmt: skip
BACKGROUND_SLOPE = Parameter(
    "xps.background_slope", -0.004, "1/eV", -0.01, 0.01, "relative slope of that background", "M"
)
TRANSMISSION_EXPONENT = Parameter(
    "xps.transmission_exponent", -0.5, "1", -1.0, 0.0,
    "transmission of the virtual analyser, kinetic energy to this power, 1 at C 1s", "M",
)  # fmt: skip
CHARGE_RESIDUE = Parameter(
    "xps.charge_residue", 0.05, "eV", 0.0, 0.2, "what charge referencing leaves of the energy shift (sd)", "M"
)
BORON_DOSE = Parameter(
    "xps.boron_counts", 20000.0, "1", 5000.0, 100000.0, "counts in the B 1s lines of a routine region", "M"
)
SURVEY_DOSE_SHARE = Parameter(
    "xps.survey_dose", 0.5, "1", 0.2, 2.0,
    "counts of a line in the survey over those in its region (higher pass energy, fewer sweeps)", "M",
)  # fmt: skip

CARBON_SHARES = {
    name: Parameter(f"xps.carbon_share.{name}", value, "1", low, high, "plausible for SiOC free carbon", "M")
    for name, value, low, high in (
        ("C-C", 0.18, 0.1, 0.3), ("C-O", 0.10, 0.05, 0.2), ("O-C=O", 0.03, 0.01, 0.06),
    )
}  # fmt: skip
CARBON_PER_BORON = Parameter(
    "xps.carbon_per_boron", 3.0, "1", 1.0, 3.0, "carbon neighbours of one BC3; 2 for BC2O, 1 for BCO2", "D"
)

DETECTION_LIMIT = Parameter(
    "xps.detection_limit", 4.5, "%", 4.0, 5.0, "smallest share of B 1s called detected (claim C081)", "P"
)
RESOLUTION_BAR = Parameter(
    "xps.resolution_bar", 10.0, "%", 5.0, 15.0,
    "half width of the 90 % interval above which a share is called not resolved; assumed", "C",
)  # fmt: skip
ASYMMETRY_HIGH = Parameter(
    "xps.asymmetry_high", 0.35, "1", 0.2, 0.5, "largest asymmetry of a line when it is free", "M"
)
TOUGAARD_C = Parameter(
    "xps.tougaard_c", 1643.0, "eV^2", 1000.0, 2500.0,
    "universal cross-section, Tougaard, Surf. Interface Anal. 11 (1988) 453", "T",
)  # fmt: skip
WINDOW = Parameter("xps.window", 0.2, "eV", 0.1, 0.3, "freedom of a line position, claims C076-C079", "P")
WIDTH_LOW = Parameter("xps.fwhm_low", 0.8, "eV", 0.6, 1.0, "smallest component width allowed", "M")
WIDTH_HIGH = Parameter("xps.fwhm_high", 2.2, "eV", 2.0, 2.5, "largest component width allowed", "M")
GRAPHITE_WIDTH_LOW = Parameter(
    "xps.graphite_fwhm_low", 0.4, "eV", 0.3, 0.5, "graphite at high resolution: 0.5-0.8 eV; handbook", "M"
)
GRAPHITE_WIDTH_HIGH = Parameter(
    "xps.graphite_fwhm_high", 3.0, "eV", 2.5, 4.0, "shake-up of graphite: 2-3 eV; handbook", "M"
)
MIXING_HIGH = Parameter(
    "xps.mixing_high", 0.6, "1", 0.5, 0.8, "largest Lorentzian share when the line shape is free", "M"
)
MIXING = Parameter("xps.mixing", 0.3, "1", 0.0, 0.6, "GL(30), the usual laboratory line shape", "M")
SENSITIVITY_UNCERTAINTY = Parameter(
    "xps.sensitivity_uncertainty", 0.05, "1", 0.03, 0.1, "relative sd of a sensitivity factor", "M"
)
BACKGROUND_UNCERTAINTY = Parameter(
    "xps.background_uncertainty", 0.035, "1", 0.02, 0.06,
    "relative sd of an area from what a background takes off too much or too little", "C",
    note="assumed: a Shirley background takes 3.4 % off B 1s of virtual spectra, seeds 100 to 149 of "
    "benchmarks/study_xps.py",
)  # fmt: skip

# polymers of known formula, for checking a fit of C 1s (Beamson and Briggs 1992)
_POLYMER = "Beamson and Briggs, High Resolution XPS of Organic Polymers (1992)"
PET = {
    "C-C": _energy("PET.C-C", 284.70, _POLYMER, "M"),
    "C-O": _energy("PET.C-O", 286.26, _POLYMER, "M"),
    "O-C=O": _energy("PET.O-C=O", 288.63, _POLYMER, "M"),
}
CELLULOSE = {
    "C-OH": _energy("cellulose.C-OH", 286.73, _POLYMER, "M", 0.3),
    "O-C-O": _energy("cellulose.O-C-O", 288.06, _POLYMER, "M"),
    "adventitious": _energy("cellulose.adventitious", 285.0, _POLYMER, "M", 0.3),
    "degradation": _energy("cellulose.degradation", 288.9, "carboxyl, high side of O-C-O", "M", 0.3),
}
GRAPHITE = {
    "sp2": _energy("graphite.sp2", 284.4, "graphite 284.4 eV, asymmetric; handbook", "M", 0.3),
    "C-C": _energy("graphite.C-C", 285.1, "sp3 carbon, 0.7 eV above graphite", "M"),
    "C-O": _energy("graphite.C-O", 286.3, "as in the article's line table", "M", 0.3),
    "C=O": _energy("graphite.C=O", 288.2, "carbonyl; handbook", "M", 0.3),
    "shake-up": _energy("graphite.shake-up", 291.0, "pi-pi* loss 6.5 eV above graphite", "M", 0.6),
}
