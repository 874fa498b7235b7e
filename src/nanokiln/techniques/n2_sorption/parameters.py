"""Constants of nitrogen at its boiling point, of the virtual analyser, and limits the analysis warns at."""

from __future__ import annotations

from ...core.parameters import Parameter

CROSS_SECTION = Parameter(
    id="n2.cross_section",
    value=0.162,
    unit="nm^2",
    low=0.135,
    high=0.166,
    source="Thommes et al., Pure Appl. Chem. 87 (2015) 1051, sec. 5.2; ISO 9277:2010",
    tag="T",
    valid="close-packed monolayer at 77 K",
    note="On hydroxylated silica the molecule may stand upright (0.135 nm2); an area then falls by 17 %.",
)
LIQUID_DENSITY = Parameter(
    id="n2.liquid_density",
    value=0.808,
    unit="g/cm^3",
    low=0.806,
    high=0.809,
    source="Gurvich convention of instrument software (0.0015468 cm3 liquid per cm3 STP); 0.8061 at "
    "77.355 K: Span et al., J. Phys. Chem. Ref. Data 29 (2000) 1361",
    tag="T",
    valid="77.3 K",
)
MOLAR_MASS = Parameter(
    id="n2.molar_mass",
    value=28.0134,
    unit="g/mol",
    low=28.0134,
    high=28.0134,
    source="IUPAC standard atomic weights",
    tag="T",
)
SURFACE_TENSION = Parameter(
    id="n2.surface_tension",
    value=8.88e-3,
    unit="N/m",
    low=8.7e-3,
    high=8.95e-3,
    source="Rouquerol, Rouquerol, Sing, Adsorption by Powders and Porous Solids (1999), ch. 7",
    tag="T",
    valid="77.3 K, bulk liquid",
)
BATH_TEMPERATURE = Parameter(
    id="n2.bath_temperature",
    value=77.3,
    unit="K",
    low=77.1,
    high=77.6,
    source="liquid nitrogen boiling at ambient pressure; value printed by common analysers",
    tag="T",
)
SATURATION_PRESSURE = Parameter(
    id="n2.saturation_pressure",
    value=101.0,
    unit="kPa",
    low=97.0,
    high=104.0,
    source="ambient pressure plus 0-2 kPa of the bath's hydrostatic head and dissolved air",
    tag="M",
)
MONOLAYER_THICKNESS = Parameter(
    id="n2.monolayer_thickness",
    value=0.354,
    unit="nm",
    low=0.34,
    high=0.37,
    source="Lippens, Linsen, de Boer, J. Catal. 3 (1964) 32",
    tag="T",
)
HARKINS_JURA_A = Parameter(
    id="n2.harkins_jura_a",
    value=0.1399,
    unit="nm^2",
    low=0.13,
    high=0.15,
    source="Harkins, Jura, J. Am. Chem. Soc. 66 (1944) 1366; t = (A/(B - log10 p/p0))^0.5",
    tag="T",
    valid="p/p0 0.1-0.8, non-porous oxides",
)
HARKINS_JURA_B = Parameter(
    id="n2.harkins_jura_b",
    value=0.034,
    unit="1",
    low=0.03,
    high=0.038,
    source="Harkins, Jura, J. Am. Chem. Soc. 66 (1944) 1366",
    tag="T",
    valid="p/p0 0.1-0.8, non-porous oxides",
)
WALL_C = Parameter(
    id="n2.wall_c",
    value=100.0,
    unit="1",
    low=60.0,
    high=150.0,
    source="Thommes et al. 2015: 80-150 for oxides and carbons with a visible point B",
    tag="T",
    note="BET constant of open wall in the simulated isotherm",
)
MICROPORE_LIMIT = Parameter(
    id="n2.micropore_limit",
    value=2.0,
    unit="nm",
    low=2.0,
    high=2.0,
    source="IUPAC definition, Thommes et al. 2015",
    tag="exact",
)
AFFINITY = Parameter(
    id="n2.dubinin_affinity",
    value=0.33,
    unit="1",
    low=0.32,
    high=0.35,
    source="Dubinin, Carbon 27 (1989) 457; nitrogen against benzene",
    tag="T",
)
DUBININ_EXPONENT = Parameter(
    id="n2.dubinin_exponent",
    value=3.0,
    unit="1",
    low=2.0,
    high=3.0,
    source="Stoeckli, Carbon 36 (1998) 363: 3 for micropores of one width, 2 (Dubinin-Radushkevich) for a "
    "wide spread",
    tag="M",
    note="With 2 the last tenth of the pores fills above the BET range; their BET areas fall by 3-5 %.",
)
STOECKLI_WIDTH = Parameter(
    id="n2.stoeckli_width",
    value=10.8,
    unit="kJ nm/mol",
    low=10.0,
    high=12.0,
    source="Stoeckli, Ballerini, Fuel 70 (1991) 557: L = 10.8/(E0 - 11.4)",
    tag="T",
    valid="slits of 0.35-1.5 nm in carbon; extended here to 2 nm",
)
STOECKLI_OFFSET = Parameter(
    id="n2.stoeckli_offset",
    value=11.4,
    unit="kJ/mol",
    low=11.0,
    high=12.0,
    source="Stoeckli, Ballerini, Fuel 70 (1991) 557",
    tag="T",
    valid="as n2.stoeckli_width",
)
KELVIN_SHIFT = Parameter(
    id="n2.kelvin_shift",
    value=0.3,
    unit="nm",
    low=0.0,
    high=0.4,
    source="Kruk, Jaroniec, Sayari, Langmuir 13 (1997) 6267: calibrated on MCM-41 of known pores",
    tag="T",
    valid="cylinders of 2-6.5 nm; extended here to narrower ones",
    note="Their own film is 0.14 nm thicker than Harkins-Jura's: widths here are 7-9 % below theirs.",
)
EVAPORATION_DELAY = Parameter(
    id="n2.evaporation_delay",
    value=1.4,
    unit="1",
    low=1.15,
    high=2.0,
    source="Kelvin radius of emptying over that of filling: SBA-15 of 8 nm fills at p/p0 0.70-0.73 and "
    "empties at 0.60-0.63 (Ravikovitch, Neimark, J. Phys. Chem. B 105 (2001) 6817); 2 in Cohan's theory",
    tag="M",
    valid="open cylinders of 5-15 nm",
)
CLOSURE_PRESSURE = Parameter(
    id="n2.closure_pressure",
    value=0.42,
    unit="1",
    low=0.40,
    high=0.45,
    source="Thommes et al. 2015: lower closure of nitrogen hysteresis by cavitation at 77 K",
    tag="T",
)
WIDTH_SPREAD = Parameter(
    id="n2.pore_width_spread",
    value=0.2,
    unit="1",
    low=0.1,
    high=0.4,
    source="standard deviation of ln(width) in one class of pores; assumed, the model gives one width each",
    tag="C",
)
VOID_SPREAD = Parameter(
    id="n2.void_width_spread",
    value=0.6,
    unit="1",
    low=0.4,
    high=0.9,
    source="standard deviation of ln(width) of voids between packed spheres; assumed",
    tag="C",
)
VOID_ONSET = Parameter(
    id="n2.void_onset",
    value=0.85,
    unit="1",
    low=0.8,
    high=0.9,
    source="onset of condensation between spheres of 200 nm (type II-IV uptake near saturation); assumed",
    tag="M",
)
PRESSURE_NOISE = Parameter(
    id="n2.pressure_noise",
    value=2e-4,
    unit="1",
    low=5e-5,
    high=1e-3,
    source="repeatability of a capacitance gauge, relative, one standard deviation",
    tag="M",
)
PRESSURE_ZERO = Parameter(
    id="n2.pressure_zero",
    value=3e-4,
    unit="kPa",
    low=1e-4,
    high=3e-3,
    source="zero noise of a 133 kPa gauge, one standard deviation",
    tag="M",
)
DOSE_NOISE = Parameter(
    id="n2.dose_noise",
    value=1e-3,
    unit="1",
    low=3e-4,
    high=3e-3,
    source="random error of one dose in a manometric analyser, relative to it; errors add up point by point",
    tag="M",
)
VOLUME_ERROR = Parameter(
    id="n2.volume_error",
    value=5e-3,
    unit="1",
    low=2e-3,
    high=1e-2,
    source="calibration of dosing volume, gauge span, bath level: one sign over a run, one deviation",
    tag="M",
)
FREE_SPACE_ERROR = Parameter(
    id="n2.free_space_error",
    value=0.02,
    unit="cm^3",
    low=0.005,
    high=0.1,
    source="cold free space, as gas at p0 in cm3 STP; its error grows with p/p0, divided by the sample mass",
    tag="M",
)
MASS_ERROR = Parameter(
    id="n2.mass_error",
    value=2e-4,
    unit="g",
    low=1e-4,
    high=5e-4,
    source="weighing by difference after degassing, one standard deviation",
    tag="M",
)
SATURATION_ERROR = Parameter(
    id="n2.saturation_error",
    value=5e-4,
    unit="1",
    low=2e-4,
    high=2e-3,
    source="p0 tube against sample: relative, one standard deviation",
    tag="M",
)
FILLING_BIAS = Parameter(
    id="n2.filling_bias",
    value=0.12,
    unit="1",
    low=0.08,
    high=0.2,
    source="BET area against the area nitrogen can cover, simulated cylinders of 1-1.9 nm (this package, "
    "Dubinin exponents 2 and 3): -12 to +11 %; cylinders of 2-3.5 nm alone read up to 50 % high",
    tag="D",
    valid="isotherms whose C lies outside n2.sharp_c to n2.high_c",
    note="half width of the 90 % interval added where pores fill inside the BET range",
)
FILM_BIAS = Parameter(
    id="n2.film_bias",
    value=0.03,
    unit="1",
    low=0.01,
    high=0.05,
    source="largest difference of BET (C = 100) and Harkins-Jura film in p/p0 0.08-0.36; BET against true "
    "area of simulated mixtures of micro- and mesopores with C of 80-150",
    tag="D",
    note="half width of the 90 % interval added to every BET area: no wall follows BET theory exactly",
)
NO_POINT_B = Parameter(
    id="n2.no_point_b",
    value=10.0,
    unit="1",
    low=2.0,
    high=20.0,
    source="below C about 50 mono- and multilayer overlap (Thommes et al. 2015); below 10 the knee is gone, "
    "no monolayer is claimed here",
    tag="M",
)
LOW_C = Parameter(
    id="n2.low_c",
    value=50.0,
    unit="1",
    low=50.0,
    high=80.0,
    source="Thommes et al. 2015, sec. 5.2.1: point B not identifiable with certainty below about 50",
    tag="T",
)
SHARP_C = Parameter(
    id="n2.sharp_c",
    value=80.0,
    unit="1",
    low=60.0,
    high=90.0,
    source="Thommes et al. 2015, sec. 5.2.1: the knee is sharp from about 80",
    tag="T",
)
HIGH_C = Parameter(
    id="n2.high_c",
    value=150.0,
    unit="1",
    low=150.0,
    high=200.0,
    source="Thommes et al. 2015, sec. 5.2.1: above about 150 strong sites or micropore filling",
    tag="T",
)
HALSEY_A = Parameter(
    id="n2.halsey_a",
    value=5.0,
    unit="1",
    low=5.0,
    high=5.0,
    source="Halsey, J. Chem. Phys. 16 (1948) 931; t = 0.354 nm (5/ln(p0/p))^(1/3)",
    tag="T",
    valid="p/p0 0.1-0.95",
)
KJS_A = Parameter(
    id="n2.kjs_film_a",
    value=60.65,
    unit="1",
    low=60.65,
    high=60.65,
    source="Kruk, Jaroniec, Sayari, Langmuir 13 (1997) 6267; "
    "t = 0.1 nm (60.65/(0.03071 - log10 p/p0))^0.3968",
    tag="T",
    valid="p/p0 0.1-0.95, silica",
)
KJS_B = Parameter(
    id="n2.kjs_film_b", value=0.03071, unit="1", low=0.03071, high=0.03071, source="as n2.kjs_film_a", tag="T"
)
KJS_EXPONENT = Parameter(
    id="n2.kjs_film_exponent",
    value=0.3968,
    unit="1",
    low=0.3968,
    high=0.3968,
    source="as n2.kjs_film_a",
    tag="T",
)
CARBON_BLACK = tuple(
    Parameter(
        id=f"n2.carbon_black_{name}",
        value=value,
        unit="nm",
        low=value,
        high=value,
        source="carbon black thickness of ASTM D6556: t = 0.088 x^2 + 0.645 x + 0.298 nm, x = p/p0",
        tag="T",
        valid="p/p0 0.2-0.5",
    )
    for name, value in (("square", 0.088), ("slope", 0.645), ("offset", 0.298))
)
FILM_LOW = Parameter(
    id="n2.t_plot_low",
    value=0.35,
    unit="nm",
    low=0.30,
    high=0.40,
    source="habitual t-plot range of instrument software, Harkins-Jura film: p/p0 0.08",
    tag="M",
)
FILM_HIGH = Parameter(
    id="n2.t_plot_high",
    value=0.50,
    unit="nm",
    low=0.45,
    high=0.60,
    source="habitual t-plot range of instrument software, Harkins-Jura film: p/p0 0.30",
    tag="M",
)
FILM_FURTHEST = Parameter(
    id="n2.t_plot_furthest",
    value=0.65,
    unit="nm",
    low=0.60,
    high=0.75,
    source="p/p0 0.5: the furthest a t-plot is read where no pores condense (Galarneau et al., Langmuir 30 "
    "(2014) 13266: the habitual range misses supermicropores)",
    tag="M",
)
_WALLS = (
    "t-plots of simulated open walls whose BET constant (60-150) and Harkins-Jura A (0.13-0.15 nm2) are "
    "drawn within their ranges (this package), half width of the 90 % interval"
)
T_SLOPE_BIAS = Parameter(
    id="n2.t_slope_bias", value=0.06, unit="1", low=0.03, high=0.1, source=_WALLS, tag="D",
    note="of the external area",
)  # fmt: skip
T_ZERO_BIAS = Parameter(
    id="n2.t_zero_bias", value=0.035, unit="nm", low=0.02, high=0.05, source=_WALLS, tag="D",
    note="of the intercept, as a film on the external area",
)  # fmt: skip
T_FILLING_BIAS = Parameter(
    id="n2.t_filling_bias",
    value=0.17,
    unit="1",
    low=0.05,
    high=0.2,
    source="part of the micropore volume the t-plot misses because pores of 1-2 nm still fill inside its "
    "range: 4-18 % in simulated isotherms (this package); Galarneau et al., Langmuir 30 (2014) 13266",
    tag="D",
    note="upper end of the volume and lower end of the external area",
)
MESOPORE_BIAS = Parameter(
    id="n2.mesopore_bias",
    value=0.33,
    unit="1",
    low=0.2,
    high=0.35,
    source="part of a BET area that is filling of 2-3.5 nm pores, simulated cylinders (this package): at "
    "most 0.33; Thommes et al. 2015, sec. 5.2: no BET area where pores of 2-4 nm fill near the monolayer",
    tag="D",
    note="lowers the lower end of the interval where t-plot or BJH show such pores",
)
