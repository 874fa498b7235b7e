"""Numbers of energy-dispersive X-ray spectroscopy: detector, dose, background, and how sure the factors are.

Line energies, fluorescence yields, radiative rates and attenuation come from the library xraylib (Schoonjans
et al., Spectrochim. Acta B 66 (2011) 776); ionisation cross-sections from Bote et al. 2009 (`ionisation`).
"""

from __future__ import annotations

from ...core.parameters import Parameter

ELECTRONS_PER_NANOCOULOMB = Parameter(
    "eds.electrons_per_nanocoulomb", 6.241509074e9, "1", 6.241509074e9, 6.241509074e9, "SI 2019", "exact"
)
BOHR_RADIUS = Parameter(
    "eds.bohr_radius", 5.29177210903e-9, "cm", 5.29177e-9, 5.291773e-9, "CODATA 2018", "V"
)
REST_ENERGY = Parameter(
    "eds.rest_energy", 510998.95, "eV", 510998.94, 510998.96, "CODATA 2018, electron rest energy", "V"
)

# detector
MN_KA = Parameter(
    "eds.mn_ka", 5895.0, "eV", 5887.0, 5899.0, "Mn K-alpha, where a resolution is quoted (ISO 15632)", "V"
)
RESOLUTION = Parameter(
    "eds.resolution", 130.0, "eV", 121.0, 140.0, "silicon drift detectors, full width at Mn K-alpha", "M"
)
FANO = Parameter("eds.fano", 0.118, "1", 0.110, 0.128, "silicon, Lechner et al. 1996", "M")
PAIR_ENERGY = Parameter(
    "eds.pair_energy", 3.66, "eV", 3.60, 3.80, "silicon at 240 K, per electron-hole pair", "M"
)
CRYSTAL = Parameter("eds.crystal", 450.0, "um", 300.0, 1000.0, "usual silicon drift detectors", "M")
DEAD_LAYER = Parameter("eds.dead_layer", 30.0, "nm", 5.0, 100.0, "silicon not collected from", "M")
POLYMER = Parameter("eds.polymer", 300.0, "nm", 250.0, 400.0, "thin polymer windows, taken as polyimide", "M")
ALUMINIUM = Parameter("eds.aluminium", 40.0, "nm", 20.0, 60.0, "light-tight coat on polymer windows", "M")
OPEN_AREA = Parameter(
    "eds.open_area", 0.77, "1", 0.75, 0.80, "silicon grid under polymer windows, taken as opaque", "M"
)
DENSITY_SILICON = Parameter("eds.density_silicon", 2.33, "g/cm^3", 2.32, 2.34, "crystal", "M")
DENSITY_POLYMER = Parameter("eds.density_polymer", 1.42, "g/cm^3", 1.38, 1.46, "polyimide", "M")
DENSITY_ALUMINIUM = Parameter("eds.density_aluminium", 2.70, "g/cm^3", 2.5, 2.71, "metal", "M")

# microscope
BEAM_ENERGY = Parameter("eds.beam_energy", 200.0, "keV", 60.0, 300.0, "usual analytical microscopes", "M")
CURRENT = Parameter("eds.current", 1.0, "nA", 0.05, 5.0, "analytical probe", "M")
LINE_DWELL = Parameter("eds.line_dwell", 2.0, "s", 0.1, 10.0, "per point of a line scan", "M")
MAP_DWELL = Parameter("eds.map_dwell", 0.05, "s", 0.001, 0.5, "per pixel, all frames together", "M")
SOLID_ANGLE = Parameter("eds.solid_angle", 0.7, "sr", 0.1, 1.0, "large or fourfold detectors", "M")
ELEVATION = Parameter("eds.elevation", 22.0, "degree", 10.0, 45.0, "take-off angle over the stage", "M")
PROBE = Parameter(
    "eds.probe", 2.0, "nm", 0.5, 5.0, "standard deviation of probe with beam spread (data sheet: 1-5 nm)", "M"
)
THIN_ABOVE = Parameter(
    "eds.thin_above", 60.0, "keV", 40.0, 80.0,
    "beams above are of transmission microscopes: nanoparticles are thin for them", "M",
)  # fmt: skip

BREMSSTRAHLUNG = Parameter(
    "eds.bremsstrahlung", 8.0e-27, "cm^2", 4.0e-27, 12.0e-27,
    "scaled cross-section k beta^2/Z^2 ds/dk, Seltzer and Berger 1986, soft photons of light elements at "
    "100-300 keV", "M", note="isotropic; detectors behind the sample see less",
)  # fmt: skip

# how sure the factors are (standard deviation of the logarithm, one per element)
FACTOR_BORON = Parameter(
    "eds.factor_boron", 0.40, "1", 0.20, 0.60,
    "fluorescence yields 0.0007 (Elam et al. 2002), 0.0014 (xraylib) and 0.0017 (Krause 1979); window", "D",
)  # fmt: skip
FACTOR_LIGHT = Parameter(
    "eds.factor_light", 0.25, "1", 0.10, 0.40,
    "carbon to fluorine: yields of Elam, xraylib and Krause differ by 20-100 %; window", "D",
)  # fmt: skip
FACTOR_OTHER = Parameter(
    "eds.factor_other", 0.08, "1", 0.05, 0.15,
    "cross-section 5-10 % (Bote et al. 2009), yield 3-5 % from sodium on (Krause 1979)", "D",
)  # fmt: skip
