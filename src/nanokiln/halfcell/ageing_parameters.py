"""Parameter records of ageing and of the link to the architecture.

The second capacity run of the article (claim C141) is not here: no fit may see it.
"""

from __future__ import annotations

from ..core.parameters import Parameter

_MEMORY = "data sheet, section 10, from memory"

SOLID_CONDUCTIVITY = Parameter(
    "halfcell.solid_conductivity", 0.04, "S/cm", 3.9e-4, 4.3,
    "between SiO2/C with plugged carbon (Wang et al., Inorg. Chem. Front. 2016) and dense carbon-rich SiOC "
    "(Lu, Erb & Liu, J. Mater. Chem. C 4 (2016) 1829); value: their geometric mean", "V",
)  # fmt: skip
BLACK_CONDUCTIVITY = Parameter(
    "halfcell.black_conductivity", 0.1, "S/cm", 0.01, 1.0,
    "assumed: electrodes with some 10 wt% of carbon black and binder; the order of magnitude only", "C",
)  # fmt: skip
BLACK_THRESHOLD = Parameter(
    "halfcell.black_threshold", 0.03, "1", 0.01, 0.05,
    "assumed: mass share of the electrode from which carbon black spans it", "C",
)  # fmt: skip
CARBON_CAPACITY = Parameter(
    "halfcell.carbon_capacity", 436.0, "mAh/g", 372.0, 500.0, "graphite to disordered carbon, section 10", "M"
)
OXIDE_CAPACITY = Parameter(
    "halfcell.oxide_capacity", 1283.0, "mAh/g", 1206.0, 1360.0,
    "reversible capacity of SiOx, x = 1.5 to 1.33, with a Li4SiO4 matrix, section 10", "D",
)  # fmt: skip
OXIDE_MASS = Parameter(
    "halfcell.oxide_mass", 50.7, "g/mol", 49.4, 52.1, "SiOx with x = 1.41 between 1.33 and 1.5", "D"
)
KNOWN_CEILING = Parameter(
    "halfcell.known_ceiling", 1230.0, "mAh/g", 1230.0, 1230.0,
    "first-principles limit of SiOC: Sun & Zhao, ACS Appl. Mater. Interfaces 2017", "V",
)  # fmt: skip

SEI_START = Parameter("halfcell.sei_start", 10.0, "nm", 3.0, 20.0, _MEMORY, "M")
SEI_DIFFUSIVITY = Parameter(
    "halfcell.sei_diffusivity", 1e-21, "m^2/s", 1e-23, 1e-19,
    "Pinson & Bazant, J. Electrochem. Soc. 2013, as the data sheet quotes it", "M",
    note="doubtful: at 1e-20 the film would outgrow the spheres within 1000 cycles",
)  # fmt: skip
SEI_CHARGE = Parameter(
    "halfcell.sei_charge", 4.5, "mAh/m^2", 3.0, 6.0, f"{_MEMORY}: 30-60 mAh/g for 10 m2/g", "M"
)
SEI_CONDUCTIVITY = Parameter(
    "halfcell.sei_conductivity",
    1e-6,
    "S/m",
    1e-7,
    1e-5,
    "assumed: ionic conductivity of inorganic films",
    "C",
)

AFTER_1000 = Parameter(
    "halfcell.after_1000", 485.0, "mAh/g", 461.0, 509.0, "article, Fig. 5a, claim C138", "P",
    symbol="C138", note="calibration target",
)  # fmt: skip
AFTER_REST = Parameter(
    "halfcell.after_rest", 644.0, "mAh/g", 612.0, 676.0, "article, Fig. 5a, claim C140", "P",
    symbol="C140", note="calibration target",
)  # fmt: skip
REST = Parameter("halfcell.rest", 720.0, "h", 672.0, 744.0, "article: one month", "P")
LOSS = Parameter(
    "halfcell.loss", 0.0240, "1", 0.008, 0.026,
    "found by `ageing_fit` for the declared law; range over all laws calibrated there", "C",
    calibrated_on=("C138", "C140"), note="share of the active mass lost for good after 1000 cycles",
)  # fmt: skip
BLOCKED = Parameter(
    "halfcell.blocked", 6.22e-4, "1", 4.1e-4, 2.9e-3,
    "found by `ageing_fit` for the declared law; range over all laws calibrated there", "C",
    calibrated_on=("C138", "C140"), note="share of the active mass blocked in each cycle",
)  # fmt: skip
LOSS_EXPONENT = Parameter(
    "halfcell.loss_exponent", 0.5, "1", 0.5, 1.0,
    "assumed: loss grows as cycles to this power: 0.5 where diffusion through what has grown limits, "
    "1 where each cycle costs alike", "C", note="no observation used here tells one from the other",
)  # fmt: skip
RECOVERY_TIME = Parameter(
    "halfcell.recovery_time", 150.0, "h", 30.0, 300.0,
    "assumed: the month undoes at least nine tenths, and a day in the coin cell does not", "C",
    note="two observations bound it and no more",
)  # fmt: skip

MODULUS = Parameter("halfcell.lithiated_modulus", 40.0, "GPa", 30.0, 50.0, _MEMORY, "M")
SWELLING = Parameter(
    "halfcell.swelling", 0.15, "1", 0.1, 0.22,
    "volume strain; upper end Sun & Zhao, ACS Appl. Mater. Interfaces 2017", "D",
)  # fmt: skip
MISFIT = Parameter(
    "halfcell.misfit", 0.1, "1", 0.05, 0.2, "assumed: share of the strain that neighbours do not follow", "C"
)
STRESS_POWER = Parameter(
    "halfcell.stress_power", 1.0, "1", 1.0, 2.0,
    "stress of a neck goes as (a/x)^p: 1 for an imposed displacement, 2 for an imposed force", "D",
)  # fmt: skip
FATIGUE_EXPONENT = Parameter("halfcell.fatigue_exponent", 30.0, "1", 20.0, 40.0, _MEMORY, "M")
TOUGHNESS = Parameter("halfcell.toughness", 0.8, "MPa m^0.5", 0.6, 1.0, _MEMORY, "M")
CRACK_STEP = Parameter(
    "halfcell.crack_step", 1e-9, "m", 1e-10, 1e-8, "assumed: growth per cycle of a crack at K_Ic", "C"
)
FLAW_SHARE = Parameter(
    "halfcell.flaw_share", 0.25, "1", 0.1, 0.5, "assumed: flaw over neck radius, section 10", "C"
)
FLAW_SPREAD = Parameter(
    "halfcell.flaw_spread", 0.1, "1", 0.02, 0.3, "assumed: relative scatter of the flaws (log-normal)", "C"
)
FADE_ONSET = Parameter(
    "halfcell.fade_onset", 150.0, "cycles", 120.0, 180.0, "article, Fig. S18a, claim C126: sample 1", "P",
    symbol="C126", note="calibration target",
)  # fmt: skip
ONSET_NECK = Parameter(
    "halfcell.onset_neck", 0.0664, "1", 0.06, 0.073, "x/a of B-SiOC-1 in the nominal furnace", "D",
    note="the neck the fatigue law is calibrated on, held fixed so that other furnaces shift the onset",
)  # fmt: skip
ONSET_SHARE = Parameter(
    "halfcell.onset_share", 0.1, "1", 0.05, 0.2, "assumed: share of broken necks at which fading is seen", "C"
)
